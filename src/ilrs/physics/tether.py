"""A robot on a tether: what holds it, what down and up take, what the line carries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.mobility import MOON_GRAVITY

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tether:
    """A line: `length` [m], `linear_mass` [kg/m], `strength` [N] at break.

    `resistance` [ohm/m] of both conductors together, infinite without; `data_rate` [bit/s] of its
    fibre or pair.
    """

    length: float
    linear_mass: float
    strength: float
    resistance: float
    data_rate: float


def tension(tether: Tether, mass: ArrayLike, hanging: ArrayLike, dynamic: float = 2.0) -> Floats:
    """Greatest pull [N] on the line with `mass` [kg] and `hanging` [m] of it below the edge.

    `dynamic` (m + lambda h) g; a factor of two is a load applied at once. The friction of the edge,
    which relieves the winch, is left out.
    """
    hung = np.asarray(mass, np.float64) + tether.linear_mass * np.asarray(hanging, np.float64)
    return np.asarray(dynamic * hung * MOON_GRAVITY)


def deepest(tether: Tether, mass: float, safety: float = 3.0, dynamic: float = 2.0) -> float:
    """Depth [m] to which the tether may hang `mass` [kg], `safety` below its strength.

    (S / (f d g) - m) / lambda, no more than its length, 0 if it may not hold the mass at all.
    """
    spare = tether.strength / (safety * dynamic * MOON_GRAVITY) - mass
    return float(np.clip(spare / tether.linear_mass, 0.0, tether.length)) if spare > 0.0 else 0.0


def winch_energy(
    tether: Tether, mass: ArrayLike, hanging: ArrayLike, efficiency: float = 0.5
) -> Floats:
    """Energy [J] that brings `mass` [kg] and its line up from `hanging` h [m].

    (m + lambda h / 2) g h over the winch's `efficiency`. The way down gives as much to the
    brake and is not won back.
    """
    h = np.asarray(hanging, np.float64)
    lifted = (np.asarray(mass, np.float64) + 0.5 * tether.linear_mass * h) * h
    return np.asarray(lifted * MOON_GRAVITY / efficiency)


def descent_time(hanging: ArrayLike, brake: float, tether: Tether, mass: float) -> Floats:
    """Time [s] down `hanging` h [m] when the brake may dissipate `brake` [W]: E / P.

    E = (m + lambda h / 2) g h. Holds for a brake kept at its limit, the way down being slow.
    """
    return np.asarray(winch_energy(tether, mass, hanging, 1.0) / brake)


def power_delivered(tether: Tether, sent: float, voltage: float, paid_out: float) -> float:
    """Power [W] at the end of `paid_out` [m] of line when `sent` [W] enter at `voltage` [V].

    P - (P / V)^2 R; refused past the half that a line can lose at most in a stable way.
    """
    lost = (sent / voltage) ** 2 * tether.resistance * paid_out
    if not lost < 0.5 * sent:
        raise ValueError(
            f"{paid_out:g} m of tether lose {lost:g} W of {sent:g} W at {voltage:g} V: "
            "a higher voltage or less power"
        )
    return float(sent - lost)
