"""A core drill: how fast, how warm, how many bits, and what it brings up.

Breaking ground takes energy by volume (Teale 1965); the auger lifts cuttings against friction on
the wall that grows with depth. What is left of the motor's power breaks ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drill:
    """A drill: motor `power` [W], share `efficiency` at the bit, `outer` and `core` diameter [m].

    `auger` [W/m] is what each metre of depth takes for lifting cuttings; `bite` [m] the depth made
    before it is pulled, at `hoist` [m/s], to empty the auger (0: never); `wear` [J] the energy
    one bit breaks ground with, changed in `change` [s].
    """

    power: float
    efficiency: float
    outer: float
    core: float
    auger: float
    bite: float
    hoist: float
    wear: float
    change: float

    @property
    def area(self) -> float:
        """Area [m2] of the ground broken."""
        return 0.25 * np.pi * (self.outer**2 - self.core**2)


def rate(drill: Drill, depth: ArrayLike, specific_energy: float) -> Floats:
    """Speed down [m/s] at `depth` z [m]: max(eta P - q z, 0) / (E A).

    `specific_energy` E [J/m3] of the ground: some 1e6 of loose regolith, 1e8 of ice-bound ground,
    3e8 and more of rock. Holds for bits kept cool and holes kept clear.
    """
    left = drill.efficiency * drill.power - drill.auger * np.asarray(depth, np.float64)
    return np.asarray(np.maximum(left, 0.0) / (specific_energy * drill.area))


def stall_depth(drill: Drill) -> float:
    """Depth [m] where the auger takes all the power: eta P / q."""
    return drill.efficiency * drill.power / drill.auger if drill.auger > 0.0 else float("inf")


def cutting_time(drill: Drill, depth: float, specific_energy: float) -> float:
    """Time [s] at the bit down to `depth` [m]: E A / q ln(1 / (1 - q z / (eta P))).

    Infinite from the stall depth on.
    """
    if depth >= stall_depth(drill):
        return float("inf")
    work, full = specific_energy * drill.area, drill.efficiency * drill.power
    if drill.auger * depth < 1e-9 * full:
        return work * depth / full
    return float(-work / drill.auger * np.log1p(-drill.auger * depth / full))


def hoisting_time(drill: Drill, depth: float) -> float:
    """Time [s] of pulling and lowering after each bite: 2 z / v summed over the bites."""
    if drill.bite <= 0.0 or depth <= 0.0:
        return 0.0
    count = int(np.ceil(depth / drill.bite - 1e-9))
    ends = np.minimum(drill.bite * np.arange(1, count + 1), depth)
    return float(2.0 * ends.sum() / drill.hoist)


def bits_used(drill: Drill, depth: float, specific_energy: float) -> int:
    """Bits worn out down to `depth` [m], the one in the drill counted: ceil(E A z / wear)."""
    return max(int(np.ceil(specific_energy * drill.area * depth / drill.wear - 1e-9)), 1)


def thermal_duty(
    power: float, share: float, capacity: float, conductance: float, rise: float
) -> tuple[float, float, float]:
    """Duty [1], time on and off [s] of a bit that may warm by `rise` [K].

    Its heat is `share` of `power` [W]; it stores `capacity` [J/K] and loses `conductance` [W/K].
    It works from a tenth of the rise to all of it, C/G ln((S - 0.1 dT) / (S - dT)), S = s P / G,
    and cools back in C/G ln 10. Duty 1 when it never gets that warm. Holds for a bit of one
    temperature.
    """
    heat = share * power
    if heat <= conductance * rise:
        return 1.0, float("inf"), 0.0
    tau = capacity / conductance
    steady = heat / conductance
    on = tau * np.log((steady - 0.1 * rise) / (steady - rise))
    off = tau * np.log(10.0)
    return float(on / (on + off)), float(on), float(off)


def drilling_time(drill: Drill, depth: float, specific_energy: float, duty: float = 1.0) -> float:
    """Time [s] for a hole of `depth` [m]: cutting at `duty`, hoisting and changes of bit."""
    changes = bits_used(drill, depth, specific_energy) - 1
    cutting = cutting_time(drill, depth, specific_energy) / duty
    return cutting + hoisting_time(drill, depth) + changes * drill.change


def drilling_energy(
    drill: Drill, depth: float, specific_energy: float, mass: float = 0.0, gravity: float = 1.62
) -> float:
    """Electric energy [J]: the motor while it cuts, and lifting a string of `mass` [kg] each bite.

    A string is lifted through each depth once, at the drill's efficiency; lowering gains nothing.
    """
    lifted = 0.5 * hoisting_time(drill, depth) * drill.hoist
    cutting = drill.power * cutting_time(drill, depth, specific_energy)
    return cutting + mass * gravity * lifted / drill.efficiency


def core_mass(
    diameter: float,
    depth: float,
    recovery: float = 1.0,
    surface_density: float = 1100.0,
    deep_density: float = 1800.0,
    scale_depth: float = 0.06,
) -> float:
    """Mass [kg] of a core of `diameter` [m] and `depth` z [m], of which `recovery` [1] comes up.

    A (rho_d z - (rho_d - rho_s) H (1 - exp(-z/H))): the density of Hayne and others (2017).
    """
    light = (deep_density - surface_density) * scale_depth * -np.expm1(-depth / scale_depth)
    return float(recovery * 0.25 * np.pi * diameter**2 * (deep_density * depth - light))
