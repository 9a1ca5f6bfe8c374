"""Timetable of a contact plan: for every ordered pair of nodes, the arrival by time of departure.

A contact takes a bundle that is ready at t to its receiver at max(start, t) + transmission + light
time, if it can be sent before the contact ends. Of all contacts of a pair the earliest arrival is
kept, as stretches of time each served by one contact. It never decreases with t (a bundle that is
ready earlier can always wait), which is what makes labels of nodes exact.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit

from ilrs.errors import UserError
from ilrs.planning.contact_routes.plan import ContactPlan, Floats, Indices


class Timetable(NamedTuple):
    """Arrivals for bundles of one size.

    Node i has the pairs `pairs_of[i]` to `pairs_of[i + 1]`, pair p goes to `receiver[p]`, takes at
    least `shortest[p]` [s], and has the stretches `stretches_of[p]` to `stretches_of[p + 1]`. A
    stretch lasts until a departure at `until`, included, and arrives at max(`earliest`,
    departure + `delay`) by `contact`. So that a stretch is found without bisection, the time of a
    pair from `origin[p]` on is cut into as many equal slots as it has stretches, `per_second[p]` a
    second; `slots` holds the stretch each begins in.
    """

    pairs_of: Indices
    receiver: Indices
    shortest: Floats
    stretches_of: Indices
    until: Floats
    earliest: Floats
    delay: Floats
    contact: Indices
    slots: Indices
    origin: Floats
    per_second: Floats


def make_timetable(plan: ContactPlan, size: float = 0.0) -> Timetable:
    """The timetable of a plan for bundles of `size` [bit].

    A bundle of no size can be sent at any time before the end of a contact; any other only while
    there is time left to send the whole of it.
    """
    if not (np.isfinite(size) and size >= 0.0):
        raise UserError(f"a bundle of {size} bit", remedy="give a size of 0 bit or more")
    if size == 0.0:
        sending = np.zeros(len(plan))
        last = np.nextafter(plan.end, -np.inf)
        usable = (plan.sender != plan.receiver) & (plan.end >= plan.start)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            sending = size / plan.rate
            last = plan.end - sending
        usable = (plan.sender != plan.receiver) & (last >= plan.start)
    kept = np.flatnonzero(usable)
    order = kept[np.lexsort((plan.receiver[kept], plan.sender[kept]))]
    sender, receiver = plan.sender[order], plan.receiver[order]
    first = np.ones(order.size, dtype=bool)
    first[1:] = (np.diff(sender) != 0) | (np.diff(receiver) != 0)
    begins = np.flatnonzero(first)
    bounds = np.append(begins, order.size)
    delay = (plan.light_time + sending)[order]
    stretches_of, until, earliest, delays, contact = _stretches(
        bounds, plan.start[order], last[order], delay, order
    )
    slots, origin, per_second = _slots(stretches_of, until)
    return Timetable(
        np.searchsorted(sender[begins], np.arange(len(plan.nodes) + 1)),
        receiver[begins],
        np.minimum.reduceat(delay, begins) if begins.size else np.empty(0),
        stretches_of,
        until,
        earliest,
        delays,
        contact,
        slots,
        origin,
        per_second,
    )


@njit(cache=True)
def _stretches(
    bounds: Indices, start: Floats, last: Floats, delay: Floats, named: Indices
) -> tuple[Indices, Floats, Floats, Floats, Indices]:
    """The lower envelope of each pair, swept from late departures to early ones."""
    pairs = bounds.size - 1
    most = 3 * start.size + pairs
    until, contact = np.empty(most), np.empty(most, np.int64)
    found_of = np.zeros(pairs + 1, np.int64)
    found = 0
    for p in range(pairs):
        a, b = bounds[p], bounds[p + 1]
        begin = found
        by_last = np.argsort(-last[a:b], kind="mergesort") + a
        joins = np.minimum(start[a:b], last[a:b])
        by_join = np.argsort(-joins, kind="mergesort") + a
        times = np.unique(np.concatenate((start[a:b], last[a:b])))
        # What has begun, the shortest delay on top; what is waited for, the earliest arrival.
        begun = [(np.inf, np.int64(-1))]
        waited, waited_for = np.inf, np.int64(-1)
        next_last, next_join = 0, 0
        for k in range(times.size - 1, -1, -1):
            high, low = times[k], times[k - 1] if k else -np.inf
            while next_last < b - a and last[by_last[next_last]] >= high:
                i = by_last[next_last]
                next_last += 1
                if start[i] < high:
                    heapq.heappush(begun, (delay[i], i))
            while (
                next_join < b - a
                and min(start[by_join[next_join]], last[by_join[next_join]]) >= high
            ):
                i = by_join[next_join]
                next_join += 1
                if start[i] + delay[i] < waited:
                    waited, waited_for = start[i] + delay[i], i
            while begun[0][1] >= 0 and start[begun[0][1]] >= high:
                heapq.heappop(begun)
            shortest, going = begun[0]
            turn = waited - shortest if going >= 0 else -np.inf
            if turn < high and waited_for >= 0:
                if found == begin or contact[found - 1] != waited_for:
                    until[found], contact[found] = high, waited_for
                    found += 1
                high = max(turn, low)
            if going >= 0 and high > low and (found == begin or contact[found - 1] != going):
                until[found], contact[found] = high, going
                found += 1
        # Swept backwards: turn the pair's stretches round.
        until[begin:found] = until[begin:found][::-1].copy()
        contact[begin:found] = contact[begin:found][::-1].copy()
        found_of[p + 1] = found
    by = contact[:found]
    return found_of, until[:found].copy(), start[by] + delay[by], delay[by], named[by]


@njit(cache=True)
def _slots(stretches_of: Indices, until: Floats) -> tuple[Indices, Floats, Floats]:
    """Equal parts of each pair's time, as many as it has stretches, and where each begins."""
    pairs = stretches_of.size - 1
    slots = np.empty(until.size, np.int64)
    origin, per_second = np.zeros(pairs), np.zeros(pairs)
    for p in range(pairs):
        a, b = stretches_of[p], stretches_of[p + 1]
        origin[p] = until[a]
        long = until[b - 1] - until[a]
        if long > 0.0:
            per_second[p] = (b - a) / long
        at = a
        for s in range(a, b):
            time = origin[p] + (s - a) / per_second[p] if per_second[p] > 0.0 else origin[p]
            while at < b - 1 and until[at] < time:
                at += 1
            slots[s] = at
    return slots, origin, per_second
