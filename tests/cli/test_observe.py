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
