"""Battery: lithium-ion cells as a store of electricity."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Derating, Primitive, Store
from ilrs.physics.battery import cycle_fade_per_joule, one_way_efficiency
from ilrs.units import Energy, Fraction, Number, Power, Rate, Temperature


class Battery(Component):
    """A bank of lithium-ion strings kept within its depth of discharge."""

    kind: Literal["battery"] = "battery"
    capacity: Energy = Field(description="Nameplate energy at 20 degC, beginning of life.")
    charge_power: Power = Field(description="Largest charging power at the bus.")
    discharge_power: Power = Field(description="Largest discharging power at the bus.")
    strings: int = Field(4, ge=1, description="Separate strings that fail one by one.")
    initial: Fraction = sourced(1.0, "charged before landing", "assumed", "Content at arrival.")
    depth_of_discharge: Fraction = sourced(
        0.80, "60-80 % on lithium-ion flight batteries", "assumed", "Usable share of the capacity."
    )
    round_trip: Fraction = sourced(
        0.92, "typical of lithium-ion at moderate rates", "assumed", "Round-trip efficiency.", gt=0
    )
    self_discharge: Rate = sourced(
        0.02 / (30 * 86400.0),
        "typical of lithium-ion near 20 degC, 2 % a month",
        "assumed",
        "Share of the content lost a second.",
    )
    calendar_fade: Rate = sourced(
        0.015 / (365.25 * 86400.0),
        "typical of stored lithium-ion, 1.5 % a year",
        "assumed",
        "Share of the capacity lost a second.",
    )
    cycle_life: Number = sourced(
        3000.0,
        "typical full cycles to the end-of-life loss",
        "assumed",
        "Equivalent full cycles to end of life.",
        gt=0,
    )
    end_of_life_loss: Fraction = sourced(
        0.20, "usual definition of end of life", "assumed", "Capacity lost at the cycle life."
    )
    charge_stop: Temperature = sourced(
        268.15,
        "charge not below about 0 degC: flight practice",
        "assumed",
        "No charge at or below this temperature.",
    )
    charge_full: Temperature = sourced(
        278.15, "full charging rate from 5 degC", "assumed", "Full charge rate from here on."
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {"string_open": "one string of cells is isolated"}
    COMMANDS: ClassVar[dict[str, str]] = {"isolate": "open a string's contactor"}
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "J", "charge": "W", "discharge": "W"}
    VALIDITY: ClassVar[str] = (
        "Rates up to one capacity an hour, cells of 263-313 K; losses shared evenly between charge "
        "and discharge; a lost string takes its power, not its share of the stored energy."
    )
    failures: dict[str, Failure] = Field({}, description="`string_open`.")

    def primitives(self, at: Setting) -> list[Primitive]:
        """One store, its charge derated in the cold."""
        one_way = one_way_efficiency(self.round_trip)
        floor = 1.0 - self.depth_of_discharge
        flows = (f"{at.name}.charge", f"{at.name}.discharge")
        return [
            Store(
                at.name,
                at.electricity,
                capacity=self.capacity,
                initial=max(self.initial, floor) * self.capacity,
                floor=floor,
                charge_maximum=self.charge_power,
                discharge_maximum=self.discharge_power,
                charge_efficiency=one_way,
                discharge_efficiency=one_way,
                loss_rate=self.self_discharge,
                fade_rate=self.calendar_fade,
                fade_per_unit=cycle_fade_per_joule(
                    self.cycle_life, self.end_of_life_loss, self.capacity
                ),
                heat_node=at.heat_node,
                reserve_weight=one_way,
                order=0,
                cost=1e-4,
            ),
            Derating(flows[0], at.heat_node, none=self.charge_stop, full=self.charge_full),
            *self.failing("string_open", at, flows, units=self.strings, loss=1 / self.strings),
        ]
