"""The way from lift-off to Earth against closed forms, the ephemeris and the turning Earth."""

import numpy as np
import pytest

from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.physics import ascent, homeward
from ilrs.physics.ascent import plane_offset
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.stations import earth_rotation

DAY = 86400.0
YEARS = 32.0 * 365.25 * DAY
SITE = (np.radians(-89.45), np.radians(222.7))
VEHICLE = AscentVehicle()
ORBITER = homeward.Orbiter(200e3, 0.5 * np.pi, 0.0, 0.0, 100e3, 21600.0)


def test_the_parts_follow_one_another_and_each_is_within_its_turn():
    lift_offs = YEARS + np.arange(0.0, 28.0, 0.7) * DAY
    ways = [VEHICLE.homeward(float(t), *SITE) for t in lift_offs]
    turns = 1.0 / ascent.orbit_period(100e3) - 1.0 / ascent.orbit_period(200e3)
    for way in ways:
        assert way.time == pytest.approx(
            way.climb + way.phasing + 21600.0 + way.wait + way.transfer
        )
        assert 0.0 <= way.phasing <= 1.0 / turns
        # twice a month, and once a day within it
        assert 0.0 <= way.wait <= 0.5 * 27.33 * DAY + 1.1 * DAY
    assert max(w.wait for w in ways) > 10.0 * DAY
    assert min(w.wait for w in ways) < 2.0 * DAY
    assert max(w.phasing for w in ways) > 0.8 / turns


def test_at_the_end_of_phasing_it_is_below_the_orbiter():
    way = homeward.homeward(YEARS, *SITE, ORBITER, 0.1222, 1.944, VEHICLE.way_home())
    up = YEARS + way.climb
    there = homeward.along_plane(YEARS, *SITE, 0.5 * np.pi, 0.0) + np.pi
    mine = there + 2.0 * np.pi * way.phasing / ascent.orbit_period(100e3)
    its = 2.0 * np.pi * (up + way.phasing) / ascent.orbit_period(200e3)
    assert np.cos(mine - its) == pytest.approx(1.0, abs=1e-6)


def test_a_pole_lies_a_quarter_round_and_a_node_at_the_beginning():
    assert homeward.along_plane(0.0, -0.5 * np.pi, 1.0, 0.5 * np.pi, 0.3) == pytest.approx(
        1.5 * np.pi
    )
    assert homeward.along_plane(0.0, 0.0, 0.3, 1.0, 0.3) == pytest.approx(0.0)
    assert homeward.along_plane(0.0, 0.3, 0.0, 0.3, -0.5 * np.pi) == pytest.approx(0.5 * np.pi)


def test_departures_hold_against_the_ephemeris_and_the_turning_earth():
    way = VEHICLE.way_home()
    times = homeward.departures(YEARS, ORBITER, 0.1222, 1.944, way)[:20]
    assert len(times) == 20
    assert np.abs(plane_offset(times, 0.0, 0.5 * np.pi, 0.5 * np.pi, 0.0)).max() <= 0.1222
    sky = fit_ephemeris(YEARS - DAY, float(times[-1]) + 10.0 * DAY)

    def moon(at):
        """The Moon from the Earth (n, 3) in ICRF."""
        return -np.einsum("nji,nj->ni", sky.rotation(at), sky.position("earth", at))

    flown = moon(times + 1800.0) - moon(times - 1800.0)
    homewards = np.einsum("nij,nj->ni", sky.rotation(times), -flown)
    trailing = np.degrees(np.arctan2(homewards[:, 1], homewards[:, 0]))
    assert trailing == pytest.approx(np.full(20, 90.0), abs=12.0)
    # The place of landing is turned under the entry point within 40 min of the Earth's rotation
    # and the Moon's latitude.
    before = homeward.entry_before_perigee(way.perigee)
    where = np.arctan2(moon(times)[:, 1], moon(times)[:, 0]) + np.pi - before
    entry = np.stack([np.cos(where), np.sin(where), np.zeros(20)], axis=1)
    ground = np.einsum("nij,nj->ni", earth_rotation(times + way.time), entry)
    off = np.degrees(np.arctan2(ground[:, 1], ground[:, 0]) - 1.944)
    assert np.abs((off + 180.0) % 360.0 - 180.0).max() < 10.0


def test_an_entry_at_perigee_itself_is_not_before_it():
    assert homeward.entry_before_perigee(120_000.0, 120_000.0) == pytest.approx(0.0, abs=1e-6)
    assert homeward.entry_before_perigee(50_000.0) > 0.05


def test_what_can_never_leave_or_catch_up_is_refused():
    with pytest.raises(ValueError, match="no landing chance within 0 deg"):
        homeward.homeward(YEARS, *SITE, ORBITER, 0.0, 1.944, VEHICLE.way_home())
    with pytest.raises(ValueError, match="parking at 200 km is not below the orbiter at 200 km"):
        AscentVehicle(parking=200e3)
