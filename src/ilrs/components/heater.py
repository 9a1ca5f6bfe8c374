"""Heater: electricity into the facility's box, by thermostat."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure
from ilrs.components.setting import Setting
from ilrs.flows.primitives import KEEP_ALIVE, Primitive, Sink, Thermostat
from ilrs.units import Power, Temperature


class Heater(Component):
    """A resistive heater that holds the box at its set point, lower in hibernation."""

    kind: Literal["heater"] = "heater"
    power: Power = Field(description="Largest power.")
    setpoint: Temperature = Field(description="Temperature held while the facility is awake.")
    hibernation: Temperature = Field(description="Temperature held while it hibernates.")
    circuits: int = Field(2, ge=1, description="Separate circuits that fail one by one.")
    failures: dict[str, Failure] = Field({}, description="`circuit` (one circuit open).")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"circuit": "one heater circuit is open"}
    COMMANDS: ClassVar[dict[str, str]] = {"setpoint": "hold another temperature"}
    TELEMETRY: ClassVar[dict[str, str]] = {"served": "W"}
    MODES: ClassVar[tuple[str, ...]] = ("hibernating", "on")
    VALIDITY: ClassVar[str] = "Duty cycling faster than a step, so its mean power is what is kept."

    @model_validator(mode="after")
    def _sleeps_colder(self) -> Heater:
        if self.hibernation > self.setpoint:
            raise ValueError(
                f"the hibernation temperature ({self.hibernation:g} K) exceeds the set point "
                f"({self.setpoint:g} K): let it sleep no warmer than it works"
            )
        return self

    def primitives(self, at: Setting) -> list[Primitive]:
        """A keep-alive sink and its thermostat."""
        return [
            Sink(
                at.name,
                at.electricity,
                self.power * at.present,
                KEEP_ALIVE,
                flexible=True,
                sleep_factor=1.0,
                group=at.facility,
                products={at.heat_node: 1.0},
            ),
            Thermostat(at.name, at.heat_node, self.setpoint, self.hibernation),
            *self.failing("circuit", at, (at.name,), units=self.circuits, loss=1.0 / self.circuits),
        ]
