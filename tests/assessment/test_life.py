"""A crew that runs out of oxygen is an event of the run."""

import pandas as pd
import pytest

from ilrs.cli import main

CREWED = """extends: station.yaml
name: thin
title: Two people with oxygen for a day
facilities:
  cabin:
    title: Cabin
    facility_class: long-term support
    mission: first-landing
    place: ridge-a
    components:
      people:
        kind: crew
        people: 2
        oxygen: 1.632 kg
        water: 50 kg
        food: 20 kg
        keep_alive: 50 W
        air_loop: 0
"""


def test_running_out_of_oxygen_is_told_with_its_hour(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thin.yaml").write_text(CREWED, encoding="utf-8")
    assert main(["new", "station.yaml"]) == 0
    assert main(["run", "thin.yaml", "--to", "2031-01-03", "--out", "out", "--json"]) == 0
    capsys.readouterr()
    events = pd.read_parquet(tmp_path / "out" / "events.parquet")
    (want,) = events[events.kind == "want"].to_dict("records")
    assert want["subject"] == "cabin/people.living"
    assert want["second"] == pytest.approx(86400, abs=3600)  # a day, give or take its arrival
    assert want["text"].startswith("short of what it lives on for 23")
