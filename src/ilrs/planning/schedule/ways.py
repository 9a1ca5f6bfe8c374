"""How robots get from place to place: declared in the scenario, or found by whoever can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from ilrs.scenario.schema import Scenario


@dataclass(frozen=True)
class Leg:
    """A way between two places: its time [s] and the mean electric power it takes [W]."""

    time: float
    power: float = 0.0


WayFinder = Callable[[str, str, str], Leg | None]
"""The way of a robot (facility) from one place to another; None where there is none."""


def declared_ways(scenario: Scenario) -> WayFinder:
    """The ways that `travel` of the scenario declares, in either direction, none joined."""
    known: dict[tuple[str, str, str], Leg] = {}
    for way in scenario.travel:
        for robot in way.robots or scenario.facilities:
            known[robot, way.origin, way.to] = Leg(way.time)
            known[robot, way.to, way.origin] = Leg(way.time)

    def find(robot: str, origin: str, target: str) -> Leg | None:
        if origin == target:
            return Leg(0.0)
        return known.get((robot, origin, target))

    return find


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
