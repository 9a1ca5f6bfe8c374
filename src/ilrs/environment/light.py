"""Light and view at a place: its horizon against Sun, Earth and relays over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Geometry
from ilrs.environment.horizons import PlaceHorizon
from ilrs.ground.light import elevation_above_horizon, sun_fractions

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PlaceLight:
    """What a place sees at the instants (n,) of a `Geometry`.

    `area_fraction`, `flux_fraction` (h, n) [1]: share of the Sun's disc and of its light above the
    terrain at `heights` (h,) [m] above ground, Earth's eclipses taken off. `earth_above_terrain`
    (n,), `relay_above_terrain` (r, n) [rad] as seen from `antenna` [m]; visible where positive.
    """

    heights: Floats
    area_fraction: Floats
    flux_fraction: Floats
    antenna: float
    earth_above_terrain: Floats
    earth_visible: Flags
    relay_above_terrain: Floats
    relay_visible: Flags


def place_light(
    horizon: PlaceHorizon,
    geometry: Geometry,
    place: int,
    *,
    heights: Sequence[float],
    antenna: float,
) -> PlaceLight:
    """Light and view at the place of index `place` in `geometry`.

    `heights` and `antenna` [m] above ground within the horizon's. Eclipses dim area and light alike
    (the Earth takes a straight share).
    """
    levels = np.asarray(heights, np.float64)
    skyline = horizon.at([*levels, antenna])
    area, flux = sun_fractions(
        geometry.sun_elevation[place],
        geometry.sun_azimuth[place],
        geometry.sun_angular_radius[place],
        skyline[:-1],
    )
    left = geometry.sun_area_left[place]
    seen = skyline[-1]
    earth = elevation_above_horizon(
        geometry.earth_elevation[place], geometry.earth_azimuth[place], seen
    )
    relays = np.array(
        [
            elevation_above_horizon(el, az, seen)
            for el, az in zip(
                geometry.relay_elevation[place], geometry.relay_azimuth[place], strict=True
            )
        ]
    ).reshape(-1, earth.size)
    return PlaceLight(
        heights=levels,
        area_fraction=area * left,
        flux_fraction=flux * left,
        antenna=antenna,
        earth_above_terrain=earth,
        earth_visible=earth > 0.0,
        relay_above_terrain=relays,
        relay_visible=relays > 0.0,
    )
