"""What averaged terrain takes off the skyline of a place that stands on it.

Averages over 1.6 km flatten ridges: skylines at middle range come out 0.2 to 0.4 deg too low at
30 km and less beyond (measured where finer terrain is at hand). As a loss of height this is a loss
of angle that falls with distance; nearer than 30 km the figure at 30 km is kept, which is the least
that is known to be missing there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ilrs.ground.horizon import point_horizon
from ilrs.ground.terrain import Terrain

Floats = NDArray[np.float64]

BIAS_DEG = (0.2, 0.4)  # [deg] at `RANGE`
RANGE = 30_000.0  # [m]
SHELLS = (5e3, 10e3, 20e3, 40e3, 80e3, 160e3)  # [m] ends of the ranges a skyline is sorted into
SAME = 1e-4  # [rad] a farther shell raises the skyline only if by more than this


def lost_skylines(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    height: float,
    azimuths: Floats,
    count: int,
    rng: np.random.Generator,
    reach_m: float,
) -> Floats:
    """`count` draws (count, a) [rad] of what averages take off the skyline at a place [rad].

    The skyline seen from `height` [m] towards `azimuths` (a,) [rad] is sorted by distance d into
    shells; it is low by 0.2 to 0.4 deg times min(1, 30 km / d), evenly drawn, the same part for all
    azimuths of a draw. Holds for averages over about 1.6 km on both ends of the line of sight.
    """
    distance = _distances(terrains, latitude, longitude, height, azimuths, reach_m)
    parts = rng.permutation((np.arange(count) + 0.5) / count)
    low, high = np.radians(BIAS_DEG)
    return (low + (high - low) * parts)[:, None] * np.minimum(1.0, RANGE / distance)


def _distances(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    height: float,
    azimuths: Floats,
    reach_m: float,
) -> Floats:
    """Roughly how far away the skyline stands [m]: the middle of the shell that last raised it."""
    ends = [*(s for s in SHELLS if s < reach_m), reach_m]
    best = np.full(azimuths.size, -np.inf)
    out = np.full(azimuths.size, 0.5 * ends[0])
    near = 0.0
    for end in ends:
        seen = point_horizon(
            terrains,
            latitude,
            longitude,
            [height],
            azimuths,
            end,
            samples_per_cell=2.0,
            open_ended=True,
        )[0]
        higher = seen > best + SAME
        out[higher] = math.sqrt(max(near, 0.25 * end) * end)
        best, near = np.maximum(best, seen), end
    return out
