"""Oversubscribed years: more to do than a dozen robots have light, power and time for."""

from __future__ import annotations

import numpy as np

from ilrs.planning.schedule.problem import Budget, Lag, Problem, Task
from ilrs.planning.schedule.ways import Leg, StepsOf

HOUR = 3600
LUNATION = 709
"""Hours between one sunrise and the next."""
PLACES = ("ridge", "rim", "floor", "plain")
AWAY = {"ridge": 0.0, "rim": 4.0, "floor": 9.0, "plain": 14.0}
"""Hours of driving from the ridge."""


def drive(robot: str, origin: str, target: str) -> Leg:
    """Robots drive over the ridge."""
    return Leg(HOUR * (AWAY[origin] + AWAY[target]))


def year(
    seed: int, tasks: int = 450, robots: int = 12, hours: int = 8760, load: float = 3.0
) -> Problem:
    """A year of `tasks` on `robots`, together `load` times the time the robots have in the light.

    Values are uneven and owe nothing to durations; half the tasks need the Sun where they are, a
    fifth share one of four instruments, some follow others, some disturb quiet ones; power is
    2.5 kW by day and 0.6 kW by night, when stores hold 40 kWh.
    """
    random = np.random.default_rng(seed)
    lit = {
        place: _spells(hours, int(random.integers(0, LUNATION)), share)
        for place, share in zip(PLACES, (0.75, 0.6, 0.35, 0.5), strict=True)
    }
    mean = load * robots * hours / tasks
    made: list[Task] = []
    disturbs: list[tuple[int, int]] = []
    quiet: list[int] = []
    for i in range(tasks):
        robot = f"robot-{random.integers(robots)}"
        place = PLACES[random.integers(len(PLACES))]
        steps = max(int(random.gamma(1.6, mean / 1.6)), 3)
        steps = min(steps, 240)
        begin = int(random.integers(0, hours - 2 * LUNATION))
        end = min(begin + int(random.integers(LUNATION, 4 * LUNATION)), hours)
        held = lit[place] if random.random() < 0.5 else np.array([[0, hours]])
        spells = np.stack([np.maximum(held[:, 0], begin), np.minimum(held[:, 1], end)], axis=1)
        spells = spells[spells[:, 1] - spells[:, 0] >= steps].astype(np.int64)
        tools = [f"tool-{random.integers(4)}"] if random.random() < 0.2 else []
        lags = []
        if i > 20 and random.random() < 0.15:
            lags.append(Lag(int(random.integers(i - 20, i)), 0, None))
        if random.random() < 0.1:
            quiet.append(i)
        made.append(
            Task(
                activity=f"task-{i}",
                number=1,
                of=1,
                shortest=steps,
                longest=steps,
                spells=spells,
                robots=(robot,),
                units=(robot, *tools),
                origin=place,
                target=place,
                supply="ridge",
                power=float(random.integers(50, 700)),
                data={},
                value=float(random.integers(1, 21)),
                priority=9,
                lags=tuple(lags),
            )
        )
    for i in quiet:
        loud = random.choice(tasks, 6, replace=False).tolist()
        disturbs += [
            (min(i, j), max(i, j))
            for j in loud
            if i != j and not set(made[i].units) & set(made[j].units)
        ]
    names = [f"robot-{k}" for k in range(robots)]
    day = np.zeros(hours, dtype=np.bool_)
    for a, b in lit["ridge"]:
        day[a:b] = True
    dark = _nights(day)
    grid = frozenset({"ridge"})
    return Problem(
        start=np.datetime64("2031-01-01T00:00:00", "s"),
        step=HOUR,
        count=hours,
        tasks=tuple(made),
        homes={name: "ridge" for name in names},
        there={name: 0 for name in names},
        travel=StepsOf(drive, HOUR, names, PLACES),
        power=((grid, np.where(day, 2500.0, 600.0)),),
        budgets=tuple(Budget("energy", a, b, 40 * 3.6e6, grid, "the night") for a, b in dark),
        disturbs=tuple(sorted(set(disturbs))),
    )


def _spells(hours: int, phase: int, share: float) -> np.ndarray:
    begins = np.arange(phase - LUNATION, hours, LUNATION)
    found = np.stack([begins, begins + int(share * LUNATION)], axis=1).clip(0, hours)
    return found[found[:, 1] > found[:, 0]]


def _nights(day: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[True], day, [True]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
