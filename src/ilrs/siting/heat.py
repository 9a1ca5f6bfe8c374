"""How warm the ground of a map or a point is: its own light, and what the terrain around sends.

Every cell has its column of regolith under the sunlight on its own slope. What it gets from the
terrain, scattered light and infrared, comes from a coarser exchange over the area and a margin
around it (`Glow`): walls kilometres away are what warms a floor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ilrs.errors import TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.exchange import onto_facets, terrain_temperature
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.light import sun_fractions
from ilrs.ground.lit_map import Disc, lit_totals
from ilrs.ground.regolith_map import MapHeat, map_temperature, settled_profile
from ilrs.ground.sweep import HorizonMap, area_horizon
from ilrs.ground.terrain import SOUTH_POLAR, Terrain, known_heights, project, unproject
from ilrs.ground.view_factors import facets, view_factors
from ilrs.ground.warmth import ASTRONOMICAL_UNIT, SOLAR_CONSTANT, albedo
from ilrs.scenario.instants import written
from ilrs.siting.outlook import sky_over
from ilrs.sky.directions import SUN_RADIUS, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

STEP = 4 * 3600  # [s]
LOOKS = 4  # at the Sun in a step
SLOWER = 3  # steps of columns in one of the exchange
YEAR = np.timedelta64(365, "D")
MARGIN = 10_000.0  # [m] of terrain around an area that sends light and heat into it
LEAST_REACH = 40_000.0  # [m] of the skylines of heat
FACETS = 48  # of the exchange along the longer side
FINER = 4  # cells of sunlight in a facet, a side
ALBEDO = 0.12  # [1] of terrain in the exchange: Hayne et al. 2017, normal incidence
AZIMUTHS = 180  # of the skylines of facets
BLOCK = 96  # steps held at once
WITHIN = 0.2  # [K] to which columns are settled
COARSELY = 0.5  # [K] to which they are under longer steps
METHOD = (
    "columns of regolith (Hayne et al. 2017) in every cell, settled under a year that repeats, in "
    f"steps of {STEP // 3600} h; sunlight on the cell's own slope behind its skyline at the "
    "ground, eclipses taken off; scattered light and infrared from an exchange between facets of "
    "the area and 10 km around it, whose year begins within "
    f"{WITHIN:g} K of the year before; in it terrain farther off is dark and cold"
)


@dataclass(frozen=True)
class Glow:
    """What ground takes up from the terrain around: `absorbed` (t, ny, nx) [W/m^2], float32.

    A row serves `SLOWER` steps of the columns.

    On facets of `cell` [m], the first one's centre at x0, y0 [m] of the polar plane.
    """

    absorbed: Singles
    x0: float
    y0: float
    cell: float

    def at(self, steps: slice, x: Floats, y: Floats) -> Singles:
        """At points (c,) of the plane [m], bilinear between facets: (k, c)."""
        ny, nx = self.absorbed.shape[1:]
        u = np.clip((x - self.x0) / self.cell, 0.0, nx - 1.0)
        v = np.clip((y - self.y0) / self.cell, 0.0, ny - 1.0)
        j, i = np.minimum(u.astype(int), nx - 2), np.minimum(v.astype(int), ny - 2)
        fu, fv = (u - j).astype(np.float32), (v - i).astype(np.float32)
        a = self.absorbed[np.arange(steps.start, steps.stop) // SLOWER]
        low = (1 - fu) * a[:, i, j] + fu * a[:, i, j + 1]
        high = (1 - fu) * a[:, i + 1, j] + fu * a[:, i + 1, j + 1]
        return np.asarray((1 - fv) * low + fv * high, np.float32)


def heat_clock(clock: Clock) -> Clock:
    """The year from the beginning of `clock`, in steps of heat."""
    return Clock.over(clock.start, clock.start + YEAR, STEP)


def cell_heat(
    horizon: HorizonMap, to_x: Floats, to_y: Floats, glow: Glow, clock: Clock
) -> dict[str, Singles]:
    """Least, mean and greatest temperature [K] (ny, nx) of the surface through the year `clock`.

    `horizon` has the ground (0 m) as its first height; `to_x`, `to_y` (ny, nx) [1] are how the
    ground rises along map x and y. Holds for slopes at the cells' size, and steps of hours: what
    the Sun does within one is averaged.
    """
    ny, nx = horizon.elevation.shape[2:]
    x, y = (v.ravel() for v in np.meshgrid(horizon.x, horizon.y))
    normals = _body_normals(x, y, to_x.ravel(), to_y.ravel())
    kept = []  # in half precision, 5e-4 of the flux: 0.03 K
    done = 0
    for straight, incidence in _sunlight(horizon, normals, clock):
        dark = albedo(np.arccos(incidence), ALBEDO).astype(np.float32)
        taken = straight * (1 - dark) + glow.at(slice(done, done + len(straight)), x, y)
        kept.append(taken.astype(np.float16))
        done += len(straight)
    found = _settled(kept, x.size)
    layers = {"least": found.lowest, "mean": found.mean, "most": found.highest}
    return {
        f"surface_temperature_{name}_k": v.reshape(ny, nx).astype(np.float32)
        for name, v in layers.items()
    }


def point_heat(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    slope: float,
    downhill: float,
    clock: Clock,
    reach_m: float,
) -> dict[str, Any]:
    """Temperature of the ground at a point [rad] through a year from the beginning of `clock`.

    On its `slope` that falls towards `downhill` [rad]; as for `cell_heat`, with depths.
    """
    year = heat_clock(clock)
    azimuths = azimuth_grid(0.25)
    skyline = point_horizon(terrains, latitude, longitude, [0.0], azimuths, reach_m)[0]
    looks = Clock(year.start, STEP // LOOKS, year.count * LOOKS)
    sky = sky_over(latitude, longitude, 0.0, looks)
    _, share = sun_fractions(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skyline)
    cosine = np.sin(sky.sun_elevation) * math.cos(slope)
    cosine += np.cos(sky.sun_elevation) * math.sin(slope) * np.cos(sky.sun_azimuth - downhill)
    cosine = np.clip(cosine, 0.0, 1.0)
    strength = SOLAR_CONSTANT * (ASTRONOMICAL_UNIT * np.sin(sky.sun_radius) / SUN_RADIUS) ** 2
    straight = strength * share * sky.sun_left * cosine
    straight = straight * (1.0 - albedo(np.arccos(cosine), ALBEDO))
    x, y = (np.atleast_1d(v) for v in project(latitude, longitude))
    half = 2.0 * terrains[0].cell
    area = Area(float(x[0]) - half, float(y[0]) - half, float(x[0]) + half, float(y[0]) + half)
    glow = glow_over(terrains, area, year, reach_m)
    around = glow.at(slice(0, year.count), x, y)
    taken = straight.reshape(-1, LOOKS).mean(axis=1)[:, None] + around
    found = _settled([taken.astype(np.float32)], 1, DEPTHS)
    return {
        "begins": written(year.start),
        "ends": written(year.stop),
        "step_s": year.step,
        "surface_least_k": float(found.lowest[0]),
        "surface_mean_k": float(found.mean[0]),
        "surface_most_k": float(found.highest[0]),
        "depths": [
            {
                "depth_m": depth,
                "least_k": float(found.depth_lowest[k, 0]),
                "mean_k": float(found.depth_mean[k, 0]),
                "most_k": float(found.depth_highest[k, 0]),
            }
            for k, depth in enumerate(DEPTHS)
        ],
        "from_terrain_w_m2": float(around.mean()),
        "from_sun_w_m2": float(straight.mean()),
        "facet_m": round(glow.cell, 1),
        "method": METHOD,
    }


DEPTHS = (0.1, 0.5, 1.0)  # [m]


def glow_over(terrains: Sequence[Terrain], area: Area, clock: Clock, reach_m: float) -> Glow:
    """Light and heat that ground within `area` takes up from the terrain around, step by step.

    Facets are as large as `FACETS` along the longer side of the area and its margin make them, and
    no smaller than twice the cells of the finest terrain; sunlight falls on `FINER` cells a side
    of each. Terrain beyond the margin is dark and cold, and on its skyline as coarse as it comes.
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
    view = view_factors(coarse, cell, cell)
    fine_areas, fine_normals = facets(ground.heights, ground.dx, ground.dy)
    x, y = (v.ravel() for v in np.meshgrid(horizon.x, horizon.y))
    normals = _body_normals(
        x,
        y,
        -fine_normals[:, 0] / fine_normals[:, 2],
        -fine_normals[:, 1] / fine_normals[:, 2],
    )
    shape = ground.heights.shape
    slow = Clock(clock.start, clock.step * SLOWER, clock.count // SLOWER)
    light = [
        onto_facets(view, straight.reshape(-1, *shape), fine_areas.reshape(shape)).astype(
            np.float32
        )
        for straight, _ in _sunlight(horizon, normals, slow)
    ]
    heard: list[Singles] = []
    threads = numba.get_num_threads()
    numba.set_num_threads(1)  # thousands of small products: threads cost more than they bring
    terrain_temperature(
        view,
        lambda: light,
        float(slow.step),
        ALBEDO,
        within=WITHIN,
        kept=lambda row: heard.append(row.astype(np.float32)),
    )
    numba.set_num_threads(threads)
    return Glow(np.array(heard).reshape(-1, rows, columns), x0, y0, cell)


def facet_size(area: Area, finest: float) -> float:
    """Side [m] of the facets of the exchange around `area`, on terrain of `finest` cells [m]."""
    wide = max(area.x_max - area.x_min, area.y_max - area.y_min) + 2.0 * MARGIN
    return max(wide / FACETS, 2.0 * finest)


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


def _sunlight(
    horizon: HorizonMap, normals: Floats, clock: Clock
) -> Iterator[tuple[Singles, Singles]]:
    """Sunlight on the cells [W/m^2] and the cosine of its incidence [1], (k, c) in blocks of steps.

    The share of the disc's light is the mean of `LOOKS` in a step, the incidence its middle's.
    """
    sun, left, middle = _sun(clock)
    ny, nx = horizon.elevation.shape[2:]
    for first in range(0, clock.count, BLOCK):
        steps = min(BLOCK, clock.count - first)
        looks = slice(first * LOOKS, (first + steps) * LOOKS)
        seen = lit_totals(
            horizon,
            Disc(sun[looks], SUN_RADIUS, left[looks]),
            clock.step / LOOKS,
            bins=np.repeat(np.arange(steps), LOOKS),
        )
        share = (seen.flux_sum / np.float32(LOOKS)).reshape(steps, ny * nx)
        there = middle[first : first + steps]
        away = np.linalg.norm(there, axis=1)
        toward = (there / away[:, None]).astype(np.float32)
        cosine = np.clip(toward @ normals.T.astype(np.float32), 0.0, 1.0)
        strength = (SOLAR_CONSTANT * (ASTRONOMICAL_UNIT / away) ** 2).astype(np.float32)
        yield share * cosine * strength[:, None], cosine


@lru_cache(maxsize=2)
def _sun(clock: Clock) -> tuple[Floats, Floats, Floats]:
    """The Sun [m] and what eclipses leave of it at every look; the Sun in the middle of steps."""
    looks = Clock(clock.start, clock.step // LOOKS, clock.count * LOOKS)
    times = tdb_from_utc(looks.middles)
    sun, earth = fit_ephemeris(float(times[0]), float(times[-1])).positions(times)
    left = earth_eclipse(sun, earth, site_position(-0.5 * math.pi, 0.0, 0.0))
    return sun, np.asarray(left), sun.reshape(-1, LOOKS, 3).mean(axis=1)


def _body_normals(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> Floats:
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


def _settled(blocks: Sequence[NDArray[Any]], count: int, depths: Sequence[float] = ()) -> MapHeat:
    """A year of `blocks` (k, c) [W/m^2] that repeats, columns settled under it.

    First under steps `SLOWER` times as long, which leaves a degree at depth and 0.2 K on the
    surface, then once under the year itself: within 0.1 K of settling under that alone.
    """

    def year() -> Iterator[Singles]:
        return (np.asarray(block, np.float32) for block in blocks)

    start = settled_profile(year, float(STEP), count, start=_coarsely(blocks, count), cycles=1)
    return map_temperature(year(), float(STEP), count, start=start, depths=depths)


def _coarsely(blocks: Sequence[NDArray[Any]], count: int) -> Floats:
    """Profiles (m, c) [K] settled under steps `SLOWER` times as long."""
    slow = [_slower(block) for block in blocks]
    return settled_profile(lambda: slow, float(STEP * SLOWER), count, within=COARSELY)


def _slower(block: NDArray[Any]) -> Singles:
    """Means of `SLOWER` steps in a row; what is left over makes a step of its own."""
    steps = np.arange(0, len(block), SLOWER)
    sums = np.add.reduceat(block.astype(np.float32), steps, axis=0)
    return np.asarray(sums / np.diff(np.append(steps, len(block)))[:, None], np.float32)
