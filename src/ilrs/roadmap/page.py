"""The page of a version of the roadmap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.rendering.wording import NONE, count, day
from ilrs.roadmap.chart import STYLE, roadmap_timeline

MARKS = {
    "done": "flown",
    "stated": "date stated",
    "assumed": "date assumed",
    "uncertain": "date uncertain",
    "cancelled": "cancelled",
    "lost": "lost",
}


def roadmap_page(data: Mapping[str, Any]) -> str:
    """The page of `ilrs.roadmap.shown.as_data`, as HTML that needs nothing else."""
    lead = period(
        f"{len(data['missions'])} missions, {len(data['topics'])} questions on which sources differ"
    )
    seen = {m["confidence"] for m in data["missions"]}
    legend = key([(f"mark-{c}", w) for c, w in MARKS.items() if c in seen])
    others = key([("ghost", "what another source says")])
    picture = figure(
        roadmap_timeline(data),
        "Missions by date. Rest the pointer on a mark for its source.",
        legend=join(legend, others),
    )
    return whole_page(
        data["title"],
        heading("Roadmap", data["title"], lead),
        tag("section", picture, id="opening"),
        _topics(data),
        _missions(data),
        _milestones(data),
        _launchers(data),
        style=STYLE,
    )


def _topics(data: Mapping[str, Any]) -> Markup | None:
    if not data["topics"]:
        return None
    rows = [
        (
            tag("b", t["title"]),
            tag("code", t["name"]),
            tag(
                "ul",
                (
                    tag(
                        "li",
                        tag("b", c["says"]) if c["name"] == t["chosen"] else c["says"],
                        tag("small", f"{c['name']} · {c['status']} · {c['source']}"),
                    )
                    for c in t["choices"]
                ),
                class_="notes",
            ),
        )
        for t in data["topics"]
    ]
    lead = "What is taken here stands in bold; --choose TOPIC=CHOICE takes another."
    return section(
        "disputed", "What is disputed", table(("Question", "Topic", "Sources say"), rows), lead=lead
    )


def said(row: Mapping[str, Any]) -> Content:
    """A date with its status, and its source below."""
    note = f"{row['source_note']} · " if row.get("source_note") else ""
    return join(day(row["date"]), tag("small", f"{row['status']} · {note}{row['source']}"))


def _missions(data: Mapping[str, Any]) -> Markup:
    rows = [
        (
            join(tag("b", m["title"]), tag("small", m["owner"])),
            said(m),
            MARKS[m["confidence"]],
            ", ".join(m["after"]) or NONE,
            _manifest(m),
        )
        for m in data["missions"]
    ]
    head = ("Mission", "Date", "Confidence", "After", "Brings, or what came of it")
    return section("missions", "Missions", table(head, rows))


def _manifest(mission: Mapping[str, Any]) -> Content:
    if not mission["manifest"]:
        return mission["outcome"] or mission["note"] or NONE
    room = f" of {mission['cargo_kg']:.0f} kg of cargo" if mission["cargo_kg"] else " kg"
    items = ", ".join(f"{f['title']} ({f['mass_kg']:.0f} kg)" for f in mission["manifest"])
    many = count(len(mission["manifest"]), "facility", "facilities")
    return details(f"{many}, {mission['manifest_kg']:.0f}{room}", items)


def _milestones(data: Mapping[str, Any]) -> Markup:
    rows = [(m["title"], said(m), ", ".join(m["missions"]) or NONE) for m in data["milestones"]]
    return section("milestones", "Milestones", table(("Milestone", "Date", "Waits for"), rows))


def _launchers(data: Mapping[str, Any]) -> Markup:
    rows = [
        (
            launcher["title"],
            launcher["owner"],
            f"from {day(c['begins'])}",
            f"{c['injected_kg'] / 1e3:.1f} t",
            f"{c['landed_kg'] / 1e3:.1f} t",
            f"{c['cargo_kg'] / 1e3:.2f} t",
        )
        for launcher in data["launchers"]
        for c in launcher["capability"]
    ]
    head = ("Launcher", "Owner", "Year", "To the Moon", "Landed", "Of it cargo")
    return section("launchers", "What launchers land", table(head, rows, numbers=(3, 4, 5)))
