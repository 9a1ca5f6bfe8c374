"""Terms, what binds, and the nearest variant: by hand-made numbers, without any simulation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilrs.language import spoken
from ilrs.partnership.demands import Limits
from ilrs.partnership.finding import Finding, at_least, at_most, binding, in_words, number, plain
from ilrs.partnership.opportunity import Opportunity, Surroundings
from ilrs.partnership.placing import _warm
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.reading import read_call, read_proposal
from ilrs.partnership.template import template
from ilrs.partnership.terms import changed, counted_mass, terms
from ilrs.partnership.variants import nearest, with_duty
from ilrs.partnership.wording import it_takes
from ilrs.scenario.schema import Mission

MISSION = Mission(title="ILRS-2", date=np.datetime64("2032-01-01"), confidence="assumed", phase="x")


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return read_proposal(template()).proposal


@pytest.fixture(scope="module")
def slot() -> Opportunity:
    return read_call().opportunities["ilrs-2-ridge"]


def found(proposal: Proposal, slot: Opportunity, mission: Mission = MISSION) -> dict[str, Finding]:
    return {f.key: f for f in terms(proposal, slot, mission)}


def test_the_template_meets_every_term_of_the_ridge(proposal: Proposal, slot: Opportunity) -> None:
    failing = [k for k, f in found(proposal, slot).items() if f.passed is False]
    # The ridge holds one degree, and two are enough.
    assert failing == []


def test_mass_counts_what_the_call_includes(proposal: Proposal, slot: Opportunity) -> None:
    assert counted_mass(proposal, slot) == pytest.approx(1.2 * (4.5 + 0.6 + 0.0 + 0.3))
    assert slot.mass is not None
    without = slot.model_copy(update={"mass": slot.mass.model_copy(update={"includes": []})})
    assert counted_mass(proposal, without) == pytest.approx(1.2 * 4.5)


def edited(old: str, new: str) -> Proposal:
    text = template()
    assert old in text
    return read_proposal(text.replace(old, new, 1)).proposal


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ("body: 4.5 kg", "body: 104.5 kg", "mass.each", "kg lighter"),
        ("length: 0.3 m", "length: 1.3 m", "envelope", "folded"),
        ("bus: 28 V", "bus: 5 V", "power.bus", "converter to the slot's 24-34 V"),
        ("peak: 22 W", "peak: 422 W", "power.peak", "peaks held to 300 W"),
        ("loops: 0.5", "loops: 9", "loops", "at most 4 command loops"),
        ("cruise_unpowered: 24 h", "cruise_unpowered: 6 h", "thermal.cruise", "12 h unpowered"),
        ("ready: 2029-06-01", "ready: 2031-06-01", "ready", "sooner"),
        ("peaceful_use: true", "peaceful_use: true\n  radioactive: true", "forbidden", ""),
        ("robot_setup: 2 h", "robot_setup: 50 h", "robot.setup", "at most 20 h"),
        ("samples: 0", "samples: 9", "samples", ""),
        ("level: equipment", "level: system", "level", ""),
    ],
)
def test_each_term_fails_by_its_own_number_and_names_its_own_remedy(
    slot: Opportunity, old: str, new: str, key: str, remedy: str
) -> None:
    rows = found(edited(old, new), slot)
    failing = [k for k, f in rows.items() if f.passed is False]
    assert failing == [key]
    if remedy:
        change = rows[key].change
        assert change is not None
        assert remedy in spoken(change.words)
        mended = found(change.apply(edited(old, new)), slot)
        assert mended[key].passed


@pytest.mark.parametrize(
    ("old", "new", "key", "margin"),
    [
        ("stability: 0.5 deg", "stability: 0.05 deg", "pointing.stability", -0.05),
        ("accuracy: 2 deg", "accuracy: 0.7 deg", "pointing", -0.3),
        ("magnetic_moment: 0 A*m^2", "magnetic_moment: 8 A*m^2", "magnetic", -3.0),
    ],
)
def test_what_only_another_carrier_would_bear_fails_by_its_number(
    slot: Opportunity, old: str, new: str, key: str, margin: float
) -> None:
    failing = [f for f in found(edited(old, new), slot).values() if f.passed is False]
    assert [f.key for f in failing] == [key]
    assert failing[0].margin == pytest.approx(margin)
    assert failing[0].change is None


def test_a_plate_must_not_be_too_warm_to_work_on(proposal: Proposal, slot: Opportunity) -> None:
    plate = Limits(minimum=250.0, maximum=326.0)
    promised = Surroundings(interface=plate, cruise_unpowered=0.0)
    rows = found(proposal, slot.model_copy(update={"surroundings": promised}))
    assert rows["thermal.interface"].passed
    assert rows["thermal.works"].passed is False
    assert rows["thermal.works"].margin == pytest.approx(-3.0)  # it works up to 323 K


def test_survival_power_holds_a_box_warm_behind_a_blanket(proposal: Proposal) -> None:
    """The emittance at which 2 W balance what a box of 0.66 m2 at 223 K radiates."""
    assert proposal.thermal is not None
    assert proposal.envelope is not None
    rows = {f.key: f for f in _warm(proposal, proposal.thermal, proposal.envelope, 41.0)}
    alone = 2.0 / (5.670374419e-8 * 0.66 * (223.0**4 - 41.0**4))
    assert rows["warm.alive"].given == pytest.approx(alone, rel=1e-6)
    assert all(f.passed for f in rows.values())
    starved = changed(proposal, power={"survival": 0.5})
    rows = {f.key: f for f in _warm(starved, proposal.thermal, proposal.envelope, 41.0)}
    assert rows["warm.alive"].passed is False
    assert rows["warm.alive"].change is not None
    mended = rows["warm.alive"].change.apply(starved)
    rows = {f.key: f for f in _warm(mended, proposal.thermal, proposal.envelope, 41.0)}
    assert rows["warm.alive"].passed
    assert mended.power.survival == pytest.approx(2.0 * 0.01 / alone, rel=1e-6)


def test_a_cancelled_mission_takes_nobody(proposal: Proposal, slot: Opportunity) -> None:
    gone = MISSION.model_copy(update={"confidence": "cancelled"})
    rows = found(proposal, slot, gone)
    assert rows["mission"].passed is False
    bound = binding(list(rows.values()))
    assert bound is not None
    assert bound.key == "mission"


def test_what_binds_is_the_worst_failure_or_the_least_margin() -> None:
    rows = [at_most("a", "", 9.0, 10.0, "W"), at_least("b", "", 1.0, 10.0, "W")]
    assert binding(rows) is rows[0]
    rows.append(at_most("c", "", 20.0, 10.0, "W"))
    assert binding(rows) is rows[2]
    rows.append(plain("d", "", False, "never"))
    assert binding(rows) is rows[3]
    assert binding([]) is None


def judged_by(limit: float) -> Callable[[Proposal], list[Finding]]:
    """A world in which only the mean power counts."""

    def judge(p: Proposal) -> list[Finding]:
        return [at_most("power.mean", "Mean power", p.power.mean, limit, "W")]

    return judge


def test_units_that_are_words_are_counted() -> None:
    told = {n: spoken(number(n, "times"), "ru") for n in (1.0, 2.0, 2.5, 5.0, 12.0, 21.0, 22.0)}
    few = {n for n, words in told.items() if words.endswith(" раза")}
    assert few == {2.0, 2.5, 22.0}
    assert [spoken(number(n, "times")) for n in (1.0, 2.0, 5.0)] == ["1 time", "2 times", "5 times"]


def test_what_just_fails_is_told_with_the_digits_that_show_it() -> None:
    finding = at_most("power.mean", "Mean power", 250.4, 250.0, "W")
    assert spoken(in_words(finding)) == "asks for 250.4 W, there is 250 W"
    plate = at_least("thermal.interface", "Plate", 0.0, -2.0, "K")
    assert spoken(it_takes(plate)) == "Plate: bearing 2 K beyond its limits"


def test_duty_is_cut_to_the_whole_percent_that_still_fits(proposal: Proposal) -> None:
    # 15 W for half the time over 2 W: the mean is 2 + 13 d, so 6 W allow d = 30.77 %.
    judge = judged_by(6.0)
    variant = nearest(proposal, judge(proposal), judge)
    assert variant is not None
    assert spoken(variant.words) == "duty at most 30 % instead of 50 %, data in proportion"
    assert all(f.passed for f in variant.findings)
    assert nearest(proposal, judge(proposal), judged_by(1.0)) is None


def test_less_duty_keeps_survival_and_thins_data(proposal: Proposal) -> None:
    half = with_duty(proposal, 0.5)
    assert half.power.survival == proposal.power.survival
    assert half.power.mean == pytest.approx(2.0 + 13.0 * 0.25)
    assert half.data.science == pytest.approx(0.5 * proposal.data.science)


def test_what_cannot_be_changed_has_no_variant(proposal: Proposal) -> None:
    def judge(p: Proposal) -> list[Finding]:
        return [plain("level", "Level", False, "closed"), *judged_by(6.0)(p)]

    assert nearest(proposal, judge(proposal), judge) is None


def test_as_data_is_plain(proposal: Proposal, slot: Opportunity) -> None:
    rows: list[dict[str, Any]] = [f.as_data() for f in terms(proposal, slot, MISSION)]
    assert {"key", "passed", "asked", "given", "margin", "remedy"} <= rows[0].keys()
