"""The odds of a verification plan agree with trials by the thousand; verdicts follow the data."""

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.physics.isru_verification import (
    ENERGY,
    PURITY,
    YIELD,
    Criterion,
    TestPlan,
    judge,
    pass_probability,
    plan_probability,
    probability_over,
)

EXACT = Criterion("yield", least=0.10, scatter=0.1, error=0.0)


def trials(criterion, true, runs, confidence, count, seed):
    rng = np.random.default_rng(seed)
    plan = TestPlan([criterion], runs, confidence)
    passed = 0
    for _ in range(count):
        values = true * (1.0 + criterion.scatter * rng.standard_normal(runs))
        passed += judge(plan, {criterion.name: list(values)})[0].passed
    return passed / count


@pytest.mark.parametrize("true", [0.098, 0.102, 0.106, 0.115])
def test_the_odds_are_what_trials_show(true):
    odds = pass_probability(EXACT, 8, 0.9, true)
    assert trials(EXACT, true, 8, 0.9, 1500, 3) == pytest.approx(odds, abs=0.04)


def test_at_the_limit_one_plan_in_ten_passes_by_luck():
    assert pass_probability(EXACT, 8, 0.9, 0.10) == pytest.approx(0.1, abs=1e-6)
    energy = Criterion("energy", most=50.0, scatter=0.1, error=0.0)
    assert pass_probability(energy, 8, 0.9, 50.0) == pytest.approx(0.1, abs=1e-6)
    assert pass_probability(energy, 8, 0.9, 40.0) > pass_probability(energy, 8, 0.9, 45.0)


def test_more_runs_show_more():
    odds = [pass_probability(YIELD, n, 0.9, 0.115) for n in (3, 8, 20, 60)]
    assert odds == sorted(odds)
    assert pass_probability(YIELD, 8, 0.9, 0.101) < 0.1  # the instrument's error hides a percent
    assert pass_probability(YIELD, 400, 0.9, 0.5) == 1.0


def test_a_plan_passes_when_all_of_it_does():
    plan = TestPlan([YIELD, PURITY, ENERGY], runs=8)
    good = {"yield": 0.13, "purity": 0.9995, "energy": 40 * 3.6e6}
    whole = plan_probability(plan, good)
    alone = [pass_probability(c, 8, 0.9, good[c.name]) for c in plan.criteria]
    assert whole == pytest.approx(np.prod(alone))
    assert plan_probability(plan, {**good, "energy": 90 * 3.6e6}) < 1e-3
    mixed = probability_over(plan, [good, {**good, "yield": 0.05}])
    assert mixed == pytest.approx(whole / 2, rel=1e-3)


def test_verdicts_say_by_how_much():
    plan = TestPlan([YIELD, ENERGY], runs=4)
    verdicts = judge(
        plan, {"yield": [0.12, 0.121, 0.119, 0.12], "energy": [2.0e8, 2.2e8, 2.1e8, 2.6e8]}
    )
    assert [v.passed for v in verdicts] == [True, False]
    assert 0.10 < verdicts[0].bound < 0.12
    assert verdicts[1].bound > verdicts[1].mean


def test_plans_and_measurements_without_sense_are_refused():
    for make in (
        lambda: Criterion("x"),
        lambda: Criterion("x", least=1.0, most=2.0),
        lambda: Criterion("x", least=1.0, scatter=0.0),
        lambda: TestPlan([YIELD], runs=1),
        lambda: TestPlan([YIELD], confidence=1.0),
        lambda: judge(TestPlan([YIELD]), {"yield": [0.1]}),
        lambda: judge(TestPlan([YIELD]), {"yield": [0.1, float("nan")]}),
        lambda: judge(TestPlan([YIELD]), {}),
        lambda: probability_over(TestPlan([YIELD]), []),
    ):
        with pytest.raises(UserError):
            make()
