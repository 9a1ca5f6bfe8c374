"""Light and view of the Earth at a place behind its terrain, as means over a period."""

from __future__ import annotations

import math

import numpy as np

from ilrs.data.rasters import read_terrain
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.light import elevation_above_horizon, sun_fractions
from ilrs.ground.terrain import height_at
from ilrs.sky.directions import angular_radius, azimuth_elevation, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utc, tdb_from_utc
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

_ASKED = {"mean_disc", "mean_light", "lit_share", "earth_in_view"}


def run(inputs: Inputs) -> dict[str, float]:
    """Means over `from` to `to`, every 10 minutes unless `step_min` says otherwise.

    `mean_disc`, `mean_light`: the Sun's disc in view by area and by limb-darkened light;
    `lit_share`: share of time with any of it; `earth_in_view`: with the Earth's centre above the
    terrain. Eclipses count. A ray ends where the terrain given ends, or at `reach_km`.
    """
    inputs.only(
        "latitude_deg", "longitude_deg", "height_m", "from", "to", "terrain", "step_min", "reach_km"
    )
    unknown = sorted(set(inputs.asked) - _ASKED)
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    named = inputs["terrain"]
    paths = [inputs.resolve(name) for name in (named if isinstance(named, list) else [named])]
    terrains = sorted((read_terrain(path) for path in paths), key=lambda t: t.cell)
    latitude = math.radians(inputs.number("latitude_deg"))
    longitude = math.radians(inputs.number("longitude_deg"))
    height = inputs.number("height_m")
    reach = 1e3 * inputs.number("reach_km", REACH / 1e3)
    first, last = (float(tdb_from_utc(read_utc(str(inputs[key])))) for key in ("from", "to"))
    step = 60.0 * inputs.number("step_min", 10.0)
    if not (last > first and step > 0.0):
        raise NotRun("the period is empty")
    times = np.arange(first, last, step)
    horizon = point_horizon(
        terrains, latitude, longitude, [height], azimuth_grid(0.1), reach, open_ended=True
    )[0]
    ground = float(height_at(terrains, latitude, longitude))
    site = site_position(latitude, longitude, ground + height)
    sun, earth = fit_ephemeris(first, last).positions(times)
    azimuth, elevation, distance = azimuth_elevation(sun, site, longitude)
    area, light = sun_fractions(elevation, azimuth, angular_radius("sun", distance), horizon)
    left = earth_eclipse(sun, earth, site)
    azimuth, elevation, _ = azimuth_elevation(earth, site, longitude)
    found = {
        "mean_disc": float((area * left).mean()),
        "mean_light": float((light * left).mean()),
        "lit_share": float((area * left > 0.0).mean()),
        "earth_in_view": float((elevation_above_horizon(elevation, azimuth, horizon) > 0.0).mean()),
    }
    return {key: found[key] for key in inputs.asked}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The worst difference of the fractions."""
    worst = max(abs(ours[key] - float(value)) for key, value in expected.values.items())
    limit = expected.limit("fraction", 0.02)
    return Comparison(ours, dict(expected.values), {"fraction": worst}, {"fraction": limit})
