"""The plan of a whole period: dispatch over merged steps, in one window or rolling ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from threading import Event, Lock

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import PlanError
from ilrs.network.network import Network
from ilrs.planning.answers import Answers
from ilrs.planning.dispatch import Dispatch, Start, Window, heat_of
from ilrs.planning.plan import Plan
from ilrs.planning.steps import PlanSteps, merge_steps

Floats = NDArray[np.float64]

LONGEST = 12 * 3600.0
"""Longest plan step [s]."""
TOLERANCE = 0.02
"""Profiles within this share of their peak may share a plan step."""
WINDOW = 1000
"""Plan steps a window decides."""
LINEAR = 0.005
"""Largest error of linearised heat laws, as a share of the heat that passes."""
RELINEARISE = 3
"""How often a window is solved again at most for that."""
CHAIN = 4
"""Windows that follow one another where chains of them are answered side by side."""
SAME = 1e-6
"""Share of its capacity by which what a store holds may differ for a window to be the same."""
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
    heat: Floats,
    *,
    answers: Answers | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """The best plan of `network` over its clock, with steps of `finest` seconds or more.

    Passive heat is linear about the temperatures that balance `heat` (steps, masses) [W], such as
    flows by rule alone, and about those of the plan itself where that is off by more than `LINEAR`.
    Windows of `WINDOW` plan steps follow one another, each looking `OVERLAP` further. `answers` are
    those of earlier plans of a like station: only what has changed is solved again, and the search
    begins from what the last of them answered over the same steps.
    """
    answers = answers or Answers()
    dispatch, state = begun(network, finest, heat, answers)
    firsts = list(range(0, dispatch.steps.count, WINDOW))
    places = [_place(dispatch, first) for first in firsts]
    earlier = {first: answers.window(place) for first, place in zip(firsts, places, strict=True)}
    tell = _Counted(progress, len(firsts) + len(firsts[CHAIN:]))
    answered = []
    with _ahead(dispatch, firsts[CHAIN:], earlier, tell) as ahead:
        for first in firsts:
            known = ahead[first].result() if first in ahead else None
            if known is None or not _alike(network, known.start, state):
                known = _answered(dispatch, first, state, known or earlier[first])
            answered.append(known)
            state = known.after
            tell()
    answers.remember(dict(zip(places, answered, strict=True)))
    return _join(network, dispatch, answered)


class _Counted:
    """Tells a progress how many windows of `of` are answered, from any thread."""

    def __init__(self, progress: Callable[[int, int], None] | None, of: int) -> None:
        self.progress, self.of, self.done, self.lock = progress, of, 0, Lock()

    def __call__(self) -> None:
        with self.lock:
            self.done += 1
            if self.progress is not None:
                self.progress(self.done, self.of)


def begun(
    network: Network, finest: float, heat: Floats, answers: Answers | None = None
) -> tuple[Dispatch, Start]:
    """The dispatch of the whole period, linear about `heat`, and where it starts."""
    answers = answers or Answers()
    answers.next_plan()
    steps = plan_steps(network, finest)
    reference = np.zeros((steps.count, len(network.masses.names)))
    dispatch = Dispatch(network, steps, reference, solver=answers.solve)
    dispatch.reference[:] = dispatch.balanced(steps.mean(heat, axis=0))
    return dispatch, _unused(dispatch, 0)


def _place(dispatch: Dispatch, first: int) -> Hashable:
    """What two windows have in common whose programmes have the same rows and columns."""
    steps, network = dispatch.steps, dispatch.network
    last = min(first + WINDOW + OVERLAP, steps.count)
    names = (network.flows.names, network.stores.names, network.masses.names)
    return steps.first[first : last + 1].tobytes(), *map(tuple, names)


def _unused(dispatch: Dispatch, first: int) -> Start:
    """The station as if nothing had flowed until plan step `first`: stores hold what they came
    with, and have aged by the calendar alone.
    """
    stores, steps = dispatch.network.stores, dispatch.steps
    at = int(steps.first[first])
    content = np.where(stores.arrival <= at, stores.initial, 0.0)
    fade = np.clip(stores.fade_rate * (at - stores.arrival).clip(0) * steps.step, 0.0, 1.0)
    return Start(content, fade, dispatch.network.masses.initial.copy())


@dataclass(frozen=True)
class _Answered:
    """A window with where it started, what it was linear about, and where the next one starts."""

    first: int
    kept: int
    start: Start
    window: Window
    reference: Floats
    after: Start


@contextmanager
def _ahead(
    dispatch: Dispatch,
    firsts: list[int],
    earlier: Mapping[int, _Answered | None],
    done: Callable[[], None],
) -> Iterator[dict[int, Future[_Answered | None]]]:
    """Windows answered in chains of `CHAIN` beside the true one, each from an unused station.

    What a station holds at a time depends little on how it began months before, so that a chain
    that began elsewhere needs few steps of the simplex method to be right, or none. A window that
    an `earlier` plan had begins as it did there.
    """
    found: dict[int, Future[_Answered | None]] = {first: Future() for first in firsts}
    stopped = Event()

    def chain(members: list[int]) -> None:
        answer = None
        for first in members:
            if stopped.is_set():
                return
            try:
                before = earlier[first]
                if before is not None:
                    start = before.start
                else:
                    start = _unused(dispatch, first) if answer is None else answer.after
                answer = _answered(dispatch, first, start, before)
            except PlanError:
                answer = None  # such a beginning may not exist; the true one is tried in its turn
            except Exception as error:
                found[first].set_exception(error)
                return
            found[first].set_result(answer)
            done()

    with ThreadPoolExecutor(max(len(os.sched_getaffinity(0)) - 1, 1)) as pool:
        try:
            for i in range(0, len(firsts), CHAIN):
                pool.submit(chain, firsts[i : i + CHAIN])
            yield found
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)


def _alike(network: Network, one: Start, other: Start) -> bool:
    """Whether a window has the same answer from both, to the six digits of a plan's numbers."""
    most = np.where(np.isfinite(network.stores.capacity), network.stores.capacity, one.content)
    content = np.abs(one.content - other.content) <= SAME * most
    return bool(content.all() and (np.abs(one.fade - other.fade) <= SAME).all())


def _answered(
    dispatch: Dispatch, first: int, start: Start, like: _Answered | None = None
) -> _Answered:
    """A window, linearised again about its own temperatures while its heat laws are off."""
    steps = dispatch.steps
    keep = min(first + WINDOW, steps.count)
    last = min(keep + OVERLAP, steps.count)
    own = copy(dispatch)
    own.reference = dispatch.reference.copy()
    if like is not None:
        own.reference[first:last] = like.reference
    window = own.solve(first, last, start, like.window if like is not None else None)
    for _ in range(RELINEARISE):
        if passive_error(own, window.temperature, first) <= LINEAR:
            break
        own.reference[first:last] = own.balanced(heat_of(own.network, window.flow), first)
        window = own.solve(first, last, start, like=window)
    after = _after(own.network, steps, window, first, keep, start)
    return _Answered(first, keep - first, start, window, own.reference[first:last], after)


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


def _join(network: Network, dispatch: Dispatch, answered: list[_Answered]) -> Plan:
    steps = dispatch.steps
    windows = [(each.kept, each.window) for each in answered]
    flow = np.concatenate([w.flow[:n] for n, w in windows])
    temperature = np.concatenate([w.temperature[:n] for n, w in windows])
    dispatch.reference[:] = np.concatenate([each.reference[: each.kept] for each in answered])
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
    weight = dispatch.hours[first:last, None] * dispatch.present(first, last)
    passed = (np.abs(true) * weight).sum(axis=0)
    off = (np.abs(linear - true) * weight).sum(axis=0)
    return float((off / np.maximum(passed, 1e-300)).max())
