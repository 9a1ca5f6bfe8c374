"""Ground motion against conservation of energy and closed forms."""

import numpy as np
import pytest

from ilrs.physics import seismic
from ilrs.physics.mobility import MOON_RADIUS

LOSSLESS = seismic.Medium(1800.0, 104.0, np.inf)


def test_without_loss_all_power_passes_through_every_hemisphere():
    for r in (3.0, 300.0):
        a = seismic.activity_acceleration(2.0, r, 10.0, 5.0, LOSSLESS)
        speed = a * np.sqrt(5.0) / (2 * np.pi * 10.0)
        assert 2 * np.pi * r**2 * 1800.0 * 104.0 * speed**2 == pytest.approx(2.0)


def test_the_quiet_distance_is_where_the_motion_meets_the_floor():
    power = np.array([1e-4, 1e-2, 1.0])
    far = seismic.quiet_distance(power, 1e-8, 10.0, 10.0)
    assert seismic.activity_acceleration(power, far, 10.0, 10.0) == pytest.approx(1e-8)
    assert (np.diff(far) > 0).all()
    lossless = seismic.quiet_distance(4.0, 1e-8, 10.0, 10.0, seismic.Medium(1800.0, 104.0, 1e15))
    assert lossless == pytest.approx(
        float(seismic.activity_acceleration(4.0, 1.0, 10.0, 10.0, LOSSLESS)) / 1e-8, rel=1e-6
    )


def test_noise_adds_in_power_and_only_while_things_run():
    noise = seismic.station_noise(3.0, [4.0, 12.0], [[0, 1, 1], [0, 0, 1]])
    assert noise == pytest.approx([3.0, 5.0, 13.0])


def test_short_quiet_spells_do_not_count():
    noise = [1, 9, 1, 1, 1, 9, 1, 1]
    assert seismic.quiet_share(noise, 2.0) == pytest.approx(6 / 8)
    assert seismic.quiet_share(noise, 2.0, least=3) == pytest.approx(3 / 8)
    assert seismic.quiet_share([9, 9], 2.0) == 0.0
    assert np.isnan(seismic.quiet_share([], 2.0))


def test_a_magnitude_more_is_32_times_the_energy_and_is_heard_further():
    assert seismic.event_energy(3.0) / seismic.event_energy(2.0) == pytest.approx(10**1.5)
    near, far = seismic.detection_range(seismic.event_energy([1.0, 2.0]), 1e-9, 1.0, 1.0, 600.0)
    assert far > near
    a = seismic.event_acceleration(seismic.event_energy(2.0), far, 1.0, 1.0, 600.0)
    assert a == pytest.approx(3e-9)


def test_one_station_covers_a_cap_and_another_adds_to_it():
    # a chord d spans a cap of area pi d^2, a share d^2 / (4 R^2) of the sphere
    one = seismic.coverage(-np.pi / 2, 0.0, MOON_RADIUS)
    assert one == pytest.approx(0.25, abs=1e-3)
    assert seismic.coverage([-np.pi / 2, np.pi / 2], [0, 0], MOON_RADIUS) == pytest.approx(
        0.5, abs=1e-3
    )
    assert seismic.coverage([-1.5, -1.5], [0, 0], MOON_RADIUS, needed=2) == pytest.approx(
        one, abs=2e-3
    )
    assert seismic.coverage([0.3], [1.0], 2.0 * MOON_RADIUS * 1.001) == 1.0
    assert seismic.coverage([0.3], [1.0], MOON_RADIUS, needed=2) == 0.0


def test_points_on_the_sphere_lie_evenly():
    points = seismic.sphere_points(5000)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0)
    assert points.mean(axis=0) == pytest.approx(0.0, abs=1e-3)
