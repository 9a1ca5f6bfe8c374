"""What sky and ground give at the places of a station over its years, and its critical weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.compute import compute_environment
from ilrs.environment.environment import Environment, PlaceEnvironment
from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.objects import bare_skyline, obstacles_around, raised
from ilrs.flows.clock import Clock
from ilrs.language import Message, said
from ilrs.network.assemble import assemble
from ilrs.network.network import Network
from ilrs.operations.authority import earth_heard
from ilrs.planning.sizing.dark import worst_deficit
from ilrs.scenario.schema import Ground, Scenario

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOUR = 3600
LEAD, TAIL = 7, 14
"""Days before the deepest run-down and after it that belong to the critical weeks."""
SHORTEST, LONGEST = 42, 70
"""Days of the critical weeks."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of the calendar, UTC, and why it was chosen."""

    begins: np.datetime64
    ends: np.datetime64
    why: Message

    @property
    def days(self) -> float:
        """Its length [d]."""
        return float((self.ends - self.begins) / np.timedelta64(1, "D"))


class Outlook:
    """A station's places hour by hour over its whole period; computed once, asked often.

    Hourly middles blur the edges of shadows by half an hour, which shares of a year do not feel.
    """

    def __init__(self, scenario: Scenario) -> None:
        """Of `scenario`; nothing is computed before it is asked for."""
        self.scenario = scenario
        period = scenario.period
        whole = int((period.ends - period.begins) / np.timedelta64(1, "h"))
        ends = period.begins + np.timedelta64(whole, "h")
        self.clock = Clock.over(period.begins, ends, HOUR)

    @cached_property
    def environment(self) -> Environment:
        """Light, views and warmth at every place, every hour."""
        return compute_environment(self.scenario, self.clock)

    @cached_property
    def network(self) -> Network:
        """The station as described, hour by hour, without what it does now and then."""
        return assemble(self.scenario, self.environment)

    @cached_property
    def contact(self) -> Bools:
        """Whether the station reaches Earth, (hours,)."""
        return earth_heard(self.scenario, self.environment)

    def hours(self, begins: np.datetime64, ends: np.datetime64) -> slice:
        """The hours of a stretch, within the period."""
        return slice(self.clock.index(begins), self.clock.index(ends))

    def place(self, name: str) -> PlaceEnvironment:
        """The series of a place."""
        return self.environment.places[name]

    def light(self, place: str, height: float) -> Floats:
        """Share of the Sun's disc in view at a height [m] above ground, (hours,).

        Above the highest stored height it is that of the highest.
        """
        here = self.place(place)
        heights = here.surroundings.heights
        at = np.clip(height, heights[0], heights[-1])
        upper = int(np.clip(np.searchsorted(heights, at), 1, max(len(heights) - 1, 1)))
        if len(heights) == 1:
            return here.area_fraction[0]
        low, high = heights[upper - 1], heights[upper]
        share = (at - low) / (high - low)
        return np.asarray(
            (1.0 - share) * here.area_fraction[upper - 1] + share * here.area_fraction[upper]
        )

    @cache  # noqa: B019 - an outlook lives as long as the checks that ask it
    def horizon(self, place: str) -> PlaceHorizon:
        """The skyline of a place with the station's own objects and equipment elsewhere in it."""
        ground = self.scenario.places[place]
        assert isinstance(ground, Ground)
        heights = {
            n: bare_skyline(p).certificate.ground_m
            for n, p in self.scenario.places.items()
            if isinstance(p, Ground)
        }
        bare = bare_skyline(ground)
        return raised(bare, obstacles_around(self.scenario, place, heights))

    def critical(self, begins: np.datetime64, ends: np.datetime64) -> Stretch:
        """The weeks in which the station's stores run down deepest between two instants.

        What all sources could give is held against what all loads want, hour by hour; the deepest
        run-down of a full store under it decides, with a week before it, so that stores start from
        their ordinary state, and two after it, so that what is owed can be caught up. Of a run-down
        longer than the longest stretch its last weeks count. Where sources always suffice, the
        weeks with least to spare.
        """
        part = self.hours(begins, ends)
        supply, load = self._supply_and_load()
        ratio = (supply / np.maximum(load, 1e-9))[part]
        spell = worst_deficit(ratio, 1.0)
        when = {"begins": str(begins)[:10], "ends": str(ends)[:10]}
        if spell.size > 0.0:
            first, last = part.start + spell.first, part.start + spell.last
            why = said("weeks.deepest", hours=f"{spell.size:.0f}", **when)
        else:
            span = min(SHORTEST * 24, len(ratio))
            mean = np.convolve(ratio, np.ones(span), "valid")
            first = part.start + int(np.argmin(mean))
            first, last = first + LEAD * 24, first + span - TAIL * 24
            why = said("weeks.least", **when)
        return self._around(first, last, part, why)

    def _around(self, first: int, last: int, part: slice, why: Message) -> Stretch:
        after = last + TAIL * 24
        before = max(first - LEAD * 24, after - LONGEST * 24)
        short = SHORTEST * 24 - (after - before)
        if short > 0:
            before, after = before - short // 2, after + short - short // 2
        if before < part.start:
            before, after = part.start, min(after + part.start - before, part.stop)
        if after > part.stop:
            before, after = max(before - (after - part.stop), part.start), part.stop
        start = self.clock.start
        day = 24
        floor, ceil = before // day * day, -(-after // day) * day
        return Stretch(
            start + np.timedelta64(floor * HOUR, "s"),
            min(start + np.timedelta64(ceil * HOUR, "s"), self.clock.stop),
            why,
        )

    def _supply_and_load(self) -> tuple[Floats, Floats]:
        network, flows = self.network, self.network.flows
        supply, load = np.zeros(self.clock.count), np.zeros(self.clock.count)
        for f in flows.of("source"):
            if flows.carriers[f] == "electricity":
                supply += network.capacity(f)
        for k, f in enumerate(flows.of("sink")):
            owed = not (network.sinks.flexible[k] or network.sinks.dump[k])
            if owed and flows.carriers[f] == "electricity":
                load += network.capacity(f)
        return supply, load


def share(flags: Bools | Sequence[bool]) -> float:
    """Share of steps in which something holds; NaN of none."""
    held = np.asarray(flags, dtype=np.bool_)
    return float(held.mean()) if held.size else float("nan")
