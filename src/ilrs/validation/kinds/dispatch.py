"""The cheapest dispatch of a small network: the same programme that plans the station."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.errors import PlanError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Converter, Link, Primitive, Sink, Source, Store
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.steps import PlanSteps
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

KW, KWH, HOUR = 1e3, 3.6e6, 3600.0

_SOURCE = {"name", "node", "max_kw", "min_kw", "cost_per_kwh"}
_SINK = {"name", "node", "demand_kw"}
_STORE = {
    "name",
    "node",
    "capacity_kwh",
    "initial_kwh",
    "charge_max_kw",
    "discharge_max_kw",
    "charge_efficiency",
    "discharge_efficiency",
    "loss_per_h",
    "discharge_cost_per_kwh",
    "holding_cost_per_kwh",
}
_CONVERTER = {"name", "from", "to", "input_max_kw", "efficiency", "cost_per_kwh_in"}
_LINK = {"name", "from", "to", "max_kw", "efficiency", "cost_per_kwh"}


def run(inputs: Inputs) -> dict[str, float]:
    """The least cost, and the energy of sources called `shed` [kWh]."""
    inputs.only(
        "step_h", "steps", "nodes", "sources", "sinks", "stores", "converters", "links", "cyclic"
    )
    unknown = sorted(set(inputs.asked) - {"objective", "shed_kwh"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    hours, steps = inputs.number("step_h", 1.0), int(inputs.number("steps"))
    made: list[Primitive] = []
    for source in _rows(inputs, "sources", _SOURCE):
        made += _source(source, steps)
    made += [_sink(row, steps) for row in _rows(inputs, "sinks", _SINK)]
    made += [_store(row) for row in _rows(inputs, "stores", _STORE)]
    made += [_converter(row) for row in _rows(inputs, "converters", _CONVERTER)]
    made += [_link(row, steps) for row in _rows(inputs, "links", _LINK)]
    step = round(hours * HOUR)
    network = compile_network(
        Clock(np.datetime64("2031-01-01T00:00:00"), step, steps), [Arrival(0, tuple(made))]
    )
    dispatch = Dispatch(
        network,
        PlanSteps(np.arange(steps + 1), float(step)),
        np.zeros((steps, 0)),
        serve=False,
        cyclic=bool(inputs.get("cyclic", False)),
    )
    nothing = np.zeros(len(network.stores.names))
    try:
        window = dispatch.solve(0, steps, Start(network.stores.initial, nothing, np.zeros(0)))
    except PlanError as error:
        raise NotRun(str(error)) from error
    shed = [f for f in network.flows.of("source") if network.flows.names[f].startswith("shed")]
    return {
        "objective": window.objective,
        "shed_kwh": float(window.flow[:, shed].sum() * step / KWH),
    }


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The worst relative error; against 1 kWh where nothing is to be shed."""
    limit = expected.limit("relative", 1e-6)
    theirs = {k: float(v) for k, v in expected.values.items()}
    worst = max(abs(ours[k] - v) / max(abs(v), 1.0 if v == 0 else 0.0) for k, v in theirs.items())
    shown = {k: ours[k] for k in theirs}
    return Comparison(shown, theirs, {"relative": worst}, {"relative": limit})


def _rows(inputs: Inputs, key: str, known: set[str]) -> list[Mapping[str, Any]]:
    rows = inputs.get(key, []) or []
    for row in rows:
        unknown = sorted(set(row) - known - {"note"})
        if unknown:
            raise NotRun(f"{key}: not understood: {', '.join(unknown)}")
    return list(rows)


def _node(name: Any) -> str:
    return f"{name}/electricity"


def _profile(value: Any, steps: int) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (steps,))) * KW


def _source(row: Mapping[str, Any], steps: int) -> list[Primitive]:
    """A source; what it must give is a second source that always runs, undumped."""
    most = _profile(row.get("max_kw", np.inf), steps)
    least = _profile(row.get("min_kw", 0.0), steps)
    cost, node = float(row.get("cost_per_kwh", 0.0)), _node(row["node"])
    if not least.any():
        ceiling = float(most[0]) if np.isinf(most).all() else most
        return [Source(row["name"], node, ceiling, cost=cost)]
    return [
        Source(row["name"], node, most - least, cost=cost),
        Source(f"{row['name']} (least)", node, least, minimum=1.0, cost=cost),
        Sink(f"{row['name']} (dump)", node, 0.0, dump=True),
    ]


def _sink(row: Mapping[str, Any], steps: int) -> Sink:
    return Sink(row["name"], _node(row["node"]), _profile(row["demand_kw"], steps))


def _store(row: Mapping[str, Any]) -> Store:
    return Store(
        row["name"],
        _node(row["node"]),
        capacity=float(row["capacity_kwh"]) * KWH,
        initial=float(row.get("initial_kwh", 0.0)) * KWH,
        charge_maximum=float(row.get("charge_max_kw", np.inf)) * KW,
        discharge_maximum=float(row.get("discharge_max_kw", np.inf)) * KW,
        charge_efficiency=float(row.get("charge_efficiency", 1.0)),
        discharge_efficiency=float(row.get("discharge_efficiency", 1.0)),
        loss_rate=-math.log1p(-float(row.get("loss_per_h", 0.0))) / HOUR,
        cost=float(row.get("discharge_cost_per_kwh", 0.0)),
        holding_cost=float(row.get("holding_cost_per_kwh", 0.0)),
    )


def _converter(row: Mapping[str, Any]) -> Converter:
    efficiency = float(row["efficiency"])
    ratios = {_node(row["from"]): -1.0, _node(row["to"]): efficiency}
    return Converter(
        row["name"],
        ratios | {SURROUNDINGS_HEAT: 1.0 - efficiency},
        float(row.get("input_max_kw", np.inf)) * KW,
        cost=float(row.get("cost_per_kwh_in", 0.0)),
    )


def _link(row: Mapping[str, Any], steps: int) -> Link:
    return Link(
        row["name"],
        _node(row["from"]),
        _node(row["to"]),
        _profile(row.get("max_kw", 1e9), steps),
        efficiency=float(row.get("efficiency", 1.0)),
        cost=float(row.get("cost_per_kwh", 0.0)),
    )
