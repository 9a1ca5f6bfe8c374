"""Lithium-ion batteries as a store of energy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def one_way_efficiency(round_trip: float) -> float:
    """Efficiency of charge, and of discharge, when the losses are shared evenly:
    sqrt(round trip).
    """
    return float(round_trip**0.5)


def cycle_fade_per_joule(cycle_life: float, end_of_life_loss: float, capacity: float) -> float:
    """Capacity share lost per joule discharged [1/J].

    `end_of_life_loss` is spread evenly over `cycle_life` equivalent full cycles of `capacity` [J].
    Holds for shallow and deep cycles alike only to first order; deep cycles age faster.
    """
    return end_of_life_loss / (cycle_life * capacity)


def usable_share(temperature: Array | float, cold: float, cold_share: float, warm: float) -> Array:
    """Share of the capacity that a battery gives at `temperature` [K].

    Linear from `cold_share` at `cold` to 1 at `warm` [K], constant outside. What the cold withholds
    is not lost: it is there again when the cells are warm. Holds at rates up to one capacity in
    five hours.
    """
    return np.asarray(np.interp(temperature, [cold, warm], [cold_share, 1.0]))


def calendar_factor(temperature: Array | float, reference: float, doubling: float) -> Array:
    """Calendar fade at `temperature` over that at `reference` [K]: 2^((T - T_ref) / doubling).

    The usual form of Arrhenius' law near room temperature; holds for 250 to 320 K.
    """
    return np.asarray(2.0 ** ((np.asarray(temperature, dtype=np.float64) - reference) / doubling))
