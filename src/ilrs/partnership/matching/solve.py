"""The best assignment, proven: most points, and among those the best by each tie-break in turn.

A programme of whole numbers over pairs, solved by CP-SAT in exact arithmetic. Where pairs are many,
packings of slots and their prices give a bound and a good assignment first and decide many pairs,
and branch and cut chooses among those left. Deterministic: work limits the search, unless `seconds`
are given.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ilrs.errors import PlanError
from ilrs.partnership.matching.branch import SURE, branched
from ilrs.partnership.matching.decided import undecided
from ilrs.partnership.matching.dive import dived
from ilrs.partnership.matching.field import Field, field_of, narrowed
from ilrs.partnership.matching.prices import Priced, priced
from ilrs.partnership.matching.problem import Problem, Wholes
from ilrs.partnership.matching.repacked import repacked
from ilrs.partnership.matching.rows import Pairs, pairs_of
from ilrs.planning.apart import call_apart

MANY = 200
"""Pairs from which on packings come before CP-SAT."""
NODES = 8_000_000
"""Nodes of packings looked at for prices: up to half a minute."""
WORK = 60.0
"""CP-SAT's deterministic work of one stage: about as many seconds on one core."""
TIE = 15.0
"""The work of one tie-break; where that is not enough, ties are told as not settled."""
FEW = 1000
"""Pairs left open up to which branch and cut chooses among them; more are beyond it."""
SHORT, LONG = 10, 150
"""Looks at assignments packed anew: before branch and cut, and in its place."""
PRICES, PACKINGS = 0.3, 0.5
"""Shares of the time, where it is limited, that prices end at and what comes before branch and cut.
"""


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

    @property
    def gap(self) -> float:
        """By how much of the bound the points are behind it."""
        return (self.bound - self.points) / self.bound if self.bound else 0.0


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
    pairs = pairs_of(problem, problem.alone(), forced)
    first: tuple[Wholes, int, bool] | None
    if len(pairs.slot) > MANY and forced is None:
        pairs, first = _by_packings(problem, seconds)
    else:
        first = _best(pairs, problem.score[pairs.proposal, pairs.slot], [], None, work, until)
    score = problem.score[pairs.proposal, pairs.slot]
    if first is None:
        raise PlanError("nothing can be assigned as it is asked")
    chosen, bound, proven = first
    points = int(score[chosen].sum())
    settled, held = proven, [(score, points)]
    for tie in ties if proven else ():
        value = tie[pairs.proposal, pairs.slot]
        if not value.any():
            continue
        stage = _best(pairs, value, held, chosen, min(TIE, work), until)
        if stage is None or not stage[2]:
            settled = False
            break
        chosen = stage[0]
        held.append((value, int(value[chosen].sum())))
    places = pairs.places(problem.size[0], chosen)
    return Solved(places, points, max(bound, points), proven, settled)


def _by_packings(problem: Problem, seconds: float | None) -> tuple[Pairs, tuple[Wholes, int, bool]]:
    """The pairs that a best assignment may hold; of these the columns of the best one met, the
    bound on the points of any, and whether it is proven."""
    begin, clock = time.perf_counter(), math.inf if seconds is None else seconds
    whole = field_of(problem)
    found = priced(whole, NODES, until=begin + PRICES * clock)
    until = begin + PACKINGS * clock
    places = repacked(whole, found, dived(whole, found, until), SHORT, until)
    field = _narrower(whole, found, problem.points(places), until)
    few = sum(len(slot.guests) for slot in field.slots) <= FEW
    if not few:
        looks = LONG if seconds is None else math.inf
        places = repacked(field, found, places, looks, begin + clock)
    left = np.zeros(problem.size, np.bool_)
    for j, slot in enumerate(field.slots):
        left[slot.guests, j] = True
    pairs = pairs_of(problem, left)
    chosen = np.flatnonzero(places[pairs.proposal] == pairs.slot)
    bound = math.floor(found.bound + SURE)
    if few and problem.points(places) < bound:
        chosen, lower = branched(problem, pairs, found, chosen, begin + clock)
        bound = min(bound, lower)
    points = int(problem.score[pairs.proposal, pairs.slot][chosen].sum())
    return pairs, (chosen, max(bound, points), points >= bound)


def _narrower(field: Field, found: Priced, points: int, until: float) -> Field:
    return narrowed(field, undecided(field, found.price, found.bound, points, until))


def _best(
    pairs: Pairs,
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
