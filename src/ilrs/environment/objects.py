"""Arrays, masts, landers and boxes as part of a place's skyline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ilrs.components.solar_array import SolarArray
from ilrs.components.thermal_mass import Box
from ilrs.environment.horizons import Floats, PlaceHorizon, around, load_horizon
from ilrs.scenario.schema import Ground, Scenario
from ilrs.sky.directions import MOON_RADIUS

FARTHEST = 2000.0
"""Distance [m] up to which equipment at other places counts: beyond, metres are under 0.1 deg."""


@dataclass(frozen=True)
class Obstacle:
    """Something upright in view: at `azimuth` [rad] and `distance` [m], `width` across [m].

    Opaque from the ground up to `top` [m] above the ground of whoever looks.
    """

    name: str
    azimuth: float
    distance: float
    width: float
    top: float

    def as_data(self) -> dict[str, Any]:
        """It as plain data."""
        return {
            "name": self.name,
            "azimuth_deg": round(math.degrees(self.azimuth) % 360.0, 4),
            "distance_m": self.distance,
            "width_m": self.width,
            "top_m": self.top,
        }


def bare_skyline(ground: Ground) -> PlaceHorizon:
    """The horizon of a place as it is taken to be: as computed, with its `skyline_error`."""
    horizon = load_horizon(ground.horizon, ground.latitude, ground.longitude)
    if not ground.skyline_error:
        return horizon
    error = around(np.array([ground.skyline_error]), horizon.elevation.shape[1])
    return replace(horizon, elevation=horizon.elevation + error)


def raised(horizon: PlaceHorizon, obstacles: Sequence[Obstacle]) -> PlaceHorizon:
    """The horizon with `obstacles` in front: from height h each reaches atan((top - h) / distance).

    Over the azimuths within atan(width / 2 / distance) of its own, to the nearest step of the
    horizon; what is narrower than a step is left out. Holds for what stands farther off than it is
    wide; what is under it is taken as opaque, and it always shows its full width.
    """
    count = horizon.elevation.shape[1]
    before = front(obstacles, horizon.heights, count)
    return replace(horizon, elevation=np.maximum(horizon.elevation, before))


def front(obstacles: Sequence[Obstacle], heights: Floats, count: int) -> Floats:
    """How high `obstacles` reach (h, count) [rad], seen from `heights` (h,) [m]; -inf beside them.

    At `count` equal azimuths from north clockwise; as `raised` says.
    """
    elevation = np.full((len(heights), count), -np.inf)
    step = 2.0 * math.pi / count
    for o in obstacles:
        half = math.atan(0.5 * o.width / o.distance)
        if 2.0 * half < step:
            continue
        first = math.ceil((o.azimuth - half) / step)
        last = math.floor((o.azimuth + half) / step)
        columns = np.arange(first, last + 1) % count
        reach = np.arctan2(o.top - heights, o.distance)[:, None]
        elevation[:, columns] = np.maximum(elevation[:, columns], reach)
    return elevation


def obstacles_around(
    scenario: Scenario, place: str, ground: dict[str, float]
) -> tuple[Obstacle, ...]:
    """What stands in view of a place: its own `objects`, and arrays and boxes at other places.

    `ground` holds the height [m] of the ground of every place.
    """
    here = scenario.places[place]
    if not isinstance(here, Ground):
        return ()
    own = [
        Obstacle(name, math.atan2(o.east, o.north), math.hypot(o.east, o.north), o.width, o.height)
        for name, o in here.objects.items()
    ]
    return (*own, *_equipment_elsewhere(scenario, place, here, ground))


def _equipment_elsewhere(
    scenario: Scenario, place: str, here: Ground, ground: dict[str, float]
) -> Iterable[Obstacle]:
    for name, facility in scenario.facilities.items():
        there = scenario.places.get(facility.place)
        if facility.place == place or not isinstance(there, Ground) or not facility.modelled:
            continue
        azimuth, distance = _towards(here, there)
        if not 0.0 < distance <= FARTHEST:
            continue
        rise = ground[facility.place] - ground[place]
        for part, component in facility.components.items():
            if isinstance(component, SolarArray):
                width = component.area / (component.top - component.bottom)
                top = component.top
            elif isinstance(component, Box):
                width, top = 4.0 / math.pi * component.width, component.height
            else:
                continue
            yield Obstacle(f"{name}/{part}", azimuth, distance, width, rise + top)


def _towards(here: Ground, there: Ground) -> tuple[float, float]:
    """Azimuth [rad] and distance [m] of one place from another along the sphere."""
    turned = there.longitude - here.longitude
    east = math.cos(there.latitude) * math.sin(turned)
    north = math.cos(here.latitude) * math.sin(there.latitude) - math.sin(here.latitude) * math.cos(
        there.latitude
    ) * math.cos(turned)
    up = math.sin(here.latitude) * math.sin(there.latitude) + math.cos(here.latitude) * math.cos(
        there.latitude
    ) * math.cos(turned)
    return math.atan2(east, north), MOON_RADIUS * math.atan2(math.hypot(east, north), up)
