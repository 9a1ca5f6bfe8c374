"""The best choice among the pairs that prices leave open, by branch and cut (HiGHS).

At every set of prices met, no packing of a slot is worth more than the best one: rows that hold for
every assignment, and with which the programme's relaxation is as tight as the packings' bound.
"""

from __future__ import annotations

import math
import time

import highspy
import numpy as np
from scipy import sparse

from ilrs.partnership.matching.prices import Priced
from ilrs.partnership.matching.problem import Problem, Wholes
from ilrs.partnership.matching.rows import Pairs

NODES = 1_000
"""Nodes of the search where no clock limits it."""
SURE = 1e-6
"""Points by which a bound in floating point is taken to be above its value."""


def branched(
    problem: Problem, pairs: Pairs, found: Priced, begin: Wholes, until: float
) -> tuple[Wholes, int]:
    """The columns of the best assignment met, from those to `begin` with, and the bound."""
    score = problem.score[pairs.proposal, pairs.slot].astype(float)
    matrix, most = _programme(problem, pairs, found)
    rows, columns = matrix.shape
    solver = highspy.Highs()
    for option, value in {
        **{"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5},
        **({"mip_max_nodes": NODES} if until == math.inf else {"time_limit": _left(until)}),
    }.items():
        solver.setOptionValue(option, value)
    solver.passModel(
        *(columns, rows, matrix.nnz, int(highspy.MatrixFormat.kColwise)),
        *(int(highspy.ObjSense.kMinimize), 0.0),
        *(-score, np.zeros(columns), np.ones(columns), np.full(rows, -np.inf), most),
        *(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data),
        np.ones(columns, np.int32),
    )
    known = highspy.HighsSolution()
    known.col_value = np.isin(np.arange(columns), begin).astype(float).tolist()
    solver.setSolution(known)
    solver.run()
    chosen = np.flatnonzero(np.array(solver.getSolution().col_value) > 0.5)
    info = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        # Points are whole: what is behind by less than one is behind by nothing.
        bound = round(-info.objective_function_value)
    else:  # stopped before any bound of its own, that of the prices stands
        own = -info.mip_dual_bound
        bound = math.floor((own if math.isfinite(own) else found.bound) + SURE)
    places = pairs.places(problem.size[0], chosen)
    if problem.faults(places) or score[chosen].sum() < score[begin].sum():
        chosen = begin
    return chosen, bound


def _programme(
    problem: Problem, pairs: Pairs, found: Priced
) -> tuple[sparse.csc_array, np.ndarray]:
    """The matrix of all rows, and the most each may add to."""
    column = np.full(problem.size, -1)
    column[pairs.proposal, pairs.slot] = np.arange(len(pairs.slot))
    which = [np.array(each) for each, _, _ in pairs.rows]
    weights = [np.array(each, float) for _, each, _ in pairs.rows]
    most = [float(each) for _, _, each in pairs.rows]
    for j, guests, worth, best in found.most:
        here = column[guests, j]
        left = (here >= 0) & (worth != 0.0)
        if worth[left].clip(0.0).sum() > best:
            which.append(here[left])
            weights.append(worth[left])
            most.append(best + SURE)
    rows = np.repeat(np.arange(len(which)), [len(each) for each in which])
    shape = (len(which), len(pairs.slot))
    values = np.concatenate(weights), (rows, np.concatenate(which))
    return sparse.csc_array(values, shape=shape), np.array(most)


def _left(until: float) -> float:
    return max(until - time.perf_counter(), 0.1)
