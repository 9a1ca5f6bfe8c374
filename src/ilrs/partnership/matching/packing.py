"""The most worthwhile packing of one slot: a knapsack of several limits, solved exactly.

Branch and bound over proposals. The bound prices the limits (Lagrange multipliers, each in turn set
to its best), and what differs from its price by more than the gap is decided without branching.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Bools = NDArray[np.bool_]

TINY = 1e-9
"""Points by which a packing must be better to be called so."""


@njit(cache=True, nogil=True)
def best_packing(
    worth: Floats,
    weight: Wholes,
    capacity: Wholes,
    rivals: Wholes,
    floor: float,
    most: int,
) -> tuple[float, Bools, float, int]:
    """The packing of most `worth` (n,) within all `capacity` (q,), where better than `floor`.

    `rivals` (n, r) are those with whom nobody can share a packing, -1 where there are fewer.
    Gives its worth (or `floor`), who is in it, an upper bound on any packing's worth, and the nodes
    looked at. After `most` nodes the search ends; the bound then is that of the root, else exact.
    """
    n, limits = weight.shape
    best, chosen = floor, np.zeros(n, np.bool_)
    who, count = np.empty((n + 2, n), np.int64), np.zeros(n + 2, np.int64)
    left, price = np.empty((n + 2, limits), np.int64), np.zeros((n + 2, limits))
    value, taken = np.zeros(n + 2), np.zeros((n + 2, n), np.bool_)
    reduced = np.empty(n)
    for i in range(n):
        if worth[i] > 0.0:
            who[0, count[0]] = i
            count[0] += 1
    left[0] = capacity
    at, nodes, root = 0, 0, np.inf
    while at >= 0:
        nodes += 1
        if nodes > most:
            return best, chosen, max(root, best), nodes
        open_, passes = True, 8 if nodes == 1 else 1
        while open_:
            count[at] = _that_fit(who[at], count[at], weight, left[at])
            k = count[at]
            if k == 0:
                if value[at] > best + TINY:
                    best = value[at]
                    chosen[:] = taken[at]
                open_ = False
                break
            bound = value[at]
            for _ in range(passes):
                bound = value[at] + _priced(who[at], k, worth, weight, left[at], price[at], reduced)
            if nodes == 1 and passes == 8:
                root = bound
            passes = 1
            if bound <= best + TINY:
                open_ = False
                break
            gap, kept = bound - best - TINY, 0
            for j in range(k):
                i = who[at, j]
                if reduced[j] >= gap:
                    taken[at, i] = True
                    value[at] += worth[i]
                    for q in range(limits):
                        left[at, q] -= weight[i, q]
                        open_ = open_ and left[at, q] >= 0
                    for r in rivals[i]:
                        open_ = open_ and (r < 0 or not taken[at, r])
                elif reduced[j] > -gap:
                    who[at, kept], reduced[kept] = i, reduced[j]
                    kept += 1
            if open_ and kept < k:
                kept = _without_rivals(who[at], kept, taken[at], rivals)
            count[at] = kept
            if kept == k:
                break
        if not open_:
            at -= 1
            continue
        # Branch on whom the prices decide least; with it first, without it after that.
        k, least = count[at], 0
        for j in range(1, k):
            if abs(reduced[j]) < abs(reduced[least]):
                least = j
        i = who[at, least]
        who[at, least] = who[at, k - 1]
        count[at] = k - 1
        who[at + 1, : k - 1], count[at + 1] = who[at, : k - 1], k - 1
        left[at + 1], price[at + 1] = left[at] - weight[i], price[at]
        taken[at + 1], value[at + 1] = taken[at], value[at] + worth[i]
        taken[at + 1, i] = True
        count[at + 1] = _without_rivals(who[at + 1], k - 1, taken[at + 1], rivals)
        at += 1
    return best, chosen, best, nodes


@njit(cache=True, nogil=True)
def _that_fit(who: Wholes, count: int, weight: Wholes, left: Wholes) -> int:
    """Keep those of `who` that fit into what is `left`; how many they are."""
    kept = 0
    for j in range(count):
        fits = True
        for q in range(len(left)):
            fits = fits and weight[who[j], q] <= left[q]
        if fits:
            who[kept] = who[j]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _without_rivals(who: Wholes, count: int, taken: Bools, rivals: Wholes) -> int:
    """Keep those of `who` that are nobody's rival who is taken; how many they are."""
    kept = 0
    for j in range(count):
        free = True
        for r in rivals[who[j]]:
            free = free and (r < 0 or not taken[r])
        if free:
            who[kept] = who[j]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _priced(
    who: Wholes,
    count: int,
    worth: Floats,
    weight: Wholes,
    left: Wholes,
    price: Floats,
    reduced: Floats,
) -> float:
    """The bound at the prices of the limits, each of which is set to its best in turn.

    Writes what each proposal is worth at these prices to `reduced`.
    """
    limits = len(left)
    ratio, heavy = np.empty(count), np.empty(count, np.int64)
    for j in range(count):
        reduced[j] = worth[who[j]]
        for q in range(limits):
            reduced[j] -= price[q] * weight[who[j], q]
    for q in range(limits):
        m, total = 0, 0
        for j in range(count):
            w = weight[who[j], q]
            here = reduced[j] + price[q] * w
            if w > 0 and here > 0.0:
                ratio[m], heavy[m] = here / w, w
                total += w
                m += 1
        best = 0.0
        while total > left[q]:
            worst = 0
            for j in range(1, m):
                if ratio[j] < ratio[worst]:
                    worst = j
            total -= heavy[worst]
            best = ratio[worst]
            m -= 1
            ratio[worst], heavy[worst] = ratio[m], heavy[m]
        change = best - price[q]
        if change != 0.0:
            for j in range(count):
                reduced[j] -= change * weight[who[j], q]
            price[q] = best
    bound = 0.0
    for q in range(limits):
        bound += price[q] * left[q]
    for j in range(count):
        bound += max(reduced[j], 0.0)
    return bound
