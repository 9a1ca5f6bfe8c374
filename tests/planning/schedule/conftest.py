"""Small problems of a few robots, and random ones to hold rules against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ilrs.planning.schedule.problem import Problem, Task
from ilrs.planning.schedule.ways import Leg, StepsOf


def spans(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def plain_task(name: str, steps: int, **changes: object) -> Task:
    robots = changes.pop("robots", ("rover",))
    units = (*robots, *changes.pop("tools", ()))  # type: ignore[misc]
    place = changes.pop("place", "ridge")
    given = {
        "activity": name, "number": 1, "of": 1, "shortest": steps, "longest": steps,
        "spells": spans((0, 100)), "robots": robots, "units": units, "origin": place,
        "target": place, "supply": "ridge", "power": 0.0, "data": {}, "value": 1.0, "priority": 9,
    } | changes  # fmt: skip
    return Task(**given)  # type: ignore[arg-type]


def drive(robot: str, origin: str, target: str) -> Leg | None:
    """Three steps between any two places, and no way to the island."""
    return None if "island" in (origin, target) else Leg(3 * 3600.0)


def problem_with(*tasks: Task, **changes: object) -> Problem:
    robots = sorted({r for t in tasks for r in t.robots})
    places = {"ridge", *(p for t in tasks for p in (t.origin, t.target))}
    given = {
        "start": np.datetime64("2031-01-01T00:00:00", "s"), "step": 3600, "count": 100,
        "tasks": tuple(tasks), "homes": dict.fromkeys(robots, "ridge"),
        "there": dict.fromkeys(robots, 0), "travel": StepsOf(drive, 3600, robots, places),
    } | changes  # fmt: skip
    return Problem(**given)  # type: ignore[arg-type]


@pytest.fixture
def task() -> Callable[..., Task]:
    return plain_task


@pytest.fixture
def problem() -> Callable[..., Problem]:
    return problem_with
