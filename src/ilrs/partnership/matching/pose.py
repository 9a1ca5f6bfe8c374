"""Proposals and a call as a problem: who may go where, for how many points, taking what."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilrs.language import Message, said
from ilrs.operations.run import Progress, silent
from ilrs.partnership.feasibility import Bench
from ilrs.partnership.finding import Finding
from ilrs.partnership.matching.criteria import Case, Criteria, content_digest, lot, points
from ilrs.partnership.matching.problem import Clash, Problem, Wholes
from ilrs.partnership.opportunity import Opportunity
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.reading import Read
from ilrs.partnership.rules import RuleSet, Ruling, apart, rulings
from ilrs.partnership.terms import counted_mass, one_of
from ilrs.scenario.schema import Scenario

HOUR = 3600.0
NO_LIMIT = 2**52


@dataclass(frozen=True)
class Limit:
    """A limit that all in a slot share: its key, unit, and how many small units make one."""

    key: str
    about: str
    """The key of a proposal that it tells of."""
    unit: str
    fine: float


LIMITS = (
    Limit("mass", "mass", "kg", 1000.0),
    Limit("power", "power", "W", 1000.0),
    Limit("data", "data", "kbit/s", 1000.0),
    Limit("loops", "commanding", "a day", 1000.0),
    Limit("robot", "needs.robot_monthly", "h a month", 1000.0),
    Limit("samples", "needs.samples", "samples", 1000.0),
)


@dataclass(frozen=True)
class Pair:
    """One proposal held against one slot: what was found, the rules' say, and its points."""

    findings: tuple[Finding, ...]
    rulings: tuple[Ruling, ...]
    points: int
    by_criterion: Mapping[str, float]

    @property
    def fits(self) -> bool:
        """Whether nothing fails and no rule refuses it."""
        return not self.failing and not any(r.verdict == "refuse" for r in self.rulings)

    @property
    def failing(self) -> list[Finding]:
        """What fails."""
        return [f for f in self.findings if f.passed is False]


@dataclass(frozen=True)
class Rivals:
    """Two proposals of which the second disturbs the first within some distance [m]."""

    disturbed: int
    disturber: int
    why: Message
    within: float
    about: str
    """The part of both proposals that says so."""


@dataclass(frozen=True)
class Posed:
    """The problem, and what its numbers stand for; proposals in the order of their content."""

    reads: tuple[Read, ...]
    slots: Mapping[str, Opportunity]
    pairs: Mapping[tuple[int, int], Pair]
    problem: Problem
    rivals: tuple[Rivals, ...]
    """Pairs of proposals that cannot stand near each other, and what says so."""

    @property
    def proposals(self) -> list[Proposal]:
        """The proposals."""
        return [read.proposal for read in self.reads]

    @property
    def slot_names(self) -> list[str]:
        """The slots."""
        return list(self.slots)


def pose(
    bench: Bench,
    reads: Sequence[Read],
    criteria: Criteria,
    rule_set: RuleSet,
    marks: Mapping[str, Mapping[str, float]],
    progress: Progress = silent,
) -> Posed:
    """Hold every proposal against every slot of a call: terms, geometry and rules, no simulation.

    The order of proposals follows their content, so that no name decides what a solver finds first.
    """
    ordered = in_order(reads, criteria.seed)
    slots = dict(bench.call.opportunities)
    scenario = bench.loaded.scenario
    n, m = len(ordered), len(slots)
    score = np.full((n, m), -1)
    demand = np.zeros((n, m, len(LIMITS)), np.int64)
    capacity = np.zeros((m, len(LIMITS)), np.int64)
    pairs: dict[tuple[int, int], Pair] = {}
    capacity[:] = [_offered(slot) for slot in slots.values()]
    for i, read in enumerate(ordered):
        progress("proposals", i, n)
        for j, slot in enumerate(slots.values()):
            pair = _pair(bench, read.proposal, slot, criteria, rule_set, marks)
            pairs[i, j] = pair
            asked = not read.proposal.answers or list(slots)[j] in read.proposal.answers
            if pair.fits and asked:
                score[i, j] = pair.points
                demand[i, j] = _taken(read.proposal, slot)
    progress("proposals", n, n)
    rivals = tuple(_rivals([r.proposal for r in ordered]))
    clashes = _clashes(rivals, list(slots.values()), scenario)
    problem = Problem(score, demand, capacity, clashes)
    return Posed(tuple(ordered), slots, pairs, problem, rivals)


def in_order(reads: Sequence[Read], seed: int) -> list[Read]:
    """Proposals by content and then by what they answer; who is alike in both, as drawn by seed."""

    def place(read: Read) -> tuple[str, list[str], str]:
        proposal = read.proposal
        drawn = hashlib.sha256(f"{seed}:{proposal.name}".encode()).hexdigest()
        return content_digest(proposal), sorted(proposal.answers), drawn

    return sorted(reads, key=place)


def tie_values(
    criteria: Criteria,
    posed: Posed,
    before: Mapping[str, str | None],
    dates: Mapping[str, np.datetime64],
) -> list[Wholes]:
    """The values of each tie-break (n, m), in the order that the criteria declare.

    `dates` are those on which missions come.
    """
    n, m = posed.problem.size
    names = posed.slot_names
    found = []
    for tie in criteria.ties:
        value = np.zeros((n, m), np.int64)
        for i, proposal in enumerate(posed.proposals):
            if tie == "most_accepted":
                value[i] = 1
            elif tie == "lot":
                value[i] = lot(criteria.seed, proposal)
            elif tie == "soonest":
                value[i] = [
                    -int(dates[slot.mission].astype("M8[D]").astype(np.int64))
                    for slot in posed.slots.values()
                ]
            elif tie == "least_mass":
                value[i] = -posed.problem.demand[i, :, 0]
            elif before.get(proposal.name) is not None:
                value[i] = [int(before[proposal.name] == name) for name in names]
        found.append(value)
    return found


def _pair(
    bench: Bench,
    proposal: Proposal,
    slot: Opportunity,
    criteria: Criteria,
    rule_set: RuleSet,
    marks: Mapping[str, Mapping[str, float]],
) -> Pair:
    found = tuple(bench.judged(proposal, slot))
    ruled = tuple(rulings(rule_set, proposal, bench.loaded.scenario, slot.place))
    total, each = points(criteria, Case(proposal, slot, found), marks.get(proposal.name, {}))
    return Pair(found, ruled, total, each)


def _offered(slot: Opportunity) -> list[int]:
    """What a slot gives of each shared limit, in small units, rounded down."""
    power = slot.power.mean if slot.powered and slot.power else None
    given = (
        slot.mass.total if slot.mass else None,
        power,
        slot.data.science / 1e3 if slot.data else None,
        slot.loops,
        slot.robot_monthly / HOUR,
        slot.samples,
    )
    return [
        NO_LIMIT if value is None else math.floor(value * limit.fine * (1.0 + 1e-9))
        for value, limit in zip(given, LIMITS, strict=True)
    ]


def _taken(proposal: Proposal, slot: Opportunity) -> list[int]:
    """What a proposal takes of each, rounded up."""
    taken = (
        counted_mass(proposal, slot) if slot.mass else 0.0,
        proposal.power.mean if slot.powered else 0.0,
        proposal.data.science / 1e3 if slot.data else 0.0,
        proposal.commanding.loops,
        proposal.needs.robot_monthly / HOUR,
        proposal.needs.samples,
    )
    return [
        math.ceil(value * limit.fine * (1.0 - 1e-9))
        for value, limit in zip(taken, LIMITS, strict=True)
    ]


def _rivals(proposals: Sequence[Proposal]) -> list[Rivals]:
    """Who (second) fills a band that another (first) listens in, or makes what it cannot bear."""
    found = []
    for i, one in enumerate(proposals):
        for k, other in enumerate(proposals):
            if i == k:
                continue
            filled = [
                *other.electromagnetic.transmits.values(),
                *other.electromagnetic.emits.values(),
            ]
            for name, band in one.electromagnetic.listens.items():
                if any(band.meets(f) for f in filled):
                    why = said("match.near.band", band=name)
                    found.append(Rivals(i, k, why, band.apart, "electromagnetic"))
            shared = sorted(set(other.needs.makes) & set(one.needs.quiet))
            if shared:
                why = said("match.near.makes", what=[one_of("disturbance", w) for w in shared])
                within = math.nextafter(one.needs.quiet_within, math.inf)
                found.append(Rivals(i, k, why, within, "needs"))
    return found


def _clashes(
    rivals: Sequence[Rivals], slots: Sequence[Opportunity], scenario: Scenario
) -> tuple[Clash, ...]:
    """Each who is disturbed at each place, against its disturber in all slots too near to it."""
    found = []
    places = {slot.place for slot in slots if slot.place}
    for each in rivals:
        for place in sorted(places):
            here = frozenset(j for j, slot in enumerate(slots) if slot.place == place)
            near = frozenset(
                j
                for j, slot in enumerate(slots)
                if slot.place and apart(scenario, place, slot.place) < each.within
            )
            found.append(Clash(each.disturbed, each.disturber, here, near))
    return tuple(found)
