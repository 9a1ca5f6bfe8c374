"""What is best: lexicographic by priority, or the declared costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.network.network import Network

Floats = NDArray[np.float64]

SCALE = {"J": 3.6e6, "kg": 1.0, "bit": 1e9}
"""The plan's units: kWh, kg, Gbit."""
LEVEL_WEIGHT = 4.0
"""Ratio between neighbouring levels in the weighted solve; see `Dispatch.solve`."""
LATE = 1e-4
"""Cost of a Gbit waiting for an hour, against 4 for losing it."""
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
        first = {"flow": 0, "content": f, "temperature": f + s, "cold": f + s + m, "hot": f + s + 2 * m}
        size = {"flow": f, "content": s}.get(what, m)
        return slice(first[what], first[what] + size)


@dataclass(frozen=True)
class Objective:
    """Cost of every variable; for every priority the row of what is served, and what is owed."""

    cost: Floats
    unserved: Mapping[int, tuple[Floats, float]]
    owed: NDArray[np.bool_]
    """Variables that are owed their upper bound."""


def service_objective(
    network: Network, layout: Layout, hours: Floats, upper: Floats, store_scale: Floats
) -> Objective:
    """Serve by priority; then comfort, data kept and sent; then wear and losses.

    Levels are weighted by powers of `LEVEL_WEIGHT`, more than a kWh served at one level can cost at
    the next one down through any chain of storage (under 3), so a solve without shortage is exact.
    """
    sinks, flows = network.sinks, network.flows
    sink = np.array(flows.of("sink"), dtype=np.int64)
    firm = ~(sinks.flexible | sinks.dump)
    priorities = sorted({int(p) for p in sinks.priority[firm]})
    span = hours[:, None]
    cost = np.zeros((len(hours), layout.width))
    cost[:, layout.block("flow")] = flows.cost * span
    owed = np.zeros(cost.shape, dtype=np.bool_)
    unserved: dict[int, tuple[Floats, float]] = {}
    for rank, priority in enumerate(priorities):
        row = np.zeros(cost.shape)
        chosen = sink[firm & (sinks.priority == priority)]
        row[:, chosen] = span
        owed[:, chosen] = True
        cost -= LEVEL_WEIGHT ** (len(priorities) - rank) * row
        flat = row.ravel()
        unserved[priority] = (flat, float(flat @ np.where(flat > 0, upper, 0.0)))
    data = np.array([flows.carriers[f].startswith("data.") for f in sink])
    cost[:, sink[sinks.dump & data]] += LEVEL_WEIGHT * span
    content = layout.block("content")
    waits = np.array([flows.carriers[f].startswith("data.") for f in flows.of("charge")])
    cost[:, content] += np.where(waits, LATE, 0.0) * span
    for slack in ("cold", "hot"):
        cost[:, layout.block(slack)] = LEVEL_WEIGHT ** (len(priorities) + 1) * span
    cost[-1, content] -= END_VALUE * network.stores.reserve_weight * store_scale / SCALE["J"]
    return Objective(cost.ravel(), unserved, owed.ravel())


def declared_cost(
    network: Network, layout: Layout, hours: Floats, upper: Floats, store_scale: Floats
) -> Objective:
    """The declared cost of every flow (a kWh, kg or Gbit) and of what stores hold (a step's hours)."""
    sinks, flows = network.sinks, network.flows
    sink = np.array(flows.of("sink"), dtype=np.int64)
    firm = ~(sinks.flexible | sinks.dump)
    cost = np.zeros((len(hours), layout.width))
    cost[:, layout.block("flow")] = flows.cost * hours[:, None]
    cost[:, layout.block("content")] = network.stores.holding_cost * hours[:, None]
    owed = np.zeros(cost.shape, dtype=np.bool_)
    owed[:, sink[firm]] = True
    return Objective(cost.ravel(), {}, owed.ravel())
