"""The ground and the sky a route is looked for in: a window of terrain, its light and its contacts.

Cells are those of the finest terrain that covers the window. Masks are taken in the middle of each
step and hold for all of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.data.rasters import Terrain
from ilrs.errors import TerrainError
from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.lit_map import Disc
from ilrs.ground.lit_masks import lit_masks, shares_along
from ilrs.ground.nest import Grid, grid_of
from ilrs.ground.sweep import Sweep, prepare
from ilrs.sky.directions import SUN_RADIUS, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.orbits import HeldOrbit, held_positions
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FINE = 100.0
"""Cells [m] above which terrain says nothing of a route."""
HEIGHT = 1.5
"""Height [m] above ground of a rover's panels and antenna."""
REACH = 100_000.0
"""How far [m] terrain casts shadows: a summit of 3 km beyond stands under 1.7 deg, below most of
what is nearer."""
MOST_CELLS = 4_000_000


@dataclass(frozen=True)
class Field:
    """A window of ground (ny, nx) [m] with the sky over a clock, ready to be asked for masks."""

    grid: Grid
    heights: NDArray[np.float32]
    terrain: Terrain
    terrains: tuple[Terrain, ...]
    sweep: Sweep
    clock: Clock
    sun: Disc
    earth: Disc

    def lit(self, threshold: float) -> Bools:
        """Where (t, ny, nx) more than `threshold` of the disc is in view, eclipses counted."""
        return lit_masks(self.sweep, self.sun, threshold=threshold, altitude=self._altitude)

    def earth_in_view(self) -> Bools:
        """Where (t, ny, nx) the Earth's centre is in view."""
        return lit_masks(self.sweep, self.earth, altitude=self._altitude)

    def in_view(self, positions: Floats) -> Bools:
        """Where (t, ny, nx) points `positions` (t, 3) [m] in MOON_ME, such as a relay's, are."""
        return lit_masks(self.sweep, Disc(positions, 0.0), altitude=self._altitude)

    def sun_along(self, cells: NDArray[np.int64], seconds: Floats) -> tuple[Floats, Floats, Floats]:
        """Lit share [1], elevation and grid azimuth [rad] of the Sun at cells (n, 2) and times."""
        steps = np.clip(seconds // self.clock.step, 0, self.clock.count - 1).astype(np.int64)
        return shares_along(self.sweep, self.sun, cells, steps, altitude=self._altitude)

    @property
    def _altitude(self) -> float:
        known = self.heights[np.isfinite(self.heights)]
        return float(known.mean()) if known.size else 0.0


def positions_of(relay: HeldOrbit, clock: Clock) -> Floats:
    """Positions (t, 3) [m] in MOON_ME of a relay in the middle of every step of a clock."""
    times = tdb_from_utc(clock.middles)
    rotation = fit_ephemeris(float(times[0]), float(times[-1])).rotation(times)
    return held_positions(relay, times, rotation)


def window(points: Floats, margin: float) -> Area:
    """The rectangle around `points` (n, 2) [m] on the plane, `margin` [m] wider on every side."""
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    return Area(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def within(area: Area, terrain: Terrain) -> Area:
    """What of `area` the terrain covers; `TerrainError` when that is nothing."""
    ny, nx = terrain.heights.shape
    xs = sorted((terrain.x0, terrain.x0 + (nx - 1) * terrain.dx))
    ys = sorted((terrain.y0, terrain.y0 + (ny - 1) * terrain.dy))
    bounds = (
        max(area.x_min, xs[0]),
        max(area.y_min, ys[0]),
        min(area.x_max, xs[1]),
        min(area.y_max, ys[1]),
    )
    if bounds[0] >= bounds[2] or bounds[1] >= bounds[3]:
        raise TerrainError(f"{terrain.name} has nothing of the ground of the route")
    return Area(*bounds)


def make_field(
    terrains: Sequence[Terrain], area: Area, clock: Clock, *, reach: float = REACH
) -> Field:
    """The field of `area` on the finest of `terrains` (fine to coarse) that covers it."""
    grid = grid_of(terrains, area)
    if grid.rows * grid.columns > MOST_CELLS:
        raise TerrainError(
            f"{grid.rows} x {grid.columns} cells are more than a route is looked for on",
            remedy="take places nearer to each other, or coarser terrain",
        )
    times = tdb_from_utc(clock.middles)
    sun, earth = fit_ephemeris(float(times[0]), float(times[-1])).positions(times)
    left = earth_eclipse(sun, earth, site_position(-0.5 * math.pi, 0.0, 0.0))
    terrain = terrains[grid.terrain]
    i0 = round((grid.y0 - terrain.y0) / terrain.dy)
    j0 = round((grid.x0 - terrain.x0) / terrain.dx)
    used = tuple(terrains[grid.terrain :])
    return Field(
        grid=grid,
        heights=terrain.heights[i0 : i0 + grid.rows, j0 : j0 + grid.columns],
        terrain=terrain,
        terrains=used,
        sweep=prepare(used, area, [HEIGHT], reach, open_ended=True),
        clock=clock,
        sun=Disc(sun, SUN_RADIUS, left),
        earth=Disc(earth, 0.0),
    )
