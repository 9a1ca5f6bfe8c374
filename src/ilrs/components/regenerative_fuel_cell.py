"""Regenerative fuel cell: electrolyser, tanks and cell around real hydrogen, oxygen and water."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ilrs.components.component import Component, Failure, sourced
from ilrs.components.setting import Setting
from ilrs.flows.primitives import Converter, Derating, Primitive, Store
from ilrs.physics.chemistry import OXYGEN_PER_HYDROGEN, WATER_PER_HYDROGEN
from ilrs.physics.fuel_cell import electrolysis_ratios, fuel_cell_ratios
from ilrs.units import Fraction, Mass, Power, Temperature


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
        "Efficiencies constant over load; gas tanks at the box's temperature; no leaks, no start "
        "energy; hydrogen and oxygen always in the ratio of water."
    )

    def primitives(self, at: Setting) -> list[Primitive]:
        """Two converters and three stores that together neither make nor lose a gram."""
        names = {
            "electricity": at.electricity,
            "heat": at.heat_node,
            **{c: at.own(c) for c in ("hydrogen", "oxygen", "water")},
        }
        split = electrolysis_ratios(self.electrolyser_efficiency)
        burn = fuel_cell_ratios(self.cell_efficiency)
        capacities = {
            "hydrogen": self.hydrogen,
            "oxygen": self.hydrogen * OXYGEN_PER_HYDROGEN,
            "water": self.hydrogen * WATER_PER_HYDROGEN,
        }
        full = {"hydrogen": self.initial, "oxygen": self.initial, "water": 1.0 - self.initial}
        weight = 1.0 / -burn["hydrogen"]
        tanks = [
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
        parts = (f"{at.name}.electrolyser", f"{at.name}.cell")
        return [
            *tanks,
            Converter(
                parts[0],
                {names[c]: r for c, r in split.items()},
                self.electrolyser_power * at.present,
                cost=1e-4,
            ),
            Converter(
                parts[1],
                {names[c]: r for c, r in burn.items()},
                self.cell_power * at.present,
                cost=1e-4,
            ),
            *(Derating(part, at.heat_node, none=self.freezing, full=self.warm) for part in parts),
            *self.failing("electrolyser", at, (parts[0],)),
            *self.failing("cell", at, (parts[1],)),
        ]
