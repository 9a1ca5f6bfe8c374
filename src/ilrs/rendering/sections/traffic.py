"""Data: what was made, what reached Earth and how late, and what waited."""

from __future__ import annotations

import numpy as np

from ilrs.rendering.bins import Floats, edges, even, mean, most
from ilrs.rendering.markup import Markup, figure, key, section, table, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, scale

TALL = 110.0


def traffic(view: View) -> Markup:
    """The section."""
    rows = view.rows("data")
    waiting = _waiting(view)
    if not rows and not waiting:
        return section("traffic", "Data", tag("p", "This run produced no data."))
    shown = [
        (
            r["data_class"],
            datum(r["produced_bit"], "bit"),
            datum(r["delivered_bit"], "bit"),
            datum(r["delivered_bit"] / r["produced_bit"] if r["produced_bit"] else None, ""),
            datum(r["lost_bit"], "bit"),
            datum(r["stored_bit"], "bit"),
            datum(r["latency_p50_s"], "s"),
            datum(r["latency_p95_s"], "s"),
            datum(r["latency_max_s"], "s"),
        )
        for r in rows
    ]
    head = (
        "Class",
        "Produced",
        "Delivered",
        "Share",
        "Lost",
        "Still stored",
        "Latency, half",
        "95 %",
        "worst",
    )
    return section(
        "traffic",
        "Data",
        table(head, shown, numbers=range(1, 9)) if shown else None,
        _drawing(view, waiting),
        lead="Data by class: emergency first, then telemetry, then science. Latency is from making "
        "to arriving, first in, first out.",
    )


def _waiting(view: View) -> dict[str, Floats]:
    """Bits waiting in recorders and relays, by class."""
    series = view.series
    found: dict[str, Floats] = {}
    nodes, units = series.names("store_node"), series.names("store_unit")
    for i, node in enumerate(nodes):
        if units[i] == "bit":
            name = node.rpartition("data.")[2]
            found[name] = found.get(name, np.zeros(series.count)) + series.content[:, i]
    return found


def _received(view: View) -> dict[str, Floats]:
    """Bits a second that reach their end, by class."""
    series = view.series
    found: dict[str, Floats] = {}
    carriers, dumps = series.names("carrier"), series.array("dump").astype(bool)
    for k, name in enumerate(series.names("sink")):
        f = series.flow_index[name]
        if carriers[f].startswith("data.") and not dumps[k]:
            data_class = carriers[f].removeprefix("data.")
            found[data_class] = found.get(data_class, np.zeros(series.count)) + series.rate[:, f]
    return found


def _drawing(view: View, waiting: dict[str, Floats]) -> Markup | None:
    series = view.series
    received = _received(view)
    if not received:
        return None
    time = series.timeline()
    daily = (
        even(series.count, max(round(DAY / series.step), 1))
        if series.length > 20.0 * DAY
        else edges(series.count, 720)
    )
    at = edges(series.count, 720)
    peak = max((float(mean(v, daily).max(initial=0.0)) for v in received.values()), default=0.0)
    factor, unit = scale(max(peak, 1.0), "bit/s")
    rates = Panel(time, 26.0, TALL, 0.0, ceiling(peak / factor), unit)
    every = "daily mean" if series.length > 20.0 * DAY else "mean"
    body = [
        rates.draw(
            f"Reaching Earth, {every}",
            (
                rates.line(
                    series.middles(daily), mean(v, daily) / factor, f"thin class-{name}", name
                )
                for name, v in received.items()
            ),
        )
    ]
    y = 26.0 + TALL
    most_waiting = sum((v.max() for v in waiting.values()), 0.0)
    if most_waiting > 0.0:
        y += 36.0
        factor, unit = scale(float(most_waiting), "bit")
        highest = {name: most(v, at) / factor for name, v in waiting.items()}
        top = max(float(v.max()) for v in highest.values())
        panel = Panel(time, y, TALL, 0.0, ceiling(top), unit)
        body.append(
            panel.draw(
                "Waiting in recorders and relay, most in each interval",
                (
                    panel.line(series.middles(at), v, f"thin class-{name}", name)
                    for name, v in highest.items()
                ),
            )
        )
        y += TALL
    body.append(time.axis(y + 4.0))
    return figure(
        drawing(y + 32.0, "Data reaching Earth and data waiting, by class", body, time=time),
        "Emergency beacons and telemetry are small beside science.",
        legend=key([(f"class-{name}", name) for name in received]),
    )
