"""The auditor: recomputes every balance from the stored history, and trusts nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ilrs.errors import BalanceError
from ilrs.flows.carriers import CARRIERS

Floats = NDArray[np.float64]

CLOSES = 1e-9
"""How well a balance must close, of max(throughput, `FLOOR` of capacity) in every step."""
FLOOR = 1e-6
HEAT = "/heat"


@dataclass(frozen=True)
class Check:
    """One balance: its worst error over all steps as a share of its scale, and where."""

    balance: str
    worst: float
    step: int
    limit: float = CLOSES

    @property
    def passed(self) -> bool:
        """Whether it closes; a balance that cannot be computed does not."""
        return bool(self.worst <= self.limit)


def audit(dataset: xr.Dataset) -> list[Check]:
    """Every balance of a run's dataset: nodes, stores, warm masses, carriers across
    flows, limits.
    """
    history = _History(dataset)
    return [
        *_nodes(history),
        *_stores(history),
        *_masses(history),
        *_conversions(history),
        *_limits(history),
    ]


def require_closed(checks: list[Check], step_s: int) -> None:
    """Raise `BalanceError` naming the worst balance that does not close."""
    broken = [c for c in checks if not c.passed]
    if broken:
        worst = max(broken, key=lambda c: c.worst if np.isfinite(c.worst) else np.inf)
        raise BalanceError(
            f"{len(broken)} balances do not close; worst {worst.balance}: {worst.worst:.2g} of its "
            f"scale at second {worst.step * step_s}",
            remedy="the run is not to be used; report this as a defect",
        )


class _History:
    """The arrays of a dataset the auditor reads, once."""

    def __init__(self, data: xr.Dataset) -> None:
        self.step = float(data.attrs["step_s"])
        self.rate: Floats = data["rate"].values
        self.incidence: Floats = data["incidence"].values
        self.nodes = [str(n) for n in data["node"].values]
        self.flows = [str(f) for f in data["flow"].values]
        self.kind = np.array([str(k) for k in data["flow_kind"].values])
        self.stores = [str(s) for s in data["store"].values]
        self.data = data

    def store(self, name: str) -> Floats:
        return np.asarray(self.data[name].values, dtype=np.float64)

    def of(self, kind: str) -> NDArray[np.int64]:
        return np.nonzero(self.kind == kind)[0]


def _worst(error: Floats, scale: Floats) -> tuple[float, int]:
    """Largest error over scale, and its step; NaN counts as infinite."""
    if not error.size:
        return 0.0, 0
    share = np.abs(error) / np.maximum(scale, 1e-300)
    share = np.where(np.isfinite(share), share, np.inf)
    step = int(np.argmax(share))
    return float(share[step]), step


def _nodes(h: _History) -> list[Check]:
    """What comes into a node goes out of it."""
    checks = []
    for i, node in enumerate(h.nodes):
        if node.endswith(HEAT):
            continue
        flows = np.nonzero(h.incidence[i])[0]
        parts = h.rate[:, flows] * h.incidence[i, flows]
        through = np.abs(parts).sum(axis=1) / 2.0
        scale = np.maximum(through, FLOOR * max(float(through.max(initial=0.0)), 1e-300))
        checks.append(Check(f"node {node}", *_worst(parts.sum(axis=1), scale)))
    return checks


def _stores(h: _History) -> list[Check]:
    """What a store holds is what it held, plus charge, less discharge and losses, plus arrivals."""
    content, loss = h.store("content"), h.store("loss")
    charge, discharge = h.rate[:, h.of("charge")], h.rate[:, h.of("discharge")]
    into = charge * h.store("charge_efficiency")
    out = discharge / h.store("discharge_efficiency")
    arrival, initial = h.store("store_arrival").astype(int), h.store("initial")
    capacity = h.store("capacity")
    checks = []
    for s, name in enumerate(h.stores):
        before = np.concatenate([[0.0], content[:-1, s]])
        if arrival[s] < len(before):
            before[arrival[s]] += initial[s]
        moved = (into[:, s] - out[:, s] - loss[:, s]) * h.step
        scale = np.maximum(np.maximum(content[:, s], before), (into + out)[:, s] * h.step)
        scale = np.maximum(scale, FLOOR * capacity[s])
        checks.append(Check(f"store {name}", *_worst(content[:, s] - before - moved, scale)))
    return checks


def _masses(h: _History) -> list[Check]:
    """A warm mass warms by all heat that enters it, flows' waste and passive laws alike."""
    temperature, passive = h.store("temperature"), h.store("passive_heat")
    lost, holder = h.store("loss"), h.store("store_heat").astype(int)
    arrival = h.store("mass_arrival").astype(int)
    start, capacity = h.store("initial_temperature"), h.store("heat_capacity")
    checks = []
    for m, name in enumerate(h.data["mass"].values):
        node = h.nodes.index(str(h.data["mass_node"].values[m]))
        heat = h.rate @ h.incidence[node] + lost[:, holder == m].sum(axis=1)
        total = heat + passive[:, m].sum(axis=1)
        before = np.concatenate([[start[m]], temperature[:-1, m]])
        gained = capacity[m] * (temperature[:, m] - before) / h.step
        scale = np.abs(heat) + np.abs(passive[:, m]).sum(axis=1)
        # Temperatures are doubles of 300 K: their rounding over a step is the floor.
        scale = np.maximum(scale, 1e-6 * capacity[m] * 300.0 / h.step)
        here = np.arange(len(before)) >= arrival[m]
        checks.append(Check(f"heat of {name}", *_worst(np.where(here, gained - total, 0.0), scale)))
    return checks


def _conversions(h: _History) -> list[Check]:
    """Energy with waste heat, mass and elements close across every flow that converts or moves."""
    holds = {
        "energy": lambda c: c.energy,
        "mass": lambda c: c.mass,
        "hydrogen": lambda c: c.elements.get("H", 0.0),
        "oxygen": lambda c: c.elements.get("O", 0.0),
    }
    kept = np.zeros((len(h.nodes), len(h.flows)))
    kept += h.incidence
    inside = np.zeros((len(h.stores), len(h.flows)))
    for s, (into, out) in enumerate(zip(h.of("charge"), h.of("discharge"), strict=True)):
        inside[s, into] = h.store("charge_efficiency")[s]
        inside[s, out] = -1.0 / h.store("discharge_efficiency")[s]
    nodes = [str(n) for n in h.data["store_node"].values]
    rates = {kind: h.rate[:, h.of(kind)] for kind in ("charge", "discharge", "converter", "link")}
    checks = []
    for what, of in holds.items():
        per_node = np.array([of(CARRIERS[n.rsplit("/", 1)[-1]]) for n in h.nodes])
        per_store = np.array([of(CARRIERS[n.rsplit("/", 1)[-1]]) for n in nodes])
        column = per_node @ kept + per_store @ inside
        size = np.abs(per_node) @ np.abs(kept) + np.abs(per_store) @ np.abs(inside)
        for kind, rate in rates.items():
            error = rate @ column[h.of(kind)]
            through = rate @ size[h.of(kind)]
            peak = float(through.max(initial=0.0))
            if peak > 0.0:
                scale = np.maximum(through, FLOOR * peak)
                checks.append(Check(f"{what} across {kind} flows", *_worst(error, scale)))
    return checks


def _limits(h: _History) -> list[Check]:
    """No flow runs backwards, no store holds less than nothing or more than it can, no sink gets
    more than it wanted."""
    peak = np.maximum(h.rate.max(axis=0, initial=0.0), 1e-300)
    capacity, content = h.store("capacity"), h.store("content")
    below = np.maximum(-content / capacity, 0.0).max(axis=1, initial=0.0)
    over = np.maximum(content / capacity - 1.0, 0.0).max(axis=1, initial=0.0)
    owed = ~h.data["dump"].values.astype(bool)
    wanted, served = h.store("wanted")[:, owed], h.rate[:, h.of("sink")[owed]]
    above = served - wanted
    rows = np.flatnonzero(~(above.max(axis=1, initial=0.0) <= 0.0))  # NaN too is more
    largest = np.maximum(wanted.max(axis=0, initial=0.0), 1e-300)
    more = np.zeros(len(content))
    more[rows] = (np.maximum(above[rows], 0.0) / largest).max(axis=1, initial=0.0)
    backwards = np.zeros(len(content))
    rows = np.flatnonzero(~(h.rate.min(axis=1, initial=0.0) >= 0.0))  # NaN too is no flow
    backwards[rows] = (np.minimum(h.rate[rows], 0.0) / peak).min(axis=1, initial=0.0)
    one = np.ones(len(content))
    return [
        Check("no flow is negative", *_worst(backwards, one)),
        Check("no store is below empty", *_worst(below, one)),
        Check("no store is above full", *_worst(over, one)),
        Check("no sink gets more than it wants", *_worst(more, one)),
    ]
