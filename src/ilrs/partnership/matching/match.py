"""Many proposals matched to a call's slots, and lived together before that is called feasible."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ilrs.errors import PlanError, ScenarioError
from ilrs.language import said
from ilrs.operations.run import Progress, silent
from ilrs.partnership.feasibility import Bench, effort_of
from ilrs.partnership.felt import cost, losses, received
from ilrs.partnership.finding import Finding, plain
from ilrs.partnership.matching.criteria import Criteria
from ilrs.partnership.matching.pose import Posed, pose, tie_values
from ilrs.partnership.matching.problem import NOWHERE
from ilrs.partnership.matching.solve import Solved, solve
from ilrs.partnership.mistakes import Mistake
from ilrs.partnership.outlook import Stretch
from ilrs.partnership.plug import plugged, takes_nothing
from ilrs.partnership.reading import Read
from ilrs.partnership.release import Audience, hidden_of
from ilrs.partnership.rules import RuleSet
from ilrs.partnership.twin import planned

ROUNDS = 3
"""How often a set that does not live together is matched anew."""
FORCED = 10.0
"""CP-SAT's deterministic work for the points that one refused proposal lacks."""
MOST_FORCED = 60
"""Most proposals for which the points a refused one lacks are computed exactly."""


@dataclass(frozen=True)
class Together:
    """The matched set lived in one station: over which weeks, and what each of it got."""

    stretch: Stretch | None
    """None where none of the set touches the station's network."""
    members: Mapping[str, str]
    """The opportunity of each proposal of the set that takes anything from the station."""
    findings: Mapping[str, tuple[Finding, ...]]
    seeds: int

    @property
    def failing(self) -> list[str]:
        """Those that do not get what they need, or cost the station too much."""
        return [n for n, fs in self.findings.items() if any(f.passed is False for f in fs)]

    @property
    def feasible(self) -> bool:
        """Whether all of them live together."""
        return not self.failing


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
            posed = _without_all(posed, solved, lived[-1])
    if live:
        progress("life together", ROUNDS, ROUNDS)
    missing = _missing(posed, solved, seconds, progress)
    return Match(posed, criteria, solved, tuple(lived), missing, seconds)


def live_together(bench: Bench, posed: Posed, solved: Solved) -> Together:
    """One station with all of the set plugged in, against the one without, over critical weeks.

    The weeks are those after the last of their missions that arrives within the scenario's period.
    """
    scenario = bench.loaded.scenario
    stop = bench.outlook.clock.stop
    members = []
    for i, j in enumerate(solved.places.tolist()):
        if j == NOWHERE:
            continue
        read, slot = posed.reads[i], posed.slots[posed.slot_names[j]]
        proposal = read.proposal
        stands = slot.place is not None and proposal.flies and not takes_nothing(proposal, slot)
        if stands and scenario.missions[slot.mission].date < stop:
            members.append((read, slot))
    if not members:
        return Together(None, {}, {}, 0)
    begins = max(bench.years(slot, read.proposal)[0] for read, slot in members)
    stretch = bench.outlook.critical(begins, stop)
    base = bench.without(stretch, "quick")
    loaded = base.loaded
    found: dict[str, tuple[Finding, ...]] = {}
    inside = []
    for read, slot in members:
        proposal = read.proposal
        try:
            loaded = plugged(loaded, proposal, slot, read.document)
        except ScenarioError as error:
            found[proposal.name] = (plain("plugged", said("felt.plugged"), False, Mistake(error)),)
            continue
        inside.append((proposal, slot))
    side = planned(loaded, base.environment, bench.seeds, effort_of("quick"), base)
    for proposal, slot in inside:
        rows = losses(proposal, base, side)
        found[proposal.name] = (*received(proposal, slot, side), *cost(rows))
    names = {id(slot): name for name, slot in posed.slots.items()}
    there = {read.proposal.name: names[id(slot)] for read, slot in members}
    return Together(stretch, there, found, len(bench.seeds))


def _without_all(posed: Posed, solved: Solved, lived: Together) -> Posed:
    """The problem in which this set, as it failed, is one fewer at least."""
    names = {p.name: i for i, p in enumerate(posed.proposals)}
    crowd = frozenset((names[name], int(solved.places[names[name]])) for name in lived.members)
    problem = replace(posed.problem, crowds=(*posed.problem.crowds, (crowd, len(crowd) - 1)))
    return replace(posed, problem=problem)


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
