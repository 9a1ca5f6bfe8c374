"""The environment: what Sun, Earth, relays and ground do at every place, over the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.setting import Surroundings, View
from ilrs.flows.clock import Clock

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PlaceEnvironment:
    """Series at one place on the Moon, sampled in the middle of each step, shape (count,) or (h,
    count).

    `surroundings` is what components see; `area_fraction` (h, count) the lit share of the Sun's
    disc at `surroundings.heights`, eclipses counted; `antenna` the height [m] views are taken from.
    """

    surroundings: Surroundings
    sun_azimuth: Array
    area_fraction: Array
    earth_azimuth: Array
    earth_elevation: Array
    earth_above_terrain: Array
    """Elevation of the Earth's centre above the terrain [rad]."""
    depth_temperature: Array
    """Regolith temperature at `depth` [K]."""
    depth: float
    antenna: float
    views: Mapping[str, View]
    certificate: Mapping[str, Any] = field(default_factory=dict)
    skyline: Array | None = None
    """Elevation (a,) [rad] of what stands around, from `antenna`; None where nobody asked."""
    site: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Latitude, longitude [rad] and height of `antenna` above the sphere [m]."""


@dataclass(frozen=True)
class Environment:
    """Everything the sky and the ground decide about a scenario, with its certificate."""

    clock: Clock
    places: Mapping[str, PlaceEnvironment]
    orbits: Mapping[str, Mapping[str, View]]
    """Of every relay's place: its views, `earth` among them."""
    stations: Mapping[str, Array]
    """Of every ground station: whether it sees the first place of the Moon (count,)."""
    certificate: Mapping[str, Any] = field(default_factory=dict)

    def views(self, place: str) -> Mapping[str, View]:
        """The views of a place on the ground or in orbit; none on Earth."""
        if place in self.places:
            return self.places[place].views
        return self.orbits.get(place, {})

    def surroundings(self, place: str) -> Surroundings | None:
        """The surroundings of a place on the ground; None elsewhere."""
        return self.places[place].surroundings if place in self.places else None
