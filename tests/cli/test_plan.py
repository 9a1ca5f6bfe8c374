"""`ilrs plan`: a schedule in every form, changed by people, compared, refused where it must be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Ilrs, small

ACTIVITIES = """
activities:
  look:
    title: Look around
    mission: first-landing
    instruments: [outpost/instruments]
    duration: 6 h
    power: 20 W
    count: 2
    yields: {images: 1}
  stare:
    title: Stare at what never shines
    mission: first-landing
    instruments: [outpost/instruments]
    duration: 6 h
    requires: sun.area_fraction > 2
"""


@pytest.fixture
def station(tmp_path: Path) -> Path:
    path = tmp_path / "busy.yaml"
    text = small().replace("step: 10 min", "step: 1 h").replace("name: my-station", "name: busy")
    path.write_text(text + ACTIVITIES, encoding="utf-8")
    return path


def test_a_gap_that_would_stop_nothing_is_refused(ilrs: Ilrs, station: Path) -> None:
    told = ilrs("plan", station, "--gap", "1.5")
    assert told.code == 2
    assert "a gap of 1.5 stops nothing" in told.err


def test_a_plan_is_written_told_changed_and_compared(ilrs: Ilrs, station: Path) -> None:
    told = ilrs("plan", station, "--json")
    assert told.code == 0
    assert [e["activity"] for e in told.data["entries"]] == ["look", "look"]
    assert told.data["entries"][0]["begins"] == "2031-01-01T00:00:00Z"
    folder = Path("plans/busy")
    assert sorted(p.name for p in folder.iterdir()) == [
        *("schedule.csv", "schedule.ics", "schedule.json", "schedule.openmct.json")
    ]
    (missing,) = told.data["missing"]
    assert "`sun.area_fraction > 2` never holds" in missing["why"]
    assert "admits it" in missing["remedy"]

    pin = ("--pin", "look#2=2031-01-02T06:00")
    told = ilrs("plan", station, "--keep", folder / "schedule.csv", *pin, "--out", "second")
    assert told.code == 0
    assert "2 of 3 scheduled, nothing better exists" in told.out
    assert "not scheduled: stare: needs 6 h" in told.out
    told = ilrs("plan", "diff", folder, "second", "--json")
    assert [row["name"] for row in told.data["moved"]] == ["look#2"]
    assert told.data["same"] == 1
    assert "moved: look#2" in ilrs("plan", "diff", folder, "second").out

    other = Path("other.yaml")
    other.write_text(station.read_text().replace("name: busy", "name: lazy"))
    told = ilrs("plan", other, "--keep", folder / "schedule.json")
    assert told.code == 2
    assert "of the scenario 'busy', not of 'lazy'" in told.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("diff", "a"), "1 plans were given to compare"),
        (("diff", "a", "b"), "this is not a schedule"),
        (("a.yaml", "b.yaml"), "2 scenarios were given"),
        (("busy.yaml", "--work", "0"), "takes some work"),
        (("busy.yaml", "--pin", "look"), "pins nothing"),
        (("busy.yaml", "--pin", "look#3=2031-01-01"), "happens 2 times, not 3"),
        (("busy.yaml", "--forbid", "lok"), "nearest: look"),
        (("busy.yaml", "--order", "look"), "orders nothing"),
        (("busy.yaml", "--pin", "look#1=2031-01-01", "--pin", "look#2=2031-01-01T03:00"),
         "'outpost/instruments' is booked twice: 'look#1'"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_exit_code_2(
    ilrs: Ilrs, station: Path, words: tuple[str, ...], what: str
) -> None:
    told = ilrs("plan", *words)
    assert told.code == 2
    assert what in told.err
    assert not Path("plans").exists()


def test_a_station_that_does_nothing_has_nothing_to_plan(ilrs: Ilrs, scenario: Path) -> None:
    told = ilrs("plan", scenario)
    assert told.code == 2
    assert "has no activities to plan" in told.err
