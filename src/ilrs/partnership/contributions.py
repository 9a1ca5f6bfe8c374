"""Contributions: what partners bring, where in the station's tree, at which stages, how far it is.

A node is a path: `mission`, `mission/system`, `mission/system/subsystem` or
`mission/system/subsystem/equipment`; on Earth `ground/...` and `application/...`. Missions and
systems are the scenario's missions and facilities, or new ones beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Described
from ilrs.partnership.demands import Masses
from ilrs.partnership.opportunity import Inclusion
from ilrs.partnership.proposal import ON_EARTH, Level, Stage
from ilrs.partnership.trail import digest
from ilrs.scenario.instants import Instant
from ilrs.units import DataRate, Power

Gives = Literal[
    "hardware", "data", "ground-station time", "staff", "training", "standards", "software",
    "services",
]  # fmt: skip
State = Literal[
    "offered", "under review", "agreed", "in development", "delivered", "integrated", "operating",
    "retired", "declined", "withdrawn",
]  # fmt: skip
Maturity = Literal["to be developed", "to be modified", "off the shelf", "measured"]
LEVELS: tuple[Level, ...] = ("mission", "system", "subsystem", "equipment")
INCLUDED: tuple[Inclusion, ...] = ("interface", "separation", "cables")
"""What counts besides the payload in the call for Chang'e-8."""

NEXT: dict[State, tuple[State, ...]] = {
    "offered": ("under review", "declined", "withdrawn"),
    "under review": ("agreed", "offered", "declined", "withdrawn"),
    "agreed": ("in development", "operating", "withdrawn"),
    "in development": ("delivered", "withdrawn"),
    "delivered": ("integrated", "in development", "withdrawn"),
    "integrated": ("operating", "delivered", "withdrawn"),
    "operating": ("retired",),
    "retired": (),
    "declined": ("offered",),
    "withdrawn": ("offered",),
}
"""The states that may follow each; what brings no hardware goes from agreed to operating."""
OUT: tuple[State, ...] = ("declined", "withdrawn", "retired")
"""States in which a contribution weighs and draws nothing."""


class Event(Described):
    """A change of state: when, to what, by whom."""

    at: Instant
    state: State
    by: str
    why: str = ""
    chain: str = ""
    """SHA-256 over this event and all before it, as `ilrs partner move` writes it."""


def chained(events: Sequence[Event]) -> str:
    """The hash of a history up to its last event, whatever hashes stand in it."""
    link = ""
    for event in events:
        told = {"at": str(event.at)[:10], "state": event.state, "by": event.by, "why": event.why}
        link = digest({**told, "before": link})
    return link


Secret = Literal["mass", "power", "data", "cost", "history", "note"]
"""What of a contribution may be confidential; that there is one, by whom and where, may not."""


class Contribution(Described):
    """What a partner brings to a node."""

    title: str
    partner: str
    """Its key in the registry."""
    gives: Gives
    node: Annotated[
        str, Field(pattern=r"^[a-z0-9]+(?:[-.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-.][a-z0-9]+)*)*$")
    ]
    """Where in the tree it stands: short names in small letters, from the mission down, apart by
    slashes, such as `ilrs-2/garage/rover`."""
    stages: Annotated[list[Stage], Field(min_length=1)]
    maturity: Maturity = "to be developed"
    mass: Masses | None = None
    """Left out: nothing flies, or no mass is published. Its margin follows from the maturity."""
    power: Power = 0.0
    """Mean draw."""
    data: DataRate = 0.0
    """Mean rate that it sends."""
    cost: float | None = Field(None, ge=0.0)
    """Whatever the partners count in; left out: not told."""
    history: Annotated[list[Event], Field(min_length=1)]
    """The oldest first; the last is the state now."""
    note: str = ""
    confidential: list[Secret] = []
    """What only the partner and the reviewers may see."""

    @model_validator(mode="after")
    def _hangs_together(self) -> Contribution:
        if not self.tangible and self.mass is not None:
            raise ValueError(f"{self.gives} weighs nothing: leave mass out, or give hardware")
        depth = self.node.count("/") + 1
        if not self.on_earth and depth > len(LEVELS):
            raise ValueError(f"{self.node!r} has {depth} levels, and a node at most {len(LEVELS)}")
        if self.on_earth and self.mass is not None:
            raise ValueError("what stays on Earth is not in the mass budget: leave mass out")
        if self.history[0].state != "offered":
            raise ValueError("a history begins with 'offered'")
        for before, after in zip(self.history, self.history[1:], strict=False):
            if after.at < before.at:
                raise ValueError(f"the history goes back in time at {str(after.at)[:10]}")
            if after.state not in NEXT[before.state]:
                allowed = ", ".join(NEXT[before.state]) or "nothing"
                raise ValueError(
                    f"{before.state!r} is not followed by {after.state!r}, only by: {allowed}"
                )
        return self

    @property
    def tangible(self) -> bool:
        """Whether it is hardware."""
        return self.gives == "hardware"

    @property
    def on_earth(self) -> bool:
        """Whether its node belongs to ground or application."""
        return self.node.split("/")[0] in ON_EARTH

    @property
    def level(self) -> Level:
        """The level of its node."""
        first, *rest = self.node.split("/")
        if first in ON_EARTH:
            return "ground" if first == "ground" else "application"
        return LEVELS[len(rest)]

    @property
    def state(self) -> State:
        """Its state now."""
        return self.history[-1].state

    @property
    def counted(self) -> float:
        """Mass as the call counts it [kg], without margin: payload, and what holds and wires it."""
        return 0.0 if self.mass is None else counted(self.mass)

    def moved(self, event: Event) -> Contribution:
        """It with one more change of state; refuses what may not follow."""
        return Contribution.model_validate({**self.model_dump(), "history": [*self.history, event]})


def counted(mass: Masses, includes: tuple[Inclusion, ...] = INCLUDED) -> float:
    """Mass with what a call includes [kg]; its margin only where the call says so."""
    parts = {"interface": mass.interface, "separation": mass.separation, "cables": mass.cables}
    whole = mass.body + sum(parts[name] for name in includes if name in parts)
    return whole * (1.0 + mass.margin) if "margin" in includes else whole
