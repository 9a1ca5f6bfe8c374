"""What a series of light asks of a store: longest spells of dark and light, greatest deficit."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Spell(NamedTuple):
    """The longest spell of each series (...): `duration` [s], `start` [s after the series' first].

    A series without such a spell has duration 0 and start NaN. The first of equals counts.
    """

    duration: Floats
    start: Floats


class Deficit(NamedTuple):
    """The greatest run-down of a lossless store of each series (...).

    `hours` of the load [h]; `start` and `end` [s after the series' first] of the run-down: the
    store is last full at `start` and lowest at `end`. Without a run-down: 0, NaN, NaN.
    """

    hours: Floats
    start: Floats
    end: Floats


def longest_dark(lit: ArrayLike, step: float, threshold: float = 0.0) -> Spell:
    """The longest unbroken run of steps with a lit fraction not above `threshold`.

    `lit` (..., t) [1] in equal steps of `step` [s]. A spell cut by an end of the series counts as
    far as it is seen; it is known to within two steps.
    """
    return _longest(lit, step, threshold, dark=True)


def longest_lit(lit: ArrayLike, step: float, threshold: float = 0.0) -> Spell:
    """The longest unbroken run of steps with a lit fraction above `threshold`.

    Arguments and accuracy as for `longest_dark`.
    """
    return _longest(lit, step, threshold, dark=False)


def cumulative_deficit(lit: ArrayLike, step: float, array_to_load: ArrayLike) -> Deficit:
    """The most energy, in hours of a steady load, that an array behind this light leaves lacking.

    An array that gives `array_to_load` (r,) or one [1] times the load where `lit` (..., t) is 1,
    and in proportion below, charges a lossless store, full at first and never too small:

        d(t) = max(0, d(t - step) + step (1 - array_to_load lit(t))),   deficit = max over t of d.

    `step` [s]. Shape (...), or (..., r) for several ratios. Exact for light that is steady within
    each step. Where the light's mean times the ratio is under 1 the deficit grows with the series.
    """
    series, shape = _series(lit, step)
    ratios = np.asarray(array_to_load, np.float64)
    if ratios.ndim > 1 or not (np.isfinite(ratios).all() and (ratios >= 0.0).all()):
        raise ValueError("ratios of array to load are one or a row, finite and not negative")
    depth, first, last = _run_down(series, np.atleast_1d(ratios))
    shape = shape if ratios.ndim == 0 else (*shape, ratios.size)
    none = depth <= 0.0
    start = np.where(none, np.nan, first * float(step)).reshape(shape)
    end = np.where(none, np.nan, last * float(step)).reshape(shape)
    return Deficit((depth * (step / 3600.0)).reshape(shape), start, end)


def _series(lit: ArrayLike, step: float) -> tuple[Floats, tuple[int, ...]]:
    series = np.asarray(lit, np.float64)
    if series.ndim < 1 or series.shape[-1] == 0:
        raise ValueError("a series of light has at least one step")
    if not (np.isfinite(series).all() and (series >= 0.0).all()):
        raise ValueError("a series of light is finite and not negative")
    if not (math.isfinite(step) and step > 0.0):
        raise ValueError("a step of time is positive")
    return np.ascontiguousarray(series.reshape(-1, series.shape[-1])), series.shape[:-1]


def _longest(lit: ArrayLike, step: float, threshold: float, *, dark: bool) -> Spell:
    series, shape = _series(lit, step)
    length, first = _runs(series, float(threshold), dark)
    start = np.where(length > 0, first * float(step), np.nan)
    duration = np.asarray(length * float(step), np.float64)
    return Spell(duration.reshape(shape), start.reshape(shape))


@njit(cache=True, parallel=True)
def _runs(
    series: Floats, threshold: float, dark: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows, n = series.shape
    length = np.zeros(rows, np.int64)
    first = np.zeros(rows, np.int64)
    for r in prange(rows):
        run = 0
        for i in range(n):
            run = run + 1 if (series[r, i] <= threshold) == dark else 0
            if run > length[r]:
                length[r] = run
                first[r] = i + 1 - run
    return length, first


@njit(cache=True, parallel=True)
def _run_down(
    series: Floats, ratios: Floats
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Depth in steps of the load, and the steps between which it is reached."""
    rows, n = series.shape
    count = ratios.size
    depth = np.zeros((rows, count))
    first = np.zeros((rows, count), np.int64)
    last = np.zeros((rows, count), np.int64)
    for r in prange(rows):
        for k in range(count):
            ratio = ratios[k]
            lacking, full, deepest, since, until = 0.0, 0, 0.0, 0, 0
            for i in range(n):
                lacking += 1.0 - ratio * series[r, i]
                if lacking <= 1e-9:  # full but for rounding
                    lacking = 0.0
                    full = i + 1
                elif lacking > deepest + 1e-9:
                    deepest, since, until = lacking, full, i + 1
            depth[r, k], first[r, k], last[r, k] = deepest, since, until
    return depth, first, last
