"""A busy year of the reference station: its real light, contacts and power, and twelve robots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ilrs.api import load
from ilrs.scenario.activities import Activity
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Fault, Scenario

YEAR = ("2035-01-01", "2036-01-01")
"""The first year in which all five missions are at work."""
ROBOTS = {"profiling-rover": 3, "sampling-rover": 3, "sampler-a": 2, "sampler-b": 2}
"""How many there are of each that explores; excavators and hauler follow the plants."""
PACE = 4
"""How many times as often each does what it does in the reference."""
LOST = "2035-08-20T06:00"
"""When the first profiling rover is lost: its eighth month, as in the packaged `rover-lost`."""


def busy_year() -> Loaded:
    """The reference's year with several of each robot that explores, each at `PACE` times its pace.

    All start from the same garage and have instruments of their own.
    """
    loaded = load("ilrs", begins=YEAR[0], ends=YEAR[1]).loaded
    return replace(loaded, scenario=_multiplied(loaded.scenario))


def with_rover_lost(loaded: Loaded) -> Loaded:
    """The same year, in which the first profiling rover is lost."""
    lost = Fault(component="profiling-rover/rover", mode="lost", at=np.datetime64(LOST, "s"))
    return replace(loaded, scenario=loaded.scenario.model_copy(update={"faults": [lost]}))


def _multiplied(scenario: Scenario) -> Scenario:
    facilities, activities = dict(scenario.facilities), dict(scenario.activities)
    for robot, number in ROBOTS.items():
        for k in range(2, number + 1):
            facilities[f"{robot}-{k}"] = scenario.facilities[robot]
    for name, each in scenario.activities.items():
        for k in range(1, max(ROBOTS.get(robot, 0) for robot in each.robots or [""]) + 1):
            activities[_of(name, k)] = _faster(_by(each, k, scenario))
    return scenario.model_copy(
        update={"facilities": facilities, "activities": activities, "faults": []}
    )


def _of(name: str, k: int) -> str:
    return name if k == 1 else f"{name}-{k}"


def _by(each: Activity, k: int, scenario: Scenario) -> Activity:
    """The activity as the robots of number k do it."""

    def mine(part: str) -> str:
        box, slash, component = part.partition("/")
        return f"{_of(box, k)}{slash}{component}" if box in ROBOTS else part

    after = [
        a.model_copy(update={"activity": _of(a.activity, k)})
        if set(scenario.activities[a.activity].robots) & ROBOTS.keys()
        else a
        for a in each.after
    ]
    return each.model_copy(
        update={
            "robots": [mine(r) for r in each.robots],
            "instruments": [mine(i) for i in each.instruments],
            "after": after,
        }
    )


def _faster(each: Activity) -> Activity:
    changes = {
        "every": None if each.every is None else each.every / PACE,
        "count": None if each.count is None else each.count * PACE,
    }
    return each.model_copy(update=changes)
