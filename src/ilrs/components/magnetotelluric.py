"""Magnetotelluric station: slow electric and magnetic changes, and how deep they tell of."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import STUDY, Instrument, Resistivity, Work
from ilrs.physics.sounding import record_length, sounding_period
from ilrs.units import Fraction, Frequency, Length, Mass, Power

LMS = f"{STUDY}: LMS, 6.35 kg, 11 W, sounds to some 1100 km"


class Magnetotelluric(Instrument):
    """Electrodes and a magnetometer that record until the longest period is well measured."""

    kind: Literal["magnetotelluric"] = "magnetotelluric"
    mass: Mass = sourced(6.35, LMS, "secondary", "Landed mass with its share of structure.")
    power: Power = sourced(11.0, LMS, "secondary", "Power while it records.")
    depth: Length = sourced(1.1e6, LMS, "secondary", "Depth wanted.", gt=0)
    resistivity: Resistivity = sourced(
        1000.0, "about 1e-3 S/m averaged over the mantle, as recalled", "assumed",
        "Of the ground, averaged down to there.", gt=0,
    )  # fmt: skip
    error: Fraction = sourced(
        0.05, "5 % of the response", "assumed", "Error wanted of the response.", gt=0
    )
    coherence: Fraction = sourced(
        0.9, "squared coherence of quiet fields", "assumed", "Of electric and magnetic field.", gt=0
    )
    sampling: Frequency = sourced(16.0, "one band of slow changes", "assumed", "Of each.", gt=0)
    channels: int = sourced(5, "two electric, three magnetic", "assumed", "Recorded.", ge=1)
    bits: int = sourced(24, "digitisers of 24 bits", "assumed", "Bits a sample.", ge=1)

    VALIDITY: ClassVar[str] = (
        "Even ground under plane fields. In the solar wind and in the Earth's tail the fields are "
        "not plane at the longest periods, which lengthens records."
    )

    def sound(self) -> Work:
        """What a sounding to its depth takes; yields `sounding_depth` [m]."""
        period = float(sounding_period(self.depth, self.resistivity))
        time = float(record_length(period, self.error, self.coherence))
        data = self.sampling * self.channels * self.bits * time
        return Work(time, self.power, data, {"sounding_depth": self.depth})
