"""Panels of a drawing: a series over time on an axis of values, as lines, bands and stacks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.rendering.markup import Content, Markup, join, number, tag
from ilrs.rendering.timeline import Timeline

Floats = NDArray[np.float64]
WIDTH, LEFT, RIGHT = 1080.0, 112.0, 1064.0


@dataclass(frozen=True)
class Panel:
    """Values `low` to `high` (said in `unit`) over pixels `top` to `top + height`."""

    time: Timeline
    top: float
    height: float
    low: float
    high: float
    unit: str

    @property
    def bottom(self) -> float:
        """Pixel of the lowest value."""
        return self.top + self.height

    def ys(self, values: NDArray[np.generic]) -> Floats:
        """Pixels of values; what lies outside is drawn outside."""
        share = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        return self.bottom - share * self.height

    def y(self, value: float) -> float:
        """Pixel of a value."""
        return float(self.ys(np.array([value]))[0])

    def draw(self, title: str, *content: Content, ticks: Sequence[float] | None = None) -> Markup:
        """The panel's frame and title around its content."""
        marks = []
        for value in nice(self.low, self.high) if ticks is None else ticks:
            y = self.y(value)
            marks.append(
                tag("line", x1=self.time.left, x2=self.time.right, y1=y, y2=y, class_="grid")
            )
            words = f"{value:g}".replace("-", "−")
            marks.append(
                tag(
                    "text",
                    f"{words} {self.unit}",
                    x=self.time.left - 8.0,
                    y=y + 4.0,
                    class_="tick",
                    text_anchor="end",
                )
            )
        return tag(
            "g",
            join(marks),
            self.time.gridlines(self.top, self.bottom),
            join(content),
            tag("text", title, x=self.time.left, y=self.top - 8.0, class_="panel-title"),
            class_="panel",
            data_top=self.top,
            data_bottom=self.bottom,
            data_low=repr(float(self.low)),
            data_high=repr(float(self.high)),
            data_unit=self.unit,
        )

    def line(self, seconds: Floats, values: Floats, class_: str, name: str) -> Markup:
        """A series as a line, broken where it is NaN."""
        return tag(
            "path",
            d=trace(self.time.xs(seconds), self.ys(values)),
            class_=f"line {class_}",
            data_name=name,
        )

    def band(
        self, seconds: Floats, low: Floats, high: Floats, class_: str, name: str | None = None
    ) -> Markup:
        """The area between two series, one per stretch without NaN."""
        xs, tops, bottoms = self.time.xs(seconds), self.ys(high), self.ys(low)
        known = np.isfinite(tops) & np.isfinite(bottoms)
        pieces = []
        for part in stretches(known):
            there, back = xs[part], xs[part][::-1]
            forth = points(there, tops[part])
            pieces.append(f"M{forth} {points(back, bottoms[part][::-1])}Z")
        return tag("path", d="".join(pieces), class_=f"area {class_}", data_area=name)

    def stack(self, seconds: Floats, layers: Sequence[tuple[str, str, Floats]]) -> Markup:
        """Layers (class, name, values) one upon the other."""
        below = np.zeros(len(seconds))
        drawn = []
        for class_, name, values in layers:
            above = below + np.nan_to_num(values)
            if (above > below).any():
                drawn.append(self.band(seconds, below, above, class_, name))
            below = above
        return join(drawn)

    def level(self, value: float, words: str, class_: str = "limit") -> Markup:
        """A horizontal line at a value, with words on it."""
        y = self.y(value)
        return join(
            tag("line", x1=self.time.left, x2=self.time.right, y1=y, y2=y, class_=class_),
            tag(
                "text", words, x=self.time.right - 4.0, y=y - 4.0, class_="note", text_anchor="end"
            ),
        )


def drawing(
    height: float, label: str, *content: Content, time: Timeline | None = None, width: float = WIDTH
) -> Markup:
    """An SVG drawing; `label` says in words what it shows. With `time` the page can read values."""
    attributes: dict[str, object] = {}
    if time is not None:
        attributes = {
            "data_start": str(time.start) + "Z",
            "data_first": repr(float(time.first)),
            "data_last": repr(float(time.last)),
            "data_left": time.left,
            "data_right": time.right,
        }
    return tag(
        "svg",
        join(content),
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=label,
        **attributes,
    )


def trace(xs: Floats, ys: Floats) -> str:
    """The path through points, broken where one is NaN; a single point becomes a dash."""
    parts = []
    for part in stretches(np.isfinite(ys)):
        if part.stop - part.start == 1:
            x, y = xs[part.start], ys[part.start]
            parts.append(f"M{number(x - 1)},{number(y)} {number(x + 1)},{number(y)}")
        else:
            parts.append("M" + points(xs[part], ys[part]))
    return "".join(parts)


def points(xs: Floats, ys: Floats) -> str:
    """Points as text."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in zip(xs, ys, strict=True))


def stretches(known: NDArray[np.bool_]) -> list[slice]:
    """Slices over which `known` holds."""
    change = np.diff(np.concatenate([[0], known.astype(np.int8), [0]]))
    first, last = np.nonzero(change == 1)[0], np.nonzero(change == -1)[0]
    return [slice(int(a), int(b)) for a, b in zip(first, last, strict=True)]


def nice(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from `low` to `high`, at most `most` of them and a last one."""
    span = high - low
    if not span > 0.0:
        return [low]
    rough = span / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if size * m >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def ceiling(value: float) -> float:
    """A round value not below `value`, to end an axis."""
    if not (math.isfinite(value) and value > 0.0):
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    steps = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
    return next(size * m for m in steps if size * m >= value * 0.9999)


def strip(
    time: Timeline,
    y: float,
    height: float,
    spells: Sequence[tuple[float, float, str, str]],
    label: str,
) -> Markup:
    """A row of bars (first second, last second, class, words) with its label to the left."""
    bars = []
    for first, last, class_, words in spells:
        x = time.x(max(first, time.first))
        width = max(time.x(min(last, time.last)) - x, 1.0)
        bars.append(
            tag("rect", tag("title", words), x=x, y=y, width=width, height=height, class_=class_)
        )
    return join(
        tag("rect", x=time.left, y=y, width=time.right - time.left, height=height, class_="bed"),
        tag("text", label, x=time.left - 8.0, y=y + height - 3.0, class_="tick", text_anchor="end"),
        join(bars),
    )
