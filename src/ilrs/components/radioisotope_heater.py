"""Radioisotope heater: warmth that needs no electricity and cannot be turned off."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Primitive, Warmth
from ilrs.physics.radioisotope import remaining_heat
from ilrs.units import Number, Power


class RadioisotopeHeater(Component):
    """Sealed units of plutonium oxide that warm the box by their decay."""

    kind: Literal["radioisotope_heater"] = "radioisotope_heater"
    units: int = Field(1, ge=1, description="Units in the box.")
    unit_power: Power = sourced(
        1.0, "light-weight heater unit: 1 W of heat in 40 g", "secondary", "Heat of a unit, fresh."
    )
    isotope: Literal["Pu-238", "Am-241"] = Field("Pu-238", description="What decays.")
    age: Number = Field(0.0, description="Years between fuelling and arrival.", ge=0)

    TELEMETRY: ClassVar[dict[str, str]] = {"heat": "W"}
    VALIDITY: ClassVar[str] = "All heat stays in the box; nothing fails; dose is not computed."

    def primitives(self, at: Setting) -> list[Primitive]:
        """Heat into the box, by half-life."""
        left = remaining_heat(at.years + self.age, self.isotope)
        return [Warmth(at.name, at.heat_node, self.units * self.unit_power * left * at.present)]
