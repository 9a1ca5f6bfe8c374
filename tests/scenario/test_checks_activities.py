"""Activities: what they may say, and every check of them with an example that fails."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ilrs.errors import ScenarioError
from ilrs.scenario.activities import Activity, Amount, amount
from ilrs.scenario.checks import CHECKS
from ilrs.scenario.checks_activities import CHECKS as OWN
from ilrs.scenario.load import content_hash, load_scenario
from ilrs.scenario.template import template

ACTIVITIES = """
activities:
  survey:
    title: Survey
    mission: first-landing
    robots: [outpost]
    place: ridge-a
    duration: 6 h
    power: 100 W
    data: {science: 1 Gbit}
    requires: sun.area_fraction > 0.5
    every: 7 d
    yields: {profile: 3.2 km}
  core:
    title: Core
    mission: first-landing
    instruments: [outpost/instruments]
    duration: 3 h
    power: 200 W
    after: [{activity: survey, at_least: 1 h, at_most: 20 d}]
    window: {begins: 2031-01-10, ends: 2031-02-10}
    yields: {core_depth: 2 m, samples: 3}
travel:
  - {from: ridge-a, to: ridge-a, time: 1 h, robots: [outpost]}
"""
STATION = template() + ACTIVITIES
BROKEN = [
    ("activities_refer", "robots: [outpost]\n", "robots: [outpst]\n", "no facility 'outpst'"),
    ("activities_refer", "outpost/instruments]", "outpost/instrument]", "no component"),
    ("activities_refer", "place: ridge-a\n    duration", "place: ridge\n    duration", "no place"),
    ("activities_refer", "  core:\n", "  radio:\n", None),
    ("activities_done_by_equipment", "robots: [outpost]\n", "robots: [ground-network]\n", "earth"),
    ("activities_in_order", "activity: survey, at", "activity: surve, at", "no activity 'surve'"),
    ("activities_in_order", "at_most: 20 d", "at_most: 1 min", "less than at least"),
    ("activities_in_order", "every: 7 d\n", "every: 7 d\n    after: [{activity: core}]\n",
     "'survey' comes after itself: survey after core after survey"),
    ("conditions_understood", "sun.area_fraction > 0.5", "sun.area > 0.5", "'sun.area'"),
    ("activities_have_room", "ends: 2031-02-10}", "ends: 2031-01-10T01:00}", "do not fit"),
    ("activities_have_room", "every: 7 d", "every: 5 h", "each takes 6 h"),
    ("yields_agree", "{core_depth: 2 m,", "{core_depth: 2 m, profile: 1 kg,", "in kg, and in m"),
    ("travel_refers", "to: ridge-a, time", "to: rigde-a, time", "no place on the ground"),
    ("travel_refers", "time: 1 h", "route: ridge-garage to ridge-c", "no route"),
    ("travel_refers", "time: 1 h", "route: ridge-garage to ridge-02", "ends"),
    ("samples_have_hands", "    every: 7 d\n", "    every: 7 d\n    hands_to: depot/cache\n",
     "no component 'depot/cache' to hand samples to"),
    ("samples_have_hands", "    every: 7 d\n", "    every: 7 d\n    hands_to: earth\n", "ascent"),
    ("samples_have_hands", "    every: 7 d\n",
     "    every: 7 d\n    takes: {count: 3, material: soil}\n", "is a sampler"),
    ("travel_refers", "robots: [outpost]}", "robots: [otpost]}", "no facility 'otpost'"),
]  # fmt: skip


def test_the_example_has_no_findings_and_every_check_an_example() -> None:
    load_scenario(STATION)
    elsewhere = "robots_draw_from_one"  # with a rover, in tests/planning/schedule/test_sorties.py
    assert {case[0] for case in BROKEN} | {elsewhere} == {check.__name__ for check in OWN}


@pytest.mark.parametrize(("check", "old", "new", "what"), BROKEN)
def test_a_finding_says_what_is_wrong(check: str, old: str, new: str, what: str | None) -> None:
    assert ACTIVITIES.count(old) == 1
    text = template() + ACTIVITIES.replace(old, new)
    if what is None:  # a component of the same facility bears the name
        text = text.replace("instruments: [outpost/instruments]", "robots: [outpost]")
        what = "is called like the component outpost/radio"
    loaded = load_scenario(text, check=False)
    found = [str(f) for f in CHECKS[check](loaded.scenario, loaded.document)]
    assert any(what in f for f in found), found
    with pytest.raises(ScenarioError) as caught:
        load_scenario(text)
    assert caught.value.exit_code == 2


def test_a_word_that_is_wrong_in_a_condition_is_pointed_at() -> None:
    with pytest.raises(ScenarioError, match=r"sun\.area_fraction") as caught:
        load_scenario(STATION.replace("sun.area_fraction", "sun.area_fractoin"))
    lines = str(caught.value).splitlines()
    assert lines[-1].index("^") == lines[-2].index("sun.area_fractoin")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("3.2 km", 3200.0, "m"), ("1.5 kg", 1.5, "kg"), (4, 4.0, ""), ("20 %", 0.2, ""),
     ("2 Gbit", 2e9, "bit"), ("1 h", 3600.0, "s"), ("3 m^2", 3.0, "m^2")],
)  # fmt: skip
def test_amounts_keep_their_unit(text: str | int, value: float, unit: str) -> None:
    made = amount(text)
    assert (made, made.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["3 parsecs", "-1 kg", "much", True, None, "1 kg/m/s^3"])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        amount(text)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"robots": []}, "nobody does it"), ({"least": 60.0}, "stand together"),
     ({"duration": None}, "give a duration"), ({"most": 9.0, "least": 10.0}, "not both"),
     ({"duration": None, "most": 9.0, "least": 10.0}, "above most"),
     ({"place": "a", "route": {"from": "a", "to": "b"}}, "not both"),
     ({"power": 0.0}, "no power"), ({"makes": ["dust", "dust"]}, "twice"),
     ({"window": {"begins": "2031-01-02", "ends": "2031-01-01"}}, "before it begins")],
)  # fmt: skip
def test_what_an_activity_cannot_be(change: dict[str, object], what: str) -> None:
    plain = {"title": "T", "mission": "m", "robots": ["r"], "duration": 60.0, "power": 5.0}
    data = {"data": {"science": 10.0}}
    with pytest.raises(ValidationError, match=what):
        Activity.model_validate(plain | data | change)


def test_a_station_that_does_nothing_keeps_its_hash_and_amounts_enter_it() -> None:
    bare = load_scenario(template()).scenario
    dumped = bare.model_dump(mode="json")
    assert dumped["activities"] == {}
    assert content_hash(bare) == content_hash(bare.model_copy(update={"travel": []}))
    full = load_scenario(STATION).scenario
    other = load_scenario(STATION.replace("3.2 km", "3.3 km")).scenario
    assert len({content_hash(s) for s in (bare, full, other)}) == 3
    assert full.activities["survey"].yields == {"profile": Amount(3200.0, "m")}


def test_objectives_count_yields_in_their_unit() -> None:
    goal = "      report:\n        text: Profiles.\n        metric: yield\n        of: profile\n"
    text = STATION.replace("      report:\n", goal + "        at_least: 3 km\n      report-2:\n")
    objective = load_scenario(text).scenario.missions["first-landing"].objectives["report"]
    assert objective.measure == "yield.profile"
    with pytest.raises(ScenarioError, match=r"yield\.profil'"):
        load_scenario(text.replace("of: profile\n", "of: profil\n"))
    with pytest.raises(ScenarioError, match="is in kg"):
        load_scenario(text.replace("at_least: 3 km", "at_least: 3 kg"))
    with pytest.raises(ScenarioError, match="`of` stands with"):
        load_scenario(text.replace("        of: profile\n", ""))
