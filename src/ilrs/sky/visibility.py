"""When targets can be observed from a place: terrain, clearance above it, Sun, Earth.

One pass over targets and instants. Aberration is taken to first order, u + v/c, 1 mas from the
relativistic law; proper motion stands still over blocks of 30 days, 0.5 arcsec for Barnard's star
and a hundredth of that for most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ilrs.errors import UserError
from ilrs.ground.light import elevation_above_horizon
from ilrs.sky.directions import (
    angular_radius,
    azimuth_elevation,
    local_axes,
    site_position,
)
from ilrs.sky.ephemeris import Ephemeris, fit_ephemeris
from ilrs.sky.stars import Stars, observer_states

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

OPEN, TERRAIN, LOW, LIT, SUN, EARTH = range(6)
REASONS = (
    "open",
    "below the terrain",
    "too low above the terrain",
    "the Sun is up",
    "too near the Sun",
    "too near the Earth",
)
"""What each code of a target at an instant means; the first that applies is given."""
BLOCK = 30.0 * 86400.0  # s


@dataclass(frozen=True)
class Limits:
    """What keeps a telescope from a target it has over the terrain.

    `clearance` [rad] above the terrain; `sun` and `earth` [rad] from their centres, counted only
    while some of the disc stands above the terrain; with `dark` nothing is observed under the Sun.
    """

    clearance: float = 0.0
    sun: float = 0.0
    earth: float = 0.0
    dark: bool = False

    def __post_init__(self) -> None:
        angles = {"clearance": self.clearance, "sun": self.sun, "earth": self.earth}
        for name, angle in angles.items():
            if not 0.0 <= angle <= math.pi:
                raise UserError(
                    f"a limit of {math.degrees(angle):g} deg for {name} is no angle of the sky",
                    remedy="give 0 to 180 deg",
                )


@dataclass(frozen=True)
class Sky:
    """The sky over a place at instants `tdb` (n,): everything that targets are held against.

    `turn` (n, 3, 3) takes ICRF vectors to east, north, up; `velocity` [c] and `place` [au] (n, 3)
    of the Moon in ICRF; `sun`, `earth` (n, 3) unit vectors east, north, up as seen from the place;
    `sun_up`, `earth_up` (n,) tell whether some of the disc is above the `skyline` (a,) [rad].
    """

    tdb: Floats
    turn: Floats
    velocity: Floats
    place: Floats
    sun: Floats
    earth: Floats
    sun_up: NDArray[np.bool_]
    earth_up: NDArray[np.bool_]
    skyline: Floats


def sky_over(
    latitude: float,
    longitude: float,
    altitude: float,
    skyline: Floats,
    tdb: Floats,
    ephemeris: Ephemeris | None = None,
) -> Sky:
    """The sky over a place [rad, m above the sphere] with its `skyline` (a,) [rad] at `tdb` (n,).

    The skyline is at equal steps of azimuth from north clockwise.
    """
    times = np.ascontiguousarray(tdb, dtype=np.float64)
    found = ephemeris or fit_ephemeris(float(times.min()), float(times.max()))
    axes, site = local_axes(latitude, longitude), site_position(latitude, longitude, altitude)
    place, velocity = observer_states(times)
    seen = {}
    for body, position in zip(("sun", "earth"), found.positions(times), strict=True):
        azimuth, elevation, distance = azimuth_elevation(position, site, longitude)
        top = elevation + angular_radius(body, distance)
        up = elevation_above_horizon(top, azimuth, skyline) > 0.0
        level = np.cos(elevation)
        toward = [level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)]
        seen[body] = np.stack(toward, axis=1), up
    return Sky(
        times,
        np.ascontiguousarray(axes @ found.rotation(times)),
        velocity,
        place,
        seen["sun"][0],
        seen["earth"][0],
        seen["sun"][1],
        seen["earth"][1],
        np.ascontiguousarray(skyline, dtype=np.float64),
    )


def visibility(stars: Stars, sky: Sky, limits: Limits) -> Codes:
    """Of every target and instant a code of `REASONS`, (targets, n)."""
    out = np.empty((len(stars), len(sky.tdb)), np.uint8)
    shift = [np.einsum("nij,nj->in", sky.turn, v) for v in (sky.velocity, sky.place)]
    rows = np.concatenate([sky.turn.reshape(-1, 9).T, *shift])
    sun, earth = np.ascontiguousarray(sky.sun.T), np.ascontiguousarray(sky.earth.T)
    low, high = float(sky.skyline.min()), float(sky.skyline.max())
    bounds = np.array(
        [
            math.sin(low),
            math.sin(min(high + limits.clearance, math.pi / 2.0)),
            limits.clearance,
            math.cos(limits.sun),
            math.cos(limits.earth),
        ]
    )
    for first, last in _blocks(sky.tdb):
        part = slice(first, last)
        _codes(
            stars.at(0.5 * float(sky.tdb[first] + sky.tdb[last - 1])),
            stars.parallax,
            np.ascontiguousarray(rows[:, part]),
            np.ascontiguousarray(sun[:, part]),
            np.ascontiguousarray(earth[:, part]),
            sky.sun_up[part],
            sky.earth_up[part],
            sky.skyline,
            bounds,
            limits.dark,
            out,
            first,
        )
    return out


def track(stars: Stars, sky: Sky) -> tuple[Floats, Floats]:
    """Azimuth in [0, 2 pi) and elevation [rad] of every target and instant, (targets, n)."""
    azimuth, elevation = (np.empty((len(stars), len(sky.tdb))) for _ in range(2))
    for first, last in _blocks(sky.tdb):
        part = slice(first, last)
        fixed = stars.at(0.5 * float(sky.tdb[first] + sky.tdb[last - 1]))
        seen = fixed[:, None] + sky.velocity[part] - stars.parallax[:, None, None] * sky.place[part]
        local = np.einsum("nij,knj->kni", sky.turn[part], seen)
        azimuth[:, part] = np.arctan2(local[..., 0], local[..., 1]) % (2.0 * math.pi)
        elevation[:, part] = np.arctan2(local[..., 2], np.hypot(local[..., 0], local[..., 1]))
    return azimuth, elevation


def _blocks(tdb: Floats) -> list[tuple[int, int]]:
    """Steps of stretches of `BLOCK` at most."""
    number = np.floor((tdb - tdb[0]) / BLOCK).astype(np.int64)
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(tdb)]
    return [(int(a), int(b)) for a, b in pairwise(edges)]


@njit(cache=True, parallel=True, fastmath={"contract"})
def _codes(
    direction: Floats,
    parallax: Floats,
    rows: Floats,
    sun: Floats,
    earth: Floats,
    sun_up: NDArray[np.bool_],
    earth_up: NDArray[np.bool_],
    skyline: Floats,
    bounds: Floats,
    dark: bool,
    out: Codes,
    first: int,
) -> None:
    """`rows` (15, n): the nine of the rotation, then turned velocity and turned place."""
    count, chunk = rows.shape[1], 512
    for k in prange(len(direction)):
        ux, uy, uz, plx = direction[k, 0], direction[k, 1], direction[k, 2], parallax[k]
        east, north, up = np.empty(chunk), np.empty(chunk), np.empty(chunk)
        to_sun, to_earth = np.empty(chunk), np.empty(chunk)
        for low in range(0, count, chunk):
            size = min(chunk, count - low)
            # Without a branch, so that these run several steps at once.
            for j in range(size):
                i = low + j
                e = rows[0, i] * ux + rows[1, i] * uy + rows[2, i] * uz
                n = rows[3, i] * ux + rows[4, i] * uy + rows[5, i] * uz
                u = rows[6, i] * ux + rows[7, i] * uy + rows[8, i] * uz
                e += rows[9, i] - plx * rows[12, i]
                n += rows[10, i] - plx * rows[13, i]
                u += rows[11, i] - plx * rows[14, i]
                scale = 1.0 / math.sqrt(e * e + n * n + u * u)
                east[j], north[j], up[j] = e * scale, n * scale, u * scale
                to_sun[j] = (e * sun[0, i] + n * sun[1, i] + u * sun[2, i]) * scale
                to_earth[j] = (e * earth[0, i] + n * earth[1, i] + u * earth[2, i]) * scale
            for j in range(size):
                i = low + j
                code = 0
                if up[j] <= bounds[0]:
                    code = 1
                elif up[j] < bounds[1]:
                    above = math.asin(up[j]) - _edge(skyline, math.atan2(east[j], north[j]))
                    code = 1 if above <= 0.0 else 2 if above < bounds[2] else 0
                if code == 0 and sun_up[i]:
                    code = 3 if dark else 4 if to_sun[j] > bounds[3] else 0
                if code == 0 and earth_up[i] and to_earth[j] > bounds[4]:
                    code = 5
                out[k, first + i] = code


@njit(cache=True, inline="always")
def _edge(skyline: Floats, azimuth: float) -> float:
    """Elevation of the skyline at an azimuth, straight between its steps."""
    count = len(skyline)
    at = azimuth * (count / (2.0 * math.pi))
    if at < 0.0:
        at += count
    left = int(at)
    share = at - left
    left %= count
    right = left + 1 if left + 1 < count else 0
    return (1.0 - share) * skyline[left] + share * skyline[right]
