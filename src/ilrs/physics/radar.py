"""Radar into the ground: how deep it sees, what it tells apart, how many bits a metre costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.radio import SPEED_OF_LIGHT

Floats = NDArray[np.float64]

NEPER = 20.0 / np.log(10.0)
"""Decibels of one neper of amplitude."""


def permittivity(density: ArrayLike) -> Floats:
    """Real relative permittivity of soil of `density` [kg/m3]: 1.919^(rho in g/cm3).

    Lunar Sourcebook (1991), section 9.1.5. Holds for dry regolith and rock at MHz to GHz.
    """
    return np.asarray(1.919 ** (np.asarray(density, np.float64) / 1000.0))


def loss_tangent(density: ArrayLike, metal_oxides: ArrayLike) -> Floats:
    """Loss tangent of soil: 10^(0.038 S + 0.312 rho - 3.260), S per cent of TiO2 and FeO by mass.

    `density` [kg/m3] (in g/cm3 there). Lunar Sourcebook (1991), section 9.1.5, fitted at 450 MHz;
    single samples scatter by a factor of two.
    """
    rho = np.asarray(density, np.float64) / 1000.0
    return np.asarray(10.0 ** (0.038 * np.asarray(metal_oxides, float) + 0.312 * rho - 3.260))


def attenuation(frequency: ArrayLike, epsilon: ArrayLike, tangent: ArrayLike) -> Floats:
    """Loss one way [dB/m] at `frequency` [Hz] in ground of `epsilon` and loss `tangent`.

    2 pi f / c sqrt(eps (sqrt(1 + tan^2) - 1) / 2) nepers a metre. Holds without scattering.
    """
    eps, tan = np.asarray(epsilon, np.float64), np.asarray(tangent, np.float64)
    # sqrt(1 + t^2) - 1 without the loss of digits at small t
    grown = tan**2 / (np.sqrt(1.0 + tan**2) + 1.0)
    wave = 2.0 * np.pi * np.asarray(frequency, np.float64) / SPEED_OF_LIGHT
    return np.asarray(NEPER * wave * np.sqrt(0.5 * eps * grown))


def echo_loss(depth: ArrayLike, loss: ArrayLike, reflection: float) -> Floats:
    """Loss [dB] of the echo from a flat layer at `depth` d [m]: 20 lg(2 d) + 2 d loss + R.

    `loss` [dB/m] one way, `reflection` R [dB] positive. Counted from the field at 1 m: what else
    the instrument loses is in its `dynamic_range`. Holds for layers smoother than a wavelength.
    """
    d = np.asarray(depth, np.float64)
    return np.asarray(20.0 * np.log10(2.0 * d) + 2.0 * d * np.asarray(loss, float) + reflection)


def penetration(dynamic_range: ArrayLike, loss: ArrayLike, reflection: float = 20.0) -> Floats:
    """Greatest depth [m] whose echo stays within `dynamic_range` [dB]; solves `echo_loss`.

    d exp(a d) = C by Lambert's W, a the nepers a metre both ways; C alone without loss.
    """
    from scipy.special import lambertw  # loaded here: most commands never come this way

    a = np.asarray(2.0 * np.asarray(loss, np.float64) / NEPER)
    far = 0.5 * 10.0 ** ((np.asarray(dynamic_range, np.float64) - reflection) / 20.0)
    lossy = np.where(a > 0.0, a, 1.0)
    return np.asarray(np.where(a > 0.0, np.real(lambertw(lossy * far)) / lossy, far))


def range_for(depth: float, loss: float, reflection: float = 20.0) -> float:
    """Dynamic range [dB] that sees down to `depth` [m]: how an instrument is calibrated."""
    return float(echo_loss(depth, loss, reflection))


def vertical_resolution(bandwidth: ArrayLike, epsilon: ArrayLike) -> Floats:
    """Distance [m] of two layers told apart: c / (2 B sqrt(eps)), `bandwidth` B [Hz]."""
    return np.asarray(
        SPEED_OF_LIGHT / (2.0 * np.asarray(bandwidth, float) * np.sqrt(np.asarray(epsilon, float)))
    )


def footprint(depth: ArrayLike, frequency: float, epsilon: float) -> Floats:
    """Radius [m] of the first Fresnel zone at `depth` [m]: sqrt(lambda d / 2 + lambda^2 / 16)."""
    wave = SPEED_OF_LIGHT / (frequency * np.sqrt(epsilon))
    return np.asarray(np.sqrt(0.5 * wave * np.asarray(depth, np.float64) + wave**2 / 16.0))


def data_per_metre(
    depth: float, epsilon: float, sampling: float, bits: int, spacing: float, antennas: int = 1
) -> float:
    """Data [bit/m] of traces every `spacing` [m] that look `depth` [m] deep.

    2 d sqrt(eps) / c of time, sampled at `sampling` [Hz] with `bits` on each of `antennas`.
    """
    window = 2.0 * depth * np.sqrt(epsilon) / SPEED_OF_LIGHT
    return float(antennas * bits * np.ceil(window * sampling) / spacing)
