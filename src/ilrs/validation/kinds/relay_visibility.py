"""How much of the time a relay on a two-body orbit stands above a flat horizon."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ilrs.sky.directions import MOON_RADIUS, azimuth_elevation, site_position
from ilrs.sky.orbits import MOON_GM, Elements, period, state_from_elements
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun


def run(inputs: Inputs) -> dict[str, Any]:
    """The period [h] and the share of time [%] above each mask [deg] asked for.

    At a pole the share is over one revolution. Elsewhere the place is carried round by the Moon's
    rotation, which keeps no ratio with the orbit, so the share is over both angles.
    """
    inputs.only(
        "a_km",
        "e",
        "perilune_km",
        "apolune_km",
        "i_deg",
        "argp_deg",
        "raan_deg",
        "latitude_deg",
        "longitude_deg",
        "altitude_m",
        "gm_km3_s2",
        "radius_km",
    )
    unknown = sorted(set(inputs.asked) - {"period_h", "percent_above"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    gm = 1e9 * inputs.number("gm_km3_s2", MOON_GM / 1e9)
    radius = 1e3 * inputs.number("radius_km", MOON_RADIUS / 1e3)
    inclination = math.radians(inputs.number("i_deg"))
    node = math.radians(inputs.number("raan_deg", 0.0))
    argument = math.radians(inputs.number("argp_deg", 90.0))
    if "a_km" in inputs:
        orbit = Elements(
            1e3 * inputs.number("a_km"), inputs.number("e", 0.0), inclination, node, argument, 0.0
        )
    else:
        low, high = (radius + 1e3 * inputs.number(key) for key in ("perilune_km", "apolune_km"))
        orbit = Elements.from_apsides(low, high, inclination, node, argument, 0.0)
    latitude = math.radians(inputs.number("latitude_deg", -90.0))
    turn = period(orbit.semi_major_axis, gm)
    polar = abs(abs(latitude) - math.pi / 2) < 1e-9
    steps, longitudes = (200_000, [0.0]) if polar else (20_000, np.arange(360) * math.radians(1.0))
    elapsed = (np.arange(steps) + 0.5) * turn / steps
    positions, _ = state_from_elements(orbit, gm, elapsed)
    masks = list(inputs.asked.get("percent_above") or {})
    above = dict.fromkeys(masks, 0.0)
    altitude = radius - MOON_RADIUS + inputs.number("altitude_m", 0.0)
    for longitude in longitudes:
        site = site_position(latitude, float(longitude), altitude)
        _, elevation, _ = azimuth_elevation(positions, site, float(longitude))
        for mask in masks:
            share = np.mean(elevation > math.radians(float(mask)))
            above[mask] += 100.0 * float(share) / len(longitudes)
    return {"period_h": turn / 3600.0, "percent_above": above}


def compare(ours: dict[str, Any], expected: Expected) -> Comparison:
    """The worst share in points and the period in hours."""
    limit = {"points": expected.limit("points", 0.5), "hours": expected.limit("hours", 0.01)}
    worst: dict[str, float] = {}
    if "period_h" in expected.values:
        worst["hours"] = abs(ours["period_h"] - float(expected.values["period_h"]))
    for mask, share in expected.values.get("percent_above", {}).items():
        gap = abs(ours["percent_above"][mask] - float(share))
        worst["points"] = max(worst.get("points", 0.0), gap)
    return Comparison(ours, dict(expected.values), worst, {k: limit[k] for k in worst})
