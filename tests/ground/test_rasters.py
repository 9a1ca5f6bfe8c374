import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from ilrs.data import exists, find, sha256
from ilrs.data.hashes import record
from ilrs.data.rasters import GEOGRAPHIC, NORTH_POLAR, SOUTH_POLAR, open_terrain, read_terrain
from ilrs.errors import TerrainError
from ilrs.ground.terrain import height_at, project

MOON_POLAR = "+proj=stere +lat_0=-90 +lon_0=0 +k=1 +x_0=0 +y_0=0 +R=1737400 +units=m +no_defs"


def write(path: Path, values, *, crs=MOON_POLAR, transform=None, **more):
    values = np.asarray(values)
    scale, offset, unit = more.pop("scale", 1.0), more.pop("offset", 0.0), more.pop("unit", None)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype=values.dtype,
        crs=crs,
        transform=transform or Affine(100.0, 0.0, 1000.0, 0.0, -100.0, 4000.0),
        **more,
    ) as file:
        file.write(values, 1)
        file.scales, file.offsets = (scale,), (offset,)
        if unit:
            file.set_band_unit(1, unit)
    return path


def test_scale_offset_and_nodata_are_honoured(tmp_path):
    raw = np.array([[10, 20, 30], [40, -32768, 60]], np.int16)
    terrain = read_terrain(write(tmp_path / "a.tif", raw, scale=0.5, offset=7.0, nodata=-32768))
    np.testing.assert_allclose(terrain.heights, [[12, 17, 22], [27, np.nan, 37]])
    assert terrain.crs == SOUTH_POLAR


def test_heights_belong_to_pixel_centres(tmp_path):
    path = write(tmp_path / "a.tif", np.array([[0, 100], [200, 300]], np.int16))
    terrain = read_terrain(path)
    assert (terrain.x0, terrain.y0, terrain.dx, terrain.dy) == (1050.0, 3950.0, 100.0, -100.0)
    from ilrs.ground.terrain import unproject

    x = np.array([1050.0, 1150.0, 1050.0, 1100.0])
    y = np.array([3950.0, 3950.0, 3850.0, 3900.0])
    np.testing.assert_allclose(
        height_at([terrain], *unproject(x, y)), [0, 100, 200, 150], atol=1e-6
    )


def test_the_hash_is_of_the_file(tmp_path):
    path = write(tmp_path / "a.tif", np.zeros((3, 3), np.float32))
    assert read_terrain(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_kilometres_are_converted(tmp_path):
    path = write(tmp_path / "a.tif", np.full((2, 2), 1.5, np.float32), unit="km")
    assert read_terrain(path).heights[0, 0] == 1500.0


def test_kilometres_that_do_not_say_so_are_not_taken_for_metres(tmp_path):
    km = np.random.default_rng(3).uniform(-5.0, 5.0, (600, 4)).astype(np.float32)
    with pytest.raises(TerrainError, match="look like kilometres") as caught:
        read_terrain(write(tmp_path / "a.tif", km))
    assert "-units km" in caught.value.remedy
    np.testing.assert_allclose(
        read_terrain(write(tmp_path / "b.tif", km, unit="kilometers")).heights, 1e3 * km
    )
    np.testing.assert_array_equal(read_terrain(write(tmp_path / "c.tif", km, unit="m")).heights, km)
    read_terrain(write(tmp_path / "d.tif", km[:400]))  # 40 km may be that flat


def test_a_window_equals_the_part_of_the_whole(tmp_path):
    values = np.arange(100, dtype=np.int16).reshape(10, 10)
    path = write(tmp_path / "a.tif", values)
    part = read_terrain(path, bounds=(1200.0, 3300.0, 1600.0, 3800.0))
    assert part.heights.shape == (5, 4)
    np.testing.assert_array_equal(part.heights, values[2:7, 2:6])
    assert (part.x0, part.y0) == (1250.0, 3750.0)
    with pytest.raises(TerrainError, match="does not cover"):
        read_terrain(path, bounds=(0.0, 3300.0, 1600.0, 3800.0))


def test_bounds_may_be_clipped_to_what_the_file_covers(tmp_path):
    values = np.arange(100, dtype=np.int16).reshape(10, 10)
    path = write(tmp_path / "a.tif", values)
    part = read_terrain(path, bounds=(0.0, 3300.0, 1600.0, 9e9), clip=True)
    np.testing.assert_array_equal(part.heights, values[:7, :6])
    with pytest.raises(TerrainError, match="does not cover") as caught:
        read_terrain(path, bounds=(5000.0, 3300.0, 6000.0, 3800.0), clip=True)
    assert "(1000, 3000, 2000, 4000) m" in caught.value.remedy
    for odd in ((1600.0, 3300.0, 1200.0, 3800.0), (np.nan, 3300.0, 1600.0, 3800.0)):
        with pytest.raises(TerrainError, match="is no area"):
            read_terrain(path, bounds=odd)


def test_a_window_of_a_large_file_reads_no_more_than_it_needs(tmp_path, monkeypatch):
    values = np.arange(4_000_000, dtype=np.int32).reshape(2000, 2000) % 5000
    path = write(tmp_path / "a.tif", values, tiled=True, blockxsize=256, blockysize=256)
    asked = []
    from ilrs.data import rasters

    opened = rasters.open_terrain

    def watched(path):
        grid = opened(path)

        def read(rows, columns):
            asked.append((rows.stop - rows.start) * (columns.stop - columns.start))
            return grid.read(rows, columns)

        return dataclasses.replace(grid, read=read)

    monkeypatch.setattr(rasters, "open_terrain", watched)
    part = read_terrain(path, bounds=(51000.0, -96000.0, 61000.0, -86000.0))
    np.testing.assert_array_equal(part.heights, values[900:1000, 500:600])
    assert sum(asked) == 10_000
    asked.clear()
    monkeypatch.setattr(rasters, "_BLOCK", 300_000)
    np.testing.assert_array_equal(read_terrain(path).heights, values)
    assert len(asked) == 8  # rows of tiles, each unpacked once
    assert sum(asked) == 4_000_000


@pytest.mark.parametrize("step", [(100.0, -50.0), (-100.0, 50.0), (40.0, 90.0)])
def test_cells_of_any_shape_and_either_direction(tmp_path, step):
    a, e = step
    values = np.arange(12, dtype=np.int16).reshape(3, 4)
    path = write(tmp_path / "a.tif", values, transform=Affine(a, 0, 1000.0, 0, e, 4000.0))
    terrain = read_terrain(path)
    assert (terrain.dx, terrain.dy) == step
    assert (terrain.x0, terrain.y0) == (1000.0 + a / 2, 4000.0 + e / 2)
    assert open_terrain(path).bounds == (
        min(1000.0, 1000.0 + 4 * a),
        min(4000.0, 4000.0 + 3 * e),
        max(1000.0, 1000.0 + 4 * a),
        max(4000.0, 4000.0 + 3 * e),
    )


def test_a_geographic_window_is_asked_for_in_degrees(tmp_path):
    values = np.arange(180 * 360, dtype=np.int32).reshape(180, 360) % 9000
    path = write(
        tmp_path / "g.tif",
        values,
        crs="+proj=longlat +R=1737400 +no_defs",
        transform=Affine(1.0, 0.0, 0.0, 0.0, -1.0, 90.0),
    )
    part = read_terrain(path, bounds=(350.0, -90.0, 360.0, -80.0))
    np.testing.assert_array_equal(part.heights, values[170:, 350:])
    assert np.degrees(part.x0) == pytest.approx(350.5)
    with pytest.raises(TerrainError, match="deg"):
        read_terrain(path, bounds=(-10.0, -90.0, 10.0, -80.0))


def test_a_map_of_the_other_pole_is_refused_by_name(tmp_path):
    north = MOON_POLAR.replace("-90", "90")
    path = write(tmp_path / "n.tif", np.zeros((3, 3), np.int16), crs=north)
    assert read_terrain(path).crs == NORTH_POLAR
    assert read_terrain(path, pole="north").crs == NORTH_POLAR
    with pytest.raises(TerrainError, match=r"n\.tif is a map of the north pole") as caught:
        read_terrain(path, pole="south")
    assert SOUTH_POLAR in caught.value.remedy


@pytest.mark.parametrize("system", [SOUTH_POLAR, NORTH_POLAR, GEOGRAPHIC])
def test_the_authority_that_geotiff_drops_is_recovered(tmp_path, system):
    values = np.zeros((3, 3), np.int16)
    crs = CRS.from_user_input(system).to_wkt()
    path = write(tmp_path / "a.tif", values, crs=crs, transform=Affine(1.0, 0, 10.0, 0, -1.0, 50.0))
    with rasterio.open(path) as file:
        assert (file.crs.to_authority() is None) == (system != GEOGRAPHIC)
        found = CRS.from_wkt(file.crs.to_wkt()).to_authority(min_confidence=20)
    assert ":".join(found) == read_terrain(path).crs == system


def test_whole_numbers_in_jpeg_2000_do_not_say_their_scale(tmp_path):
    path = tmp_path / "a.jp2"
    with rasterio.open(
        path, "w", driver="JP2OpenJPEG", width=64, height=64, count=1, dtype="int16",
        crs=MOON_POLAR, transform=Affine(100.0, 0, 0, 0, -100.0, 0), QUALITY="100",
        REVERSIBLE="YES",
    ) as file:  # fmt: skip
        file.write(np.zeros((64, 64), np.int16), 1)
    with pytest.raises(TerrainError, match="does not say its scale"):
        read_terrain(path)


def test_authority_is_recovered_from_the_packaged_terrain():
    terrain = read_terrain(find("terrain/lola_south_70S_1600m.tif"))
    assert terrain.crs == SOUTH_POLAR
    assert terrain.cell == 1600.0


def test_a_geographic_grid_goes_round_the_globe(tmp_path):
    lon = np.arange(-179.5, 180, 1.0)
    lat = np.arange(89.5, -90, -1.0)
    values = (1000 * np.cos(np.radians(lon))[None, :] * np.cos(np.radians(lat))[:, None]).astype(
        np.float32
    )
    path = write(
        tmp_path / "g.tif",
        values,
        crs="+proj=longlat +R=1737400 +no_defs",
        transform=Affine(1.0, 0.0, -180.0, 0.0, -1.0, 90.0),
    )
    terrain = read_terrain(path)
    assert terrain.crs == GEOGRAPHIC
    where = np.radians([[0.0, 0.0], [10.0, 180.0], [-20.0, -180.0], [45.0, 539.9], [-90.0, 17.0]])
    expect = 1000 * np.cos(where[:, 1]) * np.cos(where[:, 0])
    expect[-1] = values[-1, 197]  # the last row's heights hold to the pole
    np.testing.assert_allclose(height_at([terrain], where[:, 0], where[:, 1]), expect, atol=0.3)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"crs": None}, "no reference system"),
        ({"crs": "EPSG:3031"}, "not the Moon"),
        ({"crs": "+proj=longlat +R=3396190 +no_defs"}, "not the Moon"),
        ({"crs": "+proj=eqc +R=1737400 +units=m +no_defs"}, "projection is"),
        ({"crs": MOON_POLAR.replace("lon_0=0", "lon_0=45")}, "longitude 0"),
        ({"crs": MOON_POLAR.replace("x_0=0", "x_0=500")}, "longitude 0"),
        ({"values": np.full((3, 3), 1_737_000, np.int32)}, "radii"),
        ({"values": np.full((3, 3), -32768, np.int16)}, "cannot be heights"),
        ({"values": np.full((3, 3), -9999, np.int16), "nodata": -9999}, "no heights at all"),
        ({"unit": "ft"}, "heights are in 'ft'"),
    ],
)
def test_what_is_not_lunar_terrain_is_refused_with_a_remedy(tmp_path, more, says):
    values = more.pop("values", np.zeros((3, 3), np.int16))
    with pytest.raises(TerrainError, match=says) as caught:
        read_terrain(write(tmp_path / "a.tif", values, **more))
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_a_truncated_file_is_refused(tmp_path):
    values = np.random.default_rng(1).integers(-100, 100, (200, 200)).astype(np.int16)
    path = write(tmp_path / "a.tif", values, compress="deflate")
    whole = path.read_bytes()
    for keep in (0.9, 0.5, 0.01, 0.0):
        path.write_bytes(whole[: int(len(whole) * keep)])
        with pytest.raises(TerrainError, match=r"cannot be (read|used)"):
            read_terrain(path)


@pytest.mark.parametrize("how", ["deflate", "lzw"])
def test_a_corrupted_tile_is_an_error_that_names_its_rows(tmp_path, how):
    values = np.random.default_rng(1).integers(-100, 100, (512, 512)).astype(np.int16)
    path = write(
        tmp_path / "a.tif", values, compress=how, tiled=True, blockxsize=128, blockysize=128
    )
    whole = read_terrain(path)
    place = path.stat().st_size // 2
    spoilt = bytearray(path.read_bytes())
    spoilt[place : place + 4000] = b"\xff" * 4000
    path.write_bytes(spoilt)
    with pytest.raises(TerrainError, match=r"cannot be read as a raster in rows \d+ to \d+"):
        read_terrain(path)
    # what is not spoilt can still be had
    corner = read_terrain(path, bounds=(1000.0, 4000.0 - 12800.0, 13800.0, 4000.0))
    np.testing.assert_array_equal(corner.heights, whole.heights[:128, :128])


@pytest.mark.parametrize("how", ["none", "zstd"])
def test_what_decoding_cannot_see_the_record_of_the_hash_does(tmp_path, how):
    values = np.random.default_rng(1).integers(-100, 100, (512, 512)).astype(np.int16)
    path = write(tmp_path / "a.tif", values, compress=how)
    record(path, sha256(path), "https://host/a.tif")
    assert read_terrain(path).sha256 == sha256(path)
    spoilt = bytearray(path.read_bytes())
    spoilt[200_000:200_040] = b"\xff" * 40
    path.write_bytes(spoilt)
    with pytest.raises(TerrainError, match="has changed since it was recorded"):
        read_terrain(path)


def test_an_absent_file_and_one_that_is_no_raster_are_refused(tmp_path):
    with pytest.raises(TerrainError, match="does not exist"):
        read_terrain(tmp_path / "none.tif")
    (tmp_path / "text.tif").write_text("heights of the Moon")
    with pytest.raises(TerrainError, match="cannot be read"):
        read_terrain(tmp_path / "text.tif")


@pytest.mark.skipif(not exists("terrain/shackleton_51km_25m.tif"), reason="no local terrain")
def test_fine_and_coarse_terrain_agree_where_they_overlap():
    fine = read_terrain(find("terrain/shackleton_51km_25m.tif"))
    coarse = read_terrain(find("terrain/lola_south_70S_1600m.tif"))
    blocks = fine.heights[: 2048 // 64 * 64].reshape(32, 64, 32, 64).mean(axis=(1, 3))
    x = -30000 + 1600 * (np.arange(32) + 0.5)
    y = 15000 - 1600 * (np.arange(32) + 0.5)
    from ilrs.ground.terrain import unproject

    other = height_at([coarse], *unproject(*np.meshgrid(x, y)))
    difference = blocks - other
    assert abs(difference.mean()) < 3.0
    assert difference.std() < 40.0
    assert project(-np.pi / 2, 0.0) == (0.0, 0.0)
