"""The roadmap: missions on the calendar, and every objective with its value and its verdict."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.panel import RIGHT, WIDTH, drawing
from ilrs.rendering.timeline import Timeline
from ilrs.rendering.verdict import MISSED, MOODS, SYMBOLS, UNJUDGED, bound, why_unjudged
from ilrs.rendering.view import View
from ilrs.rendering.wording import NONE, count, datum, day, minute, when

MARKS = {
    "done": "flown",
    "stated": "date stated",
    "assumed": "date assumed",
    "uncertain": "date uncertain",
    "cancelled": "cancelled",
    "lost": "lost",
}
ROW = 19.0


def roadmap(view: View) -> Markup:
    """The section."""
    missions = view.missions
    if not missions:
        return section("roadmap", "Roadmap", tag("p", "The assessment holds no roadmap."))
    judged = [m for m in missions if m["objectives"]]
    return section(
        "roadmap",
        "Roadmap",
        _calendar(view, missions),
        [_mission(m) for m in judged],
        _others([m for m in missions if not m["objectives"]]),
        lead="What the missions are for, and whether this run shows it. An objective whose "
        "equipment is not in the model is never counted as met.",
    )


def status(state: str, words: str = "") -> Markup:
    """A status told by symbol, words (its own, unless others are given) and colour."""
    return tag(
        "span",
        tag("b", SYMBOLS.get(state, "?"), aria_hidden="true"),
        f" {words or state}",
        class_=f"status {MOODS.get(state, 'later')}",
    )


def _mission(mission: dict[str, Any]) -> Markup:
    facilities = mission["facilities"]
    modelled = [f["title"] for f in facilities if f["modelled"]]
    listed = [f["title"] for f in facilities if not f["modelled"]]
    waiting = all(o["status"] in UNJUDGED for o in mission["objectives"])
    return tag(
        "article",
        tag(
            "h3",
            mission["title"],
            tag("small", _date(mission)),
            status(why_unjudged(mission["objectives"])) if waiting else None,
        ),
        tag("blockquote", mission["text"]) if mission.get("text") else None,
        _objectives(mission["objectives"], waiting),
        tag("p", tag("b", "Modelled: "), ", ".join(modelled), ".", class_="small")
        if modelled
        else None,
        tag("p", tag("b", "Listed, not modelled: "), ", ".join(listed), ".", class_="small")
        if listed
        else None,
        class_="mission",
    )


def _date(mission: dict[str, Any]) -> str:
    words = f"{day(mission['date'])} · {MARKS.get(mission['confidence'], mission['confidence'])}"
    return words + (f" · {mission['owner']}" if mission.get("owner") else "")


def _objectives(objectives: list[dict[str, Any]], waiting: bool) -> Markup:
    if waiting:
        return tag(
            "ul",
            (tag("li", status(o["status"]), " ", o["text"]) for o in objectives),
            class_="plain",
        )
    head = ("Objective", "Wanted", "Value", "Margin", "Status", "Met since", "Rests on")
    rows = [
        (
            join(
                o["text"],
                tag(
                    "small",
                    f"{o['words']} · " if o.get("words") else None,
                    tag("code", o["metric"]),
                )
                if o["metric"]
                else None,
            ),
            _wanted(o),
            datum(o["value"], o["unit"]),
            _margin(o),
            status(o["status"]),
            when(o["met_on"]),
            tag("a", f"{len(o['assumed'])} assumed", href="#assumed", class_="once")
            if o["assumed"]
            else "none assumed",
        )
        for o in objectives
    ]
    return table(head, rows, numbers=(1, 2, 3))


def _wanted(objective: dict[str, Any]) -> Content:
    if objective["threshold"] is None:
        return NONE
    source = objective.get("threshold_source")
    note = objective.get("threshold_status") or None
    return join(
        tag("span", bound(objective), class_="soft"),
        " ",
        datum(objective["threshold"], objective["unit"]),
        tag("small", note, title=source) if note else None,
    )


def _margin(objective: dict[str, Any]) -> Content:
    if objective["margin"] is None:
        return NONE
    return datum(objective["margin"], objective["unit"], difference=True)


def _others(missions: list[dict[str, Any]]) -> Markup | None:
    if not missions:
        return None
    rows = [
        (
            m["title"],
            when(m["date"]),
            MARKS.get(m["confidence"], m["confidence"]),
            m.get("owner") or NONE,
            ", ".join(f["title"] for f in m["facilities"]) or NONE,
        )
        for m in missions
    ]
    head = ("Mission", "Date", "Confidence", "Owner", "Brings")
    return details(
        f"{count(len(rows), 'mission')} without objectives of their own", table(head, rows)
    )


def _calendar(view: View, missions: list[dict[str, Any]]) -> Markup:
    """Missions by date, one a row, over the phases and the period of the run."""
    ordered = sorted(missions, key=lambda m: m["date"])
    period = view.part("period")
    dates = [np.datetime64(m["date"].rstrip("Z"), "s") for m in ordered]
    begin = min([*dates, np.datetime64(period["begins"], "s")]).astype("M8[Y]")
    end = max([*dates, np.datetime64(period["ends"], "s")]).astype("M8[Y]") + np.timedelta64(2, "Y")
    start = begin.astype("M8[s]")
    span = float((end.astype("M8[s]") - start) / np.timedelta64(1, "s"))
    time = Timeline(start, 0.0, span, 16.0, RIGHT)
    top, bottom = 52.0, 52.0 + ROW * len(ordered) + 8.0
    first, last = time.x(time.second(period["begins"])), time.x(time.second(period["ends"]))
    body = [
        _phases(view, time, bottom),
        tag(
            "rect",
            tag("title", f"The run: {minute(period['begins'])} to {minute(period['ends'])}"),
            x=first,
            y=top - 6.0,
            width=max(last - first, 2.0),
            height=bottom - top + 6.0,
            class_="ran",
        ),
        # Between phases and missions, where no mission's name stands.
        tag("text", "the run", x=first, y=top - 11.0, class_="note"),
        time.gridlines(top - 6.0, bottom),
        [_row(m, time, top + ROW * (i + 0.5)) for i, m in enumerate(ordered)],
        time.axis(bottom),
    ]
    names = ", ".join(f"{m['title']} {m['date'][:4]}" for m in ordered)
    legend = key(
        [(f"mark-{c}", w) for c, w in MARKS.items() if any(m["confidence"] == c for m in missions)]
    )
    return figure(
        drawing(bottom + 26.0, f"Missions by date: {names}", body, width=WIDTH),
        "Missions by date, with how sure the date is; phases above, the period of this run shaded.",
        legend=legend,
    )


def _phases(view: View, time: Timeline, bottom: float) -> list[Markup]:
    drawn = []
    for i, phase in enumerate(view.rows("phases")):
        first = max(time.second(phase["begins"].rstrip("Z")), time.first)
        last = time.second(phase["ends"].rstrip("Z")) if phase.get("ends") else time.last
        last = min(last, time.last)
        if last <= first:
            continue
        x, width = time.x(first), time.x(last) - time.x(first)
        drawn.append(
            tag("rect", x=x, y=8.0, width=width - 2.0, height=22.0, class_=f"phase p{i % 2}")
        )
        if width > 7.0 * len(phase["title"]):
            drawn.append(tag("text", phase["title"], x=x + 7.0, y=23.0, class_="phase-name"))
        else:
            drawn.append(tag("title", phase["title"]))
    return drawn


def _row(mission: dict[str, Any], time: Timeline, y: float) -> Markup:
    x = time.x(time.second(mission["date"].rstrip("Z")))
    judged = {o["status"] for o in mission["objectives"]}
    class_ = "mission-name"
    words = mission["title"]
    if judged:
        met = sum(o["status"] == "met" for o in mission["objectives"])
        class_ += " strong"
        words += (
            f"  ○ {why_unjudged(mission['objectives'])}"
            if judged <= UNJUDGED
            else f"  {SYMBOLS[MISSED] if MISSED in judged else SYMBOLS['met']} "
            f"{met} of {len(mission['objectives'])} met"
        )
    right = x + 7.2 * len(words) + 12.0 < WIDTH
    return tag(
        "g",
        tag("title", f"{mission['title']}, {day(mission['date'])}, {mission['confidence']}"),
        _mark(mission["confidence"], x, y),
        tag(
            "text",
            words,
            x=x + 11.0 if right else x - 11.0,
            y=y + 4.0,
            class_=class_,
            text_anchor=None if right else "end",
        ),
    )


def _mark(confidence: str, x: float, y: float) -> Markup:
    if confidence in {"cancelled", "lost"}:
        cross = f"M{x - 4:.1f},{y - 4:.1f} l8,8 m0,-8 l-8,8"
        return tag("path", d=cross, class_=f"mark-{confidence}")
    return tag("circle", cx=x, cy=y, r=5.0, class_=f"mark-{confidence}")
