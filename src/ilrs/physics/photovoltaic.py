"""Solar cells on a vertical panel under a low Sun."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEFAN_BOLTZMANN = 5.670374419e-8  # [W/m2/K4], CODATA 2018

Array = NDArray[np.float64]


def panel_irradiance(irradiance: Array, elevation: Array, lit: Array) -> Array:
    """Flux on a vertical panel turned to the Sun's azimuth [W/m2].

    G = G_n cos(elevation) lit, with the normal irradiance `irradiance` [W/m2], the Sun's
    `elevation` [rad] and the mean limb-darkened share of its disc that the panel sees. Holds for
    an azimuth drive that follows within a few degrees (cos 5 deg = 0.996).
    """
    return irradiance * np.cos(elevation) * lit


def cell_temperature(
    flux: Array, absorptance: float, emissivity: float, efficiency: float
) -> Array:
    """Temperature of a thin panel radiating from both faces [K].

    (absorptance - efficiency) G = 2 emissivity sigma T^4. Holds for a panel in balance (its time
    constant is minutes) that sees cold sky and cold ground; ground infrared at the pole (200 K,
    under half the view of each face) raises T by at most 20 K at G = 0 and 2 K at full Sun.
    """
    heat = np.maximum(absorptance - efficiency, 0.0) * flux
    return (heat / (2.0 * emissivity * STEFAN_BOLTZMANN)) ** 0.25


def cell_efficiency(
    temperature: Array, reference_efficiency: float, temperature_coefficient: float
) -> Array:
    """Efficiency of the cells at `temperature` [K], linear about 301.15 K.

    eta = eta_28 (1 + k (T - 301.15)), k [1/K] negative. Holds for 200 to 400 K; colder cells are
    held at the 200 K value, because multi-junction cells stop gaining there (low-intensity
    low-temperature losses).
    """
    warm = np.maximum(temperature, 200.0)
    return reference_efficiency * (1.0 + temperature_coefficient * (warm - 301.15))


def remaining_output(years: Array, yearly_loss: float) -> Array:
    """Share of output left after `years` of loss at `yearly_loss` a year: (1 - loss)^years."""
    return (1.0 - yearly_loss) ** np.maximum(years, 0.0)
