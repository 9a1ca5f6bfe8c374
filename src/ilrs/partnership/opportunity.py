"""Opportunities: slots of a mission with the limits that a call sets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ilrs.components.component import Described
from ilrs.partnership.demands import Band, Behind, Envelope, Limits, MagneticMoment
from ilrs.partnership.proposal import Level, Model
from ilrs.partnership.titles import Titles
from ilrs.scenario.instants import Instant
from ilrs.units import Angle, DataRate, Duration, Length, Mass, Number, Power, Voltage

Inclusion = Literal["interface", "separation", "cables", "margin"]
Forbidden = Literal["radioactive", "pyrotechnic", "laser", "living"]


class MassLimit(Described):
    """How much may fly in a slot, and what counts."""

    total: Mass
    """Of all that fly in it together."""
    each: Mass | None = None
    """Of one independent module; left out: as the total."""
    includes: list[Inclusion] = ["interface", "separation", "cables"]
    """What counts besides the payload itself."""


class PowerOffer(Described):
    """What the slot's bus gives."""

    bus_least: Voltage
    bus_most: Voltage
    mean: Power
    """Of all in the slot together, on average."""
    peak: Power
    """Of one, at any time."""
    survival: Power
    """Never shed, of one."""

    @model_validator(mode="after")
    def _in_order(self) -> PowerOffer:
        if self.bus_most < self.bus_least:
            raise ValueError("bus_most lies below bus_least")
        return self


class DataOffer(Described):
    """What the slot's network takes."""

    science: DataRate
    """Mean rate of all in the slot together."""
    protocols: list[str]


class Surroundings(Described):
    """What the carrier promises of warmth."""

    interface: Limits | None = None
    """Temperature of the plate it stands on; left out: the ground, whose warmth is computed."""
    cruise_unpowered: Duration
    """Longest time without power from launch to connection."""


class Noise(Band):
    """A band that the station's own equipment fills without meaning to."""

    why: Titles


class ModelDue(Described):
    """A model the integrators need."""

    model: Model
    before_launch: Duration


class Opportunity(Described):
    """A slot: where, when, for whom, and with which limits."""

    title: Titles
    mission: str
    """The mission of the scenario that carries it, or that it joins."""
    levels: list[Level]
    place: str | None = None
    """Place of the scenario where it stands; left out: none that is modelled, so that what depends
    on a place is not judged."""
    network: str | None = None
    """Place whose data network it speaks on; left out: its own."""
    powered: bool = True
    """Whether the station gives any power."""
    on_ground: bool = True
    """Whether it is set on the ground; otherwise it stays on a deck."""
    sky: bool = True
    """Whether it has the sky above it; otherwise it is inside, without view or sunlight."""
    deck: Length = Field(0.0, description="Height of the deck above ground [m].")
    opens: Instant
    """When proposals are taken from."""
    closes: Instant
    """When they are taken until."""
    hardware_due: Duration
    """How long before the mission's date flight hardware, or the service, must be there."""
    mass: MassLimit | None = None
    """Left out: nothing flies."""
    envelope: Envelope | None = None
    power: PowerOffer | None = None
    data: DataOffer | None = None
    surroundings: Surroundings | None = None
    pointing: Angle | None = None
    """Accuracy the carrier holds; left out: it holds none."""
    stability: Angle | None = None
    """How still it holds over a minute; left out: no better than its accuracy."""
    magnetic_moment: MagneticMoment | None = None
    """Most of one, switched on; left out: nobody near it minds."""
    loops: Number = Field(0.0, ge=0.0, description="Command loops a day, of all together.")
    models: list[ModelDue] = []
    robot_setup: Duration = 0.0
    """Robot time for setting up, of one."""
    robot_monthly: Duration = 0.0
    """Robot time in every month, of all together."""
    robot: str | None = None
    """The station's robot that works for guests; left out: none does."""
    worked_from: str | None = None
    """Place that robot works from; left out: the slot's own."""
    samples: Number = Field(0.0, ge=0.0, description="Samples that can be handed over in all.")
    forbids: list[Forbidden] = []
    priority: int = Field(
        5, ge=1, le=9, description="Of guests' service power: 1 is shed last, 9 first."
    )
    wants: list[str] = []
    """What is preferred, in words."""
    note: Titles = Titles("")

    @model_validator(mode="after")
    def _hangs_together(self) -> Opportunity:
        if self.closes <= self.opens:
            raise ValueError("it closes before it opens")
        if (self.mass is None) != (self.envelope is None):
            raise ValueError("mass and envelope stand together")
        if not self.levels:
            raise ValueError("it is for nobody: give `levels`")
        if self.powered and self.mass is not None and self.power is None:
            raise ValueError("it gives power: say how much under `power`")
        return self

    @property
    def flies(self) -> bool:
        """Whether anything of it leaves the Earth."""
        return self.mass is not None


class Call(Described):
    """A call: opportunities of one scenario, published together."""

    call: Literal[1]
    """Version of this format."""
    name: str
    title: Titles
    note: Titles = Titles("")
    figures: Behind | None = None
    """What stands behind every figure that names no source of its own."""
    scenario: str = "ilrs"
    """The station it is for: a packaged name, or a path."""
    noise: dict[str, Noise] = {}
    """What the station's equipment radiates without meaning to, wherever it is powered."""
    opportunities: dict[str, Opportunity]
    selected: list[str] = []
    """Packaged proposals that stand for those it selected, where it is closed."""
