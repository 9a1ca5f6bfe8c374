"""The axis of time: seconds of a run to pixels, with ticks at days, months and years of UTC."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.rendering.markup import Markup, join, tag
from ilrs.rendering.wording import MONTHS

Floats = NDArray[np.float64]
HOUR, DAY = 3600.0, 86400.0


@dataclass(frozen=True)
class Tick:
    """A mark at `second` with its words; `major` marks begin a day, a month or a year."""

    second: float
    words: str
    major: bool


@dataclass(frozen=True)
class Timeline:
    """Seconds `first` to `last` after `start` (UTC) over pixels `left` to `right`."""

    start: np.datetime64
    first: float
    last: float
    left: float
    right: float
    iso: bool = False
    """Whether days and months stand as ISO 8601 has them, `03-14`, rather than as `14 Mar`."""

    def x(self, second: float) -> float:
        """Pixel of a second."""
        return float(self.xs(np.array([second]))[0])

    def xs(self, seconds: NDArray[np.generic]) -> Floats:
        """Pixels of seconds."""
        share = (np.asarray(seconds, dtype=np.float64) - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def second(self, instant: np.datetime64 | str) -> float:
        """Second of an instant."""
        moment = np.datetime64(instant).astype("M8[s]")
        return float((moment - self.start) / np.timedelta64(1, "s"))

    def ticks(self) -> list[Tick]:
        """Marks, some six to fifteen of them with words."""
        span = self.last - self.first
        if span <= 3.0 * DAY:
            return self._hours(3 if span <= 1.5 * DAY else 6)
        if span <= 100.0 * DAY:
            every = next(n for n in (1, 2, 5, 10) if span / DAY / n <= 14.0)
            return self._days(every)
        return self._months(1 if span <= 500.0 * DAY else 3 if span <= 2400.0 * DAY else 12)

    def _years_only(self) -> bool:
        return self.last - self.first > 4000.0 * DAY

    def _span(self, unit: str) -> NDArray[np.datetime64]:
        begin = self.start + np.timedelta64(int(self.first), "s")
        end = self.start + np.timedelta64(int(self.last), "s")
        return np.arange(begin.astype(f"M8[{unit}]"), end.astype(f"M8[{unit}]") + 1)

    def _within(self, ticks: list[Tick]) -> list[Tick]:
        return [t for t in ticks if self.first <= t.second <= self.last]

    def _hours(self, every: int) -> list[Tick]:
        ticks = []
        for moment in self._span("h"):
            hour = int(str(moment)[11:13])
            if hour % every == 0:
                words = self._day(moment) if hour == 0 else f"{hour:02d}:00"
                ticks.append(Tick(self.second(moment), words, hour == 0))
        return self._within(ticks)

    def _days(self, every: int) -> list[Tick]:
        ticks = []
        for moment in self._span("D"):
            number = int(str(moment)[8:10])
            said = (number - 1) % every == 0 and (number < 30 or every == 1)
            ticks.append(Tick(self.second(moment), self._day(moment) if said else "", said))
        return self._within(ticks)

    def _day(self, moment: np.datetime64) -> str:
        return str(moment.astype("M8[D]"))[5:] if self.iso else day_words(moment)

    def _months(self, every: int) -> list[Tick]:
        ticks = []
        for moment in self._span("M"):
            year, month = int(str(moment)[:4]), int(str(moment)[5:7])
            said = (month - 1) % every == 0
            if month > 1 and self._years_only():
                continue
            name = f"{month:02d}" if self.iso else MONTHS[month - 1]
            words = str(year) if month == 1 else name if said else ""
            ticks.append(Tick(self.second(moment), words, month == 1))
        return self._within(ticks)

    def axis(self, y: float) -> Markup:
        """The axis drawn at `y`, its words below."""
        marks = []
        taken: list[float] = []
        for tick in sorted(self.ticks(), key=lambda t: (not t.major, t.second)):
            x = self.x(tick.second)
            length = 6.0 if tick.words else 3.0
            marks.append(tag("line", x1=x, x2=x, y1=y, y2=y + length, class_="axis"))
            anchor = "end" if x > self.right - 20.0 else "middle"
            middle = x - 16.0 if anchor == "end" else x
            if tick.words and all(abs(middle - other) > 34.0 for other in taken):
                taken.append(middle)
                style = "tick major" if tick.major else "tick"
                marks.append(
                    tag("text", tick.words, x=x, y=y + 18.0, class_=style, text_anchor=anchor)
                )
        line = tag("line", x1=self.left, x2=self.right, y1=y, y2=y, class_="axis")
        return tag("g", line, join(marks))

    def gridlines(self, top: float, bottom: float) -> Markup:
        """Faint lines at the marks that have words."""
        xs = [self.x(t.second) for t in self.ticks() if t.words]
        return join(tag("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid") for x in xs)


def day_words(moment: np.datetime64) -> str:
    """`3 Mar` of an instant."""
    text = str(moment.astype("M8[D]"))
    return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1]}"
