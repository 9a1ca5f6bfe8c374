"""Quiet and noise: who cannot bear whom, and how the schedule kept them apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.markup import Content, Markup, figure, join, key, section, table
from ilrs.rendering.panel import RIGHT, drawing, strip
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, day, digits, listed, say

ROW, LABELS = 19.0, 250.0
SHOWN = 60.0 * DAY
"""Stretch of the run that is drawn: the one with most noise beside quiet."""


def quiet(view: View) -> Markup:
    """The section; nothing where nobody needs quiet from others."""
    told = view.part("activities").get("quiet") or []
    told = [q for q in told if q["quiet_h"] or q["noise_h"]]
    if not told:
        return Markup("")
    kept = sum(q["made_room"] for q in told)
    overlap = sum(q["overlap_h"] for q in told)
    lead = (
        f"{count(len(told), 'activity', 'activities')} cannot bear what others do nearby. The "
        f"schedule kept them apart: {f'{digits(overlap)} h of' if overlap else 'no'} disturbance "
        f"in quiet, and {count(kept, 'time')} quiet ended for others' work or waited for its end."
    )
    return section(
        "quiet", "Quiet and noise", _table(told), (_drawn(view, q) for q in told), lead=lead
    )


def _table(told: list[dict[str, Any]]) -> Markup:
    rows = [
        (
            q["title"],
            listed(q["kinds"]),
            say(q["within_m"], "m") if q["within_m"] is not None else "anywhere",
            listed([f"{d['title']} ({d['times']})" for d in q["disturbed_by"]]),
            f"{digits(q['quiet_h'])} h",
            f"{digits(q['noise_h'])} h",
            f"{digits(q['overlap_h'])} h",
            q["made_room"],
        )
        for q in told
    ]
    head = ("Needs quiet", "From", "Within", "Disturbed by (times)", "Quiet", "Noise", "Both",
            "Made room")  # fmt: skip
    return table(head, rows, numbers=(4, 5, 6, 7))


def _drawn(view: View, q: dict[str, Any]) -> Markup | None:
    """The two months in which most disturbs, row by row."""
    series = view.series
    entries = view.part("activities").get("entries") or []
    loud = {d["activity"]: d["title"] for d in q["disturbed_by"] if d["times"]}
    whole = series.timeline()
    spans = {
        name: [
            (whole.second(e["begins"].rstrip("Z")), whole.second(e["ends"].rstrip("Z")), e["name"])
            for e in entries if e["activity"] == name
        ]
        for name in (q["activity"], *loud)
    }  # fmt: skip
    if not loud or not spans[q["activity"]]:
        return None
    first = _busiest(spans, q["activity"], series.length)
    last = min(first + SHOWN, series.length)
    time = series.timeline(
        int(first // series.step), int(last // series.step), left=LABELS, right=RIGHT
    )
    body: list[Content] = []
    y = 6.0
    for name, title in ((q["activity"], q["title"]), *loud.items()):
        bars = [
            (a, b, "done" if name == q["activity"] else "reactor", which)
            for a, b, which in spans[name] if b > first and a < last
        ]  # fmt: skip
        if bars:
            body.append(strip(time, y, 13.0, bars, title))
            y += ROW
    body.append(time.axis(y))
    begins = day(series.instant(int(first // series.step)))
    return figure(
        drawing(y + 26.0, f"{q['title']} and what disturbs it", join(body)),
        f"{q['title']}: the two months from {begins} on, the busiest.",
        legend=key([("done", "quiet"), ("reactor", "noise")]),
    )


def _busiest(spans: dict[str, list[tuple[float, float, str]]], quiet: str, length: float) -> float:
    """Where the stretch with most hours of noise, and some of quiet, begins [s]."""
    best, most = 0.0, -1.0
    for first in np.arange(0.0, max(length - SHOWN, 0.0) + 1.0, 10.0 * DAY).tolist():
        hours = {
            name: sum(max(min(b, first + SHOWN) - max(a, first), 0.0) for a, b, _ in rows)
            for name, rows in spans.items()
        }
        kinds = sum(h > 0.0 for name, h in hours.items() if name != quiet)
        found = kinds if hours[quiet] > 0.0 else -1.0
        if found > most:
            best, most = first, found
    return best
