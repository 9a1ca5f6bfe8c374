"""Attenuation of radio waves by rain in the Earth's air (ITU-R P.618, P.838, P.839).

Rain rates are in mm/h and attenuation in decibels, as in the field; all else is SI. What a place's
rain is (its rate, its probability, the height of the 0 deg isotherm) is input: ITU's digital maps
of P.837 and P.839 are not part of this.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, owens_t

from ilrs.errors import UserError
from ilrs.physics.gaseous_attenuation import GIGAHERTZ

Floats = NDArray[np.float64]

_EARTH = 8500e3
"""The Earth's radius with refraction [m], P.618."""
_RAIN_ABOVE_ISOTHERM = 360.0
"""[m], P.839-4."""


class _Curve(NamedTuple):
    """sum a exp(-((log10 f - b) / c)^2) + m log10 f + n, with f in GHz: P.838-3, equations 2, 3."""

    a: tuple[float, ...]
    b: tuple[float, ...]
    c: tuple[float, ...]
    m: float
    n: float

    def at(self, gigahertz: Floats) -> Floats:
        log = np.log10(gigahertz)
        bells = sum(
            a * np.exp(-(((log - b) / c) ** 2))
            for a, b, c in zip(self.a, self.b, self.c, strict=True)
        )
        found: Floats = bells + self.m * log + self.n
        return found


_K_HORIZONTAL = _Curve(
    (-5.33980, -0.35351, -0.23789, -0.94158),
    (-0.10008, 1.26970, 0.86036, 0.64552),
    (1.13098, 0.45400, 0.15354, 0.16817),
    -0.18961,
    0.71147,
)
_K_VERTICAL = _Curve(
    (-3.80595, -3.44965, -0.39902, 0.50167),
    (0.56934, -0.22911, 0.73042, 1.07319),
    (0.81061, 0.51059, 0.11899, 0.27195),
    -0.16398,
    0.63297,
)
_ALPHA_HORIZONTAL = _Curve(
    (-0.14318, 0.29591, 0.32177, -5.37610, 16.1721),
    (1.82442, 0.77564, 0.63773, -0.96230, -3.29980),
    (-0.55187, 0.19822, 0.13164, 1.47828, 3.43990),
    0.67849,
    -1.95537,
)
_ALPHA_VERTICAL = _Curve(
    (-0.07771, 0.56727, -0.20238, -48.2991, 48.5833),
    (2.33840, 0.95545, 1.14520, 0.791669, 0.791459),
    (-0.76284, 0.54039, 0.26809, 0.116226, 0.116479),
    -0.053739,
    0.83433,
)


def rain_coefficients(
    frequency: ArrayLike, elevation: ArrayLike, tilt: ArrayLike
) -> tuple[Floats, Floats]:
    """k and alpha of the specific attenuation k R^alpha (P.838-3).

    `frequency` [Hz], 1 to 1000 GHz; `elevation` of the path and `tilt` of the polarisation from the
    horizontal [rad], 45 deg for circular.
    """
    f = np.asarray(frequency, np.float64) / GIGAHERTZ
    if not np.all((f >= 1.0) & (f <= 1000.0)):
        raise UserError("a frequency outside 1 to 1000 GHz", remedy="P.838 ends there")
    across, upright = 10.0 ** _K_HORIZONTAL.at(f), 10.0 ** _K_VERTICAL.at(f)
    alpha_across, alpha_upright = _ALPHA_HORIZONTAL.at(f), _ALPHA_VERTICAL.at(f)
    leaning = np.cos(elevation) ** 2 * np.cos(2.0 * np.asarray(tilt, np.float64))
    k = (across + upright + (across - upright) * leaning) / 2.0
    first, second = across * alpha_across, upright * alpha_upright
    alpha = (first + second + (first - second) * leaning) / (2.0 * k)
    return k, alpha


def rain_height(isotherm: ArrayLike) -> Floats:
    """Mean height of rain above sea level [m], from that of the 0 deg isotherm [m] (P.839-4)."""
    return np.asarray(isotherm, np.float64) + _RAIN_ABOVE_ISOTHERM


def slant_path_through_rain(
    rain_top: ArrayLike, station_height: ArrayLike, elevation: ArrayLike
) -> Floats:
    """Length of the path below the rain height [m], 0 where the station stands above it.

    Heights above sea level [m], `elevation` [rad]. P.618 equations 1 and 2; below 5 deg on a round
    Earth.
    """
    rise = np.maximum(np.subtract(rain_top, station_height), 0.0)
    sine = np.sin(np.asarray(elevation, np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = rise / sine
        bent = 2.0 * rise / (np.sqrt(sine**2 + 2.0 * rise / _EARTH) + sine)
    found: Floats = np.where(np.asarray(elevation) >= np.radians(5.0), flat, bent)
    return np.where(rise > 0.0, found, 0.0)


def slant_rain_attenuation(
    frequency: ArrayLike,
    elevation: ArrayLike,
    tilt: ArrayLike,
    latitude: ArrayLike,
    rain_rate: ArrayLike,
    path: ArrayLike,
    exceeded: ArrayLike,
) -> Floats:
    """Attenuation by rain that is exceeded for a share of an average year [dB].

    `frequency` [Hz], at most 55 GHz; `elevation` and `tilt` [rad] as of `rain_coefficients`;
    `latitude` [rad]; `rain_rate` exceeded for 0.01 % of the year [mm/h]; `path` through the rain
    [m]; `exceeded` from 1e-5 to 0.05. P.618 section 2.2.1.1, ten steps.
    """
    f = np.asarray(frequency, np.float64) / GIGAHERTZ
    share = np.asarray(exceeded, np.float64)
    rate = np.asarray(rain_rate, np.float64)
    if not np.all((f >= 1.0) & (f <= 55.0)):
        raise UserError("a frequency outside 1 to 55 GHz", remedy="P.618 predicts rain up to there")
    if not np.all((share >= 1e-5 * (1 - 1e-9)) & (share <= 0.05 * (1 + 1e-9))):
        raise UserError("a share of the year outside 1e-5 to 0.05", remedy="P.618 ends there")
    if not np.all(rate >= 0.0):
        raise UserError("a rain rate below zero", remedy="give mm/h from 0 on")
    k, alpha = rain_coefficients(frequency, elevation, tilt)
    specific = k * rate**alpha
    slant = np.asarray(path, np.float64) / 1e3
    up = np.asarray(elevation, np.float64)
    rise, along = slant * np.sin(up), slant * np.cos(up)
    horizontal = 1.0 / (
        1.0 + 0.78 * np.sqrt(along * specific / f) - 0.38 * (1.0 - np.exp(-2.0 * along))
    )
    steeper = np.arctan2(rise, along * horizontal) > up
    rainy = np.where(steeper, along * horizontal / np.cos(up), rise / np.sin(up))
    degrees = np.degrees(up)
    north = np.abs(np.degrees(latitude))
    chi = np.maximum(36.0 - north, 0.0)
    vertical = 1.0 / (
        1.0
        + np.sqrt(np.sin(up))
        * (31.0 * (1.0 - np.exp(-degrees / (1.0 + chi))) * np.sqrt(rainy * specific) / f**2 - 0.45)
    )
    rare = specific * rainy * vertical
    percent = 100.0 * share
    low = -0.005 * (north - 36.0) + np.where(degrees >= 25.0, 0.0, 1.8 - 4.25 * np.sin(up))
    beta = np.where((percent >= 1.0) | (north >= 36.0), 0.0, low)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = rare * (percent / 0.01) ** -(
            0.655
            + 0.033 * np.log(percent)
            - 0.045 * np.log(rare)
            - beta * (1.0 - percent) * np.sin(up)
        )
    return np.where(rare > 0.0, found, 0.0)


def slant_rain_probability(probability: ArrayLike, elevation: ArrayLike, path: ArrayLike) -> Floats:
    """Share of time there is rain anywhere on the path, from that at the station.

    `probability` at the station in (0, 1); `elevation` [rad]; `path` through the rain [m]. P.618
    section 2.2.1.2: rain at two places is a correlated pair of normal variates above a threshold.
    """
    here = np.asarray(probability, np.float64)
    if not np.all((here > 0.0) & (here < 1.0)):
        raise UserError("a probability of rain outside 0 to 1", remedy="give a share of time")
    apart = np.asarray(path, np.float64) * np.cos(elevation) / 1e3
    correlation = 0.59 * np.exp(-apart / 31.0) + 0.41 * np.exp(-apart / 800.0)
    threshold = -ndtri(here)
    both = here - 2.0 * owens_t(threshold, np.sqrt((1.0 - correlation) / (1.0 + correlation)))
    found: Floats = 1.0 - (1.0 - here) * ((both - here**2) / (here * (1.0 - here))) ** here
    return found
