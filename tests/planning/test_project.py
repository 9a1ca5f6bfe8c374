"""Project schedules against trying every order, and against what a schedule must not break."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.planning.project import Project, schedule_project
from ilrs.planning.project_search import good_starts


def project(
    duration: list[int], demand: list[list[int]], capacity: list[int], before: list[tuple[int, int]]
) -> Project:
    return Project(
        np.array(duration, dtype=np.int64),
        np.array(demand, dtype=np.int64).reshape(len(duration), len(capacity)),
        np.array(capacity, dtype=np.int64),
        np.array(before, dtype=np.int64).reshape(-1, 2),
    )


def random_project(seed: int, tasks: int) -> Project:
    random = np.random.default_rng(seed)
    capacity = random.integers(3, 7, 2)
    before = [(a, b) for b in range(tasks) for a in range(b) if random.random() < 0.25]
    demand = [[int(random.integers(0, c + 1)) for c in capacity] for _ in range(tasks)]
    return project(random.integers(0, 6, tasks).tolist(), demand, capacity.tolist(), before)


def by_every_order(asked: Project) -> int:
    """The least makespan: some order of the serial schedule is optimal."""
    tasks = len(asked.duration)
    horizon = int(asked.duration.sum()) + 1
    best = horizon
    for order in permutations(range(tasks)):
        place = {task: k for k, task in enumerate(order)}
        if any(place[a] > place[b] for a, b in asked.before.tolist()):
            continue
        used = np.zeros((horizon, len(asked.capacity)), dtype=int)
        ends: dict[int, int] = {}
        for task in order:
            t = max((ends[a] for a, b in asked.before.tolist() if b == task), default=0)
            length = int(asked.duration[task])
            while (used[t : t + length] + asked.demand[task] > asked.capacity).any():
                t += 1
            used[t : t + length] += asked.demand[task]
            ends[task] = t + length
        best = min(best, max(ends.values()))
    return best


@pytest.mark.parametrize("seed", range(5))
def test_the_shortest_is_the_least_over_every_order(seed: int) -> None:
    asked = random_project(seed, 6)
    schedule = schedule_project(asked, work=5.0, schedules=60)
    assert asked.broken(schedule.starts) == []
    assert schedule.makespan == asked.makespan(schedule.starts) == by_every_order(asked)
    assert schedule.proven


@pytest.mark.parametrize("seed", range(20))
def test_what_the_search_finds_breaks_nothing(seed: int) -> None:
    asked = random_project(seed + 100, 25)
    starts = good_starts(
        asked.duration, asked.demand, asked.capacity, asked.before, schedules=300, seed=seed
    )
    assert asked.broken(starts) == []
    again = good_starts(
        asked.duration, asked.demand, asked.capacity, asked.before, schedules=300, seed=seed
    )
    np.testing.assert_array_equal(starts, again)


def test_the_same_work_gives_the_same_schedule() -> None:
    asked = random_project(7, 40)
    first, second = (schedule_project(asked, work=0.02, schedules=60) for _ in range(2))
    np.testing.assert_array_equal(first.starts, second.starts)
    assert first.bound == second.bound


def test_a_broken_schedule_is_told() -> None:
    asked = project([2, 2, 1], [[1], [1], [1]], [1], [(0, 1)])
    assert asked.broken([0, 2, 4]) == []
    assert asked.broken([0, 1, 4])[0] == "task 1 begins before 0 has ended"
    assert "resource 0 is overdrawn at 2" in asked.broken([0, 2, 2])
    assert "task 0 begins before 0" in asked.broken([-1, 2, 4])


def test_a_circle_is_refused_by_name() -> None:
    asked = project([1, 1, 1, 1], [[0]] * 4, [1], [(0, 1), (1, 2), (2, 1)])
    with pytest.raises(UserError, match="circle among the tasks 1, 2"):
        schedule_project(asked)


def test_a_task_that_never_fits_is_refused() -> None:
    with pytest.raises(UserError, match="task 1 wants 3 of resource 0, which has 2"):
        project([1, 1], [[1], [3]], [2], [])


def test_nothing_to_do_takes_no_time() -> None:
    schedule = schedule_project(project([], [], [1], []))
    assert (schedule.makespan, schedule.proven) == (0, True)
