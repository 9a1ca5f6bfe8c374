"""Cells of a map as places: maxima by the rule, apart from each other and from what is taken."""

from __future__ import annotations

import numpy as np
import pytest

from ilrs.siting.cells import maxima

X, Y = 25.0 * np.arange(40), -25.0 * np.arange(30)


def test_maxima_are_the_brightest_and_apart() -> None:
    light = np.random.default_rng(2).uniform(0.0, 1.0, (30, 40))
    light[:, :5] = np.nan
    light[3, 7] = 1.0
    found = maxima(light, X, Y, count=8, apart=150.0)
    assert found[0] == (3, 7)
    values = [light[cell] for cell in found]
    assert values == sorted(values, reverse=True)
    for n, (i, j) in enumerate(found):
        near = light[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
        assert light[i, j] == np.nanmax(near)
        for k, m in found[:n]:
            assert np.hypot(X[j] - X[m], Y[i] - Y[k]) >= 150.0


def test_what_is_taken_is_left_alone() -> None:
    light = np.zeros((30, 40))
    light[10, 10], light[20, 30] = 0.9, 0.8
    taken = [(X[10] + 20.0, Y[10])]
    assert maxima(light, X, Y, count=5, apart=100.0, taken=taken) == [(20, 30)]
    assert maxima(np.zeros((30, 40)), X, Y, count=5, apart=100.0) == []


@pytest.mark.parametrize("apart", [0.0, 24.0])
def test_without_distance_every_maximum_counts(apart: float) -> None:
    light = np.zeros((30, 40))
    light[::4, ::4] = 0.5
    assert len(maxima(light, X, Y, count=1000, apart=apart)) == 8 * 10
