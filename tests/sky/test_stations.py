"""Earth's rotation against ERFA, and what stations see."""

import math

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.sky.directions import EARTH_RADIUS, MOON_RADIUS
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.stations import (
    Station,
    earth_rotation,
    station_elevations,
    station_position,
    station_sees,
)
from ilrs.sky.time import read_utc, read_utcs, tdb_from_utc

# ERFA 2.0.1 c2t06a (IAU 2006/2000A) with UT1 = UTC and no polar motion.
ERFA = {
    "2026-01-01T00:00:00": [
        [-0.179277568, 0.983798442, 0.000423665],
        [-0.983795262, -0.179278066, 0.002501329],
        [0.002536757, 3.1632e-05, 0.999996782],
    ],
    "2035-03-03T03:03:03": [
        [-0.898440944, -0.439083861, 0.003038748],
        [0.439081142, -0.898446081, -0.001546212],
        [0.003409068, -5.4924e-05, 0.999994188],
    ],
    "2050-10-10T22:00:00": [
        [0.981785112, -0.189932168, -0.004875075],
        [0.189930122, 0.981797213, -0.000883442],
        [0.004954129, -5.8573e-05, 0.999987727],
    ],
}


@pytest.mark.parametrize("instant", ERFA)
def test_the_earths_rotation_is_erfas_to_a_tenth_of_an_arcsecond(instant) -> None:
    ours = earth_rotation(tdb_from_utc(read_utc(instant)))[0]
    assert ours == pytest.approx(np.array(ERFA[instant]), abs=0.1 / 206265.0)
    assert ours @ ours.T == pytest.approx(np.eye(3), abs=3e-8)


def test_a_station_lies_on_the_ellipsoid() -> None:
    position, vertical = station_position(Station("pole", math.pi / 2, 0.0, 0.1, 100.0))
    assert position == pytest.approx([0.0, 0.0, 6356752.314 + 100.0], abs=1e-3)
    assert vertical == pytest.approx([0.0, 0.0, 1.0])
    position, _ = station_position(Station("equator", 0.0, math.pi / 2, 0.1))
    assert position == pytest.approx([0.0, EARTH_RADIUS, 0.0], abs=1e-3)


@pytest.fixture(scope="module")
def scene():
    first, last = tdb_from_utc(read_utcs(["2028-06-01", "2028-07-01"]))
    t = np.arange(first, last, 300.0)
    ephemeris = fit_ephemeris(first, last)
    return t, ephemeris.position("earth", t), ephemeris.rotation(t)


def test_the_moon_stands_above_a_station_as_its_declination_demands(scene) -> None:
    t, earth, rotation = scene
    pole = Station("pole", math.pi / 2, 0.0, 0.0)
    equator = Station("equator", 0.0, 0.5, 0.0)
    high, low = station_elevations([pole, equator], np.zeros(3), earth, rotation, t)
    towards = -np.einsum("nji,nj->ni", rotation, earth)
    distance = np.linalg.norm(towards, axis=1)
    declination = np.arcsin(np.sum(towards * earth_rotation(t)[:, 2], axis=1) / distance)
    # The triangle of the Earth's centre, the pole (6356.752 km) and the Moon.
    rise = distance * np.sin(declination) - 6356752.314
    assert high == pytest.approx(np.arctan2(rise, distance * np.cos(declination)), abs=1e-7)
    assert np.degrees(low.max()) > 60.0
    # From the equator the Moon is up half of the time, less the parallax and the depth of 0.25 deg.
    assert np.mean(low > 0.0) == pytest.approx(0.495, abs=0.01)


def test_transits_come_24_hours_50_minutes_apart(scene) -> None:
    t, earth, rotation = scene
    (low,) = station_elevations(
        [Station("equator", 0.0, 0.5, 0.0)], np.zeros(3), earth, rotation, t
    )
    peaks = np.flatnonzero((low[1:-1] > low[:-2]) & (low[1:-1] > low[2:])) + 1
    # Mean lunar day: 24 h 50.47 min.
    assert np.mean(np.diff(t[peaks])) / 3600.0 == pytest.approx(24.841, abs=0.05)


def test_the_mask_and_the_moon_hide_relays(scene) -> None:
    t, earth, rotation = scene
    away = earth / np.linalg.norm(earth, axis=1)[:, None]
    near, far, aside = 5e6 * away, -5e6 * away, np.cross(away, [0.0, 0.0, 5e6])
    targets = np.array([near, far, aside])
    open_sky = [Station("a", 0.4, 1.0, -1.5), Station("b", 0.4, 1.0, 0.2)]
    sees = station_sees(open_sky, targets, earth, rotation, t)
    assert sees.shape == (2, 3, len(t))
    elevation = station_elevations(open_sky[:1], near, earth, rotation, t)[0]
    # Above a mask of nearly -90 deg everything is in view; only the Moon hides what lies behind.
    assert np.array_equal(sees[0, 0], elevation >= -1.5)
    assert not sees[0, 1].any()
    assert sees[0, 2].mean() > 0.95
    assert np.array_equal(sees[1, 0], elevation >= 0.2)
    # Left to terrain, the Moon's sphere hides nothing.
    assert station_sees(open_sky, targets, earth, rotation, t, 0.0)[0, 1].mean() > 0.95


def test_places_on_the_near_and_far_side(scene) -> None:
    t, earth, rotation = scene
    places = np.array([[MOON_RADIUS, 0.0, 0.0], [-MOON_RADIUS, 0.0, 0.0]])
    sees = station_sees([Station("a", 0.4, 1.0, -1.5)], places[:, None, :], earth, rotation, t)
    assert sees[0, 0].mean() > 0.95
    assert not sees[0, 1].any()


@pytest.mark.parametrize("bad", [(2.0, 0.0, 0.1), (0.0, math.nan, 0.1), (0.0, 0.0, 2.0)])
def test_what_is_no_station_is_refused(bad) -> None:
    with pytest.raises(UserError, match="ground-1"):
        Station("ground-1", *bad)
