"""The ground of a place at the scale of its terrain: slope and roughness."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilrs.errors import TerrainError
from ilrs.ground.terrain import MOON_RADIUS, Terrain, height_at, local_frame, slope_at

CELLS = 2
"""Cells on either side of a place over which its roughness is taken."""


@dataclass(frozen=True)
class Surface:
    """Ground height [m], slope [rad] and the azimuth it falls to [rad], roughness [m], cell [m].

    Slope over two cells of the finest terrain there; roughness is the rms distance of the heights
    of 5 x 5 cells from their best plane. Holds at that scale: a wheel meets steeper ground.
    """

    ground: float
    slope: float
    downhill: float
    roughness: float
    cell: float


def surface_at(terrains: Sequence[Terrain], latitude: float, longitude: float) -> Surface:
    """The ground at `latitude`, `longitude` [rad], on `terrains` from fine to coarse."""
    finest = finest_at(terrains, latitude, longitude)
    slope, downhill = slope_at(terrains, latitude, longitude)
    return Surface(
        ground=float(height_at(terrains, latitude, longitude)),
        slope=slope,
        downhill=downhill,
        roughness=_roughness(terrains, latitude, longitude, finest.cell),
        cell=finest.cell,
    )


def finest_at(terrains: Sequence[Terrain], latitude: float, longitude: float) -> Terrain:
    """The first of `terrains` that has heights at a place [rad]."""
    for terrain in terrains:
        try:
            height_at([terrain], latitude, longitude)
        except TerrainError:
            continue
        return terrain
    raise TerrainError(
        f"no terrain covers {math.degrees(latitude):.4f} deg, "
        f"{math.degrees(longitude) % 360:.4f} deg E "
        f"(given: {', '.join(t.name for t in terrains) or 'none'})",
        remedy="name terrain that covers the place: --terrain FILE",
    )


def _roughness(
    terrains: Sequence[Terrain], latitude: float, longitude: float, cell: float
) -> float:
    up, north, east = local_frame(latitude, longitude)
    offsets = np.arange(-CELLS, CELLS + 1) * cell
    e, n = (grid.ravel() for grid in np.meshgrid(offsets, offsets))
    points = up + (e[:, None] * east + n[:, None] * north) / MOON_RADIUS
    points /= np.linalg.norm(points, axis=1)[:, None]
    z = height_at(terrains, np.arcsin(points[:, 2]), np.arctan2(points[:, 1], points[:, 0]))
    plane = np.stack([e, n, np.ones_like(e)], axis=1)
    fit, *_ = np.linalg.lstsq(plane, z, rcond=None)
    return float(np.sqrt(np.mean((z - plane @ fit) ** 2)))
