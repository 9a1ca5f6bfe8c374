"""What the dispatch truly lacks for an activity: energy, room for what it makes, or what it takes.

A machine that an activity runs stops where its store is full or its feed is at an end, however much
power there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.flows.carriers import carrier_of
from ilrs.network.network import Network
from ilrs.planning.plan import Plan

FULL = 0.98
"""Share of their capacity at which stores count as full, and 1 less it as empty."""


@dataclass(frozen=True)
class Shortage:
    """What is short, in words that follow "short of", and what more of would end it."""

    of: str
    remedy: str


ENERGY = Shortage("energy", "less power, more stores or sources, or another time admit it")


def shortage(network: Network, plan: Plan, sinks: Iterable[int], first: int, last: int) -> Shortage:
    """What the sinks (flows) lack in simulation steps `first`..`last`-1 of a plan.

    It is matter where a store stops the machine behind a sink for most of what the sink lacks.
    """
    lacking, stopped = 0.0, dict[Shortage, float]()
    for f in sinks:
        missing = _missing(network, plan, f, first, last)
        lacking += float(missing.sum())
        for why, when in _stops(network, plan, f):
            stopped[why] = stopped.get(why, 0.0) + float(missing[when].sum())
    worst = max(stopped, key=lambda why: stopped[why], default=ENERGY)
    return worst if stopped.get(worst, 0.0) > 0.5 * lacking else ENERGY


def _missing(network: Network, plan: Plan, flow: int, first: int, last: int) -> NDArray[np.float64]:
    """What a sink wants and does not get, by plan step, within some simulation steps."""
    edges = plan.first
    length = np.clip(edges[1:], first, last) - np.clip(edges[:-1], first, last)
    wanted = np.add.reduceat(network.capacity(flow), edges[:-1]) / np.diff(edges)
    return np.asarray(np.maximum(wanted - plan.flow[:, flow], 0.0) * length)


def _stops(network: Network, plan: Plan, sink: int) -> Iterator[tuple[Shortage, NDArray[np.bool_]]]:
    """What stops the machines behind a sink, and in which plan steps."""
    columns, stores = sparse.csc_array(network.incidence), network.stores
    behind = set(_nodes(columns, sink, gives=False))
    for machine in network.flows.of("converter"):
        if not behind & set(_nodes(columns, machine, gives=True)):
            continue
        for node, gives in ((n, g) for g in (True, False) for n in _nodes(columns, machine, g)):
            carrier = carrier_of(network.nodes[node])
            kept = np.flatnonzero(stores.node == node)
            if not carrier.mass or not kept.size:
                continue
            most = float(stores.capacity[kept].sum())
            held = plan.level[:, kept].sum(axis=1) / most
            named = ", ".join(stores.names[s] for s in kept)
            if gives:
                room = f"room for {carrier.name} in {named} ({most:g} {carrier.unit})"
                remedy = f"a larger {named}, or whoever takes {carrier.name} from it, admits it"
                yield Shortage(room, remedy), _up_to(held, FULL)
            else:
                remedy = f"more {carrier.name} brought there before admits it"
                yield Shortage(f"{carrier.name} in {named}", remedy), _up_to(1.0 - held, FULL)


def _up_to(used: NDArray[np.float64], most: float) -> NDArray[np.bool_]:
    """Steps from whose room something is taken that is used up then or later, (k,).

    A plan foresees: who comes first may go without for the sake of who comes last, unless the store
    is given back in between.
    """
    stops = np.zeros(len(used), dtype=np.bool_)
    later = False
    for k in range(len(used) - 1, -1, -1):
        given_back = used[k] <= 1.0 - most and k > 0 and used[k - 1] > used[k]
        later = bool(used[k] >= most) or (later and not given_back)
        stops[k] = later
    return stops


def _nodes(columns: sparse.csc_array, flow: int, gives: bool) -> list[int]:
    """The nodes that a flow gives to, or takes from."""
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    nodes, amounts = columns.indices[part], columns.data[part]
    return [int(n) for n in nodes[amounts > 0.0 if gives else amounts < 0.0]]
