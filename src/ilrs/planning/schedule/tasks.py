"""Activities to tasks: how often, when each may be, what comes before, who disturbs whom."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import Environment
from ilrs.errors import UserError, Where
from ilrs.flows.clock import Clock
from ilrs.operations.conditions import HEIGHT, series_of, spells
from ilrs.planning.schedule.launches import launch_starts
from ilrs.planning.schedule.problem import Ints, Lag, Problem, Task
from ilrs.planning.schedule.sorties import Sorties, away, ends_of, vehicles
from ilrs.planning.schedule.ways import Leg, StepsOf, WayFinder, whole
from ilrs.scenario.activities import Activity
from ilrs.scenario.condition_names import known_names
from ilrs.scenario.expressions import parse_condition
from ilrs.scenario.schema import Ground, Scenario
from ilrs.sky.directions import MOON_RADIUS

Bools = NDArray[np.bool_]


def problem_of(
    scenario: Scenario,
    environment: Environment,
    out: Mapping[str, Bools] | None = None,
) -> Problem:
    """Everything about the scenario's activities but power and data, which the dispatch brings.

    `out` tells when a robot or an instrument is known to be of no use (count,).
    """
    clock = environment.clock
    sorties = Sorties(scenario, environment)
    made: list[Task] = []
    of: dict[str, list[int]] = {}
    for name, each in scenario.activities.items():
        tasks = _times(name, each, sorties, out or {})
        of[name] = list(range(len(made), len(made) + len(tasks)))
        made += tasks
    tasks = [_after(i, task, scenario, made, of, clock.step) for i, task in enumerate(made)]
    robots = sorted({robot for task in tasks for robot in task.robots})
    homes = {robot: scenario.facilities[robot].place for robot in robots}
    places = [*homes.values(), *(p for task in tasks for p in (task.origin, task.target))]
    problem = Problem(
        start=clock.start,
        step=clock.step,
        count=clock.count,
        tasks=tuple(tasks),
        homes=homes,
        there={robot: arrival(scenario, robot, clock) for robot in robots},
        travel=sorties.travel(StepsOf(sorties.ways, clock.step, robots, places)),
        disturbs=tuple(_disturbs(scenario, tasks)),
    )
    _refuse_unreachable(problem)
    return problem


def arrival(scenario: Scenario, facility: str, clock: Clock) -> int:
    """The step at which a facility is there."""
    return clock.index(scenario.missions[scenario.facilities[facility].mission].arrives)


def supply_of(scenario: Scenario, each: Activity) -> str:
    """The place whose electricity it draws, or the vehicle (`facility/component`) whose battery."""
    if each.supply is not None:
        return each.supply
    vehicle = vehicles(scenario).get(each.owner)
    if vehicle is not None and away(scenario, each, vehicle.home):
        return vehicle.name
    if each.route is not None:
        return scenario.facilities[each.owner].place
    return ends_of(scenario, each)[0]


def open_steps(
    scenario: Scenario,
    environment: Environment,
    each: Activity,
    out: Mapping[str, Bools] | None = None,
    *,
    requires: bool = True,
    window: bool = True,
) -> Bools:
    """When an activity may be under way, (count,): window, arrivals, condition, what is out."""
    clock = environment.clock
    first = max(
        clock.index(scenario.missions[each.mission].arrives),
        *(arrival(scenario, box, clock) for box in each.boxes),
    )
    held = np.arange(clock.count) >= first
    if window and each.window.begins is not None:
        held[: clock.index(each.window.begins)] = False
    if each.announced is not None:
        held[: clock.index(each.announced)] = False
    if window and each.window.ends is not None:
        held[clock.index(each.window.ends) :] = False
    if requires and each.requires is not None:
        condition = parse_condition(each.requires, known_names(scenario))
        for place in dict.fromkeys(ends_of(scenario, each)):
            series = {
                n: series_of(environment, place, n, HEIGHT, scenario) for n in condition.names
            }
            held &= np.broadcast_to(condition.holds(series), (clock.count,))
    for unit in (*each.robots, *each.instruments):
        if out and unit in out:
            held &= ~out[unit]
    return held


def _times(
    name: str, each: Activity, sorties: Sorties, out: Mapping[str, Bools]
) -> list[Task]:  # fmt: skip
    scenario, environment = sorties.scenario, sorties.environment
    clock = environment.clock
    origin, target = ends_of(scenario, each)
    leg = _leg(name, each, sorties.ways)
    shortest = max(whole(each.least if each.least is not None else leg.time, clock.step), 1)
    longest = max(whole(each.most if each.most is not None else leg.time, clock.step), 1)
    stretches = _stretches(scenario, each, clock)
    held = open_steps(scenario, environment, each, out)
    supply = supply_of(scenario, each)
    lasting = lasting_starts(sorties, name, shortest, longest)
    tasks = []
    for number, (first, last) in enumerate(stretches, start=1):
        part = np.zeros_like(held)
        part[first:last] = held[first:last]
        tasks.append(
            Task(
                activity=name,
                number=number,
                of=len(stretches),
                shortest=shortest,
                longest=longest,
                spells=spells_from(part, shortest, lasting),
                robots=tuple(each.robots),
                units=(*each.robots, *each.instruments),
                origin=origin,
                target=target,
                supply=supply,
                power=each.power or leg.power or 0.0,
                data={word: volume for word, volume in each.data.items()},
                value=each.value,
                priority=each.priority,
                carried=supply not in scenario.places,
                stretch=(first, last),
            )
        )
    return tasks


def lasting_starts(sorties: Sorties, name: str, shortest: int, longest: int) -> Bools | None:
    """Steps (count,) in which it may begin for the batteries it hangs on, and for the plane that
    it lifts off into; None: in all.
    """
    scenario, clock = sorties.scenario, sorties.environment.clock
    into_plane = launch_starts(scenario, scenario.activities[name], clock, longest)
    if not sorties.of(name):
        return into_plane
    held = sorties.lasting(name, longest)
    held = held if shortest == longest else held & sorties.lasting(name, shortest)
    return held if into_plane is None else held & into_plane


def spells_from(held: Bools, shortest: int, starts: Bools | None) -> Ints:
    """Spells (k, 2) of at least `shortest` steps in which it holds, and begins in one of `starts`.

    Of starts that follow one another a spell reaches to the end of the last; spells may overlap.
    """
    found = spells_of(held, shortest)
    if starts is None:
        return found
    begins = np.zeros_like(held)
    for a, b in found.tolist():
        begins[a : b - shortest + 1] = True
    first, last = spells(begins & starts)
    return np.stack([first, last + shortest - 1], axis=1).astype(np.int64)


def _leg(name: str, each: Activity, ways: WayFinder) -> Leg:
    if each.duration is not None:
        return Leg(each.duration)
    if each.route is None or each.least is not None:
        return Leg(0.0)
    way = ways(each.owner, each.route.origin, each.route.to)
    if way is None:
        raise UserError(
            f"how long {each.owner!r} takes from {each.route.origin!r} to {each.route.to!r} is "
            "not known",
            where=Where(path=f"activities.{name}.route"),
            remedy="give the activity a duration, or the way in `travel`",
        )
    return way


def _stretches(scenario: Scenario, each: Activity, clock: Clock) -> list[tuple[int, int]]:
    """The stretch of the clock that each time of the activity belongs to."""
    whole_clock = (0, clock.count)
    if each.every is None:
        return [whole_clock] * (each.count or 1)
    first = max(
        clock.index(scenario.missions[each.mission].arrives),
        *(arrival(scenario, box, clock) for box in each.boxes),
    )
    last = clock.count
    if each.window.begins is not None:
        first = max(first, clock.index(each.window.begins))
    if each.window.ends is not None:
        last = min(last, clock.index(each.window.ends))
    beat = each.every / clock.step
    number = int((last - first) / beat + 1e-9)
    if each.count is not None:
        number = min(number, each.count)
    edges = [first + round(k * beat) for k in range(number + 1)]
    return list(pairwise(edges))


def spells_of(held: Bools, shortest: int) -> Ints:
    """Spells (k, 2) of at least `shortest` steps in which it holds, half-open."""
    first, last = spells(held)
    found = np.stack([first, last], axis=1).astype(np.int64)
    return found[found[:, 1] - found[:, 0] >= shortest]


def longest_spell(held: Bools) -> int:
    """Steps of the longest spell in which it holds."""
    first, last = spells(held)
    return int((last - first).max(initial=0))


def _after(
    i: int,
    task: Task,
    scenario: Scenario,
    made: list[Task],
    of: Mapping[str, list[int]],
    step: int,
) -> Task:
    lags = []
    for before in scenario.activities[task.activity].after:
        theirs = of[before.activity]
        if not theirs:
            continue
        pairwise = made[theirs[0]].of == task.of
        last = theirs[task.number - 1] if pairwise else theirs[-1]
        most = None if before.at_most is None else int(before.at_most // step)
        # Times that may be anywhere in one stretch need not come in the order of their numbers.
        alike = [j for j in theirs if made[j].stretch == made[last].stretch and not pairwise]
        for j in dict.fromkeys((*alike, last)):
            needed = j == last
            least = whole(before.at_least, step)
            lags.append(Lag(j, least, most if needed else None, needed))
    return Task(**{**task.__dict__, "lags": tuple(lags)})


def disturbances(scenario: Scenario) -> list[tuple[str, str]]:
    """Pairs of activities of which the second cannot bear what the first makes where it is."""
    found = []
    for a, b in product(scenario.activities, repeat=2):
        loud, quiet = scenario.activities[a], scenario.activities[b]
        if a != b and set(loud.makes) & set(quiet.needs_quiet):
            reach = quiet.quiet_within
            if reach is None or _distance(scenario, loud, quiet) <= reach:
                found.append((a, b))
    return found


def _disturbs(scenario: Scenario, tasks: list[Task]) -> list[tuple[int, int]]:
    """Pairs of tasks of which one cannot bear what the other makes."""
    near = {(min(pair), max(pair)) for pair in disturbances(scenario)}
    pairs = []
    for i, first in enumerate(tasks):
        for j in range(i + 1, len(tasks)):
            second = tasks[j]
            key = (min(first.activity, second.activity), max(first.activity, second.activity))
            if key in near and not set(first.units) & set(second.units):
                pairs.append((i, j))
    return pairs


def _distance(scenario: Scenario, a: Activity, b: Activity) -> float:
    """The least great-circle distance [m] between the ends of two activities."""
    return min(
        _between(scenario.places[p], scenario.places[q])
        for p in ends_of(scenario, a)
        for q in ends_of(scenario, b)
    )


def _between(a: object, b: object) -> float:
    if not (isinstance(a, Ground) and isinstance(b, Ground)):
        return np.inf
    half = (
        np.sin((a.latitude - b.latitude) / 2.0) ** 2
        + np.cos(a.latitude) * np.cos(b.latitude)
        * np.sin((a.longitude - b.longitude) / 2.0) ** 2
    )  # fmt: skip
    return float(2.0 * MOON_RADIUS * np.arcsin(np.sqrt(min(half, 1.0))))


def _refuse_unreachable(problem: Problem) -> None:
    """A robot that has no way to where it is to work."""
    for task in problem.tasks:
        for robot in task.robots:
            home = problem.homes[robot]
            if problem.travel(robot, home, task.origin) is None and not _by_route(
                problem, robot, task.origin
            ):
                raise UserError(
                    f"{robot!r} stands at {home!r} and has no way to {task.origin!r}",
                    where=Where(path=f"activities.{task.activity}"),
                    remedy="give the way in `travel`, or an activity with a route that leads there",
                )


def _by_route(problem: Problem, robot: str, place: str) -> bool:
    return any(
        robot in t.robots and t.origin != t.target and t.target == place for t in problem.tasks
    )
