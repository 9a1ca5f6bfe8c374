"""PDS3 labels with their images, in the form of LOLA's gridded data records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from ilrs.data.grid import GEOGRAPHIC, NORTH_POLAR, SOUTH_POLAR
from ilrs.data.pds3 import read_label
from ilrs.data.rasters import open_terrain, read_terrain
from ilrs.errors import TerrainError
from ilrs.ground.terrain import height_at, project, unproject

LABEL = """\
PDS_VERSION_ID            = "PDS3"

/*** GENERAL DATA DESCRIPTION PARAMETERS, OFFSET = 1 is only a comment ***/
PRODUCT_VERSION_ID        = "V2.0"
DATA_SET_ID               = "LRO-L-LOLA-4-GDR-V1.0"
PRODUCT_ID                = "{name}"
MISSION_PHASE_NAME        = {{"COMMISSIONING","NOMINAL MISSION","SCIENCE
                            MISSION"}}
TARGET_NAME               = MOON
NOTE                      = "heights, where
   LINES = 3 is no entry but a remark"

RECORD_TYPE               = FIXED_LENGTH
RECORD_BYTES              = {record}
FILE_RECORDS              = {lines}
^IMAGE                    = "{name}.IMG"

OBJECT                    = IMAGE
  NAME                      = HEIGHT
  LINES                     = {lines}
  LINE_SAMPLES              = {samples}
  SAMPLE_TYPE               = {kind}
  SAMPLE_BITS               = {bits}
  UNIT                      = {unit}
  SCALING_FACTOR            = {scale}
  OFFSET                    = {offset}
END_OBJECT                = IMAGE

OBJECT                    = IMAGE_MAP_PROJECTION
 ^DATA_SET_MAP_PROJECTION     = "DSMAP_POLAR.CAT"
 MAP_PROJECTION_TYPE          = "{projection}"
 A_AXIS_RADIUS                = 1737.4 <km>
 B_AXIS_RADIUS                = 1737.4 <km>
 C_AXIS_RADIUS                = 1737.4 <km>
 COORDINATE_SYSTEM_NAME       = "MEAN EARTH/POLAR AXIS OF DE421"
 POSITIVE_LONGITUDE_DIRECTION = "EAST"
 CENTER_LATITUDE              = {latitude} <deg>
 CENTER_LONGITUDE             = {longitude} <deg>
 LINE_PROJECTION_OFFSET       = {line} <pix>
 SAMPLE_PROJECTION_OFFSET     = {column} <pix>
 MAP_RESOLUTION               = {resolution} <pix/deg>
 MAP_SCALE                    = {cell}
 MAP_PROJECTION_ROTATION      = 0.0
 MAXIMUM_LATITUDE             = {north} <deg>
 MINIMUM_LATITUDE             = {south} <deg>
END_OBJECT                = IMAGE_MAP_PROJECTION
END
"""


def product(folder: Path, values: np.ndarray, name: str = "LDEM_80S_80M", **changes: str) -> Path:
    """A label in the archive's form and its image, in lower case as the archive's files are."""
    lines, samples = values.shape
    entries = {
        "name": name,
        "record": values.strides[0],
        "lines": lines,
        "samples": samples,
        "kind": "PC_REAL" if values.dtype.kind == "f" else "LSB_INTEGER",
        "bits": 8 * values.itemsize,
        "unit": "METER",
        "scale": 0.5,
        "offset": "1737400.",
        "projection": "POLAR STEREOGRAPHIC",
        "latitude": "-90.",
        "longitude": "0.",
        "line": lines / 2 - 0.5,
        "column": samples / 2 - 0.5,
        "resolution": 379.0418,
        "cell": "80 <m/pix>",
        "north": "-80",
        "south": "-90",
        **changes,
    }
    text = LABEL.format(**entries).replace("\n", "\r\n")
    values.tofile(folder / f"{name.lower()}.img")
    label = folder / f"{name.lower()}.lbl"
    label.write_bytes(text.encode("ascii"))
    return label


def edit(label: Path, old: str, new: str) -> Path:
    text = label.read_bytes().decode()
    assert old in text
    label.write_bytes(text.replace(old, new).encode())
    return label


def test_scale_is_honoured_and_the_radius_in_offset_is_not_added(tmp_path: Path) -> None:
    dn = np.arange(-50, 50, dtype="<i2").reshape(10, 10)
    terrain = read_terrain(product(tmp_path, dn))
    np.testing.assert_array_equal(terrain.heights, 0.5 * dn)
    assert terrain.crs == SOUTH_POLAR
    assert terrain.name == "ldem_80s_80m"
    # ten columns of 80 m around the pole: the first centre is four and a half cells off
    assert (terrain.x0, terrain.y0, terrain.dx, terrain.dy) == (-360.0, 360.0, 80.0, -80.0)


def test_the_image_may_be_named_instead_of_its_label(tmp_path: Path) -> None:
    label = product(tmp_path, np.ones((4, 4), "<i2"))
    a, b = read_terrain(label), read_terrain(label.with_suffix(".img"))
    np.testing.assert_array_equal(a.heights, b.heights)
    assert a.sha256 == b.sha256


def test_an_offset_that_is_no_radius_is_added(tmp_path: Path) -> None:
    terrain = read_terrain(product(tmp_path, np.zeros((4, 4), "<i2"), offset="-200."))
    assert (terrain.heights == -200.0).all()


def test_float_versions_in_kilometres(tmp_path: Path) -> None:
    km = np.array([[1.5, -2.25], [0.0, np.nan]], "<f4")
    path = product(
        tmp_path, km, unit="KILOMETER", scale="1", offset="1737.4", cell="0.080 <KM/PIX>"
    )
    terrain = read_terrain(path)
    np.testing.assert_array_equal(terrain.heights, [[1500.0, -2250.0], [0.0, np.nan]])
    assert terrain.dx == 80.0


def test_big_endian_samples_and_missing_constants(tmp_path: Path) -> None:
    dn = np.array([[256, -32768], [3, 4]], ">i2")
    label = product(tmp_path, dn, kind="MSB_INTEGER")
    edit(label, "UNIT ", "MISSING_CONSTANT = -32768\r\n  UNIT ")
    np.testing.assert_array_equal(read_terrain(label).heights, [[128, np.nan], [1.5, 2.0]])


@pytest.mark.parametrize("pole", ["south", "north"])
def test_longitudes_run_as_the_archive_says(tmp_path: Path, pole: str) -> None:
    """90 E lies right of both poles; longitude 0 above the south pole, below the north pole."""
    dn = np.zeros((9, 9), "<i2")
    dn[4, 7], dn[1, 4] = 200, 400  # right of the pole, above the pole
    sign = -1 if pole == "south" else 1
    changes = {} if pole == "south" else {"latitude": "90.", "north": "90", "south": "80"}
    terrain = read_terrain(product(tmp_path, dn, cell="1000 <m/pix>", **changes))
    assert terrain.crs == (SOUTH_POLAR if pole == "south" else NORTH_POLAR)
    lat, _ = unproject(0.0, 3000.0)
    latitude = lat if pole == "south" else -lat
    top = 0.0 if sign < 0 else np.pi
    assert height_at([terrain], latitude, np.pi / 2) == pytest.approx(100.0, abs=1e-6)
    assert height_at([terrain], latitude, top) == pytest.approx(200.0, abs=1e-6)


def test_a_global_grid_has_the_values_the_archive_has(tmp_path: Path) -> None:
    """Six pixels of LDEM_4 with their published heights, at the places the label gives them."""
    dn = np.zeros((720, 1440), "<i2")
    known = {
        (0.125, 0.125): -796.0,
        (0.125, 90.125): -3814.5,
        (45.125, 45.125): -699.0,
        (-45.125, 315.125): -301.0,
        (89.875, 0.125): -119.5,
        (-89.875, 180.125): 172.0,
    }
    for (lat, lon), height in known.items():
        dn[round((89.875 - lat) * 4), round((lon - 0.125) * 4)] = 2 * height
    path = product(
        tmp_path,
        dn,
        "LDEM_4",
        projection="SIMPLE CYLINDRICAL",
        latitude="0.",
        longitude="180.",
        resolution="4",
        cell="7.58084 <km/pix>",
        line="359.5",
        column="719.5",
        north="90",
        south="-90",
    )
    terrain = read_terrain(path)
    assert terrain.crs == GEOGRAPHIC
    places = np.radians(list(known))
    np.testing.assert_allclose(
        height_at([terrain], places[:, 0], places[:, 1]), list(known.values()), atol=1e-6
    )
    part = read_terrain(path, bounds=(10.0, -20.0, 12.0, -19.0))
    assert part.heights.shape == (4, 8)
    assert np.degrees(part.x0) == pytest.approx(10.125)
    assert np.degrees(part.y0) == pytest.approx(-19.125)


def test_a_part_is_read_where_it_lies(tmp_path: Path) -> None:
    dn = np.arange(100, dtype="<i2").reshape(10, 10)
    path = product(tmp_path, dn)
    part = read_terrain(path, bounds=(-80.0, 0.0, 160.0, 160.0))
    np.testing.assert_array_equal(part.heights, 0.5 * dn[3:5, 4:7])
    whole = read_terrain(path)
    lat, lon = unproject(40.0, 40.0)
    assert height_at([part], lat, lon) == height_at([whole], lat, lon)
    assert project(lat, lon) == pytest.approx((40.0, 40.0))


@pytest.mark.parametrize("shift", [0.5, 1.0])
def test_the_pole_is_in_the_middle_however_its_pixel_is_counted(
    tmp_path: Path, shift: float
) -> None:
    dn = np.zeros((10, 10), "<i2")
    path = product(tmp_path, dn, line=str(4.5 + shift), column=str(4.5 + shift))
    assert open_terrain(path).x0 == -360.0


def test_a_wrong_centre_latitude_does_not_move_the_map_to_the_other_pole(tmp_path: Path) -> None:
    assert (
        open_terrain(product(tmp_path, np.zeros((4, 4), "<i2"), latitude="90")).crs == SOUTH_POLAR
    )


def test_a_label_with_its_image_in_records_behind_it(tmp_path: Path) -> None:
    dn = np.arange(16, dtype="<i2").reshape(4, 4)
    label = product(tmp_path, dn)
    image = tmp_path / "ldem_80s_80m.img"
    image.write_bytes(bytes(16) + dn.tobytes())
    edit(label, '= "LDEM_80S_80M.IMG"', '= ("LDEM_80S_80M.IMG", 3)')
    np.testing.assert_array_equal(read_terrain(label).heights, 0.5 * dn)
    edit(label, '.IMG", 3)', '.IMG", 17 <BYTES>)')
    np.testing.assert_array_equal(read_terrain(label).heights, 0.5 * dn)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('PDS_VERSION_ID            = "PDS3"', "", "no PDS3 label"),
        ("LINES                     = 4", "", "has no LINES"),
        ("SCALING_FACTOR            = 0.5", "SCALING_FACTOR = half", "no number"),
        ("UNIT                      = METER", "UNIT = PERCENT", "no length"),
        ("80 <m/pix>", "80", "no length known"),
        ("LSB_INTEGER", "VAX_REAL", "not known here"),
        ("A_AXIS_RADIUS                = 1737.4", "A_AXIS_RADIUS = 3396.19", "not the Moon"),
        ("MEAN EARTH/POLAR AXIS OF DE421", "PRINCIPAL AXES", "mean Earth frame"),
        ("POLAR STEREOGRAPHIC", "ORTHOGRAPHIC", "projection is"),
        ("CENTER_LONGITUDE             = 0.", "CENTER_LONGITUDE = 45.", "longitude 0"),
        ('= "EAST"', '= "WEST"', "westward"),
        ("ROTATION      = 0.0", "ROTATION = 90.0", "rotated"),
        ("MAXIMUM_LATITUDE             = -80", "MAXIMUM_LATITUDE = 80", "cannot cover"),
        ("LDEM_80S_80M.IMG", "OTHER.IMG", "is not beside it"),
        ("^IMAGE ", "^TABLE ", "names no image"),
        ("LINES                     = 4", "LINES                     = 40", "truncated"),
    ],
)
def test_a_label_that_cannot_be_used_says_why(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    label = edit(product(tmp_path, np.zeros((4, 4), "<i2")), old, new)
    with pytest.raises(TerrainError, match=says) as caught:
        read_terrain(label)
    assert str(tmp_path) in str(caught.value)
    assert caught.value.exit_code == 2


def test_the_first_entry_of_a_key_counts_and_quoted_text_is_no_entry(tmp_path: Path) -> None:
    label = read_label(product(tmp_path, np.zeros((4, 4), "<i2")))
    assert label.number("LINES") == 4
    assert label.text("TARGET_NAME") == "MOON"
    assert label.metres("MAP_SCALE") == 80.0
    assert label.number("OFFSET") == 1737400.0


def test_gdal_lays_the_map_as_we_do(tmp_path: Path) -> None:
    dn = np.arange(100, dtype="<i2").reshape(10, 10)
    path = product(tmp_path, dn)
    grid = open_terrain(path)
    with rasterio.open(path) as file:
        assert file.driver == "PDS"
        assert tuple(file.bounds) == grid.bounds
        np.testing.assert_array_equal(file.read(1) * file.scales[0], read_terrain(path).heights)
