"""Fission units: dose at a distance, and the heat that is left after shutdown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

YEAR = 365.25 * 86400.0
# The stand-off of the 40 kWe study: 5 rem a year a kilometre from about 160 kW of heat behind its
# own shield (NASA's requirement for fission surface power, as in NTRS 20220012395).
REFERENCE_DOSE = 0.05 / YEAR  # [Sv/s]
REFERENCE_DISTANCE = 1000.0  # [m]
REFERENCE_HEAT = 160e3  # [W]


def dose_rate(heat: float, distance: Array | float, shield: float = 1.0) -> Array:
    """Dose rate [Sv/s] at `distance` [m] in the open from a unit of `heat` [W] thermal power.

    D = D_ref (heat / heat_ref) shield (r_ref / r)^2, with `shield` the share that this unit's
    shield lets through, relative to the reference's. Holds over hundreds of metres on flat ground;
    terrain in between, which only lowers it, is not counted, nor is the sky's natural dose.
    """
    spread = (REFERENCE_DISTANCE / np.asarray(distance, dtype=np.float64)) ** 2
    return np.asarray(REFERENCE_DOSE * (heat / REFERENCE_HEAT) * shield * spread)


def stand_off(heat: float, limit: float, shield: float = 1.0) -> float:
    """Distance [m] at which `dose_rate` falls to `limit` [Sv/s]."""
    share = REFERENCE_DOSE / limit * heat / REFERENCE_HEAT * shield
    return float(REFERENCE_DISTANCE * share**0.5)


def decay_heat(after: Array | float, ran: float) -> Array:
    """Share of the thermal power still given off `after` [s] a shutdown, having `ran` [s].

    0.0622 (t^-0.2 - (t + T)^-0.2): Way and Wigner 1948, within a factor of 1.5 from 10 s to 100 d.
    """
    t = np.maximum(np.asarray(after, dtype=np.float64), 1.0)
    return np.asarray(0.0622 * (t**-0.2 - (t + ran) ** -0.2))
