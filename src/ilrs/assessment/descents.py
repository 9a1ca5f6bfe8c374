"""Descents into pits: how far a robot may go and return, its dark, and the heat the cave saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ilrs.components.tether_robot import TetherRobot
from ilrs.scenario.work import asked

if TYPE_CHECKING:
    from ilrs.assessment.history import History


def told(history: History) -> list[dict[str, Any]]:
    """A row for every activity that explores by a tether robot; heat by its ground's temperature.

    Heat saved is told of the times that were done, and of the period's coldest ground.
    """
    scenario, rows = history.run.scenario, []
    for name, each in scenario.activities.items():
        work = asked(scenario, each)
        robot = work[0] if work is not None else None
        if work is None or not isinstance(robot, TetherRobot):
            continue
        words = work[2]
        way = robot.descent(**words)
        around = history.run.environment.surroundings(
            each.place or scenario.facilities[each.owner].place
        )
        assert around is not None  # activities are on the ground
        saved = robot.heat_saved(around.ground_temperature)
        times = [o for o in history.outcomes if o.entry.activity == name and o.done]
        rows.append(
            {
                "activity": name,
                "title": each.title,
                "times": len(times),
                "depth_m": words["depth"],
                "length_m": way.length,
                "reach_m": way.reach.length,
                "limit": way.reach.limit,
                "abort_radius_m": way.abort_radius,
                "energy_j": way.energy,
                "battery_j": robot.battery,
                "reserve": robot.reserve,
                "dark_s": way.dark,
                "dark_budget_s": way.dark_budget,
                "cave_k": robot.cave,
                "heat_saved_j": float(sum(saved[o.first : o.last].sum() for o in times))
                * history.step,
                "heat_saved_coldest_w": float(saved.max()),
            }
        )
    return rows
