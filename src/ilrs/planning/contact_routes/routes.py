"""Routes over a contact plan: earliest deliveries, next hops, the route and its alternatives."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import ArrayLike

from ilrs.errors import UserError
from ilrs.planning.contact_routes.labels import Mask, fewest_hops, label_many, label_nodes
from ilrs.planning.contact_routes.plan import Contact, ContactPlan, Floats, Node
from ilrs.planning.contact_routes.timetable import Timetable, make_timetable


@dataclass(frozen=True)
class Route:
    """Contacts in the order they are used, and when their receivers have the whole bundle [s].

    A bundle is received as a whole before it is sent on.
    """

    contacts: tuple[Contact, ...]
    arrivals: tuple[float, ...]
    departure: float
    size: float

    @property
    def delivery(self) -> float:
        """When the last bit is at the destination [s]."""
        return self.arrivals[-1] if self.arrivals else self.departure

    @property
    def first_bit(self) -> float:
        """When the first bit is at the destination [s]."""
        if not self.contacts or self.size == 0.0:
            return self.delivery
        return self.delivery - self.size / self.contacts[-1].rate

    @property
    def next_hop(self) -> Node | None:
        """The first receiver; None where nothing needs to be sent."""
        return self.contacts[0].receiver if self.contacts else None


class ContactGraph:
    """A contact plan made ready for routes of bundles of one `size` [bit]."""

    def __init__(self, plan: ContactPlan, size: float = 0.0) -> None:
        self.plan = plan
        self.size = size
        self.table: Timetable = make_timetable(plan, size)

    def deliveries(
        self, sources: Sequence[Node], destinations: Sequence[Node], departures: ArrayLike
    ) -> Floats:
        """The earliest delivery [s] of each query (n,), inf where there is no route."""
        plan = self.plan
        places = {node: k for k, node in enumerate(plan.nodes)}
        unknown = [node for node in (*sources, *destinations) if node not in places]
        if unknown:
            plan.place(unknown[0])
        starts = np.array([places[node] for node in sources], np.int64)
        ends = np.array([places[node] for node in destinations], np.int64)
        times = np.asarray(departures, np.float64)
        if not starts.shape == ends.shape == times.shape:
            raise UserError("sources, destinations and departures differ in number")
        if np.isnan(times).any():
            raise UserError("a departure is no number", remedy="give seconds")
        chunks = max(1, min(4 * numba.get_num_threads(), starts.size))
        return label_many(self.table, starts, ends, times, chunks)

    def delivery(self, source: Node, destination: Node, departure: float) -> float:
        """The earliest delivery [s] of a bundle ready at `source` at `departure` [s], or inf."""
        return float(self.deliveries([source], [destination], [departure])[0])

    def route(self, source: Node, destination: Node, departure: float) -> Route | None:
        """Of all routes that deliver first, the one with the fewest hops; None where there is none.

        Fewest hops need labels by number of hops: with one label a node, an early arrival by many
        hops hides a later one by few that would be in time all the same.
        """
        best = self.delivery(source, destination, departure)
        if math.isinf(best):
            return None
        plan = self.plan
        found = fewest_hops(
            self.table, plan.place(source), departure, plan.place(destination), best
        )
        return self._timed([int(index) for index in found], departure)

    def next_hops(self, source: Node, destination: Node, departure: float) -> list[Node]:
        """Every node to which a route without loops that delivers first may go at once."""
        plan = self.plan
        best = self.delivery(source, destination, departure)
        if math.isinf(best) or source == destination:
            return []
        start, goal = plan.place(source), plan.place(destination)
        closed = np.zeros(len(plan.nodes), np.bool_)
        closed[start] = True
        hops: dict[int, float] = {}
        for index in self._leaving(start):
            hop, then = int(plan.receiver[index]), self._arrival(index, departure)
            hops[hop] = min(then, hops.get(hop, math.inf))
        return [
            plan.nodes[hop]
            for hop, then in sorted(hops.items())
            if math.isfinite(then) and self._label(hop, goal, then, closed) <= best
        ]

    def alternatives(self, source: Node, destination: Node, departure: float) -> Iterator[Route]:
        """Every route that visits no node twice, by delivery and then by number of hops.

        There may be very many: take as many as are wanted. Each partial route is kept with the
        exact delivery it can still come to, so that none is followed that leads nowhere.
        """
        plan = self.plan
        start, goal = plan.place(source), plan.place(destination)
        turn = itertools.count()
        closed = np.zeros(len(plan.nodes), np.bool_)
        best = self._label(start, goal, departure, closed)
        waiting: list[tuple[float, int, int, int, float, tuple[int, ...]]] = []
        if math.isfinite(best):
            waiting.append((best, 0, next(turn), start, departure, ()))
        while waiting:
            _, hops, _, node, now, used = heapq.heappop(waiting)
            if node == goal:
                yield self._timed(list(used), departure)
                continue
            closed[:] = False
            closed[[start, node, *(int(plan.receiver[index]) for index in used)]] = True
            for index in self._leaving(node):
                other = int(plan.receiver[index])
                then = self._arrival(index, now)
                if closed[other] or math.isinf(then):
                    continue
                best = self._label(other, goal, then, closed)
                if math.isfinite(best):
                    entry = (best, hops + 1, next(turn), other, then, (*used, index))
                    heapq.heappush(waiting, entry)

    def _leaving(self, node: int) -> list[int]:
        """The contacts by which a node sends to others."""
        plan = self.plan
        return [int(i) for i in np.flatnonzero((plan.sender == node) & (plan.receiver != node))]

    def _arrival(self, index: int, ready: float) -> float:
        """When a contact has a bundle that is ready at a time at its receiver; inf if too late."""
        contact = self.plan.contact(index)
        begin = max(contact.start, ready)
        if self.size == 0.0:
            sending, usable = 0.0, ready < contact.end and contact.start <= contact.end
        else:
            sending = self.size / contact.rate if contact.rate else math.inf
            usable = begin <= contact.end - sending
        return begin + (contact.light_time + sending) if usable else math.inf

    def _label(self, source: int, destination: int, departure: float, closed: Mask) -> float:
        nodes = len(self.plan.nodes)
        arrival, heap, place = np.empty(nodes), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
        return float(
            label_nodes(self.table, source, departure, destination, closed, arrival, heap, place)
        )

    def _timed(self, indices: list[int], departure: float) -> Route:
        arrivals, now = [], departure
        for index in indices:
            now = self._arrival(index, now)
            arrivals.append(now)
        contacts = tuple(self.plan.contact(index) for index in indices)
        return Route(contacts, tuple(arrivals), departure, self.size)
