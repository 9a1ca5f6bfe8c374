"""Eclipses of the Moon against a catalogue: the greatest instant (TD), the type, the duration."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ilrs.errors import EphemerisRangeError
from ilrs.sky.eclipses import LunarEclipse, lunar_eclipses
from ilrs.sky.time import read_utcs, tdb_from_tt, tt_from_tdb
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

_KNOWN = {"td_greatest", "type", "umbral_phase_duration"}
WITHHELD_COLUMNS = ("td_*", "type", "umbral_*", "penumbral_*", "partial_*", "total_*", "gamma")
_DAY = 86400.0
_CLOCK = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)")
_LENGTH = re.compile(r"(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")


def run(inputs: Inputs) -> list[LunarEclipse | None]:
    """The eclipse nearest each row's date, or None where there is none within a day and a half."""
    inputs.only("file")
    names = inputs.asked.get("columns") or []
    unknown = sorted(set(map(str, names)) - _KNOWN)
    if unknown or not names:
        raise NotRun(f"no way to compute {', '.join(unknown) or 'nothing'}")
    rows = inputs.table()
    if not rows or "date" not in rows[0]:
        raise NotRun("the table has no rows, or no column date")
    dates = tdb_from_tt(read_utcs(row["date"] for row in rows)) + 0.5 * _DAY
    found: dict[float, LunarEclipse] = {}
    # Eclipses are searched a few days around each date only: the catalogue may be sparse.
    for date in dates:
        try:
            near = lunar_eclipses(date - 2.0 * _DAY, date + 2.0 * _DAY)
        except EphemerisRangeError as error:
            raise NotRun(str(error)) from error
        found |= {eclipse.greatest: eclipse for eclipse in near}
    out: list[LunarEclipse | None] = []
    for date in dates:
        near = [e for e in found.values() if abs(e.greatest - date) < 1.5 * _DAY]
        out.append(min(near, key=lambda e: abs(e.greatest - date)) if near else None)
    return out


def compare(ours: list[LunarEclipse | None], expected: Expected) -> Comparison:
    """The worst difference in time, the number of types that differ, the worst duration."""
    names = expected.values["columns"]
    worst: dict[str, float] = {"missing": 0.0}
    limit = {
        "seconds": expected.limit("seconds", 10.0),
        "types": 0.0,
        "missing": 0.0,
        # Durations are printed to the minute.
        "duration_s": expected.limit("duration_s", 60.0),
    }
    shown: dict[str, tuple[Any, Any]] = {}

    def note(measure: str, gap: float, mine: Any, other: Any) -> None:
        if gap > worst.get(measure, -1.0):
            shown[measure] = (mine, other)
        worst[measure] = max(gap, worst.get(measure, 0.0))

    for eclipse, row in zip(ours, expected.table(), strict=True):
        if eclipse is None:
            worst["missing"] += 1
            shown["missing"] = (None, dict(row))
            continue
        greatest = tt_from_tdb(eclipse.greatest)
        if "td_greatest" in names:
            theirs = _instant(row["date"], row["td_greatest"])
            gap = abs(float((greatest - theirs) / np.timedelta64(1, "s")))
            text = np.datetime_as_string(greatest, unit="ms")
            note("seconds", gap, str(text), f"{row['date']}T{row['td_greatest']}")
        if "type" in names:
            same = _kind(row["type"]) == eclipse.kind
            worst["types"] = worst.get("types", 0.0) + (not same)
            if not same:
                shown["types"] = (f"{row['date']} {eclipse.kind}", row["type"])
        if "umbral_phase_duration" in names and row["umbral_phase_duration"]:
            gap = abs(eclipse.partial_duration - _length(row["umbral_phase_duration"]))
            note("duration_s", gap, eclipse.partial_duration, row["umbral_phase_duration"])
    return Comparison(
        {k: v[0] for k, v in shown.items()} | {"eclipses": len(ours)},
        {k: v[1] for k, v in shown.items()} | {"eclipses": len(ours)},
        worst,
        {k: limit[k] for k in worst},
    )


def _instant(date: str, clock: str) -> np.datetime64:
    # Catalogues round seconds up to 60 without carrying, so the clock is summed by hand.
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise NotRun(f"{clock!r} is not a time of day")
    hours, minutes, seconds = match.groups()
    elapsed = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return np.datetime64(date, "ns") + np.timedelta64(round(elapsed * 1e9), "ns")


def _length(text: str) -> float:
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise NotRun(f"{text!r} is not a duration like 3h18m")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600.0 + minutes * 60.0 + seconds


def _kind(text: str) -> str:
    letters = text.strip().lower()
    if letters.startswith("t"):
        return "total"
    return "penumbral" if letters.startswith(("n", "pe")) else "partial"
