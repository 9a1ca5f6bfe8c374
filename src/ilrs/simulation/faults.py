"""Failures: drawn from a seed or listed, as changes of health over time."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import ScenarioError
from ilrs.flows.primitives import FailureMode
from ilrs.network.network import Network
from ilrs.physics.photovoltaic import kelly_cosine, turned_away
from ilrs.simulation.laws import GONE, Events


@dataclass(frozen=True)
class ListedFault:
    """A failure that happens for certain: `units` of `mode` at `second` from the clock's start.

    They are back after `repair` [s].
    """

    mode: str
    second: float
    repair: float
    units: int = 1


@dataclass(frozen=True)
class Incident:
    """A unit that fails or is back: at simulation step `step`, unit count `failed` from then on."""

    step: int
    mode: str
    what: str
    failed: int
    listed: bool


@dataclass(frozen=True)
class Faults:
    """Incidents in order, and the changes of health they make."""

    incidents: tuple[Incident, ...]
    events: Events

    def failed(self, mode: str, count: int) -> NDArray[np.int64]:
        """Failed units of a mode in every step, shape (count,)."""
        series = np.zeros(count, dtype=np.int64)
        for incident in self.incidents:
            if incident.mode == mode:
                series[incident.step :] = incident.failed
        return series


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE = Faults((), Events(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)))


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one purpose, independent of how many others there are, and of order."""
    key = zlib.crc32(name.encode())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))


def draw_faults(
    network: Network,
    arrivals: Mapping[str, int],
    listed: Sequence[ListedFault],
    seed: int,
) -> Faults:
    """Failures of every mode over the clock: exponential times from `seed`, plus the listed ones.

    `arrivals` gives the step at which each component (the part of the mode's name before the dot)
    begins to age. A failed unit does not age while it is repaired. What fails or is back within a
    step has done so for the whole step.
    """
    end = network.clock.count * network.clock.step
    moments: list[tuple[float, int, str, int, bool]] = []
    modes = {mode.name: mode for mode in network.failures}
    for mode in network.failures:
        begins = arrivals.get(mode.name.rsplit(".", 1)[0], 0) * network.clock.step
        for failure, repair in _lives(mode, begins, end, stream(seed, mode.name)):
            moments.append((failure, 1, mode.name, +1, False))
            if repair < end:
                moments.append((repair, 0, mode.name, -1, False))
    for fault in listed:
        _check(fault, modes, end)
        moments += [(fault.second, 1, fault.mode, +fault.units, True)]
        if fault.second + fault.repair < end:
            moments += [(fault.second + fault.repair, 0, fault.mode, -fault.units, True)]
    moments = [m for m in moments if m[0] < end]
    moments.sort(key=lambda m: (m[0], m[1], m[2]))
    return _replay(network, modes, moments)


def _check(fault: ListedFault, modes: Mapping[str, FailureMode], end: float) -> None:
    """Refuse a listed fault that cannot happen."""
    if fault.mode not in modes:
        raise ScenarioError(
            f"a fault is listed for {fault.mode!r}, which no component has",
            remedy=f"failure modes are {', '.join(sorted(modes)) or 'none at all'}",
        )
    units = modes[fault.mode].units
    if not 1 <= fault.units <= units:
        raise ScenarioError(
            f"{fault.units} units of {fault.mode} are listed to fail; there are {units}",
            remedy=f"list 1 to {units} units",
        )
    if not (0.0 <= fault.second < end and fault.repair >= 0.0):
        raise ScenarioError(
            f"{fault.mode} is listed to fail at second {fault.second:g} for {fault.repair:g} s; "
            f"the period has {end:g} s",
            remedy="list faults within the period",
        )


def _lives(
    mode: FailureMode, begins: float, end: float, random: np.random.Generator
) -> list[tuple[float, float]]:
    """(failure, repair) times [s] of every unit of a mode.

    Exponential times between failures: the number of failures is Poisson's, with the rate 1/MTBF.
    """
    if not np.isfinite(mode.mtbf):
        return []
    lives = []
    for _ in range(mode.units):
        time = begins + random.exponential(mode.mtbf)
        while time < end:
            lives.append((time, time + mode.repair))
            time += mode.repair + random.exponential(mode.mtbf)
    return lives


def _replay(
    network: Network,
    modes: Mapping[str, FailureMode],
    moments: Sequence[tuple[float, int, str, int, bool]],
) -> Faults:
    """Walk through the moments, keeping counts, and note each flow's health as it changes."""
    index = {name: i for i, name in enumerate(network.flows.names)}
    first_group = len(network.flows.names)
    index |= {name: first_group + i for i, name in enumerate(network.groups.names)}
    failed = dict.fromkeys(modes, 0)
    touching: dict[str, list[FailureMode]] = {}
    for mode in modes.values():
        for flow in mode.flows:
            touching.setdefault(flow, []).append(mode)
    changing = [m.name for m in modes.values() if m.bearing is not None or m.losses is not None]
    stuck_since: dict[str, int] = {}
    incidents: list[Incident] = []
    changes: list[tuple[Ints, int, Floats]] = []

    def tell(flows: Iterable[str], steps: Ints) -> None:
        """The health of flows over `steps`, in which nothing fails or is mended."""
        for flow in flows:
            left = np.ones(len(steps))
            if any(mode.gone and failed[mode.name] > 0 for mode in touching[flow]):
                changes.append((steps, index[flow], left * GONE))
                continue
            for mode in touching[flow]:
                units = min(max(failed[mode.name], 0), mode.units)
                if mode.bearing is not None and units:
                    left *= held_share(mode.bearing, stuck_since[mode.name], steps)
                if mode.losses is not None and units:
                    left *= np.maximum(1.0 - mode.losses[units - 1, steps], 0.0)
                else:
                    left *= max(1.0 - mode.loss * units, 0.0)
            changes.append((steps, index[flow], left))

    def turn(first: int, last: int) -> None:
        """Between two moments only what is lost by bearing or by step changes."""
        flows = {f for n in changing if failed[n] > 0 for f in modes[n].flows}
        if flows and last > first + 1:
            tell(sorted(flows), np.arange(first + 1, last))

    before = 0
    for second, _, name, change, listed in moments:
        step = int(second // network.clock.step)
        turn(before, step + 1)
        before = step
        failed[name] += change
        count = min(max(failed[name], 0), modes[name].units)
        what = "fails" if change > 0 else "is back"
        incidents.append(Incident(step, name, what, count, listed))
        if modes[name].bearing is not None and change > 0:
            stuck_since[name] = step
        tell(modes[name].flows, np.array([step]))
    turn(before, network.clock.count)
    return Faults(tuple(incidents), _events(changes))


def held_share(bearing: Floats, since: int, steps: Ints) -> Floats:
    """Share of output at `steps` of what points where its bearing was at step `since` [1].

    The Kelly cosine of the angle between the bearings [rad] then and now.
    """
    return kelly_cosine(turned_away(bearing[steps], float(bearing[since])))


def _events(changes: Sequence[tuple[Ints, int, Floats]]) -> Events:
    """Changes as arrays in the order of their steps; within a step, in that they were told."""
    if not changes:
        return NONE.events
    step = np.concatenate([steps for steps, _, _ in changes]).astype(np.int64)
    target = np.concatenate([np.full(len(steps), flow) for steps, flow, _ in changes])
    order = np.argsort(step, kind="stable")
    return Events(
        step[order],
        target[order].astype(np.int64),
        np.concatenate([left for _, _, left in changes])[order],
    )
