"""What people ask of a schedule: lock, pin, forbid, order; read from a file, laid on a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from pathlib import Path

import numpy as np
from pydantic import Field

from ilrs.components.component import Described
from ilrs.errors import UserError
from ilrs.planning.schedule.problem import Ints, Problem, Span
from ilrs.planning.schedule.record import instant_of
from ilrs.scenario.document import suggestion
from ilrs.scenario.instants import Instant
from ilrs.scenario.loading import read_document, validate_document


class Named(Described):
    """An activity, or one of its times; without `number` all of them."""

    activity: str
    number: int | None = Field(None, ge=1, description="Which of its times, from 1.")


class Pinned(Named):
    """A time of an activity that is to begin at an instant."""

    begins: Instant


class Forbidden(Named):
    """An activity that is not to be, or not to be under way between two instants."""

    begins: Instant | None = None
    ends: Instant | None = None


class Order(Described):
    """When both happen, `first` has ended before `then` begins."""

    first: Named
    then: Named


class Requests(Described):
    """Everything people ask of a schedule."""

    lock: list[Named] = []
    """Stays exactly as in the schedule that was agreed."""
    pin: list[Pinned] = []
    forbid: list[Forbidden] = []
    order: list[Order] = []


def read_requests(path: Path) -> Requests:
    """The requests of a YAML file; its mistakes name file and line."""
    return validate_document(read_document(path), Requests)


def named(text: str) -> Named:
    """The activity that `core` or `core#2` names."""
    activity, mark, number = text.partition("#")
    if mark and not (number.isdigit() and int(number) > 0):
        raise UserError(f"{text!r} names no time of an activity", remedy="write core, or core#2")
    return Named(activity=activity, number=int(number) if mark else None)


def asked(problem: Problem, requests: Requests, agreed: Mapping[int, Span]) -> Problem:
    """The problem with what people ask; refused where it cannot be, naming who and when.

    What is locked or pinned stands, whatever its conditions and the power say; what these say of it
    is the dispatch's to tell. It may not be in two places, or at once with what excludes it.
    """
    locked = dict(problem.locked)
    for request in requests.lock:
        for i in _tasks(problem, request):
            if i not in agreed:
                raise UserError(
                    f"{problem.tasks[i].name!r} cannot be locked: the agreed schedule does not "
                    "hold it",
                    remedy="pin it to an instant, or give the schedule that holds it",
                )
            locked[i] = agreed[i]
    for pinned in requests.pin:
        chosen = list(_tasks(problem, pinned))
        if len(chosen) > 1:
            raise UserError(
                f"{pinned.activity!r} happens {len(chosen)} times, and a pin is for one",
                remedy="give its number",
            )
        begin = _step(problem, pinned.begins)
        locked[chosen[0]] = (begin, begin + problem.tasks[chosen[0]].longest)
    problem = _without(problem, requests, locked)
    orders = [
        (i, j)
        for order in requests.order
        for i in _tasks(problem, order.first)
        for j in _tasks(problem, order.then)
        if i != j or order.first == order.then
    ]
    before = {i: span for i, span in problem.before.items() if i not in locked}
    problem = replace(problem, locked=locked, before=before, orders=(*problem.orders, *orders))
    _refuse_circles(problem)
    _refuse_clashes(problem)
    return problem


def _tasks(problem: Problem, wanted: Named) -> Iterator[int]:
    found = [i for i, t in enumerate(problem.tasks) if t.activity == wanted.activity]
    if not found:
        known = {task.activity for task in problem.tasks}
        raise UserError(
            f"there is no activity {wanted.activity!r}", remedy=suggestion(wanted.activity, known)
        )
    if wanted.number is not None:
        if wanted.number > len(found):
            raise UserError(
                f"{wanted.activity!r} happens {len(found)} times, not {wanted.number}",
                remedy=f"its numbers are 1 to {len(found)}",
            )
        found = [found[wanted.number - 1]]
    yield from found


def _refuse_circles(problem: Problem) -> None:
    """Orders that, with what comes after what anyway, lead back to where they began."""
    after = TopologicalSorter[int]()
    for i, j in problem.orders:
        after.add(j, i)
    for i, task in enumerate(problem.tasks):
        for lag in task.lags:
            after.add(i, lag.before)
    try:
        after.prepare()
    except CycleError as error:
        circle = " before ".join(problem.tasks[i].name for i in error.args[1])
        raise UserError(
            f"the order goes in a circle: {circle}", remedy="drop one of these orders"
        ) from error


def _step(problem: Problem, moment: np.datetime64) -> int:
    seconds = float((moment - problem.start) / np.timedelta64(1, "s"))
    if seconds < 0 or seconds >= problem.count * problem.step:
        raise UserError(
            f"{moment}Z is not in the period, {instant_of(problem, 0)} to "
            f"{instant_of(problem, problem.count)}",
            remedy="choose an instant within it, or plan a longer period (--to)",
        )
    if seconds % problem.step:
        raise UserError(
            f"{moment}Z is not the beginning of a step of the period",
            remedy=f"steps of {problem.step} s begin with {problem.start}Z",
        )
    return round(seconds / problem.step)


def _without(problem: Problem, requests: Requests, locked: Mapping[int, Span]) -> Problem:
    tasks = list(problem.tasks)
    for request in requests.forbid:
        first = 0 if request.begins is None else _step(problem, request.begins)
        last = problem.count if request.ends is None else _step(problem, request.ends)
        for i in _tasks(problem, request):
            span = locked.get(i)
            if i in problem.locked:
                continue  # it is past
            if span is not None and span[0] < last and first < span[1]:
                raise UserError(
                    f"{tasks[i].name!r} is locked from {instant_of(problem, span[0])} on, and "
                    "forbidden then",
                    remedy="drop one of the two",
                )
            tasks[i] = replace(tasks[i], spells=_cut(tasks[i].spells, first, last))
    return replace(problem, tasks=tuple(tasks))


def _cut(spells: Ints, first: int, last: int) -> Ints:
    """Spells without the steps `first`..`last`-1."""
    parts = []
    for a, b in spells.tolist():
        parts += [(a, min(b, first)), (max(a, last), b)]
    kept = [(a, b) for a, b in parts if b > a]
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def _refuse_clashes(problem: Problem) -> None:
    """Two locked tasks that need the same robot or instrument at once, or exclude each other."""
    for i, j in combinations(sorted(problem.locked), 2):
        gaps = problem.apart(i, j)
        (a, b), (c, d) = problem.locked[i], problem.locked[j]
        if gaps is None or c - b >= gaps[0] or a - d >= gaps[1]:
            continue
        first, second = problem.tasks[i], problem.tasks[j]
        shared = sorted(set(first.units) & set(second.units))
        who = f"{shared[0]!r} is booked twice" if shared else "they disturb each other"
        raise UserError(
            f"{who}: {first.name!r} from {instant_of(problem, a)} to {instant_of(problem, b)} and "
            f"{second.name!r} from {instant_of(problem, c)} to {instant_of(problem, d)}"
            + (", with the way between them" if shared and (c >= b or a >= d) else ""),
            remedy="unlock or move one of the two",
        )
    for i, (a, b) in problem.locked.items():
        if b > problem.count:
            raise UserError(
                f"{problem.tasks[i].name!r} would end {instant_of(problem, b)}, after the period",
                remedy="pin it earlier",
            )
        for lag in problem.tasks[i].lags:
            before = problem.locked.get(lag.before)
            if before is not None and a - before[1] < lag.least:
                raise UserError(
                    f"{problem.tasks[i].name!r} is locked before {problem.tasks[lag.before].name!r}"
                    ", which it comes after, has ended",
                    remedy="unlock or move one of the two",
                )
