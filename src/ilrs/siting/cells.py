"""The best lit cells of an area: local maxima of a map, with skylines of their own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ilrs.environment.candidates import Candidate
from ilrs.environment.certificate import TerrainUsed
from ilrs.environment.horizons import METHOD
from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.terrain import unproject
from ilrs.siting.band import FINE, skyline_lack
from ilrs.siting.outlook import Terms
from ilrs.siting.surface import surface_at
from ilrs.siting.terrains import choose_terrains
from ilrs.siting.tiles import make_job
from ilrs.siting.work import assembled, compute_tiles

Floats = NDArray[np.float64]
Point = tuple[float, float]

APART = 400.0
"""Least distance [m] between two cells that are listed, and of one from a candidate."""
AZIMUTH_STEP = 0.25  # [deg]


def best_cells(
    name: str,
    area: Area,
    clock: Clock,
    height: float,
    *,
    count: int,
    terms: Terms | None = None,
    terrain: Sequence[str] | None = None,
    apart: float = APART,
    max_slope: float | None = None,
    taken: Sequence[Point] = (),
    told: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Candidate]:
    """Up to `count` places at the best lit cells of `area`, seen from `height` [m] over `clock`.

    A cell is one that no neighbour outshines, no steeper than `max_slope` [deg], `apart` [m] from
    every better one and from the places `taken` (x, y) [m]. The way to shadow is that inside the
    area. Each gets a skyline of its own, by rays.
    """
    job = make_job(name, area, clock, terrain=terrain, height=height, terms=terms, bands=False)
    with TemporaryDirectory() as folder:
        compute_tiles(job, Path(folder) / "cells", told=told)
        layers, _ = assembled(job, Path(folder) / "cells")
    light = layers["mean_sun_area_fraction"].astype(np.float64)
    if max_slope is not None:
        light[layers["slope_deg"] > max_slope] = np.nan
    grid = job.grid
    x = np.asarray(grid.x0 + grid.dx * np.arange(grid.columns), np.float64)
    y = np.asarray(grid.y0 + grid.dy * np.arange(grid.rows), np.float64)
    cells = maxima(light, x, y, count=count, apart=apart, taken=taken)
    ways = _ways(layers["permanent_shadow"] == 1.0, grid.dx, grid.dy)
    terrains = choose_terrains(terrain, area)
    azimuths = azimuth_grid(AZIMUTH_STEP)
    called = "cell" if name.startswith("area_") else f"{name}-cell"
    out = []
    for k, (i, j) in enumerate(cells):
        lat, lon = (float(v) for v in unproject(x[j], y[i]))
        surface = surface_at(terrains, lat, lon)
        skyline = point_horizon(terrains, lat, lon, [height], azimuths, REACH)
        out.append(
            Candidate(
                name=f"{called}-{k + 1:02d}",
                region=name,
                latitude=lat,
                longitude=lon,
                ground=surface.ground,
                slope=surface.slope,
                downhill=surface.downhill,
                roughness=surface.roughness,
                cell=surface.cell,
                coarse=surface.cell > FINE,
                to_shadow=float(ways[i, j]),
                heights=(height,),
                skylines=skyline,
                lacks=skyline_lack(terrains, lat, lon, height, REACH)[None],
                draws=np.empty((1, 0, 360)),
                terrains=tuple(TerrainUsed(t.name, t.cell, t.sha256) for t in terrains),
                reach=REACH,
                method=METHOD,
            )
        )
        told("skylines", k + 1, len(cells))
    return out


def maxima(
    light: Floats, x: Floats, y: Floats, *, count: int, apart: float, taken: Sequence[Point] = ()
) -> list[tuple[int, int]]:
    """Rows and columns of up to `count` maxima of `light` (ny, nx), the brightest first.

    At columns `x` and rows `y` [m]; NaN is no light at all. None is darker than a neighbour, nor
    nearer than `apart` [m] to a brighter one or to what is `taken`; cells never lit are left out.
    """
    bright = np.where(np.isfinite(light), light, -1.0)
    peak = (bright >= ndimage.maximum_filter(bright, size=3, mode="nearest")) & (bright > 0.0)
    rows, columns = np.nonzero(peak)
    order = np.argsort(-bright[rows, columns], kind="stable")
    held = [np.array(place) for place in taken]
    found: list[tuple[int, int]] = []
    for i, j in zip(rows[order], columns[order], strict=True):
        here = np.array([x[j], y[i]])
        if held and np.hypot(*(np.array(held) - here).T).min() < apart:
            continue
        held.append(here)
        found.append((int(i), int(j)))
        if len(found) == count:
            break
    return found


def _ways(shadow: NDArray[np.bool_], dx: float, dy: float) -> Floats:
    """Distance [m] of every cell from the nearest in shadow; NaN where the area has none."""
    if not shadow.any():
        return np.full(shadow.shape, math.nan)
    return np.asarray(ndimage.distance_transform_edt(~shadow, sampling=(abs(dy), abs(dx))))
