"""Cable: carries electricity between two places over the ground."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure
from ilrs.components.setting import SURROUNDINGS_HEAT, Setting
from ilrs.flows.primitives import Link, Primitive
from ilrs.physics.cable import loss_fraction
from ilrs.units import Area, Length, Power, Voltage


class Cable(Component):
    """Two conductors on the ground, from the facility's place to another."""

    kind: Literal["cable"] = "cable"
    to: str = Field(description="The place at the other end.")
    power: Power = Field(description="Rated power sent.")
    length: Length = Field(description="Length laid, slack included.")
    voltage: Voltage = Field(description="Voltage between the conductors.")
    section: Area = Field(description="Cross-section of one conductor.")
    metal: Literal["copper", "aluminium"] = Field("aluminium", description="Conductor.")
    both_ways: bool = Field(False, description="Whether power may flow back.")
    failures: dict[str, Failure] = Field({}, description="`open` (nothing passes).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"open": "nothing passes"}
    TELEMETRY: ClassVar[dict[str, str]] = {"sent": "W"}
    VALIDITY: ClassVar[str] = (
        "Loss as a constant share, that of rated power at 293 K: it overstates that at part load "
        "and in the cold."
    )

    @model_validator(mode="after")
    def _carries(self) -> Cable:
        if min(self.section, self.voltage, self.length) <= 0.0:
            raise ValueError("a cable needs a section, a voltage and a length above zero")
        if self._loss() >= 0.5:
            raise ValueError(
                f"the cable loses {self._loss():.0%} at rated power; it needs a larger section or "
                "a higher voltage"
            )
        return self

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
                efficiency=1.0 - self._loss(),
                heat_node=SURROUNDINGS_HEAT,
                cost=1e-5,
            )
            for name, origin, target in ends
        ]
        return [*links, *self.failing("open", at, tuple(link.name for link in links))]
