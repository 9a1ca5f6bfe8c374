"""What is to be scheduled: tasks on robots and instruments, in steps of the clock; and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Span = tuple[int, int]
"""First step, and the step after the last."""

TravelSteps = Callable[[str, str, str], int | None]
"""Steps that a robot takes from one place to another; None where there is no way."""


@dataclass(frozen=True)
class Lag:
    """Task `before` must have ended `least` steps or more, and at most `most`, before this one.

    Without one that is `needed` this one is not done; others count only when they are done.
    """

    before: int
    least: int
    most: int | None
    needed: bool = True


@dataclass(frozen=True)
class Task:
    """One time of an activity, which may be left out.

    It lies whole within one of its `spells` (k, 2), half-open steps in order of their beginning;
    takes `shortest` to
    `longest` steps; and occupies all its `units` (robots and instruments).
    """

    activity: str
    number: int
    of: int
    shortest: int
    longest: int
    spells: Ints
    robots: tuple[str, ...]
    units: tuple[str, ...]
    origin: str
    target: str
    supply: str
    power: float
    data: Mapping[str, float]
    value: float
    priority: int
    lags: tuple[Lag, ...] = ()
    carried: bool = False
    """It draws from its robot's own battery, not from the station."""
    stretch: Span = (0, 1 << 40)
    """The part of the clock that this time of the activity belongs to."""

    @property
    def name(self) -> str:
        """The activity's name, and which time where there are several."""
        return self.activity if self.of == 1 else f"{self.activity}#{self.number}"

    @property
    def worth(self) -> float:
        """Value weighed by priority: each priority counts twice the next."""
        return self.value * 2.0 ** (9 - self.priority)

    def worth_of(self, steps: int) -> float:
        """The worth of a time of `steps`: shorter ones bring less."""
        return self.worth * steps / self.longest

    def starts(self, steps: int) -> Ints:
        """Half-open ranges (k, 2) in which it may begin when it takes `steps`."""
        room = self.spells[:, 1] - self.spells[:, 0] >= steps
        ranges = self.spells[room].copy()
        ranges[:, 1] -= steps - 1
        return ranges


@dataclass(frozen=True)
class Budget:
    """What the tasks that begin in `first`..`last`-1 may use together: [J], or [bit] of data.

    It holds for tasks supplied at `supplies`; a task across the edge counts wholly where it begins.
    `remedy` is told where not more energy, data or contact is what would admit more.
    """

    kind: Literal["energy", "data"]
    first: int
    last: int
    amount: float
    supplies: frozenset[str]
    why: str
    remedy: str = ""

    def use(self, task: Task, steps: int, step: float) -> float:
        """What a task of `steps` uses of it, wherever it begins."""
        if task.supply not in self.supplies:
            return 0.0
        if self.kind == "energy":
            return task.power * steps * step
        return sum(task.data.values()) * steps / task.longest


@dataclass(frozen=True)
class Problem:
    """Tasks, and what they share.

    `power` [W] (count,) bounds what tasks draw together at places of supply. `disturbs` are pairs
    of tasks that must not run at once. `locked` are settled, `before` is what was agreed earlier:
    a task that keeps its time earns `stability` of its worth more.
    """

    start: np.datetime64
    step: int
    count: int
    tasks: tuple[Task, ...]
    homes: Mapping[str, str]
    """Where each robot is at first."""
    there: Mapping[str, int]
    """The step from which each robot can move."""
    travel: TravelSteps
    power: tuple[tuple[frozenset[str], Floats], ...] = ()
    budgets: tuple[Budget, ...] = ()
    disturbs: tuple[tuple[int, int], ...] = ()
    locked: Mapping[int, Span] = field(default_factory=dict)
    before: Mapping[int, Span] = field(default_factory=dict)
    stability: float = 0.0
    orders: tuple[tuple[int, int], ...] = ()
    """Pairs (a, b) people ask for: when both happen, a ends before b begins."""

    def gap(self, robot: str, first: Task, second: Task) -> int | None:
        """Steps that `robot` needs between two tasks; None where it cannot get there."""
        return self.travel(robot, first.target, second.origin)

    def earliest(self, task: Task) -> int:
        """The step before which its robots cannot be there; after the end when they never can."""
        first = 0
        for robot in task.robots:
            way = self.travel(robot, self.homes[robot], task.origin)
            first = max(first, self.count if way is None else self.there[robot] + way)
        return first

    def apart(self, i: int, j: int) -> tuple[int, int] | None:
        """Steps between i and j when i comes first, and when j does; None when they may overlap.

        A number beyond the clock says that they cannot follow in this order.
        """
        a, b = self.tasks[i], self.tasks[j]
        if not set(a.units) & set(b.units):
            return (0, 0) if self._disturbed(i, j) else None
        forth = back = 0
        for robot in set(a.robots) & set(b.robots):
            there, home = self.gap(robot, a, b), self.gap(robot, b, a)
            forth = max(forth, self.count if there is None else there)
            back = max(back, self.count if home is None else home)
        return forth, back

    def _disturbed(self, i: int, j: int) -> bool:
        return (min(i, j), max(i, j)) in self._pairs

    @property
    def _pairs(self) -> frozenset[tuple[int, int]]:
        cached = self.__dict__.get("_pair_set")
        if cached is None:
            cached = frozenset((min(p), max(p)) for p in self.disturbs)
            object.__setattr__(self, "_pair_set", cached)
        return cached

    def worth(self, placed: Mapping[int, Span]) -> float:
        """The worth of what is placed; what was agreed earlier counts more by the stability."""
        return sum(
            self.tasks[i].worth_of(b - a)
            + (self.stability * self.tasks[i].worth if self.before.get(i) == (a, b) else 0.0)
            for i, (a, b) in placed.items()
        )

    def broken(self, placed: Mapping[int, Span]) -> list[str]:
        """What a schedule breaks, in words; empty for one that holds."""
        return [*self._alone(placed), *self._together(placed), *self._shared(placed)]

    def _alone(self, placed: Mapping[int, Span]) -> Iterator[str]:
        for i, (a, b) in placed.items():
            task = self.tasks[i]
            if i in self.locked and self.locked[i] == (a, b):
                continue
            if not task.shortest <= b - a <= task.longest:
                yield f"{task.name} takes {b - a} steps"
            if not ((task.spells[:, 0] <= a) & (b <= task.spells[:, 1])).any():
                yield f"{task.name} is outside what its conditions and windows allow"
            if a < self.earliest(task):
                yield f"{task.name} begins before its robots can be there"
        for i, span in self.locked.items():
            if placed.get(i) != span:
                yield f"{self.tasks[i].name} is locked and was moved"

    def _together(self, placed: Mapping[int, Span]) -> Iterator[str]:
        for i, (a, b) in placed.items():
            for lag in self.tasks[i].lags:
                if lag.before not in placed:
                    if i in self.locked or not lag.needed:  # people settled it, or it may
                        continue
                    yield f"{self.tasks[i].name} comes without {self.tasks[lag.before].name}"
                    continue
                between = a - placed[lag.before][1]
                if between < lag.least or (lag.most is not None and between > lag.most):
                    yield f"{self.tasks[i].name}: lag after {self.tasks[lag.before].name}"
            for j, (c, d) in placed.items():
                if j <= i:
                    continue
                gaps = self.apart(i, j)
                if gaps is not None and not (c - b >= gaps[0] or a - d >= gaps[1]):
                    yield f"{self.tasks[i].name} and {self.tasks[j].name} at once"
        for i, j in self.orders:
            if i in placed and j in placed and placed[i][1] > placed[j][0]:
                yield f"{self.tasks[i].name} is to be before {self.tasks[j].name}"

    def _shared(self, placed: Mapping[int, Span]) -> Iterator[str]:
        for supplies, limit in self.power:
            drawn = np.zeros(self.count)
            for i, (a, b) in placed.items():
                if self.tasks[i].supply in supplies:
                    drawn[a:b] += self.tasks[i].power
            over = np.flatnonzero(drawn > limit + 1.0)
            if over.size:
                yield f"power at {', '.join(sorted(supplies))} is overdrawn in step {over[0]}"
        for budget in self.budgets:
            used = sum(
                budget.use(self.tasks[i], b - a, self.step)
                for i, (a, b) in placed.items()
                if budget.first <= a < budget.last
            )
            if used > budget.amount * (1 + 1e-9) + 1e-6:
                yield f"the budget of {budget.kind} is overdrawn: {budget.why}"


@dataclass(frozen=True)
class Schedule:
    """Tasks placed, by index in their problem; its worth, the best bound above it, and how made."""

    placed: Mapping[int, Span]
    worth: float
    bound: float
    method: str
    timed: bool = False
    """Stopped by the wall-clock: another run may give another schedule."""

    @property
    def gap(self) -> float:
        """How far above the worth the best schedule may still be, as a share of the bound."""
        return max(self.bound - self.worth, 0.0) / self.bound if self.bound > 0.0 else 0.0
