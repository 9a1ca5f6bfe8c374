"""Sounding by fields: how deep slow magnetic changes look, and what a gravimeter makes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MAGNETIC_CONSTANT = 1.25663706127e-6
"""[N/A2], CODATA 2022."""
GRAVITATION = 6.67430e-11
"""[m3/kg/s2], CODATA 2022."""


def skin_depth(period: ArrayLike, resistivity: ArrayLike) -> Floats:
    """Depth [m] where a field of `period` T [s] has fallen to 1/e: sqrt(rho T / (pi mu0)).

    `resistivity` rho [ohm m]. Holds for an even ground, plane fields, and no displacement current.
    """
    square = np.asarray(resistivity, np.float64) * np.asarray(period, np.float64)
    return np.asarray(np.sqrt(square / (np.pi * MAGNETIC_CONSTANT)))


def sounding_depth(period: ArrayLike, resistivity: ArrayLike) -> Floats:
    """Depth [m] a reading at `period` [s] speaks of: skin depth / sqrt(2) (Bostick 1977)."""
    return np.asarray(skin_depth(period, resistivity) / np.sqrt(2.0))


def sounding_period(depth: ArrayLike, resistivity: ArrayLike) -> Floats:
    """Period [s] that looks `depth` [m] deep: 2 pi mu0 d^2 / rho."""
    square = np.asarray(depth, np.float64) ** 2
    return np.asarray(2.0 * np.pi * MAGNETIC_CONSTANT * square / np.asarray(resistivity, float))


def record_length(
    period: ArrayLike, error: ArrayLike, coherence: float = 0.9, segments_overlap: float = 0.0
) -> Floats:
    """Time [s] of record that brings a response at `period` [s] to a relative `error` [1].

    n = (1 - c) / (2 c e^2) independent segments (Bendat and Piersol; c the squared coherence), each
    four periods long for the window, at least one; the next reuses `segments_overlap` of each.
    """
    count = (1.0 - coherence) / (coherence * 2.0 * np.asarray(error, np.float64) ** 2)
    count = np.maximum(np.ceil(count - 1e-9), 1.0)
    each = 4.0 * np.asarray(period, np.float64)
    return np.asarray(each * (1.0 + (count - 1.0) * (1.0 - segments_overlap)))


def reading_error(
    noise: ArrayLike, time: ArrayLike, drift_error: ArrayLike, since_base: ArrayLike
) -> Floats:
    """Error [m/s2] of a gravity reading: sqrt(n^2 / T + (d t)^2).

    `noise` n [m/s2/sqrt(Hz)] averaged over `time` T [s]; `drift_error` d [m/s2/s] is what the
    drift varies by about its line between two visits of the base, `since_base` t [s] ago.
    """
    white = np.asarray(noise, np.float64) ** 2 / np.asarray(time, np.float64)
    slow = (np.asarray(drift_error, np.float64) * np.asarray(since_base, np.float64)) ** 2
    return np.asarray(np.sqrt(white + slow))


def drift_removed(
    times: ArrayLike, readings: ArrayLike, base_times: ArrayLike, base_readings: ArrayLike
) -> Floats:
    """Readings [m/s2] against the base: less the line through the base's own, piece by piece."""
    base = np.interp(np.asarray(times, float), np.asarray(base_times, float),
                     np.asarray(base_readings, float))  # fmt: skip
    return np.asarray(np.asarray(readings, np.float64) - base)


def slab_effect(thickness: ArrayLike, contrast: float) -> Floats:
    """Gravity [m/s2] of a wide layer of `thickness` h [m]: 2 pi G rho h, `contrast` [kg/m3]."""
    return np.asarray(2.0 * np.pi * GRAVITATION * contrast * np.asarray(thickness, np.float64))


def tube_effect(radius: ArrayLike, axis_depth: ArrayLike, density: float) -> Floats:
    """Gravity [m/s2] missing over an empty tube: 2 pi G rho R^2 / z.

    `radius` R and depth z of its axis [m], rock `density` [kg/m3]; straight above a long straight
    round tube.
    """
    square = np.asarray(radius, np.float64) ** 2
    return np.asarray(2.0 * np.pi * GRAVITATION * density * square / np.asarray(axis_depth, float))


def smallest_tube(
    error: float, axis_depth: ArrayLike, density: float, ratio: float = 3.0
) -> Floats:
    """Radius [m] of the smallest tube a reading of `error` [m/s2] makes out `ratio` times over."""
    square = ratio * error * np.asarray(axis_depth, np.float64)
    return np.asarray(np.sqrt(square / (2.0 * np.pi * GRAVITATION * density)))
