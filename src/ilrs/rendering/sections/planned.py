"""Plan against run: what the stores were meant to hold and held, and what was left unserved."""

from __future__ import annotations

import numpy as np

from ilrs.rendering.bins import edges, least, mean, most, total
from ilrs.rendering.markup import Markup, figure, join, key, section, table, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, digits, priority, say, scale, spoken

TALL = 74.0


def planned(view: View) -> Markup:
    """The section."""
    plan = view.part("plan")
    lead = None
    if plan:
        lead = (
            f"The plan sees the whole future of light and contacts in {plan['steps']:,} steps "
            f"({count(plan['windows'], 'window')}, {plan['solver']}), but neither faults nor how "
            "the equipment really is. The run follows it unless a limit would break."
        ).replace(",", " ", 1 if plan["steps"] >= 1000 else 0)
    return section(
        "plan",
        "Plan against run",
        _levels(view),
        _unserved(view),
        _served_table(view),
        _overrides(view),
        lead=lead,
    )


def _levels(view: View) -> Markup:
    """Small multiples of the stores that count as reserve."""
    series, plan = view.series, view.stored.plan
    weights = series.array("reserve_weight")
    chosen = [i for i, w in enumerate(weights) if w > 0.0]
    if not chosen:
        return tag("p", "No store of this run counts as reserve.")
    names, units = series.names("store"), series.names("store_unit")
    time = series.timeline()
    at = edges(series.count, 720)
    seconds = series.middles(at)
    ends = series.plan_ends
    plan_at = edges(len(ends), 720)
    plan_seconds = mean((ends + 1.0) * series.step, plan_at)
    body, y = [], 26.0
    for i in chosen:
        capacity = float(series.array("capacity")[i])
        factor, unit = scale(capacity, units[i])
        panel = Panel(time, y, TALL, 0.0, ceiling(capacity / factor), unit)
        content = series.content[:, i] / factor
        level = plan.level[:, plan.store_names.index(names[i])] / factor
        body.append(
            panel.draw(
                spoken(names[i]),
                panel.band(seconds, least(content, at), most(content, at), "band"),
                panel.line(seconds, mean(content, at), "run", "run, mean"),
                panel.line(plan_seconds, mean(level, plan_at), "plan", "plan, mean"),
                ticks=(0.0, panel.high / 2.0, panel.high),
            )
        )
        y += TALL + 34.0
    body.append(time.axis(y - 28.0))
    stores = ", ".join(spoken(names[i]) for i in chosen)
    return figure(
        drawing(y, f"Planned and actual content of {stores}", body, time=time),
        "What the stores held (mean, and shaded from least to most in each drawn interval) and "
        "what the plan meant them to hold.",
        legend=key([("line run", "run"), ("band", "run, least to most"), ("line plan", "plan")]),
    )


def _unserved(view: View) -> Markup | None:
    """Energy owed and not given, week by week or day by day, by priority."""
    series = view.series
    if not series.priorities or float(series.unserved.max(initial=0.0)) <= 0.0:
        return tag("p", "Every load got all the energy it was owed.")
    length = (
        7.0 * DAY if series.length > 120.0 * DAY else DAY if series.length > 4.0 * DAY else 3600.0
    )
    bins = max(int(np.ceil(series.length / length)), 1)
    at = np.unique(
        np.clip((np.arange(bins + 1) * length / series.step).round(), 0, series.count).astype(
            np.int64
        )
    )
    time = series.timeline()
    layers = []
    for p in series.priorities:
        wanted, given = series.owed(p)
        layers.append((p, total(np.maximum(wanted - given, 0.0), at) * series.step / 3.6e6))
    panel = Panel(
        time, 26.0, 110.0, 0.0, ceiling(float(np.sum([v for _, v in layers], axis=0).max())), "kWh"
    )
    bars, below = [], np.zeros(len(at) - 1)
    for p, values in layers:
        for k in np.nonzero(values > 1e-9)[0]:
            x0, x1 = time.x(at[k] * series.step), time.x(at[k + 1] * series.step)
            y0, y1 = panel.y(below[k]), panel.y(below[k] + values[k])
            words = f"{priority(p)}: {digits(float(values[k]))} kWh"
            bars.append(
                tag(
                    "rect",
                    tag("title", words),
                    x=x0,
                    y=y1,
                    width=max(x1 - x0 - 0.6, 0.8),
                    height=max(y0 - y1, 0.3),
                    class_=f"p{min(p, 4)}",
                )
            )
        below = below + values
    every = {7.0 * DAY: "week", DAY: "day"}.get(length, "hour")
    body = [panel.draw(f"Owed and not given, a {every}", join(bars)), time.axis(136.0)]
    return figure(
        drawing(164.0, f"Energy owed and not given, by {every} and priority", body),
        "Loads are shed from the lowest priority up.",
        legend=key([(f"p{min(p, 4)}", priority(p)) for p, _ in layers]),
    )


def _served_table(view: View) -> Markup | None:
    rows = view.rows("unserved")
    if not rows:
        return None
    by_plan = view.part("plan").get("unserved_j") or {}
    shown = []
    for r in rows:
        wanted, missed = r["wanted_j"], r["unserved_j"]
        planned_j = by_plan.get(str(r["priority"]))
        shown.append(
            (
                priority(r["priority"]),
                datum(wanted, "J"),
                datum(planned_j, "J"),
                datum(missed, "J"),
                datum((wanted - missed) / wanted if wanted else None, ""),
            )
        )
    head = ("Priority", "Owed", "Not given, plan", "Not given, run", "Served, run")
    return table(
        head,
        shown,
        numbers=(1, 2, 3, 4),
        caption="Energy by priority. The plan stands on the description, the run on the truth, "
        "whose outputs, capacities and demands lie a little off it.",
    )


def _overrides(view: View) -> Markup:
    series = view.series
    override = series.array("override")
    steps = int((override > 1.0).sum())
    if not steps:
        return tag("p", "The executive never had to leave the plan to keep a load alive.")
    energy = float(override.sum()) * series.step
    return tag(
        "p",
        "The executive left the plan for keep-alive loads in ",
        count(steps, "step"),
        f" ({say(steps * series.step, 's')} in all), drawing ",
        datum(energy, "J"),
        " more than planned.",
    )
