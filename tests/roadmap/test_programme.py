"""Versions of the roadmap, what sources dispute, and differences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilrs.errors import IlrsError, UserError
from ilrs.roadmap.difference import difference
from ilrs.roadmap.overlay import changes, overlay_text
from ilrs.roadmap.programme import Standing, chosen, parse_choices, read, standing, version_names
from ilrs.roadmap.shown import as_data
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template


@pytest.fixture(scope="module")
def now() -> Standing:
    return read()


@pytest.fixture(scope="module")
def first() -> Standing:
    return read("v1.0")


def test_versions_stand_on_each_other_from_june_2021() -> None:
    assert version_names() == ["v1.0", "2023", "2024-09", "2025-04", "2026-09"]


def test_the_scenario_stands_on_the_newest_version(now: Standing) -> None:
    newest = read("2026-09")
    assert now.programme == newest.programme
    assert load_scenario("ilrs").scenario.missions == now.programme.missions


@pytest.mark.parametrize(
    ("version", "mission", "year", "confidence"),
    [
        ("v1.0", "change-8", 2028, "uncertain"),
        ("2023", "luna-25", 2023, "lost"),
        ("2024-09", "change-6", 2024, "done"),
        ("2025-04", "change-8", 2029, "stated"),
        ("2026-09", "change-8", 2029, "cancelled"),
        ("2026-09", "change-7", 2027, "uncertain"),
    ],
)
def test_each_version_says_what_was_known_then(
    version: str, mission: str, year: int, confidence: str
) -> None:
    told = read(version).programme.missions[mission]
    assert (int(str(told.date)[:4]), told.confidence) == (year, confidence)


def test_every_date_of_every_version_has_a_source() -> None:
    for version in version_names():
        for mission in as_data(read(version))["missions"]:
            assert len(mission["source"]) > 20, (version, mission["name"])


def test_the_disputes_that_are_known_are_kept(now: Standing) -> None:
    topics = now.programme.roadmap.topics
    assert set(topics) == {
        "utilization", "title", "extended-model", "ilrs-launcher", "queqiao-2-orbit",
        "working-radius", "change-8", "science", "change-7", "reactor", "oxygen",
    }  # fmt: skip
    assert set(topics["change-8"].choices) == {"2028", "2029", "cancelled"}


def test_every_choice_can_be_taken_and_taking_what_stands_changes_nothing(now: Standing) -> None:
    for name, topic in now.programme.roadmap.topics.items():
        for choice, said in topic.choices.items():
            taken = standing(chosen(now.document, name, choice), choice)
            assert taken.programme.roadmap.topics[name].chosen == choice
            rows = [r for r in difference(now, taken)["rows"] if r["part"] != "topic"]
            if choice == topic.chosen:
                assert taken.programme == now.programme
            elif "places" not in said.sets:  # an orbit is no part of the programme
                assert bool(rows) == bool(said.sets), (name, choice)


def test_a_choice_moves_the_date_and_brings_its_source() -> None:
    taken = read(choices=parse_choices(["change-8=2029", "utilization=2035"]))
    assert taken.programme.missions["change-8"].confidence == "stated"
    assert taken.programme.phases["utilization"].begins == np.datetime64("2035-01-01")
    said = taken.source("missions", "change-8", "date")
    assert said is not None
    assert "10 chosen" in said.source


@pytest.mark.parametrize(
    ("call", "what", "remedy"),
    [
        (lambda: read("2026-9"), "no version '2026-9'", "nearest: 2026-09"),
        (lambda: read(choices={"chang-8": "2029"}), "disputed", "nearest: change-8"),
        (lambda: read(choices={"change-8": "2030"}), "nobody says '2030'", "2029"),
        (lambda: parse_choices(["change-8"]), "chooses nothing", "TOPIC=CHOICE"),
        (lambda: read("v1.0", template_file()), "does not stand on a packaged", "extend ilrs"),
    ],
)
def test_what_is_not_known_is_told_with_the_nearest(call, what: str, remedy: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError) as caught:
        call()
    assert what in caught.value.what
    assert remedy in caught.value.remedy


def template_file() -> str:
    return template()


def test_a_difference_tells_days_and_who_says_so(first: Standing, now: Standing) -> None:
    told = difference(first, now)["rows"]
    rows = {(r["name"], r["field"]): r for r in told if r["part"] in {"mission", "flight"}}
    assert rows["change-7", "date"]["days"] == 1156
    assert "typhoon" in rows["change-7", "date"]["source"]
    assert rows["luna-25", "confidence"]["after"] == "lost"
    assert rows["luna-30", "new"]["after"] == "2036-01-01"
    assert rows["ilrs-3", "launcher"]["after"] == "super-heavy-cn"
    assert difference(now, now)["rows"] == []


def test_an_overlay_makes_one_version_of_another(
    first: Standing, now: Standing, tmp_path: Path
) -> None:
    text = overlay_text("ilrs", "then", "The plan of 2021", changes(now.document, first.document))
    file = tmp_path / "then.yaml"
    file.write_text(text, encoding="utf-8")
    there = read(str(file)).programme
    for name, mission in first.programme.missions.items():
        assert there.missions[name].date == mission.date, name
    # Missions by which facilities come are kept, or nothing would bring them.
    assert {"queqiao-pilot", "ilrs-1-power"} <= set(there.missions)
    assert "luna-30" not in there.missions
    load_scenario(file)


def test_a_version_out_of_order_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("missions:\n  ilrs-3:\n    date: 2031-06-01\n")
    with pytest.raises(IlrsError, match=r"wrong\.yaml:3.*before its predecessor 'ilrs-2'"):
        read(str(file))


def test_a_key_that_no_scenario_has_is_refused_in_an_overlay_too(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("faculties: {}\n")
    with pytest.raises(IlrsError, match=r"mine.yaml:1: .*'faculties'.*nearest: facilities"):
        read(str(overlay))
