"""Shaded relief of the packaged terrain around the south pole, as shares of white."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from ilrs.data import PACKAGED
from ilrs.data.rasters import Terrain, read_terrain

Floats = NDArray[np.float64]
TERRAIN = "terrain/lola_south_70S_1600m.tif"
SUNS = ((315.0, 0.5), (270.0, 0.25), (0.0, 0.25))
"""Azimuths [deg] the relief is lit from, with their weights; upper left first, as maps are."""
ALTITUDE = 30.0
EXAGGERATION = 2.2


@lru_cache(maxsize=1)
def south() -> Terrain:
    """The packaged terrain south of 70 S: always this one, so that every machine draws one map."""
    return read_terrain(PACKAGED / TERRAIN)


def reach() -> float:
    """How far from the pole the terrain reaches along the axes of its plane [m]."""
    terrain = south()
    return abs(terrain.x0) - 2.0 * terrain.cell


def relief(half: float, pixels: int) -> Floats:
    """Relief of the square of `half` [m] around the pole, shares of white (pixels, pixels).

    Slopes of the cubic through the heights, exaggerated, lit from three sides, and lighter the
    higher the ground. For looking at; nothing is measured on it.
    """
    terrain = south()
    axis = (np.arange(pixels) + 0.5) / pixels * 2.0 * half - half
    columns = (axis - terrain.x0) / terrain.dx
    rows = (axis[::-1] - terrain.y0) / terrain.dy
    heights = np.nan_to_num(terrain.heights.astype(np.float64))
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"))
    z = map_coordinates(heights, grid, order=3, mode="nearest")
    cell = 2.0 * half / pixels
    south_down, east_up = np.gradient(z * EXAGGERATION, cell)
    length = np.sqrt(east_up**2 + south_down**2 + 1.0)
    up, level = np.sin(np.radians(ALTITUDE)), np.cos(np.radians(ALTITUDE))
    shade = np.zeros_like(z)
    for azimuth, weight in SUNS:
        a = np.radians(azimuth)
        facing = -east_up * np.sin(a) * level + south_down * np.cos(a) * level + up
        shade += weight * np.clip(facing / length, 0.0, 1.0)
    low, high = np.percentile(z, [2.0, 98.0])
    tint = np.clip((z - low) / max(high - low, 1.0), 0.0, 1.0)
    return np.clip(0.10 + 0.78 * shade + 0.30 * (tint - 0.5), 0.0, 1.0)
