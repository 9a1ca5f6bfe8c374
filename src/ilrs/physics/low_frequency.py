"""Radio astronomy below 50 MHz: what the sky gives, and what Earth and station must not."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.mobility import MOON_RADIUS
from ilrs.physics.radio import BOLTZMANN, SPEED_OF_LIGHT

Floats = NDArray[np.float64]


def sky_temperature(frequency: ArrayLike) -> Floats:
    """Brightness temperature [K] of the Galaxy at `frequency` [Hz].

    16.3e6 K (f / 2 MHz)^-2.53, and ^-0.3 below 2 MHz where it is opaque to itself (Jester and
    Falcke 2009 after Cane 1979). Holds from 0.5 to 100 MHz, averaged over the sky.
    """
    ratio = np.asarray(frequency, np.float64) / 2e6
    return np.asarray(16.3e6 * np.where(ratio >= 1.0, ratio**-2.53, ratio**-0.3))


def dipole_area(frequency: ArrayLike) -> Floats:
    """Effective area [m2] of a short dipole: 3 lambda^2 / 8 pi."""
    wave = SPEED_OF_LIGHT / np.asarray(frequency, np.float64)
    return np.asarray(3.0 * wave**2 / (8.0 * np.pi))


def equivalent_flux(frequency: ArrayLike, receiver: ArrayLike = 0.0) -> Floats:
    """Flux density [W/m2/Hz] equal to one dipole's noise: 2 k (T_sky + T_receiver) / A."""
    kelvin = sky_temperature(frequency) + np.asarray(receiver, np.float64)
    return np.asarray(2.0 * BOLTZMANN * kelvin / dipole_area(frequency))


def sensitivity(
    frequency: ArrayLike,
    dipoles: int,
    bandwidth: float,
    time: float,
    receiver: float = 0.0,
) -> Floats:
    """Deviation [W/m2/Hz] of a point source's flux: SEFD / sqrt(N (N - 1) B t).

    All pairs of `dipoles` correlated over `bandwidth` [Hz] and `time` [s]. Confusion by sources
    that the array does not tell apart comes on top. A single dipole: SEFD / sqrt(B t).
    """
    pairs = max(dipoles * (dipoles - 1), 1)
    return np.asarray(equivalent_flux(frequency, receiver) / math.sqrt(pairs * bandwidth * time))


def knife_edge_loss(v: ArrayLike) -> Floats:
    """Loss [dB] behind a straight edge by Fresnel's parameter `v`; positive v: in the shadow.

    |F|^2 = ((1/2 - C(v))^2 + (1/2 - S(v))^2) / 2 with Fresnel's integrals, exact for an opaque half
    plane; 6.02 dB at its edge (ITU-R P.526, 4.1).
    """
    from scipy.special import fresnel  # loaded here: most commands never come this way

    sine, cosine = fresnel(np.asarray(v, np.float64))
    return np.asarray(-10.0 * np.log10(0.5 * ((0.5 - cosine) ** 2 + (0.5 - sine) ** 2)))


def shadow_loss(below: ArrayLike, distance: ArrayLike, frequency: float) -> Floats:
    """Loss [dB] of a far source `below` [rad] the edge of terrain at `distance` [m] from here.

    v = below sqrt(2 d / lambda), the source infinitely far. One sharp edge lets more through than
    the rounded ground does, so that this errs to the side of too little shelter.
    """
    wave = SPEED_OF_LIGHT / frequency
    edge = np.sqrt(2.0 * np.asarray(distance, np.float64) / wave)
    return knife_edge_loss(np.asarray(below, np.float64) * edge)


def limb_loss(below: ArrayLike, frequency: float) -> Floats:
    """Loss [dB] around the smooth Moon for a source `below` [rad] the horizon of its surface.

    6 dB at the edge and the first creeping wave beyond: 20 log10(e) (sqrt(3)/2) 2.338 (pi R /
    lambda)^(1/3) a radian (ITU-R P.526, 3.1.1: 17.6 X). The most shelter there can be.
    """
    size = (math.pi * MOON_RADIUS * frequency / SPEED_OF_LIGHT) ** (1.0 / 3.0)
    slope = 20.0 * math.log10(math.e) * 0.5 * math.sqrt(3.0) * 2.33811 * size
    return np.asarray(6.02 + slope * np.maximum(np.asarray(below, np.float64), 0.0))


def shelter_needed(excess: float, left: float = -10.0) -> float:
    """Loss [dB] that brings a source `excess` [dB] above the sky's noise down to `left` [dB]."""
    return max(excess - left, 0.0)


def depth_for_loss(loss: float, distance: float, frequency: float) -> float:
    """How far below an edge [rad] a far source must stand for `shadow_loss` of `loss` [dB]."""
    low, high = 0.0, math.pi / 2.0
    if float(shadow_loss(low, distance, frequency)) >= loss:
        return 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        enough = float(shadow_loss(middle, distance, frequency)) >= loss
        low, high = (low, middle) if enough else (middle, high)
    return high


def silence_distance(emission: ArrayLike, allowed: ArrayLike, loss: ArrayLike = 0.0) -> Floats:
    """Distance [m] beyond which `emission` [W/Hz] stays below `allowed` [W/m2/Hz].

    sqrt(P 10^(-L/10) / (4 pi S)), spread evenly, with `loss` L [dB] of ground in between.
    """
    weaker = np.asarray(emission, np.float64) * 10.0 ** (-0.1 * np.asarray(loss, np.float64))
    return np.asarray(np.sqrt(weaker / (4.0 * np.pi * np.asarray(allowed, np.float64))))


def channels_lost(spacing: float, channel: float, wander: float, combs: int = 1) -> float:
    """Share of a band's channels in which harmonics stand, `spacing` [Hz] apart.

    A line that wanders over `wander` [Hz] touches (channel + wander) / channel channels of width
    `channel` [Hz] on the mean; `combs` of clocks of their own overlap by chance. 1 where no channel
    between two lines is free.
    """
    free = max(1.0 - (channel + wander) / spacing, 0.0)
    return float(1.0 - free**combs)
