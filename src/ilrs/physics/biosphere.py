"""A sealed world: what leaves take up by light and temperature, and when a sample is lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.physics.stoichiometry import Reaction, molar_mass

Floats = NDArray[np.float64]

PHOTOSYNTHESIS = Reaction({"CO2": -1, "H2O": -1, "CH2O": 1, "O2": 1})
BIOMASS_HEAT = 467.9e3 / molar_mass("CH2O")
"""Heat of combustion of carbohydrate, a sixth of glucose's 2807 kJ/mol [J/kg]."""
PHOTON = 2.2e5
"""Energy of a mole of photons of red and blue lamps [J/mol], mean wavelength 540 nm."""
MOLAR_WATER = molar_mass("H2O")
GAS_CONSTANT = 8.314462618  # [J/mol/K], CODATA 2018
LEAST, BEST, MOST = 278.0, 297.0, 313.0
"""Temperatures between which leaves of the usual crops work, and where best [K]."""


def warmth_share(temperature: ArrayLike) -> Floats:
    """Share of the best uptake at `temperature` [K]: straight up to the best, straight down after.

    Zero outside 278 to 313 K. Holds for C3 crops used to 297 K.
    """
    return np.asarray(np.interp(np.asarray(temperature), (LEAST, BEST, MOST), (0.0, 1.0, 0.0)))


def uptake(light: ArrayLike, temperature: ArrayLike, most: float = 30e-6) -> Floats:
    """Gross uptake of carbon dioxide [mol/m2/s] under `light` [mol/m2/s of photons] at
    `temperature` [K].

    Rectangular hyperbola a I P / (a I + P), a = 0.05 mol/mol and P = `most`, times the share of
    warmth. Holds for closed canopies at 0.1 % of carbon dioxide, up to 2e-3 mol/m2/s.
    """
    driven = 0.05 * np.asarray(light, np.float64)
    return np.asarray(driven * most / (driven + most) * warmth_share(temperature))


def respiration(temperature: ArrayLike, at_best: float = 2e-6) -> Floats:
    """Carbon dioxide breathed out day and night [mol/m2/s]: `at_best` at 297 K, twice each 10 K."""
    return np.asarray(at_best * 2.0 ** ((np.asarray(temperature, np.float64) - BEST) / 10.0))


def daily_oxygen(area: float, light: float, hours: float, temperature: float) -> float:
    """Oxygen that a canopy of `area` [m2] gives in a day [kg], lit for `hours` of 24.

    Uptake less respiration, one molecule of oxygen for one of carbon dioxide.
    """
    if not 0.0 <= hours <= 24.0:
        raise UserError(f"a day with {hours:g} h of light", remedy="give 0 to 24 h")
    gross = float(uptake(light, temperature)) * hours * 3600.0
    lost = float(respiration(temperature)) * 86400.0
    return area * (gross - lost) * molar_mass("O2")


def lamp_power(area: float, light: float, efficiency: float = 0.5) -> float:
    """Electric power [W] of lamps that give `light` [mol/m2/s] on `area` [m2]."""
    return area * light * PHOTON / efficiency


def sample_lost(
    temperature: ArrayLike, step: float, low: float, high: float, allowed: float
) -> int | None:
    """The step at which a sample has been outside `low` to `high` [K] for longer than `allowed` [s]
    in all, or None while it lives.

    `temperature` (steps,) is at the end of each `step` [s] and counts for all of it.
    """
    t = np.asarray(temperature, np.float64)
    if np.isnan(t).any() or not low < high or allowed < 0.0:
        raise UserError(
            "a sample's clock needs temperatures, a span that is not empty and a time from 0 on",
            remedy="give low below high, and no gaps",
        )
    outside = np.cumsum((t < low) | (t > high)) * step
    late = np.flatnonzero(outside > allowed)
    return int(late[0]) if late.size else None


def saturation(temperature: ArrayLike) -> Floats:
    """Vapour in saturated air over water [kg/m3] at `temperature` [K].

    Magnus' formula, 611.2 Pa exp(17.62 t / (243.12 + t)) with t in degC (WMO No. 8), over the ideal
    gas law. Holds to 0.1 % from 233 to 333 K; below freezing over undercooled water.
    """
    kelvin = np.asarray(temperature, np.float64)
    t = kelvin - 273.15
    pressure = 611.2 * np.exp(17.62 * t / (243.12 + t))
    return np.asarray(pressure * MOLAR_WATER / (GAS_CONSTANT * kelvin))


def humidity(temperature: ArrayLike, coil: float, drying: ArrayLike) -> Floats:
    """Relative humidity [1] of the air around wet leaves and a cold coil, both at work for long.

    Leaves at `temperature` [K] give vapour in proportion to what the air lacks, the `coil` [K]
    takes it in proportion to what the air holds over it: (s(T) + k s(coil)) / (1 + k) over s(T)
    with k = `drying`, conductance of the coil over that of the leaves; nothing condenses on a coil
    warmer
    than the leaves. Holds when the air is changed in minutes, slow against the box's warmth.
    """
    leaves, k = saturation(temperature), np.asarray(drying, np.float64)
    over_coil = np.minimum(saturation(coil), leaves)
    return np.asarray((leaves + k * over_coil) / (1.0 + k) / leaves)


def animal_oxygen(mass: float, at_best: float = 1.6e-7) -> float:
    """Oxygen that small animals breathe [kg/s]: `at_best` [kg/s/kg] at 297 K.

    0.4 ml of oxygen an hour and gram, of resting insects at room temperature, as recalled.
    """
    return mass * at_best
