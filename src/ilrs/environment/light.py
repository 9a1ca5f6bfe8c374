"""Light, view and warmth at a place: its horizon against Sun, Earth and relays over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Geometry
from ilrs.environment.horizons import PlaceHorizon
from ilrs.ground.light import elevation_above_horizon, sun_fractions
from ilrs.ground.regolith import Regolith
from ilrs.ground.warmth import ground_temperatures

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PlaceLight:
    """What a place sees and feels at the instants (n,) of a `Geometry`.

    `area_fraction`, `flux_fraction` (h, n) [1]: share of the Sun's disc and of its light above the
    terrain at `heights` (h,) [m] above ground, Earth's eclipses taken off. `earth_above_terrain`
    (n,), `relay_above_terrain` (r, n) [rad] as seen from `antenna` [m]; visible where positive.
    `surface_temperature` and `depth_temperature` (n,) [K] are those of level regolith.
    """

    heights: Floats
    area_fraction: Floats
    flux_fraction: Floats
    antenna: float
    earth_above_terrain: Floats
    earth_visible: Flags
    relay_above_terrain: Floats
    relay_visible: Flags
    surface_temperature: Floats
    depth: float
    depth_temperature: Floats


def place_light(
    horizon: PlaceHorizon,
    geometry: Geometry,
    place: int,
    step: float,
    *,
    heights: Sequence[float],
    antenna: float,
    depth: float = 0.5,
    regolith: Regolith | None = None,
) -> PlaceLight:
    """Light, view and ground temperature at the place of index `place` in `geometry`.

    `heights` and `antenna` [m] above ground within the horizon's; `step` [s] between the instants;
    `depth` [m] of the second temperature. Eclipses dim area and light alike (the Earth takes a
    straight share). The ground is level, lit as at the lowest stored height, without the glow of
    terrain in view, and settled: the period taken as one that repeats. Holds for instants in equal
    steps of up to an hour.
    """
    levels = np.asarray(heights, np.float64)
    ground = horizon.heights[0]
    skyline = horizon.at([*levels, ground, antenna])
    elevation, azimuth = geometry.sun_elevation[place], geometry.sun_azimuth[place]
    left = geometry.sun_area_left[place]
    area, flux = sun_fractions(elevation, azimuth, geometry.sun_angular_radius[place], skyline[:-1])
    area *= left
    flux *= left
    heat = ground_temperatures(
        elevation, flux[-1], geometry.sun_range[place], step, [depth], regolith=regolith
    )
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
    ).reshape(-1, elevation.size)
    return PlaceLight(
        heights=levels,
        area_fraction=area[:-1],
        flux_fraction=flux[:-1],
        antenna=antenna,
        earth_above_terrain=earth,
        earth_visible=earth > 0.0,
        relay_above_terrain=relays,
        relay_visible=relays > 0.0,
        surface_temperature=heat.surface[0],
        depth=depth,
        depth_temperature=heat.at_depth[0, 0],
    )
