"""How warm the ground is in its light: sunlight taken up, level ground, crater floors."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ilrs.ground.regolith import (
    STEFAN_BOLTZMANN,
    ColumnHeat,
    Floats,
    Regolith,
    column_temperatures,
)

SOLAR_CONSTANT = 1361.0  # [W/m^2] at 1 au, Kopp and Lean 2011; Hayne et al. 2017 use it too
ASTRONOMICAL_UNIT = 149_597_870_700.0  # [m] IAU 2012
SETTLING = 3 * 3600.0  # [s] the last round, in the series' own steps, takes off what these leave


def albedo(incidence: ArrayLike, normal: float = 0.12, a: float = 0.06, b: float = 0.25) -> Floats:
    """Albedo [1] at an `incidence` [rad] from the vertical: A0 + a (i/45)^3 + b (i/90)^8.

    Keihm (1984) with the coefficients of Hayne et al. (2017); at 90 deg it is 0.85.
    """
    right = np.abs(np.asarray(incidence, np.float64)) / (0.5 * math.pi)
    cube = right * right * right  # powers by hand: a tenth of the time on maps
    return np.asarray(normal + 8.0 * a * cube + b * cube * cube * right * right)


def ground_temperatures(
    sun_elevation: ArrayLike,
    sun_flux_fraction: ArrayLike,
    sun_distance: ArrayLike,
    step: float,
    depths: ArrayLike = (),
    *,
    regolith: Regolith | None = None,
    normal_albedo: float = 0.12,
    glow: ArrayLike = 0.0,
    start: ArrayLike | None = None,
) -> ColumnHeat:
    """Temperatures [K] of level ground under the Sun of a place, or of c places, every `step` [s].

    `sun_elevation` [rad], `sun_flux_fraction` [1] (horizon and eclipses in it), `sun_distance` [m],
    each (n,) or (c, n); `glow` [W/m^2] taken up of what terrain in view sends. Absorbed:
    S0 (au/r)^2 sin(e) fraction (1 - albedo(90 deg - e)) + glow. Starts from the
    layers' temperatures `start` (c, m) [K], else settled: the series repeated, in means of
    `SETTLING`. Holds for level ground; slopes towards the Sun near the poles are warmer by tens of
    kelvins.
    """
    absorbed = absorbed_sunlight(sun_elevation, sun_flux_fraction, sun_distance, normal_albedo)
    total = absorbed + np.asarray(glow, np.float64)
    stride = max(1, round(SETTLING / step))
    return column_temperatures(total, step, depths, regolith=regolith, start=start, stride=stride)


def absorbed_sunlight(
    sun_elevation: ArrayLike,
    sun_flux_fraction: ArrayLike,
    sun_distance: ArrayLike,
    normal_albedo: float = 0.12,
) -> Floats:
    """Sunlight [W/m^2] that level ground absorbs, with the albedo of `albedo`.

    S0 (au/r)^2 sin(e) fraction (1 - A(90 deg - e)), nothing below the level horizon; `sun_distance`
    [m], `sun_elevation` [rad].
    """
    el = np.asarray(sun_elevation, np.float64)
    up = np.maximum(np.sin(el), 0.0)
    near = (ASTRONOMICAL_UNIT / np.asarray(sun_distance, np.float64)) ** 2
    taken = 1.0 - albedo(np.minimum(math.pi / 2, math.pi / 2 - el), normal_albedo)
    return np.asarray(SOLAR_CONSTANT * near * up * np.asarray(sun_flux_fraction) * taken)


def crater_floor_temperature(
    flux: float, sin_elevation: float, depth_to_diameter: float, albedo: float, emissivity: float
) -> float:
    """Temperature [K] of the shadowed floor of a bowl-shaped crater, in steady light on its wall.

    sigma T^4 = F sin(e) f (1 - A)/(1 - A f) [1 + A (1 - f)/eps], f = 4 q^2/(1 + 4 q^2), with the
    solar `flux` F [W/m^2] at the body and depth to diameter q (Ingersoll, Svitek and Murray 1992).
    Holds for a spherical bowl whose floor never sees the Sun, without heat storage.
    """
    if not (flux >= 0 and 0 <= sin_elevation <= 1 and depth_to_diameter >= 0):
        raise ValueError("crater floor: flux, sine of elevation and depth are not negative")
    if not (0 <= albedo < 1 and 0 < emissivity <= 1):
        raise ValueError("crater floor: albedo and emissivity lie between 0 and 1")
    f = 4.0 * depth_to_diameter**2 / (1.0 + 4.0 * depth_to_diameter**2)
    share = f * (1.0 - albedo) / (1.0 - albedo * f)
    glow = flux * sin_elevation * share * (1.0 + albedo * (1.0 - f) / emissivity)
    return float((glow / STEFAN_BOLTZMANN) ** 0.25)
