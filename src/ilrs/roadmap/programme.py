"""The programme: what of a scenario says who comes when, as one version or overlay has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import ConfigDict

from ilrs.components.component import Described
from ilrs.errors import ScenarioError, UserError
from ilrs.scenario.checks_flights import cargo_refers, flights_refer, milestones_refer
from ilrs.scenario.checks_roadmap import order_of
from ilrs.scenario.document import Document, Sourced, Steps, lookup, suggestion, unknown_key
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.overlays import REFERENCE, apply_overlay, locate, reference_names
from ilrs.scenario.roadmap import Roadmap
from ilrs.scenario.schema import Facility, Mission, Phase, Scenario
from ilrs.scenario.sourcing import resolve_sources

VERSIONS = REFERENCE / "roadmap"
"""The packaged versions of the roadmap, each an overlay on the one before."""


class Programme(Described):
    """The parts of a scenario that a roadmap speaks of; the rest of it is left unread."""

    model_config = ConfigDict(extra="ignore")

    name: str
    title: str
    phases: dict[str, Phase] = {}
    missions: dict[str, Mission]
    facilities: dict[str, Facility]
    roadmap: Roadmap = Roadmap()

    @property
    def horizon(self) -> np.datetime64:
        """The beginning of the last phase: what comes later has lost the time until then."""
        begins = [phase.begins for phase in self.phases.values()]
        return max(begins, default=max(m.date for m in self.missions.values()))

    def mass(self, facility: str) -> float:
        """Landed mass of a facility [kg]: of its equipment, or as its cargo entry says."""
        own = sum(c.mass for c in self.facilities[facility].components.values())
        entry = self.roadmap.cargo.get(facility)
        return own if own or entry is None or entry.mass is None else entry.mass

    def needs(self, facility: str) -> list[str]:
        """The facilities it stands on, of those that there are."""
        entry = self.roadmap.cargo.get(facility)
        return [n for n in entry.needs if n in self.facilities] if entry else []

    def cargo(self, mission: str, date: np.datetime64) -> float | None:
        """What the mission's launcher lands as cargo at a date [kg], None where nothing is said."""
        flight = self.roadmap.flights.get(mission)
        launcher = self.roadmap.launchers.get(flight.launcher or "") if flight else None
        return None if launcher is None else launcher.cargo(date)

    def on(self, mission: str) -> list[str]:
        """The facilities that a mission brings to the Moon."""
        return [
            n for n, f in self.facilities.items() if f.mission == mission and f.place != "earth"
        ]


@dataclass(frozen=True)
class Standing:
    """A programme with the document it was read from; `label` is what people call it."""

    label: str
    programme: Programme
    document: Document

    def source(self, *path: str | int) -> Sourced | None:
        """Where the value at a path comes from."""
        return self.document.provenance.get(path)


def version_names() -> list[str]:
    """The packaged versions, the oldest first: each extends the one before."""
    below = {p.name: _extended(p) for p in VERSIONS.glob("*.yaml")}
    ordered = [name for name, base in below.items() if base is None]
    while len(ordered) < len(below):
        ordered += [name for name, base in below.items() if base == ordered[-1]]
    return [name.removesuffix(".yaml") for name in ordered]


def _extended(path: Path) -> str | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("extends:").strip(' "') for line in lines if line[:8] == "extends:"]
    return said[0] if said else None


def read(
    label: str | None = None,
    scenario: Path | str = "ilrs",
    choices: Mapping[str, str] | None = None,
) -> Standing:
    """The programme of a scenario as a version or an overlay `label` has it, with `choices` taken.

    `label` is the name of a version, the path of an overlay, or a scenario of its own (one that
    `extends` something, or a packaged name); None is the scenario as it stands. Raises
    `ScenarioError` where dates contradict the order of missions, and for unknown names.
    """
    document = document_of(label, scenario)
    for topic, choice in (choices or {}).items():
        document = chosen(document, topic, choice)
    return standing(document, label or name_of(document))


def name_of(document: Document) -> str:
    """What a document's roadmap is called: its version, or the scenario's name."""
    _, version = lookup(document.data, ("roadmap", "version"))
    return str(version or document.data.get("name", document.file))


def standing(document: Document, label: str) -> Standing:
    """The checked programme of a document."""
    programme = validate_document(document, Programme)
    problems = [*names_wrong(programme, document), *order_of(programme.missions, document)]
    if problems:
        raise ScenarioError.several(problems)
    return Standing(label, programme, resolve_sources(document))


def names_wrong(programme: Programme, document: Document) -> Iterator[ScenarioError]:
    """Keys, missions, facilities and launchers that a programme names and that there are not."""
    yield from _unknown(document)
    for check in (flights_refer, milestones_refer, cargo_refers):
        yield from check(programme, document)
    for name, facility in programme.facilities.items():
        where = document.where(("facilities", name, "mission"))
        # Packaged facilities may wait for missions that an earlier version did not know.
        packaged = REFERENCE in Path(str(where.file)).parents
        if facility.mission not in programme.missions and not packaged:
            yield ScenarioError(
                f"there is no mission {facility.mission!r}",
                where=where,
                remedy=suggestion(facility.mission, programme.missions),
            )


def _unknown(document: Document) -> Iterator[ScenarioError]:
    """Keys at the top that no scenario has: a programme leaves much unread, but not those."""
    for key, value in document.data.items():
        if key not in Scenario.model_fields:
            where = document.where((key,))
            # In an overlay the key meant often stands in the file below already.
            left = [
                k
                for k in Scenario.model_fields
                if k not in document.data or document.where((k,)).file != where.file
            ]
            remedy = unknown_key(key, value, left)
            yield ScenarioError(f"unknown key {key!r}", where=where, remedy=remedy)


def document_of(label: str | None, scenario: Path | str) -> Document:
    """The whole document of a scenario with `label` in it; see `read`."""
    if label is None:
        return read_document(scenario)
    names = version_names()
    if label in names:
        return _as_of(label, scenario)
    if label in reference_names():
        return read_document(label)
    if Path(label).suffix not in {".yaml", ".yml"}:
        raise UserError(
            f"there is no version {label!r} of the roadmap",
            remedy=f"{suggestion(label, names)}; or give an overlay's path, which ends in .yaml",
        )
    own = read_document(locate(label))
    return own if "missions" in own.data and "name" in own.data else apply_overlay(
        read_document(scenario), own
    )  # fmt: skip


def _as_of(version: str, scenario: Path | str) -> Document:
    swapped = False

    def below(path: Path) -> Path:
        nonlocal swapped
        if swapped or path.parent.resolve() != VERSIONS.resolve():
            return path
        swapped = True
        return VERSIONS / f"{version}.yaml"

    document = read_document(scenario, below=below)
    # The scenario's own values may rest on sources that later versions name.
    sources = {**read_document(scenario).sources, **document.sources}
    document = replace(document, sources=sources)
    if not swapped:
        raise UserError(
            f"{scenario} does not stand on a packaged version of the roadmap",
            remedy="let it extend ilrs, or roadmap/2026-09.yaml, or name no version",
        )
    return document


def chosen(document: Document, topic: str, choice: str) -> Document:
    """The document with another of a topic's choices taken."""
    _, topics = lookup(document.data, ("roadmap", "topics"))
    topics = topics or {}
    if topic not in topics:
        raise UserError(f"nothing called {topic!r} is disputed", remedy=suggestion(topic, topics))
    known = topics[topic]["choices"]
    if choice not in known:
        raise UserError(f"nobody says {choice!r} of {topic!r}", remedy=suggestion(choice, known))
    root: Steps = ("roadmap", "topics", topic, "choices", choice, "sets")
    sets = dict(known[choice].get("sets") or {})
    roadmap = dict(sets.get("roadmap", {}))
    sets["roadmap"] = roadmap | {"topics": {topic: {"chosen": choice}}}
    depth = len(root)
    return apply_overlay(
        document,
        Document(
            sets,
            {p[depth:]: m for p, m in document.marks.items() if p[:depth] == root},
            {p[depth:]: s for p, s in document.provenance.items() if p[:depth] == root},
            file=document.file,
        ),
    )


def parse_choices(texts: Sequence[str]) -> dict[str, str]:
    """`topic=choice` texts as a mapping."""
    choices = {}
    for text in texts:
        topic, sign, choice = text.partition("=")
        if not sign:
            raise UserError(f"{text!r} chooses nothing", remedy="write TOPIC=CHOICE")
        choices[topic.strip()] = choice.strip()
    return choices
