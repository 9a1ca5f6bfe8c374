"""`ilrs why`, `compare`, `endurance` and `reserve` on small runs."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Ilrs

PERIOD = ("--from", "2031-02-25", "--to", "2031-03-10", "--step", "1 h")
DARKER = """# darker.yaml
extends: ilrs
facilities:
  power-tower-a:
    components:
      array: {area: 6 m^2}
"""


@pytest.fixture
def two(ilrs: Ilrs, tmp_path) -> Ilrs:
    (tmp_path / "darker.yaml").write_text(DARKER, encoding="utf-8")
    for scenario, out in (("ilrs", "one"), ("darker.yaml", "two")):
        told = ilrs("run", scenario, *PERIOD, "--out", out)
        assert told.code == 0, told.err
    return ilrs


def test_two_runs_explained_and_compared(two: Ilrs) -> None:
    told = two("compare", "one", "two", "--json").data
    changed = {row["name"]: row for row in told["scenario"]}
    area = changed["facilities.power-tower-a.components.array.area"]
    assert area["after"] == "6 m^2"
    gave = {row["name"]: row for row in told["energy_kwh"]}["power-tower-a/array gave"]
    assert gave["after"] < gave["before"]
    assert two("compare", "one", "one").out.strip() == "the two runs are the same"

    rich, poor = (
        two("why", "energy-service", run, "--no-band", "--json").data for run in ("one", "two")
    )
    assert poor["array_to_load"] < rich["array_to_load"]
    assert poor["needed_h"] >= rich["needed_h"] > 0.0
    assert poor["value"] <= rich["value"]
    # The long dark of March 2031 lies between the first and the last of the needed hours.
    assert "2031-02-25" < rich["begins"] < rich["ends"] < "2031-03-10"
    assert any("needed from" in line for line in rich["words"])
    assert rich["masts"][0]["saves_h"]
    # The half of an array that is missing decides, and it is no assumption of the reference.
    assert poor["status"] == "missed"
    short = poor["words"][1]
    assert short.startswith("fails ")
    assert (
        f"{poor['needed_h']:.0f} kWh per kW of load needed, {poor['fitted_h']:.0f} fitted" in short
    )
    area = next(
        r for r in poor["levers"] if r["path"].endswith("power-tower-a.components.array.area")
    )
    assert not area["assumed"]
    assert area["value"] == "6 m^2"
    assert area["saves_h"] > 0.0
    assert poor["levers"] == sorted(poor["levers"], key=lambda row: -row["saves_h"])
    assert any(line.startswith("decided by ") for line in rich["words"])

    warm = two("why", "ilrs-1.infrastructure-warm", "one").out
    assert "within" in warm
    unknown = two("why", "energy-servce", "one")
    assert unknown.code == 2
    assert "nearest: energy-service" in unknown.err

    kept = two("reserve", "one", "--json").data["by_date"]
    assert kept[0]["firm_kw"] >= kept[0]["firm_after_loss_kw"] >= 0.0
    assert kept[0]["mean_kw"] > 0.0
    # Tower, research and the cable of the other tower hang on the command centre's ports.
    at_centre = kept[0]["ports_at"]["ridge-a"]
    assert at_centre["takers"] == ["power-tower-a", "power-tower-b/cable", "research"]
    assert at_centre["free"] == at_centre["offered"] - 3
    assert kept[0]["ports"] == sum(place["free"] for place in kept[0]["ports_at"].values())

    heat = two("why", "physics-heat", "one", "--json").data["words"]
    # The mission of the probe comes after this period.
    assert heat[1] == "heat-sounding: 0 of 4 times scheduled, 0 done, 4 without room"
    assert heat[2].startswith("heat-sounding takes 35 h")

    short = two("endurance", "one")
    assert short.code == 2
    assert "longer period" in short.err


def test_no_run_is_no_run(ilrs: Ilrs) -> None:
    for words in (("why", "x", "none"), ("compare", "none", "none"), ("endurance", "none")):
        assert ilrs(*words).code == 2
