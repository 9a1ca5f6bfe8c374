from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ilrs.errors import ScenarioError
from ilrs.scenario import checks_activities, checks_campaigns
from ilrs.scenario.checks import CHECKS, findings, remarks
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

# The template, with a second place, a relay, and two cables to have something to break.
PLACES = """\
  ridge-b:
    kind: ground
    latitude: -89.4925 deg
    longitude: 221.5758 deg
    horizon: ridge-b
  garage:
    kind: ground
    latitude: -89.4481 deg
    longitude: 222.7602 deg
    horizon: ridge-garage
  hollow:
    kind: ground
    latitude: -89.4925 deg
    longitude: 221.5758 deg
    horizon: ridge-b
  pathfinder:
    kind: orbit
    perilune_altitude: 2 Mm
    apolune_altitude: 6 Mm
    inclination: 54.9 deg
    ascending_node: 0 deg
    argument_of_perilune: 86 deg
    mean_anomaly: 0 deg
    epoch: 2031-01-01
  queqiao:
    kind: orbit
    perilune_altitude: 200 km
    apolune_altitude: 16000 km
    inclination: 62.4 deg
    ascending_node: 0 deg
    argument_of_perilune: 90 deg
    mean_anomaly: 180 deg
    epoch: 2031-01-01
  earth:
    kind: earth
"""
FACILITIES = """\
facilities:
  tower:
    title: Tower
    facility_class: long-term support
    mission: second-landing
    place: ridge-b
    network: ridge-a
    components:
      panel:
        kind: solar_array
        area: 2 m^2
        bottom: 2 m
        top: 6 m
      lamp:
        kind: load
        power: 30 W
        telemetry: 100 bit/s
      line:
        kind: cable
        to: ridge-a
        power: 1 kW
        length: 1.5 km
        voltage: 1000 V
        section: 6 mm^2
  shed:
    title: Shed
    facility_class: long-term support
    mission: second-landing
    place: garage
    components:
      charger:
        kind: load # of the shed
        power: 200 W
      cord:
        kind: cable
        to: ridge-a
        power: 500 W
        length: 120 m
        voltage: 400 V
        section: 6 mm^2
  relay:
    title: Relay
    facility_class: long-term support
    mission: first-landing
    place: queqiao
    components: # of the relay
      payload:
        kind: relay
        capacity: 10 Gbit
        downlink: 10 Mbit/s
"""
MISSIONS = """\
  second-landing:
    title: Second landing
    date: 2031-02-01
    confidence: assumed
    phase: construction
    after: [first-landing]
"""


def _station() -> str:
    text = template()
    for old, new in (
        ("  earth:\n    kind: earth\n", PLACES),
        ("facilities:\n  outpost:", FACILITIES + "  outpost:"),
        ("\n# Places on the Moon name", MISSIONS + "\n# Places on the Moon name"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


STATION = _station()
CONTROL = STATION[STATION.index("  mission-control:") : STATION.index("\n# Failures that")]


@dataclass(frozen=True)
class Broken:
    """A station with one thing wrong: `old` became `new`; `mark` stands in the line to be named."""

    check: str
    old: str
    new: str
    mark: str
    what: str
    remedy: str

    def text(self) -> str:
        assert STATION.count(self.old) == 1
        return STATION.replace(self.old, self.new)


LOOP = """\
      cord:
        kind: cable
        to: ridge-b
        power: 500 W
        length: 1.5 km
        voltage: 400 V
        section: 6 mm^2
      cord-2:
"""
FAULT = """\
  - component: outpost/radio # again
    mode: transmitter
    at: 2031-02-01T18:00
"""

# ruff: noqa: E501
CASES = [
    Broken(
        "period_order",
        "ends: 2031-04-01",
        "ends: 2030-04-01",
        "ends: 2030",
        "not after it begins",
        "end later",
    ),
    Broken(
        "period_covered",
        "ends: 2031-04-01",
        "ends: 2090-04-01",
        "ends: 2090",
        "lies outside the ephemeris, which covers 2020",
        "choose a period inside",
    ),
    Broken(
        "period_covered",
        "begins: 2031-01-01\n  ends: 2031",
        "begins: 1969-01-01\n  ends: 2031",
        "begins: 1969",
        "lies outside the ephemeris",
        "choose a period inside",
    ),
    Broken(
        "steps_fit", "step: 10 min\n", "step: 7 min\n", "step: 7 min", "divides the day", "10 min"
    ),
    Broken("steps_fit", "step: 10 min\n", "step: 2 h\n", "step: 2 h", "1 s to 1 h", "10 min"),
    Broken(
        "steps_fit",
        "ends: 2031-04-01",
        "ends: 2031-04-01T00:05",
        "  step: 10 min",
        "not a whole number of steps",
        "multiple of the step",
    ),
    Broken(
        "steps_fit",
        "plan_step: 1 h",
        "plan_step: 25 min",
        "plan_step: 25",
        "not a multiple of the step",
        "1 h",
    ),
    Broken(
        "phase_order",
        "    begins: 2031-01-01\n\n",
        "    begins: 2031-01-01\n    ends: 2030-06-01\n\n",
        "ends: 2030-06",
        "not after it begins",
        "leave `ends` out",
    ),
    Broken(
        "flights_refer",
        "phases:\n",
        "roadmap:\n  flights:\n    first-laning: {outcome: landed}\nphases:\n",
        "first-laning",
        "no mission 'first-laning'",
        "nearest: first-landing",
    ),
    Broken(
        "flights_refer",
        "phases:\n",
        "roadmap:\n  flights:\n    first-landing: {launcher: cz-5}\nphases:\n",
        "launcher: cz-5",
        "no launcher 'cz-5'",
        "none is known",
    ),
    Broken(
        "milestones_refer",
        "phases:\n",
        "roadmap:\n  milestones:\n    done: {title: Done, date: 2032-01-01, missions: [landing]}\n"
        "phases:\n",
        "missions: [landing]",
        "no mission 'landing'",
        "first-landing",
    ),
    Broken(
        "cargo_refers",
        "phases:\n",
        "roadmap:\n  cargo:\n    outpost: {needs: [outpost]}\nphases:\n",
        "needs: [outpost]",
        "stands on itself",
        "drop one",
    ),
    Broken(
        "known_phases",
        "    phase: construction\n    objectives",
        "    phase: constuction\n    objectives",
        "phase: constuction",
        "no phase 'constuction'",
        "nearest: construction",
    ),
    Broken(
        "mission_order",
        "date: 2031-02-01",
        "date: 2030-02-01",
        "date: 2030-02-01",
        "before its predecessor 'first-landing'",
        "date it later",
    ),
    Broken(
        "mission_order",
        "after: [first-landing]",
        "after: [first-laning]",
        "after: [first-laning]",
        "no mission 'first-laning'",
        "nearest: first-landing",
    ),
    Broken(
        "mission_order",
        "after: [first-landing]",
        "after: [second-landing]",
        "after: [second",
        "comes after itself",
        "drop one",
    ),
    Broken(
        "objectives_refer",
        "facilities: [outpost]\n      report",
        "facilities: [outpots]\n      report",
        "[outpots]",
        "no facility 'outpots'",
        "nearest: outpost",
    ),
    Broken(
        "objectives_refer",
        "at_least: 95 %",
        "at_least: 95 %\n        words: command center",
        "words:",
        "does not stand in the mission's text",
        "quote a part",
    ),
    Broken(
        "thresholds_fit",
        "metric: served.keep_alive",
        "metric: served.keep_alve",
        "served.keep_alve",
        "no metric 'served.keep_alve'",
        "nearest: served.keep_alive",
    ),
    Broken(
        "thresholds_fit", "at_least: 95 %", "at_least: 95 km", "95 km", "is in km", "plain number"
    ),
    Broken(
        "faults_refer",
        "component: outpost/radio",
        "component: outpost/rado",
        "outpost/rado",
        "no component 'outpost/rado'",
        "nearest: outpost/radio",
    ),
    Broken(
        "faults_refer",
        "mode: transmitter",
        "mode: transmiter",
        "mode: transmiter",
        "a radio has no failure mode",
        "nearest: transmitter",
    ),
    Broken(
        "faults_refer",
        "at: 2031-02-01T06:00",
        "at: 2030-02-01T06:00",
        "at: 2030-02",
        "before 'first-landing' brings it",
        "date the fault later",
    ),
    Broken(
        "faults_once",
        "    repair: 1 d\n",
        "    repair: 1 d\n" + FAULT,
        "# again",
        "already has the fault",
        "drop one",
    ),
    Broken(
        "plain_names",
        "      lamp:",
        "      la/mp:",
        "la/mp:",
        "cannot be a name",
        "letters, digits",
    ),
    Broken("plain_names", "  earth:\n", "  terra:\n", "terra:", "called 'earth'", "rename it"),
    Broken(
        "targets_found",
        "facilities:\n",
        "targets:\n  sun: {star: Sirius}\nfacilities:\n",
        "sun: {star",
        "also something else",
        "rename the target",
    ),
    Broken(
        "targets_found",
        "facilities:\n",
        "targets:\n  dog: {star: Siriu}\nfacilities:\n",
        "star: Siriu",
        "no star 'Siriu'",
        "nearest: Sirius",
    ),
    Broken(
        "known_places",
        "place: ridge-b",
        "place: rige-b",
        "place: rige-b",
        "no place 'rige-b'",
        "nearest: ridge-b",
    ),
    Broken(
        "known_missions",
        "mission: second-landing\n    place: ridge-b",
        "mission: second-laning\n    place: ridge-b",
        "second-laning",
        "no mission 'second-laning'",
        "nearest: second-landing",
    ),
    Broken(
        "equipment_belongs",
        "place: queqiao\n",
        "place: queqiao\n    modelled: false\n",
        "# of the relay",
        "yet has components",
        "modelled: false",
    ),
    Broken(
        "right_ground",
        "place: queqiao\n",
        "place: ridge-a\n",
        "kind: relay",
        "a relay needs a place of kind 'orbit'",
        "another place",
    ),
    Broken(
        "right_ground",
        "place: garage",
        "place: queqiao",
        "# of the shed",
        "a load needs a place of kind 'ground'",
        "another place",
    ),
    Broken(
        "horizons_exist",
        "horizon: ridge-garage",
        "horizon: ridge-garag",
        "horizon: ridge-garag",
        "no horizon 'ridge-garag'",
        "nearest: ridge-garage",
    ),
    Broken(
        "horizons_belong",
        "latitude: -89.4481 deg",
        "latitude: -89.4491 deg",
        "horizon: ridge-garage",
        "was computed 30 m from here, at -89.4481 deg, 222.7602 deg E",
        "`ilrs horizons`",
    ),
    Broken(
        "masts_within_horizons",
        "bottom: 2 m\n        top: 10 m\n      battery",
        "bottom: 2 m\n        top: 36 m\n      battery",
        "top: 36 m",
        "36 m above ground is outside the horizon's 0.5 to 30 m",
        "move the array",
    ),
    Broken(
        "one_thermal_mass",
        "      heater:\n",
        "      crate:\n        kind: thermal_mass\n        heat_capacity: 1 kJ/K\n        height: 1 m\n        width: 1 m\n        minimum: 263 K\n        maximum: 313 K\n      heater:\n",
        "crate:",
        "second thermal mass besides 'box'",
        "facility of its own",
    ),
    Broken(
        "warm_box_present",
        "      charger:\n",
        "      warmer:\n        kind: heater\n        power: 10 W\n        setpoint: 280 K\n        hibernation: 270 K\n      charger:\n",
        "warmer:",
        "a heater needs a warm box",
        "thermal_mass",
    ),
    Broken(
        "storage_above_floor",
        "charge_power: 1.5 kW\n        discharge_power",
        "initial: 0.1\n        charge_power: 1.5 kW\n        discharge_power",
        "initial: 0.1",
        "arrives at 10%, below the 20%",
        "at least 20%",
    ),
    Broken(
        "storage_above_floor",
        "charge_power: 1.5 kW\n        discharge_power",
        "depth_of_discharge: 0\n        charge_power: 1.5 kW\n        discharge_power",
        "depth_of_discharge: 0",
        "none of the capacity",
        "above 0",
    ),
    Broken(
        "reactors_stand_off",
        "      charger:\n",
        "      pile:\n        kind: fission_reactor\n        power: 40 kW\n      charger:\n",
        "pile:",
        "from the reactor, whose dose falls to its limit at 1000 m",
        "move one of them",
    ),
    Broken(
        "batteries_can_charge",
        "charge_power: 1.5 kW\n        discharge_power",
        "charge_stop: 20 degC\n        charge_full: 25 degC\n        charge_power: 1.5 kW\n"
        "        discharge_power",
        "battery:",
        "does not charge at or below 293.15 K",
        "raise the heater's setpoint above 293.15 K",
    ),
    Broken(
        "water_stays_liquid",
        "      heater:\n",
        "      cell:\n        kind: regenerative_fuel_cell\n        electrolyser_power: 1 kW\n"
        "        cell_power: 1 kW\n        hydrogen: 1 kg\n      heater:\n",
        "cell:",
        "the water of the fuel cell freezes",
        "water_tank: outside",
    ),
    Broken(
        "buses_are_tied",
        "    network: ridge-a\n    components:\n",
        "    network: ridge-a\n    bus: aside\n    components:\n",
        "bus: aside",
        "nothing ties the bus 'aside' to the rest of 'ridge-b'",
        "kind bus_tie",
    ),
    Broken(
        "ports_suffice",
        "  outpost:\n",
        "  outpost:\n    ports: 1\n",
        "  shed:",
        "2 facilities and cables hang on 'ridge-a', which offers 1 ports: tower/line, shed/cord",
        "state more `ports`",
    ),
    Broken(
        "loads_have_sources",
        "      cord:\n        kind: cable\n        to: ridge-a\n        power: 500 W\n"
        "        length: 120 m\n        voltage: 400 V\n        section: 6 mm^2\n",
        "",
        "charger:",
        "nobody can serve shed/charger: nothing that 'garage' is joined to makes electricity",
        "lay a cable",
    ),
    Broken(
        "keep_alive_has_power",
        "        power: 200 W\n",
        "        power: 200 kW\n        keep_alive: 150 kW\n",
        "charger:",
        "nobody can serve shed/charger: keep-alive loads on its buses want 150 kW",
        "ask for less, or land",
    ),
    Broken(
        "failure_modes_known",
        "computer: {mtbf",
        "computr: {mtbf",
        "computr: {mtbf",
        "no failure mode 'computr'",
        "nearest: computer",
    ),
    Broken(
        "cables_arrive",
        "to: ridge-a\n        power: 1 kW",
        "to: ridge-z\n        power: 1 kW",
        "to: ridge-z",
        "no such place",
        "nearest: ridge-a",
    ),
    Broken(
        "cables_arrive",
        "to: ridge-a\n        power: 1 kW",
        "to: queqiao\n        power: 1 kW",
        "to: queqiao",
        "not on the Moon's ground",
        "known: garage, hollow, ridge-a",
    ),
    Broken(
        "cables_arrive",
        "to: ridge-a\n        power: 1 kW",
        "to: ridge-b\n        power: 1 kW",
        "to: ridge-b",
        "where it begins",
        "known: garage, hollow, ridge-a",
    ),
    Broken(
        "cables_arrive",
        "to: ridge-a\n        power: 1 kW",
        "to: hollow\n        power: 1 kW",
        "to: hollow",
        "where nothing takes or gives electricity",
        "put a facility",
    ),
    Broken(
        "cables_reach",
        "length: 1.5 km",
        "length: 1.2 km",
        "length: 1.2 km",
        "cannot reach 'ridge-a', 1292 m away",
        "make it longer",
    ),
    Broken(
        "cables_make_no_loop",
        "      cord:\n",
        LOOP,
        "cord-2:",
        "closes a loop of cables",
        "drop one cable",
    ),
    Broken(
        "radios_have_partners",
        "to: earth",
        "to: eath",
        "to: eath",
        "which is no partner",
        "nearest: earth",
    ),
    Broken(
        "radios_have_partners",
        "to: earth",
        "to: pathfinder",
        "to: pathfinder",
        "nobody listens at 'pathfinder'",
        "speak to earth, queqiao",
    ),
    Broken(
        "data_networks_exist",
        "network: ridge-a",
        "network: rige-a",
        "network: rige-a",
        "no place 'rige-a'",
        "nearest: ridge-a",
    ),
    Broken(
        "data_reach_earth",
        "network: ridge-a",
        "network: ridge-b",
        "telemetry: 100 bit/s",
        "no radio speaks on the network of 'ridge-b'",
        "such as ridge-a",
    ),
    Broken(
        "data_reach_earth",
        CONTROL,
        "",
        "      radio:",
        "no mission_control on Earth",
        "mission_control",
    ),
    Broken(
        "equipment_belongs",
        CONTROL,
        CONTROL.split("    components")[0],
        "  mission-control:",
        "has no components",
        "modelled: false",
    ),
]


def _line(text: str, mark: str) -> int:
    lines = [i for i, line in enumerate(text.splitlines(), 1) if mark in line]
    assert len(lines) == 1, (mark, lines)
    return lines[0]


def test_the_station_that_cases_break_has_no_findings() -> None:
    loaded = load_scenario(STATION)
    assert findings(loaded.scenario, loaded.document) == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.check}-{c.mark.strip()}")
def test_a_finding_names_file_line_and_remedy(case: Broken, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(case.text(), encoding="utf-8")
    loaded = load_scenario(file, check=False)
    found = [str(f) for f in CHECKS[case.check](loaded.scenario, loaded.document)]
    place = f"{file}:{_line(case.text(), case.mark)}: "
    matching = [f for f in found if f.startswith(place) and case.what in f]
    assert len(matching) == 1, found
    remedy = matching[0].rsplit("(", 1)[1]
    assert case.remedy in remedy


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.check}-{c.mark.strip()}")
def test_a_scenario_with_a_finding_is_refused_with_exit_code_2(case: Broken) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(case.text())
    assert caught.value.exit_code == 2
    assert case.what in str(caught.value)


def test_every_check_has_a_failing_example() -> None:
    others = (*checks_activities.CHECKS, *checks_campaigns.CHECKS)  # in files of their own
    elsewhere = {check.__name__ for check in others}
    assert {case.check for case in CASES} == set(CHECKS) - elsewhere


def test_all_findings_come_together_in_the_order_of_lines() -> None:
    text = STATION.replace("place: ridge-b", "place: rige-b").replace("to: earth", "to: eath")
    loaded = load_scenario(text, check=False)
    found = findings(loaded.scenario, loaded.document)
    lines = [f.where.line for f in found if f.where is not None]
    assert len(found) >= 2
    assert lines == sorted(lines)
    with pytest.raises(ScenarioError, match=f"{len(found)} mistakes") as caught:
        load_scenario(text)
    assert len(caught.value.problems) == len(found)


def test_a_second_cable_between_the_same_places_is_no_loop() -> None:
    second = """\
      cord-2:
        kind: cable
        to: ridge-a
        power: 500 W
        length: 150 m
        voltage: 400 V
        section: 6 mm^2
      cord:
"""
    load_scenario(STATION.replace("      cord:\n", second))


def test_a_fault_may_come_again_once_it_is_repaired() -> None:
    again = FAULT.replace("2031-02-01T18:00", "2031-02-02T06:00")
    load_scenario(STATION.replace("    repair: 1 d\n", "    repair: 1 d\n" + again))


def test_a_target_that_no_telescope_can_ever_see_is_remarked() -> None:
    """At the south pole a star stands as high as it lies south of the ecliptic, to 1.6 deg."""
    sky = STATION.replace("facilities:\n", "targets:\n  vega: {star: Vega}\n"
                          "  canopus: {star: Canopus}\nfacilities:\n", 1)  # fmt: skip
    telescope = "      eye: {kind: telescope}\n"
    for text, told in (
        (sky, []),
        (sky.replace("      lamp:", telescope + "      lamp:"), ["vega"]),
    ):
        loaded = load_scenario(text, check=False)
        found = remarks(loaded.scenario, loaded.document)
        assert [problem.what.split("'")[1] for problem in found] == told
    assert "at most" in found[0].what
