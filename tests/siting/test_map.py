"""Maps of areas: right in every cell, whole or not at all, taken up where they were."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import xarray as xr

from ilrs.data.rasters import read_terrain
from ilrs.errors import DataError, RunError, TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.terrain import height_at, project, unproject
from ilrs.ground.terrain_error import lossless
from ilrs.siting.answer import answer
from ilrs.siting.areas import area, called
from ilrs.siting.map import CERTIFICATE, PAGE, ZARR, make_map, read_map, working_folder
from ilrs.siting.outlook import Terms, outlook, sky_over
from ilrs.siting.relays import relays_of
from ilrs.siting.spots import spot
from ilrs.siting.terrains import choose_terrains
from ilrs.siting.tiles import Job, compute_tile, make_job
from ilrs.siting.work import attempted, tile_path

WEEKS = Clock.over(np.datetime64("2027-01-01"), np.datetime64("2027-01-29"), 3 * 3600)
COARSE = ["lola_south_70S_1600m"]
RELAYS = relays_of()


def job_of(side: int = 16, **changes: Any) -> Job:
    name, wanted = area("-88.8,123.4,40")
    terms = {"azimuths": 180, "side": side, "relays": RELAYS} | changes
    return make_job(name, wanted, WEEKS, terrain=COARSE, **terms)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("maps") / "rim"
    make_map(job_of(), out)
    return out


def test_cells_hold_what_dense_rays_give(finished: Path) -> None:
    found = read_map(finished)
    terrains = choose_terrains(COARSE)
    # what averages around the area take off its skylines is put back
    around = [lossless(t, area("-88.8,123.4,40")[1]) for t in terrains]
    ny, nx = found.layers["ground_m"].shape
    for i, j in [(0, 0), (3, 20), (ny // 2, nx // 2), (ny - 1, nx - 1), (15, 16)]:
        x, y = found.origin[0] + j * found.cell[0], found.origin[1] + i * found.cell[1]
        lat, lon = (float(v) for v in unproject(x, y))
        ground = float(height_at(terrains, lat, lon))
        assert found.layers["ground_m"][i, j] == pytest.approx(ground, abs=0.1)
        ends = [(x + 1600.0, y), (x - 1600.0, y), (x, y + 1600.0), (x, y - 1600.0)]
        e, w, n, s = (float(height_at(terrains, *unproject(*end))) for end in ends)
        # this near the pole a metre of the map is a metre of the ground to 2e-3
        slope = math.degrees(math.atan(math.hypot(e - w, n - s) / 3200.0))
        assert found.layers["slope_deg"][i, j] == pytest.approx(slope, abs=0.05)
        skyline = point_horizon(around, lat, lon, [2.0], azimuth_grid(0.5))[0]
        seen = outlook(skyline, sky_over(lat, lon, ground + 2.0, WEEKS, RELAYS), Terms())
        light = found.layers["mean_sun_area_fraction"][i, j]
        assert light == pytest.approx(seen.area.mean(), abs=0.02)
        earth = found.layers["earth_visible_fraction"][i, j]
        assert earth == pytest.approx(seen.earth_share, abs=0.03)
        relay = found.layers["queqiao_visible_fraction"][i, j]
        assert relay == pytest.approx(seen.relay_share[0], abs=0.015)
        for layer, spells in {
            "longest_earth_view_h": seen.earth_view,
            "longest_earth_gap_h": seen.earth_gap,
            "longest_queqiao_view_h": seen.relay_view[0],
            "longest_queqiao_gap_h": seen.relay_gap[0],
        }.items():
            longest = np.diff(spells, axis=1).max(initial=0) * 3.0
            assert found.layers[layer][i, j] == pytest.approx(longest, abs=12.0), layer
        dark = (seen.dark[:, 1] - seen.dark[:, 0]).max(initial=0) * 3.0
        assert found.layers["longest_dark_h"][i, j] == pytest.approx(dark, abs=9.0)
    shadow = found.layers["permanent_shadow"] == 1.0
    assert (found.layers["mean_sun_area_fraction"][shadow] == 0.0).all()


def test_bands_hold_the_spread_of_light_and_dark(finished: Path) -> None:
    found = read_map(finished).layers
    low, high = (found[f"mean_sun_area_fraction_{end}"] for end in ("p05", "p95"))
    assert (low <= high).all()
    assert ((low >= 0.0) & (high <= 1.0)).all()
    lit = found["mean_sun_area_fraction"] > 0.3
    # relief that averages swallow stands in the light: 10 points and more at most lit cells
    assert np.median((high - low)[lit]) > 0.05
    assert (low[lit] < found["mean_sun_area_fraction"][lit]).mean() > 0.9
    assert (found["longest_dark_h_p05"] <= found["longest_dark_h_p95"]).all()
    assert found["longest_dark_h_p95"].max() <= WEEKS.count * 3.0
    assert read_map(finished).certificate["band"]["draws"] == 15


@pytest.mark.long
def test_the_band_of_a_map_is_that_of_a_point(
    need_data: Callable[[str], Path], tmp_path: Path
) -> None:
    terrain = ["shackleton_51km_25m", *COARSE]
    for one in terrain:
        need_data(f"terrain/{one}.tif")
    name, wanted = area("-89.4511,222.6627,0.8")
    job = make_job(name, wanted, WEEKS, terrain=terrain)
    found = (make_map(job, tmp_path / "ridge"), read_map(tmp_path / "ridge"))[1]
    for i, j in [(5, 5), (16, 16), (26, 8)]:
        x, y = found.origin[0] + j * found.cell[0], found.origin[1] + i * found.cell[1]
        lat, lon = (math.degrees(float(v)) for v in unproject(x, y))
        exact = answer(spot([f"{lat!r}", f"{lon!r}"]), WEEKS, terrain=terrain).as_data()["band"]
        band = [found.layers[f"mean_sun_area_fraction_{end}"][i, j] for end in ("p05", "p95")]
        assert band == pytest.approx(exact["mean_sun_area_fraction"], abs=0.15)


@pytest.mark.long
def test_shadowed_ground_is_at_tens_of_kelvin(tmp_path: Path) -> None:
    out = tmp_path / "rim"
    certificate = make_map(job_of(side=64, bands=False, heat=True), out)
    found = read_map(out).layers
    least, mean, most = (found[f"surface_temperature_{k}_k"] for k in ("least", "mean", "most"))
    assert (least <= mean).all()
    assert (mean <= most).all()
    shadow = found["permanent_shadow"] == 1.0
    assert shadow.any()
    # the shadowed ground is warmed by lit walls only: above what the Moon's own heat gives (25 K)
    assert least[shadow].min() > 20.0
    assert 30.0 < mean[shadow].mean() < 100.0
    assert most[shadow].max() < 200.0
    assert mean[shadow].mean() < mean[~shadow].mean() - 20.0
    assert 150.0 < most[~shadow].max() < 330.0
    assert certificate["heat"]["facet_m"] == 3200.0
    assert certificate["statistics"]["surface_temperature_mean_k"]["mean"] is not None
    assert "temperature of the surface" in (out / PAGE).read_text()
    with xr.open_zarr(out / ZARR, consolidated=False) as data:
        assert data["surface_temperature_most_k"].attrs["units"] == "K"


def test_the_ridge_on_fine_terrain(need_data: Callable[[str], Path], tmp_path: Path) -> None:
    for terrain in ("shackleton_51km_25m", *COARSE):
        need_data(f"terrain/{terrain}.tif")
    year = Clock.over(np.datetime64("2027-01-01"), np.datetime64("2028-01-01"), 3 * 3600)
    name, wanted = area("-89.4511,222.6627,1.2")
    terrain = ["shackleton_51km_25m", *COARSE]
    job = make_job(name, wanted, year, terrain=terrain, height=10.0, azimuths=360, bands=False)
    assert job.seasons
    error = make_map(job, tmp_path / "ridge")["error_deg"]
    assert error["rms"] < 0.02
    assert error["p99"] < 0.06
    found = read_map(tmp_path / "ridge")
    x, y = project(math.radians(-89.4511), math.radians(222.6627))
    j, i = ((v - o) / c for v, o, c in zip((x, y), found.origin, found.cell, strict=True))
    light = found.layers["mean_sun_area_fraction"][round(float(i)), round(float(j))]
    assert light == pytest.approx(0.933, abs=0.02)
    summer, winter, whole = (
        found.layers[f"mean_sun_area_fraction{part}"] for part in ("_summer", "_winter", "")
    )
    # the pole leans to the Sun for half its year of 347 days
    assert (summer - winter).min() > 0.02
    share = (whole - winter) / (summer - winter)
    assert np.ptp(share) < 1e-3
    assert 0.4 < share.mean() < 0.6


def test_no_seam_between_tiles(finished: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    make_map(job_of(side=64), whole)
    a, b = read_map(finished).layers, read_map(whole).layers
    for name in ("mean_sun_area_fraction", "earth_visible_fraction", "slope_deg", "ground_m"):
        assert np.nanmax(np.abs(a[name] - b[name])) < 0.02, name


def test_rasters_zarr_and_page_say_what_they_are(finished: Path) -> None:
    certificate = json.loads((finished / CERTIFICATE).read_text())
    with rasterio.open(finished / "mean_sun_area_fraction.tif") as file:
        assert file.driver == "GTiff"
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.units == ("1",)
        assert file.tags()["source"].startswith("lola_south_70S_1600m")
    # our own reader takes the raster for lunar south polar ground
    assert read_terrain(finished / "ground_m.tif").cell == pytest.approx(1600.0)
    with xr.open_zarr(finished / ZARR, consolidated=False) as data:
        layer = data["longest_dark_h"]
        assert layer.attrs["units"] == "h"
        assert layer.attrs["grid_mapping"] == "polar_stereographic"
        mapping = data["polar_stereographic"].attrs
        assert mapping["grid_mapping_name"] == "polar_stereographic"
        assert mapping["semi_major_axis"] == 1_737_400.0
        assert data.attrs["Conventions"].startswith("CF-")
        assert (np.diff(data["x"]) > 0).all()
    page = (finished / PAGE).read_text()
    assert "http" not in page.replace("http-equiv", "")
    assert "Mean share of the Sun" in page
    assert certificate["terrain"][0]["sha256"] in json.dumps(certificate)
    assert certificate["files"].keys() >= {ZARR, PAGE}
    assert not working_folder(finished).exists()


def test_a_certificate_that_lies_about_its_hash_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "rim"
    make_map(job_of(), out)
    held = json.loads((out / CERTIFICATE).read_text())
    held["files"]["slope_deg.tif"] = "0" * 64
    (out / CERTIFICATE).write_text(json.dumps(held))
    with pytest.raises(DataError, match=r"slope_deg\.tif is not the file its certificate"):
        read_map(out)


def test_an_interrupted_map_goes_on_where_it_was(tmp_path: Path) -> None:
    out, job, done = tmp_path / "rim", job_of(), []

    def stopped(wanted: Job, tile: tuple[int, int]) -> dict[str, Any]:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(tile)
        return compute_tile(wanted, tile)

    with pytest.raises(KeyboardInterrupt):
        make_map(job, out, compute=stopped)
    assert not out.exists()
    later = []

    def counted(wanted: Job, tile: tuple[int, int]) -> dict[str, Any]:
        later.append(tile)
        return compute_tile(wanted, tile)

    make_map(job, out, compute=counted)
    assert sorted(done + later) == sorted(job.tiles)
    assert len(later) == len(job.tiles) - 2


def test_a_tile_that_fails_is_tried_again_then_named(tmp_path: Path) -> None:
    job, tries = job_of(), []

    def shaky(wanted: Job, tile: tuple[int, int]) -> dict[str, Any]:
        tries.append(tile)
        if tries.count((0, 1)) < 3 and tile == (0, 1):
            raise OSError("the node went away")
        if tile == (1, 0):
            raise ArithmeticError("broken")
        return compute_tile(wanted, tile)

    with pytest.raises(RunError, match="tile 1, 0 failed 3 times: ArithmeticError: broken"):
        make_map(job, tmp_path / "rim", compute=shaky)
    assert tries.count((0, 1)) == tries.count((1, 0)) == 3
    kept = working_folder(tmp_path / "rim")
    assert tile_path(kept, (0, 1)).is_file()
    assert not tile_path(kept, (1, 0)).exists()
    assert not (tmp_path / "rim").exists()


def test_a_users_mistake_is_not_tried_again() -> None:
    tries = []

    def wrong(job: Job, tile: tuple[int, int]) -> dict[str, Any]:
        tries.append(tile)
        raise TerrainError("no ground")

    with pytest.raises(TerrainError):
        attempted(wrong, job_of(), (0, 0))
    assert len(tries) == 1


@pytest.mark.parametrize("cut", [0, 10, 5000])
def test_a_corrupted_tile_is_named_and_nothing_written(tmp_path: Path, cut: int) -> None:
    out, job = tmp_path / "rim", job_of()

    def stopped(wanted: Job, tile: tuple[int, int]) -> dict[str, Any]:
        if tile != (0, 0):
            raise KeyboardInterrupt
        return compute_tile(wanted, tile)

    with pytest.raises(KeyboardInterrupt):
        make_map(job, out, compute=stopped)
    path = tile_path(working_folder(out), (0, 0))
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + b"\0" + whole[cut + 1 :] if cut else b"")
    with pytest.raises(DataError, match=r"0000-0000\.tile cannot be used"):
        make_map(job, out)
    assert not out.exists()
    path.unlink()
    make_map(job, out)
    assert read_map(out).certificate["rows"] == job.grid.rows


def test_another_job_in_the_same_place_is_refused(tmp_path: Path) -> None:
    out, job = tmp_path / "rim", job_of()

    def stopped(wanted: Job, tile: tuple[int, int]) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_map(job, out, compute=stopped)
    with pytest.raises(UserError, match="unfinished map with another height"):
        make_map(replace(job, height=5.0), out)


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="not a map"):
        make_map(job_of(), tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_terrain_that_is_not_at_hand_on_a_worker_is_refused() -> None:
    job = job_of()
    used = (replace(job.used[0], sha256="0" * 64),)
    with pytest.raises(DataError, match="not at hand here"):
        compute_tile(replace(job, used=used), (0, 0))


def test_an_area_outside_the_terrain_is_refused() -> None:
    name, wanted = area("-65,10,20")
    with pytest.raises(TerrainError, match="outside the terrain"):
        make_job(name, wanted, WEEKS, terrain=COARSE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rigde", "nearest: ridge"),
        ("-89,0,-5", "holds nothing"),
        ("10,0,5", "south of -60 deg"),
        ("5,5,1,1", "lower bounds first"),
        ("1,2", "is no area"),
    ],
)
def test_what_is_no_area_is_refused(text: str, said: str) -> None:
    with pytest.raises((UserError, TerrainError), match=said):
        area(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ridge", "The connecting ridge between Shackleton and de Gerlache"),
        ("-88.8,123.4,40", "40 x 40 km around shackleton-rim"),
        ("-89.4511,222.6627,2", "2 x 2 km around ridge-a"),
        ("-90,0,10", "10 x 10 km around the pole"),
        ("-88,150,10", "10 x 10 km, 52.2 km from Shackleton"),
        ("-84.4,83.1,200", "200 x 200 km around Amundsen"),
    ],
)
def test_areas_are_called_by_what_lies_there(text: str, said: str) -> None:
    assert called(*area(text)) == said


@pytest.mark.long
def test_a_cluster_gives_the_same_map(finished: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    # A scheduler and a worker in processes of their own, as a user has them.
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        make_map(job_of(), tmp_path / "rim", scheduler=cluster.scheduler_address)
    a, b = read_map(finished).layers, read_map(tmp_path / "rim").layers
    for name, values in a.items():
        np.testing.assert_array_equal(values, b[name])


def test_a_hole_in_the_middle_of_the_area_is_refused(
    need_data: Callable[[str], Path], tmp_path: Path
) -> None:
    source = need_data("terrain/lola_south_70S_1600m.tif")
    with rasterio.open(source) as file:
        values, profile = file.read(1), file.profile
        row, column = file.index(23_000.0, -20_000.0)
    values[row - 1 : row + 2, column - 1 : column + 2] = -32768.0
    profile.update(dtype="float32", nodata=-32768.0)
    holed = tmp_path / "holed.tif"
    with rasterio.open(holed, "w", **profile) as file:
        file.write(values.astype("float32"), 1)
    wanted = area("3,-40,43,0")[1]
    with pytest.raises(TerrainError, match=r"has no terrain|hole"):
        make_job("holed", wanted, WEEKS, terrain=[str(holed)])
