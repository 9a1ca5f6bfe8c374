"""Noise of a receiving system: sky, Moon and Sun in its beam, feed line and amplifiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import ncx2

from ilrs.errors import UserError

Floats = NDArray[np.float64]

REFERENCE_TEMPERATURE = 290.0
"""At which noise figures are told [K] (IEEE)."""


def share_of_beam(radius: ArrayLike, offset: ArrayLike, beamwidth: ArrayLike) -> Floats:
    """Share of a Gaussian beam that falls on a disc.

    `radius` of the disc, `offset` of its centre from the axis and half-power `beamwidth` [rad]. A
    beam is a pair of normal variates of standard deviation w / sqrt(8 ln 2), so the share is their
    chance to lie in the disc (non-central chi-squared, two degrees of freedom); on the axis it is
    1 - 2^(-(2 r / w)^2). Flat sky, beams under 20 deg.
    """
    spread = np.asarray(beamwidth, np.float64) / np.sqrt(8.0 * np.log(2.0))
    inside = (np.asarray(radius) / spread) ** 2
    aside = (np.asarray(offset) / spread) ** 2
    found: Floats = ncx2.cdf(inside, 2.0, aside)
    return found


def antenna_temperature(
    sky: ArrayLike,
    bodies: Sequence[tuple[ArrayLike, ArrayLike]],
    beam_efficiency: ArrayLike,
    spill: ArrayLike,
    transmission: ArrayLike = 1.0,
) -> Floats:
    """Noise temperature of an antenna [K]: what its beam sees, and the ground its edges spill on.

    `sky` is the brightness of the sky through the air [K]. `bodies` are pairs of brightness [K] and
    share of the main beam (`share_of_beam`) of what stands before the sky outside the air, which
    lets `transmission` of it through: the Moon is about 140 K new to 280 K full above 1 GHz, the
    quiet Sun some 1e4 K at 10 GHz and far more in outbursts (ITU-R P.372). They stand in front of
    the universe's 2.7 K, which is neglected beside them. `beam_efficiency` is the share of the
    power in the main beam; the rest sees `spill` [K].
    """
    main = np.asarray(sky, np.float64)
    for brightness, share in bodies:
        main = main + np.asarray(brightness) * np.asarray(share) * np.asarray(transmission)
    held = np.asarray(beam_efficiency, np.float64)
    found: Floats = held * main + (1.0 - held) * np.asarray(spill)
    return found


def noise_temperature(noise_figure: ArrayLike) -> Floats:
    """Noise temperature of a device [K] from its noise figure, a ratio from 1 on: 290 K (F - 1)."""
    figure = np.asarray(noise_figure, np.float64)
    if not np.all(figure >= 1.0):
        raise UserError("a noise figure below 1", remedy="give a power ratio, not decibels")
    found: Floats = REFERENCE_TEMPERATURE * (figure - 1.0)
    return found


def system_noise_temperature(
    antenna: ArrayLike,
    line_loss: ArrayLike,
    line_temperature: ArrayLike,
    stages: Sequence[tuple[float, float]],
) -> Floats:
    """Noise temperature of the whole receiver, referred to its antenna [K].

    The `antenna`'s own, plus a feed line of `line_loss` (a ratio from 1 on) at `line_temperature`
    [K], plus amplifier `stages` as pairs of noise temperature [K] and gain: each counts divided by
    the gain before it (Friis).
    """
    loss = np.asarray(line_loss, np.float64)
    if not np.all(loss >= 1.0):
        raise UserError("a line loss below 1", remedy="give a power ratio from 1 on, not decibels")
    total = np.asarray(antenna, np.float64) + (loss - 1.0) * np.asarray(line_temperature)
    before = 1.0 / loss
    for temperature, gain in stages:
        total = total + temperature / before
        before = before * gain
    found: Floats = total
    return found
