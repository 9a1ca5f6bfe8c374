"""Linear programmes handed to HiGHS as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.errors import PlanError

Floats = NDArray[np.float64]

ATTEMPTS: dict[str, list[dict[str, str | bool | int]]] = {
    "simplex": [
        {"solver": "simplex"},
        {"solver": "simplex", "presolve": "off"},
        {"solver": "simplex", "simplex_strategy": 4},
        {"solver": "ipm", "run_crossover": "on"},
    ],
    "hipo": [{"solver": "hipo", "run_crossover": "off"}, {"solver": "simplex"}],
}
"""What is tried in turn: presolve now and then leaves a basis that is hard to clean up, and where
weights span many orders the primal simplex (strategy 4) ends where the dual one gives up.
"""


@dataclass(frozen=True)
class Programme:
    """Minimise cost x with row_lower <= matrix x <= row_upper and lower <= x <= upper."""

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csc_array
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True)
class Solution:
    """Values and objective of a programme, and how it was solved."""

    value: Floats
    objective: float
    iterations: int
    basis: highspy.HighsBasis | None


def solve(
    programme: Programme, method: str = "simplex", basis: highspy.HighsBasis | None = None
) -> Solution:
    """The optimum of a programme, from the `basis` of a like one where there is one.

    `method` is HiGHS's: `simplex`, or `hipo` (interior point, no crossover). Deterministic: one
    thread, no time limit. Raises `PlanError` when there is no optimum.
    """
    for options in ATTEMPTS[method]:
        solver = highspy.Highs()
        for option, value in {"output_flag": False, "threads": 1, **options}.items():
            solver.setOptionValue(option, value)
        _pass(solver, programme)
        if basis is not None and options == {"solver": "simplex"}:
            solver.setBasis(basis)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            break
    else:
        raise PlanError(
            f"the plan's linear programme ended with {solver.modelStatusToString(status)!r}",
            remedy="check for minimum outputs that nothing can take",
        )
    info = solver.getInfo()
    return Solution(
        value=np.array(solver.getSolution().col_value),
        objective=info.objective_function_value,
        iterations=max(info.ipm_iteration_count, info.simplex_iteration_count),
        basis=solver.getBasis() if method == "simplex" else None,
    )


def solve_integer(
    programme: Programme, integer: NDArray[np.bool_], start: Floats | None = None
) -> Solution:
    """The proven optimum of a programme whose columns `integer` are whole numbers.

    `start` holds values that keep all rows, from which the search begins. Deterministic: one
    thread, no time limit, no gap allowed. Raises `PlanError` when there is no optimum.
    """
    solver = highspy.Highs()
    exact = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 1e-6}
    for option, value in exact.items():
        solver.setOptionValue(option, value)
    _pass(solver, programme, integer)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        solver.setSolution(known)
    solver.run()
    status = solver.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise PlanError(
            f"the integer programme ended with {solver.modelStatusToString(status)!r}",
            remedy="check what is asked of it for contradictions",
        )
    info = solver.getInfo()
    found: Floats = np.array(solver.getSolution().col_value, dtype=np.float64)
    found[integer] = np.round(found[integer])
    return Solution(found, info.objective_function_value, info.simplex_iteration_count, None)


def _pass(
    solver: highspy.Highs, programme: Programme, integer: NDArray[np.bool_] | None = None
) -> None:
    """Hand over a programme as arrays, without a detour through lists."""
    matrix = programme.matrix
    rows, columns = matrix.shape
    whole = np.zeros(columns, dtype=np.int32) if integer is None else integer.astype(np.int32)
    solver.passModel(
        *(columns, rows, matrix.nnz, int(highspy.MatrixFormat.kColwise)),
        *(int(highspy.ObjSense.kMinimize), 0.0),
        *(programme.cost, programme.lower, programme.upper),
        *(programme.row_lower, programme.row_upper),
        *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
        whole,
    )
