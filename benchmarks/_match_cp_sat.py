"""CP-SAT on the plain formulation of a match, apart from whatever loads another HiGHS."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from ilrs.partnership.matching.problem import Problem


def plain_cp_sat(problem: Problem, seconds: float, tell: Any) -> tuple[float, int, int]:
    """Seconds, points and bound of CP-SAT on the plain formulation; in a process of its own."""
    model = cp_model.CpModel()
    n, m = problem.size
    x = {(int(i), int(j)): model.new_bool_var("") for i, j in np.argwhere(problem.alone())}
    for i in range(n):
        model.add_at_most_one(x[i, j] for j in range(m) if (i, j) in x)
    for j in range(m):
        for q in range(problem.capacity.shape[1]):
            terms = [int(problem.demand[i, j, q]) * x[i, j] for i in range(n) if (i, j) in x]
            model.add(sum(terms) <= int(problem.capacity[j, q]))
    for c in problem.clashes:
        one = [x[c.first, j] for j in c.slots_first if (c.first, j) in x]
        other = [x[c.second, j] for j in c.slots_second if (c.second, j) in x]
        if one and other:
            model.add_at_most_one([*one, *other])
    model.maximize(sum(int(problem.score[pair]) * var for pair, var in x.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    begin = time.perf_counter()
    solver.solve(model)
    spent = time.perf_counter() - begin
    return spent, round(solver.objective_value), round(solver.best_objective_bound)
