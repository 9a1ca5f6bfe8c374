"""The reference cases of the ground: those given, and ones of the same kinds written here."""

import json

import numpy as np
import pytest

from ilrs.data import exists
from ilrs.errors import UserError
from ilrs.validation import reference_dir, validate

KINDS = {"regolith_column", "crater_floor", "site_light"}


def given():
    try:
        return reference_dir()
    except UserError:
        return None


def run(folder, **case):
    (folder / "cases.yaml").write_text(json.dumps({"version": 1, "cases": [{"id": "x", **case}]}))
    return validate(folder)[0]


@pytest.mark.skipif(given() is None, reason="no reference cases")
def test_the_given_cases_pass():
    results = validate(kinds=KINDS)
    assert len(results) >= 6
    local = exists("terrain/shackleton_51km_25m.tif")
    for result in results:
        expected = "not_run" if result.kind == "site_light" and not local else "pass"
        assert result.status == expected, result


@pytest.mark.parametrize(
    ("latitude", "law", "theirs"),
    [
        # heat1d, circular orbit, as in the reference summary
        (75.0, (0.06, 0.25), (242.943, 71.981, 138.052)),
        (88.5, (0.06, 0.25), (104.799, 50.513, 71.720)),
        (0.0, (0.0, 0.0), (385.317, 93.565, 216.871)),
    ],
)
def test_other_latitudes_and_albedo_laws(tmp_path, latitude, law, theirs):
    inputs = {"latitude_deg": latitude, "albedo": 0.12, "albedo_a": law[0], "albedo_b": law[1]}
    expect = dict(zip(("T_max_K", "T_min_K", "T_mean_K"), theirs, strict=True))
    result = run(
        tmp_path,
        kind="regolith_column",
        inputs=inputs,
        expect=expect,
        tolerance={"surface_K": 1.5, "depth_K": 2.0},
    )
    assert result.status == "pass", result
    wrong = run(tmp_path, kind="regolith_column", inputs=inputs, expect={"T_max_K": theirs[0] + 2})
    assert wrong.status == "fail"


def test_a_tilted_orbit_brings_seasons(tmp_path):
    common = {"latitude_deg": 89.0, "albedo": 0.12}
    expect = {"T_max_K": 0.0, "T_min_K": 0.0}
    upright = run(tmp_path, kind="regolith_column", inputs=common, expect=expect).ours
    tilted = run(
        tmp_path, kind="regolith_column", inputs={**common, "obliquity_deg": 1.54}, expect=expect
    ).ours
    assert tilted["T_max_K"] > upright["T_max_K"] + 15
    assert tilted["T_min_K"] < upright["T_min_K"] - 3


def test_what_a_runner_does_not_know_is_not_run(tmp_path):
    for kind, inputs, expect in [
        ("regolith_column", {"latitude_deg": 0, "mood": 1}, {"T_max_K": 1.0}),
        ("regolith_column", {"latitude_deg": 0}, {"colour": 1.0}),
        ("crater_floor", {"albedo": 0.1}, {"T_K": 99.0}),
        ("site_light", {"latitude_deg": -89.0, "terrain": ["data:none.tif"]}, {"mean_disc": 1.0}),
    ]:
        result = run(tmp_path, kind=kind, inputs=inputs, expect=expect)
        assert result.status == "not_run", result


def test_light_at_another_site_height_and_period(tmp_path):
    inputs = {
        "latitude_deg": -85.441,
        "longitude_deg": 31.759,
        "height_m": 10.0,
        "from": "2030-01-01",
        "to": "2030-07-01",
        "step_min": 60,
        "terrain": "data:ship/terrain/lola_south_70S_1600m.tif",
    }
    expect = {"mean_disc": 0.0, "mean_light": 0.0, "lit_share": 0.0, "earth_in_view": 0.0}
    result = run(tmp_path, kind="site_light", inputs=inputs, expect=expect)
    assert result.status == "fail"
    ours = result.ours
    assert ours["lit_share"] > ours["mean_disc"] > 0.5
    assert ours["mean_light"] == pytest.approx(ours["mean_disc"], abs=0.01)
    assert np.isfinite(list(ours.values())).all()
    again = run(tmp_path, kind="site_light", inputs=inputs, expect=dict(ours))
    assert again.status == "pass"
