"""`ilrs size`: an answer that the simulator confirms, curves, and refusals that say what helps."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cli.conftest import Ilrs

from ilrs.environment.horizons import load_horizon
from ilrs.flows.clock import Clock
from ilrs.planning.sizing.dark import longest, worst_deficit
from ilrs.planning.sizing.place import compute_sky
from ilrs.planning.sizing.request import ground_of
from ilrs.scenario.load import load_scenario

SHORT = ("--at", "ridge-a", "--load", "5kW", "--mast", "10m", "--mission-only", "--no-band")
SEASON = ("--from", "2036-09-01", "--to", "2036-12-01")


def test_a_season_is_sized_and_lived(ilrs: Ilrs) -> None:
    told = ilrs("size", *SHORT, *SEASON, "--json")
    assert told.code == 0, told.err
    data = told.data
    assert data["confirmed"]["served"]
    assert data["confirmed"]["unserved_kwh"] == 0.0
    coldest, warmest = data["confirmed"]["box_k"]
    assert 273.15 < coldest < warmest < 313.15
    assert any(f"stays between {coldest:.0f} and" in line for line in data["words"])
    assert data["bound_kg"] <= data["mass_kg"] <= 1.02 * data["bound_kg"]
    assert sum(data["masses_kg"].values()) == pytest.approx(data["mass_kg"])
    assert data["longest_dark"]["hours"] == 75.0
    assert data["worst_deficit"]["begins"].startswith("2036-10")
    assert {row["status"] for row in data["assumed"]} <= {
        "confirmed", "secondary", "derived", "assumed",
    }  # fmt: skip
    # What was sized is a scenario that can be read again, behind the skyline as computed.
    sized = load_scenario(json.dumps(data["scenario"], indent=1), check=False).scenario
    assert sized.facilities
    assert not ground_of(sized, "ridge-a").skyline_error


def test_the_ridge_in_numbers_seen_before() -> None:
    # Longest dark 254 h at 2 m and 75 h at 10 m, deficit 134 h at 10 m with twice the load, as
    # first measured on this ground at other steps.
    ground = ground_of(load_scenario("ilrs").scenario, "ridge-a")
    horizon = load_horizon(ground.horizon, ground.latitude, ground.longitude)
    clock = Clock.over(
        np.datetime64("2031-01-01T00:00:00"), np.datetime64("2037-01-01T00:00:00"), 3600
    )
    sky = compute_sky([horizon], [], [], clock)
    assert longest(sky.disc(0, horizon.at([2.0])[0]) < 0.05, 1.0).size == pytest.approx(
        254.0, abs=2.0
    )
    assert longest(sky.disc(0, horizon.at([10.0])[0]) < 0.05, 1.0).size == pytest.approx(
        75.0, abs=2.0
    )
    high = worst_deficit(2.0 * sky.light(0, np.array([10.0]))[0], 1.0)
    assert high.size == pytest.approx(134.0, abs=2.0)
    low = worst_deficit(2.0 * sky.light(0, np.array([2.0]))[0], 1.0)
    assert str(clock.times[low.first])[:10] == "2036-09-29"
    assert str(clock.times[low.last - 1])[:10] == "2036-12-07"
    assert low.size == pytest.approx(611.0, rel=0.05)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mast", "40m"), "40 m rises above the 30 m"),
        (("--mast", "30m", "--mast-mass", "40kg"), "at most"),
        (("--mast", "0.5m"), "above ground"),
        (("--assume", "cell_efficiency=1.2"), "cell_efficiency"),
        (("--assume", "cell_efficency=0.5"), "known are"),
        (("--assume", "cable_voltage=0V"), "no meaning"),
        (("--assume", "cell_efficiency"), "KEY=VALUE"),
        (("--at", "ridge-aa"), "nearest: ridge-a"),
        (("--also", "ridge-a"), "second place is the first"),
        (("--load", "0kW"), "needs no station"),
        (("--load", "5kg"), "W"),
        (("--keep-alive", "6kW"), "more than the load"),
        (("--share", "1.5"), "not within 0 and 1"),
        (("--ratio", "0.5"), "never carry"),
        (("--ratio", "1.01", "--from", "2034-01-01"), "what would"),
        (("--storage", "flywheel"), "known are"),
        (("--trade", "colour"), "known are"),
        (("--confidence", "101"), "within 0 and 100"),
        (("--to", "2036-08-01"), "before it begins"),
    ],
)
def test_mistakes_are_refused_or_told_what_would_help(
    ilrs: Ilrs, words: tuple[str, ...], said: str
) -> None:
    told = ilrs("size", *SHORT, *SEASON, *words)
    assert told.code == 2
    assert said in told.err
    assert "Traceback" not in told.err


def test_the_scenario_s_own_loads_and_a_reactor(ilrs: Ilrs) -> None:
    told = ilrs(
        "size", "--mission-only", "--no-band", *SEASON, "--mast", "10m",
        "--storage", "battery,reactor", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert told.data["places"] == ["ridge-a"]
    assert 0.0 < told.data["keep_alive_kw"] < told.data["load_kw"]
    assert told.data["firm_kw"] == told.data["keep_alive_kw"]


def test_a_band_around_what_was_found_and_a_second_place(ilrs: Ilrs) -> None:
    told = ilrs(
        "size", "--at", "ridge-a", "--also", "ridge-b", "--load", "5kW", "--mast", "10m",
        "--mission-only", "--from", "2036-10-10", "--to", "2036-11-20", "--trade", "places",
        "--confidence", "95", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    band = told.data["band"]
    low, middle, high = band["mass_kg"]
    assert low < middle < high
    assert band["deficit_h"] == sorted(band["deficit_h"])
    # What is landed is what the band says of its share, and it is lived so.
    assert told.data["mass_kg"] == pytest.approx(high)
    assert told.data["confirmed"]["served"]
    # Without fine terrain at hand the draws are those that ship, which hardly ever are kinder than
    # averages: nobody is told the computed mass alone.
    assert band["draws"] in {20, 40}
    assert band["computed"]["mass_kg"] < middle
    assert band["computed"]["kinder_draws"] < band["draws"] / 2
    assert "averaged terrain lacks relief" in told.data["words"][-1]
    alone, both = told.data["trades"]["places"]
    # What may also be left out is never heavier; curves are behind the skyline of the design.
    assert both["mass_kg"] <= alone["mass_kg"] * 1.001
    assert both["mass_kg"] == pytest.approx(high, rel=1e-3)
    assert both["places"] == "ridge-a + ridge-b"


def test_a_reactor_runs_when_the_clock_begins(ilrs: Ilrs) -> None:
    told = ilrs("size", *SHORT, "--storage", "reactor", "--from", "2036-10-01", "--to",
                "2036-10-08", "--json")  # fmt: skip
    assert told.code == 0, told.err
    assert told.data["reactors"] == 1
    assert told.data["confirmed"]["unserved_kwh"] == 0.0
