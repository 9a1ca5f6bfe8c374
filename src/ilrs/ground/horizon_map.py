"""Horizons of every cell of an area, as they are kept: small integers and what they rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_DEG = 0.005
STEP_RAD = math.radians(STEP_DEG)
UNKNOWN = -32768  # the observer stands on no known ground


@dataclass(frozen=True)
class HorizonFacts:
    """What a certificate has to say of a horizon map."""

    terrains: tuple[str, ...]  # names, from fine to coarse
    terrain_sha256: tuple[str, ...]
    reach_m: float
    near_cells: int  # up to here every crossing of a ray with the grid is looked at
    far_ratio: float  # beyond, cells grow with distance / far_ratio
    far_height: str  # what a grown cell holds: "average" or "maximum" of its terrain
    azimuth_error: float  # [rad] largest turn of a ray against its azimuth in the area
    unknown_observers: int  # cells of the area without any terrain: UNKNOWN in the map
    coarse_observers: int  # cells of the area that a coarser terrain had to fill
    unknown_cells: int  # other cells within reach without terrain: they cast no shadow


@dataclass(frozen=True)
class HorizonMap:
    """Elevation of the skyline for cells, grid azimuths and heights above ground.

    `elevation` (h, a, ny, nx) int16 in steps of STEP_RAD, UNKNOWN where there is no ground;
    `grid_azimuths` (a,) [rad] equally spaced from 0, clockwise from the map's +y: the local azimuth
    is the grid azimuth less the longitude; `heights` (h,) [m] above the local terrain; x0, y0 [m]
    the centre of the first cell, dx, dy [m] the steps of columns and rows (dy may be negative).
    """

    elevation: NDArray[np.int16]
    grid_azimuths: Floats
    heights: Floats
    x0: float
    y0: float
    dx: float
    dy: float
    facts: HorizonFacts

    @property
    def x(self) -> Floats:
        """x (nx,) [m] of the columns."""
        return self.x0 + self.dx * np.arange(self.elevation.shape[3], dtype=np.float64)

    @property
    def y(self) -> Floats:
        """y (ny,) [m] of the rows."""
        return self.y0 + self.dy * np.arange(self.elevation.shape[2], dtype=np.float64)

    def radians(self, height: int = 0) -> NDArray[np.float32]:
        """Elevation [rad] (a, ny, nx) at the height of this index; NaN where unknown."""
        steps = self.elevation[height]
        out = steps.astype(np.float32) * np.float32(STEP_RAD)
        out[steps == UNKNOWN] = np.nan
        return out
