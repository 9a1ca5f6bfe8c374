"""The order in which several places are best visited."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError

Floats = NDArray[np.float64]

MOST = 12
"""Places between start and end that are put in order exactly: 12 take some 50,000 states."""


def best_order(cost: Floats) -> tuple[list[int], float]:
    """The cheapest order to visit places 1 to n - 2, from place 0 to place n - 1, and its cost.

    `cost` (n, n) from row to column, inf where no way leads; directions may differ. Exact, by
    dynamic programming over sets (Held and Karp 1962, doi 10.1137/0110015).
    """
    count = len(cost) - 2
    if count > MOST:
        raise UserError(
            f"{count} stops are more than the {MOST} that are put in the best order",
            remedy="split the journey in two",
        )
    if count <= 0:
        return list(range(len(cost))), float(cost[0, -1]) if len(cost) > 1 else 0.0
    least = np.full((1 << count, count), math.inf)
    before = np.full((1 << count, count), -1, dtype=np.int64)
    for k in range(count):
        least[1 << k, k] = cost[0, k + 1]
    inner = cost[1:-1, 1:-1]
    for visited in range(1, 1 << count):
        for last in range(count):
            here = least[visited, last]
            if math.isinf(here):
                continue
            for to in range(count):
                if visited >> to & 1:
                    continue
                there = here + inner[last, to]
                if there < least[visited | 1 << to, to]:
                    least[visited | 1 << to, to] = there
                    before[visited | 1 << to, to] = last
    whole = (1 << count) - 1
    ends = least[whole] + cost[1:-1, -1]
    last = int(np.argmin(ends))
    total = float(ends[last])
    if math.isinf(total):
        return [], math.inf
    order, visited = [len(cost) - 1], whole
    while last >= 0:
        order.append(last + 1)
        visited, last = visited & ~(1 << last), int(before[visited, last])
    return [0, *order[:0:-1], len(cost) - 1], total
