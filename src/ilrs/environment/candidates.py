"""The candidate places that ship with ilrs: named points with their skylines and ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.data.candidates import Shipped, read_candidates
from ilrs.environment.certificate import NEAR, TerrainUsed
from ilrs.errors import DataError, UserError
from ilrs.ground.terrain import MOON_RADIUS

Floats = NDArray[np.float64]

FORMAT = "ilrs-candidates-2"
ELEVATION_STEP = 0.005  # [deg]
DRAW_STEP = 0.02  # [deg]
COARSE_DRAWS = 60
SEED = 1


@dataclass(frozen=True)
class Candidate:
    """A named point: latitude, longitude [rad], ground [m] above the sphere, slope [rad] and so on.

    `skylines` (h, a) [rad] at `heights` (h,) [m] above ground; `lacks` (h, b) [rad] is what they
    lack in the mean, `draws` (h, m, b) [rad] are draws of what is to be added to them. `to_shadow`
    [m] is the way to the nearest ground that the Sun never reaches, NaN where it was not mapped.
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
    lacks: Floats
    draws: Floats
    terrains: tuple[TerrainUsed, ...]
    reach: float
    method: str

    def draws_near(self, height: float) -> Floats:
        """Draws of its error (m, b) [rad] at the stored height nearest to `height` [m] by ratio.

        Relief close by, which a draw may put in the way, counts at some metres and hardly above:
        drawn for itself, a skyline at 6 m is off as at 10 m, not as between 2 and 10 m.
        """
        away = [abs(math.log(max(stored, 0.1) / max(height, 0.1))) for stored in self.heights]
        return self.draws[int(np.argmin(away))]

    def at(self, height: float) -> tuple[Floats, Floats, Floats]:
        """Skyline (a,), what it lacks (b,) and draws of its error (m, b) [rad], at a height [m]."""
        for i, stored in enumerate(self.heights):
            if math.isclose(stored, height, abs_tol=1e-9):
                return self.skylines[i], self.lacks[i], self.draws[i]
        known = ", ".join(f"{h:g}" for h in self.heights)
        raise UserError(
            f"the shipped skylines of {self.name} are for {known} m above ground, not for "
            f"{height:g} m",
            remedy="take one of these, or give fine terrain: --terrain FILE",
        )


@lru_cache(maxsize=1)
def _read() -> tuple[Shipped, dict[str, Any]]:
    return read_candidates()


def relief_draws(height: float, count: int, rng: np.random.Generator) -> Floats:
    """`count` draws (count, b) [rad] of what the skyline of 1.6 km averages lacks, at `height` [m].

    Fine skyline less coarse one at points of the fine terrain, half of them summits, each turned by
    an azimuth drawn by chance. Between the stored heights linear, above them the highest.
    """
    shipped, table = _read()
    lacks = np.radians(shipped.relief * DRAW_STEP)  # (k, h, b)
    heights = table["heights_m"]
    place = float(np.interp(height, heights, np.arange(len(heights))))
    low = min(int(place), len(heights) - 2)
    at = (1.0 - (place - low)) * lacks[:, low] + (place - low) * lacks[:, low + 1]
    order = np.arange(count) % len(at)
    turns = rng.integers(0, at.shape[1], count)
    return np.stack([np.roll(at[k], turn) for k, turn in zip(order, turns, strict=True)])


def candidate_at(latitude: float, longitude: float) -> Candidate | None:
    """The shipped candidate that stands at a place [rad], within `NEAR` metres; None for none."""
    for one in candidates():
        away = math.hypot(
            one.latitude - latitude,
            math.remainder(one.longitude - longitude, 2.0 * math.pi) * math.cos(latitude),
        )
        if away * MOON_RADIUS <= NEAR:
            return one
    return None


@lru_cache(maxsize=1)
def candidates() -> tuple[Candidate, ...]:
    """Every shipped candidate, in the order of their names; their certificate holds."""
    shipped, table = _read()
    if table.get("format") != FORMAT or len(shipped.elevation) != len(table["places"]):
        raise DataError(
            "the candidate places are not of this version of ilrs", remedy="install ilrs again"
        )
    skylines = np.radians(shipped.elevation * ELEVATION_STEP)
    lacks = np.radians(shipped.lack * DRAW_STEP)
    draws = np.radians(shipped.draw * DRAW_STEP)
    terrains = tuple(TerrainUsed(**row) for row in table["terrains"])
    return tuple(
        _candidate(row, skylines[i], lacks[i], draws[i], terrains, table)
        for i, row in enumerate(table["places"])
    )


def _candidate(
    row: dict[str, Any],
    skylines: Floats,
    lacks: Floats,
    draws: Floats,
    terrains: tuple[TerrainUsed, ...],
    table: dict[str, Any],
) -> Candidate:
    shadow = row["distance_to_shadow_m"]
    heights = tuple(table["heights_m"])
    if row["coarse"]:  # the same for all such places, so that it is stored once
        rng = np.random.default_rng(SEED)
        draws = np.stack([relief_draws(h, COARSE_DRAWS, rng) for h in heights])
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
        heights=heights,
        skylines=skylines,
        lacks=lacks,
        draws=draws,
        terrains=terrains,
        reach=float(table["reach_m"]),
        method=table["method"],
    )
