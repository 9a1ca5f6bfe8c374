"""Cable: carries electricity between two places over the ground."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import Link, Primitive
from ilrs.physics.cable import conductor_mass, loss_fraction, section_for
from ilrs.units import Area, Fraction, Length, Power, Voltage


class Cable(Component):
    """Two conductors on the ground, from the facility's place to another."""

    kind: Literal["cable"] = "cable"
    to: str = Field(description="The place at the other end.")
    power: Power = Field(description="Rated power sent.")
    length: Length = Field(description="Length laid, slack included.")
    voltage: Voltage = Field(description="Voltage between the conductors.")
    section: Area = Field(description="Cross-section of one conductor.")
    metal: Literal["copper", "aluminium"] = Field("aluminium", description="Conductor.")
    circuits: int = Field(1, ge=1, description="Like circuits that share power and section.")
    converter: Fraction = sourced(
        1.0,
        "both ends at the bus voltage, without converters",
        "assumed",
        "Efficiency of the converter at each end.",
        gt=0,
    )
    insulation: Fraction = sourced(
        1.0 / 3.0, "a third more for insulation and drum", "assumed", "On the conductors' mass."
    )
    both_ways: bool = Field(False, description="Whether power may flow back.")
    failures: dict[str, Failure] = Field({}, description="`open` (one circuit passes nothing).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "open": "one circuit passes nothing: broken, or shorted and isolated by its breakers"
    }
    TELEMETRY: ClassVar[dict[str, str]] = {"sent": "W"}
    VALIDITY: ClassVar[str] = (
        "Loss as a constant share, that of rated power at 293 K: it overstates that at part load "
        "and in the cold; breakers isolate a short before it pulls a bus down; converters fail "
        "with their circuit."
    )

    @model_validator(mode="after")
    def _carries(self) -> Cable:
        if min(self.voltage, self.length) <= 0.0:
            raise ValueError("a cable needs a voltage and a length above zero")
        fair = section_for(self.power, self.voltage, self.length, 0.05, self.metal)
        if self.section <= 0.0:
            raise ValueError(
                f"a cable of no section carries nothing: {fair * 1e6:.3g} mm^2 would lose 5 %"
            )
        if self._loss() >= 0.5:
            raise ValueError(
                f"the cable loses {self._loss():.0%} at rated power; it needs a larger section or "
                f"a higher voltage: {fair * 1e6:.3g} mm^2 would lose 5 %"
            )
        bare = conductor_mass(self.length, self.section, self.metal)
        if 0.0 < self.mass < bare:
            raise ValueError(
                f"the conductors alone weigh {bare:.3g} kg, more than all of {self.mass:g} kg: "
                f"give it {bare * (1.0 + self.insulation):.3g} kg with insulation, or less section"
            )
        return self

    def landed_mass(self) -> float:
        """Mass of conductors, insulation and drum [kg]."""
        return conductor_mass(self.length, self.section, self.metal) * (1.0 + self.insulation)

    def efficiency(self) -> float:
        """Share of what is sent that arrives, through both converters [1]."""
        return (1.0 - self._loss()) * self.converter**2

    def _loss(self) -> float:
        return loss_fraction(self.power, self.voltage, self.length, self.section, self.metal)

    def primitives(self, at: Setting) -> list[Primitive]:
        """One link, or one each way."""
        there = f"{self.to}/electricity"
        ends = [(at.name, at.electricity, there)]
        if self.both_ways:
            ends.append((f"{at.name}.back", there, at.electricity))
        links = [
            Link(
                name,
                origin,
                target,
                self.power * at.present,
                efficiency=self.efficiency(),
                heat_node=SURROUNDINGS_HEAT,
                cost=1e-5,
            )
            for name, origin, target in ends
        ]
        flows = tuple(link.name for link in links)
        return [
            *links,
            *self.failing("open", at, flows, units=self.circuits, loss=1.0 / self.circuits),
        ]
