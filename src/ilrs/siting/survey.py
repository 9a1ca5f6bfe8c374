"""Chooses the candidate places by rule and computes what ships: `python -m ilrs.siting.survey`.

The rule: on the fine terrain, every cell that is the highest within 150 m and stands more than 20 m
above the mean of the 2 km around it; of these the best lit at 10 m, none within 400 m of a better
one. They are named by the crater rim they stand on (within 12 % of its radius), by the connecting
ridge, or by the window, and numbered by their light. The places of the packaged scenarios come
first, under the names of their horizons.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, uniform_filter

from ilrs import __version__
from ilrs.data import PACKAGED
from ilrs.data.candidates import Shipped, read_features, write_candidates
from ilrs.environment.candidates import DRAW_STEP, ELEVATION_STEP, FORMAT, SEED
from ilrs.environment.certificate import TerrainUsed
from ilrs.environment.horizons import METHOD
from ilrs.flows.clock import Clock
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.light import sun_area_fraction
from ilrs.ground.terrain import Terrain, project, unproject
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Ground
from ilrs.siting.band import FINE, skyline_draws, skyline_lack
from ilrs.siting.map import Map, read_map
from ilrs.siting.outlook import sky_over
from ilrs.siting.surface import finest_at, surface_at
from ilrs.siting.terrains import choose_terrains

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]

HEIGHTS = (0.0, 2.0, 10.0)  # [m]
AZIMUTH_STEP = 0.1  # [deg]
DRAWS, DRAW_AZIMUTHS = 20, 2.0  # of the skylines' error, azimuths in degrees
COUNT = 120
HIGHEST_WITHIN = 150.0  # [m]
ABOVE_MEAN = 20.0  # [m]
MEAN_OVER = 2_000.0  # [m]
APART = 400.0  # [m]
RELIEF_AT = 30
ON_RIM = 0.12  # of a crater's radius
LIVING = "long-term support"
SCENARIOS = ("ilrs", "shackleton-rim", "leibnitz-beta", "amundsen")
RANKED_OVER = Clock.over(np.datetime64("2031-01-01"), np.datetime64("2036-01-01"), 3600)


@dataclass(frozen=True)
class Found:
    """A place to be computed: its name, region, latitude and longitude [rad]."""

    name: str
    region: str
    latitude: float
    longitude: float


def survey(
    terrains: Sequence[Terrain], folder: Path, told: Told, shadow: Map | None = None
) -> dict[str, Any]:
    """Choose and compute the candidates on `terrains` (fine to coarse) and write them.

    Ways to shadowed ground are those on the map `shadow`, unknown without.
    """
    places = [*scenario_places(), *chosen_summits(terrains, told)]
    azimuths = azimuth_grid(AZIMUTH_STEP)
    steps, lacks, draws, rows = [], [], [], []
    for k, place in enumerate(places):
        where = (place.latitude, place.longitude)
        skylines = point_horizon(terrains, *where, HEIGHTS, azimuths, REACH)
        steps.append(np.rint(np.degrees(skylines) / ELEVATION_STEP).astype(np.int16))
        lacking, drawn = errors_at(terrains, *where)
        lacks.append(lacking)
        draws.append(drawn)
        rows.append(_row(place, terrains))
        told("skylines", k + 1, len(places))
    ways = [None] * len(rows) if shadow is None else ways_to_shadow(shadow, places)
    for row, way in zip(rows, ways, strict=True):
        row["distance_to_shadow_m"] = way
    table = {
        "format": FORMAT,
        "rule": " ".join((__doc__ or "").split("The rule: ")[1].split()),
        "heights_m": HEIGHTS,
        "azimuth_step_deg": AZIMUTH_STEP,
        "elevation_step_deg": ELEVATION_STEP,
        "draws": DRAWS,
        "draw_azimuth_step_deg": DRAW_AZIMUTHS,
        "draw_step_deg": DRAW_STEP,
        "reach_m": REACH,
        "terrains": [vars(TerrainUsed(t.name, t.cell, t.sha256)) for t in terrains],
        "method": METHOD,
        "version": __version__,
        "shadow_map_cell_m": None if shadow is None else abs(shadow.cell[0]),
        "places": rows,
    }
    shipped = Shipped(np.array(steps), np.array(lacks), np.array(draws), relief(terrains))
    write_candidates(shipped, table, folder)
    return table


def errors_at(
    terrains: Sequence[Terrain], latitude: float, longitude: float
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """What the skylines at a place [rad] lack (h, b) and draws of their error (h, m, b), in steps.

    Without draws, all zero, where the place is coarse: those of all such places are alike.
    """
    where = (terrains, latitude, longitude)
    lacks = [skyline_lack(*where, h, REACH, step_deg=DRAW_AZIMUTHS) for h in HEIGHTS]
    drawn = np.zeros((len(HEIGHTS), DRAWS, len(lacks[0])))
    if finest_at(*where).cell <= FINE:
        for k, h in enumerate(HEIGHTS):
            drawn[k] = skyline_draws(*where, h, REACH, SEED, draws=DRAWS, step_deg=DRAW_AZIMUTHS)
    in_steps = (np.rint(np.degrees(part) / DRAW_STEP) for part in (np.array(lacks), drawn))
    first, second = (part.astype(np.int16) for part in in_steps)
    return first, second


def relief(terrains: Sequence[Terrain]) -> NDArray[np.int16]:
    """What the coarsest terrain's skyline lacks (m, h, b), in steps of `DRAW_STEP`.

    Fine skyline less coarse one at `RELIEF_AT` points drawn anywhere on the fine terrain and at as
    many of the summits by the rule: where people do not ask, and where they do.
    """
    fine = max((t for t in terrains if t.cell <= FINE), key=lambda t: t.heights.size * t.cell**2)
    rng = np.random.default_rng(SEED)
    ny, nx = fine.heights.shape
    inset = round(10_000.0 / fine.cell)
    x = fine.x0 + fine.dx * rng.integers(inset, nx - inset, RELIEF_AT)
    y = fine.y0 + fine.dy * rng.integers(inset, ny - inset, RELIEF_AT)
    anywhere = np.stack(unproject(x, y), axis=1)
    high = np.stack(summits(fine), axis=1)
    high = high[np.linspace(0, len(high) - 1, RELIEF_AT).astype(np.int64)]
    azimuths = azimuth_grid(DRAW_AZIMUTHS)
    out = []
    for latitude, longitude in np.concatenate([anywhere, high]):
        where = (float(latitude), float(longitude), HEIGHTS, azimuths)
        lacks = point_horizon(terrains, *where) - point_horizon(terrains[-1:], *where)
        out.append(np.rint(np.degrees(lacks) / DRAW_STEP).astype(np.int16))
    return np.array(out)


def scenario_places() -> list[Found]:
    """The grounds where packaged scenarios have a station stand, each horizon once, by its name.

    Where robots only go to work (a cold hollow, a pit) is no place for a station.
    """
    found: dict[str, Found] = {}
    for name in SCENARIOS:
        scenario = load_scenario(name, check=False).scenario
        lived_at = {f.place for f in scenario.facilities.values() if f.facility_class == LIVING}
        for key, place in scenario.places.items():
            if isinstance(place, Ground) and key in lived_at and place.horizon not in found:
                found[place.horizon] = Found(
                    place.horizon, "scenario", place.latitude, place.longitude
                )
    return list(found.values())


def ways_to_shadow(found: Map, places: Sequence[Found]) -> list[float | None]:
    """The way [m] from each place to the nearest cell of a map that the Sun never reaches.

    None for a place off the map. Holds to half a cell, for shadow as large as a cell.
    """
    rows, columns = np.nonzero(found.layers["permanent_shadow"] == 1.0)
    x = found.origin[0] + columns * found.cell[0]
    y = found.origin[1] + rows * found.cell[1]
    ny, nx = found.layers["permanent_shadow"].shape
    out: list[float | None] = []
    for place in places:
        px, py = (float(v) for v in project(place.latitude, place.longitude))
        j, i = (px - found.origin[0]) / found.cell[0], (py - found.origin[1]) / found.cell[1]
        on_map = -0.5 <= i <= ny - 0.5 and -0.5 <= j <= nx - 0.5
        out.append(round(float(np.hypot(x - px, y - py).min()), 0) if on_map and x.size else None)
    return out


def summits(terrain: Terrain) -> tuple[Floats, Floats]:
    """Latitude and longitude (k,) [rad] of the summits of a polar `terrain`, by the rule."""
    heights = terrain.heights.astype(np.float64)
    cells = max(1, round(HIGHEST_WITHIN / terrain.cell))
    offsets = np.arange(-cells, cells + 1)
    near = offsets[:, None] ** 2 + offsets[None, :] ** 2 <= cells**2
    wide = max(3, round(MEAN_OVER / terrain.cell))
    above = heights - uniform_filter(heights, wide, mode="nearest")
    is_summit = (heights == maximum_filter(heights, footprint=near)) & (above > ABOVE_MEAN)
    edge = wide // 2
    is_summit[:edge] = is_summit[-edge:] = False
    is_summit[:, :edge] = is_summit[:, -edge:] = False
    rows, columns = np.nonzero(is_summit)
    return unproject(terrain.x0 + columns * terrain.dx, terrain.y0 + rows * terrain.dy)


def chosen_summits(terrains: Sequence[Terrain], told: Told) -> list[Found]:
    """The best-lit summits of the widest fine terrain, named and numbered."""
    fine = [t for t in terrains if t.cell <= FINE]
    widest = max(fine, key=lambda t: t.heights.size * t.cell**2)
    latitudes, longitudes = summits(widest)
    light = np.empty(latitudes.size)
    for k, (latitude, longitude) in enumerate(zip(latitudes, longitudes, strict=True)):
        light[k] = _light(terrains, float(latitude), float(longitude))
        told("summits", k + 1, latitudes.size)
    x, y = project(latitudes, longitudes)
    kept: list[int] = []
    for k in np.argsort(-light, kind="stable"):
        if all(math.hypot(x[k] - x[m], y[k] - y[m]) >= APART for m in kept):
            kept.append(int(k))
        if len(kept) == COUNT:
            break
    counts: dict[str, int] = {}
    out = []
    for k in kept:
        region = region_of(float(x[k]), float(y[k]))
        counts[region] = counts.get(region, 0) + 1
        name = f"{region}-{counts[region]:02d}"
        # as the coordinates will be written
        where = [math.radians(round(math.degrees(float(v[k])), 5)) for v in (latitudes, longitudes)]
        out.append(Found(name, region, *where))
    return out


def region_of(x: float, y: float) -> str:
    """The crater rim, the ridge or the window that a point of the polar plane [m] stands on."""
    features = read_features()
    for crater in features["craters"]:
        latitude, longitude = (math.radians(crater[k]) for k in ("latitude_deg", "longitude_deg"))
        cx, cy = project(latitude, longitude)
        radius = 500.0 * crater["diameter_km"]
        if abs(math.hypot(x - float(cx), y - float(cy)) - radius) <= ON_RIM * radius:
            return f"{crater['name']}-rim"
    ridge = features["areas"]["ridge"]
    inside_x = ridge["x_min_km"] <= x / 1e3 <= ridge["x_max_km"]
    inside_y = ridge["y_min_km"] <= y / 1e3 <= ridge["y_max_km"]
    return "ridge" if inside_x and inside_y else "window"


def _light(terrains: Sequence[Terrain], latitude: float, longitude: float) -> float:
    """Mean share of the disc at 10 m over the years the summits are ranked by."""
    skyline = point_horizon(
        terrains, latitude, longitude, [10.0], azimuth_grid(0.5), REACH, samples_per_cell=2.0
    )[0]
    sky = sky_over(
        latitude, longitude, surface_at(terrains, latitude, longitude).ground, RANKED_OVER
    )
    lit = sun_area_fraction(sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, skyline)
    return float((lit * sky.sun_left).mean())


def _row(place: Found, terrains: Sequence[Terrain]) -> dict[str, Any]:
    surface = surface_at(terrains, place.latitude, place.longitude)
    return {
        "name": place.name,
        "region": place.region,
        "latitude_deg": round(math.degrees(place.latitude), 5),
        "longitude_deg": round(math.degrees(place.longitude) % 360.0, 5),
        "ground_m": round(surface.ground, 1),
        "slope_deg": round(math.degrees(surface.slope), 2),
        "downhill_azimuth_deg": round(math.degrees(surface.downhill), 1),
        "roughness_m": round(surface.roughness, 2),
        "surface_cell_m": round(surface.cell, 2),
        "coarse": surface.cell > FINE,
    }


def main() -> None:
    """Recompute the packaged candidates; words: a folder, and that of a map with the shadow."""
    words = [Path(word) for word in sys.argv[1:]]
    folder = words[0] if words else PACKAGED / "sites"
    shadow = read_map(words[1]) if len(words) > 1 else None

    def told(stage: str, done: int, of: int) -> None:
        if done == of or done % 20 == 0:
            sys.stderr.write(f"{stage} {done}/{of}\n")

    table = survey(choose_terrains(), folder, told, shadow)
    sys.stderr.write(f"{len(table['places'])} candidates written into {folder}\n")


if __name__ == "__main__":
    main()
