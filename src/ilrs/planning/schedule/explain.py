"""Why something is not in a schedule, in the scenario's own words, and what would let it in.

Trials around the schedule as it stands: one family of constraints is dropped at a time, and the
amount that is missing is found by bisection or read off. What all others give way to is not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ilrs.environment.environment import Environment
from ilrs.network.network import Network
from ilrs.planning.schedule.greedy import Room
from ilrs.planning.schedule.launches import ascent_vehicle, out_of_plane
from ilrs.planning.schedule.problem import Budget, Problem, Schedule, Span, Task
from ilrs.planning.schedule.record import instant_of
from ilrs.planning.schedule.sorties import FULL, Sorties, margin_of
from ilrs.planning.schedule.tasks import (
    lasting_starts,
    longest_spell,
    open_steps,
    spells_from,
    spells_of,
)
from ilrs.scenario.schema import Scenario

KWH = 3.6e6
BISECTIONS = 20
MOST = 150
"""Times of activities that are explained one by one."""


@dataclass(frozen=True)
class Reason:
    """What blocks a task, in words, and the cheapest thing found that admits it."""

    why: str
    remedy: str


def reasons(
    scenario: Scenario,
    environment: Environment,
    problem: Problem,
    schedule: Schedule,
    network: Network | None = None,
) -> dict[tuple[str, int], tuple[str, str]]:
    """Why and remedy for what is not in the schedule, by activity and number."""
    told: dict[tuple[str, int], tuple[str, str]] = {}
    missing = [i for i in range(len(problem.tasks)) if i not in schedule.placed]
    trials = _Trials(scenario, environment, problem, schedule.placed, network)
    for i in missing[:MOST]:
        reason = trials.reason(i)
        task = problem.tasks[i]
        told[task.activity, task.number] = (reason.why, reason.remedy)
    return told


class _Trials:
    """Schedules around one that stands, each with something dropped."""

    def __init__(
        self,
        scenario: Scenario,
        environment: Environment,
        problem: Problem,
        placed: Mapping[int, Span],
        network: Network | None,
    ) -> None:
        self.scenario, self.environment = scenario, environment
        self.problem, self.placed = problem, dict(placed)
        self.sorties = Sorties(scenario, environment)
        self.capacity = 0.0
        if network is not None:
            stores = network.stores
            self.capacity = float((stores.reserve_weight * stores.capacity).sum())

    def reason(self, i: int) -> Reason:
        task = self.problem.tasks[i]
        waits = [lag.before for lag in task.lags if lag.needed and lag.before not in self.placed]
        if waits:
            name = self.problem.tasks[waits[0]].name
            return Reason(f"comes after {name}, which is not in the schedule", f"see {name}")
        if not len(task.spells):
            return self._nowhere(task)
        if self._fits(i, self.problem):
            return Reason(
                "there is room, but the schedule is not better with it", "raise its value"
            )
        found = [r for trial in self._families(i) if (r := trial()) is not None]
        return found[0] if found else self._several(i)

    def _nowhere(self, task: Task) -> Reason:
        """No spell is long enough, whatever else is scheduled."""
        each = self.scenario.activities[task.activity]
        hours = task.shortest * self.problem.step / 3600.0
        longest = longest_spell(self._open(task))
        if longest >= task.shortest:
            short = self._short_of_battery(task) or self._out_of_plane(task)
            if short is not None:
                return short
            return Reason(
                "what people asked, or what came before the plan was made anew, leaves no room",
                "forbidding less admits it",
            )
        held = longest * self.problem.step / 3600.0
        best = f"at most {held:.1f} h on end"
        if each.requires is not None and self._long(task, requires=False):
            holds = f"holds {best}" if held else "never holds"
            what = f"`{each.requires}` {holds} where and when it may be"
            remedy = f"a duration of {held:.1f} h" if held else "another condition, place or window"
            return Reason(f"needs {hours:g} h, and {what}", f"{remedy} admits it")
        if self._long(task, window=False):
            return Reason(
                f"needs {hours:g} h, and its window leaves {best if held else 'none'}",
                "a wider window admits it",
            )
        return Reason(
            f"needs {hours:g} h, and its robots, instruments and mission are "
            f"{f'there {best}' if held else 'never there together'}",
            "an earlier mission, a longer period or a repair admits it",
        )

    def _short_of_battery(self, task: Task) -> Reason | None:
        """What the battery of a robot lacks at the best of the times that its conditions leave."""
        starts = np.zeros(self.problem.count, dtype=np.bool_)
        for a, b in spells_of(self._open(task), task.shortest).tolist():
            starts[a : b - task.shortest + 1] = True
        lacking = self.sorties.lacking(task.activity, task.shortest, starts)
        if lacking is None:
            return None
        vehicle, joules = lacking
        if not np.isfinite(joules):
            return Reason(
                f"{vehicle.robot} would have to leave before the period begins",
                "an earlier beginning of the period, or a later window, admits it",
            )
        mobile = vehicle.mobile
        more = joules / (FULL * (1.0 - margin_of(self.scenario)) * mobile.depth_of_discharge)
        return Reason(
            f"the way there, the work and the way home take {joules / KWH:.2g} kWh more than the "
            f"battery of {vehicle.name} and the light on its panels give, whenever it may be",
            f"a battery of {(mobile.battery + more) / KWH:.3g} kWh, in place of "
            f"{mobile.battery / KWH:.3g} kWh, admits it",
        )

    def _out_of_plane(self, task: Task) -> Reason | None:
        """How near the site of an ascent comes to the orbiter's plane while it may lift off."""
        each, clock = self.scenario.activities[task.activity], self.environment.clock
        found = ascent_vehicle(self.scenario, each)
        spells = spells_of(self._open(task), task.shortest)
        if found is None or not len(spells):
            return None
        ends = np.concatenate([np.arange(a + task.shortest, b + 1) for a, b in spells.tolist()])
        off = out_of_plane(self.scenario, *found, clock, ends * float(clock.step))
        if (off <= found[1].widest).any():
            return None
        return Reason(
            f"whenever it may lift off its site lies {np.degrees(off.min()):.1f} deg or more "
            f"out of the orbiter's plane, and {found[0]} turns by "
            f"{np.degrees(found[1].widest):.1f} deg",
            "an ascent window in its time, another node of the orbiter, or more speed to turn with "
            "(`widest`) admits it",
        )

    def _spells(self, task: Task, **dropped: bool) -> np.ndarray:
        """Where it may lie without some of its conditions; what carries it must still last."""
        lasting = lasting_starts(self.sorties, task.activity, task.shortest, task.longest)
        return spells_from(self._open(task, **dropped), task.shortest, lasting)

    def _open(self, task: Task, **dropped: bool) -> np.ndarray:
        each = self.scenario.activities[task.activity]
        held = open_steps(self.scenario, self.environment, each, None, **dropped)
        inside = np.zeros_like(held)
        # Without its window it may also leave the stretch that its cadence gives it.
        a, b = (0, len(held)) if not dropped.get("window", True) else task.stretch
        inside[a:b] = held[a:b]
        return inside

    def _long(self, task: Task, **dropped: bool) -> bool:
        return longest_spell(self._open(task, **dropped)) >= task.shortest

    def _families(self, i: int) -> Iterator[Callable[[], Reason | None]]:
        """Trials in the order of what is cheapest to change."""
        yield lambda: self._budgets(i, "energy")
        yield lambda: self._budgets(i, "data")
        yield lambda: self._power(i)
        yield lambda: self._quiet(i)
        yield lambda: self._lags(i)
        yield lambda: self._orders(i)
        yield lambda: self._window(i)
        yield lambda: self._condition(i)
        yield lambda: self._units(i)

    def _fits(self, i: int, problem: Problem) -> bool:
        room = Room(problem)
        for j, span in self.placed.items():
            room.place(j, span)
        return bool(room.free(i, problem.tasks[i].shortest).any())

    def _with(self, i: int, **changes: object) -> Problem:
        tasks = list(self.problem.tasks)
        tasks[i] = replace(tasks[i], **changes)  # type: ignore[arg-type]
        return replace(self.problem, tasks=tuple(tasks))

    def _budgets(self, i: int, kind: str) -> Reason | None:
        problem, task = self.problem, self.problem.tasks[i]
        others = tuple(b for b in problem.budgets if b.kind != kind)
        if len(others) == len(problem.budgets):
            return None
        if not self._fits(i, replace(problem, budgets=others)):
            return None
        shortages = sorted(self._shortages(i, kind), key=lambda pair: pair[0])
        missing, budget = shortages[0]
        if not np.isfinite(missing):
            stretches = [b for b in problem.budgets if b.kind == kind]
            return Reason(
                f"{stretches[0].why}; several stretches together are short of "
                f"{'power' if kind == 'energy' else 'contact'}",
                "more of it in all of them admits it",
            )
        use = budget.use(task, task.shortest, problem.step)
        ends = instant_of(problem, min(budget.last, problem.count))
        if budget.remedy:
            return Reason(f"{budget.why} until {ends}", budget.remedy)
        if kind == "data":
            return Reason(
                f"brings {use / 1e9:.2g} Gbit until {ends}; {budget.why} blocks it",
                f"{missing / 1e9:.2g} Gbit more contact or recorder admits it",
            )
        remedy = f"{missing / KWH:.2g} kWh more in the stores admits it"
        if self.capacity > 0.0:
            share = missing / self.capacity
            remedy = f"a floor {share:.1%} lower, or {missing / KWH:.2g} kWh more, admits it"
        return Reason(
            f"needs {use / KWH:.2g} kWh before {ends}; the floor of the stores blocks it "
            f"({budget.why})",
            remedy,
        )

    def _shortages(self, i: int, kind: str) -> Iterator[tuple[float, Budget]]:
        """What is missing in every budget that, alone, would have to give way."""
        problem, task = self.problem, self.problem.tasks[i]
        room = Room(problem)
        for j, span in self.placed.items():
            room.place(j, span)
        for k, budget in enumerate(problem.budgets):
            missing = budget.use(task, task.shortest, problem.step) - room.left[k]
            if budget.kind == kind and missing > 0.0:
                more = [replace(b, amount=b.amount + missing * (b is budget) * (1 + 1e-6))
                        for b in problem.budgets]  # fmt: skip
                if self._fits(i, replace(problem, budgets=tuple(more))):
                    yield missing, budget
        yield float("inf"), problem.budgets[0]

    def _power(self, i: int) -> Reason | None:
        problem = self.problem
        task = problem.tasks[i]
        if not task.power or not self._fits(i, self._with(i, power=0.0)):
            return None
        # Budgets know the task's energy, the envelope only its power: leave the one, try the other.
        low, high = 0.0, task.power

        def admits(more: float) -> bool:
            power = tuple((s, limit + more) for s, limit in problem.power)
            return self._fits(i, replace(problem, power=power))

        if not admits(high):
            return None
        for _ in range(BISECTIONS):
            middle = (low + high) / 2.0
            low, high = (low, middle) if admits(middle) else (middle, high)
        return Reason(
            f"draws {task.power:g} W, and sources and stores leave less whenever it may be",
            f"{high:.0f} W more admit it",
        )

    def _quiet(self, i: int) -> Reason | None:
        rest = tuple(p for p in self.problem.disturbs if i not in p)
        if not self._fits(i, replace(self.problem, disturbs=rest)):
            return None
        pairs = [a + b - i for a, b in self.problem.disturbs if i in (a, b)]
        names = sorted({self.problem.tasks[j].activity for j in pairs if j in self.placed})
        return Reason(
            f"cannot be at once with {', '.join(names[:4])}, which are under way when it may be",
            "moving these, or a shorter reach of the disturbance, admits it",
        )

    def _lags(self, i: int) -> Reason | None:
        task = self.problem.tasks[i]
        held = [
            j
            for j in self.problem.locked
            if any(lag.before == i for lag in self.problem.tasks[j].lags)
        ]
        for j in held:
            if self._fits(i, self._with(j, lags=())):
                name = self.problem.tasks[j].name
                return Reason(f"would have to end before {name}, which is locked",
                              f"a later time for {name} admits it")  # fmt: skip
        if not task.lags or not self._fits(i, self._with(i, lags=())):
            return None
        names = [self.problem.tasks[lag.before].name for lag in task.lags]
        return Reason(f"its lags after {', '.join(names)} leave no room", "wider lags admit it")

    def _orders(self, i: int) -> Reason | None:
        mine = [pair for pair in self.problem.orders if i in pair]
        rest = tuple(pair for pair in self.problem.orders if i not in pair)
        if not mine or not self._fits(i, replace(self.problem, orders=rest)):
            return None
        a, b = (self.problem.tasks[k].name for k in mine[0])
        return Reason(f"{a} was asked to end before {b}, which leaves it no room",
                      "dropping that order admits it")  # fmt: skip

    def _window(self, i: int) -> Reason | None:
        task = self.problem.tasks[i]
        each = self.scenario.activities[task.activity]
        if each.window.begins is None and each.window.ends is None and each.every is None:
            return None
        problem = self._with(i, spells=self._spells(task, window=False))
        if not self._fits(i, problem):
            return None
        when = self._first(i, problem)
        begins = instant_of(problem, when)
        return Reason(
            "whenever its window and conditions allow it, its robots are at work of more worth",
            f"a window that holds {begins} admits it",
        )

    def _condition(self, i: int) -> Reason | None:
        task = self.problem.tasks[i]
        each = self.scenario.activities[task.activity]
        if each.requires is None:
            return None
        problem = self._with(i, spells=self._spells(task, requires=False))
        if not self._fits(i, problem):
            return None
        begins = instant_of(problem, self._first(i, problem))
        return Reason(
            f"while `{each.requires}` holds, its robots and power are at work of more worth",
            f"without that condition it could begin {begins}",
        )

    def _units(self, i: int) -> Reason | None:
        task = self.problem.tasks[i]
        busy = [unit for unit in task.units if self._fits(i, self._without(i, {unit}))]
        if not busy:
            busy = list(task.units) if self._fits(i, self._without(i, set(task.units))) else []
        if not busy:
            return None
        return Reason(
            f"{', '.join(busy)} {'is' if len(busy) == 1 else 'are'} at work of more worth "
            "whenever it may be",
            f"another {busy[0]}, or a higher value, admits it",
        )

    def _without(self, i: int, units: set[str]) -> Problem:
        task = self.problem.tasks[i]
        return self._with(
            i,
            units=tuple(u for u in task.units if u not in units),
            robots=tuple(r for r in task.robots if r not in units),
        )

    def _first(self, i: int, problem: Problem) -> int:
        room = Room(problem)
        for j, span in self.placed.items():
            room.place(j, span)
        return int(room.free(i, problem.tasks[i].shortest).argmax())

    def _several(self, i: int) -> Reason:
        return Reason(
            "several constraints together block it; none of them alone",
            "lower its power, shorten it, or widen its window",
        )
