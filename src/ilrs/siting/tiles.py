"""Maps of areas, a tile at a time: horizons, light, view of the Earth, slope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.data.kernels import load_kernels
from ilrs.data.rasters import Terrain
from ilrs.environment.certificate import TerrainUsed
from ilrs.errors import DataError
from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.horizon import REACH, point_horizon
from ilrs.ground.lit_map import Disc, lit_totals
from ilrs.ground.nest import Grid, Ground, grid_of, laid_out
from ilrs.ground.seams import require_ground, run_out
from ilrs.ground.sweep import HorizonMap, area_horizon
from ilrs.ground.terrain import MOON_RADIUS, unproject
from ilrs.ground.terrain_error import lossless
from ilrs.planning.route_field import positions_of
from ilrs.siting.heat import Glow, cell_heat, glow_over, heat_clock
from ilrs.siting.layers import SEASONS, Layer, layers_of, of_relay
from ilrs.siting.map_band import tile_band
from ilrs.siting.outlook import Terms
from ilrs.siting.point import require_point
from ilrs.siting.relays import Relay
from ilrs.siting.terrains import choose_terrains
from ilrs.sky.directions import EARTH_RADIUS, SUN_RADIUS, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

SIDE = 256  # cells
WIDEST = 20_000.0  # [m] of a tile: rays turn on the plane of a wider one
AZIMUTHS = 360
CENTRE = 0.5
"""Share of a disc above a level edge from which its centre is above it."""
PROBES = 2
"""Cells of every tile whose skyline is held against dense rays."""
# A turn of the Moon's node: what stays dark through it stays dark.
NODE = Clock.over(np.datetime64("2026-01-01"), np.datetime64("2045-01-01"), 4 * 3600)


@dataclass(frozen=True)
class Job:
    """Everything that decides a map; two jobs are one when these are equal."""

    name: str
    area: Area
    grid: Grid
    terrain: tuple[str, ...] | None
    used: tuple[TerrainUsed, ...]
    clock: Clock
    height: float
    terms: Terms
    reach: float = REACH
    azimuths: int = AZIMUTHS
    side: int = SIDE
    bands: bool = True
    heat: bool = False
    relays: tuple[Relay, ...] = ()
    seasons: bool = False
    """Whether the Sun stands on either side of the equator in the period."""

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers that the map has."""
        return layers_of(
            seasons=self.seasons,
            relays=[r.name for r in self.relays],
            bands=self.bands,
            heat=self.heat,
        )

    @property
    def tiles(self) -> list[tuple[int, int]]:
        """Row and column of every tile, row by row."""
        rows, columns = (math.ceil(n / self.side) for n in (self.grid.rows, self.grid.columns))
        return [(i, j) for i in range(rows) for j in range(columns)]

    def cells(self, tile: tuple[int, int]) -> tuple[slice, slice]:
        """Rows and columns of the map that a tile holds."""
        i, j = (k * self.side for k in tile)
        return (
            slice(i, min(i + self.side, self.grid.rows)),
            slice(j, min(j + self.side, self.grid.columns)),
        )

    def bounds(self, tile: tuple[int, int]) -> Area:
        """The ground of a tile, to the edges of its cells."""
        rows, columns = self.cells(tile)
        g = self.grid
        xs = sorted(g.x0 + (k - 0.5) * g.dx for k in (columns.start, columns.stop))
        ys = sorted(g.y0 + (k - 0.5) * g.dy for k in (rows.start, rows.stop))
        return Area(xs[0], ys[0], xs[1], ys[1])


def make_job(
    name: str,
    area: Area,
    clock: Clock,
    *,
    terrain: Sequence[str] | None = None,
    height: float = 2.0,
    terms: Terms | None = None,
    reach_m: float = REACH,
    azimuths: int = AZIMUTHS,
    side: int = SIDE,
    bands: bool = True,
    heat: bool = False,
    relays: tuple[Relay, ...] = (),
) -> Job:
    """The job of a map of `area` over `clock`, seen from `height` [m] above ground.

    `bands` are those of light, `heat` the temperature of the surface, `relays` those whose view
    is mapped beside the Earth's.

    Cells are those of the finest terrain that covers the area; finer ones are left out. Raises
    `TerrainError` for an area outside the terrain or with holes, `EphemerisRangeError` for a period
    outside the kernels.
    """
    require_point(-0.5 * math.pi, [height])
    for whole in (clock, NODE, *([heat_clock(clock)] if heat else [])):
        times = tdb_from_utc(whole.middles[[0, -1]])
        load_kernels(float(times[0]), float(times[1]))  # raises outside them
    layers = choose_terrains(terrain, area, reach_m)
    require_ground(layers, area, fill_holes=False)
    grid = grid_of(layers, area)
    used = layers[grid.terrain :]
    side = min(side, max(1, int(WIDEST / max(abs(grid.dx), abs(grid.dy)))))
    return Job(
        name=name,
        area=area,
        grid=grid,
        terrain=None if terrain is None else tuple(terrain),
        used=tuple(TerrainUsed(t.name, t.cell, t.sha256) for t in used),
        clock=clock,
        height=float(height),
        terms=terms or Terms(),
        reach=reach_m,
        azimuths=azimuths,
        side=side,
        bands=bands,
        heat=heat,
        relays=relays,
        seasons=len(np.unique(_season(clock))) == 2,
    )


def compute_tile(job: Job, tile: tuple[int, int]) -> dict[str, NDArray[Any]]:
    """The layers (ny, nx) of a tile, and `probe_error` [rad]: its skylines against dense rays."""
    terrains, joined, levels = _ground(job.terrain, job.used, job.area, job.reach)
    heights = sorted({job.height, 0.0}) if job.heat else [job.height]
    horizon = area_horizon(
        terrains, job.bounds(tile), job.azimuths, heights, job.reach, levels=levels
    )
    at = len(heights) - 1
    sun, step = _discs(job.clock), job.clock.step
    light = lit_totals(
        horizon,
        sun,
        step,
        height=at,
        threshold=job.terms.dark_at,
        bins=_season(job.clock) if job.seasons else None,
    )
    earth = lit_totals(horizon, _earth(job.clock), step, height=at, threshold=CENTRE)
    ever = lit_totals(horizon, _discs(NODE), NODE.step, height=at)
    ground, to_x, to_y = _relief(terrains[0], horizon)
    out: dict[str, NDArray[Any]] = {
        "mean_sun_area_fraction": light.mean_area,
        "mean_sun_flux_fraction": light.mean_flux,
        "longest_dark_h": light.longest_dark.duration / 3600.0,
        "longest_light_h": light.longest_lit.duration / 3600.0,
        "earth_visible_fraction": earth.share_in_view,
        "mean_earth_area_fraction": earth.mean_area,
        "longest_earth_view_h": earth.longest_lit.duration / 3600.0,
        "longest_earth_gap_h": earth.longest_dark.duration / 3600.0,
        "permanent_shadow": ever.never_lit & light.known & (light.mean_area == 0.0),
        "slope_deg": np.degrees(np.arctan(np.hypot(to_x, to_y))),
        "ground_m": ground,
    }
    if job.seasons:
        out |= dict(zip(SEASONS, light.bin_mean_area, strict=True))
    for relay in job.relays:
        disc = Disc(positions_of(relay.orbit, job.clock), 0.0)
        seen = lit_totals(horizon, disc, step, height=at, altitude=ground)
        values = (seen.mean_area, seen.longest_lit.duration, seen.longest_dark.duration)
        share, view, gap = (np.asarray(v) for v in values)
        out |= dict(zip(of_relay(relay.name), (share, view / 3600.0, gap / 3600.0), strict=True))
    if job.bands:
        lifted = (joined, levels.terrains)
        out |= tile_band(terrains, lifted, horizon, at, light, sun, job.terms, job.reach)
    if job.heat:
        year = heat_clock(job.clock)
        out |= cell_heat(horizon, to_x, to_y, _glow(job), year)
    found = {name: np.asarray(values, np.float32) for name, values in out.items()}
    found["probe_error"] = _probe(job, tile, levels.terrains, horizon)
    return found


@lru_cache(maxsize=1)
def _glow(job: Job) -> Glow:
    """What the terrain around the whole map sends; once for all tiles of a process."""
    terrains, *_ = _ground(job.terrain, job.used, job.area, job.reach)
    return glow_over(terrains, job.area, heat_clock(job.clock), job.reach)


@lru_cache(maxsize=1)
def _ground(
    names: tuple[str, ...] | None, used: tuple[TerrainUsed, ...], area: Area, reach: float
) -> tuple[tuple[Terrain, ...], list[Terrain], Ground]:
    """The terrain of a job, refused unless it is byte for byte the terrain the job was made on.

    As it is, run out, and laid out with what averages take off skylines put back.
    """
    at_hand = {t.sha256: t for t in choose_terrains(names, area, reach)}
    missing = [t.name for t in used if t.sha256 not in at_hand]
    if missing:
        raise DataError(
            f"the terrain {', '.join(missing)} that the map was begun on is not at hand here",
            remedy="put the same files where every worker finds them (ILRS_DATA_DIR)",
        )
    terrains = tuple(at_hand[t.sha256] for t in used)
    joined = run_out(terrains)
    return terrains, joined, laid_out([lossless(t, area) for t in joined], reach)


@lru_cache(maxsize=4)
def _discs(clock: Clock) -> Disc:
    """The Sun in the middle of every step, with what Earth's eclipses leave of it at the pole."""
    sun, earth = _positions(clock)
    left = earth_eclipse(sun, earth, site_position(-0.5 * math.pi, 0.0, 0.0))
    return Disc(sun, SUN_RADIUS, left)


@lru_cache(maxsize=2)
def _earth(clock: Clock) -> Disc:
    """The Earth in the middle of every step."""
    return Disc(_positions(clock)[1], EARTH_RADIUS)


@lru_cache(maxsize=2)
def _season(clock: Clock) -> NDArray[np.int64]:
    """0 in the steps in which the Sun stands south of the Moon's equator, 1 in the others."""
    return (_positions(clock)[0][:, 2] >= 0.0).astype(np.int64)


def _positions(clock: Clock) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    times = tdb_from_utc(clock.middles)
    return fit_ephemeris(float(times[0]), float(times[-1])).positions(times)


def _relief(terrain: Terrain, horizon: HorizonMap) -> tuple[Singles, Floats, Floats]:
    """Height [m] of the map's cells and how they rise along x and y [1], by central differences."""
    i0 = round((horizon.y0 - terrain.y0) / terrain.dy)
    j0 = round((horizon.x0 - terrain.x0) / terrain.dx)
    ny, nx = horizon.elevation.shape[2:]
    rows, columns = np.arange(i0 - 1, i0 + ny + 1), np.arange(j0 - 1, j0 + nx + 1)
    limit = terrain.heights.shape
    z = terrain.heights[
        np.clip(rows, 0, limit[0] - 1)[:, None], np.clip(columns, 0, limit[1] - 1)[None, :]
    ].astype(np.float64)
    # a metre of ground is `scale` metres of the polar plane
    scale = 1.0 + (horizon.x[None, :] ** 2 + horizon.y[:, None] ** 2) / (4.0 * MOON_RADIUS**2)
    across = np.diff(np.clip(columns, 0, limit[1] - 1)) * horizon.dx
    down = np.diff(np.clip(rows, 0, limit[0] - 1)) * horizon.dy
    to_x = (z[1:-1, 2:] - z[1:-1, :-2]) / (across[1:] + across[:-1])[None, :]
    to_y = (z[2:, 1:-1] - z[:-2, 1:-1]) / (down[1:] + down[:-1])[:, None]
    return z[1:-1, 1:-1].astype(np.float32), scale * to_x, scale * to_y


def _probe(
    job: Job, tile: tuple[int, int], terrains: Sequence[Terrain], horizon: HorizonMap
) -> Singles:
    """Skyline of the map less that of dense rays [rad] at some cells (k, a), drawn by the tile."""
    ny, nx = horizon.elevation.shape[2:]
    draw = np.random.default_rng([*tile, ny, nx])
    skyline = horizon.radians(len(horizon.heights) - 1)
    out = []
    for _ in range(PROBES):
        i, j = int(draw.integers(ny)), int(draw.integers(nx))
        lat, lon = unproject(horizon.x[j], horizon.y[i])
        local = np.mod(horizon.grid_azimuths - float(lon), 2.0 * math.pi)
        dense = point_horizon(terrains, float(lat), float(lon), [job.height], local, job.reach)[0]
        out.append(skyline[:, i, j] - dense)
    return np.array(out, np.float32)
