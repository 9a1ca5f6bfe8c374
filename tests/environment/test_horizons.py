import dataclasses
import json

import numpy as np
import pytest

from ilrs.data import exists, find
from ilrs.data.rasters import read_terrain
from ilrs.environment.certificate import certificate_from
from ilrs.environment.horizons import (
    compute_place_horizon,
    load_horizon,
    recompute,
    save_horizon,
)
from ilrs.errors import DataError, TerrainError
from ilrs.ground.horizon import azimuth_grid, point_horizon

SHIPPED = {
    "ridge-a": (-89.4511, 222.6627),
    "ridge-b": (-89.4925, 221.5758),
    "ridge-reactor": (-89.4649, 219.6869),
    "ridge-garage": (-89.4481, 222.7602),
    "shackleton-rim": (-88.8, 123.4),
    "leibnitz-beta": (-85.441, 31.759),
    "amundsen": (-84.525, 85.305),
    "cold-hollow": (-89.3496, 221.8657),
    "tranquillitatis-pit": (8.3355, 33.222),
}
PLACE = tuple(map(float, np.radians((-85.441, 31.759))))


@pytest.fixture(scope="module")
def coarse():
    return [read_terrain(find("terrain/lola_south_70S_1600m.tif"))]


@pytest.fixture(scope="module")
def small(coarse):
    return compute_place_horizon(
        "small", *PLACE, coarse, heights=(2.0, 10.0, 4.0), reach_m=50_000.0, azimuth_step_deg=1.0
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_horizon_loads_for_its_place(name):
    horizon = load_horizon(name, *np.radians(SHIPPED[name]))
    certificate = horizon.certificate
    assert horizon.elevation.shape == (horizon.heights.size, 3600)
    assert certificate.reach_m >= 200_000
    assert certificate.azimuth_step_deg <= 0.1
    assert certificate.error_deg["sampling_max"] < 0.02
    assert certificate.error_deg["azimuth_p99"] < 0.005
    assert certificate.coarse == (not name.startswith(("ridge", "cold")))
    assert ("COARSE" in certificate.note) == certificate.coarse
    assert all(len(t.sha256) == 64 for t in certificate.terrains)
    assert (np.diff(horizon.elevation, axis=0) <= 1e-9).all()


def test_no_shipped_horizon_goes_untested():
    folder = find("horizons/ridge-a.npz").parent
    assert {path.stem for path in folder.glob("*.npz")} == set(SHIPPED)


def test_a_shipped_horizon_is_what_its_terrain_gives(coarse):
    horizon = load_horizon("leibnitz-beta", *PLACE)
    assert horizon.certificate.terrains[-1].sha256 == coarse[0].sha256
    every = 50
    again = point_horizon(
        coarse, *PLACE, horizon.heights[[5, 15]], azimuth_grid(0.1)[::every], 300_000.0
    )
    stored = horizon.elevation[[5, 15], ::every]
    # the certified one saw fine terrain near the pole, a few of these azimuths
    apart = np.degrees(np.abs(again - stored))
    assert np.percentile(apart, 90) < 0.002
    assert apart.max() < 0.1


@pytest.mark.skipif(not exists("terrain/shackleton_51km_25m.tif"), reason="no local terrain")
def test_the_ridge_recomputes_to_what_is_shipped():
    names = ("terrain/shackleton_10km_10m.tif", "terrain/shackleton_51km_25m.tif",
             "terrain/lola_south_70S_1600m.tif")  # fmt: skip
    layers = [read_terrain(find(name)) for name in names]
    at = tuple(map(float, np.radians(SHIPPED["ridge-a"])))
    horizon = load_horizon("ridge-a", *at)
    assert [t.sha256 for t in horizon.certificate.terrains] == [t.sha256 for t in layers]
    again = point_horizon(layers, *at, [2.0, 10.0], azimuth_grid(0.1)[::7])
    assert np.degrees(np.abs(again - horizon.at([2.0, 10.0])[:, ::7])).max() < 0.0011


def test_what_is_saved_reads_back_the_same(small, tmp_path):
    saved = save_horizon(small, tmp_path)
    read = load_horizon("small", *PLACE, folder=tmp_path)
    np.testing.assert_array_equal(read.elevation, small.elevation)
    assert read.certificate == saved.certificate
    assert read.heights.tolist() == [2.0, 4.0, 10.0]
    first = (tmp_path / "small.npz").read_bytes()
    save_horizon(small, tmp_path)
    assert (tmp_path / "small.npz").read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["small.json", "small.npz"]


def test_between_heights_the_true_horizon_is_never_higher(small, coarse):
    exact = point_horizon(coarse, *PLACE, [3.0, 6.0], azimuth_grid(1.0), 50_000.0)
    between = small.at([3.0, 6.0])
    assert (np.degrees(exact - between) < 0.003).all()
    assert np.degrees(between - exact).max() <= small.certificate.error_deg["height_max"] + 0.3
    np.testing.assert_array_equal(small.at(4.0), small.elevation[1:2])


@pytest.mark.parametrize("heights", [[1.9], [10.5], [np.nan], [], [2.0, 40.0]])
def test_heights_that_were_not_computed_are_refused(small, heights):
    with pytest.raises(DataError, match="holds heights from 2 to 10 m"):
        small.at(heights)


def test_a_horizon_for_another_place_is_refused(small, tmp_path):
    save_horizon(small, tmp_path)
    with pytest.raises(DataError, match="from the place asked for"):
        load_horizon("small", PLACE[0] + np.radians(0.001), PLACE[1], folder=tmp_path)
    # 3 m is the fourth decimal of a degree, and a whole turn of longitude is none
    load_horizon("small", PLACE[0] + np.radians(0.0001), PLACE[1] - 2 * np.pi, folder=tmp_path)


def test_changed_elevations_are_refused(small, tmp_path):
    save_horizon(small, tmp_path)
    steps = np.rint(np.degrees(small.elevation) / 0.002).astype(np.int16)
    steps[0, 0] += 1
    np.savez_compressed(tmp_path / "small.npz", elevation_steps=steps)
    with pytest.raises(DataError, match="SHA-256"):
        load_horizon("small", *PLACE, folder=tmp_path)


def test_damaged_files_are_refused(small, tmp_path):
    save_horizon(small, tmp_path)
    whole = (tmp_path / "small.npz").read_bytes()
    for content in (b"", whole[:200], b"no archive"):
        (tmp_path / "small.npz").write_bytes(content)
        with pytest.raises(DataError, match="cannot be read"):
            load_horizon("small", *PLACE, folder=tmp_path)
    with pytest.raises(DataError, match="absent"):
        load_horizon("no-such-place", *PLACE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "ilrs-horizon-0"}, "format"),
        ({"mood": "good"}, "lacks or adds mood"),
        ({"terrains": [{"name": "x"}]}, "cannot be read"),
    ],
)
def test_certificates_of_another_make_are_refused(small, tmp_path, change, says):
    saved = save_horizon(small, tmp_path)
    row = {**json.loads((tmp_path / "small.json").read_text()), **change}
    with pytest.raises(DataError, match=says):
        certificate_from(row, saved.certificate.sha256)


def test_heights_and_azimuths_must_be_those_certified(small, tmp_path):
    save_horizon(small, tmp_path)
    path = tmp_path / "small.json"
    row = json.loads(path.read_text())
    path.write_text(json.dumps({**row, "heights_m": [2.0, 4.0]}))
    with pytest.raises(DataError, match="3 heights and 360 azimuths"):
        load_horizon("small", *PLACE, folder=tmp_path)


def test_recompute_writes_every_place_and_tells(tmp_path):
    heard = []
    done = recompute(
        {"one": PLACE, "two": (PLACE[0], PLACE[1] + 0.01)},
        tmp_path,
        [find("terrain/lola_south_70S_1600m.tif")],
        heights=[2.0],
        reach_m=20_000.0,
        told=heard.append,
    )
    assert [h.certificate.place for h in heard] == ["one", "two"]
    assert load_horizon("two", PLACE[0], PLACE[1] + 0.01, tmp_path).heights.tolist() == [2.0]
    assert done[0].certificate.sha256 != done[1].certificate.sha256
    assert "height_max" not in done[0].certificate.error_deg
    with pytest.raises(DataError, match="from 2 to 2 m"):
        done[0].at(3.0)
    assert done[0].at(2.0).shape == (1, 3600)


def test_a_place_off_the_terrain_is_refused(coarse):
    with pytest.raises(TerrainError, match="no terrain covers"):
        compute_place_horizon("equator", 0.0, 0.0, coarse)


def test_a_folder_that_cannot_be_written_is_one_clear_error(small, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        save_horizon(small, tmp_path / "file")


def test_the_hash_is_part_of_the_certificate(small):
    assert small.certificate.sha256 == ""
    assert dataclasses.asdict(small.certificate)["format"] == "ilrs-horizon-1"
