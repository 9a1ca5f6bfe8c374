"""What an oxygen plant is worth: discounted money, in millions of dollars."""

from __future__ import annotations

from ilrs.physics.economics import annuity, net_present_value
from ilrs.validation.comparison import Comparison, compare_values
from ilrs.validation.material import Expected, Inputs

NAMES = ("invested_musd", "income_musd", "running_musd", "rate")


def run(inputs: Inputs) -> dict[str, float]:
    """Net present value `npv_musd` and `annuity` [1] of an investment that earns and costs yearly.

    Inputs are `invested_musd`, `income_musd` and `running_musd` a year, `rate` [1] and `years`.
    """
    inputs.only(*NAMES, "years")
    invested, income, running, rate = (inputs.number(name) for name in NAMES)
    years = int(inputs.number("years"))
    return {
        "npv_musd": net_present_value(invested, income, running, rate, years),
        "annuity": annuity(rate, years),
    }


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """The worst difference, within a million dollars."""
    return compare_values(ours, expected.values, expected.tolerance or {"absolute": 1.0})
