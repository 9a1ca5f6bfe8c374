"""A column of regolith through a day that repeats: temperatures at the surface and below."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.ground.regolith import Regolith, column_temperatures, layers
from ilrs.ground.warmth import SOLAR_CONSTANT, albedo
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun, column

Floats = NDArray[np.float64]
WITHHELD_COLUMNS = ("T_K*",)
LUNATION = 2_551_442.976  # [s]
YEAR = 365.25636 * 86_400.0  # [s] sidereal year of the Earth, which the Moon shares
STEPS = 1440  # a day
_REGOLITH = {
    "ks": "surface_conductivity",
    "kd": "deep_conductivity",
    "rho_s": "surface_density",
    "rho_d": "deep_density",
    "H_m": "scale_depth",
    "chi": "chi",
    "emissivity": "emissivity",
    "Qb": "heat_flow",
}
_ASKED = {"T_max_K", "T_min_K", "T_mean_K"}


@dataclass(frozen=True)
class Day:
    """Temperatures [K] at `depths` (d,) [m] and `hours` (n,) after local noon, 24 to a day."""

    depths: Floats
    hours: Floats
    temperature: Floats
    repeats: bool


def run(inputs: Inputs) -> Day:
    """The settled day; with an eccentric orbit or an obliquity, eight years of days."""
    inputs.only(
        "latitude_deg", "albedo", "albedo_a", "albedo_b", "S0", "r_au", "eccentricity",
        "obliquity_deg", "day_s", "file", *_REGOLITH,
    )  # fmt: skip
    unknown = sorted(set(inputs.asked) - _ASKED)
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    given: dict[str, Any] = {
        field: inputs.number(key) for key, field in _REGOLITH.items() if key in inputs
    }
    ground = replace(Regolith(), **given)
    day = inputs.number("day_s", LUNATION)
    eccentricity = inputs.number("eccentricity", 0.0)
    obliquity = math.radians(inputs.number("obliquity_deg", 0.0))
    repeats = eccentricity == 0.0 and obliquity == 0.0
    if not repeats and "file" in inputs:
        raise NotRun("a day's course on an eccentric or tilted orbit needs its season stated")
    days = 1 if repeats else round(8.0 * YEAR / day)
    steps = STEPS if repeats else STEPS // 4
    time = (np.arange(days * steps, dtype=np.float64) + 1.0) * np.float64(day / steps)
    distance, declination = _orbit(time, eccentricity, obliquity)
    latitude = math.radians(inputs.number("latitude_deg"))
    cosine = math.sin(latitude) * np.sin(declination) + math.cos(latitude) * np.cos(
        declination
    ) * np.cos(2.0 * math.pi * time / day)
    incidence = np.minimum(np.arccos(np.clip(cosine, -1.0, 1.0)), 0.5 * math.pi)
    reflected = albedo(
        incidence,
        inputs.number("albedo", 0.12),
        inputs.number("albedo_a", 0.06),
        inputs.number("albedo_b", 0.25),
    )
    flux = inputs.number("S0", SOLAR_CONSTANT) / (inputs.number("r_au", 1.0) * distance) ** 2
    absorbed = flux * np.maximum(cosine, 0.0) * (1.0 - reflected)
    # a day's wave sinks with the root of its length
    scale = math.sqrt(day / LUNATION)
    thickness = layers(0.002 * scale, 1.2, 2.5 * scale)
    depths = np.concatenate([[0.0], np.cumsum(thickness) - 0.5 * thickness])
    heat = column_temperatures(
        absorbed, day / steps, depths, regolith=ground, thickness=thickness, cycles=40
    )
    return Day(depths, time * np.float64(24.0 / day), heat.at_depth[0], repeats)


def compare(ours: Day, expected: Expected) -> Comparison:
    """The worst temperature at the surface (extremes, mean, course) and below (course).

    A row of the file belongs to a step of time, not to an instant: half the change to its
    neighbours is allowed for, which matters for an hour after sunrise only.
    """
    surface = ours.temperature[0]
    found = {
        "T_max_K": float(surface.max()),
        "T_min_K": float(surface.min()),
        "T_mean_K": float(surface.mean()),
    }
    theirs = dict(expected.values)
    limit = {
        "surface_K": expected.limit("surface_K", 1.5),
        "depth_K": expected.limit("depth_K", 2.0),
    }
    worst = {}
    if theirs:
        worst["surface_K"] = max(abs(found[key] - float(value)) for key, value in theirs.items())
    if "file" in expected.inputs:
        rows = expected.table()
        hours = np.asarray(column(rows, "local_hours_after_noon"))
        for name in rows[0]:
            if not name.startswith("T_K_z"):
                continue
            depth = float(name.removeprefix("T_K_z").removesuffix("m"))
            if depth > ours.depths[-1]:
                raise NotRun(f"the file asks for {depth} m, deeper than the column")
            values = np.asarray(column(rows, name))
            at = np.array([np.interp(depth, ours.depths, t) for t in ours.temperature.T])
            gap = np.abs(np.interp(hours, ours.hours, at, period=24.0) - values)
            change = np.abs(np.diff(values, append=values[:1]))
            gap -= 0.5 * np.maximum(change, np.roll(change, 1))
            measure = "surface_K" if depth == 0.0 else "depth_K"
            worst[measure] = max(worst.get(measure, 0.0), float(gap.max()))
    return Comparison(
        {key: found[key] for key in theirs}, theirs, worst, {key: limit[key] for key in worst}
    )


def _orbit(time: Floats, eccentricity: float, obliquity: float) -> tuple[Floats, Floats]:
    """Distance in semi-major axes and the Sun's declination [rad], from perihelion at equinox."""
    mean = np.mod(2.0 * math.pi * time / YEAR, 2.0 * math.pi)
    anomaly = mean.copy()
    for _ in range(20):
        anomaly -= (anomaly - eccentricity * np.sin(anomaly) - mean) / (
            1.0 - eccentricity * np.cos(anomaly)
        )
    true = 2.0 * np.arctan2(
        math.sqrt(1.0 + eccentricity) * np.sin(0.5 * anomaly),
        math.sqrt(1.0 - eccentricity) * np.cos(0.5 * anomaly),
    )
    return 1.0 - eccentricity * np.cos(anomaly), np.arcsin(math.sin(obliquity) * np.sin(true))
