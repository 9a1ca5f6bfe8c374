"""The state of an orbit some time later: two bodies in closed form, more by integration."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.sky.orbits import propagate
from ilrs.sky.propagation import BODIES, propagate_among
from ilrs.sky.time import read_utc, tdb_from_tai, tdb_from_tt, tdb_from_utc, tdb_seconds
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

# GM [km^3/s^2] of DE440 (Park et al. 2021), for a case that gives none.
_GM = {"sun": 132712440041.279419, "earth": 398600.435507, "moon": 4902.800118}
_SCALES = {
    "epoch_utc": tdb_from_utc,
    "epoch_tai": tdb_from_tai,
    "epoch_tt": tdb_from_tt,
    "epoch_tdb": tdb_seconds,
}


def run(inputs: Inputs) -> dict[str, list[float]]:
    """Position [km] and velocity [km/s] after the given seconds, in ICRF about the centre."""
    inputs.only("centre", "perturbers", "gm_km3_s2", "r0_km", "v0_km_s", "seconds", *_SCALES)
    unknown = sorted(set(inputs.asked) - {"r_km", "v_km_s"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    centre = str(inputs.get("centre", "earth"))
    perturbers = tuple(map(str, inputs.get("perturbers") or ()))
    given = inputs.get("gm_km3_s2", {})
    masses = dict(given) if isinstance(given, dict) else {centre: given}
    position, velocity = 1e3 * _vector(inputs, "r0_km"), 1e3 * _vector(inputs, "v0_km_s")
    seconds = inputs.number("seconds")
    gm = {}
    for body in (centre, *perturbers):
        value = masses.get(body, _GM.get(body))
        if value is None:
            raise NotRun(f"no GM is given for {body!r}")
        gm[body] = 1e9 * float(value)
    if not perturbers:
        r, v = (part[0] for part in propagate(position, velocity, seconds, gm[centre]))
    else:
        absent = sorted({centre, *perturbers} - set(BODIES))
        if absent:
            raise NotRun(f"needs kernels holding {', '.join(absent)}")
        r, v = propagate_among(position, velocity, _epoch(inputs), seconds, centre, gm, perturbers)
    return {"r_km": [float(x) / 1e3 for x in r], "v_km_s": [float(x) / 1e3 for x in v]}


def compare(ours: dict[str, list[float]], expected: Expected) -> Comparison:
    """The distance between both positions and the difference of both velocities.

    A case states metres only: its velocities are held to a thousandth of that a second.
    """
    metres = expected.limit("metres", 1.0)
    limit = {
        "metres": metres,
        "metres_per_second": expected.limit("metres_per_second", 1e-3 * metres),
    }
    worst = {}
    for key, measure in (("r_km", "metres"), ("v_km_s", "metres_per_second")):
        if key in expected.values:
            gap = np.subtract(ours[key], np.asarray(expected.values[key], dtype=float))
            worst[measure] = 1e3 * float(np.linalg.norm(gap))
    return Comparison(ours, dict(expected.values), worst, {k: limit[k] for k in worst})


def _vector(inputs: Inputs, key: str) -> Any:
    values = np.asarray(inputs[key], dtype=np.float64)
    if values.shape != (3,) or not np.all(np.isfinite(values)):
        raise NotRun(f"the input {key!r} is not a vector of three numbers")
    return values


def _epoch(inputs: Inputs) -> float:
    for key, convert in _SCALES.items():
        if key in inputs:
            return float(convert(read_utc(str(inputs[key]))))
    raise NotRun(f"perturbers need an epoch: one of {', '.join(_SCALES)}")
