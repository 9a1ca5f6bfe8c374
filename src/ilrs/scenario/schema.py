"""The scenario: the station in words and numbers, typed and checked.

Every quantity is a text with a unit, or a mapping `{value, source, status}`; see
`ilrs.scenario.loading`. Inside, values are SI floats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Union

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import Component, Described
from ilrs.components.registry import kinds
from ilrs.scenario.activities import Activity, Travel
from ilrs.scenario.campaigns import Campaign
from ilrs.scenario.instants import Instant
from ilrs.scenario.roadmap import GONE, Confidence, Roadmap
from ilrs.scenario.targets import Target
from ilrs.units import Angle, Duration, Fraction, Height, Length

FORMAT = 1
NEVER = np.datetime64("9999-01-01", "s")
COUNTED = (
    "yield",
    "done",
    "verified",
    "measured.yield",
    "measured.purity",
    "measured.energy",
    "life.survival",
    "life.oxygen",
    "life.humidity",
    "life.dose",
    "crew.supplied",
    "crew.closure",
)
"""Metrics that stand with `of`."""

if TYPE_CHECKING:
    AnyComponent = Component
else:
    AnyComponent = Annotated[Union[tuple(kinds().values())], Field(discriminator="kind")]  # noqa: UP007

FacilityClass = Literal[
    "cislunar transportation",
    "long-term support",
    "lunar transportation and operation",
    "lunar science",
    "ground support and application",
]


class Object(Described):
    """Something upright near a place that stands in the light: a lander, an array, a mast."""

    east: Height
    """East of the place."""
    north: Height
    """North of the place."""
    width: Length
    """Across the line of sight."""
    height: Length
    """Of its top above the ground of the place."""
    note: str = ""

    @model_validator(mode="after")
    def _stands_clear(self) -> Object:
        if not (self.width > 0.0 and self.height > 0.0):
            raise ValueError("an object has a width and a height above zero")
        apart = (self.east**2 + self.north**2) ** 0.5
        if apart <= self.width:
            raise ValueError(
                f"the object stands {apart:g} m off and is {self.width:g} m wide: it must stand "
                "farther off than it is wide"
            )
        return self


class Ground(Described):
    """A fixed place on the Moon's surface."""

    kind: Literal["ground"] = "ground"
    latitude: Angle
    """Selenographic latitude (mean Earth frame)."""
    longitude: Angle
    """East longitude."""
    horizon: str
    """Name of the computed horizon that belongs here (see `ilrs horizons`)."""
    terrain: Literal["fine", "coarse"] = "fine"
    """Whether fine terrain surrounds the place; coarse answers are marked as such."""
    citable: str = ""
    """The terrain a citable answer needs, where this is coarse."""
    objects: dict[str, Object] = {}
    """What stands around and takes light; equipment at other places is added by itself."""
    skyline_error: tuple[Angle, ...] = ()
    """What the true skyline is taken to stand above the computed one, at equal steps of azimuth
    clockwise from north, linear between; one value for all directions, none for no error."""
    note: str = ""


class Orbit(Described):
    """An orbit around the Moon: mean elements held by station keeping, two-body in between.

    The frame is the Moon's equator and node of the mean Earth frame at `epoch`, frozen.
    """

    kind: Literal["orbit"] = "orbit"
    perilune_altitude: Length
    apolune_altitude: Length
    inclination: Angle
    ascending_node: Angle
    argument_of_perilune: Angle
    mean_anomaly: Angle
    epoch: Instant
    note: str = ""


class Earth(Described):
    """The Earth, where ground stations and mission control stand."""

    kind: Literal["earth"] = "earth"
    note: str = ""


AnyPlace = Annotated[Ground | Orbit | Earth, Field(discriminator="kind")]


class Hibernation(Described):
    """When a facility goes to sleep, by the share of drawable energy left in the stores."""

    below: Fraction
    above: Fraction
    wake_time: Duration = 3600.0
    """Time from the wake-up call to full service."""

    @model_validator(mode="after")
    def _hysteresis(self) -> Hibernation:
        if self.above <= self.below:
            raise ValueError(
                f"falls asleep below {self.below:.0%} and wakes above {self.above:.0%}: "
                "let it wake at a higher reserve than it falls asleep"
            )
        return self


class Facility(Described):
    """Components that stand together, land together, and share a box."""

    title: str
    facility_class: FacilityClass
    mission: str
    """The mission that brings it."""
    place: str
    network: str | None = None
    """The place whose data network its components speak on; left out: its own place."""
    bus: str | None = None
    """The bus of the place that its components hang on; left out: the main bus."""
    ports: int | None = Field(None, ge=0)
    """Outlets for electricity that it offers others at its place; left out: none are stated."""
    hibernation: Hibernation | None = None
    modelled: bool = True
    """False: listed for the roadmap, its equipment not yet modelled."""
    components: dict[str, AnyComponent] = {}
    note: str = ""


class Objective(Described):
    """What a mission is for, and how a run shows it: a metric with a bound.

    An objective without metric is not yet modelled and never counts as met.
    """

    text: str
    words: str = ""
    """The part of the mission's own words that this stands for; groups objectives."""
    metric: str | None = None
    """Name of a metric (see `ilrs components --metrics`)."""
    of: str | None = None
    """What is meant, where the metric needs it: a yield, an activity for `done`, a campaign for
    `verified` and `measured`, a facility with something alive for `life`."""
    at_least: str | float | None = None
    at_most: str | float | None = None
    facilities: list[str] = []
    """Facilities it rests on."""

    @model_validator(mode="after")
    def _one_bound(self) -> Objective:
        bounds = (self.at_least is not None) + (self.at_most is not None)
        if bounds != (self.metric is not None):
            raise ValueError("give a metric and exactly one of at_least and at_most, or neither")
        if (self.of is not None) != (self.metric in COUNTED):
            known = ", ".join(COUNTED)
            raise ValueError(f"`of` stands with the metrics {known}, and only there")
        return self

    @property
    def measure(self) -> str | None:
        """The metric's full name, such as `yield.profile`."""
        return f"{self.metric}.{self.of}" if self.of else self.metric


class Mission(Described):
    """A mission of the roadmap: when, after what, and what for."""

    title: str
    date: Instant
    confidence: Confidence
    owner: str = ""
    phase: str
    after: list[str] = []
    text: str = ""
    """The roadmap's own words, where it has any."""
    note: str = ""
    objectives: dict[str, Objective] = {}

    @property
    def arrives(self) -> np.datetime64:
        """When it brings its facilities: its date, or never (the year 9999)."""
        return NEVER if self.confidence in GONE else self.date


class Phase(Described):
    """A phase of the roadmap."""

    title: str
    begins: Instant
    ends: Instant | None = None


class Period(Described):
    """What a run covers, and in which steps."""

    begins: Instant
    ends: Instant
    step: Duration = 600.0
    """Step of the simulation."""
    plan_step: Duration = 3600.0
    """Finest step of the plan."""


class Fault(Described):
    """A failure that happens for certain in this scenario."""

    component: str
    """`facility/component`."""
    mode: str
    """One of the kind's failure modes."""
    at: Instant
    repair: Duration | None = None
    units: int = Field(1, ge=1)


class Uncertainty(Described):
    """How far the truth may lie from the description, and how well it is measured."""

    parameters: Fraction = 0.02
    """Standard deviation of each component's output, capacity and demand about its description."""
    sensors: Fraction = 0.005
    """Standard deviation of a telemetered level, as a share of its range."""


class Rules(Described):
    """What the on-board executive does when nobody has told it anything."""

    reserve: Fraction = 0.5
    """Without a plan: share of drawable energy kept for keep-alive loads."""
    report_interval: Duration = 86400.0
    """How often the predictor starts again from delivered telemetry."""


class Scenario(Described):
    """The whole station."""

    ilrs: Literal[1]
    """Version of this format."""
    name: str
    title: str
    note: str = ""
    warnings: list[str] = []
    """What a reader of the results must be told."""
    period: Period
    phases: dict[str, Phase] = {}
    missions: dict[str, Mission]
    places: dict[str, AnyPlace]
    facilities: dict[str, Facility]
    activities: dict[str, Activity] = {}
    """What the station does: planned as a schedule, and judged by what was truly done."""
    targets: dict[str, Target] = {}
    """Targets in the sky, which conditions may ask for by name."""
    campaigns: dict[str, Campaign] = {}
    """Batches of oxygen plants that are measured, and what they must show."""
    travel: list[Travel] = []
    """How long robots take between places, where it is not computed from the terrain."""
    faults: list[Fault] = []
    uncertainty: Uncertainty = Uncertainty()
    rules: Rules = Rules()
    roadmap: Roadmap = Roadmap()
    """What else the roadmap says; no run depends on it."""
