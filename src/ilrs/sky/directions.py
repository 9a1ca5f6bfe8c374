"""Places on the Moon and directions from them: azimuth, elevation, range, angular radius."""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError

MOON_RADIUS = 1_737_400.0  # m, IAU WG on cartographic coordinates 2015 (Archinal et al. 2018)
SUN_RADIUS = 695_700_000.0  # m, IAU 2015 resolution B3, nominal
EARTH_RADIUS = 6_378_137.0  # m, equatorial, WGS 84
RADII = {"sun": SUN_RADIUS, "earth": EARTH_RADIUS, "moon": MOON_RADIUS}
ASTRONOMICAL_UNIT = 149_597_870_700.0  # m, exact, IAU 2012 resolution B2


def site_position(latitude: float, longitude: float, altitude: float) -> NDArray[np.float64]:
    """The position (3,) [m] in MOON_ME of a place at `altitude` [m] above the 1737.4 km sphere.

    `latitude` north and `longitude` east [rad].
    """
    if not -math.pi / 2 <= latitude <= math.pi / 2:
        raise UserError(
            f"latitude {math.degrees(latitude):g} deg is not on the Moon",
            remedy="give a latitude between -90 and 90 deg, south negative",
        )
    if not (math.isfinite(longitude) and math.isfinite(altitude) and altitude > -MOON_RADIUS):
        raise UserError(f"longitude {longitude!r} rad and altitude {altitude!r} m are not a place")
    r = MOON_RADIUS + altitude
    return r * np.array(
        [
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
        ]
    )


def local_axes(latitude: float, longitude: float) -> NDArray[np.float64]:
    """Rows east, north, up (3, 3) at a place; at a pole the meridian of `longitude` names north."""
    sp, cp = math.sin(latitude), math.cos(latitude)
    sl, cl = math.sin(longitude), math.cos(longitude)
    return np.array([[-sl, cl, 0.0], [-sp * cl, -sp * sl, cp], [cp * cl, cp * sl, sp]])


def latitude_longitude(position: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude in [-pi/2, pi/2] and east longitude in (-pi, pi] [rad] of positions (..., 3)."""
    p = np.asarray(position, dtype=np.float64)
    return (
        np.arctan2(p[..., 2], np.hypot(p[..., 0], p[..., 1])),
        np.arctan2(p[..., 1], p[..., 0]),
    )


def azimuth_elevation(
    target: ArrayLike, site: ArrayLike, longitude: float | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Azimuth in [0, 2 pi) clockwise from north, elevation [rad] and range [m] of targets (n, 3).

    `target` and `site` (3,) from the Moon's centre in MOON_ME [m]; the horizontal plane is that of
    the sphere. At an exact pole north is undefined: `longitude` [rad] names the meridian.
    """
    place = np.asarray(site, dtype=np.float64)
    latitude, east = latitude_longitude(place)
    meridian = float(east) if longitude is None else longitude
    axes = local_axes(float(latitude), meridian)
    targets = np.ascontiguousarray(np.atleast_2d(np.asarray(target, dtype=np.float64)))
    return _look(targets, place, axes)


def angular_radius(body: str, distance: ArrayLike) -> NDArray[np.float64]:
    """The angular radius [rad] of 'sun', 'earth' or 'moon' seen from `distance` [m]: asin(R/d)."""
    return np.arcsin(RADII[body] / np.asarray(distance, dtype=np.float64))


def separation(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """The angle [rad] between vectors (..., 3): atan2(|a x b|, a . b), exact for small angles."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    return np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), np.sum(a * b, axis=-1))


@njit(cache=True, parallel=True)
def _look(
    target: NDArray[np.float64], site: NDArray[np.float64], axes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    n = len(target)
    azimuth, elevation, distance = np.empty(n), np.empty(n), np.empty(n)
    for i in prange(n):
        x, y, z = target[i, 0] - site[0], target[i, 1] - site[1], target[i, 2] - site[2]
        east = axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z
        north = axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z
        up = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
        level = math.sqrt(east * east + north * north)
        angle = math.atan2(east, north)
        if angle < 0.0:
            angle += 2.0 * math.pi
            # A tiny negative angle rounds up to the full circle, which is 0.
            if angle >= 2.0 * math.pi:
                angle = 0.0
        azimuth[i] = angle
        elevation[i] = math.atan2(up, level)
        distance[i] = math.sqrt(level * level + up * up)
    return azimuth, elevation, distance
