"""Tether robot: a small robot let down a wall on a line, that maps the dark below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import model_validator

from ilrs.components.component import sourced
from ilrs.components.instrument import (
    EnergyPerLength,
    Force,
    Instrument,
    LinearDensity,
    Work,
)
from ilrs.physics.mobility import survival_heat
from ilrs.physics.pit import (
    Explorer,
    Reach,
    abort_radius,
    chain_rate,
    dark_endurance,
    heater_saved,
    mapped_length,
    outward_energy,
    relays_needed,
    return_energy,
)
from ilrs.physics.tether import Tether, deepest, descent_time, winch_energy
from ilrs.units import (
    Conductance,
    DataRate,
    DataVolume,
    Duration,
    Energy,
    Fraction,
    Length,
    Mass,
    Power,
    Speed,
    Temperature,
)

Floats = NDArray[np.float64]
CONCEPT = (
    "sized in this model for pits of some 100 m; concepts of two-wheeled robots weigh 10-50 kg"
)


@dataclass(frozen=True)
class Descent:
    """What a way of `length` [m] and back below a wall takes of a robot, and how far off its ends
    are.

    It could map `reach`. At its farthest it may be up to `abort_radius` [m] from the mouth and
    still return on what is left. It takes `energy` [J] of the battery and is `dark` [s] without
    Sun, which the battery bears for `dark_budget` [s] standing still, the reserve kept of both.
    """

    length: float
    reach: Reach
    abort_radius: float
    energy: float
    dark: float
    dark_budget: float


class TetherRobot(Instrument):
    """A robot with a battery on a tether with fibre; in the passage it drops radio relays."""

    kind: Literal["tether_robot"] = "tether_robot"
    mass: Mass = sourced(30.0, CONCEPT, "assumed", "Mass of the robot on the line.", gt=0)
    power: Power = sourced(30.0, CONCEPT, "assumed", "Power of winch and host while it is below.")
    battery: Energy = sourced(1000.0 * 3600.0, CONCEPT, "assumed", "Usable battery.", gt=0)
    idle_power: Power = sourced(25.0, CONCEPT, "assumed", "All but motors, in the dark.", gt=0)
    energy_per_metre: EnergyPerLength = sourced(
        150.0, CONCEPT, "assumed", "Of its motors on rubble.", ge=0
    )
    speed: Speed = sourced(0.05, CONCEPT, "assumed", "Speed on the floor.", gt=0)
    scan_time: Duration = sourced(120.0, CONCEPT, "assumed", "Of one scan, standing.")
    scan_data: DataVolume = sourced(
        100e6, "a million points and lit images", "assumed", "Data of one scan."
    )
    scan_spacing: Length = sourced(5.0, CONCEPT, "assumed", "Between scans.", gt=0)
    tether: Length = sourced(300.0, CONCEPT, "assumed", "Length of the line.", gt=0)
    tether_density: LinearDensity = sourced(
        0.02, "aramid with fibre, 4 mm", "assumed", "Mass of a metre of it.", gt=0
    )
    strength: Force = sourced(5000.0, "aramid, 4 mm", "assumed", "Load at break.", gt=0)
    tether_rate: DataRate = sourced(100e6, "fibre", "assumed", "Data over the line.")
    relays: int = sourced(4, CONCEPT, "assumed", "Radio relays it can drop.", ge=0)
    sight: Length = sourced(40.0, "bends and rubble", "assumed", "Sight between relays.", gt=0)
    relay_rate: DataRate = sourced(5e6, CONCEPT, "assumed", "Rate of one hop.")
    brake: Power = sourced(50.0, CONCEPT, "assumed", "Heat the winch's brake bears.", gt=0)
    winch_efficiency: Fraction = sourced(0.5, CONCEPT, "assumed", "Of the winch.", gt=0)
    memory: DataVolume = sourced(64e9, CONCEPT, "assumed", "Of the robot.")
    reserve: Fraction = sourced(0.2, CONCEPT, "assumed", "Battery kept for the way out.")
    loss: Conductance = sourced(0.05, CONCEPT, "assumed", "Heat its warm box loses a kelvin.")
    warm: Temperature = sourced(273.0, CONCEPT, "assumed", "Of its box, which a heater keeps.")
    cave: Temperature = sourced(
        290.0, "some 17 C in the shade of the pit in Mare Tranquillitatis, as recalled", "assumed",
        "Around it below.", gt=0,
    )  # fmt: skip

    VALIDITY: ClassVar[str] = (
        "A straight passage of even floor; friction over the edge and hang-ups of the line are not "
        "modelled. The robot is out of sight of Sun, relay and Earth below, in a cave of one "
        "temperature, and goes down with its battery full."
    )

    @model_validator(mode="after")
    def _holds(self) -> TetherRobot:
        if deepest(self.line(), self.mass) <= 0.0:
            raise ValueError(
                f"a line that breaks at {self.strength:g} N may not hold {self.mass:g} kg three "
                "times over and as a sudden load"
            )
        return self

    def line(self) -> Tether:
        """Its tether."""
        return Tether(
            self.tether, self.tether_density, self.strength, float("inf"), self.tether_rate
        )

    def explorer(self) -> Explorer:
        """The robot below, as its physics sees it: what its heater takes there is idle power."""
        return Explorer(
            self.battery,
            self.idle_power + float(survival_heat(self.loss, 0.0, self.warm, self.cave)),
            self.energy_per_metre,
            self.speed,
            self.scan_time,
            self.scan_data,
            self.scan_spacing,
        )

    def reach(self, depth: float) -> Reach:
        """How far it maps and returns below a wall of `depth` [m], and what limits it.

        The line that is left leads on; beyond its end a chain of relays does.
        """
        if depth > deepest(self.line(), self.mass):
            return Reach(0.0, "line", {"line": 0.0})
        below = self._below(depth)
        spare = self.tether - depth
        chain = (self.relays + 1) * self.sight if self.relays else 0.0
        return mapped_length(
            below,
            dark_endurance(below.battery, below.idle_power),
            self._rate(spare, chain),
            spare + chain,
            self.memory,
            self.reserve,
        )

    def descent(self, depth: float, length: float | None = None) -> Descent:
        """What a descent of `depth` [m] with `length` [m] mapped (left out: all it can) risks.

        Raises ValueError for more than it can map and come back from.
        """
        reach = self.reach(depth)
        far = reach.length if length is None else length
        if far > reach.length + 1e-9:
            back = reach.limits.get("energy", 0.0)
            ends = f"{reach.limit} ends it at {reach.length:.4g}"
            if back > 0.0 and reach.limit != "energy":
                ends += f" m; its battery would bring it back from {back:.4g}"
            raise ValueError(f"{far:g} m below a wall of {depth:g} m: {ends} m")
        e = self._below(depth)
        kept = self.reserve * e.battery
        out, back = far * outward_energy(e), far * return_energy(e)
        return Descent(
            length=far,
            reach=reach,
            abort_radius=float(abort_radius(e, e.battery - out - kept, reserve=0.0)),
            energy=self.battery - e.battery + out + back,
            dark=self._hanging(depth) + self._time_below(far),
            dark_budget=dark_endurance(self.battery * (1.0 - self.reserve), e.idle_power),
        )

    def heat_saved(self, outside: ArrayLike) -> Floats:
        """Heater power [W] it saves below against standing on ground at `outside` [K]; negative
        where that is warmer.
        """
        return heater_saved(self.loss, 0.0, self.warm, outside, self.cave)

    def _hanging(self, depth: float) -> float:
        """Time [s] on the line, down and up."""
        return 2.0 * float(descent_time(depth, self.brake, self.line(), self.mass))

    def _time_below(self, length: float) -> float:
        """Time [s] of `length` [m] mapped and back."""
        return length * (2.0 / self.speed + self.scan_time / self.scan_spacing)

    def _below(self, depth: float) -> Explorer:
        """The robot with what its battery has left to explore, the way up kept."""
        e = self.explorer()
        return replace(e, battery=max(e.battery - e.idle_power * self._hanging(depth), 0.0))

    def _rate(self, spare: float, chain: float) -> float:
        if not chain:
            return self.tether_rate
        hops = relays_needed(chain, self.sight)
        return min(self.tether_rate, chain_rate(self.relay_rate, hops))

    def explore(self, depth: Length, length: Length | None = None) -> Work:
        """What a descent of `depth` [m] with `length` [m] mapped (left out: all it can) takes.

        Yields `tube_length` [m]. Raises ValueError for more than it can map.
        """
        far = self.descent(depth, length).length
        time = self._hanging(depth) + self._time_below(far)
        lifted = float(winch_energy(self.line(), self.mass, depth, self.winch_efficiency))
        data = self.scan_data * far / self.scan_spacing
        return Work(time, self.power + lifted / time, data, {"tube_length": far})
