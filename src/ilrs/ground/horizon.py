"""The true horizon at a point: for every azimuth the highest terrain in sight.

Rays run along great circles over the nested terrains, on the exact sphere. At arc theta from the
observer (radius r0) terrain of radius r stands at the elevation e with

    tan e = (r cos theta - r0) / (r sin theta),

so the Moon's curvature is in it without approximation. A ray is sampled eight times a cell of the
finest terrain under it (finer near the observer), then, up to 512 times finer, around the highest
sample. Against sampling 40 times a cell the skyline of the shipped places is low by less than
1e-4 deg for 99 azimuths of 100 and by 0.008 deg at worst (see their certificates).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import TerrainError
from ilrs.ground.terrain import MOON_RADIUS, Terrain, height_at, local_frame, sample, stack

Floats = NDArray[np.float64]
REACH = 300_000.0  # [m] beyond it nothing on the Moon rises over a skyline near the poles
NEAREST = 0.25  # [m] where a ray starts


def azimuth_grid(step_deg: float = 0.1) -> Floats:
    """Azimuths [rad] from north clockwise in equal steps; `step_deg` must divide 360."""
    count = round(360.0 / step_deg)
    if count < 4 or not math.isclose(count * step_deg, 360.0, rel_tol=1e-9):
        raise ValueError(f"a step of {step_deg} deg does not divide the circle")
    return np.arange(count, dtype=np.float64) * np.float64(2.0 * math.pi / count)


def point_horizon(
    terrains: Sequence[Terrain],
    lat: float,
    lon: float,
    heights: ArrayLike,
    azimuths: ArrayLike,
    reach_m: float = REACH,
    *,
    samples_per_cell: float = 8.0,
    open_ended: bool = False,
) -> Floats:
    """Elevation [rad] of the terrain horizon, shape (h, a), at `lat`, `lon` [rad].

    `heights` (h,) [m] of the observer above the local terrain, `azimuths` (a,) [rad] clockwise
    from north, `terrains` from fine to coarse. Terrain must cover the whole reach; with
    `open_ended` a ray may run off the terrain and ends there (the horizon is then a lower bound).
    Holds for the terrain given: what it smooths away, the horizon lacks.
    """
    above = np.atleast_1d(np.asarray(heights, np.float64))
    directions = np.atleast_1d(np.asarray(azimuths, np.float64))
    if above.ndim != 1 or directions.ndim != 1:
        raise ValueError("heights and azimuths are one-dimensional")
    if not (np.isfinite(above).all() and (above >= 0.0).all()):
        raise ValueError("heights above the terrain are finite and not negative")
    if not reach_m > NEAREST or not samples_per_cell >= 1.0:
        raise ValueError("the reach is longer than 0.25 m, with at least one sample a cell")
    layers = stack(terrains)
    ground = float(height_at(terrains, lat, lon))
    up, north, east = local_frame(lat, lon)
    tangents, missing = _march(
        layers.heights,
        layers.table,
        up,
        north,
        east,
        MOON_RADIUS + ground + above,
        directions,
        reach_m,
        NEAREST,
        samples_per_cell,
        MOON_RADIUS,
    )
    if not open_ended and np.isfinite(missing).any():
        worst = int(np.argmin(missing))
        raise TerrainError(
            f"the terrain ends {missing[worst] / 1e3:.1f} km from "
            f"{math.degrees(lat):.4f} deg, {math.degrees(lon) % 360:.4f} deg E towards azimuth "
            f"{math.degrees(directions[worst]):.1f} deg, short of the reach of "
            f"{reach_m / 1e3:g} km",
            remedy="add coarser terrain that covers the reach",
        )
    return np.arctan(tangents)


@njit(cache=True, parallel=True)
def _march(
    heights: NDArray[np.float32],
    table: Floats,
    up: Floats,
    north: Floats,
    east: Floats,
    observers: Floats,
    azimuths: Floats,
    reach: float,
    nearest: float,
    per_cell: float,
    radius: float,
) -> tuple[Floats, Floats]:
    count, rays = observers.size, azimuths.size
    best = np.full((count, rays), -np.inf)
    missing = np.full(rays, np.inf)
    coarsest = table[table.shape[0] - 1, 8]
    for a in prange(rays):
        ca, sa = math.cos(azimuths[a]), math.sin(azimuths[a])
        dx = ca * north[0] + sa * east[0]
        dy = ca * north[1] + sa * east[1]
        dz = ca * north[2] + sa * east[2]
        where = np.zeros(count)
        width = np.zeros(count)
        s = nearest
        while s <= reach:
            c, t = math.cos(s / radius), math.sin(s / radius)
            h, cell = sample(
                heights, table, c * up[0] + t * dx, c * up[1] + t * dy, c * up[2] + t * dz, radius
            )
            if math.isnan(h):
                missing[a] = min(missing[a], s)
                s += coarsest / per_cell
                continue
            step = min(max(nearest, 0.02 * s), cell / per_cell)
            inverse = 1.0 / ((radius + h) * t)
            for k in range(count):
                tangent = c / t - observers[k] * inverse
                if tangent > best[k, a]:
                    best[k, a] = tangent
                    where[k] = s
                    width[k] = step
            s += step
        # around the highest sample of each observer: three times eight times finer. All observers
        # take all these samples, so that a higher one never sees a higher horizon.
        for k in range(count):
            centre, span = where[k], width[k]
            for _ in range(3):
                summit, top = centre, -np.inf
                for n in range(-8, 9):
                    s = centre + span * n / 8.0
                    if s < nearest or s > reach:
                        continue
                    c, t = math.cos(s / radius), math.sin(s / radius)
                    x, y, z = c * up[0] + t * dx, c * up[1] + t * dy, c * up[2] + t * dz
                    h, cell = sample(heights, table, x, y, z, radius)
                    if math.isnan(h):
                        continue
                    inverse = 1.0 / ((radius + h) * t)
                    for m in range(count):
                        tangent = c / t - observers[m] * inverse
                        best[m, a] = max(best[m, a], tangent)
                        if m == k and tangent > top:
                            summit, top = s, tangent
                centre, span = summit, span / 8.0
    return best, missing
