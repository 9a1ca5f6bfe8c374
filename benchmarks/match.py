"""Matching proposals to opportunities: how good within a minute, and how sure.

Proposals and slots are drawn (seeded) in the likeness of the reference call: five kinds of slots,
six limits shared in each (mass, power, data, command loops, robot time, samples), dates, places,
clashes. Peers: greedy by score (a spreadsheet's way; only its points), and scipy's `milp` (HiGHS)
on the plain formulation, each stopped by the same clock. `error` is the gap between points and
proven bound as a share of the bound; 0 is a proven optimum. Times are by the clock.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.measure import arguments, show
from ilrs.partnership.matching.problem import NOWHERE, Clash, Problem
from ilrs.partnership.matching.solve import solve

KINDS = (
    # levels, kg in all, kg each, W, kbit/s, loops a day, robot h a month, samples, share
    ((0,), 60, 20, 150, 20, 2, 0, 0, 0.30),
    ((0, 1), 200, 100, 300, 60, 4, 4, 6, 0.25),
    ((2,), 200, 100, 250, 60, 12, 0, 0, 0.20),
    ((0, 2), 80, 40, 0, 0, 1, 2, 0, 0.10),
    ((0, 1, 2), 200, 100, 400, 40, 4, 6, 10, 0.15),
)
HALF = 182
"""Days of half a year."""
UNITS = np.array([10, 10, 100, 4, 2, 1])
SMALL = [1, 2, 3, 5, 8, 10, 12, 13, 15, 18, 20, 25, 35, 45, 60]
LARGE = [12, 20, 35, 40, 48, 60, 80, 100]


def drawn(proposals: int, slots: int, limits: int, seed: int) -> Problem:
    """A problem of this size, with the first `limits` of the six limits."""
    rng = np.random.default_rng(seed)
    n, m = proposals, slots
    kind = rng.choice(len(KINDS), m, p=[k[-1] for k in KINDS])
    level = rng.choice(3, n, p=[0.65, 0.1, 0.25])
    mass = np.where(level == 2, rng.choice(LARGE, n), rng.choice(SMALL, n))
    mass = np.ceil(mass * rng.uniform(1.05, 1.35, n) * 10) / 10
    fed = rng.random(n) < 0.8
    power = np.where(fed, rng.choice([2, 5, 8, 10, 15, 20, 30, 45, 60, 80, 100], n), 0)
    data = np.where(fed, rng.choice([0.1, 0.5, 1, 2, 3, 5, 8, 12, 20], n), 0)
    loops = rng.choice([0, 0.25, 0.5, 1, 2, 3], n, p=[0.1, 0.2, 0.25, 0.25, 0.15, 0.05])
    robot = rng.choice([0, 0, 0, 0.5, 1, 2], n)
    samples = rng.choice([0, 0, 0, 0, 1, 2, 4], n)
    demand = np.rint(np.stack([mass, power, data, loops, robot, samples], 1) * UNITS)
    capacity = np.array([[KINDS[k][c] for c in (1, 3, 4, 5, 6, 7)] for k in kind]) * UNITS
    ready, due = rng.integers(0, 7 * HALF, n), rng.integers(2 * HALF, 9 * HALF, m)
    latest, place = ready + rng.integers(2 * HALF, 8 * HALF, n), rng.integers(0, 6, m)
    stands = (rng.random((n, 6)) < 0.35) | (rng.random(n) < 0.4)[:, None]
    each = np.array([KINDS[k][2] for k in kind])
    fits = np.array([[level[i] in KINDS[k][0] for k in kind] for i in range(n)])
    fits &= (mass[:, None] <= each) & stands[:, place]
    fits &= (ready[:, None] <= due) & (due <= latest[:, None])
    # Points as the packaged criteria give them: kinds of gifts, days ahead, room to spare, share of
    # the slot's mass, days at work.
    gives, works = rng.integers(0, 4, n) / 3, rng.choice([180, 365, 730, 1095], n) / 1095
    ahead = np.clip((due - ready[:, None]) / 730, 0, 1)
    share = demand[:, None] / np.maximum(capacity, 1)
    fullest = np.maximum(share.max(axis=2), mass[:, None] / each)
    spare, light = np.clip((1 - fullest) / 0.5, 0, 1), np.clip((0.5 - share[:, :, 0]) / 0.5, 0, 1)
    total = 40 * gives[:, None] + 20 * ahead + 20 * spare + 10 * light + 10 * works[:, None]
    score = np.floor(total + 0.5).astype(np.int64)
    clashes = []
    for _ in range(n // 10):
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        for g in range(6):
            there = frozenset(np.flatnonzero(place == g).tolist())
            clashes.append(Clash(a, b, there, there))
    return Problem(
        np.where(fits, score, -1),
        np.repeat(demand[:, None, :limits], m, axis=1).astype(np.int64),
        capacity[:, :limits].astype(np.int64),
        tuple(clashes),
    )


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


def measure(proposals: int, slots: int, limits: int, seconds: int, seed: int) -> dict[str, Any]:
    problem = drawn(proposals, slots, limits, seed)
    begin = time.perf_counter()
    found = solve(problem, seconds=float(seconds))
    ours = time.perf_counter() - begin
    assert not problem.faults(found.places)
    peer, points, bound = plain_milp(problem, float(seconds))
    by_greedy = greedy(problem)
    assert not problem.faults(by_greedy)
    return {
        "job": f"match {proposals} proposals to {slots} slots, {limits} shared limits",
        "size": int(problem.alone().sum()),
        "unit": "points",
        "ours": found.points,
        "peer": points,
        "peer_name": "scipy milp, plain, same time",
        "ratio": found.points / points if points else None,
        "error": (found.bound - found.points) / found.bound,
        "error_unit": "gap",
        "memory_mb": None,
        "proven": found.proven,
        "ours_s": ours,
        "peer_s": peer,
        "peer_gap": (bound - points) / bound if bound else None,
        "greedy": problem.points(by_greedy),
    }


if __name__ == "__main__":
    options = arguments(__doc__, proposals=500, slots=50, seconds=60, seed=1)
    for limits in (1, 6):
        sizes = (options.proposals, options.slots)
        show(measure(*sizes, limits, options.seconds, options.seed), options.json)
