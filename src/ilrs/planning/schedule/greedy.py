"""Schedules at once: tasks one after the other, each as early as it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from ilrs.planning.schedule.problem import Problem, Schedule, Span

Bools = NDArray[np.bool_]
Order = Callable[[Problem, int], float]


def _by_value(problem: Problem, i: int) -> float:
    return -problem.tasks[i].worth


def _by_value_per_energy(problem: Problem, i: int) -> float:
    task = problem.tasks[i]
    return -task.worth / max(task.power * task.longest, 1e-9)


def _by_deadline(problem: Problem, i: int) -> float:
    spells = problem.tasks[i].spells
    return float(spells[-1, 1]) if len(spells) else float("inf")


ORDERS: dict[str, Order] = {
    "value": _by_value,
    "value per power-hour": _by_value_per_energy,
    "earliest deadline": _by_deadline,
}


class Room:
    """What is still free while tasks are placed one by one."""

    def __init__(self, problem: Problem) -> None:
        """All of `problem` is free."""
        self.problem = problem
        self.placed: dict[int, Span] = {}
        self.power = [limit.copy() for _, limit in problem.power]
        self.left = [budget.amount for budget in problem.budgets]
        self.users: dict[str, list[int]] = {}
        self.followers: dict[int, list[tuple[int, int, int | None]]] = {}
        for i, task in enumerate(problem.tasks):
            for lag in task.lags:
                self.followers.setdefault(lag.before, []).append((i, lag.least, lag.most))
        self.disturbed: dict[int, list[int]] = {}
        for i, j in problem.disturbs:
            self.disturbed.setdefault(i, []).append(j)
            self.disturbed.setdefault(j, []).append(i)

    def place(self, i: int, span: Span) -> None:
        """Put a task where it is to be; whether it fits is not asked."""
        self._take(i, span, 1.0)
        self.placed[i] = span
        for unit in self.problem.tasks[i].units:
            self.users.setdefault(unit, []).append(i)

    def remove(self, i: int) -> Span:
        """Take a task out again."""
        span = self.placed.pop(i)
        self._take(i, span, -1.0)
        for unit in self.problem.tasks[i].units:
            self.users[unit].remove(i)
        return span

    def _take(self, i: int, span: Span, sign: float) -> None:
        problem, (a, b) = self.problem, span
        task = problem.tasks[i]
        for (supplies, _), left in zip(problem.power, self.power, strict=True):
            if task.supply in supplies:
                left[a:b] -= sign * task.power
        for k, budget in enumerate(problem.budgets):
            if budget.first <= a < budget.last:
                self.left[k] -= sign * budget.use(task, b - a, problem.step)

    def free(self, i: int, steps: int) -> Bools:
        """Where a task of `steps` may begin now, (count,)."""
        problem, task = self.problem, self.problem.tasks[i]
        free = np.zeros(problem.count, dtype=np.bool_)
        if steps > problem.count:
            return free
        for a, b in task.starts(steps):
            free[a:b] = True
        free[: problem.earliest(task)] = False
        if not self._after(i, steps, free):
            free[:] = False
            return free
        near = {j for unit in task.units for j in self.users.get(unit, ())}
        near |= {j for j in self.disturbed.get(i, ()) if j in self.placed}
        for j in near:
            gaps = problem.apart(i, j)
            if gaps is not None:
                a, b = self.placed[j]
                free[max(a - steps - gaps[0] + 1, 0) : max(b + gaps[1], 0)] = False
        self._powered(i, steps, free)
        return free

    def _after(self, i: int, steps: int, free: Bools) -> bool:
        for lag in self.problem.tasks[i].lags:
            if lag.before not in self.placed:
                if lag.needed:
                    return False
                continue
            end = self.placed[lag.before][1]
            free[: max(end + lag.least, 0)] = False
            if lag.most is not None:
                free[end + lag.most + 1 :] = False
        for j, least, most in self.followers.get(i, ()):
            if j in self.placed:
                begin = self.placed[j][0]
                free[max(begin - least - steps + 1, 0) :] = False
                if most is not None:
                    free[: max(begin - most - steps, 0)] = False
        for first, second in self.problem.orders:
            if second == i and first in self.placed:
                free[: self.placed[first][1]] = False
            if first == i and second in self.placed:
                free[max(self.placed[second][0] - steps + 1, 0) :] = False
        return True

    def _powered(self, i: int, steps: int, free: Bools) -> None:
        problem, task = self.problem, self.problem.tasks[i]
        begins = np.flatnonzero(free)
        if not begins.size:
            return
        first, last = int(begins[0]), min(int(begins[-1]) + steps, problem.count)
        for (supplies, _), left in zip(problem.power, self.power, strict=True):
            if task.power > 0.0 and task.supply in supplies:
                lacking = left[first:last] < task.power - 1e-6
                if lacking.any():
                    short = np.concatenate([[0], np.cumsum(lacking)])
                    free[first : last - steps + 1] &= short[steps:] == short[:-steps]
        for k, budget in enumerate(problem.budgets):
            if budget.use(task, steps, problem.step) > self.left[k] * (1 + 1e-12) + 1e-9:
                free[budget.first : budget.last] = False


def greedy(problem: Problem, order: str = "value") -> Schedule:
    """Every task in the order of `ORDERS[order]`, those it waits for first, as early as it fits.

    Locked tasks stand; of the lengths a task may have the longest that fits is taken.
    """
    room = Room(problem)
    for i, span in problem.locked.items():
        room.place(i, span)
    rank = ORDERS[order]
    _fill(room, sorted(range(len(problem.tasks)), key=lambda i: (rank(problem, i), i)))
    return _schedule(problem, room.placed, f"greedy by {order}")


def best_greedy(problem: Problem) -> Schedule:
    """The best of the greedy orders, and of what was agreed earlier where it still holds."""
    made = [greedy(problem, order) for order in ORDERS]
    if problem.before:
        made.append(kept(problem, problem.before))
    return max(made, key=lambda schedule: schedule.worth)


def kept(problem: Problem, agreed: Mapping[int, Span]) -> Schedule:
    """What was agreed, as far as it still holds, and the rest by value where there is room."""
    room = Room(problem)
    for i, span in problem.locked.items():
        room.place(i, span)
    for i, (a, b) in sorted(agreed.items(), key=lambda item: item[1]):
        if i not in room.placed and room.free(i, b - a)[a : a + 1].any():
            room.place(i, (a, b))
    _fill(room, sorted(range(len(problem.tasks)), key=lambda i: (_by_value(problem, i), i)))
    return _schedule(problem, room.placed, "what was agreed, kept")


def drawn_forward(problem: Problem, placed: Mapping[int, Span]) -> dict[int, Span]:
    """The same tasks, each as early as the others let it; locked and agreed ones stay."""
    room = Room(problem)
    for i, span in placed.items():
        room.place(i, span)
    for i in sorted(placed, key=lambda i: placed[i]):
        if i in problem.locked or problem.before.get(i) == placed[i]:
            continue
        a, b = room.remove(i)
        free = np.flatnonzero(room.free(i, b - a)[: a + 1])
        first = int(free[0]) if free.size else a
        room.place(i, (first, first + b - a))
    return room.placed


def _fill(room: Room, order: Iterable[int]) -> None:
    """Place what is not placed yet, in an order, predecessors first."""
    tried = set(room.placed)

    def attempt(i: int) -> None:
        if i in tried:
            return
        tried.add(i)
        task = room.problem.tasks[i]
        for lag in task.lags:
            attempt(lag.before)
        fit = _longest_fit(room, i)
        if fit is not None:
            room.place(i, fit)

    for i in order:
        attempt(i)


def _longest_fit(room: Room, i: int) -> Span | None:
    """Where a task fits for the longest, and there the earliest; None where it does not fit."""
    task = room.problem.tasks[i]

    def at(steps: int) -> Span | None:
        free = room.free(i, steps)
        first = int(free.argmax())
        return (first, first + steps) if free.any() else None

    found = at(task.longest)
    if found is not None or task.shortest == task.longest:
        return found
    found = at(task.shortest)
    low, high = task.shortest, task.longest
    while found is not None and high - low > 1:  # what fits for long fits for less
        middle = (low + high) // 2
        longer = at(middle)
        if longer is None:
            high = middle
        else:
            found, low = longer, middle
    return found


def _schedule(problem: Problem, placed: Mapping[int, Span], method: str) -> Schedule:
    # What no spell holds counts for nothing: with the rest placed nothing is left to search for.
    fits = [i for i, task in enumerate(problem.tasks) if len(task.spells) or i in placed]
    most = sum(
        problem.tasks[i].worth * (1.0 + problem.stability * (i in problem.before)) for i in fits
    )
    return Schedule(dict(placed), problem.worth(placed), most, method)
