"""Radiator: a plate that looks at the zenith, behind a louver."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from ilrs.components.component import Component, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive, Radiator, Warmth
from ilrs.physics.thermal import radiative_coefficient
from ilrs.units import Area, Fraction, Length, Temperature


class ZenithRadiator(Component):
    """A horizontal plate over the box; a bimetal louver opens it as the box warms."""

    kind: Literal["radiator"] = "radiator"
    area: Area = Field(description="Radiating area.")
    emissivity_open: Fraction = sourced(
        0.74, "louvers over white paint, fully open", "assumed", "Effective, louver open."
    )
    emissivity_shut: Fraction = sourced(
        0.14, "louvers over white paint, shut", "assumed", "Effective, louver shut."
    )
    cold: Temperature = sourced(
        283.15, "louver begins to open at 10 degC", "assumed", "Shut below."
    )
    hot: Temperature = sourced(301.15, "louver open at 28 degC", "assumed", "Open above.")
    sink: Temperature = sourced(
        60.0,
        "sky of 3 K, with terrain below 10 deg at 200 K in 1 % of the view: (0.01 * 200^4)^(1/4)",
        "derived",
        "Radiative temperature the plate looks at.",
    )

    absorptance: Fraction = sourced(
        0.20, "white paint with some dust, behind a louver", "assumed", "Of sunlight on the plate."
    )
    height: Length = sourced(
        2.0, "on top of a box", "assumed", "Of the plate above ground, where it needs the light."
    )

    VALIDITY: ClassVar[str] = (
        "Level plate; the Sun shines on it by the sine of its elevation whatever the louver does; "
        "dust only as the absorptance has it."
    )

    @model_validator(mode="after")
    def _opens_when_warm(self) -> ZenithRadiator:
        if self.hot <= self.cold:
            raise ValueError(f"the louver opens at {self.hot:g} K, below where it shuts")
        if self.emissivity_open < self.emissivity_shut:
            raise ValueError("the louver radiates less open than shut")
        return self

    def light_span(self) -> tuple[float, float]:
        """At the plate."""
        return self.height, self.height

    def primitives(self, at: Setting) -> list[Primitive]:
        """One radiator on the facility's thermal mass, and the sunlight on its plate."""
        ground = at.ground()
        lit = ground.light(*self.light_span())
        down = ground.irradiance * lit * np.maximum(np.sin(ground.sun_elevation), 0.0)
        return [
            Warmth(
                f"{at.name}.sunlight",
                at.heat_node,
                self.absorptance * self.area * down * at.present,
            ),
            Radiator(
                at.name,
                at.heat_node,
                shut=radiative_coefficient(self.area, self.emissivity_shut),
                open=radiative_coefficient(self.area, self.emissivity_open),
                cold=self.cold,
                hot=self.hot,
                sky=self.sink,
            ),
        ]
