"""`ilrs isru`: four plants side by side, one in its steps, and refusals with their reason."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Ilrs

PROCESSES = ["hydrogen_reduction", "carbothermal", "molten_regolith_electrolysis", "ice"]


def test_all_four_side_by_side(ilrs: Ilrs) -> None:
    told = ilrs("isru", "--oxygen", "1 t/yr", "--json")
    assert told.code == 0, told.err
    rows = told.data["processes"]
    assert [row["process"] for row in rows] == PROCESSES
    for row in rows:
        for key in ("mass_kg", "power_kw", "soil_kg_per_kg", "kwh_per_kg"):
            assert 0.0 < row[key]["low"] <= row[key]["middle"] <= row[key]["high"]
        flows = row["flows_kg_per_year"]
        assert flows["oxygen"] == pytest.approx(1000.0)
        assert abs(sum(flows.values())) < 1e-9 * row["feed_kg_per_year"]
    assert "Nearly useless here" in rows[0]["notes"][0]


def test_one_process_in_its_steps(ilrs: Ilrs) -> None:
    arguments = ("isru", "ice", "--oxygen", "10 t/yr", "--ice", "5%", "--mixture", "6")
    row = ilrs(*arguments, "--json").data["processes"][0]
    assert sum(s["electricity_kw"] + s["heat_kw"] for s in row["steps"]) == pytest.approx(
        row["power_kw"]["usual"]
    )
    shown = ilrs(*arguments)
    assert "water electrolysis" in shown.out
    assert "hydrogen storage" in shown.out


def test_odds_of_a_verification_fall_with_what_it_must_show(ilrs: Ilrs) -> None:
    odds = [
        ilrs("isru", "carbothermal", "--verify", "8", "--most-energy", most, "--json").data[
            "processes"
        ][0]["verification"]["probability"]
        for most in ("60 kWh/kg", "30 kWh/kg", "20 kWh/kg")
    ]
    assert odds[0] > odds[1] > odds[2]
    assert odds[2] < 1e-3
    assert "with probability" in ilrs("isru", "carbothermal", "--verify", "8").out
    much = ilrs("isru", "carbothermal", "--verify", "8", "--least-yield", "70%").out
    assert "above stoichiometry: the atoms of usual soil give 0.253 at most" in much
    assert "with probability 0.00" in much


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("magic",), "is no process"),
        (("--oxygen", "1 t"), "kg/s is needed"),
        (("--oxygen", "0 t/yr"), "more oxygen than nothing"),
        (("--duty", "1.5"), "no share of a year"),
        (("--soil", "SiO2=45%", "--soil", "FeO=10%"), "add up to 55.0% of the soil"),
        (("--soil", "SiO2"), "gives no share"),
        (("--assume", "melt_yield=40%"), "above stoichiometry"),
        (("--assume", "luck=2"), "nothing assumes 'luck'"),
        (("--assume", "gas_pass=0"), "give a share above 0, up to 1"),
        (("--assume", "solids_recuperation=140%"), "give a share from 0 to below 1"),
        (("carbothermal", "--assume", "melt_yield=15%"), "changes nothing of carbothermal"),
        (("ice", "--ice", "0.5%"), "not worth warming"),
        (("hydrogen_reduction", "--ilmenite", "0%"), "no ilmenite"),
        (("--mixture", "40"), "no engine"),
        (("ice", "--verify", "1"), "tell nothing"),
    ],
)
def test_what_cannot_be_is_refused(ilrs: Ilrs, arguments: tuple[str, ...], message: str) -> None:
    told = ilrs("isru", *arguments)
    assert told.code == 2
    assert message in told.err
    assert "(" in told.err
    assert not told.out
