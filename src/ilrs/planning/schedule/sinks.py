"""A schedule in the network: every activity a sink that draws power while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ilrs.components.mobile import CHARGER, PANELS
from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.environment.environment import Environment
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import (
    Converter,
    FailureMode,
    Link,
    Primitive,
    SharedCapacity,
    Sink,
    Source,
)
from ilrs.network.compile import Arrival
from ilrs.network.network import Network
from ilrs.planning.schedule.problem import Floats, Span, Task
from ilrs.planning.schedule.sorties import Sorties
from ilrs.planning.schedule.tasks import supply_of
from ilrs.scenario.activities import Activity
from ilrs.scenario.schema import Scenario

DRIVES = 1
"""The priority of driving: who is away must come home."""


def sink_name(scenario: Scenario, activity: str) -> str:
    """The name of the sink that an activity is in the network."""
    return f"{scenario.activities[activity].owner}/{activity}.activity"


def drive_name(robot: str) -> str:
    """The name of the sink that a vehicle's drives are in the network."""
    return f"{robot}/drive.activity"


def network_of_data(scenario: Scenario, each: Activity) -> str:
    """The data network that an activity speaks on."""
    owner = scenario.facilities[each.owner]
    supply = supply_of(scenario, each)
    return owner.network or (supply if supply in scenario.places else owner.place)


def drawing(
    scenario: Scenario,
    tasks: Sequence[Task],
    placed: Mapping[int, Span],
    environment: Environment,
    margin: float = 0.0,
) -> Callable[[list[Arrival]], list[Arrival]]:
    """What adds the sinks of a schedule to a station's primitives; `margin` is a share of power.

    An activity's sink fails with every part of its robots and instruments that fails as a whole.
    An instrument that is a machine is run by it: the power is drawn through the machine's work.
    Activities without power have none. A vehicle that goes on sorties has a sink for its drives and
    a source for its panels besides, and no charger meanwhile. The order of sinks does not depend on
    the schedule.
    """

    def add(arrivals: list[Arrival]) -> list[Arrival]:
        machines = _machines(arrivals)
        sinks = [
            _through(sink, scenario.activities[name].instruments, machines)
            for name in scenario.activities
            if (sink := _sink(scenario, name, tasks, placed, environment.clock, margin)) is not None
        ]
        sorties = Sorties(scenario, environment)
        names = [task.activity for task in tasks]
        sources, docked = [], {}
        for vehicle, there, drive, panels in sorties.profiles(names, placed, margin):
            node, robot = f"{vehicle.name}/electricity", vehicle.robot
            docked[f"{vehicle.name}.{CHARGER}"] = there
            lost = {SURROUNDINGS_HEAT: 1.0}
            sinks.append(Sink(drive_name(robot), node, drive, DRIVES, group=robot, products=lost))
            sources.append(Source(f"{vehicle.name}.{PANELS}", node, panels))
        cut = docked | silenced(scenario, tasks, placed, environment.clock.count)
        powered = {sink.name for sink in sinks}
        told = [
            Arrival(
                a.step,
                tuple(_cut_off(_failing(p, scenario, powered), cut) for p in a.primitives),
            )
            for a in arrivals
        ]
        return [*told, Arrival(0, (*sinks, *sources))]

    return add


def silenced(
    scenario: Scenario, tasks: Sequence[Task], placed: Mapping[int, Span], count: int
) -> dict[str, Floats]:
    """Of every radio that an activity silences, 0 meanwhile and 1 else (count,)."""
    open_: dict[str, Floats] = {}
    for i, (first, last) in placed.items():
        for radio in scenario.activities[tasks[i].activity].silences:
            open_.setdefault(radio, np.ones(count))[first:last] = 0.0
    return open_


def _cut_off(primitive: Primitive, open_: Mapping[str, Floats]) -> Primitive:
    """A charger that charges only while its vehicle is docked; a radio told to be silent."""
    if isinstance(primitive, Link | SharedCapacity) and primitive.name in open_:
        return replace(primitive, maximum=primitive.maximum * open_[primitive.name])
    return primitive


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
    network = network_of_data(scenario, each)
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


def _machines(arrivals: Sequence[Arrival]) -> dict[str, tuple[str, float]]:
    """Of every machine by its name the node behind it, and what arrives there of a joule."""
    found = {}
    for arrival in arrivals:
        for p in arrival.primitives:
            if isinstance(p, Converter):
                machine = p.name.rpartition(".")[0]
                behind = f"{machine}/electricity"
                if p.ratios.get(behind, 0.0) > 0.0:
                    found[machine] = behind, p.ratios[behind]
    return found


def _through(
    sink: Sink, instruments: Sequence[str], machines: Mapping[str, tuple[str, float]]
) -> Sink:
    """The sink behind the machine among its instruments; without one as it is."""
    behind = [machines[name] for name in instruments if name in machines]
    if not behind:
        return sink
    (node, share), *others = behind
    if others:
        raise UserError(
            f"{sink.name} runs {len(behind)} machines at once",
            remedy="let each activity run one of its instruments",
        )
    products = {n: a / share if n.rpartition("/")[2].startswith("data.") else a
                for n, a in sink.products.items()}  # fmt: skip
    return replace(sink, node=node, demand=np.asarray(sink.demand) * share, products=products)


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
    if primitive.gone:  # else it comes home, with what is broken
        stopped.append(drive_name(component.split("/", 1)[0]))
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
