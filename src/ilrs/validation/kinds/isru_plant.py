"""Plants that make oxygen: mass, power and energy a kilogram."""

from __future__ import annotations

from ilrs.physics.isru import KWH, YEAR, Feedstock, Request
from ilrs.physics.isru_processes import ICY, PROCESSES, plant
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs, NotRun

ASCENDER_RATIO = 6.0
"""Oxygen over hydrogen of the engine that the published plants for an ascent feed."""
USUAL = 1e4
"""Oxygen a year [kg] where a case names no size."""


def run(inputs: Inputs) -> dict[str, float]:
    """`power_kw`, `mass_kg` and `kwh_per_kg` of a plant.

    A case that gives oxygen and days is a campaign for an ascent: hydrogen for its engine belongs
    to it, from water, or brought in a tank (Kleinhenz and Paz 2021: 15 t of water for 10 t of
    oxygen; 2.3 of 2.7 t are hydrogen and its tank). Oxygen goes to the tanks of the ascender.
    """
    inputs.only(
        *("process", "oxygen_kg_per_year", "oxygen_kg", "days", "ice_fraction"),
        "ilmenite_fraction",
    )
    process = str(inputs["process"])
    if process not in PROCESSES:
        raise NotRun(f"no such process: {process}")
    if "oxygen_kg" in inputs:
        request = Request(
            inputs.number("oxygen_kg"),
            inputs.number("days") * 86400.0,
            mixture_ratio=ASCENDER_RATIO,
        )
    else:
        request = Request(inputs.number("oxygen_kg_per_year", USUAL), YEAR)
    soil = None
    if process == "ice":
        soil = Feedstock(ice=inputs.number("ice_fraction", ICY.ice), temperature=ICY.temperature)
    elif "ilmenite_fraction" in inputs:
        soil = Feedstock(ilmenite=inputs.number("ilmenite_fraction"))
    found = plant(process, request, soil)
    return {
        "power_kw": found.power / 1e3,
        "mass_kg": found.mass,
        "kwh_per_kg": found.energy_per_oxygen / KWH,
    }


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The worst relative difference."""
    return compare_values(ours, expected.values, expected.tolerance or {"relative": 0.3})
