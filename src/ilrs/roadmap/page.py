"""The page of a version of the roadmap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ilrs.language import Language, Words, text
from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.rendering.wording import NONE
from ilrs.roadmap.chart import STYLE, brought, roadmap_timeline
from ilrs.scenario.roadmap import CONFIDENCES

Data = Mapping[str, Any]


def roadmap_page(data: Data, language: Language = "en") -> str:
    """The page of `ilrs.roadmap.shown.as_data`, as HTML that needs nothing else.

    Dates are ISO 8601; `ilrs.language.called` tells the data's own words in a language.
    """
    word = Words("roadmap", language)
    lead = period(word("page.lead", missions=len(data["missions"]), topics=len(data["topics"])))
    seen = {m["confidence"] for m in data["missions"]}
    marks = [(f"mark-{c}", _chosen("state", c, word)) for c in CONFIDENCES if c in seen]
    picture = figure(
        roadmap_timeline(data, word),
        word("page.caption"),
        legend=join(key(marks), key([("ghost", word("page.ghost"))])),
    )
    return whole_page(
        data["title"],
        heading(word("page.eyebrow"), data["title"], lead),
        tag("section", picture, id="opening"),
        _topics(data, word),
        _missions(data, word),
        _milestones(data, word),
        _launchers(data, word),
        style=STYLE,
        language=language,
    )


def _chosen(shelf: str, key: str, word: Words) -> str:
    """A word that sources or missions choose among several."""
    return text(f"{shelf}.{key}", word.language)


def _head(word: Words, *keys: str) -> list[str]:
    return [word(f"page.{key}") for key in keys]


def _topics(data: Data, word: Words) -> Markup | None:
    if not data["topics"]:
        return None
    rows = [
        (
            tag("b", t["title"]),
            tag("code", t["name"], class_="once"),
            tag("ul", (_choice(c, t["chosen"], word) for c in t["choices"]), class_="notes"),
        )
        for t in data["topics"]
    ]
    return section(
        "disputed",
        word("page.disputed"),
        table(_head(word, "question", "topic", "sources_say"), rows),
        lead=word("page.disputed_lead"),
    )


def _choice(choice: Data, chosen: str, word: Words) -> Markup:
    says = choice["says"]
    told = f"{choice['name']} · {_chosen('status_of', choice['status'], word)} · {choice['source']}"
    return tag("li", tag("b", says) if choice["name"] == chosen else says, tag("small", told))


def _said(row: Data, word: Words) -> Content:
    """A date with its status, and its source below."""
    parts = (_chosen("status_of", row["status"], word), row["source_note"], row["source"])
    return join(row["date"], tag("small", " · ".join(part for part in parts if part)))


def _missions(data: Data, word: Words) -> Markup:
    rows = [
        (
            join(tag("b", m["title"]), tag("small", m["owner"])),
            _said(m, word),
            tag("span", _chosen("state", m["confidence"], word), class_="once"),
            word.say(m["after"]) or NONE,
            _manifest(m, word),
        )
        for m in data["missions"]
    ]
    head = _head(word, "mission", "date", "confidence", "after", "brings")
    return section("missions", word("page.missions"), table(head, rows))


def _manifest(mission: Data, word: Words) -> Content:
    if not mission["manifest"]:
        return mission["outcome"] or mission["note"] or NONE
    carried = mission["manifest"]
    items = [f"{f['title']} ({f['mass_kg']:.0f} kg)" for f in carried]
    mass, room = f"{mission['manifest_kg']:.0f}", mission["cargo_kg"]
    weight = word("page.of_cargo", mass=mass, room=f"{room:.0f}") if room else f"{mass} kg"
    return details(word.say([brought(carried, word), weight]), word.say(items))


def _milestones(data: Data, word: Words) -> Markup:
    rows = [
        (m["title"], _said(m, word), word.say(m["missions"]) or NONE) for m in data["milestones"]
    ]
    head = _head(word, "milestone", "date", "waits_for")
    return section("milestones", word("page.milestones"), table(head, rows))


def _launchers(data: Data, word: Words) -> Markup:
    rows = [
        (
            launcher["title"],
            launcher["owner"],
            c["begins"],
            f"{c['injected_kg'] / 1e3:.1f} t",
            f"{c['landed_kg'] / 1e3:.1f} t",
            f"{c['cargo_kg'] / 1e3:.2f} t",
        )
        for launcher in data["launchers"]
        for c in launcher["capability"]
    ]
    head = _head(word, "launcher", "owner", "from", "injected", "landed", "cargo")
    return section("launchers", word("page.launchers"), table(head, rows, numbers=(3, 4, 5)))
