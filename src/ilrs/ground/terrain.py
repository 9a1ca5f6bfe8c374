"""Heights, slopes and map coordinates on the Moon's elevation models.

Several terrains stand one inside another, finest first: a height comes from the first that has
all four pixels around the point. Between pixels it is bilinear.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.data.rasters import GEOGRAPHIC, MOON_RADIUS, SOUTH_POLAR, Terrain
from ilrs.errors import TerrainError

__all__ = [
    "MOON_RADIUS",
    "Stack",
    "Terrain",
    "above_ground",
    "height_at",
    "known_heights",
    "local_frame",
    "project",
    "require_order",
    "slope_at",
    "stack",
    "unproject",
]

Floats = NDArray[np.float64]


class Stack(NamedTuple):
    """Terrains laid out for compiled code: all heights in one array, one row of `table` each.

    Columns of `table`: kind (0 south polar, 1 north polar, 2 geographic), x0, y0, 1/dx, 1/dy,
    rows, columns, first index in `heights`, cell [m], 1 when the columns go round the globe.
    """

    heights: NDArray[np.float32]
    table: Floats


def require_order(terrains: Sequence[Terrain]) -> None:
    """Raise `TerrainError` unless there are `terrains`, and from fine to coarse."""
    if not terrains:
        raise TerrainError("no terrain given", remedy="give at least one elevation model")
    if any(a.cell > b.cell for a, b in pairwise(terrains)):
        raise TerrainError(
            "terrains must be given from fine to coarse: "
            + ", ".join(f"{t.name} ({t.cell:g} m)" for t in terrains)
        )


def stack(terrains: Sequence[Terrain]) -> Stack:
    """Lay out `terrains`, given from fine to coarse, for compiled code."""
    require_order(terrains)
    rows = []
    first = 0
    for t in terrains:
        ny, nx = t.heights.shape
        kind = 2 if t.crs == GEOGRAPHIC else 0 if t.crs == SOUTH_POLAR else 1
        around = kind == 2 and math.isclose(nx * abs(t.dx), 2.0 * math.pi, rel_tol=1e-9)
        rows.append([kind, t.x0, t.y0, 1 / t.dx, 1 / t.dy, ny, nx, first, t.cell, float(around)])
        first += ny * nx
    heights = np.concatenate([np.asarray(t.heights, np.float32).ravel() for t in terrains])
    return Stack(heights, np.array(rows, dtype=np.float64))


def project(lat: ArrayLike, lon: ArrayLike) -> tuple[Floats, Floats]:
    """South polar stereographic x and y [m] (IAU_2015:30135) of `lat`, `lon` [rad].

    rho = 2 R tan((pi/2 + lat)/2), x = rho sin(lon), y = rho cos(lon) (Snyder 1987, eq. 21-33 ff.).
    Holds for every place but the north pole.
    """
    rho = 2.0 * MOON_RADIUS * np.tan(0.5 * (0.5 * math.pi + np.asarray(lat, np.float64)))
    lon = np.asarray(lon, np.float64)
    return rho * np.sin(lon), rho * np.cos(lon)


def unproject(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Latitude [rad] and longitude [rad, 0 to 2 pi) of a point on the plane of `project` [m]."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    lat = 2.0 * np.arctan(np.hypot(x, y) / (2.0 * MOON_RADIUS)) - 0.5 * math.pi
    return lat, np.mod(np.arctan2(x, y), 2.0 * math.pi)


def local_frame(lat: float, lon: float) -> tuple[Floats, Floats, Floats]:
    """Unit vectors up, north and east (3,) at `lat`, `lon` [rad] in MOON_ME.

    At a pole the longitude decides which way north is.
    """
    cb, sb, cl, sl = math.cos(lat), math.sin(lat), math.cos(lon), math.sin(lon)
    up = np.array([cb * cl, cb * sl, sb])
    north = np.array([-sb * cl, -sb * sl, cb])
    return up, north, np.array([-sl, cl, 0.0])


def known_heights(terrains: Sequence[Terrain], lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Height [m] above the 1737.4 km sphere at `lat`, `lon` [rad] (any shape), NaN where unknown.

    Bilinear in the first of `terrains` (fine to coarse) that has the four heights around a point.
    """
    lat, lon = np.broadcast_arrays(np.asarray(lat, np.float64), np.asarray(lon, np.float64))
    layers = stack(terrains)
    flat_lat, flat_lon = np.ravel(lat), np.ravel(lon)
    points = np.stack(
        [
            np.cos(flat_lat) * np.cos(flat_lon),
            np.cos(flat_lat) * np.sin(flat_lon),
            np.sin(flat_lat),
        ],
        axis=1,
    )
    return _sample_many(layers.heights, layers.table, points, MOON_RADIUS).reshape(lat.shape)


def height_at(terrains: Sequence[Terrain], lat: ArrayLike, lon: ArrayLike) -> Floats:
    """Height [m] above the 1737.4 km sphere at `lat`, `lon` [rad] (any shape), bilinear.

    Takes the first of `terrains` (fine to coarse) that covers the point; raises `TerrainError`
    naming the first place that none covers.
    """
    heights = known_heights(terrains, lat, lon)
    if np.isnan(heights).any():
        bad = int(np.argmax(np.isnan(heights)))
        places = (np.broadcast_to(np.asarray(v, np.float64), heights.shape) for v in (lat, lon))
        north, east = (math.degrees(v.ravel()[bad]) for v in places)
        raise TerrainError(
            f"no terrain covers {north:.4f} deg, {east % 360:.4f} deg E "
            f"(given: {', '.join(t.name for t in terrains)})",
            remedy="add terrain that covers the place, coarse if need be",
        )
    return heights


def above_ground(heights: ArrayLike) -> Floats:
    """`heights` [m] above the ground as an array, refused where they are below it or no numbers."""
    checked = np.asarray(heights, np.float64)
    if not (np.isfinite(checked) & (checked >= 0.0)).all():
        low = checked[~(np.isfinite(checked) & (checked >= 0.0))].ravel()[0]
        raise TerrainError(
            f"a height of {low:g} m above the ground lies below it"
            if low < 0
            else f"{low:g} m is no height above the ground",
            remedy="heights count from the ground up, 0 m or more",
        )
    return checked


def slope_at(
    terrains: Sequence[Terrain], lat: float, lon: float, baseline: float | None = None
) -> tuple[float, float]:
    """Slope [rad] and the azimuth [rad] in which the ground falls, at `lat`, `lon` [rad].

    Central differences of heights over `baseline` [m] north and east, two cells of the finest
    terrain that covers the place when not given. Holds for slopes at that scale; slopes at a
    rover's scale are steeper.
    """
    if baseline is None:
        baseline = 2.0 * _finest(terrains, lat, lon).cell
    if not baseline > 0:
        raise TerrainError(f"a baseline of {baseline:g} m gives no slope")
    up, north, east = local_frame(lat, lon)
    arc = 0.5 * baseline / MOON_RADIUS
    ends = [math.cos(arc) * up + math.sin(arc) * d for d in (north, -north, east, -east)]
    lats = np.array([math.asin(max(-1.0, min(1.0, p[2]))) for p in ends])
    lons = np.array([math.atan2(p[1], p[0]) for p in ends])
    n, s, e, w = height_at(terrains, lats, lons)
    to_north, to_east = (n - s) / baseline, (e - w) / baseline
    downhill = math.atan2(-to_east, -to_north) % (2.0 * math.pi)
    return math.atan(math.hypot(to_north, to_east)), downhill


def bend_at(terrain: Terrain, lat: ArrayLike, lon: ArrayLike) -> Floats:
    """How far the ground bends up at `lat`, `lon` (p,) [rad]: (p,) [m], negative on summits.

    The heights a cell to the north, south, east and west less four times that of the place; 0
    where one of them is unknown.
    """
    lats, lons = np.atleast_1d(np.asarray(lat, np.float64), np.asarray(lon, np.float64))
    cb, sb, cl, sl = np.cos(lats), np.sin(lats), np.cos(lons), np.sin(lons)
    up = np.stack([cb * cl, cb * sl, sb])
    north, east = np.stack([-sb * cl, -sb * sl, cb]), np.stack([-sl, cl, np.zeros_like(cl)])
    arc = terrain.cell / MOON_RADIUS
    ends = [math.cos(arc) * up + math.sin(arc) * d for d in (north, -north, east, -east)]
    around = sum(
        known_heights([terrain], np.arcsin(np.clip(e[2], -1.0, 1.0)), np.arctan2(e[1], e[0]))
        for e in ends
    )
    return np.nan_to_num(around - 4.0 * known_heights([terrain], lats, lons), nan=0.0)


def _finest(terrains: Sequence[Terrain], lat: float, lon: float) -> Terrain:
    for terrain in terrains:
        try:
            height_at([terrain], lat, lon)
        except TerrainError:
            continue
        return terrain
    height_at(terrains, lat, lon)  # raises
    raise AssertionError


@njit(cache=True, inline="always")
def sample(
    heights: NDArray[np.float32], table: Floats, x: float, y: float, z: float, radius: float
) -> tuple[float, float]:
    """Height [m] and cell [m] of the first terrain that covers the unit vector (x, y, z).

    Both NaN when none does. Compiled; `radius` [m] is the sphere's.
    """
    for k in range(table.shape[0]):
        kind = table[k, 0]
        if kind == 0.0:
            f = 2.0 * radius / (1.0 - z)
            u, v = f * y, f * x
        elif kind == 1.0:
            f = 2.0 * radius / (1.0 + z)
            u, v = f * y, -f * x
        else:
            u, v = math.atan2(y, x), math.atan2(z, math.sqrt(x * x + y * y))
        rows, columns = int(table[k, 5]), int(table[k, 6])
        i = (v - table[k, 2]) * table[k, 4]
        j = (u - table[k, 1]) * table[k, 3]
        around = table[k, 9] == 1.0
        if kind == 2.0:
            # the half cell between the last row of centres and a pole keeps that row's heights
            if -0.5 <= i < 0.0:
                i = 0.0
            elif rows - 1 < i <= rows - 0.5:
                i = rows - 1.0
            turn = 2.0 * math.pi * abs(table[k, 3])
            j -= math.floor((j + 1e-6) / turn) * turn
            if around and j < 0.0:
                j = 0.0
        # a point on the outermost centres is covered, whatever the rounding of its coordinates
        if -1e-6 <= i <= rows - 1 + 1e-6:
            i = min(max(i, 0.0), rows - 1.0)
        else:
            continue
        if not around:
            if -1e-6 <= j <= columns - 1 + 1e-6:
                j = min(max(j, 0.0), columns - 1.0)
            else:
                continue
        i0, j0 = min(int(i), rows - 2), min(int(j), columns - 1)
        j1 = j0 + 1
        if j1 >= columns:
            if around:
                j1 = 0
            else:
                j0, j1 = columns - 2, columns - 1
        fi, fj = i - i0, j - j0
        base = int(table[k, 7]) + i0 * columns
        h00, h01 = heights[base + j0], heights[base + j1]
        h10, h11 = heights[base + columns + j0], heights[base + columns + j1]
        h = (1.0 - fi) * ((1.0 - fj) * h00 + fj * h01) + fi * ((1.0 - fj) * h10 + fj * h11)
        if not math.isnan(h):
            return h, table[k, 8]
    return math.nan, math.nan


@njit(cache=True, parallel=True)
def _sample_many(
    heights: NDArray[np.float32], table: Floats, points: Floats, radius: float
) -> Floats:
    out = np.empty(points.shape[0])
    for n in prange(points.shape[0]):
        out[n], _ = sample(heights, table, points[n, 0], points[n, 1], points[n, 2], radius)
    return out
