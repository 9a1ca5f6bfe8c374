"""What averaged terrain takes off a skyline, and where on a skyline it does.

Averages over 1.6 km flatten ridges: skylines at middle range come out 0.2 to 0.4 deg too low at
30 km and less beyond (measured where finer terrain is at hand). As a loss of height this is a loss
of angle that falls with distance; nearer than 30 km the figure at 30 km is kept, which is the least
that is known to be missing there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.terrain import MOON_RADIUS, Terrain, local_frame, sample, stack

Floats = NDArray[np.float64]

FINE = 100.0  # [m] terrain of larger cells loses skyline
BIAS_DEG = (0.2, 0.4)  # [deg] at `RANGE`
RANGE = 30_000.0  # [m]
SHELLS = (
    2e3,
    5e3,
    10e3,
    20e3,
    40e3,
    80e3,
    160e3,
)  # [m] ends of the ranges a skyline is sorted into
STEP_DEG = 0.5  # [deg] azimuths at which it is sorted
SAME = 1e-4  # [rad] a farther shell raises the skyline only if by more than this


@dataclass(frozen=True)
class SkylineLoss:
    """How much of a skyline is missing: `least` and `most` (a,) [rad], zero where terrain is fine.

    `share` is the share of azimuths whose skyline stands on averaged terrain.
    """

    least: Floats
    most: Floats
    share: float

    def raised(self, skyline: Floats, part: float) -> Floats:
        """`skyline` (a,) with `part` (0 to 1) of the way from least to most put back on it."""
        return skyline + self.least + part * (self.most - self.least)


def skyline_loss(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    height: float,
    azimuths: Floats,
    reach_m: float,
) -> SkylineLoss:
    """What averaged terrain takes off the skyline seen from `height` [m] at a place [rad].

    At every half degree of azimuth the skyline is sorted by distance into shells; where the terrain
    at that distance has cells over 100 m it is low by 0.2 to 0.4 deg times min(1, 30 km / d).
    `azimuths` (a,) [rad] are those the loss is wanted at. Holds for averages over about 1.6 km.
    """
    fine = [t for t in terrains if t.cell <= FINE]
    if len(fine) == len(terrains):
        zero = np.zeros(azimuths.size)
        return SkylineLoss(zero, zero, 0.0)
    grid = azimuth_grid(STEP_DEG)
    distance = _distances(terrains, latitude, longitude, height, grid, reach_m)
    coarse = ~_covered(fine, latitude, longitude, grid, distance)
    angle = np.where(coarse, np.minimum(1.0, RANGE / distance), 0.0)
    nearest = np.rint(azimuths / math.radians(STEP_DEG)).astype(np.int64) % grid.size
    unit = np.radians(angle[nearest])
    return SkylineLoss(BIAS_DEG[0] * unit, BIAS_DEG[1] * unit, float(coarse.mean()))


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


def _covered(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    azimuths: Floats,
    distance: Floats,
) -> NDArray[np.bool_]:
    """Whether `terrains` reach the points at `distance` [m] along `azimuths` [rad]."""
    out = np.zeros(azimuths.size, np.bool_)
    if not terrains:
        return out
    up, north, east = local_frame(latitude, longitude)
    arc = (distance / MOON_RADIUS)[:, None]
    ahead = np.cos(azimuths)[:, None] * north + np.sin(azimuths)[:, None] * east
    layers = stack(terrains)
    for i, (x, y, z) in enumerate(np.cos(arc) * up + np.sin(arc) * ahead):
        out[i] = not math.isnan(sample(layers.heights, layers.table, x, y, z, MOON_RADIUS)[0])
    return out
