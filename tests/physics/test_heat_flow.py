"""Probes against the laws of chance, the cylinder against energy, slopes against least squares."""

import numpy as np
import pytest

from ilrs.physics import heat_flow
from ilrs.physics.heat_flow import Ground

REGOLITH = Ground(0.01, 1800.0, 600.0)


def test_the_chance_of_a_stop_is_stops_over_bites_tried():
    # ten bites and a stop at the eleventh; thirty bites that arrive
    assert heat_flow.stop_chance([1.0], [3.0], 0.1) == pytest.approx(1 / 11)
    assert heat_flow.stop_chance([1.0, 3.0], [3.0, 3.0], 0.1) == pytest.approx(1 / 41)
    assert np.isnan(heat_flow.stop_chance([], [], 0.1))


def test_the_mean_depth_is_that_of_many_probes():
    p, dice = 0.1, np.random.default_rng(3).random((20000, 25))
    got = [heat_flow.depth_reached(2.45, 0.1, p, row) for row in dice]
    assert heat_flow.expected_depth(2.45, 0.1, p) == pytest.approx(np.mean(got), rel=0.02)
    assert np.mean(np.array(got) >= 1.0) == pytest.approx(
        heat_flow.depth_chance(1.0, 0.1, p), abs=0.01
    )
    assert heat_flow.expected_depth(3.0, 0.1, 0.0) == pytest.approx(3.0)
    assert max(got) == pytest.approx(2.45)
    with pytest.raises(ValueError, match="30 bites need as many draws, not 2"):
        heat_flow.depth_reached(3.0, 0.1, p, [0.5, 0.5])


def test_a_cylinder_begins_warm_and_ends_like_a_line_of_the_same_heat():
    radius, capacity = 0.01, 3e6
    assert heat_flow.cooling(0.0, radius, capacity, REGOLITH) == 1.0
    assert heat_flow.cooling(1e-3, radius, capacity, REGOLITH) == pytest.approx(1.0, abs=0.01)
    late = np.array([1e7, 1e8])
    # heat a metre pi R^2 C T0 spread by a line source: Q / (4 pi k t)
    line = np.pi * radius**2 * capacity / (4 * np.pi * REGOLITH.conductivity * late)
    assert heat_flow.cooling(late, radius, capacity, REGOLITH) == pytest.approx(line, rel=0.02)
    curve = heat_flow.cooling(np.geomspace(1.0, 1e9, 60), radius, capacity, REGOLITH)
    assert (np.diff(curve) <= 1e-12).all()


def test_the_cylinder_agrees_with_finite_volumes():
    radius, capacity, end = 0.01, 2e6, 4e4
    edges = radius * np.concatenate([[1.0], 1.0 + np.cumsum(0.02 * 1.03 ** np.arange(160))])
    middle = 0.5 * (edges[1:] + edges[:-1])
    volume = np.pi * np.diff(edges**2) * REGOLITH.density * REGOLITH.heat_capacity
    heat = np.concatenate([[np.pi * radius**2 * capacity], volume])
    gaps = np.log(np.concatenate([[middle[0] / radius], middle[1:] / middle[:-1]]))
    g = 2 * np.pi * REGOLITH.conductivity / gaps
    matrix = np.zeros((len(heat), len(heat)))
    for i, each in enumerate(g):
        matrix[i, i] -= each
        matrix[i, i + 1] += each
        matrix[i + 1, i] += each
        matrix[i + 1, i + 1] -= each
    step = end / 2000
    advance = np.linalg.inv(np.diag(heat) - step * matrix) @ np.diag(heat)
    left = np.linalg.matrix_power(advance, 2000)[0, 0]
    assert float(heat_flow.cooling(end, radius, capacity, REGOLITH)) == pytest.approx(
        left, rel=0.01
    )


def test_equilibration_is_when_the_excess_has_fallen_to_the_tolerance():
    time = heat_flow.equilibration_time(20.0, 0.02, 0.005, 2e6, REGOLITH)
    assert 20.0 * heat_flow.cooling(time, 0.005, 2e6, REGOLITH) == pytest.approx(0.02, rel=1e-4)
    assert heat_flow.equilibration_time(0.01, 0.02, 0.005, 2e6, REGOLITH) == 0.0


def test_the_slopes_error_is_that_of_a_least_squares_line():
    depths = np.array([0.2, 0.4, 0.6, 0.98])
    noise = np.random.default_rng(1).normal(0.0, 0.05, (4000, 4))
    slopes = np.polyfit(depths, noise.T, 1)[0]
    assert heat_flow.gradient_error(depths, 0.05) == pytest.approx(slopes.std(), rel=0.03)
    assert heat_flow.gradient_error([1.0], 0.05) == np.inf
    assert heat_flow.gradient_error([], 0.05) == np.inf
    assert heat_flow.flow_error(0.02, 0.01, 0.15, 0.4) == pytest.approx(0.005)


def test_the_yearly_wave_dies_within_its_skin():
    skin = np.sqrt(REGOLITH.diffusivity * 365.25 * 86400 / np.pi)
    assert heat_flow.wave_left([0.0, skin], 365.25 * 86400, REGOLITH) == pytest.approx(
        [1.0, np.exp(-1)]
    )
