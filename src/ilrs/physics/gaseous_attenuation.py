"""Attenuation of radio waves by oxygen and water vapour of the Earth's air (ITU-R P.676-12).

Line by line from 1 to 1000 GHz; slant paths by equivalent heights, 1 to 350 GHz and elevations of
5 to 90 deg. Units are SI; attenuation is in decibels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs import data
from ilrs.errors import UserError

Floats = NDArray[np.float64]

GIGAHERTZ = 1e9
_LOWEST, _HIGHEST, _HIGHEST_SLANT = 1e9, 1000e9, 350e9
_LEAST_ELEVATION = np.radians(5.0)
_HECTOPASCAL = 100.0
_STANDARD_PRESSURE = 1013.25
_TO_KELVIN = 273.15

_OXYGEN_HEIGHT_LINES = np.array(
    [
        (0.1597, 118.750334),
        (0.1066, 368.498246),
        (0.1325, 424.763020),
        (0.1242, 487.249273),
        (0.0938, 715.392902),
        (0.1448, 773.839490),
        (0.1374, 834.145546),
    ]
)
"""Strength and frequency [GHz]: table 3 of the Recommendation."""
_WATER_HEIGHT_LINES = np.array(
    [
        (22.23508, 1.52, 2.56),
        (183.310087, 7.62, 10.2),
        (325.152888, 1.56, 2.7),
        (380.197353, 4.15, 5.7),
        (439.150807, 0.2, 0.91),
        (448.001085, 1.63, 2.46),
        (474.689092, 0.76, 2.22),
        (488.490108, 0.26, 2.49),
        (556.935985, 7.81, 10.0),
        (620.70087, 1.25, 2.35),
        (752.033113, 16.2, 20.0),
        (916.171582, 1.47, 2.58),
        (970.315022, 1.36, 2.44),
        (987.926764, 1.6, 1.86),
    ]
)
"""Frequency [GHz], strength and width: table 4 of the Recommendation."""


def oxygen_attenuation(
    frequency: ArrayLike, pressure: ArrayLike, temperature: ArrayLike, vapour_density: ArrayLike
) -> Floats:
    """Specific attenuation by dry air [dB/m]: 44 oxygen lines and the dry continuum.

    `frequency` [Hz], `pressure` of the dry air [Pa], `temperature` [K], `vapour_density` [kg/m3],
    of shapes that broadcast. 0.182 f N'' with N'' of equations 2a to 8 of annex 1.
    """
    f, p, t, e = _air(frequency, pressure, temperature, vapour_density)
    line, a1, a2, a3, a4, a5, a6 = _lines("oxygen_lines")
    theta = 300.0 / t
    width = a3 * 1e-4 * (p * theta ** (0.8 - a4) + 1.1 * e * theta)
    width = np.sqrt(width**2 + 2.25e-6)  # Zeeman splitting
    mixing = (a5 + a6 * theta) * 1e-4 * (p + e) * theta**0.8
    strength = a1 * 1e-7 * p * theta**3 * np.exp(a2 * (1.0 - theta))
    lines = (strength * _shape(f, line, width, mixing)).sum(axis=-1)
    f, p, theta, e = (value[..., 0] for value in (f, p, theta, e))
    debye = 5.6e-4 * (p + e) * theta**0.8
    continuum = (
        f
        * p
        * theta**2
        * (
            6.14e-5 / (debye * (1.0 + (f / debye) ** 2))
            + 1.4e-12 * p * theta**1.5 / (1.0 + 1.9e-5 * f**1.5)
        )
    )
    found: Floats = 0.1820e-3 * f * (lines + continuum)
    return found


def water_vapour_attenuation(
    frequency: ArrayLike, pressure: ArrayLike, temperature: ArrayLike, vapour_density: ArrayLike
) -> Floats:
    """Specific attenuation by water vapour [dB/m]: 35 lines; see `oxygen_attenuation`."""
    f, p, t, e = _air(frequency, pressure, temperature, vapour_density)
    line, b1, b2, b3, b4, b5, b6 = _lines("water_vapour_lines")
    theta = 300.0 / t
    width = b3 * 1e-4 * (p * theta**b4 + b5 * e * theta**b6)
    # Doppler broadening
    width = 0.535 * width + np.sqrt(0.217 * width**2 + 2.1316e-12 * line**2 / theta)
    strength = b1 * 0.1 * e * theta**3.5 * np.exp(b2 * (1.0 - theta))
    found: Floats = (
        0.1820e-3 * f[..., 0] * (strength * _shape(f, line, width, np.zeros(1))).sum(axis=-1)
    )
    return found


def gas_equivalent_heights(
    frequency: ArrayLike, pressure: ArrayLike, temperature: ArrayLike, vapour_density: ArrayLike
) -> tuple[Floats, Floats]:
    """Heights [m] of oxygen and of vapour by which attenuation at the ground gives that at zenith.

    Arguments as of `oxygen_attenuation`, at the surface. Equations 30 to 38 of annex 2, fitted to
    350 GHz.
    """
    f, p, t, e = (value[..., 0] for value in _air(frequency, pressure, temperature, vapour_density))
    density = np.asarray(vapour_density, np.float64) * 1e3
    ratio, celsius = (p + e) / _STANDARD_PRESSURE, t - _TO_KELVIN
    near_60 = (
        5.1040
        / (1.0 + 0.066 * ratio**-2.3)
        * np.exp(-(((f - 59.7) / (2.87 + 12.4 * np.exp(-7.9 * ratio))) ** 2))
    )
    strength, line = _OXYGEN_HEIGHT_LINES.T
    above = (
        strength
        * np.exp(2.12 * ratio[..., None])
        / ((f[..., None] - line) ** 2 + 0.025 * np.exp(2.2 * ratio[..., None]))
    ).sum(axis=-1)
    slow = (
        0.0114
        * f
        / (1.0 + 0.14 * ratio**-2.6)
        * (15.02 * f**2 - 1353.0 * f + 5.333e4)
        / (f**3 - 151.3 * f**2 + 9629.0 * f - 6803.0)
    )
    oxygen = 6.1 * (0.7832 + 0.00709 * celsius) / (1.0 + 0.17 * ratio**-1.1)
    oxygen = oxygen * (1.0 + near_60 + above + slow)
    oxygen = np.where(f < 70.0, np.minimum(oxygen, 10.7 * ratio**0.3), oxygen)
    low = 1.9298 - 0.04166 * celsius + 0.0517 * density
    growth = 1.1674 - 0.00622 * celsius + 0.0063 * density
    sigma = (1.013 / (1.0 + np.exp(-8.6 * (ratio - 0.57))))[..., None]
    line, strength, width = _WATER_HEIGHT_LINES.T
    water = low + growth * (strength * sigma / ((f[..., None] - line) ** 2 + width * sigma)).sum(
        axis=-1
    )
    return oxygen * 1e3, water * 1e3


def zenith_water_vapour_attenuation(
    frequency: ArrayLike, vapour_column: ArrayLike, height: ArrayLike
) -> Floats:
    """Attenuation at the zenith by a column of vapour [dB].

    `frequency` [Hz], 1 to 350 GHz; `vapour_column` [kg/m2]; `height` of the station above sea level
    [m], counted as 0 below and as 4 km above. Section 2.3 of annex 2: scaled from 20.6 GHz.
    """
    f = _frequencies(frequency, _HIGHEST_SLANT)
    column = np.asarray(vapour_column, np.float64)
    _require(bool(np.all(column >= 0.0)), "a column of vapour below zero", "give kg/m2 from 0 on")
    depth = np.maximum(column, 1e-9) / 2.38  # [g/m3] over its scale height in km
    temperature = 14.0 * np.log(0.22 * depth) + 3.0 + _TO_KELVIN
    ratio = water_vapour_attenuation(f, 845e2, temperature, depth * 1e-3)
    ratio = ratio / water_vapour_attenuation(20.6e9, 845e2, temperature, depth * 1e-3)
    gigahertz = f / GIGAHERTZ
    near = (
        0.2048 * np.exp(-(((gigahertz - 22.43) / 3.097) ** 2))
        + 0.2326 * np.exp(-(((gigahertz - 183.5) / 4.096) ** 2))
        + 0.2073 * np.exp(-(((gigahertz - 325.0) / 3.651) ** 2))
        - 0.1113
    )
    power = 8.741e4 * np.exp(-0.587 * gigahertz) + 312.2 * gigahertz**-2.38 + 0.723
    kilometres = np.clip(np.asarray(height, np.float64) / 1e3, 0.0, 4.0)
    raised = np.where(gigahertz < 20.0, 1.0, 1.0 + near * kilometres**power)
    found: Floats = 0.0176 * column * ratio * raised
    return found


def slant_gaseous_attenuation(
    frequency: ArrayLike,
    elevation: ArrayLike,
    pressure: ArrayLike,
    temperature: ArrayLike,
    vapour_density: ArrayLike,
    vapour_column: ArrayLike | None = None,
    height: ArrayLike = 0.0,
) -> Floats:
    """Attenuation by gases from a station through the whole atmosphere [dB].

    `elevation` [rad], 5 to 90 deg; surface values as of `oxygen_attenuation`. With `vapour_column`
    [kg/m2] and `height` [m] the vapour is taken from the column, else from its surface density.
    """
    f = _frequencies(frequency, _HIGHEST_SLANT)
    up = np.asarray(elevation, np.float64)
    _require(
        bool(np.all((up >= _LEAST_ELEVATION - 1e-12) & (up <= np.pi / 2.0 + 1e-12))),
        "an elevation outside 5 to 90 deg",
        "below 5 deg rays bend, which is not in this method",
    )
    oxygen, water = gas_equivalent_heights(f, pressure, temperature, vapour_density)
    dry = oxygen_attenuation(f, pressure, temperature, vapour_density) * oxygen
    if vapour_column is None:
        wet = water_vapour_attenuation(f, pressure, temperature, vapour_density) * water
    else:
        wet = zenith_water_vapour_attenuation(f, vapour_column, height)
    found: Floats = (dry + wet) / np.sin(up)
    return found


@lru_cache(maxsize=2)
def _lines(name: str) -> Floats:
    """Columns of a table of spectral lines: frequency [GHz] and six coefficients."""
    table = np.loadtxt(data.find(f"radio/{name}.csv"), delimiter=",", skiprows=1)
    return np.ascontiguousarray(table.T)


def _air(
    frequency: ArrayLike, pressure: ArrayLike, temperature: ArrayLike, vapour_density: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """GHz, hPa of dry air, K and hPa of vapour, each (..., 1) to stand against lines."""
    f = _frequencies(frequency, _HIGHEST) / GIGAHERTZ
    p, t, density = (
        np.asarray(value, np.float64) for value in (pressure, temperature, vapour_density)
    )
    sound = np.all(p > 0.0) and np.all(t > 0.0) and np.all(density >= 0.0)
    _require(
        bool(sound), "air without pressure, warmth or vapour", "give Pa and K above 0, kg/m3 from 0"
    )
    vapour = density * 1e3 * t / 216.7
    f, p, t, vapour = np.broadcast_arrays(f, p / _HECTOPASCAL, t, vapour)
    return f[..., None], p[..., None], t[..., None], vapour[..., None]


def _shape(f: Floats, line: Floats, width: Floats, mixing: Floats) -> Floats:
    """The line shape factor (equation 5): absorption about a line and about its mirror image."""
    shape: Floats = (f / line) * (
        (width - mixing * (line - f)) / ((line - f) ** 2 + width**2)
        + (width - mixing * (line + f)) / ((line + f) ** 2 + width**2)
    )
    return shape


def _frequencies(frequency: ArrayLike, highest: float) -> Floats:
    f = np.asarray(frequency, np.float64)
    _require(
        bool(np.all((f >= _LOWEST) & (f <= highest))),
        f"a frequency outside 1 to {highest / GIGAHERTZ:g} GHz",
        "the air's attenuation is not known there",
    )
    return f


def _require(sound: bool, wrong: str, remedy: str) -> None:
    if not sound:
        raise UserError(wrong, remedy=remedy)
