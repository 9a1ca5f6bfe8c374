"""Points: the known figures of the ridge, the crater's floor, far-field convergence, bands."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from ilrs.data.rasters import read_terrain
from ilrs.data.tables import write_table
from ilrs.environment.candidates import candidates
from ilrs.errors import DataError, TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.ground.terrain import unproject
from ilrs.siting import outlook
from ilrs.siting.answer import answer, warmth
from ilrs.siting.objects import scenario_objects, written_objects
from ilrs.siting.outlook import Terms
from ilrs.siting.point import candidate_point, point
from ilrs.siting.relays import relays_of
from ilrs.siting.spots import spot

YEAR = Clock.over(np.datetime64("2027-01-01"), np.datetime64("2028-01-01"), 600)
MONTH = Clock.over(np.datetime64("2027-01-01"), np.datetime64("2027-02-01"), 3600)
RIDGE = (math.radians(-89.4511), math.radians(222.6627))
NAMES = ("terrain/shackleton_51km_25m.tif", "terrain/lola_south_70S_1600m.tif")


@pytest.fixture(scope="module")
def layers(request: pytest.FixtureRequest) -> list:
    need: Callable[[str], Path] = request.getfixturevalue("need_data")
    return [read_terrain(need(name)) for name in NAMES]


def test_the_ridge_has_the_known_light_and_view(layers: list) -> None:
    found = point(layers, *RIDGE, YEAR, heights=[2.0, 10.0]).as_data()
    low, high = found["heights"]
    assert low["mean_sun_area_fraction"] == pytest.approx(0.825, abs=0.02)
    assert high["mean_sun_area_fraction"] == pytest.approx(0.933, abs=0.02)
    assert low["earth_visible_fraction"] == pytest.approx(0.51, abs=0.02)
    assert found["mean_sun_area_fraction"] == low["mean_sun_area_fraction"]
    assert not found["coarse"]
    assert [t["cell_m"] for t in found["terrain"]] == [25.0, 1600.0]
    for row in (low, high):
        # the band has in it what the value has: averages beyond the window lower skylines
        ends = row["band"]["mean_sun_area_fraction"]
        assert ends[0] < row["mean_sun_area_fraction"] < ends[1]
        assert ends[0] < row["band"]["median_mean_sun_area_fraction"] < ends[1]
        assert row["mean_sun_area_fraction"] < row["as_computed"]["mean_sun_area_fraction"]
    assert high["band"]["median_mean_sun_area_fraction"] == pytest.approx(
        high["mean_sun_area_fraction"], abs=0.003
    )
    spans = [s["hours"] for s in low["dark_spells"]]
    assert low["longest_dark_h"] == max(spans)
    assert sum(spans) == pytest.approx(low["dark_total_h"], abs=0.01)
    assert high["longest_dark_h"] < low["longest_dark_h"]


def test_the_crater_floor_is_never_lit(layers: list) -> None:
    floor = math.radians(-89.67), math.radians(129.78)
    found = point(layers, *floor, YEAR, heights=[2.0]).as_data()
    assert found["mean_sun_area_fraction"] == 0.0
    assert found["longest_dark_h"] == YEAR.count / 6
    assert found["longest_light"] is None
    assert found["band"]["mean_sun_area_fraction"] == [0.0, 0.0]


@pytest.mark.long
def test_the_crater_floor_is_as_cold_as_its_walls_leave_it(layers: list) -> None:
    """Against the exchange of the whole crater (tests of the ground): 85 K, 40 K, 53 K."""
    del layers
    terrain = [Path(name).stem for name in NAMES]
    found = warmth(spot(["-89.67", "129.78"]), YEAR, terrain=terrain)
    assert found["surface_least_k"] == pytest.approx(40.0, abs=4.0)
    assert found["surface_mean_k"] == pytest.approx(53.0, abs=4.0)
    assert found["surface_most_k"] == pytest.approx(85.0, abs=6.0)
    assert found["from_sun_w_m2"] == 0.0
    deep = found["depths"][-1]
    assert deep["most_k"] - deep["least_k"] < 3.0


def test_warmth_without_its_surroundings_is_refused(only_packaged: None) -> None:
    with pytest.raises(UserError, match="warmth comes from farther"):
        warmth(spot(["-88.9,222.6"]), MONTH, reach_m=20e3)


@pytest.mark.long
def test_far_terrain_converges_and_near_terrain_alone_is_biased(layers: list) -> None:
    light = [
        point(layers, *RIDGE, YEAR, heights=[10.0], reach_m=1e3 * reach)
        .views[0]
        .outcome.area.mean()
        for reach in (50.0, 150.0, 300.0)
    ]
    assert abs(light[1] - light[2]) < 0.003
    # Terrain cut at 50 km leaves out the far mountains of the winter Sun: light comes out too high,
    # as in the convergence series of Barker et al. 2021.
    assert light[0] - light[2] > 0.005


def test_packaged_terrain_alone_is_marked_coarse_and_darker(only_packaged: None) -> None:
    found = answer(spot(["-88.9", "222.6"]), MONTH).as_data()
    assert found["coarse"]
    assert found["note"].startswith("COARSE")
    plain = found["as_computed"]["mean_sun_area_fraction"]
    low, high = found["band"]["mean_sun_area_fraction"]
    # the known loss is put back; relief near by, which nobody knows here, makes the band wide
    assert low < found["mean_sun_area_fraction"] < plain
    assert low < plain < high
    assert high - low > 0.1


def test_without_fine_terrain_a_candidate_is_answered_from_what_ships(only_packaged: None) -> None:
    found = answer(spot(["-89.4511,222.6627"]), YEAR, heights=[2.0, 10.0]).as_data()
    assert found["place"] == "ridge-a"
    assert not found["coarse"]
    assert found["heights"][0]["mean_sun_area_fraction"] == pytest.approx(0.825, abs=0.02)
    assert found["heights"][1]["mean_sun_area_fraction"] == pytest.approx(0.933, abs=0.02)
    with pytest.raises(UserError, match="0, 2, 10 m above ground, not for 5 m"):
        answer(spot(["ridge-a"]), MONTH, heights=[5.0])


def test_shipped_and_computed_answers_agree(layers: list) -> None:
    del layers
    chosen = next(c for c in candidates() if c.name == "ridge-01")
    from ilrs.siting.point import candidate_point

    stored = candidate_point(chosen, MONTH, heights=[0.0, 2.0]).as_data()
    fresh = answer(spot(["ridge-01"]), MONTH, heights=[0.0, 2.0]).as_data()
    for a, b in zip(stored["heights"], fresh["heights"], strict=True):
        assert a["mean_sun_area_fraction"] == pytest.approx(b["mean_sun_area_fraction"], abs=2e-3)
        assert a["earth_visible_fraction"] == pytest.approx(b["earth_visible_fraction"], abs=2e-3)
    assert stored["slope_deg"] == pytest.approx(fresh["slope_deg"], abs=0.01)


def test_a_series_adds_up_to_the_answer(tmp_path: Path) -> None:
    found = candidate_point(candidates()[0], MONTH, heights=[2.0, 10.0], relays=relays_of())
    write_table(tmp_path / "a.csv", found.series())
    table = pd.read_csv(tmp_path / "a.csv")
    assert len(table) == MONTH.count
    assert table["time"][0] == "2027-01-01T00:30:00Z"
    for row in found.as_data()["heights"]:
        at = f"{row['height_m']:g}m"
        mean = table[f"sun_area_fraction_{at}"].mean()
        assert mean == pytest.approx(row["mean_sun_area_fraction"], abs=1e-6)
        assert table[f"earth_in_view_{at}"].mean() == pytest.approx(row["earth_visible_fraction"])
        seen = row["relay_views"]["queqiao"]["visible_fraction"]
        assert table[f"queqiao_in_view_{at}"].mean() == pytest.approx(seen)
    write_table(tmp_path / "a.parquet", found.series())
    assert len(pd.read_parquet(tmp_path / "a.parquet")) == MONTH.count
    with pytest.raises(UserError, match=r"end its name in \.csv"):
        write_table(tmp_path / "a.txt", found.series())


def test_a_long_period_in_blocks_is_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = candidate_point(candidates()[0], MONTH, heights=[2.0], relays=relays_of()).as_data()
    monkeypatch.setattr(outlook, "BLOCK", 50)
    monkeypatch.setattr(outlook, "MOST", 3 * MONTH.count)
    parts = candidate_point(candidates()[0], MONTH, heights=[2.0], relays=relays_of()).as_data()
    for key in ("mean_sun_area_fraction", "cumulative_deficit_h", "earth_visible_fraction"):
        assert parts[key] == pytest.approx(whole[key], abs=1e-6)
        assert parts["band"][key] == pytest.approx(whole["band"][key], abs=1e-6)
    assert parts["dark_spells"] == whole["dark_spells"]
    assert parts["relay_views"] == whole["relay_views"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-91", "0"], "is no place"),
        (["ridge-zz"], "no candidate place"),
        (["ridge-o1"], "nearest: ridge-"),
        (["1", "2", "3"], "no candidate place"),
    ],
)
def test_no_place_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        spot(words)


@pytest.mark.parametrize("height", [-0.1, math.nan, math.inf])
def test_heights_below_ground_are_refused(height: float, only_packaged: None) -> None:
    with pytest.raises(TerrainError, match="above the ground"):
        answer(spot(["-88.9,10"]), MONTH, heights=[height])


def test_a_lander_takes_light_and_terrain_error_does_not_move_it(only_packaged: None) -> None:
    """A wall all along the north hides what the Sun gives there, in every draw of the band."""
    place = spot(["ridge-a"])
    bare = answer(place, MONTH).as_data()
    wall = written_objects(["0,30,29,60"])
    built = answer(place, MONTH, obstacles=wall).as_data()
    assert built["objects"][0]["distance_m"] == 30.0
    profile = np.array(built["horizon"]["elevation_deg"])
    assert profile[0] == pytest.approx(math.degrees(math.atan2(58.0, 30.0)), abs=1e-3)
    hidden = math.degrees(math.atan(14.5 / 30.0))
    assert (profile > 60.0).sum() == 2 * math.floor(hidden) + 1
    lost = bare["mean_sun_area_fraction"] - built["mean_sun_area_fraction"]
    # the Sun goes round evenly in a lunation: what it gave there is gone, give or take that
    # January has a day and a half more, and that light was not the same all round
    assert 0.5 * 2 * hidden / 360.0 < lost < 1.5 * 2 * hidden / 360.0
    low, high = built["band"]["mean_sun_area_fraction"]
    assert low <= built["mean_sun_area_fraction"] + 0.02
    assert high < bare["band"]["mean_sun_area_fraction"][1] - 0.5 * lost


def test_a_scenarios_equipment_stands_around_its_place(only_packaged: None) -> None:
    found = {o.name: o for o in scenario_objects("ilrs", spot(["ridge-a"]))}
    assert found
    assert all(0.0 < o.distance < 2000.0 for o in found.values())
    with pytest.raises(UserError, match="no place of the scenario"):
        scenario_objects("ilrs", spot(["-88.0,10.0"]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2,3", "3 numbers"),
        ("1,2,x,4", "could not convert"),
        ("1,2,nan,4", "not finite"),
        ("1,1,3,2", "farther off than it is wide"),
        ("50,0,0,2", "above zero"),
    ],
)
def test_no_objects_are_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        written_objects([text])


def test_a_hole_around_a_point_is_named(need_data: Callable[[str], Path], tmp_path: Path) -> None:
    source = need_data("terrain/shackleton_10km_10m.tif")
    fine = read_terrain(source)
    values, row, column = fine.heights.copy(), 500, 500
    values[row, column + 1] = -32768.0
    x, y = fine.x0 + column * fine.dx, fine.y0 + row * fine.dy
    with rasterio.open(source) as file:
        kept = {key: file.profile[key] for key in ("crs", "transform", "width", "height")}
    holed = tmp_path / "holed.tif"
    with rasterio.open(
        holed, "w", driver="GTiff", count=1, dtype="float32", nodata=-32768.0, **kept
    ) as file:
        file.write(values, 1)
    lat, lon = (math.degrees(float(v)) for v in unproject(x, y))
    place = spot([f"{lat!r}", f"{lon!r}"])
    with pytest.raises(TerrainError, match="has 1 hole of 1 cells"):
        answer(place, MONTH, terrain=[str(holed), "lola_south_70S_1600m"])


def test_a_window_of_a_file_gives_the_answer_of_the_whole(layers: list) -> None:
    whole = point(layers, *RIDGE, MONTH, heights=[2.0]).as_data()
    names = [Path(name).stem for name in NAMES]
    cut = answer(spot(["-89.4511", "222.6627"]), MONTH, terrain=names).as_data()
    for key in ("mean_sun_area_fraction", "earth_visible_fraction", "longest_dark_h"):
        assert cut[key] == whole[key]
    assert cut["terrain"] == whole["terrain"]


def test_terms_that_part_nothing_are_refused() -> None:
    with pytest.raises(UserError, match="parts no light from dark"):
        Terms(dark_at=1.0)
    with pytest.raises(UserError, match="feeds nothing"):
        Terms(array_to_load=0.0)


def test_beside_all_terrain_is_refused(only_packaged: None) -> None:
    with pytest.raises(DataError, match="no terrain covers"):
        answer(spot(["10", "20"]), MONTH)
