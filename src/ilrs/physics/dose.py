"""Dose on the surface and behind shields: a steady background and storms of the Sun.

Galactic rays from the rate measured at the surface, thinned little by shields; particle events as
a seeded process: Poisson in time with the solar cycle, lognormal in size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError

Floats = NDArray[np.float64]
HOUR, YEAR = 3600.0, 31557600.0
SURFACE_SILICON = 13.2e-6 / HOUR
"""Dose rate in silicon by charged particles and neutral ones [Gy/s]: 13.2 +- 1 uGy/h measured by
Chang'e-4's LND in 2019, near the Sun's minimum (Zhang et al. 2020)."""
SURFACE_EQUIVALENT = 1369e-6 / 86400.0
"""Dose equivalent [Sv/s]: 1369 uSv a day, the same measurements."""


def background(shield: ArrayLike, unshielded: float = SURFACE_EQUIVALENT) -> Floats:
    """Rate of dose [unit of `unshielded`] behind `shield` [kg/m2] of soil or aluminium.

    exp(-x / 2500) after a build-up of secondaries that keeps it level over the first 200 kg/m2, as
    transport codes show. Holds to about 20 % up to 2000 kg/m2.
    """
    x = np.asarray(shield, np.float64)
    if np.any(x < 0.0):
        raise UserError("a shield of less than nothing", remedy="give kg/m2 from 0 on")
    return np.asarray(unshielded * np.exp(-np.maximum(x - 200.0, 0.0) / 2500.0))


def event_share(shield: ArrayLike) -> Floats:
    """Share of an event's dose behind 10 kg/m2 that is left behind `shield` [kg/m2].

    (10 / x)^1.0 from 10 kg/m2 on, as events with soft spectra such as August 1972 fall off. Holds
    from 10 to 500 kg/m2; hard spectra fall more slowly.
    """
    x = np.asarray(shield, np.float64)
    return np.asarray(10.0 / np.maximum(x, 10.0))


@dataclass(frozen=True)
class Storms:
    """Particle events: `rate` [1/s] at the Sun's maximum, `quiet` share of it at the minimum,
    `median` dose [Sv] behind 10 kg/m2, `spread` of its natural logarithm, `lasting` [s].
    """

    rate: float = 8.0 / YEAR
    quiet: float = 0.15
    median: float = 5e-3
    spread: float = 2.0
    lasting: float = 2.0 * 86400.0


STORMS = Storms()
"""Some 8 events a year of over 1e7 protons/cm2 beyond 30 MeV at maximum (Feynman et al. 1993, as
recalled); doses assumed so that the largest of a cycle is near 1 Sv behind a suit."""
CYCLE = 11.0 * YEAR
LAST_MAXIMUM = "2024-10-01"
"""Smoothed sunspot maximum of cycle 25, as recalled."""


def storm_rate(time: ArrayLike, maximum: float, storms: Storms = STORMS) -> Floats:
    """Rate of events [1/s] at `time` [s] of a cycle whose last maximum was at `maximum` [s]."""
    phase = 2.0 * math.pi * (np.asarray(time, np.float64) - maximum) / CYCLE
    wave = (1.0 + np.cos(phase)) / 2.0
    return np.asarray(storms.rate * (storms.quiet + (1.0 - storms.quiet) * wave))


def draw_storms(
    start: float, end: float, maximum: float, seed: int, storms: Storms = STORMS
) -> tuple[Floats, Floats]:
    """Beginnings [s] and doses [Sv, behind 10 kg/m2] of events from `start` to `end`, by seed."""
    rng = np.random.default_rng(seed)
    count = int(rng.poisson(storms.rate * max(end - start, 0.0)))
    times = np.sort(rng.uniform(start, end, count))
    kept = rng.uniform(size=count) < storm_rate(times, maximum, storms) / storms.rate
    sizes = storms.median * np.exp(storms.spread * rng.standard_normal(count))
    return times[kept], sizes[kept]


def dose_over(
    times: ArrayLike,
    shield: float,
    events: tuple[Floats, Floats],
    storms: Storms = STORMS,
    unshielded: float = SURFACE_EQUIVALENT,
) -> Floats:
    """Dose gathered by each of `times` [s] since the first, behind `shield` [kg/m2] [Sv].

    Events bring theirs evenly over their length; those that began before the first time bring the
    rest.
    """
    t = np.asarray(times, np.float64)
    begins, sizes = events
    since = np.clip((t[:, None] - begins[None, :]) / storms.lasting, 0.0, 1.0)
    came = (since - since[:1]) @ (sizes * event_share(shield))
    return np.asarray(background(shield, unshielded) * (t - t[0]) + came)
