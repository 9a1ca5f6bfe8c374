"""When a condition holds at a place: its windows over a period, and their statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.compute import compute_environment
from ilrs.environment.environment import Environment, PlaceEnvironment
from ilrs.environment.horizons import AS_COMPUTED, load_horizon
from ilrs.environment.targets import target_series
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.scenario.condition_names import known_names
from ilrs.scenario.document import suggestion
from ilrs.scenario.expressions import Condition, Series, parse_condition
from ilrs.scenario.schema import Ground, Scenario

HEIGHT = 2.0
"""Height above ground [m] at which the Sun is looked at unless said otherwise."""
HOUR = 3600.0
__all__ = ["Windows", "known_names", "require_ground", "series_of", "spells", "when"]


@dataclass(frozen=True)
class Windows:
    """When `condition` holds at `place`: flags over the clock, and the steps of each window.

    Windows are half-open, `first` to `last` (k,) in steps; a step counts by its middle.
    """

    place: str
    condition: Condition
    height: float
    clock: Clock
    holds: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    series: Mapping[str, Series]

    def as_data(self) -> dict[str, Any]:
        """Windows and statistics as plain data; lengths in hours, instants in UTC."""
        hours = (self.last - self.first) * self.clock.step / HOUR
        total = len(self.holds) * self.clock.step / HOUR
        gaps = spells(~self.holds)
        dark = (gaps[1] - gaps[0]) * self.clock.step / HOUR
        return {
            "place": self.place,
            "condition": self.condition.text,
            "height_m": self.height,
            "begins": _written(self.clock, 0),
            "ends": _written(self.clock, self.clock.count),
            "step_s": self.clock.step,
            "share": float(self.holds.mean()),
            "hours": float(hours.sum()),
            "of_hours": total,
            "count": len(hours),
            "longest_h": float(hours.max(initial=0.0)),
            "median_h": float(np.median(hours)) if len(hours) else 0.0,
            "shortest_h": float(hours.min()) if len(hours) else 0.0,
            "longest_gap_h": float(dark.max(initial=0.0)),
            "skyline": AS_COMPUTED,
            "names": {name: _statistics(values) for name, values in self.series.items()},
            "windows": [
                {
                    "begins": _written(self.clock, int(a)),
                    "ends": _written(self.clock, int(b)),
                    "hours": float(h),
                }
                for a, b, h in zip(self.first, self.last, hours, strict=True)
            ],
        }


def when(
    scenario: Scenario, place: str, condition: str, clock: Clock, *, height: float = HEIGHT
) -> Windows:
    """When `condition` holds at `place` of `scenario` over `clock`, the Sun seen from `height` [m].

    Raises `UserError` for an unknown place or name, pointing at the word, before computing.
    """
    ground = require_ground(scenario, place)
    checked = parse_condition(condition, known_names(scenario))
    heights = load_horizon(ground.horizon, ground.latitude, ground.longitude).heights
    if not heights[0] <= height <= heights[-1]:
        raise UserError(
            f"a height of {height:g} m is outside the horizon of {place!r}, which holds "
            f"{heights[0]:g} to {heights[-1]:g} m above ground"
        )
    # Other places on the ground would only cost time.
    others = {n: p for n, p in scenario.places.items() if not isinstance(p, Ground)}
    alone = scenario.model_copy(update={"places": {place: ground, **others}})
    environment = compute_environment(alone, clock)
    series = {name: series_of(environment, place, name, height, scenario) for name in checked.names}
    holds = np.broadcast_to(checked.holds(series), (clock.count,))
    first, last = spells(holds)
    return Windows(place, checked, height, clock, holds, first, last, series)


def require_ground(scenario: Scenario, place: str) -> Ground:
    """The place on the ground of that name; `UserError` names the nearest one."""
    grounds = {n: p for n, p in scenario.places.items() if isinstance(p, Ground)}
    if place not in grounds:
        there = scenario.places.get(place)
        raise UserError(
            f"there is no place {place!r} on the ground of {scenario.name!r}"
            + (f", only one of kind {there.kind!r}" if there else ""),
            remedy=suggestion(place, grounds),
        )
    return grounds[place]


def series_of(
    environment: Environment, place: str, name: str, height: float, scenario: Scenario
) -> Series:
    """The series of a name (count,): degrees, kilometres, kelvins, shares, or true and false."""
    here = environment.places[place]
    around = here.surroundings
    subject, _, what = name.rpartition(".")
    if subject in scenario.targets:
        return target_series(environment, place, subject, scenario.targets[subject], what)
    if subject == "sun":
        if what == "elevation_deg":
            return np.degrees(around.sun_elevation)
        if what == "azimuth_deg":
            return np.degrees(here.sun_azimuth)
        fraction = here.area_fraction
        if what == "flux_fraction":
            fraction = around.flux_fraction
        return _at_height(fraction, around.heights, height)
    if subject == "ground":
        return around.ground_temperature
    if subject == "regolith":
        return here.depth_temperature
    if subject == "earth" and what != "distance_km":
        if what == "contact":
            return here.views["earth"].visible > 0
        if what == "visible":
            return here.earth_above_terrain > 0.0
        if what == "above_terrain_deg":
            return np.degrees(here.earth_above_terrain)
        if what == "sun_deg":
            return np.degrees(_apart(here))
        return np.degrees(here.earth_elevation if what == "elevation_deg" else here.earth_azimuth)
    if subject == "relay":
        each = [
            series_of(environment, place, f"{r}.{what}", height, scenario)
            for r in environment.orbits
        ]
        return np.any(each, axis=0) if each else np.zeros(environment.clock.count, dtype=np.bool_)
    if subject in environment.stations:
        return environment.stations[subject] > 0
    view = here.views[subject]
    if what == "distance_km":
        return view.distance / 1000.0
    if what == "elevation_deg":
        return np.degrees(view.elevation)
    if what == "contact":
        return (view.visible > 0) & (environment.orbits[subject]["earth"].visible > 0)
    return view.visible > 0


def _apart(here: PlaceEnvironment) -> Series:
    """The angle [rad] between the centres of Sun and Earth (count,)."""
    sun, earth = here.surroundings.sun_elevation, here.earth_elevation
    level = np.cos(sun) * np.cos(earth) * np.cos(here.sun_azimuth - here.earth_azimuth)
    return np.asarray(np.arccos(np.clip(np.sin(sun) * np.sin(earth) + level, -1.0, 1.0)))


def _at_height(fraction: Series, heights: Series, height: float) -> Series:
    """A series (h, count) at a height between those computed, linear."""
    place = float(np.interp(height, heights, np.arange(len(heights))))
    low = min(int(place), max(len(heights) - 2, 0))
    share = place - low
    return (1.0 - share) * fraction[low] + share * fraction[min(low + 1, len(heights) - 1)]


def spells(flags: Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last (excluded) step of every spell in which `flags` hold."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]


def _statistics(values: Series) -> dict[str, float]:
    return {
        "least": float(values.min()),
        "mean": float(values.mean()),
        "most": float(values.max()),
    }


def _written(clock: Clock, step: int) -> str:
    return f"{clock.start + np.timedelta64(step * clock.step, 's')}Z"
