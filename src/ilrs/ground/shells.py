"""The horizon at a point sorted by distance: the highest terrain in every shell around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.ground.horizon import NEAREST, REACH
from ilrs.ground.terrain import MOON_RADIUS, Terrain, height_at, local_frame, sample, stack

Floats = NDArray[np.float64]
GROWTH = 1.4  # of a shell's outer radius over its inner


class Shells(NamedTuple):
    """The highest terrain by shell (s) and azimuth (a).

    `tangent` (s, a) [1] of its elevation, -inf where there is none; `distance` (s, a) [m]; `cell`
    (s, a) [m] of the terrain it comes from, and `cell_here` [m] of that under the observer.
    """

    tangent: Floats
    distance: Floats
    cell: Floats
    cell_here: float


def skyline_shells(
    terrains: Sequence[Terrain],
    lat: float,
    lon: float,
    height: float,
    azimuths: ArrayLike,
    reach_m: float = REACH,
    *,
    samples_per_cell: float = 2.0,
) -> Shells:
    """Sort what is seen from `height` [m] above ground at `lat`, `lon` [rad] by distance.

    Shells begin at 2 m and grow by 1.4 out to `reach_m` [m]; `azimuths` (a,) [rad] from north;
    `terrains` from fine to coarse. The maximum over shells is `point_horizon` at as many samples a
    cell, without its refinement. A ray that runs off the terrain ends there.
    """
    directions = np.atleast_1d(np.asarray(azimuths, np.float64))
    layers = stack(terrains)
    ground = float(height_at(terrains, lat, lon))
    up, north, east = local_frame(lat, lon)
    here = sample(layers.heights, layers.table, up[0], up[1], up[2], MOON_RADIUS)[1]
    count = max(1, math.ceil(math.log(reach_m / 2.0) / math.log(GROWTH)))
    ends = np.array([2.0 * GROWTH**k for k in range(1, count + 1)])
    tangent, distance, cell = _march(
        layers.heights,
        layers.table,
        up,
        north,
        east,
        MOON_RADIUS + ground + height,
        directions,
        ends,
        reach_m,
        NEAREST,
        samples_per_cell,
        MOON_RADIUS,
    )
    return Shells(tangent, distance, cell, float(here))


@njit(cache=True, parallel=True)
def _march(
    heights: NDArray[np.float32],
    table: Floats,
    up: Floats,
    north: Floats,
    east: Floats,
    observer: float,
    azimuths: Floats,
    ends: Floats,
    reach: float,
    nearest: float,
    per_cell: float,
    radius: float,
) -> tuple[Floats, Floats, Floats]:
    shape = (ends.size, azimuths.size)
    tangent = np.full(shape, -np.inf)
    distance = np.ones(shape)
    cells = np.zeros(shape)
    coarsest = table[table.shape[0] - 1, 8]
    for a in prange(azimuths.size):
        ca, sa = math.cos(azimuths[a]), math.sin(azimuths[a])
        dx = ca * north[0] + sa * east[0]
        dy = ca * north[1] + sa * east[1]
        dz = ca * north[2] + sa * east[2]
        shell = 0
        s = nearest
        while s <= reach:
            c, t = math.cos(s / radius), math.sin(s / radius)
            h, cell = sample(
                heights, table, c * up[0] + t * dx, c * up[1] + t * dy, c * up[2] + t * dz, radius
            )
            if math.isnan(h):
                s += coarsest / per_cell
                continue
            while s > ends[shell] and shell + 1 < ends.size:
                shell += 1
            now = c / t - observer / ((radius + h) * t)
            if now > tangent[shell, a]:
                tangent[shell, a], distance[shell, a], cells[shell, a] = now, s, cell
            s += min(max(nearest, 0.02 * s), cell / per_cell)
    return tangent, distance, cells
