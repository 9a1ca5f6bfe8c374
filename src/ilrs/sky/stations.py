"""Ground stations on the rotating Earth and what each sees of the Moon, a place or a relay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.sky.directions import MOON_RADIUS
from ilrs.sky.time import TT_MINUS_TAI, tai_minus_utc, utc_from_tdb

# WGS 84 (NIMA TR8350.2): semi-major axis [m] and flattening.
_AXIS, _FLATTENING = 6_378_137.0, 1.0 / 298.257223563


@dataclass(frozen=True)
class Station:
    """A ground station: geodetic latitude, east longitude and mask elevation [rad], height [m]."""

    name: str
    latitude: float
    longitude: float
    mask: float
    height: float = 0.0

    def __post_init__(self) -> None:
        if not (abs(self.latitude) <= math.pi / 2 and math.isfinite(self.longitude)):
            raise UserError(
                f"station {self.name!r} is not at a latitude and longitude of the Earth"
            )
        if not -math.pi / 2 < self.mask < math.pi / 2:
            raise UserError(
                f"station {self.name!r} has a mask of {math.degrees(self.mask):g} deg",
                remedy="give the least elevation it can point to, between -90 and 90 deg",
            )


def earth_rotation(tdb: ArrayLike) -> NDArray[np.float64]:
    """Rotations (n, 3, 3) from ICRF to the Earth's fixed frame at `tdb` (n,) [s past J2000].

    Earth rotation angle and precession of IAU 2006 with the four largest terms of nutation,
    UT1 taken as UTC and the pole as fixed: 0.004 deg, nearly all from UT1 - UTC below 0.9 s.
    """
    times = np.atleast_1d(np.asarray(tdb, dtype=np.float64))
    utc = utc_from_tdb(times)
    # UT1 ~ UTC = TT - 32.184 s - (TAI - UTC), with TT ~ TDB to 2 ms.
    ut = times - TT_MINUS_TAI - tai_minus_utc(utc)
    return _earth_rotation(times, ut)


def station_position(station: Station) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The position (3,) [m] and the geodetic vertical (3,) of a station in the Earth's frame."""
    sp, cp = math.sin(station.latitude), math.cos(station.latitude)
    sl, cl = math.sin(station.longitude), math.cos(station.longitude)
    square = _FLATTENING * (2.0 - _FLATTENING)
    n = _AXIS / math.sqrt(1.0 - square * sp * sp)
    level = (n + station.height) * cp
    position = np.array([level * cl, level * sl, (n * (1.0 - square) + station.height) * sp])
    return position, np.array([cp * cl, cp * sl, sp])


def station_elevations(
    stations: Sequence[Station],
    targets: ArrayLike,
    earth: ArrayLike,
    moon_rotation: ArrayLike,
    tdb: ArrayLike,
) -> NDArray[np.float64]:
    """Elevations (stations, n) [rad] of targets (n, 3) or (3,) [m] from the Moon's centre, MOON_ME.

    `earth` (n, 3) [m] in MOON_ME, `moon_rotation` (n, 3, 3) from ICRF to it. To 0.01 deg: see
    `earth_rotation`; aberration of 0.006 deg is left in.
    """
    place, vertical = _arrays(stations)
    places = np.asarray(targets, dtype=np.float64)
    seen = np.broadcast_to(places, np.asarray(earth).shape)[None]
    turn = earth_rotation(tdb)
    out = _elevations(
        np.ascontiguousarray(seen),
        np.asarray(earth, dtype=np.float64),
        np.asarray(moon_rotation, dtype=np.float64),
        turn,
        place,
        vertical,
    )
    return np.asarray(out[:, 0])


def station_sees(
    stations: Sequence[Station],
    targets: ArrayLike,
    earth: ArrayLike,
    moon_rotation: ArrayLike,
    tdb: ArrayLike,
    moon_radius: float = MOON_RADIUS,
) -> NDArray[np.bool_]:
    """Whether each station sees each target past the Moon: (stations, targets, n).

    `targets` (targets, n, 3) or (targets, 1, 3) [m] from the Moon's centre in MOON_ME. Seen: above
    the station's mask, and the line to it clear of a sphere of `moon_radius` [m]; give 0 where the
    target's own horizon decides that, as terrain does for places. `earth`, `moon_rotation` and
    accuracy as `station_elevations`.
    """
    place, vertical = _arrays(stations)
    earths = np.asarray(earth, dtype=np.float64)
    points = np.asarray(targets, dtype=np.float64)
    shape = (len(points), len(earths), 3)
    seen = np.ascontiguousarray(np.broadcast_to(points, shape))
    return np.asarray(
        _sees(
            seen,
            earths,
            np.asarray(moon_rotation, dtype=np.float64),
            earth_rotation(tdb),
            place,
            vertical,
            np.array([math.sin(s.mask) for s in stations]),
            moon_radius,
        )
    )


def _arrays(stations: Sequence[Station]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    both = [station_position(s) for s in stations]
    return (
        np.array([p for p, _ in both]).reshape(-1, 3),
        np.array([v for _, v in both]).reshape(-1, 3),
    )


@njit(cache=True, parallel=True)
def _earth_rotation(tdb: NDArray[np.float64], ut: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.empty((len(tdb), 3, 3))
    arcsecond = math.pi / 648000.0
    for i in prange(len(tdb)):
        t = tdb[i] / 3155760000.0
        # Mean precession angles of Capitaine, Wallace and Chapront 2003 (IAU 2006), bias included
        # only through the constant terms of zeta and z.
        zeta = ((0.01801828 * t + 0.2988499) * t + 2306.083227) * t + 2.650545
        z = ((0.01826837 * t + 1.0927348) * t + 2306.077181) * t - 2.650545
        theta = ((-0.04182264 * t - 0.4294934) * t + 2004.191903) * t
        # Nutation: the Moon's node, the Sun, the Moon, the node twice (IAU 1980, four terms).
        node = math.radians(125.04452 - 1934.136261 * t)
        sun = math.radians(280.4665 + 36000.7698 * t)
        moon = math.radians(218.3165 + 481267.8813 * t)
        longitude = (
            -17.20 * math.sin(node)
            - 1.32 * math.sin(2.0 * sun)
            - 0.23 * math.sin(2.0 * moon)
            + 0.21 * math.sin(2.0 * node)
        )
        tilt = (
            9.20 * math.cos(node)
            + 0.57 * math.cos(2.0 * sun)
            + 0.10 * math.cos(2.0 * moon)
            - 0.09 * math.cos(2.0 * node)
        )
        obliquity = (84381.406 - 46.836769 * t) * arcsecond
        days = ut[i] / 86400.0
        angle = 2.0 * math.pi * (0.7790572732640 + 0.00273781191135448 * days + days % 1.0)
        # Greenwich mean sidereal time less the equation of the equinoxes of the terms above.
        sidereal = (
            angle
            + (0.014506 + (4612.156534 + 1.3915817 * t) * t) * arcsecond
            + longitude * arcsecond * math.cos(obliquity)
        )
        # R3(sidereal) N R3(-z) R2(theta) R3(-zeta), N turned in small angles.
        cz, sz = math.cos(zeta * arcsecond), math.sin(zeta * arcsecond)
        ct, st = math.cos(theta * arcsecond), math.sin(theta * arcsecond)
        cx, sx = math.cos(z * arcsecond), math.sin(z * arcsecond)
        m = np.empty((3, 3))
        m[0, 0] = cx * ct * cz - sx * sz
        m[0, 1] = -cx * ct * sz - sx * cz
        m[0, 2] = -cx * st
        m[1, 0] = sx * ct * cz + cx * sz
        m[1, 1] = -sx * ct * sz + cx * cz
        m[1, 2] = -sx * st
        m[2, 0] = st * cz
        m[2, 1] = -st * sz
        m[2, 2] = ct
        dx = longitude * arcsecond * math.cos(obliquity)
        dy = longitude * arcsecond * math.sin(obliquity)
        de = tilt * arcsecond
        cs, ss = math.cos(sidereal), math.sin(sidereal)
        for k in range(3):
            x = m[0, k] - dx * m[1, k] - dy * m[2, k]
            y = dx * m[0, k] + m[1, k] - de * m[2, k]
            w = dy * m[0, k] + de * m[1, k] + m[2, k]
            out[i, 0, k] = cs * x + ss * y
            out[i, 1, k] = -ss * x + cs * y
            out[i, 2, k] = w
    return out


@njit(cache=True)
def _to_earth(
    moon: NDArray[np.float64], turn: NDArray[np.float64], x: float, y: float, z: float
) -> Any:
    """A vector of MOON_ME in the Earth's fixed frame: back to ICRF by the transpose, then on."""
    a = moon[0, 0] * x + moon[1, 0] * y + moon[2, 0] * z
    b = moon[0, 1] * x + moon[1, 1] * y + moon[2, 1] * z
    c = moon[0, 2] * x + moon[1, 2] * y + moon[2, 2] * z
    return (
        turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c,
        turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c,
        turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c,
    )


@njit(cache=True, parallel=True)
def _elevations(
    targets: NDArray[np.float64],
    earth: NDArray[np.float64],
    moon: NDArray[np.float64],
    turn: NDArray[np.float64],
    place: NDArray[np.float64],
    vertical: NDArray[np.float64],
) -> NDArray[np.float64]:
    out = np.empty((len(place), len(targets), len(earth)))
    for i in prange(len(earth)):
        for j in range(len(targets)):
            x, y, z = _to_earth(
                moon[i],
                turn[i],
                targets[j, i, 0] - earth[i, 0],
                targets[j, i, 1] - earth[i, 1],
                targets[j, i, 2] - earth[i, 2],
            )
            for s in range(len(place)):
                dx, dy, dz = x - place[s, 0], y - place[s, 1], z - place[s, 2]
                up = dx * vertical[s, 0] + dy * vertical[s, 1] + dz * vertical[s, 2]
                out[s, j, i] = math.asin(up / math.sqrt(dx * dx + dy * dy + dz * dz))
    return out


@njit(cache=True, parallel=True)
def _sees(
    targets: NDArray[np.float64],
    earth: NDArray[np.float64],
    moon: NDArray[np.float64],
    turn: NDArray[np.float64],
    place: NDArray[np.float64],
    vertical: NDArray[np.float64],
    mask_sine: NDArray[np.float64],
    moon_radius: float,
) -> NDArray[np.bool_]:
    out = np.empty((len(place), len(targets), len(earth)), np.bool_)
    for i in prange(len(earth)):
        cx, cy, cz = _to_earth(moon[i], turn[i], -earth[i, 0], -earth[i, 1], -earth[i, 2])
        for j in range(len(targets)):
            ox, oy, oz = _to_earth(
                moon[i], turn[i], targets[j, i, 0], targets[j, i, 1], targets[j, i, 2]
            )
            height = math.sqrt(ox * ox + oy * oy + oz * oz)
            # A target under the sphere looks out over it from its own radius.
            radius = min(moon_radius, height * (1.0 - 1e-12))
            for s in range(len(place)):
                dx = cx + ox - place[s, 0]
                dy = cy + oy - place[s, 1]
                dz = cz + oz - place[s, 2]
                far = math.sqrt(dx * dx + dy * dy + dz * dz)
                up = dx * vertical[s, 0] + dy * vertical[s, 1] + dz * vertical[s, 2]
                # From the target the station lies along -d; going there the line comes closer to
                # the Moon's centre only while o . d > 0.
                along = (ox * dx + oy * dy + oz * dz) / far
                clear = along <= 0.0 or height * height - along * along >= radius * radius
                out[s, j, i] = up >= far * mask_sine[s] and clear
    return out
