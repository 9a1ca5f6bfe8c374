"""How sure the light is: what the terrain's error makes of the skylines a run looked over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ilrs.rendering.markup import Content, Markup, join, table, tag
from ilrs.rendering.verdict import sureness as sentence
from ilrs.rendering.view import View
from ilrs.rendering.wording import say


def sureness(view: View) -> Markup | None:
    """A sentence and a table; None where the run was judged by an earlier version."""
    rows = [r for r in view.rows("places") if r.get("sureness")]
    if not rows:
        return None
    return join(
        tag("h3", "How sure the light is"),
        [tag("p", words) for words in sentence(view.summary)],
        table(
            ("Place", "Height", "As taken", "5–95 %", "Middle", "Darker draws"),
            [row for r in rows for row in _rows(r)],
            numbers=range(1, 6),
            caption="Mean lit share of the Sun's disc over the run behind the skyline the run took "
            "and behind skylines drawn with the terrain's error. Every figure of this report that "
            "rests on light rests on the skyline as taken: where most draws are darker, the "
            "station would find less light than it was judged in.",
        ),
        tag("ul", [tag("li", f"{a}: {b}.") for a, b in _grounds(rows)], class_="small"),
    )


def _rows(place: dict[str, Any]) -> list[Sequence[Content]]:
    return [
        (
            place["name"] if k == 0 else "",
            f"{r['height_m']:g} m",
            say(r["taken"], ""),
            f"{say(r['band'][0], '')} – {say(r['band'][1], '')}",
            say(r["median"], ""),
            f"{r['darker_draws']} of {r['draws']}",
        )
        for k, r in enumerate(place["sureness"]["light"])
    ]


def _grounds(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Which skyline was taken, what was drawn, and the places they are for."""
    found: dict[str, list[str]] = {}
    for r in rows:
        found.setdefault(f"skyline {r['skyline']}", []).append(r["name"])
        found.setdefault(f"drawn from {r['sureness']['method']}", []).append(r["name"])
    return [(", ".join(names), method) for method, names in found.items()]
