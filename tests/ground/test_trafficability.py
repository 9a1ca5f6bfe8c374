"""Slopes, costs of moves and the hazard below a cell, on planes and drawn ground."""

import math

import numpy as np
import pytest

from ilrs.ground.trafficability import (
    KEPT_OUT,
    STEEP,
    UNKNOWN,
    closed_cells,
    hazard_share,
    move_costs,
    rock_share,
    roughness_of,
    slopes,
    tortuosity,
)
from ilrs.planning.paths import MOVES, cheapest_paths
from ilrs.planning.tortuosity import detour


def plane(ny=12, nx=17, dx=20.0, dy=-10.0, to_x=0.1, to_y=0.05):
    y, x = np.mgrid[:ny, :nx]
    return to_x * x * dx + to_y * y * dy, dx, dy


def test_a_plane_has_its_slope_everywhere():
    heights, dx, dy = plane()
    assert slopes(heights, dx, dy) == pytest.approx(math.atan(math.hypot(0.1, 0.05)))


def test_moves_cost_by_slope_and_direction():
    heights, dx, dy = plane(to_y=0.0)
    along = np.linspace(-0.3, 0.3, 601)
    edges = move_costs(
        heights,
        closed_cells(heights, slopes(heights, dx, dy), 1.0, np.zeros(heights.shape, bool)),
        dx,
        dy,
        along,
        1.0 + along,
    )
    slope, length = math.atan(0.1), 20.0 * math.hypot(1.0, 0.1)
    east, west = 1, 3
    assert MOVES[east].tolist() == [0, 1]
    assert edges[5, 5, east] == pytest.approx((1.0 + slope) * length, rel=1e-5)
    assert edges[5, 5, west] == pytest.approx((1.0 - slope) * length, rel=1e-5)
    assert edges[5, 5, 0] == pytest.approx(10.0, rel=1e-5)
    assert np.isinf(edges[0, :, 0]).all()
    assert np.isinf(edges[:, -1, east]).all()


def test_moves_steeper_than_the_table_are_closed():
    heights, dx, dy = plane(to_x=0.5, to_y=0.0)
    along = np.linspace(-0.3, 0.3, 61)
    edges = move_costs(heights, np.zeros(heights.shape, np.uint8), dx, dy, along, 1.0 + 0 * along)
    assert np.isinf(edges[5, 5, [1, 3]]).all()
    assert np.isfinite(edges[5, 5, [0, 2]]).all()


def test_why_cells_are_closed_and_no_corner_is_cut():
    heights, dx, dy = plane(to_x=0.0, to_y=0.0)
    heights[3, 3] = np.nan
    heights[8, 8] = 100.0
    kept = np.zeros(heights.shape, bool)
    kept[0, 0] = True
    codes = closed_cells(heights, slopes(heights, dx, dy), 0.3, kept)
    assert (codes[0, 0], codes[3, 3], codes[8, 7]) == (KEPT_OUT, UNKNOWN, STEEP)
    along = np.linspace(-0.3, 0.3, 61)
    edges = move_costs(heights, codes, dx, dy, along, np.ones(61))
    into = [
        (r, c, m)
        for r, c, m in zip(*np.nonzero(np.isfinite(edges)), strict=True)
        if codes[r + MOVES[m, 0], c + MOVES[m, 1]] or codes[r, c]
    ]
    assert into == []
    beside = edges[1, 0, 4]  # up right from (1, 0), past the closed (0, 0)
    assert np.isinf(beside)
    assert np.isinf(cheapest_paths(edges, [(5, 0)]).cost[0, 0])


def test_hazard_is_that_of_drawn_ground():
    rng = np.random.default_rng(3)
    cell, base, limit, slope, rough = 25.0, 1.5, math.radians(15), math.radians(8), math.radians(6)
    found = float(hazard_share(np.array([slope]), np.array([rough]), cell, base, limit)[0])
    extra = math.tan(rough) * math.sqrt((base / cell) ** (2 * (0.8 - 1.0)) - 1.0)
    drawn = rng.normal(0.0, extra / math.sqrt(2.0), (2, 400_000))
    steep = np.hypot(drawn[0] + math.tan(slope), drawn[1]) > math.tan(limit)
    assert found == pytest.approx(steep.mean(), abs=2e-3)


def test_cells_as_small_as_the_rover_hide_nothing():
    share = hazard_share(np.array([0.1, 0.3]), np.array([0.2, 0.2]), 1.0, 1.5, 0.2)
    assert share.tolist() == [0.0, 1.0]


def test_roughness_is_none_on_a_plane_and_that_of_noise():
    heights, dx, dy = plane(60, 60)
    assert roughness_of(heights, dx, dy)[30, 30] == pytest.approx(0.0, abs=1e-6)
    noise = np.random.default_rng(1).normal(0.0, 1.0, (80, 80))
    # central differences over two cells of 10 m: variance 2 / 20^2 in each direction
    expected = math.atan(math.sqrt(2 * 2 / 400.0))
    assert roughness_of(noise, 10.0, 10.0)[40, 40] == pytest.approx(expected, rel=0.15)


def test_rocks_and_ways_around():
    assert rock_share(0.0) == pytest.approx(0.004)
    assert rock_share(0.2) < 1e-6
    assert tortuosity(0.0) == 1.0
    assert tortuosity(0.36) == math.inf
    assert tortuosity(0.1) == pytest.approx(detour(0.1, cells=200, draws=2, seed=9), abs=0.01)
