import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.horizon import point_horizon
from ilrs.ground.sweep import STEP_RAD, area_horizon
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
