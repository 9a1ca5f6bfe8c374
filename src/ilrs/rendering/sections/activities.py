"""Activities: who did what when, against light and contact; what it brought, and what it lost."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.bins import edges, mean
from ilrs.rendering.bitmap import EARTH, LIGHT, picture, ramp
from ilrs.rendering.markup import Content, Markup, details, figure, join, key, section, table, tag
from ilrs.rendering.panel import RIGHT, drawing, strip
from ilrs.rendering.verdict import losses
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, digits, minute, say, share, spoken, when

ROW, LABELS = 19.0, 210.0
BACKDROP = 13.0
LISTED = 400


def activities(view: View) -> Markup:
    """The section; nothing for a station without activities."""
    told = view.part("activities")
    if not told:
        return Markup("")
    failed = [e for e in told["entries"] if not e["done"]]
    proof = (
        "no better schedule exists"
        if told["gap"] < 1e-6
        else f"the best there can be is worth at most {share(told['gap'])} % more of its bound"
    )
    lead = (
        f"{count(told['scheduled'], 'time')} of activities scheduled, {told['done']} truly done, "
        f"{len(failed)} failed, {len(told['missing'])} without room; {proof}. Schedule and "
        f"dispatch agreed in {count(told['rounds'], 'round')}."
    )
    return section(
        "activities",
        "Activities",
        _timeline(view, told),
        _yields(told),
        _descents(told),
        _soundings(told),
        _replanned(view, told),
        _failed(failed),
        _missing(told),
        _list(told),
        lead=lead,
    )


def _timeline(view: View, told: dict[str, Any]) -> Markup:
    """A row for every robot and instrument, below Sun and contact."""
    series = view.series
    time = series.timeline(left=LABELS, right=RIGHT)
    width = time.right - time.left
    at = edges(series.count, max(round(width), 1))
    body: list[Content] = []
    y = 6.0
    rows: list[tuple[str, Any, Any]] = [("contact", series.contact.astype(np.float64), EARTH)]
    if series.main is not None:
        rows.insert(0, ("Sun", series.light(series.main, 10), LIGHT))
    for name, values, stops in rows:
        shares = mean(values, at)
        body.append(picture(shares[None, :], stops, time.left, y, width, BACKDROP - 2.0))
        body.append(tag("text", name, x=LABELS - 8.0, y=y + 9.0, class_="tick", text_anchor="end"))
        y += BACKDROP
    y += 4.0
    for who in sorted({w for e in told["entries"] for w in (*e["robots"], *e["instruments"])}):
        bars = [
            (
                time.second(e["begins"].rstrip("Z")),
                time.second(e["ends"].rstrip("Z")),
                "done" if e["done"] else "out",
                f"{e['title']} ({e['name']}), {minute(e['begins'])} to {minute(e['ends'])}"
                + (f": failed, {e['why']}" if e["why"] else ""),
            )
            for e in told["entries"]
            if who in (*e["robots"], *e["instruments"])
        ]
        body.append(strip(time, y, 13.0, bars, spoken(who)))
        y += ROW
    body.append(time.axis(y))
    return figure(
        drawing(y + 26.0, "Activities of every robot and instrument over time", body),
        "Sun and contact are those of the first place; a bar is one time of an activity, and tells "
        "more when pointed at.",
        legend=join(
            key([("done", "done"), ("out", "failed")]),
            ramp(LIGHT, "dark", "sunlit"),
            ramp(EARTH, "silent", "in touch"),
        ),
    )


def _yields(told: dict[str, Any]) -> Markup | None:
    if not told["yields"]:
        return None
    rows = [
        (
            spoken(name),
            datum(y["brought"], y["unit"] or "pieces"),
            datum(y["scheduled"], y["unit"] or "pieces"),
        )
        for name, y in told["yields"].items()
    ]
    return table(
        ("Yield", "Truly brought", "Scheduled"), rows, numbers=(1, 2), caption="What it brought"
    )


def _descents(told: dict[str, Any]) -> Markup | None:
    """Nothing without descents, or for a run of an earlier version."""
    if not told.get("descents"):
        return None
    rows = [
        (
            d["title"],
            f"{d['times']}",
            f"{digits(d['length_m'])} m below {digits(d['depth_m'])} m",
            f"{digits(d['reach_m'])} m ({d['limit']})",
            say(d["abort_radius_m"], "m"),
            f"{say(d['energy_j'], 'J')} of {say(d['battery_j'], 'J')}",
            f"{say(d['dark_s'], 's')} of {say(d['dark_budget_s'], 's')}",
            f"{say(d['heat_saved_j'], 'J')}; {say(d['heat_saved_coldest_w'], 'W')} at most",
        )
        for d in told["descents"]
    ]
    head = (
        "Descent", "Done", "Maps", "Could map (what ends it)", "Abort radius", "Battery",
        "Dark, of what it bears", "Heater saved in the cave",
    )  # fmt: skip
    first = told["descents"][0]
    return table(
        head,
        rows,
        numbers=(1, 4),
        caption=(
            "Into the dark: from up to the abort radius the robot returns on what is left at its "
            f"farthest, {share(first['reserve'])} % of the battery kept. The heater is that of a "
            f"cave at {first['cave_k']:.0f} K against the ground above: while it is down, and in "
            "the coldest hour of the period."
        ),
    )


def _soundings(told: dict[str, Any]) -> list[Content]:
    """A sentence a probe: how deep each hole got, and how likely that was to be enough."""
    sentences: list[Content] = []
    for s in told["soundings"]:
        if not s["holes"]:
            continue
        depths = ", ".join(digits(hole["depth_m"]) for hole in s["holes"])
        text = (
            f"{s['title']}: {count(len(s['holes']), 'hole')} that asked for {digits(s['asked_m'])} "
            f"m got to {depths} m; any bite may be the last, by the run's seed, and the deepest "
            "counts."
        )
        for c in s["chances"]:
            text += (
                f" One hole gets to the {digits(c['depth_m'])} m of {c['objective']} with a chance "
                f"of {share(c['one'])} %, one of these with {share(c['any'])} %."
            )
        sentences.append(tag("p", text))
    return sentences


def _replanned(view: View, told: dict[str, Any]) -> Content:
    shown = zip(losses(view.summary), told["replanned"], strict=True)
    return [
        join(
            tag("p", sentence),
            details(f"What was lost: {len(again['lost'])}", tag("p", ", ".join(again["lost"]))),
        )
        for sentence, again in shown
    ]


def _failed(failed: list[dict[str, Any]]) -> Markup | None:
    if not failed:
        return None
    rows = [(e["title"], when(e["begins"], exact=True), e["name"], e["why"]) for e in failed]
    return table(("Failed", "When", "Which", "Why"), rows, caption="Scheduled and not done")


def _missing(told: dict[str, Any]) -> Markup | None:
    if not told["missing"]:
        return None
    rows = [
        (m["title"], f"{m['activity']}#{m['number']}", m["why"] or "no room", m["remedy"])
        for m in told["missing"][:LISTED]
    ]
    words = f"Not scheduled: {len(told['missing'])}"
    return details(words, table(("Activity", "Which", "Why", "What would admit it"), rows))


def _list(told: dict[str, Any]) -> Markup:
    rows = [
        (
            when(e["begins"], exact=True),
            e["title"],
            e["name"],
            ", ".join(map(spoken, (*e["robots"], *e["instruments"]))),
            e["origin"] if e["origin"] == e["target"] else f"{e['origin']} to {e['target']}",
            say(e["power_w"], "W"),
            "done" if e["done"] else "failed",
        )
        for e in told["entries"][:LISTED]
    ]
    head = ("Begins", "Activity", "Which", "Who", "Where", "Power", "Became")
    return details(f"Every time of an activity: {len(told['entries'])}", table(head, rows))
