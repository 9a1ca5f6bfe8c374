"""Skin depth and gravity against the textbook."""

import numpy as np
import pytest

from ilrs.physics import sounding


def test_skin_depth_is_half_a_kilometre_at_one_ohm_metre_and_one_second():
    assert sounding.skin_depth(1.0, 1.0) == pytest.approx(503.29, rel=1e-4)
    assert sounding.skin_depth(100.0, 4.0) == pytest.approx(20 * 503.29, rel=1e-4)


def test_period_and_depth_are_each_others_inverse():
    depth = np.array([1e3, 1.1e6])
    period = sounding.sounding_period(depth, 1e4)
    assert sounding.sounding_depth(period, 1e4) == pytest.approx(depth)


def test_better_responses_take_longer_records():
    short, long = sounding.record_length([1e4, 1e4], [0.2, 0.1])
    assert long / short == pytest.approx(6 / 2, rel=0.5)
    assert sounding.record_length(1e4, 10.0) == pytest.approx(4e4)
    assert sounding.record_length(1e4, 0.05, 0.9, 0.5) < sounding.record_length(1e4, 0.05, 0.9)


def test_readings_average_noise_but_not_drift():
    assert sounding.reading_error(3e-6, 9.0, 0.0, 1e5) == pytest.approx(1e-6)
    assert sounding.reading_error(3e-6, 1e9, 1e-12, 1e5) == pytest.approx(1e-7, rel=0.5)


def test_a_straight_drift_is_taken_off_whole():
    times = np.array([0.0, 10.0, 25.0, 40.0])
    truth = np.array([0.0, 5.0, -2.0, 0.0])
    measured = truth + 7.0 + 0.3 * times
    assert sounding.drift_removed(times, measured, times[[0, 3]], measured[[0, 3]]) == (
        pytest.approx(truth)
    )


def test_a_slab_is_42_microgal_a_metre_at_a_density_of_one():
    assert sounding.slab_effect(1.0, 1000.0) == pytest.approx(4.19e-7, rel=1e-3)


def test_a_tube_is_a_line_of_missing_mass():
    radius, depth, rho = 50.0, 130.0, 3000.0
    s = np.linspace(-2e5, 2e5, 2_000_001)
    line = np.pi * radius**2 * rho
    summed = np.trapezoid(6.6743e-11 * line * depth / (s**2 + depth**2) ** 1.5, s)
    assert sounding.tube_effect(radius, depth, rho) == pytest.approx(summed, rel=1e-4)
    smallest = sounding.smallest_tube(1e-6, depth, rho)
    assert sounding.tube_effect(smallest, depth, rho) == pytest.approx(3e-6)
