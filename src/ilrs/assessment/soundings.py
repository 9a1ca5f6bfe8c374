"""How deep heat-flow probes truly got: any bite may be the last, by the seed of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ilrs.components.heat_flow_probe import HeatFlowProbe
from ilrs.physics.heat_flow import depth_reached
from ilrs.scenario.activities import Activity
from ilrs.scenario.checks_roadmap import threshold
from ilrs.scenario.schema import Scenario
from ilrs.scenario.work import instrument_of
from ilrs.simulation.faults import stream

if TYPE_CHECKING:
    from ilrs.assessment.doing import Outcome
    from ilrs.assessment.history import History

DEPTH = "heat_flow_depth"
"""The yield that probes bring: asked of each hole, and brought as the deepest of all."""


def probe_of(scenario: Scenario, each: Activity) -> tuple[str, HeatFlowProbe] | None:
    """The probe (`facility/component`) by which an activity sounds; None where it does not."""
    return instrument_of(scenario, each, HeatFlowProbe) if DEPTH in each.yields else None


def reached(history: History, outcome: Outcome) -> float:
    """The depth [m] that one sounding got to of the depth its activity asks for.

    The same for the same seed, instrument and number of the sounding, whatever else happens.
    """
    scenario = history.run.scenario
    each = scenario.activities[outcome.entry.activity]
    asked = float(each.yields[DEPTH]) * outcome.entry.share
    found = probe_of(scenario, each)
    if found is None:
        return asked
    name, probe = found
    dice = stream(history.run.seed, f"{name}:{outcome.entry.name}")
    return depth_reached(asked, probe.bite, probe.stop, dice.random(probe.bites(asked)))


def deepest(history: History, until: int) -> float:
    """The greatest depth [m] of the soundings done by the end of step `until`-1; 0 without."""
    activities = history.run.scenario.activities
    return max(
        (
            reached(history, o)
            for o in history.outcomes
            if o.done and o.last <= until and DEPTH in activities[o.entry.activity].yields
        ),
        default=0.0,
    )


def told(history: History) -> list[dict[str, Any]]:
    """A row for every activity that sounds by a probe: its holes, and its objectives' chances."""
    scenario, rows = history.run.scenario, []
    wanted = {
        f"{mission}.{name}": threshold(objective.at_least, "m")
        for mission, box in scenario.missions.items()
        for name, objective in box.objectives.items()
        if objective.measure == f"yield.{DEPTH}" and objective.at_least is not None
    }
    for name, each in scenario.activities.items():
        found = probe_of(scenario, each)
        if found is None:
            continue
        probe, asked = found[1], float(each.yields[DEPTH])
        holes = [o for o in history.outcomes if o.entry.activity == name and o.done]
        rows.append(
            {
                "activity": name,
                "title": each.title,
                "asked_m": asked,
                "holes": [
                    {"name": o.entry.name, "begins": o.entry.begins, "depth_m": reached(history, o)}
                    for o in holes
                ],
                "chances": [
                    {
                        "objective": goal,
                        "depth_m": depth,
                        "one": probe.chance(depth) if depth <= asked else 0.0,
                        "any": probe.chance(depth, len(holes)) if depth <= asked else 0.0,
                    }
                    for goal, depth in wanted.items()
                ],
            }
        )
    return rows
