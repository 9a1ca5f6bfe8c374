"""Biological module: a sealed vessel in which leaves grow under lamps, kept warm through it all."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import (
    KEEP_ALIVE,
    Converter,
    Derating,
    Primitive,
    Sink,
    Store,
    Thermostat,
)
from ilrs.physics.biosphere import (
    BEST,
    BIOMASS_HEAT,
    LEAST,
    PHOTOSYNTHESIS,
    daily_oxygen,
    lamp_power,
    sample_lost,
)
from ilrs.physics.dose import background
from ilrs.physics.life_support import DAY
from ilrs.units import Area, Duration, Fraction, Mass, Power, Quantity, Temperature

PhotonFlux = Annotated[float, Quantity("mol/m^2/s", minimum=0.0)]
Shield = Annotated[float, Quantity("kg/m^2", minimum=0.0)]

CHANGE_4 = "Chang'e-4's vessel of 0.8 L air and 18 mL water"


class BiologicalModule(Component):
    """Leaves under lamps with their own air and water, and a clock that counts time out of range.

    Its box is a `thermal_mass` of the facility; shielding is what the box weighs a square metre.
    """

    kind: Literal["biological_module"] = "biological_module"
    area: Area = Field(gt=0, description="Canopy.")
    light: PhotonFlux = sourced(
        300e-6, "leafy crops in growth chambers", "assumed", "Photons.", gt=0
    )
    photoperiod: Duration = sourced(16 * 3600.0, "usual of lettuce", "assumed", "Lit in a day.")
    lamps: Fraction = sourced(0.5, "red and blue diodes", "assumed", "Light for electricity.", gt=0)
    carbon_dioxide: Mass = Field(description="Carbon dioxide in the vessel at arrival.")
    water: Mass = sourced(0.018, CHANGE_4, "secondary", "Water in the vessel at arrival.")
    priority: int = Field(3, ge=1, le=9, description="Of lamps; 1 is shed last, 9 first.")
    survival_heater: Power = Field(0.0, description="Keep-alive heater of the vessel.")
    cold: Temperature = sourced(LEAST, "of the usual crops", "assumed", "Lowest they bear.")
    hot: Temperature = sourced(313.0, "of the usual crops", "assumed", "Highest they bear.")
    allowed: Duration = sourced(
        6 * 3600.0, "seedlings bear a night of frost", "assumed", "Out of range, in all."
    )
    shield: Shield = sourced(30.0, "a box of a centimetre of aluminium", "assumed", "Around it.")
    failures: dict[str, Failure] = Field({}, description="`lamps`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {"lamps": "no light"}
    COMMANDS: ClassVar[dict[str, str]] = {"grow": "lamps on", "rest": "lamps off"}
    TELEMETRY: ClassVar[dict[str, str]] = {
        "oxygen": "kg",
        "carbon_dioxide": "kg",
        "water": "kg",
        "grow": "W",
    }
    MODES: ClassVar[tuple[str, ...]] = ("hibernating", "standby", "on")
    VALIDITY: ClassVar[str] = (
        "Uptake less respiration as a daily mean under closed canopies; slower in the cold in a "
        "straight line, not in the heat; no dark respiration while lamps are off for long; all "
        "gas is well mixed and stays inside."
    )

    @model_validator(mode="after")
    def _grows(self) -> BiologicalModule:
        if self.photoperiod > DAY or self.daily_oxygen() <= 0.0:
            raise ValueError("the leaves breathe more than they take up: give more light, or time")
        if self.hot <= self.cold:
            raise ValueError(f"nothing lives between {self.cold:g} K and {self.hot:g} K")
        return self

    def daily_oxygen(self) -> float:
        """Oxygen a day at the best temperature [kg]."""
        return daily_oxygen(self.area, self.light, self.photoperiod / 3600.0, BEST)

    def lost_at(self, temperature: ArrayLike, step: float) -> int | None:
        """The step at which the experiment ends, or None: time out of range beyond `allowed`.

        `temperature` (steps,) of its box [K], `step` [s].
        """
        return sample_lost(temperature, step, self.cold, self.hot, self.allowed)

    def dose_rate(self) -> float:
        """Dose equivalent by the galactic background behind the shield [Sv/s]."""
        return float(np.asarray(background(self.shield)))

    def primitives(self, at: Setting) -> list[Primitive]:
        """Growth as a converter of light, carbon dioxide and water; what is alive is kept warm."""
        oxygen = self.daily_oxygen() / DAY
        power = lamp_power(self.area, self.light, self.lamps) * self.photoperiod / DAY
        made = PHOTOSYNTHESIS.masses("O2")
        grown = oxygen * made["CH2O"]
        n = {c: at.own(c) for c in ("carbon_dioxide", "water", "oxygen", "biomass")}
        flow = f"{at.name}.grow"
        most = self.carbon_dioxide / -made["CO2"] + 1e-12
        ratios = {
            at.electricity: -1.0,
            n["carbon_dioxide"]: made["CO2"] * oxygen / power,
            n["water"]: made["H2O"] * oxygen / power,
            n["oxygen"]: oxygen / power,
            n["biomass"]: grown / power,
            at.heat_node: 1.0 - grown * BIOMASS_HEAT / power,
        }
        parts: list[Primitive] = [
            Converter(flow, ratios, power * at.present),
            Derating(flow, at.heat_node, none=self.cold, full=max(BEST, self.cold + 1.0)),
            Sink(f"{at.name}.growth", n["biomass"], grown * at.present, self.priority,
                 group=at.facility),
            Store(f"{at.name}.oxygen", n["oxygen"], most, 0.0, fill=False),
            *(
                Store(f"{at.name}.{c}", n[c], getattr(self, c), getattr(self, c), fill=False)
                for c in ("carbon_dioxide", "water")
            ),
            *self.failing("lamps", at, (flow,)),
        ]  # fmt: skip
        if self.survival_heater:
            heater = f"{at.name}.survival_heater"
            parts += [
                Sink(
                    heater,
                    at.electricity,
                    self.survival_heater * at.present,
                    KEEP_ALIVE,
                    flexible=True,
                    sleep_factor=1.0,
                    group=at.facility,
                    products={at.heat_node: 1.0},
                ),
                Thermostat(heater, at.heat_node, self.cold + 5.0, self.cold + 5.0),
            ]
        return parts
