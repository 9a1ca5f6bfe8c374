"""Where a smooth function of time is least, or crosses zero: vectorised over many intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def minimise(
    f: Function, low: ArrayLike, high: ArrayLike, *, to: float = 1e-3
) -> NDArray[np.float64]:
    """The place of the least `f` in each interval [low, high], to `to`, by golden section.

    Holds for a function with one minimum in each interval; at an end where it only falls.
    """
    a, b = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    if not a.size:
        return a
    ratio = (np.sqrt(5.0) - 1.0) / 2.0
    c, d = b - ratio * (b - a), a + ratio * (b - a)
    fc, fd = f(c), f(d)
    steps = int(np.ceil(np.log(max(float(np.max(b - a)), to) / to) / -np.log(ratio)))
    for _ in range(steps):
        left = fc < fd
        a, b = np.where(left, a, c), np.where(left, d, b)
        kept, kept_value = np.where(left, c, d), np.where(left, fc, fd)
        new = np.where(left, b - ratio * (b - a), a + ratio * (b - a))
        value = f(new)
        c, fc = np.where(left, new, kept), np.where(left, value, kept_value)
        d, fd = np.where(left, kept, new), np.where(left, kept_value, value)
    return 0.5 * (a + b)


def bisect(
    f: Function, negative: ArrayLike, positive: ArrayLike, *, to: float = 1e-3
) -> NDArray[np.float64]:
    """Where `f` crosses zero between points where it is negative and points where it is positive.

    To `to`; a pair whose "positive" point is not positive gives that point back unchanged.
    """
    a, b = np.array(negative, dtype=np.float64), np.array(positive, dtype=np.float64)
    if not a.size:
        return a
    end = b.copy()
    open_ended = f(b) <= 0.0
    steps = int(np.ceil(np.log2(max(float(np.max(np.abs(b - a))), to) / to)))
    for _ in range(steps):
        middle = 0.5 * (a + b)
        inside = f(middle) < 0.0
        a, b = np.where(inside, middle, a), np.where(inside, b, middle)
    return np.where(open_ended, end, 0.5 * (a + b))


def local_minima(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of local minima of a sampled series; an end counts where the series falls to it."""
    padded = np.concatenate([[np.inf], values, [np.inf]])
    return np.flatnonzero((padded[1:-1] <= padded[:-2]) & (padded[1:-1] < padded[2:]))
