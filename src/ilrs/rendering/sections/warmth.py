"""Temperatures of the warm boxes within the limits their contents bear."""

from __future__ import annotations

import numpy as np

from ilrs.rendering.bins import edges, least, mean, most
from ilrs.rendering.markup import Markup, figure, key, section, table, tag
from ilrs.rendering.panel import Panel, drawing
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, digits, spoken

FREEZING = 273.15
TALL = 84.0


def warmth(view: View) -> Markup:
    """The section."""
    series = view.series
    names = series.names("mass")
    if not names:
        return section("warmth", "Temperatures", tag("p", "This run has no warm box."))
    time = series.timeline()
    at = edges(series.count, 720)
    seconds = series.middles(at)
    temperature = series.array("temperature") - FREEZING
    arrived = np.arange(series.count)[:, None] >= series.array("mass_arrival")
    temperature = np.where(arrived, temperature, np.nan)
    cold, hot = (series.array(n) - FREEZING for n in ("coldest", "hottest"))
    body, rows, y = [], [], 26.0
    for m, name in enumerate(names):
        t = temperature[:, m]
        if not np.isfinite(t).any():
            continue
        low = float(np.floor(min(cold[m], np.nanmin(t)) / 10.0) * 10.0)
        high = float(np.ceil(max(hot[m], np.nanmax(t)) / 10.0) * 10.0)
        panel = Panel(time, y, TALL, low, high, "°C")
        body.append(
            panel.draw(
                spoken(name.split("/", 1)[0]),
                panel.band(seconds, least(t, at), most(t, at), "band"),
                panel.line(seconds, mean(t, at), "run", "mean"),
                panel.level(float(cold[m]), f"coldest it bears, {_celsius(float(cold[m]))}"),
                panel.level(float(hot[m]), f"warmest it bears, {_celsius(float(hot[m]))}"),
                ticks=(low, 0.0, high) if low < 0.0 < high else (low, high),
            )
        )
        margin = float(min(np.nanmin(t) - cold[m], hot[m] - np.nanmax(t)))
        rows.append(
            (
                spoken(name.split("/", 1)[0]),
                _celsius(float(np.nanmin(t))),
                _celsius(float(np.nanmean(t))),
                _celsius(float(np.nanmax(t))),
                f"{_celsius(float(cold[m]))} to {_celsius(float(hot[m]))}",
                datum(margin, "K", difference=True),
            )
        )
        y += TALL + 34.0
    body.append(time.axis(y - 28.0))
    return section(
        "warmth",
        "Temperatures",
        figure(
            drawing(y, "Temperatures of " + ", ".join(spoken(n) for n in names), body, time=time),
            "Mean, and shaded from least to most in each drawn interval.",
            legend=key([("line run", "mean"), ("band", "least to most"), ("line limit", "limit")]),
        ),
        table(
            ("Box", "Coldest", "Mean", "Warmest", "It bears", "Least margin"),
            rows,
            numbers=(1, 2, 3, 4, 5),
        ),
        lead="Warm boxes: heaters and waste heat against ground and sky.",
    )


def _celsius(value: float) -> str:
    return f"{digits(value) if abs(value) >= 0.005 else '0'} °C"
