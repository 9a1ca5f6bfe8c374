"""Assumed values, and which results rest on them."""

from __future__ import annotations

from typing import Any

from ilrs.rendering.markup import Content, Markup, details, join, section, table, tag
from ilrs.rendering.sections.roadmap import status
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, day, digits


def assumed(view: View) -> Markup:
    """The section."""
    rows = view.rows("assumptions")
    if not rows:
        words = "No value of this scenario is marked as assumed."
        return section("assumed", "Assumed values", tag("p", words))
    return section(
        "assumed",
        "Assumed values",
        _resting(view),
        _table(rows),
        lead=f"{count(len(rows), 'value')} of the scenario have no source but somebody's "
        "judgement. Results that rest on them are answers to “what if”, not findings.",
    )


def _resting(view: View) -> Markup | None:
    """For every judged objective the assumed values it rests on, by facility."""
    shown = []
    for mission in view.missions:
        for o in mission["objectives"]:
            if not o.get("metric"):
                continue
            paths = o["assumed"]
            own = [p for p in paths if p.startswith("missions.")]
            words: list[Content] = [
                tag("b", o["text"]),
                " ",
                status(o["status"]),
                tag("span", f" · {count(len(paths), 'assumed value')}", class_="soft"),
                tag("b", " · its threshold among them", class_="flag") if own else None,
            ]
            body = tag("ul", (tag("li", tag("code", p)) for p in paths), class_="notes")
            shown.append(details(join(words), body) if paths else tag("p", join(words)))
    return tag("div", tag("h3", "Results and what they rest on"), shown) if shown else None


def _table(rows: list[dict[str, Any]]) -> Markup:
    search = tag(
        "input",
        type="search",
        class_="filter",
        placeholder="filter, e.g. battery",
        aria_label="Filter assumed values",
        hidden=True,
    )
    shown = [(tag("code", r["path"]), _value(r), r["source"]) for r in rows]
    return details(
        f"All {len(rows)} assumed values",
        search,
        table(("Value of", "Taken as", "Why"), shown, numbers=(1,)),
    )


def _value(row: dict[str, Any]) -> Content:
    value, unit = row["value"], row.get("unit") or ""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int | float):
        if unit in {"", "J", "W", "s", "bit", "bit/s", "kg", "m"}:
            return datum(float(value), unit) if unit or not isinstance(value, int) else str(value)
        return tag("data", f"{digits(float(value))} {unit}".strip(), value=repr(float(value)))
    if unit == "UTC":
        return day(str(value))
    return f"{value} {unit}".strip()
