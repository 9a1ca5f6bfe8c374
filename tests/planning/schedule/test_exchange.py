"""Schedules in and out: what is written is read back; what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ilrs.errors import UserError
from ilrs.planning.schedule.compare import differences
from ilrs.planning.schedule.exchange import (
    read_agreed,
    scenario_of,
    to_csv,
    to_ics,
    to_open_mct,
    write_all,
)
from ilrs.planning.schedule.record import Entry, Settled, read_settled


def entry(activity: str, number: int, begins: str, ends: str, **changes: object) -> Entry:
    given = {
        "activity": activity, "number": number, "of": 2, "title": "Dig; and sieve, twice",
        "begins": begins, "ends": ends, "robots": ("digger",), "instruments": ("digger/arm",),
        "origin": "ridge", "target": "rim", "power": 150.0, "data": {"science": 1e9},
        "value": 2.0, "priority": 3, "share": 1.0,
    } | changes  # fmt: skip
    return Entry(**given)  # type: ignore[arg-type]


def schedule(*entries: Entry, **changes: object) -> Settled:
    given = {
        "scenario": "station", "scenario_sha256": "ab", "begins": "2031-01-01T00:00:00Z",
        "ends": "2031-02-01T00:00:00Z", "step": 3600, "entries": entries, "missing": (),
        "worth": 4.0, "bound": 5.0, "gap": 0.2, "method": "CP-SAT", "rounds": 1, "timed": False,
    } | changes  # fmt: skip
    return Settled(**given)  # type: ignore[arg-type]


FIRST = entry("dig", 1, "2031-01-02T00:00:00Z", "2031-01-02T06:00:00Z")
SECOND = entry("dig", 2, "2031-01-03T12:00:00Z", "2031-01-03T18:00:00Z", title="Größe " * 20)
BOTH = schedule(FIRST, SECOND)
SPANS = {
    ("dig", 1): ("2031-01-02T00:00:00Z", "2031-01-02T06:00:00Z"),
    ("dig", 2): ("2031-01-03T12:00:00Z", "2031-01-03T18:00:00Z"),
}


@pytest.mark.parametrize("name", ["schedule.json", "schedule.csv", "schedule.ics"])
def test_every_form_is_read_back(tmp_path: Path, name: str) -> None:
    write_all(BOTH, tmp_path)
    assert read_agreed(tmp_path / name) == SPANS
    assert scenario_of(tmp_path / name) == "station"
    assert read_settled(tmp_path) == BOTH


def test_calendars_are_folded_escaped_and_end_lines_as_the_standard_wants() -> None:
    text = to_ics(BOTH)
    assert text.count("\n") == text.count("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "SUMMARY:Dig\\; and sieve\\, twice\r\n" in text
    assert "DTSTART:20310102T000000Z" in text
    assert to_ics(BOTH) == text


def test_a_calendar_edited_elsewhere_is_read(tmp_path: Path) -> None:
    text = to_ics(schedule(FIRST)).replace("DTSTART:", "DTSTART;VALUE=DATE-TIME:")
    (tmp_path / "a.ics").write_text(text.replace("\r\n", "\n"), encoding="utf-8")
    assert read_agreed(tmp_path / "a.ics") == {("dig", 1): SPANS["dig", 1]}


def test_open_mct_gets_groups_and_milliseconds() -> None:
    plan = to_open_mct(BOTH)
    assert list(plan) == ["digger"]
    row = plan["digger"][0]
    assert row["end"] - row["start"] == 6 * 3600 * 1000
    assert set(row) == {"name", "start", "end", "type", "color", "textColor"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("activity,begins\n", "no column 'ends'"),
        ("activity,number,begins,ends\ndig,1,2031-01-02,noon\n", "'noon' is not a date"),
        ("activity,number,begins,ends\ndig,one,2031-01-02,2031-01-03\n", "'dig'"),
        (
            "activity,number,begins,ends\n" + "dig,1,2031-01-02,2031-01-03\n" * 2,
            "dig#1 stands twice",
        ),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=what) as caught:
        read_agreed(path)
    assert "a.csv" in str(caught.value)


def test_what_is_no_schedule_is_refused(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"format": "ilrs-schedule-1"}'):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match="not a schedule"):
            read_settled(tmp_path / "a.json")
    with pytest.raises(UserError, match="cannot be read"):
        read_agreed(tmp_path / "absent.csv")
    assert to_csv(schedule()).count("\n") == 1


def test_differences_tell_what_was_left_out_added_and_moved() -> None:
    later = entry("dig", 1, "2031-01-02T03:00:00Z", "2031-01-02T10:00:00Z")
    new = entry("core", 1, "2031-01-05T00:00:00Z", "2031-01-05T06:00:00Z")
    found = differences(BOTH, schedule(later, new, scenario_sha256="cd", worth=6.0))
    assert [r["name"] for r in found["left_out"]] == ["dig#2"]
    assert [r["name"] for r in found["added"]] == ["core#1"]
    (moved,) = found["moved"]
    assert (moved["later_h"], moved["longer_h"]) == (3.0, 1.0)
    assert found["scenario_changed"]
    assert found["same"] == 0
    with pytest.raises(UserError, match="two scenarios"):
        differences(BOTH, schedule(FIRST, scenario="other"))
