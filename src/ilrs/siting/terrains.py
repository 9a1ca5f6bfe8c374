"""The elevation models a question is answered on: those named, or the finest at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ilrs.data import exists, find
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.environment.horizons import TERRAIN, terrains_at_hand
from ilrs.errors import TerrainError


def choose_terrains(names: Sequence[str] | None = None) -> list[Terrain]:
    """The terrains called `names`, from fine to coarse; without names the finest at hand.

    A name is a path, the name of a data file such as `terrain/shackleton_51km_25m.tif`, or that
    without folder and ending.
    """
    if not names:
        return terrains_at_hand()
    return sorted((read_terrain(_path(name)) for name in names), key=lambda t: t.cell)


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
