"""Triple-junction cells against data sheets and the diode they are made of."""

import numpy as np
import pytest

from ilrs.physics.junction import (
    ONE_SUN,
    OPEN_CIRCUIT,
    REFERENCE,
    SHORT_CIRCUIT,
    junction_efficiency,
    most_power,
)


def at(suns, temperature):
    return most_power(np.array([ONE_SUN * suns]), np.array([temperature]))[0]


def test_a_cell_is_that_of_the_data_sheets():
    power = at(1.0, REFERENCE)
    assert power * 1e4 / ONE_SUN == pytest.approx(0.30, abs=0.01)
    assert power / (SHORT_CIRCUIT * OPEN_CIRCUIT) == pytest.approx(0.85, abs=0.02)
    slope = (at(1.0, REFERENCE + 5) - at(1.0, REFERENCE - 5)) / 10.0 / power
    assert slope == pytest.approx(-0.0020, abs=0.0004)


def test_dim_light_costs_the_logarithm_of_its_share():
    """A tenth of the light takes N k T ln 10 of some 2.4 V, the shunt a little more."""
    efficiency = junction_efficiency(
        ONE_SUN * np.array([1.0, 0.1, 0.01]), np.full(3, REFERENCE), 0.3
    )
    decade = 3 * 8.617e-5 * REFERENCE * np.log(10.0) / 2.4
    assert efficiency[0] == pytest.approx(0.3, rel=1e-3)
    assert efficiency[1] / efficiency[0] == pytest.approx(1.0 - decade, abs=0.03)
    assert efficiency[2] < efficiency[1]


def test_the_table_is_the_diode():
    random = np.random.default_rng(4)
    suns = np.exp(random.uniform(np.log(2e-3), 0.0, 300))
    warm = random.uniform(205.0, 395.0, 300)
    exact = most_power(ONE_SUN * suns, warm) / suns / at(1.0, REFERENCE)
    table = junction_efficiency(ONE_SUN * suns, warm, 1.0)
    assert table == pytest.approx(exact, rel=2e-3)


def test_the_ends_hold():
    ends = junction_efficiency(
        np.array([0.0, 1.36, ONE_SUN, ONE_SUN]), np.array([300.0, 300.0, 100.0, 200.0]), 0.3
    )
    assert np.isfinite(ends).all()
    assert ends[2] == ends[3]
