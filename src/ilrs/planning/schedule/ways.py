"""How robots get from place to place: declared in the scenario, or found by whoever can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product

from ilrs.planning.route import Route
from ilrs.planning.shipped_routes import route_between, shipped_route
from ilrs.scenario.activities import Travel
from ilrs.scenario.schema import Scenario


@dataclass(frozen=True)
class Leg:
    """A way between two places: its time [s] and the mean electric power it takes [W].

    A power of None is the robot's own. `like_origin` [1] is the share of the way that has the light
    of where it begins; the rest has that of where it ends.
    """

    time: float
    power: float | None = None
    like_origin: float = 0.5


WayFinder = Callable[[str, str, str], Leg | None]
"""The way of a robot (facility) from one place to another; None where there is none."""


def declared_ways(scenario: Scenario) -> WayFinder:
    """The ways that `travel` of the scenario declares, in either direction, none joined."""
    known: dict[tuple[str, str, str], Leg] = {}
    for way in scenario.travel:
        there, back = _legs(way)
        for robot in way.robots or scenario.facilities:
            known[robot, way.origin, way.to] = there
            known[robot, way.to, way.origin] = back

    def find(robot: str, origin: str, target: str) -> Leg | None:
        if origin == target:
            return Leg(0.0)
        return known.get((robot, origin, target))

    return find


def route_of(scenario: Scenario, robot: str, origin: str, target: str) -> Route | None:
    """The shipped route that a declared way follows; None where it is declared by its time."""
    for way in reversed(scenario.travel):  # as in `declared_ways` the last stands
        if {way.origin, way.to} == {origin, target} and robot in (way.robots or (robot,)):
            if way.route is None:
                return None
            there = shipped_route(way.route)
            if way.origin == origin:
                return there
            return route_between(there.target, there.origin) or there
    return None


def _legs(way: Travel) -> tuple[Leg, Leg]:
    """A declared way there and back."""
    if way.route is None:
        assert way.time is not None  # one of the two is given
        there = Leg(way.time, way.power, way.like_origin)
        return there, replace(there, like_origin=1.0 - way.like_origin)
    route = shipped_route(way.route)
    back = route_between(route.target, route.origin) or route
    return _along(route, way, way.like_origin), _along(back, way, 1.0 - way.like_origin)


def _along(route: Route, way: Travel, like_origin: float) -> Leg:
    """A shipped route as a leg, with the detours that its terrain does not show."""
    power = route.energy / route.duration if way.power is None else way.power
    longer = float(route.facts["tortuosity"])
    return Leg(route.duration * longer if way.time is None else way.time, power, like_origin)


class StepsOf:
    """The same in whole steps of `step` [s], rounded up, between the places of a problem."""

    def __init__(self, ways: WayFinder, step: float, robots: Iterable[str], places: Iterable[str]):
        """Every way is asked for once, here."""
        self.known: dict[tuple[str, str, str], int] = {}
        among = sorted(set(places))
        for robot, origin, target in product(sorted(set(robots)), among, among):
            leg = ways(robot, origin, target) if origin != target else Leg(0.0)
            if leg is not None:
                self.known[robot, origin, target] = whole(leg.time, step)

    def __call__(self, robot: str, origin: str, target: str) -> int | None:
        """Steps of a robot between two places; None where there is no way."""
        return 0 if origin == target else self.known.get((robot, origin, target))


def whole(seconds: float, step: float) -> int:
    """Steps that hold `seconds`."""
    return int(-(-seconds // step)) if seconds % step > 1e-6 else round(seconds / step)
