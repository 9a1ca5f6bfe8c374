"""How warm the ground of places is: through a round of seasons before a period, then through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Geometry, Site, compute_geometry
from ilrs.environment.glow import PlaceGlow
from ilrs.environment.horizons import PlaceHorizon
from ilrs.errors import EphemerisRangeError
from ilrs.flows.clock import Clock
from ilrs.ground.light import sun_flux_fraction
from ilrs.ground.warmth import ground_temperatures
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]

DEPTH = 0.5
"""Depth [m] of the regolith temperature that is kept."""
HOUR = 3600
ROUND = 8505
"""Hours of sunlight before a period: twelve lunations, a round of the four seasons and a week.

Whole lunations, so that the round may repeat: after 346.62 d, when the Sun is back at the node of
the Moon's equator, it stands elsewhere in azimuth.
"""


@dataclass(frozen=True)
class Warmth:
    """Temperatures [K] of level ground at places, `surface` and `at_depth` (p, n).

    `since`: from when on the ground was followed; None where that is the period alone, repeated.
    """

    surface: Floats
    at_depth: Floats
    since: np.datetime64 | None


def place_warmth(
    sites: Sequence[Site],
    horizons: Sequence[PlaceHorizon],
    glows: Sequence[PlaceGlow | None],
    sky: Geometry,
    clock: Clock,
    depth: float = DEPTH,
) -> Warmth:
    """Temperatures of the ground at `sites` (p,) behind their `horizons`, and at `depth` [m].

    Light and heat of terrain in view are those of `glows` (p,), none where that is not known.

    `sky` is that of the sites in the middle of every step of `clock`. The ground begins as `ROUND`
    hours before the period leave it, which in turn begin settled, repeated; where the ephemeris
    does not reach back so far, the period itself is repeated. Against eleven years in one, two
    months begun so are within 0.25 K at the surface, 0.7 K at 0.5 m. The ground is level, lit as at
    the lowest stored height. Holds for steps up to an hour.
    """
    if not sites:
        return Warmth(np.empty((0, clock.count)), np.empty((0, clock.count)), None)
    begun = [
        _begun(clock.start, site, horizon.elevation[0].tobytes(), glow)
        for site, horizon, glow in zip(sites, horizons, glows, strict=True)
    ]
    known = [profile for profile in begun if profile is not None]
    whole = len(known) == len(sites)
    heat = ground_temperatures(
        sky.sun_elevation,
        _lit(sky, [h.elevation[0] for h in horizons]),
        sky.sun_range,
        float(clock.step),
        [depth],
        glow=_from_terrain(sky, glows),
        start=np.array(known) if whole else None,
    )
    since = _round(clock.start).start if whole else None
    return Warmth(heat.surface, heat.at_depth[:, 0], since)


@lru_cache(maxsize=64)
def _begun(
    start: np.datetime64, site: Site, skyline: bytes, glow: PlaceGlow | None
) -> Floats | None:
    """The layers' temperatures (m,) [K] at `start` after a `ROUND`; None before the ephemeris."""
    try:
        sky = compute_geometry([site], [], [], tdb_from_utc(_round(start).middles))
    except EphemerisRangeError:
        return None
    lit = _lit(sky, [np.frombuffer(skyline)])
    heat = ground_temperatures(
        sky.sun_elevation, lit, sky.sun_range, float(HOUR), glow=_from_terrain(sky, [glow])
    )
    return heat.profile[0]


def _round(start: np.datetime64) -> Clock:
    return Clock(start - np.timedelta64(ROUND, "h"), HOUR, ROUND)


def _lit(sky: Geometry, skylines: Sequence[Floats]) -> Floats:
    """Share of the Sun's light at places behind their `skylines`, eclipses off, (p, n)."""
    return np.array(
        [
            sun_flux_fraction(
                sky.sun_elevation[i], sky.sun_azimuth[i], sky.sun_angular_radius[i], skyline
            )
            * sky.sun_area_left[i]
            for i, skyline in enumerate(skylines)
        ]
    )


def _from_terrain(sky: Geometry, glows: Sequence[PlaceGlow | None]) -> Floats:
    """What the ground takes up of the terrain's light and heat [W/m^2], eclipses off, (p, n)."""
    out = np.zeros((len(glows), sky.tdb.size))
    for i, glow in enumerate(glows):
        if glow is not None:
            sun = glow.at(sky.sun_elevation[i], sky.sun_azimuth[i], sky.sun_range[i])
            out[i] = sun * sky.sun_area_left[i]
    return out
