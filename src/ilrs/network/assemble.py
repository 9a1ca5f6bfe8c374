"""Scenario and environment to network: every component expanded at its place, then compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.environment.environment import Environment
from ilrs.errors import ScenarioError, Where
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Hibernation, Primitive
from ilrs.network.compile import Arrival, compile_network
from ilrs.network.network import Network
from ilrs.scenario.schema import Facility, Scenario

YEAR = 365.25 * 86400.0


def clock_of(scenario: Scenario) -> Clock:
    """The clock of the scenario's period."""
    period = scenario.period
    return Clock.over(period.begins, period.ends, round(period.step))


def assemble(
    scenario: Scenario,
    environment: Environment,
    more: Callable[[list[Arrival]], list[Arrival]] | None = None,
) -> Network:
    """The compiled network of every modelled facility, each from the arrival of its mission on.

    `more` may add to the primitives, or change them, before they are compiled.
    """
    clock = environment.clock
    arrivals = []
    for name, facility in scenario.facilities.items():
        if not facility.modelled:
            continue
        step = clock.index(scenario.missions[facility.mission].arrives)
        primitives = _facility(name, facility, step, environment)
        if step < clock.count:
            arrivals.append(Arrival(step, tuple(primitives)))
    if not arrivals:
        raise ScenarioError(
            "no modelled facility arrives within the period",
            remedy="check the dates of the missions and the period",
        )
    return compile_network(clock, more(arrivals) if more else arrivals)


def _facility(
    name: str, facility: Facility, step: int, environment: Environment
) -> list[Primitive]:
    clock = environment.clock
    present = (np.arange(clock.count) >= step).astype(np.float64)
    years = np.maximum(np.arange(clock.count) - step, 0) * clock.step / YEAR
    boxed = any(c.kind == "thermal_mass" for c in facility.components.values())
    made: list[Primitive] = []
    for part, component in facility.components.items():
        setting = Setting(
            name=f"{name}/{part}",
            facility=name,
            place=facility.place,
            clock=clock,
            present=present,
            years=years,
            surroundings=environment.surroundings(facility.place),
            heat_node=f"{name}/heat" if boxed else SURROUNDINGS_HEAT,
            data_place=facility.network or facility.place,
            views=environment.views(facility.place),
            bus=facility.bus,
        )
        try:
            made += component.primitives(setting)
        except ValueError as error:
            raise ScenarioError(
                str(error), where=Where(path=f"facilities.{name}.{part}")
            ) from error
    if facility.hibernation:
        rule = facility.hibernation
        made.append(Hibernation(name, rule.below, rule.above, rule.wake_time))
    return made
