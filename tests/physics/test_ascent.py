"""Ascent and the way home against closed forms and what was flown."""

import numpy as np
import pytest

from ilrs.physics import ascent
from ilrs.physics.ascent import Stage

DAY = 86400.0


def test_two_equal_stages_give_twice_what_one_gives():
    upper = Stage(10.0, 50.0, 310.0)
    one = ascent.speed_gained([upper], 20.0)
    assert one == pytest.approx(9.80665 * 310.0 * np.log(80.0 / 30.0))
    # the lower one has the same ratio of masses: (80 + 40 + 200) / (80 + 40)
    lower = Stage(40.0, 200.0, 310.0)
    assert ascent.speed_gained([lower, upper], 20.0) == pytest.approx(2 * one)
    assert ascent.speed_gained([], 20.0) == 0.0


def test_payload_and_propellant_turn_the_rocket_equation_round():
    stages = [Stage(100.0, 400.0, 315.0), Stage(20.0, 60.0, 315.0)]
    payload = ascent.payload_for(stages, 3500.0)
    assert ascent.speed_gained(stages, payload) == pytest.approx(3500.0)
    assert ascent.payload_for(stages, 20e3) == 0.0
    fuel = ascent.propellant_for(150.0, 3.0, 1850.0, 310.0)
    assert ascent.speed_gained([Stage(150.0, fuel, 310.0)], 3.0) == pytest.approx(1850.0)


def test_what_boils_is_heat_over_latent_heat_and_never_more_than_there_was():
    rate = ascent.boil_off(10.0, 213e3)
    assert rate * 213e3 == pytest.approx(10.0)
    assert ascent.after_waiting(100.0, rate, [0.0, 10 * DAY, 1e9]) == pytest.approx(
        [100.0, 100.0 - rate * 10 * DAY, 0.0]
    )


def test_ascent_is_like_apollos():
    """Apollo's ascent stage took some 1.85 km/s to an insertion near 17 x 83 km."""
    assert 1800.0 < ascent.ascent_delta_v(50e3, 0.0, np.pi / 2) < 1900.0
    # lossless to the ground's own circle: the circular speed
    assert ascent.ascent_delta_v(0.0, loss=0.0) == pytest.approx(float(ascent.circular_speed(0.0)))
    east, west = (ascent.ascent_delta_v(1e5, 0.0, i, 0.0) for i in (0.0, np.pi))
    assert west - east == pytest.approx(2 * ascent.MOON_TURN * 1_737_400.0)
    with pytest.raises(ValueError, match="never passes over"):
        ascent.ascent_delta_v(1e5, -1.5, 1.0)


def test_energy_is_kept_on_the_way_up():
    r1, r2 = 1_737_400.0, 1_937_400.0
    up = ascent.ascent_delta_v(200e3, loss=0.0)
    a = 0.5 * (r1 + r2)
    v1 = np.sqrt(ascent.MOON_GM * (2 / r1 - 1 / a))
    v2 = v1 * r1 / r2
    assert up == pytest.approx(v1 + np.sqrt(ascent.MOON_GM / r2) - v2)


def test_a_polar_site_is_always_near_a_polar_plane_and_a_tropical_one_twice_a_month():
    hours = np.arange(0.0, 27.321661 * DAY, 1800.0)
    polar = ascent.plane_offset(hours, np.radians(-89.45), 1.0, np.pi / 2, 0.3)
    assert np.abs(polar).max() == pytest.approx(np.radians(0.55), rel=1e-3)
    assert ascent.windows(hours, polar, np.radians(0.6)) == [(0.0, hours[-1])]
    tropical = ascent.plane_offset(hours, np.radians(8.3), 1.0, np.pi / 2, 0.3)
    spells = ascent.windows(hours, tropical, np.radians(2.0))
    assert len(spells) == 2
    # sin(2 deg) = cos(8.3 deg) sin(half the width)
    wide = 2 * np.arcsin(np.sin(np.radians(2.0)) / np.cos(np.radians(8.3))) / ascent.MOON_TURN
    assert spells[0][1] - spells[0][0] == pytest.approx(wide, rel=1e-3)
    assert ascent.windows(hours, tropical + 1.0, 1e-3) != [(0.0, hours[-1])]
    assert ascent.windows([], [], 0.1) == []


def test_an_offset_is_the_angle_from_the_plane():
    node, i, t = 0.7, 1.1, 5.0 * DAY
    normal = np.array([np.sin(i) * np.sin(node), -np.sin(i) * np.cos(node), np.cos(i)])
    lon = 0.4 + ascent.MOON_TURN * t
    site = np.array([np.cos(-0.5) * np.cos(lon), np.cos(-0.5) * np.sin(lon), np.sin(-0.5)])
    assert np.sin(ascent.plane_offset(t, -0.5, 0.4, i, node)) == pytest.approx(normal @ site)


def test_a_plane_over_the_poles_stands_and_others_drift_back():
    assert ascent.node_drift(100e3, np.pi / 2) == pytest.approx(0.0, abs=1e-20)
    assert ascent.node_drift(100e3, 0.5) < 0.0 < ascent.node_drift(100e3, 2.5)
    assert ascent.plane_change(np.pi / 3, 1600.0) == pytest.approx(1600.0)


def test_the_lower_orbit_catches_up():
    wait = ascent.phasing_wait(100e3, 200e3, 1.0)
    gained = 2 * np.pi * wait * (1 / ascent.orbit_period(100e3) - 1 / ascent.orbit_period(200e3))
    assert gained == pytest.approx(1.0)
    assert ascent.phasing_wait(200e3, 100e3, 1.0) > wait
    assert ascent.phasing_wait(1e5, 1e5, 1.0) == np.inf


def test_the_way_home_is_like_those_flown():
    home = ascent.way_home(200e3, np.radians(-6.0), np.radians(1.0))
    assert 750.0 < home.delta_v < 950.0
    assert home.entry_speed == pytest.approx(11.0e3, rel=0.01)
    assert home.time == pytest.approx(5.0 * DAY, rel=0.03)
    # angular momentum at the interface is that at perigee
    r, p = ascent.EARTH_RADIUS + 120e3, ascent.EARTH_RADIUS + home.perigee
    a = 0.5 * (p + ascent.MOON_DISTANCE)
    at_perigee = np.sqrt(ascent.EARTH_GM * (2 / p - 1 / a))
    assert r * home.entry_speed * np.cos(np.radians(6.0)) == pytest.approx(p * at_perigee)
    assert 0.0 < home.speed_window < 5.0


def test_a_place_on_earth_comes_under_the_entry_once_a_sidereal_day():
    times = ascent.landing_chances(0.0, 10 * DAY, 1.0, 2.0)
    assert np.diff(times) == pytest.approx(86164.1, rel=1e-5)
    assert times[0] == pytest.approx(1.0 / ascent.EARTH_TURN)
    late = ascent.landing_chances(2 * DAY, 3 * DAY, 1.0, 2.0)
    assert len(late) == 1
    assert 2 * DAY <= late[0] <= 3 * DAY
    assert len(ascent.landing_chances(0.0, 100.0, 1.0, 2.0)) == 0
