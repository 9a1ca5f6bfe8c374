"""The verb `route`: its table, JSON and page, and what it refuses."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import Ilrs


@pytest.fixture
def fine(need_data) -> None:
    need_data("terrain/shackleton_51km_25m.tif")


def test_a_route_as_json_with_page_and_data(ilrs: Ilrs, fine: None, tmp_path) -> None:
    words = ("route", "ridge-a", -89.4925, "--at", "2031-12-01", "--days", 2, "--json")
    told = ilrs("route", "ridge-a", "-89.4925,221.5758", *words[3:], "--out", tmp_path / "o")
    assert told.code == 0
    (leg,) = told.data["legs"]
    assert leg["to"] == "ridge-b"
    assert leg["distance_m"] > 1000.0
    assert len(leg["points"][0]) == len(leg["columns"])
    written = json.loads((tmp_path / "o/route.json").read_text())
    assert written["legs"] == told.data["legs"]
    assert "<svg" in (tmp_path / "o/route.html").read_text()


def test_a_second_rover_keeps_clear_of_the_first(ilrs: Ilrs, fine: None, tmp_path) -> None:
    when = ("--at", "2031-12-01", "--days", 1, "--step", "10 min")
    ilrs("route", "ridge-a", "ridge-b", *when, "--out", tmp_path)
    told = ilrs("route", "ridge-b", "ridge-a", *when, "--clear-of", tmp_path, "--json")
    assert told.code == 0
    (leg,) = told.data["legs"]
    assert leg["nearest_other_m"] > 50.0 - 25.0 * 2**0.5
    assert leg["terms"]["clear_of"] == ["ridge-a to ridge-b"]


def test_a_route_for_people(ilrs: Ilrs, fine: None) -> None:
    told = ilrs("route", "ridge-a", "ridge-b", "--at", "2031-12-01", "--days", 2)
    assert told.code == 0
    assert "Corridor" in told.out
    assert "likely to be steeper" in told.out


def test_without_fine_terrain_it_says_what_to_fetch(ilrs: Ilrs, only_packaged: None) -> None:
    told = ilrs("route", "ridge-a", "ridge-b", "--at", "2031-12-01")
    assert told.code == 2
    assert "ilrs data fetch Site01" in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ridge-a", "atlantis", "--at", "2031-12-01"), "no candidate place"),
        (("ridge-a", "ridge-b"), "--at"),
        (("ridge-a", "ridge-b", "--at", "soon"), "not a date"),
        (("ridge-a", "ridge-b", "--at", "2031-12-01", "--rover", "none.yaml"), "none.yaml"),
        (("ridge-a", "ridge-b", "--at", "2031-12-01", "--keep-out", "fence=1,2,3"), "keep-out"),
        (("ridge-a", "ridge-b", "--at", "2080-12-01"), "2056"),
        (("ridge-a", "ridge-b", "--at", "2031-12-01", "--clear-of", "none.json"), "keep clear of"),
    ],
)
def test_mistakes_are_told(ilrs: Ilrs, words, said) -> None:
    told = ilrs("route", *words)
    assert told.code == 2
    assert said in told.err
