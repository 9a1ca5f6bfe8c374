"""A problem slot by slot, as those look at it who pack one slot at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.partnership.matching.packing import best_packing
from ilrs.partnership.matching.problem import Problem, Wholes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Packed:
    """A packing: which of a slot's guests, its worth, a bound on any worth, and nodes looked at."""

    chosen: Wholes
    worth: float
    bound: float
    nodes: int


@dataclass(frozen=True)
class Slot:
    """Who may go to a slot (k,), for what points (k,), taking what (k, q) of what there is (q,).

    `rows` and `inside` say which shared rows hold which of its guests: clashes and crowds.
    """

    guests: Wholes
    score: Floats
    demand: Wholes
    capacity: Wholes
    rows: Wholes
    inside: Wholes

    def packed(self, worth: Floats, floor: float = 0.0, most: int = 2**62) -> Packed:
        """The best packing at a worth (k,) of each guest, where better than `floor`."""
        best, chosen, bound, nodes = best_packing(
            worth, self.demand, self.capacity, float(floor), most
        )
        return Packed(np.flatnonzero(chosen), best, bound, nodes)


@dataclass(frozen=True)
class Field:
    """The slots; and the shared rows beyond them: at most `most` pairs of each row."""

    slots: tuple[Slot, ...]
    proposals: int
    most: Floats

    @property
    def rows(self) -> int:
        """Rows that prices belong to: one a proposal, then the shared ones."""
        return self.proposals + len(self.most)

    def allows(self, j: int, chosen: Wholes) -> bool:
        """Whether a packing keeps the shared rows by itself."""
        slot = self.slots[j]
        held = np.bincount(slot.rows[np.isin(slot.inside, chosen)], minlength=len(self.most))
        return bool((held <= self.most).all())

    def worth(self, slot: Slot, price: Floats) -> Floats:
        """What each guest is worth to a slot when its proposal and shared rows have a `price`."""
        worth = slot.score - price[slot.guests]
        np.subtract.at(worth, slot.inside, price[self.proposals + slot.rows])
        return worth


def settled(field: Field, j: int, chosen: Wholes) -> Field:
    """What is left when this packing of a slot is settled: the slot empty, who is in it gone."""
    slot = field.slots[j]
    gone = slot.guests[chosen]
    most = field.most.copy()
    np.subtract.at(most, slot.rows[np.isin(slot.inside, chosen)], 1.0)
    slots = []
    for k, each in enumerate(field.slots):
        closed = np.zeros(len(each.guests), np.bool_)
        closed[each.inside[most[each.rows] < 1.0]] = True
        keep = ~(np.isin(each.guests, gone) | closed) if k != j else np.zeros_like(closed)
        at = np.cumsum(keep) - 1
        held = keep[each.inside] if len(each.inside) else np.zeros(0, np.bool_)
        slots.append(
            Slot(
                each.guests[keep],
                each.score[keep],
                np.ascontiguousarray(each.demand[keep]),
                each.capacity,
                each.rows[held],
                at[each.inside[held]],
            )
        )
    return Field(tuple(slots), field.proposals, np.maximum(most, 0.0))


def field_of(problem: Problem) -> Field:
    """The problem slot by slot."""
    alone = problem.alone()
    n, m = problem.size
    rows: list[tuple[set[tuple[int, int]], int]] = []
    for c in problem.clashes:
        one = {(c.first, j) for j in c.slots_first if alone[c.first, j]}
        other = {(c.second, j) for j in c.slots_second if alone[c.second, j]}
        if one and other:
            rows.append((one | other, 1))
    rows += [({p for p in pairs if alone[p]}, most) for pairs, most in problem.crowds]
    held: list[list[tuple[int, int]]] = [[] for _ in range(m)]
    for r, (pairs, _) in enumerate(rows):
        for i, j in sorted(pairs):
            held[j].append((r, i))
    slots = []
    for j in range(m):
        guests = np.flatnonzero(alone[:, j])
        at = {int(i): k for k, i in enumerate(guests)}
        slots.append(
            Slot(
                guests,
                problem.score[guests, j].astype(float),
                np.ascontiguousarray(problem.demand[guests, j]),
                problem.capacity[j],
                np.array([r for r, _ in held[j]], np.int64),
                np.array([at[i] for _, i in held[j]], np.int64),
            )
        )
    return Field(tuple(slots), n, np.array([most for _, most in rows], float))
