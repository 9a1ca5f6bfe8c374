"""Many proposals matched to a call's slots, and lived together before that is called feasible."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilrs.errors import PlanError
from ilrs.operations.run import Progress, silent
from ilrs.partnership.feasibility import Bench
from ilrs.partnership.matching.criteria import Criteria
from ilrs.partnership.matching.life import Together, live_together
from ilrs.partnership.matching.pose import Posed, pose, tie_values
from ilrs.partnership.matching.problem import NOWHERE
from ilrs.partnership.matching.solve import Solved, solve
from ilrs.partnership.reading import Read
from ilrs.partnership.release import Audience, hidden_of
from ilrs.partnership.rules import RuleSet

ROUNDS = 10
"""Most sets that are lived; each that fails rules out who, or which crowd, it failed for."""
FORCED = 10.0
"""CP-SAT's deterministic work for the points that one refused proposal lacks."""
MOST_FORCED = 60
"""Most proposals for which the points a refused one lacks are computed exactly."""


@dataclass(frozen=True)
class Match:
    """Who goes where, proven best by the declared criteria, and lived together."""

    posed: Posed
    criteria: Criteria
    solved: Solved
    together: tuple[Together, ...]
    """The lives of the sets in turn; the last is that of the set told. Empty: not lived."""
    missing: Mapping[int, int | None]
    """Points that a refused proposal which fits somewhere lacks; None where not computed."""
    seconds: float | None = None
    """The clock's limit on the search for the assignment, where there was one."""

    @property
    def places(self) -> dict[str, str | None]:
        """The slot of each proposal, by names."""
        names = self.posed.slot_names
        return {
            p.name: None if j == NOWHERE else names[j]
            for p, j in sorted(
                zip(self.posed.proposals, self.solved.places.tolist(), strict=True),
                key=lambda pair: pair[0].name,
            )
        }

    def keeps_secrets(self, name: str, audience: Audience) -> bool:
        """Whether a proposal keeps anything from an audience."""
        return any(p.name == name and hidden_of(p, audience) for p in self.posed.proposals)

    @property
    def feasible(self) -> bool | None:
        """Whether the set lives together; None where that was not tried."""
        return self.together[-1].feasible if self.together else None


def match(
    bench: Bench,
    reads: Sequence[Read],
    criteria: Criteria,
    rule_set: RuleSet,
    marks: Mapping[str, Mapping[str, float]],
    *,
    before: Mapping[str, str | None] | None = None,
    live: bool = True,
    seconds: float | None = None,
    progress: Progress = silent,
) -> Match:
    """The best assignment, proven; with `live`, a set that does not live together is matched anew.

    `before` is an earlier assignment, of which `fewest_changes` keeps what it may. `seconds`, where
    given, end each search for an assignment by the clock.
    """
    posed = pose(bench, reads, criteria, rule_set, marks, progress)
    lived: list[Together] = []
    for turn in range(ROUNDS):
        progress("assignment", 0, 1)
        dates = {name: mission.date for name, mission in bench.loaded.scenario.missions.items()}
        ties = tie_values(criteria, posed, before or {}, dates)
        solved = solve(posed.problem, ties, seconds=seconds)
        progress("assignment", 1, 1)
        if not live:
            break
        progress("life together", turn, ROUNDS)
        lived.append(live_together(bench, posed, solved))
        if lived[-1].feasible:
            break
        if turn < ROUNDS - 1:
            posed = _without(posed, lived[-1])
    if live:
        progress("life together", ROUNDS, ROUNDS)
    missing = _missing(posed, solved, seconds, progress)
    return Match(posed, criteria, solved, tuple(lived), missing, seconds)


def _without(posed: Posed, lived: Together) -> Posed:
    """The problem without what this life showed not to work: who does not live there by itself, or
    else the crowd of whom one must go elsewhere."""
    pairs = {p.name: i for i, p in enumerate(posed.proposals)}
    there = {name: (pairs[name], posed.slot_names.index(lived.members[name])) for name in lived.odd}
    if lived.alone:
        score = posed.problem.score.copy()
        for pair in there.values():
            score[pair] = -1
        return replace(posed, problem=replace(posed.problem, score=score))
    crowd = (frozenset(there.values()), len(there) - 1)
    crowds = (*posed.problem.crowds, crowd)
    return replace(posed, problem=replace(posed.problem, crowds=crowds))


def _missing(
    posed: Posed, solved: Solved, seconds: float | None, progress: Progress
) -> dict[int, int | None]:
    """What each refused proposal that fits somewhere lacks: points by which the best with it is
    behind, and one more."""
    eligible = np.flatnonzero(posed.problem.alone().any(axis=1) & (solved.places == NOWHERE))
    found: dict[int, int | None] = dict.fromkeys(eligible.tolist())
    if len(posed.proposals) > MOST_FORCED or not solved.proven:
        return found
    until = math.inf if seconds is None else time.perf_counter() + seconds
    for k, i in enumerate(found):
        progress("what is lacking", k, len(found))
        left = None if seconds is None else until - time.perf_counter()
        if left is not None and left <= 0.0:
            break
        try:
            forced = solve(posed.problem, forced=i, work=FORCED, seconds=left)
        except PlanError:
            continue
        if forced.proven:
            found[i] = solved.points - forced.points + 1
    if found:
        progress("what is lacking", len(found), len(found))
    return found
