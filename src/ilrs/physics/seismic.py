"""Ground motion from a station's own doings, and what a network of seismometers hears.

Sources are given by the mechanical power they put into the ground, receivers by the acceleration
they make out in one root hertz. Waves spread over a half space and lose energy with 1/Q. The Moon
scatters as well, which stretches an event over many minutes without taking energy from it; an
event's energy is therefore spread over a duration that is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.mobility import MOON_RADIUS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Medium:
    """What waves run through: `density` [kg/m3], `velocity` [m/s], quality factor `q` [1]."""

    density: float
    velocity: float
    q: float


REGOLITH = Medium(1800.0, 104.0, 100.0)
"""The uppermost metres: P velocity by Apollo 14's active experiment (Kovach and Watkins 1973);
density of the deep regolith (Hayne and others 2017); Q assumed, far below that of the rock, which
errs to the quiet side of distances beyond some hundred metres."""
UPPER_MANTLE = Medium(3300.0, 7700.0, 4000.0)
"""P velocity (Nakamura 1983) and Q (4000 and more: Nakamura and Koyama 1982) below the crust."""


def activity_acceleration(
    power: ArrayLike,
    distance: ArrayLike,
    frequency: float,
    bandwidth: float,
    medium: Medium = REGOLITH,
) -> Floats:
    """Acceleration density [m/s2/sqrt(Hz)] at `distance` r [m] from seismic `power` P [W].

    v = sqrt(P exp(-2 pi f r / (Q c)) / (2 pi r^2 rho c)) through a hemisphere, a = 2 pi f v
    spread evenly over `bandwidth` [Hz] about `frequency` f [Hz]. `power` is that radiated:
    mechanical power times an efficiency of 1e-5 (impacts: Latham and others 1970) to 1e-3.
    Holds beyond a wavelength; surface waves along a soft layer decay more slowly.
    """
    r = np.asarray(distance, np.float64)
    lost = np.exp(-2.0 * np.pi * frequency * r / (medium.q * medium.velocity))
    flux = np.asarray(power, np.float64) * lost / (2.0 * np.pi * r**2)
    speed = np.sqrt(flux / (medium.density * medium.velocity))
    return np.asarray(2.0 * np.pi * frequency * speed / np.sqrt(bandwidth))


def quiet_distance(
    power: ArrayLike,
    floor: float,
    frequency: float,
    bandwidth: float,
    medium: Medium = REGOLITH,
) -> Floats:
    """Distance [m] at which `activity_acceleration` has fallen to `floor` [m/s2/sqrt(Hz)].

    r exp(k r) = C is solved by Lambert's W: r = W(k C) / k, k = pi f / (Q c). This is the
    `quiet_within` of a listening activity.
    """
    from scipy.special import lambertw  # loaded here: most commands never come this way

    k = np.pi * frequency / (medium.q * medium.velocity)
    near = activity_acceleration(power, 1.0, frequency, bandwidth, medium) * np.exp(k)
    return np.asarray(np.real(lambertw(k * near / floor)) / k)


def station_noise(floor: float, doings: ArrayLike, running: ArrayLike) -> Floats:
    """Noise [m/s2/sqrt(Hz)] over time (n,): the sensor's `floor` and all doings, in power.

    `doings` (m,) are the accelerations each makes at the station, `running` (m, n) the share of
    each step it runs. Holds for sources that are not in step with each other.
    """
    made = np.atleast_1d(np.asarray(doings, np.float64)) ** 2
    return np.asarray(np.sqrt(floor**2 + made @ np.atleast_2d(np.asarray(running, np.float64))))


def quiet_share(noise: ArrayLike, limit: float, least: int = 1) -> float:
    """Share of steps within spells of at least `least` steps whose noise stays within `limit`."""
    quiet = np.asarray(noise, np.float64) <= limit
    if not quiet.size:
        return float("nan")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= least].sum() / quiet.size)


def event_energy(magnitude: ArrayLike) -> Floats:
    """Energy [J] radiated by an event of `magnitude`: 10^(4.8 + 1.5 M) (Gutenberg-Richter 1956).

    Holds for body-wave events on Earth; lunar magnitudes are quoted on the same scale.
    """
    return np.asarray(10.0 ** (4.8 + 1.5 * np.asarray(magnitude, np.float64)))


def event_acceleration(
    energy: ArrayLike,
    distance: ArrayLike,
    frequency: float,
    bandwidth: float,
    duration: float,
    medium: Medium = UPPER_MANTLE,
) -> Floats:
    """Acceleration density [m/s2/sqrt(Hz)] at `distance` r [m] along the ray of an event.

    As for activities, but through a whole sphere and with `energy` [J] over `duration` [s].
    Holds for an even medium; rays bent or shadowed by the deep interior are not in it.
    """
    half = np.asarray(energy, np.float64) / (2.0 * duration)
    return activity_acceleration(half, distance, frequency, bandwidth, medium)


def detection_range(
    energy: ArrayLike,
    noise: float,
    frequency: float,
    bandwidth: float,
    duration: float,
    ratio: float = 3.0,
    medium: Medium = UPPER_MANTLE,
) -> Floats:
    """Distance [m] at which an event stands `ratio` times above `noise` [m/s2/sqrt(Hz)]."""
    half = np.asarray(energy, np.float64) / (2.0 * duration)
    return quiet_distance(half, ratio * noise, frequency, bandwidth, medium)


def sphere_points(count: int) -> Floats:
    """Unit vectors (count, 3) spread evenly over a sphere on a Fibonacci spiral."""
    i = np.arange(count) + 0.5
    up = 1.0 - 2.0 * i / count
    turn = np.pi * (1.0 + np.sqrt(5.0)) * i
    flat = np.sqrt(1.0 - up**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), up], axis=1)


def coverage(
    latitudes: ArrayLike,
    longitudes: ArrayLike,
    ranges: ArrayLike,
    needed: int = 1,
    points: int = 20_000,
) -> float:
    """Share of the Moon's surface from which at least `needed` stations hear an event.

    Stations at `latitudes`, `longitudes` [rad] hear over `ranges` [m] along the chord; one detects,
    three locate at the surface, four at depth. Never falls when a station is added.
    """
    lat = np.atleast_1d(np.asarray(latitudes, np.float64))
    lon = np.atleast_1d(np.asarray(longitudes, np.float64))
    at = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chord = MOON_RADIUS * np.sqrt(np.maximum(2.0 - 2.0 * sphere_points(points) @ at, 0.0))
    heard = chord <= np.broadcast_to(np.asarray(ranges, np.float64), lat.shape)
    return float((heard.sum(axis=1) >= needed).mean())
