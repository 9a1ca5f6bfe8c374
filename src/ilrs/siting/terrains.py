"""The elevation models a question is answered on: those named, or the finest at hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ilrs.data import exists, find
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.environment.horizons import TERRAIN, terrains_at_hand
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.gather import gather
from ilrs.ground.horizon import REACH
from ilrs.ground.seams import require_ground
from ilrs.ground.terrain import project

NEAR = 250.0
"""Half the side [m] of the square around a place for which terrain is gathered."""
CELLS = 2
"""Cells on either side of a place that must have heights."""
_SOUTH = math.radians(-60.0)


def choose_terrains(
    names: Sequence[str] | None = None, area: Area | None = None, reach_m: float = REACH
) -> list[Terrain]:
    """The terrains called `names`, from fine to coarse; without names the finest at hand.

    A name is a path, the name of a data file such as `terrain/shackleton_51km_25m.tif`, or that
    without folder and ending. With an `area` only the part of each within `reach_m` [m] of it is
    read (`gather`), whatever the size of the file; a named one that has nothing there is refused.
    """
    paths = [_path(name) for name in names or ()]
    if area is None:
        return sorted(map(read_terrain, paths), key=lambda t: t.cell) or terrains_at_hand()
    return gather(paths or _at_hand(), area, reach_m, skip=not paths)


def terrains_around(
    names: Sequence[str] | None, latitude: float, longitude: float, reach_m: float = REACH
) -> list[Terrain]:
    """The terrains of a place [rad], as for `choose_terrains`; its ground must have no hole.

    Raises `TerrainError` where none covers the place, or the finest around it has a hole. North of
    60 deg south files are read whole.
    """
    if latitude > _SOUTH:
        return choose_terrains(names)
    found = choose_terrains(names, _square(latitude, longitude, NEAR), reach_m)
    require_ground(found, _square(latitude, longitude, CELLS * found[0].cell))
    return found


def _square(latitude: float, longitude: float, half: float) -> Area:
    x, y = (float(v) for v in project(latitude, longitude))
    return Area(x - half, y - half, x + half, y + half)


def _at_hand() -> list[Path]:
    present = [find(name) for name in TERRAIN if exists(name)]
    if not present:
        raise TerrainError(
            "no elevation model is at hand", remedy="set ILRS_DATA_DIR, or name terrain files"
        )
    return present


def _path(name: str) -> Path:
    if Path(name).is_file():
        return Path(name)
    for known in (name, f"terrain/{name}", f"terrain/{name}.tif"):
        if not Path(known).is_absolute() and ".." not in Path(known).parts and exists(known):
            return find(known)
    known = ", ".join(Path(n).stem for n in TERRAIN if exists(n))
    raise TerrainError(
        f"there is no terrain {name!r}",
        remedy=f"give the path of a raster of heights, or one of those at hand: {known or 'none'}",
    )
