"""Radio links: antennas, what of a beam arrives, and what rate a contact carries.

Gains and losses are power ratios; `decibel` and `in_decibel` turn them over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def half_power_beamwidth(gain: ArrayLike, beam_efficiency: ArrayLike) -> Array:
    """Width of the main lobe between its half-power directions [rad].

    Of a round beam of Gaussian form that holds the share `beam_efficiency` of the power: its solid
    angle pi w^2 / (4 ln 2) times the gain is 4 pi `beam_efficiency`. Holds under 20 deg. With 0.7 a
    dish of 55 % has 69 deg times wavelength over diameter.
    """
    found: Array = np.sqrt(16.0 * np.log(2.0) * np.asarray(beam_efficiency) / np.asarray(gain))
    return found


def pointing_loss(offset: ArrayLike, beamwidth: ArrayLike) -> Array:
    """Loss at an `offset` from the beam's axis [rad]: 2^((2 offset / beamwidth)^2), above 1.

    The main lobe as a Gaussian, which holds to its half-power width; side lobes are not in it.
    """
    found: Array = 2.0 ** ((2.0 * np.asarray(offset) / np.asarray(beamwidth)) ** 2)
    return found


def polarisation_loss(sent: float, received: float, tilt: float) -> float:
    """Loss between two elliptical polarisations, a ratio from 1 to infinity.

    `sent` and `received` are axial ratios, minor over major axis, from -1 (left circular) by 0
    (linear) to 1 (right circular); `tilt` is the angle between the major axes [rad]. From the two
    Jones vectors: 1/2 (1 + sin 2a sin 2b + cos 2a cos 2b cos 2 tilt) is received, tan a the ratio.
    """
    a, b = 2.0 * np.arctan([sent, received])
    kept = 0.5 * (1.0 + np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(2.0 * tilt))
    return float(1.0 / kept) if kept > 1e-15 else float("inf")


def carrier_to_noise_density(
    radiated_power: ArrayLike,
    path_loss: ArrayLike,
    gain_over_temperature: ArrayLike,
    losses: ArrayLike = 1.0,
) -> Array:
    """Carrier power over noise density C/N0 [Hz]: EIRP (G/T) / (path loss, losses, k).

    `radiated_power` (EIRP) [W], `gain_over_temperature` (G/T) [1/K], losses as ratios above 1.
    """
    found: Array = np.asarray(radiated_power) * np.asarray(gain_over_temperature)
    return found / (np.asarray(path_loss) * BOLTZMANN * np.asarray(losses))


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
    path = free_space_loss(distance, frequency)
    density = carrier_to_noise_density(radiated_power, path, gain_over_temperature, losses)
    return np.minimum(density / required_energy_per_bit, maximum)


def decibel(value: float) -> float:
    """Power ratio of a value in decibels: 10^(value/10)."""
    return float(10.0 ** (value / 10.0))


def in_decibel(ratio: ArrayLike) -> Array:
    """A power ratio in decibels: 10 log10(ratio)."""
    return 10.0 * np.log10(np.asarray(ratio, np.float64))
