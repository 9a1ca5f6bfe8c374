"""Into a pit and the tube below: how far a robot maps before energy, data, line or dark end it.

Known pits lie in mare and impact melt of the middle latitudes; none is confirmed near a pole. A
sortie is therefore a flight of its own, by a lander from orbit or a hopper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.mobility import MOON_RADIUS, hop_delta_v, propellant, survival_heat

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Explorer:
    """A robot in the dark: `battery` [J] it may use, `idle_power` [W] of all but its motors.

    `energy_per_metre` [J/m] of its motors; `speed` [m/s] while it moves; `scan_time` [s] it stands
    and `scan_data` [bit] it makes every `scan_spacing` [m].
    """

    battery: float
    idle_power: float
    energy_per_metre: float
    speed: float
    scan_time: float
    scan_data: float
    scan_spacing: float


@dataclass(frozen=True)
class Reach:
    """How far an explorer maps [m], and which limit it is: `energy`, `time`, `data`, `line`."""

    length: float
    limit: str
    limits: dict[str, float]


def great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance [m] over the Moon's sphere between two places [rad], by haversines."""
    half = np.sin(0.5 * (lat2 - lat1)) ** 2
    half += np.cos(lat1) * np.cos(lat2) * np.sin(0.5 * (lon2 - lon1)) ** 2
    return float(2.0 * MOON_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def sortie_propellant(
    mass: float, distance: float, specific_impulse: float, hop: float = np.inf, loss: float = 0.15
) -> float:
    """Propellant [kg] of a hopper that lands with `mass` [kg] at a pit `distance` [m] off.

    In equal hops of at most `hop` [m] between stops. One long arc is cheapest: n hops on flat
    ground take sqrt(n) times the speed. From a pole to the tropics it comes near to reaching orbit.
    """
    count = max(int(np.ceil(distance / hop - 1e-9)), 1) if np.isfinite(hop) else 1
    speed = count * float(hop_delta_v(distance / count, loss=loss))
    # `propellant` is a share of the mass before; the mass after is given here
    share = float(propellant(1.0, speed, specific_impulse))
    return mass * share / (1.0 - share)


def outward_energy(explorer: Explorer) -> float:
    """Energy [J/m] of a metre mapped: motors, idle while it moves, idle while it scans."""
    e = explorer
    standing = e.idle_power * e.scan_time / e.scan_spacing
    return e.energy_per_metre + e.idle_power / e.speed + standing


def return_energy(explorer: Explorer) -> float:
    """Energy [J/m] of a metre back, without scans."""
    return explorer.energy_per_metre + explorer.idle_power / explorer.speed


def abort_radius(explorer: Explorer, left: ArrayLike, reserve: float = 0.2) -> Floats:
    """Greatest distance [m] from which it comes back with `left` [J], keeping a `reserve` [1]."""
    usable = (1.0 - reserve) * np.asarray(left, np.float64)
    return np.asarray(np.maximum(usable, 0.0) / return_energy(explorer))


def mapped_length(
    explorer: Explorer,
    dark_time: float = np.inf,
    data_rate: float = np.inf,
    line: float = np.inf,
    memory: float = 0.0,
    reserve: float = 0.2,
    back: bool = True,
) -> Reach:
    """How far a robot maps before it turns back (or stays, without `back`).

    Energy: (1 - reserve) E / (outward + return); time: `dark_time` [s] over both ways; data: what
    `data_rate` [bit/s] carries while it is away plus `memory` [bit], over the data of a metre;
    `line` [m]: what is left of tether or relay chain. Holds for a straight passage of even floor.
    """
    e = explorer
    out_time = 1.0 / e.speed + e.scan_time / e.scan_spacing
    back_time = 1.0 / e.speed if back else 0.0
    spent = outward_energy(e) + (return_energy(e) if back else 0.0)
    made = e.scan_data / e.scan_spacing
    carried = data_rate * (out_time + back_time)
    limits = {
        "energy": (1.0 - reserve) * e.battery / spent,
        "time": dark_time / (out_time + back_time),
        "data": np.inf if carried >= made else memory / (made - carried),
        "line": line,
    }
    limit = min(limits, key=lambda name: limits[name])
    return Reach(float(limits[limit]), limit, {name: float(v) for name, v in limits.items()})


def dark_endurance(battery: float, load: float) -> float:
    """Time [s] that `battery` [J] carries `load` [W] where no Sun comes."""
    return battery / load if load > 0.0 else float("inf")


def relays_needed(length: float, straight: float) -> int:
    """Relays dropped along a passage of `length` [m] with `straight` [m] of sight between them.

    The robot itself ends the chain and the mouth begins it: ceil(length / straight) - 1.
    """
    return max(int(np.ceil(length / straight - 1e-9)) - 1, 0)


def chain_rate(rate: float, relays: int, reuse: int = 3) -> float:
    """Rate [bit/s] through relays that share one channel: r / min(hops, reuse).

    Hops further apart than `reuse` send at the same time. Holds for equal hops of rate `rate`.
    """
    return rate / min(relays + 1, reuse)


def sky_view(radius: float, depth: float) -> float:
    """Share of the sky's flux that reaches the middle of a pit's floor: R^2 / (R^2 + h^2).

    `radius` R of the mouth, `depth` h [m]. Holds for upright walls; light off them is extra.
    """
    return radius**2 / (radius**2 + depth**2)


def heater_saved(
    conductance: float, leak: float, inside: float, outside: ArrayLike, cave: float
) -> Floats:
    """Heater power [W] a box saves in a cave at `cave` [K] against surroundings `outside` [K].

    Negative where it is warmer outside. See `mobility.survival_heat`.
    """
    out = survival_heat(conductance, leak, inside, outside)
    return np.asarray(out - survival_heat(conductance, leak, inside, cave))
