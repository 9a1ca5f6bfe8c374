"""Dispatch: who flows how much in every plan step, as one banded linear programme.

The same incidence that the simulator balances gives the rows; stores and warm masses link the
steps; passive heat laws enter as affine equalities about a temperature per step, and their error is
reported. Amounts are scaled to kWh, Gbit and kg, rates to those per hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from ilrs.flows.carriers import carrier_of
from ilrs.network.network import Network
from ilrs.planning.cold import least_kept
from ilrs.planning.highs import Programme, Solution, solve
from ilrs.planning.objective import SCALE, Layout, declared_cost, service_objective
from ilrs.planning.steps import PlanSteps

Floats = NDArray[np.float64]
HOUR = 3600.0

HOTTEST = 1000.0
"""Bound of temperatures and their slack [K], far outside what the laws hold for."""


@dataclass(frozen=True)
class Start:
    """Where a window starts: contents [unit], fade [1] and temperatures [K]."""

    content: Floats
    fade: Floats
    temperature: Floats


@dataclass(frozen=True)
class Window:
    """The answer of one window: rates (k, flows) and levels (k, stores) in SI, temperatures [K]."""

    flow: Floats
    level: Floats
    temperature: Floats
    objective: float
    basis: Any


class Dispatch:
    """The linear programme of a network over plan steps, assembled once, solved by windows."""

    def __init__(
        self,
        network: Network,
        steps: PlanSteps,
        reference_temperature: Floats,
        *,
        serve: bool = True,
        cyclic: bool = False,
        solver: Callable[..., Solution] = solve,
    ) -> None:
        """`reference_temperature` (steps, masses) [K]: about which heat laws are linear.

        `serve`: sinks are served by priority as far as possible; otherwise every owed sink must be
        served and the declared costs are minimised. `cyclic`: stores end as they begin, freely.
        `solver` answers a programme from a `basis`.
        """
        self.network = network
        self.serve = serve
        self.cyclic = cyclic
        self.solver = solver
        self.steps = steps
        self.reference = reference_temperature
        flows, stores = network.flows, network.stores
        self.layout = Layout(len(flows.names), len(stores.names), len(network.masses.names))
        self.flow_scale = np.array(
            [SCALE[u.split("/")[0] if u != "W" else "J"] for u in flows.units]
        )
        self.store_scale = np.array([SCALE[u] for u in stores.units])
        self.profiles = steps.mean(network.profiles) if len(network.profiles) else network.profiles
        self.hours = steps.length / HOUR

    # -- capacities over the plan's steps ------------------------------------------------------

    def caps(self, first: int = 0, last: int | None = None) -> Floats:
        """Cap of every flow in steps `first`..`last`-1 (flows, k) [unit/s], derated in the cold."""
        flows, masses = self.network.flows, self.network.masses
        part = slice(first, self.steps.count if last is None else last)
        caps = np.repeat(flows.cap[:, None], part.stop - part.start, axis=1)
        varying = flows.profile >= 0
        caps[varying] *= self.profiles[flows.profile[varying], part]
        for f, m, none, full in zip(
            masses.derating_flow,
            masses.derating_mass,
            masses.derating_none,
            masses.derating_full,
            strict=True,
        ):
            caps[f] *= np.clip((self.reference[part, m] - none) / (full - none), 0.0, 1.0)
        return self._bounded(caps)

    def _bounded(self, caps: Floats) -> Floats:
        """The same, without infinities that would leave the programme free directions.

        A store without a rate limit turns over at most once an hour; a dump takes at most all that
        could be brought to its node.
        """
        flows, stores = self.network.flows, self.network.stores
        for kind in ("charge", "discharge"):
            for s, f in enumerate(flows.of(kind)):
                caps[f] = np.minimum(caps[f], stores.capacity[s] / HOUR)
        rows = sparse.csr_array(self.network.incidence)
        for f in flows.of("sink"):
            if not np.isfinite(flows.cap[f]):
                node = self._node_of(f)
                part = slice(rows.indptr[node], rows.indptr[node + 1])
                brings = [
                    (j, a)
                    for j, a in zip(rows.indices[part], rows.data[part], strict=True)
                    if a > 0
                ]
                caps[f] = sum(a * caps[j] for j, a in brings)
        return caps

    def _node_of(self, flow: int) -> int:
        """The node a sink takes from."""
        column = sparse.csc_array(self.network.incidence)
        part = slice(column.indptr[flow], column.indptr[flow + 1])
        return int(column.indices[part][np.argmin(column.data[part])])

    def group_caps(self) -> Floats:
        """Cap of every shared capacity in every step (groups, steps) [unit or unit/s]."""
        groups = self.network.groups
        caps = np.repeat(groups.cap[:, None], self.steps.count, axis=1)
        varying = groups.profile >= 0
        caps[varying] *= self.profiles[groups.profile[varying]]
        return caps

    # -- one window ----------------------------------------------------------------------------

    def solve(self, first: int, last: int, start: Start, like: Window | None = None) -> Window:
        """The best flows over plan steps `first`..`last`-1 from `start`; see `objective`.

        `like` is an answer for the same window, linearised elsewhere: the search begins at it.
        """
        programme = self._programme(first, last, start)
        basis = like.basis if like is not None else None
        return self._window(self.solver(programme, basis=basis), first, last)

    def _window(self, solution: Solution, first: int, last: int) -> Window:
        grid = solution.value.reshape(last - first, self.layout.width)
        flow = np.maximum(grid[:, self.layout.block("flow")], 0.0)
        level = np.maximum(grid[:, self.layout.block("content")], 0.0)
        return Window(
            flow=flow * (self.flow_scale / HOUR),
            level=level * self.store_scale,
            temperature=grid[:, self.layout.block("temperature")],
            objective=solution.objective,
            basis=solution.basis,
        )

    def _programme(self, first: int, last: int, start: Start) -> Programme:
        steps = range(first, last)
        hours = self.hours[first:last]
        lower, upper = self._bounds(first, last, start)
        objective = (service_objective if self.serve else declared_cost)(
            self.network, self.layout, hours, self.store_scale
        )
        if not self.serve:
            lower = np.maximum(lower, np.where(objective.owed, upper, 0.0))
        balance = self._balances(len(steps))
        parts = [
            balance,
            self._contents(hours, start, first),
            self._temperatures(first, last),
            self._rate_groups(first, last),
            self._content_groups(first, last),
        ]
        matrix = sparse.csc_array(sparse.vstack([m for m, _, _ in parts]))
        return Programme(
            objective.cost,
            lower,
            upper,
            matrix,
            np.concatenate([low for _, low, _ in parts]),
            np.concatenate([high for _, _, high in parts]),
        )

    def _bounds(self, first: int, last: int, start: Start) -> tuple[Floats, Floats]:
        count = last - first
        lower = np.zeros((count, self.layout.width))
        upper = np.full((count, self.layout.width), np.inf)
        caps = self.caps(first, last).T * (HOUR / self.flow_scale)
        flow = self.layout.block("flow")
        upper[:, flow] = caps
        least = self.network.flows.minimum
        lower[:, flow] = np.where(least > 0.0, least, 0.0) * np.where(least > 0.0, caps, 0.0)
        capacity = self._capacity(first, last, start)
        content = self.layout.block("content")
        upper[:, content] = capacity
        elapsed = np.cumsum(self.hours[first:last]) * HOUR
        lower[:, content] = capacity * least_kept(self.network, self.reference[first:last], elapsed)
        # A store that starts below its floor (or above its faded capacity) may stay there, and lose
        # from there what it loses by itself.
        held = start.content / self.store_scale
        left = held * np.exp(-np.outer(elapsed, self.network.stores.loss_rate))
        here = self.network.stores.arrival <= self.steps.first[first]
        lower[:, content] = np.where(here, np.minimum(lower[:, content], left), lower[:, content])
        upper[:, content] = np.where(here, np.maximum(upper[:, content], held), upper[:, content])
        upper[:, self.layout.block("temperature")] = HOTTEST
        for slack in ("cold", "hot"):
            upper[:, self.layout.block(slack)] = HOTTEST
        return lower.ravel(), upper.ravel()

    def _capacity(self, first: int, last: int, start: Start) -> Floats:
        """Capacity of every store in every step (steps, stores), faded by the calendar [scaled]."""
        stores = self.network.stores
        ends = self.steps.first[first + 1 : last + 1]
        elapsed = (ends - self.steps.first[first]) * self.steps.step
        fade = np.clip(start.fade + elapsed[:, None] * stores.fade_rate, 0.0, 1.0)
        present = ends[:, None] > stores.arrival
        return np.asarray(present * (1.0 - fade) * stores.capacity / self.store_scale)

    def _balances(self, count: int) -> tuple[sparse.csc_array, Floats, Floats]:
        """Every node without storage of its own balances in every step."""
        network = self.network
        nodes = [i for i, n in enumerate(network.nodes) if not n.endswith("/heat")]
        unit = {n: SCALE[carrier_of(network.nodes[n]).unit] for n in nodes}
        scaled = sparse.csr_array(network.incidence)[nodes] @ sparse.diags_array(self.flow_scale)
        scaled = sparse.diags_array(1.0 / np.array([unit[n] for n in nodes])) @ scaled
        wide = sparse.hstack(
            [scaled, sparse.csr_array((len(nodes), self.layout.width - self.layout.flows))]
        )
        matrix = sparse.kron(sparse.eye_array(count), wide, format="csc")
        zero = np.zeros(count * len(nodes))
        return matrix, zero, zero

    def _contents(
        self, hours: Floats, start: Start, first: int
    ) -> tuple[sparse.csc_array, Floats, Floats]:
        """x_k = x_(k-1) exp(-loss) + charge - discharge, and what arrives."""
        count, stores, flows = len(hours), self.network.stores, self.network.flows
        size, width = self.layout.stores, self.layout.width
        content = self.layout.block("content").start
        k, s = np.meshgrid(np.arange(count), np.arange(size), indexing="ij")
        kept = np.exp(-stores.loss_rate * hours[:, None] * HOUR)
        rows = k * size + s
        here = k * width
        before = np.maximum(k - 1, 0) * width
        charge = flows.first["charge"] + s
        discharge = flows.first["discharge"] + s
        scale = self.flow_scale[flows.first["charge"] + np.arange(size)] / self.store_scale
        h = np.broadcast_to(hours[:, None], rows.shape)
        entries = [
            (rows, here + content + s, np.ones_like(h)),
            (rows[1:], (before + content + s)[1:], -kept[1:]),
            (rows, here + charge, -h * stores.charge_efficiency * scale),
            (rows, here + discharge, h / stores.discharge_efficiency * scale),
        ]
        right = np.zeros((count, size))
        if self.cyclic:
            end = (count - 1) * width
            entries.append((rows[0], end + content + s[0], -kept[0]))
            return _matrix(entries, count * size, count * width), right.ravel(), right.ravel()
        present = stores.arrival <= self.steps.first[first]
        right[0] += np.where(present, kept[0] * start.content / self.store_scale, 0.0)
        for store in np.nonzero(~present)[0]:
            step = np.searchsorted(self.steps.first, stores.arrival[store]) - first
            if step < count:
                right[step, store] += stores.initial[store] / self.store_scale[store]
        return _matrix(entries, count * size, count * width), right.ravel(), right.ravel()

    def _temperatures(self, first: int, last: int) -> tuple[sparse.csc_array, Floats, Floats]:
        """0 = heat + q0 + slope (T_k - T0) in every step, and the comfort slacks.

        Warm masses are in balance over a plan step: their time constants are hours, dark spells
        days. Heat stored from step to step is left to the simulator; a recursion in T would be
        unstable backwards in time and ruin the simplex basis.
        """
        network, masses = self.network, self.network.masses
        count, size, width = last - first, self.layout.masses, self.layout.width
        if not size:
            empty = np.zeros(0)
            return sparse.csc_array((0, count * width)), empty, empty
        reference = self.reference[first:last]
        constant, slope = self.passive(first, last, reference)
        heat = sparse.csr_array(network.incidence)[masses.node] @ sparse.diags_array(
            self.flow_scale / SCALE["J"]
        )
        heat = sparse.coo_array(heat)
        k = np.arange(count)
        temperature = self.layout.block("temperature").start
        m, f, a = heat.coords[0], heat.coords[1], heat.data
        grid_k, grid_m = np.meshgrid(k, np.arange(size), indexing="ij")
        rows = grid_k * size + grid_m
        slope_kw = slope / 1e3
        entries = [
            (rows, grid_k * width + temperature + grid_m, -slope_kw),
            (k[:, None] * size + m, k[:, None] * width + f, np.broadcast_to(-a, (count, len(a)))),
        ]
        right = constant / 1e3 - slope_kw * reference
        law = _matrix(entries, count * size, count * width)
        slack = np.ones(rows.shape)
        here = grid_k * width
        cold = _matrix(
            [
                (rows, here + temperature + grid_m, slack),
                (rows, here + self.layout.block("cold").start + grid_m, slack),
                (rows, here + self.layout.block("hot").start + grid_m, -slack),
            ],
            count * size,
            count * width,
        )
        low, high = self.comfort(first, last)
        return (
            sparse.csc_array(sparse.vstack([law, cold])),
            np.concatenate([right.ravel(), low.ravel()]),
            np.concatenate([right.ravel(), high.ravel()]),
        )

    def present(self, first: int, last: int) -> NDArray[np.bool_]:
        """Whether each mass has arrived by plan steps `first`..`last`-1 (k, masses).

        Before, nobody pays for its cold, and no heat law of it has to be right.
        """
        return np.asarray(self.steps.first[first:last, None] >= self.network.masses.arrival)

    def comfort(self, first: int, last: int) -> tuple[Floats, Floats]:
        """Temperatures (k, masses) [K] between which nothing is paid for."""
        here = self.present(first, last)
        low = np.where(here, self._coldest(), 0.0)
        return low, np.where(here, self.network.masses.maximum, HOTTEST)

    def _coldest(self) -> Floats:
        """Temperature below which the plan pays: the sleeping set point, else the
        survival limit.
        """
        masses = self.network.masses
        coldest = masses.minimum.copy()
        for m, setpoint in zip(masses.thermostat_mass, masses.thermostat_setpoint, strict=True):
            coldest[m] = max(coldest[m], setpoint)
        return coldest

    def passive(self, first: int, last: int, temperature: Floats) -> tuple[Floats, Floats]:
        """True passive heat into every mass at `temperature` (k, masses) [W], and its
        slope [W/K].
        """
        masses = self.network.masses
        part = slice(first, last)
        ground = self.profiles[masses.ground][:, part].T
        around = self.profiles[masses.surroundings][:, part].T
        heat = self.profiles[masses.absorbed][:, part].T + masses.conductance * (
            ground - temperature
        )
        heat = heat + masses.leak * (around**4 - temperature**4)
        slope = -masses.conductance - 4.0 * masses.leak * temperature**3
        for r, m in enumerate(masses.radiator_mass):
            span = masses.radiator_hot[r] - masses.radiator_cold[r]
            opening = np.clip((temperature[:, m] - masses.radiator_cold[r]) / span, 0.0, 1.0)
            swing = masses.radiator_open[r] - masses.radiator_shut[r]
            strength = masses.radiator_shut[r] + opening * swing
            excess = temperature[:, m] ** 4 - masses.radiator_sky[r] ** 4
            heat[:, m] -= strength * excess
            slope[:, m] -= 4.0 * strength * temperature[:, m] ** 3
            moving = (opening > 0.0) & (opening < 1.0)
            slope[:, m] -= np.where(moving, swing / span * excess, 0.0)
        return heat, slope

    def balanced(self, heat: Floats, first: int = 0) -> Floats:
        """Temperatures (k, masses) [K] at which passive heat balances `heat` (k, masses) [W].

        Passive heat falls with temperature, so bisection between 20 and 500 K always ends.
        """
        low, high = np.full(heat.shape, 20.0), np.full(heat.shape, 500.0)
        for _ in range(40):
            middle = 0.5 * (low + high)
            passive, _ = self.passive(first, first + len(heat), middle)
            rises = passive + heat > 0.0
            low, high = np.where(rises, middle, low), np.where(rises, high, middle)
        return 0.5 * (low + high)

    def _rate_groups(self, first: int, last: int) -> tuple[sparse.csc_array, Floats, Floats]:
        """Links that share a radio: within its rate, and with its power for the share of
        time used.
        """
        network, groups, flows = self.network, self.network.groups, self.network.flows
        count, width = last - first, self.layout.width
        caps = self.group_caps()[:, first:last]
        k = np.arange(count)
        entries, row, highs = [], 0, []
        for g in np.nonzero(~groups.content)[0]:
            members = [f for f in range(len(flows.names)) if flows.group[f] == g]
            rate = caps[g]
            for f in members:
                entries.append((row + k, k * width + f, np.ones(count)))
            row += count
            highs.append(rate * HOUR / self.flow_scale[members[0]])
            sink = groups.power_sink[g]
            if sink >= 0:
                # kW for a full hour per Gbit/h: P / rate, scaled.
                open_ = rate > 1e-9 * max(rate.max(initial=0.0), 1.0)
                per_unit = np.where(open_, groups.power[g] / np.where(open_, rate, 1.0), 0.0) * (
                    self.flow_scale[members[0]] / SCALE["J"]
                )
                for f in members:
                    entries.append((row + k, k * width + f, per_unit))
                power = network.flows.first["sink"] + sink
                entries.append((row + k, k * width + power, -np.ones(count)))
                row += count
                highs.append(np.zeros(count))
        high = np.concatenate([*highs, np.zeros(0)])
        return _matrix(entries, row, count * width), np.full(row, -np.inf), high

    def _content_groups(self, first: int, last: int) -> tuple[sparse.csc_array, Floats, Floats]:
        """Stores that share a memory."""
        groups, stores = self.network.groups, self.network.stores
        count, width = last - first, self.layout.width
        k = np.arange(count)
        entries, row, highs = [], 0, []
        for g in np.nonzero(groups.content)[0]:
            members = np.nonzero(stores.group == g)[0]
            for s in members:
                entries.append(
                    (row + k, k * width + self.layout.block("content").start + s, np.ones(count))
                )
            highs.append(np.full(count, groups.cap[g] / self.store_scale[members[0]]))
            row += count
        high = np.concatenate([*highs, np.zeros(0)])
        return _matrix(entries, row, count * width), np.full(row, -np.inf), high


def heat_of(network: Network, flow: Floats) -> Floats:
    """Heat that `flow` (k, flows) [unit/s] brings into every mass (k, masses) [W]."""
    into = sparse.csr_array(network.incidence)[network.masses.node].toarray()
    return np.asarray(flow @ into.T)


def _matrix(
    entries: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]], rows: int, columns: int
) -> sparse.csc_array:
    """A sparse matrix from blocks of (row, column, value)."""
    if not entries:
        return sparse.csc_array((rows, columns))
    parts = [tuple(np.broadcast_arrays(*entry)) for entry in entries]
    row, column, value = (np.concatenate([p[i].ravel() for p in parts]) for i in range(3))
    return sparse.csc_array(
        (value, (row.astype(np.int64), column.astype(np.int64))), shape=(rows, columns)
    )
