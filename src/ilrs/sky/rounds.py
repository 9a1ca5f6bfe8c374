"""The order in which a telescope goes round its targets with the least turning."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

NEIGHBOURS = 12
"""Nearest targets to which a better turn is looked for."""
WORK = 2000
"""Targets walked in all: a round of few is begun at each of them, a round of many at one."""
LONGEST = 3
"""Targets that change their place in a round together."""


def round_trip(direction: Floats) -> tuple[list[int], Floats]:
    """An order (n,) in which to go round unit vectors (n, 3) and back, and each turn (n,) [rad].

    On to the nearest that is left, then two turns are swapped (2-opt) or up to three targets moved
    (Or-opt) while that makes it shorter; the shortest of several beginnings. Within a few per cent
    of the shortest there is, and mostly that itself for a dozen targets. The mount turns by the
    angle; one whose two axes turn apart wants another measure. One target has no turn.
    """
    n = len(direction)
    if n < 2:
        return list(range(n)), np.zeros(n)
    at = np.ascontiguousarray(direction, dtype=np.float64)
    near = _neighbours(at)
    rounds = (
        _improved(at, near, _to_the_nearest(at, begins))
        for begins in range(min(n, max(WORK // n, 1)))
    )
    order = min(rounds, key=lambda each: float(_turns(at, each).sum()))
    return order.tolist(), _turns(at, order)


def _neighbours(at: Floats) -> Indices:
    """The nearest others of each target (n, k), nearest first."""
    n = len(at)
    _, found = cKDTree(at).query(at, k=min(NEIGHBOURS + 1, n))
    rows = [[j for j in row if j != i][: min(NEIGHBOURS, n - 1)] for i, row in enumerate(found)]
    return np.array(rows, dtype=np.int64)


def _turns(at: Floats, order: Indices) -> Floats:
    """The angle from each target of a round to its next (n,) [rad]."""
    chord = np.linalg.norm(at[order] - at[np.roll(order, -1)], axis=1)
    return np.asarray(2.0 * np.arcsin(np.minimum(0.5 * chord, 1.0)))


@njit(cache=True)
def _apart(at: Floats, a: int, b: int) -> float:
    """Angle between two targets [rad], by the chord: exact where they nearly coincide."""
    x, y, z = at[a, 0] - at[b, 0], at[a, 1] - at[b, 1], at[a, 2] - at[b, 2]
    return float(2.0 * np.arcsin(min(0.5 * np.sqrt(x * x + y * y + z * z), 1.0)))


@njit(cache=True)
def _to_the_nearest(at: Floats, begins: int) -> Indices:
    """A round that always goes on to the nearest that is left (n,)."""
    n = len(at)
    order = np.empty(n, np.int64)
    left = np.ones(n, np.bool_)
    here = begins
    for k in range(n):
        order[k] = here
        left[here] = False
        best, nearest = -np.inf, -1
        for j in range(n):
            if left[j]:
                cosine = at[here, 0] * at[j, 0] + at[here, 1] * at[j, 1] + at[here, 2] * at[j, 2]
                if cosine > best:
                    best, nearest = cosine, j
        here = nearest
    return order


@njit(cache=True)
def _improved(at: Floats, near: Indices, order: Indices) -> Indices:
    """A round no swap of two turns and no move of few targets makes shorter (n,)."""
    n = len(order)
    place = np.empty(n, np.int64)
    for k in range(n):
        place[order[k]] = k
    better = n > 3
    while better:
        better = False
        for a in range(n):
            if _swapped(at, near, order, place, a) or _moved(at, near, order, place, a):
                better = True
    return order


@njit(cache=True)
def _swapped(at: Floats, near: Indices, order: Indices, place: Indices, a: int) -> bool:
    """Whether two turns could be swapped for shorter ones, one of them from or to `a`."""
    n = len(order)
    for step in (1, -1):
        beyond = order[(place[a] + step) % n]
        old = _apart(at, a, beyond)
        for b in near[a]:
            new = _apart(at, a, b)
            if new >= old:
                break
            past = order[(place[b] + step) % n]
            change = new + _apart(at, beyond, past) - old - _apart(at, b, past)
            if change < -1e-12:
                if step == 1:
                    _reverse(order, place, place[beyond], place[b])
                else:
                    _reverse(order, place, place[b], place[beyond])
                return True
    return False


@njit(cache=True)
def _reverse(order: Indices, place: Indices, first: int, last: int) -> None:
    """Turn round the part of a round between two places, both included, in place."""
    n = len(order)
    for _ in range(((last - first) % n + 1) // 2):
        order[first], order[last] = order[last], order[first]
        place[order[first]], place[order[last]] = first, last
        first, last = (first + 1) % n, (last - 1) % n


@njit(cache=True)
def _moved(at: Floats, near: Indices, order: Indices, place: Indices, a: int) -> bool:
    """Whether `a` and up to two that follow it are better between two others, either way round."""
    n = len(order)
    for length in range(1, min(LONGEST, n - 3) + 1):
        z = order[(place[a] + length - 1) % n]
        before, after = order[(place[a] - 1) % n], order[(place[z] + 1) % n]
        gained = _apart(at, before, a) + _apart(at, z, after) - _apart(at, before, after)
        for b in near[a]:
            new = _apart(at, a, b)
            if new >= gained:
                break
            if (place[b] - place[a]) % n < length:
                continue
            for step in (1, -1):
                other = order[(place[b] + step) % n]
                if (place[other] - place[a]) % n < length:
                    continue
                change = new + _apart(at, z, other) - _apart(at, b, other) - gained
                if change < -1e-12:
                    _put(order, place, place[a], length, b, step)
                    return True
    return False


@njit(cache=True)
def _put(order: Indices, place: Indices, first: int, length: int, b: int, step: int) -> None:
    """Take `length` targets from place `first` on and put them beside `b`, the first next to it.

    With `step` 1 they stand behind it, with -1 before it and the other way round.
    """
    n = len(order)
    part = np.empty(length, np.int64)
    for k in range(length):
        part[k] = order[(first + k) % n]
    rest = np.empty(n - length, np.int64)
    for k in range(n - length):
        rest[k] = order[(first + length + k) % n]
    at = 0
    for each in rest:
        if each == b and step == -1:
            for k in range(length):
                order[at] = part[length - 1 - k]
                at += 1
        order[at] = each
        at += 1
        if each == b and step == 1:
            for k in range(length):
                order[at] = part[k]
                at += 1
    for k in range(n):
        place[order[k]] = k
