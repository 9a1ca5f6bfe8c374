"""The registry: who takes part, what they bring, how it changes, and what it weighs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilrs.errors import IlrsError, ScenarioError, UserError
from ilrs.partnership.budgets import budget_data, lines, partner_mass, tree
from ilrs.partnership.contributions import NEXT, counted
from ilrs.partnership.demands import Masses
from ilrs.partnership.registry import PACKAGED, as_data, read_registry, record
from ilrs.partnership.release import Audience, audience_of
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

TEXT = """\
registry: 1
margins:
  to be developed: 20 %
  off the shelf: 5 %
partners:
  a: {title: A, country: A, kind: university}
contributions:
  # a comment that stays
  probe:
    title: Probe
    partner: a
    gives: hardware
    node: first-landing/outpost/instruments/probe
    stages: [development, operation]
    maturity: off the shelf
    mass: {body: 60 kg, interface: 6 kg, separation: 3 kg, cables: 1 kg}
    power: 20 W
    data: 2 kbit/s
    cost: 5
    history:
      - {at: 2030-01-01, state: offered, by: A. Able}
  lessons:
    title: Lessons
    partner: a
    gives: training
    node: application/education
    stages: [planning]
    history:
      - {at: 2030-01-01, state: offered, by: A. Able}
      - {at: 2030-02-01, state: under review, by: B. Best}
      - {at: 2030-03-01, state: agreed, by: B. Best, why: wanted}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "registry.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_signatories_of_april_2025_are_in_the_packaged_registry() -> None:
    registry, document = read_registry()
    signed = {n for n, p in registry.partners.items() if "signatory" in p.roles}
    assert len(signed) == 16  # seventeen are spoken of, sixteen named
    assert {"china", "russia", "apsco", "auass", "thailand"} <= signed
    for partner in as_data(registry, document, Audience())["partners"]:
        assert len(partner["source"]) > 20, partner["name"]
    assert len(registry.contributions) == 10
    assert "contacts" not in str(as_data(registry, document, Audience(reviewers=True)))


def test_intangible_contributions_hang_on_earth_and_weigh_nothing(file: Path) -> None:
    registry, _ = read_registry(file)
    lessons, probe = registry.contributions["lessons"], registry.contributions["probe"]
    assert (lessons.level, lessons.tangible, lessons.state) == ("application", False, "agreed")
    assert (probe.level, probe.tangible, probe.state) == ("equipment", True, "offered")


def test_mass_is_counted_as_the_call_for_change_8_counts_it() -> None:
    mass = Masses(body=60.0, interface=6.0, separation=3.0, cables=1.0, margin=0.2)
    assert counted(mass) == 70.0
    assert counted(mass, ("interface",)) == 66.0
    assert counted(mass, ("interface", "separation", "cables", "margin")) == pytest.approx(84.0)


def test_budgets_roll_up_with_margins_by_maturity(file: Path) -> None:
    scenario = load_scenario(template()).scenario
    registry, _ = read_registry(file)
    found = {line.path: line for line in lines(scenario, registry)}
    probe = found["first-landing/outpost/instruments/probe"].amounts
    assert (probe.mass, probe.mass_grown) == pytest.approx((70.0, 73.5))
    assert (probe.power, probe.power_grown) == pytest.approx((20.0, 21.0))
    own = sum(c.mass for c in scenario.facilities["outpost"].components.values())
    whole = found["first-landing"]
    assert whole.amounts.mass == pytest.approx(own + 70.0)
    assert whole.amounts.mass_grown == pytest.approx(1.2 * own + 73.5)
    assert whole.system_mass == pytest.approx(1.2 * (1.2 * own + 73.5))
    assert whole.amounts.cost == 5.0
    assert partner_mass(registry, "first-landing") == 70.0
    # Every parent holds what its children hold, and nothing else.
    for node in tree(scenario, registry).walk():
        below = sum(n.total.mass for n in node.below.values())
        assert node.total.mass == pytest.approx(node.own.mass + below)


def test_what_is_withdrawn_weighs_nothing(file: Path) -> None:
    scenario = load_scenario(template()).scenario
    before = lines(scenario, read_registry(file)[0])[0].amounts
    record(file, "probe", "withdrawn", "A. Able", "no money", np.datetime64("2030-04-01", "s"))
    after = lines(scenario, read_registry(file)[0])[0].amounts
    assert before.mass - after.mass == pytest.approx(70.0)


SECRET = TEXT.replace("    cost: 5\n", "    cost: 5\n    confidential: [mass, cost]\n")


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("public", False), ("partner:B", False), ("partner:a", True), ("reviewers", True)],
)
def test_what_a_partner_keeps_to_itself_is_absent_for_others(
    file: Path, reader: str, sees: bool
) -> None:
    file.write_text(SECRET, encoding="utf-8")
    registry, document = read_registry(file)
    audience = audience_of(reader)
    told = as_data(registry, document, audience)["contributions"][0]
    assert ("counted_kg" in told, "cost" in told) == (sees, sees)
    assert told["power_w"] == 20.0
    scenario = load_scenario(template()).scenario
    data = budget_data(scenario, registry, audience)
    own = budget_data(scenario, registry.model_copy(update={"contributions": {}}), audience)
    more = data["lines"][0]["mass_kg"] - own["lines"][0]["mass_kg"]
    assert more == pytest.approx(70.0 if sees else 0.0)
    assert data["lines"][0]["power_w"] - own["lines"][0]["power_w"] == pytest.approx(20.0)
    assert ("confidential: of probe" in data["note"]) is not sees
    assert data["without_mass"] == []


def test_a_misspelt_secret_is_refused(file: Path) -> None:
    file.write_text(SECRET.replace("[mass, cost]", "[mass, costs]"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="nearest: cost"):
        read_registry(file)


def test_a_launchers_cargo_is_the_limit_of_a_mission() -> None:
    scenario = load_scenario("ilrs").scenario
    data = budget_data(scenario, read_registry()[0], Audience())
    told = {row["path"]: row for row in data["lines"]}
    assert told["ilrs-1"]["limit_kg"] == 4700.0
    left = told["ilrs-1"]["limit_kg"] - told["ilrs-1"]["mass_all_margins_kg"]
    assert told["ilrs-1"]["left_kg"] == pytest.approx(left)
    assert told["landing-2030"]["partners_kg"] == 35.0
    assert told["change-4"]["left_kg"] is None


def test_a_change_is_written_with_who_and_why_and_comments_stay(file: Path) -> None:
    record(file, "probe", "under review", "B. Best", "complete", np.datetime64("2030-02-01", "s"))
    text = file.read_text(encoding="utf-8")
    assert "# a comment that stays" in text
    event = read_registry(file)[0].contributions["probe"].history[-1]
    assert (event.state, event.by, event.why) == ("under review", "B. Best", "complete")


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (("prob", "agreed", "B"), "no contribution 'prob'"),
        (("probe", "operating", "B"), "which 'operating' does not follow"),
        (("probe", "under review", " "), "who changes it"),
        (("probe", "under review", "B", "", np.datetime64("2029-01-01", "s")), "before the last"),
    ],
)
def test_what_may_not_follow_is_refused_and_nothing_written(
    file: Path, call: tuple[str, ...], what: str
) -> None:
    with pytest.raises(UserError, match=what):
        record(file, *call)  # type: ignore[arg-type]
    assert file.read_text(encoding="utf-8") == TEXT


def test_the_packaged_registry_is_not_changed() -> None:
    with pytest.raises(UserError, match="not changed"):
        record(PACKAGED, "radio-array", "in development", "B")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("partner: a\n    gives: hardware", "partner: b\n    gives: hardware", "no partner 'b'"),
        ("gives: hardware", "gives: training", "training weighs nothing"),
        ("instruments/probe", "instruments/probe/screw", "has 5 levels"),
        ("node: first-landing/", "node: ground/", "stays on Earth"),
        ("state: under review", "state: agreed", "is not followed by 'agreed'"),
        ("2030-02-01", "2029-02-01", "goes back in time"),
        ("body: 60 kg", "body: 60", "has no unit"),
        ("maturity: off the shelf", "maturity: of the shelf", "nearest: off the shelf"),
        ("maturity: off the shelf", "maturity: measured", "no margin is written"),
        ("at: 2030-01-01, state: offered", "at: 2030-01-01, state: agreed", "begins with 'off"),
    ],
)
def test_mistakes_name_their_line(file: Path, old: str, new: str, what: str) -> None:
    assert old in TEXT
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=what) as caught:
        read_registry(file)
    assert "registry.yaml:" in str(caught.value)


def test_a_contribution_to_no_mission_is_refused(file: Path) -> None:
    file.write_text(TEXT.replace("first-landing/", "first-laning/"), encoding="utf-8")
    with pytest.raises(IlrsError, match="nearest: first-landing"):
        lines(load_scenario(template()).scenario, read_registry(file)[0])


def test_every_state_can_be_left_or_is_an_end() -> None:
    reached = {"offered"}
    for _ in NEXT:
        reached |= {state for before in reached for state in NEXT[before]}  # type: ignore[index]
    assert reached == set(NEXT)


def test_a_history_that_was_altered_is_refused(tmp_path: Path) -> None:
    """From the first move on every event is under a hash, with all that came before it."""
    file = tmp_path / "registry.yaml"
    file.write_text(TEXT, encoding="utf-8")
    day = np.datetime64("2030-02-01", "s")
    record(file, "probe", "under review", "B. Best", "complete", day)
    kept = file.read_text(encoding="utf-8")
    read_registry(file)
    for old, new in (("B. Best", "C. Crook"), ("complete", "whatever"), ("A. Able", "C. Crook")):
        assert old in kept
        file.write_text(kept.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ScenarioError, match="'probe' was altered"):
            read_registry(file)
    added = kept.index("      chain:") if "      chain:" in kept else kept.index("chain:")
    end = kept.index("\n", added) + 1
    more = "    - {at: 2030-03-01, state: withdrawn, by: C. Crook}\n"
    file.write_text(kept[:end] + more + kept[end:], encoding="utf-8")
    with pytest.raises(ScenarioError, match="'probe' was altered"):
        read_registry(file)
