"""The plan of the station: its places, the cables between them, and which way is where."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ilrs.rendering.geometry import Plan, Spot, connections, separation
from ilrs.rendering.markup import Markup, figure, tag
from ilrs.rendering.panel import drawing, nice
from ilrs.rendering.sections.region import SIDE, Projection, bar
from ilrs.rendering.view import View
from ilrs.rendering.wording import say, spoken

Box = tuple[float, float, float, float]
LETTER = 8.0  # how wide a letter of a name is at most, on average, in the drawing's unit


def layout(view: View, plan: Plan) -> Markup:
    """The plan of the places within 30 km of the main one."""
    main = next((s for s in plan.spots if s.name == view.series.main), plan.spots[0])
    near = [s for s in plan.spots if math.hypot(s.x - main.x, s.y - main.y) < 30e3]
    xs, ys = [s.x for s in near], [s.y for s in near]
    cx, cy = 0.5 * (min(xs) + max(xs)), 0.5 * (min(ys) + max(ys))
    half = max(0.78 * (max(xs) - min(xs)), 0.78 * (max(ys) - min(ys)), 250.0)

    def at(x: float, y: float) -> tuple[float, float]:
        return SIDE * (0.5 + 0.5 * (x - cx) / half), SIDE * (0.5 - 0.5 * (y - cy) / half)

    taken: list[Box] = []
    pixels_per_km = SIDE / (2.0 * half) * 1e3
    body = [
        tag("rect", x=0.0, y=0.0, width=SIDE, height=SIDE, class_="ground"),
        _net(half, pixels_per_km),
        _ways(view, plan, at),
        _cables(view, near, at, taken),
        _spots(near, at, taken),
        bar(nice(0.0, half / 1e3, 3)[1], pixels_per_km, SIDE - 16.0, "plan-note"),
        _compass(view, plan),
    ]
    far = [s.name for s in plan.spots if s not in near]
    words = "The places of the station and the cables between them; lengths are straight lines."
    if any(row.get("track") for row in view.rows("traverses")):
        words += " Dashed: ways driven, the wider the more often."
    if far:
        words += f" Farther off: {', '.join(far)}."
    label = "Plan of " + ", ".join(s.name for s in near)
    return figure(drawing(SIDE, label, body, width=SIDE), words, wide=False)


def _net(half: float, pixels_per_km: float) -> Markup:
    step = nice(0.0, half / 1e3, 3)[1] * pixels_per_km
    lines = []
    k = 0
    while k * step < SIDE / 2.0:
        for sign in (1.0, -1.0) if k else (1.0,):
            p = SIDE / 2.0 + sign * k * step
            lines.append(tag("line", x1=p, x2=p, y1=0.0, y2=SIDE, class_="grid"))
            lines.append(tag("line", x1=0.0, x2=SIDE, y1=p, y2=p, class_="grid"))
        k += 1
    return tag("g", lines)


def _ways(view: View, plan: Plan, at: Projection) -> Markup:
    """The ways that vehicles drove."""
    drives: dict[tuple[tuple[float, float], ...], list[dict[str, Any]]] = {}
    for row in view.rows("traverses"):
        track = tuple((a, b) for a, b in row.get("track") or ())
        if track:
            drives.setdefault(min(track, track[::-1]), []).append(row)
    drawn = []
    for track, rows in drives.items():
        points = [at(*plan.put(*point)) for point in track]
        number = sum(row["drives"] for row in rows)
        ends = f"{rows[0]['from']} and {rows[0]['to']}"
        who = ", ".join(f"{spoken(row['robot'])} {row['drives']}" for row in rows)
        drawn.append(
            tag(
                "path",
                tag("title", f"{number} drives between {ends}: {who}"),
                d="M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points),
                class_="way",
                stroke_width=f"{min(1.5 + 0.8 * math.log10(number), 4.0):.1f}",
            )
        )
    return tag("g", drawn)


def _cables(view: View, near: list[Spot], at: Projection, taken: list[Box]) -> Markup:
    spots = {s.name: s for s in near}
    drawn = []
    for a, b, parts in connections(view.series, set(spots)):
        first, last = spots[a], spots[b]
        (x1, y1), (x2, y2) = at(first.x, first.y), at(last.x, last.y)
        length = say(separation(first.row, last.row), "m")
        what = ", ".join(spoken(p) for p in parts)
        title = tag("title", f"{what}: {length}")
        drawn.append(tag("line", title, x1=x1, y1=y1, x2=x2, y2=y2, class_="cable"))
        if math.hypot(x2 - x1, y2 - y1) > 90.0:
            half = 0.5 * LETTER * len(length)
            x, y = 0.5 * (x1 + x2), 0.5 * (y1 + y2) - 6.0
            taken.append((x - half, y - 12.0, x + half, y + 3.0))
            drawn.append(
                tag("text", length, x=x, y=y, class_="plan-note halo", text_anchor="middle")
            )
    return tag("g", drawn)


def _spots(near: list[Spot], at: Projection, taken: list[Box]) -> Markup:
    """Places with their names beside them, where no other word stands."""
    dots = [at(spot.x, spot.y) for spot in near]
    taken += [(x - 7.0, y - 7.0, x + 7.0, y + 7.0) for x, y in dots]
    drawn: list[Markup] = []
    for spot, (x, y) in sorted(zip(near, dots, strict=True), key=lambda s: s[1][1]):
        height = spot.row.get("height_m")
        note = f"{height:.0f} m" if height is not None else ""
        if spot.row.get("coarse"):
            note += " · coarse terrain"
        box, left = _free(x, y, LETTER * max(len(spot.name), len(note)), taken)
        taken.append(box)
        edge, base = (box[2] if left else box[0]), box[1] + 14.0
        anchor = "end" if left else None
        dot = tag("title", spot.row.get("note") or spot.name)
        drawn += [
            tag("path", d=f"M{x:.1f},{y:.1f}L{edge:.1f},{base - 4:.1f}", class_="leader"),
            tag("circle", dot, cx=x, cy=y, r=6.0, class_="spot"),
            tag("text", spot.name, x=edge, y=base, class_="plan-name halo", text_anchor=anchor),
            tag("text", note, x=edge, y=base + 15.0, class_="plan-note halo", text_anchor=anchor),
        ]
    return tag("g", drawn)


def _free(x: float, y: float, wide: float, taken: list[Box]) -> tuple[Box, bool]:
    """Where words of a place at `x`, `y` stand nearest to it and over nothing, and if at its left.

    Where nothing is free the place nearest to it is taken: a name over another beats none.
    """
    sides = (True, False) if x > 0.62 * SIDE else (False, True)
    boxes = []
    for shift in (0.0, *(sign * step * 12.0 for step in range(1, 9) for sign in (1.0, -1.0))):
        for left in sides:
            near = x - 16.0 - wide if left else x + 16.0
            top = y - 10.0 + shift
            boxes.append(((near, top, near + wide, top + 32.0), left))
    inside = [b for b in boxes if min(b[0][:2]) > 0.0 and max(b[0][2:]) < SIDE]
    free = [b for b in inside if not any(_meet(b[0], other) for other in taken)]
    return (free or inside or boxes)[0]


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _compass(view: View, plan: Plan) -> Markup:
    """Arrows to the north and to where the Earth hangs, on average."""
    cx, cy, radius = SIDE - 62.0, 62.0, 36.0
    series = view.series
    arrows = [("north", "N", plan.north)]
    if series.main is not None and "earth_azimuth" in series.data:
        azimuth = series.array("earth_azimuth")[:, series.places.index(series.main)].astype(float)
        mean = math.atan2(float(np.sin(azimuth).mean()), float(np.cos(azimuth).mean()))
        arrows.append(("earth", "Earth", plan.towards(mean)))
    drawn = [tag("circle", cx=cx, cy=cy, r=4.0, class_="grid")]
    for class_, words, (dx, dy) in arrows:
        x, y = cx + radius * dx, cy - radius * dy
        nx, ny = -dy, -dx
        tip = (
            f"M{cx:.1f},{cy:.1f}L{x:.1f},{y:.1f}"
            f"M{x - 8 * dx + 4 * nx:.1f},{y + 8 * dy + 4 * ny:.1f}L{x:.1f},{y:.1f}"
            f"L{x - 8 * dx - 4 * nx:.1f},{y + 8 * dy - 4 * ny:.1f}"
        )
        drawn.append(tag("path", d=tip, class_=f"arrow {class_}"))
        drawn.append(
            tag(
                "text",
                words,
                x=cx + (radius + 13.0) * dx,
                y=cy - (radius + 13.0) * dy + 4.0,
                class_="plan-note halo",
                text_anchor="middle",
            )
        )
    return tag("g", drawn)
