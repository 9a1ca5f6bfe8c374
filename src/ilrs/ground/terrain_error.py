"""How wrong elevation models are: sizes, reach and sources; and fields of error drawn from them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.data.terrain_errors import ErrorRow, read_terrain_errors
from ilrs.ground.area import Area
from ilrs.ground.seams import places
from ilrs.ground.terrain import Terrain, project

Floats = NDArray[np.float64]
WAVES = 512
NORMAL_95 = 1.645  # standard deviations from the middle of a normal distribution to its 95 %
AVERAGED = 1.0 / 24.0  # [1] of its bend by which the mean of a parabola over a cell is off
GOLDEN = math.pi * (3.0 - math.sqrt(5.0))  # the angle that spreads directions evenly


@dataclass(frozen=True)
class ErrorPart:
    """A Gaussian random field: `rms` [m], correlation exp(-d^2 / (2 length^2)), `length` [m].

    `rms` is that on level ground; on a slope what lies `shift` [m] beside its place adds to it.
    """

    rms: float
    length: float
    shift: float = 0.0

    def __post_init__(self) -> None:
        if not (
            min(self.rms, self.shift) >= 0.0
            and self.length > 0.0
            and math.isfinite(self.rms + self.length + self.shift)
        ):
            raise ValueError("an error has a size of at least 0 and a length above 0")

    def on(self, slope: float) -> ErrorPart:
        """The part on ground of this `slope` [rad]."""
        return ErrorPart(math.hypot(self.rms, self.shift * math.tan(slope)), self.length)

    def scaled(self, times: float) -> ErrorPart:
        """The part so many `times` as large, in height and reach."""
        return ErrorPart(times * self.rms, times * self.length, times * self.shift)


@dataclass(frozen=True)
class HeightError:
    """Error of a terrain's heights: the sum of independent `parts`, and what its skylines lack.

    Skylines stand `loss` [m] higher than this terrain has them, in the mean, with a standard
    deviation of `loss_spread` [m] that is common to all of a draw; nearer than `loss_from` [m] both
    shrink in proportion to distance, so that the angle stays. From ridge to ridge the loss scatters
    by the field `loss_scatter`, which sets in between one and three of its lengths away: nearer,
    relief that averages swallow is not guessed at. Where the model bends by b [m] (`bend_at`) the
    ground stands (`bend` + scatter) b lower: summits are higher than models have them. `source`
    says whence.
    """

    parts: tuple[ErrorPart, ...]
    source: str
    loss: float = 0.0
    loss_spread: float = 0.0
    loss_from: float = 30_000.0
    loss_scatter: ErrorPart | None = None
    bend: float = 0.0
    bend_scatter: ErrorPart | None = None  # its rms is [1], of the bend

    @property
    def rms(self) -> float:
        """Root mean square [m] of all parts together."""
        return math.sqrt(sum(part.rms**2 for part in self.parts))

    def on(self, slope: float) -> HeightError:
        """The error on ground of this `slope` [rad]."""
        return replace(self, parts=tuple(part.on(slope) for part in self.parts))

    def scaled(self, times: float) -> HeightError:
        """The error of a model with cells so many `times` as large: alike in proportion.

        But for its bends: it is taken for means over its cells, which flatten by `AVERAGED`.
        """
        scatter = self.loss_scatter
        return replace(
            self,
            parts=tuple(part.scaled(times) for part in self.parts),
            source=f"{self.source}; times {times:.3g}, as the cell",
            loss=times * self.loss,
            loss_spread=times * self.loss_spread,
            loss_scatter=None if scatter is None else scatter.scaled(times),
            bend=AVERAGED if self.bend else 0.0,
            bend_scatter=None,
        )

    def loss_share(self, distance: ArrayLike) -> Floats:
        """How much [1] of the loss there is at `distance` [m]."""
        return np.minimum(1.0, np.asarray(distance, np.float64) / self.loss_from)

    def scatter_share(self, distance: ArrayLike) -> Floats:
        """How much [1] of the scatter there is at `distance` [m]; none without a scatter."""
        d = np.asarray(distance, np.float64)
        if self.loss_scatter is None:
            return np.zeros_like(d)
        return np.clip(0.5 * (d / self.loss_scatter.length - 1.0), 0.0, 1.0)

    def difference(self, distance: ArrayLike) -> Floats:
        """Standard deviation [m] of the error's difference between points at `distance` [m]."""
        d = np.asarray(distance, np.float64)
        return np.sqrt(
            sum(
                (-2.0 * p.rms**2 * np.expm1(-0.5 * (d / p.length) ** 2) for p in self.parts),
                start=np.zeros_like(d),
            )
        )


def lossless(terrain: Terrain, area: Area) -> Terrain:
    """`terrain` with what its averages take off the skylines of `area` put back in the mean.

    Its heights are raised by the mean loss for their distance from the area's edge. Places inside,
    which are farther off, get the less of it: half as much as far inside the edge as the skyline is
    outside, until that is 30 km off. Ground inside the area stays as it is.
    """
    error = known_error(terrain)
    if not error.loss:
        return terrain
    ny, nx = terrain.heights.shape
    x, y = project(*places(terrain, np.arange(ny)[:, None], np.arange(nx)[None, :]))
    across = np.maximum(np.maximum(area.x_min - x, x - area.x_max), 0.0)
    along = np.maximum(np.maximum(area.y_min - y, y - area.y_max), 0.0)
    raised = error.loss * error.loss_share(np.hypot(across, along))
    return replace(terrain, heights=(terrain.heights + raised).astype(np.float32))


@lru_cache(maxsize=1)
def known_errors() -> dict[float, HeightError]:
    """The errors of the table, by the cell [m] of the terrain."""
    return {row.cell: _error(row) for row in read_terrain_errors()}


def known_error(terrain: Terrain) -> HeightError:
    """The error of `terrain` by its cell: that of the table, or in proportion to the nearest row.

    Relief that a model lacks grows about in proportion to its cell, and so does what averages take
    off skylines: 0.03, 0.05 to 0.13, 0.10, 0.2 and 0.4 deg at 6 to 22 km for 200, 250, 400, 800 and
    1600 m cells of the 25 m model. Below the finest row nothing is taken off.
    """
    rows = known_errors()
    nearest = min(rows, key=lambda cell: abs(math.log(terrain.cell / cell)))
    times = terrain.cell / nearest
    if abs(times - 1.0) < 0.01 or terrain.cell < min(rows):
        return rows[nearest]
    return rows[nearest].scaled(times)


def _error(row: ErrorRow) -> HeightError:
    parts = tuple(ErrorPart(*part) for part in row.parts)
    mean, scatter, length = row.bend
    if row.loss_deg is None:
        ragged = ErrorPart(scatter, length) if scatter else None
        return HeightError(parts, row.source, bend=mean, bend_scatter=ragged)
    middle, half = 0.5 * sum(row.loss_deg), 0.5 * (row.loss_deg[1] - row.loss_deg[0])
    return HeightError(
        parts,
        row.source,
        loss=row.loss_from * math.tan(math.radians(middle)),
        loss_spread=row.loss_from * math.tan(math.radians(half)) / NORMAL_95,
        loss_from=row.loss_from,
        loss_scatter=None if row.loss_scatter is None else ErrorPart(*row.loss_scatter),
    )


def error_fields(
    error: HeightError, x: ArrayLike, y: ArrayLike, count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """`count` draws of the error [m] at points `x`, `y` (p,) [m] of a plane: (count, p), float32.

    Each part is a sum of 512 waves of random amplitude whose wave numbers fill the spectrum of the
    Gaussian correlation evenly (Rayleigh in size), the same for all draws: draws are exactly normal
    and cost a product of matrices. Correlations hold within 0.02 up to three lengths, 0.1 beyond.
    """
    xs, ys = np.asarray(x, np.float64), np.asarray(y, np.float64)
    out = np.zeros((count, xs.size), np.float32)
    turns = np.arange(WAVES) * GOLDEN
    size = np.sqrt(-2.0 * np.log1p(-(np.arange(WAVES) + 0.5) / WAVES))
    for part in error.parts:
        kx, ky = size * np.cos(turns) / part.length, size * np.sin(turns) / part.length
        drawn = rng.standard_normal((2, count, WAVES)) * (part.rms / math.sqrt(WAVES))
        cosines, sines = drawn.astype(np.float32)
        for first in range(0, xs.size, 8192):
            chunk = slice(first, first + 8192)
            phase = np.outer(kx, xs[chunk]) + np.outer(ky, ys[chunk])
            out[:, chunk] += cosines @ np.cos(phase).astype(np.float32)
            out[:, chunk] += sines @ np.sin(phase).astype(np.float32)
    return out
