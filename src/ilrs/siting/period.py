"""The period of a question about places, from words to a clock."""

from __future__ import annotations

from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.scenario.instants import parse_instant
from ilrs.units import step_text, to_si

MOST_STEPS = 5_000_000


def period(begins: str, ends: str, step: str) -> Clock:
    """The clock from `begins` to `ends` (UTC, the end excluded) in steps such as `10 min`.

    A bare number is seconds.
    """
    seconds = to_si(step_text(step), "s")
    if seconds != round(seconds) or seconds < 1.0:
        raise UserError(
            f"a step of {step} is no whole number of seconds", remedy="such as --step '10 min'"
        )
    clock = Clock.over(parse_instant(begins), parse_instant(ends), round(seconds))
    if clock.count > MOST_STEPS:
        raise UserError(
            f"{clock.count} steps are more than the {MOST_STEPS} that fit in memory here",
            remedy="take a shorter period or a longer step",
        )
    return clock
