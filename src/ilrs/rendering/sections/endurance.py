"""How long the station keeps itself alive when Earth sends nothing more."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.markup import Markup, figure, tag
from ilrs.rendering.panel import Panel, drawing
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View
from ilrs.rendering.wording import digits, say, when


def endurance(view: View) -> Markup | None:
    """A sentence, and the curve by start where some start does not last; None where not looked."""
    found = view.part("endurance")
    if not found:
        return None
    return tag(
        "div",
        tag("h3", "Without Earth"),
        tag("p", *_said(found)),
        _curve(view, found) if found["share_at_cap"] < 1.0 else None,
    )


def _said(found: dict[str, Any]) -> tuple[str | Markup, ...]:
    cap = f"{digits(found['cap_d'])} days"
    begun = (
        f"With no new plan from Earth, the uploaded one lasting {digits(found['plan_lasts_d'])} "
        "days and rules alone after that, keep-alive loads were served for "
    )
    starts = f"{found['starts']} starts, one every {digits(found['every_h'])} h"
    if found["share_at_cap"] >= 1.0:
        return (begun, f"{cap}, which is as far as is looked, from every one of {starts}.")
    worst = found["worst"]
    whole = say(found["share_at_cap"], "") if found["share_at_cap"] else "none"
    return (
        begun,
        f"{cap}, which is as far as is looked, from {whole} of {starts}; "
        f"half of all lasted {digits(found['days']['p50'])} days or more, and the worst, from ",
        when(worst["begins"]),
        f", {digits(worst['days'])} days.",
    )


def _curve(view: View, found: dict[str, Any]) -> Markup:
    series = view.series
    time = series.timeline()
    days = np.array(found["least_by_day"], dtype=np.float64)
    seconds = (found["first_day"] + np.arange(days.size) + 0.5) * DAY
    panel = Panel(time, 26.0, 110.0, 0.0, float(found["cap_d"]), "d")
    ticks = (0.0, found["plan_lasts_d"], found["cap_d"] / 2.0, found["cap_d"])
    body = panel.draw(
        "Days to the first keep-alive violation, by the day Earth falls silent",
        panel.line(seconds, days, "run", "lasts"),
        panel.level(found["plan_lasts_d"], "the uploaded plan ends"),
        ticks=ticks,
    )
    return figure(
        drawing(
            panel.bottom + 30.0, "Endurance by start", body, time.axis(panel.bottom), time=time
        ),
        "The least of each day's starts; failures are those of the run. What began later than "
        f"{digits(found['cap_d'])} days before the end is not looked at.",
    )
