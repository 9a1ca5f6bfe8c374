"""Schedules of oversubscribed years against greedy ones.

The first line is the median gain in worth over the best of three greedy orders (value, value per
power-hour, earliest deadline), which is what planners ship that only place; the worst year is told.
It is the compiled search's alone, and stops by work, not by the clock, so that a busy machine gives
the same figures.

Then a year of the reference station with twelve robots, by the clock: how long until it is planned,
schedule and dispatch agreed, environment counted, and how far that may be from the best; and how
long until it is planned anew when a rover is lost.
"""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from benchmarks._reference_year import busy_year, with_rover_lost
from benchmarks._schedule_year import year
from benchmarks.measure import arguments, show
from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import clock_of
from ilrs.network.network import Network
from ilrs.operations.doing import plan_activities
from ilrs.operations.run import dispatch_plan, silent
from ilrs.planning.answers import Answers
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.greedy import ORDERS, best_greedy
from ilrs.planning.schedule.problem import Schedule
from ilrs.planning.schedule.search import search
from ilrs.planning.schedule.tasks import problem_of

EFFORT = Effort(enough=0.01)
"""Of the year of the reference: CP-SAT is asked where the search is not within a per cent."""


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


def reference_year() -> list[dict[str, Any]]:
    """The time [s] until the busy year of the reference is planned, and anew with a rover lost."""
    loaded = with_rover_lost(busy_year())
    scenario = loaded.scenario
    begin = time.perf_counter()
    told: list[tuple[float, int, Schedule]] = []
    dispatched: list[float] = [begin]
    answers = Answers()

    def planner(network: Network) -> Plan:
        plan = dispatch_plan(network, scenario, silent, answers)
        dispatched.append(time.perf_counter())
        return plan

    def tell(round_: int, found: Schedule) -> None:
        told.append((time.perf_counter(), round_, found))

    environment = compute_environment(scenario, clock_of(scenario))
    made = plan_activities(loaded, environment, planner, EFFORT, tell)
    # Every agreement begins with a round of number 1, just after the dispatch of the one before.
    rounds = [k for k, (_, round_, _) in enumerate(told) if round_ == 1]
    begun = [max(t for t in dispatched if t <= told[k][0]) for k in rounds] + [dispatched[-1]]
    fault = next(k for k, change in enumerate(made.settled.replanned) if change.out)
    change = made.settled.replanned[fault]
    first = told[rounds[1] - 1][2]
    last = told[[*rounds, len(told)][fault + 2] - 1][2]
    problem = problem_of(scenario, environment)
    able = sum(len(task.spells) > 0 for task in problem.tasks)
    size = f"{able} activities, {len(problem.homes)} robots"

    def row(job: str, size: str, seconds: float, aim: float, found: Schedule) -> dict[str, Any]:
        return {
            "job": job,
            "size": f"{size}, gap {found.gap:.2%}",
            "unit": "s",
            "ours": seconds,
            "peer": aim,
            "peer_name": "aim",
            "ratio": aim / seconds,
            "error": found.gap,
            "error_unit": "gap",
            "memory_mb": None,
        }

    moved = f"{len(change.lost)} lost, {len(change.moved)} moved, {len(change.gained)} more"
    return [
        row("schedule: a year of the reference planned", size, begun[1] - begin, 60.0, first),
        row(
            "schedule: planned anew, a rover lost",
            f"{size}; {moved}",
            begun[fault + 2] - begun[fault + 1],
            10.0,
            last,
        ),
    ]


def main() -> None:
    options = arguments(__doc__, years=20, tasks=450, ruins=40_000, reference=1)
    search(year(1, 30), {}, 2)  # compiled before it is timed
    if options.years:
        show(gains(options.years, options.tasks, options.ruins), options.json)
    if options.reference:
        for row in reference_year():
            show(row, options.json)


if __name__ == "__main__":
    main()
