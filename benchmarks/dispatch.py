"""The cheapest dispatch of a year in hours: ours against PyPSA, the same HiGHS and options.

Sun on the ridge, a battery, a fuel cell with its tank, a load and what is left unserved at a price.
Both times are building and solving. A second line merges steps: its error is the cost of hourly
flows between the merged plan's levels less the merged optimum, which no plan can be below.
"""

from __future__ import annotations

import math
import statistics
import time
from typing import Any

import numpy as np

from benchmarks._energy import OPTIONS, light, peer
from benchmarks.measure import arguments, peak_memory_mb, show
from ilrs.components.setting import SURROUNDINGS_HEAT
from ilrs.errors import PlanError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import Converter, Sink, Source, Store
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.highs import Solution, solve
from ilrs.planning.steps import PlanSteps, merge_steps

KW, KWH, HOUR = 1e3, 3.6e6, 3600
BUS, GAS = "ridge/electricity", "tank/electricity"
CASE: dict[str, float] = {
    **{"pv_kw": 14.0, "battery_kwh": 60.0, "tank_kwh": 900.0, "charge_kw": 10.0},
    **{"discharge_kw": 10.0, "electrolyser_kw": 6.0, "fuel_cell_kw": 9.0, "pv_cost": 0.01},
    **{"shed_cost": 10.0, "battery_efficiency": 0.96, "split_efficiency": 0.8},
    **{"burn_efficiency": 0.55, "charge_cost": 0.0, "discharge_cost": 0.002},
    **{"electrolyser_cost": 0.003, "fuel_cell_cost": 0.004},
}
TOLERANCE, LONGEST = 0.004, 48 * HOUR


def network(pv: np.ndarray, load: np.ndarray) -> Any:
    c = CASE

    def way(name: str, origin: str, target: str, efficiency: float) -> Converter:
        lost = {SURROUNDINGS_HEAT: 1.0 - efficiency}
        ratios = {origin: -1.0, target: efficiency} | lost
        return Converter(name, ratios, c[f"{name}_kw"] * KW, cost=c[f"{name}_cost"])

    made = (
        Source("pv", BUS, pv * c["pv_kw"] * KW, cost=c["pv_cost"]),
        Source("shed", BUS, 1e3 * KW, cost=c["shed_cost"]),
        Sink("load", BUS, load * KW),
        Store("battery", "cell/electricity", capacity=c["battery_kwh"] * KWH, initial=0.0),
        Store("tank", GAS, capacity=c["tank_kwh"] * KWH, initial=0.0),
        way("charge", BUS, "cell/electricity", c["battery_efficiency"]),
        way("discharge", "cell/electricity", BUS, c["battery_efficiency"]),
        way("electrolyser", BUS, GAS, c["split_efficiency"]),
        way("fuel_cell", GAS, BUS, c["burn_efficiency"]),
    )
    clock = Clock(np.datetime64("2036-01-01T00:00:00"), HOUR, len(pv))
    return compile_network(clock, [Arrival(0, made)])


def dispatch(pv: np.ndarray, load: np.ndarray, merged: bool) -> tuple[Dispatch, Any, Solution]:
    made = network(pv, load)
    steps = PlanSteps(np.arange(len(pv) + 1), float(HOUR))
    if merged:
        rows, nothing = np.array([pv, load / load.max()]), np.zeros(0, dtype=np.int64)
        steps = merge_steps(rows, HOUR, HOUR, LONGEST, TOLERANCE, nothing)
    plan = Dispatch(made, steps, np.zeros((steps.count, 0)), serve=False, cyclic=True)
    zero = np.zeros(len(made.stores.names))
    programme = plan._programme(0, steps.count, Start(zero, zero, np.zeros(0)))
    return plan, programme, solve(programme, "hipo")


def hourly_between(pv: np.ndarray, load: np.ndarray, coarse: Dispatch, found: Solution) -> float:
    """The least cost of hourly flows that pass through the levels of a merged plan."""
    fine = Dispatch(
        coarse.network,
        PlanSteps(np.arange(len(pv) + 1), float(HOUR)),
        np.zeros((len(pv), 0)),
        serve=False,
        cyclic=True,
    )
    zero = np.zeros(len(coarse.network.stores.names))
    programme = fine._programme(0, len(pv), Start(zero, zero, np.zeros(0)))
    width, held = fine.layout.width, fine.layout.block("content")
    levels = found.value.reshape(-1, coarse.layout.width)[:, held]
    lower, upper = (v.reshape(-1, width) for v in (programme.lower, programme.upper))
    ends = coarse.steps.first[1:] - 1
    most = upper[ends, held].copy()
    lower[ends, held] = np.clip(levels - 1e-6, 0.0, most)
    upper[ends, held] = np.clip(levels + 1e-6, 0.0, most)
    return solve(programme, "hipo").objective


def measure(hours: int, repeats: int) -> list[dict[str, Any]]:
    pv, load = light("2036-01-01T00:00:00", hours), np.full(hours, 5.0)
    taken: dict[str, list[float]] = {"whole": [], "merged": [], "peer": []}
    other = None
    dispatch(pv, load, True)
    for _ in range(repeats):
        for name in ("whole", "merged"):
            start = time.perf_counter()
            plan, _, found = dispatch(pv, load, name == "merged")
            taken[name].append(time.perf_counter() - start)
            if name == "whole":
                objective = found.objective
            else:
                coarse, bound = plan, found
        other = peer({"pv": pv, "load": load, **CASE}, "dispatch")
        if other:
            taken["peer"].append(other["seconds"])
    try:
        feasible = hourly_between(pv, load, coarse, bound)
    except PlanError:
        feasible = math.nan
    common = {"size": hours, "unit": "s", "peer_name": "PyPSA", "options": OPTIONS}
    theirs = statistics.median(taken["peer"]) if other else None
    rows = []
    for name in ("whole", "merged"):
        mine = statistics.median(taken[name])
        if name == "whole":
            error = abs(objective - other["objective"]) / objective if other else None
        else:
            error = (feasible - bound.objective) / feasible if feasible == feasible else None
        rows.append(
            {
                "job": "dispatch of a year" + (", merged steps" if name == "merged" else ""),
                **common,
                "ours": mine,
                "peer": theirs,
                "ratio": theirs / mine if theirs else None,
                "error": error,
                "error_unit": "of the objective",
                "memory_mb": peak_memory_mb(lambda m=name: dispatch(pv, load, m == "merged")),
                "peer_memory_mb": other["memory_mb"] if other else None,
                "steps": hours if name == "whole" else coarse.steps.count,
            }
        )
    return rows


if __name__ == "__main__":
    options = arguments(__doc__, hours=8760, repeats=3)
    for row in measure(options.hours, options.repeats):
        show(row, options.json)
