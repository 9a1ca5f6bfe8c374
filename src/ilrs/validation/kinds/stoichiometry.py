"""Oxygen from a unit mass of feed, by its atoms."""

from __future__ import annotations

from ilrs.physics.stoichiometry import OXYGEN_FROM, oxygen_from
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs, NotRun


def run(inputs: Inputs) -> dict[str, float]:
    """`kg_o2_per_kg` of the feed that `process: oxygen_from_...` names."""
    inputs.only("process")
    feed = str(inputs["process"]).removeprefix("oxygen_from_")
    if feed not in OXYGEN_FROM:
        raise NotRun(f"no way to take oxygen from {feed!r}; known: {', '.join(OXYGEN_FROM)}")
    return {"kg_o2_per_kg": oxygen_from(feed)}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The relative difference."""
    return compare_values(ours, expected.values, expected.tolerance or {"relative": 1e-3})
