"""Campaigns and machines: every check of them with an example that fails."""

from __future__ import annotations

import pytest

from ilrs.errors import ScenarioError
from ilrs.scenario.checks import CHECKS
from ilrs.scenario.checks_campaigns import CHECKS as OWN
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

PLANT = """\
  plant:
    title: Oxygen plant
    facility_class: long-term support
    mission: first-landing
    place: ridge-a
    components:
      unit: {kind: isru_plant, process: carbothermal, oxygen_a_year: 50 kg, works: in_activities}
      second: {kind: isru_plant, process: carbothermal, oxygen_a_year: 50 kg}
"""
BATCHES = """
activities:
  batch:
    title: Batch
    mission: first-landing
    instruments: [plant/unit]
    duration: 24 h
    power: 300 W
    count: 8
campaigns:
  soil:
    title: Oxygen of soil
    plant: plant/unit
    activity: batch
    runs: 8
    least_yield: 10 %
    most_energy: 90 kWh/kg
"""


def _station(text: str = PLANT + BATCHES) -> str:
    plant, _, batches = text.partition("\nactivities:")
    head, facilities, tail = template().partition("facilities:\n")
    return f"{head}{facilities}{plant}\n{tail}\nactivities:{batches}"


STATION = _station()
BROKEN = [
    ("campaigns_refer", "plant: plant/unit", "plant: plant/unti", "no oxygen plant 'plant/unti'"),
    ("campaigns_refer", "activity: batch", "activity: bacht", "no activity 'bacht'"),
    ("campaigns_refer", "runs: 8", "runs: 9", "'batch' happens 8 times"),
    ("campaigns_refer", "plant: plant/unit", "plant: plant/second", "does not run plant/second"),
    ("yields_are_possible", "least_yield: 10 %", "least_yield: 40 %", "above stoichiometry"),
    ("machines_are_run", "[plant/unit]", "[plant/second]", "none runs it"),
    ("machines_are_run", "power: 300 W", "power: 400 W", "more than the"),
]


def test_the_example_has_no_findings_and_every_check_an_example() -> None:
    load_scenario(STATION)
    assert {case[0] for case in BROKEN} == {check.__name__ for check in OWN}


@pytest.mark.parametrize(("check", "old", "new", "what"), BROKEN)
def test_a_finding_says_what_is_wrong(check: str, old: str, new: str, what: str) -> None:
    assert (PLANT + BATCHES).count(old) == 1
    text = _station((PLANT + BATCHES).replace(old, new))
    loaded = load_scenario(text, check=False)
    found = [str(f) for f in CHECKS[check](loaded.scenario, loaded.document)]
    assert any(what in f for f in found), found
    with pytest.raises(ScenarioError) as caught:
        load_scenario(text)
    assert caught.value.exit_code == 2


def test_an_objective_may_name_what_a_campaign_shows() -> None:
    shown = "shown: {text: It works., metric: verified, of: soil, at_least: 1}"
    text = STATION.replace("    objectives:\n", f"    objectives:\n      {shown}\n", 1)
    load_scenario(text)
    with pytest.raises(ScenarioError, match="no metric"):
        load_scenario(text.replace("of: soil", "of: rock"))
    with pytest.raises(ScenarioError, match="stands with the metrics"):
        load_scenario(text.replace("metric: verified, of: soil", "metric: verified"))
