"""Points: the known figures of the ridge, the crater's floor, far-field convergence, bands."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ilrs.data.rasters import read_terrain
from ilrs.errors import DataError, UserError
from ilrs.flows.clock import Clock
from ilrs.siting.answer import answer
from ilrs.siting.candidates import candidates
from ilrs.siting.outlook import Terms
from ilrs.siting.point import point
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
    with pytest.raises(UserError, match="above the ground"):
        answer(spot(["-88.9,10"]), MONTH, heights=[height])


def test_terms_that_part_nothing_are_refused() -> None:
    with pytest.raises(UserError, match="parts no light from dark"):
        Terms(dark_at=1.0)
    with pytest.raises(UserError, match="feeds nothing"):
        Terms(array_to_load=0.0)


def test_beside_all_terrain_is_refused(only_packaged: None) -> None:
    with pytest.raises(DataError, match="no terrain covers"):
        answer(spot(["10", "20"]), MONTH)
