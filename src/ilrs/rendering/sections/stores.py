"""Stores that are no reserve of their own: tanks and recorders."""

from __future__ import annotations

from ilrs.rendering.bins import edges, least, mean, most
from ilrs.rendering.markup import Markup, figure, section, table, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, digits, scale, spoken

TALL = 52.0


def stores(view: View) -> Markup:
    """The section."""
    series = view.series
    names, units = series.names("store"), series.names("store_unit")
    if not names:
        return section("stores", "Stores", tag("p", "This run has no store."))
    tanks = [
        i
        for i in range(len(names))
        if series.array("reserve_weight")[i] <= 0.0 and units[i] != "bit"
    ]
    rows = []
    cycles = {s["name"]: s for s in view.part("energy").get("stores", [])}
    for i, name in enumerate(names):
        if units[i] == "bit":
            continue
        content = series.content[:, i]
        wear = cycles.get(name, {})
        rows.append(
            (
                spoken(name),
                datum(float(series.array("capacity")[i]), units[i]),
                datum(float(content.min()), units[i]),
                datum(float(content.mean()), units[i]),
                digits(wear["cycles"]) if "cycles" in wear else "–",
                datum(float(series.array("fade")[-1, i]), ""),
            )
        )
    return section(
        "stores",
        "Stores",
        table(
            ("Store", "Capacity", "Least held", "Mean held", "Cycles", "Capacity lost"),
            rows,
            numbers=(1, 2, 3, 4, 5),
        ),
        contents(view, tanks),
        lead="Batteries and tanks; those that count as reserve are drawn against the plan above, "
        "recorders stand with the data.",
    )


def contents(view: View, chosen: list[int]) -> Markup | None:
    """Content of the chosen stores over the run, a panel each."""
    if not chosen:
        return None
    series = view.series
    names, units = series.names("store"), series.names("store_unit")
    time = series.timeline()
    at = edges(series.count, 720)
    seconds = series.middles(at)
    body, y = [], 26.0
    for i in chosen:
        capacity = float(series.array("capacity")[i])
        factor, unit = scale(capacity, units[i])
        panel = Panel(time, y, TALL, 0.0, ceiling(capacity / factor), unit)
        content = series.content[:, i] / factor
        body.append(
            panel.draw(
                spoken(names[i]),
                panel.band(seconds, least(content, at), most(content, at), "band"),
                panel.line(seconds, mean(content, at), "run thin", "mean"),
                ticks=(0.0, panel.high),
            )
        )
        y += TALL + 32.0
    body.append(time.axis(y - 26.0))
    label = "Content of " + ", ".join(spoken(names[i]) for i in chosen)
    return figure(drawing(y, label, body, time=time), "Mean, and shaded from least to most.")
