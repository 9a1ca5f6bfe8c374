"""Sinkage, resistance and thrust of a wheel on soil, by closed forms."""

from __future__ import annotations

import math
from typing import Any

from ilrs.physics.terramechanics import Soil, compaction_resistance, sinkage, thrust
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs

_SOIL = ("k_c_n_m2", "k_phi_n_m3", "n", "cohesion_pa", "friction_deg", "shear_modulus_m")


def run(inputs: Inputs) -> dict[str, Any]:
    """`sinkage_m`, `compaction_n`, and `thrust_n` at every slip asked for."""
    inputs.only("diameter_m", "width_m", "load_n", "slips", *_SOIL)
    load, diameter, width = (inputs.number(key) for key in ("load_n", "diameter_m", "width_m"))
    k_c, k_phi, n, cohesion, friction, modulus = (inputs.number(key) for key in _SOIL)
    soil = Soil(k_c, k_phi, n, cohesion, math.radians(friction), modulus)
    depth = sinkage(load, diameter, width, soil)
    return {
        "sinkage_m": float(depth),
        "compaction_n": float(compaction_resistance(depth, width, soil)),
        "thrust_n": thrust(load, inputs.get("slips", []), diameter, width, soil).tolist(),
    }


def compare(ours: dict[str, Any], expected: Expected) -> Comparison:
    """The largest relative error."""
    limit = expected.limit("relative", 1e-4)
    return compare_values(ours, expected.values, {"relative": limit})
