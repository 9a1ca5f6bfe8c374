"""What a route has to hold, and what it is chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ilrs.errors import UserError
from ilrs.planning.reserved import APART
from ilrs.planning.route import Route
from ilrs.planning.route_keepouts import KeepOut
from ilrs.planning.tempo import TEMPOS
from ilrs.siting.spots import Spot
from ilrs.sky.orbits import HeldOrbit

Seek = Literal["time", "energy"]
Contact = Literal["none", "earth", "relay", "any"]

_SEEN = {"earth": "the Earth", "relay": "a relay", "any": "the Earth or a relay"}


@dataclass(frozen=True)
class Terms:
    """What a route has to hold and is chosen by.

    `light` is the share of the Sun's disc that must be in view, None to drive in the dark;
    `contact` what must be in view, the Earth, one of `relays`, or any of them; `dark` [s] how long
    it may stand or go without. It keeps `apart` [m] from the rovers on the routes `clear_of`.
    """

    seek: Seek = "time"
    light: float | None = 0.5
    contact: Contact = "none"
    tempo: str = "supervised"
    dark: float = 0.0
    keep_outs: tuple[KeepOut, ...] = ()
    shadow_kept_out: bool = False
    havens: tuple[Spot, ...] = ()
    relays: tuple[HeldOrbit, ...] = ()
    haven_radius: float = 50.0
    clear_of: tuple[Route, ...] = ()
    apart: float = APART

    def __post_init__(self) -> None:
        if self.tempo not in TEMPOS:
            raise UserError(
                f"{self.tempo!r} is no tempo", remedy=f"choose among {', '.join(TEMPOS)}"
            )
        if self.light is not None and not 0.0 <= self.light < 1.0:
            raise UserError(
                f"a share of {self.light:g} of the disc parts no light from dark",
                remedy="give a share from 0 and below 1, or none",
            )

    def as_data(self) -> dict[str, Any]:
        """The terms as plain data."""
        return {
            "sought": self.seek,
            "light_at_least": self.light,
            "contact": self.contact,
            "tempo": self.tempo,
            "dark_hours": self.dark / 3600.0,
            "keep_outs": [area.name for area in self.keep_outs]
            + (["permanent-shadow"] if self.shadow_kept_out else []),
            "havens": [spot.said for spot in self.havens],
            **(
                {"clear_of": [route.name for route in self.clear_of], "apart_m": self.apart}
                if self.clear_of
                else {}
            ),
        }

    def words(self) -> str:
        """What a cell has to be to be open, in words."""
        parts = [] if self.light is None else ["lit"]
        if self.contact != "none":
            parts.append(f"in view of {_SEEN[self.contact]}")
        if self.clear_of:
            parts.append(f"{self.apart:g} m clear of other rovers")
        return " and ".join(parts) or "open"
