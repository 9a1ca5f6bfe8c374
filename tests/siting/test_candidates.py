"""The candidates that ship: enough of them, named once, held by their certificate."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ilrs import data
from ilrs.data.candidates import NAME, read_candidates
from ilrs.data.rasters import read_terrain
from ilrs.environment.candidates import candidates
from ilrs.errors import DataError
from ilrs.ground.terrain import height_at
from ilrs.siting.spots import apart
from ilrs.siting.survey import APART, HEIGHTS, region_of, scenario_places, summits


def test_at_least_a_hundred_with_skylines_at_three_heights() -> None:
    found = candidates()
    fine = [c for c in found if not c.coarse]
    assert len(fine) >= 100
    assert len({c.name for c in found}) == len(found)
    for one in found:
        assert one.heights == HEIGHTS == (0.0, 2.0, 10.0)
        assert one.skylines.shape == (3, 3600)
        # who stands higher never sees a higher skyline
        assert (np.diff(one.skylines, axis=0) <= 1e-12).all()
        assert math.radians(-30) < one.skylines.min() < one.skylines.max() < math.radians(60)
        assert one.lacks.shape == (3, 180)
        assert one.draws.shape == (3, 60 if one.coarse else 20, 180)
        # averages lower skylines, by no more than 0.3 deg in the mean
        assert one.lacks.min() >= 0.0
        assert 0.0 < math.degrees(one.lacks.max()) < 0.31


def test_the_named_regions_are_there_and_say_what_they_rest_on() -> None:
    by_name = {c.name: c for c in candidates()}
    assert {place.name for place in scenario_places()} <= set(by_name)
    for name in ("shackleton-rim", "leibnitz-beta", "amundsen"):
        assert by_name[name].coarse
        assert by_name[name].cell == pytest.approx(1600.0)
    assert not by_name["ridge-a"].coarse


def test_candidates_of_the_rule_stand_apart() -> None:
    chosen = [c for c in candidates() if c.region != "scenario"]
    for i, a in enumerate(chosen):
        for b in chosen[:i]:
            # metres on the map are metres on the ground to 1e-4 this near the pole
            assert apart(a.latitude, a.longitude, b.latitude, b.longitude) > 0.99 * APART


def test_candidates_are_summits_of_the_terrain(need_data: Callable[[str], Path]) -> None:
    terrain = read_terrain(need_data("terrain/shackleton_51km_25m.tif"))
    latitudes, longitudes = summits(terrain)
    for one in [c for c in candidates() if c.region != "scenario"][::10]:
        gaps = [
            apart(one.latitude, one.longitude, float(a), float(b))
            for a, b in zip(latitudes, longitudes, strict=True)
        ]
        assert min(gaps) < 1.0
        ground = float(height_at([terrain], one.latitude, one.longitude))
        assert one.ground == pytest.approx(ground, abs=5.0)


def test_regions_go_by_crater_rims_and_the_ridge() -> None:
    # 10.46 km from Shackleton's centre is on its rim, the centre is not
    assert region_of(7_690.0, -6_400.0 + 10_460.0) == "shackleton-rim"
    assert region_of(7_690.0, -6_400.0) == "window"
    assert region_of(-11_284.0, -12_240.0) == "ridge"


def test_a_certificate_that_lies_about_its_hash_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sites"
    folder.mkdir()
    for end in (".npz", ".json"):
        shutil.copy(data.PACKAGED / f"{NAME}{end}", folder)
    table = json.loads((folder / "candidates.json").read_text())
    table["sha256"] = "0" * 64
    (folder / "candidates.json").write_text(json.dumps(table))
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match="not those their certificate was made for"):
        read_candidates()


def test_a_cut_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sites"
    folder.mkdir()
    shutil.copy(data.PACKAGED / f"{NAME}.json", folder)
    whole = (data.PACKAGED / f"{NAME}.npz").read_bytes()
    (folder / "candidates.npz").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setenv("ILRS_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match="recompute them"):
        read_candidates()
