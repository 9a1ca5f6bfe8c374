"""A schedule in the network: every activity a sink that draws power while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import FailureMode, Primitive, Sink
from ilrs.network.compile import Arrival
from ilrs.network.network import Network
from ilrs.planning.schedule.problem import Span, Task
from ilrs.planning.schedule.tasks import supply_of
from ilrs.scenario.schema import Scenario


def sink_name(scenario: Scenario, activity: str) -> str:
    """The name of the sink that an activity is in the network."""
    return f"{scenario.activities[activity].owner}/{activity}.activity"


def drawing(
    scenario: Scenario,
    tasks: Sequence[Task],
    placed: Mapping[int, Span],
    clock: Clock,
    margin: float = 0.0,
) -> Callable[[list[Arrival]], list[Arrival]]:
    """What adds the sinks of a schedule to a station's primitives; `margin` is a share of power.

    An activity's sink fails with every part of its robots and instruments that fails as a whole.
    Activities without power have none. The order of sinks does not depend on the schedule.
    """

    def add(arrivals: list[Arrival]) -> list[Arrival]:
        sinks = [
            sink
            for name in scenario.activities
            if (sink := _sink(scenario, name, tasks, placed, clock, margin)) is not None
        ]
        powered = {sink.name for sink in sinks}
        told = [
            Arrival(a.step, tuple(_failing(p, scenario, powered) for p in a.primitives))
            for a in arrivals
        ]
        return [*told, Arrival(0, tuple(sinks))]

    return add


def _sink(
    scenario: Scenario,
    name: str,
    tasks: Sequence[Task],
    placed: Mapping[int, Span],
    clock: Clock,
    margin: float,
) -> Sink | None:
    each = scenario.activities[name]
    mine = [i for i, task in enumerate(tasks) if task.activity == name]
    if not mine or not tasks[mine[0]].power:
        return None
    task = tasks[mine[0]]
    demand = np.zeros(clock.count)
    for i in mine:
        if i in placed:
            demand[placed[i][0] : placed[i][1]] += task.power * (1.0 + margin)
    owner = scenario.facilities[each.owner]
    boxed = any(c.kind == "thermal_mass" for c in owner.components.values())
    inside = each.heat if boxed else 0.0
    products = {f"{each.owner}/heat": inside, SURROUNDINGS_HEAT: 1.0 - inside}
    supply = supply_of(scenario, each)
    network = owner.network or supply
    energy = task.power * task.longest * clock.step
    for data_class, volume in task.data.items():
        products[f"{network}/data.{data_class}"] = volume / energy
    return Sink(
        sink_name(scenario, name),
        f"{supply}/electricity",
        demand,
        each.priority,
        group=each.owner,
        products={node: share for node, share in products.items() if share},
    )


def _failing(primitive: Primitive, scenario: Scenario, powered: set[str]) -> Primitive:
    """A failure mode that also stops the activities of whom it strikes as a whole."""
    if not isinstance(primitive, FailureMode) or not strikes_whole(primitive):
        return primitive
    component = primitive.name.rpartition(".")[0]
    stopped = [
        sink_name(scenario, name)
        for name, each in scenario.activities.items()
        if takes_part(component, each.robots, each.instruments)
    ]
    more = tuple(name for name in stopped if name in powered)
    return replace(primitive, flows=(*primitive.flows, *more)) if more else primitive


def strikes_whole(mode: FailureMode) -> bool:
    """Whether one failure takes all that the mode concerns."""
    return mode.units == 1 and mode.loss >= 1.0 and mode.bearing is None and mode.losses is None


def takes_part(component: str, robots: Sequence[str], instruments: Sequence[str]) -> bool:
    """Whether a component is one of the instruments, or a part of one of the robots."""
    return component in instruments or component.split("/", 1)[0] in robots


def stopping_modes(
    network: Network, robots: Sequence[str], instruments: Sequence[str]
) -> list[str]:
    """The failure modes that stop an activity of these."""
    return [
        mode.name
        for mode in network.failures
        if strikes_whole(mode) and takes_part(mode.name.rpartition(".")[0], robots, instruments)
    ]
