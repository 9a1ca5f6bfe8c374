"""The Earth from the Moon in pictures: a map of what is seen and lit, a calendar, discs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.data.land import read_land
from ilrs.flows.clock import Clock
from ilrs.rendering.bins import edges, mean
from ilrs.rendering.bitmap import EARTH, LIGHT, Stops, picture, ramp
from ilrs.rendering.markup import Content, Markup, figure, join, section, table, tag
from ilrs.rendering.page import heading, period, whole_page
from ilrs.rendering.panel import LEFT, RIGHT, Panel, drawing
from ilrs.rendering.timeline import Timeline, day_words
from ilrs.rendering.wording import digits, say
from ilrs.sky.earth_view import CUT, HIDDEN, WHOLE, Coverage, EarthSky

WIDTH, TALL = 920.0, 460.0
HOUR = 3600.0
DISC = 120.0
PIXELS = 96
SEEN: Stops = (
    (0.0, (16, 20, 38)), (0.35, (38, 66, 110)), (0.7, (70, 150, 170)), (1.0, (244, 226, 150)),
)  # fmt: skip
GLOBE_STOPS: Stops = (
    (0.0, (10, 12, 20)), (0.249, (10, 12, 20)), (0.25, (22, 34, 62)), (0.499, (22, 34, 62)),
    (0.5, (58, 66, 56)), (0.749, (58, 66, 56)), (0.75, (86, 140, 200)), (0.874, (86, 140, 200)),
    (0.875, (196, 186, 130)), (1.0, (196, 186, 130)),
)  # fmt: skip
"""Sky or terrain, dark water, dark land, lit water, lit land."""
COAST = "fill:none;stroke:#fff;stroke-opacity:.55;stroke-width:.8"
NET = "stroke:#fff;stroke-opacity:.18"
STYLE = """
.box { fill: none; stroke: #ff7ab8; stroke-width: 2; }
.discs { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: .8rem; }
.discs figure { margin: 0; } .discs svg { width: 100%; height: auto; display: block; }
.discs figcaption { font-size: .8rem; text-align: center; }
"""


def earth_page(sky: EarthSky, clock: Clock, found: Coverage | None, data: dict[str, Any]) -> str:
    """The page of what of the Earth is seen, as HTML that needs nothing else."""
    region = data["region"]
    when = f"{data['begins'][:10]} to {data['ends'][:10]} from {data['place']}"
    maps = (
        section("map", "What is seen and lit", coverage_map(found, clock, region["bounds_deg"]))
        if found is not None
        else None
    )
    title = f"The Earth from {data['place']}"
    return whole_page(
        title, heading("Earth observation", title, period(when)), maps,
        section("when", "Over the horizon", horizon_calendar(sky, clock)),
        section("discs", "As it hangs there", discs(sky, clock)),
        _observers(data), _numbers(data), style=STYLE,
    )  # fmt: skip


def coverage_map(found: Coverage, clock: Clock, bounds: list[float] | None = None) -> Markup:
    """Hours of every cell in view and lit, with coasts, graticule and region."""
    hours = found.lit * clock.step / HOUR
    days = clock.count * clock.step / 86400.0
    return figure(
        map_of_hours(hours, bounds),
        f"Hours in {days:.0f} days in which each cell of a degree is above the terrain, lit, and "
        "not too slanted. Coasts: Natural Earth.",
        legend=ramp(SEEN, "never", f"{max(float(hours.max()), 1e-9):.0f} h"),
    )


def map_of_hours(
    hours: NDArray[np.floating], bounds: list[float] | None = None, width: float = WIDTH
) -> Markup:
    """Hours of every cell (rows from the south, columns from 180 W) on a map of the Earth."""
    tall = 0.5 * width
    body: list[Content] = [
        picture(hours[::-1] / max(float(hours.max()), 1e-9), SEEN, 0.0, 0.0, width, tall),
        tag("path", d=coast(width, tall), style=COAST),
        tag("g", _graticule(width, tall)),
        _box(bounds, width, tall),
    ]
    return tag(
        "svg", body, viewBox=f"0 0 {width:g} {tall:g}", role="img",
        aria_label="Map of the Earth: hours in which each cell is seen and lit",
    )  # fmt: skip


def coast(width: float, tall: float) -> str:
    """The edges between land and water as a path."""
    land = read_land()[::-1]
    ny, nx = land.shape
    sx, sy = width / nx, tall / ny
    parts = []
    for r, c in zip(*np.nonzero(land[:, 1:] != land[:, :-1]), strict=True):
        parts.append(f"M{(c + 1) * sx:.1f},{r * sy:.1f}v{sy:.2f}")
    for r, c in zip(*np.nonzero(land[1:] != land[:-1]), strict=True):
        parts.append(f"M{c * sx:.1f},{(r + 1) * sy:.1f}h{sx:.2f}")
    return "".join(parts)


def _graticule(width: float, tall: float) -> Markup:
    lines = [
        tag("line", x1=width * k / 12.0, x2=width * k / 12.0, y1=0.0, y2=tall, style=NET)
        for k in range(1, 12)
    ]
    lines += [
        tag("line", x1=0.0, x2=width, y1=tall * k / 6.0, y2=tall * k / 6.0, style=NET)
        for k in range(1, 6)
    ]
    return join(lines)


def _box(bounds: list[float] | None, width: float, tall: float) -> Markup | None:
    if bounds is None or bounds == [-90.0, 90.0, -180.0, 180.0]:
        return None
    south, north, west, east = bounds
    x, w = (
        ((west + 180.0) % 360.0) / 360.0 * width,
        ((east - west) % 360.0 or 360.0) / 360.0 * width,
    )
    y, h = (90.0 - north) / 180.0 * tall, (north - south) / 180.0 * tall
    return join(
        tag("rect", x=left, y=y, width=w, height=h, class_="box")
        for left in ((x,) if x + w <= width else (x, x - width))
    )


def horizon_calendar(sky: EarthSky, clock: Clock) -> Markup:
    """How high the Earth's centre stands over the terrain, and how much of the disc is lit."""
    time = Timeline(clock.start, 0.0, float(clock.count * clock.step), LEFT, RIGHT)
    above = np.asarray(np.degrees(sky.elevation_above), np.float64)
    bins = edges(clock.count, min(clock.count, 1600))
    seconds = np.asarray(0.5 * (bins[:-1] + bins[1:]) * clock.step, np.float64)
    low, high = math.floor(float(above.min())), math.ceil(float(above.max()))
    panel = Panel(time, 22.0, 150.0, low, high, "deg")
    drawn = panel.draw(
        "Centre over the terrain",
        panel.line(seconds, mean(above, bins), "earth", "over the terrain"),
        panel.level(0.0, "terrain"),
    )
    columns = edges(clock.count, max(round(time.right - time.left), 1))
    width, top = time.right - time.left, 196.0
    rows: list[Content] = []
    for name, values, stops in (
        ("lit share", sky.lit_share, LIGHT),
        ("in view", (sky.state != HIDDEN) * 0.5 + (sky.state == WHOLE) * 0.5, EARTH),
    ):
        shares = mean(np.asarray(values, np.float64), columns)
        rows.append(picture(shares[None, :], stops, time.left, top, width, 14.0))
        words = tag("text", name, x=time.left - 8.0, y=top + 11.0, class_="tick", text_anchor="end")
        rows.append(words)
        top += 18.0
    return figure(
        drawing(top + 30.0, "The Earth over the horizon through the period", drawn, rows,
                time.axis(top)),
        "Above: the centre of the disc over the terrain's edge. Below: how much of the disc is lit "
        "(dark: new Earth), and whether none, some or all of it is above the terrain.",
    )  # fmt: skip


def discs(sky: EarthSky, clock: Clock, count: int = 12) -> Markup:
    """The Earth as it hangs over the terrain, at evenly spaced instants when some of it is up."""
    up = np.flatnonzero(sky.state != HIDDEN)
    if not up.size:
        return tag("p", "The Earth is behind the terrain for the whole period.")
    chosen = up[np.linspace(0, up.size - 1, min(count, up.size)).astype(np.int64)]
    cut = np.flatnonzero(sky.state == CUT)
    if cut.size and not (sky.state[chosen] == CUT).any():
        chosen[0] = cut[0]
    drawn = []
    for i in np.unique(chosen).tolist():
        moment = clock.start + np.timedelta64(i * clock.step + clock.step // 2, "s")
        drawn.append(
            tag(
                "figure",
                tag(
                    "svg", picture(disc(sky, i), GLOBE_STOPS, 0.0, 0.0, DISC, DISC),
                    viewBox=f"0 0 {DISC:g} {DISC:g}", role="img",
                    aria_label=f"The Earth on {moment}Z",
                ),
                tag("figcaption", day_words(moment)),
            )
        )  # fmt: skip
    return join(
        tag("div", drawn, class_="discs"),
        tag("p", "Up is up at the place; the black edge below is its terrain."),
    )


def disc(sky: EarthSky, i: int, pixels: int = PIXELS) -> NDArray[np.float64]:
    """The disc at instant `i` as shares of `GLOBE_STOPS`, NaN for the sky (pixels, pixels)."""
    land = read_land()
    span = 1.15 * float(sky.radius[i])
    across = np.linspace(-span, span, pixels)
    x, y = np.meshgrid(across, across[::-1])
    elevation, azimuth = sky.elevation[i] + y, sky.azimuth[i] + x / math.cos(sky.elevation[i])
    level = np.cos(elevation)
    ray = np.stack([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)], axis=-1)
    local = ray @ sky.turn[i]  # the transpose takes east, north, up to the Earth's frame
    o = sky.observer[i]
    radius = 6.371e6
    b = local @ o
    root = b**2 - (o @ o - radius**2)
    hit = root > 0.0
    point = o + (-b - np.sqrt(np.where(hit, root, 0.0)))[..., None] * local
    point /= radius
    row = ((np.degrees(np.arcsin(np.clip(point[..., 2], -1, 1))) + 90.0) * 2.0).astype(int)
    column = ((np.degrees(np.arctan2(point[..., 1], point[..., 0])) + 180.0) * 2.0).astype(int)
    on_land = land[np.clip(row, 0, 359), np.clip(column, 0, 719)]
    lit = point @ sky.sun[i] > 0.0
    value = np.where(lit, np.where(on_land, 0.95, 0.8), np.where(on_land, 0.6, 0.35))
    count = len(sky.skyline)
    at = np.mod(azimuth, 2.0 * math.pi) / (2.0 * math.pi) * count
    left = np.floor(at).astype(int) % count
    edge = sky.skyline[left] + (at - np.floor(at)) * (
        sky.skyline[(left + 1) % count] - sky.skyline[left]
    )
    value = np.where(hit, value, np.nan)
    return np.asarray(np.where(elevation < edge, 0.1, value))


def _observers(data: dict[str, Any]) -> Markup:
    heads = ("Observer", "Wavelength nm", "Ground km", "Earth radii a pixel", "Hours", "Images",
             "Data Gbit", "Delay, 95 %", "Longest gap h")  # fmt: skip
    rows = [
        (
            r["name"], f"{r['wavelength_nm']:g}", digits(r["ground_km"]),
            f"{r['pixel_earth_radii']:.2g}", f"{r['hours']:.0f}", f"{r['images']:,}",
            digits(r["data_gbit"]),
            "-" if r["latency_p95_s"] is None else say(r["latency_p95_s"], "s"),
            f"{r['longest_gap_h']:.0f}",
        )
        for r in data["observers"]
    ]  # fmt: skip
    return section("observers", "Observers", table(heads, rows, numbers=range(1, 9)))


def _numbers(data: dict[str, Any]) -> Markup:
    earth = data["earth"]
    rows = [
        ("Some of it up", f"{earth['some_up_share']:.1%} of the time"),
        ("All of it up", f"{earth['whole_up_share']:.1%} of the time"),
        ("Elevation", _span(earth["elevation_deg"], "deg")),
        ("Over the terrain", _span(earth["above_terrain_deg"], "deg")),
        ("Diameter", _span(earth["diameter_deg"], "deg")),
        ("Sunlight from it", _span(earth["reflected_w_per_m2"], "W/m2")),
        ("Infrared from it", _span(earth["thermal_w_per_m2"], "W/m2")),
        *((f"Half of {r['name']}", _looks(r)) for r in data.get("regions", [data["region"]])),
    ]
    return section("numbers", "In numbers", table(("", ""), rows))


def _looks(region: dict[str, Any]) -> str:
    return (
        f"seen and lit {region['hours_half_lit']:.0f} h in {region['looks']} looks; longest time "
        f"without {region['longest_gap_h']:.0f} h" + (f"; {region['why']}" if region["why"] else "")
    )


def _span(values: dict[str, float], unit: str) -> str:
    return f"{values['least']:.3g} to {values['most']:.3g} {unit}, mean {values['mean']:.3g}"
