"""Horizons of every cell of an area, at any number of azimuths and heights.

Terrain is laid out around each tile so that lines of sight are straight (`ground.nest`) and swept
once for every azimuth (`ground.hull`). Measured against dense ray marching in
docs/explanation/horizons.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numba import get_num_threads
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.horizon import REACH
from ilrs.ground.horizon_map import STEP_RAD, UNKNOWN, HorizonFacts, HorizonMap
from ilrs.ground.hull import near_pattern, sweep, turned
from ilrs.ground.nest import Grid, Ground, Nest, grid_of, nest, pyramids
from ilrs.ground.terrain import MOON_RADIUS, Terrain

__all__ = [
    "STEP_RAD",
    "UNKNOWN",
    "Area",
    "HorizonFacts",
    "HorizonMap",
    "Sweep",
    "area_horizon",
    "prepare",
]

Floats = NDArray[np.float64]

NEAR_CELLS = 12
FAR_RATIO = 128.0
LARGEST_TURN = math.radians(0.03)  # of a ray against its azimuth, at the corner of an area
LARGEST_MAP = 2**31  # [bytes] of a map that is held whole


@dataclass(frozen=True)
class Sweep:
    """An area ready to be swept: any azimuth, one after another, in any order."""

    grid: Grid
    heights: Floats
    facts: HorizonFacts
    _nest: Nest
    _turned: tuple[NDArray[np.float32], NDArray[np.int64]]

    def towards(self, grid_azimuth: float) -> NDArray[np.int16]:
        """Skyline (h, ny, nx) int16 in steps of STEP_RAD towards a grid azimuth [rad]."""
        across = math.sin(grid_azimuth) / self.grid.dx
        down = math.cos(grid_azimuth) / self.grid.dy
        by_rows = abs(down) >= abs(across)
        if by_rows:
            pool, table = self._nest.pool, self._nest.table
            rows, columns = self.grid.rows, self.grid.columns
            along, other, dr, dc = down, across, self.grid.dy, self.grid.dx
            middle = self._nest.middle
        else:
            pool, table = self._turned
            rows, columns = self.grid.columns, self.grid.rows
            along, other, dr, dc = across, down, self.grid.dx, self.grid.dy
            middle = self._nest.middle[1], self._nest.middle[0]
        sign = 1 if along > 0 else -1
        shear = other / along
        if abs(shear) < 1e-12:
            shear = 0.0
        near = self.facts.near_cells
        offsets, weights = near_pattern(shear * sign, near)
        # rows and columns of the raster begin before those of the area
        r0, c0 = -int(table[0, 3]), -int(table[0, 4])
        shifted = table.copy()
        shifted[:, 3] += r0
        shifted[:, 4] += c0
        box = np.array([r0, r0 + rows - 1, c0, c0 + columns - 1], np.int64)
        ends = (shear * box[0], shear * box[1])
        first_line = math.floor(box[2] - max(ends)) - 1
        lines = math.ceil(box[3] - min(ends)) + 1 - first_line + 1
        scale = self._nest.scale
        frame = np.array(
            [
                scale / abs(along),
                scale * dr,
                scale * dc,
                middle[0] + r0,
                middle[1] + c0,
                math.cos(grid_azimuth) if by_rows else math.sin(grid_azimuth),
                math.sin(grid_azimuth) if by_rows else math.cos(grid_azimuth),
                MOON_RADIUS,
                STEP_RAD,
            ],
            np.float32,
        )
        out = np.empty((self.heights.size, rows, columns), np.int16)
        sweep(
            pool,
            shifted,
            box,
            shear,
            sign,
            near,
            offsets,
            weights,
            self.heights.astype(np.float32),
            frame,
            first_line,
            max(lines, 2),
            int(table[:, 1].sum()) + 2,
            4 * get_num_threads(),
            out,
        )
        if not by_rows:
            out = turned(out)
        if self.facts.unknown_observers:
            out[:, self._nest.unknown] = UNKNOWN
        return out

    def slices(self, grid_azimuth_count: int) -> Iterator[tuple[float, NDArray[np.int16]]]:
        """Grid azimuth [rad] and skyline (h, ny, nx), one azimuth after another from +y."""
        for azimuth in _azimuths(grid_azimuth_count):
            yield float(azimuth), self.towards(float(azimuth))


def prepare(
    terrains: Sequence[Terrain],
    area: Area,
    heights: ArrayLike = (0.0,),
    reach_m: float = REACH,
    *,
    near_cells: int = NEAR_CELLS,
    far_ratio: float = FAR_RATIO,
    far_height: str = "average",
    open_ended: bool = False,
    levels: Ground | None = None,
) -> Sweep:
    """Lay the ground out around `area`, for sweeps towards any azimuth.

    `terrains` from fine to coarse; the cells are those of the finest that covers the area whole.
    Beyond its edge finer terrain runs out into the coarser one (`seams.run_out`).
    `heights` (h,) [m] of the observers above the local terrain, from low to high. Cells beyond
    `far_ratio` cells from the area grow with the distance; `far_height` "average" lowers far
    skylines, "maximum" raises them: between the two lies the truth. What stands just beyond
    `reach_m` may be seen. With `open_ended` terrain may end within it.
    `levels`, from `nest.pyramids` of the same terrains, saves making them again for every tile.
    Holds for areas so small that a straight ray keeps its azimuth within 0.03 deg (some 100 km at
    the pole); larger ones are refused: cut them with `Area.tiles`.
    """
    above = np.atleast_1d(np.asarray(heights, np.float64))
    if above.ndim != 1 or not (np.isfinite(above).all() and (above >= 0.0).all()):
        raise ValueError("heights above the terrain are finite, not negative, one-dimensional")
    if far_height not in ("average", "maximum"):
        raise ValueError("far_height is average or maximum")
    if not reach_m > 0.0 or near_cells < 2 or not far_ratio >= 2.0 * near_cells:
        raise ValueError("reach is positive, near_cells at least 2, far_ratio twice that or more")
    # hulls are queried from the lowest height upwards: a higher eye touches further out
    order = np.argsort(above)
    if not np.array_equal(order, np.arange(above.size)):
        raise ValueError("heights are given from low to high")
    grid = grid_of(terrains, area)
    laid = levels or pyramids(terrains, reach_m, far_height == "maximum")
    ground = nest(terrains, laid, grid, reach_m, near_cells, far_ratio)
    if ground.azimuth_error > LARGEST_TURN:
        raise TerrainError(
            f"rays turn by {math.degrees(ground.azimuth_error):.3f} deg across the area",
            remedy="cut it into smaller tiles (Area.tiles)",
        )
    if not open_ended and ground.ends < reach_m:
        raise TerrainError(
            f"the terrain ends {ground.ends / 1e3:.1f} km from the area, short of the reach of "
            f"{reach_m / 1e3:g} km",
            remedy="add coarser terrain that covers the reach",
        )
    facts = HorizonFacts(
        terrains=tuple(t.name for t in terrains),
        terrain_sha256=tuple(t.sha256 for t in terrains),
        reach_m=reach_m,
        near_cells=near_cells,
        far_ratio=far_ratio,
        far_height=far_height,
        azimuth_error=ground.azimuth_error,
        unknown_observers=int(ground.unknown.sum()),
        coarse_observers=ground.filled,
        unknown_cells=ground.unknown_cells,
    )
    return Sweep(grid, above, facts, ground, _turned(ground))


def area_horizon(
    terrains: Sequence[Terrain],
    area: Area,
    grid_azimuth_count: int = 360,
    heights: ArrayLike = (0.0,),
    reach_m: float = REACH,
    *,
    near_cells: int = NEAR_CELLS,
    far_ratio: float = FAR_RATIO,
    far_height: str = "average",
    open_ended: bool = False,
    levels: Ground | None = None,
) -> HorizonMap:
    """Horizons of all cells of `area` at equally spaced grid azimuths, held whole.

    For areas whose map does not fit in memory use `prepare` and `Sweep.slices`, or tiles; arguments
    as for `prepare`.
    """
    azimuths = _azimuths(grid_azimuth_count)
    ready = prepare(
        terrains,
        area,
        heights,
        reach_m,
        near_cells=near_cells,
        far_ratio=far_ratio,
        far_height=far_height,
        open_ended=open_ended,
        levels=levels,
    )
    grid = ready.grid
    shape = (ready.heights.size, grid_azimuth_count, grid.rows, grid.columns)
    if 2 * math.prod(shape) > LARGEST_MAP:
        raise TerrainError(
            f"a horizon map of {shape} takes {2e-9 * math.prod(shape):.1f} GB",
            remedy="cut the area into tiles, or take the azimuths one by one",
        )
    elevation = np.empty(shape, np.int16)
    for k, azimuth in enumerate(azimuths):
        elevation[:, k] = ready.towards(float(azimuth))
    return HorizonMap(
        elevation, azimuths, ready.heights, grid.x0, grid.y0, grid.dx, grid.dy, ready.facts
    )


def _azimuths(count: int) -> Floats:
    if count < 4:
        raise ValueError("a horizon has at least four azimuths")
    return np.arange(count, dtype=np.float64) * np.float64(2.0 * math.pi / count)


def _turned(ground: Nest) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The rasters with rows and columns exchanged, for rays nearer to the rows."""
    table = ground.table[:, [0, 2, 1, 4, 3, 5]].copy()
    parts = []
    for row in ground.table:
        raster = ground.pool[row[0] : row[0] + row[1] * row[2]].reshape(row[1], row[2])
        parts.append(np.ascontiguousarray(raster.T).ravel())
    return np.concatenate(parts), table
