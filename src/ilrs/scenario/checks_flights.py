"""Checks of the roadmap's own part: flights, milestones, cargo, and what stands on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import Findings, finding
from ilrs.scenario.roadmap import Roadmap
from ilrs.scenario.schema import Facility, Mission


class Planned(Protocol):
    """What has missions, facilities and a roadmap: a scenario, or the programme in it."""

    missions: dict[str, Mission]
    facilities: dict[str, Facility]
    roadmap: Roadmap


def flights_refer(scenario: Planned, document: Document) -> Findings:
    """Flights are of missions, on launchers that exist."""
    roadmap = scenario.roadmap
    for name, flight in roadmap.flights.items():
        path: Steps = ("roadmap", "flights", name)
        yield from _known(document, path, "mission", name, scenario.missions)
        if flight.launcher is not None:
            at = (*path, "launcher")
            yield from _known(document, at, "launcher", flight.launcher, roadmap.launchers)


def milestones_refer(scenario: Planned, document: Document) -> Findings:
    """Milestones wait for missions that exist."""
    for name, milestone in scenario.roadmap.milestones.items():
        for i, mission in enumerate(milestone.missions):
            path: Steps = ("roadmap", "milestones", name, "missions", i)
            yield from _known(document, path, "mission", mission, scenario.missions)


def cargo_refers(scenario: Planned, document: Document) -> Findings:
    """Cargo is of facilities, which stand on facilities that exist, and not in a circle."""
    cargo = scenario.roadmap.cargo
    needs = {name: entry.needs for name, entry in cargo.items()}
    for name, entry in cargo.items():
        path: Steps = ("roadmap", "cargo", name)
        yield from _known(document, path, "facility", name, scenario.facilities)
        for i, other in enumerate(entry.needs):
            at = (*path, "needs", i)
            yield from _known(document, at, "facility", other, scenario.facilities)
            if name in reached(other, needs):
                what = f"{name!r} stands on itself, through {other!r}"
                yield finding(document, at, what, "drop one of the two")


def reached(first: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that `first` stands on, itself included."""
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(needs.get(name, ()))
    return seen


def _known(
    document: Document, path: Steps, kind: str, name: str, known: Mapping[str, object]
) -> Findings:
    # Whoever removes a mission or a facility need not clear the roadmap below of it.
    if name not in known and document.where(path).file == document.file:
        yield finding(document, path, f"there is no {kind} {name!r}", suggestion(name, known))


CHECKS = (flights_refer, milestones_refer, cargo_refers)
