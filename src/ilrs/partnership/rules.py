"""The rules of cooperation: each with the clause it stands for, and what it finds in a proposal.

The rule set is data (`reference/rules.yaml`); its conditions are those of `ilrs when`, over facts
of the proposal, one of its transmitters, and the place it would stand at. What a partner declares
is taken as declared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from pydantic import Field

from ilrs.components.component import Described
from ilrs.errors import ScenarioError, UserError
from ilrs.language import Language, named
from ilrs.partnership.demands import Band, Transmitter
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.titles import Titles
from ilrs.planning.sizing.request import distance
from ilrs.scenario.activities import Disturbance
from ilrs.scenario.document import Document, Status, suggestion
from ilrs.scenario.expressions import Kind, parse_condition
from ilrs.scenario.loading import read_alone, validate_document
from ilrs.scenario.schema import Ground, Scenario
from ilrs.units import Frequency, Length

REFERENCE = Path(__file__).parent / "reference" / "rules.yaml"
SHIELDED = math.radians(90.0 + 14.8)
"""Angle from the middle of the near side beyond which the Moon hides everything within 100,000 km
of the Earth (No. 22.22.1): acos((R - 1e8) / d) = 104.8 deg at the mean distance d = 384,400 km; the
libration, up to 8 deg, is left out."""

NAMES: dict[str, tuple[Kind, str]] = {
    "proposal.flies": ("truth", "something of it leaves the Earth"),
    "proposal.mass_kg": ("number", "all of it, with its margin"),
    "proposal.transmits": ("number", "how many transmitters it has"),
    "declared.peaceful_use": ("truth", "it serves peaceful uses alone, as declared"),
    "declared.radioactive": ("truth", "it carries radioactive material, as declared"),
    "declared.pyrotechnic": ("truth", "it carries pyrotechnic devices, as declared"),
    "declared.laser": ("truth", "it shines a laser outside its body, as declared"),
    "declared.living": ("truth", "it carries living beings, as declared"),
    "protection.declared": ("truth", "a planetary protection category is declared"),
    **{
        f"protection.{word}": ("truth", f"the category declared is {word}")
        for word in ("I", "II", "II-L", "IIa", "IIb")
    },
    "export.regimes": ("number", "export-control regimes declared"),
    "place.known": ("truth", "the slot names a place on the ground"),
    "place.latitude_deg": ("number", "latitude of the place"),
    "place.shielded": ("truth", "the place lies in the shielded zone of the far side"),
    "place.quiet_broken": ("truth", "it disturbs a quiet place of the rule set"),
    "transmitter.lowest_mhz": ("number", "lowest frequency of the transmitter"),
    "transmitter.highest_mhz": ("number", "highest frequency of the transmitter"),
    "transmitter.width_mhz": ("number", "highest less lowest"),
    "transmitter.in_table": ("truth", "it lies wholly in one of the rule set's bands"),
    "transmitter.narrow": ("truth", "it is as narrow as one of those bands allows"),
    "transmitter.in_protected": ("truth", "it shares a frequency with a protected band"),
}
"""The names that rules may use, what they are, and what they mean."""
KNOWN: dict[str, Kind] = {name: kind for name, (kind, _) in NAMES.items()}


class Allotted(Band):
    """A band with the clause that it stands for."""

    widest: Frequency | None = None
    """Widest that one carrier may be; left out: the whole band."""
    clause: str
    status: Status


class QuietPlace(Described):
    """A place of the scenario that stays quiet."""

    disturbances: list[Disturbance]
    within: Length
    """How far around it."""
    clause: str
    status: Status


class Rule(Described):
    """One rule: what must hold, where it applies, and what becomes of what does not."""

    title: Titles
    clause: str
    """What it stands for: a key of `sources`."""
    status: Status
    each: Literal["proposal", "transmitter"] = "proposal"
    """What it is held against: the proposal, or each of its transmitters."""
    when: str = ""
    """Condition under which it applies; left out: always."""
    holds: str
    """Condition that must be true."""
    otherwise: Literal["refuse", "review"]
    """What follows when it is not: no, or a decision by people."""
    remedy: Titles


class Rules(Described):
    """A set of rules of cooperation."""

    rules: Literal[1]
    """Version of this format."""
    name: str
    bands: dict[str, Allotted] = {}
    """Where a transmitter on the surface may be."""
    protected: dict[str, Allotted] = {}
    """Where nobody may transmit."""
    quiet: dict[str, QuietPlace] = {}
    """Places of the scenario that stay quiet, by name."""
    rule: dict[str, Rule] = Field(alias="list", min_length=1)


@dataclass(frozen=True)
class Ruling:
    """What one rule says of a proposal, or of one of its transmitters.

    `about` names the keys of the proposal that it tells of, so that it is released as they are.
    """

    rule: str
    title: Titles
    clause: str
    status: str
    of: str
    verdict: Literal["holds", "refuse", "review", "open"]
    remedy: Titles | None
    about: tuple[str, ...]

    def as_data(self, language: Language) -> dict[str, Any]:
        """It as plain data, in a language."""
        return {
            "rule": self.rule,
            "title": self.title.text(language),
            "clause": named(self.clause, language),
            "status": self.status,
            "of": self.of,
            "verdict": self.verdict,
            "remedy": "" if self.remedy is None else self.remedy.text(language),
        }


@dataclass(frozen=True)
class RuleSet:
    """Rules with the full texts of the clauses they stand for."""

    rules: Rules
    sources: Mapping[str, str]


def read_rules(path: Path = REFERENCE) -> RuleSet:
    """A rule set whose conditions can be read; every mistake with its line."""
    document = read_alone(path, "rule set", "rules")
    rules = validate_document(document, Rules)
    problems = _problems(rules, document)
    if problems:
        raise ScenarioError.several(problems)
    return RuleSet(rules, document.sources)


def rulings(
    rule_set: RuleSet, proposal: Proposal, scenario: Scenario, place: str | None
) -> list[Ruling]:
    """What every rule that applies says of a proposal at a place of the scenario (or at none)."""
    general = _facts(rule_set.rules, proposal, scenario, place)
    found: list[Ruling] = []
    for name, rule in rule_set.rules.rule.items():
        transmitters = proposal.electromagnetic.transmits
        subjects: list[tuple[str, dict[str, Any]]] = [("", general)]
        if rule.each == "transmitter":
            subjects = [
                (key, general | _radio(rule_set.rules, radio))
                for key, radio in transmitters.items()
            ]
        for of, facts in subjects:
            if rule.when and not _true(rule.when, facts):
                continue
            kept = _true(rule.holds, facts)
            found.append(
                Ruling(
                    name,
                    rule.title,
                    rule_set.sources[rule.clause],
                    rule.status,
                    of,
                    "holds" if kept else rule.otherwise,
                    None if kept else rule.remedy,
                    _about(rule),
                )
            )
    return found


def _facts(
    rules: Rules, proposal: Proposal, scenario: Scenario, place: str | None
) -> dict[str, Any]:
    declared = proposal.declared
    ground = scenario.places.get(place) if place else None
    known = isinstance(ground, Ground)
    facts: dict[str, Any] = dict.fromkeys(KNOWN, False)
    facts |= {
        "proposal.flies": proposal.flies,
        "proposal.mass_kg": proposal.mass.total,
        "proposal.transmits": len(proposal.electromagnetic.transmits),
        "protection.declared": declared.planetary_protection is not None,
        "export.regimes": len(declared.export_control),
        "place.known": known,
        "place.latitude_deg": math.nan,
    }
    for word in ("peaceful_use", "radioactive", "pyrotechnic", "laser", "living"):
        facts[f"declared.{word}"] = getattr(declared, word)
    if declared.planetary_protection is not None:
        facts[f"protection.{declared.planetary_protection}"] = True
    if known:
        here = cast(Ground, ground)
        facts["place.latitude_deg"] = math.degrees(here.latitude)
        facts["place.shielded"] = from_near_side(here) > SHIELDED
        facts["place.quiet_broken"] = any(
            set(quiet.disturbances) & set(proposal.needs.makes)
            and name in scenario.places
            and apart(scenario, str(place), name) <= quiet.within
            for name, quiet in rules.quiet.items()
        )
    return facts


def _radio(rules: Rules, radio: Transmitter) -> dict[str, Any]:
    width = radio.highest - radio.lowest
    homes = [
        b for b in rules.bands.values() if b.lowest <= radio.lowest <= radio.highest <= b.highest
    ]
    return {
        "transmitter.lowest_mhz": radio.lowest / 1e6,
        "transmitter.highest_mhz": radio.highest / 1e6,
        "transmitter.width_mhz": width / 1e6,
        "transmitter.in_table": bool(homes),
        "transmitter.narrow": any(b.widest is None or width <= b.widest for b in homes),
        "transmitter.in_protected": any(radio.meets(b) for b in rules.protected.values()),
    }


def from_near_side(place: Ground) -> float:
    """Angle [rad] at the Moon's centre between a place and the middle of the near side."""
    return math.acos(math.cos(place.latitude) * math.cos(place.longitude))


def apart(scenario: Scenario, here: str, there: str) -> float:
    """Distance [m] along the ground between two places; infinite for what moves."""
    if here == there:
        return 0.0
    if any(not isinstance(scenario.places[name], Ground) for name in (here, there)):
        return math.inf
    return distance(scenario, here, there)


def _true(condition: str, facts: Mapping[str, Any]) -> bool:
    series = {name: np.asarray(value) for name, value in facts.items()}
    return bool(parse_condition(condition, KNOWN).holds(series))


_ABOUT = {
    "declared": "declared",
    "protection": "declared.planetary_protection",
    "export": "declared.export_control",
    "transmitter": "electromagnetic",
    "proposal.mass_kg": "mass",
    "proposal.transmits": "electromagnetic",
    "proposal.flies": "level",
    "place.quiet_broken": "needs.makes",
}


def _about(rule: Rule) -> tuple[str, ...]:
    """The keys of a proposal that a rule's conditions look at."""
    found = []
    for text in (rule.when, rule.holds):
        for name in parse_condition(text, KNOWN).names if text else ():
            key = _ABOUT.get(name) or _ABOUT.get(name.split(".")[0])
            if name.startswith("declared."):
                key = name
            if key:
                found.append(key)
    return tuple(dict.fromkeys(found))


def _problems(rules: Rules, document: Document) -> list[ScenarioError]:
    found: list[ScenarioError] = []
    for name, rule in rules.rule.items():
        path = ("list", name)
        for key, text in (("when", rule.when), ("holds", rule.holds)):
            if key == "when" and not text:
                continue
            try:
                names = parse_condition(text, KNOWN).names
            except UserError as error:
                where = document.where((*path, key))
                found.append(ScenarioError(error.what, where=where, remedy=error.remedy))
                continue
            if rule.each == "proposal" and any(n.startswith("transmitter.") for n in names):
                found.append(
                    ScenarioError(
                        "looks at a transmitter, and is held against the proposal",
                        where=document.where((*path, key)),
                        remedy="write `each: transmitter`",
                    )
                )
    clauses = [
        *(((kind, name, "clause"), item.clause) for kind in ("bands", "protected", "quiet")
          for name, item in getattr(rules, kind).items()),
        *((("list", name, "clause"), rule.clause) for name, rule in rules.rule.items()),
    ]  # fmt: skip
    for place, clause in clauses:
        if clause not in document.sources:
            found.append(
                ScenarioError(
                    f"there is no source {clause!r}",
                    where=document.where(place),
                    remedy=suggestion(clause, document.sources),
                )
            )
    return found
