"""Budgets: where the energy went, what every facility weighs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.rendering.markup import Markup, details, figure, section, table, tag
from ilrs.rendering.panel import WIDTH, drawing
from ilrs.rendering.sections.mass import mass
from ilrs.rendering.series import ELECTRICITY
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, say, spoken

TALL, NODE, GAP, ROOM = 400.0, 14.0, 8.0, 250.0
SLOT = 17.0
"""Least height [px] that a line of words takes."""


def budgets(view: View) -> Markup:
    """The section."""
    energy = view.part("energy")
    return section(
        "budgets",
        "Budgets",
        _flows(view, energy) if energy else tag("p", "The assessment holds no energy budget."),
        _sources(energy) if energy else None,
        _sinks(view, energy) if energy else None,
        mass(view),
        lead="Energy over the whole run, and the mass that has to be landed.",
    )


def _ends(view: View, energy: dict[str, Any]) -> list[tuple[str, str, float]]:
    """Where electricity ends up (words, class, J), largest first, losses last."""
    by_facility: dict[str, float] = {}
    for sink in energy["sinks"]:
        facility = sink["name"].split("/", 1)[0]
        by_facility[facility] = by_facility.get(facility, 0.0) + sink["served_j"]
    ends = [(spoken(f), "p1", e) for f, e in by_facility.items() if e > 0.0]
    ends.sort(key=lambda e: -e[2])
    losses = [
        ("lost in batteries", _round_trip(view)),
        ("lost in fuel cells", _converted(view)),
        ("lost in cables", sum(link["lost_j"] for link in energy["links"])),
        ("dumped", float(energy.get("dumped_j") or 0.0)),
    ]
    return ends + [(words, "loss", e) for words, e in losses if e > 0.0]


def _round_trip(view: View) -> float:
    """Electricity [J] put into batteries and not given back, nor still there."""
    series = view.series
    nodes = series.names("store_node")
    lost = 0.0
    for i, name in enumerate(series.names("store")):
        if nodes[i].endswith(ELECTRICITY):
            into = series.rate[:, series.flow_index[f"{name}.charge"]].sum() * series.step
            out = series.rate[:, series.flow_index[f"{name}.discharge"]].sum() * series.step
            kept = series.content[-1, i] - series.array("initial")[i]
            lost += float(into - out - kept)
    return lost


def _converted(view: View) -> float:
    """Electricity [J] that converters take beyond what they give."""
    series = view.series
    electric = np.array([n.endswith(ELECTRICITY) for n in series.names("node")], dtype=np.bool_)
    kinds = np.array(series.names("flow_kind"))
    gain = np.where(kinds == "converter", series.incidence[electric].sum(axis=0), 0.0)
    return float(-(series.rate.sum(axis=0) @ gain) * series.step)


def _flows(view: View, energy: dict[str, Any]) -> Markup | None:
    """Sources to the left, ends to the right, electricity between them."""
    series = view.series
    kinds = {s.name: s.kind for s in series.supplies}
    sources = [
        (spoken(s["name"]), kinds.get(s["name"], "source"), s["energy_j"])
        for s in energy["sources"]
        if s["energy_j"] > 0.0
    ]
    ends = _ends(view, energy)
    if not sources or not ends:
        return None
    left, right = (sum(e for _, _, e in side) for side in (sources, ends))
    whole = max(left, right)
    size = min(per_joule([e for _, _, e in side]) for side in (sources, ends))
    middle = 0.5 * WIDTH
    bus_top = 20.0 + 0.5 * (TALL - whole * size)
    body: list[Markup | None] = []
    body += _side(sources, ROOM, middle - NODE / 2.0, bus_top, size, left_hand=True)
    body += _side(ends, WIDTH - ROOM - NODE, middle + NODE / 2.0, bus_top, size, left_hand=False)
    body.append(
        tag(
            "rect",
            x=middle - NODE / 2.0,
            y=bus_top,
            width=NODE,
            height=whole * size,
            class_="bus",
        )
    )
    words = f"{say(left, 'J')} of electricity"
    body.append(
        tag("text", words, x=middle, y=bus_top - 8.0, text_anchor="middle", class_="panel-title")
    )
    told = "; ".join(f"{w} {say(e, 'J')}" for w, _, e in sources + ends)
    return figure(
        drawing(TALL + 40.0, f"Electricity: {told}", body),
        "Electricity from its sources to where it ended up. Differences between the sides are what "
        "the stores hold more or less at the end than at the beginning.",
    )


def per_joule(energies: list[float]) -> float:
    """Pixels a joule at which every part has its height, or a line's where that is more."""
    room = TALL - GAP * len(energies)
    scale = room / sum(energies)
    for _ in energies:
        small = [e for e in energies if e * scale < SLOT]
        large = sum(e for e in energies if e * scale >= SLOT)
        scale = min(scale, max(room - SLOT * len(small), SLOT) / large) if large > 0.0 else scale
    return scale


def _side(
    parts: list[tuple[str, str, float]],
    x: float,
    bus: float,
    bus_top: float,
    per_joule: float,
    *,
    left_hand: bool,
) -> list[Markup | None]:
    """Bars of one side with their words, and ribbons to the bus."""
    heights = [e * per_joule for _, _, e in parts]
    slots = [max(h, SLOT) for h in heights]
    gap = (TALL - sum(slots)) / len(parts)
    slot_top, b = 20.0 + gap / 2.0, bus_top
    edge = x + NODE if left_hand else x
    bend = 0.5 * (edge + bus)
    drawn: list[Markup | None] = []
    for (words, class_, energy), height, slot in zip(parts, heights, slots, strict=True):
        y = slot_top + 0.5 * (slot - height)
        shape = (
            f"M{edge:.1f},{y:.1f}C{bend:.1f},{y:.1f} {bend:.1f},{b:.1f} {bus:.1f},{b:.1f}"
            f"V{b + height:.1f}C{bend:.1f},{b + height:.1f} {bend:.1f},{y + height:.1f} "
            f"{edge:.1f},{y + height:.1f}Z"
        )
        said = f"{words}: {say(energy, 'J')}"
        drawn.append(tag("path", tag("title", said), d=shape, class_=f"ribbon {class_}"))
        drawn.append(tag("rect", x=x, y=y, width=NODE, height=max(height, 1.0), class_=class_))
        at = x - 8.0 if left_hand else x + NODE + 8.0
        anchor = "end" if left_hand else None
        middle = y + height / 2.0
        tall = height > 2.0 * SLOT
        value = tag("tspan", "" if tall else " · ", say(energy, "J"), class_="tick")
        if tall:
            drawn.append(tag("text", value, x=at, y=middle + 13.0, text_anchor=anchor))
        beside = None if tall else value
        drawn.append(
            tag("text", words, beside, x=at, y=middle + (-2.0 if tall else 4.0), text_anchor=anchor)
        )
        slot_top += slot + gap
        b += height
    return drawn


def _sources(energy: dict[str, Any]) -> Markup:
    rows = [
        (
            spoken(s["name"]),
            datum(s["available_j"], "J"),
            datum(s["energy_j"], "J"),
            datum(s["energy_j"] / s["available_j"] if s["available_j"] else None, ""),
        )
        for s in energy["sources"]
    ]
    head = ("Source", "Could have given", "Gave", "Used")
    return table(
        head,
        rows,
        numbers=(1, 2, 3),
        caption="What was not used had neither load nor room in a store.",
    )


def _sinks(view: View, energy: dict[str, Any]) -> Markup:
    rows = [
        (
            spoken(s["name"]),
            str(s["priority"]),
            datum(s["wanted_j"], "J"),
            datum(s["served_j"], "J"),
            datum(s["served_j"] / s["wanted_j"] if s["wanted_j"] else None, ""),
        )
        for s in energy["sinks"]
    ]
    head = ("Load", "Priority", "Wanted", "Got", "Share")
    return details("Every load", table(head, rows, numbers=(1, 2, 3, 4)))
