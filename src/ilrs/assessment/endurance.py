"""Earth out: how long the station keeps itself alive when no new plan comes.

From every start the plan that was uploaded lasts for some days, followed by the computers on the
Moon that live; then the executive goes by its rules alone, to the first keep-alive violation.
Nobody sets out on what was not uploaded; vehicles that are out when the plan ends come home as
planned, and until the last of them is there, others too do what was scheduled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment.history import SERVED
from ilrs.components.mobile import CHARGER
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.network import Network
from ilrs.operations.authority import MOON, NOBODY
from ilrs.planning.plan import Plan
from ilrs.simulation.faults import Faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import Orders, Record, State, initial_state, laws_of, new_record
from ilrs.simulation.simulate import copy_of, orders_of, part_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAY = 86400.0
EVERY = 6 * 3600.0
"""Starts lie this far apart [s]."""
SELDOM = 8 * DAY
"""Starts of what every run tells lie this far apart [s], which takes seconds over five years."""
LASTS = 14 * DAY
"""How long an uploaded plan lasts [s]."""
CAP = 90 * DAY
"""Looked at no longer than this [s]."""
ALIKE_CONTENT = 1e-4
"""Two states are one when contents that serve keep-alive loads differ by less than this share of
capacity, ..."""
ALIKE_KELVIN = 0.05
"""... temperatures by less than this [K], and health, modes and events not at all."""


@dataclass(frozen=True)
class Endurance:
    """Seconds to the first keep-alive violation, from every start (a step), `CAP` at most."""

    clock: Clock
    starts: Ints
    lasted: Floats

    def as_data(self, every: float = EVERY) -> dict[str, Any]:
        """The distribution in days, and the worst start."""
        days = self.lasted / DAY
        points = (0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0)
        worst = int(np.argmin(self.lasted))
        begins = self.clock.start + np.timedelta64(int(self.starts[worst]) * self.clock.step, "s")
        return {
            "starts": len(self.starts),
            "every_h": every / 3600.0,
            "plan_lasts_d": LASTS / DAY,
            "cap_d": CAP / DAY,
            "days": {f"p{p:g}": float(np.percentile(days, p)) for p in points},
            "share_at_cap": float(np.mean(self.lasted >= CAP)),
            **self._by_day(),
            "worst": {"begins": str(begins), "days": float(days[worst])},
        }

    def _by_day(self) -> dict[str, Any]:
        """The least of the starts of every day [d], from day `first_day` of the period on.

        Days without a start hold what the day before held.
        """
        day = (self.starts * self.clock.step // DAY).astype(np.int64)
        first = int(day[0])
        least = np.full(int(day[-1]) - first + 1, np.inf)
        np.minimum.at(least, day - first, self.lasted / DAY)
        known = np.maximum.accumulate(np.where(np.isfinite(least), np.arange(least.size), 0))
        return {"first_day": first, "least_by_day": np.round(least[known], 3).tolist()}


def endurance_of(
    network: Network,
    resting: Callable[[], Network],
    faults: Faults,
    plan: Plan,
    authority: NDArray[np.int8],
    reserve: float,
) -> dict[str, Any] | None:
    """The endurance of a run as data, from starts every `SELDOM`; None where its period is too
    short to look.
    """
    if network.clock.count * network.clock.step < CAP:
        return None
    try:
        found = endurance(network, resting(), faults, plan, authority, reserve, every=SELDOM)
    except UserError:  # nobody to keep alive that long before the end
        return None
    return found.as_data(SELDOM)


def endurance(
    network: Network,
    resting: Network,
    faults: Faults,
    plan: Plan,
    authority: NDArray[np.int8],
    reserve: float,
    *,
    every: float = EVERY,
    lasts: float = LASTS,
    cap: float = CAP,
    exact: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Endurance:
    """The endurance of `network` from starts `every` [s], the plan lasting `lasts`, up to `cap`.

    `resting` is the same station with nothing scheduled: what it is once the uploaded plan ends.
    Before its start a branch lived as the run did, with the same `faults`; `authority` (steps,)
    tells who commands while Earth is there. A start is looked at when keep-alive loads are owed and
    `cap` lies within the period. Branches that come to the same state go on as one (see
    `ALIKE_CONTENT`), unless `exact`. Raises `UserError` for a period without any start.
    """
    step = network.clock.step
    stride, plan_steps, most = (max(round(s / step), 1) for s in (every, lasts, cap))
    # Branches are lived, and looked at for being alike, in pieces that fit all three.
    gap = math.gcd(stride, plan_steps, most)
    world = _World(network, resting, faults, plan, authority, reserve, gap, exact)
    last = network.clock.count - most
    # While computers on the Moon follow it, the uploaded plan is lived as the run lived it.
    differs = np.cumsum(world.as_lived.commanded != world.uploaded.commanded)
    lived, ahead = _Lived(world), _Lived(world)
    starts: list[int] = []
    lasted: list[float] = []
    before: _Branch | None = None
    for start in range(0, max(last + 1, 0), stride):
        lived.reach(start)
        if not world.owed(start):
            continue
        alone = min(start + plan_steps, start + most)
        if differs[alone - 1] == (differs[start - 1] if start else 0):
            ahead.reach(alone)
            branch = _Branch(world, copy_of(ahead.state), alone, alone, before)
            branch.found = next((v for v in ahead.violations if v >= start), None)
        else:
            branch = _Branch(world, copy_of(lived.state), start, alone, before)
        broken = branch.broken(start + most)
        starts.append(start)
        lasted.append((broken - start) * step)
        before = branch
        if progress:
            progress(min(start + stride, last + 1), last + 1)
    if not starts:
        raise UserError(
            f"no start has {cap / DAY:g} days of the period and a keep-alive load before it",
            remedy="run a longer period",
        )
    return Endurance(network.clock, np.array(starts, dtype=np.int64), np.array(lasted))


class _World:
    """The station's laws and orders, and room to live a little of it."""

    def __init__(
        self,
        network: Network,
        resting: Network,
        faults: Faults,
        plan: Plan,
        authority: NDArray[np.int8],
        reserve: float,
        gap: int,
        exact: bool,
    ) -> None:
        self.network, self.laws, self.events = network, laws_of(network), faults.events
        self.at_rest = self.laws if resting is network else laws_of(resting)
        chargers = [f for f, n in enumerate(network.flows.names) if n.endswith(f".{CHARGER}")]
        self.away = [network.capacity(f) < resting.capacity(f) for f in chargers]
        self.gap, self.exact = gap, exact
        self.as_lived = orders_of(network, plan, authority != NOBODY, reserve)
        self.uploaded = orders_of(network, plan, authority == MOON, reserve)
        nobody = np.zeros(network.clock.count, dtype=np.bool_)
        self.alone = orders_of(network, plan, nobody, reserve)
        self.room = new_record(self.laws, gap)
        sinks, flows = network.sinks, network.flows
        powered = np.array([flows.carriers[f] == "electricity" for f in flows.of("sink")])
        firm = powered & ~sinks.flexible & ~sinks.dump & (sinks.priority == KEEP_ALIVE)
        self.vital = np.nonzero(firm)[0]
        self.served = flows.first["sink"] + self.vital
        self.serving = _serving(network, self.served)
        self.scale = np.maximum(network.stores.capacity, 1e-300)[self.serving]

    def owed(self, step: int) -> bool:
        """Whether any keep-alive load is owed its power in a step."""
        part = slice(step, step + 1)
        return any(self.network.capacity(int(f), part)[0] > 0.0 for f in self.served)

    def home(self, step: int) -> int:
        """When the last vehicle that is out in a step has come home."""
        out = [away for away in self.away if step < len(away) and away[step]]
        return max((step + _length(away[step:]) for away in out), default=step)

    def part(
        self, state: State, first: int, last: int, orders: Orders, *, at_rest: bool = False
    ) -> Record:
        part = part_of(self.room, 0, last - first)
        laws = self.at_rest if at_rest else self.laws
        advance(laws, state, self.events, orders, part, first, last)
        return part

    def violated(self, part: Record) -> int:
        """The first row in which keep-alive loads got less than they wanted, -1 for none."""
        wanted = part.wanted[:, self.vital].sum(axis=1)
        short = wanted - part.flow[:, self.served].sum(axis=1) > SERVED * np.maximum(wanted, 1.0)
        return int(np.argmax(short)) if short.any() else -1

    def alike(self, one: State, other: State) -> bool:
        if self.exact:
            return False
        k = self.serving
        same = np.array_equal(one.health, other.health) and np.array_equal(one.mode, other.mode)
        return bool(
            same
            and one.event[0] == other.event[0]
            and (np.abs(one.content - other.content)[k] <= ALIKE_CONTENT * self.scale).all()
            and (np.abs(one.fade - other.fade)[k] <= ALIKE_CONTENT).all()
            and (np.abs(one.temperature - other.temperature) <= ALIKE_KELVIN).all()
        )


def _serving(network: Network, sinks: Ints) -> Ints:
    """Stores from which `sinks` (flows) can be served, and those from which these are filled."""
    demands, flows, stores = network.demands, network.flows, network.stores.names
    filling = {name.removesuffix(".charge"): f for f, name in enumerate(flows.names)}
    wanted, found = {int(f) for f in sinks}, set[int]()
    while True:
        before = len(found)
        for d in range(len(demands.kind)):
            members = demands.member[demands.start[d] : demands.start[d + 1]]
            if wanted.isdisjoint(members.tolist()):
                continue
            first, last = demands.entry_start[demands.recipe_start[[d, d + 1]]]
            used = demands.resource[first:last] - len(flows.names)
            found |= {int(k) % len(stores) for k in used if 0 <= k < 2 * len(stores)}
        wanted |= {filling[stores[k]] for k in found}
        if len(found) == before:
            return np.array(sorted(found), dtype=np.int64)


def _length(held: NDArray[np.bool_]) -> int:
    """How many steps `held` holds from its beginning on."""
    return len(held) if held.all() else int(np.argmin(held))


class _Lived:
    """The run as it was lived, with the steps in which it left keep-alive short."""

    def __init__(self, world: _World) -> None:
        self.world, self.state, self.at = world, initial_state(world.laws), 0
        self.violations: list[int] = []

    def reach(self, step: int) -> None:
        while self.at < step:
            last = min(self.at + self.world.gap, step)
            part = self.world.part(self.state, self.at, last, self.world.as_lived)
            row = self.world.violated(part)
            if row >= 0:
                self.violations.append(self.at + row)
            self.at = last


class _Branch:
    """One start lived as far as it was asked for, until it comes to the state of another."""

    def __init__(
        self, world: _World, state: State, begins: int, alone: int, before: _Branch | None
    ) -> None:
        self.world, self.state, self.at, self.alone = world, state, begins, alone
        self.home = world.home(alone)
        self.before = before
        self.joined: _Branch | None = None
        self.found: int | None = None
        self.states: dict[int, State] = {}

    def broken(self, until: int) -> int:
        """The step of the first violation before `until`, or `until`."""
        branch = self
        while True:
            branch._reach(until)
            if branch.joined is None:
                return until if branch.found is None else min(branch.found, until)
            branch = branch.joined

    def _reach(self, until: int) -> None:
        while self.at < until and self.found is None and self.joined is None:
            world, gap = self.world, self.world.gap
            last = min((self.at // gap + 1) * gap, world.network.clock.count)
            orders, at_rest = world.alone, self.at >= self.home
            if self.at < self.alone:
                last, orders = min(last, self.alone), world.uploaded
            elif self.at < self.home:
                last = min(last, self.home)
            part = world.part(self.state, self.at, last, orders, at_rest=at_rest)
            row = world.violated(part)
            if row >= 0:
                self.found = self.at + row
                return
            self.at = last
            self._look()

    def _look(self) -> None:
        """Go on as the branch before where both have come to one state under one rule."""
        if self.at < self.home:
            return
        self.states[self.at] = copy_of(self.state)
        before = self.before
        if before is None:
            return
        there = before._state(self.at)
        if there is not None and self.world.alike(self.state, there[1]):
            self.joined = there[0]
            self.states.clear()

    def _state(self, step: int) -> tuple[_Branch, State] | None:
        """Who lives this branch's life at a step, and the state there, where it still lives."""
        branch = self
        while True:
            branch._reach(step)
            if branch.joined is None:
                held = branch.states.get(step)
                return None if held is None else (branch, held)
            branch = branch.joined
