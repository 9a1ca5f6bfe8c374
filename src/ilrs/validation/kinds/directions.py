"""Sun and Earth from places on the Moon: azimuth, elevation, range, diameter."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.sky.directions import (
    ASTRONOMICAL_UNIT,
    RADII,
    azimuth_elevation,
    site_position,
)
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc
from ilrs.validation.comparison import Comparison, angle_error_deg, relative_error
from ilrs.validation.material import Expected, Inputs, NotRun, column

_COLUMN = re.compile(r"(sun|earth)_(az_deg|el_deg|range_au|range_km|range_m|angdiam_arcsec)")
_WITHHELD = ("az_deg", "el_deg", "range_*", "angdiam_*", "illum_*")
WITHHELD_COLUMNS = tuple(f"{body}_{name}" for body in RADII for name in _WITHHELD)


def run(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """The asked columns at every row's place and instant."""
    inputs.only("file", "latitude_deg", "longitude_deg", "altitude_m", "utc")
    wanted = _wanted(inputs)
    if "file" in inputs:
        rows = inputs.table()
        if not rows or "utc" not in rows[0]:
            raise NotRun("the table has no rows, or no column utc")
        latitude = column(rows, "lat_deg", "latitude_deg")
        longitude = column(rows, "lon_e_deg", "lon_deg", "longitude_deg")
        if "alt_m" in rows[0] or "altitude_m" in rows[0]:
            altitude = column(rows, "alt_m", "altitude_m")
        else:
            altitude = [1e3 * a for a in column(rows, "alt_km", "altitude_km", default=0.0)]
        instants = [row["utc"] for row in rows]
    else:
        instants = inputs["utc"] if isinstance(inputs["utc"], list) else [inputs["utc"]]
        latitude = [inputs.number("latitude_deg")] * len(instants)
        longitude = [inputs.number("longitude_deg")] * len(instants)
        altitude = [inputs.number("altitude_m", 0.0)] * len(instants)
    times = tdb_from_utc(read_utcs(instants))
    ephemeris = fit_ephemeris(float(times.min()), float(times.max()))
    positions = dict(zip(("sun", "earth"), ephemeris.positions(times), strict=True))
    out = {name: np.empty(len(times)) for name in wanted}
    for i in range(len(times)):
        east = math.radians(longitude[i])
        site = site_position(math.radians(latitude[i]), east, altitude[i])
        for body, at in positions.items():
            azimuth, elevation, distance = (
                float(v[0]) for v in azimuth_elevation(at[i : i + 1], site, east)
            )
            values = {
                "az_deg": math.degrees(azimuth),
                "el_deg": math.degrees(elevation),
                "range_au": distance / ASTRONOMICAL_UNIT,
                "range_km": distance / 1e3,
                "range_m": distance,
                "angdiam_arcsec": 7200.0 * math.degrees(math.asin(RADII[body] / distance)),
            }
            for name, value in values.items():
                if f"{body}_{name}" in out:
                    out[f"{body}_{name}"][i] = value
    return out


def compare(ours: dict[str, NDArray[np.float64]], expected: Expected) -> Comparison:
    """The worst angle on the sky (azimuths times cos elevation), range and diameter."""
    if "file" in expected.inputs:
        rows = expected.table()
        theirs = {name: np.array([float(row[name]) for row in rows]) for name in ours}
    else:
        theirs = {name: np.atleast_1d(expected.values[name]).astype(float) for name in ours}
    limits = {
        "angle_deg": expected.limit("angle_deg", 0.001),
        "range_relative": expected.limit("range_relative", 1e-6),
        "diameter_arcsec": expected.limit("diameter_arcsec", 0.1),
    }
    worst: dict[str, float] = {}
    shown: dict[str, tuple[Any, Any]] = {}
    for name, values in ours.items():
        if len(theirs[name]) != len(values):
            return Comparison(len(values), len(theirs[name]), {"rows": 1.0}, {"rows": 0.0})
        for mine, other, i in zip(values, theirs[name], range(len(values)), strict=True):
            if name.endswith(("az_deg", "el_deg")):
                measure, gap = "angle_deg", angle_error_deg(mine, other)
                height = ours.get(name.replace("az_deg", "el_deg"))
                if name.endswith("az_deg") and height is not None:
                    gap *= math.cos(math.radians(height[i]))
            elif "range" in name:
                measure, gap = "range_relative", relative_error(mine, other)
            else:
                measure, gap = "diameter_arcsec", abs(mine - other)
            if not gap <= worst.get(measure, -1.0):
                worst[measure] = gap
                shown[measure] = ({name: mine, "row": i}, {name: other, "row": i})
    return Comparison(
        {k: v[0] for k, v in shown.items()},
        {k: v[1] for k, v in shown.items()},
        worst,
        {k: limits[k] for k in worst},
    )


def _wanted(inputs: Inputs) -> list[str]:
    names = inputs.asked.get("columns") or list(inputs.asked)
    unknown = [name for name in names if not _COLUMN.fullmatch(str(name))]
    if unknown or not names:
        raise NotRun(f"no way to compute {', '.join(map(str, unknown)) or 'nothing'}")
    return [str(name) for name in names]
