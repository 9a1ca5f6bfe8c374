"""Every verb says what it should, to people and as one JSON document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML
from tests.cli.conftest import Ilrs
from typer.main import get_command

import ilrs as package
from ilrs.cli import app
from ilrs.cli.sections import SECTIONS
from ilrs.scenario.metrics import METRICS

VERBS = list(get_command(app).commands)  # type: ignore[attr-defined]
COMMANDS = Path(__file__).parents[2] / "docs/reference/commands.md"


def test_help_and_the_page_of_commands_list_every_verb(ilrs: Ilrs) -> None:
    told = ilrs("--help")
    assert told.code == 0
    under = told.out.partition(f"{next(iter(SECTIONS))}:")[2]
    listed = [line.split()[0] for line in under.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(VERBS)
    assert len(set(VERBS)) == len(VERBS) > 20
    page = COMMANDS.read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"Usage: ilrs {verb} " not in page] == []
    assert ilrs().out == told.out
    assert ilrs("--version").out == f"ilrs {package.__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_json(ilrs: Ilrs, verb: str) -> None:
    told = ilrs(verb, "--help")
    assert told.code == 0
    assert told.out.startswith(f"Usage: ilrs {verb}")
    assert "--json" in told.out


def test_starting_imports_nothing_heavy() -> None:
    code = "import sys, ilrs.cli; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "pandas", "xarray", "numba", "pydantic", "matplotlib", "rasterio"}


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ilrs", "components", "battery", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    (row,) = json.loads(done.stdout)["components"]
    assert row["kind"] == "battery"
    assert done.stderr == ""


def test_new_writes_what_check_accepts(ilrs: Ilrs, tmp_path: Path) -> None:
    assert ilrs("new", "mine.yaml").code == 0
    text = (tmp_path / "mine.yaml").read_text()
    assert ilrs("new").out == text
    assert ilrs("new", "--json").data == {"file": None, "text": text}
    told = ilrs("check", "mine.yaml")
    assert (told.code, told.err) == (0, "")
    assert "no mistakes" in told.out
    assert ilrs("new", "second.yaml", "--json").data == {"file": "second.yaml", "text": text}


def test_new_never_replaces(ilrs: Ilrs, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    told = ilrs("new", "mine.yaml")
    assert told.code == 2
    assert "mine.yaml: exists already" in told.err
    assert (tmp_path / "mine.yaml").read_text() == "precious"


def test_check_tells_which_single_loss_sheds_what(ilrs: Ilrs) -> None:
    ilrs("new", "mine.yaml")
    rows = ilrs("check", "mine.yaml", "--n-1", "--json").data["single_losses"]
    assert rows[0]["loss"] == ""
    assert "outpost/command.computer" not in {row["loss"] for row in rows}
    shown = ilrs("check", "mine.yaml", "--n-1").out
    assert "What goes unserved without one unit of" in shown


def test_check_tells_what_it_found_and_warns(ilrs: Ilrs) -> None:
    told = ilrs("check", "ilrs", "--json")
    assert told.data["valid"] is True
    assert told.data["problems"] == []
    assert told.data["scenario"] == "ilrs"
    assert any("site is assumed" in text for text in told.data["warnings"])
    assert "site is assumed" in ilrs("check", "ilrs").out


def test_the_schema_accepts_the_template(ilrs: Ilrs) -> None:
    schema = ilrs("schema").data
    assert ilrs("schema", "--json").data == schema
    text = ilrs("new").out
    loaded = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))
    jsonschema.Draft202012Validator(schema).validate(loaded)
    loaded["missions"]["first-landing"]["dat"] = "2031-01-01"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(loaded)


def test_components(ilrs: Ilrs) -> None:
    rows = ilrs("components", "--json").data["components"]
    listed = ilrs("components").out
    assert len(rows) >= 15
    for row in rows:
        assert row["summary"]
        assert f"  {row['kind']} " in listed
        for key in row["keys"]:
            assert key["description"], (row["kind"], key["key"])
            # A number somebody chose says where it comes from; nothing at all is no choice.
            if isinstance(key["default"], float) and key["default"]:
                assert key["source"], (row["kind"], key["key"])
    battery = ilrs("components", "battery").out
    assert "depth_of_discharge" in battery
    assert "60-80 % on lithium-ion flight batteries" in battery
    assert "string_open" in battery


def test_metrics(ilrs: Ilrs) -> None:
    rows = ilrs("components", "--metrics", "--json").data["metrics"]
    assert [row["name"] for row in rows] == list(METRICS)
    assert all(row["meaning"] in " ".join(ilrs("components", "--metrics").out.split())
               for row in rows)  # fmt: skip


def test_sky_is_as_asked(ilrs: Ilrs) -> None:
    instants = ["2026-03-03T11:00", "2026-03-10T00:00:00Z"]
    at = [word for text in instants for word in ("--at", text)]
    told = ilrs("sky", "-89.45", "222.66", "--altitude", "1944", *at, "--json")
    assert told.code == 0
    samples = told.data["samples"]
    assert list(told.data) == ["samples"]
    assert [sample["utc"] for sample in samples] == instants
    assert list(samples[0]) == ["utc", "sun", "earth"]
    assert set(samples[0]["sun"]) == {"azimuth_deg", "elevation_deg", "range_m", "area_fraction"}
    assert set(samples[0]["earth"]) == {"azimuth_deg", "elevation_deg", "range_m"}
    # In the middle of the total lunar eclipse of 2026-03-03, and a week later.
    assert [sample["sun"]["area_fraction"] for sample in samples] == [0.0, 1.0]
    shown = ilrs("sky", "-89.45", "222.66", "--altitude", "1944", *at).out
    assert f"{samples[1]['sun']['azimuth_deg']:.4f}" in shown


def test_sky_takes_negative_numbers_anywhere(ilrs: Ilrs) -> None:
    base = ["--at", "2026-03-10", "--json"]
    east = ilrs("sky", "-45", "190", "--altitude", "-2000", *base).data
    west = ilrs("sky", *base, "--altitude=-2000", "-45.0", "-170").data
    sun, other = (x["samples"][0]["sun"] for x in (east, west))
    assert sun == pytest.approx(other)
    assert ilrs("sky", "-.5e1", "-0", "--altitude", "0", *base).code == 0


def test_sky_height_stands_on_the_ground(ilrs: Ilrs) -> None:
    from ilrs.environment.horizons import ground_height

    ground = ground_height(np.radians(-89.4511), np.radians(222.6627))
    base = ["sky", "-89.4511", "222.6627", "--at", "2031-05-01", "--json"]
    above = ilrs(*base, "--height", "10").data
    assert above == ilrs(*base, "--altitude", repr(ground + 10.0)).data
    assert above != ilrs(*base, "--altitude", "10").data


def test_when(ilrs: Ilrs) -> None:
    words = ["when", "ridge-a", "sun.area_fraction > 0.5 and relay.visible",
             "--from", "2031-05-01", "--to", "2031-05-11", "--step", "1 h"]  # fmt: skip
    data = ilrs(*words, "--json").data
    assert data["begins"] == "2031-05-01T00:00:00Z"
    assert data["ends"] == "2031-05-11T00:00:00Z"
    assert data["step_s"] == 3600
    assert data["count"] == len(data["windows"]) > 0
    assert sum(w["hours"] for w in data["windows"]) == pytest.approx(data["hours"])
    told = ilrs(*words)
    assert f"{100 * data['share']:.2f} % of the time" in told.out
    assert data["windows"][0]["begins"] in told.out
    higher = ilrs(*words, "--height", "10", "--json").data
    assert higher["share"] > data["share"]


def test_when_over_a_scenario_of_ones_own(ilrs: Ilrs, scenario: Path) -> None:
    told = ilrs("when", "ridge-a", "earth.visible", "--scenario", scenario, "--json")
    assert told.data["of_hours"] == 48.0


def test_when_says_how_many_windows_it_does_not_show(ilrs: Ilrs) -> None:
    words = ["when", "ridge-a", "relay.visible", "--from", "2031-05-01", "--to", "2031-06-01"]
    count = ilrs(*words, "--json").data["count"]
    assert f"{count - 12} shorter ones are not shown" in ilrs(*words).out


def test_horizons_come_out_as_shipped(ilrs: Ilrs, tmp_path: Path, need_data) -> None:
    need_data("terrain/shackleton_51km_25m.tif")
    told = ilrs("horizons", "ilrs", "--place", "ridge-a", "--out", "made/horizons", "--json")
    assert told.code == 0
    (certificate,) = told.data["horizons"]
    assert certificate["place"] == "ridge-a"
    shipped = package.__file__.replace("__init__.py", "data/files/horizons/ridge-a")
    with np.load(tmp_path / "made/horizons/ridge-a.npz") as ours, np.load(f"{shipped}.npz") as old:
        np.testing.assert_array_equal(ours["elevation_steps"], old["elevation_steps"])
    stored = json.loads((tmp_path / "made/horizons/ridge-a.json").read_text())
    assert stored == certificate


def test_validate(ilrs: Ilrs, tmp_path: Path) -> None:
    case = {
        "id": "floor", "kind": "crater_floor", "source": "a book", "tolerance": {"relative": 0.005},
        "inputs": {"flux_1au": 1370.0, "r_au": 0.981, "sin_elevation": 0.02792,
                   "depth_to_diameter": 0.2, "albedo": 0.068, "emissivity": 0.98},
        "expect": {"T_K": 99.09},
    }  # fmt: skip
    other = {**case, "id": "soup", "kind": "soup"}
    (tmp_path / "cases.yaml").write_text(json.dumps({"version": 1, "cases": [case, other]}))
    told = ilrs("validate", "--cases", ".", "--json")
    assert told.code == 0
    rows = told.data["cases"]
    assert [(row["id"], row["status"]) for row in rows] == [
        ("floor", "pass"),
        ("soup", "not_covered"),
    ]
    wanted = {"id", "kind", "status", "ours", "theirs", "worst", "tolerance", "source"}
    assert all(wanted <= set(row) for row in rows)
    assert "1 pass, 1 not covered" in ilrs("validate", "--cases", ".").out
    case["expect"] = {"T_K": 120.0}
    (tmp_path / "cases.yaml").write_text(json.dumps({"version": 1, "cases": [case, other]}))
    assert ilrs("validate", "--cases", ".").code == 1
    failed = ilrs("validate", "--cases", ".", "--kind", "crater_floor", "--json")
    assert (failed.code, failed.data["cases"][0]["status"]) == (1, "fail")
    assert len(failed.data["cases"]) == 1
