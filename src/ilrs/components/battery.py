"""Battery: lithium-ion cells as a store of electricity."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Derating, Primitive, Store
from ilrs.physics.battery import cycle_fade_per_joule, one_way_efficiency
from ilrs.units import Energy, Fraction, Number, Power, Rate, SpecificEnergy, Temperature

MONTH, YEAR = 30 * 86400.0, 365.25 * 86400.0
BY_CHEMISTRY = "of nca; other chemistries change it"

CHEMISTRIES: dict[str, dict[str, float]] = {
    # Figures of cells on the market, as batteries with case and electronics; assumed throughout,
    # but for the low-temperature goals of a NASA solicitation: -60 to 60 degC with half the
    # capacity at -60 degC.
    "nca": {},
    "nmc": {
        "specific_energy": 175 * 3600.0,
        "cycle_life": 2000.0,
        "calendar_fade": 0.02 / YEAR,
        "cold_share": 0.65,
    },
    "lfp": {
        "specific_energy": 110 * 3600.0,
        "round_trip": 0.94,
        "cycle_life": 5000.0,
        "calendar_fade": 0.01 / YEAR,
        "charge_stop": 273.15,
        "charge_full": 283.15,
        "cold_share": 0.60,
    },
    "lto": {
        "specific_energy": 65 * 3600.0,
        "round_trip": 0.93,
        "cycle_life": 15000.0,
        "calendar_fade": 0.005 / YEAR,
        "charge_stop": 243.15,
        "charge_full": 263.15,
        "cold_share": 0.80,
    },
    "low_temperature": {
        "specific_energy": 150 * 3600.0,
        "cycle_life": 1000.0,
        "calendar_fade": 0.03 / YEAR,
        "charge_stop": 213.15,
        "charge_full": 253.15,
        "cold": 213.15,
        "cold_share": 0.50,
    },
}


class Battery(Component):
    """A bank of lithium-ion strings kept within its depth of discharge."""

    kind: Literal["battery"] = "battery"
    capacity: Energy = Field(description="Nameplate energy at 20 degC, beginning of life.")
    charge_power: Power = Field(description="Largest charging power at the bus.")
    discharge_power: Power = Field(description="Largest discharging power at the bus.")
    chemistry: Literal["nca", "nmc", "lfp", "lto", "low_temperature"] = Field(
        "nca", description="Of the cells; it sets what is not given."
    )
    specific_energy: SpecificEnergy = sourced(
        165 * 3600.0,
        f"lithium-ion flight practice, 150-180 Wh/kg as a battery; {BY_CHEMISTRY}",
        "assumed",
        "Nameplate energy over landed mass.",
        gt=0,
    )
    strings: int = Field(4, ge=1, description="Separate strings that fail one by one.")
    initial: Fraction = sourced(1.0, "charged before landing", "assumed", "Content at arrival.")
    depth_of_discharge: Fraction = sourced(
        0.80, "60-80 % on lithium-ion flight batteries", "assumed", "Usable share of the capacity."
    )
    round_trip: Fraction = sourced(
        0.92,
        f"typical of lithium-ion at moderate rates; {BY_CHEMISTRY}",
        "assumed",
        "Round-trip efficiency.",
        gt=0,
    )
    self_discharge: Rate = sourced(
        0.02 / MONTH,
        "typical of lithium-ion near 20 degC, 2 % a month",
        "assumed",
        "Share of the content lost a second.",
    )
    calendar_fade: Rate = sourced(
        0.015 / YEAR,
        f"typical of stored lithium-ion, 1.5 % a year; {BY_CHEMISTRY}",
        "assumed",
        "Share of the capacity lost a second at 20 degC.",
    )
    fade_doubling: Temperature = sourced(
        10.0,
        "Arrhenius near room temperature: twice as fast 10 K warmer",
        "assumed",
        "Warming that doubles the calendar fade.",
        gt=0,
    )
    cycle_life: Number = sourced(
        3000.0,
        f"typical full cycles to the end-of-life loss; {BY_CHEMISTRY}",
        "assumed",
        "Equivalent full cycles to end of life.",
        gt=0,
    )
    end_of_life_loss: Fraction = sourced(
        0.20, "usual definition of end of life", "assumed", "Capacity lost at the cycle life."
    )
    charge_stop: Temperature = sourced(
        268.15,
        f"charge not below about 0 degC: flight practice; {BY_CHEMISTRY}",
        "assumed",
        "No charge at or below this temperature.",
    )
    charge_full: Temperature = sourced(
        278.15,
        f"full charging rate from 5 degC; {BY_CHEMISTRY}",
        "assumed",
        "Full charge rate from here on.",
    )
    cold: Temperature = sourced(
        253.15,
        f"-20 degC, where data sheets give it; {BY_CHEMISTRY}",
        "assumed",
        "Where the cells give the share `cold_share` of their capacity.",
    )
    cold_share: Fraction = sourced(
        0.70,
        f"data sheets of cells at -20 degC; {BY_CHEMISTRY}",
        "assumed",
        "Share of the capacity given at `cold` and below; all of it from `warm` on.",
    )
    warm: Temperature = sourced(
        283.15,
        "line through 0.7 at -20 degC and 0.9 at 0 degC",
        "derived",
        "Where the cells give all their capacity.",
    )

    FAILURE_MODES: ClassVar[dict[str, str]] = {"string_open": "one string of cells is isolated"}
    COMMANDS: ClassVar[dict[str, str]] = {"isolate": "open a string's contactor"}
    TELEMETRY: ClassVar[dict[str, str]] = {"content": "J", "charge": "W", "discharge": "W"}
    VALIDITY: ClassVar[str] = (
        "Rates up to one capacity an hour; losses shared evenly between charge and discharge; what "
        "the cold withholds is there again in the warmth; cycle fade by energy, not by depth; a "
        "lost string takes its power, not its share of the stored energy."
    )
    failures: dict[str, Failure] = Field({}, description="`string_open`.")

    @model_validator(mode="before")
    @classmethod
    def _by_chemistry(cls, given: Any) -> Any:
        """What is not given is that of the chemistry."""
        if not isinstance(given, dict):
            return given
        chemistry = given.get("chemistry", "nca")
        known = CHEMISTRIES.get(chemistry, {}) if isinstance(chemistry, str) else {}
        return {**known, **given}

    @model_validator(mode="after")
    def _warm_enough(self) -> Battery:
        if self.charge_full <= self.charge_stop:
            raise ValueError(
                f"the charge is full at {self.charge_full:g} K, not above the {self.charge_stop:g} "
                "K where it stops: give charge_full a higher temperature"
            )
        if self.warm <= self.cold:
            raise ValueError(
                f"the capacity is whole at {self.warm:g} K, not above the {self.cold:g} K of the "
                "cold: give warm a higher temperature"
            )
        return self

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
                cold=self.cold,
                cold_share=self.cold_share,
                warm=self.warm,
                fade_doubling=self.fade_doubling,
                reserve_weight=one_way,
                order=0,
                cost=1e-4,
            ),
            Derating(flows[0], at.heat_node, none=self.charge_stop, full=self.charge_full),
            *self.failing("string_open", at, flows, units=self.strings, loss=1 / self.strings),
        ]
