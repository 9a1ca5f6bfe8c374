"""What a higher mast saves: the worst deficit against the height of the collector."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from ilrs.rendering.bins import Floats
from ilrs.rendering.markup import Content, Markup, figure, join, tag
from ilrs.rendering.panel import drawing, trace
from ilrs.rendering.view import View
from ilrs.rendering.wording import digits

WIDE, TALL = 528.0, 230.0
LEFT, RIGHT, TOP = 62.0, 440.0, 30.0
STYLES = ("r4", "r0", "r3")
MARKS = (1, 2, 5, 10, 20, 30)
"""Heights [m] that the axis names."""
DECADES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
ROOM = 13.0
"""Least distance [px] between two words."""


def masts(view: View) -> Markup | None:
    """A curve for every place with arrays."""
    rows = [r for r in view.rows("masts") if np.max(r["deficit_h"]) > 0.0]
    if not rows:
        return None
    return tag(
        "div",
        tag("h3", "What a higher mast saves"),
        [tag("p", _said(row)) for row in rows],
        tag("div", [_curve(row) for row in rows], class_="pair"),
    )


def _at(row: dict[str, Any], height: float, ratio: int) -> float:
    """Deficit [h] at a height [m], linear between those computed."""
    return float(np.interp(height, row["heights_m"], row["deficit_h"][ratio]))


def _said(row: dict[str, Any]) -> Content:
    heights = row["heights_m"]
    k = _middle(row)
    low = min(max(2.0, heights[0]), heights[-1])
    top, high = min(row["top_m"], heights[-1]), heights[-1]
    said = (
        f"{digits(_at(row, low, k))} h at {low:g} m and {digits(_at(row, top, k))} h at {top:g} m"
    )
    gain = _at(row, top, k) - _at(row, high, k)
    more = (
        f" A collector at {high:g} m would save {digits(gain)} h more than the run's at {top:g} m."
        if high > top
        else ""
    )
    return (
        f"At {row['place']} an array of {row['array_to_load'][k]:g} times the load leaves "
        f"{said} of that load to its store at worst.{more}{_sure(row, k)}"
    )


def _sure(row: dict[str, Any], ratio: int) -> str:
    """What the terrain's error makes of the deficit at the array's top."""
    band = row.get("band")
    if not band:  # a run judged by an earlier version
        return ""
    low, high = (digits(end) for end in band["deficit_h"][ratio])
    return (
        f" That is behind the skyline as taken; with the terrain's error it is {low} to {high} h "
        f"at {band['height_m']:g} m (5 to 95 % of {band['draws']} draws)."
    )


def _middle(row: dict[str, Any]) -> int:
    return len(row["array_to_load"]) // 2


def _curve(row: dict[str, Any]) -> Markup:
    heights = np.asarray(row["heights_m"], dtype=np.float64)
    curves = np.asarray(row["deficit_h"], dtype=np.float64)
    known = curves[curves > 0.0]
    low = max((d for d in DECADES if d <= known.min()), default=DECADES[0])
    high = min((d for d in DECADES if d >= known.max()), default=DECADES[-1])
    low, high = (low, high) if high > low else (low, 2 * low)

    def x(of: Floats | float) -> Floats:
        share = np.log(np.asarray(of) / heights[0]) / math.log(max(heights[-1] / heights[0], 1.01))
        return np.asarray(LEFT + share * (RIGHT - LEFT))

    def y(of: Floats | float) -> Floats:
        inside = np.clip(np.asarray(of), low, high)
        return np.asarray(TOP + TALL * (1.0 - np.log(inside / low) / math.log(high / low)))

    body: list[Content] = [
        tag(
            "text",
            f"{row['place']}: worst deficit in hours of load, by size of array",
            x=LEFT,
            y=15.0,
            class_="panel-title",
        )
    ]
    body += [_level(float(y(d)), f"{d:g} h") for d in DECADES if low <= d <= high]
    body += [_height(float(x(m)), f"{m:g} m") for m in MARKS if heights[0] <= m <= heights[-1]]
    if heights[0] <= row["top_m"] <= heights[-1]:
        at = float(x(row["top_m"]))
        body.append(tag("line", x1=at, x2=at, y1=TOP, y2=TOP + TALL, class_="limit"))
        body.append(
            tag("text", "top of the run's array", x=at - 5.0, y=TOP + 12.0, class_="note halo",
                text_anchor="end")
        )  # fmt: skip
    ends = _apart([float(y(c[-1])) for c in curves])
    for style, ratio, curve, end in zip(STYLES, row["array_to_load"], curves, ends, strict=False):
        body.append(tag("path", d=trace(x(heights), y(curve)), class_=f"line {style}"))
        for h, hours in zip(heights, curve, strict=True):
            said = f"{h:g} m, array {ratio:g} times the load: {digits(float(hours))} h"
            body.append(
                tag("circle", tag("title", said), cx=float(x(h)), cy=float(y(hours)), r=2.0)
            )
        words = f"{ratio:g} × load"
        body.append(tag("text", words, x=RIGHT + 8.0, y=end + 4.0, class_="tick"))
    dark = [float(np.interp(h, heights, row["dark_h"])) for h in (2.0, row["top_m"])]
    return figure(
        drawing(
            TOP + TALL + 30.0,
            f"Worst deficit at {row['place']} against the height of the collector",
            join(body),
            width=WIDE,
        ),
        f"Both axes by ratio. Steep where near ground stands before the Sun, flat where only far "
        f"mountains do. The longest dark is {digits(dark[0])} h at 2 m and "
        f"{digits(dark[1])} h at {row['top_m']:g} m; point collectors, hourly, without "
        "losses.",
        wide=False,
    )


def _level(y: float, words: str) -> Markup:
    return join(
        tag("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, class_="grid"),
        tag("text", words, x=LEFT - 6.0, y=y + 4.0, class_="tick", text_anchor="end"),
    )


def _height(x: float, words: str) -> Markup:
    bottom = TOP + TALL
    return join(
        tag("line", x1=x, x2=x, y1=TOP, y2=bottom, class_="grid"),
        tag("text", words, x=x, y=bottom + 17.0, class_="tick", text_anchor="middle"),
    )


def _apart(ys: list[float]) -> list[float]:
    """Pixels moved down as far as words need to stand apart, in their order."""
    placed = list(ys)
    order = sorted(range(len(ys)), key=lambda i: ys[i])
    for above, below in pairwise(order):
        placed[below] = max(placed[below], placed[above] + ROOM)
    return placed
