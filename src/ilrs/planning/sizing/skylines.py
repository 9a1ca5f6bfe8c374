"""How wrong a place's skyline may be: draws of what terrain error adds to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.data.rasters import Terrain
from ilrs.environment.candidates import candidate_at, relief_draws
from ilrs.environment.horizons import PlaceHorizon, around, terrains_at_hand
from ilrs.errors import IlrsError
from ilrs.ground.horizon import azimuth_grid
from ilrs.ground.realisations import skyline_errors

Floats = NDArray[np.float64]

DRAWS = 40
STEP_DEG = 1.0
"""Azimuths at which errors are drawn [deg]; they hardly change within it."""
FINE = 100.0
"""Terrain of larger cells [m] says too little of its own errors."""
DRAWN = "realisations of the terrain's error, by direction"
SHIPPED = f"{DRAWN}, as shipped with the place"
LACKING = "what skylines of 1.6 km averages were found to lack where fine terrain is at hand"
ALIKE = "an assumed error alike in all directions, for want of fine terrain at hand"


def skyline_draws(
    horizon: PlaceHorizon,
    height: float,
    spread: float,
    seed: int = 1,
    draws: int = DRAWS,
    *,
    afresh: bool = True,
) -> tuple[Floats, str]:
    """Up to `draws` rows (m, a) [rad] of what terrain error adds to a horizon, and how they came.

    Seen from `height` [m] above ground, at the horizon's own azimuths. Realisations of the error of
    the terrain that the horizon was computed from, where it is fine and at hand, else those that
    ship with the place, for 2 or 10 m; without `afresh` these at once, whatever is at hand. On
    averages alone what these lack; elsewhere a normal error of `spread` [rad] alike in all
    directions.
    """
    rng = np.random.default_rng(seed)
    count = horizon.elevation.shape[1]
    about = horizon.certificate
    if about.coarse:
        return around(relief_draws(height, draws, rng), count), LACKING
    latitude, longitude = np.radians(about.latitude_deg), np.radians(about.longitude_deg)
    used = {t.sha256 for t in about.terrains}
    mine = _at_hand(used) if afresh else []
    if len(mine) == len(used) and mine and mine[0].cell <= FINE:
        found = skyline_errors(
            *(mine, float(latitude), float(longitude), height, azimuth_grid(STEP_DEG), draws, rng),
            reach_m=about.reach_m,
        )
        return around(found, count), DRAWN
    shipped = candidate_at(float(latitude), float(longitude))
    if shipped is not None and {t.sha256 for t in shipped.terrains} == used:
        return around(shipped.draws_near(height)[:draws], count), SHIPPED
    return np.repeat(spread * rng.standard_normal((draws, 1)), count, axis=1), ALIKE


def _at_hand(used: set[str]) -> list[Terrain]:
    """Of the terrain that a horizon was computed from, by its hashes, what is at hand."""
    try:
        return [t for t in terrains_at_hand() if t.sha256 in used]
    except IlrsError:
        return []
