"""Pairs that prices decide: those that no better assignment can hold need not be looked at."""

from __future__ import annotations

import time

import numpy as np

from ilrs.partnership.matching.field import Bools, Field, Floats

NODES = 200_000
"""Nodes a packing with one more is searched with; where that is not enough, the pair stays."""
WANTED = 1e5
"""Points more at which a packing holds whoever has them."""


def undecided(
    field: Field, price: Floats, bound: float, points: int, until: float = np.inf
) -> list[Bools]:
    """For each slot the guests that an assignment of at least `points` may hold.

    At these prices no assignment has more than `bound`; with a packing that is behind its slot's
    best by more than `bound - points`, none reaches `points`.
    """
    return [_near(field, j, price, bound - points + 1e-6, until) for j in range(len(field.slots))]


def _near(field: Field, j: int, price: Floats, gap: float, until: float) -> Bools:
    slot = field.slots[j]
    worth = field.worth(slot, price)
    found = slot.packed(worth, 0.0, 10 * NODES)
    keep = np.zeros(len(worth), np.bool_)
    for k in range(len(worth)):
        if keep[k] or time.perf_counter() > until:
            keep[k] = True
            continue
        wanted = worth.copy()
        wanted[k] += WANTED
        least = WANTED + found.bound - gap
        with_it = slot.packed(wanted, least, NODES)
        keep[with_it.chosen] = True
        keep[k] = with_it.bound > least
    return keep
