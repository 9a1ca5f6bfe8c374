"""The order of service as jobs: which demand is served when, from where, and leaving what."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.demands import DATA_STAGE, FILL, LEFTOVER, SINK
from ilrs.network.network import Demands, Network
from ilrs.simulation.tables import Table, table

# Indices that are never -1 have no sign, as in `simulation.tables`: a fifth of the kernel's time.
JOB = np.dtype(
    [
        *(
            (name, np.uint32)
            for name in ("first_member", "last_member", "first_recipe", "last_recipe")
        ),
        *(
            (name, np.bool_)
            for name in ("fills", "by_plan", "within_plan", "keeps_reserve", "surplus", "override")
        ),
    ],
    align=True,
)
"""A demand and a way to serve it.

`fills`: the demand is to fill a store. `by_plan`: stores and converters give and take no more than
planned. `within_plan`: no more is served than planned. `keeps_reserve`: stores keep what they are
told to keep. `surplus`: no store of drawable energy is emptied. `override`: what is served goes
against the plan.
"""
RECIPE = np.dtype([("first", np.uint32), ("last", np.uint32), ("surplus", np.bool_)], align=True)
ENTRY = np.dtype(
    [
        *((name, np.float64) for name in ("amount", "per_amount")),
        ("resource", np.uint32),
        ("store", np.int32),
        ("planned", np.bool_),
    ],
    align=True,
)
"""An amount of a resource; `store` whose content it is (-1: none); `planned`: plans bind it."""
LEFT = np.dtype([("resource", np.uint32), ("sink", np.uint32), ("minimum", np.float64)], align=True)
"""What a dump takes: a forced source's minimum, or (minimum -1) what is left of an injection."""


class Jobs(NamedTuple):
    """Jobs in the order they are done, and what is left over after."""

    commanded: Table
    alone: Table
    data: Table
    member: NDArray[np.uint32]
    recipe: Table
    entry: Table
    left: Table
    left_of_data: Table


def jobs_of(network: Network) -> Jobs:
    """The jobs of a network: with a plan and a commander, without, and for data.

    With a plan: keep-alive as planned, then from anywhere; other sinks by priority as planned,
    then the planned amounts from anywhere that leaves the reserve; stores as planned; whatever
    sinks still want, then whatever stores still take, from surplus. Without: keep-alive from
    anywhere; other sinks by priority leaving the reserve; stores from surplus. What a sink wants
    is shared in proportion among those of one priority at one node; nodes come in order.
    """
    demands = network.demands
    power = [d for d in range(len(demands.kind)) if demands.stage[d] != DATA_STAGE]
    data = [d for d in range(len(demands.kind)) if demands.stage[d] == DATA_STAGE]
    sinks = [d for d in power if demands.kind[d] == SINK]
    fills = [d for d in power if demands.kind[d] == FILL]
    vital = [d for d in sinks if demands.priority[d] == KEEP_ALIVE]
    other = [d for d in sinks if demands.priority[d] != KEEP_ALIVE]

    commanded = [_job(demands, d, by_plan=True) for d in vital]
    commanded += [_job(demands, d, override=True) for d in vital]
    for priority in sorted({int(demands.priority[d]) for d in other}):
        equal = [d for d in other if demands.priority[d] == priority]
        commanded += [_job(demands, d, by_plan=True, within_plan=True) for d in equal]
        commanded += [_job(demands, d, within_plan=True, keeps_reserve=True) for d in equal]
    commanded += [_job(demands, d, by_plan=True, within_plan=True, surplus=True) for d in fills]
    commanded += [_job(demands, d, surplus=True) for d in other + fills]
    alone = [_job(demands, d) for d in vital]
    alone += [_job(demands, d, keeps_reserve=True) for d in other]
    alone += [_job(demands, d, surplus=True) for d in fills]
    sent = [_job(demands, d) for d in data if demands.kind[d] == SINK]
    kept = [_job(demands, d) for d in data if demands.kind[d] == FILL]
    return Jobs(
        commanded=_rows(commanded, JOB),
        alone=_rows(alone, JOB),
        data=_rows(sent + kept, JOB),
        member=demands.member.astype(np.uint32),
        recipe=_recipes(demands),
        entry=_entries(network),
        left=_left(network, power),
        left_of_data=_left(network, data),
    )


def _job(demands: Demands, d: int, **flags: bool) -> dict[str, Any]:
    return {
        "first_member": demands.start[d],
        "last_member": demands.start[d + 1],
        "first_recipe": demands.recipe_start[d],
        "last_recipe": demands.recipe_start[d + 1],
        "fills": demands.kind[d] == FILL,
        **flags,
    }


def _rows(rows: list[dict[str, Any]], kind: np.dtype[np.void]) -> Table:
    made = np.zeros(len(rows), dtype=kind)
    for i, values in enumerate(rows):
        for name, value in values.items():
            made[name][i] = value
    return made


def _recipes(demands: Demands) -> Table:
    columns = {
        "first": demands.entry_start[:-1],
        "last": demands.entry_start[1:],
        "surplus": demands.from_sources,
    }
    return table(RECIPE, columns, len(demands.entry_start) - 1)


def _entries(network: Network) -> Table:
    flows, stores, demands = network.flows, len(network.stores.names), network.demands
    count = len(flows.names)
    content = (demands.resource >= count) & (demands.resource < count + stores)
    bound = np.zeros(int(demands.resource.max(initial=count)) + 1, dtype=np.bool_)
    for kind in ("charge", "discharge", "converter"):
        for f in flows.of(kind):
            bound[f] = not flows.carriers[f].startswith("data.")
    columns = {
        "resource": demands.resource,
        "amount": demands.amount,
        "per_amount": 1.0 / demands.amount,
        "store": np.where(content, demands.resource - count, -1),
        "planned": bound[demands.resource],
    }
    return table(ENTRY, columns, len(demands.resource))


def _left(network: Network, among: list[int]) -> Table:
    demands, count = network.demands, len(network.flows.names)
    rows = []
    for d in among:
        if demands.kind[d] != LEFTOVER:
            continue
        for r in range(demands.recipe_start[d], demands.recipe_start[d + 1]):
            resource = int(demands.resource[demands.entry_start[r]])
            minimum = network.flows.minimum[resource] if resource < count else -1.0
            sink = demands.member[demands.start[d]]
            rows.append({"resource": resource, "sink": sink, "minimum": minimum})
    return _rows(rows, LEFT)
