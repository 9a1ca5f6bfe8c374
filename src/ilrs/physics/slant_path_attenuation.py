"""Clouds, scintillation, and the whole of what the Earth's air takes from a radio wave (P.618).

Attenuation is in decibels; all else is SI.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.physics.gaseous_attenuation import GIGAHERTZ

Floats = NDArray[np.float64]

COSMIC_BACKGROUND = 2.7
"""Brightness of the empty sky [K], P.618."""
_TURBULENCE_HEIGHT = 1000.0
"""[m], P.618 equation 44."""


def cloud_attenuation(
    frequency: ArrayLike, elevation: ArrayLike, liquid_column: ArrayLike
) -> Floats:
    """Attenuation by clouds [dB]: K L / sin(elevation), with K of droplets at 0 deg C (P.840-8).

    `frequency` [Hz], at most 200 GHz; `elevation` [rad], 5 to 90 deg; `liquid_column` [kg/m2] of
    liquid water reduced to 0 deg C. K is Rayleigh's, with the permittivity of water by two
    relaxations (Liebe and others 1991).
    """
    f = np.asarray(frequency, np.float64) / GIGAHERTZ
    if not np.all((f > 0.0) & (f <= 200.0)):
        raise UserError("a frequency outside 0 to 200 GHz", remedy="droplets are too large there")
    theta = 300.0 / 273.15
    static = 77.66 + 103.3 * (theta - 1.0)
    middle, high = 0.0671 * static, 3.52
    slow = 20.20 - 146.0 * (theta - 1.0) + 316.0 * (theta - 1.0) ** 2
    fast = 39.8 * slow
    real = (static - middle) / (1.0 + (f / slow) ** 2) + (middle - high) / (1.0 + (f / fast) ** 2)
    real = real + high
    lost = f * (static - middle) / (slow * (1.0 + (f / slow) ** 2))
    lost = lost + f * (middle - high) / (fast * (1.0 + (f / fast) ** 2))
    eta = (2.0 + real) / lost
    coefficient = 0.819 * f / (lost * (1.0 + eta**2))
    found: Floats = coefficient * np.asarray(liquid_column, np.float64) / np.sin(elevation)
    return found


def scintillation_fade(
    frequency: ArrayLike,
    elevation: ArrayLike,
    diameter: ArrayLike,
    efficiency: ArrayLike,
    wet_refractivity: ArrayLike,
    exceeded: ArrayLike,
) -> Floats:
    """Fade by turbulence of the air that is exceeded for a share of the time [dB].

    `frequency` [Hz]; `elevation` [rad], from 5 deg on; `diameter` [m] and aperture `efficiency` of
    the antenna; `wet_refractivity` of the air near the ground [N-units]; `exceeded` from 1e-4 to
    0.5. P.618-13 section 2.4.1, measured from 4 to 20 GHz; above, ITU's examples of P.618-13 go on
    with it and those of P.618-14 hold it at 20 GHz, which at 29 GHz is a fifth less.
    """
    f = np.asarray(frequency, np.float64) / GIGAHERTZ
    sine = np.sin(np.asarray(elevation, np.float64))
    reference = 3.6e-3 + 1e-4 * np.asarray(wet_refractivity, np.float64)
    path = 2.0 * _TURBULENCE_HEIGHT / (np.sqrt(sine**2 + 2.35e-4) + sine)
    x = 1.22 * np.asarray(efficiency, np.float64) * np.asarray(diameter) ** 2 * f / path
    # Larger dishes average the turbulence out; beyond x = 7 the form would turn negative.
    inside = 3.86 * (x**2 + 1.0) ** (11.0 / 12.0) * np.sin(11.0 / 6.0 * np.arctan2(1.0, x))
    averaging = np.sqrt(np.where(x < 7.0, inside - 7.08 * x ** (5.0 / 6.0), 0.0))
    sigma = reference * f ** (7.0 / 12.0) * averaging / sine**1.2
    log = np.log10(100.0 * np.asarray(exceeded, np.float64))
    found: Floats = sigma * (-0.061 * log**3 + 0.072 * log**2 - 1.71 * log + 3.0)
    return found


def total_attenuation(
    gases: ArrayLike, clouds: ArrayLike, rain: ArrayLike, scintillation: ArrayLike
) -> Floats:
    """All of the air's attenuation [dB]: gases + sqrt((rain + clouds)^2 + scintillation^2).

    P.618 equation 64, each exceeded for the same share of the time; gases and clouds are held at
    their values for 1 % where the share is less.
    """
    together = np.add(rain, clouds)
    found: Floats = np.asarray(gases, np.float64) + np.hypot(together, scintillation)
    return found


def sky_noise_temperature(attenuation: ArrayLike, surface_temperature: ArrayLike) -> Floats:
    """Brightness of the sky seen from the ground [K]: the air's own and the universe's behind it.

    T_m (1 - 10^(-A/10)) + 2.7 K 10^(-A/10), with the air's mean radiating temperature T_m = 37.34 K
    + 0.81 T_surface (P.618 section 3, clear sky, 2 to 30 GHz). `attenuation` [dB].
    """
    passed = 10.0 ** (-np.asarray(attenuation, np.float64) / 10.0)
    mean = 37.34 + 0.81 * np.asarray(surface_temperature, np.float64)
    found: Floats = mean * (1.0 - passed) + COSMIC_BACKGROUND * passed
    return found
