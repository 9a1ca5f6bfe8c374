"""One stage of a match for CP-SAT; runs in the process of `ilrs.planning.apart`."""

from __future__ import annotations

from typing import Any

from ortools.sat.python import cp_model

Row = tuple[list[int], list[int], int]
"""Columns, their whole weights, and the most they may add to."""


def best(
    value: list[int],
    rows: list[Row],
    held: list[tuple[list[int], int]],
    begin: list[bool] | None,
    work: float,
    seconds: float | None,
    tell: Any,
) -> tuple[list[int], int, bool] | None:
    """The columns of most `value` with all rows and what is `held` kept; the bound; whether proven.

    Nothing where nothing is possible or nothing was found within the work.
    """
    del tell
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in value]
    for which, weights, most in rows:
        chosen = [columns[k] for k in which]
        if most == 1 and all(w == 1 for w in weights):
            model.add_at_most_one(chosen)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(chosen, weights) <= most)
    for kept, total in held:
        model.add(cp_model.LinearExpr.weighted_sum(columns, kept) >= total)
    if begin is not None:
        for column, on in zip(columns, begin, strict=True):
            model.add_hint(column, on)
    model.maximize(cp_model.LinearExpr.weighted_sum(columns, value))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.interleave_search = seconds is None
    solver.parameters.random_seed = 1
    if seconds is None:
        solver.parameters.max_deterministic_time = work
    else:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen_columns = [k for k, column in enumerate(columns) if solver.boolean_value(column)]
    bound = int(solver.best_objective_bound + 0.5)
    return chosen_columns, bound, status == cp_model.OPTIMAL
