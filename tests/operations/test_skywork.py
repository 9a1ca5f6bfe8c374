"""A telescope, a radio array and an observer of the Earth lived for a week, and judged."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from ilrs.assessment.assess import assess
from ilrs.assessment.history import History
from ilrs.errors import ScenarioError
from ilrs.network.assemble import clock_of
from ilrs.operations.conditions import when
from ilrs.operations.folder import read_run, write_run
from ilrs.operations.run import Run, run
from ilrs.rendering.report import report
from ilrs.scenario.load import Loaded, load_scenario
from ilrs.scenario.template import template

STATION = """
period: {begins: 2031-01-01, ends: 2031-01-09, step: 1 h}
missions:
  first-landing:
    objectives:
      stay-alive: null
      report: null
      seen: {text: The sky is seen., metric: yield, of: exposed, at_least: 10 h,
             facilities: [observatory]}
facilities:
  observatory:
    title: Observatory
    facility_class: lunar science
    mission: first-landing
    place: ridge-a
    components:
      telescope: {kind: telescope}
      array: {kind: radio_array}
      imager: {kind: earth_observer, wavelength: 550 nm, field: 2.2 deg, pixel: 0.01 deg,
               cadence: 1 h}
targets:
  cloud: {right_ascension: 80.9 deg, declination: -69.8 deg, magnitude: 14}
  vega: {star: Vega}
activities:
  monitor:
    title: The Cloud monitored
    mission: first-landing
    instruments: [observatory/telescope]
    duration: 12 h
    power: 40 W
    requires: cloud.visible and cloud.sun_deg > 45
    every: 2 d
    yields: {exposed: 10 h, visits: 100}
  hush:
    title: Silence
    mission: first-landing
    instruments: [observatory/array]
    duration: 3 h
    power: 40 W
    every: 4 d
    silences: [outpost/radio]
    yields: {silent: 3 h}
  watch:
    title: The Earth watched
    mission: first-landing
    instruments: [observatory/imager]
    duration: 24 h
    power: 20 W
    requires: earth.visible
    count: 1
"""


@pytest.fixture(scope="module")
def station() -> Loaded:
    return load_scenario(template(), [STATION])


@pytest.fixture(scope="module")
def lived(station: Loaded) -> Run:
    return run(station, 1)


@pytest.fixture(scope="module")
def summary(lived: Run) -> dict[str, Any]:
    return assess(lived)[0]


def test_a_silenced_radio_sends_nothing_and_contact_is_broken(lived: Run) -> None:
    history = History(lived)
    entries = [e for e in lived.schedule.entries if e.activity == "hush"]
    assert len(entries) == 2
    assert history.silent.sum() == 6
    names = lived.network.flows.names
    links = [i for i, n in enumerate(names) if n.startswith("outpost/radio.") and "power" not in n]
    sent = lived.record.flow[:, links]
    assert sent.sum() > 0.0
    assert sent[history.silent].sum() == 0.0
    assert not history.contact[history.silent].any()


def test_what_the_sky_allowed_and_what_was_made_of_it(summary: dict[str, Any]) -> None:
    (scope,) = summary["sky"]["telescopes"]
    assert scope["done_h"] == 48.0
    assert scope["exposed_h"] == 40.0
    assert scope["efficiency"] == pytest.approx(40.0 / scope["open_h"])
    cloud, vega = scope["targets"]
    assert cloud["open_h"] == scope["open_h"]
    assert "below the terrain for the whole period" in vega["why"]
    (array,) = summary["sky"]["arrays"]
    assert array["silent_h"] == 6.0
    assert array["deep_h"] <= array["hidden_h"]
    # Its own converters and those of everybody at the place.
    assert array["converters"][0] == "observatory"
    assert "outpost" in array["converters"]
    assert 0.0 < array["channels_lost"] < 1.0
    (imager,) = summary["sky"]["observers"]
    assert imager["done_h"] == 24.0
    hours = np.array(imager["map"]["lit_h"])
    assert hours.shape == (60, 120)
    assert 0.0 < hours.max() <= 24.0
    json.dumps(summary["sky"], allow_nan=False)


def test_the_report_shows_it(lived: Run, summary: dict[str, Any], tmp_path: Any) -> None:
    events = assess(lived)[1]
    write_run(lived, events, summary, tmp_path / "run")
    page = report(read_run(tmp_path / "run"))
    assert 'href="#sky"' in page
    for words in ("what it could see", "calendar of radio silence", "The Earth, as it was watched"):
        assert words in page


def test_targets_are_asked_for_by_name(station: Loaded) -> None:
    scenario = station.scenario
    found = when(scenario, "ridge-a", "cloud.visible and not vega.visible", clock_of(scenario))
    assert found.holds.all()
    away = when(scenario, "ridge-a", "cloud.elevation_deg > 80 and cloud.sun_deg > 60",
                clock_of(scenario))  # fmt: skip
    assert away.series["cloud.elevation_deg"].max() < 90.0
    assert away.holds.any()
    earth = when(scenario, "ridge-a", "earth.above_terrain_deg > 0 or earth.sun_deg < 0",
                 clock_of(scenario))  # fmt: skip
    visible = when(scenario, "ridge-a", "earth.visible", clock_of(scenario))
    assert (earth.holds == visible.holds).all()


def test_only_radios_are_silenced() -> None:
    wrong = STATION.replace("silences: [outpost/radio]", "silences: [outpost/battery]")
    with pytest.raises(ScenarioError, match="no radio 'outpost/battery'"):
        load_scenario(template(), [wrong])


def test_a_target_of_opportunity_interrupts_once_it_is_announced(tmp_path: Any) -> None:
    campaign = STATION.replace("    duration: 12 h\n", "    least: 6 h\n    most: 48 h\n")
    alert = """
  alert:
    title: A nova
    mission: first-landing
    instruments: [observatory/telescope]
    duration: 5 h
    power: 40 W
    announced: 2031-01-04T10:00
    window: {ends: 2031-01-04T18:00}
    value: 50
"""
    done = run(load_scenario(template(), [campaign + alert]), 1)
    assert done.schedule is not None
    (nova,) = (e for e in done.schedule.entries if e.activity == "alert")
    assert "2031-01-04T10:00" <= nova.begins < "2031-01-04T13:01"
    others = [e for e in done.schedule.entries if e.activity == "monitor"]
    assert all(e.ends <= nova.begins or e.begins >= nova.ends for e in others)
    # The one it cut was planned through its time, and was of use when it was cut.
    assert any("2031-01-04T10:00" <= e.ends <= nova.begins for e in others)
    (again,) = done.schedule.replanned
    assert "target of opportunity" in again.because
    assert again.gained == ("alert",)
    assert not again.out
    judged, events = assess(done)
    write_run(done, events, judged, tmp_path / "run")
    page = report(read_run(tmp_path / "run"))
    assert "A nova, announced 4 Jan 2031, 10:00: observed from 4 Jan 2031, " in page
    assert "What A nova interrupted" in page
