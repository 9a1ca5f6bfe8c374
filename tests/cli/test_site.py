"""The verbs of places: point, find, compare, map; what they print and refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Ilrs

JANUARY = ("--from", "2027-01-01", "--to", "2027-02-01", "--step", "6 h")
RIM = ("map", "-88.8,123.4,20", "--terrain", "lola_south_70S_1600m", *JANUARY, "--azimuths", 90)


def test_point_as_json_has_plain_keys_at_every_height(ilrs: Ilrs, only_packaged: None) -> None:
    told = ilrs(
        "site", "point", -89.4511, 222.6627, "--height", 2, "--height", 10, *JANUARY, "--json"
    )
    assert told.code == 0
    found = told.data
    assert found["place"] == "ridge-a"
    assert found["latitude_deg"] == -89.4511
    for key in (
        *("mean_sun_area_fraction", "mean_sun_flux_fraction", "earth_visible_fraction"),
        *("longest_dark_h", "longest_light_h", "cumulative_deficit_h", "slope_deg", "roughness_m"),
        *("dark_spells", "band", "horizon", "terrain", "coarse", "note", "kernels"),
    ):
        assert key in found
    assert [row["height_m"] for row in found["heights"]] == [2.0, 10.0]
    assert len(found["horizon"]["elevation_deg"]) == 360
    assert all(len(row["sha256"]) == 64 for row in found["terrain"])


def test_point_for_people_tells_spells_and_band(ilrs: Ilrs, only_packaged: None) -> None:
    told = ilrs("site", "point", "ridge-reactor", *JANUARY)
    assert told.code == 0
    assert "5-95 %" in told.out
    assert "Longest dark spells" in told.out
    coarse = ilrs("site", "point", "-88.9,222.6", *JANUARY)
    assert coarse.code == 0
    assert "COARSE" in coarse.err


def test_find_lists_places_and_pairs(ilrs: Ilrs) -> None:
    words = ("site", "find", "--region", "ridge", "--top", 3, "--pairs", "--height", 0)
    told = ilrs(*words, *JANUARY, "--json")
    assert told.code == 0
    assert len(told.data["places"]) == len(told.data["pairs"]) == 3
    assert told.data["measures"]["slope_deg"]["weight"] == 1.0
    for row in told.data["places"] + told.data["pairs"]:
        low, high = row["band"]["mean_sun_area_fraction"]
        assert low <= high
        assert low - 0.02 < row["mean_sun_area_fraction"] < high + 0.02
    assert any(np.ptp(row["band"]["mean_sun_area_fraction"]) > 0.01 for row in told.data["places"])
    pair = told.data["pairs"][0]
    assert (
        pair["band"]["mean_sun_area_fraction"][0] > max(pair["mean_sun_area_fraction_alone"]) - 0.1
    )
    people = ilrs("site", "find", "--area", "ridge", "--no-cells", "--top", 2, "--pairs", *JANUARY)
    assert people.code == 0
    assert "weights: mean_sun_area_fraction 4" in people.out
    assert "Common dark h" in people.out


def test_find_ranks_cells_of_an_area_with_the_candidates_in_it(
    ilrs: Ilrs, only_packaged: None
) -> None:
    words = ("site", "find", "--area", "-89.4,222,20", "--top", 40, "--pairs", *JANUARY, "--json")
    told = ilrs(*words)
    assert told.code == 0
    names = [row["name"] for row in told.data["places"]]
    assert "ridge-a" in names
    cells = [row for row in told.data["places"] if row["name"].startswith("cell-")]
    assert cells
    assert all(row["coarse"] for row in cells)
    scores = [row["score"] for row in told.data["places"]]
    assert scores == sorted(scores, reverse=True)
    assert told.data["pairs"]


def test_compare_sets_places_side_by_side(ilrs: Ilrs, only_packaged: None) -> None:
    told = ilrs("site", "compare", "ridge-a", "-89.4925,221.5758", *JANUARY)
    assert told.code == 0
    assert "ridge-a" in told.out
    assert "ridge-b" in told.out
    assert "Deficit h (5-95 %)" in told.out


def test_map_writes_a_folder_and_says_where(ilrs: Ilrs, tmp_path: Path) -> None:
    told = ilrs("site", *RIM, "--out", "rim", "--json")
    assert told.code == 0
    assert (tmp_path / told.data["page"]).is_file()
    assert told.data["certificate"]["rows"] in (12, 13)
    again = ilrs("site", *RIM, "--out", "rim")
    assert again.code == 0
    assert "permanent_shadow" in again.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("point", -91, 0), "is no place"),
        (("point", -89, 0, "--height", -1), "lies below it"),
        (("point", -89, 0, "--from", "2019-01-01", "--to", "2019-01-02"), "2020"),
        (("point", -89, 0, "--terrain", "atlantis"), "there is no terrain 'atlantis'"),
        (("point", -89, 0, "--dark-at", 1), "parts no light from dark"),
        (("point", -89, 0, "--object", "40,-10,4"), "is no object"),
        (("point", -89, 0, "--scenario", "ilrs"), "is no place of the scenario"),
        (("point", -89, 0, "--to", "2031-01-01T00:05"), "whole number of steps"),
        (("point", "ridge-x9"), "no candidate place"),
        (("find", "--weight", "slop_deg=1"), "is no measure"),
        (("find", "--area", "-80,0,3", "--no-cells"), "no candidate place lies there"),
        (("find", "--height", 5), "not for 5 m"),
        (("map", "atlantis"), "is no area"),
        (("map", "-65,10,20", "--terrain", "lola_south_70S_1600m"), "outside the terrain"),
        (("map", "-88.8,123.4,20", "--height", -1), "height"),
        (("map", "-88.8,123.4,20", "--to", "2071-01-01"), "kernel"),
        ((*RIM[:-2], "--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler answers"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    ilrs: Ilrs, tmp_path: Path, words: tuple[object, ...], said: str, only_packaged: None
) -> None:
    told = ilrs("site", *words)
    assert told.code == 2, told.err
    assert said in told.err
    assert told.out == ""
    assert not list(tmp_path.glob("maps/*"))
    assert not list(tmp_path.glob("maps/.*"))
