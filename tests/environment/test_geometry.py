"""The sky over a station on a grid of times, against the functions it is made of."""

import math

import numpy as np
import pytest

from ilrs.environment.geometry import Site, compute_geometry
from ilrs.errors import EphemerisRangeError, UserError
from ilrs.sky.directions import site_position
from ilrs.sky.eclipses import earth_eclipses
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.orbits import Elements, HeldOrbit, held_positions
from ilrs.sky.sample import sample_sky
from ilrs.sky.stations import Station, station_elevations
from ilrs.sky.time import read_utcs, tdb_from_utc, utc_from_tdb

PLACES = [
    Site(math.radians(-89.463163), math.radians(222.510447), 1944.8),
    Site(math.radians(-85.0), math.radians(31.0), 4000.0),
]
RELAY = Elements.from_apsides(1937.4e3, 17737.4e3, math.radians(62.4), 0.0, math.radians(90.0), 0.0)
STATIONS = [
    Station("kashgar", math.radians(38.4214), math.radians(76.7144), math.radians(10.0)),
    Station("neuquen", math.radians(-38.1914), math.radians(-70.1495), math.radians(10.0)),
]


@pytest.fixture(scope="module")
def scene():
    first, last = tdb_from_utc(read_utcs(["2026-02-01", "2026-04-01"]))
    t = np.arange(first + 300.0, last, 600.0)
    relay = HeldOrbit(RELAY, first)
    return t, relay, compute_geometry(PLACES, [relay], STATIONS, t)


def test_it_says_what_a_sample_says(scene) -> None:
    t, _, geometry = scene
    for p, place in enumerate(PLACES):
        for i in (0, 4321, len(t) - 1):
            text = str(utc_from_tdb(t[i]))[:26]
            (row,) = sample_sky(place.latitude, place.longitude, place.altitude, [text])
            for body in ("sun", "earth"):
                for field, unit in (("azimuth", "deg"), ("elevation", "deg"), ("range", "m")):
                    mine = float(getattr(geometry, f"{body}_{field}")[p, i])
                    mine = math.degrees(mine) if unit == "deg" else mine
                    assert mine == pytest.approx(row[body][f"{field}_{unit}"], rel=1e-8, abs=1e-7)
            assert geometry.sun_area_left[p, i] == pytest.approx(row["sun"]["area_fraction"])


def test_the_eclipse_of_march_is_in_it(scene) -> None:
    t, _, geometry = scene
    ephemeris = fit_ephemeris(t[0], t[-1])
    for p, place in enumerate(PLACES):
        site = site_position(place.latitude, place.longitude, place.altitude)
        (event,) = earth_eclipses(ephemeris, site, t[0], t[-1])
        dimmed = (t > event.first) & (t < event.last)
        assert np.array_equal(geometry.sun_area_left[p] < 1.0, dimmed)
        assert dimmed.sum() > 20


def test_relays_and_stations(scene) -> None:
    t, relay, geometry = scene
    assert geometry.relay_elevation.shape == (2, 1, len(t))
    share = np.mean(geometry.relay_elevation[0, 0] > math.radians(5.0))
    # Two-body at the pole: 89.96 %; 59 days hold 2.4 % of a revolution more or less.
    assert share == pytest.approx(0.8996, abs=0.01)
    ephemeris = fit_ephemeris(t[0], t[-1])
    rotation, earth = ephemeris.rotation(t), ephemeris.position("earth", t)
    site = site_position(PLACES[1].latitude, PLACES[1].longitude, PLACES[1].altitude)
    elevation = station_elevations(STATIONS, site, earth, rotation, t)
    assert np.array_equal(geometry.station_sees_place[:, 1], elevation >= math.radians(10.0))
    at = held_positions(relay, t, rotation)
    above = station_elevations(STATIONS, at, earth, rotation, t) >= math.radians(10.0)
    seen = geometry.station_sees_relay[:, 0]
    assert not np.any(seen & ~above)
    hidden = (above & ~seen).any(axis=0)
    # Only behind the Moon as seen from the Earth may a relay above the mask be out of view.
    assert 0.0 < hidden.mean() < 0.2
    towards = earth / np.linalg.norm(earth, axis=1)[:, None]
    assert np.all(np.sum(at * towards, axis=1)[hidden] < 0.0)
    assert geometry.relay_earth_range[0] == pytest.approx(np.linalg.norm(at - earth, axis=1))


def test_nothing_to_look_at_is_allowed_and_no_time_is_not() -> None:
    empty = compute_geometry([], [], [], [8e8])
    assert empty.sun_azimuth.shape == (0, 1)
    assert empty.station_sees_relay.shape == (0, 0, 1)
    lone = compute_geometry(PLACES, [], STATIONS, [8e8])
    assert lone.relay_elevation.shape == (2, 0, 1)
    assert lone.station_sees_place.shape == (2, 2, 1)
    with pytest.raises(UserError, match="period"):
        compute_geometry(PLACES, [], [], [])
    with pytest.raises(EphemerisRangeError):
        compute_geometry(PLACES, [], [], [-1e9])


def test_an_orbit_through_the_ground_is_refused() -> None:
    low = HeldOrbit(Elements(2e6, 0.5, 1.0, 0.0, 0.0, 0.0), 8e8)
    with pytest.raises(UserError, match="strikes"):
        compute_geometry(PLACES, [low], [], [8e8])
