"""What a proposal takes: mass, room, power, warmth, view, quiet, time; each in its own terms."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Described, Status
from ilrs.scenario.activities import Disturbance
from ilrs.units import (
    Angle,
    Duration,
    Fraction,
    Frequency,
    Length,
    Mass,
    Power,
    PowerLevel,
    Quantity,
    Temperature,
    Voltage,
)

SetUp = Annotated[float, Quantity("s", minimum=0.0, maximum=365.25 * 86400.0)]
Monthly = Annotated[float, Quantity("s", minimum=0.0, maximum=30.0 * 86400.0)]
Bearing = Annotated[float, Quantity("rad", minimum=-2.0 * math.pi, maximum=2.0 * math.pi)]
Span = Annotated[float, Quantity("rad", minimum=0.0, maximum=math.pi)]
MagneticMoment = Annotated[float, Quantity("A*m^2", minimum=0.0)]
Count = Annotated[float, Quantity("", minimum=0.0, maximum=1e6)]
HEAVIEST = 1e5
"""Mass [kg] above which a payload is a slip of the pen: what is planned lands less than that."""
LARGEST_DUTY = 1.0 + 1e-9


class Behind(Described):
    """What stands behind every figure that names no source of its own."""

    source: str
    """In words."""
    status: Status


class Masses(Described):
    """Mass as the call counts it: what holds, releases and wires it is included."""

    body: Mass = 0.0
    """The payload itself."""
    interface: Mass = 0.0
    """Plates, brackets and harness on the carrier's side."""
    separation: Mass = 0.0
    """What holds it in flight and releases it."""
    cables: Mass = 0.0
    """Cables and their adapters."""
    margin: Fraction = 0.2
    """Growth that is still expected; 20 % for a concept, 5 % for a flight unit."""
    modules: Annotated[int, Field(ge=1, le=100)] = 1
    """Independent modules it comes in."""

    @property
    def total(self) -> float:
        """All of it with its margin [kg]."""
        return (self.body + self.interface + self.separation + self.cables) * (1.0 + self.margin)

    @model_validator(mode="after")
    def _can_fly(self) -> Masses:
        if self.total > HEAVIEST:
            raise ValueError(
                f"{self.total:g} kg is more than any rocket takes to the Moon: is the unit right?"
            )
        return self


class Envelope(Described):
    """The box it fills."""

    length: Length
    width: Length
    height: Length

    @model_validator(mode="after")
    def _has_room(self) -> Envelope:
        if not min(self.length, self.width, self.height) > 0.0:
            raise ValueError("an envelope has a length, a width and a height above zero")
        return self

    @property
    def edges(self) -> tuple[float, float, float]:
        """Its edges [m], the shortest first: it may be turned."""
        first, second, third = sorted((self.length, self.width, self.height))
        return first, second, third


class PowerMode(Described):
    """A mode it works in: what it draws then, and for how much of the time."""

    mean: Power
    peak: Power | None = None
    """Highest draw in the mode; left out: `mean`."""
    duty: Fraction = 1.0
    """Share of the time it is in this mode."""

    @model_validator(mode="after")
    def _peak_on_top(self) -> PowerMode:
        if self.peak is not None and self.peak < self.mean:
            raise ValueError(f"peak ({self.peak:g} W) is below mean ({self.mean:g} W)")
        return self

    @property
    def highest(self) -> float:
        """Highest draw in the mode [W]."""
        return self.mean if self.peak is None else self.peak


class PowerDemand(Described):
    """Electric power it takes from the station; nothing where it feeds itself."""

    bus: Voltage | None = None
    """Voltage of the bus it hangs on; left out: it takes no power."""
    modes: dict[str, PowerMode] = {}
    survival: Power = 0.0
    """What keeps it alive, drawn all the time and never to be shed."""
    least_served: Fraction = 0.7
    """Share of the energy of its modes it must get, in its darkest weeks too."""

    @model_validator(mode="after")
    def _fits_together(self) -> PowerDemand:
        if (self.modes or self.survival) and self.bus is None:
            raise ValueError("what draws power hangs on a bus: give `bus`, such as 28 V")
        busy = sum(mode.duty for mode in self.modes.values())
        if busy > LARGEST_DUTY:
            raise ValueError(f"its modes take {busy:.0%} of the time; duties add to 100 % at most")
        low = min((mode.mean for mode in self.modes.values()), default=self.survival)
        if self.survival > low + 1e-9:
            raise ValueError(
                f"survival ({self.survival:g} W) exceeds a mode of {low:g} W; survival power is "
                "part of every mode, and a mode of rest has it alone"
            )
        return self

    @property
    def mean(self) -> float:
        """Mean draw over its modes and their duties [W]; survival in the time that is left."""
        return self.survival + sum(
            (mode.mean - self.survival) * mode.duty for mode in self.modes.values()
        )

    @property
    def working(self) -> float:
        """Share of the time in modes that draw more than survival."""
        return sum(m.duty for m in self.modes.values() if m.mean > self.survival)

    @property
    def peak(self) -> float:
        """Highest draw [W]."""
        return max([self.survival, *(mode.highest for mode in self.modes.values())])


class Limits(Described):
    """Temperatures it bears."""

    minimum: Temperature
    maximum: Temperature

    @model_validator(mode="after")
    def _in_order(self) -> Limits:
        if self.maximum <= self.minimum:
            raise ValueError("the maximum lies above the minimum")
        return self


class Thermal(Described):
    """What it bears, and how long it lives without power."""

    operating: Limits
    survival: Limits
    unpowered: Duration = 0.0
    """How long it lives without any power on the surface, in the dark."""
    cruise_unpowered: Duration = 0.0
    """How long it lives without power in flight and until it is connected."""

    @model_validator(mode="after")
    def _nested(self) -> Thermal:
        inside = (
            self.survival.minimum <= self.operating.minimum
            and self.operating.maximum <= self.survival.maximum
        )
        if not inside:
            raise ValueError("it operates where it does not survive: widen `survival`")
        return self


class FieldOfView(Described):
    """A cone that must be clear, and bright bodies that must stay out of it."""

    towards: Literal["azimuth", "zenith", "earth", "sun"] = "azimuth"
    """Where its axis points; with `azimuth`, give `azimuth` and `elevation`."""
    azimuth: Bearing | None = None
    """Clockwise from north."""
    elevation: Angle | None = None
    """Above the horizontal."""
    half_angle: Span
    """Of the cone."""
    height: Length = 2.0
    """Of its aperture above ground."""
    clear: Fraction = 0.95
    """Share of the cone that terrain and station must leave free."""
    sun_out: Span | None = None
    """Least angle between axis and Sun while it works; left out: any."""
    earth_out: Span | None = None
    """Least angle between axis and Earth while it works; left out: any."""
    usable: Fraction = 0.5
    """Share of the time in which all this must hold."""

    @model_validator(mode="after")
    def _has_an_axis(self) -> FieldOfView:
        given = (self.azimuth is not None) and (self.elevation is not None)
        if self.towards == "azimuth" and not given:
            raise ValueError("an axis needs `azimuth` and `elevation`, or `towards: zenith`")
        if self.towards != "azimuth" and (self.azimuth is not None or self.elevation is not None):
            raise ValueError(f"its axis points towards {self.towards}: drop azimuth and elevation")
        if not self.half_angle > 0.0:
            raise ValueError("a field of view is wider than nothing")
        if self.elevation is not None and abs(self.elevation) > math.pi / 2.0 + 1e-9:
            raise ValueError("an elevation lies between -90 and 90 deg")
        return self


class Pointing(Described):
    """How well whatever carries it must point."""

    accuracy: Span
    """Of the axis."""
    stability: Span | None = None
    """Over a minute; left out: as the accuracy."""


class Band(Described):
    """A stretch of frequencies."""

    lowest: Frequency
    highest: Frequency

    @model_validator(mode="after")
    def _in_order(self) -> Band:
        if not 0.0 < self.lowest < self.highest:
            raise ValueError("a band ends above where it begins, above 0 Hz")
        return self

    def meets(self, other: Band) -> bool:
        """Whether the two share a frequency."""
        return self.lowest < other.highest and other.lowest < self.highest


class Transmitter(Band):
    """A radio or radar of its own."""

    eirp: PowerLevel | None = None
    """Radiated power [dBW]; left out: not stated."""
    use: str = ""
    """What for, such as `local link` or `sounding`."""


class Sensitive(Band):
    """A band it listens in, and how far off other emitters in it must stay."""

    apart: Length


class Electromagnetic(Described):
    """What it radiates, what it cannot bear, and how magnetic it is."""

    transmits: dict[str, Transmitter] = {}
    emits: dict[str, Band] = {}
    """Bands that its converters, motors or heaters disturb without meaning to."""
    listens: dict[str, Sensitive] = {}
    magnetic_moment: MagneticMoment = 0.0
    """Of all of it, switched on."""


class Needs(Described):
    """What it needs of its place, of the station's people and of its robots."""

    places: list[str] = []
    """Places it can stand at; left out: any."""
    light: Fraction = 0.0
    """Least share of the time in sunlight at its height."""
    dark: Fraction = 0.0
    """Least share of the time without sunlight."""
    earth: Fraction = 0.0
    """Least share of the time with the Earth's centre in view."""
    contact: Fraction = 0.0
    """Least share of the time with a way for data to Earth."""
    quiet: list[Disturbance] = []
    """What it cannot bear from others while it works."""
    quiet_within: Length = 0.0
    """How far off disturbances matter to it."""
    makes: list[Disturbance] = []
    """What it disturbs others by."""
    robot_setup: SetUp = 0.0
    """Time of a robot to set it up, once."""
    robot_monthly: Monthly = 0.0
    """Time of a robot in every month after that."""
    samples: Count = 0.0
    """Samples handed to it in all."""
    ground: bool = False
    """Whether it must touch the ground rather than stand on a lander's deck."""
