"""A problem slot by slot, as those look at it who pack one slot at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.partnership.matching.packing import best_packing
from ilrs.partnership.matching.problem import Problem, Wholes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    rivals: Wholes
    """Guests (k, r) with whom each cannot share the slot; -1 where there are fewer."""

    def packed(self, worth: Floats, floor: float = 0.0, most: int = 2**62) -> Packed:
        """The best packing at a worth (k,) of each guest, where better than `floor`."""
        best, chosen, bound, nodes = best_packing(
            worth, self.demand, self.capacity, self.rivals, float(floor), most
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
        """Whether a packing keeps the slot's limits, its clashes and the shared rows by itself."""
        slot = self.slots[j]
        if (slot.demand[chosen].sum(axis=0) > slot.capacity).any():
            return False
        if np.isin(slot.rivals[chosen], chosen).any():
            return False
        held = np.bincount(slot.rows[np.isin(slot.inside, chosen)], minlength=len(self.most))
        return bool((held <= self.most).all())

    def worth(self, slot: Slot, price: Floats) -> Floats:
        """What each guest is worth to a slot when its proposal and shared rows have a `price`."""
        worth = slot.score - price[slot.guests]
        np.subtract.at(worth, slot.inside, price[self.proposals + slot.rows])
        return worth


def narrowed(
    field: Field,
    keeps: Sequence[Bools],
    capacities: Sequence[Wholes] | None = None,
    most: Floats | None = None,
) -> Field:
    """The field with those guests alone whom `keeps` says for each slot, and less room."""
    slots = []
    for k, (slot, wanted) in enumerate(zip(field.slots, keeps, strict=True)):
        capacity = slot.capacity if capacities is None else capacities[k]
        keep = wanted & (slot.demand <= capacity).all(axis=1)
        at = np.cumsum(keep) - 1
        held = keep[slot.inside]
        slots.append(
            Slot(
                slot.guests[keep],
                slot.score[keep],
                np.ascontiguousarray(slot.demand[keep]),
                capacity,
                slot.rows[held],
                at[slot.inside[held]],
                _kept(slot.rivals, keep, at),
            )
        )
    return Field(tuple(slots), field.proposals, field.most if most is None else most)


def pinned(field: Field, pairs: Sequence[tuple[int, int]]) -> Field | None:
    """What is left when these pairs (slot, proposal) are settled; nothing if they cannot all be."""
    capacities, most = [slot.capacity for slot in field.slots], field.most.copy()
    gone = {i for _, i in pairs}
    if len(gone) < len(pairs):
        return None
    keeps = [~np.isin(slot.guests, list(gone)) for slot in field.slots]
    for j, i in pairs:
        slot = field.slots[j]
        k = int(np.flatnonzero(slot.guests == i)[0])
        capacities[j] = capacities[j] - slot.demand[k]
        most[slot.rows[slot.inside == k]] -= 1.0
        rivals = slot.rivals[k]
        keeps[j][rivals[rivals >= 0]] = False
    if (most < 0.0).any() or any((capacity < 0).any() for capacity in capacities):
        return None
    return narrowed(field, _open(field, keeps, most), capacities, most)


def _open(field: Field, keeps: Sequence[Bools], most: Floats) -> list[Bools]:
    """Of those kept, who is in no shared row that is full."""
    found = []
    for slot, keep in zip(field.slots, keeps, strict=True):
        open_ = keep.copy()
        open_[slot.inside[most[slot.rows] < 1.0]] = False
        found.append(open_)
    return found


def _rivals(problem: Problem, guests: Wholes, j: int) -> Wholes:
    """Who clashes with each guest within one slot."""
    at = {int(i): k for k, i in enumerate(guests)}
    found: list[set[int]] = [set() for _ in guests]
    for c in problem.clashes:
        both = c.first in at and c.second in at and j in c.slots_first and j in c.slots_second
        if both:
            found[at[c.first]].add(at[c.second])
            found[at[c.second]].add(at[c.first])
    rivals = np.full((len(guests), max(map(len, found), default=0)), -1)
    for k, those in enumerate(found):
        rivals[k, : len(those)] = sorted(those)
    return rivals


def _kept(rivals: Wholes, keep: Bools, at: Wholes) -> Wholes:
    """Rivals among those who are kept, by their new numbers."""
    found = np.full((int(keep.sum()), rivals.shape[1]), -1)
    old = rivals[keep]
    stays = old >= 0
    stays[stays] = keep[old[stays]]
    found[stays] = at[old[stays]]
    return found


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
                _rivals(problem, guests, j),
            )
        )
    return Field(tuple(slots), n, np.array([most for _, most in rows], float))
