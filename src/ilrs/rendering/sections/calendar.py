"""The calendar of Sun, Earth and relay over the whole period, a strip a year."""

from __future__ import annotations

import numpy as np

from ilrs.rendering.bins import Floats, edges, longest, mean, spells
from ilrs.rendering.bitmap import EARTH, LIGHT, RELAY, SILENCE, Stops, picture, ramp
from ilrs.rendering.markup import Content, Markup, figure, join, section, table, tag
from ilrs.rendering.panel import LEFT, RIGHT, drawing
from ilrs.rendering.timeline import DAY, Timeline
from ilrs.rendering.view import View
from ilrs.rendering.wording import datum, say, when

ROW = 15.0
LEAP_YEAR = 366.0 * DAY


def calendar(view: View) -> Markup:
    """The section."""
    series = view.series
    if series.main is None:
        return section("calendar", "Calendar", tag("p", "This run has no place on the ground."))
    rows = _rows(view)
    body, y = [], 6.0
    for first, last, words, time in _years(view):
        drawn, y = _year(view, rows, first, last, words, time, y)
        body.append(drawn)
    label = f"Sun, Earth and relay at {series.main} through the run"
    legend = join(
        ramp(LIGHT, "dark", "sunlit"),
        ramp(EARTH, "Earth hidden", "in view"),
        ramp(RELAY, "relay hidden", "in view") if series.relays else None,
        ramp(SILENCE, "in touch", "silent"),
    )
    relay = "" if series.relays else " There is no relay in this run."
    return section(
        "calendar",
        "Sun, Earth and relay",
        figure(
            drawing(y + 4.0, label, body),
            f"Seen from {series.main}, the Sun at 10 m; share of each drawn interval. The last "
            "strip is the share of time in which no place had a way to Earth, by itself or through "
            "a relay; a way also needs a ground station to which the Moon is up." + relay,
            legend=legend,
        ),
        _table(view),
        lead="When the Sun shines, when the Earth stands over the skyline, when a relay is up, and "
        "when nothing could be sent at all.",
    )


def _rows(view: View) -> list[tuple[str, Floats, Stops]]:
    series = view.series
    main = series.main or ""
    rows: list[tuple[str, Floats, Stops]] = [
        ("Sun", series.light(main, 10), LIGHT),
        ("Earth", series.sees_earth(main).astype(np.float64), EARTH),
    ]
    if series.relays:
        rows.append(("relay", series.sees_relay(main).astype(np.float64), RELAY))
    rows.append(("silence", (~series.contact).astype(np.float64), SILENCE))
    return rows


def _years(view: View) -> list[tuple[int, int, str, Timeline]]:
    """Steps, name and axis of every calendar year of the run; a short run is one strip."""
    series = view.series
    if series.length <= 200.0 * DAY:
        return [(0, series.count, "", series.timeline())]
    years = []
    first = 0
    while first < series.count:
        year = str(series.instant(first))[:4]
        begin = np.datetime64(f"{year}-01-01", "s")
        second = float((begin - series.start) / np.timedelta64(1, "s"))
        end = np.datetime64(f"{int(year) + 1}-01-01", "s")
        last = int(np.ceil(float((end - series.start) / np.timedelta64(1, "s")) / series.step))
        last = min(max(last, first + 1), series.count)
        time = Timeline(series.start, second, second + LEAP_YEAR, LEFT, RIGHT)
        years.append((first, last, year, time))
        first = last
    return years


def _year(
    view: View,
    rows: list[tuple[str, Floats, Stops]],
    first: int,
    last: int,
    words: str,
    time: Timeline,
    y: float,
) -> tuple[Content, float]:
    series = view.series
    x = time.x(first * series.step)
    width = max(time.x(last * series.step) - x, 1.0)
    at = edges(last - first, max(round(width), 1))
    body: list[Content] = [
        tag("text", words, x=8.0, y=y + 2.4 * ROW, class_="tick major"),
    ]
    for name, values, stops in rows:
        shares = mean(values[first:last], at)
        body.append(picture(shares[None, :], stops, x, y, width, ROW - 3.0))
        body.append(tag("text", name, x=LEFT - 8.0, y=y + 10.0, class_="tick", text_anchor="end"))
        y += ROW
    body.append(time.axis(y + 1.0))
    return tag("g", body), y + 34.0


def _table(view: View) -> Markup:
    series = view.series
    main = series.main or ""
    silent, unlit = ~series.contact, series.light(main, 10) < 0.01
    kinds = [("no Sun at " + main, unlit), ("no Earth at " + main, ~series.sees_earth(main))]
    if series.relays:
        kinds.append(("no relay at " + main, ~series.sees_relay(main)))
    kinds += [
        ("no way to Earth from any place", silent),
        ("neither Sun nor way to Earth", silent & unlit),
    ]
    rows = []
    for words, flag in kinds:
        worst = longest(flag, 1)
        length = (worst[0][1] - worst[0][0]) * series.step if worst else 0.0
        rows.append(
            (
                words,
                datum(float(flag.mean()), ""),
                str(len(spells(flag))),
                datum(length, "s") if worst else say(0.0, "s"),
                when(series.instant(worst[0][0]), exact=True) if worst else when(None),
            )
        )
    return table(("", "Share of time", "Spells", "Longest", "From"), rows, numbers=(1, 2, 3))
