"""The energy story of the darkest month: what came in, who got it, and how near it went."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.bins import Steps, edges, least, mean, spells
from ilrs.rendering.bitmap import LIGHT, picture
from ilrs.rendering.markup import Content, Markup, figure, join, key, section, tag
from ilrs.rendering.panel import LEFT, RIGHT, Panel, ceiling, drawing, strip
from ilrs.rendering.timeline import DAY, Timeline
from ilrs.rendering.view import View
from ilrs.rendering.wording import count, datum, minute, priority, say, spoken, when
from ilrs.rendering.wording import told as words_of

MONTH = 30.0 * DAY
NAMES = {
    "array": "solar arrays",
    "reactor": "fission unit",
    "battery": "batteries",
    "cell": "fuel cell",
    "source": "other sources",
}
TOLD = ("fault", "repair", "arrival", "authority", "dark", "override")
MOST_EVENTS = 18
MODES = {1: ("asleep", "hibernates"), 2: ("waking", "wakes")}
HOLDERS = {1: ("earth-held", "Earth commands"), 2: ("nobody", "nobody commands")}


def month(view: View) -> Markup:
    """The section."""
    series = view.series
    reserve = series.reserve
    if not np.isfinite(reserve).any() or not series.supplies:
        words = "This run has no store of electricity, so there is no reserve to follow."
        return section("month", "The darkest month", tag("p", words))
    lowest = _lowest(view)
    told_when, least_ = (view.part("reserve").get(k) for k in ("when", "least"))
    first, last = window(series.count, lowest, MONTH / series.step)
    at = first + edges(last - first, 720)
    time = series.timeline(first, last)
    told = _told(view, first, last)
    body, height = _panels(view, time, at, told)
    label = (
        f"Electricity from {minute(series.instant(first))} to {minute(series.instant(last))}: "
        f"least reserve {say(float(reserve[lowest]), '')} at {minute(series.instant(lowest + 1))}"
    )
    return section(
        "month",
        "The darkest month" if last - first < series.count else "The run at its darkest",
        figure(
            drawing(height, label, body, time=time),
            "Means over the drawn steps; the reserve is the least in each. What is owed and not "
            "given is hatched. Reserve is energy still drawable, as a share of all that the stores "
            "can hold for use.",
            legend=_legend(view),
        ),
        _events(told),
        lead=join(
            "The stores came closest to empty on ",
            when(told_when or series.instant(lowest + 1), exact=True),
            ", with ",
            datum(float(reserve[lowest]) if least_ is None else least_, ""),
            " of the drawable energy left.",
        ),
    )


def window(count: int, centre: int, length: float) -> tuple[int, int]:
    """Steps of a window of `length` steps with `centre` at six tenths, kept within the run."""
    size = min(max(round(length), 1), count)
    first = min(max(centre - round(0.6 * size), 0), count - size)
    return first, first + size


def _lowest(view: View) -> int:
    told = view.part("reserve").get("when")
    if told:
        return view.series.step_of(told, ends=True)
    return int(np.nanargmin(view.series.reserve))


def _panels(
    view: View, time: Timeline, at: Steps, told: list[dict[str, Any]]
) -> tuple[list[Content], float]:
    series = view.series
    seconds = series.middles(at)
    inside = slice(int(at[0]), int(at[-1]))
    local = at - at[0]

    def means(values: np.ndarray) -> np.ndarray:
        return mean(values[inside], local) / 1e3

    supply = [
        (k, NAMES[k], means(series.supply(k)))
        for k in ("reactor", "array", "source", "battery", "cell")
    ]
    served, owed = (
        [("need", "heaters and radios", means(series.as_needed))],
        means(series.as_needed),
    )
    missing = means(series.unserved)
    for p in series.priorities:
        wanted, given = series.owed(p)
        served.append((f"p{min(p, 4)}", priority(p), means(given)))
        owed = owed + means(wanted)
    away = means(series.stored_away)
    highest = max(
        float(np.nansum([v for _, _, v in supply], axis=0).max(initial=0.0)),
        float(np.nansum([*(v for _, _, v in served), missing, away], axis=0).max(initial=0.0)),
    )
    top = ceiling(highest)
    body: list[Content] = []
    y = 34.0
    body.append(_bubbles(time, told, y))
    for place in _array_places(view):
        lit = mean(series.light(place, 10)[inside], local)[None, :]
        body.append(picture(lit, LIGHT, LEFT, y, RIGHT - LEFT, 13.0))
        body.append(
            tag("text", f"Sun, {place}", x=LEFT - 8.0, y=y + 11.0, class_="tick", text_anchor="end")
        )
        y += 17.0
    y += 24.0
    inflow = Panel(time, y, 150.0, 0.0, top, "kW")
    body.append(inflow.draw("Electricity comes from", inflow.stack(seconds, supply)))
    y += 150.0 + 34.0
    outflow = Panel(time, y, 150.0, 0.0, top, "kW")
    layers = [*served, ("unserved", "owed, not given", missing), ("band", "into stores", away)]
    body.append(
        outflow.draw(
            "and goes to",
            outflow.stack(seconds, layers),
            outflow.line(seconds, owed, "wanted", "wanted"),
        )
    )
    y += 150.0 + 34.0
    shares = Panel(time, y, 120.0, 0.0, 100.0, "%")
    body.append(
        shares.draw(
            "Reserve, run and plan",
            _plan_line(view, shares, inside),
            shares.line(
                seconds, 100.0 * least(series.reserve[inside], local), "run", "reserve, run"
            ),
            _threshold(view, shares),
        )
    )
    y += 120.0 + 14.0
    body += _states(view, time, inside, y)
    y += 17.0 * (len(series.names("sleeper")) + 1) + 4.0
    body.append(time.axis(y))
    return body, y + 26.0


def _array_places(view: View) -> list[str]:
    """Places with solar arrays, by the node that each feeds."""
    series, found = view.series, []
    nodes = series.names("node")
    for s in series.supplies:
        if s.kind == "array":
            node = nodes[int(np.argmax(series.incidence[:, s.flow]))]
            place = node.split("/", 1)[0]
            if place in series.places and place not in found:
                found.append(place)
    return found or ([series.main] if series.main else [])


def _plan_line(view: View, panel: Panel, inside: slice) -> Markup:
    series = view.series
    ends = series.plan_ends
    chosen = (ends >= inside.start) & (ends < inside.stop)
    seconds = (ends[chosen] + 1.0) * series.step
    return panel.line(seconds, 100.0 * series.plan_reserve[chosen], "plan", "reserve, plan")


def _threshold(view: View, panel: Panel) -> Markup | None:
    for mission in view.missions:
        for objective in mission["objectives"]:
            if objective.get("metric") == "energy.least_reserve" and objective["threshold"]:
                limit = 100.0 * objective["threshold"]
                return panel.level(limit, f"objective, {say(objective['threshold'], '')}")
    return None


def _states(view: View, time: Timeline, inside: slice, y: float) -> list[Markup]:
    series, drawn = view.series, []
    for i, name in enumerate(series.names("sleeper")):
        mode = series.array("mode")[inside, i]
        drawn.append(_state(view, time, inside.start, mode, y, name.replace("-", " "), MODES))
        y += 17.0
    holder = series.array("authority")[inside]
    drawn.append(_state(view, time, inside.start, holder, y, "authority", HOLDERS))
    return drawn


def _state(
    view: View,
    time: Timeline,
    first: int,
    states: np.ndarray,
    y: float,
    label: str,
    meanings: dict[int, tuple[str, str]],
) -> Markup:
    bars, step = [], view.series.step
    for state, (class_, words) in meanings.items():
        for a, b in spells(states == state):
            since = minute(view.series.instant(first + a))
            said = f"{label} {words} from {since} for {say((b - a) * step, 's')}"
            bars.append(((first + a) * step, (first + b) * step, class_, said))
    return strip(time, y, 13.0, bars, label)


def _told(view: View, first: int, last: int) -> list[dict[str, Any]]:
    """The events of the window worth a number: those that matter most, in order of time."""
    step = view.series.step
    found = [
        e for e in view.events_of(*TOLD) if max(first * step, 1.0) <= e["second"] < last * step
    ]
    ranked = sorted(found, key=lambda e: (TOLD.index(e["kind"]), e["second"]))[:MOST_EVENTS]
    return sorted(ranked, key=lambda e: (e["second"], e["subject"]))


def _bubbles(time: Timeline, told: list[dict[str, Any]], bottom: float) -> Markup:
    """Numbered marks over the drawing, pushed apart where they would overlap."""
    drawn, last = [], -100.0
    for i, event in enumerate(told, 1):
        at = time.x(float(event["second"]))
        x = max(at, last + 17.0)
        last = x
        words = f"{minute(event['instant'])}: {spoken(event['subject'])}: {words_of(event['text'])}"
        drawn.append(
            tag(
                "g",
                tag("title", words),
                tag("path", d=f"M{x:.1f},18L{at:.1f},{bottom - 4:.1f}", class_="now"),
                tag("circle", cx=x, cy=10.0, r=8.0, class_="bubble"),
                tag("text", str(i), x=x, y=13.5, class_="bubble-text"),
            )
        )
    return tag("g", drawn)


def _events(told: list[dict[str, Any]]) -> Markup | None:
    if not told:
        return None
    return tag(
        "ol",
        (
            tag(
                "li",
                when(e["instant"], exact=True),
                f" · {spoken(e['subject'])}: {words_of(e['text'])}",
            )
            for e in told
        ),
        class_="events",
        aria_label=count(len(told), "event") + " of this window",
    )


def _legend(view: View) -> Markup:
    kinds = {s.kind for s in view.series.supplies}
    shown = [(k, NAMES[k]) for k in NAMES if k in kinds]
    shown.append(("need", "heaters and radios"))
    shown += [(f"p{min(p, 4)}", priority(p)) for p in view.series.priorities]
    shown += [
        ("unserved", "owed, not given"),
        ("band", "into stores"),
        ("line run", "reserve, run"),
        ("line plan", "reserve, plan"),
        ("asleep", "hibernates"),
        ("waking", "wakes"),
        ("earth-held", "Earth commands"),
        ("nobody", "nobody commands"),
    ]
    return key(shown)
