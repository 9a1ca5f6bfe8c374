"""Project scheduling: every task once, in the shortest time, within what the resources allow.

A compiled genetic search gives a good schedule in a moment; CP-SAT takes it as its hint and upper
bound, and proves or betters it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.planning.apart import call_apart
from ilrs.planning.project_search import good_starts

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Project:
    """Tasks with `duration` (n,) and `demand` (n, r) of resources of `capacity` (r,).

    `before` (k, 2) are pairs (a, b): b begins when a has ended or later.
    """

    duration: Integers
    demand: Integers
    capacity: Integers
    before: Integers

    def __post_init__(self) -> None:
        tasks, resources = self.demand.shape
        if self.duration.shape != (tasks,) or self.capacity.shape != (resources,):
            raise UserError("durations, demands and capacities differ in number")
        if (self.duration < 0).any() or (self.demand < 0).any():
            raise UserError("a task with a negative duration or demand")
        over = np.argwhere(self.demand > self.capacity)
        if over.size:
            task, resource = over[0]
            raise UserError(
                f"task {task} wants {self.demand[task, resource]} of resource {resource}, "
                f"which has {self.capacity[resource]}"
            )
        if self.before.size and not (0 <= self.before.min() <= self.before.max() < tasks):
            raise UserError(f"a precedence names a task that is none of the {tasks}")

    def makespan(self, starts: ArrayLike) -> int:
        """When the last task ends."""
        return int((np.asarray(starts) + self.duration).max(initial=0))

    def broken(self, starts: ArrayLike) -> list[str]:
        """What a schedule breaks, in words; empty for a feasible one."""
        begins = np.asarray(starts, dtype=np.int64)
        ends = begins + self.duration
        words = [f"task {a} begins before 0" for a in np.flatnonzero(begins < 0)]
        words += [
            f"task {b} begins before {a} has ended" for a, b in self.before if begins[b] < ends[a]
        ]
        for moment in np.unique(begins):
            running = (begins <= moment) & (moment < ends)
            used = self.demand[running].sum(axis=0)
            words += [
                f"resource {r} is overdrawn at {moment}"
                for r in np.flatnonzero(used > self.capacity)
            ]
        return words


@dataclass(frozen=True)
class ProjectSchedule:
    """A feasible schedule: `starts` (n,), its makespan, and the best bound below it."""

    starts: Integers
    makespan: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether no shorter schedule exists."""
        return self.bound >= self.makespan


def schedule_project(
    project: Project,
    *,
    seconds: float | None = None,
    work: float = 60.0,
    schedules: int = 80_000,
    seed: int = 1,
    workers: int = 8,
) -> ProjectSchedule:
    """The shortest schedule found, with a bound.

    Stops after deterministic `work` (then the answer is the same each time), or after `seconds` of
    wall-clock where they are given. The compiled search tries `schedules` first; eight `workers`
    search in different ways and serve on two cores as well.
    """
    _check_order(project)
    begin = time.monotonic()
    bound = _critical_path(project)
    hint = good_starts(
        project.duration, project.demand, project.capacity, project.before, schedules, seed, bound
    )
    best = project.makespan(hint)
    if bound >= best:
        return ProjectSchedule(hint, best, best)
    if seconds is not None:  # what the search took is gone
        seconds = max(seconds - (time.monotonic() - begin), 0.1)
    starts, proven = call_apart(
        "ilrs.planning.project_model:prove",
        project,
        hint,
        best,
        bound,
        seconds,
        work,
        seed,
        workers,
    )
    if starts is None:
        return ProjectSchedule(hint, best, bound)
    found = project.makespan(starts)
    if found > best:
        starts, found = hint, best
    return ProjectSchedule(starts, found, max(bound, proven))


def _critical_path(project: Project) -> int:
    """The longest chain of tasks, and the work of each resource over its capacity."""
    ends = project.duration.copy()
    for _ in range(len(ends)):
        later = ends.copy()
        for a, b in project.before:
            later[b] = max(later[b], later[a] + project.duration[b])
        if (later == ends).all():
            break
        ends = later
    work = (project.demand * project.duration[:, None]).sum(axis=0)
    needed = -(-work // np.maximum(project.capacity, 1))
    return int(max(ends.max(initial=0), needed.max(initial=0)))


def _check_order(project: Project) -> None:
    """Refuse a circle of precedences, naming its tasks."""
    left = np.ones(len(project.duration), dtype=np.bool_)
    while left.any():
        waits = np.zeros(len(left), dtype=np.bool_)
        for a, b in project.before:
            waits[b] |= left[a]
        free = left & ~waits
        if not free.any():
            named = ", ".join(map(str, np.flatnonzero(left).tolist()[:8]))
            raise UserError(f"the precedences go in a circle among the tasks {named}")
        left &= ~free
