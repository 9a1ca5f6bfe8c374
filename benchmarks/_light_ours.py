"""Our lit map as a worker: horizons of a square of ground, then a year of light on every cell."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks._worker import serve
from ilrs.data import exists, find
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.ground.lit_map import Disc, LitTotals, lit_series, lit_totals
from ilrs.ground.sweep import Area, HorizonMap, area_horizon
from ilrs.ground.terrain import unproject
from ilrs.sky.directions import SUN_RADIUS, azimuth_elevation, site_position
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc

FINE, FAR = "terrain/shackleton_51km_25m.tif", "terrain/lola_south_70S_1600m.tif"
CENTRE = (-4_400.0, -10_600.0)  # [m] of the square on the polar plane
LOOKED_AT = 40  # cells held against the exact integral


def terrains() -> list[Terrain]:
    """Fine terrain where it is at hand, and the packaged one."""
    return [read_terrain(find(name)) for name in (FINE, FAR) if exists(name)]


def square(layers: list[Terrain], side: int) -> Area:
    """`side` x `side` cells of the finest terrain."""
    half = 0.5 * side * layers[0].cell
    x, y = CENTRE if len(layers) > 1 else (0.0, 0.0)
    return Area(x - half, y - half, x + half, y + half)


def hand_over(path: Path, horizon: HorizonMap, finest: Terrain, sun: np.ndarray) -> None:
    """What the peer needs: heights of the same cells, their size, directions to the Sun."""
    ny, nx = horizon.elevation.shape[2:]
    i = round((horizon.y0 - finest.y0) / finest.dy)
    j = round((horizon.x0 - finest.x0) / finest.dx)
    lat, lon = unproject(horizon.x[nx // 2], horizon.y[ny // 2])
    azimuth, elevation, _ = azimuth_elevation(sun, site_position(float(lat), float(lon), 0.0))
    grid = azimuth + float(lon)
    # x along columns, y along rows (which run down the map), z up
    towards = [
        np.cos(elevation) * np.sin(grid) * np.sign(horizon.dx),
        np.cos(elevation) * np.cos(grid) * np.sign(horizon.dy),
        np.sin(elevation),
    ]
    heights = finest.heights[i : i + ny, j : j + nx].astype(np.float64)
    np.savez(path, heights=heights, cell=finest.cell, sun=np.stack(towards, axis=1))


def main(path: str, side: int, azimuths: int, steps: int) -> None:
    first, last = tdb_from_utc(read_utcs(("2027-01-01", "2028-01-01")))
    times = np.linspace(first, last, steps, endpoint=False)
    sun = fit_ephemeris(first, last).positions(times)[0]
    layers = terrains()
    horizon = area_horizon(layers, square(layers, side), azimuths, [2.0], 150_000.0)
    hand_over(Path(path), horizon, layers[0], sun)
    disc = Disc(sun, SUN_RADIUS)
    found: list[LitTotals] = []

    def run() -> None:
        found[:] = [lit_totals(horizon, disc, (last - first) / steps)]

    def outcome() -> dict[str, float]:
        ny, nx = horizon.elevation.shape[2:]
        rng = np.random.default_rng(0)
        rows, columns = rng.integers(0, ny, LOOKED_AT), rng.integers(0, nx, LOOKED_AT)
        exact = lit_series(horizon, disc, rows, columns)[0].mean(axis=1)
        error = np.abs(found[0].mean_area[rows, columns] - exact).max()
        return {"error": float(error), "mean_area": float(found[0].mean_area.mean())}

    size = horizon.elevation[0, 0].size * steps
    serve(run, outcome, size=size, horizons_mb=horizon.elevation.nbytes / 1e6)


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:5]))
