"""Budgets of a run: energy, data and mass; the dark spells; what was left unserved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ilrs.assessment.history import History, spells
from ilrs.assessment.metrics import latency_quantile
from ilrs.flows.carriers import DATA_CLASSES
from ilrs.scenario.sourcing import UNSTATED

HOUR = 3600.0


def energy(h: History) -> dict[str, Any]:
    """Energy by source, sink, store and link [J], and what was dumped."""
    network, record, dt = h.network, h.run.record, h.step
    flows = network.flows
    total = record.flow.sum(axis=0) * dt
    electric = [c == "electricity" for c in flows.carriers]
    sinks = network.sinks
    dumped = 0.0
    told_sinks = []
    for k, f in enumerate(flows.of("sink")):
        if not electric[f]:
            continue
        if sinks.dump[k]:
            dumped += float(total[f])
            continue
        told_sinks.append(
            {
                "name": flows.names[f],
                "priority": int(sinks.priority[k]),
                "wanted_j": float(record.wanted[:, k].sum() * dt),
                "served_j": float(total[f]),
            }
        )
    return {
        "sources": [
            {
                "name": flows.names[f],
                "energy_j": float(total[f]),
                "available_j": float(network.capacity(f).sum() * dt),
            }
            for f in flows.of("source")
            if electric[f]
        ],
        "sinks": told_sinks,
        "stores": _stores(h),
        "links": [
            {
                "name": flows.names[f],
                "sent_j": float(total[f]),
                "lost_j": float(total[f] * _loss_share(h, f)),
            }
            for f in flows.of("link")
            if electric[f]
        ],
        "dumped_j": dumped,
    }


def _loss_share(h: History, flow: int) -> float:
    column = h.network.incidence[:, [flow]].toarray().ravel()
    return float(
        sum(v for v, n in zip(column, h.network.nodes, strict=True) if n.endswith("/heat"))
    )


def _stores(h: History) -> list[dict[str, Any]]:
    network, record, dt = h.network, h.run.record, h.step
    first = network.flows.first
    told = []
    for s, name in enumerate(network.stores.names):
        if not network.nodes[network.stores.node[s]].endswith("/electricity"):
            continue
        charged = float(record.flow[:, first["charge"] + s].sum() * dt)
        discharged = float(record.flow[:, first["discharge"] + s].sum() * dt)
        told.append(
            {
                "name": name,
                "charged_j": charged,
                "discharged_j": discharged,
                "lost_j": float(record.loss[:, s].sum() * dt),
                "cycles": discharged / float(network.stores.capacity[s]),
                "fade": float(record.fade[-1, s]),
            }
        )
    return told


def unserved(h: History) -> list[dict[str, Any]]:
    """Energy wanted and not served, by priority [J]."""
    priorities = sorted({int(p) for p in h.network.sinks.priority[h.firm]})
    told = []
    for priority in priorities:
        chosen = h.firm[h.network.sinks.priority[h.firm] == priority]
        wanted, served = h.energy(chosen)
        told.append(
            {
                "priority": priority,
                "wanted_j": float(wanted[-1]),
                "unserved_j": float(max(wanted[-1] - served[-1], 0.0)),
            }
        )
    return told


def reserve(h: History) -> dict[str, Any]:
    """The least share of drawable energy, and when."""
    if not np.isfinite(h.reserve).any():
        return {"least": None, "when": None}
    step = int(np.nanargmin(h.reserve))
    return {"least": float(h.reserve[step]), "when": instant(h, step + 1)}


def dark_spells(h: History, most: int = 20) -> list[dict[str, Any]]:
    """The longest spells without sunlight on any array, longest first."""
    found = sorted(spells(h.dark), key=lambda s: (s[0] - s[1], s[0]))[:most]
    wanted, served = (np.diff(s, prepend=0.0) for s in h.keep_alive)
    told = []
    for first, last in found:
        owed = float(wanted[first:last].sum())
        least = h.reserve[first:last]
        told.append(
            {
                "begins": instant(h, first),
                "ends": instant(h, last),
                "hours": (last - first) * h.step / HOUR,
                "place": ", ".join(h.network.flows.names[f] for f in h.arrays),
                "least_reserve": float(np.nanmin(least)) if np.isfinite(least).any() else None,
                "keep_alive_served": float(served[first:last].sum() / owed) if owed else None,
            }
        )
    return told


def data(h: History) -> list[dict[str, Any]]:
    """Data by class: produced, delivered, lost, still stored [bit], and latency [s]."""
    told = []
    for data_class in DATA_CLASSES:
        produced, delivered, lost = h.data(data_class)
        made = float(produced[-1])
        if made <= 0.0:
            continue
        quantiles = {
            f"latency_{name}_s": _finite(latency_quantile(h, data_class, share, h.count))
            for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0 - 1e-12))
        }
        told.append(
            {
                "data_class": data_class,
                "produced_bit": made,
                "delivered_bit": float(delivered[-1]),
                "lost_bit": float(lost[-1]),
                "stored_bit": float(max(made - delivered[-1] - lost[-1], 0.0)),
                **quantiles,
            }
        )
    return told


def mass(h: History, statuses: Mapping[str, str]) -> list[dict[str, Any]]:
    """Landed mass of every modelled component [kg], with the status of its source by path."""
    return [
        {
            "facility": name,
            "component": part,
            "kind": component.kind,
            "mass_kg": component.mass,
            "status": statuses.get(f"facilities.{name}.components.{part}.mass", UNSTATED),
            "mission": facility.mission,
        }
        for name, facility in h.run.scenario.facilities.items()
        if facility.modelled
        for part, component in facility.components.items()
        if component.mass > 0.0
    ]


def instant(h: History, step: int) -> str:
    """The beginning of a step as UTC text."""
    clock = h.network.clock
    return str(clock.start + np.timedelta64(step * clock.step, "s"))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
