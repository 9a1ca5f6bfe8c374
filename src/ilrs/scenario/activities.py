"""What a station is there to do: activities, who does them, what they need, and what they yield."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from ilrs.components.component import Described
from ilrs.errors import UnitError
from ilrs.scenario.instants import Instant
from ilrs.units import DataVolume, Duration, Fraction, Length, Number, Power, to_si

Disturbance = Literal["seismic", "radio", "dust", "light"]
DataClass = Literal["emergency", "telemetry", "science"]

AMOUNT_UNITS = ("", "m", "kg", "s", "bit", "J", "W", "K", "m^2", "m^3", "rad", "mol", "Pa", "Sv")
"""The SI units an amount may be held in; the first that fits the text is taken."""


class Amount(float):
    """A number, SI in its own `unit`, that an activity yields."""

    unit: str

    def __new__(cls, value: float, unit: str = "") -> Amount:
        """The amount `value` [`unit`]."""
        made = super().__new__(cls, value)
        made.unit = unit
        return made

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]
        return float(self), self.unit


def amount(value: Any) -> Amount:
    """The amount a text with a unit, a plain number, or an amount stands for; none is negative."""
    if isinstance(value, Amount):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no amount; write one like '3.2 km', or a plain number")
    if not isinstance(value, str):
        return _positive(Amount(float(value)), value)
    for unit in AMOUNT_UNITS:
        try:
            return _positive(Amount(to_si(value, unit), unit), value)
        except UnitError as error:
            if "unknown unit" in error.what or "cannot read" in error.what:
                raise ValueError(str(error)) from error
    known = ", ".join(unit for unit in AMOUNT_UNITS if unit)
    raise ValueError(f"{value!r} is in none of the units of yields: {known}, or a plain number")


def _positive(made: Amount, value: Any) -> Amount:
    if not 0.0 <= made < float("inf"):
        raise ValueError(f"{value!r} is not an amount from 0 on")
    return made


class _AmountMark:
    """Makes a pydantic field hold an amount."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            amount,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda made: f"{float(made)!r} {made.unit}".strip()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": ["string", "number"], "examples": ["2 m", "3.2 km", "1.5 kg", 1]}


AnyAmount = Annotated[Amount, _AmountMark()]


class Route(Described):
    """From one place to another."""

    origin: str = Field(alias="from", description="Name of the place it begins at.")
    to: str
    """Name of the place it ends at."""


class Follows(Described):
    """What must have ended before, and how long before.

    Where both happen equally often the first follows the first, the second the second and so on;
    otherwise each follows the last of the other, and all of the other's that happen.
    """

    activity: str
    at_least: Duration = 0.0
    """Least time from the end of that one to the beginning of this one."""
    at_most: Duration | None = None
    """Most time between them; left out: any."""


class Taken(Described):
    """Samples that one time of an activity takes, with its first instrument of kind `sampler`."""

    count: int = Field(ge=1, description="How many.")
    material: str
    """What they are of, such as `lit regolith`."""


class Window(Described):
    """When something may happen; an end left out is that of the period."""

    begins: Instant | None = None
    ends: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.begins is not None and self.ends is not None and self.ends <= self.begins:
            raise ValueError("the window ends before it begins")
        return self


class Travel(Described):
    """How long robots take from one place to another, in either direction."""

    origin: str = Field(alias="from", description="Name of a place on the ground.")
    to: str
    """Name of the other place."""
    time: Duration | None = None
    """How long it takes; left out: what `route` takes."""
    power: Power | None = None
    """Mean power meanwhile, besides what keeps the robot alive; left out: that of `route`, or the
    robot's own."""
    route: str | None = None
    """A route that ships with ilrs, such as `ridge-garage to ridge-b`; the way back is the route
    that leads back where one ships, else the same."""
    like_origin: Fraction = Field(
        0.5,
        description="Share of the way, from `from` on, that has its light; the rest has that of "
        "`to`.",
    )
    robots: list[str] = []
    """The robots that go this way; left out: all."""
    note: str = ""

    @model_validator(mode="after")
    def _takes_time(self) -> Travel:
        if self.time is None and self.route is None:
            raise ValueError("give a time, or a route that ships with ilrs")
        return self


class Activity(Described):
    """Something a robot or an instrument does: a number of times, each of which may be left out."""

    title: str
    mission: str
    """The mission it belongs to; it is not begun before that mission's date."""
    robots: list[str] = []
    """Facilities it occupies for its whole time; each does one thing at a time."""
    instruments: list[str] = []
    """Components (`facility/component`) it needs for itself."""
    place: str | None = None
    """Where it happens; left out, with no route: where its first robot or instrument stands."""
    route: Route | None = None
    """In place of `place`: it begins at one place and ends at another."""
    supply: str | None = None
    """The place whose electricity and data network it uses. Left out: away from its robot's place
    the battery of a rover or hopper, else its own place, and along a route its first robot's."""
    duration: Duration | None = None
    """How long it takes; along a route it may be left out and is then computed."""
    least: Duration | None = None
    """In place of `duration`: the shortest time that is of use."""
    most: Duration | None = None
    """With `least`: the longest; yields, data and value are for this and shrink with the time."""
    does: dict[str, dict[str, Any]] | None = None
    """A work of its first instrument that has it, such as `{bore: {depth: 2 m}}`: duration, power,
    data and yields that are not given are computed by the instrument's model."""
    power: Power = 0.0
    """Electric power while it runs, besides what its equipment takes anyway."""
    heat: Fraction = 0.0
    """Share of the power that warms the box of its first robot or instrument; the rest is lost."""
    data: dict[DataClass, DataVolume] = {}
    """What one time produces, evenly over it, by class of data."""
    requires: str | None = None
    """A condition (see `ilrs when`) that must hold all the time, at both ends of a route."""
    after: list[Follows] = []
    count: int | None = Field(
        None, ge=1, le=10_000, description="How often; left out: once, or with `every` all along."
    )
    every: Duration | None = Field(
        None, gt=0.0, description="Cadence: once in each such stretch of its window."
    )
    window: Window = Window()
    announced: Instant | None = None
    """A target of opportunity: nobody plans it before this instant. It then interrupts what its
    robots and instruments are at, once that has lasted its `least`."""
    value: Number = Field(1.0, ge=0.0, description="Worth of one time.")
    priority: int = Field(
        2,
        ge=1,
        le=9,
        description="1 first, 9 last: each counts twice the next; also the priority of its power.",
    )
    makes: list[Disturbance] = []
    """What it disturbs others by."""
    silences: list[str] = []
    """Radios (`facility/component`) that do not send meanwhile."""
    needs_quiet: list[Disturbance] = []
    """What it cannot bear meanwhile from others."""
    quiet_within: Length | None = None
    """How far off disturbances matter to it; left out: anywhere on the Moon."""
    yields: dict[str, AnyAmount] = {}
    """What one time brings, such as `profile: 3.2 km`; only what was truly done counts."""
    takes: Taken | None = None
    """Samples it takes; each has a name, a tube and a record of who held it where and how warm."""
    hands_to: str | None = None
    """Who has, from its end on, the samples that its robots and instruments hold: a component such
    as `depot/cache`, or `earth`."""
    note: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Activity:
        if not (self.robots or self.instruments):
            raise ValueError("nobody does it: name robots, instruments or both")
        if self.place is not None and self.route is not None:
            raise ValueError("give a place or a route, not both")
        if (self.least is None) != (self.most is None):
            raise ValueError("least and most stand together")
        if self.least is not None and self.duration is not None:
            raise ValueError("give a duration, or least and most, not both")
        told = self.does is not None or self.route is not None
        if self.duration is None and self.least is None and not told:
            raise ValueError("give a duration, or least and most, or what it `does`")
        if self.does is not None and len(self.does) != 1:
            raise ValueError("does names one work")
        if self.least is not None and self.most is not None and not 0 < self.least <= self.most:
            raise ValueError("least is above most, or nothing")
        if self.duration == 0.0:
            raise ValueError("a duration of nothing")
        for word in ("robots", "instruments", "makes", "silences", "needs_quiet"):
            names = getattr(self, word)
            if len(set(names)) < len(names):
                raise ValueError(f"{word} names the same twice")
        if self.data and not self.power:
            raise ValueError("data come with the power served, and there is no power")
        return self

    @property
    def owner(self) -> str:
        """The facility on whose account it runs: its first robot, or its first instrument's."""
        return self.robots[0] if self.robots else self.instruments[0].split("/", 1)[0]

    @property
    def boxes(self) -> list[str]:
        """Every facility that takes part."""
        mine = [*self.robots, *(name.split("/", 1)[0] for name in self.instruments)]
        return list(dict.fromkeys(mine))
