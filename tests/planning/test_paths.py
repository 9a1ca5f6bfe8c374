"""Cheapest paths against closed forms and against scipy's Dijkstra."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from ilrs.errors import UserError
from ilrs.planning.paths import MOVES, cheapest_paths, edges_between


def by_scipy(edges: np.ndarray, sources: list[tuple[int, int]]) -> np.ndarray:
    rows, columns, _ = edges.shape
    start, move = np.nonzero(np.isfinite(edges.reshape(-1, 8)))
    end = start + MOVES[move] @ [columns, 1]
    weights = edges.reshape(-1, 8)[start, move].astype(float)
    graph = coo_array((weights, (start, end)), shape=(rows * columns,) * 2).tocsr()
    where = [r * columns + c for r, c in sources]
    return np.asarray(dijkstra(graph, indices=where).min(axis=0)).reshape(rows, columns)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (40, 63)])
def test_costs_are_those_of_scipy(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    field = random.lognormal(0.0, 1.0, shape)
    field[random.random(shape) < 0.2] = np.inf
    field[0, 0] = 1.0
    edges = edges_between(field, dx=2.0, dy=-3.0)
    edges *= random.uniform(1.0, 3.0, edges.shape).astype(np.float32)  # uphill is dearer
    sources = [(0, 0), (shape[0] - 1, shape[1] - 1)] if np.isfinite(field[-1, -1]) else [(0, 0)]
    np.testing.assert_allclose(
        cheapest_paths(edges, sources).cost, by_scipy(edges, sources), rtol=1e-12
    )


def test_distance_on_open_ground_is_octile() -> None:
    tree = cheapest_paths(edges_between(np.ones((30, 50)), dx=2.0, dy=2.0), [(7, 11)])
    r, c = np.abs(np.arange(30)[:, None] - 7), np.abs(np.arange(50) - 11)
    octile = 2.0 * (np.maximum(r, c) + (np.sqrt(2) - 1) * np.minimum(r, c))
    np.testing.assert_allclose(tree.cost, octile, rtol=1e-6)


def test_a_path_costs_what_its_tree_says_and_cuts_no_corner() -> None:
    field = np.ones((20, 20))
    field[3:18, 10] = np.nan
    edges = edges_between(field)
    tree = cheapest_paths(edges, [(10, 2)])
    path = tree.path(10, 17)
    steps = np.diff(path, axis=0)
    moves = [next(m for m in range(8) if (MOVES[m] == step).all()) for step in steps]
    spent = sum(float(edges[r, c, m]) for (r, c), m in zip(path[:-1], moves, strict=True))
    assert spent == pytest.approx(tree.cost[10, 17], rel=1e-12)
    assert (path[0] == (10, 2)).all()
    for (r, c), (dr, dc) in zip(path[:-1], steps, strict=True):
        assert np.isfinite(field[r + dr, c])
        assert np.isfinite(field[r, c + dc])


def test_a_walled_cell_is_not_reached() -> None:
    field = np.ones((5, 5))
    field[1:4, 1:4] = np.inf
    field[2, 2] = 1.0
    tree = cheapest_paths(edges_between(field), [(0, 0)])
    assert np.isinf(tree.cost[2, 2])
    assert tree.path(2, 2).shape == (0, 2)


@pytest.mark.parametrize("start", [[(5, 0)], [(0, -1)], np.empty((0, 2))])
def test_a_start_off_the_grid_is_refused(start: object) -> None:
    with pytest.raises(UserError, match="lies on the grid"):
        cheapest_paths(edges_between(np.ones((5, 5))), start)  # type: ignore[arg-type]


@pytest.mark.parametrize("worth", [0.0, -1.0, np.nan])
def test_a_free_step_is_refused(worth: float) -> None:
    edges = edges_between(np.ones((5, 5)))
    edges[2, 2, 1] = worth
    with pytest.raises(UserError, match="costs nothing"):
        cheapest_paths(edges, [(0, 0)])


def test_costs_too_far_apart_are_refused() -> None:
    field = np.ones((5, 5))
    field[2, 2] = 1e9
    with pytest.raises(UserError, match="close cells"):
        cheapest_paths(edges_between(field), [(0, 0)])
