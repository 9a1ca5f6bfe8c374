import numpy as np
import pytest

from ilrs.errors import TerrainError
from ilrs.ground.horizon import azimuth_grid, point_horizon

R = 1_737_400.0
EXACT = 5e-5  # [rad]


def test_flat_ground_dips_with_the_height_above_it(make_world, place):
    flat = make_world(lambda s, a: np.zeros_like(s), cell=50.0, half=20_000.0)
    heights = np.array([0.5, 2.0, 10.0, 50.0])
    seen = point_horizon([flat], *place, heights, azimuth_grid(5.0), 18_000.0)
    dips = -np.arccos(R / (R + heights))
    assert np.abs(seen - dips[:, None]).max() < EXACT


def test_flat_ground_dips_the_same_at_altitude(make_world, place):
    high = make_world(lambda s, a: np.full_like(s, 5000.0), cell=50.0, half=20_000.0)
    seen = point_horizon([high], *place, [30.0], azimuth_grid(10.0), 18_000.0)
    assert np.abs(seen + np.arccos((R + 5000) / (R + 5030))).max() < EXACT


def test_a_ring_wall_at_one_kilometre(make_world, place):
    # 100 m high from 1 km outwards: subtends atan(0.1) less the curvature over the kilometre
    ring = make_world(lambda s, a: np.where(s >= 1000.0, 100.0, 0.0), cell=2.0, half=1500.0)
    seen = point_horizon([ring], *place, [0.0, 10.0], azimuth_grid(1.0), 1300.0)
    theta = 1000.0 / R
    for row, h in zip(seen, (0.0, 10.0), strict=True):
        exact = np.arctan(((R + 100) * np.cos(theta) - (R + h)) / ((R + 100) * np.sin(theta)))
        # the wall stands on cells of 2 m: its foot is up to a cell's diagonal off
        assert np.abs(row - exact).max() < (100 - h) / 1000 * 3.0 / 1000
    # the curvature over 1 km takes 0.29 m, the cells up to a metre of distance, off atan(0.1)
    assert seen[0].mean() == pytest.approx(np.arctan((100 - 0.29) / 1001.0), abs=1e-4)


def test_a_straight_crest_on_the_grid_is_exact(make_world, place):
    from ilrs.ground.terrain import project

    # a long crest along a grid row: its top is on the nodes, so bilinear heights hold it exactly
    world = make_world(lambda s, a: np.zeros_like(s), cell=10.0, half=3000.0)
    _, y = project(*place)
    rows = world.y0 + world.dy * np.arange(world.heights.shape[0])
    row = int(np.argmin(np.abs(rows - (float(y) + 1000.0))))
    world.heights[row] = 100.0
    # the azimuth in which the plane's y grows is that of longitude 0: the observer's lon turned
    to_crest = (-place[1]) % (2 * np.pi)
    azimuths = to_crest + np.radians(np.linspace(-40.0, 40.0, 81))
    seen = point_horizon([world], *place, [2.0], azimuths, 2500.0)[0]
    for azimuth, elevation in zip(azimuths, seen, strict=True):
        # where the great circle meets the row, by bisection on the plane
        low, high = 100.0, 2400.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if _y(place, azimuth, middle) < rows[row] else (low, middle)
        theta = low / R
        exact = np.arctan(((R + 100) * np.cos(theta) - (R + 2)) / ((R + 100) * np.sin(theta)))
        assert abs(elevation - exact) < EXACT


def _y(place, azimuth, distance):
    from ilrs.ground.terrain import local_frame

    up, north, east = local_frame(*place)
    d = np.cos(azimuth) * north + np.sin(azimuth) * east
    p = np.cos(distance / R) * up + np.sin(distance / R) * d
    return 2 * R * p[0] / (1 - p[2])


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 180.0, 270.0, 359.95])
def test_a_bump_stands_in_its_azimuth(make_world, place, azimuth):
    centre = np.radians(azimuth)

    def bump(s, a):
        off = np.hypot(s * np.cos(a) - 2000 * np.cos(centre), s * np.sin(a) - 2000 * np.sin(centre))
        return 200.0 * np.exp(-((off / 150.0) ** 2))

    grid = azimuth_grid(0.1)
    seen = point_horizon([make_world(bump, cell=10.0, half=4000.0)], *place, [2.0], grid, 3500.0)[0]
    top = grid[np.argmax(seen)]
    assert abs((top - centre + np.pi) % (2 * np.pi) - np.pi) < np.radians(0.1)
    # no jump at north: neighbours across 359.9/0 differ as little as anywhere
    steps = np.abs(np.diff(np.append(seen, seen[0])))
    assert steps[-1] <= steps.max()
    assert steps.max() < np.radians(0.2)
    exact = np.arctan((200.0 - 2.0 - 2000.0**2 / (2 * R)) / 2000.0)
    assert seen.max() == pytest.approx(exact, abs=2e-4)


def test_a_distant_mountain_sinks_by_the_curvature(make_world, place):
    # 4 km high, 100 km off, on terrain of 500 m cells: below the sphere's bulge it would be lower
    def peak(s, a):
        return 4000.0 * np.exp(-(((s - 100_000.0) / 2000.0) ** 2))

    world = make_world(peak, cell=500.0, half=110_000.0)
    seen = point_horizon([world], *place, [2.0], azimuth_grid(30.0), 108_000.0)[0]
    theta = 100_000.0 / R
    exact = np.arctan(((R + 4000) * np.cos(theta) - R - 2) / ((R + 4000) * np.sin(theta)))
    flat = np.arctan(4000.0 / 100_000.0)
    assert np.abs(seen - exact).max() < 1e-3  # the peak's own shape on 500 m cells
    assert flat - exact > 0.028  # what a flat world would get wrong


def test_nested_terrain_sees_the_near_ridge_and_the_far_one(make_world, place):
    far = make_world(
        lambda s, a: np.where(np.abs(s - 40_000) < 3000, 2000.0, 0.0), cell=500.0, half=60_000.0
    )
    fine = make_world(lambda s, a: np.zeros_like(s), cell=20.0, half=5000.0)
    alone = point_horizon([far], *place, [2.0], azimuth_grid(10.0), 50_000.0)
    both = point_horizon([fine, far], *place, [2.0], azimuth_grid(10.0), 50_000.0)
    np.testing.assert_allclose(both, alone, atol=EXACT)
    tall = make_world(
        lambda s, a: np.where(np.abs(s - 3000) < 100, 300.0, 0.0), cell=20.0, half=5000.0
    )
    near = point_horizon([tall, far], *place, [2.0], azimuth_grid(10.0), 50_000.0)
    assert (near > both + 0.02).all()


def test_a_higher_observer_never_sees_a_higher_horizon(make_world, place):
    rng = np.random.default_rng(5)
    rough = make_world(lambda s, a: 80.0 * rng.standard_normal(s.shape), cell=200.0, half=20_000.0)
    seen = point_horizon([rough], *place, [0.0, 1.0, 5.0, 20.0], azimuth_grid(1.0), 18_000.0)
    assert (np.diff(seen, axis=0) <= 0).all()


def test_terrain_that_ends_within_the_reach_is_an_error(make_world, place):
    flat = make_world(lambda s, a: np.zeros_like(s), cell=50.0, half=5000.0)
    with pytest.raises(TerrainError, match=r"the terrain ends .* short of the reach"):
        point_horizon([flat], *place, [2.0], azimuth_grid(10.0), 20_000.0)
    open_ended = point_horizon([flat], *place, [2.0], azimuth_grid(10.0), 20_000.0, open_ended=True)
    assert np.abs(open_ended + np.arccos(R / (R + 2.0))).max() < EXACT


def test_impossible_requests_are_refused(make_world, place):
    flat = make_world(lambda s, a: np.zeros_like(s), cell=50.0, half=5000.0)
    for heights, reach in [([-1.0], 1000.0), ([np.nan], 1000.0), ([2.0], 0.0), ([2.0], np.nan)]:
        with pytest.raises(ValueError, match=r"heights|reach"):
            point_horizon([flat], *place, heights, azimuth_grid(10.0), reach)
    with pytest.raises(ValueError, match="divide"):
        azimuth_grid(0.7)
