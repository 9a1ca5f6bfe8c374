import dataclasses

import numpy as np
import pytest

from ilrs.data.rasters import NORTH_POLAR, SOUTH_POLAR, Terrain
from ilrs.errors import TerrainError
from ilrs.ground.terrain import height_at, local_frame, project, slope_at, unproject


def test_projection_agrees_with_proj():
    from pyproj import CRS, Transformer

    moon = "+proj=stere +lat_0=-90 +lon_0=0 +k=1 +R=1737400 +units=m +no_defs"
    transform = Transformer.from_crs(
        CRS.from_proj4("+proj=longlat +R=1737400 +no_defs"), CRS.from_proj4(moon), always_xy=True
    )
    lat, lon = np.array([-89.4511, -85.0, -70.0]), np.array([222.6627, 31.0, 359.0])
    x, y = project(np.radians(lat), np.radians(lon))
    np.testing.assert_allclose(np.array([x, y]), transform.transform(lon, lat), atol=1e-6)


def test_unproject_returns_what_project_took():
    rng = np.random.default_rng(2)
    lat, lon = rng.uniform(-np.pi / 2, -1.0, 100), rng.uniform(0, 2 * np.pi, 100)
    back = unproject(*project(lat, lon))
    np.testing.assert_allclose(back[0], lat, atol=1e-12)
    np.testing.assert_allclose(back[1], lon, atol=1e-9)


def test_north_polar_terrain_is_read_at_the_right_place():
    heights = np.zeros((21, 21), np.float32)
    heights[3, 15] = 50.0
    terrain = Terrain(heights, -10_000.0, 10_000.0, 1000.0, -1000.0, NORTH_POLAR, "north")
    x, y = 5000.0, 7000.0
    lat = np.pi / 2 - 2 * np.arctan(np.hypot(x, y) / (2 * 1_737_400.0))
    assert height_at([terrain], lat, np.arctan2(x, -y)) == pytest.approx(50.0, abs=1e-3)


def test_the_finest_terrain_that_has_heights_there_decides(make_world, place):
    coarse = make_world(lambda s, a: np.full_like(s, 100.0), cell=500.0, name="coarse")
    fine = make_world(lambda s, a: np.full_like(s, 7.0), cell=20.0, half=1000.0, name="fine")
    assert height_at([fine, coarse], *place) == 7.0
    holed = dataclasses.replace(fine, heights=np.full_like(fine.heights, np.nan))
    assert height_at([holed, coarse], *place) == 100.0
    with pytest.raises(TerrainError, match="fine to coarse"):
        height_at([coarse, fine], *place)


def test_a_place_off_the_terrain_is_an_error_that_names_it(make_world):
    with pytest.raises(TerrainError, match=r"-80\.0000 deg, 12\.0000 deg E"):
        height_at([make_world(lambda s, a: 0 * s)], np.radians(-80.0), np.radians(12.0))


def test_slope_of_a_plane_and_the_way_it_falls(make_world, place):
    # falls towards azimuth 60 deg at 1 in 5
    plane = make_world(lambda s, a: -0.2 * s * np.cos(a - np.radians(60.0)), half=2000.0)
    slope, downhill = slope_at([plane], *place)
    assert slope == pytest.approx(np.arctan(0.2), abs=1e-4)
    assert downhill == pytest.approx(np.radians(60.0), abs=1e-3)


def test_local_frame_is_right_handed_everywhere():
    for lat, lon in [(0.3, 1.0), (-np.pi / 2, 2.0), (np.pi / 2, -1.0)]:
        up, north, east = local_frame(lat, lon)
        np.testing.assert_allclose(np.cross(north, up), east, atol=1e-12)


def test_too_little_terrain_and_unknown_systems_are_refused():
    with pytest.raises(TerrainError, match="no terrain given"):
        height_at([], 0.0, 0.0)
    with pytest.raises(TerrainError, match="2 x 2"):
        Terrain(np.zeros((1, 5), np.float32), 0, 0, 1, -1, SOUTH_POLAR, "thin")
    with pytest.raises(TerrainError, match="unknown reference"):
        Terrain(np.zeros((5, 5), np.float32), 0, 0, 1, -1, "EPSG:3031", "earth")
