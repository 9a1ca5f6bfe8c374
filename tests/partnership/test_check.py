"""The check with the station's own engine: minutes in all, so it runs with the long tests."""

import json
from pathlib import Path

import pytest

from ilrs.cli import main
from ilrs.errors import ScenarioError
from ilrs.partnership.clashes import clashes
from ilrs.partnership.demands import PowerMode
from ilrs.partnership.feasibility import Bench, Check
from ilrs.partnership.felt import between_plans
from ilrs.partnership.mistakes import told_in
from ilrs.partnership.page import check_page
from ilrs.partnership.plug import guest_name, plugged, takes_nothing
from ilrs.partnership.proposal import Data
from ilrs.partnership.reading import read_call, read_proposal
from ilrs.partnership.survey import survey
from ilrs.partnership.survey_page import survey_page
from ilrs.partnership.template import template


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(read_call(), seeds=(1, 2))


def test_what_takes_nothing_is_not_simulated(bench: Bench) -> None:
    slots = bench.call.opportunities
    reflectors = read_proposal("retroreflectors").proposal
    assert not takes_nothing(reflectors, slots["ilrs-2-ridge"])  # a robot sets it up
    assert takes_nothing(reflectors, slots["ilrs-1-guest"])
    assert takes_nothing(read_proposal("training").proposal, slots["data-and-applications"])


def test_a_proposal_becomes_one_facility_more(bench: Bench) -> None:
    rover = read_proposal("rover-35kg").proposal
    grown = plugged(bench.loaded, rover, bench.call.opportunities["ilrs-2-rovers"]).scenario
    name = guest_name(rover)
    assert set(grown.facilities) - set(bench.loaded.scenario.facilities) == {name}
    load = grown.facilities[name].components["payload"]
    assert load.power == pytest.approx(rover.power.mean)  # type: ignore[attr-defined]
    assert f"{name}-setup" in grown.activities
    with pytest.raises(ScenarioError, match="already"):
        plugged(
            plugged(bench.loaded, rover, bench.call.opportunities["ilrs-2-rovers"]),
            rover,
            bench.call.opportunities["ilrs-2-rovers"],
        )


def test_mistakes_in_its_own_parts_are_told_with_their_lines_in_its_own_names(
    bench: Bench,
) -> None:
    text = template().partition("# components:")[0] + (
        "components:\n  camera: {kind: load, power: 20 W, failures: {boom: {mtbf: 1 yr}}}\n"
        "activities:\n  look:\n    title: A look\n    mission: self\n"
        "    instruments: [self/camra]\n    duration: 2 h\n    every: 1 h\n"
    )
    first = text.partition("components:\n  camera")[0].count("\n") + 1
    with pytest.raises(ScenarioError) as caught:
        bench.check(read_proposal(text), ["ilrs-2-ridge"])
    told = [str(told_in(problem, "ru")) for problem in caught.value.problems]
    assert told == [
        f"<text>:{first + 1}: components.camera.failures.boom: у load нет вида отказа 'boom' "
        "(известны: off)",
        f"<text>:{first + 6}: activities.look.instruments[0]: нет компонента 'self/camra' "
        "(ближайшее: self/camera)",
        f"<text>:{first + 8}: activities.look.every: раз в 1 h, а каждый длится 2 h "
        "(пусть происходит реже)",
    ]


def test_a_pair_of_packaged_proposals_conflicts(bench: Bench) -> None:
    ridge = bench.call.opportunities["ilrs-2-ridge"]
    digs, watches = (read_proposal(n).proposal for n in ("heat-flow-probe", "dust-exosphere"))
    scenario = bench.loaded.scenario
    found = clashes(digs, ridge, watches, ridge, scenario)
    assert found == clashes(watches, ridge, digs, ridge, scenario)
    assert len(found) == 1
    assert "dust" in found[0].text()
    elsewhere = bench.call.opportunities["ilrs-1-guest"]  # 1.3 km away
    assert clashes(digs, ridge, watches, elsewhere, scenario) == []


@pytest.fixture(scope="module")
def rover(bench: Bench) -> Check:
    slots = ["ilrs-2-rovers", "ground-network"]
    return bench.check(read_proposal("rover-35kg"), slots)


@pytest.mark.long
def test_a_rover_fits_the_garage_and_no_antenna(rover: Check) -> None:
    assert [a.name for a in rover.fitting] == ["ilrs-2-rovers"]
    answer = rover.best
    assert answer.stretch is not None
    assert 42 <= answer.stretch.days <= 71
    keys = {f.key for f in answer.findings}
    assert {"mass.each", "need.light", "served", "unpowered", "delivered", "harmless"} <= keys
    assert all(len(a.as_data()["compliance"]) == len(a.findings) for a in rover.answers)


@pytest.mark.long
def test_a_guest_that_takes_next_to_nothing_cannot_be_told_from_none() -> None:
    """A microwatt gives the plan another optimum, as good as the one without: nobody's doing."""
    bench = Bench(read_call())
    monitor = read_proposal("neutron-monitor").proposal
    whisper = monitor.power.model_copy(
        update={"survival": 0.0, "modes": {"on": PowerMode(mean=1e-6)}}
    )
    none = monitor.model_copy(
        update={
            "power": whisper,
            "thermal": None,
            "data": Data(),
            "needs": monitor.needs.model_copy(update={"robot_setup": 0.0}),
        }
    )
    slot = bench.call.opportunities["ilrs-1-guest"]
    answer = bench.answer(none, "ilrs-1-guest", slot, variants=False)
    assert answer.losses
    assert {loss.verdict for loss in answer.losses} == {"not distinguishable"}
    service = next(loss for loss in answer.losses if loss.key == "service")
    assert abs(service.difference) > 0.1  # kWh, more than its seeds scatter by
    much = none.model_copy(
        update={"power": whisper.model_copy(update={"modes": {"on": PowerMode(mean=120.0)}})}
    )
    first = slot.model_copy(update={"priority": 3})
    felt = bench.answer(much, "ilrs-1-guest", first, variants=False)
    lost = next(loss for loss in felt.losses if loss.key == "science")
    assert lost.verdict == "loses"


def test_how_far_equally_good_plans_lie_apart() -> None:
    """Student's interval of a difference of two, from the scatter of three."""
    assert between_plans([4.0]) == 0.0
    assert between_plans([4.0, 4.0, 4.0]) == 0.0
    assert between_plans([1.0, 2.0, 3.0]) == pytest.approx(4.30 * 2.0**0.5)


@pytest.mark.long
def test_the_answer_is_the_same_twice_and_its_page_stands_alone(rover: Check) -> None:
    again = Bench(read_call(), seeds=(1, 2)).check(
        read_proposal("rover-35kg"), ["ilrs-2-rovers", "ground-network"]
    )
    assert json.dumps(again.as_data()) == json.dumps(rover.as_data())
    page = check_page(rover)
    assert page == check_page(again)
    assert "http" not in page.replace("http-equiv", "")
    assert "Compliance" in page


@pytest.mark.long
def test_heavy_and_busy_is_told_how_much_lighter_and_how_much_less(bench: Bench) -> None:
    check = bench.check(read_proposal("oxygen-unit"), ["ilrs-3-plant"])
    assert not check.fitting
    near = check.nearest
    assert near is not None
    assert near.variant is not None
    words = near.variant.words.text("en")
    assert "kg lighter" in words
    assert "duty at most" in words
    assert all(f.passed is not False for f in near.variant.findings)


def test_an_unknown_opportunity_and_a_strange_folder_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["propose", "check", "training", "--opportunity", "ground-netwrk"]) == 2
    assert "nearest: ground-network" in capsys.readouterr().err
    (tmp_path / "thesis.txt").write_text("years of work")
    assert main(["propose", "check", "training", "--out", str(tmp_path)]) == 2
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["thesis.txt"]


@pytest.mark.long
def test_who_fits_nowhere_is_matched_as_its_nearest_variant(bench: Bench) -> None:
    """Two for one garage, one of them with fewer command loops: both named, both lived."""
    found = survey([read_proposal("twin-micro-rovers"), read_proposal("rover-35kg")], bench)
    assert [c.proposal.name for c in found.with_changes] == ["twin-micro-rovers"]
    assert found.matched is not None
    assert found.matched.solved.proven
    assert found.goes == {"rover-35kg": "ilrs-2-rovers", "twin-micro-rovers": None}
    changed = {p.name: p for p in found.matched.posed.proposals}["twin-micro-rovers"]
    assert changed.answers == ["ilrs-2-rovers"]
    assert changed.commanding.loops <= 12.0
    page = survey_page(found)
    assert "All at once: the best set, lived together" in page
    assert "Left out" in page


def test_offers_on_earth_are_answered_without_a_simulation(bench: Bench) -> None:
    found = survey([read_proposal("training"), read_proposal("data-service")], bench)
    assert [c.best.name for c in found.checks] == ["data-and-applications"] * 2
    assert all(c.fitting for c in found.checks)
    assert "Where do 2 proposals fit?" in survey_page(found)
    json.dumps(found.as_data(), allow_nan=False)
