"""Drill: a coring drill on a rover or a lander."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from ilrs.components.component import sourced
from ilrs.components.instrument import STUDY, EnergyDensity, Instrument, PowerPerLength, Work
from ilrs.physics import drilling
from ilrs.units import (
    Conductance,
    DataRate,
    Duration,
    Energy,
    Fraction,
    HeatCapacity,
    Length,
    Mass,
    Power,
    Speed,
    Temperature,
)

TRIDENT = f"{STUDY}: TRIDENT, 16-20 kg, about 100 W, 1 m in bites of 0.1 m"
SIZED = "sized so that a metre of compact regolith takes about an hour, by this model"


class CoreDrill(Instrument):
    """A rotary-percussive drill that works in bites and brings up a core."""

    kind: Literal["drill"] = "drill"
    mass: Mass = sourced(20.0, TRIDENT, "secondary", "Landed mass with its share of structure.")
    power: Power = sourced(100.0, TRIDENT, "secondary", "Power of the motor at work.", gt=0)
    efficiency: Fraction = sourced(0.5, SIZED, "assumed", "Share that reaches the bit.", gt=0)
    reach: Length = sourced(
        2.0, "ProSEED is made for 2 m; Apollo's longest core was 3.05 m", "secondary",
        "Deepest it gets.", gt=0,
    )  # fmt: skip
    outer: Length = sourced(0.03, SIZED, "assumed", "Diameter of the hole.", gt=0)
    core: Length = sourced(0.015, SIZED, "assumed", "Diameter of the core.")
    specific_energy: EnergyDensity = sourced(
        50e6,
        "compact regolith; some 1e6 loose, 1e8 bound by ice, 3e8 and more of rock, as recalled",
        "assumed",
        "Energy that breaks the ground, by volume.",
        gt=0,
    )
    auger: PowerPerLength = sourced(
        15.0, SIZED, "assumed", "Power for lifting cuttings that a metre of depth takes.", ge=0
    )
    bite: Length = sourced(0.1, TRIDENT, "secondary", "Depth between emptyings.", gt=0)
    hoist: Speed = sourced(0.02, SIZED, "assumed", "Speed of pulling and lowering.", gt=0)
    string: Mass = sourced(4.0, SIZED, "assumed", "What is pulled each time.")
    bit_life: Energy = sourced(20e6, SIZED, "assumed", "Energy one bit breaks ground with.", gt=0)
    bit_change: Duration = sourced(1800.0, SIZED, "assumed", "Time of changing it.")
    bit_heat: Fraction = sourced(
        0.1, "most heat goes with the cuttings", "assumed", "Share of power that warms the bit."
    )
    bit_capacity: HeatCapacity = sourced(100.0, SIZED, "assumed", "Heat capacity of the bit.", gt=0)
    bit_conductance: Conductance = sourced(0.05, SIZED, "assumed", "Heat lost from the bit.", gt=0)
    bit_rise: Temperature = sourced(
        150.0, "ice in the core must stay below about 200 K", "assumed", "Rise allowed.", gt=0
    )
    recovery: Fraction = sourced(
        0.5, "Chang'e-5 aimed at 2 m and brought about 1 m", "derived", "Share of core kept."
    )
    data_rate: DataRate = sourced(2000.0, SIZED, "assumed", "Forces, temperatures, images.")

    VALIDITY: ClassVar[str] = (
        "One kind of ground all the way down; a stone on the way is not foreseen. Time is for a "
        "hole kept clear."
    )

    @model_validator(mode="after")
    def _gets_there(self) -> CoreDrill:
        if self.core >= self.outer:
            raise ValueError(f"a core of {self.core:g} m in a hole of {self.outer:g} m")
        stall = drilling.stall_depth(self.machine())
        if stall <= self.reach:
            raise ValueError(
                f"{self.power:g} W stall at {stall:.3g} m, and it is to reach {self.reach:g} m: "
                "more power, or less for the auger"
            )
        return self

    def machine(self) -> drilling.Drill:
        """The drill as its physics sees it."""
        return drilling.Drill(
            power=self.power,
            efficiency=self.efficiency,
            outer=self.outer,
            core=self.core,
            auger=self.auger,
            bite=self.bite,
            hoist=self.hoist,
            wear=self.bit_life,
            change=self.bit_change,
        )

    def duty(self) -> float:
        """Share of time the bit may turn [1]."""
        return drilling.thermal_duty(
            self.power, self.bit_heat, self.bit_capacity, self.bit_conductance, self.bit_rise
        )[0]

    def bore(self, depth: Length) -> Work:
        """What a core of `depth` [m] takes; yields `core_depth` [m] and `core_mass` [kg]."""
        if not 0.0 < depth <= self.reach:
            raise ValueError(f"a core of {depth:g} m with a drill that reaches {self.reach:g} m")
        machine, ground = self.machine(), self.specific_energy
        time = drilling.drilling_time(machine, depth, ground, self.duty())
        energy = drilling.drilling_energy(machine, depth, ground, self.string)
        got = drilling.core_mass(self.core, depth, self.recovery)
        return Work(
            time, energy / time, self.data_rate * time, {"core_depth": depth, "core_mass": got}
        )
