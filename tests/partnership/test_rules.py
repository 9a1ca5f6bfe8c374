"""Rules of cooperation: each finds what its clause says, and nothing else."""

import math
from pathlib import Path

import pytest

from ilrs.errors import ScenarioError
from ilrs.partnership.demands import Electromagnetic, Transmitter
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.reading import read_proposal
from ilrs.partnership.rules import (
    NAMES,
    REFERENCE,
    SHIELDED,
    Ruling,
    from_near_side,
    read_rules,
    rulings,
)
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Ground, Scenario

ROVER = read_proposal("rover-35kg").proposal
RULES = read_rules()


@pytest.fixture(scope="module")
def station() -> Scenario:
    return load_scenario("ilrs").scenario


def verdicts(
    proposal: Proposal, station: Scenario, place: str | None = "ridge-a"
) -> dict[str, str]:
    found: dict[str, str] = {}
    for ruling in rulings(RULES, proposal, station, place):
        found[ruling.rule] = ruling.verdict
    return found


def declared(**changes: object) -> Proposal:
    return ROVER.model_copy(update={"declared": ROVER.declared.model_copy(update=changes)})


def sending(lowest: float, highest: float) -> Proposal:
    radio = Transmitter(lowest=f"{lowest} MHz", highest=f"{highest} MHz")
    return ROVER.model_copy(update={"electromagnetic": Electromagnetic(transmits={"x": radio})})


def test_what_is_declared_decides(station: Scenario) -> None:
    assert verdicts(declared(), station)["peaceful-use"] == "holds"
    assert verdicts(declared(peaceful_use=False), station)["peaceful-use"] == "refuse"
    assert verdicts(declared(radioactive=True), station)["radioactive"] == "review"
    assert verdicts(declared(export_control=["EAR"]), station)["export-control"] == "review"
    assert verdicts(declared(export_control=[]), station)["export-control"] == "holds"


def test_planetary_protection_by_place(station: Scenario) -> None:
    none = verdicts(declared(planetary_protection=None), station)
    assert none["protection-declared"] == "review"
    assert "protection-polar" not in none
    assert verdicts(declared(planetary_protection="IIa"), station)["protection-polar"] == "review"
    assert verdicts(declared(planetary_protection="IIb"), station)["protection-polar"] == "holds"
    assert "protection-polar" not in verdicts(declared(), station, None)


@pytest.mark.parametrize(
    ("lowest", "highest", "table", "narrow", "protected"),
    [
        (2503.5, 2655.0, "holds", "holds", "holds"),  # the whole local band
        (2200.0, 2205.0, "holds", "holds", "holds"),  # 5 MHz in S band
        (2200.0, 2207.0, "holds", "refuse", "holds"),  # 7 MHz, where 6 are allowed
        (27000.0, 27100.0, "holds", "holds", "holds"),  # wide, in Ka band
        (2490.0, 2495.0, "review", None, "refuse"),  # navigation
        (2500.0, 2502.0, "review", None, "holds"),  # touches navigation, shares nothing
        (60.0, 500.0, "review", None, "holds"),  # a radar
    ],
)
def test_radio_bands(
    station: Scenario, lowest: float, highest: float, table: str, narrow: str | None, protected: str
) -> None:
    found = verdicts(sending(lowest, highest), station)
    assert found["transmits-in-table"] == table
    assert found.get("narrow-carriers") == narrow
    assert found["protected-bands"] == protected


def test_the_shielded_zone_is_where_nothing_near_the_earth_is_seen(station: Scenario) -> None:
    # The tangent plane at its edge passes 100,000 km from the Earth's centre.
    assert abs(math.cos(SHIELDED) * 384_400.0 - 1737.4 + 100_000.0) < 300.0
    far = Ground(kind="ground", latitude="0 deg", longitude="180 deg", horizon="flat")
    pole = Ground(kind="ground", latitude="-90 deg", longitude="0 deg", horizon="flat")
    assert from_near_side(far) == pytest.approx(math.pi)
    assert from_near_side(pole) == pytest.approx(math.pi / 2.0)
    there = station.model_copy(update={"places": {**station.places, "far": far}})
    assert verdicts(ROVER, there, "far")["shielded-zone"] == "review"
    assert verdicts(ROVER, there, "ridge-a")["shielded-zone"] == "holds"


def test_quiet_places(station: Scenario) -> None:
    assert "seismic" in ROVER.needs.makes
    assert verdicts(ROVER, station, "cold-hollow")["quiet-places"] == "review"
    assert verdicts(ROVER, station, "ridge-a")["quiet-places"] == "holds"
    still = ROVER.model_copy(update={"needs": ROVER.needs.model_copy(update={"makes": ["dust"]})})
    assert verdicts(still, station, "cold-hollow")["quiet-places"] == "holds"


def test_every_rule_has_clause_remedy_and_three_languages(station: Scenario) -> None:
    for name, rule in RULES.rules.rule.items():
        assert not rule.title.missing, name
        assert not rule.remedy.missing, name
    for ruling in rulings(RULES, ROVER, station, "ridge-a"):
        assert isinstance(ruling, Ruling)
        assert ruling.clause
        assert ruling.about, ruling.rule


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("holds: declared.peaceful_use", "holds: declared.peacefull_use", "peaceful_use"),
        ("holds: export.regimes == 0", "holds: export.regimes", "is a number"),
        ("clause: treaty", "clause: treety", "nearest: treaty"),
        ("otherwise: refuse", "otherwise: refuze", "nearest: refuse"),
        ("each: transmitter\n    holds: tr", "each: proposal\n    holds: tr", "`each: tra"),
        ("lowest: 435 MHz", "lowest: 435", "unit"),
    ],
)  # fmt: skip
def test_a_rule_set_that_cannot_be_read(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=what) as caught:
        read_rules(path)
    assert "rules.yaml:" in str(caught.value)


def test_the_page_lists_every_name() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/reference/rules.md"
    text = page.read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}`" in text, name
