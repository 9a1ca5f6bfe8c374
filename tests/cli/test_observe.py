from __future__ import annotations

import json
from pathlib import Path

import pytest

from ilrs.cli import main

PERIOD = ["--from", "2035-01-01", "--to", "2035-01-08", "--step", "1 h"]


def test_observe_as_json_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["observe", "Canopus", "Vega", "--out", str(tmp_path), "--json", *PERIOD]
    assert main(words) == 0
    data = json.loads(capsys.readouterr().out)
    canopus, vega = data["targets"]
    assert canopus["efficiency"] == 1.0
    assert "below the terrain for the whole period" in vega["why"]
    page = (tmp_path / "observe.html").read_text()
    assert "Canopus" in page
    assert "for the whole period" in page
    assert json.loads((tmp_path / "observe.json").read_text())["targets"] == data["targets"]


def test_observe_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observe", "--brighter", "1", "--set", "sun=90deg", *PERIOD]) == 0
    told = capsys.readouterr().out
    assert "Sirius" in told
    assert "Vega: below the terrain" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["Siriu"], "nearest: Sirius"),
        (["nowhere.yaml"], "no file"),
        (["Canopus", "--wavelength", "550 nm"], "does not pass"),
        (["Canopus", "--set", "sunn=3"], "nearest: sun"),
        (["Canopus", "--set", "longest=100nm"], "band ends before it begins"),
        (["Canopus", "--at", "ridgea"], "nearest: ridge-a"),
        (["Canopus", "canopus"], "named twice"),
        (["Canopus", "--telescope", "a/b"], "no telescope"),
        (["Canopus", "--ratio", "0"], "says nothing"),
    ],
)
def test_mistakes(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observe", *words, *PERIOD]) == 2
    assert told in capsys.readouterr().err


def test_earthview_as_json_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["earthview", "--region", "africa", "--aperture", "0.3m", "--out", str(tmp_path)]
    assert main([*words, "--json", *PERIOD]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["region"]["hours_half_lit"] > 0.0
    camera = data["observers"][-1]
    assert camera["ground_km"] == pytest.approx(0.86, abs=0.06)
    assert "Earth from ridge-b" in (tmp_path / "earthview.html").read_text()


def test_earthview_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["earthview", "--at", "cold-hollow", "--region", "80,89,0,10"]
    assert main([*words, "--from", "2035-01-15", "--to", "2035-01-20", "--step", "1 h"]) == 0
    told = capsys.readouterr().out
    assert "behind the terrain for the whole period" in told


def test_earthview_tells_of_every_named_region(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--from", "2035-01-04", "--to", "2035-01-06", "--step", "2 h", "--json"]
    assert main(["earthview", *few]) == 0
    data = json.loads(capsys.readouterr().out)
    named = {one["name"]: one for one in data["regions"]}
    assert "world" not in named
    assert main(["earthview", "--region", "china", *few]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert named["china"] == alone["region"]
    assert "regions" not in alone


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--region", "atlantis"], "no region 'atlantis'"),
        (["--region", "50,20,0,10"], "south lies below north"),
        (["--at", "ridgeb"], "nearest: ridge-b"),
        (["--emission", "95"], "a slant of 95 deg"),
        (["--aperture", "3 kg"], "3 kg"),
        (["--aperture", "0 m"], "is none"),
        (["--aperture", "0.3m", "--wavelength", "0 nm"], "is none"),
    ],
)
def test_earthview_mistakes(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["earthview", *words, *PERIOD]) == 2
    assert told in capsys.readouterr().err
