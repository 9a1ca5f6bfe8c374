"""The least mass of sources, stores, converters and links that serves given demands.

A linear programme over sizes and flows: rates in kW, contents in kWh, masses in kg, steps in hours.
Time may come in pieces: each piece begins with stores as full as they like, which makes the answer
of some pieces a lower bound of that of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.errors import PlanError, UserError
from ilrs.planning.highs import Programme, solve

Floats = NDArray[np.float64]

NOTHING = 1e-7
"""Sizes below this share of the largest are the solver's tolerance."""


@dataclass(frozen=True)
class Supply:
    """A source to be sized: gives up to size [kW] times `profile` (steps,), at `mass` [kg/kW]."""

    name: str
    node: str
    profile: Floats
    mass: float


@dataclass(frozen=True)
class Storage:
    """A store to be sized [kWh] at `mass` [kg/kWh].

    `charge_mass` counts a kW taken from the node, `discharge_mass` a kW drawn from the content;
    None leaves the rate free. `loss` is the share lost an hour.
    """

    name: str
    node: str
    mass: float
    charge_efficiency: float = 1.0
    discharge_efficiency: float = 1.0
    charge_mass: float | None = None
    discharge_mass: float | None = None
    loss: float = 0.0


@dataclass(frozen=True)
class Conversion:
    """A converter or a cable to be sized: its input [kW] at `mass` [kg/kW]."""

    name: str
    origin: str
    target: str
    efficiency: float
    mass: float


@dataclass(frozen=True)
class Demand:
    """What is to be served in every step (steps,) [kW]."""

    name: str
    node: str
    power: Floats


@dataclass(frozen=True)
class Investment:
    """A sizing problem over steps of `hours` (steps,).

    `pieces` are stretches of steps (first, last) that know nothing of each other. `reserve` [kWh]
    is what must always be at hand for `reserve_node` from stores, and from steady sources over
    `reserve_hours`, in steps before `reserve_until`; `least_power` [kW] what sources there give at
    their best; `fixed` holds sizes by name.
    """

    hours: Floats
    supplies: Sequence[Supply]
    storages: Sequence[Storage]
    conversions: Sequence[Conversion]
    demands: Sequence[Demand]
    pieces: Sequence[tuple[int, int]] = ()
    cyclic: bool = False
    reserve: float = 0.0
    reserve_hours: float = 0.0
    reserve_node: str = ""
    reserve_until: int | None = None
    least_power: float = 0.0
    fixed: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Sized:
    """Sizes by name [kW or kWh] (`NAME.charge`, `NAME.discharge` the rates of stores), their mass
    [kg] in the same order, and the whole mass.
    """

    size: dict[str, float]
    masses: dict[str, float]
    mass: float
    columns: int
    rows: int
    iterations: int


def least_mass(problem: Investment, method: str = "hipo") -> Sized:
    """The lightest sizes; raises `PlanError` when no sizes serve the demands.

    `method` as for `ilrs.planning.highs.solve`.
    """
    _refuse(problem)
    builder = _Builder(problem)
    programme = builder.programme()
    solution = solve(programme, method)
    sizes = solution.value[: len(builder.names)]
    # What is nothing but the solver's tolerance is nothing.
    sizes = np.where(sizes > NOTHING * max(sizes.max(initial=0.0), 1.0), sizes, 0.0)
    size = dict(zip(builder.names, sizes.tolist(), strict=True))
    masses = dict(zip(builder.names, (sizes * builder.mass).tolist(), strict=True))
    return Sized(
        size,
        masses,
        solution.objective,
        programme.matrix.shape[1],
        programme.matrix.shape[0],
        solution.iterations,
    )


def _refuse(problem: Investment) -> None:
    """Refuse what has no meaning before a solver says 'infeasible'."""
    for s in problem.storages:
        pairs = (("charge", s.charge_efficiency), ("discharge", s.discharge_efficiency))
        for what, value in pairs:
            _efficiency(f"{s.name}: the {what} efficiency", value)
    for c in problem.conversions:
        _efficiency(f"{c.name}: the efficiency", c.efficiency)
    nodes = {s.node for s in problem.supplies} | {c.target for c in problem.conversions}
    for d in problem.demands:
        if d.node not in nodes and d.power.any():
            raise PlanError(
                f"{d.name}: nothing brings power to {d.node!r}",
                remedy="add a source there, or a link to it",
            )


def _efficiency(what: str, value: float) -> None:
    if not 0.0 < value <= 1.0:
        raise UserError(
            f"{what} of {value:g} is not above 0 and at most 1",
            remedy="an efficiency above one would make energy",
        )


class _Builder:
    """Columns and rows: sizes first, then blocks of one kind over all steps."""

    def __init__(self, problem: Investment) -> None:
        self.problem = problem
        self.pieces = list(problem.pieces) or [(0, len(problem.hours))]
        self.index = np.concatenate([np.arange(a, b) for a, b in self.pieces])
        self.steps = len(self.index)
        self.hours = problem.hours[self.index]
        lengths = [b - a for a, b in self.pieces]
        self.first = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self.names, self.mass = _sizes(problem)
        self.size = {n: j for j, n in enumerate(self.names)}
        self.blocks: dict[str, int] = {}
        self.columns = len(self.names)
        for s in problem.supplies:
            self._block(f"use {s.name}")
        for t in problem.storages:
            for what in ("in", "out", "held"):
                self._block(f"{what} {t.name}")
            if not problem.cyclic:
                self._block(f"start {t.name}", len(self.pieces))
        for c in problem.conversions:
            self._block(f"feed {c.name}")
        self.entries: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.rows = 0

    def _block(self, name: str, count: int | None = None) -> None:
        self.blocks[name] = self.columns
        self.columns += self.steps if count is None else count

    def _at(self, name: str) -> NDArray[np.int64]:
        return self.blocks[name] + np.arange(self.steps)

    def _put(self, column: NDArray[np.int64] | int, value: Floats | float, skip: int = 0) -> None:
        """Entries of the rows begun last, from row `skip` of them on."""
        row = self.rows + skip + np.arange(np.size(column) if np.ndim(column) else self.steps)
        at = np.broadcast_to(np.asarray(column, dtype=np.int64), row.shape)
        self.entries.append((row, at, np.broadcast_to(np.asarray(value, np.float64), row.shape)))

    def _end(self, low: Floats | float, high: Floats | float, count: int | None = None) -> None:
        size = self.steps if count is None else count
        self.low.append(np.broadcast_to(np.asarray(low, np.float64), (size,)))
        self.high.append(np.broadcast_to(np.asarray(high, np.float64), (size,)))
        self.rows += size

    def programme(self) -> Programme:
        self._supplies()
        for storage in self.problem.storages:
            self._storage(storage)
        for conversion in self.problem.conversions:
            self._put(self._at(f"feed {conversion.name}"), 1.0)
            self._put(self.size[conversion.name], -1.0)
            self._end(-np.inf, 0.0)
        nodes = dict.fromkeys(
            [s.node for s in self.problem.supplies]
            + [t.node for t in self.problem.storages]
            + [n for c in self.problem.conversions for n in (c.origin, c.target)]
            + [d.node for d in self.problem.demands]
        )
        for node in nodes:
            self._balance(node)
        self._reserve()
        self._best()
        row, column, value = (np.concatenate([e[i] for e in self.entries]) for i in range(3))
        matrix = sparse.csc_array((value, (row, column)), shape=(self.rows, self.columns))
        cost, lower = np.zeros(self.columns), np.zeros(self.columns)
        cost[: len(self.mass)] = self.mass
        upper = np.full(self.columns, np.inf)
        for name, held in (self.problem.fixed or {}).items():
            lower[self.size[name]] = upper[self.size[name]] = held
        return Programme(
            cost, lower, upper, matrix, np.concatenate(self.low), np.concatenate(self.high)
        )

    def _supplies(self) -> None:
        for s in self.problem.supplies:
            self._put(self._at(f"use {s.name}"), 1.0)
            self._put(self.size[s.name], -s.profile[self.index])
            self._end(-np.inf, 0.0)

    def _storage(self, s: Storage) -> None:
        """x_k = kept x_(k-1) + charge in h - out h, all within their sizes."""
        held, kept = self._at(f"held {s.name}"), (1.0 - s.loss) ** self.hours
        self._put(held, 1.0)
        self._put(self._at(f"in {s.name}"), -s.charge_efficiency * self.hours)
        self._put(self._at(f"out {s.name}"), self.hours)
        before = held - 1
        last = np.append(self.first[1:], self.steps) - 1
        if self.problem.cyclic:
            before[self.first] = held[last]
        else:
            before[self.first] = self.blocks[f"start {s.name}"] + np.arange(len(self.first))
        self._put(before, -kept)
        self._end(0.0, 0.0)
        self._put(held, 1.0)
        self._put(self.size[s.name], -1.0)
        self._end(-np.inf, 0.0)
        if not self.problem.cyclic:
            starts = self.blocks[f"start {s.name}"] + np.arange(len(self.first))
            self._put(starts, 1.0)
            self._put(np.full(len(starts), self.size[s.name]), -1.0)
            self._end(-np.inf, 0.0, len(starts))
        for what, flow in (("charge", "in"), ("discharge", "out")):
            if f"{s.name}.{what}" in self.size:
                self._put(self._at(f"{flow} {s.name}"), 1.0)
                self._put(self.size[f"{s.name}.{what}"], -1.0)
                self._end(-np.inf, 0.0)

    def _balance(self, node: str) -> None:
        problem, demand = self.problem, np.zeros(self.steps)
        for s in problem.supplies:
            if s.node == node:
                self._put(self._at(f"use {s.name}"), 1.0)
        for t in problem.storages:
            if t.node == node:
                self._put(self._at(f"in {t.name}"), -1.0)
                self._put(self._at(f"out {t.name}"), t.discharge_efficiency)
        for c in problem.conversions:
            if c.origin == node:
                self._put(self._at(f"feed {c.name}"), -1.0)
            if c.target == node:
                self._put(self._at(f"feed {c.name}"), c.efficiency)
        for d in problem.demands:
            if d.node == node:
                demand = demand + d.power[self.index]
        self._end(demand, demand)

    def _reserve(self) -> None:
        """What stores could give at the node, through their converter, in every step."""
        if self.problem.reserve <= 0.0:
            return
        here = self.problem.reserve_node
        for t in self.problem.storages:
            way = [
                c.efficiency
                for c in self.problem.conversions
                if (c.origin, c.target) == (t.node, here)
            ]
            gives = 1.0 if t.node == here else max(way, default=0.0)
            if gives > 0.0:
                self._put(self._at(f"held {t.name}"), gives * t.discharge_efficiency)
        for s in self.problem.supplies:
            # A source that never fails gives through an eclipse what it gives in the dark.
            if s.node == here and s.profile.min() > 0.0:
                steady = float(s.profile.min()) * self.problem.reserve_hours
                self._put(self.size[s.name], steady)
        until = self.problem.reserve_until
        kept = np.full(self.steps, self.problem.reserve)
        if until is not None:
            kept[self.index >= until] = 0.0
        self._end(kept, np.inf)

    def _best(self) -> None:
        """What sources bring to the node at their best, all at once."""
        if self.problem.least_power <= 0.0:
            return
        here = self.problem.reserve_node
        way = {c.origin: c.efficiency for c in self.problem.conversions if c.target == here}
        for s in self.problem.supplies:
            gives = 1.0 if s.node == here else way.get(s.node, 0.0)
            at = np.array([self.size[s.name]])
            self._put(at, gives * float(s.profile.max()))
        self._end(self.problem.least_power, np.inf, 1)


def _sizes(problem: Investment) -> tuple[list[str], Floats]:
    pairs: list[tuple[str, float]] = [(s.name, s.mass) for s in problem.supplies]
    for t in problem.storages:
        pairs.append((t.name, t.mass))
        for what, mass in (("charge", t.charge_mass), ("discharge", t.discharge_mass)):
            if mass is not None:
                pairs.append((f"{t.name}.{what}", mass))
    pairs += [(c.name, c.mass) for c in problem.conversions]
    names = [name for name, _ in pairs]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise UserError(f"two things to be sized are called {', '.join(sorted(twice))}")
    return names, np.array([mass for _, mass in pairs])
