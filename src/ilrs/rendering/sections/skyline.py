"""The skyline of the main place, drawn by where the Sun was seen and where it was not."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ilrs.rendering.bins import Floats
from ilrs.rendering.bitmap import LIGHT, picture
from ilrs.rendering.markup import Markup, figure, tag
from ilrs.rendering.panel import WIDTH, drawing
from ilrs.rendering.timeline import DAY
from ilrs.rendering.view import View

LEFT, TOP, TALL = 56.0, 26.0, 200.0


def skyline(view: View) -> Markup | None:
    """Where the Sun stood and how much of it was seen: the edge of the dark is the skyline."""
    series = view.series
    if series.main is None or series.length < 300.0 * DAY or "sun_elevation" not in series.data:
        return None
    k = series.places.index(series.main)
    azimuth = np.degrees(series.array("sun_azimuth")[:, k].astype(float)) % 360.0
    elevation = np.degrees(series.array("sun_elevation")[:, k].astype(float))
    lit = series.light(series.main, 10).astype(float)
    low, high = (
        math.floor(float(elevation.min()) * 2.0) / 2.0,
        math.ceil(float(elevation.max()) * 2.0) / 2.0,
    )
    nx = 720
    ny = min(max(int((high - low) / 0.05), 4), 90)
    i = np.minimum((azimuth / 360.0 * nx).astype(int), nx - 1)
    j = np.minimum(((high - elevation) / (high - low) * ny).astype(int), ny - 1)
    number = np.bincount(j * nx + i, minlength=nx * ny)
    total = np.bincount(j * nx + i, weights=lit, minlength=nx * ny)
    cells = _closed(np.where(number > 0, total / np.maximum(number, 1), np.nan).reshape(ny, nx))
    top, tall, left, width = TOP, TALL, LEFT, WIDTH - LEFT - 12.0

    def y(degrees: float) -> float:
        return top + tall * (high - degrees) / (high - low)

    body = [
        tag(
            "text",
            f"The skyline of {series.main}, as the Sun draws it",
            x=left,
            y=15.0,
            class_="panel-title",
        ),
        tag("rect", x=left, y=top, width=width, height=tall, class_="bed"),
        picture(cells, LIGHT, left, top, width, tall),
        tag("line", x1=left, x2=left + width, y1=y(0.0), y2=y(0.0), class_="horizontal")
        if low < 0.0 < high
        else None,
    ]
    span = high - low
    for degrees in np.arange(math.ceil(low), math.floor(high) + 0.5, 1.0 if span < 12.0 else 5.0):
        words = f"{degrees:g}°".replace("-", "−")
        body.append(
            tag(
                "text",
                words,
                x=left - 6.0,
                y=y(float(degrees)) + 4.0,
                class_="tick",
                text_anchor="end",
            )
        )
    for degrees, words in (
        (0, "north"),
        (90, "east"),
        (180, "south"),
        (270, "west"),
        (360, "north"),
    ):
        x = left + width * degrees / 360.0
        anchor = "start" if degrees == 0 else "end" if degrees == 360 else "middle"
        body.append(tag("text", words, x=x, y=top + tall + 16.0, class_="tick", text_anchor=anchor))
    body.append(_earth(view, k, width, y, low, high))
    return figure(
        drawing(
            top + tall + 24.0, f"Sky of {series.main}: lit share by where the Sun stands", body
        ),
        "Every cell is a direction in which the Sun's centre stood during the run; its colour is "
        "how much of the disc showed at 10 m. The edge of the dark is the true skyline. The "
        "outlined box is where the Earth wanders, higher and lower than drawn; dark specks inside "
        "it, if any, are its eclipses of the Sun.",
    )


def _closed(cells: Floats) -> Floats:
    """Cells with gaps of up to four between known ones above each other filled in between."""
    closed = cells.copy()
    rows = np.arange(len(cells))
    for column in closed.T:
        known = np.nonzero(np.isfinite(column))[0]
        if known.size > 1:
            after = np.searchsorted(known, rows).clip(1, known.size - 1)
            gap = known[after] - known[after - 1]
            inside = (rows > known[0]) & (rows < known[-1]) & (gap <= 5)
            column[inside] = np.interp(rows, known, column[known])[inside]
    return closed


def _earth(
    view: View, k: int, width: float, y: Callable[[float], float], low: float, high: float
) -> Markup | None:
    series = view.series
    if "earth_azimuth" not in series.data:
        return None
    azimuth = np.degrees(series.array("earth_azimuth")[:, k].astype(float))
    elevation = np.degrees(series.array("earth_elevation")[:, k].astype(float))
    turn = (azimuth - azimuth[0] + 180.0) % 360.0 - 180.0 + azimuth[0] % 360.0
    first, last = float(turn.min()), float(turn.max())
    bottom, top = max(float(elevation.min()), low), min(float(elevation.max()), high)
    if top <= bottom or last - first > 120.0:
        return None
    drawn = []
    for shift in (-360.0, 0.0, 360.0):
        a, b = max(first + shift, 0.0), min(last + shift, 360.0)
        if b > a:
            x = LEFT + width * a / 360.0
            drawn.append(
                tag(
                    "rect",
                    x=x,
                    y=y(top),
                    width=width * (b - a) / 360.0,
                    height=y(bottom) - y(top),
                    class_="earth-box",
                )
            )
            drawn.append(tag("text", "Earth", x=x + 4.0, y=y(top) + 14.0, class_="on-map strong"))
    return tag("g", drawn)
