"""Radio links through vacuum: what rate a contact carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SPEED_OF_LIGHT = 299_792_458.0  # [m/s], exact
BOLTZMANN = 1.380649e-23  # [J/K], exact

Array = NDArray[np.float64]


def free_space_loss(distance: Array, frequency: float) -> Array:
    """Free-space loss (4 pi d f / c)^2 as a power ratio above 1, for `distance` [m], `frequency`
    [Hz].
    """
    return (4.0 * np.pi * np.asarray(distance) * frequency / SPEED_OF_LIGHT) ** 2


def dish_gain(diameter: float, frequency: float, efficiency: float) -> float:
    """Gain of a dish, eta (pi D f / c)^2, as a power ratio."""
    return efficiency * (np.pi * diameter * frequency / SPEED_OF_LIGHT) ** 2


def achievable_rate(
    distance: Array,
    frequency: float,
    radiated_power: float,
    gain_over_temperature: float,
    required_energy_per_bit: float,
    losses: float,
    maximum: float,
) -> Array:
    """Data rate a link supports [bit/s], at most `maximum`.

    R = EIRP (G/T) / (L_fs k (Eb/N0) losses), with EIRP [W], G/T [1/K], Eb/N0 and `losses`
    (pointing, implementation, margin) as power ratios above 1. Holds in vacuum and for links whose
    noise is receiver noise; weather at Ka-band ground stations belongs in `losses`.
    """
    noise = BOLTZMANN * required_energy_per_bit * losses
    rate = radiated_power * gain_over_temperature / (free_space_loss(distance, frequency) * noise)
    return np.minimum(rate, maximum)


def decibel(value: float) -> float:
    """Power ratio of a value in decibels: 10^(value/10)."""
    return float(10.0 ** (value / 10.0))
