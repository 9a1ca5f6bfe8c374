"""Biological module: a sealed vessel of leaves and animals, kept warm through it all."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
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
    animal_oxygen,
    daily_oxygen,
    humidity,
    lamp_power,
    sample_lost,
)
from ilrs.physics.dose import background, dose_over
from ilrs.physics.life_support import DAY
from ilrs.units import Area, Duration, Fraction, Mass, Number, Power, Quantity, Temperature

PhotonFlux = Annotated[float, Quantity("mol/m^2/s", minimum=0.0)]
Shield = Annotated[float, Quantity("kg/m^2", minimum=0.0)]
Floats = NDArray[np.float64]

CHANGE_4 = "Chang'e-4's vessel of 0.8 L air and 18 mL water"
MADE = PHOTOSYNTHESIS.masses("O2")
"""What leaves take and give for a kilogram of oxygen [kg], signed; animals the other way round."""


class BiologicalModule(Component):
    """Leaves under lamps and animals with air and water, and a clock of time out of range.

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
    oxygen: Mass = Field(0.0, description="Oxygen in the vessel at arrival.")
    water: Mass = sourced(0.018, CHANGE_4, "secondary", "Water in the vessel at arrival.")
    animals: Mass = Field(0.0, description="Living mass of animals that breathe with the leaves.")
    feed: Mass = Field(0.0, description="Their dry food at arrival.")
    fan: Power = Field(
        0.0, description="Power of the fans that carry air between leaves, animals and coil."
    )
    coil: Temperature = sourced(288.15, "chilled by a loop of water", "assumed", "Dries the air.")
    drying: Number = sourced(
        2.0, "coil and fan sized for it", "assumed", "Coil over leaves, in conductance.", ge=0
    )
    driest: Fraction = sourced(0.4, "usual of growth chambers", "assumed", "Air they bear.")
    wettest: Fraction = sourced(0.85, "mould above it", "assumed", "Air they bear.")
    priority: int = Field(3, ge=1, le=9, description="Of lamps and fans; 1 is shed last, 9 first.")
    survival_heater: Power = Field(0.0, description="Keep-alive heater of the vessel.")
    cold: Temperature = sourced(LEAST, "of the usual crops", "assumed", "Lowest they bear.")
    hot: Temperature = sourced(313.0, "of the usual crops", "assumed", "Highest they bear.")
    allowed: Duration = sourced(
        6 * 3600.0, "seedlings bear a night of frost", "assumed", "Out of range, in all."
    )
    shield: Shield = sourced(30.0, "a box of a centimetre of aluminium", "assumed", "Around it.")
    failures: dict[str, Failure] = Field({}, description="`lamps` and `fans`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "lamps": "no light",
        "fans": "animals and leaves do not share their air",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"grow": "lamps on", "rest": "lamps off"}
    TELEMETRY: ClassVar[dict[str, str]] = {
        "oxygen": "kg",
        "carbon_dioxide": "kg",
        "water": "kg",
        "grow": "W",
        "breathe": "W",
    }
    MODES: ClassVar[tuple[str, ...]] = ("hibernating", "standby", "on")
    VALIDITY: ClassVar[str] = (
        "Uptake less respiration as a daily mean under closed canopies; lamps, growth and breath "
        "slower in the cold in a straight line, not in the heat; no dark respiration while lamps "
        "are off for long; animals burn what they eat wholly and breathe as far as the fans turn; "
        "all gas is well mixed and stays inside. Flows go on after the sample clock has run out; "
        "what is told of the experiment ends there."
    )

    @model_validator(mode="after")
    def _grows(self) -> BiologicalModule:
        if self.photoperiod > DAY or self.daily_oxygen() <= 0.0:
            raise ValueError("the leaves breathe more than they take up: give more light, or time")
        if self.hot <= self.cold:
            raise ValueError(f"nothing lives between {self.cold:g} K and {self.hot:g} K")
        if self.wettest <= self.driest:
            raise ValueError(f"no air is between {self.driest:.0%} and {self.wettest:.0%} humid")
        for what in ("oxygen", "feed", "fan"):
            if self.animals and getattr(self, what) <= 0.0:
                raise ValueError(f"animals without {what}: give them some to begin with")
        return self

    def daily_oxygen(self) -> float:
        """Oxygen a day at the best temperature [kg]."""
        return daily_oxygen(self.area, self.light, self.photoperiod / 3600.0, BEST)

    def daily_breath(self) -> float:
        """Oxygen that the animals breathe a day at the best temperature [kg]."""
        return animal_oxygen(self.animals) * DAY

    def lost_at(self, temperature: ArrayLike, step: float) -> int | None:
        """The step at which the experiment ends, or None: time out of range beyond `allowed`.

        `temperature` (steps,) of its box [K], `step` [s].
        """
        return sample_lost(temperature, step, self.cold, self.hot, self.allowed)

    def humidity(self, temperature: ArrayLike, turning: ArrayLike) -> Floats:
        """Relative humidity [1] at `temperature` [K] while fans turn at a share `turning` [1]."""
        return humidity(temperature, self.coil, self.drying * np.asarray(turning, np.float64))

    def dose_rate(self) -> float:
        """Dose equivalent by the galactic background behind the shield [Sv/s]."""
        return float(np.asarray(background(self.shield)))

    def dose(self, times: ArrayLike, storms: tuple[Floats, Floats]) -> Floats:
        """Dose equivalent gathered by `times` [s] since the first, `storms` included [Sv]."""
        return dose_over(times, self.shield, storms)

    def primitives(self, at: Setting) -> list[Primitive]:
        """Light and air as converters that lamps and fans drive; what is alive is kept warm."""
        n = {c: at.own(c) for c in ("carbon_dioxide", "water", "oxygen", "biomass")}
        # Whichever way the air goes, there is room for all carbon dioxide as oxygen and back.
        eaten = self.feed / MADE["CH2O"]
        oxygen = self.oxygen + self.carbon_dioxide / -MADE["CO2"] + 1e-12
        carbon = self.carbon_dioxide - MADE["CO2"] * min(eaten, self.oxygen + oxygen)
        parts = [
            *self._lamps(at, n),
            Store(f"{at.name}.oxygen", n["oxygen"], oxygen, self.oxygen, fill=False),
            Store(f"{at.name}.carbon_dioxide", n["carbon_dioxide"], carbon, self.carbon_dioxide,
                  fill=False),
            Store(f"{at.name}.water", n["water"], self.water - MADE["H2O"] * eaten, self.water,
                  fill=False),
        ]  # fmt: skip
        if self.fan:
            parts += self._fans(at, n)
        if self.survival_heater:
            parts += self._heater(at)
        return parts

    def _lamps(self, at: Setting, n: dict[str, str]) -> list[Primitive]:
        """Lamps draw through the leaves: light that these do not keep is heat of the box."""
        oxygen = self.daily_oxygen() / DAY
        power = lamp_power(self.area, self.light, self.lamps) * self.photoperiod / DAY
        kept = oxygen * MADE["CH2O"] * BIOMASS_HEAT / power
        flow, lit = f"{at.name}.grow", f"{at.name}/light/electricity"
        ratios = {
            at.electricity: -1.0,
            n["carbon_dioxide"]: MADE["CO2"] * oxygen / power,
            n["water"]: MADE["H2O"] * oxygen / power,
            n["oxygen"]: oxygen / power,
            n["biomass"]: MADE["CH2O"] * oxygen / power,
            lit: 1.0 - kept,
        }
        grown = 2.0 * MADE["CH2O"] * oxygen
        return [
            Converter(flow, ratios, 1.1 * power * at.present),
            Derating(flow, at.heat_node, none=self.cold, full=max(BEST, self.cold + 1.0)),
            Sink(f"{at.name}.lamps", lit, power * (1.0 - kept) * at.present, self.priority,
                 group=at.facility, products={at.heat_node: 1.0}),
            Sink(f"{at.name}.growth", n["biomass"], grown, dump=True, flexible=True),
            *self.failing("lamps", at, (flow,)),
        ]  # fmt: skip

    def _fans(self, at: Setting, n: dict[str, str]) -> list[Primitive]:
        """Fans draw through the animals: as far as they turn, food is burnt."""
        flow, blown = f"{at.name}.breathe", f"{at.name}/air/electricity"
        oxygen = self.daily_breath() / DAY
        feed = f"{at.name}/feed/biomass"
        per_joule = oxygen / self.fan
        ratios = {at.electricity: -1.0, blown: 1.0}
        parts: list[Primitive] = []
        if oxygen:
            ratios |= {
                n["oxygen"]: -per_joule,
                feed: -MADE["CH2O"] * per_joule,
                n["carbon_dioxide"]: -MADE["CO2"] * per_joule,
                n["water"]: -MADE["H2O"] * per_joule,
                at.heat_node: MADE["CH2O"] * per_joule * BIOMASS_HEAT,
            }
            parts = [
                Store(f"{at.name}.feed", feed, self.feed, self.feed, fill=False),
                Derating(flow, at.heat_node, none=self.cold, full=max(BEST, self.cold + 1.0)),
            ]
        return [
            *parts,
            Converter(flow, ratios, 1.1 * self.fan * at.present),
            Sink(f"{at.name}.fans", blown, self.fan * at.present, self.priority,
                 group=at.facility, products={at.heat_node: 1.0}),
            *self.failing("fans", at, (flow,)),
        ]  # fmt: skip

    def _heater(self, at: Setting) -> list[Primitive]:
        heater = f"{at.name}.survival_heater"
        return [
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
