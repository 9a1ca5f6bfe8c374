"""How dark a place is: the longest dark, the worst cumulative deficit, and what fails together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Spell:
    """Steps `first`..`last`-1 and a size: hours, or hours of load."""

    first: int
    last: int
    size: float


def longest(flags: Flags, hours: float) -> Spell:
    """The longest unbroken run of true in `flags` (steps,), of `hours` a step [h]."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not first.size:
        return Spell(0, 0, 0.0)
    k = int(np.argmax(last - first))
    return Spell(int(first[k]), int(last[k]), float(last[k] - first[k]) * hours)


def worst_deficit(supply: Floats, hours: float, efficiency: float = 1.0) -> Spell:
    """The deepest a full store runs down [hours of load], with its start and end.

    `supply` (steps,) is the power offered over the load; what is more than the load fills the store
    at `efficiency`. D_k = max(0, D_(k-1) + (1 - s_k) h), surplus times the efficiency. Without
    other losses and without limits of rate.
    """
    size, first, last = _deepest(np.ascontiguousarray(supply), hours, efficiency)
    return Spell(int(first), int(last), float(size))


def deepest_of_many(light: NDArray[np.float32], ratios: Floats, hours: float) -> Floats:
    """The worst deficit [hours of load] of every place and array to load ratio, (places, ratios).

    `light` (places, steps) float32 is the share of full power; `ratios` (r,) of array to load.
    """
    return np.asarray(_deepest_rows(light, np.ascontiguousarray(ratios, np.float64), hours))


@njit(cache=True)
def _deepest(supply: Floats, hours: float, efficiency: float) -> tuple[float, int, int]:
    deficit, begun = 0.0, 0
    worst, first, last = 0.0, 0, 0
    for k in range(supply.size):
        short = 1.0 - supply[k]
        if deficit <= 0.0:
            deficit, begun = 0.0, k
        deficit += hours * (short if short > 0.0 else short * efficiency)
        if deficit > worst:
            worst, first, last = deficit, begun, k + 1
    return worst, first, last


@njit(cache=True, parallel=True)
def _deepest_rows(light: NDArray[np.float32], ratios: Floats, hours: float) -> Floats:
    places, steps = light.shape
    worst = np.zeros((places, ratios.size))
    for p in prange(places):
        deficit = np.zeros(ratios.size)
        for k in range(steps):
            for r in range(ratios.size):
                value = max(deficit[r] + hours * (1.0 - ratios[r] * light[p, k]), 0.0)
                deficit[r] = value
                worst[p, r] = max(worst[p, r], value)
    return worst
