"""Earliest arrivals at nodes: Dijkstra's labels over a timetable, in compiled code.

Arrival never decreases with departure, so the first time a node leaves the heap is its earliest
arrival (Dreyfus 1969, doi 10.1287/opre.17.3.395; contact graphs: Fraire, De Jonckere and Burleigh
2021, doi 10.1016/j.jnca.2020.102884, where contacts are labelled instead and there are many more).
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ilrs.planning.contact_routes.plan import Floats, Indices
from ilrs.planning.contact_routes.timetable import Timetable

Mask = NDArray[np.bool_]


@njit(cache=True, inline="always")
def _stretch(table: Timetable, pair: int, time: float) -> int:
    """The stretch of a pair that serves a departure at `time`, or -1 after the last."""
    a, b = table.stretches_of[pair], table.stretches_of[pair + 1]
    until = table.until
    if time > until[b - 1]:
        return -1
    slot = int((time - table.origin[pair]) * table.per_second[pair])
    at = table.slots[a + max(0, min(slot, b - a - 1))]
    while at > a and until[at - 1] >= time:
        at -= 1
    steps = 0
    while until[at] < time:
        at += 1
        steps += 1
        if steps == 8:
            return at + np.searchsorted(until[at:b], time)
    return at


@njit(cache=True)
def label_nodes(
    table: Timetable,
    source: int,
    departure: float,
    destination: int,
    closed: Mask,
    arrival: Floats,
    heap: Indices,
    place: Indices,
) -> float:
    """The earliest arrival at `destination` [s], inf where no route leads.

    `closed` (nodes,) are not entered. `arrival`, `heap` and `place` (nodes,) are room to work in;
    with a destination of -1 all nodes are labelled and `arrival` holds the answer.
    """
    arrival[:] = np.inf
    place[:] = -1
    arrival[source] = departure
    heap[0], place[source] = source, 0
    count = 1
    while count:
        node = heap[0]
        now = arrival[node]
        if node == destination:
            return now
        count -= 1
        if count:
            _sift_down(heap, place, arrival, heap[count], count)
        for pair in range(table.pairs_of[node], table.pairs_of[node + 1]):
            other = table.receiver[pair]
            known = arrival[other]
            if known <= now + table.shortest[pair] or closed[other]:
                continue
            at = _stretch(table, pair, now)
            if at < 0:
                continue
            then = max(table.earliest[at], now + table.delay[at])
            if then < known and (destination < 0 or then < arrival[destination]):
                arrival[other] = then
                if place[other] < 0:
                    place[other] = count
                    count += 1
                _sift_up(heap, place, arrival, other)
    return arrival[destination] if destination >= 0 else np.inf


@njit(cache=True, inline="always")
def _sift_up(heap: Indices, place: Indices, arrival: Floats, node: int) -> None:
    """Move a node that has come earlier towards the top."""
    at = place[node]
    while at > 0:
        parent = (at - 1) >> 1
        above = heap[parent]
        if arrival[above] <= arrival[node]:
            break
        heap[at], place[above] = above, at
        at = parent
    heap[at], place[node] = node, at


@njit(cache=True, inline="always")
def _sift_down(heap: Indices, place: Indices, arrival: Floats, node: int, count: int) -> None:
    """Put the last node of the heap in place of the top one, which is done with."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        if child + 1 < count and arrival[heap[child + 1]] < arrival[heap[child]]:
            child += 1
        below = heap[child]
        if arrival[node] <= arrival[below]:
            break
        heap[at], place[below] = below, at
        at = child
    heap[at], place[node] = node, at


@njit(cache=True, parallel=True)
def label_many(
    table: Timetable, sources: Indices, destinations: Indices, departures: Floats, chunks: int
) -> Floats:
    """The earliest arrival of each query, on all cores; `chunks` is how the queries are shared."""
    nodes = table.pairs_of.size - 1
    found = np.empty(sources.size)
    for chunk in prange(chunks):
        closed = np.zeros(nodes, np.bool_)
        arrival = np.empty(nodes)
        heap, place = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
        first = chunk * sources.size // chunks
        for k in range(first, (chunk + 1) * sources.size // chunks):
            source, goal, ready = sources[k], destinations[k], departures[k]
            found[k] = label_nodes(table, source, ready, goal, closed, arrival, heap, place)
    return found


@njit(cache=True)
def fewest_hops(
    table: Timetable, source: int, departure: float, destination: int, deadline: float
) -> Indices:
    """The contacts of the route with the fewest hops that arrives by `deadline`; empty if none.

    Labels by number of hops: round k holds the earliest arrival within k hops.
    """
    nodes = table.pairs_of.size - 1
    arrival = np.full(nodes, np.inf)
    arrival[source] = departure
    came_first = np.full(nodes, -1, np.int64)
    came_first[source] = source
    # Of each round: by which contact and from where a node came earlier than before, or -1.
    by, came_from = [np.full(nodes, -1, np.int64)], [came_first]
    while arrival[destination] > deadline:
        if len(by) > nodes:
            return np.empty(0, np.int64)
        before = arrival.copy()
        last, contact = came_from[-1], np.full(nodes, -1, np.int64)
        origin = np.full(nodes, -1, np.int64)
        for node in range(nodes):
            if last[node] < 0:
                continue
            now = before[node]
            for pair in range(table.pairs_of[node], table.pairs_of[node + 1]):
                at = _stretch(table, pair, now)
                if at < 0:
                    continue
                other = table.receiver[pair]
                then = max(table.earliest[at], now + table.delay[at])
                if then < arrival[other]:
                    arrival[other] = then
                    contact[other], origin[other] = table.contact[at], node
        by.append(contact)
        came_from.append(origin)
    route = np.empty(len(by) - 1, np.int64)
    node, count = destination, route.size
    for k in range(route.size, 0, -1):
        if by[k][node] >= 0:
            count -= 1
            route[count] = by[k][node]
            node = came_from[k][node]
    return route[count:]
