"""Matching proposals to opportunities: proven best, or how sure within the time.

Proposals are drawn (seeded) from the packaged ones that fly, each figure between 0.6 and 1.65
times its own; slots from those of the packaged call, on six places with dates of their own. Six
limits are shared in each (mass, power, data, command loops, robot time, samples), fifty pairs
clash, and points are those of the packaged criteria, but that readiness counts up to two years. In
the first row 60 % of the proposals answer one opportunity by name, 30 % two and 10 % three, those
they stand best in; in the second they go wherever they fit. Those that fit somewhere ask for twice
the command loops there are, and for all the mass. Peers: scipy's `milp` (HiGHS) on the plain
formulation, stopped by the same clock, and greedy by score (a spreadsheet's way; only its points).
`error` is the gap between points and proven bound as a share of the bound; 0 is a proven optimum.
Times are by the clock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.measure import arguments, show
from ilrs.partnership.matching.problem import NOWHERE, Clash, Problem
from ilrs.partnership.matching.solve import solve

EQUIPMENT, SUBSYSTEM, SYSTEM = range(3)
PROPOSALS = (
    # level, kg, W, kbit/s, loops a day, robot h a month, samples, days at work
    (EQUIPMENT, 17, 51, 6, 2, 0, 0, 365),
    (EQUIPMENT, 12.2, 13.8, 5, 0.3, 0, 0, 1095),
    (EQUIPMENT, 16, 5.75, 0.3, 2, 0, 0, 730),
    (EQUIPMENT, 8, 7.75, 25, 1, 0, 0, 730),
    (EQUIPMENT, 6.3, 10.4, 4, 0.5, 0, 0, 1095),
    (EQUIPMENT, 11.7, 9, 0.8, 0.1, 0, 0, 1825),
    (EQUIPMENT, 5, 5.5, 1, 0.2, 0, 0, 730),
    (EQUIPMENT, 4.6, 0, 0, 0, 0, 0, 3650),
    (EQUIPMENT, 23.9, 28, 40, 2, 1, 0, 1825),
    (SUBSYSTEM, 100, 1060, 2, 3, 10, 12, 540),
    (SYSTEM, 46, 30.2, 60, 0.5, 1, 0, 730),
    (SYSTEM, 44.6, 40.5, 12, 3, 0, 0, 730),
    (SYSTEM, 120, 308, 20, 10, 0, 0, 1095),
    (SYSTEM, 30, 29.4, 8, 18, 0, 0, 180),
)
FREE = 10**6
SLOTS = (
    # levels, kg each, then in all: kg, W, kbit/s, loops a day, robot h a month, samples
    ((EQUIPMENT,), 20, 60, 150, 20, 2, 0, 0),
    ((EQUIPMENT, SUBSYSTEM), 100, 200, 300, 60, 4, 4, 6),
    ((SYSTEM,), 100, 200, 250, 60, 12, 0, 0),
    ((EQUIPMENT, SYSTEM), 40, 80, 0, FREE, 1, 2, 0),
    ((EQUIPMENT, SUBSYSTEM, SYSTEM), 100, 200, 800, 20, 6, 12, 20),
    ((EQUIPMENT, SUBSYSTEM), 40, 120, 250, 20, 4, 0, 0),
    ((EQUIPMENT, SUBSYSTEM, SYSTEM), 100, 200, 300, 120, 6, 4, 0),
)
FINE = 1000
"""Small units of a limit: grams, milliwatts."""
NAMED = (0.6, 0.3, 0.1)
"""Shares of proposals that answer one, two, three opportunities."""


def drawn(proposals: int, slots: int, seed: int, *, named: bool) -> Problem:
    """A problem of this size."""
    rng = np.random.default_rng(seed)
    n, m = proposals, slots
    kinds = np.array(PROPOSALS)[rng.integers(0, len(PROPOSALS), n)]
    drew = rng.integers(0, len(SLOTS), m)
    capacity = np.array([SLOTS[k][2:] for k in drew]) * FINE
    each = np.array([SLOTS[k][1] for k in drew]) * FINE
    taken = np.rint(kinds[:, 1:7] * np.exp(rng.uniform(-0.5, 0.5, (n, 6))) * FINE).astype(np.int64)
    demand = np.repeat(taken[:, None], m, axis=1)
    ready, due = rng.integers(0, 1300, n)[:, None], rng.integers(365, 2200, m)
    latest = ready + rng.integers(365, 1500, n)[:, None]
    place = rng.integers(0, 6, m)
    stands = (rng.random((n, 6)) < 0.35) | (rng.random(n) < 0.4)[:, None]
    fits = np.array([[kind in SLOTS[k][0] for k in drew] for kind in kinds[:, 0]])
    fits &= (taken[:, :1] <= each) & stands[:, place] & (ready <= due) & (due <= latest)
    fits &= (demand <= capacity).all(axis=2)
    # Kinds of gifts, days ahead, room to spare, share of the slot's mass, days at work.
    gifts, ahead = rng.integers(0, 4, n)[:, None] / 3, np.clip((due - ready) / 730, 0, 1)
    share = demand / np.maximum(capacity, 1)
    spare = np.clip(1 - np.maximum(share.max(axis=2), taken[:, :1] / each), 0, 0.5) / 0.5
    light = np.clip(0.5 - share[:, :, 0], 0, 0.5) / 0.5
    works = np.clip(kinds[:, 7:] / 1095, 0, 1)
    points = 40 * gifts + 20 * ahead + 20 * spare + 10 * light + 10 * works
    score = np.floor(points + 0.5).astype(np.int64)
    if named:
        liked = np.where(fits, score + rng.uniform(0, 20, (n, m)), -1)
        rank = np.argsort(np.argsort(-liked, axis=1), axis=1)
        fits &= rank <= rng.choice(len(NAMED), n, p=NAMED)[:, None]
    clashes = []
    for _ in range(n // 10):
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        for g in range(6):
            there = frozenset(np.flatnonzero(place == g).tolist())
            clashes.append(Clash(a, b, there, there))
    return Problem(np.where(fits, score, -1), demand, capacity, tuple(clashes))


def greedy(problem: Problem) -> NDArray[np.int64]:
    """Highest score first, each into the first slot that still takes it."""
    places = np.full(problem.size[0], NOWHERE)
    left = problem.capacity.copy()
    ok = problem.alone()
    pairs = sorted(zip(*np.nonzero(ok), strict=True), key=lambda p: -problem.score[p])
    for i, j in pairs:
        if places[i] == NOWHERE and (problem.demand[i, j] <= left[j]).all():
            places[i] = j
            if any(
                (places[c.first] in c.slots_first) and (places[c.second] in c.slots_second)
                for c in problem.clashes
                if i in (c.first, c.second)
            ):
                places[i] = NOWHERE
                continue
            left[j] -= problem.demand[i, j]
    return places


@contextmanager
def _quiet() -> Iterator[None]:
    """Standard output without what scipy's HiGHS prints past its own switch for that."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def plain_milp(problem: Problem, seconds: float) -> tuple[float, int, int]:
    """Seconds, points and bound of HiGHS through scipy on the plain formulation."""
    proposal, slot = np.nonzero(problem.alone())
    n, m = problem.size
    columns = np.arange(len(proposal))
    ones = np.ones(len(proposal))
    parts = [sparse.csr_array((ones, (proposal, columns)), shape=(n, len(columns)))]
    most = [np.ones(n)]
    for q in range(problem.capacity.shape[1]):
        weights = problem.demand[proposal, slot, q].astype(float)
        parts.append(sparse.csr_array((weights, (slot, columns)), shape=(m, len(columns))))
        most.append(problem.capacity[:, q].astype(float))
    for c in problem.clashes:
        one = (proposal == c.first) & np.isin(slot, sorted(c.slots_first))
        other = (proposal == c.second) & np.isin(slot, sorted(c.slots_second))
        if one.any() and other.any():
            parts.append(sparse.csr_array((one | other).astype(float)[None, :]))
            most.append(np.ones(1))
    rows = LinearConstraint(sparse.vstack(parts).tocsc(), -np.inf, np.concatenate(most))
    begin = time.perf_counter()
    with _quiet():
        answer = milp(
            -problem.score[proposal, slot].astype(float),
            integrality=ones,
            bounds=Bounds(0.0, 1.0),
            constraints=rows,
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
    spent = time.perf_counter() - begin
    points = 0 if answer.x is None else -round(answer.fun)
    return spent, points, int(-answer.mip_dual_bound + 1e-6)


def measure(proposals: int, slots: int, seconds: int, seed: int, *, named: bool) -> dict[str, Any]:
    problem = drawn(proposals, slots, seed, named=named)
    begin = time.perf_counter()
    found = solve(problem, seconds=float(seconds))
    ours = time.perf_counter() - begin
    assert not problem.faults(found.places)
    peer, points, bound = plain_milp(problem, float(seconds))
    assert found.points <= bound
    assert points <= found.bound
    peer_gap = (bound - points) / bound
    by_greedy = greedy(problem)
    assert not problem.faults(by_greedy)
    return {
        "job": f"match {proposals} proposals to {slots} slots, "
        + ("one to three named" if named else "wherever they fit"),
        "size": int(problem.alone().sum()),
        "unit": "s",
        "ours": ours,
        "peer": peer,
        "peer_name": f"scipy milp, plain, which leaves a gap of {peer_gap:.1%}",
        "ratio": peer / ours,
        "error": (found.bound - found.points) / found.bound,
        "error_unit": "gap",
        "memory_mb": None,
        "proven": found.proven,
        "points": found.points,
        "peer_points": points,
        "peer_gap": peer_gap,
        "greedy": problem.points(by_greedy),
    }


if __name__ == "__main__":
    options = arguments(__doc__, proposals=500, slots=50, seconds=60, seed=1)
    sizes = (options.proposals, options.slots)
    for named in (True, False):
        show(measure(*sizes, options.seconds, options.seed, named=named), options.json)
