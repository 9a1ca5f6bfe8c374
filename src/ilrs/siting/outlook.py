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

BLOCK = 200_000
"""Steps whose geometry is computed at once."""
MOST = 1_000_000
"""Steps of all skylines together that are held at once."""


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
    site, orbits = Site(latitude, longitude, altitude), [relay.orbit for relay in relays]
    times = tdb_from_utc(clock.middles)
    blocks: list[list[Floats]] = []
    kernels: tuple[str, ...] = ()
    for first in range(0, clock.count, BLOCK):  # what is thrown away takes more room than is kept
        part = compute_geometry([site], orbits, [], times[first : first + BLOCK])
        blocks.append([np.array(getattr(part, name)[0]) for name in _SEEN.values()])
        kernels = part.kernels
    joined = [np.concatenate(parts, axis=-1) for parts in zip(*blocks, strict=True)]
    return Sky(
        clock=clock,
        kernels=kernels,
        relays=tuple(relay.name for relay in relays),
        **dict(zip(_SEEN, joined, strict=True)),
    )


_SEEN = {
    "sun_elevation": "sun_elevation",
    "sun_azimuth": "sun_azimuth",
    "sun_radius": "sun_angular_radius",
    "sun_left": "sun_area_left",
    "earth_elevation": "earth_elevation",
    "earth_azimuth": "earth_azimuth",
    "relay_elevation": "relay_elevation",
    "relay_azimuth": "relay_azimuth",
}
"""What a sky keeps, and what a geometry calls it."""


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
    """The outcome of each of `skylines` (m, a) [rad], as for `outlook`.

    A few at a time: the light of all at every step of many years would fill the memory.
    """
    at_once = max(1, MOST // sky.clock.count)
    parts = [
        _ensemble(skylines[k : k + at_once], sky, terms) for k in range(0, len(skylines), at_once)
    ]
    return Ensemble(
        mean_area=np.concatenate([p.mean_area for p in parts]),
        longest_dark=np.concatenate([p.longest_dark for p in parts]),
        deficit=np.concatenate([p.deficit for p in parts]),
        earth_share=np.concatenate([p.earth_share for p in parts]),
        relay_share=np.concatenate([p.relay_share for p in parts], axis=-1),
    )


def _ensemble(skylines: Floats, sky: Sky, terms: Terms) -> Ensemble:
    area, flux = sun_fractions(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skylines)
    area, flux = area * sky.sun_left, flux * sky.sun_left
    step = float(sky.clock.step)
    return Ensemble(
        mean_area=area.mean(axis=1),
        longest_dark=longest_dark(area, step, terms.dark_at).duration / HOUR,
        deficit=cumulative_deficit(flux, step, terms.array_to_load).hours,
        earth_share=_earth(skylines, sky).mean(axis=-1),
        relay_share=np.array([seen.mean(axis=-1) for seen in _relays(skylines, sky)]).reshape(
            len(sky.relays), len(skylines)
        ),
    )


def _earth(skyline: Floats, sky: Sky) -> NDArray[np.bool_]:
    above = elevation_above_horizon(sky.earth_elevation, sky.earth_azimuth, skyline)
    return np.asarray(above > 0.0)


def _relays(skyline: Floats, sky: Sky) -> list[NDArray[np.bool_]]:
    return [
        np.asarray(elevation_above_horizon(elevation, azimuth, skyline) > 0.0)
        for elevation, azimuth in zip(sky.relay_elevation, sky.relay_azimuth, strict=True)
    ]
