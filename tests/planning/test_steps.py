import numpy as np
import pytest

from ilrs.planning.steps import PlanSteps, merge_steps

NO_BREAKS = np.zeros(0, dtype=np.int64)


def merged(
    profile, *, step=600.0, finest=3600.0, longest=21600.0, tolerance=0.02, breaks=NO_BREAKS
):
    return merge_steps(np.atleast_2d(profile), step, finest, longest, tolerance, np.array(breaks))


def test_a_constant_profile_merges_to_the_longest_step():
    steps = merged(np.ones(6 * 24))
    assert steps.length.tolist() == [21600.0] * 4


def test_a_jump_begins_a_step_and_the_mean_keeps_the_energy():
    profile = np.r_[np.zeros(60), np.ones(84)]
    steps = merged(profile)
    assert 60 in steps.first
    mean = steps.mean(profile[None])[0]
    assert mean @ steps.length == pytest.approx(profile.sum() * 600.0, rel=1e-12)
    assert set(np.round(mean, 12)) == {0.0, 1.0}


def test_profiles_stay_within_the_tolerance_of_their_step():
    random = np.random.default_rng(3)
    profile = np.clip(np.cumsum(random.normal(0, 0.003, 3000)) + 0.5, 0, 1)
    steps = merged(profile, tolerance=0.05)
    hourly = profile.reshape(-1, 6).mean(axis=1)
    for a, b in zip(steps.first[:-1] // 6, steps.first[1:] // 6, strict=True):
        assert np.ptp(hourly[a:b]) <= 0.05


def test_an_arrival_breaks_a_step():
    assert 42 in merged(np.ones(144), breaks=[42]).first


def test_a_period_that_ends_inside_a_block_is_covered_whole():
    steps = merged(np.ones(100))
    assert steps.first[-1] == 100
    assert steps.row().tolist() == sorted(steps.row().tolist())
    assert len(steps.row()) == 100


def test_rows_of_several_steps():
    steps = PlanSteps(np.array([0, 2, 5]), 60.0)
    assert steps.row().tolist() == [0, 0, 1, 1, 1]
    assert steps.mean(np.arange(5.0)[None]).tolist() == [[0.5, 3.0]]
