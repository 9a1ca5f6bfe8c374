"""The regional map: relief around the pole, names, graticule, and where the site is."""

from __future__ import annotations

import math
from collections.abc import Callable

from ilrs.rendering.bitmap import RELIEF, picture
from ilrs.rendering.geometry import Plan, polar
from ilrs.rendering.landmarks import SOUTH
from ilrs.rendering.markup import Markup, figure, join, number, tag
from ilrs.rendering.panel import drawing, nice
from ilrs.rendering.relief import reach, relief

Projection = Callable[[float, float], tuple[float, float]]
SIDE = 560.0
PIXELS = 720


def region(plan: Plan) -> Markup:
    """The relief around the pole with the site on it."""
    covered = [r for s in plan.spots if 1.2 * (r := math.hypot(s.x, s.y)) <= reach()]
    if not plan.polar or not covered:
        words = "The packaged relief covers the Moon south of 70 S; this site lies outside it."
        return tag("p", words, class_="small")
    half = max(115e3, 1.2 * max(covered))

    def at(x: float, y: float) -> tuple[float, float]:
        return SIDE * (0.5 + 0.5 * x / half), SIDE * (0.5 - 0.5 * y / half)

    names = []
    for name, lat, lon in SOUTH:
        x, y = polar(lat, lon)
        if max(abs(x), abs(y)) < 0.93 * half and math.hypot(x, y) > 0.0:
            px, py = at(x, y)
            names.append(
                tag("text", name, x=px, y=py + 4.0, class_="landmark", text_anchor="middle")
            )
    body = [
        picture(relief(half, PIXELS), RELIEF, 0.0, 0.0, SIDE, SIDE, smooth=True),
        _graticule(half, at),
        join(names),
        _site_mark(plan, at),
        bar(nice(0.0, half / 2e3, 2)[1], SIDE / (2.0 * half) * 1e3, SIDE - 14.0, "on-map"),
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


def _graticule(half: float, at: Projection) -> Markup:
    drawn = []
    every = 1.0 if half < 200e3 else 2.0 if half < 350e3 else 5.0
    scale = SIDE / (2.0 * half)
    latitude = -90.0 + every
    while (radius := math.hypot(*polar(latitude, 0.0))) < half * 1.3:
        x, y = at(*polar(latitude, 315.0))
        cx, cy = at(0.0, 0.0)
        drawn.append(tag("circle", cx=cx, cy=cy, r=radius * scale, class_="graticule"))
        if 0.0 < x < SIDE and 0.0 < y < SIDE:
            drawn.append(
                tag("text", f"{-latitude:g}° S", x=x + 2.0, y=y - 2.0, class_="on-map faint")
            )
        latitude += every
    for meridian in range(0, 360, 30):
        first = polar(-90.0 + every, meridian)
        size = 1.5 * half
        x1, y1 = at(*first)
        x2, y2 = at(
            size * math.sin(math.radians(meridian)), size * math.cos(math.radians(meridian))
        )
        drawn.append(tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="graticule"))
    cx, cy = at(0.0, 0.0)
    drawn.append(
        tag("path", d=f"M{cx - 6:.1f},{cy:.1f}h12M{cx:.1f},{cy - 6:.1f}v12", class_="pole")
    )
    drawn.append(
        tag("text", "90° E", x=SIDE - 6.0, y=cy - 5.0, class_="on-map faint", text_anchor="end")
    )
    drawn.append(tag("text", "90° W", x=6.0, y=cy - 5.0, class_="on-map faint"))
    return tag("g", drawn)


def _site_mark(plan: Plan, at: Projection) -> Markup:
    """One ring and name for spots that the map cannot tell apart."""
    drawn: list[Markup] = []
    placed: list[tuple[float, float, list[str]]] = []
    for spot in plan.spots:
        x, y = at(spot.x, spot.y)
        if not (0.0 < x < SIDE and 0.0 < y < SIDE):
            continue  # a sortie far from the pole
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
            tag(
                "path",
                d=f"M{number(x + (-6 if left else 6))},{number(y + 6)} "
                f"{number(end)},{number(y + 40)}",
                class_="site-line",
            ),
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


def bar(kilometres: float, pixels_per_km: float, y: float, class_: str) -> Markup:
    """A bar of scale at the lower left."""
    x, width = 14.0, kilometres * pixels_per_km
    path = f"M{x:.1f},{y - 5:.1f}v5h{width:.1f}v-5"
    words = f"{kilometres:g} km" if kilometres >= 1.0 else f"{1e3 * kilometres:g} m"
    return tag(
        "g",
        tag("path", d=path, class_=f"{class_} bar"),
        tag("text", words, x=x + 5.0, y=y - 7.0, class_=class_),
    )
