"""The year's light: every lunation a row, so that what shades the Sun stands as a column."""

from __future__ import annotations

import math

import numpy as np

from ilrs.rendering.bins import Floats, edges, longest, mean
from ilrs.rendering.bitmap import LIGHT, picture, ramp
from ilrs.rendering.markup import Markup, figure, join, section, table, tag
from ilrs.rendering.panel import LEFT, RIGHT, drawing
from ilrs.rendering.sections.skyline import skyline
from ilrs.rendering.sections.sureness import sureness
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
        else [
            tag(
                "div",
                [_lunations(view, p, h) for p in series.places for h in HEIGHTS],
                class_="pair",
            )
        ]
    )
    years = "the period" if short else say(series.length, "s")
    return section(
        "light",
        "Light",
        tag("p", ramp(LIGHT, "behind the skyline", "whole disc lit"), class_="legend"),
        *drawn,
        skyline(view),
        sureness(view),
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
        body.append(tag("text", place, x=LEFT, y=y + 8.0, class_="panel-title"))
        y += 14.0
        for height in HEIGHTS:
            lit = mean(series.light(place, height), at)[None, :]
            body.append(picture(lit, LIGHT, LEFT, y, RIGHT - LEFT, 20.0))
            words = f"{height} m"
            body.append(
                tag("text", words, x=LEFT - 8.0, y=y + 14.0, class_="tick", text_anchor="end")
            )
            y += 24.0
        y += 10.0
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
        tag(
            "text",
            f"lit {say(average, '')}",
            x=left + width,
            y=15.0,
            class_="tick",
            text_anchor="end",
        ),
        picture(cells, LIGHT, left, top, width, tall),
        [_year_marks(view, left, top, row, rows)],
        [
            tag(
                "text",
                f"{day} d",
                x=left + width * day * DAY / LUNATION,
                y=top + tall + 15.0,
                class_="tick",
                text_anchor="middle",
            )
            for day in (0, 7, 14, 21, 28)
        ],
        [_mark_dark(view, s, left, top, width, row) for s in dark],
    ]
    told = [f"{say((b - a) * series.step, 's')} from {minute(series.instant(a))}" for a, b in dark]
    spoken_dark = "; ".join(told) or "never dark"
    label = (
        f"Light at {place}, {height} m above ground, {say(average, '')} lit; darkest: {spoken_dark}"
    )
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
                marks.append(
                    tag("text", words, x=left - 6.0, y=y + 8.0, class_=style, text_anchor="end")
                )
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
    arrays = ", ".join(
        spoken(a.strip()) for a in str(rows[0].get("place", "")).split(",") if a.strip()
    )
    return table(
        ("From", "Dark for", "Least reserve", "Keep-alive served"),
        shown,
        numbers=(1, 2, 3),
        caption=f"The longest times without Sun on any array ({arrays}): "
        f"{count(len(shown), 'spell')}, longest first.",
    )
