"""Drawings of a check's report: margins, skylines with their views, the weeks that were lived."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ilrs.language import Language, text
from ilrs.partnership.drawn import Panorama, Weeks
from ilrs.partnership.feasibility import Answer
from ilrs.partnership.finding import Finding
from ilrs.partnership.sight import directions
from ilrs.rendering.markup import Markup, figure, join, key, tag
from ilrs.rendering.panel import LEFT, RIGHT, Panel, ceiling, drawing
from ilrs.rendering.timeline import Timeline

Scale = Callable[[float], float]
FULL = 100.0
"""Pixels of a bar that stand for the whole limit."""
LONGEST = 1.5
TOP, TALL = 26.0, 150.0


def margins(finding: Finding, language: Language) -> Markup:
    """How much of its limit a requirement uses."""
    asked, given = finding.asked or 0.0, finding.given or 0.0
    use = asked / given if given > 0.0 else (LONGEST if asked > given else 0.0)
    if asked <= 0.0:
        # A difference against nothing: how far it is on the right side, of its scale.
        use = 1.0 - max(min(finding.slack or 0.0, 1.0), -LONGEST + 1.0)
    over = use > 1.0 + 1e-9
    words = text("check.page.use_of_limit", language, percent=f"{100.0 * use:.0f}")
    return tag(
        "svg",
        tag("title", words),
        tag("rect", x=0, y=2, width=FULL, height=8, class_="room"),
        tag("rect", x=0, y=2, width=FULL * min(use, LONGEST), height=8,
            class_="over" if over else "used"),
        tag("line", x1=FULL, x2=FULL, y1=0, y2=12, class_="limit"),
        viewBox=f"0 0 {FULL * LONGEST:g} 12", class_="bar", role="img", aria_label=words,
    )  # fmt: skip


def skyline(panorama: Panorama, answer: Answer, language: Language) -> Markup:
    """A panorama with the skyline, the cone, and where Sun and Earth are."""

    def word(key: str, **values: object) -> str:
        return text(f"check.sky.{key}", language, **values)

    line = panorama.skyline
    high = max(10.0, float(line.max()) + 2.0, panorama.sun[1] + 1.0)
    low = min(-3.0, panorama.sun[0] - 0.5)
    if panorama.earth is not None:
        low = min(low, panorama.earth[2] - 0.5)
    if panorama.elevation is not None:
        high = max(high, min(panorama.elevation + 1.3 * panorama.half_angle, 92.0))

    def x(azimuth: float) -> float:
        return LEFT + (RIGHT - LEFT) * azimuth / 360.0

    def y(elevation: float) -> float:
        return TOP + TALL * (high - elevation) / (high - low)

    ground = [f"{x(0.0):.1f},{y(low):.1f}"]
    ground += [f"{x(a):.1f},{y(e):.1f}" for a, e in enumerate(line.tolist())]
    ground += [f"{x(360.0):.1f},{y(float(line[0])):.1f}", f"{x(360.0):.1f},{y(low):.1f}"]
    body: list[Markup | None] = [
        tag("text", word("view", view=panorama.name, m=f"{panorama.height:g}"), x=LEFT, y=14.0,
            class_="panel-title"),
        tag("rect", x=LEFT, y=TOP, width=RIGHT - LEFT, height=TALL, class_="bed"),
        tag("rect", x=LEFT, y=y(panorama.sun[1]), width=RIGHT - LEFT,
            height=y(panorama.sun[0]) - y(panorama.sun[1]), class_="sunband"),
        _cone(panorama, x, y),
        tag("path", d="M" + " ".join(ground) + "Z", class_="terrain"),
        _earth(panorama, x, y),
    ]  # fmt: skip
    for degrees in np.linspace(math.ceil(low), math.floor(high), 5).round():
        words = f"{degrees:g}°".replace("-", "−")
        body.append(tag("text", words, x=LEFT - 6.0, y=y(float(degrees)) + 4.0, class_="tick",
                        text_anchor="end"))  # fmt: skip
    for degrees, name in ((0, "north"), (90, "east"), (180, "south"), (270, "west")):
        body.append(tag("text", word(name), x=x(degrees), y=TOP + TALL + 16.0, class_="tick",
                        text_anchor="start" if degrees == 0 else "middle"))  # fmt: skip
    found = {f.key: f for f in answer.findings}
    told = [found[k].given for k in (f"view.{panorama.name}.clear", f"view.{panorama.name}.usable")
            if k in found]  # fmt: skip
    free = told[0] if told else None
    usable = told[1] if len(told) > 1 else None
    caption = [
        word("free", percent=f"{free:.0f}") if free is not None else "",
        word("usable", percent=f"{usable:.0f}") if usable is not None else "",
        word("axes"),
        word("earth") if panorama.earth else "",
    ]
    return figure(
        drawing(TOP + TALL + 24.0, word("behind", view=panorama.name), join(*body)),
        (" " if language != "zh" else "").join(c for c in caption if c),
    )


def _cone(panorama: Panorama, x: Scale, y: Scale) -> Markup | None:
    if panorama.azimuth is None or panorama.elevation is None:
        return None
    half = math.radians(panorama.half_angle)
    az, el = math.radians(panorama.azimuth), math.radians(panorama.elevation)
    axis = directions(np.array(az), np.array(el))
    side = np.array([0.0, 0.0, 1.0]) if abs(axis[2]) < 0.999 else np.array([0.0, 1.0, 0.0])
    east = np.cross(axis, side)
    east /= np.linalg.norm(east)
    up = np.cross(east, axis)
    turn = np.linspace(0.0, 2.0 * math.pi, 73)
    rim = math.cos(half) * axis + math.sin(half) * (
        np.cos(turn)[:, None] * east + np.sin(turn)[:, None] * up
    )
    azimuth = np.degrees(np.arctan2(rim[:, 0], rim[:, 1]))
    elevation = np.degrees(np.arcsin(np.clip(rim[:, 2], -1.0, 1.0)))
    if panorama.elevation + panorama.half_angle > 89.0:
        low = float(elevation.min())
        return tag("rect", x=x(0.0), y=y(90.0), width=x(360.0) - x(0.0), height=y(low) - y(90.0),
                   class_="cone")  # fmt: skip
    near = (azimuth - panorama.azimuth + 180.0) % 360.0 - 180.0 + panorama.azimuth % 360.0
    shapes = []
    for shift in (-360.0, 0.0, 360.0):
        moved = near + shift
        if moved.max() < 0.0 or moved.min() > 360.0:
            continue
        inside = np.clip(moved, 0.0, 360.0)
        corners = " ".join(
            f"{x(float(a)):.1f},{y(float(e)):.1f}" for a, e in zip(inside, elevation, strict=True)
        )
        shapes.append(tag("path", d=f"M{corners}Z", class_="cone"))
    return join(*shapes)


def _earth(panorama: Panorama, x: Scale, y: Scale) -> Markup | None:
    if panorama.earth is None:
        return None
    first, last, low, high = panorama.earth
    return tag("rect", x=x(first), y=y(high), width=x(last) - x(first), height=y(low) - y(high),
               class_="earthbox")  # fmt: skip


def weeks(lived: Weeks, language: Language) -> Markup:
    """Stores without and with the guest, and what the guest wanted and got."""

    def word(key: str, **values: object) -> str:
        return text(f"check.weeks.{key}", language, **values)

    end = float(lived.seconds[-1]) if lived.seconds.size else 1.0
    time = Timeline(lived.start, 0.0, end, LEFT, RIGHT, iso=True)
    stores = Panel(time, 40.0, 150.0, 0.0, 100.0, "%")
    most = ceiling(float(max(lived.wanted.max(initial=0.0), lived.served.max(initial=0.0))))
    power = Panel(time, 240.0, 110.0, 0.0, most, "W")
    legend = key(
        [
            ("reserve-without", word("without")),
            ("reserve-with", word("with")),
            ("served", word("got")),
        ]
    )
    body = join(
        stores.draw(
            word("stores"),
            stores.line(
                lived.seconds, 100.0 * lived.reserve_without, "reserve-without", word("without")
            ),
            stores.line(lived.seconds, 100.0 * lived.reserve_with, "reserve-with", word("with")),
        ),
        power.draw(
            word("power"),
            power.band(
                lived.seconds, np.zeros_like(lived.served), lived.served, "served", word("got")
            ),
            power.line(lived.seconds, lived.wanted, "wanted", word("wants")),
        ),
        time.axis(power.bottom),
    )
    return figure(
        drawing(392.0, word("title"), body, time=time),
        word("caption", seed=lived.seed),
        legend=legend,
    )
