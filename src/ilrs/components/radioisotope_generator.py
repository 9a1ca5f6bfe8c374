"""Radioisotope generator: a small steady source of electricity, and of warmth."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import Primitive, Sink, Source, Warmth
from ilrs.physics.photovoltaic import remaining_output
from ilrs.physics.radioisotope import remaining_heat
from ilrs.units import Fraction, Number, Power


class RadioisotopeGenerator(Component):
    """Decay heat through a converter; a shunt takes what the station does not."""

    kind: Literal["radioisotope_generator"] = "radioisotope_generator"
    power: Power = sourced(
        110.0,
        "MMRTG: 110 W electric when fuelled, of 45 kg",
        "secondary",
        "Electric, when fuelled.",
    )
    heat: Power = sourced(
        2000.0, "MMRTG: 2000 W of heat from 4.8 kg of oxide", "secondary", "Thermal, when fuelled."
    )
    isotope: Literal["Pu-238", "Am-241"] = Field("Pu-238", description="What decays.")
    converter_loss: Fraction = sourced(
        0.022,
        "MMRTG: 110 W to 72 W in 14 years, less the decay",
        "derived",
        "Efficiency of the converter lost a year.",
    )
    age: Number = Field(0.0, description="Years between fuelling and arrival.", ge=0)
    heat_inside: Fraction = Field(0.0, description="Share of the waste heat led into the box.")
    failures: dict[str, Failure] = Field({}, description="`converter` (no electricity).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"converter": "no electricity; the heat goes on"}
    TELEMETRY: ClassVar[dict[str, str]] = {"power": "W", "dumped": "W"}
    VALIDITY: ClassVar[str] = (
        "Constant but for age; the converter loses the same share every year; dose is not computed."
    )

    @model_validator(mode="after")
    def _warmer_than_it_gives(self) -> RadioisotopeGenerator:
        if self.power >= self.heat:
            raise ValueError(
                f"{self.power:g} W of electricity cannot come from {self.heat:g} W of heat: give "
                "`heat` its thermal power"
            )
        return self

    def primitives(self, at: Setting) -> list[Primitive]:
        """One source that always runs, its shunt, and its waste heat."""
        old = at.years + self.age
        fuel = remaining_heat(old, self.isotope)
        electric = self.power * fuel * remaining_output(old, self.converter_loss)
        waste = (self.heat * fuel - electric) * at.present
        made: list[Primitive] = [
            Source(at.name, at.electricity, electric * at.present, minimum=1.0),
            Sink(
                f"{at.name}.dumped",
                at.electricity,
                self.power,
                flexible=True,
                dump=True,
                products={SURROUNDINGS_HEAT: 1.0},
            ),
            *self.failing("converter", at, (at.name,)),
        ]
        if self.heat_inside:
            made.append(Warmth(f"{at.name}.waste", at.heat_node, self.heat_inside * waste))
        return made
