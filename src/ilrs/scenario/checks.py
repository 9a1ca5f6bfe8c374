"""Checks of a scenario beyond types: that its parts fit together, and its period the ephemeris.

Each check is a small function with a name; all of them run, and every finding names file, line,
path and remedy. A check that meets what another one reports (an unknown place, say) passes it by.
"""

from __future__ import annotations

from ilrs.errors import ScenarioError
from ilrs.scenario import (
    checks_activities,
    checks_campaigns,
    checks_energy,
    checks_flights,
    checks_network,
    checks_roadmap,
    checks_station,
    checks_targets,
)
from ilrs.scenario.document import Document
from ilrs.scenario.finding import Check
from ilrs.scenario.schema import Scenario

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        checks_roadmap.period_order,
        checks_roadmap.period_covered,
        checks_roadmap.steps_fit,
        checks_roadmap.phase_order,
        checks_roadmap.known_phases,
        checks_roadmap.mission_order,
        checks_roadmap.objectives_refer,
        checks_roadmap.thresholds_fit,
        checks_roadmap.faults_refer,
        checks_roadmap.faults_once,
        checks_station.plain_names,
        checks_targets.targets_found,
        checks_station.known_places,
        checks_station.known_missions,
        checks_station.equipment_belongs,
        checks_station.right_ground,
        checks_station.horizons_exist,
        checks_station.horizons_belong,
        checks_station.masts_within_horizons,
        checks_station.one_thermal_mass,
        checks_station.warm_box_present,
        checks_station.storage_above_floor,
        checks_station.failure_modes_known,
        checks_energy.reactors_stand_off,
        checks_energy.batteries_can_charge,
        checks_energy.water_stays_liquid,
        checks_energy.buses_are_tied,
        checks_energy.ports_suffice,
        checks_energy.loads_have_sources,
        checks_energy.keep_alive_has_power,
        checks_network.cables_arrive,
        checks_network.cables_reach,
        checks_network.cables_make_no_loop,
        checks_network.radios_have_partners,
        checks_network.data_networks_exist,
        checks_network.data_reach_earth,
        *checks_activities.CHECKS,
        *checks_flights.CHECKS,
        *checks_campaigns.CHECKS,
    )
}


REMARKS: tuple[Check, ...] = (checks_targets.targets_rise,)
"""What is allowed, and most likely not meant."""


def findings(scenario: Scenario, document: Document) -> list[ScenarioError]:
    """Everything the checks find, in the order of files and lines."""
    found = [problem for check in CHECKS.values() for problem in check(scenario, document)]
    return sorted(found, key=_place)


def remarks(scenario: Scenario, document: Document) -> list[ScenarioError]:
    """What a checked scenario may hold, and is most likely not meant; nothing that stops a run."""
    return [each for check in REMARKS for each in check(scenario, document)]


def _place(problem: ScenarioError) -> tuple[str, int]:
    where = problem.where
    return (str(where.file), where.line or 0) if where else ("", 0)
