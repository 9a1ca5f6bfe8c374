"""Schedules in and out: CSV and iCalendar both ways, plans for Open MCT out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from ilrs.errors import UserError, Where
from ilrs.planning.schedule.record import Settled, read_settled
from ilrs.scenario.instants import parse_instant, written

COLUMNS = (
    "activity", "number", "title", "begins", "ends", "robots", "instruments", "origin", "target",
    "power_w", "value", "priority", "scenario",
)  # fmt: skip
COLOURS = ("#3b6ea5", "#b5651d", "#5a8f4e", "#8a5a9e", "#a8843a", "#4f8f8f", "#a5485a", "#6b6b6b")
Agreed = dict[tuple[str, int], tuple[str, str]]
"""When each time of an activity begins and ends, UTC."""


def to_csv(schedule: Settled) -> str:
    """One line a time of an activity; lists are joined by spaces."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for e in schedule.entries:
        writer.writerow(
            [e.activity, e.number, e.title, e.begins, e.ends, " ".join(e.robots),
             " ".join(e.instruments), e.origin, e.target, f"{e.power:g}", f"{e.value:g}",
             e.priority, schedule.scenario]
        )  # fmt: skip
    return text.getvalue()


def to_ics(schedule: Settled) -> str:
    """A calendar (RFC 5545) with an event for each time of an activity."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ilrs//schedule//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(schedule.scenario)}",
        f"X-ILRS-SCENARIO:{_escaped(schedule.scenario)}",
    ]
    for e in schedule.entries:
        who = ", ".join((*e.robots, *e.instruments))
        where = e.origin if e.origin == e.target else f"{e.origin} to {e.target}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{e.activity}-{e.number}@{schedule.scenario}.ilrs",
            # The stamp is the plan's own begin, so that the same plan gives the same bytes.
            f"DTSTAMP:{_stamp(schedule.begins)}",
            f"DTSTART:{_stamp(e.begins)}",
            f"DTEND:{_stamp(e.ends)}",
            f"SUMMARY:{_escaped(e.title)}",
            f"LOCATION:{_escaped(where)}",
            f"DESCRIPTION:{_escaped(f'{who}; {e.power:g} W')}",
            f"X-ILRS-ACTIVITY:{_escaped(e.activity)}",
            f"X-ILRS-NUMBER:{e.number}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def to_open_mct(schedule: Settled) -> dict[str, list[dict[str, Any]]]:
    """A plan as Open MCT's plan view reads it: groups of activities, instants in ms since 1970."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for e in schedule.entries:
        group = e.robots[0] if e.robots else e.instruments[0]
        rows = groups.setdefault(group, [])
        colour = COLOURS[sorted({x.activity for x in schedule.entries}).index(e.activity) % 8]
        rows.append(
            {
                "name": f"{e.title} ({e.name})",
                "start": _milliseconds(e.begins),
                "end": _milliseconds(e.ends),
                "type": e.activity,
                "color": colour,
                "textColor": "white",
            }
        )
    return groups


def read_agreed(path: Path) -> Agreed:
    """What a schedule in JSON, CSV or iCalendar says about when what happens."""
    if path.suffix.lower() == ".csv":
        return _of_csv(path)
    if path.suffix.lower() in {".ics", ".ical"}:
        return _of_ics(path)
    return {(e.activity, e.number): (e.begins, e.ends) for e in read_settled(path).entries}


def scenario_of(path: Path) -> str | None:
    """The scenario a file says it is of; tables and calendars made elsewhere may not say."""
    if path.suffix.lower() == ".csv":
        named = {row.get("scenario") for row in csv.DictReader(io.StringIO(_text(path)))}
        named -= {None, ""}
        if len(named) > 1:
            raise UserError(
                f"the table is of several scenarios: {', '.join(sorted(map(str, named)))}",
                where=Where(path),
                remedy="give a schedule of one",
            )
        return named.pop() if named else None
    if path.suffix.lower() in {".ics", ".ical"}:
        return next((v for k, v in _properties(path) if k == "X-ILRS-SCENARIO"), None)
    return read_settled(path).scenario


def _of_csv(path: Path) -> Agreed:
    agreed: Agreed = {}
    rows = csv.DictReader(io.StringIO(_text(path)))
    missing = [c for c in ("activity", "begins", "ends") if c not in (rows.fieldnames or ())]
    if missing:
        raise UserError(
            f"the table has no column {missing[0]!r}",
            where=Where(path, 1),
            remedy="columns are activity, number, begins, ends, as `ilrs plan` writes them",
        )
    for row in rows:
        at = Where(path, rows.line_num)
        _add(agreed, row["activity"], row.get("number") or "1", row["begins"], row["ends"], at)
    return agreed


def _of_ics(path: Path) -> Agreed:
    agreed: Agreed = {}
    event: dict[str, str] | None = None
    for key, value in _properties(path):
        if (key, value) == ("BEGIN", "VEVENT"):
            event = {}
        elif (key, value) == ("END", "VEVENT") and event is not None:
            name = event.get("X-ILRS-ACTIVITY", "")
            if name:
                begins, ends = (_plain(event.get(k, "")) for k in ("DTSTART", "DTEND"))
                _add(agreed, name, event.get("X-ILRS-NUMBER", "1"), begins, ends, Where(path))
            event = None
        elif event is not None:
            event[key] = value
    return agreed


def _add(
    agreed: Agreed, activity: str, number: str, begins: str, ends: str, at: Where
) -> None:  # fmt: skip
    try:
        key = (activity, int(number))
        span = (written(parse_instant(begins)), written(parse_instant(ends)))
    except (ValueError, TypeError, UserError) as error:
        raise UserError(f"{activity!r}: {error}", where=at, remedy="correct the entry") from error
    if key in agreed:
        raise UserError(f"{activity}#{number} stands twice", where=at, remedy="drop one")
    agreed[key] = span


def _properties(path: Path) -> list[tuple[str, str]]:
    """Names and values of a calendar, unfolded and unescaped; parameters are dropped."""
    text = _text(path).replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    found = []
    for line in text.split("\n"):
        head, colon, value = line.partition(":")
        if colon:
            found.append((head.split(";")[0].upper(), _unescaped(value)))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"the schedule cannot be read: {error}", where=Where(path), remedy="check the path"
        ) from error


def _stamp(instant: str) -> str:
    return instant.replace("-", "").replace(":", "")


def _plain(stamp: str) -> str:
    """`20310101T120000Z` as instants are written in files."""
    if len(stamp) < 15:
        return stamp
    day, clock = stamp[:8], stamp[9:15]
    zone = stamp[15:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}{zone}"


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _unescaped(text: str) -> str:
    out, signs = [], iter(text)
    for sign in signs:
        if sign == "\\":
            after = next(signs, "")
            out.append("\n" if after in "nN" else after)
        else:
            out.append(sign)
    return "".join(out)


def _folded(line: str) -> str:
    """A content line of at most 75 octets, continued after a space."""
    parts, part = [], b""
    for letter in line:
        raw = letter.encode()
        if len(part) + len(raw) > 74:
            parts.append(part)
            part = b" "
        part += raw
    return "\r\n".join(p.decode() for p in (*parts, part)) + "\r\n"


def _milliseconds(instant: str) -> int:
    return int(parse_instant(instant).astype("datetime64[ms]").astype(np.int64))


def write_all(schedule: Settled, folder: Path) -> list[Path]:
    """Write the schedule in every form into a folder; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "schedule.json": json.dumps(schedule.as_data(), indent=1, ensure_ascii=False) + "\n",
        "schedule.csv": to_csv(schedule),
        "schedule.ics": to_ics(schedule),
        "schedule.openmct.json": json.dumps(to_open_mct(schedule), indent=1) + "\n",
    }
    paths = []
    for name, text in texts.items():
        part = folder / f".{name}.part"
        part.write_text(text, encoding="utf-8", newline="")
        paths.append(part.replace(folder / name))
    return paths
