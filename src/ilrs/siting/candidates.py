"""The candidate places that ship with ilrs: named points with their skylines and ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.data.candidates import read_candidates
from ilrs.environment.certificate import TerrainUsed
from ilrs.errors import DataError, UserError
from ilrs.siting.bias import BIAS_DEG, SkylineLoss

Floats = NDArray[np.float64]

FORMAT = "ilrs-candidates-1"
ELEVATION_STEP = 0.005  # [deg]
LOSS_STEP = 0.002  # [deg]


@dataclass(frozen=True)
class Candidate:
    """A named point: latitude, longitude [rad], ground [m] above the sphere, slope [rad] and so on.

    `skylines` (h, a) [rad] at `heights` (h,) [m] above ground; `loss_most` (h, a) [rad] is the most
    that averaged terrain takes off them. `to_shadow` [m] is the way to the nearest ground that the
    Sun never reaches, NaN where that was not mapped.
    """

    name: str
    region: str
    latitude: float
    longitude: float
    ground: float
    slope: float
    downhill: float
    roughness: float
    cell: float
    coarse: bool
    to_shadow: float
    heights: tuple[float, ...]
    skylines: Floats
    loss_most: Floats
    terrains: tuple[TerrainUsed, ...]
    reach: float
    method: str

    def at(self, height: float) -> tuple[Floats, SkylineLoss]:
        """Skyline (a,) [rad] at a stored height [m] and what it lacks."""
        for i, stored in enumerate(self.heights):
            if math.isclose(stored, height, abs_tol=1e-9):
                most = self.loss_most[i]
                share = float((most > 0.0).mean())
                return self.skylines[i], SkylineLoss(
                    most * (BIAS_DEG[0] / BIAS_DEG[1]), most, share
                )
        known = ", ".join(f"{h:g}" for h in self.heights)
        raise UserError(
            f"the shipped skylines of {self.name} are for {known} m above ground, not for "
            f"{height:g} m",
            remedy="take one of these, or give fine terrain: --terrain FILE",
        )


@lru_cache(maxsize=1)
def candidates() -> tuple[Candidate, ...]:
    """Every shipped candidate, in the order of their names; their certificate holds."""
    steps, loss, table = read_candidates()
    if table.get("format") != FORMAT or len(steps) != len(table["places"]):
        raise DataError(
            "the candidate places are not of this version of ilrs", remedy="install ilrs again"
        )
    skylines = np.radians(steps * ELEVATION_STEP)
    spread = np.rint(np.arange(steps.shape[2]) * (loss.shape[2] / steps.shape[2])).astype(np.int64)
    most = np.radians(loss[:, :, spread % loss.shape[2]] * LOSS_STEP)
    terrains = tuple(TerrainUsed(**row) for row in table["terrains"])
    return tuple(
        _candidate(row, skylines[i], most[i], terrains, table)
        for i, row in enumerate(table["places"])
    )


def _candidate(
    row: dict[str, Any],
    skylines: Floats,
    most: Floats,
    terrains: tuple[TerrainUsed, ...],
    table: dict[str, Any],
) -> Candidate:
    shadow = row["distance_to_shadow_m"]
    return Candidate(
        name=row["name"],
        region=row["region"],
        latitude=math.radians(row["latitude_deg"]),
        longitude=math.radians(row["longitude_deg"]),
        ground=row["ground_m"],
        slope=math.radians(row["slope_deg"]),
        downhill=math.radians(row["downhill_azimuth_deg"]),
        roughness=row["roughness_m"],
        cell=row["surface_cell_m"],
        coarse=row["coarse"],
        to_shadow=math.nan if shadow is None else float(shadow),
        heights=tuple(table["heights_m"]),
        skylines=skylines,
        loss_most=most,
        terrains=terrains,
        reach=float(table["reach_m"]),
        method=table["method"],
    )
