"""A place over decades of hours: its light by height, what an array gives there, who is in view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.components.setting import SURROUNDINGS_HEAT, Setting, Surroundings
from ilrs.components.solar_array import SolarArray
from ilrs.environment.geometry import Geometry, Site, compute_geometry
from ilrs.environment.glow import load_glow
from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.warmth import place_warmth
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import FailureMode, Source
from ilrs.ground.light import elevation_above_horizon, sun_area_fraction, sun_flux_fraction
from ilrs.ground.warmth import ASTRONOMICAL_UNIT, SOLAR_CONSTANT
from ilrs.sky.orbits import HeldOrbit
from ilrs.sky.stations import Station
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOUR = 3600
ANTENNA = 2.0
"""Height above ground [m] from which Earth and relays are looked at."""


@dataclass(frozen=True)
class Sky:
    """Sun, Earth and relays over some places, every hour of `clock`; horizons in their order."""

    clock: Clock
    horizons: tuple[PlaceHorizon, ...]
    geometry: Geometry

    def light(self, place: int, heights: Floats, skyline: Floats | None = None) -> Floats:
        """Share of the Sun's light at `heights` above ground, eclipses off, (h, steps).

        `skyline` (h, a) [rad] takes the place of the horizon's own.
        """
        lines = self.horizons[place].at(heights) if skyline is None else skyline
        g = self.geometry
        shares = sun_flux_fraction(
            g.sun_elevation[place], g.sun_azimuth[place], g.sun_angular_radius[place], lines
        )
        return np.asarray(shares * g.sun_area_left[place])

    def disc(self, place: int, skyline: Floats) -> Floats:
        """Share of the Sun's disc in view above `skyline` (a,) [rad], eclipses off, (steps,)."""
        g = self.geometry
        seen = sun_area_fraction(
            g.sun_elevation[place],
            g.sun_azimuth[place],
            g.sun_angular_radius[place],
            skyline,
        )
        return np.asarray(seen * g.sun_area_left[place])

    def eclipse_hours(self) -> float:
        """The longest eclipse by the Earth, from first to last contact [h]."""
        touched = (self.geometry.sun_area_left < 1.0).any(axis=0)
        edges = np.diff(np.concatenate([[False], touched, [False]]).astype(np.int8))
        first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
        return float((last - first).max(initial=0)) * self.clock.step / HOUR

    def out_of_touch(self, place: int) -> Flags:
        """Whether neither a ground station nor a relay that hears one is in view, (steps,)."""
        g = self.geometry
        seen = self.horizons[place].at([ANTENNA])[0]
        earth = elevation_above_horizon(g.earth_elevation[place], g.earth_azimuth[place], seen)
        heard = (earth > 0.0) & g.station_sees_place[:, place].any(axis=0)
        for r in range(g.relay_elevation.shape[1]):
            up = elevation_above_horizon(
                g.relay_elevation[place, r], g.relay_azimuth[place, r], seen
            )
            heard |= (up > 0.0) & g.station_sees_relay[:, r].any(axis=0)
        return np.asarray(~heard, dtype=np.bool_)


def compute_sky(
    horizons: Sequence[PlaceHorizon],
    relays: Sequence[HeldOrbit],
    stations: Sequence[Station],
    clock: Clock,
) -> Sky:
    """The sky over the places of `horizons` in the middle of every step of `clock`."""
    geometry = compute_geometry(_sites(horizons), relays, stations, tdb_from_utc(clock.middles))
    return Sky(clock, tuple(horizons), geometry)


def _sites(horizons: Sequence[PlaceHorizon]) -> list[Site]:
    return [
        Site(
            float(np.radians(h.certificate.latitude_deg)),
            float(np.radians(h.certificate.longitude_deg)),
            h.certificate.ground_m,
        )
        for h in horizons
    ]


def heights_between(horizon: PlaceHorizon, bottom: float, top: float) -> Floats:
    """The stored heights [m] from the last at or below `bottom` to the first at or above `top`."""
    stored = horizon.heights
    low = int(np.searchsorted(stored, bottom, side="right")) - 1
    high = int(np.searchsorted(stored, top, side="left"))
    return np.asarray(stored[max(low, 0) : high + 1])


def ground_temperatures(sky: Sky) -> tuple[Floats, ...]:
    """Surface temperature [K] of level ground at every place in every step, as runs take it."""
    sites = _sites(sky.horizons)
    glows = [
        load_glow(h.certificate.place, site.latitude, site.longitude)
        for h, site in zip(sky.horizons, sites, strict=True)
    ]
    return tuple(place_warmth(sites, sky.horizons, glows, sky.geometry, sky.clock).surface)


def surroundings(
    sky: Sky,
    place: int,
    bottom: float,
    top: float,
    ground: Floats,
    skyline: Floats | None = None,
) -> Surroundings:
    """What a component between `bottom` and `top` [m] above ground sees at a place."""
    g = sky.geometry
    heights = heights_between(sky.horizons[place], bottom, top)
    return Surroundings(
        sun_elevation=g.sun_elevation[place],
        sun_azimuth=g.sun_azimuth[place],
        irradiance=SOLAR_CONSTANT * (ASTRONOMICAL_UNIT / g.sun_range[place]) ** 2,
        heights=heights,
        flux_fraction=sky.light(place, heights, skyline),
        ground_temperature=ground,
    )


def array_power(
    sky: Sky,
    place: int,
    array: SolarArray,
    years: float,
    ground: Floats,
    skyline: Floats | None = None,
) -> Floats:
    """Power of `array` at the age of `years` with its best string out [W], (steps,).

    `ground` (steps,) [K] warms it; `skyline` (h, a) [rad] at `heights_between` its edges takes the
    place of the horizon's own.
    """
    around = surroundings(sky, place, array.bottom, array.top, ground, skyline)
    count = sky.clock.count
    setting = Setting(
        name="array",
        facility="array",
        place="place",
        clock=sky.clock,
        present=np.ones(count),
        years=np.full(count, years),
        surroundings=around,
        heat_node=SURROUNDINGS_HEAT,
        data_place="place",
    )
    made = array.primitives(setting)
    (source,) = [p for p in made if isinstance(p, Source)]
    (out,) = [p for p in made if isinstance(p, FailureMode) and p.name.endswith("string_open")]
    lost = out.loss if out.losses is None else out.losses[0]
    return np.asarray(source.maximum * (1.0 - lost), dtype=np.float64)
