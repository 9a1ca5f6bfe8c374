"""Where a component stands: what its place and its neighbours offer it, as series over
the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import ScenarioError
from ilrs.flows.clock import Clock

Array = NDArray[np.float64]

SURROUNDINGS_HEAT = "surroundings/heat"
"""The node that takes heat nobody holds: the Moon and the sky."""


def bus_node(place: str, bus: str | None) -> str:
    """The electricity node of a bus of a place; None is its main bus."""
    return f"{place}/electricity" if bus is None else f"{place}/{bus}/electricity"


@dataclass(frozen=True)
class View:
    """A partner in view of a place: `visible` (0..1 of the step), `distance` [m], `elevation`
    [rad].
    """

    visible: Array
    distance: Array
    elevation: Array


@dataclass(frozen=True)
class Surroundings:
    """What the sky and the ground do at one place; every series has shape (count,).

    `irradiance` [W/m2] is the whole Sun's on a plane facing it; `flux_fraction` (h, count) is the
    limb-darkened share of it above the terrain at `heights`, Earth's eclipses taken off.
    """

    sun_elevation: Array
    sun_azimuth: Array
    irradiance: Array
    heights: Array
    flux_fraction: Array
    ground_temperature: Array

    def light_in_bands(self, bottom: float, top: float, bands: int = 5) -> Array:
        """Limb-darkened share of the Sun's disc in equal bands between two heights [m], lowest
        first, (bands, count).

        At the middle of each band, interpolated linearly between the heights the horizons were
        computed for.
        """
        if bottom < self.heights[0] - 1e-9 or top > self.heights[-1] + 1e-9:
            raise ScenarioError(
                f"light between {bottom:g} m and {top:g} m is needed, but horizons reach from "
                f"{self.heights[0]:g} m to {self.heights[-1]:g} m above ground",
                remedy="recompute the horizons with these heights",
            )
        middles = bottom + (top - bottom) * (np.arange(bands) + 0.5) / bands
        place = np.interp(middles, self.heights, np.arange(len(self.heights)))
        low = np.minimum(place.astype(np.int64), max(len(self.heights) - 2, 0))
        high = np.minimum(low + 1, len(self.heights) - 1)
        share = (place - low)[:, None]
        return np.asarray(
            (1.0 - share) * self.flux_fraction[low] + share * self.flux_fraction[high]
        )

    def light(self, bottom: float, top: float, samples: int = 5) -> Array:
        """Mean limb-darkened share of the Sun's disc between two heights above ground [m],
        (count,).
        """
        return np.asarray(self.light_in_bands(bottom, top, samples).mean(axis=0))


@dataclass(frozen=True)
class Setting:
    """A component's own corner of the station.

    `present` is 1 from the arrival of its mission; `years` counts from there. `heat_node` takes its
    waste heat; `data_place` names the data network it speaks on; `bus` the bus it hangs on, None
    for the main one of the place.
    """

    name: str
    facility: str
    place: str
    clock: Clock
    present: Array
    years: Array
    surroundings: Surroundings | None
    heat_node: str
    data_place: str
    views: Mapping[str, View] = field(default_factory=dict)
    bus: str | None = None

    @property
    def electricity(self) -> str:
        """The electricity node of the facility: its bus, or the main bus of the place."""
        return bus_node(self.place, self.bus)

    def data(self, data_class: str) -> str:
        """The node of a data class on this component's network."""
        return f"{self.data_place}/data.{data_class}"

    def own(self, carrier: str) -> str:
        """A node of this component's own, such as its hydrogen tank."""
        return f"{self.name}/{carrier}"

    @property
    def work(self) -> str:
        """The electricity node behind a machine that works in activities.

        The machine turns power of its bus into power here and into what it makes, so that whoever
        draws here, an activity, runs it.
        """
        return self.own("electricity")

    def flow(self, node: str, what: str) -> str:
        """The name of a flow at a node of this component's own: `what` becomes of it there."""
        return f"{self.name}.{node.removeprefix(self.name + '/').replace('/', '_')}_{what}"

    def ground(self) -> Surroundings:
        """The surroundings, for components that only make sense on the Moon's surface."""
        if self.surroundings is None:
            raise ScenarioError(
                f"{self.name} needs a place on the Moon's surface, {self.place!r} is not one",
                remedy="give its facility a place of kind 'ground'",
            )
        return self.surroundings

    def view(self, partner: str) -> View:
        """How `partner` (a relay's place, or `earth`) is seen from the place."""
        if partner not in self.views:
            raise ScenarioError(
                f"{self.name} speaks to {partner!r}, which is not known",
                remedy=f"known partners are {', '.join(self.views) or 'none'}",
            )
        return self.views[partner]
