"""Many proposals against one call: where each fits, what it would take, and who goes together.

Each is held against the terms and the place of every slot; the nearest variant stands in for one
that fits nowhere as it is. The best set of them is then matched and lived together in one station,
which says for all of them at once what a life of each by itself would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ilrs.errors import UserError
from ilrs.language import Language, Message, said
from ilrs.operations.run import Progress, silent
from ilrs.partnership.arrivals import Arrivals, arrivals_of
from ilrs.partnership.clashes import clashes
from ilrs.partnership.feasibility import Answer, Bench, Check
from ilrs.partnership.matching.criteria import read_criteria
from ilrs.partnership.matching.match import Match, match
from ilrs.partnership.opportunity import Call, Opportunity
from ilrs.partnership.reading import Read, call_names, read_call, read_folder, read_proposal
from ilrs.partnership.release import Audience
from ilrs.partnership.rules import read_rules
from ilrs.partnership.terms import counted_mass, one_of
from ilrs.scenario.document import suggestion
from ilrs.scenario.roadmap import GONE


@dataclass(frozen=True)
class Crowd:
    """A slot with the proposals for which it is the best, and what they take of it together."""

    name: str
    slot: Opportunity
    guests: tuple[str, ...]
    mass: float | None
    """In all [kg]; None where one of them keeps its own confidential."""
    power: float | None
    """In all [W], mean; None likewise."""
    clashes: tuple[Message, ...]

    @property
    def over(self) -> list[Message]:
        """Limits that they exceed together."""
        found = []
        if self.slot.mass and self.mass is not None and self.mass > self.slot.mass.total:
            found.append(_of(self.mass, self.slot.mass.total, "kg"))
        if self.slot.power and self.power is not None and self.power > self.slot.power.mean:
            found.append(_of(self.power, self.slot.power.mean, "W"))
        return found


@dataclass(frozen=True)
class Survey:
    """Checks of many proposals against one call, and how they crowd its slots."""

    checks: tuple[Check, ...]
    call: Call
    selected_by: Call | None
    """The call that had selected them, where they come from one."""
    lost: Message | None
    """Title of that call's mission, where it is cancelled or lost."""
    crowds: tuple[Crowd, ...]
    matched: Match | None
    """The best set of them, each as it is or as its nearest variant; None where none fits."""
    audience: Audience
    """Whom it is told to."""
    arrivals: Arrivals
    """When the missions of its slots come."""
    was: str | None = None
    """The mission that is lost, where one is."""

    @property
    def goes(self) -> dict[str, str | None]:
        """The slot that each of the matched set goes to."""
        return self.matched.places if self.matched else {}

    @property
    def as_proposed(self) -> list[Check]:
        """Those that fit as they are."""
        return [c for c in self.checks if c.fitting]

    @property
    def with_changes(self) -> list[Check]:
        """Those that fit with changes."""
        return [c for c in self.checks if not c.fitting and c.nearest]

    @property
    def nowhere(self) -> list[Check]:
        """Those for which nothing was found."""
        return [c for c in self.checks if not c.fitting and not c.nearest]

    def where(self, check: Check) -> Answer | None:
        """Where it goes in the matched set, or else where it would fit best; None: nowhere."""
        name = self.goes.get(check.proposal.name)
        if name is not None:
            return next(a for a in check.answers if a.name == name)
        best = check.best
        return best if best.fits or best.variant else None

    def _arrival(self, check: Check) -> dict[str, Any]:
        """When it comes and how likely by utilization, as plain data."""
        answer = self.where(check)
        row: dict[str, Any] = {"proposal": check.proposal.name, "goes": None}
        if answer is None:
            return row | {"opportunity": None}
        share, error = self.arrivals.chance(answer.slot.mission)
        return row | {
            "goes": self.goes.get(check.proposal.name),
            "opportunity": answer.name,
            "mission": answer.slot.mission,
            "date": str(self.arrivals.dates[answer.slot.mission])[:10],
            "days_later": self.days_later(answer),
            "chance_by_utilization": round(share, 4),
            "error": round(error, 4),
        }

    def days_later(self, answer: Answer) -> int | None:
        """Days after the mission that is lost; None where none is."""
        if self.was is None:
            return None
        dates = self.arrivals.dates
        return int((dates[answer.slot.mission] - dates[self.was]) / np.timedelta64(1, "D"))

    def _open(self, names: Sequence[str]) -> list[str]:
        """Those that keep nothing from whom it is told."""
        return [
            n for n in names if self.matched and not self.matched.keeps_secrets(n, self.audience)
        ]

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        return {
            "format": "ilrs-proposal-survey-1",
            "for": str(self.audience),
            "call": self.call.name,
            "selected_by": self.selected_by.name if self.selected_by else None,
            "lost_mission": self.lost.text(language) if self.lost else None,
            "as_proposed": [c.proposal.name for c in self.as_proposed],
            "with_changes": [c.proposal.name for c in self.with_changes],
            "nowhere": [c.proposal.name for c in self.nowhere],
            "slots": [
                {
                    "opportunity": crowd.name,
                    "guests": list(crowd.guests),
                    **({} if crowd.mass is None else {"mass_kg": crowd.mass}),
                    **({} if crowd.power is None else {"power_w": crowd.power}),
                    "over": [over.text(language) for over in crowd.over],
                    "clashes": [clash.text(language) for clash in crowd.clashes],
                }
                for crowd in self.crowds
            ],
            "together": None if self.matched is None else {
                "assignment": self.goes,
                "points": self.matched.solved.points,
                "proven": self.matched.solved.proven,
                "feasible": self.matched.feasible,
                "lives": [
                    {"lived": self._open(list(t.members)), "do_not_live": self._open(t.failing)}
                    for t in self.matched.together
                ],
            },
            "utilization": str(self.arrivals.horizon)[:10],
            "arrivals": [self._arrival(c) for c in self.checks],
            "checks": [c.as_data(language) for c in self.checks],
        }  # fmt: skip


def surveyed(source: str) -> tuple[list[Read], Call | None]:
    """The proposals of a folder, or those that a packaged call had selected."""
    if Path(source).is_dir():
        return read_folder(Path(source)), None
    if source in call_names():
        call = read_call(source)
        if not call.selected:
            raise UserError(
                f"the call {source!r} tells of no proposals that it selected",
                remedy="name a folder of proposals, or the call change-8",
            )
        return [read_proposal(name) for name in call.selected], call
    raise UserError(
        f"{source!r} is no folder of proposals and no packaged call",
        remedy=suggestion(source, call_names()),
    )


def survey(
    reads: Sequence[Read],
    bench: Bench,
    selected_by: Call | None = None,
    *,
    progress: Progress = silent,
) -> Survey:
    """Every proposal held against every slot, and the best set of them lived together."""
    checks, lost = [], _lost(bench, selected_by)
    for done, read in enumerate(reads):
        progress("proposals", done, len(reads))
        checks.append(bench.check(read, lived=False))
    progress("proposals", len(reads), len(reads))
    candidates = [c for c in map(_candidate, checks) if c is not None]
    matched = None
    if candidates:
        matched = match(bench, candidates, read_criteria(), read_rules(), {}, progress=progress)
    return Survey(
        tuple(checks),
        bench.call,
        selected_by,
        _lost_words(bench, lost),
        _crowds(bench, checks),
        matched,
        Audience(reviewers=True),
        arrivals_of(bench.call.scenario),
        lost,
    )


def _candidate(check: Check) -> Read | None:
    """The proposal as it may be matched: as it is, or as its nearest variant that fits."""
    if check.fitting:
        return check.read
    near = check.nearest
    if near is None or near.variant is None:
        return None
    changed = near.variant.proposal.model_copy(update={"answers": [near.name]})
    return replace(check.read, proposal=changed)


def _of(taken: float, limit: float, unit: str) -> Message:
    return said("survey.of", taken=f"{taken:.0f} {unit}", limit=f"{limit:.0f} {unit}")


def _lost(bench: Bench, call: Call | None) -> str | None:
    for slot in call.opportunities.values() if call else ():
        mission = bench.loaded.scenario.missions.get(slot.mission)
        if mission is not None and mission.confidence in GONE:
            return slot.mission
    return None


def _lost_words(bench: Bench, lost: str | None) -> Message | None:
    if lost is None:
        return None
    mission = bench.loaded.scenario.missions[lost]
    return said("survey.lost", mission=mission.title, state=one_of("state", mission.confidence))


def _crowds(bench: Bench, checks: Sequence[Check]) -> tuple[Crowd, ...]:
    best: dict[str, list[tuple[Check, Answer]]] = {}
    for check in checks:
        answer = check.best
        if answer.fits or answer.variant:
            best.setdefault(answer.name, []).append((check, answer))
    made = []
    for name, slot in bench.call.opportunities.items():
        guests = [check.proposal for check, _ in best.get(name, [])]
        if not guests:
            continue
        found = [
            why
            for a, b in combinations(guests, 2)
            for why in clashes(a, slot, b, slot, bench.loaded.scenario)
        ]
        made.append(
            Crowd(
                name,
                slot,
                tuple(g.name for g in guests),
                sum(counted_mass(g, slot) for g in guests),
                sum(g.power.mean for g in guests),
                tuple(found),
            )
        )
    return tuple(made)
