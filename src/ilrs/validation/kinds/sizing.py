"""The least mass that serves a demand: sources, stores and converters as sizes to be found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ilrs.errors import PlanError, UserError
from ilrs.planning.sizing.investment import (
    Conversion,
    Demand,
    Investment,
    Storage,
    Supply,
    least_mass,
)
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

_SUPPLY = {"name", "node", "profile", "mass_kg_per_kw"}
_SINK = {"name", "node", "demand_kw"}
_STORE = {
    "name",
    "node",
    "mass_kg_per_kwh",
    "charge_efficiency",
    "discharge_efficiency",
    "charge_mass_kg_per_kw",
    "discharge_mass_kg_per_kw_in",
    "loss_per_h",
}
_CONVERTER = {"name", "from", "to", "efficiency", "mass_kg_per_kw_in"}


def run(inputs: Inputs) -> dict[str, float]:
    """`mass_kg`, and sizes as asked: `NAME_kw` or `NAME_kwh`."""
    inputs.only("step_h", "steps", "nodes", "sources", "sinks", "stores", "converters", "cyclic")
    steps = int(inputs.number("steps"))
    problem = Investment(
        hours=np.full(steps, inputs.number("step_h", 1.0)),
        supplies=[_supply(row, steps) for row in _rows(inputs, "sources", _SUPPLY)],
        storages=[_storage(row) for row in _rows(inputs, "stores", _STORE)],
        conversions=[_conversion(row) for row in _rows(inputs, "converters", _CONVERTER)],
        demands=[_demand(row, steps) for row in _rows(inputs, "sinks", _SINK)],
        cyclic=bool(inputs.get("cyclic", False)),
    )
    try:
        found = least_mass(problem, "simplex")
    except (PlanError, UserError) as error:
        raise NotRun(str(error)) from error
    ours = {"mass_kg": found.mass}
    ours |= {f"{s.name}_kw": found.size[s.name] for s in problem.supplies}
    ours |= {f"{c.name}_kw": found.size[c.name] for c in problem.conversions}
    ours |= {f"{t.name}_kwh": found.size[t.name] for t in problem.storages}
    unknown = sorted(set(inputs.asked) - set(ours))
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    return {key: ours[key] for key in inputs.asked}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The relative error of the mass; of sizes the digits that are given (half of the last)."""
    theirs = {k: float(v) for k, v in expected.values.items()}
    limit = {"relative": expected.limit("relative", 1e-6)}
    worst = {"relative": 0.0}
    for key, value in theirs.items():
        digits = len(repr(value).partition(".")[2])
        slack = 0.5 * 10.0**-digits if key != "mass_kg" else 0.0
        gap = max(abs(ours[key] - value) - slack, 0.0) / max(abs(value), 1e-12)
        worst["relative"] = max(worst["relative"], gap)
    return Comparison({k: ours[k] for k in theirs}, theirs, worst, limit)


def _rows(inputs: Inputs, key: str, known: set[str]) -> list[Mapping[str, Any]]:
    rows = inputs.get(key, []) or []
    for row in rows:
        unknown = sorted(set(row) - known - {"note"})
        if unknown:
            raise NotRun(f"{key}: not understood: {', '.join(unknown)}")
    return list(rows)


def _series(value: Any, steps: int) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (steps,)))


def _supply(row: Mapping[str, Any], steps: int) -> Supply:
    profile = _series(row.get("profile", 1.0), steps)
    return Supply(row["name"], row["node"], profile, float(row["mass_kg_per_kw"]))


def _demand(row: Mapping[str, Any], steps: int) -> Demand:
    return Demand(row["name"], row["node"], _series(row["demand_kw"], steps))


def _storage(row: Mapping[str, Any]) -> Storage:
    rate = {
        key: None if row.get(key) is None else float(row[key])
        for key in ("charge_mass_kg_per_kw", "discharge_mass_kg_per_kw_in")
    }
    return Storage(
        row["name"],
        row["node"],
        float(row["mass_kg_per_kwh"]),
        charge_efficiency=float(row.get("charge_efficiency", 1.0)),
        discharge_efficiency=float(row.get("discharge_efficiency", 1.0)),
        charge_mass=rate["charge_mass_kg_per_kw"],
        discharge_mass=rate["discharge_mass_kg_per_kw_in"],
        loss=float(row.get("loss_per_h", 0.0)),
    )


def _conversion(row: Mapping[str, Any]) -> Conversion:
    return Conversion(
        row["name"],
        row["from"],
        row["to"],
        float(row["efficiency"]),
        float(row["mass_kg_per_kw_in"]),
    )
