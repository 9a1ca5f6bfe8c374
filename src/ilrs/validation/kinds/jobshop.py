"""The shortest schedule of a job shop: every job visits its machines in its order."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ilrs.errors import DataError
from ilrs.planning.project import Project
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.kinds.rcpsp import shortest
from ilrs.validation.material import Expected, Inputs, NotRun


def run(inputs: Inputs) -> dict[str, float]:
    """The makespan of the best schedule found within the case's `seconds`."""
    inputs.only("file", "seconds")
    unknown = sorted(set(inputs.asked) - {"makespan"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    return {"makespan": shortest(read_job_shop(inputs.path()), inputs.number("seconds", 60.0))}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The difference from the known optimum."""
    return compare_values(ours, expected.values, expected.tolerance or {"absolute": 0})


def read_job_shop(path: Path) -> Project:
    """A job shop as a project: a line with jobs and machines, then (machine, duration) by job."""
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    rows = [[int(word) for word in line] for line in lines if line and not line[0].startswith("#")]
    if not rows or len(rows[0]) != 2 or len(rows) != rows[0][0] + 1:
        raise DataError(f"{path}: not a job shop: its first line counts jobs and machines")
    jobs, machines = rows[0]
    steps = np.array(rows[1:], dtype=np.int64).reshape(jobs, -1, 2)
    demand = np.zeros((steps.shape[0] * steps.shape[1], machines), dtype=np.int64)
    demand[np.arange(len(demand)), steps[:, :, 0].ravel()] = 1
    task = np.arange(len(demand)).reshape(jobs, -1)
    before = np.stack([task[:, :-1].ravel(), task[:, 1:].ravel()], axis=1)
    return Project(steps[:, :, 1].ravel(), demand, np.ones(machines, dtype=np.int64), before)
