"""A proposal: what a partner would bring, in words and numbers, typed and checked.

Read as a scenario is: every quantity a text with a unit or `{value, source, status}`, an unknown
key an error. Inside, values are SI floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, model_validator

from ilrs.components.component import Described
from ilrs.partnership.demands import (
    Behind,
    Electromagnetic,
    Envelope,
    FieldOfView,
    Masses,
    Needs,
    Pointing,
    PowerDemand,
    Thermal,
)
from ilrs.scenario.activities import Activity
from ilrs.scenario.instants import Instant
from ilrs.scenario.schema import AnyComponent, FacilityClass
from ilrs.units import DataRate, Duration, Fraction, Quantity

FORMAT = 1
MOST_ENTRIES = 500
"""Most entries in any mapping or list of a proposal."""

Level = Literal["mission", "system", "subsystem", "equipment", "ground", "application"]
"""Where a contribution stands in the station's tree; the last two stay on Earth."""
Stage = Literal[
    "planning", "substantiating", "engineering", "development", "implementation", "operation"
]
OrganisationKind = Literal[
    "agency", "institute", "university", "company", "international organisation", "association"
]
Model = Literal["structural", "thermal", "electrical", "software", "mass and power", "flight spare"]
Loops = Annotated[float, Quantity("", minimum=0.0, maximum=1000.0)]
Works = Annotated[float, Quantity("s", minimum=3600.0, maximum=100.0 * 365.25 * 86400.0)]
FIRST, LAST = np.datetime64("1970-01-01", "s"), np.datetime64("2200-01-01", "s")
"""Between these a date of readiness is no slip of the pen."""
BEYOND = 1e18
"""No figure of a proposal is larger in SI; what is has another unit than was meant."""
ON_EARTH: tuple[str, ...] = ("ground", "application")


class Who(Described):
    """Who proposes."""

    organisation: str
    country: str
    """Country, or the name of an international organisation."""
    kind: OrganisationKind
    partners: list[str] = []
    """Other organisations that take part."""
    contact: str = ""
    """Whom to write to; never leaves the core unless the partner says so."""


class Data(Described):
    """What it sends, on average over its time in service."""

    protocol: str = "CCSDS space packets"
    science: DataRate = 0.0
    """Mean rate of science data, such as `2 Gbit/d`."""
    telemetry: DataRate = 0.0
    """Mean rate of housekeeping data."""
    least_delivered: Fraction = 0.9
    """Share of its data that must reach Earth, science and housekeeping each."""


class Commanding(Described):
    """How often somebody on Earth must look and decide."""

    loops: Loops = 0.0
    """Loops of look, decide and command, a day."""
    patience: Duration | None = None
    """Longest time it can wait for a command; left out: any."""


class Delivery(Described):
    """A model that the partner hands over before its launch."""

    model: Model
    before_launch: Duration
    """How long before the mission's date."""


class Gift(Described):
    """What the station, its users or the public get."""

    what: str
    kind: Literal["science", "data", "service", "hardware", "training", "software", "standard"]
    amount: str = ""
    """How much, in words, such as `eight hours a day`."""


class Schedule(Described):
    """When it can fly and how long it works."""

    ready: Instant
    """When flight hardware, or the service, is there to be handed over."""
    latest: Instant | None = None
    """After this it is of no use; left out: never."""
    works: Works
    """How long it is to work on the Moon, or for the station."""

    @model_validator(mode="after")
    def _in_order(self) -> Schedule:
        if not FIRST <= self.ready < LAST:
            raise ValueError(f"ready at {str(self.ready)[:10]}: a date from 1970 to 2199 is meant")
        if self.latest is not None and self.latest < self.ready:
            raise ValueError("it is ready only after it is of no more use")
        return self


class Declared(Described):
    """What the partner declares for the rules of cooperation; nobody checks it here."""

    peaceful_use: bool
    """Whether it serves peaceful uses alone."""
    planetary_protection: Literal["I", "II", "II-L", "IIa", "IIb"] | None = None
    """Category, as the partner takes it."""
    export_control: list[str] = []
    """Export-control regimes that parts of it fall under, in the partner's words."""
    radioactive: bool = False
    """Whether it carries radioactive material."""
    pyrotechnic: bool = False
    """Whether it carries pyrotechnic devices."""
    laser: bool = False
    """Whether it shines a laser outside its own body."""
    living: bool = False
    """Whether it carries living beings."""


class Proposal(Described):
    """What a partner would bring to the station, and what that would need of it."""

    proposal: Literal[1]
    """Version of this format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
    """Short name in small letters, digits and single hyphens, 60 at most, such as `my-payload`."""
    title: str
    summary: str = ""
    who: Who
    level: Level
    stages: list[Stage] = ["operation"]
    """Stages it takes part in."""
    facility_class: FacilityClass = "lunar science"
    answers: list[str] = []
    """Opportunities it answers; left out: whichever fit."""
    mass: Masses = Masses()
    envelope: Envelope | None = None
    """Stowed, the interface included; left out: nothing flies."""
    power: PowerDemand = PowerDemand()
    data: Data = Data()
    thermal: Thermal | None = None
    """What it bears; left out: nothing flies, or it is passive and bears what the place gives."""
    views: dict[str, FieldOfView] = {}
    """Fields that must be clear, by name."""
    pointing: Pointing | None = None
    electromagnetic: Electromagnetic = Electromagnetic()
    commanding: Commanding = Commanding()
    models: list[Delivery] = []
    disposal: str = ""
    """What becomes of it in the end; whatever flies must say."""
    needs: Needs = Needs()
    gives: list[Gift] = []
    schedule: Schedule
    declared: Declared
    figures: Behind | None = None
    """What stands behind every figure that names no source of its own."""
    confidential: list[str] = []
    """Keys, such as `mass` or `who.contact`, that only the partner and the reviewers may see."""
    components: dict[str, AnyComponent] = {}
    """Its equipment in the station's own terms, where it has them; otherwise its power and data
    stand for it."""
    activities: dict[str, Activity] = {}
    """What it does in the station's own terms; `self` is its facility."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Proposal:
        for path, value in _figures(self, ""):
            if abs(value) > BEYOND:
                raise ValueError(f"{path} is {value:g} in SI: is the unit right?")
        flies = self.level not in ON_EARTH
        if flies and self.mass.total <= 0.0:
            raise ValueError(f"at level {self.level} something flies: give its `mass`")
        if not flies and self.mass.total > 0.0:
            raise ValueError(f"at level {self.level} nothing flies: drop `mass`, or change `level`")
        if flies and self.envelope is None:
            raise ValueError("what flies has an envelope: give `envelope`")
        if flies and not self.disposal.strip():
            raise ValueError("what flies says what becomes of it: give `disposal`")
        if flies and self.power.mean > 0.0 and self.thermal is None:
            raise ValueError("what takes power bears limits of temperature: give `thermal`")
        sends = self.data.science + self.data.telemetry > 0.0
        if sends and flies and self.power.mean <= self.power.survival:
            raise ValueError(
                "data come with service, and its modes draw no more than survival: give power.modes"
            )
        if self.components and not self.power.modes and flies and self._draws():
            raise ValueError("components draw power: tell it under `power` too, for the call")
        return self

    def _draws(self) -> bool:
        return any(getattr(c, "power", 0.0) for c in self.components.values())

    @property
    def flies(self) -> bool:
        """Whether anything of it leaves the Earth."""
        return self.level not in ON_EARTH


def _figures(part: Any, path: str) -> Iterator[tuple[str, float]]:
    """Every finite number of a part, SI, with its path."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _figures(getattr(part, name), f"{path}.{name}" if path else name)
    elif isinstance(part, Mapping):
        for name, inner in part.items():
            yield from _figures(inner, f"{path}.{name}")
    elif isinstance(part, float) and math.isfinite(part):
        yield path, part
