"""What the terrain around a place sends it, light and heat, by where the Sun stands.

Scattered sunlight and radiated heat are linear in the sunlight on the terrain, so that a table over
the Sun's elevation and azimuth holds all orders of exchange. It is that of terrain in balance: what
a slope takes up it sends at once. Slopes that store heat send the same in the mean of a year, some
of it days later.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs import __version__
from ilrs.data import exists, find
from ilrs.data.horizons import GLOW, read_glow, write_glow
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.environment.certificate import require_near
from ilrs.environment.horizons import FINE, finest_at, terrains_at_hand
from ilrs.errors import DataError, TerrainError
from ilrs.ground.area import Area
from ilrs.ground.exchange import steady_glow
from ilrs.ground.horizon import REACH
from ilrs.ground.lit_map import Disc, lit_totals
from ilrs.ground.terrain import project
from ilrs.ground.walls import ALBEDO, MARGIN, walls_around
from ilrs.ground.warmth import ASTRONOMICAL_UNIT, SOLAR_CONSTANT
from ilrs.sky.directions import SUN_RADIUS

Floats = NDArray[np.float64]

FORMAT = "ilrs-glow-1"
AZIMUTH_STEP = 5.0  # [deg] of the table: a tenth of what walls take of the skyline
ELEVATION_STEP = 0.2  # [deg] of the table: under half the Sun's disc
HIGHEST = 1.8  # [deg] of the Sun's declination over the Moon, its radius and a rest
FARTHEST = math.radians(80.0)  # latitude from the equator of which a table is made
BLOCK = 96  # directions of the Sun at once
METHOD = (
    f"facets within {MARGIN / 1e3:g} km in exchange, of albedo {ALBEDO:g}, in balance with the "
    "sunlight of their finer cells, each behind its skyline at the ground; terrain farther off is "
    "dark and cold"
)


@dataclass(frozen=True, eq=False)
class PlaceGlow:
    """What level ground at a place takes up from the terrain around, `absorbed` (e, a) [W/m^2].

    With the Sun at 1 au and at `elevations` (e,) [rad], in equal steps; azimuths are in equal steps
    clockwise from north. `dark` [W/m^2] comes without the Sun, by the Moon's own heat.
    """

    absorbed: NDArray[np.float32]
    elevations: Floats
    dark: float
    certificate: Mapping[str, Any]

    def at(self, elevation: ArrayLike, azimuth: ArrayLike, distance: ArrayLike) -> Floats:
        """Taken up [W/m^2] with the Sun at `elevation`, `azimuth` [rad] and `distance` [m], (n,).

        Linear between directions; `ValueError` where the Sun never stands.
        """
        el, rows = np.asarray(elevation, np.float64), self.elevations
        if not ((el >= rows[0]) & (el <= rows[-1])).all():
            raise ValueError("the Sun stands where this table of the terrain's glow does not reach")
        step = rows[1] - rows[0]
        u = np.mod(azimuth, 2.0 * math.pi) * (self.absorbed.shape[1] / (2.0 * math.pi))
        v = (el - rows[0]) / step
        i = np.minimum(v.astype(np.int64), rows.size - 2)
        j = u.astype(np.int64) % self.absorbed.shape[1]
        after = (j + 1) % self.absorbed.shape[1]
        fv, fu = v - i, u - np.floor(u)
        low = (1.0 - fu) * self.absorbed[i, j] + fu * self.absorbed[i, after]
        high = (1.0 - fu) * self.absorbed[i + 1, j] + fu * self.absorbed[i + 1, after]
        near = (ASTRONOMICAL_UNIT / np.asarray(distance, np.float64)) ** 2
        return np.asarray(near * ((1.0 - fv) * low + fv * high) + self.dark)


def compute_place_glow(
    place: str,
    latitude: float,
    longitude: float,
    terrains: Sequence[Terrain] | None = None,
    *,
    reach_m: float = REACH,
    azimuth_step_deg: float = AZIMUTH_STEP,
    elevation_step_deg: float = ELEVATION_STEP,
) -> PlaceGlow:
    """What the terrain around `place` at `latitude`, `longitude` [rad] sends to level ground there.

    `terrains` from fine to coarse (default: the finest at hand). The ground is that between facets,
    on their slopes. Holds within 10 deg of a pole; raises `TerrainError` on terrain coarser than
    100 m, on which walls are not known.
    """
    layers = list(terrains) if terrains is not None else terrains_at_hand()
    if not abs(latitude) >= FARTHEST:
        raise TerrainError(
            f"what terrain sends is computed within 10 deg of a pole, not at {place!r}",
            remedy="leave --glow out for this place",
        )
    finest = finest_at(layers, latitude, longitude)
    if finest.cell > FINE:
        raise TerrainError(
            f"{place!r} lies on averages of {finest.cell:g} m, too coarse for what slopes send",
            remedy="add terrain of 100 m or finer, or leave --glow out for this place",
        )
    x, y = (float(np.atleast_1d(v)[0]) for v in project(latitude, longitude))
    half = 2.0 * layers[0].cell
    walls = walls_around(layers, Area(x - half, y - half, x + half, y + half), reach_m)
    weights, dark = steady_glow(walls.view, walls.shares(x, y), ALBEDO)
    highest = 90.0 - abs(math.degrees(latitude)) + HIGHEST
    count = math.ceil(highest / elevation_step_deg)
    elevations = np.radians(np.arange(-count, count + 1) * elevation_step_deg)
    azimuths = np.radians(np.arange(0.0, 360.0, azimuth_step_deg))
    sun = _towards(latitude, longitude, *np.meshgrid(elevations, azimuths, indexing="ij"))
    found = []
    for first in range(0, len(sun), BLOCK):
        some = sun[first : first + BLOCK]
        seen = lit_totals(
            walls.horizon,
            Disc(some * ASTRONOMICAL_UNIT, SUN_RADIUS),
            1.0,
            bins=np.arange(len(some)),
        )
        cosine = np.clip(some @ walls.normals.T, 0.0, 1.0)
        light = SOLAR_CONSTANT * seen.flux_sum.reshape(len(some), -1) * cosine
        found.append(walls.onto(light.astype(np.float32)) @ weights)
    certificate = {
        "place": place,
        "latitude_deg": round(math.degrees(latitude), 7),
        "longitude_deg": round(math.degrees(longitude) % 360.0, 7),
        "azimuth_step_deg": azimuth_step_deg,
        "elevation_step_deg": elevation_step_deg,
        "dark_w_m2": dark,
        "facet_m": round(walls.cell, 1),
        "terrains": [{"name": t.name, "cell_m": t.cell, "sha256": t.sha256} for t in layers],
        "method": METHOD,
        "version": __version__,
        "format": FORMAT,
    }
    table = np.concatenate(found).reshape(elevations.size, -1).astype(np.float32)
    return PlaceGlow(table, elevations, dark, certificate)


def save_glow(glow: PlaceGlow, folder: Path) -> PlaceGlow:
    """Write a glow into `folder` as NAME.npz and NAME.json; returns it with its hash."""
    name = glow.certificate["place"]
    digest = write_glow(name, glow.absorbed, glow.certificate, folder)
    return replace(glow, certificate={**glow.certificate, "sha256": digest})


def recompute_glows(
    places: Mapping[str, tuple[float, float]],
    folder: Path,
    terrain: Sequence[Path | str] | None = None,
    *,
    told: Callable[[str, str], None],
) -> None:
    """Compute and store what terrain sends to `places`, {name: (latitude, longitude) [rad]}.

    `terrain` names files from fine to coarse (default: the finest at hand). `told` hears of each
    place as it is done, with why nothing was stored, else "". This is how the shipped ones were
    made.
    """
    layers = terrains_at_hand() if terrain is None else [read_terrain(path) for path in terrain]
    for name, (latitude, longitude) in places.items():
        try:
            save_glow(compute_place_glow(name, latitude, longitude, layers), folder)
        except TerrainError as error:
            told(name, str(error))
        else:
            told(name, "")


def load_glow(name: str, latitude: float, longitude: float) -> PlaceGlow | None:
    """What terrain sends to the place of the horizon `name` at `latitude`, `longitude` [rad].

    None where nobody has computed it. Raises `DataError` for another place or another table.
    """
    file = f"{GLOW}/{name}.npz"
    if not exists(file):
        return None
    glow = _load(name, find(file).parent)
    require_near("glow", glow.certificate, latitude, longitude)
    return glow


@lru_cache(maxsize=64)
def _load(name: str, folder: Path) -> PlaceGlow:
    absorbed, certificate, digest = read_glow(name, folder)
    again = "recompute it: ilrs horizons --glow"
    if certificate.get("format") != FORMAT or certificate.get("sha256") != digest:
        raise DataError(
            f"the glow {name!r} is not the table of format {FORMAT!r} its certificate was made for",
            remedy=again,
        )
    count = (absorbed.shape[0] - 1) // 2
    elevations = np.radians(np.arange(-count, count + 1) * certificate["elevation_step_deg"])
    return PlaceGlow(absorbed, elevations, float(certificate["dark_w_m2"]), certificate)


def _towards(latitude: float, longitude: float, elevation: Floats, azimuth: Floats) -> Floats:
    """Unit vectors (n, 3) in MOON_ME towards `elevation`, `azimuth` [rad] as seen from a place."""
    cb, sb, cl, sl = (f(v) for v in (latitude, longitude) for f in (math.cos, math.sin))
    up = np.array([cb * cl, cb * sl, sb])
    north = np.array([-sb * cl, -sb * sl, cb])
    east = np.array([-sl, cl, 0.0])
    el, az = elevation.ravel()[:, None], azimuth.ravel()[:, None]
    level = np.cos(az) * north + np.sin(az) * east
    return np.asarray(np.sin(el) * up + np.cos(el) * level)
