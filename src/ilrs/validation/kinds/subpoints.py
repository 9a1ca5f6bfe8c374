"""Sub-solar and sub-Earth points on the Moon, apparent, in MOON_ME."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ilrs.sky.directions import latitude_longitude
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc
from ilrs.validation.comparison import Comparison, angle_error_deg
from ilrs.validation.material import Expected, Inputs, NotRun

_NAMES = {"subsolar": "sun", "subearth": "earth"}
_KNOWN = {f"{point}_{name}" for point in _NAMES for name in ("lon_e", "lat")} | {
    "sun_km",
    "earth_km",
}
WITHHELD_COLUMNS = ("subsolar_*", "subearth_*", "sun_km", "earth_km")


def run(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """The asked columns at every row's instant: longitudes in (-180, 180] deg, ranges in km."""
    inputs.only("file", "utc")
    names = inputs.asked.get("columns") or list(inputs.asked)
    unknown = [str(name) for name in names if name not in _KNOWN]
    if unknown or not names:
        raise NotRun(f"no way to compute {', '.join(unknown) or 'nothing'}")
    if "file" in inputs:
        rows = inputs.table()
        if not rows or "utc" not in rows[0]:
            raise NotRun("the table has no rows, or no column utc")
        instants = [row["utc"] for row in rows]
    else:
        instants = inputs["utc"] if isinstance(inputs["utc"], list) else [inputs["utc"]]
    times = tdb_from_utc(read_utcs(instants))
    ephemeris = fit_ephemeris(float(times.min()), float(times.max()))
    out: dict[str, NDArray[np.float64]] = {}
    for point, body in _NAMES.items():
        position = ephemeris.position(body, times)
        latitude, longitude = latitude_longitude(position)
        out[f"{point}_lon_e"] = np.degrees(longitude)
        out[f"{point}_lat"] = np.degrees(latitude)
        out[f"{body}_km"] = np.linalg.norm(position, axis=1) / 1e3
    return {name: out[name] for name in names}


def compare(ours: dict[str, NDArray[np.float64]], expected: Expected) -> Comparison:
    """The worst angle on the sphere (longitudes times cos latitude) and the worst range."""
    if "file" in expected.inputs:
        rows = expected.table()
        theirs = {name: np.array([float(row[name]) for row in rows]) for name in ours}
    else:
        theirs = {name: np.atleast_1d(expected.values[name]).astype(float) for name in ours}
    limits = {"angle_deg": expected.limit("angle_deg", 0.01), "km": expected.limit("km", 1.0)}
    worst: dict[str, float] = {}
    shown = {}
    for name, values in ours.items():
        if len(theirs[name]) != len(values):
            return Comparison(len(values), len(theirs[name]), {"rows": 1.0}, {"rows": 0.0})
        measure = "km" if name.endswith("_km") else "angle_deg"
        latitude = ours.get(name.replace("_lon_e", "_lat"), np.zeros(len(values)))
        for i, (mine, other) in enumerate(zip(values, theirs[name], strict=True)):
            gap = abs(mine - other)
            if measure == "angle_deg":
                gap = angle_error_deg(mine, other)
            if name.endswith("_lon_e"):
                gap *= math.cos(math.radians(latitude[i]))
            if not gap <= worst.get(measure, -1.0):
                worst[measure] = gap
                shown[measure] = ({name: mine, "row": i}, {name: other, "row": i})
    return Comparison(
        {k: v[0] for k, v in shown.items()},
        {k: v[1] for k, v in shown.items()},
        worst,
        {k: limits[k] for k in worst},
    )
