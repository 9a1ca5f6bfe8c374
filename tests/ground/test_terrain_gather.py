"""Terrain cut out of files: the same answers as from whole files, from a part of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from ilrs.data import PACKAGED, exists, find
from ilrs.data.rasters import GEOGRAPHIC, read_terrain
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.gather import gather
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.terrain import unproject

FAR = PACKAGED / "terrain/lola_south_70S_1600m.tif"
GLOBE = PACKAGED / "terrain/lola_global_0p25deg.tif"


@pytest.mark.parametrize("half", [1e3, 40e3])
def test_a_part_has_the_skyline_of_the_whole(half: float) -> None:
    x, y = 60e3, -90e3
    area = Area(x - half, y - half, x + half, y + half)
    for corner in ((area.x_min, area.y_min), (area.x_max, area.y_max), (x, y)):
        lat, lon = (float(v) for v in unproject(*corner))
        azimuths = azimuth_grid(5.0)
        whole = [read_terrain(FAR)]
        part = gather([FAR], area, 150e3)
        assert part[0].heights.size < 0.5 * whole[0].heights.size
        np.testing.assert_allclose(
            point_horizon(part, lat, lon, [2.0], azimuths, 150e3),
            point_horizon(whole, lat, lon, [2.0], azimuths, 150e3),
            atol=1e-9,
        )


def test_the_globe_is_cut_by_latitude_and_keeps_all_longitudes() -> None:
    area = Area(-1e3, -1e3, 1e3, 1e3)
    globe, far = read_terrain(GLOBE), gather([GLOBE, FAR], area, 300e3)
    assert [t.name for t in far] == [FAR.stem, GLOBE.stem]
    cut = far[1]
    assert cut.crs == GEOGRAPHIC
    assert cut.heights.shape[1] == globe.heights.shape[1]
    assert 40 <= cut.heights.shape[0] <= 44  # 300 km are 9.9 deg
    lat, lon = (float(v) for v in unproject(1e3, -1e3))
    azimuths = azimuth_grid(30.0)
    np.testing.assert_allclose(
        point_horizon([cut], lat, lon, [2.0], azimuths, 300e3),
        point_horizon([globe], lat, lon, [2.0], azimuths, 300e3),
        atol=1e-9,
    )


@pytest.mark.skipif(not exists("terrain/shackleton_51km_25m.tif"), reason="no local terrain")
def test_the_fine_terrain_is_read_near_and_the_coarse_one_far() -> None:
    fine = find("terrain/shackleton_51km_25m.tif")
    area = Area(-12e3, -15e3, -11e3, -14e3)
    near, far = gather([FAR, fine], area, 200e3, cells=100)
    assert near.name == fine.stem
    # an area of 40 cells and 100 cells on every side, and two; to the reach of 200 km
    assert near.heights.shape == (244, 244)
    assert far.heights.shape[0] == pytest.approx(402.0 / 1.6 + 4, abs=2.0)


def test_what_has_nothing_near_the_area_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "n.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=1, dtype="int16",
        crs="+proj=stere +lat_0=90 +lon_0=0 +k=1 +R=1737400 +units=m +no_defs",
        transform=Affine(100.0, 0, 0, 0, -100.0, 0),
    ) as file:  # fmt: skip
        file.write(np.zeros((4, 4), np.int16), 1)
    area = Area(-1e3, -1e3, 1e3, 1e3)
    with pytest.raises(TerrainError, match="map of the north pole"):
        gather([path, FAR], area, 100e3)
    with pytest.raises(TerrainError, match="does not cover the area"):
        gather([FAR], Area(900e3, 900e3, 901e3, 901e3), 50e3)
    with pytest.raises(TerrainError, match="no terrain given"):
        gather([], area, 100e3)
