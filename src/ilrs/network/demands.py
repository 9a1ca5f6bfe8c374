"""The order of service: who is served when, and by which recipes, as flat arrays for the kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilrs.flows.primitives import Sink, Store
from ilrs.network.network import Demands
from ilrs.network.recipes import Recipe, Supply, ways_to

SINK, FILL, LEFTOVER = 0, 1, 2
POWER_STAGE, DATA_STAGE = 0, 1


@dataclass(frozen=True)
class Demand:
    """One line of the order of service."""

    kind: int
    stage: int
    priority: int
    members: tuple[str, ...]
    ways: tuple[Recipe, ...]


def order_of_service(
    supply: Supply, sinks: Sequence[Sink], stores: Sequence[Store]
) -> list[Demand]:
    """Sinks by priority, then stores to fill, then what takes the leftovers; power before data."""
    demands = [*_served(supply, sinks), *_filled(supply, stores), *_left_over(supply, sinks)]
    return sorted(demands, key=lambda d: (d.stage, d.kind, d.priority))


def _stage(node: str) -> int:
    return DATA_STAGE if "/data." in node else POWER_STAGE


def _served(supply: Supply, sinks: Sequence[Sink]) -> list[Demand]:
    by_need: dict[tuple[str, int, bool], list[str]] = {}
    for sink in sinks:
        if not sink.dump:
            by_need.setdefault((sink.node, sink.priority, sink.flexible), []).append(sink.name)
    return [
        Demand(SINK, _stage(node), priority, tuple(names), tuple(ways_to(supply, node)))
        for (node, priority, _), names in by_need.items()
    ]


def _filled(supply: Supply, stores: Sequence[Store]) -> list[Demand]:
    demands = []
    for store in stores:
        if not store.fill:
            continue
        ways = []
        for way in ways_to(supply, store.node, energy_stores=False, filling=True):
            if f"{store.name}.discharge" in way.flows:
                continue
            stores_here = {f"{s.name}.discharge" for s in supply.stores.get(store.node, ())}
            if not stores_here & set(way.flows):
                ways.append(way.and_(Recipe({f"{store.name}.charge": 1.0})))
        rank = store.order if _stage(store.node) == POWER_STAGE else _data_rank(store)
        demands.append(
            Demand(FILL, _stage(store.node), rank, (f"{store.name}.charge",), tuple(ways))
        )
    return demands


def _data_rank(store: Store) -> int:
    """Forwarding first, so that recorders only keep what no contact takes."""
    return 0 if store.forward else 1


def _left_over(supply: Supply, sinks: Sequence[Sink]) -> list[Demand]:
    demands = []
    for sink in sinks:
        if sink.dump:
            forced = [s.name for s in supply.sources.get(sink.node, ()) if s.minimum > 0]
            ways = [Recipe({name: 1.0}) for name in forced]
            if sink.node in supply.injected:
                ways.append(Recipe({}, {sink.node: 1.0}))
            demands.append(
                Demand(LEFTOVER, _stage(sink.node), sink.priority, (sink.name,), tuple(ways))
            )
    return demands


def compile_demands(
    demands: Sequence[Demand],
    flow_index: Mapping[str, int],
    node_index: Mapping[str, int],
    uses: Mapping[str, Sequence[tuple[int, float]]],
    injection_first: int,
) -> Demands:
    """Flat arrays: a recipe's resources are its flows and what `uses` says each flow also takes."""
    injected = sorted({n for d in demands for way in d.ways for n in way.injections})
    injection = {node: injection_first + i for i, node in enumerate(injected)}
    kind, stage, priority, start, member = [], [], [], [0], []
    recipe_start, entry_start, resource, amount, from_sources = [0], [0], [], [], []
    for demand in demands:
        kind.append(demand.kind)
        stage.append(demand.stage)
        priority.append(demand.priority)
        member += [flow_index[name] for name in demand.members]
        start.append(len(member))
        for way in demand.ways:
            entries = _entries(way, demand, flow_index, injection, uses)
            resource += [r for r, _ in entries]
            amount += [a for _, a in entries]
            entry_start.append(len(resource))
            from_sources.append(not way.stores)
        recipe_start.append(len(entry_start) - 1)
    return Demands(
        kind=np.array(kind, dtype=np.int64),
        stage=np.array(stage, dtype=np.int64),
        priority=np.array(priority, dtype=np.int64),
        start=np.array(start, dtype=np.int64),
        member=np.array(member, dtype=np.int64),
        recipe_start=np.array(recipe_start, dtype=np.int64),
        entry_start=np.array(entry_start, dtype=np.int64),
        resource=np.array(resource, dtype=np.int64),
        amount=np.array(amount, dtype=np.float64),
        from_sources=np.array(from_sources, dtype=np.bool_),
        injection_node=np.array([node_index[n] for n in injected], dtype=np.int64),
    )


def _entries(
    way: Recipe,
    demand: Demand,
    flow_index: Mapping[str, int],
    injection: Mapping[str, int],
    uses: Mapping[str, Sequence[tuple[int, float]]],
) -> list[tuple[int, float]]:
    """The recipe's flows first (all below the number of flows), then the resources they take."""
    entries = [(flow_index[name], amount) for name, amount in way.flows.items()]
    taken: dict[int, float] = {}
    for name, amount in way.flows.items():
        for resource, share in uses.get(name, ()):
            taken[resource] = taken.get(resource, 0.0) + share * amount
    for node, amount in way.injections.items():
        taken[injection[node]] = taken.get(injection[node], 0.0) + amount
    return entries + list(taken.items())
