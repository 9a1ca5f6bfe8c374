"""Earliest arrivals against a search through every instant, and against what must hold."""

from __future__ import annotations

import numpy as np
import pytest

from ilrs.errors import UserError
from ilrs.planning.paths import MOVES, cheapest_paths, edges_between
from ilrs.planning.timed_paths import earliest_arrivals, spells_of

STEP = 60.0


def by_every_instant(open_: np.ndarray, edges: np.ndarray, start: tuple[int, int]) -> np.ndarray:
    """Earliest arrivals [steps] where every move takes two steps: a walk through all states."""
    steps, ny, nx = open_.shape
    reached = np.zeros((steps, ny, nx), dtype=bool)
    reached[0][start] = True
    for t in range(steps):
        if t:
            reached[t] |= reached[t - 1] & open_[t] & open_[t - 1]
        for m, (dr, dc) in enumerate(MOVES):
            if t + 2 >= steps:
                continue
            for r, c in zip(*np.nonzero(reached[t] & np.isfinite(edges[:, :, m])), strict=True):
                if open_[t + 1, r + dr, c + dc] and open_[t + 2, r + dr, c + dc]:
                    reached[t + 2, r + dr, c + dc] = True
    first = np.argmax(reached, axis=0).astype(float)
    return np.where(reached.any(axis=0), first, np.inf)


@pytest.mark.parametrize("seed", range(6))
def test_arrivals_are_those_of_a_walk_through_every_instant(seed: int) -> None:
    random = np.random.default_rng(seed)
    open_ = random.random((40, 6, 9)) < 0.75
    open_[:3, 0, 0] = True
    field = np.where(random.random((6, 9)) < 0.1, np.inf, 1.0)
    field[0, 0] = 1.0
    edges = np.where(np.isfinite(edges_between(field)), np.float32(2 * STEP), np.float32(np.inf))
    arrivals = earliest_arrivals(spells_of(open_), edges, STEP, (0, 0))
    np.testing.assert_array_equal(
        arrivals.earliest() / STEP, by_every_instant(open_, edges, (0, 0))
    )


def test_where_it_is_always_light_arrivals_are_the_cheapest_paths() -> None:
    field = np.random.default_rng(1).lognormal(0.0, 0.5, (13, 21)) * 30.0
    edges = edges_between(field)
    arrivals = earliest_arrivals(spells_of(np.ones((500, 13, 21), bool)), edges, STEP, (4, 5))
    np.testing.assert_allclose(
        arrivals.earliest(), cheapest_paths(edges, [(4, 5)]).cost, rtol=1e-12
    )


def test_a_route_is_in_the_light_all_the_way() -> None:
    random = np.random.default_rng(5)
    phase = random.random((15, 15))
    open_ = np.sin(2 * np.pi * (np.arange(200)[:, None, None] / 60 + phase)) > -0.3
    open_[:10, 7, 7] = True
    spells = spells_of(open_)
    arrivals = earliest_arrivals(spells, edges_between(np.full((15, 15), 40.0)), STEP, (7, 7))
    reached = np.argwhere(np.isfinite(arrivals.earliest()))
    assert len(reached) > 50
    for row, column in reached:
        cells, times = arrivals.route(row, column)
        assert tuple(cells[0]) == (7, 7)
        assert tuple(cells[-1]) == (row, column)
        assert np.abs(np.diff(cells, axis=0)).max(initial=0) <= 1
        assert (np.diff(times) > 0).all()
        for (r, c), time in zip(cells, times, strict=True):
            assert spells.at(r * 15 + c, time / STEP) >= 0


def test_short_gaps_are_stood_through() -> None:
    open_ = np.ones((20, 1, 3), dtype=bool)
    open_[5:8] = False
    assert spells_of(open_, bridge=2).of.tolist() == [0, 2, 4, 6]
    bridged = spells_of(open_, bridge=3)
    assert bridged.of.tolist() == [0, 1, 2, 3]
    assert bridged.last.tolist() == [20, 20, 20]


def test_a_dark_cell_has_no_spell_and_no_route() -> None:
    open_ = np.ones((20, 1, 3), dtype=bool)
    open_[:, 0, 1] = False
    arrivals = earliest_arrivals(
        spells_of(open_), edges_between(np.full((1, 3), 50.0)), STEP, (0, 0)
    )
    assert arrivals.earliest().tolist() == [[0.0, np.inf, np.inf]]
    assert arrivals.route(0, 2)[0].shape == (0, 2)


@pytest.mark.parametrize(
    ("start", "at", "said"),
    [((0, 5), 0.0, "off the grid"), ((0, 0), 30 * STEP, "dark"), ((0, 1), 0.0, "dark")],
)
def test_a_start_in_the_dark_or_off_the_grid_is_refused(
    start: tuple[int, int], at: float, said: str
) -> None:
    open_ = np.ones((20, 1, 3), dtype=bool)
    open_[:2, 0, 1] = False
    with pytest.raises(UserError, match=said):
        earliest_arrivals(spells_of(open_), edges_between(np.ones((1, 3))), STEP, start, at)


def test_nothing_to_plan_over_is_refused() -> None:
    with pytest.raises(UserError, match="0 masks"):
        spells_of(np.ones((0, 3, 3), dtype=bool))
