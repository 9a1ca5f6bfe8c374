"""Digging and hauling soil: force, energy and how much a machine of a mass can do.

A flat blade pushes a wedge of soil up a slip plane (Reece's earth-moving equation with McKyes'
trial wedge); soil bound by ice is cut by its strength instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.physics.regolith_heat import heating
from ilrs.physics.terramechanics import APOLLO_SOIL, Soil

GRAVITY = 1.62
"""Of the Moon [m/s2]."""
SOIL_TO_STEEL = 0.6
"""Friction angle between blade and soil as a share of the soil's own."""


@dataclass(frozen=True)
class Blade:
    """A cutting edge: `width` and `depth` of cut [m], `rake` from the horizontal [rad]."""

    width: float = 0.3
    depth: float = 0.03
    rake: float = math.radians(45.0)


BLADE = Blade()


def cutting_force(blade: Blade, soil: Soil = APOLLO_SOIL, density: float = 1660.0) -> float:
    """Draught [N] of a blade in loose soil: the least over slip planes of weight and cohesion.

    P = w (rho g d^2 r/2 + c d r') / (cos(rake + delta) + sin(rake + delta) cot(beta + phi)) for the
    plane at angle beta, McKyes (1985), Soil Cutting and Tillage, chapter 3; `density` [kg/m3].
    Holds for slow cuts by a blade several times wider than deep, without surcharge.
    """
    delta = SOIL_TO_STEEL * soil.friction
    plane = np.radians(np.linspace(5.0, 85.0, 801))
    phi, rake, d = soil.friction, blade.rake, blade.depth
    cot = 1.0 / np.tan(plane + phi)
    spread = 1.0 / math.tan(rake) + 1.0 / np.tan(plane)
    below = math.cos(rake + delta) + math.sin(rake + delta) * cot
    weight = density * GRAVITY * d**2 * spread / 2.0
    bond = soil.cohesion * d * (1.0 + cot / np.tan(plane))
    push = np.where(below > 1e-6, (weight + bond) / np.maximum(below, 1e-6), np.inf)
    return float(blade.width * push.min() * math.sin(rake + delta))


def strength_of_ice(ice: ArrayLike) -> NDArray[np.float64]:
    """Unconfined compressive strength [Pa] of cold soil with a mass share `ice` in its pores.

    1 MPa at 1 %, 20 MPa at 6 %, 36 MPa at 10.6 %, level beyond, linear between and from nothing:
    highland simulant at 77 K compacted wet and frozen (Gertsch et al. 2006), rounded. Holds for ice
    that bonds grains; ice as loose frost leaves soil loose.
    """
    ice = np.asarray(ice, np.float64)
    return np.asarray(np.interp(ice, (0.0, 0.01, 0.06, 0.106), (0.0, 1e6, 20e6, 36e6)))


def digging_energy(
    ice: float = 0.0,
    blade: Blade = BLADE,
    soil: Soil = APOLLO_SOIL,
    density: float = 1660.0,
    efficiency: float = 0.3,
) -> float:
    """Electric energy [J/kg] to dig soil: force over cut section for loose, strength for bound.

    A cut takes the work of its strength on its volume (specific energy equal to the compressive
    strength, as of sharp picks; drag bits need 0.3 to 1.5 of it). `efficiency` from bus to blade.
    """
    if not 0.0 <= ice < 1.0:
        raise UserError(f"ice is {ice:g} of the soil", remedy="give a share from 0 to 1")
    section = blade.width * blade.depth * density
    loose = cutting_force(blade, soil, density) / section
    return float(loose + float(strength_of_ice(ice)) / density) / efficiency


def hauling_energy(
    distance: float,
    climb: float,
    carrier: float = 1.5,
    rolling: float = 0.15,
    efficiency: float = 0.5,
) -> float:
    """Electric energy [J/kg of load] of a way of `distance` [m] and back, `climb` [m] loaded.

    A vehicle of `carrier` kilograms a kilogram of load rolls with resistance `rolling` of its
    weight both ways, and lifts itself and its load; nothing comes back downhill.
    """
    loaded, empty = 1.0 + carrier, carrier
    work = rolling * GRAVITY * distance * (loaded + empty)
    lift = GRAVITY * (max(climb, 0.0) * loaded + max(-climb, 0.0) * empty)
    return (work + lift) / efficiency


def sublimed_share(
    time: float, temperature: float, area_per_mass: float = 0.02, ice: float = 0.05
) -> float:
    """Share of the ice lost in `time` [s] from a load at `temperature` [K], into vacuum.

    Hertz and Knudsen's free sublimation, p sqrt(M / 2 pi R T), from `area_per_mass` [m2/kg] of
    soil of which the surface share of ice is its mass share; saturation pressure over ice by Murphy
    and Koop (2005), 110 K up. An upper bound: a crust of dry grains slows it at once.
    """
    t = max(temperature, 1.0)
    pressure = math.exp(9.550426 - 5723.265 / t + 3.53068 * math.log(t) - 0.00728332 * t)
    flux = pressure * math.sqrt(0.018015 / (2.0 * math.pi * 8.314462618 * t))
    return min(flux * area_per_mass * time, 1.0) if ice > 0.0 else 0.0


def lost_on_the_way(
    time: float, ground: float, around: float, conductance: float, load: float, steps: int = 200
) -> float:
    """Share of the ice that sublimes from a `load` [kg] hauled for `time` [s] through warmth.

    The load leaves at `ground` [K] and warms towards `around` [K] through the `conductance` [W/K]
    of its bin, with the heat capacity of dry soil between the two; the share is that of
    `sublimed_share` at every moment. An upper bound: a shut bin keeps the vapour in as well.
    """
    if not (load > 0.0 and time >= 0.0 and conductance >= 0.0):
        raise UserError(
            f"a load of {load:g} kg hauled for {time:g} s at {conductance:g} W/K",
            remedy="give a load above nothing, and a time and a conductance from 0 on",
        )
    if time == 0.0:
        return 0.0
    span = around - ground
    heat = heating(min(ground, around), max(ground, around)) / abs(span) if span else 1.0
    middles = (np.arange(steps) + 0.5) * time / steps
    warmth = around - span * np.exp(-middles * conductance / (load * heat))
    return min(sum(sublimed_share(time / steps, float(t)) for t in warmth), 1.0)


@dataclass(frozen=True)
class Digger:
    """A robot that digs and hauls: `mass` and `load` [kg], `speed` [m/s], `share` of time at work,
    `idle` power for its electronics and heaters [W], `fill` [kg/s], `cut` power for digging [W].
    """

    mass: float = 66.0
    load: float = 80.0
    speed: float = 0.2
    share: float = 0.4
    idle: float = 60.0
    fill: float = 0.04
    cut: float = 300.0


RASSOR = Digger()
"""Counter-rotating drums of 66 kg that carry 80 kg (Mueller et al. 2013, as recalled); speed,
duty, filling, idle and cutting power assumed."""


def diggers_needed(
    rate: float, distance: float, robot: Digger = RASSOR, energy: float = 0.0
) -> float:
    """Robots that bring `rate` [kg/s] over `distance` [m]; dumping takes half as long as filling.

    Filling takes `energy` [J/kg] and is no faster than the robot's power for cutting allows.
    """
    fill = max(1.0 / robot.fill, energy / robot.cut)
    cycle = robot.load * (fill + 0.5 / robot.fill) + 2.0 * distance / robot.speed
    return rate * cycle / (robot.load * robot.share)
