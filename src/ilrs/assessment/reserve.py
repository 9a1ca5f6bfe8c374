"""What the station keeps for missions to come: kilowatts and ports, by the date they arrive.

The mean is what the plan leaves over. The kilowatts of every hour are found by living the period
again by rule with a steady keep-alive load more, and once more without any single unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment.history import SERVED
from ilrs.environment.compute import compute_environment
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun
from ilrs.operations.run import with_period
from ilrs.scenario.ports import ports_at
from ilrs.scenario.schema import Scenario
from ilrs.simulation.faults import NONE, Faults, ListedFault, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import initial_state, laws_of, new_record
from ilrs.simulation.simulate import blocks, orders_of, part_of

Floats = NDArray[np.float64]
Told = Callable[[int, int], None]

BLOCK = 16_384
STEP = 3600.0
"""Step of the lives by rule [s], or the run's where that is longer."""
FINE = 20.0
"""Kilowatts are found to this [W]."""


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
    modes = _losses(network)
    dates = _dates(scenario)
    rows = []
    for k, (first, last, names) in enumerate(dates):
        firm = _firm(network, scenario.rules.reserve, first, NONE)
        least, worst = firm, ""
        for done, (mode, faults) in enumerate(modes):
            if least > 0.0:
                left = _firm(network, scenario.rules.reserve, first, faults, least)
                least, worst = (left, mode) if left < least else (least, worst)
            if told:
                told(k * len(modes) + done + 1, len(dates) * len(modes))
        rows.append(
            {
                "from": str(network.clock.times[first]),
                "for": ", ".join(names),
                "mean_kw": _left_over(
                    stored, first * network.clock.step, last * network.clock.step
                ),
                "firm_kw": firm / 1e3,
                "firm_after_loss_kw": least / 1e3,
                "loss": worst,
                **_ports(scenario, network.clock.times[first]),
            }
        )
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


def _losses(network: Network) -> list[tuple[str, Faults]]:
    """Every single loss of a unit, from the beginning and for good."""
    sure = replace(network, failures=tuple(replace(m, mtbf=np.inf) for m in network.failures))
    return [
        (mode.name, draw_faults(sure, {}, [ListedFault(mode.name, 0.0, np.inf)], 0))
        for mode in network.failures
        if mode.flows
    ]


def _firm(
    network: Network, reserve_: float, first: int, faults: Faults, most: float | None = None
) -> float:
    """The largest steady load [W], up to `most`, from step `first` on that sheds no keep-alive
    that would not go unserved without it.
    """
    without = _unserved(network, reserve_, first, 0.0, faults)

    def lives(power: float) -> bool:
        return _unserved(network, reserve_, first, power, faults, without) <= without

    low, high = 0.0, most or 1e3
    if most is not None and lives(most):
        return most
    while most is None and lives(high):
        low, high = high, 2.0 * high
    while high - low > FINE:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if lives(middle) else (low, middle)
    return low


def _unserved(
    network: Network,
    reserve_: float,
    first: int,
    power: float,
    faults: Faults,
    enough: float = np.inf,
) -> float:
    """Keep-alive energy [J] unserved from step `first` on with `power` [W] more of it asked for.

    Stops looking when it is more than `enough`.
    """
    loaded = _with_load(network, first, power)
    sinks, flows = loaded.sinks, loaded.flows
    electric = np.array([flows.carriers[f] == "electricity" for f in flows.of("sink")])
    firm = electric & ~sinks.flexible & ~sinks.dump
    vital = np.nonzero(firm & (sinks.priority == KEEP_ALIVE))[0]
    laws = laws_of(loaded)
    state, room = initial_state(laws), new_record(laws, min(BLOCK, loaded.clock.count))
    orders = orders_of(loaded, None, np.zeros(0, dtype=np.bool_), reserve_)
    total = 0.0
    for start, stop in blocks(loaded.clock.count, 0, BLOCK):
        part = part_of(room, 0, stop - start)
        advance(laws, state, faults.events, orders, part, start, stop)
        wanted = part.wanted[:, vital].sum(axis=1)
        short = wanted - part.flow[:, flows.first["sink"] + vital].sum(axis=1)
        after = np.arange(start, stop) >= first
        told = after & (short > SERVED * np.maximum(wanted, 1.0))
        total += float(short[told].sum() * loaded.clock.step)
        if total > enough:
            break
    return total


def _with_load(network: Network, first: int, power: float) -> Network:
    """The network with `power` [W] more asked for, from step `first`, by its largest keep-alive
    load; the heat that this would bring to a warm box is taken from it again.
    """
    flows, sinks, masses = network.flows, network.sinks, network.masses
    numbers = np.array(flows.of("sink"))
    vital = ~sinks.flexible & ~sinks.dump & (sinks.priority == KEEP_ALIVE)
    chosen = int(numbers[np.argmax(np.where(vital, flows.cap[numbers], -1.0))])
    more = np.where(np.arange(network.clock.count) >= first, power, 0.0)
    rows = [*network.profiles, network.capacity(chosen) + more]
    cap, profile, absorbed = flows.cap.copy(), flows.profile.copy(), masses.absorbed.copy()
    cap[chosen], profile[chosen] = 1.0, len(rows) - 1
    heats = network.incidence[masses.node][:, [chosen]].toarray().ravel()
    for m in np.nonzero(heats)[0]:
        rows.append(network.profiles[absorbed[m]] - heats[m] * more)
        absorbed[m] = len(rows) - 1
    return replace(
        network,
        profiles=np.array(rows),
        flows=replace(flows, cap=cap, profile=profile),
        masses=replace(masses, absorbed=absorbed),
    )


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
