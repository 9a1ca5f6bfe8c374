"""What a crew takes and gives, and whether its atoms balance."""

from __future__ import annotations

from ilrs.physics.life_support import crew_needs
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs


def run(inputs: Inputs) -> dict[str, float]:
    """Kilograms of each stream for `crew` people over `days`, and the `balance` [1]."""
    inputs.only("days", "crew")
    return crew_needs(int(inputs.number("crew", 1.0)), inputs.number("days", 1.0))


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The worst relative difference; of the balance, the difference."""
    return compare_values(ours, expected.values, expected.tolerance or {"relative": 3e-3})
