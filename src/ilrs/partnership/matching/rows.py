"""The plain programme: a column for each pair that may be, a row for each thing that limits it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.partnership.matching.problem import NOWHERE, Problem, Wholes

Bools = NDArray[np.bool_]
Row = tuple[list[int], list[int], int]
"""Columns, their whole weights, and the most they may add to."""


@dataclass(frozen=True)
class Pairs:
    """The proposal and the slot of each column, and the rows."""

    proposal: Wholes
    slot: Wholes
    rows: list[Row]

    def places(self, proposals: int, chosen: Wholes) -> Wholes:
        """The slot of each proposal when these columns are chosen."""
        places = np.full(proposals, NOWHERE)
        places[self.proposal[chosen]] = self.slot[chosen]
        return places


def pairs_of(problem: Problem, left: Bools, forced: int | None = None) -> Pairs:
    """The programme over the pairs (n, m) that are `left`; a `forced` proposal must be in one."""
    proposal, slot = np.nonzero(left)
    rows: list[Row] = []

    def row(which: NDArray[np.intp], weights: Wholes, most: int) -> None:
        if len(which) and int(weights.sum()) > most:
            rows.append((which.tolist(), weights.tolist(), most))

    def at_most(which: NDArray[np.intp], most: int) -> None:
        row(which, np.ones(len(which), np.int64), most)

    for i in range(problem.size[0]):
        at_most(np.flatnonzero(proposal == i), 1)
    for j in range(problem.size[1]):
        which = np.flatnonzero(slot == j)
        for q, most in enumerate(problem.capacity[j].tolist()):
            row(which, problem.demand[proposal[which], j, q], most)
    for clash in problem.clashes:
        one = (proposal == clash.first) & np.isin(slot, sorted(clash.slots_first))
        other = (proposal == clash.second) & np.isin(slot, sorted(clash.slots_second))
        if one.any() and other.any():
            at_most(np.flatnonzero(one | other), 1)
    for crowd, most in problem.crowds:
        inside = [(int(i), int(j)) in crowd for i, j in zip(proposal, slot, strict=True)]
        at_most(np.flatnonzero(np.array(inside, np.bool_)), most)
    if forced is not None:
        which = np.flatnonzero(proposal == forced)
        rows.append((which.tolist(), [-1] * len(which), -1))
    return Pairs(proposal, slot, rows)
