"""Regenerative fuel cell: electrolyser, tanks and cell around real hydrogen, oxygen and water."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import (
    KEEP_ALIVE,
    Converter,
    Derating,
    Primitive,
    Ramp,
    Sink,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.physics.chemistry import (
    HYDROGEN_HEATING_VALUE,
    HYDROGEN_MOLAR_MASS,
    OXYGEN_MOLAR_MASS,
    OXYGEN_PER_HYDROGEN,
    WATER_PER_HYDROGEN,
)
from ilrs.physics.fuel_cell import electrolysis_ratios, fuel_cell_ratios
from ilrs.physics.tank import tank_mass
from ilrs.units import Conductance, Duration, Fraction, Mass, Power, Pressure, Temperature

FREEZING, BOILING = 273.15, 373.15  # [K] of water at an atmosphere
WATER_HEAT = 4186.0  # [J/kg/K] of liquid water near 5 degC


class RegenerativeFuelCell(Component):
    """Water split in the light, hydrogen and oxygen kept under pressure, power in the dark."""

    kind: Literal["regenerative_fuel_cell"] = "regenerative_fuel_cell"
    electrolyser_power: Power = Field(description="Largest electric input of the electrolyser.")
    cell_power: Power = Field(description="Largest electric output of the fuel cell.")
    hydrogen: Mass = Field(description="Hydrogen the tanks hold; oxygen and water are sized to it.")
    initial: Fraction = sourced(
        0.9, "tanks filled before landing", "assumed", "Share as gas at arrival."
    )
    electrolyser_efficiency: Fraction = sourced(
        0.80,
        "1.481 V over about 1.75 V, less drying and pumps",
        "assumed",
        "On the higher heating value, auxiliaries included.",
        gt=0,
    )
    cell_efficiency: Fraction = sourced(
        0.55,
        "0.82 V over 1.481 V, non-flow-through cell",
        "assumed",
        "On the higher heating value, auxiliaries included.",
        gt=0,
    )
    freezing: Temperature = sourced(
        274.15,
        "water must stay liquid, 1 K above freezing",
        "derived",
        "Neither part runs at or below this temperature.",
    )
    warm: Temperature = sourced(
        278.15, "full rating from 5 degC", "assumed", "Full rating from here on."
    )
    tank_pressure: Pressure = sourced(
        5e6, "fuel-cell breadboards of 50-100 bar", "confirmed", "Of the full gas tanks.", gt=0
    )
    tank_temperature: Temperature = sourced(
        293.15,
        "in the warm box; colder tanks are lighter in proportion",
        "assumed",
        "Of the gas tanks.",
        ge=200,
    )
    water_tank: Literal["inside", "outside"] = Field(
        "inside", description="In the warm box, or on the ground with insulation and heater."
    )
    water_leak: Conductance = sourced(
        0.3,
        "a tank of tens of litres in insulation on glass-fibre feet",
        "assumed",
        "From an outside tank to the ground.",
    )
    water_heater: Power = sourced(
        120.0, "0.3 W/K against ground of 60 K, and a third more", "derived", "Of an outside tank."
    )
    standby_power: Power = Field(
        0.0, description="Keep-alive power that holds the cell ready to start."
    )
    start_time: Duration = sourced(
        60.0,
        "half the rating within 30 s even from -20 degC: target for fuel cells of vehicles",
        "secondary",
        "Of the cell from nothing to its rating.",
        gt=0,
    )
    electrolyser_start: Duration = sourced(
        600.0,
        "warm start of a membrane electrolyser",
        "assumed",
        "From nothing to its rating.",
        gt=0,
    )
    failures: dict[str, Failure] = Field({}, description="`electrolyser` and `cell`.")

    FAILURE_MODES: ClassVar[dict[str, str]] = {
        "electrolyser": "the electrolyser stops",
        "cell": "the fuel cell stops",
    }
    COMMANDS: ClassVar[dict[str, str]] = {"split": "run the electrolyser", "burn": "run the cell"}
    TELEMETRY: ClassVar[dict[str, str]] = {
        "hydrogen": "kg",
        "oxygen": "kg",
        "water": "kg",
        "cell": "W",
        "electrolyser": "W",
    }
    VALIDITY: ClassVar[str] = (
        "Efficiencies constant over load; tanks of gas above 200 K that keep their temperature; no "
        "leaks; starting takes time and no energy of its own; an outside tank of water has the "
        "heat capacity of a full one; hydrogen and oxygen always in the ratio of water."
    )

    @model_validator(mode="after")
    def _tanks_weigh(self) -> RegenerativeFuelCell:
        least = self.tanks_mass() + self.hydrogen * WATER_PER_HYDROGEN
        if 0.0 < self.mass < least:
            raise ValueError(
                f"tanks and water alone weigh {least:.3g} kg, more than all of {self.mass:g} kg: "
                "give the mass of the whole, or less hydrogen, or colder tanks"
            )
        if self.warm <= self.freezing:
            raise ValueError(
                f"full rating at {self.warm:g} K is not above {self.freezing:g} K, where it stops"
            )
        return self

    def tanks_mass(self) -> float:
        """Mass of the two gas tanks, empty [kg]."""
        oxygen = self.hydrogen * OXYGEN_PER_HYDROGEN
        at = (self.tank_pressure, self.tank_temperature)
        return tank_mass("hydrogen", self.hydrogen, HYDROGEN_MOLAR_MASS, *at) + tank_mass(
            "oxygen", oxygen, OXYGEN_MOLAR_MASS, *at
        )

    def primitives(self, at: Setting) -> list[Primitive]:
        """Two converters and three stores that together neither make nor lose a gram."""
        names = {
            "electricity": at.electricity,
            "heat": at.heat_node,
            **{c: at.own(c) for c in ("hydrogen", "oxygen", "water")},
        }
        made: list[Primitive] = list(self._tanks(at, names))
        ratios = {
            "electrolyser": electrolysis_ratios(self.electrolyser_efficiency),
            "cell": fuel_cell_ratios(self.cell_efficiency),
        }
        parts = {
            "electrolyser": (self.electrolyser_power, self.electrolyser_start),
            "cell": (self.cell_power, self.start_time),
        }
        for part, (power, start) in parts.items():
            flow = f"{at.name}.{part}"
            made += [
                Converter(
                    flow,
                    {names[c]: r for c, r in ratios[part].items()},
                    power * at.present,
                    cost=1e-4,
                ),
                Derating(flow, at.heat_node, none=self.freezing, full=self.warm),
                Ramp(flow, power / start),
                *self.failing(part, at, (flow,)),
            ]
        if self.standby_power:
            made.append(self._keep_alive(at, "standby", self.standby_power, at.heat_node))
        if self.water_tank == "outside":
            made += self._water_outside(at)
        return made

    def _tanks(self, at: Setting, names: dict[str, str]) -> list[Store]:
        """Stores of hydrogen, and of the oxygen and water that belong to it."""
        capacities = {
            "hydrogen": self.hydrogen,
            "oxygen": self.hydrogen * OXYGEN_PER_HYDROGEN,
            "water": self.hydrogen * WATER_PER_HYDROGEN,
        }
        full = {"hydrogen": self.initial, "oxygen": self.initial, "water": 1.0 - self.initial}
        weight = self.cell_efficiency * HYDROGEN_HEATING_VALUE
        return [
            Store(
                f"{at.name}.{c}",
                names[c],
                capacity=capacities[c],
                initial=capacities[c] * full[c],
                reserve_weight=weight if c == "hydrogen" else 0.0,
                fill=c == "hydrogen",
                order=1,
            )
            for c in capacities
        ]

    def _keep_alive(self, at: Setting, part: str, power: float, heat: str) -> Sink:
        return Sink(
            f"{at.name}.{part}",
            at.electricity,
            power * at.present,
            KEEP_ALIVE,
            sleep_factor=1.0,
            group=at.facility,
            products={heat: 1.0},
        )

    def _water_outside(self, at: Setting) -> list[Primitive]:
        """A tank on the ground, its heater and thermostat; frozen, it feeds no electrolyser."""
        node, heater = at.own("heat"), f"{at.name}.water_heater"
        water = self.hydrogen * WATER_PER_HYDROGEN
        sink = self._keep_alive(at, "water_heater", self.water_heater, node)
        return [
            ThermalMass(
                f"{at.name}.water_tank",
                node,
                capacity=water * WATER_HEAT,
                initial=self.warm,
                minimum=FREEZING,
                maximum=BOILING,
                conductance=self.water_leak,
                ground=at.ground().ground_temperature,
            ),
            replace(sink, flexible=True),
            Thermostat(heater, node, self.warm, self.warm),
            Derating(f"{at.name}.electrolyser", node, none=FREEZING, full=self.freezing),
        ]
