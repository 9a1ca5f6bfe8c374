"""What the verbs about places share: their options, their period, places that look like options."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

BEGINS, ENDS, STEP, MAP_STEP = "2031-01-01", "2032-01-01", "10 min", "1 h"
_NEGATIVE = re.compile(r"-[\d.][\d.,;eE+ -]*")


class NegativePlaces(TyperCommand):
    """A command whose arguments may be places like -89.45,222.66, which look like options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A space in front tells a place from an option, and is no part of it."""
        return super().parse_args(ctx, [f" {a}" if _NEGATIVE.fullmatch(a) else a for a in args])


Terrain = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="An elevation model by name or path; may be given often.",
        show_default="the finest at hand",
    ),
]
RelaysOf = Annotated[
    str,
    typer.Option(
        "--relays-of",
        metavar="SCENARIO",
        help="The scenario whose relays are looked for; none for none.",
    ),
]
DarkAt = Annotated[
    float, typer.Option(metavar="SHARE", help="It is dark with no more of the Sun's disc.")
]
ArrayToLoad = Annotated[
    float,
    typer.Option(
        metavar="RATIO",
        help="An array's power at full light over the load, for the deficit a store has to bring.",
    ),
]


def clock(begins: str | None, ends: str | None, step: str | None) -> Any:
    """The period asked for."""
    from ilrs.siting.period import period

    return period(begins or BEGINS, ends or ENDS, step or STEP)


def relays(scenario: str) -> Any:
    """The relays of a scenario; none for `none`."""
    from ilrs.siting.relays import relays_of

    return () if scenario == "none" else relays_of(scenario)
