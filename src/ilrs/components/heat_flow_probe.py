"""Heat-flow probe: goes down in bites, waits until it is as cold as the ground, reads a slope."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from ilrs.components.component import sourced
from ilrs.components.instrument import STUDY, Instrument, Work
from ilrs.physics.heat_flow import (
    Ground,
    depth_chance,
    equilibration_time,
    expected_depth,
    gradient_error,
    stop_chance,
)
from ilrs.units import DataRate, DataVolume, Duration, Fraction, Length, Mass, Power, Temperature

LISTER = f"{STUDY}: LISTER, 12.9 kg, made for 2 to 3 m, reached 0.98 m"
PROBE = "a needle of steel that bites 0.1 m at a time, by this model"
DEEP_REGOLITH = Ground(0.01, 1800.0, 600.0)
"""Apollo's 0.9-1.3e-2 W/m/K (Langseth and others 1976), density and heat capacity at 250 K."""


class HeatFlowProbe(Instrument):
    """A probe driven into the ground; any bite may be its last."""

    kind: Literal["heat_flow_probe"] = "heat_flow_probe"
    mass: Mass = sourced(12.9, LISTER, "secondary", "Landed mass with its share of structure.")
    power: Power = sourced(25.0, PROBE, "assumed", "Power while it goes down.")
    reading_power: Power = sourced(5.0, PROBE, "assumed", "Power while it waits and reads.")
    target: Length = sourced(3.0, LISTER, "secondary", "Depth wanted.", gt=0)
    bite: Length = sourced(0.1, PROBE, "assumed", "Depth of a bite.", gt=0)
    bite_time: Duration = sourced(900.0, PROBE, "assumed", "Time a bite takes.", gt=0)
    stop: Fraction = sourced(
        round(stop_chance([0.98, 1.0], [3.0, 2.0], 0.1), 3),
        "LISTER stopped at 0.98 m of 3 m, Chang'e-5's drill near 1 m of 2 m: 2 stops in 22 bites",
        "derived",
        "Chance that a bite is the last.",
    )
    radius: Length = sourced(0.0015, PROBE, "assumed", "Radius of its needle.", gt=0)
    warmed: Temperature = sourced(5.0, PROBE, "assumed", "How much a bite warms it.")
    tolerance: Temperature = sourced(
        0.1, "a tenth of this is left once its fall as 1/t is fitted and taken off", "assumed",
        "Excess at which a reading begins to be valid.", gt=0,
    )  # fmt: skip
    reading: Temperature = sourced(0.01, PROBE, "assumed", "Error of one reading.")
    data_rate: DataRate = sourced(100.0, PROBE, "assumed", "Data while it works.")
    site_data: DataVolume = sourced(10e6, PROBE, "assumed", "Images of the hole, once.")

    VALIDITY: ClassVar[str] = (
        "Stops have the same chance at every depth. The needle cools as a long cylinder in even "
        "regolith; heat along it is not in the reading. A thick probe left as it is waits months, "
        "as Apollo's did."
    )

    def sound(self, depth: Length | None = None, ground: Ground = DEEP_REGOLITH) -> Work:
        """What a sounding takes that gets to `depth` [m]; left out, to the mean depth.

        Yields `heat_flow_depth` [m]. After every bite it waits for equilibrium. The power is the
        mean over bites and waits.
        """
        deep = expected_depth(self.target, self.bite, self.stop) if depth is None else depth
        bites = self.bites(deep)
        driving, waiting = bites * self.bite_time, bites * self.wait(ground)
        whole = driving + waiting
        mean = (driving * self.power + waiting * self.reading_power) / whole if whole else 0.0
        data = self.site_data + self.data_rate * whole
        return Work(whole, mean, data, {"heat_flow_depth": deep})

    def bites(self, depth: float) -> int:
        """Bites to `depth` [m], the last cut to fit."""
        return int(np.ceil(depth / self.bite - 1e-9))

    def wait(self, ground: Ground = DEEP_REGOLITH) -> float:
        """Time [s] after a bite until a reading is valid."""
        steel = 3.8e6  # [J/m3/K] heat capacity of stainless steel by volume
        return equilibration_time(self.warmed, self.tolerance, self.radius, steel, ground)

    def chance(self, depth: float, holes: int = 1) -> float:
        """Chance [1] that at least one of some `holes` gets to `depth` [m]."""
        return float(1.0 - (1.0 - depth_chance(depth, self.bite, self.stop)) ** holes)

    def slope_error(self, depth: float, above: float = 0.0) -> float:
        """Error [K/m] of the slope read after each bite from below `above` [m] to `depth` [m]."""
        depths = np.arange(self.bite, depth + 1e-9, self.bite)
        return float(gradient_error(depths[depths > above], self.reading))
