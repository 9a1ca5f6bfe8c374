"""Ground station: a dish on Earth that hears the Moon while it is up."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive
from ilrs.units import Angle, Height, Length


class GroundStation(Component):
    """A dish on Earth; together the stations decide when Earth hears."""

    kind: Literal["ground_station"] = "ground_station"
    country: str = Field(description="Where it stands.")
    latitude: Angle = Field(description="Geodetic latitude.")
    longitude: Angle = Field(description="East longitude.")
    height: Height = sourced(
        0.0, "heights change the view by under 0.02 deg", "assumed", "Above the ellipsoid."
    )
    diameter: Length = Field(description="Of the dish.")
    mask: Angle = sourced(
        0.17453292519943295, "10 deg, usual for deep-space dishes", "assumed", "Lowest elevation."
    )

    VALIDITY: ClassVar[str] = (
        "Always available; flat horizon at the mask; the best station in view is used, hand-over "
        "takes no time."
    )

    def primitives(self, at: Setting) -> list[Primitive]:
        """None: a station shapes the views of Earth, which links are built from."""
        return []
