"""Azimuth and elevation: closed forms, poles, published rows, an independent tool's rows."""

import json
import math

import numpy as np
import pytest

from ilrs import data
from ilrs.errors import UserError
from ilrs.sky.directions import (
    ASTRONOMICAL_UNIT,
    MOON_RADIUS,
    angular_radius,
    azimuth_elevation,
    latitude_longitude,
    local_axes,
    separation,
    site_position,
)
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utc, tdb_from_utc


@pytest.mark.parametrize(
    ("azimuth", "elevation"), [(0, 0), (90, 5), (180, -3), (270, 80), (359, 1)]
)
@pytest.mark.parametrize("place", [(-89.9, 130.0), (0.0, 0.0), (45.0, -170.0)])
def test_a_target_put_at_an_azimuth_and_elevation_is_found_there(azimuth, elevation, place) -> None:
    latitude, longitude = map(math.radians, place)
    site = site_position(latitude, longitude, 1234.0)
    az, el = math.radians(azimuth), math.radians(elevation)
    local = np.array([math.sin(az) * math.cos(el), math.cos(az) * math.cos(el), math.sin(el)])
    target = site + 4e8 * local @ local_axes(latitude, longitude)
    got = [float(v[0]) for v in azimuth_elevation(target, site, longitude)]
    assert math.degrees(got[0]) == pytest.approx(azimuth, abs=1e-7)
    assert math.degrees(got[1]) == pytest.approx(elevation, abs=1e-7)
    assert got[2] == pytest.approx(4e8)


def test_azimuth_stays_below_a_full_circle() -> None:
    site = site_position(0.0, 0.0, 0.0)
    targets = site + np.array([[0.0, -1e-30, 1.0], [0.0, 1e-30, 1.0], [0.0, -1e-12, 1.0]])
    azimuth = azimuth_elevation(targets, site)[0]
    assert np.all((azimuth >= 0.0) & (azimuth < 2.0 * math.pi))


def test_at_the_south_pole_the_azimuth_counts_from_the_named_meridian() -> None:
    site = site_position(-math.pi / 2, 0.0, 0.0)
    east = math.radians(30.0)
    target = 4e8 * np.array([math.cos(east), math.sin(east), 0.0])
    azimuth = azimuth_elevation(target, site, 0.0)[0][0]
    # From the south pole every way is north; meridian 30 E lies 30 deg clockwise of meridian 0.
    assert math.degrees(azimuth) == pytest.approx(30.0, abs=1e-6)
    assert math.degrees(azimuth_elevation(target, site, east)[0][0]) == pytest.approx(0.0, abs=1e-6)


def test_positions_and_places_invert() -> None:
    site = site_position(math.radians(-88.8), math.radians(-56.6), 770.0)
    latitude, longitude = latitude_longitude(site)
    assert np.degrees([latitude, longitude]) == pytest.approx([-88.8, -56.6])
    assert np.linalg.norm(site) == pytest.approx(MOON_RADIUS + 770.0)


@pytest.mark.parametrize("bad", [(2.0, 0.0, 0.0), (math.nan, 0.0, 0.0), (0.0, math.inf, 0.0)])
def test_what_is_no_place_is_refused(bad) -> None:
    with pytest.raises(UserError):
        site_position(*bad)
    with pytest.raises(UserError):
        site_position(0.0, 0.0, -2.0 * MOON_RADIUS)


def test_angular_radii_and_separation() -> None:
    assert math.degrees(angular_radius("sun", ASTRONOMICAL_UNIT)) == pytest.approx(
        0.26645, abs=1e-5
    )
    assert separation([1.0, 0.0, 0.0], [1.0, 1e-9, 0.0]) == pytest.approx(1e-9, rel=1e-12)
    assert separation([1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]) == pytest.approx(math.pi)


def test_published_directions_from_the_polar_ridge() -> None:
    # JPL Horizons, 89.766811 S 188.130102 E, 769.7 m, 2026-01-16T18:36:44.082 UTC.
    t = tdb_from_utc(read_utc("2026-01-16T18:36:44.082"))
    ephemeris = fit_ephemeris(float(t), float(t))
    site = site_position(math.radians(-89.766811), math.radians(188.130102), 769.7)
    published = {"sun": (12.732987704, 1.335715792), "earth": (169.517078752, -6.643279927)}
    for body, row in published.items():
        az, el, _ = azimuth_elevation(ephemeris.position(body, t), site)
        assert np.degrees([az[0], el[0]]) == pytest.approx(row, abs=1e-4)


def test_rows_of_an_independent_tool() -> None:
    reference = json.loads(data.find("reference/subpoint_reference.json").read_text())
    compared = 0
    for instant, row in reference["epochs"].items():
        t = tdb_from_utc(read_utc(instant))
        assert float(t) == pytest.approx(row["et_tdb_s"], abs=1e-3)
        ephemeris = fit_ephemeris(float(t), float(t))
        latitude, longitude = latitude_longitude(ephemeris.position("sun", t)[0])
        # The reference is geometric: aberration moves the Sun by 0.0057 deg and light time too.
        assert math.degrees(latitude) == pytest.approx(row["sub_sun"]["lat_deg"], abs=0.01)
        turn = math.degrees(longitude) - row["sub_sun"]["lon_deg"]
        assert (turn + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=0.01)
        compared += 1
    assert compared == 8
