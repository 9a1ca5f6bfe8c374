"""How wrong a place's skyline may be: draws of what terrain error adds to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.horizons import PlaceHorizon, terrains_at_hand
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
ALIKE = "an assumed error alike in all directions, for want of fine terrain at hand"


def skyline_draws(
    horizon: PlaceHorizon, height: float, spread: float, seed: int = 1, draws: int = DRAWS
) -> tuple[Floats, str]:
    """`draws` rows (m, a) [rad] of what terrain error adds to a horizon, and how they were made.

    Seen from `height` [m] above ground, at the horizon's own azimuths. Where the fine terrain the
    horizon was computed from is at hand, realisations of its error; else a normal error of `spread`
    [rad] alike in all directions.
    """
    rng = np.random.default_rng(seed)
    count = horizon.elevation.shape[1]
    about = horizon.certificate
    try:
        terrains = terrains_at_hand()
    except IlrsError:
        terrains = []
    used = {t.sha256 for t in about.terrains}
    mine = [t for t in terrains if t.sha256 in used]
    if len(mine) < len(used) or not mine or mine[0].cell > FINE:
        return np.repeat(spread * rng.standard_normal((draws, 1)), count, axis=1), ALIKE
    azimuths = azimuth_grid(STEP_DEG)
    latitude, longitude = np.radians(about.latitude_deg), np.radians(about.longitude_deg)
    found = skyline_errors(
        mine, float(latitude), float(longitude), height, azimuths, draws, rng, reach_m=about.reach_m
    )
    at = np.arange(count) * (2.0 * np.pi / count)
    return np.stack([np.interp(at, azimuths, row, period=2.0 * np.pi) for row in found]), DRAWN
