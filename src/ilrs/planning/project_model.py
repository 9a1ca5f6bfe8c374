"""The shortest project as a constraint model; runs where OR-tools can be loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from ilrs.errors import PlanError
from ilrs.planning.project import Integers, Project


def prove(
    project: Project,
    hint: Integers,
    best: int,
    bound: int,
    seconds: float | None,
    work: float,
    seed: int,
    workers: int,
    *,
    tell: Callable[[Any], None],
) -> tuple[Integers | None, int]:
    """Starts (n,) of a schedule no longer than `best`, None where none is found; and a bound."""
    model = cp_model.CpModel()
    begins = [model.new_int_var(0, best, f"begin {i}") for i in range(len(project.duration))]
    _constrain(model, project, begins)
    span = model.new_int_var(bound, best, "makespan")
    for begin, duration in zip(begins, project.duration.tolist(), strict=True):
        model.add(begin + duration <= span)
    model.minimize(span)
    for begin, value in zip(begins, hint.tolist(), strict=True):
        model.add_hint(begin, value)
    model.add_hint(span, int((hint + project.duration).max()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    if seconds is None:
        solver.parameters.interleave_search = True
        solver.parameters.max_deterministic_time = work
    else:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.UNKNOWN:
        return None, bound
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise PlanError(f"no schedule: the solver says {solver.status_name(status).lower()}")
    starts = np.array([solver.value(begin) for begin in begins], dtype=np.int64)
    if status == cp_model.OPTIMAL:
        return starts, project.makespan(starts)
    return starts, int(np.ceil(solver.best_objective_bound))


def _constrain(model: cp_model.CpModel, project: Project, begins: list[cp_model.IntVar]) -> None:
    durations = project.duration.tolist()
    intervals = [
        model.new_fixed_size_interval_var(begin, duration, f"task {i}")
        for i, (begin, duration) in enumerate(zip(begins, durations, strict=True))
    ]
    for a, b in project.before.tolist():
        model.add(begins[a] + durations[a] <= begins[b])
    for resource, capacity in enumerate(project.capacity.tolist()):
        demand = project.demand[:, resource]
        users = np.flatnonzero(demand * project.duration).tolist()
        wanted = [int(demand[i]) for i in users]
        using = [intervals[i] for i in users]
        # One at a time has sharper propagation than a capacity.
        if wanted and 2 * min(wanted) > capacity:
            model.add_no_overlap(using)
        elif sum(wanted) > capacity:
            model.add_cumulative(using, wanted, capacity)
