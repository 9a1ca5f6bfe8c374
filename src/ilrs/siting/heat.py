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

from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.exchange import terrain_temperature
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.horizon_map import HorizonMap
from ilrs.ground.light import sun_fractions
from ilrs.ground.lit_map import Disc, lit_totals
from ilrs.ground.regolith_map import MapHeat, map_temperature, settled_profile
from ilrs.ground.terrain import Terrain, project
from ilrs.ground.walls import ALBEDO, body_normals, walls_around
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
    normals = body_normals(x, y, to_x.ravel(), to_y.ravel())
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
    """Light and heat that ground within `area` takes up from the `walls_around`, step by step."""
    walls = walls_around(terrains, area, reach_m)
    slow = Clock(clock.start, clock.step * SLOWER, clock.count // SLOWER)
    light = [walls.onto(straight) for straight, _ in _sunlight(walls.horizon, walls.normals, slow)]
    heard: list[Singles] = []
    threads = numba.get_num_threads()
    numba.set_num_threads(1)  # thousands of small products: threads cost more than they bring
    terrain_temperature(
        walls.view,
        lambda: light,
        float(slow.step),
        ALBEDO,
        within=WITHIN,
        kept=lambda row: heard.append(row.astype(np.float32)),
    )
    numba.set_num_threads(threads)
    return Glow(np.array(heard).reshape(-1, *walls.view.shape), walls.x0, walls.y0, walls.cell)


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
