import numpy as np
import pytest

from ilrs.ground.spells import cumulative_deficit, longest_dark, longest_lit

HOUR = 3600.0


def test_one_night_costs_its_length():
    lit = np.ones(100)
    lit[40:64] = 0.0
    deficit = cumulative_deficit(lit, HOUR, 2.0)
    assert deficit.hours == pytest.approx(24.0)
    assert (deficit.start, deficit.end) == (40 * HOUR, 64 * HOUR)
    assert longest_dark(lit, HOUR) == (24 * HOUR, 40 * HOUR)
    assert longest_lit(lit, HOUR) == (40 * HOUR, 0.0)


def test_nights_that_days_do_not_make_good_add_up():
    # n nights of `night` hours, days of `day` hours between: each day gives back day (ratio - 1)
    night, day, n, ratio = 30, 20, 5, 1.5
    lit = np.tile(np.repeat([0.0, 1.0], [night, day]), n)
    lit = np.concatenate([np.ones(7), lit])
    expect = n * night - (n - 1) * day * (ratio - 1.0)
    deficit = cumulative_deficit(lit, HOUR, ratio)
    assert deficit.hours == pytest.approx(expect)
    assert deficit.start == 7 * HOUR
    assert deficit.end == (7 + n * night + (n - 1) * day) * HOUR


def test_a_sine_of_light_against_its_integral():
    # supply 1 + sin: the store falls while the sine is negative, by 2 P / (2 pi)
    period, n = 1000.0 * HOUR, 1000
    t = (np.arange(4 * n) + 0.5) * HOUR
    lit = 0.5 * (1.0 + np.sin(2 * np.pi * t / period))
    deficit = cumulative_deficit(lit, HOUR, 2.0)
    assert deficit.hours == pytest.approx(1000.0 / np.pi, rel=1e-5)
    # every period is as good as another: rounding decides
    assert deficit.start % period == pytest.approx(period / 2)
    assert deficit.end - deficit.start == pytest.approx(period / 2)


def test_it_is_the_greatest_drawdown_of_the_sum():
    rng = np.random.default_rng(1)
    lit = rng.uniform(0.0, 1.0, (3, 2, 300))
    ratios = np.array([0.0, 1.3, 2.0, 9.0])
    deficit = cumulative_deficit(lit, 600.0, ratios)
    assert deficit.hours.shape == (3, 2, 4)
    for k, ratio in enumerate(ratios):
        level = np.concatenate([np.zeros((3, 2, 1)), np.cumsum(ratio * lit - 1.0, axis=-1)], -1)
        fall = np.maximum.accumulate(level, axis=-1) - level
        np.testing.assert_allclose(deficit.hours[..., k], fall.max(axis=-1) / 6.0, atol=1e-12)
        np.testing.assert_allclose(deficit.end[..., k], fall.argmax(axis=-1) * 600.0)
    np.testing.assert_allclose(deficit.hours[..., 0], 50.0)
    alone = cumulative_deficit(lit, 600.0, 1.3)
    np.testing.assert_array_equal(alone.hours, deficit.hours[..., 1])


def test_light_enough_leaves_no_deficit():
    deficit = cumulative_deficit(np.full(10, 0.5), HOUR, 2.0)
    assert deficit.hours == 0.0
    assert np.isnan(deficit.start)
    assert np.isnan(deficit.end)


def test_the_threshold_of_darkness():
    lit = np.array([0.0, 0.2, 0.5, 0.0, 0.6, 0.5, 0.1])
    assert longest_dark(lit, 10.0) == (10.0, 0.0)
    assert longest_dark(lit, 10.0, 0.5) == (40.0, 0.0)
    assert longest_lit(lit, 10.0, 0.5) == (10.0, 40.0)
    never = longest_lit(lit, 10.0, 1.0)
    assert never.duration == 0.0
    assert np.isnan(never.start)


def test_every_run_is_found():
    rng = np.random.default_rng(2)
    lit = (rng.uniform(size=(5, 400)) < 0.7).astype(float)
    found = longest_dark(lit, 1.0)
    for row, duration, start in zip(lit, *found, strict=True):
        runs = [len(r) for r in "".join("01"[int(v)] for v in row).split("1")]
        assert duration == max(runs)
        assert not row[int(start) : int(start + duration)].any()


@pytest.mark.parametrize("lit", [[np.nan, 1.0], [-0.1], [], 1.0])
def test_what_is_no_series_is_refused(lit):
    with pytest.raises(ValueError, match="series of light"):
        cumulative_deficit(lit, HOUR, 2.0)


def test_ratios_and_steps_are_checked():
    with pytest.raises(ValueError, match="ratios"):
        cumulative_deficit([1.0], HOUR, -1.0)
    with pytest.raises(ValueError, match="step"):
        cumulative_deficit([1.0], 0.0, 1.0)
