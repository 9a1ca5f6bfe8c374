"""What a skyline leaves of Sun and Earth over a period."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Site, compute_geometry
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.light import elevation_above_horizon, sun_fractions
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.siting.spells import HOUR, spells
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What counts as dark, and the station that a deficit is counted for.

    A step is dark with no more than `dark_at` of the Sun's disc in view; an array at full light
    gives `array_to_load` times the load.
    """

    dark_at: float = 0.5
    array_to_load: float = 2.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.dark_at < 1.0:
            raise UserError(
                f"a share of {self.dark_at:g} of the disc parts no light from dark",
                remedy="give a share from 0 and below 1",
            )
        if not (math.isfinite(self.array_to_load) and self.array_to_load > 0.0):
            raise UserError(
                f"an array of {self.array_to_load:g} times the load feeds nothing",
                remedy="give a ratio above 0, such as 2",
            )


@dataclass(frozen=True)
class Sky:
    """Sun and Earth at a place in the middle of every step (n,); angles [rad], share left [1]."""

    clock: Clock
    sun_elevation: Floats
    sun_azimuth: Floats
    sun_radius: Floats
    sun_left: Floats
    earth_elevation: Floats
    earth_azimuth: Floats
    kernels: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """Light and view behind one skyline: `area`, `flux` (n,) [1] and what they come to.

    `lit` and `dark` are the spells (k, 2) in steps with more and with no more than the declared
    share of the disc; `sunless` those with none of it. `deficit` [h] is the most energy, in hours
    of the load, that a store has to bring. Earth by its centre above the terrain.
    """

    area: Floats
    flux: Floats
    lit: NDArray[np.int64]
    dark: NDArray[np.int64]
    sunless: NDArray[np.int64]
    deficit: float
    earth_share: float


@dataclass(frozen=True)
class Ensemble:
    """The same of many skylines (m,): mean area [1], longest dark [h], deficit [h], Earth [1]."""

    mean_area: Floats
    longest_dark: Floats
    deficit: Floats
    earth_share: Floats


def sky_over(latitude: float, longitude: float, altitude: float, clock: Clock) -> Sky:
    """Sun and Earth from `latitude`, `longitude` [rad], `altitude` [m] above the sphere."""
    geometry = compute_geometry(
        [Site(latitude, longitude, altitude)], [], [], tdb_from_utc(clock.middles)
    )
    return Sky(
        clock=clock,
        sun_elevation=geometry.sun_elevation[0],
        sun_azimuth=geometry.sun_azimuth[0],
        sun_radius=geometry.sun_angular_radius[0],
        sun_left=geometry.sun_area_left[0],
        earth_elevation=geometry.earth_elevation[0],
        earth_azimuth=geometry.earth_azimuth[0],
        kernels=geometry.kernels,
    )


def outlook(skyline: Floats, sky: Sky, terms: Terms) -> Outlook:
    """Light and view behind `skyline` (a,) [rad], at equal azimuths from north clockwise.

    Eclipses by the Earth count.
    """
    area, flux = sun_fractions(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skyline)
    area, flux = area * sky.sun_left, flux * sky.sun_left
    dark = area <= terms.dark_at
    return Outlook(
        area=area,
        flux=flux,
        lit=spells(~dark),
        dark=spells(dark),
        sunless=spells(area <= 0.0),
        deficit=float(cumulative_deficit(flux, sky.clock.step, terms.array_to_load).hours),
        earth_share=float(_earth(skyline, sky).mean()),
    )


def ensemble(skylines: Floats, sky: Sky, terms: Terms) -> Ensemble:
    """The outcome of each of `skylines` (m, a) [rad], as for `outlook`."""
    area, flux = sun_fractions(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skylines)
    area, flux = area * sky.sun_left, flux * sky.sun_left
    step = float(sky.clock.step)
    return Ensemble(
        mean_area=area.mean(axis=1),
        longest_dark=longest_dark(area, step, terms.dark_at).duration / HOUR,
        deficit=cumulative_deficit(flux, step, terms.array_to_load).hours,
        earth_share=_earth(skylines, sky).mean(axis=-1),
    )


def _earth(skyline: Floats, sky: Sky) -> NDArray[np.bool_]:
    above = elevation_above_horizon(sky.earth_elevation, sky.earth_azimuth, skyline)
    return np.asarray(above > 0.0)
