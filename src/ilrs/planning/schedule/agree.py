"""Schedule and dispatch agreed: what the dispatch cannot serve goes back as a cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ilrs.environment.environment import Environment
from ilrs.network.assemble import assemble
from ilrs.network.network import Network
from ilrs.planning.plan import Plan
from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.envelope import spread, with_envelope
from ilrs.planning.schedule.problem import Budget, Floats, Problem, Schedule, Span, Task
from ilrs.planning.schedule.shortage import ENERGY, FULL, Shortage, shortage
from ilrs.planning.schedule.sinks import drawing, drive_name, network_of_data, sink_name
from ilrs.planning.schedule.sorties import margin_of
from ilrs.scenario.schema import Scenario

ROUNDS = 5
"""Cuts that go back before what is short is left out."""
SERVED = 0.995
"""Share of its energy that an activity must have in the plan."""
WORSE = 1.0
"""Energy [kWh] that activities may take from what is served without them, over the whole period."""
NOISE = 1e-4
"""Share of what is served by which two plans of one station differ anyway; less than it is not laid
at the door of activities. Chosen, for what the plans tell of their own error does not bound it:
over five years of the reference their heat laws, linear about other temperatures, differ by 2e-5
of what is served, and as much again comes of plan steps that activities cut finer.
"""
KWH = 3.6e6

Planner = Callable[[Network], Plan]


@dataclass(frozen=True)
class Agreed:
    """A schedule and the dispatch that serves it: the network with its sinks, and the plan.

    The sinks take a margin of power more than described, for what the truth may want.

    `problem` holds the cuts that came back in `rounds` solutions of schedule and dispatch; tasks
    `left_out` were dropped since the dispatch stayed short of what they need.
    """

    problem: Problem
    schedule: Schedule
    network: Network
    plan: Plan
    rounds: int
    bare: tuple[Network, Plan]
    """The station without activities, and its dispatch."""
    left_out: Mapping[int, Shortage] = field(default_factory=dict)


def agree(
    scenario: Scenario,
    environment: Environment,
    problem: Problem,
    planner: Planner,
    effort: Effort | None = None,
    told: Callable[[int, Schedule], None] | None = None,
    bare: tuple[Network, Plan] | None = None,
) -> Agreed:
    """The best schedule that the dispatch serves wholly, without taking from what it serves anyway.

    `planner` makes the dispatch of a network. An activity may take from what is of lower priority.
    `bare` is what an earlier schedule of the same station was agreed with, if there is one.
    """

    def network_of(placed: dict[int, Span]) -> Network:
        add = drawing(scenario, problem.tasks, placed, environment, margin_of(scenario))
        return assemble(scenario, environment, add)

    if bare is None:
        idle = network_of({})
        bare = idle, planner(idle)
    problem = with_envelope(problem, *bare, data_places(scenario, problem))
    problem = _with_room_for_locked(problem)
    hint: dict[int, Span] | None = None
    for round_ in range(1, ROUNDS + 1):
        found = schedule(problem, effort, hint=hint)
        if told:
            told(round_, found)
        if not found.placed:
            return Agreed(problem, found, *bare, round_, bare)
        network = network_of(dict(found.placed))
        plan = planner(network)
        cuts = _cuts(scenario, problem, found, network, plan, bare[1])
        if not cuts:
            return Agreed(problem, found, network, plan, round_, bare)
        problem = replace(problem, budgets=_with(problem.budgets, [cut for cut, _ in cuts]))
        hint = dict(found.placed)
    return _without_short(scenario, problem, found, network_of, planner, bare)


def _with(budgets: tuple[Budget, ...], cuts: list[Budget]) -> tuple[Budget, ...]:
    """Budgets and cuts; of cuts of one stretch the last stands."""
    keys = {(c.kind, c.first, c.last, c.supplies) for c in cuts}
    kept = [b for b in budgets if (b.kind, b.first, b.last, b.supplies) not in keys]
    return (*kept, *cuts)


def _with_room_for_locked(problem: Problem) -> Problem:
    """The problem with power and budgets raised to what locked tasks take; people decided that."""
    power = []
    for supplies, limit in problem.power:
        drawn = np.zeros(problem.count)
        for i, (a, b) in problem.locked.items():
            if problem.tasks[i].supply in supplies:
                drawn[a:b] += problem.tasks[i].power
        power.append((supplies, np.maximum(limit, drawn)))
    budgets = []
    for budget in problem.budgets:
        taken = sum(
            budget.use(problem.tasks[i], b - a, problem.step)
            for i, (a, b) in problem.locked.items()
            if budget.first <= a < budget.last
        )
        budgets.append(replace(budget, amount=max(budget.amount, taken)))
    return replace(problem, power=tuple(power), budgets=tuple(budgets))


def data_places(scenario: Scenario, problem: Problem) -> dict[str, str]:
    """The data network that what is done at each place of supply speaks on."""
    return {
        task.supply: network_of_data(scenario, scenario.activities[task.activity])
        for task in problem.tasks
    }


def _without_short(
    scenario: Scenario,
    problem: Problem,
    found: Schedule,
    network_of: Callable[[dict[int, Span]], Network],
    planner: Planner,
    bare: tuple[Network, Plan],
) -> Agreed:
    """The schedule less what the dispatch stays short of, the least worthy first."""
    placed, rounds = dict(found.placed), ROUNDS
    left_out: dict[int, Shortage] = {}
    while True:
        rounds += 1
        network = network_of(placed)
        plan = planner(network)
        trial = Schedule(placed, problem.worth(placed), found.bound, found.method, found.timed)
        cuts = _cuts(scenario, problem, trial, network, plan, bare[1])
        # Of every stretch one: what one takes in a stretch is nothing to the others.
        going: dict[int, Shortage] = {}
        for cut, why in cuts:
            inside = {
                i
                for i, (a, _) in placed.items()
                if cut.first <= a < cut.last and cut.use(problem.tasks[i], 1, 1.0) > 0.0
            } - problem.locked.keys()
            if inside:
                going[min(inside, key=lambda i: (problem.tasks[i].worth, -i))] = why
        if not going:
            return Agreed(problem, trial, network, plan, rounds, bare, left_out)
        # All that wait for one that goes must go with it.
        while True:
            more = {
                i: going[lag.before]
                for i in placed
                for lag in problem.tasks[i].lags
                if lag.needed and lag.before in going
                if i not in going and i not in problem.locked
            }
            if not more:
                break
            going |= more
        left_out |= going
        placed = {i: span for i, span in placed.items() if i not in going}


def _cuts(
    scenario: Scenario,
    problem: Problem,
    found: Schedule,
    network: Network,
    plan: Plan,
    bare: Plan,
) -> list[tuple[Budget, Shortage]]:
    """Where the dispatch is short, and of what: less energy until its stores are full again."""
    owed = _short_activities(scenario, problem, found, network, plan)
    worse = _worse_elsewhere(network, plan, bare, found)
    short = owed + worse
    if not short.any() or (not owed.any() and short.sum() / KWH <= WORSE):
        return []
    cuts = []
    full = _full(network, plan)
    for a, b in _joined(short > 1.0, full):
        members = [i for i, (s, _) in found.placed.items() if a <= s < b]
        supplies = frozenset(problem.tasks[i].supply for i in members)
        used = sum(
            problem.tasks[i].power * (found.placed[i][1] - found.placed[i][0]) * problem.step
            for i in members
        )
        if used <= 0.0:
            continue
        missing = float(short[a:b].sum())
        settled = sum(
            problem.tasks[i].power * (e - s) * problem.step
            for i, (s, e) in problem.locked.items()
            if a <= s < b
        )
        if settled >= used * 0.999:
            continue  # all of it is locked: people decided, and the run will tell
        amount = max(min(used - missing, used * 0.999), settled)
        names = {sink_name(scenario, problem.tasks[i].activity) for i in members}
        sinks = [f for f, name in enumerate(network.flows.names) if name in names]
        why = shortage(network, plan, sinks, a, b)
        words = f"the dispatch is short of {why.of}"
        remedy = "" if why == ENERGY else why.remedy
        cuts.append((Budget("energy", a, b, amount, supplies, words, remedy), why))
    return cuts


def _short_activities(
    scenario: Scenario, problem: Problem, found: Schedule, network: Network, plan: Plan
) -> Floats:
    """Energy that placed activities lack, and the drives to them and home, by step [J] (count,)."""
    count, step = network.clock.count, float(network.clock.step)
    short = np.zeros(count)
    index = {name: f for f, name in enumerate(network.flows.names)}
    served: dict[int, Floats] = {}
    wanted: dict[int, Floats] = {}
    for i, (a, b) in found.placed.items():
        task = problem.tasks[i]
        names = [sink_name(scenario, task.activity)]
        if task.carried:
            names += [drive_name(robot) for robot in task.robots]
        for f in (index[name] for name in names if name in index):
            if f not in served:
                # A plan step that an activity fills in part has its mean: compare means.
                served[f] = spread(plan, f, count)
                wanted[f] = _meaned(plan, network.capacity(f))
            first, last = (a, b) if f == index.get(names[0]) else _sortie(problem, task, a, b)
            want = float(wanted[f][first:last].sum())
            if want > 0.0 and float(served[f][first:last].sum()) < SERVED * want:
                lack = np.maximum(wanted[f][first:last] - served[f][first:last], 0.0) * step
                if f == index.get(names[0]):
                    short[first:last] += lack
                else:  # cuts look at when the work begins
                    short[a] += float(lack.sum())
    return short


def _sortie(problem: Problem, task: Task, first: int, last: int) -> Span:
    """From when robots leave for a task until they are home and charged."""
    out = back = 0
    for robot in task.robots:
        home = problem.homes[robot]
        out = max(out, problem.travel(robot, home, task.origin) or 0)
        back = max(back, problem.travel(robot, task.target, home) or 0)
    return max(first - out, 0), min(last + back, problem.count)


def _meaned(plan: Plan, series: Floats) -> Floats:
    """A series averaged over the plan's steps (count,)."""
    first = plan.first[:-1]
    sums = np.add.reduceat(series, first)
    return np.repeat(sums / np.diff(plan.first), np.diff(plan.first))[: len(series)]


def _worse_elsewhere(network: Network, plan: Plan, bare: Plan, found: Schedule) -> Floats:
    """Energy less than without activities that goes to sinks of their priority or before [J]."""
    count, step, sinks = network.clock.count, float(network.clock.step), network.sinks
    last = max((int(sinks.priority[k]) for k, f in _activities(network)), default=0)
    before, after = np.zeros(count), np.zeros(count)
    mine = {f for _, f in _activities(network)}
    for k, f in enumerate(network.flows.of("sink")):
        owed = not (sinks.flexible[k] or sinks.dump[k])
        electric = network.flows.carriers[f] == "electricity"
        if owed and electric and f not in mine and sinks.priority[k] <= last:
            before += spread(bare, f, count)
            after += spread(plan, f, count)
    lost = np.maximum(before - after, 0.0) * step
    gained = np.maximum(after - before, 0.0).sum() * step
    # What is only shifted in time is no loss.
    least = max(WORSE * KWH, NOISE * float(before.sum()) * step)
    return lost if lost.sum() - gained > least else np.zeros(count)


def _activities(network: Network) -> list[tuple[int, int]]:
    names = network.flows.names
    return [
        (k, f) for k, f in enumerate(network.flows.of("sink")) if names[f].endswith(".activity")
    ]


def _full(network: Network, plan: Plan) -> np.ndarray:
    """Steps at whose end all stores of electricity are full, (count,)."""
    weight = network.stores.reserve_weight
    capacity = float((weight * network.stores.capacity).sum())
    if capacity <= 0.0:
        return np.ones(network.clock.count, dtype=np.bool_)
    held = (plan.level * weight).sum(axis=1) / capacity
    return np.repeat(held >= FULL, np.diff(plan.first))[: network.clock.count]


def _joined(short: np.ndarray, full: np.ndarray) -> list[tuple[int, int]]:
    """Stretches around shortages from when stores were last full to when they are again."""
    found: list[tuple[int, int]] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], short, [False]]).astype(np.int8)))
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        charged = np.flatnonzero(full[:a])
        first = int(charged[-1]) + 1 if charged.size else 0
        again = np.flatnonzero(full[b:])
        b = b + int(again[0]) if again.size else len(full)
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], b)
        else:
            found.append((first, b))
    return found
