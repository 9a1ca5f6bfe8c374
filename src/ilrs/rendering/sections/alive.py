"""What is alive at the station: warmth, air and dose of every sealed module, and its clock."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.bins import edges, mean
from ilrs.rendering.markup import Markup, figure, join, key, section, table, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.timeline import Timeline
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, digits, say

TALL = 84.0
FREEZING = 273.15


def alive(view: View) -> Markup:
    """The section; nothing for a station without anything alive."""
    told = view.rows("biology")
    if not told:
        return Markup("")
    return section(
        "alive",
        "What is alive",
        _table(told),
        (_story(view, module) for module in told),
        lead=" ".join(_sentence(module) for module in told),
    )


def _sentence(module: dict[str, Any]) -> str:
    lived = say(module["lived_s"], "s")
    out = f"{digits(module['out_s'] / 3600.0)} h"
    allowed = f"{digits(module['allowed_s'] / 3600.0)} h"
    if module["died"]:
        return (
            f"{module['title']}: the experiment ended after {lived}, its sample out of range for "
            f"{out} in all where {allowed} are allowed."
        )
    return (
        f"{module['title']} lived through its {lived} of this run, out of range for {out} of the "
        f"{allowed} allowed."
    )


def _table(told: list[dict[str, Any]]) -> Markup:
    rows = [
        (
            m["title"],
            tag("span", "lost" if m["died"] else "alive", class_="bad" if m["died"] else "good"),
            datum(m["lived_s"], "s"),
            datum(m["oxygen_kg"], "kg"),
            f"{digits(1e3 * m['growth_kg_per_day'])} / {digits(1e3 * m['breath_kg_per_day'])} g",
            f"{digits(1e3 * m['dose_sv'])} mSv",
            f"{digits(1e3 * (m['dose_sv'] - m['background_sv']))} mSv",
        )
        for m in told
    ]
    head = ("Module", "At the end", "Lived", "Oxygen given", "Oxygen a day, made / breathed",
            "Dose", "of it storms")  # fmt: skip
    return table(head, rows, numbers=(2, 3, 4, 5, 6))


def _story(view: View, module: dict[str, Any]) -> Markup | None:
    """Warmth, air, gas and dose of one module from its arrival to its end."""
    if not module["coldest_k"]:
        return None
    series = view.series
    first = int(module["first_second"] // series.step)
    time = series.timeline(first, int(module["last_second"] // series.step))
    seconds = module["first_second"] + (np.arange(len(module["coldest_k"])) + 0.5) * module["day_s"]
    y = 26.0
    body = []
    for draw in (_warmth, _air):
        body.append(draw(module, time, seconds, y))
        y += TALL + 34.0
    gas = _gas(view, module, time, first, y)
    if gas is not None:
        body.append(gas)
        y += TALL + 34.0
    body.append(_dose(module, time, seconds, y))
    y += TALL + 34.0
    body.append(time.axis(y - 28.0))
    storms = count(len(module["storms"]), "storm of the Sun", "storms of the Sun")
    return figure(
        drawing(y, f"Warmth, air and dose of {module['title']}", join(body), time=time),
        f"{module['title']}: from coldest to warmest and driest to wettest of each day; {storms} "
        "drawn by the run's seed.",
        legend=key(
            [("band", "least to most"), ("line limit", "what it bears"), ("line r4", "oxygen"),
             ("line r2", "carbon dioxide")]
        ),
    )  # fmt: skip


def _warmth(m: dict[str, Any], time: Timeline, seconds: np.ndarray, y: float) -> Markup:
    cold, hot = m["cold_k"] - FREEZING, m["hot_k"] - FREEZING
    low, high = (np.array(m[k]) - FREEZING for k in ("coldest_k", "warmest_k"))
    bottom = float(np.floor(min(low.min(), cold) / 10.0) * 10.0)
    top = float(np.ceil(max(high.max(), hot) / 10.0) * 10.0)
    panel = Panel(time, y, TALL, bottom, top, "°C")
    return panel.draw(
        "Warmth",
        panel.band(seconds, low, high, "band", "warmth"),
        panel.line(seconds, (low + high) / 2.0, "run", "middle of the day's range"),
        panel.level(cold, f"coldest it bears, {digits(cold)} °C"),
        panel.level(hot, f"warmest it bears, {digits(hot)} °C"),
        ticks=(bottom, (bottom + top) / 2.0, top),
    )


def _air(m: dict[str, Any], time: Timeline, seconds: np.ndarray, y: float) -> Markup:
    low, high = (100.0 * np.array(m[k]) for k in ("driest_air", "wettest_air"))
    panel = Panel(time, y, TALL, 0.0, 100.0, "%")
    return panel.draw(
        "Humidity of the air",
        panel.band(seconds, low, high, "band", "humidity"),
        panel.line(seconds, (low + high) / 2.0, "run", "middle of the day's range"),
        panel.level(100.0 * m["driest"], "driest it bears"),
        panel.level(100.0 * m["wettest"], "wettest it bears"),
        ticks=(0.0, 50.0, 100.0),
    )


def _gas(view: View, m: dict[str, Any], time: Timeline, first: int, y: float) -> Markup | None:
    series = view.series
    names = series.names("store")
    own = f"{m['facility']}/{m['component']}"
    held = {
        gas: series.content[:, names.index(f"{own}.{gas}")]
        for gas in ("oxygen", "carbon_dioxide")
        if f"{own}.{gas}" in names
    }
    if len(held) < 2:
        return None
    last = int(m["last_second"] // series.step)
    at = first + edges(max(last - first, 1), 720)
    seconds = series.middles(at)
    most = max(float(v[first:last].max(initial=0.0)) for v in held.values())
    panel = Panel(time, y, TALL, 0.0, ceiling(most), "kg")
    return panel.draw(
        "Gases in the vessel",
        panel.line(seconds, mean(held["oxygen"], at), "r4", "oxygen"),
        panel.line(seconds, mean(held["carbon_dioxide"], at), "r2", "carbon dioxide"),
        ticks=(0.0, panel.high / 2.0, panel.high),
    )


def _dose(m: dict[str, Any], time: Timeline, seconds: np.ndarray, y: float) -> Markup:
    dose = 1e3 * np.array(m["dose_by_day_sv"])
    panel = Panel(time, y, TALL, 0.0, ceiling(float(dose.max(initial=0.0))), "mSv")
    return panel.draw(
        f"Dose behind {digits(m['shield_kg_per_m2'])} kg/m²",
        panel.line(seconds, dose, "run", "dose"),
        ticks=(0.0, panel.high / 2.0, panel.high),
    )
