"""Oxygen from the ground: the verification campaigns, what they measured, and what they used."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.bins import edges, mean
from ilrs.rendering.markup import Content, Markup, figure, join, key, section, table, tag
from ilrs.rendering.panel import LEFT, RIGHT, Panel, ceiling, drawing
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, digits, listed, say, share, spoken

KWH = 3.6e6
TALL = 84.0
QUANTITIES = (("yield", "Yield", "%", 100.0), ("purity", "Purity", "%", 100.0),
              ("energy", "Energy", "kWh/kg", 1.0 / KWH))  # fmt: skip
ROW, BAR = 46.0, 18.0


def oxygen(view: View) -> Markup:
    """The section; nothing where no batch of a campaign was done."""
    told = view.rows("campaigns")
    begun = [c for c in told if c["done"]]
    if not begun:
        return Markup("")
    passed = [c["title"] for c in told if c["passed"]]
    made, soil = (sum(c[k] for c in told) for k in ("oxygen_kg", "soil_kg"))
    lead = (
        f"{count(len(told), 'process', 'processes')} to be verified, {len(begun)} begun: "
        f"{count(sum(c['done'] for c in told), 'batch', 'batches')} gave {say(made, 'kg')} of "
        f"oxygen of {say(soil, 'kg')} of soil by the figures of their plants. "
        + (f"Shown: {listed(passed)}." if passed else "None is shown yet.")
    )
    return section(
        "oxygen",
        "Oxygen from the ground",
        _verdicts(told),
        _batches(begun),
        _stock(view),
        _energy(told),
        _side_by_side(view.rows("oxygen_processes")),
        lead=lead,
    )


def _verdicts(told: list[dict[str, Any]]) -> Markup:
    rows = []
    for c in told:
        found = {v["name"]: v for v in c["verdicts"]}
        rows.append(
            (
                c["title"],
                f"{c['done']} of {c['runs']}",
                datum(c["probability"], ""),
                *(_cell(found.get(q), c["limits"][q], q) for q, *_ in QUANTITIES),
                _word(c),
            )
        )
    head = ("Process", "Batches", "Odds before", "Yield", "Purity", "Energy", "Verdict")
    return join(
        table(head, rows, numbers=(1, 2, 3, 4, 5), caption="What was to be shown, and was"),
        tag(
            "p",
            "A bound is what the batches show at the confidence asked for, the instrument's error "
            "off; it must beat the limit. The odds were there before any batch, over all that is "
            "uncertain of soil and plant. What is true of them is drawn once a run from the same "
            "ranges: the tank's content follows the plants' usual figures, the verdict what was "
            "true.",
            class_="note",
        ),
    )


def _cell(verdict: dict[str, Any] | None, limit: float, quantity: str) -> str:
    sign = "≤" if quantity == "energy" else "≥"
    if verdict is None:
        return f"{sign} {_said(limit, quantity)}"
    mark = "" if verdict["passed"] else " ✕"
    return f"{_said(verdict['bound'], quantity)} ({sign} {_said(limit, quantity)}){mark}"


def _said(value: float, quantity: str) -> str:
    return f"{digits(value / KWH)} kWh/kg" if quantity == "energy" else f"{share(value)} %"


def _word(c: dict[str, Any]) -> Markup:
    if c["passed"] is None:
        return tag("span", "not yet" if c["done"] else "not begun", class_="none")
    failed = [v["name"] for v in c["verdicts"] if not v["passed"]]
    words = "passed" if c["passed"] else f"{listed(failed)} not shown"
    return tag("span", words, class_="good" if c["passed"] else "bad")


def _batches(told: list[dict[str, Any]]) -> Markup:
    """Every batch as a dot, a row for each process, against its limit."""
    gap = 76.0
    width = (RIGHT - LEFT - 2.0 * gap) / 3.0
    body: list[Content] = []
    y = 30.0
    for c in told:
        body.append(tag("text", c["title"], x=LEFT, y=y - 12.0, class_="panel-title"))
        for column, (quantity, title, unit, factor) in enumerate(QUANTITIES):
            left = LEFT + column * (width + gap)
            body.append(_dots(c, quantity, title, unit, factor, left, width, y))
        y += TALL + 50.0
    return figure(
        drawing(y - 26.0, "Yield, purity and energy of every batch against what was asked", body),
        "Each dot is a batch, in the order they were done; the dashed line is the limit, the full "
        "line the mean.",
        legend=key([("array", "batch"), ("line limit", "limit"), ("line run", "mean")]),
    )


def _dots(
    c: dict[str, Any], quantity: str, title: str, unit: str, factor: float,
    left: float, width: float, y: float,
) -> Markup:  # fmt: skip
    values = np.array([b[quantity] for b in c["batches"]]) * factor
    limit = c["limits"][quantity] * factor
    low, high = min(values.min(), limit), max(values.max(), limit)
    room = max(high - low, 1e-3 * high) * 0.15
    low, high = low - room, high + room

    def at(value: float) -> float:
        return y + TALL - (value - low) / (high - low) * TALL

    xs = left + width * (np.arange(len(values)) + 0.5) / max(len(values), c["runs"])
    middle = float(values.mean())
    parts: list[Content] = [
        tag("rect", x=left, y=y, width=width, height=TALL, class_="bed"),
        tag("line", x1=left, x2=left + width, y1=at(limit), y2=at(limit), class_="limit"),
        tag("line", x1=left, x2=left + width, y1=at(middle), y2=at(middle), class_="line run"),
        tag("text", f"{title}, {unit}", x=left, y=y + TALL + 14.0, class_="tick"),
    ]
    apart = abs(at(limit) - at(middle)) > 12.0
    for value, shown in ((limit, True), (middle, apart)):
        if shown:
            parts.append(
                tag("text", digits(value), x=left - 6.0, y=at(value) + 4.0, class_="tick",
                    text_anchor="end")
            )  # fmt: skip
    for k, (x, value) in enumerate(zip(xs.tolist(), values.tolist(), strict=True), start=1):
        words = f"batch {k}: {digits(value)} {unit}"
        parts.append(tag("circle", tag("title", words), cx=x, cy=at(value), r=4.0, class_="array"))
    return join(parts)


def _stock(view: View) -> Markup | None:
    """Soil at the hoppers and oxygen in the tanks over the run."""
    series = view.series
    names = series.names("store")
    parts = [
        (i, f"soil at the hopper of {spoken(n.partition('/')[0])}")
        for i, n in enumerate(names) if n.endswith(".hopper")
    ]  # fmt: skip
    parts += [
        (i, f"oxygen in {spoken(n.partition('.')[0])}")
        for i, n in enumerate(names)
        if n.endswith(".content") and series.names("store_node")[i].endswith("/oxygen")
    ]
    if not parts:
        return None
    time = series.timeline()
    at = edges(series.count, 720)
    seconds = series.middles(at)
    body, y = [], 26.0
    for i, words in parts:
        held = series.content[:, i]
        panel = Panel(time, y, TALL, 0.0, ceiling(float(held.max(initial=0.0))), "kg")
        line = panel.line(seconds, mean(held, at), "run", words)
        body.append(panel.draw(words, line, ticks=(0.0, panel.high / 2.0, panel.high)))
        y += TALL + 34.0
    body.append(time.axis(y - 28.0))
    return figure(
        drawing(y, "Soil brought and oxygen stored over time", body, time=time),
        "What diggers brought and batches took, and the liquid oxygen kept without boil-off.",
    )


COLOURS = ("array", "reactor", "battery", "cell", "p1", "p2", "need", "p3", "source")


def _energy(told: list[dict[str, Any]]) -> Markup:
    """Where the energy of a kilogram goes, step by step, as bars."""
    names = list(dict.fromkeys(s["step"] for c in told for s in c["steps"]))
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    most = ceiling(max(sum(s["j_per_kg"] for s in c["steps"]) for c in told) / KWH)
    left, right = 250.0, RIGHT - 90.0
    body: list[Content] = []
    for row, c in enumerate(told):
        y, x = 14.0 + row * ROW, left
        body.append(
            tag("text", c["process"], x=left - 8.0, y=y + 13.0, class_="tick", text_anchor="end")
        )
        for s in c["steps"]:
            wide = s["j_per_kg"] / KWH / most * (right - left)
            words = f"{s['step']}: {digits(s['j_per_kg'] / KWH)} kWh/kg"
            body.append(
                tag("rect", tag("title", words), x=x, y=y, width=max(wide, 0.3), height=BAR,
                    class_=colour[s["step"]])
            )  # fmt: skip
            x += wide
        whole = sum(s["j_per_kg"] for s in c["steps"]) / KWH
        body.append(tag("text", f"{digits(whole)} kWh/kg", x=x + 8.0, y=y + 13.0, class_="tick"))
    return figure(
        drawing(14.0 + len(told) * ROW, "Energy of a kilogram of oxygen by step", body),
        "Energy of a kilogram of oxygen at full rate, by step, as the plants are described; "
        "batches add what heats them up.",
        legend=key([(colour[name], name) for name in names]),
    )


def _side_by_side(rows: list[dict[str, Any]]) -> Markup | None:
    if not rows:
        return None
    told = [
        (
            r["process"],
            datum(r["mass_kg"], "kg"),
            datum(r["power_w"], "W"),
            f"{digits(r['soil_per_oxygen'])} kg",
            f"{digits(r['energy_j_per_kg'] / KWH)} kWh",
        )
        for r in rows
    ]
    notes = [
        tag("p", tag("strong", f"{r['process']}. "), note) for r in rows for note in r["notes"]
        if "useless" in note
    ]  # fmt: skip
    size = say(rows[0]["oxygen_kg_per_year"], "kg")
    caption = f"All four for {size} of oxygen a year on the soil of the pole, power supply apart"
    head = ("Process", "Mass", "Power", "Soil a kg", "Energy a kg")
    return join(table(head, told, numbers=(1, 2, 3, 4), caption=caption), notes)
