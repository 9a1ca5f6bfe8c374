"""Sample cache: a cold box that keeps sealed tubes until the vehicle takes them."""

from __future__ import annotations

from typing import ClassVar, Literal

from ilrs.components.component import sourced
from ilrs.components.instrument import Instrument, MolarEnergy
from ilrs.physics.samples import share_kept
from ilrs.units import Mass, Power, Rate, Temperature

BOX = "sized in this model: a shaded box of multilayer insulation with a small cooler"


class SampleCache(Instrument):
    """A store of tubes held at a temperature; its cooler is kept alive."""

    kind: Literal["sample_cache"] = "sample_cache"
    mass: Mass = sourced(25.0, BOX, "assumed", "Box with cooler.")
    keep_alive: Power = sourced(10.0, BOX, "assumed", "Power of the cooler.")
    slots: int = sourced(60, BOX, "assumed", "Tubes it holds.", ge=1)
    temperature: Temperature = sourced(
        110.0, "limit of cold traps for water over geological times", "assumed", "Held at.", gt=0
    )
    activation: MolarEnergy = sourced(
        51e3, "sublimation of water ice, Murphy and Koop 2005", "confirmed",
        "Energy by which loss grows with temperature.", gt=0,
    )  # fmt: skip
    leak: Rate = sourced(
        1e-9, "3 % a year through the seal at 150 K", "assumed", "Loss of volatiles at 150 K."
    )

    VALIDITY: ClassVar[str] = (
        "Loss in proportion to what is left, by Arrhenius from 150 K; one temperature throughout."
    )

    def kept(self, time: float, warm: float = 0.0, warm_time: float = 0.0) -> float:
        """Share of volatiles left after `time` [s] here and `warm_time` [s] at `warm` [K]."""
        here = share_kept([0.0, time], [self.temperature] * 2, self.leak, 150.0, self.activation)
        if warm_time <= 0.0:
            return here
        return here * share_kept([0.0, warm_time], [warm] * 2, self.leak, 150.0, self.activation)
