"""What a roadmap says beyond its missions: launchers, flights, milestones, and what is disputed.

Phases and missions are keys of the scenario itself; `roadmap` holds the rest. No run depends on it:
`ilrs roadmap` reads it to show, compare and move the plan.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import Described
from ilrs.scenario.instants import Instant
from ilrs.units import Duration, Fraction, Mass

Confidence = Literal["stated", "assumed", "uncertain", "cancelled", "done", "lost"]
CONFIDENCES: tuple[Confidence, ...] = (
    "done",
    "stated",
    "assumed",
    "uncertain",
    "cancelled",
    "lost",
)
"""The surest first, and those that never come last."""
GONE = ("cancelled", "lost")
"""Missions of these confidences never bring anything."""


class Capability(Described):
    """What a launcher lands on the Moon, from a date on."""

    begins: Instant
    injected: Mass
    """Sent towards the Moon by one launch."""
    landed: Mass
    """Set down by one launch, the lander itself included."""
    cargo: Mass
    """Of what is landed, facilities and payloads; the rest is lander."""

    @model_validator(mode="after")
    def _shrinks(self) -> Capability:
        if not self.injected >= self.landed >= self.cargo:
            raise ValueError("injected is at least landed, and landed at least cargo")
        return self


class Launcher(Described):
    """A kind of launch vehicle."""

    title: str
    owner: str
    capability: list[Capability] = []
    """By date; between two entries the earlier one holds."""
    spacing: Duration = 0.0
    """Least time between two launches of this kind to the station."""
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Launcher:
        begins = [entry.begins for entry in self.capability]
        if begins != sorted(begins):
            raise ValueError("capability is listed by date, the earliest first")
        return self

    def cargo(self, date: np.datetime64) -> float:
        """What it lands as cargo on a date [kg]; nothing before its first entry."""
        held = [entry.cargo for entry in self.capability if entry.begins <= date]
        return held[-1] if held else 0.0


class Flight(Described):
    """How a mission flies, what it carries for partners, and what came of it."""

    launcher: str | None = None
    """Left out: it carries its own payload alone, and takes part in no re-plan."""
    partners: Mass | None = None
    """Most that partners' payloads may weigh together, with what the call includes in it."""
    lag: Duration = 0.0
    """Least time after each mission of its `after`."""
    outcome: str = ""


class Milestone(Described):
    """A state of the programme that people wait for."""

    title: str
    date: Instant
    text: str = ""
    confidence: Confidence = "stated"
    missions: list[str] = []
    """Missions that must have come for it."""


class Choice(Described):
    """One of the things that sources say."""

    says: str
    sets: dict[str, Any] = {}
    """The overlay that makes it so; empty where the model does not depend on it."""


class Topic(Described):
    """A question on which sources disagree; `chosen` is what stands in the roadmap now."""

    title: str
    chosen: str
    choices: Annotated[dict[str, Choice], Field(min_length=2)]

    @model_validator(mode="after")
    def _one_of_them(self) -> Topic:
        if self.chosen not in self.choices:
            raise ValueError(f"{self.chosen!r} is none of {', '.join(self.choices)}")
        return self


class Spread(Described):
    """How late a mission of some confidence comes: log-normal delays after the date written."""

    median: Duration
    late: Duration
    """Delay that one mission in ten exceeds."""
    succeeds: Fraction
    """Share of such missions whose payload arrives whole."""

    @model_validator(mode="after")
    def _ordered(self) -> Spread:
        if not (self.late > self.median > 0.0 or self.late == self.median == 0.0):
            raise ValueError("late is longer than the median, and both above zero (or both zero)")
        return self


class Cargo(Described):
    """What a re-plan must know of a facility beyond its equipment."""

    mass: Mass | None = None
    """Where no equipment is modelled that would give it."""
    needs: list[str] = []
    """Facilities that must be there with it or before it."""
    stays: bool = False
    """It flies with its own mission or not at all."""


class Roadmap(Described):
    """The part of a roadmap that no run depends on."""

    version: str = ""
    title: str = ""
    issued: Instant | None = None
    launchers: dict[str, Launcher] = {}
    flights: dict[str, Flight] = {}
    """By mission."""
    milestones: dict[str, Milestone] = {}
    topics: dict[str, Topic] = {}
    spreads: dict[Confidence, Spread] = {}
    cargo: dict[str, Cargo] = {}
    """By facility."""
