"""Activities in a run: scheduled and dispatched, and scheduled anew when a listed fault strikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import Environment
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
    changes, and the plan of before goes over into the new one there. That one begins from what the
    stores hold by its own dispatch of the past, which differs little from the plan it replaces.
    """
    scenario = loaded.scenario
    first = agree(scenario, environment, problem_of(scenario, environment), planner, effort, told)
    now, story = first, list[Replanned]()
    out: dict[str, NDArray[np.bool_]] = {}
    plan = first.plan
    for fault in sorted(scenario.faults, key=lambda f: f.at):
        second = float((fault.at - environment.clock.start) / np.timedelta64(1, "s"))
        known = int(-(-(second + scenario.rules.report_interval) // environment.clock.step))
        if second < 0.0 or known >= environment.clock.count:
            continue
        stopped = _stopped(scenario, first.network, fault, environment.clock.count, out)
        if not stopped:
            continue
        problem = _from(problem_of(scenario, environment, out), now, known)
        later = agree(scenario, environment, problem, planner, effort, told, first.bare)
        plan = spliced(plan, later.plan, known)
        story.append(_told(scenario, now, later, fault, stopped, known))
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


def _from(problem: Problem, agreed: Agreed, known: int) -> Problem:
    """The problem from step `known` on: what began before stands, the rest is kept if possible."""
    placed = agreed.schedule.placed
    locked = {i: span for i, span in placed.items() if span[0] < known}
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
        locked=locked,
        before={i: span for i, span in placed.items() if i not in locked},
        stability=STABILITY,
    )


def _told(
    scenario: Scenario,
    old: Agreed,
    new: Agreed,
    fault: Fault,
    stopped: tuple[str, ...],
    known: int,
) -> Replanned:
    tasks = new.problem.tasks
    before, after = old.schedule.placed, new.schedule.placed
    strike = float((fault.at - old.problem.start) / np.timedelta64(1, "s")) / old.problem.step
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
        because=f"{fault.component}: {fault.mode}",
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
