"""The predictor: how far what was expected on Earth lay from what telemetry then told."""

from __future__ import annotations

import numpy as np

from ilrs.rendering.bins import edges, mean
from ilrs.rendering.markup import Markup, figure, key, section, table, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, say, spoken

COLOURS = 6


def prediction(view: View) -> Markup:
    """The section."""
    part = view.part("prediction")
    rms = part.get("rms") or []
    if not rms:
        words = "No report reached Earth in this run, so nothing could be compared."
        return section("prediction", "Prediction", tag("p", words))
    age = view.series.array("residual_age").astype(float)
    interval = f"; reports were {say(float(np.mean(age)), 's')} old on average" if age.size else ""
    largest = max(r["share_of_range"] for r in rms) or 1.0
    rows = [
        (
            spoken(r["name"]),
            datum(r["rms"], r["unit"], difference=False),
            datum(r["share_of_range"], ""),
            tag(
                "svg",
                tag(
                    "rect",
                    x=0,
                    y=2,
                    width=max(180.0 * r["share_of_range"] / largest, 1.0),
                    height=12,
                    class_="p2",
                ),
                width=180,
                height=16,
                aria_hidden="true",
            ),
        )
        for r in rms
    ]
    return section(
        "prediction",
        "Prediction",
        _drawing(view),
        table(
            ("State", "Residual, rms", "Of its range", ""),
            rows,
            numbers=(1, 2),
            caption="Residual: told by telemetry less predicted from the report before.",
        ),
        lead=f"The predictor knows the description and what reports tell, never the truth. It was "
        f"compared with {count(int(part['reports']), 'report')}{interval}.",
    )


def _drawing(view: View) -> Markup | None:
    series = view.series
    steps = series.array("residual_step").astype(np.int64)
    weights = series.array("reserve_weight")
    chosen = [i for i, w in enumerate(weights) if w > 0.0][:COLOURS]
    if len(steps) < 2 or not chosen:
        return None
    names = series.names("store")
    share = 100.0 * series.array("residual_content")[:, chosen] / series.array("capacity")[chosen]
    at = edges(len(steps), 720)
    seconds = mean((steps + 1.0) * series.step, at)
    top = ceiling(float(np.nanmax(np.abs(mean(share, at)), initial=1e-3)))
    time = series.timeline()
    panel = Panel(time, 26.0, 150.0, -top, top, "%")
    lines = [
        panel.line(seconds, mean(share[:, j], at), f"thin r{j}", spoken(names[i]))
        for j, i in enumerate(chosen)
    ]
    body = [panel.draw("Residual as a share of capacity", lines), time.axis(180.0)]
    return figure(
        drawing(208.0, "Residuals of the stores that count as reserve", body, time=time),
        "Near zero where the description fits the truth; a fault shows as a jump.",
        legend=key([(f"line r{j}", spoken(names[i])) for j, i in enumerate(chosen)]),
    )
