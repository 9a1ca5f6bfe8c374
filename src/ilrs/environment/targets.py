"""A scenario's targets in the sky of its places, as series that conditions may ask for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import Environment
from ilrs.ground.light import elevation_above_horizon
from ilrs.scenario.target_lists import stars_of
from ilrs.scenario.targets import Target
from ilrs.sky.time import tdb_from_utc
from ilrs.sky.visibility import sky_over, track


def target_series(
    environment: Environment, place: str, name: str, target: Target, what: str
) -> NDArray[np.float64] | NDArray[np.bool_]:
    """`visible`, `elevation_deg` or `sun_deg` of a target at a place (count,)."""
    here = environment.places[place]
    assert here.skyline is not None
    times = tdb_from_utc(environment.clock.middles)
    sky = sky_over(*here.site, here.skyline, times)
    (azimuth,), (elevation,) = track(stars_of({name: target}), sky)
    if what == "elevation_deg":
        return np.asarray(np.degrees(elevation))
    if what == "visible":
        return np.asarray(elevation_above_horizon(elevation, azimuth, here.skyline) > 0.0)
    level = np.cos(elevation)
    toward = np.stack([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)], axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip((toward * sky.sun).sum(axis=1), -1.0, 1.0))))
