"""Verifying a process on the Moon: a test plan, its odds of passing, and its verdict.

So many runs are measured for yield, purity and energy per kilogram; the plan passes when the
confidence bound of each mean lies on the right side of its requirement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.stats import nct, t

from ilrs.errors import UserError

T = TypeVar("T")


@dataclass(frozen=True)
class Criterion:
    """A requirement on the mean of a quantity: `least` or `most` of it, one of the two.

    `scatter` from run to run and the instrument's systematic `error`, as shares of the value.
    """

    name: str
    least: float | None = None
    most: float | None = None
    scatter: float = 0.1
    error: float = 0.02

    def __post_init__(self) -> None:
        if (self.least is None) == (self.most is None):
            raise UserError(
                f"{self.name} needs either a least or a most", remedy="give one of the two"
            )
        if self.scatter <= 0.0 or self.error < 0.0:
            raise UserError(f"{self.name} scatters by {self.scatter:g}", remedy="give more than 0")

    @property
    def limit(self) -> float:
        """The required value."""
        return float(self.least if self.least is not None else self.most or 0.0)


YIELD = Criterion("yield", least=0.10, scatter=0.10, error=0.02)
PURITY = Criterion("purity", least=0.995, scatter=0.002, error=0.001)
ENERGY = Criterion("energy", most=60.0 * 3.6e6, scatter=0.08, error=0.03)
"""Standard requirements: kilograms of oxygen a kilogram of feed, share of oxygen in the gas,
energy [J/kg]; assumed, for a scenario to replace."""


@dataclass(frozen=True)
class TestPlan:
    """`runs` of a process, and the one-sided `confidence` that every criterion must be met with."""

    __test__ = False  # not a test of pytest's

    criteria: Sequence[Criterion]
    runs: int = 8
    confidence: float = 0.9

    def __post_init__(self) -> None:
        if self.runs < 2 or not 0.5 <= self.confidence < 1.0:
            raise UserError(
                f"{self.runs} runs at confidence {self.confidence:g} tell nothing",
                remedy="plan two runs or more, and a confidence from 0.5 to below 1",
            )


def pass_probability(criterion: Criterion, runs: int, confidence: float, true: float) -> float:
    """Probability that a criterion is shown when its quantity is `true`: noncentral t.

    The mean of `runs` passes if it beats the limit by t(confidence, n-1) s / sqrt(n) and the
    instrument's error. Holds for normal scatter; `true` at the limit passes in 1 - confidence of
    plans, less with an instrument's error.
    """
    scale = criterion.scatter * abs(true)
    margin = true - criterion.limit if criterion.least is not None else criterion.limit - true
    margin -= criterion.error * abs(true)
    if scale == 0.0:
        return float(margin > 0.0)
    shift = margin / scale * np.sqrt(runs)
    needed = t.ppf(confidence, runs - 1)
    # The series behind the noncentral t gives up far out, where nothing is left to know.
    if abs(shift) > 35.0:
        return float(shift > 0.0)
    return float(nct.sf(needed, runs - 1, shift))


def plan_probability(plan: TestPlan, true: Mapping[str, float]) -> float:
    """Probability that all criteria pass when the quantities are `true`, taken as independent."""
    product = 1.0
    for criterion in plan.criteria:
        product *= pass_probability(criterion, plan.runs, plan.confidence, _of(true, criterion))
    return product


def probability_over(plan: TestPlan, draws: Sequence[Mapping[str, float]]) -> float:
    """Probability of passing when what is true is itself uncertain: the mean over `draws`."""
    if not draws:
        raise UserError("no draws to judge a plan by", remedy="draw at least one")
    return float(np.mean([plan_probability(plan, true) for true in draws]))


@dataclass(frozen=True)
class Verdict:
    """A criterion after the runs: the mean, the `bound` its confidence allows, and if it passed."""

    name: str
    mean: float
    bound: float
    limit: float
    passed: bool


def judge(plan: TestPlan, measured: Mapping[str, Sequence[float]]) -> list[Verdict]:
    """What the runs show, criterion by criterion; fewer runs than two are refused."""
    verdicts = []
    for criterion in plan.criteria:
        values = np.asarray(_of(measured, criterion), np.float64)
        if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
            raise UserError(
                f"{criterion.name} was measured {values.size} times",
                remedy="measure it in two runs or more, all with numbers",
            )
        mean = float(values.mean())
        reach = t.ppf(plan.confidence, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
        reach = float(reach) + criterion.error * abs(mean)
        bound = mean - reach if criterion.least is not None else mean + reach
        short = criterion.limit - bound if criterion.least is not None else bound - criterion.limit
        verdicts.append(Verdict(criterion.name, mean, bound, criterion.limit, short <= 0.0))
    return verdicts


def _of(values: Mapping[str, T], criterion: Criterion) -> T:
    if criterion.name not in values:
        raise UserError(f"{criterion.name} was not measured", remedy="measure every criterion")
    return values[criterion.name]
