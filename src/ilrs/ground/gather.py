"""The terrains a question needs, cut out of files of any size: fine near the area, coarser far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ilrs.data.grid import Grid
from ilrs.data.rasters import (
    GEOGRAPHIC,
    MOON_RADIUS,
    NORTH_POLAR,
    Bounds,
    Terrain,
    open_terrain,
    read_terrain,
)
from ilrs.errors import TerrainError
from ilrs.ground.area import Area

CELLS = 4000  # of its own that a terrain is read beyond the area: a skyline is finer there


def gather(
    paths: Sequence[Path | str],
    area: Area,
    reach_m: float,
    *,
    cells: int = CELLS,
    skip: bool = False,
) -> list[Terrain]:
    """The part of each file within reach of `area`, from fine to coarse.

    Each is read `cells` of its own cells beyond the area and never farther than `reach_m` [m], the
    coarsest to `reach_m`: a sample that far off subtends less than a four-thousandth. Raises
    `TerrainError` when a file has nothing there (with `skip` it is left out), or is a map of the
    north pole. Holds for the southern hemisphere.
    """
    if not paths:
        raise TerrainError("no terrain given", remedy="give at least one elevation model")
    grids = sorted((open_terrain(path) for path in paths), key=lambda grid: grid.cell)
    out = []
    for grid in grids:
        if grid.crs == NORTH_POLAR:
            raise TerrainError(
                f"{grid.path} is a map of the north pole, and the area lies in the south",
                remedy="give terrain of the south",
            )
        margin = reach_m if grid is grids[-1] else min(reach_m, cells * grid.cell)
        bounds = _bounds(grid, area, margin)
        if not (skip and _beside(grid.bounds, bounds)):
            out.append(read_terrain(grid.path, bounds=bounds, clip=True))
    if not out:
        raise TerrainError(
            "no terrain covers the area (given: " + ", ".join(g.path.stem for g in grids) + ")",
            remedy="name terrain that covers it: --terrain FILE",
        )
    return out


def _beside(a: Bounds, b: Bounds) -> bool:
    """Whether two of (left, bottom, right, top) have nothing in common."""
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def _bounds(grid: Grid, area: Area, margin: float) -> Bounds:
    """What of `grid` lies within `margin` [m] on the sphere of `area`, or a little more."""
    corners = [(x, y) for x in (area.x_min, area.x_max) for y in (area.y_min, area.y_max)]
    farthest = max(math.hypot(x, y) for x, y in corners)
    arc = 2.0 * math.atan(farthest / (2.0 * MOON_RADIUS)) + margin / MOON_RADIUS
    if grid.crs == GEOGRAPHIC:
        # round the pole every longitude is near
        left, bottom, right, top = grid.bounds
        reached = math.degrees(arc + 2.0 * abs(grid.dy)) - 90.0
        return left, bottom, right, min(top, reached)
    # lengths on the plane are longer than on the sphere, by most where it is farthest from the
    # pole; and a height between cells wants one cell more
    wide = margin * (1.0 + math.tan(0.5 * min(arc, 1.5)) ** 2) + 2.0 * grid.cell
    return area.x_min - wide, area.y_min - wide, area.x_max + wide, area.y_max + wide
