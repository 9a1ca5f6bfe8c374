from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from ilrs.data import exists, find
from ilrs.data.rasters import read_terrain
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.horizon import point_horizon
from ilrs.ground.nest import grid_of
from ilrs.ground.seams import run_out
from ilrs.ground.sweep import STEP_RAD, UNKNOWN, area_horizon, prepare
from ilrs.ground.terrain import project, unproject

R = 1_737_400.0


def around(place, half, dx=0.0, dy=0.0):
    x, y = (float(v) for v in project(*place))
    return Area(x - half + dx, y - half + dy, x + half + dx, y + half + dy)


def against_rays(terrains, found, reach):
    """Difference [rad] to dense ray marching, (h, a, ny, nx)."""
    x, y = np.meshgrid(found.x, found.y)
    lat, lon = unproject(x, y)
    seen = np.empty(found.elevation.shape)
    for i, j in np.ndindex(lat.shape):
        local = found.grid_azimuths - lon[i, j]
        seen[:, :, i, j] = point_horizon(
            terrains, lat[i, j], lon[i, j], found.heights, local, reach, open_ended=True
        )
    return found.elevation * STEP_RAD - seen


def test_flat_ground_dips_with_the_height_above_it(make_world, place):
    flat = make_world(lambda s, a: np.full_like(s, 2000.0), cell=50.0, half=20_000.0)
    heights = np.array([0.5, 2.0, 10.0, 30.0])
    found = area_horizon([flat], around(place, 300.0), 16, heights, 15_000.0)
    dips = -np.arccos((R + 2000) / (R + 2000 + heights))
    assert np.abs(found.elevation * STEP_RAD - dips[:, None, None, None]).max() < 1.1e-4


@pytest.fixture(scope="module")
def hills(make_world):
    """Ground rough at all scales above a few cells of 25 m."""
    rng = np.random.default_rng(3)

    def height(s, a):
        noise = rng.standard_normal(s.shape)
        return sum(k**1.5 * 15.0 * gaussian_filter(noise, k) for k in (2, 8, 32))

    return make_world(height, cell=25.0, half=6000.0)


def test_hills_are_as_rays_find_them_whatever_the_azimuth(hills, place):
    area = around(place, 130.0)
    found = area_horizon([hills], area, 32, [0.0, 2.0, 10.0], 9000.0, open_ended=True)
    off = np.degrees(against_rays([hills], found, 9000.0))
    assert np.abs(off).max() < 0.5
    assert np.sqrt((off**2).mean()) < 0.03
    by_azimuth = np.sqrt((off**2).mean(axis=(0, 2, 3)))
    assert by_azimuth.max() < 0.06  # 45 degrees and the axes are no worse than others


def test_areas_are_refused_where_there_is_no_ground(hills, place):
    with pytest.raises(TerrainError, match="no south polar terrain covers the area"):
        area_horizon([hills], around(place, 100.0, dx=6000.0), 8, [2.0], 1000.0)
    with pytest.raises(TerrainError, match=r"ends .* short of the reach"):
        area_horizon([hills], around(place, 100.0), 8, [2.0], 20_000.0)
    area_horizon([hills], around(place, 100.0), 8, [2.0], 20_000.0, open_ended=True)


def test_cells_need_not_be_square_nor_rows_run_down(hills, place):
    # the same ground read at 25 m by 40 m, rows running up
    ny, nx = hills.heights.shape
    rows = np.arange(0.0, ny - 1, 1.6)
    at = np.meshgrid(rows[::-1], np.arange(float(nx)), indexing="ij")
    other = replace(
        hills,
        heights=map_coordinates(hills.heights, at, order=1, output=np.float32),
        y0=hills.y0 + rows[-1] * hills.dy,
        dy=40.0,
    )
    found = area_horizon([other], around(place, 130.0), 24, [2.0], 9000.0, open_ended=True)
    assert (found.dx, found.dy) == (25.0, 40.0)
    assert found.y[0] < found.y[-1]
    off = np.degrees(against_rays([other], found, 9000.0))
    assert np.sqrt((off**2).mean()) < 0.03
    assert np.abs(off).max() < 0.5


def test_no_jump_where_the_sweep_turns(hills, place):
    ready = prepare([hills], around(place, 300.0), [2.0], 9000.0, open_ended=True)
    for degrees in (0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0):
        sides = [
            ready.towards(np.radians(degrees + d)).astype(float) * np.degrees(STEP_RAD)
            for d in (-1e-3, 1e-3)
        ]
        step = np.abs(sides[1] - sides[0])
        assert np.quantile(step, 0.99) < 0.05, degrees
        assert step.mean() < 0.006, degrees


def test_full_circle_is_the_beginning(hills, place):
    ready = prepare([hills], around(place, 100.0), [2.0], 9000.0, open_ended=True)
    np.testing.assert_allclose(ready.towards(2.0 * np.pi), ready.towards(0.0), atol=1)


def test_a_higher_observer_sees_a_lower_horizon(hills, place):
    ready = prepare([hills], around(place, 400.0), [0, 1, 5, 20], 9000.0, open_ended=True)
    for degrees in (3.0, 100.0, 200.0, 315.0):
        seen = np.diff(ready.towards(np.radians(degrees)).astype(int), axis=0)
        assert seen.max() <= 1  # the rounding of a step
        assert seen.mean() < -1.0


def test_slices_and_tiles_are_the_map(hills, place):
    area = around(place, 400.0)
    whole = area_horizon([hills], area, 8, [0.0, 2.0], 9000.0, open_ended=True)
    ready = prepare([hills], area, [0.0, 2.0], 9000.0, open_ended=True)
    for k, (azimuth, part) in enumerate(ready.slices(8)):
        assert azimuth == whole.grid_azimuths[k]
        np.testing.assert_array_equal(part, whole.elevation[:, k])
    tile = area.tiles(500.0)[3]
    part = area_horizon([hills], tile, 8, [0.0, 2.0], 9000.0, open_ended=True)
    i = round((part.y0 - whole.y0) / whole.dy)
    j = round((part.x0 - whole.x0) / whole.dx)
    ny, nx = part.elevation.shape[2:]
    same = whole.elevation[:, :, i : i + ny, j : j + nx].astype(int)
    assert np.quantile(np.abs(part.elevation - same), 0.99) * np.degrees(STEP_RAD) < 0.05


def test_tiles_hold_every_cell_once(hills, place):
    area = around(place, 410.0)
    grids = [grid_of([hills], tile) for tile in area.tiles(300.0)]
    whole = grid_of([hills], area)
    assert sum(g.rows * g.columns for g in grids) == whole.rows * whole.columns


def test_unknown_ground_casts_no_shadow_and_is_told(hills, place):
    area = around(place, 300.0)
    grid = grid_of([hills], area)
    i = round((grid.y0 - hills.y0) / hills.dy)
    j = round((grid.x0 - hills.x0) / hills.dx)
    heights = hills.heights.copy()
    heights[i + 5 : i + 9, j + 6 : j + 12] = np.nan  # in the middle of the area
    heights[i - 60 : i - 50, j : j + 20] = np.nan  # and outside it
    holed = replace(hills, heights=heights)
    found = area_horizon([holed], area, 12, [2.0], 9000.0, open_ended=True)
    assert found.facts.unknown_observers == 24
    assert found.facts.unknown_cells >= 200
    unknown = found.elevation == UNKNOWN
    assert unknown[0, :, 5:9, 6:12].all()
    assert unknown.sum() == 24 * 12
    full = area_horizon([hills], area, 12, [2.0], 9000.0, open_ended=True)
    assert ((found.elevation <= full.elevation + 1) | unknown).all()
    assert np.isnan(found.radians()[:, 5:9, 6:12]).all()
    filled = area_horizon([holed, replace(hills, dx=26.0)], area, 4, [2.0], 9000, open_ended=True)
    assert filled.facts.coarse_observers == 24
    assert filled.facts.unknown_observers == 0


def test_a_distant_mountain_sinks_by_the_curvature(make_world, place):
    def peak(s, a):
        return 4000.0 * np.exp(-(((s - 100_000.0) / 10_000.0) ** 2))

    world = make_world(peak, cell=500.0, half=110_000.0)
    fine = make_world(lambda s, a: np.zeros_like(s), cell=50.0, half=5000.0)
    found = area_horizon([fine, world], around(place, 200.0), 16, [2.0], 104_000.0)
    theta = 100_000.0 / R
    exact = np.arctan(((R + 4000) * np.cos(theta) - R - 2) / ((R + 4000) * np.sin(theta)))
    off = np.degrees(against_rays([fine, world], found, 104_000.0))
    assert np.abs(off).max() < 0.02
    middle = found.radians()[:, 4, 4]
    assert np.abs(middle - exact).max() < 1e-3


def test_average_and_maximum_bracket_the_far_skyline(make_world, place):
    rng = np.random.default_rng(8)

    def height(s, a):
        noise = rng.standard_normal(s.shape)
        return sum(k**1.5 * 15.0 * gaussian_filter(noise, k) for k in (2, 8, 32))

    world = make_world(height, cell=25.0, half=15_000.0)
    area = around(place, 100.0)
    keys = dict(near_cells=6, far_ratio=16.0, open_ended=True)
    low, high = (
        area_horizon([world], area, 12, [20.0], 20_000.0, far_height=how, **keys)
        for how in ("average", "maximum")
    )
    exact = area_horizon([world], area, 12, [20.0], 20_000.0, near_cells=12, far_ratio=500.0,
                         open_ended=True)  # fmt: skip
    assert (low.radians() - exact.radians()).mean() < 0.0
    assert (high.radians() - exact.radians()).mean() > 0.0
    assert (high.elevation >= low.elevation - 2).mean() > 0.99


def test_no_cliff_stands_where_fine_terrain_ends(make_world, place):
    rng = np.random.default_rng(5)

    def height(s, a):
        noise = rng.standard_normal(s.shape)
        return sum(k**1.5 * 15.0 * gaussian_filter(noise, k) for k in (2, 8, 32))

    world = make_world(height, cell=25.0, half=8000.0)
    side = world.heights.shape[0] // 16 * 16
    blocks = world.heights[:side, :side].reshape(side // 16, 16, side // 16, 16).mean(axis=(1, 3))
    coarse = replace(
        world, heights=blocks, dx=400.0, dy=-400.0,
        x0=world.x0 + 7.5 * world.dx, y0=world.y0 + 7.5 * world.dy, name="coarse",
    )  # fmt: skip
    fine = replace(
        world, heights=world.heights[200:440, 200:440],
        x0=world.x0 + 200 * world.dx, y0=world.y0 + 200 * world.dy,
    )  # fmt: skip
    edge = fine.x0 + 239.5 * fine.dx
    y = fine.y0 + 120 * fine.dy
    area = Area(edge - 200.0, y - 100.0, edge, y + 100.0)  # its last cells are the terrain's
    found = area_horizon([fine, coarse], area, 16, [0.0, 2.0], 4000.0)
    off = np.degrees(against_rays(run_out([fine, coarse]), found, 4000.0))
    assert np.abs(off).max() < 0.5
    assert np.sqrt((off**2).mean()) < 0.03
    # and the outermost cells look out over ground as steep as what they stand on
    out = np.degrees(found.radians()[4])  # towards +x
    inside = np.degrees(area_horizon([world], area, 16, [0.0], 4000.0).radians()[4])
    assert np.abs(out[:, -3:]).max() < np.abs(inside[:, -3:]).max() + 2.0


def test_impossible_requests_are_refused(hills, place):
    area = around(place, 100.0)
    for heights in ([-1.0], [np.nan], [10.0, 2.0]):
        with pytest.raises(ValueError, match="heights"):
            area_horizon([hills], area, 8, heights, 1000.0)
    with pytest.raises(ValueError, match="four azimuths"):
        area_horizon([hills], area, 3, [2.0], 1000.0)
    with pytest.raises(TerrainError, match="GB"):
        area_horizon([hills], around(place, 3000.0), 40_000, [2.0], 9000.0, open_ended=True)
    with pytest.raises(TerrainError, match="holds nothing"):
        Area(0.0, 0.0, 0.0, 1.0)
    with pytest.raises(TerrainError, match="finite"):
        Area(0.0, 0.0, np.inf, 1.0)


@pytest.mark.skipif(
    not exists("terrain/shackleton_51km_25m.tif"), reason="the 25 m terrain is not at hand"
)
def test_real_ground_within_the_stated_error():
    terrains = [
        read_terrain(find(f"terrain/{name}.tif"))
        for name in ("shackleton_51km_25m", "lola_south_70S_1600m")
    ]
    ready = prepare(terrains, Area(-12_000, -8000, -8000, -4000), [0.0, 2.0, 10.0])
    rng = np.random.default_rng(2)
    i, j = rng.integers(0, 160, (2, 30))
    x, y = ready.grid.x0 + j * ready.grid.dx, ready.grid.y0 + i * ready.grid.dy
    lat, lon = unproject(x, y)
    azimuths = rng.uniform(0, 2 * np.pi, 12)
    off = np.empty((3, 12, 30))
    for k, azimuth in enumerate(azimuths):
        off[:, k] = ready.towards(azimuth)[:, i, j] * STEP_RAD
    for n in range(30):
        off[:, :, n] -= point_horizon(
            terrains, lat[n], lon[n], ready.heights, azimuths - lon[n], 300e3
        )
    off = np.degrees(off)
    assert np.sqrt((off**2).mean()) < 0.03
    assert np.quantile(np.abs(off), 0.99) < 0.1
