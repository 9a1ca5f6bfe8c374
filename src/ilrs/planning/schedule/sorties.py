"""Sorties: what a robot with a battery of its own does away from its place, and what that takes.

It leaves with a full battery, drives there, works, and drives home, where it is charged before it
leaves again: a sortie a time of an activity. Away its charger is cut off; its battery and what its
panels get of the light have to do. On the way the light is that of where it comes from for the
leg's share, and that of where it goes for the rest. Nobody else's panels shade it, and dust lies on
none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ilrs.components.mobile import Mobile
from ilrs.environment.environment import Environment
from ilrs.errors import UserError, Where
from ilrs.operations.conditions import HEIGHT, series_of
from ilrs.physics.battery import one_way_efficiency
from ilrs.planning.schedule.problem import Floats, Span, TravelSteps
from ilrs.planning.schedule.ways import Leg, declared_ways, whole
from ilrs.scenario.activities import Activity
from ilrs.scenario.schema import Scenario

Bools = NDArray[np.bool_]
DEVIATIONS = 3.0
"""Deviations of the scenario's uncertainty by which more is planned for than is described."""
FULL = 0.98
"""Content at which a battery counts as charged: the last of it takes longest."""


def margin_of(scenario: Scenario) -> float:
    """Share by which the truth may want more, or give less, than the description says."""
    return DEVIATIONS * scenario.uncertainty.parameters


@dataclass(frozen=True)
class Vehicle:
    """A robot with its own battery: its name, where it stands, and the part that it drives by."""

    robot: str
    home: str
    part: str
    mobile: Mobile

    @property
    def name(self) -> str:
        """`facility/component`, which is also the place that its battery supplies."""
        return f"{self.robot}/{self.part}"

    def recharge(self) -> float:
        """Time [s] that its charger takes to fill it from its floor."""
        into = self.mobile.charger * one_way_efficiency(self.mobile.round_trip) - self.mobile.keep
        if into <= 0.0:
            raise UserError(
                f"its charger's {self.mobile.charger:g} W are used up by keeping it alive",
                where=Where(path=f"facilities.{self.robot}.components.{self.part}"),
                remedy="a larger charger",
            )
        return FULL * self.mobile.usable / into


@dataclass(frozen=True)
class Sortie:
    """One time of an activity away from a vehicle's place: its steps there and back, their legs,
    and the place where it works.
    """

    vehicle: Vehicle
    origin: str
    target: str
    out: int
    back: int
    there: Leg
    home: Leg

    def span(self, work: Span) -> Span:
        """First step away, and the step after the last; the work lies within."""
        return work[0] - self.out, work[1] + self.back

    def way_power(self, leg: Leg) -> float:
        """Power [W] on a leg, besides what keeps the vehicle alive."""
        return self.vehicle.mobile.on_the_way() if leg.power is None else leg.power


def vehicles(scenario: Scenario) -> dict[str, Vehicle]:
    """The robots that live on their battery when they are away, by name.

    One that some activity away supplies from elsewhere hangs on that, and is none of them.
    """
    found: dict[str, Vehicle] = {}
    for robot in sorted({r for each in scenario.activities.values() for r in each.robots}):
        box = scenario.facilities[robot]
        for part, component in box.components.items():
            if isinstance(component, Mobile):
                found[robot] = Vehicle(robot, box.place, part, component)
    for each in scenario.activities.values():
        for robot in each.robots:
            if robot in found and each.supply not in (None, found[robot].home):
                del found[robot]
    return found


def away(scenario: Scenario, each: Activity, home: str) -> bool:
    """Whether an activity is anywhere else than at `home`."""
    return {home} != set(ends_of(scenario, each))


def ends_of(scenario: Scenario, each: Activity) -> tuple[str, str]:
    """Where an activity begins and where it ends."""
    if each.route is not None:
        return each.route.origin, each.route.to
    place = each.place if each.place is not None else scenario.facilities[each.owner].place
    return place, place


class Sorties:
    """The sorties of a scenario's activities over a clock."""

    def __init__(self, scenario: Scenario, environment: Environment) -> None:
        """Nothing is computed before it is asked for."""
        self.scenario, self.environment = scenario, environment
        self.ways = declared_ways(scenario)
        self.clock = environment.clock
        self.vehicles = vehicles(scenario)
        self._light: dict[tuple[str, str], Floats] = {}
        self._of: dict[str, tuple[Sortie, ...]] = {}

    def of(self, activity: str) -> tuple[Sortie, ...]:
        """A sortie for each vehicle that an activity takes away from its place."""
        if activity not in self._of:
            each = self.scenario.activities[activity]
            mine = [self.vehicles[r] for r in each.robots if r in self.vehicles]
            self._of[activity] = tuple(
                self._sortie(v, activity, each) for v in mine if away(self.scenario, each, v.home)
            )
        return self._of[activity]

    def _sortie(self, vehicle: Vehicle, activity: str, each: Activity) -> Sortie:
        origin, target = ends_of(self.scenario, each)
        legs = []
        for a, b in ((vehicle.home, origin), (target, vehicle.home)):
            leg = self.ways(vehicle.robot, a, b)
            if leg is None:
                raise UserError(
                    f"{vehicle.robot!r} lives on its own battery and has no way from {a!r} to "
                    f"{b!r}",
                    where=Where(path=f"activities.{activity}"),
                    remedy="give the way in `travel`, or a supply that it hangs on",
                )
            legs.append(leg)
        there, home = legs
        steps = [whole(leg.time, self.clock.step) for leg in legs]
        return Sortie(vehicle, origin, target, steps[0], steps[1], there, home)

    def panels(self, vehicle: Vehicle, place: str) -> Floats:
        """What a vehicle's panels give at a place [W] (count,)."""
        key = (vehicle.robot, place)
        if key not in self._light:
            flux = series_of(self.environment, place, "sun.flux_fraction", HEIGHT, self.scenario)
            around = self.environment.surroundings(place)
            assert around is not None  # activities are on the ground
            self._light[key] = vehicle.mobile.sunlight(around, np.asarray(flux))
        return self._light[key]

    def lasting(self, activity: str, steps: int) -> Bools:
        """Starts (count,) from which every battery lasts until its vehicle is home again."""
        held = np.ones(self.clock.count, dtype=np.bool_)
        for sortie in self.of(activity):
            held &= self._least(sortie, activity, steps) >= 0.0
        return held

    def _least(self, sortie: Sortie, activity: str, steps: int) -> Floats:
        """What is left of the battery at its least [J] when work begins in a step (count,).

        Infinitely little where the vehicle would have to leave before the clock begins.
        """
        vehicle, margin = sortie.vehicle, margin_of(self.scenario)
        mobile = vehicle.mobile
        each = self.scenario.activities[activity]
        at_work = each.power if each.owner == vehicle.robot else 0.0
        loads = [
            *np.repeat(sortie.way_power(sortie.there), sortie.out),
            *np.repeat(at_work, steps),
            *np.repeat(sortie.way_power(sortie.home), sortie.back),
        ]
        places, rows = self._rows(sortie, steps)
        light = np.array([self.panels(vehicle, place) for place in places])
        return _least_left(
            (np.array(loads) + mobile.keep) * (1.0 + margin),
            rows,
            light * (1.0 - margin),
            sortie.out,
            mobile.usable * FULL * (1.0 - margin),
            one_way_efficiency(mobile.round_trip),
            float(self.clock.step),
        )

    def _rows(self, sortie: Sortie, steps: int) -> tuple[list[str], NDArray[np.int64]]:
        """The places whose light counts, and which of them does in each step of a sortie."""
        home = sortie.vehicle.home
        places = list(dict.fromkeys((home, sortie.origin, sortie.target)))
        first = round(sortie.out * sortie.there.like_origin)
        last = round(sortie.back * sortie.home.like_origin)
        index = {place: k for k, place in enumerate(places)}
        rows = [index[home]] * first + [index[sortie.origin]] * (sortie.out - first)
        rows += [index[sortie.origin]] * (steps // 2) + [index[sortie.target]] * (
            steps - steps // 2
        )
        rows += [index[sortie.target]] * last + [index[home]] * (sortie.back - last)
        return places, np.array(rows, dtype=np.int64)

    def lacking(self, activity: str, steps: int, starts: Bools) -> tuple[Vehicle, float] | None:
        """The vehicle whose battery lacks most, and how much [J], at the best of the `starts`."""
        found = [
            (
                sortie.vehicle,
                float(self._least(sortie, activity, steps)[starts].max(initial=-np.inf)),
            )
            for sortie in self.of(activity)
        ]
        short = [(vehicle, -best) for vehicle, best in found if best < 0.0]
        return max(short, key=lambda pair: pair[1], default=None)

    def profiles(
        self, names: Sequence[str], placed: Mapping[int, Span], margin: float = 0.0
    ) -> Iterator[tuple[Vehicle, Floats, Floats, Floats]]:
        """Of every vehicle: whether it is docked [1], what its drives take [W], what its panels
        give [W], each (count,).

        `names` are the activities of the tasks that are `placed`.
        """
        count = self.clock.count
        for vehicle in self.vehicles.values():
            docked, drive, panels = np.ones(count), np.zeros(count), np.zeros(count)
            for i, work in placed.items():
                for sortie in self.of(names[i]):
                    if sortie.vehicle is not vehicle:
                        continue
                    a, b = sortie.span(work)
                    steps = np.arange(max(a, 0), min(b, count))
                    docked[steps] = 0.0
                    drive[max(a, 0) : work[0]] = sortie.way_power(sortie.there) * (1.0 + margin)
                    drive[work[1] : b] = sortie.way_power(sortie.home) * (1.0 + margin)
                    places, rows = self._rows(sortie, work[1] - work[0])
                    light = np.array([self.panels(vehicle, place) for place in places])
                    panels[steps] = light[rows[steps - a], steps]
            yield vehicle, docked, drive, panels

    def travel(self, direct: TravelSteps) -> TravelSteps:
        """Steps between places where vehicles go home and charge in between; others go directly."""
        charge = {r: whole(v.recharge(), self.clock.step) for r, v in self.vehicles.items()}
        homes = {r: v.home for r, v in self.vehicles.items()}
        return _ByHome(direct, homes, charge)


@dataclass(frozen=True)
class _ByHome:
    """Ways of vehicles lead over where they are charged; after the way home they are."""

    direct: TravelSteps
    homes: Mapping[str, str]
    charge: Mapping[str, int]

    def __call__(self, robot: str, origin: str, target: str) -> int | None:
        if robot not in self.homes:
            return self.direct(robot, origin, target)
        home, steps = self.homes[robot], 0
        if origin != home:
            back = self.direct(robot, origin, home)
            if back is None:
                return None
            steps += back + self.charge[robot]
        if target != home:
            out = self.direct(robot, home, target)
            if out is None:
                return None
            steps += out
        return steps


@njit(cache=True)
def _least_left(
    loads: Floats,
    rows: NDArray[np.int64],
    light: Floats,
    out: int,
    usable: float,
    one_way: float,
    step: float,
) -> Floats:
    """The least content [J] above the floor over a sortie whose work begins in each step (count,).

    It begins full; what does not fit is not taken. After the clock nothing is asked.
    """
    count = light.shape[1]
    least = np.full(count, -np.inf)
    for start in range(out, count):
        content = usable
        lowest = usable
        for k in range(min(len(loads), count - start + out)):
            net = light[rows[k], start - out + k] - loads[k]
            content += (net * one_way if net > 0.0 else net / one_way) * step
            content = min(content, usable)
            lowest = min(lowest, content)
            if lowest < -10.0 * usable:
                break
        least[start] = lowest
    return least
