"""Tanks of gas under pressure: what they weigh and how large they are."""

from __future__ import annotations

import numpy as np

GAS_CONSTANT = 8.314462618  # [J/mol/K], CODATA 2018

# Second virial coefficients [m3/mol] by temperature [K]: Dymond and Smith, The Virial Coefficients
# of Pure Gases and Mixtures, rounded.
_VIRIAL = {
    "hydrogen": ((100.0, 150.0, 200.0, 300.0, 400.0), (-2.0e-6, 7.0e-6, 11.0e-6, 14.8e-6, 15.2e-6)),
    "oxygen": ((175.0, 200.0, 250.0, 300.0, 400.0), (-64e-6, -49e-6, -29e-6, -16e-6, -1e-6)),
}
TANK_PERFORMANCE = 2.5e5
"""Burst pressure times volume over mass of wrapped tanks [J/kg]: 25 km of specific strength."""
BURST_FACTOR = 1.5
"""Burst over working pressure."""


def compressibility(gas: str, pressure: float, temperature: float) -> float:
    """P V / (n R T) = 1 + B P / (R T) of `gas` at `pressure` [Pa] and `temperature` [K].

    Holds within 2 % to 200 bar for hydrogen above 100 K and to 100 bar for oxygen above 250 K.
    """
    virial = float(np.interp(temperature, *_VIRIAL[gas]))
    return 1.0 + virial * pressure / (GAS_CONSTANT * temperature)


def tank_volume(
    gas: str, mass: float, molar_mass: float, pressure: float, temperature: float
) -> float:
    """Volume [m3] of a tank that holds `mass` [kg] at `pressure` [Pa] and `temperature` [K]."""
    moles = mass / molar_mass
    z = compressibility(gas, pressure, temperature)
    return moles * z * GAS_CONSTANT * temperature / pressure


def tank_mass(
    gas: str, mass: float, molar_mass: float, pressure: float, temperature: float
) -> float:
    """Mass [kg] of the tank itself: burst pressure times volume over `TANK_PERFORMANCE`.

    P V is n Z R T, so that the mass of a tank hardly depends on the pressure and falls with the
    temperature it is kept at. Holds for wrapped tanks above some tens of litres.
    """
    volume = tank_volume(gas, mass, molar_mass, pressure, temperature)
    return BURST_FACTOR * pressure * volume / TANK_PERFORMANCE
