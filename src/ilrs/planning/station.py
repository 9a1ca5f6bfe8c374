"""The plan of a whole period: dispatch over merged steps, in one window or rolling ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ilrs.network.network import Network
from ilrs.planning.dispatch import Dispatch, Start, Window
from ilrs.planning.plan import Plan
from ilrs.planning.steps import PlanSteps, merge_steps

Floats = NDArray[np.float64]

LONGEST = 12 * 3600.0
"""Longest plan step [s]."""
TOLERANCE = 0.02
"""Profiles within this share of their peak may share a plan step."""
WINDOW = 1000
"""Plan steps a window decides."""
LINEAR = 0.02
"""Largest error of linearised heat laws, as a share of the heat that passes."""
RELINEARISE = 3
"""How often a window is solved again at most for that."""
OVERLAP = 250
"""Plan steps a window looks further: some seven weeks."""


def plan_steps(network: Network, finest: float) -> PlanSteps:
    """Plan steps of at least `finest` seconds over what limits power and matter.

    Contacts do not break steps: recorders hold days of data, so their mean rate is what counts.
    """
    rows = sorted({int(r) for r in network.flows.profile if r >= 0})
    breaks = np.unique(np.concatenate([network.stores.arrival, network.masses.arrival]))
    profiles = network.profiles[rows] if rows else np.ones((1, network.clock.count))
    return merge_steps(
        profiles, network.clock.step, finest, max(LONGEST, finest), TOLERANCE, breaks
    )


def plan_station(
    network: Network,
    finest: float,
    forecast: Floats,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """The best plan of `network` over its clock, with steps of `finest` seconds or more.

    `forecast` (steps, flows) [unit/s] is what flows by rule alone: passive heat is linear about the
    temperatures that balance it, and about those of the plan itself where that is off by more than
    `LINEAR`. Windows of `WINDOW` plan steps follow one another, each looking `OVERLAP` further.
    """
    dispatch, state = begun(network, finest, forecast)
    steps = dispatch.steps
    windows: list[tuple[int, Window]] = []
    first = 0
    while first < steps.count:
        keep = min(first + WINDOW, steps.count)
        window = _solve(dispatch, first, min(keep + OVERLAP, steps.count), state)
        windows.append((keep - first, window))
        state = _after(network, steps, window, first, keep, state)
        first = keep
        if progress:
            progress(first, steps.count)
    return _join(network, steps, dispatch, windows)


def begun(network: Network, finest: float, forecast: Floats) -> tuple[Dispatch, Start]:
    """The dispatch of the whole period, linear about `forecast`, and where it starts."""
    steps = plan_steps(network, finest)
    dispatch = Dispatch(network, steps, np.zeros((steps.count, len(network.masses.names))))
    dispatch.reference[:] = dispatch.balanced(steps.mean(np.ascontiguousarray(forecast.T)).T)
    start = Start(
        content=np.where(network.stores.arrival == 0, network.stores.initial, 0.0),
        fade=np.zeros(len(network.stores.names)),
        temperature=network.masses.initial.copy(),
    )
    return dispatch, start


def _solve(dispatch: Dispatch, first: int, last: int, start: Start) -> Window:
    """A window, linearised again about its own temperatures while its heat laws are off."""
    window = dispatch.solve(first, last, start)
    for _ in range(RELINEARISE):
        if passive_error(dispatch, window.temperature, first) <= LINEAR:
            break
        dispatch.reference[first:last] = dispatch.balanced(window.flow, first)
        window = dispatch.solve(first, last, start, like=window)
    return window


def _after(
    network: Network, steps: PlanSteps, window: Window, first: int, keep: int, start: Start
) -> Start:
    """Where the next window starts; calendar fade and the fade of what was discharged."""
    stores, part = network.stores, slice(0, keep - first)
    discharge = window.flow[part, network.flows.first["discharge"] :][:, : len(stores.names)]
    seconds = steps.length[first:keep]
    fade = start.fade + stores.fade_rate * seconds.sum()
    fade = fade + stores.fade_per_unit * (discharge * seconds[:, None]).sum(axis=0)
    return Start(
        window.level[keep - first - 1],
        np.clip(fade, 0.0, 1.0),
        window.temperature[keep - first - 1],
    )


def _join(
    network: Network, steps: PlanSteps, dispatch: Dispatch, windows: list[tuple[int, Window]]
) -> Plan:
    flow = np.concatenate([w.flow[:n] for n, w in windows])
    temperature = np.concatenate([w.temperature[:n] for n, w in windows])
    return Plan(
        first=steps.first,
        flow=flow,
        level=np.concatenate([w.level[:n] for n, w in windows]),
        temperature=temperature,
        flow_names=network.flows.names,
        store_names=network.stores.names,
        unserved=_unserved(network, steps, dispatch, flow),
        passive_error=passive_error(dispatch, temperature),
        windows=len(windows),
        solver="HiGHS",
    )


def _unserved(
    network: Network, steps: PlanSteps, dispatch: Dispatch, flow: Floats
) -> dict[str, float]:
    """Energy the plan leaves unserved [J], by priority."""
    sinks = network.sinks
    caps = dispatch.caps()
    total: dict[str, float] = {}
    for k, f in enumerate(network.flows.of("sink")):
        if sinks.flexible[k] or sinks.dump[k]:
            continue
        short = np.maximum(caps[f] - flow[:, f], 0.0) @ steps.length
        name = str(int(sinks.priority[k]))
        total[name] = total.get(name, 0.0) + float(short)
    return total


def passive_error(dispatch: Dispatch, temperature: Floats, first: int = 0) -> float:
    """Worst mass's error of the linear heat laws over plan steps from `first`, as a share of its
    heat.
    """
    if not temperature.size:
        return 0.0
    last = first + len(temperature)
    reference = dispatch.reference[first:last]
    constant, slope = dispatch.passive(first, last, reference)
    true, _ = dispatch.passive(first, last, temperature)
    linear = constant + slope * (temperature - reference)
    weight = dispatch.hours[first:last, None]
    passed = (np.abs(true) * weight).sum(axis=0)
    off = (np.abs(linear - true) * weight).sum(axis=0)
    return float((off / np.maximum(passed, 1e-300)).max())
