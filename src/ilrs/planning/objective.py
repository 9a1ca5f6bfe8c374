"""What is best: lexicographic by priority, or the declared costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.carriers import CARRIERS
from ilrs.network.network import Network

Floats = NDArray[np.float64]

SCALE = {"J": 3.6e6, "kg": 1.0, "bit": 1e9}
"""The plan's units: kWh, kg, Gbit."""
LATE = 1e-4
"""Cost of a Gbit waiting for an hour, against at least 4 for losing it."""
EARLY = 1e-5
"""Worth of a drawable kWh held for an hour: of equal plans the one that fills early is safer."""
END_VALUE = 0.5
"""Worth of a drawable kWh left at the end, far below serving any priority with it."""


@dataclass(frozen=True)
class Layout:
    """Where the variables of a step lie: flows, contents, temperatures, cold and hot slack."""

    flows: int
    stores: int
    masses: int

    @property
    def width(self) -> int:
        """Variables a step."""
        return self.flows + self.stores + 3 * self.masses

    def block(self, what: str) -> slice:
        """Columns of one kind within a step."""
        f, s, m = self.flows, self.stores, self.masses
        first = {
            "flow": 0,
            "content": f,
            "temperature": f + s,
            "cold": f + s + m,
            "hot": f + s + 2 * m,
        }
        size = {"flow": f, "content": s}.get(what, m)
        return slice(first[what], first[what] + size)


@dataclass(frozen=True)
class Objective:
    """Cost of every variable, and which variables are owed their upper bound."""

    cost: Floats
    owed: NDArray[np.bool_]


def exchange_bound(network: Network) -> float:
    """Most that a unit served can take from the sources, by any way and through any store [1].

    The sum of source amounts over a way's recipe, what it takes from a store counted with what
    filling that store takes, all in the plan's units. No unit served at one priority can therefore
    displace more than this at the next. Only what has a priority counts. A source of another unit
    is counted in what the least of those served takes: a shovel digs 300 kg of soil with a kWh, but
    so do all others, and a kWh then displaces a kWh.
    """
    demands, flows, sinks = network.demands, network.flows, network.sinks
    stores = len(network.stores.names)
    content = len(flows.names)
    sources = flows.of("source")
    scale = [SCALE[unit] for unit in (CARRIERS[name].unit for name in flows.carriers)]
    firm = ~(sinks.flexible | sinks.dump)
    power = np.nonzero(demands.stage == 0)[0]
    units: dict[int, float] = {}
    for d in power[demands.kind[power] == 0]:
        members = demands.member[demands.start[d] : demands.start[d + 1]]
        if firm[members - flows.first["sink"]].any():
            units[int(d)] = scale[int(members[0])]

    def recipes(demand: int) -> Iterator[slice]:
        for r in range(demands.recipe_start[demand], demands.recipe_start[demand + 1]):
            yield slice(demands.entry_start[r], demands.entry_start[r + 1])

    least = np.full(content, np.inf)
    for d, unit in units.items():
        for part in recipes(d):
            for f, amount in zip(demands.resource[part], demands.amount[part], strict=True):
                if f in sources:
                    alike = scale[f] == unit
                    least[f] = min(least[f], 1.0 if alike else amount * unit / scale[f])
    least = np.where(np.isfinite(least), np.maximum(least, 1.0), 1.0)

    def taken(demand: int, worth: Floats) -> float:
        most = 0.0
        for part in recipes(demand):
            total = 0.0
            for resource, amount in zip(demands.resource[part], demands.amount[part], strict=True):
                if resource in sources:
                    total += amount / scale[resource] / least[resource]
                elif content <= resource < content + stores:
                    total += amount * worth[resource - content]
            most = max(most, total)
        return most

    fill = np.zeros(stores)
    nothing = np.zeros(stores)
    for d in power[demands.kind[power] == 1]:
        store = int(demands.member[demands.start[d]]) - flows.first["charge"]
        fill[store] = taken(int(d), nothing) / network.stores.charge_efficiency[store]
    return max((taken(d, fill) * unit for d, unit in units.items()), default=1.0)


def service_objective(
    network: Network, layout: Layout, hours: Floats, store_scale: Floats
) -> Objective:
    """Serve by priority; then comfort, data kept and sent; then wear and losses.

    Levels weigh powers of half again the `exchange_bound` (at least 4): serving a unit more at one
    level is then always worth what it displaces below, so the weighted optimum is the
    lexicographic one. Self-discharge over months is inside the half.
    """
    sinks, flows = network.sinks, network.flows
    sink = np.array(flows.of("sink"), dtype=np.int64)
    firm = ~(sinks.flexible | sinks.dump)
    priorities = sorted({int(p) for p in sinks.priority[firm]})
    weight = max(1.5 * exchange_bound(network), 4.0)
    span = hours[:, None]
    cost = np.zeros((len(hours), layout.width))
    cost[:, layout.block("flow")] = flows.cost * span
    for rank, priority in enumerate(priorities):
        chosen = sink[firm & (sinks.priority == priority)]
        cost[:, chosen] -= weight ** (len(priorities) - rank) * span
    data = np.array([flows.carriers[f].startswith("data.") for f in sink])
    cost[:, sink[sinks.dump & data]] += weight * span
    content = layout.block("content")
    waits = np.array([flows.carriers[f].startswith("data.") for f in flows.of("charge")])
    cost[:, content] += np.where(waits, LATE, 0.0) * span
    for slack in ("cold", "hot"):
        cost[:, layout.block(slack)] = weight ** (len(priorities) + 1) * span
    drawable = network.stores.reserve_weight * store_scale / SCALE["J"]
    cost[:, content] -= EARLY * drawable * span
    cost[-1, content] -= END_VALUE * drawable
    return Objective(cost.ravel(), np.zeros(cost.size, dtype=np.bool_))


def declared_cost(
    network: Network, layout: Layout, hours: Floats, store_scale: Floats
) -> Objective:
    """The declared cost of every flow (a kWh, kg or Gbit) and of what stores hold (a
    step's hours).
    """
    del store_scale
    sinks, flows = network.sinks, network.flows
    sink = np.array(flows.of("sink"), dtype=np.int64)
    firm = ~(sinks.flexible | sinks.dump)
    cost = np.zeros((len(hours), layout.width))
    cost[:, layout.block("flow")] = flows.cost * hours[:, None]
    cost[:, layout.block("content")] = network.stores.holding_cost * hours[:, None]
    owed = np.zeros(cost.shape, dtype=np.bool_)
    owed[:, sink[firm]] = True
    return Objective(cost.ravel(), owed.ravel())
