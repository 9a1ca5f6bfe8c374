"""The 5-95 % band of a map: skyline errors drawn at cells of a tile, laid over all of its cells.

A draw is the error of the skyline of one cell of the tile, azimuth by azimuth, from realisations of
the terrain's error as for a point. All cells of the tile take each draw in turn, so that a band is
the spread over the skylines that the tile has. Draws begin with the same seed in every tile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.candidates import relief_draws
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.horizon_map import STEP_RAD, UNKNOWN
from ilrs.ground.lit_map import Disc, LitTotals, lit_totals
from ilrs.ground.sweep import HorizonMap
from ilrs.ground.terrain import Terrain, unproject
from ilrs.siting.band import FINE, HIGH, LOW, skyline_draws
from ilrs.siting.outlook import Terms

Floats = NDArray[np.float64]

RANKS = (0.3, 0.6, 0.9)  # of light among the tile's lit cells: those that errors are drawn at
DRAWS = 5  # at each of them
STEP = 4 * 3600  # [s] between the looks at the Sun that draws are compared at
STEP_DEG = 2.0  # [deg] azimuths at which errors are drawn
SEED = 1
METHOD = (
    f"{DRAWS} realisations of the terrain's error at each of {len(RANKS)} cells of every tile (by "
    "rank of light), laid over the skylines of all its cells; the spread about the value as the "
    "Sun every 4 h shows it; on cells over 100 m what skylines of averages were found to lack"
)


def tile_band(
    terrains: Sequence[Terrain],
    lifted: tuple[Sequence[Terrain], Sequence[Terrain]],
    horizon: HorizonMap,
    height: int,
    light: LitTotals,
    sun: Disc,
    terms: Terms,
    reach_m: float,
) -> dict[str, Floats]:
    """The layers of the band (ny, nx): mean share of the disc [1] and longest dark [h], low, high.

    `lifted` are the terrains before and after the mean of what skylines lack was put back on them.
    `height` is the index among the heights of `horizon`, `light` its totals under all steps of
    `sun`. Holds for cells whose skylines stand about as far off as those of the tile's lit cells;
    a rise close to a cell moves more than its band says.
    """
    every = max(1, round(STEP / light.step))
    share = None if sun.share_left is None else sun.share_left[::every]
    looks = Disc(sun.positions[::every], sun.radius, share)
    skyline = horizon.elevation[height]
    known = skyline[0] != UNKNOWN

    def outcome(elevation: NDArray[np.int16]) -> Floats:
        seen = lit_totals(
            replace(horizon, elevation=elevation[None]),
            looks,
            light.step * every,
            threshold=terms.dark_at,
        )
        return np.stack([seen.mean_area, seen.longest_dark.duration / 3600.0])

    value = np.stack([light.mean_area, light.longest_dark.duration / 3600.0])
    plain = outcome(skyline)
    shifted = np.empty_like(skyline)
    found = []
    for error in _draws(terrains, lifted, horizon, float(horizon.heights[height]), light, reach_m):
        steps = np.rint(error / STEP_RAD).astype(np.int16)
        np.add(skyline, steps[:, None, None], out=shifted)
        shifted[:, ~known] = UNKNOWN
        found.append(outcome(shifted) - plain)
    spread = np.array(found) if found else np.zeros((1, *value.shape))
    low, high = np.percentile(spread, [LOW, HIGH], axis=0)
    most = np.array([1.0, light.steps * light.step / 3600.0])[:, None, None]
    # a difference seen every 4 h may reach past what there is
    ends = [np.clip(value + end, 0.0, most) for end in (low, high)]
    return {
        f"{name}_{end}": ends[e][k]
        for k, name in enumerate(("mean_sun_area_fraction", "longest_dark_h"))
        for e, end in enumerate(("p05", "p95"))
    }


def _draws(
    terrains: Sequence[Terrain],
    lifted: tuple[Sequence[Terrain], Sequence[Terrain]],
    horizon: HorizonMap,
    height: float,
    light: LitTotals,
    reach_m: float,
) -> Floats:
    """Errors (m, a) [rad] at the grid's azimuths; none where no cell of the tile is ever lit.

    What was put back already is not in them.
    """
    mean = np.where(light.known, light.mean_area, 0.0)
    lit = np.flatnonzero(mean > 0.0)
    if not lit.size:
        return np.empty((0, horizon.grid_azimuths.size))
    coarse = max(abs(horizon.dx), abs(horizon.dy)) > FINE
    relief = relief_draws(height, DRAWS * len(RANKS), np.random.default_rng(SEED))
    order = lit[np.argsort(mean.ravel()[lit], kind="stable")]
    out = []
    for k, rank in enumerate(RANKS):
        i, j = np.unravel_index(order[int(rank * (order.size - 1))], mean.shape)
        lat, lon = (float(v) for v in unproject(horizon.x[j], horizon.y[i]))
        where = (terrains, lat, lon, height, reach_m)
        if coarse:
            drawn = relief[k :: len(RANKS)]
        else:
            drawn = skyline_draws(*where, SEED + k, draws=DRAWS, step_deg=STEP_DEG)
        azimuths = azimuth_grid(STEP_DEG)
        before, after = (
            point_horizon(t, lat, lon, [height], azimuths, reach_m, samples_per_cell=2.0)[0]
            for t in lifted
        )
        out.append(_turned(drawn - (after - before), lon, horizon.grid_azimuths))
    return np.concatenate(out)


def _turned(draws: Floats, longitude: float, grid_azimuths: Floats) -> Floats:
    """Draws (m, b) at equal azimuths from north, at the grid's: that less the longitude [rad]."""
    local = np.mod(grid_azimuths - longitude, 2.0 * math.pi)
    at = 2.0 * math.pi * np.arange(draws.shape[1]) / draws.shape[1]
    return np.stack([np.interp(local, at, row, period=2.0 * math.pi) for row in draws])


def about() -> dict[str, Any]:
    """What a certificate says of the band."""
    return {
        "low_percent": LOW,
        "high_percent": HIGH,
        "draws": DRAWS * len(RANKS),
        "seed": SEED,
        "method": METHOD,
    }
