"""What a skyline leaves of Sun and Earth over a period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Site, compute_geometry
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.light import elevation_above_horizon, sun_fractions
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.siting.relays import Relay
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
    """Sun, Earth and relays at a place in the middle of every step (n,); angles [rad].

    `sun_left` [1] is the share an eclipse leaves; relays by name, elevation and azimuth (r, n).
    """

    clock: Clock
    sun_elevation: Floats
    sun_azimuth: Floats
    sun_radius: Floats
    sun_left: Floats
    earth_elevation: Floats
    earth_azimuth: Floats
    kernels: tuple[str, ...]
    relays: tuple[str, ...] = ()
    relay_elevation: Floats = field(default_factory=lambda: np.empty((0, 0)))
    relay_azimuth: Floats = field(default_factory=lambda: np.empty((0, 0)))


@dataclass(frozen=True)
class Outlook:
    """Light and view behind one skyline: `area`, `flux` (n,) [1] and what they come to.

    `lit` and `dark` are the spells (k, 2) in steps with more and with no more than the declared
    share of the disc; `sunless` those with none of it. `deficit` [h] is the most energy, in hours
    of the load, that a store has to bring. Earth by its centre above the terrain, in `earth_share`
    of the time; `earth_view`, `earth_gap` are its spells in and out of view, `relay_view` and
    `relay_gap` those of every relay.
    """

    area: Floats
    flux: Floats
    lit: NDArray[np.int64]
    dark: NDArray[np.int64]
    sunless: NDArray[np.int64]
    deficit: float
    earth_share: float
    earth_view: NDArray[np.int64]
    earth_gap: NDArray[np.int64]
    relay_share: tuple[float, ...]
    relay_view: tuple[NDArray[np.int64], ...]
    relay_gap: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True)
class Ensemble:
    """The same of many skylines (m,): mean area [1], longest dark [h], deficit [h], Earth [1].

    `relay_share` (r, m) [1] of every relay.
    """

    mean_area: Floats
    longest_dark: Floats
    deficit: Floats
    earth_share: Floats
    relay_share: Floats


def sky_over(
    latitude: float,
    longitude: float,
    altitude: float,
    clock: Clock,
    relays: Sequence[Relay] = (),
) -> Sky:
    """Sun, Earth and `relays` from `latitude`, `longitude` [rad], `altitude` [m] of the ground."""
    geometry = compute_geometry(
        [Site(latitude, longitude, altitude)],
        [relay.orbit for relay in relays],
        [],
        tdb_from_utc(clock.middles),
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
        relays=tuple(relay.name for relay in relays),
        relay_elevation=geometry.relay_elevation[0],
        relay_azimuth=geometry.relay_azimuth[0],
    )


def outlook(skyline: Floats, sky: Sky, terms: Terms) -> Outlook:
    """Light and view behind `skyline` (a,) [rad], at equal azimuths from north clockwise.

    Eclipses by the Earth count.
    """
    area, flux = sun_fractions(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skyline)
    area, flux = area * sky.sun_left, flux * sky.sun_left
    dark = area <= terms.dark_at
    earth, relays = _earth(skyline, sky), _relays(skyline, sky)
    return Outlook(
        area=area,
        flux=flux,
        lit=spells(~dark),
        dark=spells(dark),
        sunless=spells(area <= 0.0),
        deficit=float(cumulative_deficit(flux, sky.clock.step, terms.array_to_load).hours),
        earth_share=float(earth.mean()),
        earth_view=spells(earth),
        earth_gap=spells(~earth),
        relay_share=tuple(float(seen.mean()) for seen in relays),
        relay_view=tuple(spells(seen) for seen in relays),
        relay_gap=tuple(spells(~seen) for seen in relays),
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
        relay_share=np.array([seen.mean(axis=-1) for seen in _relays(skylines, sky)]),
    )


def _earth(skyline: Floats, sky: Sky) -> NDArray[np.bool_]:
    above = elevation_above_horizon(sky.earth_elevation, sky.earth_azimuth, skyline)
    return np.asarray(above > 0.0)


def _relays(skyline: Floats, sky: Sky) -> list[NDArray[np.bool_]]:
    return [
        np.asarray(elevation_above_horizon(elevation, azimuth, skyline) > 0.0)
        for elevation, azimuth in zip(sky.relay_elevation, sky.relay_azimuth, strict=True)
    ]
