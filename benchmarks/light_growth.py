"""How lit maps grow with their side: 500 to 4000 cells, as `ilrs site map` makes them, by tiles.

The squares of `light` on the 25 m window, tiles of 500 cells one after another; at 4000 the window
is read at half its cell (bilinear: no new ground) and every fifth tile is taken, evenly over the
square. A year in hours with 360 azimuths of horizon, sun alone. `ours` is cell-steps a second of
the processor, all threads together; the horizons of the tiles stand apart as `horizon_ns`, a cell
and azimuth. `memory_mb` is the peak of the whole process until then, horizons included. `bandwidth`
is how many times longer we take than copying the two horizons that a cell and step needs.
`error` is the largest difference of a cell's mean from the exact integral over the disc, of
cells drawn from every tile. No peer holds the larger ones: the ratios are in `light`.

`--sides 500,2000` takes some of them; all take some two minutes of two cores.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks._light_ours import square
from benchmarks.horizons import finer
from benchmarks.light import BYTES, copy_speed
from benchmarks.measure import show
from ilrs.data import find
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.ground.area import Area
from ilrs.ground.lit_map import Disc, lit_series, lit_totals
from ilrs.ground.nest import laid_out
from ilrs.ground.seams import run_out
from ilrs.ground.sweep import area_horizon
from ilrs.sky.directions import SUN_RADIUS
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc

SIDES = (500, 1000, 2000, 4000)
TILE, MOST, EVERY = 500, 16, 5  # cells a side of a tile; tiles all taken, else every fifth
AZIMUTHS, STEPS, REACH = 360, 8760, 150_000.0
LOOKED_AT = 3  # cells of each tile held against the exact integral


def tiles(area: Area, side: int, cell: float) -> list[Area]:
    """The tiles of a square; of more than `MOST` every fifth, which walks over all columns."""
    count = side // TILE
    wide = TILE * cell
    every = [
        Area(
            area.x_min + j * wide,
            area.y_min + i * wide,
            area.x_min + (j + 1) * wide,
            area.y_min + (i + 1) * wide,
        )
        for i in range(count)
        for j in range(count)
    ]
    return every if len(every) <= MOST else every[::EVERY]


def row(layers: Sequence[Terrain], side: int, disc: Disc, step: float) -> dict[str, Any]:
    """One size of the map."""
    area = square(list(layers), side)
    levels = laid_out(run_out(layers), REACH)
    spent = {"horizon": 0.0, "light": 0.0}
    cells, error = 0, 0.0
    for tile in tiles(area, side, layers[0].cell):
        start = time.process_time()
        horizon = area_horizon(layers, tile, AZIMUTHS, [2.0], REACH, levels=levels)
        made = time.process_time()
        found = lit_totals(horizon, disc, step)
        spent["light"] += time.process_time() - made
        spent["horizon"] += made - start
        ny, nx = horizon.elevation.shape[2:]
        cells += ny * nx
        rng = np.random.default_rng(cells)
        rows, columns = rng.integers(0, ny, LOOKED_AT), rng.integers(0, nx, LOOKED_AT)
        exact = lit_series(horizon, disc, rows, columns)[0].mean(axis=1)
        error = max(error, float(np.abs(found.mean_area[rows, columns] - exact).max()))
    speed = cells * STEPS / spent["light"]
    return {
        "job": f"light on {side} x {side} cells through a year, by tiles",
        "size": cells * STEPS,
        "unit": "cell-steps/s",
        "ours": speed,
        "peer": None,
        "peer_name": "none",
        "ratio": None,
        "error": error,
        "error_unit": "of the disc",
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "horizon_ns": 1e9 * spent["horizon"] / (cells * AZIMUTHS),
        "bandwidth": copy_speed() / (BYTES * speed),
    }


def main(sides: Sequence[int], compact: bool) -> None:
    first, last = tdb_from_utc(read_utcs(("2027-01-01", "2028-01-01")))
    times = np.linspace(first, last, STEPS, endpoint=False)
    disc = Disc(fit_ephemeris(first, last).positions(times)[0], SUN_RADIUS)
    step = (last - first) / STEPS
    fine = read_terrain(find("terrain/shackleton_51km_25m.tif"))
    far = read_terrain(find("terrain/lola_south_70S_1600m.tif"))
    compile_on = [fine, far]
    small = square(compile_on, 32)
    lit_totals(area_horizon(compile_on, small, AZIMUTHS, [2.0], REACH), disc, step)
    for side in sides:
        layers = [fine, far] if side * fine.cell < 50_200.0 else [finer(fine), far]
        show(row(layers, side, disc, step), compact)


def _sides(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON only")
    parser.add_argument("--sides", type=_sides, default=SIDES, help="cells a side, with commas")
    options = parser.parse_args()
    main(options.sides, options.json)
