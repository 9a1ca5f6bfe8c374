"""What the dispatch leaves for activities: power from step to step, energy of the dark, contact.

Both are hopeful: they count all that sources and stores could give. Where the dispatch then runs
short, the cut of `planning.schedule.agree` goes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from ilrs.network.network import Network
from ilrs.operations.conditions import spells
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.problem import Budget, Floats, Problem

WEEK = 7 * 86400.0
JOIN = 6 * 3600.0
"""Lean stretches closer than this [s] are one."""


def with_envelope(problem: Problem, network: Network, plan: Plan, data_places: dict[str, str]) -> (
    Problem
):  # fmt: skip
    """The problem with what `plan`, made without activities, leaves them of power and contact.

    `data_places` tells the data network of each place of supply. What draws from a battery of its
    own has been asked of that.
    """
    supplies = sorted({t.supply for t in problem.tasks if t.power > 0.0 and not t.carried})
    power: list[tuple[frozenset[str], Floats]] = []
    budgets: list[Budget] = []
    for grid in _grids(network, supplies):
        members = frozenset(s for s in supplies if s in grid)
        if not members:
            continue
        surplus, stored, energy = _electricity(network, plan, grid)
        power.append((members, np.maximum(surplus + stored, 0.0)))
        budgets += _lean(problem, members, surplus, energy)
    for net in sorted({data_places[t.supply] for t in problem.tasks if t.data}):
        members = frozenset(t.supply for t in problem.tasks if data_places.get(t.supply) == net)
        budgets += _contact(problem, network, plan, net, members)
    return replace(problem, power=tuple(power), budgets=tuple(budgets))


def _grids(network: Network, supplies: Sequence[str]) -> Iterator[set[str]]:
    """Places that cables join, each set once, of those that supply activities."""
    electric = [n.rsplit("/", 1)[0] for n in network.nodes if n.endswith("/electricity")]
    parent = {place: place for place in (*electric, *supplies)}

    def root(place: str) -> str:
        while parent[place] != place:
            place = parent[place]
        return place

    columns = sparse.csc_array(network.incidence)
    for f in network.flows.of("link"):
        ends = [network.nodes[n] for n in _nodes(columns, f)]
        joined = [n.rsplit("/", 1)[0] for n in ends if n.endswith("/electricity")]
        for other in joined[1:]:
            parent[root(other)] = root(joined[0])
    groups: dict[str, set[str]] = {}
    for place in parent:
        groups.setdefault(root(place), set()).add(place)
    yield from (groups[key] for key in sorted(groups))


def _nodes(columns: sparse.csc_array, flow: int) -> list[int]:
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    return [int(n) for n in columns.indices[part]]


def spread(plan: Plan, flow: int, count: int) -> Floats:
    """A flow of the plan in every step of the clock (count,) [unit/s]."""
    return np.repeat(plan.flow[:, flow], np.diff(plan.first))[:count]


def _electricity(
    network: Network, plan: Plan, grid: set[str]
) -> tuple[Floats, Floats, float]:  # fmt: skip
    """Of a grid: what sources could give above what is planned to be taken, and what stores and
    converters could give besides [W] (count,); and the energy its full stores can give [J].
    """
    count, flows, stores = network.clock.count, network.flows, network.stores
    rows = sparse.csr_array(network.incidence)
    nodes = [i for i, n in enumerate(network.nodes) if n.rsplit("/", 1) in _named(grid)]
    gives = np.asarray(rows[nodes].sum(axis=0)).ravel() if nodes else np.zeros(len(flows.names))
    surplus, stored, energy = np.zeros(count), np.zeros(count), 0.0
    for f in flows.of("source"):
        if gives[f] > 0.0:
            surplus += gives[f] * network.capacity(f)
    for k, f in enumerate(flows.of("sink")):
        if gives[f] < 0.0 and not network.sinks.dump[k]:
            surplus += gives[f] * spread(plan, f, count)
    for s, f in enumerate(flows.of("discharge")):
        if gives[f] > 0.0:
            usable = stores.capacity[s] * (1.0 - stores.floor[s])
            energy += usable * stores.discharge_efficiency[s]
            stored += np.minimum(network.capacity(f), stores.capacity[s] / network.clock.step)
    for f in flows.of("converter"):
        if gives[f] > 0.0:
            stored += gives[f] * network.capacity(f)
    for s in range(len(stores.names)):
        # What fuel cells hold: their tanks count by the electricity they can become.
        if stores.reserve_weight[s] > 0.0 and int(stores.node[s]) not in nodes:
            usable = stores.capacity[s] * (1.0 - stores.floor[s])
            energy += stores.reserve_weight[s] * usable
    return surplus, stored, energy


def _named(grid: set[str]) -> list[list[str]]:
    return [[place, "electricity"] for place in grid]


def _lean(
    problem: Problem, members: frozenset[str], surplus: Floats, energy: float
) -> Iterator[Budget]:
    """What stores can give to activities while sources leave nothing for any of them."""
    least = min(t.power for t in problem.tasks if t.supply in members and t.power > 0.0)
    lean = surplus < least
    gap = round(JOIN / problem.step)
    first, last = spells(lean)
    joined: list[list[int]] = []
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        if joined and a - joined[-1][1] <= gap:
            joined[-1][1] = b
        else:
            joined.append([a, b])
    for a, b in joined:
        short = float(np.maximum(-surplus[a:b], 0.0).sum()) * problem.step
        more = float(np.maximum(surplus[a:b], 0.0).sum()) * problem.step
        amount = max(energy + more - short, 0.0)
        yield Budget("energy", a, b, amount, members, "what the stores hold for the dark")


def _contact(
    problem: Problem, network: Network, plan: Plan, net: str, members: frozenset[str]
) -> Iterator[Budget]:
    """Data that contacts take from a data network in each week beyond what is sent anyway."""
    count, flows, groups = network.clock.count, network.flows, network.groups
    columns, rows = sparse.csc_array(network.incidence), sparse.csr_array(network.incidence)
    mine = [i for i, n in enumerate(network.nodes) if n.startswith(f"{net}/data.")]
    rate = np.zeros(count)
    seen: set[int] = set()
    for f in flows.of("link"):
        part = slice(columns.indptr[f], columns.indptr[f + 1])
        taken = columns.indices[part][columns.data[part] < 0.0]
        g = int(flows.group[f])
        if int(taken[0]) in mine and g >= 0 and g not in seen:
            seen.add(g)
            row = int(groups.profile[g])
            rate += groups.cap[g] * (network.profiles[row] if row >= 0 else 1.0)
    for node in mine:
        part = slice(rows.indptr[node], rows.indptr[node + 1])
        for f, a in zip(rows.indices[part].tolist(), rows.data[part].tolist(), strict=True):
            if a > 0.0 and f < flows.first["charge"]:
                rate -= a * spread(plan, f, count)
    kept = sum(
        network.stores.capacity[s]
        for s in range(len(network.stores.names))
        if int(network.stores.node[s]) in mine and np.isfinite(network.stores.capacity[s])
    )
    week = max(round(WEEK / problem.step), 1)
    for a in range(0, count, week):
        b = min(a + week, count)
        amount = max(float(rate[a:b].sum()) * problem.step, 0.0) + float(kept)
        yield Budget("data", a, b, amount, members, "what contacts and recorders take in a week")
