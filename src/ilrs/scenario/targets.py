"""Targets in the sky as people name them: a star of the list, or a place by right ascension."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from ilrs.components.component import Described
from ilrs.units import Angle, Number, Quantity

_SEXAGESIMAL = re.compile(
    r"\s*([+-]?)(\d+)\s*[:hd°\s]\s*(\d+)\s*(?:[:m'\s]\s*(\d+(?:\.\d*)?)\s*[s\"]?)?\s*"
)
Ratio = Annotated[float, Quantity("", minimum=0.0)]
ProperMotion = Annotated[float, Quantity("rad/s")]


def _hours(value: Any) -> Any:
    return _angle(value, 15.0)


def _degrees(value: Any) -> Any:
    return _angle(value, 1.0)


def _angle(value: Any, factor: float) -> Any:
    """An angle written as 06:45:09 or 06h45m09s in radians; anything else as it is."""
    match = _SEXAGESIMAL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    sign, whole, minutes, seconds = match.groups()
    size = int(whole) + int(minutes) / 60.0 + float(seconds or 0.0) / 3600.0
    return math.radians(factor * (-size if sign == "-" else size))


class Target(Described):
    """Something in the sky: a `star` of the packaged list, or a direction of its own."""

    star: str | None = None
    """A star of the packaged list, `Sirius` or `HIP 32349`."""
    right_ascension: Annotated[Angle, BeforeValidator(_hours)] | None = None
    """ICRS, as `101.28 deg` or `06:45:09` (hours)."""
    declination: Annotated[Angle, BeforeValidator(_degrees)] | None = None
    """ICRS, as `-16.7 deg` or `-16:42:58`."""
    motion_ra: ProperMotion = 0.0
    """Proper motion in right ascension times cos declination, as `-546 mas/yr`."""
    motion_dec: ProperMotion = 0.0
    """Proper motion in declination."""
    parallax: Angle = 0.0
    epoch: Number = 2000.0
    """Julian year its place is for."""
    magnitude: Number | None = None
    """AB magnitude in the visual; for a `star` that of the list unless given."""
    colour: Number | None = None
    """B-V, for its light in other bands; left out, it is taken as flat."""
    in_band: Number | None = None
    """AB magnitude in the telescope's own band, in place of magnitude and colour."""
    ratio: Ratio | None = None
    """Signal-to-noise ratio wanted of it."""
    every: Annotated[float, Quantity("s", minimum=0.0)] | None = Field(
        None, gt=0, description="Cadence wanted of it."
    )
    note: str = ""

    @model_validator(mode="after")
    def _is_somewhere(self) -> Target:
        placed = self.right_ascension is not None, self.declination is not None
        if self.star is not None and any(placed):
            raise ValueError("give a star of the list or a direction, not both")
        if self.star is None and not all(placed):
            raise ValueError("give a star of the list, or right_ascension and declination")
        if self.declination is not None and abs(self.declination) > math.pi / 2.0 + 1e-12:
            raise ValueError(f"a declination of {math.degrees(self.declination):g} deg is none")
        return self
