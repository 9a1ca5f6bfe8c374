"""Activities in a run: scheduled and dispatched, and scheduled anew when something happens.

What happens is a listed fault, or a target of opportunity that is announced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import Environment
from ilrs.flows.clock import Clock
from ilrs.network.assemble import assemble
from ilrs.network.network import Network
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.agree import Agreed, Planner, agree
from ilrs.planning.schedule.answer import Effort
from ilrs.planning.schedule.problem import Problem, Schedule, Span, Task
from ilrs.planning.schedule.record import Replanned, Settled, instant_of, settled
from ilrs.planning.schedule.sinks import drawing, stopping_modes
from ilrs.planning.schedule.tasks import problem_of
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Fault, Scenario

STABILITY = 0.25
"""What keeping its agreed time adds to an activity's worth when a schedule is made anew."""

Told = Callable[[int, Schedule], None]


@dataclass(frozen=True)
class Surprise:
    """What nobody knew of: it happens at `second` and is answered from step `known` on.

    A listed `fault`, or an `activity` that is announced.
    """

    second: float
    known: int
    because: str
    fault: Fault | None = None
    activity: str | None = None


@dataclass(frozen=True)
class Doing:
    """What a station does: the settled schedule, its network, and the dispatch that serves it."""

    settled: Settled
    network: Network
    plan: Plan


def plan_activities(
    loaded: Loaded,
    environment: Environment,
    planner: Planner,
    effort: Effort | None = None,
    told: Told | None = None,
) -> Doing:
    """The schedule and dispatch of a run over its whole clock.

    Nobody knows of a listed fault before it strikes. One that stops activities is answered a
    report interval later: what is under way or past stays, the rest is scheduled anew with few
    changes, and the plan of before goes over into the new one there. Nor of a target of opportunity
    before it is announced, which is answered in the next step. The new plan begins from what the
    stores hold by its own dispatch of the past, which differs little from the plan it replaces.
    """
    scenario, clock = loaded.scenario, environment.clock

    def problem_at(step: int, out: Mapping[str, NDArray[np.bool_]] | None = None) -> Problem:
        return _heard_of(problem_of(scenario, environment, out), scenario, clock, step)

    first = agree(scenario, environment, problem_at(0), planner, effort, told)
    now, story = first, list[Replanned]()
    out: dict[str, NDArray[np.bool_]] = {}
    plan = first.plan
    for event in _surprises(scenario, clock):
        stopped: tuple[str, ...] = ()
        if event.fault is not None:
            stopped = _stopped(scenario, first.network, event.fault, clock.count, out)
            if not stopped:
                continue
        locked = _under_way(now, scenario, event)
        problem = _from(problem_at(event.known, out), now, locked, event.known)
        later = agree(scenario, environment, problem, planner, effort, told, first.bare)
        plan = spliced(plan, later.plan, event.known)
        story.append(_told(scenario, now, later, event, stopped))
        now = later
    record = settled(scenario, loaded.sha256, now.problem, now.schedule, now.rounds, now.left_out)
    placed = dict(now.schedule.placed)
    network = assemble(
        scenario, environment, drawing(scenario, now.problem.tasks, placed, environment)
    )
    return Doing(replace(record, replanned=tuple(story)), network, plan)


def network_of(scenario: Scenario, environment: Environment, schedule: Settled) -> Network:
    """The network of a station with a settled schedule."""
    problem = problem_of(scenario, environment)
    placed = schedule.spans(problem)
    return assemble(scenario, environment, drawing(scenario, problem.tasks, placed, environment))


def resting(scenario: Scenario, environment: Environment, network: Network) -> Network:
    """The station of `network` with the same flows and nothing scheduled."""
    if not scenario.activities:
        return network
    problem = problem_of(scenario, environment)
    return assemble(scenario, environment, drawing(scenario, problem.tasks, {}, environment))


def _stopped(
    scenario: Scenario,
    network: Network,
    fault: Fault,
    count: int,
    out: dict[str, NDArray[np.bool_]],
) -> tuple[str, ...]:
    """The robots and instruments that a fault takes out; adds when to `out`."""
    clock, mode = network.clock, f"{fault.component}.{fault.mode}"
    begin = clock.index(fault.at)
    end = count
    if fault.repair is not None:
        end = clock.index(fault.at + np.timedelta64(round(fault.repair), "s"))
    struck = []
    for each in scenario.activities.values():
        if mode in stopping_modes(network, each.robots, each.instruments):
            robots = [r for r in each.robots if fault.component.split("/", 1)[0] == r]
            struck += [*robots, *(i for i in each.instruments if i == fault.component)]
    for unit in dict.fromkeys(struck):
        flags = out.setdefault(unit, np.zeros(count, dtype=np.bool_))
        flags[begin:end] = True
    return tuple(dict.fromkeys(struck))


def _surprises(scenario: Scenario, clock: Clock) -> list[Surprise]:
    """Listed faults and announcements within the clock, in order of time."""

    def after(moment: np.datetime64) -> float:
        return float((moment - clock.start) / np.timedelta64(1, "s"))

    wait = scenario.rules.report_interval
    found = [
        Surprise(after(f.at), _ceil(after(f.at) + wait, clock), f"{f.component}: {f.mode}", f)
        for f in scenario.faults
    ]
    found += [
        Surprise(after(each.announced), _ceil(after(each.announced), clock),
                 f"{name}, a target of opportunity", None, name)
        for name, each in scenario.activities.items()
        if each.announced is not None
    ]  # fmt: skip
    within = [e for e in found if e.second >= 0.0 and e.known < clock.count]
    return sorted(within, key=lambda e: e.second)


def _ceil(second: float, clock: Clock) -> int:
    return int(-(-second // clock.step))


def _heard_of(problem: Problem, scenario: Scenario, clock: Clock, step: int) -> Problem:
    """The problem as it is known at `step`: what is not announced yet has no time to be in."""
    unheard = {
        name
        for name, each in scenario.activities.items()
        if each.announced is not None and clock.index(each.announced) > step
    }
    tasks = (replace(t, spells=t.spells[:0]) if t.activity in unheard else t for t in problem.tasks)
    return replace(problem, tasks=tuple(tasks))


def _under_way(agreed: Agreed, scenario: Scenario, event: Surprise) -> dict[int, Span]:
    """What began before `event` is known, cut where a target of opportunity interrupts it."""
    tasks, known = agreed.problem.tasks, event.known
    begun = {i: span for i, span in agreed.schedule.placed.items() if span[0] < known}
    if event.activity is None:
        return begun
    wanted = scenario.activities[event.activity]
    needed = {*wanted.robots, *wanted.instruments}
    return {
        i: (a, min(b, max(known, a + tasks[i].shortest)))
        if b > known and needed & {*tasks[i].units}
        else (a, b)
        for i, (a, b) in begun.items()
    }


def _from(problem: Problem, agreed: Agreed, locked: Mapping[int, Span], known: int) -> Problem:
    """The problem from step `known` on: `locked` stands, the rest is kept if possible."""
    placed = agreed.schedule.placed
    tasks = []
    for i, task in enumerate(problem.tasks):
        spells = task.spells
        if i not in locked:
            spells = np.maximum(spells, known)
            spells = spells[spells[:, 1] - spells[:, 0] >= task.shortest]
        tasks.append(replace(task, spells=spells))
    return replace(
        problem,
        tasks=tuple(tasks),
        locked=dict(locked),
        before={i: span for i, span in placed.items() if i not in locked},
        stability=STABILITY,
    )


def _told(
    scenario: Scenario,
    old: Agreed,
    new: Agreed,
    event: Surprise,
    stopped: tuple[str, ...],
) -> Replanned:
    tasks, known = new.problem.tasks, event.known
    before, after = old.schedule.placed, new.schedule.placed
    strike = event.second / old.problem.step
    # What was under way or due between the fault and the new schedule fails with its equipment.
    failed = {
        i
        for i, (a, b) in after.items()
        if b > strike and a < known and set(stopped) & set(tasks[i].units)
    }
    lost = [i for i in before if i not in after or i in failed]
    yields: dict[str, float] = {}
    for i in lost:
        for name, amount in scenario.activities[tasks[i].activity].yields.items():
            share = (before[i][1] - before[i][0]) / tasks[i].longest
            yields[name] = yields.get(name, 0.0) + float(amount) * share
    return Replanned(
        at=instant_of(new.problem, known),
        because=event.because,
        out=stopped,
        lost=tuple(tasks[i].name for i in sorted(lost)),
        moved=tuple(tasks[i].name for i in sorted(after) if i in before and after[i] != before[i]),
        gained=tuple(tasks[i].name for i in sorted(after) if i not in before),
        worth_before=_worth(tasks, before),
        worth_after=_worth(tasks, {i: s for i, s in after.items() if i not in failed}),
        yields_lost=yields,
    )


def _worth(tasks: Sequence[Task], placed: Mapping[int, Span]) -> float:
    return sum(tasks[i].worth_of(b - a) for i, (a, b) in placed.items())


def spliced(old: Plan, new: Plan, step: int) -> Plan:
    """The plan `old` up to a simulation step, and `new` from there on."""
    edges = np.unique(np.concatenate([old.first[old.first < step], [step],
                                      new.first[new.first > step]]))  # fmt: skip
    before = edges[:-1] < step
    of_old = np.clip(np.searchsorted(old.first, edges[:-1], side="right") - 1, 0, old.steps - 1)
    of_new = np.clip(np.searchsorted(new.first, edges[:-1], side="right") - 1, 0, new.steps - 1)

    def rows(name: str) -> NDArray[np.float64]:
        a, b = getattr(old, name), getattr(new, name)
        return np.where(before[:, None], a[of_old], b[of_new])

    return replace(
        new,
        first=edges.astype(np.int64),
        flow=rows("flow"),
        level=rows("level"),
        temperature=rows("temperature"),
        passive_error=max(old.passive_error, new.passive_error),
    )
