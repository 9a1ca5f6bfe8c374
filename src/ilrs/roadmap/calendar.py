"""Times between missions on the calendar: months as people count them, not as seconds."""

from __future__ import annotations

import calendar

import numpy as np

from ilrs.errors import UnitError, UserError
from ilrs.units import to_si

MONTH = 2629800.0
DAY = 86400.0
LONGEST = 1200 * MONTH
"""Longer slips are mistakes: dates have four digits of a year."""
Date = np.datetime64


def later(date: Date, seconds: float) -> Date:
    """The date `seconds` after another, to the day: whole months by the calendar, else days up.

    The 31st of a month becomes the last day of a shorter one.
    """
    months = round(seconds / MONTH)
    if abs(seconds - months * MONTH) > 1.0:
        days = int(np.ceil(seconds / DAY - 1e-9))
        return (date.astype("M8[D]") + np.timedelta64(days, "D")).astype("M8[s]")
    month = date.astype("M8[M]")
    there = month + np.timedelta64(months, "M")
    year, number = int(str(there)[:4]), int(str(there)[5:7])
    day = min(int((date.astype("M8[D]") - month) / np.timedelta64(1, "D")) + 1,
              calendar.monthrange(year, number)[1])  # fmt: skip
    return (there.astype("M8[D]") + np.timedelta64(day - 1, "D")).astype("M8[s]")


def days_between(first: Date, last: Date) -> int:
    """Whole days from one date to another."""
    return int((last.astype("M8[D]") - first.astype("M8[D]")) / np.timedelta64(1, "D"))


def parse_slip(text: str) -> tuple[str, float]:
    """Mission and seconds of `ilrs-2=18 month`; a minus brings it forward."""
    mission, sign, slip = text.partition("=")
    if not sign:
        raise UserError(f"{text!r} slips nothing", remedy="write MISSION=TIME: ilrs-2='18 month'")
    try:
        seconds = to_si(slip.strip(), "s")
    except UnitError as error:
        raise UserError(
            error.what, remedy="write MISSION=TIME, such as ilrs-2='18 month'"
        ) from error
    if abs(seconds) > LONGEST:
        raise UserError(
            f"{text!r} is more than a hundred years", remedy="slip it by less, or --cancel it"
        )
    return mission.strip(), seconds
