"""The page of a route: where it runs over light and slope, its profile, its times and its terms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.planning.route import Route
from ilrs.planning.routes import Going
from ilrs.rendering.bitmap import LIGHT, Stops, picture, ramp
from ilrs.rendering.markup import Markup, join, number, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.rendering.panel import ceiling, nice, trace

Floats = NDArray[np.float64]

WIDTH = 560.0  # of a map, in the drawing's own unit
PIXELS = 700  # of an image along its longer side; larger maps are averaged
BROAD, PANEL, LEFT = 1080.0, 120.0, 70.0  # of the profile
SLOPE: Stops = (
    (0.0, (24, 44, 52)),
    (0.5, (72, 132, 118)),
    (0.8, (214, 188, 106)),
    (1.0, (196, 78, 52)),
)
STYLE = """
.maps { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr));
  gap: 1.6rem; }
.maps figure { margin: 0; min-width: 0; } .maps svg { display: block; width: 100%; height: auto; }
.maps image { image-rendering: pixelated; } .maps h3 { margin: 0 0 .4rem; }
.maps .scale { display: flex; align-items: center; gap: .5rem; font-size: .84rem; }
.way { fill: none; stroke: #fff; stroke-width: 4.4; stroke-linejoin: round; stroke-linecap: round; }
.way.over { stroke: #d1206e; stroke-width: 2.2; }
.end { fill: #fff; stroke: #12141d; stroke-width: 1.5; } .wait { fill: #d1206e; stroke: #fff; }
.maps text { font: 12px var(--sans); fill: #fff; stroke: #12141d; stroke-width: 2.8;
  paint-order: stroke; }
.maps .net { stroke: #ffffff; stroke-opacity: .25; stroke-width: 1; }
.profile text { font: 11px var(--sans); fill: var(--soft); }
.profile .name { fill: var(--ink); font-weight: 600; }
.profile .gridline { stroke: var(--line); } .profile path { fill: none; stroke-width: 1.8; }
.profile .ground { stroke: var(--ink); } .profile .slope { stroke: #c4553a; }
.profile .battery { stroke: #1f8f76; } .profile .sun { stroke: #e2a411; }
.profile .limit { stroke: var(--bad); stroke-dasharray: 5 4; }
.tiles { grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr));
  margin-bottom: 1.6rem; }
.tiles dd.value { font-size: 1.5rem; }
td, th { overflow-wrap: anywhere; }
"""


def route_page(routes: Sequence[Route], ground: Going, lit_share: Floats) -> str:
    """The page of a journey of one or more `routes` over one ground, as HTML that needs no more.

    `lit_share` (ny, nx) [1] is the share of the journey's time in which each cell is lit.
    """
    first, last = routes[0], routes[-1]
    title = f"{first.origin} to {last.target}"
    kind = str(first.facts.get("result", "route")).capitalize()
    sums = first.summary()
    when = f"leaves {sums['begins'][:16].replace('T', ' ')}, arrives " + last.summary()["arrives"][
        :16
    ].replace("T", " ")
    beware = first.facts.get("beware")
    warning = (
        tag("div", tag("p", str(beware)[0].upper() + str(beware)[1:] + "."), class_="warnings")
        if beware
        else None
    )
    return whole_page(
        title,
        heading(kind, title, period(f"{when} UTC")),
        tag("section", warning, _tiles(routes), _maps(routes, ground, lit_share), id="opening"),
        _profile(routes, ground),
        _legs(routes),
        _waits(routes),
        _foundations(first),
        style=STYLE,
    )


def _tiles(routes: Sequence[Route]) -> Markup:
    sums = [route.summary() for route in routes]
    length = sum(s["distance_m"] for s in sums)
    energy = sum(s["energy_j"] for s in sums)
    lasts = sum(s["duration_s"] for s in sums)
    lit = sum(s["lit_share_of_time"] * s["duration_s"] for s in sums) / max(lasts, 1e-9)
    tiles = (
        ("Distance", f"{length / 1e3:.2f} km", "over the ground, cell to cell"),
        ("Time", _hours(lasts), f"of it waiting {_hours(sum(s['waiting_s'] for s in sums))}"),
        ("Energy", f"{energy / 3.6e6:.2f} kWh", f"{energy / 3.6 / max(length, 1.0):.0f} Wh/km"),
        (
            "Steepest",
            f"{max(s['steepest_deg'] for s in sums):.1f}°",
            f"limit {routes[0].facts['slope_limit_deg']:.1f}°",
        ),
        ("Lit", f"{100 * lit:.0f} %", "of the time"),
        (
            "Battery at least",
            f"{100 * min(s['least_battery_share'] for s in sums):.0f} %",
            "begun full",
        ),
    )
    return tag(
        "dl",
        (
            tag("div", tag("dt", name), tag("dd", value, class_="value"), tag("dd", note))
            for name, value, note in tiles
        ),
        class_="tiles",
    )


class _View:
    """How map coordinates [m] lie on a drawing `WIDTH` wide, +y up: the way with a margin."""

    def __init__(self, routes: Sequence[Route], ground: Going) -> None:
        grid = ground.grid
        xs = np.concatenate([route.columns["x_m"] for route in routes])
        ys = np.concatenate([route.columns["y_m"] for route in routes])
        span = max(float(np.ptp(xs)), float(np.ptp(ys)), 20.0 * ground.cell)
        half = 0.5 * span + max(0.25 * span, 10.0 * ground.cell)
        mid = 0.5 * (xs.min() + xs.max()), 0.5 * (ys.min() + ys.max())
        columns = [(mid[0] + s * half - grid.x0) / grid.dx for s in (-1, 1)]
        rows = [(mid[1] + s * half - grid.y0) / grid.dy for s in (-1, 1)]
        self.rows = slice(max(0, round(min(rows))), min(grid.rows, round(max(rows)) + 1))
        self.columns = slice(
            max(0, round(min(columns))), min(grid.columns, round(max(columns)) + 1)
        )
        edges_x = [grid.x0 + (k - 0.5) * grid.dx for k in (self.columns.start, self.columns.stop)]
        edges_y = [grid.y0 + (k - 0.5) * grid.dy for k in (self.rows.start, self.rows.stop)]
        self.left, self.right = sorted(edges_x)
        self.bottom, self.top = sorted(edges_y)
        self.flip = grid.dy > 0, grid.dx < 0
        self.scale = WIDTH / (self.right - self.left)
        self.height = self.scale * (self.top - self.bottom)

    def at(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def upright(self, values: NDArray[Any]) -> Floats:
        part = np.asarray(values[self.rows, self.columns], np.float64)
        part = part[:: -1 if self.flip[0] else 1, :: -1 if self.flip[1] else 1]
        step = math.ceil(max(part.shape) / PIXELS)
        ny, nx = (n // step * step for n in part.shape)
        if step == 1 or not ny or not nx:
            return part
        blocks = part[:ny, :nx].reshape(ny // step, step, nx // step, step)
        return np.asarray(blocks.mean(axis=(1, 3)))


def _maps(routes: Sequence[Route], ground: Going, lit_share: Floats) -> Markup:
    view = _View(routes, ground)
    limit = math.degrees(ground.limit)
    shaded = _shade(ground)
    light = np.where(np.isfinite(ground.heights), lit_share * (0.55 + 0.45 * shaded), np.nan)
    steep = np.where(ground.closed == 0, np.degrees(ground.slope) / limit, 1.0)
    steep = np.where(ground.closed == 1, np.nan, steep)
    figures = (
        _map(view, routes, light, LIGHT, "Share of the time lit", "never", "always"),
        _map(view, routes, steep, SLOPE, "Slope", "level", f"{limit:.0f}° or closed"),
    )
    return tag("div", *figures, class_="maps")


def _shade(ground: Going) -> Floats:
    """Relief shaded from the upper left, 0 to 1."""
    filled = np.where(np.isfinite(ground.heights), ground.heights, 0.0)
    to_y, to_x = np.gradient(filled, ground.grid.dy, ground.grid.dx)
    shade = 0.5 + 1.2 * (to_x - to_y)
    return np.asarray(np.clip(shade, 0.0, 1.0))


def _map(
    view: _View,
    routes: Sequence[Route],
    values: Floats,
    stops: Stops,
    title: str,
    low: str,
    high: str,
) -> Markup:
    image = picture(view.upright(values), stops, 0.0, 0.0, WIDTH, view.height)
    ways, marks = [], []
    for k, route in enumerate(routes):
        c = route.columns
        xs, ys = view.at(c["x_m"], c["y_m"])
        d = trace(xs, ys)
        ways += [tag("path", d=d, class_="way"), tag("path", d=d, class_="way over")]
        stand = np.flatnonzero((c["departure_s"] - c["arrival_s"])[:-1] > 1.0)
        marks += [
            tag("circle", cx=float(xs[i]), cy=float(ys[i]), r=4.5, class_="wait") for i in stand
        ]
        ends = [(0, route.origin)] if k == 0 else []
        for i, words in [*ends, (-1, route.target)]:
            x, y = float(xs[i]), float(ys[i])
            marks.append(tag("circle", cx=x, cy=y, r=4.5, class_="end"))
            left = x > 0.7 * WIDTH
            marks.append(
                tag(
                    "text",
                    words,
                    x=x - 8.0 if left else x + 8.0,
                    y=y - 7.0,
                    text_anchor="end" if left else None,
                )
            )
    drawn = tag(
        "svg",
        image,
        _net(view),
        tag("g", *ways),
        tag("g", *marks),
        viewBox=f"0 0 {number(WIDTH)} {number(view.height)}",
        role="img",
        aria_label=f"{title} around the way from {routes[0].origin} to {routes[-1].target}",
    )
    return tag(
        "figure", tag("h3", title), drawn, tag("figcaption", ramp(stops, low, high), class_="scale")
    )


def _net(view: _View) -> Markup:
    """Lines every round number of kilometres, and how far apart they are."""
    span = view.right - view.left
    step = next(s for e in range(1, 8) for m in (1, 2, 5) if (s := m * 10.0**e) * 6 >= span)
    lines = []
    for k in range(math.ceil(view.left / step), math.floor(view.right / step) + 1):
        x = (k * step - view.left) * view.scale
        lines.append(tag("line", x1=x, x2=x, y1=0.0, y2=view.height, class_="net"))
    for k in range(math.ceil(view.bottom / step), math.floor(view.top / step) + 1):
        y = (view.top - k * step) * view.scale
        lines.append(tag("line", x1=0.0, x2=WIDTH, y1=y, y2=y, class_="net"))
    words = f"lines every {step / 1e3:g} km" if step >= 1e3 else f"lines every {step:g} m"
    return join(tag("g", *lines), tag("text", words, x=8.0, y=view.height - 9.0))


def _profile(routes: Sequence[Route], ground: Going) -> Markup:
    """Height, slope, light and battery against the distance."""
    offsets = np.concatenate([[0.0], np.cumsum([route.length for route in routes])])
    far = np.concatenate(
        [r.columns["distance_m"] + o for r, o in zip(routes, offsets[:-1], strict=True)]
    )
    if not far[-1] > 0.0:
        return Markup("")

    def over(name: str) -> Floats:
        return np.concatenate([route.columns[name] for route in routes])

    limit = math.degrees(ground.limit)
    panels = (
        ("Height", "m", "ground", over("height_m"), None),
        ("Slope of the ground", "°", "slope", over("slope_deg"), limit),
        ("Sun's disc in view", "%", "sun", 100.0 * over("lit_share"), None),
        ("Battery", "%", "battery", 100.0 * over("battery_share"), None),
    )
    drawn, top = [], 26.0
    for title, unit, class_, values, mark in panels:
        if class_ == "ground":
            low, high = float(values.min()), float(values.max())
            low, high = low - 0.06 * (high - low) - 1.0, high + 0.06 * (high - low) + 1.0
        elif unit == "%":
            low, high = min(0.0, float(values.min())), 100.0
        else:
            low, high = 0.0, ceiling(max(float(values.max()), mark or 0.0))
        drawn.append(_panel(top, title, unit, class_, far, values, (low, high), mark))
        top += PANEL + 44.0
    ticks = []
    for metres in nice(0.0, float(far[-1]), 8):
        x = LEFT + (BROAD - LEFT - 16.0) * metres / far[-1]
        words = f"{metres / 1e3:g} km"
        ticks.append(tag("text", words, x=x, y=top - 22.0, text_anchor="middle"))
    svg = tag(
        "svg",
        *drawn,
        *ticks,
        viewBox=f"0 0 {number(BROAD)} {number(top - 12.0)}",
        role="img",
        aria_label="Height, slope, light and battery along the way",
    )
    return tag("section", tag("h2", "Along the way"), tag("div", svg, class_="wide profile"))


def _panel(
    top: float,
    title: str,
    unit: str,
    class_: str,
    far: Floats,
    values: Floats,
    bounds: tuple[float, float],
    mark: float | None,
) -> Markup:
    low, high = bounds
    right = BROAD - 16.0
    xs = LEFT + (right - LEFT) * far / far[-1]

    def y(value: Floats | float) -> Any:
        return top + PANEL * (high - value) / (high - low)

    lines = []
    for value in nice(low, high, 4):
        at = float(y(value))
        lines.append(tag("line", x1=LEFT, x2=right, y1=at, y2=at, class_="gridline"))
        words = f"{value:g}{'' if unit == '°' else ' '}{unit}".replace("-", "−")
        lines.append(tag("text", words, x=LEFT - 8.0, y=at + 4.0, text_anchor="end"))
    if mark is not None:
        at = float(y(mark))
        lines.append(tag("line", x1=LEFT, x2=right, y1=at, y2=at, class_="limit"))
    return tag(
        "g",
        *lines,
        tag("path", d=trace(xs, np.asarray(y(values))), class_=class_),
        tag("text", title, x=LEFT, y=top - 9.0, class_="name"),
    )


def _legs(routes: Sequence[Route]) -> Markup | None:
    if len(routes) < 2:
        return None
    rows = []
    for route in routes:
        s = route.summary()
        rows.append(
            (
                f"{route.origin} to {route.target}",
                f"{s['begins'][:16].replace('T', ' ')}",
                f"{s['distance_m'] / 1e3:.2f} km",
                _hours(s["duration_s"]),
                f"{s['energy_j'] / 3.6e6:.2f} kWh",
            )
        )
    head = ("Leg", "Leaves (UTC)", "Distance", "Time", "Energy")
    return tag("section", tag("h2", "Legs"), table(head, rows, numbers=(2, 3, 4)))


def _waits(routes: Sequence[Route]) -> Markup | None:
    waits = [wait for route in routes for wait in route.waits]
    if not waits:
        return None
    rows = [
        (
            wait["from"][:16].replace("T", " "),
            f"{wait['hours']:.1f} h",
            f"{wait['distance_m'] / 1e3:.2f} km",
            f"{wait['latitude_deg']:.5f}°, {wait['longitude_deg']:.5f}° E",
        )
        for wait in waits
    ]
    head = ("From (UTC)", "How long", "At", "Place")
    return tag("section", tag("h2", "Where it waits"), table(head, rows, numbers=(1, 2)))


def _foundations(route: Route) -> Markup:
    facts = route.facts
    terms = facts.get("terms", {})
    rover = facts.get("rover", {})
    light = terms.get("light_at_least")
    rows: list[tuple[str, str]] = [
        ("Sought", f"least {terms.get('sought', 'time')}"),
        ("Light", "none needed" if light is None else f"more than {light:g} of the Sun's disc"),
        ("Contact", str(terms.get("contact"))),
        (
            "Tempo",
            f"{terms.get('tempo')}: {facts.get('speed_made_good_m_h', 0.0):.0f} m/h made good on "
            "level ground",
        ),
        (
            "Rover",
            f"{rover.get('mass', 0.0):g} kg on {rover.get('wheels')} wheels, "
            f"{3.6 * rover.get('speed', 0.0):g} km/h",
        ),
    ]
    if facts.get("result") == "corridor":
        winding = facts.get("tortuosity")
        rows += [
            ("Unresolved hazard", f"{100 * facts['unresolved_hazard_share']:.1f} % of its ground"),
            (
                "Tortuosity",
                "no way around so much hazard is likely"
                if winding is None
                else f"{winding:.3f}: {facts['distance_with_tortuosity_m'] / 1e3:.2f} km",
            ),
        ]
    if terms.get("keep_outs"):
        rows.append(("Keep-outs", "; ".join(terms["keep_outs"])))
    if terms.get("havens"):
        rows.append(("Havens in the dark", "; ".join(terms["havens"])))
    if terms.get("clear_of"):
        near = facts.get("nearest_other_m")
        came = "never out together" if near is None else f"{near:.0f} m at the nearest"
        others = "; ".join(terms["clear_of"])
        rows.append(("Clear of rovers", f"{others}: by {terms['apart_m']:g} m; {came}"))
    rows += [
        (
            "Terrain",
            "; ".join(
                f"{t['name']} ({t['cell_m']:g} m, SHA-256 {t['sha256'][:12]})"
                for t in facts.get("terrain", [])
            ),
        ),
        *([("Skylines", str(facts["skyline"]))] if "skyline" in facts else []),
        ("Method", str(facts.get("method"))),
        ("Version", f"ilrs {facts.get('version')}"),
    ]
    return tag("section", tag("h2", "What it rests on"), table(("", ""), rows))


def _hours(seconds: float) -> str:
    if seconds < 90.0 * 60.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:.1f} h" if seconds < 100.0 * 3600.0 else f"{seconds / 86400.0:.1f} d"
