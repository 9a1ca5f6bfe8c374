"""Where the heights of a file lie and how to read a part of them, whatever its format."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOON_RADIUS = 1_737_400.0  # [m] IAU 2015, the sphere of LOLA's heights and of MOON_ME
SOUTH_POLAR = "IAU_2015:30135"
NORTH_POLAR = "IAU_2015:30130"
GEOGRAPHIC = "IAU_2015:30100"


@dataclass(frozen=True)
class Grid:
    """The grid of a file of heights: nothing of it is read yet.

    x and y of the pixel centres are x0 + column dx and y0 + row dy, metres on a polar plane and
    radians on a geographic grid. `read(rows, columns)` gives the heights [m] of a part, NaN where
    there are none. `path` is what was asked for, `content` the file that holds the samples, in
    blocks of `block_rows` rows. `unit_stated` tells whether the file says what its heights count.
    """

    path: Path
    content: Path
    crs: str
    x0: float
    y0: float
    dx: float
    dy: float
    shape: tuple[int, int]
    read: Callable[[slice, slice], NDArray[np.float64]]
    block_rows: int = 1
    unit_stated: bool = True

    @property
    def cell(self) -> float:
        """The size of a cell [m] (on a geographic grid along the meridian)."""
        if self.crs == GEOGRAPHIC:
            return abs(self.dy) * MOON_RADIUS
        return max(abs(self.dx), abs(self.dy))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top edge of the outermost pixels [m, or deg if geographic]."""
        factor = math.degrees(1.0) if self.crs == GEOGRAPHIC else 1.0
        x = [(self.x0 + (k - 0.5) * self.dx) * factor for k in (0, self.shape[1])]
        y = [(self.y0 + (k - 0.5) * self.dy) * factor for k in (0, self.shape[0])]
        return min(x), min(y), max(x), max(y)
