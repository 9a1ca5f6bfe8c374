"""Triple-junction cells as one diode: efficiency in dim light and in the cold."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilrs.physics.diode import diode, points

if TYPE_CHECKING:
    from scipy.interpolate import RegularGridInterpolator

Array = NDArray[np.float64]

ONE_SUN = 1361.0  # [W/m2]
REFERENCE = 301.15  # [K]
COLDEST = 200.0
"""Where cells stop gaining: low-intensity low-temperature losses take over [K]."""
BOLTZMANN_EV = 8.617333262e-5  # [eV/K]
# A square centimetre of InGaP, GaAs and germanium in series, lumped into one diode: data sheets of
# cells of 30 % have 17.5 mA, 2.70 V and losses of 6 mV a kelvin, a fill factor of 0.85.
SHORT_CIRCUIT = 0.0175  # [A]
OPEN_CIRCUIT = 2.70  # [V]
GAPS = 1.88 + 1.41 + 0.67  # [eV]
JUNCTIONS = 3
IDEALITY = 1.0
CURRENT_PER_KELVIN = 6e-4  # [1/K] relative rise of the current
SERIES, SHUNT = 2.0, 2.0e5  # [ohm cm2]


def most_power(flux: Array, temperature: Array) -> Array:
    """Largest power of a square centimetre [W] under `flux` [W/m2] at `temperature` [K].

    One diode (`ilrs.physics.diode`) with the sum of the gaps and of the junctions' idealities;
    saturation (T / T_ref)^(3 N) exp(E_g / k (1 / T_ref - 1 / T)) to the power 1 / N of N junctions.
    Holds for junctions matched in current, 200 to 400 K, from a thousandth of the Sun on.
    """
    warmth = np.maximum(temperature, COLDEST)
    volt = JUNCTIONS * IDEALITY * BOLTZMANN_EV
    reference = SHORT_CIRCUIT / np.expm1(OPEN_CIRCUIT / (volt * REFERENCE))
    exponent = GAPS / volt * (1.0 / REFERENCE - 1.0 / warmth)
    saturation = reference * (warmth / REFERENCE) ** 3 * np.exp(exponent)
    rise = 1.0 + CURRENT_PER_KELVIN * (warmth - REFERENCE)
    cell = diode(
        SHORT_CIRCUIT * flux / ONE_SUN * rise,
        saturation,
        SERIES,
        SHUNT,
        IDEALITY,
        float(JUNCTIONS),
        warmth,
    )
    found = points(cell)
    return np.asarray(found.v_mp * found.i_mp)


def junction_efficiency(flux: Array, temperature: Array, reference_efficiency: float) -> Array:
    """Efficiency of cells under `flux` [W/m2] at `temperature` [K]; `reference_efficiency` at one
    Sun and 28 degC.

    From a table of `most_power` over logarithms of the flux, within 1e-3 of it; held at its ends.
    """
    suns = np.log(np.clip(np.asarray(flux) / ONE_SUN, 1e-3, 1.2))
    warm = np.clip(temperature, COLDEST, 400.0)
    return np.asarray(reference_efficiency * _table()(np.stack([suns, warm], axis=-1)))


@lru_cache(maxsize=1)
def _table() -> RegularGridInterpolator:
    """Efficiency relative to that at one Sun and 28 degC, over (ln suns, K)."""
    from scipy.interpolate import (
        RegularGridInterpolator,  # loaded here: most commands never come this way
    )

    suns = np.linspace(np.log(1e-3), np.log(1.2), 60)
    warm = np.linspace(COLDEST, 400.0, 41)
    flux, temperature = np.meshgrid(ONE_SUN * np.exp(suns), warm, indexing="ij")
    power = most_power(flux.ravel(), temperature.ravel()).reshape(flux.shape) / flux
    whole = float(most_power(np.array([ONE_SUN]), np.array([REFERENCE]))[0]) / ONE_SUN
    return RegularGridInterpolator((suns, warm), power / whole)
