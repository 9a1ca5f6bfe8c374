"""The year's light: every lunation a row, so that what shades the Sun stands as a column."""

from __future__ import annotations

import math

import numpy as np

from ilrs.rendering.bins import Floats, edges, longest, mean
from ilrs.rendering.bitmap import LIGHT, picture, ramp
from ilrs.rendering.markup import Markup, figure, join, section, table, tag
from ilrs.rendering.panel import LEFT, RIGHT, drawing
from ilrs.rendering.timeline import DAY, HOUR
from ilrs.rendering.view import View
from ilrs.rendering.wording import MONTHS, count, datum, minute, say, spoken, when

LUNATION = 29.530588 * DAY
"""Mean synodic month [s] (Meeus 1998, ch. 49): the Sun is back at its azimuth after one."""
SHORT = 2.5 * LUNATION
COLUMN = 3.0 * HOUR
BEHIND = 0.01
"""Less of the disc than this counts as dark."""
HEIGHTS = (2, 10)
PANEL_WIDTH = 528.0


def light(view: View) -> Markup:
    """The section."""
    series = view.series
    if not series.places:
        return section("light", "Light", tag("p", "This run has no place on the ground."))
    short = series.length < SHORT
    drawn = (
        [_strips(view)]
        if short
        else [tag("div", [_lunations(view, p, h) for p in series.places for h in HEIGHTS], class_="pair")]
    )
    years = "the period" if short else say(series.length, "s")
    return section(
        "light",
        "Light",
        tag("p", ramp(LIGHT, "behind the skyline", "whole disc lit"), class_="legend"),
        *drawn,
        _skyline(view),
        _dark_table(view),
        lead=f"The lit share of the Sun's disc over {years}, behind the true skyline, for a low "
        "and a high mast."
        + (
            ""
            if short
            else " Every row is one lunation, so a mountain that stands before the Sun draws a "
            "column, and the seasons run down the page."
        ),
    )


def _strips(view: View) -> Markup:
    series, time = view.series, view.series.timeline()
    at = edges(series.count, 952)
    body, y = [], 8.0
    for place in series.places:
        for height in HEIGHTS:
            lit = mean(series.light(place, height), at)[None, :]
            body.append(picture(lit, LIGHT, LEFT, y, RIGHT - LEFT, 20.0))
            words = f"{place}, {height} m"
            body.append(tag("text", words, x=LEFT - 8.0, y=y + 14.0, class_="tick", text_anchor="end"))
            y += 24.0
        y += 8.0
    body.append(time.axis(y))
    label = f"Lit share of the Sun's disc at {', '.join(series.places)}"
    return figure(drawing(y + 26.0, label, body), "Lit share of the Sun's disc at 2 m and at 10 m.")


def _lunations(view: View, place: str, height: int) -> Markup:
    """One place and height: rows of lunations, columns of three hours."""
    series = view.series
    lit = series.light(place, height)
    rows = math.ceil(series.length / LUNATION)
    columns = round(LUNATION / COLUMN)
    cells = _cells(lit, series.step, rows, columns)
    left, top = 44.0, 24.0
    width, row = PANEL_WIDTH - left - 6.0, max(5.0, min(12.0, 320.0 / rows))
    tall = row * rows
    dark = longest(lit < BEHIND, 3)
    average = float(np.nanmean(lit))
    body = [
        tag("text", f"{place} at {height} m", x=left, y=15.0, class_="panel-title"),
        tag("text", f"lit {say(average, '')}", x=left + width, y=15.0, class_="tick", text_anchor="end"),
        picture(cells, LIGHT, left, top, width, tall),
        [_year_marks(view, left, top, row, rows)],
        [
            tag("text", f"{day} d", x=left + width * day * DAY / LUNATION, y=top + tall + 15.0, class_="tick", text_anchor="middle")
            for day in (0, 7, 14, 21, 28)
        ],
        [_mark_dark(view, s, left, top, width, row) for s in dark],
    ]
    told = [f"{say((b - a) * series.step, 's')} from {minute(series.instant(a))}" for a, b in dark]
    spoken_dark = "; ".join(told) or "never dark"
    label = f"Light at {place}, {height} m above ground, {say(average, '')} lit; darkest: {spoken_dark}"
    return figure(
        drawing(top + tall + 22.0, label, body, width=PANEL_WIDTH),
        join("Longest without Sun: ", spoken_dark, "."),
        wide=False,
    )


def _cells(lit: Floats, step: float, rows: int, columns: int) -> Floats:
    """Means over cells (rows, columns) that follow each other without gap; NaN after the end."""
    seconds = np.arange(len(lit)) * step
    cell = np.floor(seconds / (LUNATION / columns)).astype(np.int64)
    number = np.bincount(cell, minlength=rows * columns)
    total = np.bincount(cell, weights=lit, minlength=rows * columns)
    share = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return share[: rows * columns].reshape(rows, columns)


def _year_marks(view: View, left: float, top: float, row: float, rows: int) -> Markup:
    series = view.series
    first = series.start.astype("M8[Y]")
    years = range(int(str(first)), int(str(first)) + math.ceil(series.length / (365.0 * DAY)) + 2)
    marks = []
    for year in years:
        for month in (1, 7) if rows < 70 else (1,):
            moment = np.datetime64(f"{year}-{month:02d}-01", "s")
            second = float((moment - series.start) / np.timedelta64(1, "s"))
            y = top + row * second / LUNATION
            if top - 1.0 <= y <= top + row * rows - 4.0:
                words = str(year) if month == 1 else MONTHS[month - 1]
                style = "tick major" if month == 1 else "tick"
                marks.append(tag("text", words, x=left - 6.0, y=y + 8.0, class_=style, text_anchor="end"))
    return tag("g", marks)


def _mark_dark(
    view: View, spell: tuple[int, int], left: float, top: float, width: float, row: float
) -> Markup:
    """An outline around a spell, over two rows where it runs on into the next."""
    step = view.series.step
    first, last = spell[0] * step, spell[1] * step
    words = f"dark for {say(last - first, 's')} from {minute(view.series.instant(spell[0]))}"
    boxes = []
    second = first
    while second < last - 1.0:
        line = math.floor(second / LUNATION + 1e-12)
        until = min(last, (line + 1) * LUNATION)
        boxes.append(
            tag(
                "rect",
                tag("title", words),
                x=left + width * (second / LUNATION - line),
                y=top + row * line,
                width=max(width * (until - second) / LUNATION, 2.0),
                height=row,
                class_="spell",
            )
        )
        second = until if until > second else last
    return join(boxes)


def _skyline(view: View) -> Markup | None:
    """Where the Sun stood, and how much of it was seen: the skyline shows as the edge of the dark."""
    series = view.series
    if series.main is None or series.length < 20.0 * DAY or "sun_elevation" not in series.data:
        return None
    k = series.places.index(series.main)
    azimuth = np.degrees(series.array("sun_azimuth")[:, k].astype(float)) % 360.0
    elevation = np.degrees(series.array("sun_elevation")[:, k].astype(float))
    lit = series.light(series.main, 10).astype(float)
    low, high = math.floor(float(elevation.min()) * 2.0) / 2.0, math.ceil(float(elevation.max()) * 2.0) / 2.0
    nx = 720 if series.length > 300.0 * DAY else 360
    ny = min(max(int((high - low) / (0.05 if nx == 720 else 0.1)), 4), 80)
    i = np.minimum((azimuth / 360.0 * nx).astype(int), nx - 1)
    j = np.minimum(((high - elevation) / (high - low) * ny).astype(int), ny - 1)
    number = np.bincount(j * nx + i, minlength=nx * ny)
    total = np.bincount(j * nx + i, weights=lit, minlength=nx * ny)
    cells = np.where(number > 0, total / np.maximum(number, 1), np.nan).reshape(ny, nx)
    top, tall, left = 26.0, 200.0, 56.0
    width = 1080.0 - left - 12.0

    def y(degrees: float) -> float:
        return top + tall * (high - degrees) / (high - low)

    body = [
        tag("text", f"The skyline of {series.main}, as the Sun draws it", x=left, y=15.0, class_="panel-title"),
        tag("rect", x=left, y=top, width=width, height=tall, class_="bed"),
        picture(cells, LIGHT, left, top, width, tall),
        tag("line", x1=left, x2=left + width, y1=y(0.0), y2=y(0.0), class_="horizontal") if low < 0.0 < high else None,
    ]
    span = high - low
    for degrees in np.arange(math.ceil(low), math.floor(high) + 0.5, 1.0 if span < 12.0 else 5.0):
        words = f"{degrees:g}°".replace("-", "−")
        body.append(tag("text", words, x=left - 6.0, y=y(float(degrees)) + 4.0, class_="tick", text_anchor="end"))
    for degrees, words in ((0, "north"), (90, "east"), (180, "south"), (270, "west"), (360, "north")):
        x = left + width * degrees / 360.0
        anchor = "start" if degrees == 0 else "end" if degrees == 360 else "middle"
        body.append(tag("text", words, x=x, y=top + tall + 16.0, class_="tick", text_anchor=anchor))
    body.append(_earth(view, k, left, width, y, low, high))
    return figure(
        drawing(top + tall + 24.0, f"Sky of {series.main}: lit share by where the Sun stands", body),
        "Every cell is a direction in which the Sun's centre stood during the run; its colour is how "
        "much of the disc showed at 10 m. The edge of the dark is the true skyline. The outlined box "
        "is where the Earth wanders.",
    )


def _earth(view: View, k: int, left: float, width: float, y: object, low: float, high: float) -> Markup | None:
    series = view.series
    if "earth_azimuth" not in series.data or not callable(y):
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
            x = left + width * a / 360.0
            drawn.append(
                tag("rect", x=x, y=y(top), width=width * (b - a) / 360.0, height=y(bottom) - y(top), class_="earth-box")
            )
            drawn.append(tag("text", "Earth", x=x + 4.0, y=y(top) + 14.0, class_="on-map strong"))
    return tag("g", drawn)


def _dark_table(view: View) -> Markup | None:
    rows = view.rows("dark")
    if not rows:
        return tag("p", "No array of this run is ever without Sun.", class_="small")
    shown = [
        (
            when(r["begins"], exact=True),
            datum(r["hours"] * 3600.0, "s"),
            datum(r.get("least_reserve"), ""),
            datum(r.get("keep_alive_served"), ""),
        )
        for r in rows[:8]
    ]
    arrays = ", ".join(spoken(a.strip()) for a in str(rows[0].get("place", "")).split(",") if a.strip())
    return table(
        ("From", "Dark for", "Least reserve", "Keep-alive served"),
        shown,
        numbers=(1, 2, 3),
        caption=f"The longest times without Sun on any array ({arrays}): "
        f"{count(len(shown), 'spell')}, longest first.",
    )


