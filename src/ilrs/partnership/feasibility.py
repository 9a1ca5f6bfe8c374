"""Whether, where and when a proposal fits: every slot judged by the station's own engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ilrs import __version__
from ilrs.environment.compute import compute_environment
from ilrs.errors import ScenarioError, UserError
from ilrs.language import Language, Text, said
from ilrs.network.assemble import clock_of
from ilrs.operations.run import Progress, silent, with_period
from ilrs.partnership.drawn import Panorama, Weeks, panoramas, weeks
from ilrs.partnership.felt import Loss, cost, losses, received
from ilrs.partnership.finding import Finding, binding, plain, told
from ilrs.partnership.mistakes import Mistake
from ilrs.partnership.opportunity import Call, Opportunity
from ilrs.partnership.outlook import Outlook, Stretch
from ilrs.partnership.placing import placing
from ilrs.partnership.plug import plugged, takes_nothing, with_nobody
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.reading import Read
from ilrs.partnership.release import covers
from ilrs.partnership.rules import RuleSet, read_rules, rulings
from ilrs.partnership.terms import GONE, terms
from ilrs.partnership.twin import QUICK, Side, planned, trial
from ilrs.partnership.variants import Variant, nearest, stuck
from ilrs.planning.schedule.answer import Effort
from ilrs.scenario.document import Document, suggestion
from ilrs.scenario.load import Loaded, load_scenario
from ilrs.scenario.schema import Earth, Ground, Scenario

FORMAT = "ilrs-proposal-check-1"
SEEDS = (1, 2, 3, 4, 5)
NOBODYS = (3, 5)
"""Priorities of the guests that take nothing; each gives another plan that is equally good."""
Depth = Literal["quick", "full"]
YEAR = 365


@dataclass(frozen=True)
class Answer:
    """What a slot says to a proposal."""

    name: str
    slot: Opportunity
    date: np.datetime64
    findings: tuple[Finding, ...]
    losses: tuple[Loss, ...] = ()
    stretch: Stretch | None = None
    depth: Depth | None = None
    """How it was simulated; None: not at all, since it fails before, or takes nothing."""
    variant: Variant | None = None
    panoramas: tuple[Panorama, ...] = ()
    weeks: Weeks | None = None
    decided: bool | None = None
    """Whether it fits, where some of the findings that say so are kept confidential."""

    @property
    def fits(self) -> bool:
        """Whether nothing fails."""
        if self.decided is not None:
            return self.decided
        return all(f.passed is not False for f in self.findings)

    @property
    def binding(self) -> Finding | None:
        """What fails worst, or has least to spare."""
        return binding(list(self.findings))

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        bound = self.binding
        return {
            "opportunity": self.name,
            "title": self.slot.title.text(language),
            "mission": self.slot.mission,
            "date": str(self.date.astype("datetime64[D]")),
            "place": self.slot.place,
            "opens": str(self.slot.opens)[:10],
            "closes": str(self.slot.closes)[:10],
            "fits": self.fits,
            "binding": bound.key if bound else None,
            "why_not": [told(f).text(language) for f in self.findings if f.passed is False],
            "variant": self.variant.as_data(language) if self.variant else None,
            "simulated": None if self.stretch is None else {
                "depth": self.depth,
                "begins": str(self.stretch.begins),
                "ends": str(self.stretch.ends),
                "why": self.stretch.why.text(language),
            },
            "compliance": [f.as_data(language) for f in self.findings],
            "losses": [loss.as_data(language) for loss in self.losses],
        }  # fmt: skip


@dataclass(frozen=True)
class Check:
    """The answer of every slot of a call to a proposal."""

    read: Read
    call: Call
    scenario: str
    scenario_sha256: str
    seeds: tuple[int, ...]
    answers: tuple[Answer, ...]
    rules: str = ""
    """Name of the rule set."""
    hidden: tuple[str, ...] = ()
    """Keys of the proposal that are kept from whom this is told."""
    made_on: str = ""
    """Day on which somebody asked, UTC; left out: not told."""

    def tells(self, key: str) -> bool:
        """Whether those it is told may know of a key of the proposal."""
        return not any(covers(key, secret) for secret in self.hidden)

    @property
    def proposal(self) -> Proposal:
        """What was proposed."""
        return self.read.proposal

    @property
    def sha256(self) -> str | None:
        """Digest of the file that was read, as the office's trail holds it; None where parts of it
        are hidden, since a digest tells whether a guess is right.
        """
        return None if self.hidden else self.read.sha256

    @property
    def fitting(self) -> list[Answer]:
        """Slots that fit, the earliest first."""
        return sorted((a for a in self.answers if a.fits), key=lambda a: (a.date, a.name))

    @property
    def nearest(self) -> Answer | None:
        """Of the slots that do not fit, the one whose variant changes least."""
        near = [a for a in self.answers if not a.fits and a.variant]
        return min(near, key=lambda a: a.variant.size if a.variant else 0.0) if near else None

    @property
    def best(self) -> Answer:
        """The slot to show: the earliest that fits, else the nearest, else the one least amiss."""
        if self.fitting:
            return self.fitting[0]
        return self.nearest or min(self.answers, key=_amiss)

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        best = self.best
        near = self.nearest
        own = {"title": self.proposal.title, "level": self.proposal.level}
        return {
            "format": FORMAT,
            "version": __version__,
            "made_on": self.made_on or None,
            "proposal": self.proposal.name,
            "proposal_sha256": self.sha256,
            **{key: value for key, value in own.items() if self.tells(key)},
            "call": self.call.name,
            "scenario": self.scenario,
            "scenario_sha256": self.scenario_sha256,
            "seeds": list(self.seeds),
            "fits": bool(self.fitting),
            "fitting": [a.name for a in self.fitting],
            "best": best.name,
            "binding": best.binding.as_data(language) if best.binding else None,
            "nearest_variant": None if near is None or near.variant is None else {
                "opportunity": near.name, **near.variant.as_data(language)
            },
            "rules": self.rules,
            "opportunities": [a.as_data(language) for a in self.answers],
        }  # fmt: skip


def _amiss(answer: Answer) -> tuple[int, str]:
    return sum(f.passed is False for f in answer.findings), answer.name


class Bench:
    """A station and a call, made ready once for any number of proposals.

    The station without guests is planned and lived once for each stretch of the calendar.
    """

    def __init__(
        self, call: Call, seeds: Sequence[int] = SEEDS, rule_set: RuleSet | None = None
    ) -> None:
        """For the scenario that `call` names, under a rule set (left out: the packaged one)."""
        self.call = call
        self.rule_set = rule_set or read_rules()
        self.seeds = tuple(seeds)
        self.loaded: Loaded = load_scenario(call.scenario)
        self._stretches: dict[str, Stretch] = {}
        self._sides: dict[tuple[str, Depth], Side] = {}
        for name, slot in call.opportunities.items():
            self._known(name, slot)

    @cached_property
    def outlook(self) -> Outlook:
        """The places of the station over its years."""
        return Outlook(self.loaded.scenario)

    def _known(self, name: str, slot: Opportunity) -> None:
        scenario = self.loaded.scenario
        for what, word, known in (
            ("mission", slot.mission, scenario.missions),
            ("place", slot.place, scenario.places),
            ("network", slot.network, scenario.places),
            ("worked_from", slot.worked_from, scenario.places),
            ("robot", slot.robot, scenario.facilities),
        ):
            if word is not None and word not in known:
                raise ScenarioError(
                    f"opportunity {name!r}: there is no {what} {word!r} in {scenario.name!r}",
                    remedy=suggestion(word, known),
                )

    def slots(self, wanted: Sequence[str]) -> dict[str, Opportunity]:
        """The slots that were asked for, or all."""
        known = self.call.opportunities
        for name in wanted:
            if name not in known:
                raise UserError(
                    f"the call {self.call.name!r} has no opportunity {name!r}",
                    remedy=suggestion(name, known),
                )
        return {name: known[name] for name in wanted} if wanted else dict(known)

    def years(self, slot: Opportunity, proposal: Proposal) -> tuple[np.datetime64, np.datetime64]:
        """When it would work: from the mission's date, as long as it says, within the period."""
        period = self.loaded.scenario.period
        begins = max(self.loaded.scenario.missions[slot.mission].date, period.begins)
        works = np.timedelta64(round(max(proposal.schedule.works, YEAR * 86400.0)), "s")
        return begins, min(begins + works, self.outlook.clock.stop)

    def stretch(self, slot: Opportunity, proposal: Proposal, depth: Depth) -> Stretch:
        """The weeks that are simulated: the critical ones, or all."""
        begins, ends = self.years(slot, proposal)
        if depth == "full":
            return Stretch(begins, ends, said("weeks.all"))
        key = f"{begins} {ends}"
        if key not in self._stretches:
            self._stretches[key] = self.outlook.critical(begins, ends)
        return self._stretches[key]

    def without(self, stretch: Stretch, depth: Depth) -> Side:
        """The station without guests over a stretch, with plans of it that are as good."""
        base = self._alone(stretch, depth)
        if not base.alike:
            alike = tuple(
                planned(
                    with_nobody(base.loaded, priority),
                    base.environment,
                    self.seeds,
                    effort_of(depth),
                    base,
                )
                for priority in NOBODYS
            )
            base = replace(base, alike=alike)
            self._sides[f"{stretch.begins} {stretch.ends}", depth] = base
        return base

    def _alone(self, stretch: Stretch, depth: Depth) -> Side:
        """The station without guests over a stretch."""
        key = (f"{stretch.begins} {stretch.ends}", depth)
        if key not in self._sides:
            loaded = with_period(self.loaded, stretch.begins, stretch.ends)
            environment = compute_environment(loaded.scenario, clock_of(loaded.scenario))
            self._sides[key] = planned(loaded, environment, self.seeds, effort_of(depth))
        return self._sides[key]

    def check(
        self,
        read: Read,
        opportunities: Sequence[str] = (),
        *,
        full: bool = False,
        variants: bool = True,
        lived: bool = True,
        progress: Progress = silent,
    ) -> Check:
        """The answer of every slot, or of those asked for.

        Every slot is judged quickly; with `full`, the best of them over all its time as well. Not
        `lived`, terms and geometry alone are judged, and nothing is simulated.
        """
        slots = self.slots(opportunities)
        self._require_parts(read, slots.values())
        answers = []
        for done, (name, slot) in enumerate(slots.items()):
            progress("opportunities", done, len(slots))
            answers.append(
                self.answer(
                    read.proposal,
                    name,
                    slot,
                    read.document,
                    variants=variants,
                    lived=lived,
                    costed=False,
                )
            )
        progress("opportunities", len(slots), len(slots))
        check = Check(
            read,
            self.call,
            self.loaded.scenario.name,
            self.loaded.sha256,
            self.seeds,
            tuple(answers),
            self.rule_set.rules.name,
        )
        best = check.best
        if not best.depth or (best.losses and not full):
            return check
        if full:
            progress("all its time", 0, 2)
        whole = self.answer(
            read.proposal,
            best.name,
            best.slot,
            read.document,
            depth="full" if full else "quick",
            variants=False,
        )
        if full:
            progress("all its time", 2, 2)
        kept = Answer(**{**whole.__dict__, "variant": best.variant})
        told = tuple(kept if a.name == best.name else a for a in answers)
        return replace(check, answers=told)

    def _require_parts(self, read: Read, slots: Iterable[Opportunity]) -> None:
        """Refuse a proposal whose own equipment and work fit together at none of the slots."""
        first: ScenarioError | None = None
        for slot in slots:
            if slot.place is None or not (read.proposal.components or read.proposal.activities):
                continue
            try:
                plugged(self.loaded, read.proposal, slot, read.document)
                return
            except ScenarioError as error:
                first = first or error
        if first is not None:
            raise first

    def answer(
        self,
        proposal: Proposal,
        name: str,
        slot: Opportunity,
        document: Document | None = None,
        *,
        depth: Depth = "quick",
        variants: bool = True,
        lived: bool = True,
        costed: bool = True,
    ) -> Answer:
        """What one slot says; the proposal's `document` gives mistakes their lines.

        Not `costed`, what the others lose is left out where the terms or the place fail already.
        """
        date = self.loaded.scenario.missions[slot.mission].date
        stands = ruled(self.rule_set, proposal, self.loaded.scenario, slot.place)
        found = [*self.judged(proposal, slot), *stands]
        seen = self._panoramas(proposal, slot)
        if not lived or not self.worth_simulating(proposal, slot, found):
            variant = self._variant(proposal, slot, found, None) if variants else None
            return Answer(name, slot, date, tuple(found), variant=variant, panoramas=seen)
        stretch = self.stretch(slot, proposal, depth)
        costed = costed or all(f.passed is not False for f in found)
        base = self.without(stretch, depth) if costed else self._alone(stretch, depth)
        try:
            loaded = plugged(base.loaded, proposal, slot, document)
        except ScenarioError as error:
            found.append(plain("plugged", said("felt.plugged"), False, Mistake(error)))
            return Answer(name, slot, date, tuple(found), panoramas=seen)
        environment = base.environment
        if not proposal.flies:  # an antenna more hears more
            environment = compute_environment(loaded.scenario, environment.clock)
        side = planned(loaded, environment, self.seeds, effort_of(depth), base)
        rows = losses(proposal, base, side)
        found = [*found, *received(proposal, slot, side), *cost(rows)]
        answer = Answer(
            name,
            slot,
            date,
            tuple(found),
            tuple(rows) if costed else (),
            stretch,
            depth,
            panoramas=seen,
            weeks=weeks(proposal, base, side) if proposal.flies else None,
        )
        if answer.fits or not variants:
            return answer
        variant = self._variant(proposal, slot, found, base)
        return Answer(**{**answer.__dict__, "variant": variant})

    def _panoramas(self, proposal: Proposal, slot: Opportunity) -> tuple[Panorama, ...]:
        if not (proposal.views and slot.sky and self._stands(slot)):
            return ()
        return panoramas(
            proposal, slot, self.outlook, self.outlook.hours(*self.years(slot, proposal))
        )

    def _stands(self, slot: Opportunity) -> bool:
        """Whether the slot is on the ground of a mission that flies."""
        scenario = self.loaded.scenario
        flies = scenario.missions[slot.mission].confidence not in GONE
        return bool(flies and slot.place and isinstance(scenario.places[slot.place], Ground))

    def judged(self, proposal: Proposal, slot: Opportunity) -> list[Finding]:
        """What the terms of the slot and the geometry of its place say."""
        mission = self.loaded.scenario.missions[slot.mission]
        found = terms(proposal, slot, mission)
        if proposal.flies and slot.flies and self._stands(slot):
            begins, ends = self.years(slot, proposal)
            hours = self.outlook.hours(begins, ends)
            found += _seen_to_the_end(proposal, begins, ends)
            found += placing(proposal, slot, self.call, self.outlook, hours)
        return found

    def worth_simulating(
        self, proposal: Proposal, slot: Opportunity, found: Sequence[Finding]
    ) -> bool:
        """Whether a life with it would say more: it takes something, and nothing fails that no
        variant would mend.
        """
        place = self.loaded.scenario.places.get(slot.place) if slot.place else None
        here = isinstance(place, Ground) and proposal.flies
        on_earth = isinstance(place, Earth) and bool(proposal.components)
        if not (here or on_earth) or takes_nothing(proposal, slot):
            return False
        return not any(f.passed is False and stuck(f) for f in found)

    def _variant(
        self, proposal: Proposal, slot: Opportunity, found: list[Finding], base: Side | None
    ) -> Variant | None:
        if all(f.passed is not False for f in found):
            return None

        def held(changed: Proposal) -> list[Finding]:
            return self.judged(changed, slot)

        def judge(changed: Proposal) -> list[Finding]:
            rows = held(changed)
            if base is None or any(f.passed is False for f in rows):
                return rows
            try:
                loaded = plugged(base.loaded, changed, slot)
            except ScenarioError as error:
                return [*rows, plain("plugged", said("felt.plugged"), False, Mistake(error))]
            side = trial(loaded, base, self.seeds)
            felt = [f for f in received(changed, slot, side) if f.key != "scheduled"]
            return [*rows, *felt, *cost(losses(changed, base, side))]

        return nearest(proposal, found, judge, held)


def _seen_to_the_end(
    proposal: Proposal, begins: np.datetime64, ends: np.datetime64
) -> Iterator[Finding]:
    """Whether the scenario reaches as far as it is to work; what comes later nobody judges."""
    lives = float((ends - begins) / np.timedelta64(1, "D"))
    works = proposal.schedule.works / 86400.0
    if works > lives:
        told = said("term.works_is", works=f"{works:.0f}", days=f"{lives:.0f}", end=str(ends)[:10])
        yield plain("works", said("term.works"), None, told)


def ruled(
    rule_set: RuleSet, proposal: Proposal, scenario: Scenario, place: str | None
) -> Iterator[Finding]:
    """What the rules of cooperation say, as findings: what people must decide is not judged."""
    for ruling in rulings(rule_set, proposal, scenario, place):
        key = ".".join(word for word in ("rule", ruling.rule, ruling.of) if word)
        passed = {"holds": True, "refuse": False}.get(ruling.verdict)
        words: Text = ruling.clause
        if ruling.remedy is not None:
            words = said("rule.to_do", clause=ruling.clause, remedy=ruling.remedy)
        title: Text = ruling.title
        if ruling.of:
            title = said("rule.of", title=ruling.title, of=ruling.of)
        yield Finding(key, title, "rules", passed, words=words, about=ruling.about)


def effort_of(depth: Depth) -> Effort:
    """How long schedules are searched for."""
    return QUICK if depth == "quick" else Effort(workers=2)
