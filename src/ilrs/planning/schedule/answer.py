"""A schedule at once, bettered as long as the effort lasts, with a bound on the best there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ilrs.planning.apart import call_apart
from ilrs.planning.schedule.bound import upper_bound
from ilrs.planning.schedule.greedy import best_greedy, drawn_forward
from ilrs.planning.schedule.problem import Problem, Schedule, Span
from ilrs.planning.schedule.search import search

Told = Callable[[Schedule], None]


@dataclass(frozen=True)
class Effort:
    """When to stop: deterministic `work` (the same answer each time), or wall-clock `seconds`.

    Also once the gap is `enough`. `workers` search in different ways; two cores serve eight.
    """

    work: float = 30.0
    seconds: float | None = None
    enough: float = 0.0
    workers: int = 8
    seed: int = 1
    ruins: int = 4000
    """Ruins of the compiled search before that."""


def schedule(
    problem: Problem,
    effort: Effort | None = None,
    *,
    hint: Mapping[int, Span] | None = None,
    told: Told | None = None,
) -> Schedule:
    """The best schedule found within an effort, with a bound; `told` hears of every better one.

    A greedy schedule stands at once; nothing worse is ever answered.
    """
    effort = effort or Effort()
    first = best_greedy(problem)
    if hint is not None and not problem.broken(hint) and problem.worth(hint) > first.worth:
        first = Schedule(dict(hint), problem.worth(hint), first.bound, "as before")
    if told:
        told(first)
    if first.worth < first.bound * (1 - 1e-9):
        first = _searched(problem, first, effort)
    bound = min(first.bound, upper_bound(problem))
    best = Schedule(first.placed, first.worth, max(bound, first.worth), first.method)
    if told:
        told(best)
    if best.gap <= max(effort.enough, 1e-9) or not problem.tasks:
        return best
    placed, found = call_apart(
        "ilrs.planning.schedule.model:improve", problem, effort, best, told=told
    )
    bound = min(best.bound, found)
    if placed is not None:
        placed = drawn_forward(problem, placed)
        if problem.worth(placed) > best.worth * (1 + 1e-12):
            best = Schedule(placed, problem.worth(placed), bound, "CP-SAT")
        elif problem.worth(placed) > best.worth * (1 - 1e-12):
            best = Schedule(best.placed, best.worth, bound, best.method)
    timed = effort.seconds is not None and bound > best.worth * (1 + 1e-6)
    return Schedule(best.placed, best.worth, max(bound, best.worth), best.method, timed)


def _searched(problem: Problem, first: Schedule, effort: Effort) -> Schedule:
    """What the compiled search makes of a schedule, drawn forward."""
    placed = drawn_forward(problem, search(problem, first.placed, effort.ruins, effort.seed))
    worth = problem.worth(placed)
    if worth <= first.worth * (1 + 1e-12):
        return first
    return Schedule(placed, worth, first.bound, "ruin and recreate")
