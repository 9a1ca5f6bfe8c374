"""The temperature of a crater's permanently shadowed floor, in closed form."""

from __future__ import annotations

from ilrs.ground.warmth import SOLAR_CONSTANT, crater_floor_temperature
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs, NotRun


def run(inputs: Inputs) -> dict[str, float]:
    """The floor's temperature [K] under the Sun at `r_au` and `sin_elevation`."""
    inputs.only("flux_1au", "r_au", "sin_elevation", "depth_to_diameter", "albedo", "emissivity")
    unknown = sorted(set(inputs.asked) - {"T_K"})
    if unknown:
        raise NotRun(f"no way to compute {', '.join(unknown)}")
    flux = inputs.number("flux_1au", SOLAR_CONSTANT) / inputs.number("r_au", 1.0) ** 2
    return {
        "T_K": crater_floor_temperature(
            flux,
            inputs.number("sin_elevation"),
            inputs.number("depth_to_diameter"),
            inputs.number("albedo"),
            inputs.number("emissivity"),
        )
    }


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The relative difference in temperature."""
    return compare_values(ours, expected.values, expected.tolerance or {"relative": 0.005})
