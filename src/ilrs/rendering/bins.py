"""Long series made short enough to draw, without losing what stands out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]
Span = tuple[int, int]


def edges(count: int, most: int) -> Steps:
    """Edges of at most `most` bins of nearly equal length over `count` steps, shape (bins + 1,)."""
    if count < 1:
        return np.zeros(1, dtype=np.int64)
    return np.unique(np.linspace(0, count, min(count, most) + 1).round().astype(np.int64))


def even(count: int, length: int) -> Steps:
    """Edges of bins of `length` steps, the last one shorter where they do not fit."""
    inside = np.arange(0, count, max(length, 1), dtype=np.int64)
    return np.append(inside, count)


def mean(series: NDArray[np.generic], at: Steps) -> Floats:
    """Mean within every bin along the first axis; NaN counts as nothing, an empty bin is NaN."""
    values = np.asarray(series, dtype=np.float64)
    known = np.isfinite(values)
    total = np.add.reduceat(np.where(known, values, 0.0), at[:-1], axis=0)
    number = np.add.reduceat(known.astype(np.float64), at[:-1], axis=0)
    return np.where(number > 0.0, total / np.maximum(number, 1.0), np.nan)


def total(series: NDArray[np.generic], at: Steps) -> Floats:
    """Sum within every bin along the first axis."""
    return np.add.reduceat(np.asarray(series, dtype=np.float64), at[:-1], axis=0)


def least(series: NDArray[np.generic], at: Steps) -> Floats:
    """Least value within every bin, NaN left out."""
    return np.fmin.reduceat(np.asarray(series, dtype=np.float64), at[:-1], axis=0)


def most(series: NDArray[np.generic], at: Steps) -> Floats:
    """Largest value within every bin, NaN left out."""
    return np.fmax.reduceat(np.asarray(series, dtype=np.float64), at[:-1], axis=0)


def spells(flag: NDArray[np.bool_]) -> list[Span]:
    """Runs of True as half-open (first, last) pairs, in order."""
    change = np.diff(np.concatenate([[0], flag.astype(np.int8), [0]]))
    first, last = np.nonzero(change == 1)[0], np.nonzero(change == -1)[0]
    return list(zip(first.tolist(), last.tolist(), strict=True))


def longest(flag: NDArray[np.bool_], number: int) -> list[Span]:
    """The `number` longest runs of True, longest first, the earlier first among equals."""
    return sorted(spells(flag), key=lambda s: (s[0] - s[1], s[0]))[:number]
