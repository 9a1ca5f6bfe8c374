"""Elevation models: heights [m] above the 1737.4 km sphere on a regular grid, read from files.

Grids are polar stereographic or of longitude and latitude, whole or the part within bounds, from
GeoTIFF and its kin or a PDS3 label with its image. What cannot be used is refused with what would
mend it; nothing is guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ilrs.data.geotiff import open_raster
from ilrs.data.grid import GEOGRAPHIC, MOON_RADIUS, NORTH_POLAR, SOUTH_POLAR, Grid
from ilrs.data.hashes import file_sha256
from ilrs.data.pds3 import label_of, open_pds3
from ilrs.errors import DataError, TerrainError

__all__ = [
    "GEOGRAPHIC",
    "MOON_RADIUS",
    "NORTH_POLAR",
    "SOUTH_POLAR",
    "Bounds",
    "Terrain",
    "open_terrain",
    "read_terrain",
]

LOWEST, HIGHEST = -12_000.0, 12_000.0  # [m] LOLA finds -9.1 to 10.8 km on the whole Moon
Bounds = tuple[float, float, float, float]
_WIDE = 50_000.0  # [m] over which no ground of the Moon stays within 12 m of the sphere
_BLOCK = 8_000_000  # pixels converted at once, to hold one copy of a large window and not three


@dataclass(frozen=True)
class Terrain:
    """Heights [m] above the 1737.4 km sphere on a regular grid, NaN where there are none.

    `heights[row, column]` belongs to the point x = `x0` + column `dx`, y = `y0` + row `dy`: the
    centre of a pixel. On a polar plane x and y are metres (south: x = rho sin(lon),
    y = rho cos(lon), rho = 2 R tan((pi/2 + lat)/2)); on a geographic grid they are longitude and
    latitude [rad] in the MOON_ME frame.
    """

    heights: NDArray[np.float32]
    x0: float
    y0: float
    dx: float
    dy: float
    crs: str  # SOUTH_POLAR, NORTH_POLAR or GEOGRAPHIC
    name: str
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.heights.ndim != 2 or min(self.heights.shape) < 2:
            raise TerrainError(f"terrain {self.name}: needs at least 2 x 2 heights")
        if self.crs not in (SOUTH_POLAR, NORTH_POLAR, GEOGRAPHIC):
            raise TerrainError(f"terrain {self.name}: unknown reference system {self.crs!r}")
        if self.dx == 0.0 or self.dy == 0.0:
            raise TerrainError(f"terrain {self.name}: cells of no size")

    @property
    def cell(self) -> float:
        """The size of a cell [m] (on a geographic grid along the meridian)."""
        if self.crs == GEOGRAPHIC:
            return abs(self.dy) * MOON_RADIUS
        return max(abs(self.dx), abs(self.dy))


def open_terrain(path: Path | str) -> Grid:
    """Where the heights in the file at `path` lie, with nothing read but its header.

    Raises `TerrainError` when the file is absent, damaged, without a reference system, of another
    body, or in a projection other than polar stereographic or geographic.
    """
    path = Path(path)
    if not path.is_file():
        raise TerrainError(
            f"terrain file {path} does not exist",
            remedy="give the path of a GeoTIFF of heights, or of a PDS3 label",
        )
    label = label_of(path)
    return open_raster(path) if label is None else open_pds3(label)


def read_terrain(
    path: Path | str,
    *,
    bounds: Bounds | None = None,
    clip: bool = False,
    pole: Literal["south", "north"] | None = None,
    name: str = "",
) -> Terrain:
    """Read the elevation model at `path`, or the part of it within `bounds`.

    `bounds` are (left, bottom, right, top) in the file's own coordinates [m, or deg when
    geographic]; only that part is read. They must lie inside the file, unless `clip` takes what
    there is of them. Scale, offset, unit and no-data of the first band are honoured. `pole`
    refuses a polar map of the other hemisphere. Raises `TerrainError` when the file cannot be
    used, holds what cannot be heights, or is not the one recorded when it was fetched.
    """
    grid = open_terrain(path)
    if pole and grid.crs == (SOUTH_POLAR if pole == "north" else NORTH_POLAR):
        other = "north" if pole == "south" else "south"
        raise TerrainError(
            f"{path} is a map of the {other} pole ({grid.crs}), and terrain of the {pole} is asked "
            "for",
            remedy=f"give terrain in {SOUTH_POLAR if pole == 'south' else NORTH_POLAR}",
        )
    try:
        digest = file_sha256(grid.content)
    except TerrainError:
        raise
    except DataError as error:
        raise TerrainError(error.what, remedy=error.remedy) from error
    rows, columns = _window(grid, bounds, clip)
    return Terrain(
        heights=_heights(grid, rows, columns),
        x0=grid.x0 + columns.start * grid.dx,
        y0=grid.y0 + rows.start * grid.dy,
        dx=grid.dx,
        dy=grid.dy,
        crs=grid.crs,
        name=name or Path(path).stem,
        sha256=digest,
    )


def _window(grid: Grid, bounds: Bounds | None, clip: bool) -> tuple[slice, slice]:
    """The rows and columns whose pixels lie within `bounds`."""
    if bounds is None:
        return slice(0, grid.shape[0]), slice(0, grid.shape[1])
    if not (all(map(math.isfinite, bounds)) and bounds[0] < bounds[2] and bounds[1] < bounds[3]):
        raise TerrainError(
            f"{bounds} is no area", remedy="give left, bottom, right and top, in this order"
        )
    factor = math.radians(1.0) if grid.crs == GEOGRAPHIC else 1.0
    x = sorted(round((v * factor - grid.x0) / grid.dx + 0.5) for v in (bounds[0], bounds[2]))
    y = sorted(round((v * factor - grid.y0) / grid.dy + 0.5) for v in (bounds[1], bounds[3]))
    height, width = grid.shape
    inside = x[0] >= 0 and y[0] >= 0 and x[1] <= width and y[1] <= height
    kept = [max(y[0], 0), min(y[1], height), max(x[0], 0), min(x[1], width)]
    if (not inside and not clip) or kept[1] - kept[0] < 1 or kept[3] - kept[2] < 1:
        unit = "deg" if grid.crs == GEOGRAPHIC else "m"
        covered = ", ".join(f"{v:.10g}" for v in grid.bounds)
        asked = ", ".join(f"{v:.10g}" for v in bounds)
        raise TerrainError(
            f"{grid.path} does not cover the area ({asked}) {unit}",
            remedy=f"it covers ({covered}) {unit}: left, bottom, right, top",
        )
    return slice(kept[0], kept[1]), slice(kept[2], kept[3])


def _heights(grid: Grid, rows: slice, columns: slice) -> NDArray[np.float32]:
    """The heights [m] of a part of `grid` as float32, NaN where there are none."""
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    heights = np.empty(shape, np.float32)
    low, high = math.inf, -math.inf
    # whole blocks of the file at once, so that none is unpacked twice
    block = grid.block_rows if grid.block_rows * shape[1] <= 4 * _BLOCK else 1
    step = max(1, _BLOCK // shape[1] // block) * block
    begins = [rows.start, *range((rows.start // step + 1) * step, rows.stop, step), rows.stop]
    for begin, end in pairwise(begins):
        first, last = begin - rows.start, end - rows.start
        part = grid.read(slice(begin, end), columns)
        part[~np.isfinite(part)] = np.nan
        low = min(low, float(np.fmin.reduce(part, axis=None, initial=np.inf)))
        high = max(high, float(np.fmax.reduce(part, axis=None, initial=-np.inf)))
        heights[first:last] = part
    if low > high:
        raise TerrainError(
            f"{grid.path} holds no heights at all there", remedy="check its no-data value"
        )
    if low < LOWEST or high > HIGHEST:
        hint = (
            "these are radii: subtract 1737400 m (gdal_edit.py -offset)"
            if low > 1.7e6
            else "set scale, offset and no-data (gdal_edit.py -scale -offset -a_nodata)"
        )
        raise TerrainError(
            f"{grid.path}: values from {low:g} to {high:g} m cannot be heights above the Moon's "
            "1737.4 km sphere",
            remedy=hint,
        )
    span = max(shape) * grid.cell
    if not grid.unit_stated and span > _WIDE and 0.0 < max(-low, high) < -LOWEST / 1e3:
        raise TerrainError(
            f"{grid.path}: heights from {low:g} to {high:g} over {span / 1e3:.0f} km look like "
            "kilometres, and the file states no unit",
            remedy="state it: gdal_edit.py -units km FILE (or m, if the ground is that flat)",
        )
    return heights
