"""The shortest schedule of a project under limited resources."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ilrs.errors import DataError
from ilrs.planning.project import Project, schedule_project
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs, NotRun


def run(inputs: Inputs) -> dict[str, float]:
    """The makespan of the best schedule found within the case's `seconds`."""
    inputs.only("file", "seconds")
    unknown = sorted(set(inputs.asked) - {"makespan"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    return {"makespan": shortest(read_project(inputs.path()), inputs.number("seconds", 60.0))}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The difference from the known optimum."""
    return compare_values(ours, expected.values, expected.tolerance or {"absolute": 0})


def shortest(project: Project, seconds: float) -> float:
    """The makespan found within `seconds`; a schedule that breaks a rule is an error."""
    schedule = schedule_project(project, seconds=seconds)
    broken = project.broken(schedule.starts)
    if broken:
        raise DataError(f"the schedule found is not feasible: {broken[0]}")
    return float(schedule.makespan)


def read_project(path: Path) -> Project:
    """A project in Patterson's form: tasks and resources, capacities, then one task after another.

    A task: duration, demand of each resource, number of successors, successors (from 1).
    """
    try:
        numbers = [int(word) for word in path.read_text(encoding="ascii").split()]
        tasks, resources = numbers[:2]
        capacity = numbers[2 : 2 + resources]
        duration, demand, before = [], [], []
        at = 2 + resources
        for task in range(tasks):
            duration.append(numbers[at])
            demand.append(numbers[at + 1 : at + 1 + resources])
            count = numbers[at + 1 + resources]
            at += 2 + resources
            before += [(task, after - 1) for after in numbers[at : at + count]]
            at += count
    except (ValueError, IndexError) as error:
        raise DataError(f"{path}: not a project in Patterson's form") from error
    if at != len(numbers):
        raise DataError(f"{path}: {len(numbers) - at} numbers after the last task")
    return Project(
        np.array(duration, dtype=np.int64),
        np.array(demand, dtype=np.int64).reshape(tasks, resources),
        np.array(capacity, dtype=np.int64),
        np.array(before, dtype=np.int64).reshape(-1, 2),
    )
