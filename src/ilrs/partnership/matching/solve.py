"""The best assignment, proven: most points, and among those the best by each tie-break in turn.

A programme of whole numbers over pairs, solved by CP-SAT in exact arithmetic. Where pairs are many,
packings of slots and their prices give a bound and a good assignment first and decide many pairs;
CP-SAT is given those left. Deterministic: work limits the search, unless `seconds` are given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import PlanError
from ilrs.partnership.matching.decided import undecided
from ilrs.partnership.matching.dive import dived, improved
from ilrs.partnership.matching.field import Bools, field_of, narrowed
from ilrs.partnership.matching.prices import priced
from ilrs.partnership.matching.problem import NOWHERE, Problem, Wholes
from ilrs.planning.apart import call_apart

MANY = 1500
"""Pairs from which on packings come before CP-SAT."""
NODES = 8_000_000
"""Nodes of packings looked at for prices: up to half a minute."""
WORK = 60.0
"""CP-SAT's deterministic work of one stage: about as many seconds on one core."""
PRICES, PACKINGS = 0.4, 0.7
"""Shares of the time, where it is limited, that prices end at and assignments from packings."""
Row = tuple[list[int], list[int], int]


@dataclass(frozen=True)
class Solved:
    """The slot of each proposal, its points, and the bound on any assignment's points.

    `proven` says that nothing has more points; `settled` that every tie-break was decided as well.
    """

    places: Wholes
    points: int
    bound: int
    proven: bool
    settled: bool


@dataclass(frozen=True)
class _Pairs:
    """The programme: a column for each pair that may be, a row for each thing that limits pairs."""

    proposal: Wholes
    slot: Wholes
    rows: list[Row]


def solve(
    problem: Problem,
    ties: Sequence[Wholes] = (),
    *,
    work: float = WORK,
    seconds: float | None = None,
    forced: int | None = None,
) -> Solved:
    """The assignment with most points; of several, that with most of each of `ties` in turn.

    `ties` are whole values (n, m) of pairs, summed over those that are. With `forced`, this
    proposal must be somewhere. `work` limits the search of each stage; `seconds`, where given, by
    the clock, all of it. Raises `PlanError` when a forced proposal can be nowhere.
    """
    until = math.inf if seconds is None else time.perf_counter() + seconds
    pairs = _pairs(problem, problem.alone(), forced)
    begin, bound = None, math.inf
    if len(pairs.slot) > MANY and forced is None:
        places, bound, left = _by_packings(problem, seconds)
        pairs = _pairs(problem, left, None)
        begin = np.flatnonzero(places[pairs.proposal] == pairs.slot)
    score = problem.score[pairs.proposal, pairs.slot]
    first = _first(pairs, score, begin, bound, work, until)
    if first is None:
        raise PlanError("nothing can be assigned as it is asked")
    chosen, bound, proven = first
    points = int(score[chosen].sum())
    settled, held = proven, [(score, points)]
    for tie in ties if proven else ():
        value = tie[pairs.proposal, pairs.slot]
        if not value.any():
            continue
        stage = _best(pairs, value, held, chosen, work, until)
        if stage is None or not stage[2]:
            settled = False
            break
        chosen = stage[0]
        held.append((value, int(value[chosen].sum())))
    places = np.full(problem.size[0], NOWHERE)
    places[pairs.proposal[chosen]] = pairs.slot[chosen]
    return Solved(places, points, max(bound, points), proven, settled)


def _by_packings(problem: Problem, seconds: float | None) -> tuple[Wholes, float, Bools]:
    """A good assignment, a bound on the points of any, and the pairs that a best one may hold."""
    begin, clock = time.perf_counter(), seconds or math.inf
    field = field_of(problem)
    found = priced(field, NODES, until=begin + PRICES * clock)
    until = begin + PACKINGS * clock
    places = dived(field, found, until)
    for _ in range(2):
        keeps = undecided(field, found.price, found.bound, problem.points(places), until)
        field = narrowed(field, keeps)
        places = improved(field, found, places, until=until)
    left = np.zeros(problem.size, np.bool_)
    for j, slot in enumerate(field.slots):
        left[slot.guests, j] = True
    return places, math.floor(found.bound + 1e-6), left


def _first(
    pairs: _Pairs,
    score: Wholes,
    begin: Wholes | None,
    bound: float,
    work: float,
    until: float,
) -> tuple[Wholes, int, bool] | None:
    """The columns of most points, from those to `begin` with, and the tighter bound."""
    known = -1 if begin is None else int(score[begin].sum())
    if begin is not None and known >= bound:
        return begin, known, True
    found = _best(pairs, score, [], begin, work, until)
    if begin is None:
        return found
    if found is None:
        return begin, int(bound), False
    chosen = found[0] if int(score[found[0]].sum()) >= known else begin
    most = max(int(score[chosen].sum()), min(int(bound), found[1]))
    return chosen, most, int(score[chosen].sum()) >= most


def _pairs(problem: Problem, left: Bools, forced: int | None) -> _Pairs:
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
    return _Pairs(proposal, slot, rows)


def _best(
    pairs: _Pairs,
    value: Wholes,
    held: list[tuple[Wholes, int]],
    begin: Wholes | None,
    work: float,
    until: float,
) -> tuple[Wholes, int, bool] | None:
    """The columns with most of `value` and what is `held` kept, the bound, whether it is proven."""
    if not len(value) and not any(most < 0 for _, _, most in pairs.rows):
        return np.empty(0, np.int64), 0, True
    on = None
    if begin is not None:
        flags = np.zeros(len(value), np.bool_)
        flags[begin] = True
        on = flags.tolist()
    seconds = None if until == math.inf else max(until - time.perf_counter(), 0.1)
    kept = [(each.tolist(), total) for each, total in held]
    answer = call_apart(
        "ilrs.partnership.matching.cp:best", value.tolist(), pairs.rows, kept, on, work, seconds
    )
    if answer is None:
        return None
    return np.array(answer[0], np.int64), answer[1], answer[2]
