"""The deficit of energy over time: what a store would have to bring to serve all that is owed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilrs.rendering.bins import Floats, edges, mean, most
from ilrs.rendering.markup import Markup, figure, join, key, tag
from ilrs.rendering.panel import Panel, ceiling, drawing
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, say, scale, when

AROUND = 6.0 * DAY
"""Shown before and after the worst run-down, where it is drawn by itself."""


@dataclass(frozen=True)
class RunDown:
    """The worst run-down: full before step `first`, deepest [J] at the end of step `last`."""

    first: int
    last: int
    deepest: float
    refilled: int | None
    """The step at whose end it is made good; None when the run ends before."""


def run_down(need: Floats, offer: Floats, step: float) -> Floats:
    """What a store, full at first, has given and not got back by every step's end (count,) [J].

    `need`, `offer` (count,) [W]: D_k = max(0, D_(k-1) + (need_k - offer_k) step). Holds for a
    store without losses and without limits of size or rate, on one bus with all.
    """
    lacking = np.cumsum(need - offer) * step
    return np.asarray(lacking - np.minimum(np.minimum.accumulate(lacking), 0.0))


def worst(deep: Floats, *, full: float = 1.0) -> RunDown | None:
    """The deepest run-down of a series [J]; a store that lacks under `full` [J] counts as full."""
    if not deep.size or deep.max() <= full:
        return None
    k = int(np.argmax(deep))
    before = np.nonzero(deep[:k] <= full)[0]
    after = np.nonzero(deep[k:] <= full)[0]
    return RunDown(
        int(before[-1]) + 1 if before.size else 0,
        k,
        float(deep[k]),
        k + int(after[0]) if after.size else None,
    )


def deficit(view: View) -> Markup | None:
    """The figure of the whole run, and of its worst run-down by itself."""
    series = view.series
    if series.available is None or not series.priorities:
        return None
    need = series.needed
    deep = run_down(need, series.available, series.step)
    found = worst(deep, full=1e-6 * float(np.max(need)) * series.step)
    title = tag("h3", "What the stores must bring")
    if found is None:
        words = "The sources cover every need of this run at every step: no store is called on."
        return tag("div", title, tag("p", words))
    return tag(
        "div",
        title,
        _said(view, found, need),
        _whole(view, deep, found),
        _spell(view, deep, found, need),
    )


def _said(view: View, found: RunDown, need: Floats) -> Markup:
    series = view.series
    fitted = float(series.fitted[found.last])
    load = float(need[found.first : found.last + 1].mean())
    beyond = found.deepest - fitted
    verdict = (
        join(", ", datum(fitted - found.deepest, "J"), " more than that.")
        if beyond <= 0.0
        else join(": ", datum(beyond, "J"), " more is asked, so loads are shed or slept through.")
    )
    hours = say(found.deepest / load, "s") if load > 0.0 else "–"
    return tag(
        "p",
        "The worst run-down asks ",
        datum(found.deepest, "J"),
        f" ({hours} of the load of that time, {say(load, 'W')}) of the stores, from ",
        when(series.instant(found.first), exact=True),
        " to ",
        when(series.instant(found.last + 1), exact=True),
        "; ",
        join("made good by ", when(series.instant(found.refilled + 1)))
        if found.refilled is not None
        else "not made good by the end of the run",
        ". The stores fitted then can give ",
        datum(fitted, "J"),
        verdict,
    )


def _whole(view: View, deep: Floats, found: RunDown) -> Markup:
    series = view.series
    time = series.timeline()
    at = edges(series.count, 900)
    seconds = series.middles(at)
    fitted = series.fitted
    high = max(float(deep.max()), float(fitted.max()))
    factor, unit = scale(high, "J")
    panel = Panel(time, 26.0, 150.0, 0.0, ceiling(1.12 * high / factor), unit)
    top = most(deep, at) / factor
    x, y = time.x((found.last + 1) * series.step), panel.y(found.deepest / factor)
    right = x > 0.5 * (time.left + time.right)
    mark = join(
        tag("circle", cx=x, cy=y, r=4.0, class_="spot"),
        tag(
            "text",
            f"worst: {say(found.deepest, 'J')}",
            x=x - 9.0 if right else x + 9.0,
            y=y + 4.0,
            text_anchor="end" if right else None,
            class_="plan-name halo",
        ),
    )
    body = panel.draw(
        "Deficit: energy owed and not yet brought by the sources",
        panel.band(seconds, np.zeros(len(seconds)), top, "battery", "deficit"),
        panel.line(seconds, mean(fitted, at) / factor, "limit", "stores can give"),
        mark,
    )
    label = f"Deficit of energy through the run, at most {say(found.deepest, 'J')}"
    return figure(
        drawing(
            panel.bottom + 30.0,
            label,
            body,
            time.axis(panel.bottom),
            time=time,
        ),
        "Above zero the sources have brought less than was owed since the stores would last have "
        "been full; the dashed line is what the stores fitted can give. Where the deficit stays "
        "below it, the dark can be lived through; the deepest point names the dark that sizes "
        "the station. Losses of stores and cables, limits of rate and failures are left out.",
        legend=key((("battery", "deficit, deepest of each interval"), ("line limit", "fitted"))),
    )


def _spell(view: View, deep: Floats, found: RunDown, need: Floats) -> Markup:
    series = view.series
    around = int(AROUND // series.step)
    after = found.refilled if found.refilled is not None else series.count
    first = max(found.first - around, 0)
    last = min(after + around, series.count)
    time = series.timeline(first, last)
    at = first + edges(last - first, 900)
    inside = at - first
    seconds = series.middles(at)
    part = slice(first, last)
    offer = series.available if series.available is not None else np.zeros(series.count)
    power, held = np.maximum(need, 0.0)[part], series.held[part]
    factor, unit = scale(max(float(offer[part].max()), float(power.max())), "W")
    high = max(float(offer[part].max()), float(power.max())) / factor
    watts = Panel(time, 26.0, 110.0, 0.0, ceiling(high), unit)
    shown = mean(offer[part], inside) / factor
    wanted = mean(power, inside) / factor
    drawn_power = watts.draw(
        "Offered and needed",
        watts.band(seconds, np.zeros(len(seconds)), shown, "array", "sources could give"),
        watts.line(seconds, wanted, "run", "needed"),
    )
    size = max(float(deep[part].max()), float(series.fitted[part].max()))
    factor, unit = scale(size, "J")
    joules = Panel(time, watts.bottom + 40.0, 110.0, 0.0, ceiling(size / factor), unit)
    drawn_energy = joules.draw(
        "Deficit, and what the stores in fact held",
        joules.band(
            seconds,
            np.zeros(len(seconds)),
            most(deep[part], inside) / factor,
            "battery",
            "deficit",
        ),
        joules.line(seconds, mean(held, inside) / factor, "run", "stores can still give"),
    )
    label = "The worst run-down by itself: power offered and needed, deficit and stores"
    return figure(
        drawing(
            joules.bottom + 30.0,
            label,
            drawn_power,
            drawn_energy,
            time.axis(joules.bottom),
            time=time,
        ),
        "The worst run-down by itself. Short lit spells within it refill less than the next dark "
        "takes, so that several darks add up; what the stores held falls as the deficit rises, and "
        "faster where losses take their share.",
        legend=key(
            (
                ("array", "sources could give"),
                ("line run", "needed (above), what the stores can still give (below)"),
                ("battery", "deficit"),
            )
        ),
    )
