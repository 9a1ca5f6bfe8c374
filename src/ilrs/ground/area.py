"""A square of ground on the south polar plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ilrs.errors import TerrainError


@dataclass(frozen=True)
class Area:
    """A rectangle [m] on the plane of `terrain.project` (IAU_2015:30135), sides along x and y."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def __post_init__(self) -> None:
        sides = (self.x_min, self.y_min, self.x_max, self.y_max)
        if not all(math.isfinite(side) for side in sides):
            raise TerrainError(f"an area has finite sides, not {sides}")
        if not (self.x_max > self.x_min and self.y_max > self.y_min):
            raise TerrainError(
                f"an area from x {self.x_min:g} to {self.x_max:g} m and y {self.y_min:g} to "
                f"{self.y_max:g} m holds nothing",
                remedy="give the lower bounds first: x_min, y_min, x_max, y_max",
            )

    @property
    def centre(self) -> tuple[float, float]:
        """x and y [m] of the middle."""
        return 0.5 * (self.x_min + self.x_max), 0.5 * (self.y_min + self.y_max)

    def tiles(self, side_m: float) -> list[Area]:
        """The area cut into a grid of equal pieces of at most `side_m` [m], row by row."""
        if not side_m > 0.0:
            raise ValueError("a tile has a side")
        columns = max(1, math.ceil((self.x_max - self.x_min) / side_m))
        rows = max(1, math.ceil((self.y_max - self.y_min) / side_m))
        xs = [self.x_min + (self.x_max - self.x_min) * j / columns for j in range(columns)]
        ys = [self.y_min + (self.y_max - self.y_min) * i / rows for i in range(rows)]
        xs.append(self.x_max)
        ys.append(self.y_max)
        return [
            Area(xs[j], ys[i], xs[j + 1], ys[i + 1]) for i in range(rows) for j in range(columns)
        ]
