"""Ground-penetrating radar: a channel that profiles the ground along a traverse."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import Density, Instrument, Work
from ilrs.physics.radar import (
    attenuation,
    data_per_metre,
    loss_tangent,
    penetration,
    permittivity,
    vertical_resolution,
)
from ilrs.units import Frequency, Length, Level, Mass, Number, Power, Speed

LPR = "Chang'e's Lunar Penetrating Radar: 60 and 500 MHz, some 40 m at 500 MHz"


class GroundPenetratingRadar(Instrument):
    """A pulsed radar; give one component a frequency."""

    kind: Literal["ground_penetrating_radar"] = "ground_penetrating_radar"
    mass: Mass = sourced(5.0, "no published mass", "assumed", "Mass with antennas.")
    power: Power = sourced(15.0, "no published power", "assumed", "Power while it profiles.")
    frequency: Frequency = sourced(500e6, LPR, "secondary", "Middle of its band.", gt=0)
    bandwidth: Frequency = sourced(
        450e6, "the high channel of Chang'e's radar, as recalled", "assumed", "Of its pulse.", gt=0
    )
    dynamic_range: Level = sourced(
        80.0,
        "echo loss of a layer at 40 m in this model: the reported reach at 500 MHz turned round",
        "derived",
        "Weakest echo seen below the field at 1 m.",
    )
    reflection: Level = sourced(20.0, "a layer of 10 % contrast", "assumed", "Loss at a layer.")
    sampling: Frequency = sourced(
        3.2e9, "Chang'e's high channel, as recalled", "assumed", "Samples a second.", gt=0
    )
    bits: int = sourced(16, "as recalled", "assumed", "Bits a sample.", ge=1)
    antennas: int = sourced(2, "Chang'e's high channel receives twice", "assumed", "Receivers.",
                            ge=1)  # fmt: skip
    spacing: Length = sourced(
        0.0365, "traces of Yutu-2's high channel, as recalled", "assumed", "Between traces.", gt=0
    )
    density: Density = sourced(1800.0, "Hayne and others 2017", "confirmed", "Of the ground.")
    metal_oxides: Number = sourced(
        5.5, "highland soil: FeO 5-6, TiO2 below 1 % by mass", "secondary", "FeO and TiO2, %.",
        ge=0,
    )  # fmt: skip

    VALIDITY: ClassVar[str] = (
        "Flat layers in dry even ground; rocks scatter, and single samples' loss differs by a "
        "factor of two, with depth nearly in proportion."
    )

    def depth(self) -> float:
        """How deep it sees [m]."""
        return float(penetration(self.dynamic_range, self._loss(), self.reflection))

    def resolution(self) -> float:
        """Distance [m] of layers told apart."""
        return float(vertical_resolution(self.bandwidth, permittivity(self.density)))

    def data_per_metre(self) -> float:
        """Data [bit/m] of a profile down to its depth."""
        eps = float(permittivity(self.density))
        return data_per_metre(
            self.depth(), eps, self.sampling, self.bits, self.spacing, self.antennas
        )

    def profile(self, length: Length, speed: Speed) -> Work:
        """What a profile of `length` [m] at a mean `speed` [m/s] takes; yields `profile` [m]."""
        data = self.data_per_metre() * length
        return Work(length / speed, self.power, data, {"profile": length})

    def _loss(self) -> float:
        tangent = loss_tangent(self.density, self.metal_oxides)
        return float(attenuation(self.frequency, permittivity(self.density), tangent))
