"""The schedule as a constraint model: optional intervals, for CP-SAT to solve from a hint."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from ilrs.errors import PlanError
from ilrs.planning.schedule.answer import Effort, Told
from ilrs.planning.schedule.problem import Budget, Problem, Schedule, Span, Task

WORTH_PARTS = 100_000
"""Integer parts of the largest worth in the solver's objective."""
POWER_PARTS = 200
"""Parts that the largest power is rounded down to: limits of power to 0.5 %."""


def improve(
    problem: Problem, effort: Effort, best: Schedule, *, tell: Told
) -> tuple[dict[int, Span] | None, float]:
    """What CP-SAT places within an effort, None for nothing, and its bound on any worth.

    The search begins from `best`; every better schedule is told. Runs where OR-tools can be loaded.
    """
    model = _Model(problem)
    model.hint(best.placed)
    return model.solve(effort, best, tell)


class _Model:
    """Variables and constraints of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.present: list[Any] = []
        self.start: list[Any] = []
        self.size: list[Any] = []
        self.end: list[Any] = []
        self.interval: list[Any] = []
        self.kept: dict[int, Any] = {}
        for i, task in enumerate(problem.tasks):
            self._task(i, task)
        self._units()
        self._disturbances()
        self._lags()
        self._likes()
        for supplies, limit in problem.power:
            self._power(supplies, limit)
        for budget in problem.budgets:
            self._budget(budget)
        self._objective()

    def _task(self, i: int, task: Task) -> None:
        model, problem = self.model, self.problem
        present = model.new_bool_var(f"do {task.name}")
        if i in problem.locked:
            a, b = problem.locked[i]
            model.add(present == 1)
            start: Any = model.new_constant(a)
            size: Any = b - a
        else:
            ranges = _from(task.starts(task.shortest), problem.earliest(task))
            if not ranges:
                model.add(present == 0)
                ranges = [[0, 0]]
            domain = cp_model.Domain.from_intervals(ranges)
            start = model.new_int_var_from_domain(domain, f"begin {task.name}")
            size = task.longest
            if task.longest > task.shortest:
                size = model.new_int_var(task.shortest, task.longest, f"length {task.name}")
        if isinstance(size, int):
            end = start + size
            interval = model.new_optional_fixed_size_interval_var(start, size, present, task.name)
        else:
            end = model.new_int_var(0, problem.count, f"end {task.name}")
            interval = model.new_optional_interval_var(start, size, end, present, task.name)
            if i not in problem.locked:
                self._within_spells(task, interval)
        self.present.append(present)
        self.start.append(start)
        self.size.append(size)
        self.end.append(end)
        self.interval.append(interval)
        if i in problem.before:
            self.kept[i] = self._same(i, *problem.before[i])

    def _same(self, i: int, a: int, b: int) -> Any:
        same = self.model.new_bool_var(f"keep {self.problem.tasks[i].name}")
        self.model.add_implication(same, self.present[i])
        self.model.add(self.start[i] == a).only_enforce_if(same)
        self.model.add(self.end[i] == b).only_enforce_if(same)
        return same

    def _within_spells(self, task: Task, interval: Any) -> None:
        """A task whose length is open must not reach over the end of a spell."""
        edges = [0, *task.spells.ravel().tolist(), self.problem.count]
        gaps = [
            self.model.new_fixed_size_interval_var(a, b - a, "closed")
            for a, b in zip(edges[::2], edges[1::2], strict=True)
            if b > a
        ]
        self.model.add_no_overlap([interval, *gaps])

    def _units(self) -> None:
        """One thing at a time, and the way between places."""
        tasks = self.problem.tasks
        for unit in sorted({unit for task in tasks for unit in task.units}):
            users = [i for i, task in enumerate(tasks) if unit in task.units]
            self.model.add_no_overlap([self.interval[i] for i in users])
            robots = [i for i in users if unit in tasks[i].robots]
            for i, j in combinations(robots, 2):
                forth = self.problem.gap(unit, tasks[i], tasks[j])
                back = self.problem.gap(unit, tasks[j], tasks[i])
                if (forth, back) != (0, 0) and self._near(i, j, forth, back):
                    self._either(i, j, forth, back)

    def _near(self, i: int, j: int, forth: int | None, back: int | None) -> bool:
        """Whether two tasks can come so close that the way between them matters."""
        spans = [self._hull(k) for k in (i, j)]
        (a, b), (c, d) = spans
        far = self.problem.count
        forth, back = (far if w is None else w for w in (forth, back))
        return not (b + forth <= c or d + back <= a)

    def _hull(self, i: int) -> Span:
        if i in self.problem.locked:
            return self.problem.locked[i]
        spells = self.problem.tasks[i].spells
        return (int(spells[0, 0]), int(spells[-1, 1])) if len(spells) else (0, 0)

    def _either(self, i: int, j: int, forth: int | None, back: int | None) -> None:
        """i, the way and j; or j, the way and i."""
        both = [self.present[i], self.present[j]]
        first = self.model.new_bool_var("")
        for way, a, b, literal in ((forth, i, j, first), (back, j, i, ~first)):
            if way is None:
                self.model.add_bool_or([~literal, *(~p for p in both)])
            else:
                self.model.add(self.end[a] + way <= self.start[b]).only_enforce_if(literal, *both)

    def _disturbances(self) -> None:
        for i, j in self.problem.disturbs:
            if self._near(i, j, 0, 0):
                self.model.add_no_overlap([self.interval[i], self.interval[j]])

    def _lags(self) -> None:
        for i, task in enumerate(self.problem.tasks):
            for lag in task.lags:
                j = lag.before
                if i not in self.problem.locked and lag.needed:
                    self.model.add_implication(self.present[i], self.present[j])
                both = [self.present[i], self.present[j]]
                between = self.start[i] - self.end[j]
                self.model.add(between >= lag.least).only_enforce_if(both)
                if lag.most is not None:
                    self.model.add(between <= lag.most).only_enforce_if(both)
        for i, j in self.problem.orders:
            both = [self.present[i], self.present[j]]
            self.model.add(self.end[i] <= self.start[j]).only_enforce_if(both)

    def _likes(self) -> None:
        """Times of one activity that differ in nothing come in their order."""
        for i, (a, b) in enumerate(
            zip(self.problem.tasks, self.problem.tasks[1:], strict=False), start=1
        ):
            pinned = {i - 1, i} & (self.problem.locked.keys() | self.problem.before.keys())
            alike = a.activity == b.activity and np.array_equal(a.spells, b.spells)
            if alike and not pinned and not a.lags and not b.lags and not self._awaited(i):
                self.model.add_implication(self.present[i], self.present[i - 1])
                self.model.add(self.start[i - 1] <= self.start[i])

    def _awaited(self, i: int) -> bool:
        return any(lag.before in (i - 1, i) for task in self.problem.tasks for lag in task.lags)

    def _power(self, supplies: frozenset[str], limit: Any) -> None:
        users = [
            i for i, t in enumerate(self.problem.tasks) if t.supply in supplies and t.power > 0.0
        ]
        draws = [self.problem.tasks[i].power for i in users]
        most = min(sum(draws), float(limit.max(initial=0.0)))
        # Nothing is drawn where nothing fits anyway; a part of a watt is no matter.
        unit = max(most / POWER_PARTS, 1.0)
        cap = np.floor(np.minimum(limit, sum(draws)) / unit + 1e-9).astype(np.int64)
        wanted = [int(np.ceil(d / unit - 1e-9)) for d in draws]
        if not users or sum(wanted) <= cap.min(initial=0):
            return
        top = int(cap.max(initial=0))
        edges = np.flatnonzero(np.diff(cap, prepend=-1, append=-1))
        intervals = [self.interval[i] for i in users]
        for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            if cap[a] < top:
                intervals.append(self.model.new_fixed_size_interval_var(a, b - a, "less power"))
                wanted.append(top - int(cap[a]))
        self.model.add_cumulative(intervals, wanted, top)

    def _budget(self, budget: Budget) -> None:
        step = float(self.problem.step)
        terms = []
        for i, task in enumerate(self.problem.tasks):
            use = budget.use(task, task.longest, step)
            if use <= 0.0:
                continue
            inside = self._begins_inside(i, budget.first, budget.last)
            if inside is not None:
                terms.append((use, inside))
        if sum(use for use, _ in terms) <= budget.amount:
            return
        unit = max(use for use, _ in terms) / 1000.0
        # A task whose length is open counts as its longest here: on the safe side.
        self.model.add(
            sum(int(np.ceil(use / unit - 1e-9)) * inside for use, inside in terms)
            <= int(budget.amount / unit + 1e-9)
        )

    def _begins_inside(self, i: int, first: int, last: int) -> Any:
        """A literal that the task happens and begins in a stretch; None when it cannot."""
        if i in self.problem.locked:
            return self.present[i] if first <= self.problem.locked[i][0] < last else None
        task = self.problem.tasks[i]
        ranges = _from(task.starts(task.shortest), self.problem.earliest(task))
        within = cp_model.Domain.from_intervals(ranges).intersection_with(
            cp_model.Domain(first, last - 1)
        )
        if within.is_empty():
            return None
        outside = cp_model.Domain.from_intervals(ranges).intersection_with(
            cp_model.Domain(first, last - 1).complement()
        )
        if outside.is_empty():
            return self.present[i]
        inside = self.model.new_bool_var("")
        self.model.add_linear_expression_in_domain(self.start[i], outside).only_enforce_if(
            self.present[i], ~inside
        )
        return inside

    def _objective(self) -> None:
        tasks = self.problem.tasks
        self.unit = max((t.worth for t in tasks), default=1.0) / WORTH_PARTS or 1.0
        terms: list[Any] = []
        for i, task in enumerate(tasks):
            worth = round(task.worth / self.unit)
            if isinstance(self.size[i], int):
                terms.append(round(task.worth_of(self.size[i]) / self.unit) * self.present[i])
            else:
                each = worth // task.longest
                counted = self.model.new_int_var(0, task.longest, "")
                self.model.add(counted <= self.size[i])
                self.model.add(counted == 0).only_enforce_if(~self.present[i])
                terms.append(each * counted)
            if i in self.kept:
                terms.append(round(self.problem.stability * worth) * self.kept[i])
        self.model.maximize(sum(terms))

    def hint(self, placed: Mapping[int, Span]) -> None:
        """Begin the search from a schedule."""
        for i in range(len(self.present)):
            self.model.add_hint(self.present[i], i in placed)
            if i in placed and i not in self.problem.locked:
                self.model.add_hint(self.start[i], placed[i][0])
                if not isinstance(self.size[i], int):
                    self.model.add_hint(self.size[i], placed[i][1] - placed[i][0])

    def solve(
        self, effort: Effort, best: Schedule, told: Told
    ) -> tuple[dict[int, Span] | None, float]:
        """The best schedule found, None for none, and the bound on any schedule's worth."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = effort.workers
        solver.parameters.random_seed = effort.seed
        solver.parameters.relative_gap_limit = effort.enough
        if effort.seconds is None:
            solver.parameters.interleave_search = True
            solver.parameters.max_deterministic_time = effort.work
        else:
            solver.parameters.max_time_in_seconds = effort.seconds
        status = solver.solve(self.model, _Teller(self, best, told))
        if status == cp_model.UNKNOWN:
            return None, best.bound
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise PlanError(f"no schedule: the solver says {solver.status_name(status).lower()}")
        # Rounding of worths: half a part a task.
        rounded = 0.5 * len(self.present) * self.unit
        return self.read(solver), solver.best_objective_bound * self.unit + rounded

    def read(self, solver: Any) -> dict[int, Span]:
        """What a solution places."""
        placed = {}
        for i, present in enumerate(self.present):
            if solver.value(present):
                placed[i] = (solver.value(self.start[i]), solver.value(self.end[i]))
        return placed


class _Teller(cp_model.CpSolverSolutionCallback):
    """Passes on each better schedule."""

    def __init__(self, model: _Model, best: Schedule, told: Told) -> None:
        super().__init__()
        self.model, self.best, self.told = model, best, told

    def on_solution_callback(self) -> None:
        placed = self.model.read(self)
        worth = self.model.problem.worth(placed)
        if worth > self.best.worth:
            bound = min(self.best.bound, self.best_objective_bound * self.model.unit)
            self.best = Schedule(placed, worth, max(bound, worth), "CP-SAT")
            self.told(self.best)


def _from(ranges: Any, first: int) -> list[list[int]]:
    """Half-open ranges (k, 2) as closed ones that begin at `first` or later."""
    return [[max(a, first), b - 1] for a, b in ranges.tolist() if b > first]
