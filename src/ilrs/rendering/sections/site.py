"""The site: where it is around the pole, and how its places lie to each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ilrs.rendering.bitmap import RELIEF, picture
from ilrs.rendering.geometry import Plan, Spot, connections, plan_of, polar, separation
from ilrs.rendering.landmarks import SOUTH
from ilrs.rendering.markup import Content, Markup, figure, join, number, section, table, tag
from ilrs.rendering.panel import drawing, nice
from ilrs.rendering.relief import reach, relief
from ilrs.rendering.view import View
from ilrs.rendering.wording import NONE, datum, digits, say, spoken

SIDE = 560.0
PIXELS = 720


def site(view: View) -> Markup:
    """The section."""
    rows = [r for r in view.rows("places") if r.get("kind") == "ground"]
    plan = plan_of(rows, view.series.main)
    if plan is None:
        return section("site", "Site", tag("p", "The assessment names no place on the ground."))
    maps: list[Content] = [_region(plan), _close(view, plan)]
    others = [r for r in view.rows("places") if r.get("kind") == "orbit" and r.get("note")]
    return section(
        "site",
        "Site",
        tag("div", maps, class_="pair"),
        _table(rows),
        [tag("p", tag("b", f"{spoken(r['name'])}: "), r["note"], class_="small") for r in others],
        lead=next((r["note"] for r in rows if r["name"] == view.series.main and r.get("note")), None),
    )


def _table(rows: list[dict[str, Any]]) -> Markup:
    def row(r: dict[str, Any]) -> Sequence[Content]:
        return (
            join(r["name"], tag("small", r["note"]) if r.get("note") else None),
            f"{r['latitude_deg']:.4f}°".replace("-", "−"),
            f"{r['longitude_deg']:.4f}° E",
            datum(r.get("height_m"), "m") if r.get("height_m") is None else f"{r['height_m']:.0f} m",
            NONE if r.get("slope_deg") is None else f"{digits(r['slope_deg'])}°",
            datum(r.get("mean_light_2m"), ""),
            datum(r.get("mean_light_10m"), ""),
            datum(r.get("earth_in_view"), ""),
            tag("b", "coarse", class_="flag") if r.get("coarse") else "fine",
        )

    head = ("Place", "Latitude", "Longitude", "Height", "Slope", "Light at 2 m", "at 10 m", "Earth in view", "Terrain")
    return table(
        head,
        (row(r) for r in rows),
        numbers=range(1, 8),
        caption="Places on the ground. Light is the mean lit share of the Sun's disc over the run; "
        "height is above the 1737.4 km sphere.",
    )


# The map


def _region(plan: Plan) -> Markup:
    farthest = max(math.hypot(s.x, s.y) for s in plan.spots)
    half = max(115e3, 1.2 * farthest)
    if not plan.polar or half > reach():
        words = "The packaged relief covers the Moon south of 70 S; this site lies outside it."
        return tag("p", words, class_="small")

    def at(x: float, y: float) -> tuple[float, float]:
        return SIDE * (0.5 + 0.5 * x / half), SIDE * (0.5 - 0.5 * y / half)

    names = []
    for name, lat, lon in SOUTH:
        x, y = polar(lat, lon)
        if max(abs(x), abs(y)) < 0.93 * half and math.hypot(x, y) > 0.0:
            px, py = at(x, y)
            names.append(tag("text", name, x=px, y=py + 4.0, class_="landmark", text_anchor="middle"))
    body = [
        picture(relief(half, PIXELS), RELIEF, 0.0, 0.0, SIDE, SIDE, smooth=True),
        _graticule(half, at),
        join(names),
        _site_mark(plan, at),
        _bar(nice(0.0, half / 2e3, 2)[1], SIDE / (2.0 * half) * 1e3, SIDE - 14.0, "on-map"),
        tag("text", "Earth ↑", x=SIDE / 2.0 + 8.0, y=18.0, class_="on-map strong"),
        tag("text", "far side ↓", x=SIDE / 2.0 + 8.0, y=SIDE - 10.0, class_="on-map"),
    ]
    label = f"Relief around the south pole, {half / 1e3:.0f} km to every side, with the site marked"
    return figure(
        drawing(SIDE, label, body, width=SIDE),
        "Around the pole, on the polar stereographic plane. Relief from packaged LOLA heights "
        "averaged over 1.6 km, lit from the upper left for reading, not as the Sun does.",
        wide=False,
    )


def _graticule(half: float, at: Any) -> Markup:
    drawn = []
    every = 1.0 if half < 200e3 else 2.0 if half < 350e3 else 5.0
    scale = SIDE / (2.0 * half)
    latitude = -90.0 + every
    while (radius := math.hypot(*polar(latitude, 0.0))) < half * 1.3:
        x, y = at(*polar(latitude, 315.0))
        cx, cy = at(0.0, 0.0)
        drawn.append(tag("circle", cx=cx, cy=cy, r=radius * scale, class_="graticule"))
        if 0.0 < x < SIDE and 0.0 < y < SIDE:
            drawn.append(tag("text", f"{-latitude:g}° S", x=x + 2.0, y=y - 2.0, class_="on-map faint"))
        latitude += every
    for meridian in range(0, 360, 30):
        first = polar(-90.0 + every, meridian)
        size = 1.5 * half
        x1, y1 = at(*first)
        x2, y2 = at(size * math.sin(math.radians(meridian)), size * math.cos(math.radians(meridian)))
        drawn.append(tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="graticule"))
    cx, cy = at(0.0, 0.0)
    drawn.append(tag("path", d=f"M{cx - 6:.1f},{cy:.1f}h12M{cx:.1f},{cy - 6:.1f}v12", class_="pole"))
    drawn.append(tag("text", "90° E", x=SIDE - 6.0, y=cy - 5.0, class_="on-map faint", text_anchor="end"))
    drawn.append(tag("text", "90° W", x=6.0, y=cy - 5.0, class_="on-map faint"))
    return tag("g", drawn)


def _site_mark(plan: Plan, at: Any) -> Markup:
    """One ring and name for spots that the map cannot tell apart."""
    drawn: list[Markup] = []
    placed: list[tuple[float, float, list[str]]] = []
    for spot in plan.spots:
        x, y = at(spot.x, spot.y)
        near = next((p for p in placed if math.hypot(p[0] - x, p[1] - y) < 16.0), None)
        if near:
            near[2].append(spot.name)
        else:
            placed.append((x, y, [spot.name]))
    for x, y, names in placed:
        words = "the site" if len(names) > 1 and len(placed) == 1 else ", ".join(names)
        left = x > 0.6 * SIDE
        end = x - 46.0 if left else x + 46.0
        drawn += [
            tag("title", ", ".join(names)),
            tag("circle", cx=x, cy=y, r=8.0, class_="site-ring"),
            tag("circle", cx=x, cy=y, r=2.2, class_="site-dot"),
            tag("path", d=f"M{number(x + (-6 if left else 6))},{number(y + 6)} L{number(end)},{number(y + 40)}", class_="site-line"),
            tag(
                "text",
                words,
                x=end + (-3.0 if left else 3.0),
                y=y + 50.0,
                class_="site-name",
                text_anchor="end" if left else None,
            ),
        ]
    return tag("g", drawn)


def _bar(kilometres: float, pixels_per_km: float, y: float, class_: str) -> Markup:
    x, width = 14.0, kilometres * pixels_per_km
    path = f"M{x:.1f},{y - 5:.1f}v5h{width:.1f}v-5"
    words = f"{kilometres:g} km" if kilometres >= 1.0 else f"{1e3 * kilometres:g} m"
    return tag(
        "g",
        tag("path", d=path, class_=f"{class_} bar"),
        tag("text", words, x=x + 5.0, y=y - 7.0, class_=class_),
    )


# The plan


def _close(view: View, plan: Plan) -> Markup:
    main = next((s for s in plan.spots if s.name == view.series.main), plan.spots[0])
    near = [s for s in plan.spots if math.hypot(s.x - main.x, s.y - main.y) < 30e3]
    xs, ys = [s.x for s in near], [s.y for s in near]
    cx, cy = 0.5 * (min(xs) + max(xs)), 0.5 * (min(ys) + max(ys))
    half = max(0.78 * (max(xs) - min(xs)), 0.78 * (max(ys) - min(ys)), 250.0)

    def at(x: float, y: float) -> tuple[float, float]:
        return SIDE * (0.5 + 0.5 * (x - cx) / half), SIDE * (0.5 - 0.5 * (y - cy) / half)

    pixels_per_km = SIDE / (2.0 * half) * 1e3
    body = [
        tag("rect", x=0.0, y=0.0, width=SIDE, height=SIDE, class_="ground"),
        _net(half, pixels_per_km),
        _cables(view, near, at),
        _spots(near, at),
        _bar(nice(0.0, half / 1e3, 3)[1], pixels_per_km, SIDE - 16.0, "plan-note"),
        _compass(view, plan),
    ]
    far = [s.name for s in plan.spots if s not in near]
    words = "The places of the station and the cables between them; lengths are straight lines."
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


def _cables(view: View, near: list[Spot], at: Any) -> Markup:
    spots = {s.name: s for s in near}
    drawn = []
    for a, b, parts in connections(view.series, set(spots)):
        first, last = spots[a], spots[b]
        (x1, y1), (x2, y2) = at(first.x, first.y), at(last.x, last.y)
        length = say(separation(first.row, last.row), "m")
        what = ", ".join(spoken(p) for p in parts)
        drawn.append(
            tag(
                "line", tag("title", f"{what}: {length}"), x1=x1, y1=y1, x2=x2, y2=y2, class_="cable"
            )
        )
        if math.hypot(x2 - x1, y2 - y1) > 90.0:
            x, y = 0.5 * (x1 + x2), 0.5 * (y1 + y2)
            drawn.append(tag("text", length, x=x, y=y - 6.0, class_="plan-note halo", text_anchor="middle"))
    return tag("g", drawn)


def _spots(near: list[Spot], at: Any) -> Markup:
    """Places with their names beside them, kept apart."""
    drawn: list[Markup] = []
    taken: dict[bool, list[float]] = {True: [], False: []}
    for spot in sorted(near, key=lambda s: -s.y):
        x, y = at(spot.x, spot.y)
        left = x > 0.62 * SIDE
        name_y = y + 4.0
        for other in taken[left]:
            if abs(name_y - other) < 36.0:
                name_y = other + 36.0
        taken[left].append(name_y)
        edge = x - 16.0 if left else x + 16.0
        height = spot.row.get("height_m")
        note = f"{height:.0f} m" if height is not None else ""
        if spot.row.get("coarse"):
            note += " · coarse terrain"
        anchor = "end" if left else None
        drawn += [
            tag("path", d=f"M{x:.1f},{y:.1f}L{edge:.1f},{name_y - 4:.1f}", class_="leader"),
            tag("circle", tag("title", spot.row.get("note") or spot.name), cx=x, cy=y, r=6.0, class_="spot"),
            tag("text", spot.name, x=edge, y=name_y, class_="plan-name halo", text_anchor=anchor),
            tag("text", note, x=edge, y=name_y + 15.0, class_="plan-note halo", text_anchor=anchor),
        ]
    return tag("g", drawn)


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
