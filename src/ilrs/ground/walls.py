"""The terrain around an area as facets that light and warm each other, and what of it is lit.

Facets are kilometres of hillside; sunlight falls on finer cells of them, each behind its own
skyline, since near the pole a lit rim is narrower than a facet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import TerrainError, UserError
from ilrs.ground.area import Area
from ilrs.ground.exchange import onto_facets
from ilrs.ground.horizon_map import HorizonMap
from ilrs.ground.sweep import area_horizon
from ilrs.ground.terrain import SOUTH_POLAR, Terrain, known_heights, unproject
from ilrs.ground.view_factors import ViewFactors, facets, view_factors

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

MARGIN = 10_000.0  # [m] of terrain around an area that sends light and heat into it
LEAST_REACH = 40_000.0  # [m] of the skylines of heat
FACETS = 48  # of the exchange along the longer side
FINER = 4  # cells of sunlight in a facet, a side
ALBEDO = 0.12  # [1] of terrain in the exchange: Hayne et al. 2017, normal incidence
AZIMUTHS = 180  # of the skylines of facets


@dataclass(frozen=True)
class Walls:
    """Facets in exchange: `view` of each other, `cell` [m] wide, the first centred at `x0`, `y0`.

    Their finer cells have a `horizon` at the ground, `normals` (c, 3) in MOON_ME and `areas`
    (rows, columns) [m^2].
    """

    view: ViewFactors
    horizon: HorizonMap
    normals: Floats
    areas: Floats
    x0: float
    y0: float
    cell: float

    def onto(self, sunlight: Singles) -> Singles:
        """Sunlight (k, n) [W/m^2] on the facets from that on their finer cells (k, c)."""
        fine = np.asarray(sunlight).reshape(-1, *self.areas.shape)
        return onto_facets(self.view, fine, self.areas).astype(np.float32)

    def shares(self, x: float, y: float) -> Floats:
        """Shares (n,) [1] of the facets in ground at `x`, `y` [m] of the plane: bilinear."""
        ny, nx = self.view.shape
        u, v = (x - self.x0) / self.cell, (y - self.y0) / self.cell
        if not (0.0 <= u <= nx - 1 and 0.0 <= v <= ny - 1):
            raise ValueError(f"{x:.0f}, {y:.0f} m lies outside the facets")
        j, i = min(int(u), nx - 2), min(int(v), ny - 2)
        out = np.zeros((ny, nx))
        out[i : i + 2, j : j + 2] = np.outer([1.0 + i - v, v - i], [1.0 + j - u, u - j])
        return out.ravel()


def walls_around(terrains: Sequence[Terrain], area: Area, reach_m: float) -> Walls:
    """The terrain of `area` and `MARGIN` around it as facets, skylines from within `reach_m` [m].

    Facets are as large as `FACETS` along the longer side make them, and no smaller than twice the
    cells of the finest terrain; sunlight falls on `FINER` cells a side of each. Terrain beyond the
    margin is dark and cold, and on skylines as coarse as it comes. Raises `TerrainError` where the
    terrain is not whole.
    """
    if reach_m < LEAST_REACH:
        raise UserError(
            f"warmth comes from farther than the {reach_m / 1e3:g} km that terrain counts",
            remedy=f"--reach-km {LEAST_REACH / 1e3:g} or more, or leave heat out",
        )
    cell = facet_size(area, terrains[0].cell)
    columns = math.ceil((area.x_max - area.x_min + 2.0 * MARGIN) / cell)
    rows = math.ceil((area.y_max - area.y_min + 2.0 * MARGIN) / cell)
    centre = area.centre
    x0, y0 = (c - 0.5 * (n - 1) * cell for c, n in zip(centre, (columns, rows), strict=True))
    finer = max(2, min(FINER, int(cell // terrains[0].cell)), math.ceil(cell / terrains[-1].cell))
    ground = _ground(terrains, x0, y0, cell, rows, columns, finer)
    covered = Area(
        x0 - 0.5 * cell,
        y0 - 0.5 * cell,
        x0 + (columns - 0.5) * cell,
        y0 + (rows - 0.5) * cell,
    )
    farther = [t for t in terrains if t.cell >= ground.cell * (1.0 - 1e-9)]
    # terrain was gathered for the area: from the margin's corner it goes less far
    horizon = area_horizon([ground, *farther], covered, AZIMUTHS, [0.0], reach_m - 1.5 * MARGIN)
    coarse = ground.heights.reshape(rows, finer, columns, finer).mean(axis=(1, 3), dtype=float)
    areas, upright = facets(ground.heights, ground.dx, ground.dy)
    x, y = (v.ravel() for v in np.meshgrid(horizon.x, horizon.y))
    normals = body_normals(x, y, -upright[:, 0] / upright[:, 2], -upright[:, 1] / upright[:, 2])
    return Walls(
        view=view_factors(coarse, cell, cell),
        horizon=horizon,
        normals=normals,
        areas=areas.reshape(ground.heights.shape),
        x0=x0,
        y0=y0,
        cell=cell,
    )


def facet_size(area: Area, finest: float) -> float:
    """Side [m] of the facets of the exchange around `area`, on terrain of `finest` cells [m]."""
    wide = max(area.x_max - area.x_min, area.y_max - area.y_min) + 2.0 * MARGIN
    return max(wide / FACETS, 2.0 * finest)


def body_normals(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> Floats:
    """Normals (c, 3) in MOON_ME of ground that rises by `to_x`, `to_y` [1] along map x and y."""
    lat, lon = unproject(x, y)
    cb, sb, cl, sl = np.cos(lat), np.sin(lat), np.cos(lon), np.sin(lon)
    up = np.stack([cb * cl, cb * sl, sb], axis=1)
    north = np.stack([-sb * cl, -sb * sl, cb], axis=1)
    east = np.stack([-sl, cl, np.zeros_like(cl)], axis=1)
    # grid azimuth less longitude is the local azimuth: so lie map x and y
    along_x = sl[:, None] * north + cl[:, None] * east
    along_y = cl[:, None] * north - sl[:, None] * east
    out = up - to_x[:, None] * along_x - to_y[:, None] * along_y
    return np.asarray(out / np.linalg.norm(out, axis=1)[:, None])


def _ground(
    terrains: Sequence[Terrain],
    x0: float,
    y0: float,
    cell: float,
    rows: int,
    columns: int,
    finer: int,
) -> Terrain:
    """Mean heights of `finer` x `finer` cells in every facet."""
    side = cell / finer
    looks = int(np.clip(round(side / terrains[0].cell), 1, 4))
    step = side / looks
    left, below = x0 - 0.5 * cell, y0 - 0.5 * cell
    x = left + step * (np.arange(columns * finer * looks) + 0.5)
    y = below + step * (np.arange(rows * finer * looks) + 0.5)
    z = known_heights(terrains, *unproject(*np.meshgrid(x, y)))
    if np.isnan(z).any():
        raise TerrainError(
            f"the terrain within {MARGIN / 1e3:g} km of the place is not whole, and its warmth "
            "comes from there",
            remedy="add coarser terrain around it, or leave heat out",
        )
    z = z.reshape(rows * finer, looks, columns * finer, looks).mean(axis=(1, 3))
    return Terrain(
        heights=z.astype(np.float32),
        x0=left + 0.5 * side,
        y0=below + 0.5 * side,
        dx=side,
        dy=side,
        crs=SOUTH_POLAR,
        name="facets",
    )
