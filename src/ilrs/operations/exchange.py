"""A scenario's plan as a network of another tool."""

from __future__ import annotations

from pathlib import Path

from ilrs.environment.compute import compute_environment
from ilrs.network.assemble import assemble, clock_of
from ilrs.network.network import Network
from ilrs.operations.run import heat_by_rule
from ilrs.planning.dispatch import Dispatch, Start
from ilrs.planning.for_pypsa import Exchange
from ilrs.planning.station import begun
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Scenario


def export_pypsa(loaded: Loaded, folder: Path) -> Exchange:
    """Write what the planner of a scenario solves as a folder that `pypsa.Network` reads.

    One window over the whole period, heat laws linear about the period lived by rule.
    """
    scenario = loaded.scenario
    environment = compute_environment(scenario, clock_of(scenario), every_height=False)
    dispatch, start = planner(assemble(scenario, environment), scenario)
    made = Exchange(dispatch, 0, dispatch.steps.count, start)
    made.write(folder)
    return made


def planner(network: Network, scenario: Scenario) -> tuple[Dispatch, Start]:
    """The dispatch that a scenario's plan solves first, and where it starts."""
    return begun(network, scenario.period.plan_step, heat_by_rule(network, scenario))
