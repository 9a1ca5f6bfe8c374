"""Samples from where they are taken to who has them at last: no gap, no sample lost from sight."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ilrs.assessment.assess import assess, left_range
from ilrs.assessment.custody import _following
from ilrs.assessment.history import History
from ilrs.assessment.metrics import evaluate
from ilrs.operations.folder import read_run, write_run
from ilrs.operations.replan import plan_schedule
from ilrs.operations.run import run
from ilrs.rendering.report import report
from ilrs.rendering.sections.samples import _ground
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = (Path(__file__).parents[1] / "operations" / "activities.yaml").read_text(encoding="utf-8")
SHIP = "{vehicle: {kind: ascent_vehicle, node: 40 deg}}"  # home within a week
CHANGES = (
    ("2031-02-05", "2031-01-22"),
    ("      radar: {kind: load, power: 2 W, heat_inside: 0}\n",
     "      rover: {kind: rover}\n      sampler: {kind: sampler}\n"),
    ("instruments: [prospector/radar]", "instruments: [prospector/sampler]\n"
     "    takes: {count: 4, material: soil}"),
    ("    supply: ridge-a\n", ""),
    ("  driller:\n", "  depot:\n    title: Depot\n    facility_class: lunar science\n"
     "    mission: first-landing\n    place: ridge-a\n"
     "    components: {cache: {kind: sample_cache}}\n"
     "  ship:\n    title: Ship\n    facility_class: lunar science\n    mission: first-landing\n"
     "    place: ridge-a\n    components: " + SHIP + "\n  driller:\n"),
    ("  core:\n", "  store:\n    title: Into the cache\n    mission: first-landing\n"
     "    robots: [prospector]\n    place: ridge-a\n    duration: 1 h\n    count: 1\n"
     "    window: {begins: 2031-01-09}\n    hands_to: depot/cache\n"
     "  load:\n    title: Aboard\n    mission: first-landing\n"
     "    instruments: [depot/cache]\n    duration: 1 h\n"
     "    after: [{activity: store, at_least: 2 d}]\n"
     "    hands_to: ship/vehicle\n"
     "  launch:\n    title: Launch\n    mission: first-landing\n"
     "    instruments: [ship/vehicle]\n    duration: 1 h\n    after: [{activity: load}]\n"
     "    hands_to: earth\n  core:\n"),
)  # fmt: skip


def station(*changes: tuple[str, str]):
    text = STATION
    for old, new in (*CHANGES, *changes):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_scenario(template(), [text])


@pytest.fixture(scope="module")
def lived():
    return run(station(), 1)


@pytest.fixture(scope="module")
def judged(lived):
    return assess(lived)


def test_every_sample_is_held_without_a_gap_and_none_is_lost_from_sight(lived, judged):
    told = judged[0]["samples"]
    surveys = [e for e in lived.schedule.entries if e.activity == "survey"]
    assert told["count"] == 4 * len(surveys) > 4
    for sample in told["samples"]:
        custody = sample["custody"]
        assert custody[0]["begins"] == sample["taken"] < sample["sealed"]
        assert all(a["ends"] == b["begins"] for a, b in pairwise(custody))
        assert (custody[0]["who"], custody[0]["where"]) == ("prospector", "ridge-b")
        assert 0.0 <= sample["volatiles_kept"] <= 1.0
        assert sample["warmest_k"] == max(held["warmest_k"] for held in custody)
    masses = told["masses_kg"]
    assert masses["taken"] == pytest.approx(0.12 * told["count"])


def test_what_was_handed_on_goes_the_whole_way(lived, judged):
    samples = judged[0]["samples"]["samples"]
    home = [s for s in samples if s["fate"] == "on Earth"]
    assert home
    for sample in home:
        held = [(h["who"], h["where"]) for h in sample["custody"]]
        assert held[:2] == [("prospector", "ridge-b"), ("prospector", "on the way")]
        assert held[-4:] == [
            ("prospector", "ridge-a"), ("depot/cache", "ridge-a"), ("ship/vehicle", "ridge-a"),
            ("ship/vehicle", "in flight"),
        ]  # fmt: skip
    for sample in home:
        cached = next(h for h in sample["custody"] if h["who"] == "depot/cache")
        assert cached["warmest_k"] == 110.0
        assert sample["custody"][-1]["warmest_k"] == 280.0
    assert judged[0]["samples"]["masses_kg"]["home"] == pytest.approx(0.12 * len(home))
    (back,) = judged[0]["samples"]["returns"]
    assert {s["custody"][-1]["ends"] for s in home} == {back["lands"]}
    assert {s["custody"][-1]["begins"] for s in home} == {back["lifts_off"]}
    parts = ("climb_s", "phasing_s", "docking_s", "wait_s", "transfer_s")
    took = np.datetime64(back["lands"].rstrip("Z")) - np.datetime64(back["lifts_off"].rstrip("Z"))
    assert sum(back[part] for part in parts) == pytest.approx(
        float(took / np.timedelta64(1, "s")), abs=1
    )
    without = judged[0]["samples"]["home_without_kg"]
    assert without == {"": pytest.approx(0.12 * len(home)), "prospector": 0.0}
    history = History(lived)
    lands = max(s["custody"][-1]["ends"] for s in home)
    step = history.network.clock.index(np.datetime64(lands.rstrip("Z"), "s"))
    assert evaluate(history, "samples.home", step - 1) == 0.0
    assert evaluate(history, "samples.home", step + 1) == pytest.approx(0.12 * len(home))


def test_who_waits_in_orbit_beyond_the_end_is_not_home():
    waits = SHIP.replace(", node: 40 deg", "")  # the plane holds the way home eleven days later
    told = assess(run(station((SHIP, waits)), 1))[0]["samples"]
    under_way = [s for s in told["samples"] if s["fate"] == "on the way to Earth"]
    assert under_way
    assert {s["holder"] for s in under_way} == {"ship/vehicle"}
    assert told["masses_kg"]["home"] == 0.0
    assert told["returns"][0]["lands"] > "2031-01-22"


def test_a_lost_robot_takes_its_samples_with_it():
    lost = "faults: [{component: prospector/rover, mode: lost, at: 2031-01-08T12:00}]"
    summary, _ = assess(run(station(("faults: []", lost)), 1))
    told = summary["samples"]
    assert told["count"] >= 4
    assert {s["fate"] for s in told["samples"]} == {"lost with prospector"}
    assert told["masses_kg"]["lost"] == told["masses_kg"]["taken"]
    assert {s["custody"][-1]["ends"] for s in told["samples"]} == {"2031-01-08T12:00:00Z"}
    assert summary["activities"]["replanned"][0]["yields_lost"]["profile"] > 0.0


def test_every_drive_out_and_home_is_counted(lived, judged):
    (driven,) = judged[0]["traverses"]
    done = [
        r for r in judged[0]["activities"]["entries"] if r["activity"] == "survey" and r["done"]
    ]
    assert (driven["robot"], driven["from"], driven["to"]) == ("prospector", "ridge-a", "ridge-b")
    assert driven["drives"] == 2 * len(done) > 0
    # A way that is declared by its time has no known length.
    assert (driven["route"], driven["driven_m"], driven["track"]) == (None, None, None)
    away = History(lived).sorties.of("survey")[0]
    power = away.way_power(away.there) + away.vehicle.mobile.keep
    assert driven["energy_j"] == pytest.approx(driven["drives"] * away.there.time * power)


def test_the_record_is_kept_and_shown(lived, judged, tmp_path):
    way = judged[0]["traverses"][0]
    along = way | {
        "driven_m": 3000.0,
        "track": [[-89.45, 222.66], [-89.47, 222.1], [-89.49, 221.6]],
    }
    summary = judged[0] | {"traverses": [along]}
    folder = write_run(lived, judged[1], summary, tmp_path / "run")
    lines = (folder / "custody.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "name,batch,material,site,mass_kg,who,where,begins,ends,warmest_k,was_sealed"
    )
    assert len(lines) - 1 == sum(len(s["custody"]) for s in judged[0]["samples"]["samples"])
    page = report(read_run(folder))
    assert "Samples from site to Earth" in page
    assert "to catch up with the orbiter" in page
    assert "with the light and heat that terrain within 10 km sends it" in page
    assert "without glow" not in page
    assert "season that never ends" not in page
    assert page.count('class="way"') == 1
    assert "drives between ridge-a and ridge-b" in page


def test_ground_whose_past_no_ephemeris_tells_is_named_in_the_report(lived):
    around = lived.environment
    assert around.certificate["ground_since"] == "2030-01-11T15:00:00"
    assert not [line for line in left_range(History(lived)) if "temperature of the ground" in line]
    unknown = replace(around, certificate={**around.certificate, "ground_since": None})
    (told,) = [
        line
        for line in left_range(History(replace(lived, environment=unknown)))
        if "temperature of the ground" in line
    ]
    assert "21 days are taken as a season that never ends" in told


def test_ground_whose_walls_nobody_knows_is_told_as_a_lower_bound(lived):
    around = lived.environment
    known = around.certificate["glow"]
    assert all(known[place] for place in ("ridge-a", "ridge-b"))
    bare = replace(around, certificate={**around.certificate, "glow": dict.fromkeys(known)})
    summary, _ = assess(replace(lived, environment=bare))
    told = summary["samples"]
    sites = {sample["site"] for sample in told["samples"]}
    assert set(told["without_glow"]) == sites != set()
    grounds = [row for row in summary["places"] if row["kind"] == "ground"]
    assert [row["glow"] for row in grounds] == [False] * len(grounds)
    assert all(20.0 < row["ground_k"][0] < row["ground_k"][1] < 400.0 for row in grounds)
    # 0.018 W/m2 radiated at 0.95
    assert "no sunlight comes the ground is taken to be at 24 K" in _ground(told)


def test_a_box_follows_what_is_around_it_with_its_lag():
    course = _following(300.0, np.full(10, 100.0), 3600.0, 36_000.0)
    times = np.arange(11) * 3600.0
    assert course == pytest.approx(100.0 + 200.0 * np.exp(-times / 3600.0))
    assert _following(300.0, np.full(3, 100.0), 0.0, 30.0).tolist() == [100.0] * 4
    long = _following(100.0, np.full(50_000, 100.0), 3600.0, 3e7)
    assert long == pytest.approx(np.full(len(long), 100.0))
    assert len(long) <= 2001


def test_who_lifts_off_out_of_the_plane_takes_more_speed_and_lifts_less():
    tilted = (
        "{vehicle: {kind: ascent_vehicle, inclination: 80 deg, widest: 12 deg, mass: 300 kg,"
        " propellant: 135 kg}}"
    )
    summary, _ = assess(run(station((SHIP, tilted)), 1))
    fates = {s["fate"] for s in summary["samples"]["samples"]}
    assert "left behind: too heavy" in fates
    assert summary["samples"]["returns"] == []
    (way,) = summary["samples"]["ways_home"].values()
    assert 700.0 < way["delta_v_m_s"] < 1000.0
    assert 10.9e3 < way["entry_speed_m_s"] < 11.2e3
    assert 0.0 < way["speed_window_m_s"] < 20.0


def test_a_launch_that_has_no_window_into_the_plane_says_how_far_it_is():
    tilted = SHIP.replace("node: 40 deg", "inclination: 80 deg")
    made = plan_schedule(station((SHIP, tilted)))
    (launch,) = [m for m in made.missing if m.activity == "launch"]
    assert "deg or more out of the orbiter's plane" in launch.why
    assert "turns by 2.0 deg" in launch.why
