"""Schedules of oversubscribed years against greedy ones, and projects against plain CP-SAT.

The first line is the median gain in worth over the best of three greedy orders (value, value per
power-hour, earliest deadline), which is what planners ship that only place; the worst year is told.
Then: the gap to the proven bound of one such year; and the projects of PSPLIB at hand: those of 30
tasks proven within 5 s, one of 120 against CP-SAT alone in the same time.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._schedule_year import year
from benchmarks.measure import arguments, show
from ilrs.planning.apart import call_apart
from ilrs.planning.project import schedule_project
from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.greedy import ORDERS, best_greedy, greedy
from ilrs.planning.schedule.search import search
from ilrs.validation.kinds.rcpsp import read_project


def gains(years: int, tasks: int, ruins: int, seconds: float) -> dict[str, Any]:
    """Gain over the best greedy order in each seeded year; every schedule is checked."""
    found, times = [], []
    for seed in range(1, years + 1):
        problem = year(seed, tasks)
        base = best_greedy(problem)
        begin = time.perf_counter()
        placed = schedule(problem, Effort(seconds=seconds, ruins=ruins, seed=seed)).placed
        times.append(time.perf_counter() - begin)
        if problem.broken(placed):
            raise AssertionError(problem.broken(placed)[0])
        found.append(problem.worth(placed) / base.worth - 1.0)
    return {
        "job": "schedule: gain in worth over the best of three greedy orders",
        "size": f"{years} oversubscribed years, {tasks} activities, 12 robots",
        "unit": "share",
        "ours": statistics.median(found),
        "peer": 0.0,
        "peer_name": f"greedy by {', '.join(ORDERS)}",
        "ratio": 1.0 + statistics.median(found),
        "error": 0.0,
        "worst": min(found),
        "best": max(found),
        "seconds": statistics.median(times),
        "memory_mb": None,
    }


def gap(tasks: int, seconds: float) -> dict[str, Any]:
    """The gap of a year of which most fits, `seconds` of CP-SAT after greedy and search."""
    problem = year(1, tasks, load=0.6)
    begin = time.perf_counter()
    base = greedy(problem, "value")
    found = schedule(problem, Effort(seconds=seconds))
    took = time.perf_counter() - begin
    if problem.broken(found.placed):
        raise AssertionError(problem.broken(found.placed)[0])
    return {
        "job": "schedule: gap to the proven bound",
        "size": f"a year, {tasks} activities, 12 robots, {took:.0f} s",
        "unit": "share",
        "ours": found.gap,
        "peer": 1.0 - base.worth / found.bound,
        "peer_name": "greedy by value, against our bound",
        "ratio": None,
        "error": 0.0,
        "memory_mb": None,
    }


def projects(seconds: float) -> list[dict[str, Any]]:
    """Projects of the library at hand; nothing where it is absent."""
    folder = Path(os.environ.get("ILRS_REFERENCE_DIR", "../shared/validation"))
    small = sorted(folder.rglob("j30*.rcp"))
    large = sorted(folder.rglob("j120*.rcp"))[:1]
    return [_proven(path) for path in small] + [_against_plain(path, seconds) for path in large]


def _proven(path: Path) -> dict[str, Any]:
    project = read_project(path)
    begin = time.perf_counter()
    found = schedule_project(project, seconds=5.0, schedules=5000)
    return {
        "job": f"project {path.stem}: proven shortest",
        "size": f"{len(project.duration)} tasks",
        "unit": "s",
        "ours": time.perf_counter() - begin,
        "peer": 5.0,
        "peer_name": "aim",
        "ratio": None,
        "error": 0.0 if found.proven else 1.0,
        "memory_mb": None,
    }


def _against_plain(path: Path, seconds: float) -> dict[str, Any]:
    project = read_project(path)
    ours = schedule_project(project, seconds=seconds)
    first = np.cumsum(project.duration) - project.duration
    longest = int(project.duration.sum())
    starts, _ = call_apart(
        "ilrs.planning.project_model:prove", project, first, longest, 0, seconds, 0.0, 1, 8
    )
    plain = longest if starts is None else project.makespan(starts)
    return {
        "job": f"project {path.stem}: length in {seconds:g} s",
        "size": f"{len(project.duration)} tasks",
        "unit": "periods",
        "ours": ours.makespan,
        "peer": plain,
        "peer_name": "CP-SAT alone",
        "ratio": plain / ours.makespan,
        "error": (ours.makespan - ours.bound) / ours.bound,
        "memory_mb": None,
    }


def main() -> None:
    options = arguments(__doc__, years=20, tasks=450, ruins=20_000, seconds=60, gap_tasks=300)
    search(year(1, 30), {}, 2)  # compiled before it is timed
    results = [gains(options.years, options.tasks, options.ruins, options.seconds / 2)]
    results.append(gap(options.gap_tasks, options.seconds / 2))
    for result in [*results, *projects(options.seconds)]:
        show(result, options.json)


if __name__ == "__main__":
    main()
