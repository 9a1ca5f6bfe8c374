"""Schedules of oversubscribed years against greedy ones.

The first line is the median gain in worth over the best of three greedy orders (value, value per
power-hour, earliest deadline), which is what planners ship that only place; the worst year is told.
It is the compiled search's alone. Then the gap to the proven bound of a year of which most fits,
with CP-SAT. Both stop by work, not by the clock, so a busy machine gives the same figures.
"""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarks._schedule_year import year
from benchmarks.measure import arguments, show
from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.greedy import ORDERS, best_greedy, greedy
from ilrs.planning.schedule.search import search


def gain(seed: int, tasks: int, ruins: int) -> tuple[float, float]:
    """The gain of a seeded year over its best greedy order, and the time [s] that took; checked."""
    problem = year(seed, tasks)
    base = best_greedy(problem)
    begin = time.process_time()
    # Any gap is enough: CP-SAT is not asked.
    placed = schedule(problem, Effort(enough=1.0, ruins=ruins, seed=seed)).placed
    took = time.process_time() - begin
    if problem.broken(placed):
        raise AssertionError(problem.broken(placed)[0])
    return problem.worth(placed) / base.worth - 1.0, took


def gains(years: int, tasks: int, ruins: int) -> dict[str, Any]:
    """Gain over the best greedy order in each seeded year; a process a core, each with a year."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        many = pool.map(gain, range(1, years + 1), [tasks] * years, [ruins] * years)
        found, times = map(list, zip(*many, strict=True))
    return {
        "job": "schedule: gain in worth over the best of three greedy orders",
        "size": f"{years} oversubscribed years, {tasks} activities, 12 robots; "
        f"worst {min(found):.1%}",
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


def gap(tasks: int, work: float) -> dict[str, Any]:
    """The gap of a year of which most fits, `work` of CP-SAT after greedy and search."""
    problem = year(1, tasks, load=0.6)
    base = greedy(problem, "value")
    found = schedule(problem, Effort(work=work))
    if problem.broken(found.placed):
        raise AssertionError(problem.broken(found.placed)[0])
    return {
        "job": "schedule: gap to the proven bound",
        "size": f"a year, {tasks} activities, 12 robots, work of {work:g}",
        "unit": "share",
        "ours": found.gap,
        "peer": 1.0 - base.worth / found.bound,
        "peer_name": "greedy by value, against our bound",
        "ratio": None,
        "error": 0.0,
        "memory_mb": None,
    }


def main() -> None:
    options = arguments(__doc__, years=20, tasks=450, ruins=40_000, gap_tasks=300, work=30)
    search(year(1, 30), {}, 2)  # compiled before it is timed
    if options.years:
        show(gains(options.years, options.tasks, options.ruins), options.json)
    if options.gap_tasks:
        show(gap(options.gap_tasks, options.work), options.json)


if __name__ == "__main__":
    main()
