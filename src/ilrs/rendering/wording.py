"""Numbers, units, instants and names in words a reader takes in at a glance."""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime

from ilrs.rendering.markup import Markup, tag

NONE = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SCALES: dict[str, list[tuple[float, str]]] = {
    "J": [(3.6e12, "GWh"), (3.6e9, "MWh"), (3.6e6, "kWh"), (3.6e3, "Wh")],
    "J/kg": [(3.6e6, "kWh/kg"), (3.6e3, "Wh/kg")],
    "W": [(1e6, "MW"), (1e3, "kW"), (1.0, "W")],
    "bit": [(1e12, "Tbit"), (1e9, "Gbit"), (1e6, "Mbit"), (1e3, "kbit"), (1.0, "bit")],
    "bit/s": [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1.0, "bit/s")],
    "s": [(31557600.0 * 2.0, "yr"), (86400.0 * 4.0, "d"), (3600.0 * 2.0, "h"), (120.0, "min")],
    "kg": [(1e4, "t"), (1.0, "kg")],
    "m": [(1e3, "km"), (1.0, "m")],
}
_UNIT_SIZE = {"yr": 31557600.0, "d": 86400.0, "h": 3600.0, "min": 60.0, "t": 1e3}
_SMALLEST = {"J": (3.6e3, "Wh"), "s": (1.0, "s")}
_ONE_OF = {"times": "time", "pieces": "piece"}


def say(value: float | None, unit: str, *, difference: bool = False) -> str:
    """A value [`unit`, SI] to three digits in the unit people use; a share in percent.

    A `difference` carries its sign, and a difference of shares is in points.
    """
    if value is None or not math.isfinite(value):
        return NONE
    sign = "" if not difference else "−" if value < 0.0 else "+"
    size = abs(value) if difference else value
    if unit == "":
        text, name = (digits(100.0 * size) if difference else share(size)), "%"
        name = "points" if difference else "%"
        return f"{sign}{text} {name}"
    factor, name = scale(size, unit)
    if size == 1.0:
        name = _ONE_OF.get(name, name)
    return f"{sign}{digits(size / factor)} {name}".rstrip()


def scale(size: float, unit: str) -> tuple[float, str]:
    """Factor and name of the unit in which `size` [`unit`] is said."""
    smallest = _SMALLEST.get(unit, _SCALES.get(unit, [(1.0, unit)])[-1])
    for least, name in _SCALES.get(unit, []):
        if abs(size) >= least:
            return _UNIT_SIZE.get(name, least), name
    return smallest


def digits(value: float, count: int = 3) -> str:
    """`count` significant digits, never an exponent below a million of them."""
    if value == 0.0:
        return "0"
    if abs(value) >= 1e7 or abs(value) < 1e-4:
        return f"{value:.{count - 1}e}"
    places = max(count - 1 - math.floor(math.log10(abs(value)) + 1e-12), 0)
    text = f"{value:.{min(places, 6)}f}"
    if "." in text and abs(float(text) - value) <= 1e-9 * abs(value):
        text = text.rstrip("0").rstrip(".")  # a round number, not one rounded
    return text.replace("-", "−")


def share(value: float) -> str:
    """A share in percent; near 100 % as many digits as tell it from 100 %."""
    short = 1.0 - value
    if abs(short) < 1e-6:
        return "100"
    if 0.0 < short < 0.01:
        places = min(math.ceil(-math.log10(short) - 1e-9) - 1, 5)
        return digits(100.0 * value, 2 + places)
    return digits(100.0 * value)


def datum(value: float | None, unit: str, *, difference: bool = False) -> Markup:
    """A value in words, with the exact SI number for machines."""
    words = say(value, unit, difference=difference)
    if value is None or not math.isfinite(value):
        return tag("span", words, class_="none", title="no value")
    return tag("data", words, value=repr(float(value)))


def parsed(instant: str) -> datetime:
    """An ISO instant (UTC) of a summary."""
    return datetime.fromisoformat(instant.replace("Z", "+00:00")).replace(tzinfo=None)


def day(instant: str | None) -> str:
    """The day of an instant: 3 March as `3 Mar 2031`."""
    if not instant:
        return NONE
    moment = parsed(instant)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def minute(instant: str | None) -> str:
    """Day and time of an instant, UTC."""
    if not instant:
        return NONE
    moment = parsed(instant)
    return f"{day(instant)}, {moment.hour:02d}:{moment.minute:02d}"


def when(instant: str | None, *, exact: bool = False) -> Markup:
    """An instant in words, with the exact one for machines."""
    words = minute(instant) if exact else day(instant)
    return tag("time", words, datetime=instant) if instant else tag("span", words, class_="none")


def columns(words: str) -> int:
    """How wide words stand, in letters: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def shortened(words: str, most: int) -> str:
    """Words that take no more than `most` columns, an ellipsis where some are left out."""
    if columns(words) <= most:
        return words
    while words and columns(words) >= most:
        words = words[:-1]
    return f"{words.rstrip()}…"


def spoken(name: str) -> str:
    """`command-centre/fuel-cell.cell` as people say it."""
    facility, _, part = name.partition("/")
    words = facility.replace("-", " ").replace("_", " ")
    if not part:
        return words
    component, _, port = part.partition(".")
    said = component.replace("-", " ").replace("_", " ")
    if port:
        port = "keep-alive" if port == "keep_alive" else port.replace("_", " ").replace("-", " ")
        said += f" ({port.replace('.', ', ')})"
    return f"{words} · {said}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 fault`, `3 faults`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def priority(number: int) -> str:
    """A priority in words."""
    return f"priority {number}" if number else "keep-alive"


def told(text: str) -> str:
    """What an event tells, with the names of failures as words."""
    head, colon, rest = text.partition(":")
    return head.replace("_", " ") + colon + rest


def listed(words: list[str]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]
