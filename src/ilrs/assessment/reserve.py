"""What the station keeps for missions to come: kilowatts and ports, by the date they arrive.

The mean is what the plan leaves over. The kilowatts of every hour are found by living the period
again by rule with a steady keep-alive load more, and once more without any single unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ilrs.assessment.spare_power import Told, spare_power
from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun
from ilrs.operations.run import with_period
from ilrs.scenario.ports import ports_at
from ilrs.scenario.schema import Scenario

STEP = 3600.0
"""Step of the lives by rule [s], or the run's where that is longer."""


def reserve(stored: StoredRun, told: Told | None = None) -> dict[str, Any]:
    """What a stored run's station keeps from every later mission's date to the next, as data.

    `mean_kw` is electricity the plan leaves over; `firm_kw` the largest steady load more, beside
    the largest keep-alive load, that sheds no keep-alive in any step to the period's end;
    `firm_after_loss_kw` the same with the worst single unit, `loss`, lost from the beginning and
    for good. `ports` are those still free once who comes has plugged in, `ports_at` by place; None
    where no facility states any. Heat stays with who draws it.
    """
    loaded = scenario_of_run(stored)
    loaded = with_period(loaded, step=max(STEP, float(stored.dataset.attrs["step_s"])))
    scenario = loaded.scenario
    environment = compute_environment(scenario, clock_of(scenario), every_height=False)
    network = assemble(scenario, environment)
    dates = _dates(scenario)
    spare = spare_power(network, scenario.rules.reserve, [first for first, _, _ in dates], told)
    step = network.clock.step
    rows = [
        {
            "from": str(network.clock.times[first]),
            "for": ", ".join(names),
            "mean_kw": _left_over(stored, first * step, last * step),
            "firm_kw": kept.firm / 1e3,
            "firm_after_loss_kw": kept.after_loss / 1e3,
            "loss": kept.loss,
            **_ports(scenario, network.clock.times[first]),
        }
        for (first, last, names), kept in zip(dates, spare, strict=True)
    ]
    return {"by_date": rows, "words": _words(rows)}


def _words(rows: Sequence[dict[str, Any]]) -> list[str]:
    free = [
        f"ports free from {row['from'][:10]}: "
        + ", ".join(f"{p['free']} of {p['offered']} at {n}" for n, p in row["ports_at"].items())
        for row in rows
        if row["ports_at"]
    ]
    return free + [
        f"from {row['from'][:10]} the loss of {row['loss']} takes "
        f"{row['firm_kw'] - row['firm_after_loss_kw']:.2f} kW of it"
        for row in rows
        if row["loss"]
    ]


def _ports(scenario: Scenario, date: np.datetime64) -> dict[str, Any]:
    """Ports at a date, in all and by place."""
    places = ports_at(scenario, date)
    return {
        "ports": sum(p.free for p in places) if places else None,
        "ports_at": {
            p.place: {"offered": p.offered, "free": p.free, "takers": list(p.takers)}
            for p in places
        },
    }


def _dates(scenario: Scenario) -> list[tuple[int, int, list[str]]]:
    """Steps from one later mission to the next, with who comes: (first, last, names)."""
    clock = clock_of(scenario)
    coming: dict[int, list[str]] = {0: []}
    for name, mission in scenario.missions.items():
        if clock.start < mission.arrives < clock.stop:
            coming.setdefault(clock.index(mission.arrives), []).append(name)
    firsts = sorted(coming)
    ends = [*firsts[1:], clock.count]
    return [(a, b, coming[a] or ["anybody"]) for a, b in zip(firsts, ends, strict=True)]


def _left_over(stored: StoredRun, begins: float, ends: float) -> float:
    """Mean electricity [kW] that the plan leaves between two seconds of the run: what sources
    could give and it does not take, and what it dumps.
    """
    data, plan, step = stored.dataset, stored.plan, float(stored.dataset.attrs["step_s"])
    carrier, kind = data["carrier"].values, data["flow_kind"].values
    sinks = data["sink"].values
    dumps = sinks[data["dump"].values & (carrier[kind == "sink"] == "electricity")]
    electric = carrier[kind == "source"] == "electricity"
    sources = data["source"].values[electric]
    could = data["available"].values[:, electric].sum(axis=1).astype(np.float64) * step
    within = slice(round(begins / step), round(ends / step))
    edges = plan.first * step
    inside = np.clip(np.minimum(edges[1:], ends) - np.maximum(edges[:-1], begins), 0.0, None)
    column = {name: k for k, name in enumerate(plan.flow_names)}
    taken = plan.flow[:, [column[n] for n in sources]].sum(axis=1) @ inside
    dumped = plan.flow[:, [column[n] for n in dumps]].sum(axis=1) @ inside
    return float((could[within].sum() - taken + dumped) / (ends - begins) / 1e3)
