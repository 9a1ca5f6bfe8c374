"""What no schedule can exceed: time and energy shared out over stretches, as a linear programme."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from ilrs.planning.schedule.problem import Floats, Ints, Problem

STRETCHES = 90
"""Stretches that the clock is divided into at most."""


def upper_bound(problem: Problem) -> float:
    """No schedule's worth is above this.

    Of every task, the time it spends in each stretch is free; a unit has no more time than the
    stretch, tasks of like conditions no more than these allow, and power no more energy. Travel,
    order and what disturbs whom are left out, so the bound holds and is seldom reached.
    """
    tasks = problem.tasks
    if not tasks:
        return 0.0
    edges = _stretches(problem)
    allowed, kinds = _allowed(problem, edges)
    pairs = [(i, int(k)) for i in range(len(tasks)) for k in np.flatnonzero(allowed[kinds[i]])]
    column = len(tasks)
    rows: list[int] = []
    cols: list[int] = []
    values: list[float] = []
    limits: list[float] = []

    def row(entries: list[tuple[int, float]], limit: float) -> None:
        for c, v in entries:
            rows.append(len(limits))
            cols.append(c)
            values.append(v)
        limits.append(limit)

    mine: list[list[int]] = [[] for _ in tasks]
    by_unit: dict[tuple[str, int], list[int]] = {}
    by_kind: dict[tuple[str, int, int], list[int]] = {}
    by_supply: dict[tuple[int, int], list[tuple[int, float]]] = {}
    upper = []
    for n, (i, k) in enumerate(pairs):
        c, task = column + n, tasks[i]
        mine[i].append(c)
        upper.append(float(min(allowed[kinds[i], k], task.longest)))
        for unit in task.units:
            by_unit.setdefault((unit, k), []).append(c)
            by_kind.setdefault((unit, int(kinds[i]), k), []).append(c)
        for p, (supplies, _) in enumerate(problem.power):
            if task.supply in supplies and task.power > 0.0:
                by_supply.setdefault((p, k), []).append((c, task.power))
    # The first columns are how much of its longest time each task gets, as a share; none gets any
    # without what it waits for.
    for i, task in enumerate(tasks):
        row([(i, float(task.longest)), *((c, -1.0) for c in mine[i])], 0.0)
        for before in (lag.before for lag in task.lags if lag.needed and i not in problem.locked):
            most = tasks[before].longest / tasks[before].shortest
            row([(i, 1.0), (before, -most)], 0.0)
    length = np.diff(edges)
    for (_, k), columns in by_unit.items():
        row([(c, 1.0) for c in columns], float(length[k]))
    for (_, kind, k), columns in by_kind.items():
        if allowed[kind, k] < length[k] and len(columns) > 1:
            row([(c, 1.0) for c in columns], float(allowed[kind, k]))
    for (p, k), terms in by_supply.items():
        limit = np.maximum(problem.power[p][1][edges[k] : edges[k + 1]], 0.0)
        row(terms, float(limit.sum()))
    locked = sum(tasks[i].worth_of(b - a) for i, (a, b) in problem.locked.items())
    worth = np.array([0.0 if i in problem.locked else t.worth for i, t in enumerate(tasks)])
    matrix = sparse.csr_array((values, (rows, cols)), shape=(len(limits), column + len(pairs)))
    solved = linprog(
        np.concatenate([-worth, np.zeros(len(pairs))]),
        A_ub=matrix,
        b_ub=np.array(limits),
        bounds=[(0.0, 1.0)] * column + [(0.0, u) for u in upper],
        method="highs",
    )
    kept = sum(problem.stability * tasks[i].worth for i in problem.before)
    most = float(worth.sum()) if solved.status != 0 else -float(solved.fun)
    return most * (1 + 1e-7) + locked + kept


def _stretches(problem: Problem) -> Ints:
    """Edges of stretches: ends of spells as far as there is room for them, and even ones."""
    ends = {0, problem.count}
    kinds = {task.spells.tobytes(): task.spells for task in problem.tasks}
    for spells in kinds.values():
        ends |= {int(e) for e in spells.ravel() if 0 < e < problem.count}
    even = np.linspace(0, problem.count, STRETCHES // 2 + 1).round().astype(np.int64)
    chosen = np.unique([*even.tolist(), *ends])
    if len(chosen) > 2 * STRETCHES:
        chosen = np.unique(np.linspace(0, problem.count, STRETCHES + 1).round().astype(np.int64))
    return chosen.astype(np.int64)


def _allowed(problem: Problem, edges: Ints) -> tuple[Floats, Ints]:
    """Steps that each kind of spells leaves of every stretch (kinds, stretches), and the kind of
    every task.
    """
    known: dict[bytes, int] = {}
    rows: list[Floats] = []
    kinds = []
    for task in problem.tasks:
        key = task.spells.tobytes()
        if key not in known:
            known[key] = len(rows)
            held = _steps_since(task.spells[:, 0], edges) - _steps_since(task.spells[:, 1], edges)
            rows.append(np.diff(held).astype(np.float64))
        kinds.append(known[key])
    return np.array(rows), np.array(kinds, dtype=np.int64)


def _steps_since(marks: Ints, edges: Ints) -> Ints:
    """Steps from every mark that lies before an edge to it, summed (edges,)."""
    marks = np.sort(marks)
    before = np.searchsorted(marks, edges)
    return np.asarray(before * edges - np.concatenate([[0], np.cumsum(marks)])[before])
