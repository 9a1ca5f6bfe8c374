"""The best assignment, proven: most points, and among those the best by each tie-break in turn.

A mixed-integer programme over pairs, solved by HiGHS. Scores, demands and limits are whole numbers,
so a bound less than one point above a solution proves it. Deterministic: one thread, and the work
is limited by nodes, never by the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.errors import PlanError
from ilrs.partnership.matching.problem import NOWHERE, Problem, Wholes

Floats = NDArray[np.float64]
NEARLY_ONE = 0.999
"""A bound nearer than this to a solution proves it, as values are whole."""


@dataclass(frozen=True)
class Solved:
    """The slot of each proposal, its points, and the bound on any assignment's points.

    `proven` says that nothing has more points; `settled` that every tie-break was decided as well.
    """

    places: Wholes
    points: int
    bound: int
    proven: bool
    settled: bool
    nodes: int


@dataclass(frozen=True)
class _Pairs:
    """The programme: a column for each pair that may be, a row for each thing that limits pairs."""

    proposal: Wholes
    slot: Wholes
    matrix: sparse.csc_array
    most: Floats


def solve(
    problem: Problem,
    ties: Sequence[Wholes] = (),
    *,
    nodes: int = 100_000,
    seconds: float | None = None,
    forced: int | None = None,
) -> Solved:
    """The assignment with most points; of several, that with most of each of `ties` in turn.

    `ties` are whole values (n, m) of pairs, summed over those that are. With `forced`, this
    proposal must be somewhere. `nodes` limits the search of each stage; `seconds`, where given, by
    the clock, for benchmarks. Raises `PlanError` when a forced proposal can be nowhere.
    """
    pairs = _pairs(problem, forced)
    score = problem.score[pairs.proposal, pairs.slot].astype(np.float64)
    first = _best(pairs, score, [], None, nodes, seconds)
    if first is None:
        raise PlanError("nothing can be assigned as it is asked")
    chosen, bound, proven, count = first
    points = round(float(score @ chosen))
    settled, held = proven, [(score, points)]
    for tie in ties if proven else ():
        value = tie[pairs.proposal, pairs.slot].astype(np.float64)
        if not value.any():
            continue
        stage = _best(pairs, value, held, chosen, nodes, seconds)
        if stage is None or not stage[2]:
            settled = False
            break
        chosen = stage[0]
        count += stage[3]
        held.append((value, round(float(value @ chosen))))
    places = np.full(problem.size[0], NOWHERE)
    on = chosen > 0.5
    places[pairs.proposal[on]] = pairs.slot[on]
    return Solved(places, points, max(bound, points), proven, settled, count)


def _pairs(problem: Problem, forced: int | None) -> _Pairs:
    proposal, slot = np.nonzero(problem.alone())
    rows: list[tuple[Wholes, Floats, float]] = []

    def row(which: Wholes, weights: Floats, most: float) -> None:
        if len(which) and weights.sum() > most:
            rows.append((which, weights, most))

    for i in range(problem.size[0]):
        which = np.flatnonzero(proposal == i)
        row(which, np.ones(len(which)), 1.0)
    for j in range(problem.size[1]):
        which = np.flatnonzero(slot == j)
        for q, most in enumerate(problem.capacity[j]):
            weights = problem.demand[proposal[which], j, q].astype(np.float64)
            row(which, weights, float(most))
    for clash in problem.clashes:
        one = (proposal == clash.first) & np.isin(slot, sorted(clash.slots_first))
        other = (proposal == clash.second) & np.isin(slot, sorted(clash.slots_second))
        if one.any() and other.any():
            which = np.flatnonzero(one | other)
            row(which, np.ones(len(which)), 1.0)
    for crowd, most in problem.crowds:
        which = np.array(
            [k for k, pair in enumerate(zip(proposal, slot, strict=True))
             if (int(pair[0]), int(pair[1])) in crowd], np.int64
        )  # fmt: skip
        row(which, np.ones(len(which)), float(most))
    if forced is not None:
        which = np.flatnonzero(proposal == forced)
        rows.append((which, -np.ones(len(which)), -1.0))
    start = np.cumsum([0, *(len(which) for which, _, _ in rows)])
    index = np.concatenate([np.empty(0, np.int64), *(which for which, _, _ in rows)])
    values = np.concatenate([np.empty(0), *(weights for _, weights, _ in rows)])
    shape = (len(rows), len(proposal))
    matrix = sparse.csr_array((values, index, start), shape=shape).tocsc()
    return _Pairs(proposal, slot, matrix, np.array([most for _, _, most in rows]))


def _best(
    pairs: _Pairs,
    value: Floats,
    held: list[tuple[Floats, int]],
    begin: Floats | None,
    nodes: int,
    seconds: float | None,
) -> tuple[Floats, int, bool, int] | None:
    """Most of `value` with what is `held` kept: choice, bound, whether proven, nodes."""
    count = len(value)
    if not count:
        return np.empty(0), 0, True, 0
    matrix, most = pairs.matrix, pairs.most
    least = np.full(len(most), -highspy.kHighsInf)
    if held:
        more = sparse.csr_array(np.array([kept for kept, _ in held]))
        matrix = sparse.vstack([matrix, more]).tocsc()
        most = np.concatenate([most, np.full(len(held), highspy.kHighsInf)])
        least = np.concatenate([least, [float(total) for _, total in held]])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, matrix.shape[0]
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = value, np.zeros(count), np.ones(count)
    lp.row_lower_, lp.row_upper_ = least, most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": NEARLY_ONE,
        "mip_max_nodes": nodes,
        "mip_feasibility_tolerance": 1e-9,
    }
    for option, setting in options.items():
        solver.setOptionValue(option, setting)
    if seconds is not None:
        solver.setOptionValue("time_limit", seconds)
    solver.passModel(lp)
    if begin is not None:
        known = highspy.HighsSolution()
        known.col_value = list(begin)
        solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    chosen = np.round(np.array(solver.getSolution().col_value))
    bound = int(np.floor(info.mip_dual_bound + 1e-6))
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return chosen, bound, proven, max(int(info.mip_node_count), 0)
