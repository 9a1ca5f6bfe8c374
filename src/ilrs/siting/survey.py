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
from ilrs.data.candidates import read_features, write_candidates
from ilrs.environment.certificate import TerrainUsed
from ilrs.environment.horizons import METHOD
from ilrs.flows.clock import Clock
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.light import sun_area_fraction
from ilrs.ground.terrain import Terrain, project, unproject
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Ground
from ilrs.siting.bias import FINE, STEP_DEG, skyline_loss
from ilrs.siting.candidates import ELEVATION_STEP, FORMAT, LOSS_STEP
from ilrs.siting.outlook import sky_over
from ilrs.siting.surface import surface_at
from ilrs.siting.terrains import choose_terrains

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]

HEIGHTS = (0.0, 2.0, 10.0)  # [m]
AZIMUTH_STEP = 0.1  # [deg]
COUNT = 120
HIGHEST_WITHIN = 150.0  # [m]
ABOVE_MEAN = 20.0  # [m]
MEAN_OVER = 2_000.0  # [m]
APART = 400.0  # [m]
ON_RIM = 0.12  # of a crater's radius
SCENARIOS = ("ilrs", "shackleton-rim", "leibnitz-beta", "amundsen")
RANKED_OVER = Clock.over(np.datetime64("2031-01-01"), np.datetime64("2036-01-01"), 3600)


@dataclass(frozen=True)
class Found:
    """A place to be computed: its name, region, latitude and longitude [rad]."""

    name: str
    region: str
    latitude: float
    longitude: float


def survey(terrains: Sequence[Terrain], folder: Path, told: Told) -> dict[str, Any]:
    """Choose and compute the candidates on `terrains` (fine to coarse) and write them."""
    places = [*scenario_places(), *chosen_summits(terrains, told)]
    azimuths = azimuth_grid(AZIMUTH_STEP)
    thin = azimuth_grid(STEP_DEG)
    steps, losses, rows = [], [], []
    for k, place in enumerate(places):
        where = (place.latitude, place.longitude)
        skylines = point_horizon(terrains, *where, HEIGHTS, azimuths, REACH)
        lost = [skyline_loss(terrains, *where, h, thin, REACH).most for h in HEIGHTS]
        steps.append(np.rint(np.degrees(skylines) / ELEVATION_STEP).astype(np.int16))
        losses.append(np.rint(np.degrees(np.array(lost)) / LOSS_STEP).astype(np.uint8))
        rows.append(_row(place, terrains))
        told("skylines", k + 1, len(places))
    table = {
        "format": FORMAT,
        "rule": " ".join((__doc__ or "").split("The rule: ")[1].split()),
        "heights_m": HEIGHTS,
        "azimuth_step_deg": AZIMUTH_STEP,
        "elevation_step_deg": ELEVATION_STEP,
        "reach_m": REACH,
        "terrains": [vars(TerrainUsed(t.name, t.cell, t.sha256)) for t in terrains],
        "method": METHOD,
        "version": __version__,
        "places": rows,
    }
    write_candidates(np.array(steps), np.array(losses), table, folder)
    return table


def scenario_places() -> list[Found]:
    """The grounds of the packaged scenarios, each horizon once, under its name."""
    found: dict[str, Found] = {}
    for name in SCENARIOS:
        for place in load_scenario(name, check=False).scenario.places.values():
            if isinstance(place, Ground) and place.horizon not in found:
                found[place.horizon] = Found(
                    place.horizon, "scenario", place.latitude, place.longitude
                )
    return list(found.values())


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
        "distance_to_shadow_m": None,
    }


def main() -> None:
    """Recompute the packaged candidates from the finest terrain at hand."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGED / "sites"

    def told(stage: str, done: int, of: int) -> None:
        if done == of or done % 20 == 0:
            sys.stderr.write(f"{stage} {done}/{of}\n")

    table = survey(choose_terrains(), folder, told)
    sys.stderr.write(f"{len(table['places'])} candidates written into {folder}\n")


if __name__ == "__main__":
    main()
