"""Plan steps: simulation steps merged where the profiles hardly change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PlanSteps:
    """Plan step k covers simulation steps `first[k]`..`first[k+1]`-1 of `step` seconds each."""

    first: Ints
    step: float

    @property
    def count(self) -> int:
        """Number of plan steps."""
        return len(self.first) - 1

    @property
    def length(self) -> Floats:
        """Length of every plan step [s]."""
        return np.diff(self.first) * self.step

    def mean(self, series: Floats, axis: int = 1) -> Floats:
        """Means over plan steps of series, whose `axis` is that of the simulation steps."""
        total = np.add.reduceat(series, self.first[:-1], axis=axis)
        length = np.diff(self.first)
        return np.asarray(total / (length if axis == 1 else length[:, None]))

    def row(self) -> Ints:
        """Plan step of every simulation step."""
        return np.repeat(np.arange(self.count), np.diff(self.first))


def merge_steps(
    profiles: Floats, step: float, finest: float, longest: float, tolerance: float, breaks: Ints
) -> PlanSteps:
    """Plan steps of `finest` to `longest` seconds over profiles (rows, steps) of peak 1.

    A block of `finest` joins the one before while every profile stays within `tolerance` over the
    joined step and no break (a step index where something arrives) lies between. Energy is kept:
    the plan sees the mean of each profile over the step.
    """
    block = max(round(finest / step), 1)
    most = max(int(longest // (block * step)), 1)
    starts = np.arange(0, profiles.shape[1], block)
    means = np.add.reduceat(profiles, starts, axis=1) / np.diff(
        np.append(starts, profiles.shape[1])
    )
    forced = np.zeros(len(starts), dtype=np.bool_)
    forced[np.searchsorted(starts, breaks[breaks < profiles.shape[1]])] = True
    keep = _merge(np.ascontiguousarray(means.T), forced, tolerance, most)
    first = np.append(starts[keep], profiles.shape[1])
    return PlanSteps(first.astype(np.int64), step)


@njit(cache=True)
def _merge(
    means: Floats, forced: NDArray[np.bool_], tolerance: float, most: int
) -> NDArray[np.bool_]:
    """Whether each block starts a plan step."""
    blocks, rows = means.shape
    keep = np.zeros(blocks, dtype=np.bool_)
    low, high = means[0].copy(), means[0].copy()
    keep[0] = True
    length = 1
    for b in range(1, blocks):
        fits = length < most and not forced[b]
        if fits:
            for r in range(rows):
                if max(high[r], means[b, r]) - min(low[r], means[b, r]) > tolerance:
                    fits = False
                    break
        if fits:
            length += 1
            for r in range(rows):
                low[r] = min(low[r], means[b, r])
                high[r] = max(high[r], means[b, r])
        else:
            keep[b] = True
            length = 1
            low[:] = means[b]
            high[:] = means[b]
    return keep
