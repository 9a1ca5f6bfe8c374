"""Rounds of targets: against every order there is, closed forms, and odd lists."""

from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from ilrs.sky.rounds import _improved, _neighbours, _to_the_nearest, _turns, round_trip
from ilrs.sky.stars import stars_from


def scattered(count: int, seed: int) -> NDArray[np.float64]:
    """So many unit vectors over the sphere (n, 3)."""
    drawn = np.random.default_rng(seed).normal(size=(count, 3))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1)[:, None])


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_few_targets_are_gone_round_in_the_shortest_of_all_orders(count: int) -> None:
    targets = scattered(count, count)
    order, turns = round_trip(targets)
    apart = np.arccos(np.clip(targets @ targets.T, -1.0, 1.0))
    lengths = (
        sum(apart[a, b] for a, b in zip((0, *rest), (*rest, 0), strict=True))
        for rest in permutations(range(1, count))
    )
    assert sorted(order) == list(range(count))
    assert turns == pytest.approx(apart[order, np.roll(order, -1)], abs=1e-7)
    assert turns.sum() == pytest.approx(min(lengths), abs=1e-7)


def test_a_ring_is_gone_round_once() -> None:
    along = np.radians(np.random.default_rng(3).permutation(60) * 6.0)
    ring = stars_from([str(k) for k in range(60)], along, np.radians(np.full(60, 20.0))).direction
    chord = 2.0 * np.arcsin(np.cos(np.radians(20.0)) * np.sin(np.radians(3.0)))
    assert round_trip(ring)[1] == pytest.approx(np.full(60, chord))


def test_many_targets_take_a_tenth_less_than_on_to_the_nearest() -> None:
    targets = scattered(400, 1)
    order, turns = round_trip(targets)
    nearest = _to_the_nearest(targets, 0)
    assert sorted(order) == list(range(400))
    assert turns.sum() < 0.9 * _turns(targets, nearest).sum()
    again = _improved(targets, _neighbours(targets), np.array(order))
    assert again.tolist() == order


def test_none_one_and_the_same_place_twice() -> None:
    assert round_trip(np.zeros((0, 3)))[0] == []
    assert round_trip(scattered(1, 0)) == ([0], pytest.approx([0.0]))
    twice = np.repeat(scattered(3, 0), 2, axis=0)
    order, turns = round_trip(twice)
    assert sorted(order) == list(range(6))
    assert (turns < 1e-12).sum() == 3
