from __future__ import annotations

import math

import numpy as np
import pytest
import spiceypy

from ilrs.data.kernels import MOON_ME, furnish
from ilrs.data.stars import read_catalogue, star_names
from ilrs.errors import UserError
from ilrs.sky.directions import MOON_RADIUS, separation, site_position
from ilrs.sky.stars import (
    YEAR,
    Stars,
    apparent_directions,
    catalogue_stars,
    ecliptic,
    joined,
    julian_epoch,
    observer_states,
    stars_from,
)
from ilrs.sky.visibility import EARTH, LIT, LOW, OPEN, SUN, TERRAIN, Limits, Sky, sky_over
from ilrs.sky.visibility import track as track_of
from ilrs.sky.visibility import visibility as codes_of

ARCSECOND = math.pi / 648000.0
POLE = (math.radians(-89.45), math.radians(222.66))
TIMES = julian_epoch(2035.5) + np.arange(0.0, 60.0 * 86400.0, 3600.0)


@pytest.fixture(scope="module")
def stars() -> Stars:
    return catalogue_stars(3.0)


@pytest.fixture(scope="module")
def sky() -> Sky:
    skyline = np.radians(0.5 + 0.5 * np.sin(np.linspace(0, 2 * np.pi, 360, endpoint=False)))
    return sky_over(*POLE, 1900.0, skyline, TIMES)


def test_the_list_and_its_names() -> None:
    catalogue = read_catalogue()
    assert len(catalogue.hip) == 7982
    assert set(star_names().values()) <= set(catalogue.hip.tolist())
    assert catalogue_stars(0.0).names == ("Sirius", "Canopus")
    with pytest.raises(UserError, match="as bright as Hp -5"):
        catalogue_stars(-5.0)


def test_arcturus_moves_as_measured() -> None:
    """2.28 arcsec a year: -1093 and -2000 mas."""
    arcturus = catalogue_stars(0.2)
    k = arcturus.names.index("Arcturus")
    then, now = arcturus.at(julian_epoch(1991.25))[k], arcturus.at(julian_epoch(2041.25))[k]
    moved = float(separation(then, now)) / ARCSECOND
    assert moved == pytest.approx(50.0 * math.hypot(1.09339, 2.00006), rel=1e-4)
    declination = math.degrees(math.asin(now[2]) - math.asin(then[2])) * 3600.0
    assert declination == pytest.approx(-50.0 * 2.00006, rel=1e-3)


def test_ecliptic_pole_and_equinox() -> None:
    e = math.radians(84381.406 / 3600.0)
    longitude, latitude = ecliptic(np.array([[0.0, -math.sin(e), math.cos(e)], [1.0, 0.0, 0.0]]))
    assert latitude[0] == pytest.approx(math.pi / 2)
    assert longitude[1] == pytest.approx(0.0)


def test_aberration_as_cspice() -> None:
    furnish()
    t = float(TIMES[100])
    state = np.array(spiceypy.spkssb(301, t, "J2000"))
    place, velocity = observer_states(t)
    assert np.abs(place[0] * 149597870.7 - state[:3]).max() < 1e-3  # km
    assert np.abs(velocity[0] * 299792.458 - state[3:]).max() < 1e-9
    u = catalogue_stars(1.0).at(t)
    mine = apparent_directions(u, 0.0, t)
    theirs = np.array([spiceypy.stelab(v, state[3:]) for v in u])
    assert separation(mine, theirs).max() < 2e-3 * ARCSECOND  # theirs is not relativistic
    assert 15.0 < separation(mine, u).max() / ARCSECOND < 21.0


def test_parallax_is_the_angle_of_an_astronomical_unit() -> None:
    t = float(TIMES[0])
    place, _ = observer_states(t)
    across = np.cross(place[0], [0.0, 0.0, 1.0])
    u = across / np.linalg.norm(across)
    moved = separation(apparent_directions(u, 1e-5, t), apparent_directions(u, 0.0, t))
    assert moved == pytest.approx(1e-5 * np.linalg.norm(place[0]), rel=1e-3)


def test_azimuth_and_elevation_as_cspice(stars: Stars, sky: Sky) -> None:
    furnish()
    azimuth, elevation = track_of(stars, sky)
    i = 700
    t = float(TIMES[i])
    turn = np.array(spiceypy.pxform("J2000", MOON_ME, t))
    seen = apparent_directions(stars.at(t), stars.parallax, t) @ turn.T
    latitude, longitude = POLE
    up = site_position(latitude, longitude, 0.0) / MOON_RADIUS
    assert np.abs(np.arcsin(seen @ up) - elevation[:, i]).max() < 0.3 * ARCSECOND
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    angle = np.arctan2(seen @ east, seen @ np.cross(up, east)) % (2 * np.pi)
    assert np.abs(np.sin(angle - azimuth[:, i])).max() < 1e-5


def test_codes_are_what_their_names_say(stars: Stars, sky: Sky) -> None:
    limits = Limits(math.radians(4.0), math.radians(50.0), math.radians(30.0))
    codes = codes_of(stars, sky, limits)
    azimuth, elevation = track_of(stars, sky)
    edge = np.interp(
        azimuth, np.linspace(0, 2 * np.pi, 361), np.append(sky.skyline, sky.skyline[0])
    )
    above = elevation - edge
    level = np.cos(elevation)
    seen = np.stack([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)], axis=2)
    to_sun = np.arccos(np.clip(np.einsum("kni,ni->kn", seen, sky.sun), -1, 1))
    to_earth = np.arccos(np.clip(np.einsum("kni,ni->kn", seen, sky.earth), -1, 1))
    wanted = np.select(
        [above <= 0, above < limits.clearance, sky.sun_up & (to_sun < limits.sun),
         sky.earth_up & (to_earth < limits.earth)],
        [TERRAIN, LOW, SUN, EARTH], OPEN)  # fmt: skip
    # Targets within an arcsecond of a limit may fall to either side.
    assert (codes != wanted).mean() < 1e-4
    assert set(np.unique(codes)) >= {OPEN, TERRAIN, LOW, SUN}
    dark = codes_of(stars, sky, Limits(dark=True))
    assert ((dark == LIT) | (dark == TERRAIN))[:, sky.sun_up].all()
    assert (dark != LIT)[:, ~sky.sun_up].all()


def test_odd_targets() -> None:
    pole = stars_from(["pole"], 0.0, -math.pi / 2)
    assert pole.direction[0] == pytest.approx([0.0, 0.0, -1.0], abs=1e-15)
    assert joined([pole, pole]).names == ("pole", "pole")
    with pytest.raises(UserError, match="declination beyond 90"):
        stars_from(["nowhere"], 0.0, 2.0)
    with pytest.raises(UserError, match="no right ascension"):
        stars_from(["nowhere"], math.nan, 0.0)
    with pytest.raises(UserError, match="no angle of the sky"):
        Limits(sun=-0.1)
    assert YEAR == 365.25 * 86400.0
