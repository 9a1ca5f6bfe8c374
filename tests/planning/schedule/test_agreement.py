"""Schedule and dispatch: energy that is not there is cut until both hold; reasons are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ilrs.operations.replan import Wishes, plan_schedule
from ilrs.operations.run import run
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = Path(__file__).parents[2] / "operations" / "activities.yaml"


def station(*changes: tuple[str, str]):
    text = STATION.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_scenario(template(), [text])


HUNGRY = (
    ("    requires: sun.area_fraction > 0.3\n    after: [{activity: survey, at_least: 12 h}]\n"
     "    count: 3", "    window: {begins: 2031-01-15}\n    count: 12"),
    ("power: 200 W", "power: 1500 W"),
)  # fmt: skip


@pytest.fixture(scope="module")
def starved():
    return plan_schedule(station(*HUNGRY))


def test_what_the_dispatch_cannot_serve_is_cut_and_told(starved):
    assert starved.rounds > 1
    assert starved.cuts
    cores = [e for e in starved.entries if e.activity == "core"]
    assert 0 < len(cores) < 12
    short = [m for m in starved.missing if m.activity == "core"]
    assert len(cores) + len(short) == 12
    assert all(m.why and m.remedy for m in starved.missing)
    assert any("energy" in m.why or "floor" in m.why for m in short)


def test_what_both_agreed_on_is_truly_served(starved):
    from ilrs.assessment.history import History

    lived = run(station(*HUNGRY), 1)
    assert lived.schedule.entries == starved.entries
    outcomes = History(lived).outcomes
    assert all(o.done for o in outcomes), [(o.entry.name, o.why) for o in outcomes if not o.done]


def test_a_window_too_dark_says_how_long_it_is_lit():
    made = plan_schedule(station(("sun.area_fraction > 0.5", "sun.area_fraction > 0.999999")))
    missing = [m for m in made.missing if m.activity == "survey"]
    assert missing
    assert "`sun.area_fraction > 0.999999` holds" in missing[0].why
    waiting = [m for m in made.missing if m.activity == "core"]
    assert not waiting or "comes after survey" in waiting[0].why


def test_a_plan_made_anew_keeps_the_past_and_most_of_the_rest():
    import numpy as np

    first = plan_schedule(station())
    agreed = {(e.activity, e.number): (e.begins, e.ends) for e in first.entries}
    moment = np.datetime64("2031-01-20T00:00:00", "s")
    failed = frozenset({("listen", 2)})
    again = plan_schedule(station(), Wishes(agreed=agreed, failed=failed, at=moment))
    kept = {(e.activity, e.number): (e.begins, e.ends) for e in again.entries}
    assert ("listen", 2) not in kept  # its stretch is over
    assert {k: v for k, v in agreed.items() if k != ("listen", 2)} == kept
    assert again.worth < first.worth


DIGGING = (
    ("facilities:\n", """facilities:
  digger:
    title: Digger of dry soil
    facility_class: lunar transportation and operation
    mission: first-landing
    place: ridge-a
    components:
      drums: {kind: excavator, works: in_activities, robots: 1, load: 30 kg, hopper: 200 kg}
"""),
    ("activities:\n", """activities:
  dig:
    title: Soil dug and brought
    mission: first-landing
    robots: [digger]
    instruments: [digger/drums]
    duration: 8 h
    power: 61 W
    count: 4
    value: 6
"""),
)  # fmt: skip


def test_what_finds_no_room_is_told_by_the_store_that_is_full():
    made = plan_schedule(station(*DIGGING))
    dug = [e for e in made.entries if e.activity == "dig"]
    assert len(dug) == 1  # of 131 kg; 200 kg are the pile
    short = [m for m in made.missing if m.activity == "dig"]
    assert len(short) == 3
    for m in short:
        assert "short of room for regolith in digger/drums.hopper (200 kg)" in m.why
        assert "larger digger/drums.hopper" in m.remedy
