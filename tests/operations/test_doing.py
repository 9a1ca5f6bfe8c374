"""Activities from text to a judged run: scheduled, powered, lived, and scheduled anew."""

from pathlib import Path

import numpy as np
import pytest

from ilrs.assessment.assess import assess
from ilrs.assessment.history import History
from ilrs.operations.folder import read_run, write_run
from ilrs.operations.run import run
from ilrs.planning.schedule.record import read_settled
from ilrs.rendering.report import report
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = Path(__file__).parent / "activities.yaml"


def station(*changes: str):
    folder = Path(__file__).parent
    text = (folder / "activities.yaml").read_text(encoding="utf-8")
    for change in changes:
        old, new = change.split(" -> ")
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_scenario(template(), [text])


@pytest.fixture(scope="module")
def lived():
    return run(station(), 1)


@pytest.fixture(scope="module")
def judged(lived):
    return assess(lived)


def test_what_was_scheduled_is_done_and_its_yields_meet_the_objectives(lived, judged):
    summary, events = judged
    did = summary["activities"]
    assert did["scheduled"] == did["done"] == len(lived.schedule.entries) > 10
    assert did["gap"] < 1e-6
    objectives = {o["name"]: o for m in summary["roadmap"] for o in m["objectives"]}
    surveys = sum(e["activity"] == "survey" for e in did["entries"])
    assert objectives["profiles"]["value"] == pytest.approx(2000.0 * surveys)
    assert objectives["profiles"]["margin"] == pytest.approx(2000.0 * surveys - 6000.0)
    assert objectives["cores"]["status"] == "met"
    assert objectives["cores"]["met_on"] > "2031-01-31"
    assert summary["audit"]["passed"]
    assert (events.kind == "activity").sum() == did["done"]


def test_power_and_data_of_an_activity_flow_through_the_network(lived):
    flows = lived.truth.flows
    f = flows.index("prospector/survey.activity")
    drawn = lived.record.flow[:, f]
    hours = sum(e.activity == "survey" for e in lived.schedule.entries) * 10
    assert (drawn > 0).sum() == hours
    node = lived.truth.nodes.index("ridge-a/data.science")
    brings = lived.truth.incidence[[node]].toarray()[0, f]
    survey = 300e6 / (120.0 * 36000.0)
    assert brings == pytest.approx(survey)


def test_conditions_hold_and_noise_stays_away(lived):
    clock = lived.network.clock
    spans = {
        e.name: tuple(int((np.datetime64(t[:-1]) - clock.start).astype(int)) // clock.step
                      for t in (e.begins, e.ends))
        for e in lived.schedule.entries
    }  # fmt: skip
    light = lived.environment.places["ridge-a"]
    heights = light.surroundings.heights
    lit = np.array([np.interp(2.0, heights, column) for column in light.area_fraction.T])
    for name, (a, b) in spans.items():
        if name.startswith("core"):
            assert (lit[a:b] > 0.3).all()
    quiet = [s for n, s in spans.items() if n.startswith("listen")]
    loud = [s for n, s in spans.items() if not n.startswith("listen")]
    assert all(b <= c or d <= a for a, b in quiet for c, d in loud)


def test_what_the_truth_starves_fails_and_its_yield_is_lost(lived):
    f = lived.truth.flows.index("driller/core.activity")
    record = lived.record._replace(flow=lived.record.flow.copy())
    first = np.flatnonzero(record.flow[:, f])[:8]
    record.flow[first, f] *= 0.97
    starved = lived.__class__(**{**lived.__dict__, "record": record})
    history = History(starved)
    failed = [o for o in history.outcomes if not o.done]
    assert [o.entry.name for o in failed] == ["core#1"]
    assert failed[0].why == "got 97% of its energy"
    summary, events = assess(starved)
    assert summary["activities"]["yields"]["core_depth"]["brought"] == pytest.approx(4.0)
    text = events[events.kind == "activity failed"].text.item()
    assert "core_depth" in text


def test_the_schedule_is_kept_with_the_run(lived, judged, tmp_path):
    summary, events = judged
    write_run(lived, events, summary, tmp_path / "run")
    assert read_settled(tmp_path / "run") == lived.schedule
    assert read_run(tmp_path / "run").summary["activities"]["done"] == summary["activities"]["done"]


def test_a_run_with_activities_is_taken_up_again(lived, tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        run(station(), 1, keep=tmp_path / "keep", stop_after=0)
    monkeypatch.setattr("ilrs.operations.run.plan_activities", None)
    again = run(station(), 1, keep=tmp_path / "keep")
    assert np.array_equal(again.record.flow, lived.record.flow)
    assert again.schedule == lived.schedule


def test_a_lost_rover_is_planned_around_and_its_loss_stated(lived):
    fault = "faults: [{component: prospector/radar, mode: 'off', at: 2031-01-20T12:00}]"
    after = run(station(f"faults: [] -> {fault}"), 1)
    (again,) = after.schedule.replanned
    assert again.at == "2031-01-21T12:00:00Z"
    assert again.out == ("prospector", "prospector/radar")
    assert again.yields_lost["profile"] == pytest.approx(4000.0)
    assert {"survey#4", "survey#5"} <= set(again.lost)
    assert again.worth_after < again.worth_before
    # What lay before stays as it was; the cores, which wait for the last survey, go with it.
    old = {e.name: e for e in lived.schedule.entries if e.begins < again.at}
    new = {e.name: e for e in after.schedule.entries if e.begins < again.at}
    assert old == new
    assert not [e for e in after.schedule.entries if e.activity == "core"]
    summary, events = assess(after)
    assert (events.kind == "schedule").sum() == 1
    objectives = {o["name"]: o for m in summary["roadmap"] for o in m["objectives"]}
    assert objectives["profiles"]["status"] == "missed"


def test_the_report_shows_activities_yields_and_what_failed(lived, judged, tmp_path):
    summary, events = judged
    folder = write_run(lived, events, summary, tmp_path / "run")
    page = report(read_run(folder))
    assert 'id="activities"' in page
    assert "Radar profile to the second ridge and back" in page
    assert "8 km" in page
    assert "truly done, 0 failed" in page
    plain = dict(summary)
    del plain["activities"]
    stored = read_run(write_run(lived, events, plain, tmp_path / "plain"))
    assert 'id="activities"' not in report(stored)
