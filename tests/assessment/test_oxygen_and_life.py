"""Batches measured and judged, quiet kept from digging, and an experiment lost in the cold."""

import numpy as np
import pytest

from ilrs.assessment.assess import assess
from ilrs.assessment.campaigns import odds, plant_of
from ilrs.assessment.history import History
from ilrs.operations.folder import read_run, write_run
from ilrs.operations.run import run
from ilrs.rendering.report import report
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = """
period: {begins: 2031-01-01, ends: 2031-01-09, step: 1 h}
missions:
  first-landing:
    objectives:
      stay-alive: null
      report: null
      shown: {text: It is shown., metric: verified, of: soil, at_least: 1, facilities: [plant]}
      lives: {text: It lives., metric: life.survival, of: garden, at_least: 7 d}
facilities:
  plant:
    title: Oxygen plant
    facility_class: long-term support
    mission: first-landing
    place: ridge-a
    components:
      digger: {kind: excavator, robots: 1, load: 10 kg, works: in_activities}
      unit:
        kind: isru_plant
        process: carbothermal
        oxygen_a_year: 20 kg
        works: in_activities
        feed: delivered
        batch_time: 8 h
        start_time: 2 h
      tank: {kind: cryogenic_tank, capacity: 5 kg}
  garden:
    title: Garden
    facility_class: lunar science
    mission: first-landing
    place: ridge-a
    components:
      box: &box
        kind: thermal_mass
        heat_capacity: 30 kJ/K
        height: 0.5 m
        width: 0.5 m
        minimum: 275 K
        maximum: 315 K
      heater: {kind: heater, power: 60 W, setpoint: 296 K, hibernation: 285 K}
      vessel: &vessel
        kind: biological_module
        area: 0.05 m^2
        carbon_dioxide: 0.1 kg
        oxygen: 0.1 kg
        water: 0.2 kg
        animals: 20 g
        feed: 0.1 kg
        fan: 2 W
  orphan:
    title: Garden without a heater
    facility_class: lunar science
    mission: first-landing
    place: ridge-a
    components: {box: *box, vessel: {<<: *vessel, animals: 0 kg, area: 0.01 m^2}}
activities:
  dig:
    title: Soil dug
    mission: first-landing
    robots: [plant]
    instruments: [plant/digger]
    duration: 3 h
    power: 60 W
    count: 2
    makes: [seismic]
  batch:
    title: Batch
    mission: first-landing
    instruments: [plant/unit]
    duration: 8 h
    power: 115 W
    after: [{activity: dig}]
    count: 4
    value: 9
  listen:
    title: Quiet hours
    mission: first-landing
    instruments: [outpost/instruments]
    least: 6 h
    most: 48 h
    power: 5 W
    every: 2 d
    needs_quiet: [seismic]
campaigns:
  soil:
    title: Oxygen of soil
    plant: plant/unit
    activity: batch
    runs: 4
    least_yield: 5 %
    least_purity: 99 %
    most_energy: 300 kWh/kg
faults: []
"""


@pytest.fixture(scope="module")
def lived():
    return run(load_scenario(template(), [STATION]), 1)


@pytest.fixture(scope="module")
def judged(lived):
    return assess(lived)


def test_batches_make_what_the_plant_says_of_what_was_dug(lived, judged):
    summary, _ = judged
    assert summary["audit"]["passed"]
    assert summary["activities"]["scheduled"] == summary["activities"]["done"]
    plant = plant_of(lived.scenario, lived.scenario.campaigns["soil"])
    stores = lived.truth.stores.names
    oxygen = lived.record.content[-1, stores.index("plant/tank.content")]
    assert oxygen == pytest.approx(4 * plant.batch_yield()["oxygen"], rel=0.07)  # truth is off
    flows = lived.truth.flows
    drawn = lived.record.flow[:, flows.index("plant/unit.make")].sum() * 3600.0
    assert drawn / oxygen == pytest.approx(
        plant.batch_yield()["energy"] / plant.batch_yield()["oxygen"], rel=1e-9
    )
    assert lived.record.content[:, stores.index("plant/digger.hopper")].max() > 8 * 8 * 0.01


def test_a_campaign_is_judged_after_its_last_batch_with_the_odds_it_had(lived, judged):
    summary, events = judged
    (told,) = summary["campaigns"]
    assert told["done"] == told["runs"] == 4
    assert told["probability"] == odds(lived.scenario, lived.scenario.campaigns["soil"]) > 0.5
    (shown,) = [o for m in summary["roadmap"] for o in m["objectives"] if o["name"] == "shown"]
    assert (shown["status"] == "met") == bool(told["passed"])
    history = History(lived)
    last = history.measured["soil"].last
    assert history.measured["soil"].until(int(last[-1]) - 1)["yield"].size == 3
    (event,) = events[events.kind == "campaign"].to_dict("records")
    assert event["second"] == (last[-1] - 1) * 3600
    means = {v["name"]: v["mean"] for v in told["verdicts"]}
    assert 0.05 < means["yield"] < 0.2
    assert means["purity"] <= 1.0


def test_what_is_measured_is_of_the_seed(lived):
    same = History(lived).measured["soil"].values["yield"]
    assert (History(lived).measured["soil"].values["yield"] == same).all()
    assert np.ptp(same) > 0.0


def test_listening_keeps_out_of_the_way_of_digging(judged):
    (quiet,) = judged[0]["activities"]["quiet"]
    assert quiet["activity"] == "listen"
    assert [d["activity"] for d in quiet["disturbed_by"]] == ["dig"]
    assert quiet["overlap_h"] == 0.0
    assert quiet["noise_h"] == 6.0
    assert quiet["quiet_h"] > 24.0


def test_warmth_keeps_a_garden_alive_and_the_cold_ends_another(lived, judged):
    summary, events = judged
    lives = {b["facility"]: b for b in summary["biology"]}
    assert not lives["garden"]["died"]
    assert lives["garden"]["lived_s"] == 8 * 86400.0
    assert lives["garden"]["oxygen_kg"] > 0.0
    assert lives["garden"]["dose_sv"] >= lives["garden"]["background_sv"] * 0.999
    lost = lives["orphan"]
    assert lost["died"]
    assert lost["out_s"] == pytest.approx(lost["allowed_s"] + 3600.0)
    (event,) = events[events.kind == "experiment lost"].to_dict("records")
    assert event["subject"] == "orphan"
    assert "at last too cold" in event["text"]
    assert event["second"] == lost["last_second"] - 3600
    (aim,) = [o for m in summary["roadmap"] for o in m["objectives"] if o["name"] == "lives"]
    assert aim["status"] == "met"


def test_a_storm_adds_to_the_dose(lived):
    life = History(lived).lives["garden"]
    times = np.arange(9) * 86400.0
    storm = (np.array([86400.0]), np.array([1.0]))
    more = life.module.dose(times, storm) - life.module.dose(times, (np.zeros(0), np.zeros(0)))
    assert more[:2] == pytest.approx(0.0)
    assert more[3:] == pytest.approx(10.0 / life.module.shield)


def test_the_report_tells_both_stories(lived, judged, tmp_path):
    summary, events = judged
    write_run(lived, events, summary, tmp_path / "run")
    page = report(read_run(tmp_path / "run"))
    assert "Oxygen of soil" in page
    assert "Garden without a heater" in page
    assert "Nearly useless here" in page
