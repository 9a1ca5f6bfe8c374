"""What ships can be computed again, and comes out the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ilrs.data.candidates import read_candidates
from ilrs.environment.candidates import candidates
from ilrs.ground.terrain import project
from ilrs.siting import survey
from ilrs.siting.map import Map
from ilrs.siting.terrains import choose_terrains


@pytest.mark.long
def test_candidates_computed_again_are_those_that_ship(
    need_data: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("shackleton_10km_10m", "shackleton_51km_25m"):
        need_data(f"terrain/{name}.tif")
    before, table = read_candidates()
    chosen = [c for c in candidates() if c.name in ("ridge-01", "ridge-02")]
    where = [(c.latitude, c.longitude) for c in chosen]
    monkeypatch.setattr(survey, "summits", lambda _: tuple(np.array(where).T))
    monkeypatch.setattr(survey, "RELIEF_AT", 1)
    places = survey.scenario_places()[:1]
    monkeypatch.setattr(survey, "scenario_places", lambda: places)
    survey.survey(choose_terrains(), tmp_path / "sites", lambda *_: None)
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    after, made = read_candidates()
    assert [row["name"] for row in made["places"]] == ["ridge-a", "ridge-01", "ridge-02"]
    assert after.relief.shape == (2, 3, 180)
    names = [row["name"] for row in table["places"]]
    for k, row in enumerate(made["places"]):
        n = names.index(row["name"])
        assert np.abs(after.elevation[k].astype(int) - before.elevation[n]).max() <= 1
        np.testing.assert_allclose(after.lack[k], before.lack[n], atol=1)
        # the same errors, to what a refined model of terrain error would change
        drawn = after.draw[k].ravel(), before.draw[n].ravel()
        assert drawn[0].std() == pytest.approx(drawn[1].std(), rel=0.1)
        assert np.corrcoef(*drawn)[0, 1] > 0.95
        for key in ("latitude_deg", "longitude_deg", "slope_deg", "roughness_m", "region"):
            assert row[key] == table["places"][n][key]


def test_ways_to_shadow_are_to_the_nearest_dark_cell() -> None:
    shadow = np.zeros((20, 30), np.float32)
    shadow[5, 7] = shadow[15, 25] = 1.0
    found = Map({"permanent_shadow": shadow}, (-1500.0, 1000.0), (100.0, -50.0), {})
    dark = -1500.0 + 7 * 100.0, 1000.0 - 5 * 50.0
    places = []
    for name, (x, y) in {
        "in it": dark,
        "beside it": (dark[0] + 300.0, dark[1]),
        "off the map": (9e5, 0.0),
    }.items():
        rho, lon = math.hypot(x, y), math.atan2(x, y)
        lat = 2.0 * math.atan(rho / (2.0 * 1_737_400.0)) - 0.5 * math.pi
        assert project(lat, lon)[0] == pytest.approx(x)
        places.append(survey.Found(name, "window", lat, lon))
    assert survey.ways_to_shadow(found, places) == [0.0, 300.0, None]
