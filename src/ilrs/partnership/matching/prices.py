"""Prices of proposals at which slots bid for them, and the bound on any assignment that they prove.

Column generation (Dantzig and Wolfe): a master programme mixes packings of slots, its duals price
proposals and clashes, each slot answers with its best packing at these prices. Whatever the prices
are, their sum and the slots' best worths bound the points of every assignment, so that the bound
holds wherever the search ends. Prices stay in a box around the best ones found (Marsten's boxstep)
until nothing presses against it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from ilrs.partnership.matching.field import Field, Slot
from ilrs.partnership.matching.problem import Wholes

Floats = NDArray[np.float64]

BOX = 1.0
"""Half width [points] of the box around the best prices."""
DIVE, EXACT = 3_000, 3_000_000
"""Nodes a packing is searched with while prices are far off, and when they are near."""
NEAR = 0.01
"""Points between bound and master at which prices are as good as they get."""
FAR = 1e6
"""A price that nobody pays."""
ROUNDS = 400


@dataclass(frozen=True)
class Priced:
    """Prices of the rows, the bound that they prove, and all packings met, (slot, proposals)."""

    price: Floats
    bound: float
    packings: tuple[tuple[int, Wholes], ...]
    nodes: int
    mixed: Floats
    """Share of each packing in the best mix of them."""
    most: tuple[tuple[int, Wholes, Floats, float], ...] = ()
    """Slot, guests, their worth at some prices, and the most that any packing of them is worth."""


class _Master:
    """The master programme: packings as columns; rows for proposals, shared rows and slots."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        most = [*np.ones(field.proposals), *field.most, *np.ones(len(field.slots))]
        none = np.empty(0, np.int32), np.empty(0)
        for each in most:
            self.solver.addRow(-highspy.kHighsInf, each, 0, *none)
        for row in range(field.rows):
            for sign in (1.0, -1.0):
                here = np.array([row], np.int32), np.array([sign])
                self.solver.addCol(0.0, 0.0, highspy.kHighsInf, 1, *here)
        self.packings: list[tuple[int, Wholes]] = []
        self.of: list[list[Wholes]] = [[] for _ in field.slots]
        self.seen: set[tuple[int, bytes]] = set()

    def add(self, j: int, chosen: Wholes) -> bool:
        """Take a packing in; whether it is new."""
        key = (j, chosen.tobytes())
        if not len(chosen) or key in self.seen:
            return False
        self.seen.add(key)
        self.packings.append((j, chosen))
        self.of[j].append(chosen)
        slot, n = self.field.slots[j], self.field.proposals
        shared = n + slot.rows[np.isin(slot.inside, chosen)]
        rows = [*slot.guests[chosen], *shared, self.field.rows + j]
        at, often = np.unique(np.array(rows, np.int32), return_counts=True)
        self.solver.addCol(
            -slot.score[chosen].sum(), 0.0, highspy.kHighsInf, len(at), at, often.astype(float)
        )
        return True

    def known(self, j: int, worth: Floats) -> float:
        """The most worth of a packing of this slot met before."""
        return max((float(worth[chosen].sum()) for chosen in self.of[j]), default=0.0)

    def box(self, centre: Floats, half: float) -> None:
        """Keep duals within `half` of a centre: who leaves it pays, or is paid, what it costs."""
        low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, FAR)
        cost = np.stack([-low, high], 1).ravel()
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def shares(self) -> Floats:
        """How much of each packing the best mix holds."""
        return np.array(self.solver.getSolution().col_value)[2 * self.field.rows :]

    def solve(self) -> tuple[Floats, float]:
        """Duals of proposals and shared rows, and the points of the best mix."""
        self.solver.run()
        duals = -np.array(self.solver.getSolution().row_dual)[: self.field.rows]
        return np.maximum(duals, 0.0), -self.solver.getInfo().objective_function_value


def priced(
    field: Field,
    effort: int,
    like: Priced | None = None,
    rounds: int = ROUNDS,
    *,
    until: float = np.inf,
    most: int = EXACT,
) -> Priced:
    """Prices and bound; at most about `effort` nodes of packings are looked at.

    `like` gives prices and packings to begin with; what is possible of these in `field` is taken.
    It ends at the clock's `until`; `most` are the nodes of one packing once prices are near.
    """
    master = _Master(field)
    best = price = _start(field) if like is None else _present(field, like.price)
    for j, who in like.packings if like else ():
        chosen = np.flatnonzero(np.isin(field.slots[j].guests, who))
        if field.allows(j, chosen):
            master.add(j, chosen)
    bound, nodes, search = np.inf, 0, DIVE
    worths: list[tuple[int, Wholes, Floats, float]] = []
    for _ in range(rounds):
        total, new = _weighted(field, price), 0
        for j, slot in enumerate(field.slots):
            if not len(slot.guests):
                continue
            worth = field.worth(slot, price)
            # Late, every packing gets its bound at once and without a search.
            late = time.perf_counter() > until
            found = slot.packed(worth, master.known(j, worth), 1 if late else search)
            nodes += found.nodes
            total += found.bound
            worths.append((j, slot.guests, worth, found.bound))
            new += master.add(j, found.chosen)
        if total < bound - NEAR:
            best, bound = price, total
        if nodes > effort or time.perf_counter() > until:
            break
        master.box(best, BOX)
        price, mixed = master.solve()
        if bound - mixed < NEAR or (not new and search == most):
            break
        if 3 * new < len(field.slots):
            search = most
    master.box(best, np.inf)
    master.solve()
    packings = tuple((j, field.slots[j].guests[chosen]) for j, chosen in master.packings)
    return Priced(best, bound, packings, nodes, master.shares(), tuple(worths))


def _present(field: Field, price: Floats) -> Floats:
    """Prices of the rows that are still somebody's; nothing for the others."""
    found = np.zeros_like(price)
    for slot in field.slots:
        rows = np.concatenate([slot.guests, field.proposals + slot.rows])
        found[rows] = price[rows]
    return found


def _weighted(field: Field, price: Floats) -> float:
    """What all rows are worth at their prices."""
    n = field.proposals
    return float(price[:n].sum() + price[n:] @ field.most)


def _start(field: Field) -> Floats:
    """The duals of the programme without whole numbers: near the prices, and found at once."""
    return _relaxed(field.slots, field.proposals, field.most)


def _relaxed(slots: tuple[Slot, ...], proposals: int, most: Floats) -> Floats:
    from scipy import sparse
    from scipy.optimize import linprog

    rows, columns, values, cost = [], [], [], []
    upper = [*np.ones(proposals), *most]
    begin = 0
    for slot in slots:
        k, limits = slot.demand.shape
        at = begin + np.arange(k)
        for q in range(limits):
            rows.append(np.full(k, len(upper)))
            columns.append(at)
            values.append(slot.demand[:, q].astype(float))
            upper.append(float(slot.capacity[q]))
        rows += [slot.guests, proposals + slot.rows]
        columns += [at, begin + slot.inside]
        values += [np.ones(k), np.ones(len(slot.rows))]
        cost.append(-slot.score)
        begin += k
    where = (np.concatenate(rows), np.concatenate(columns))
    matrix = sparse.csc_array((np.concatenate(values), where), shape=(len(upper), begin))
    found = linprog(np.concatenate(cost), A_ub=matrix, b_ub=upper, bounds=(0.0, 1.0))
    duals: Floats = np.maximum(-found.ineqlin.marginals[: proposals + len(most)], 0.0)
    return duals
