"""Earth out: branches that join give what branches that never do give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ilrs.assessment.endurance import DAY, endurance, endurance_of
from ilrs.errors import UserError
from ilrs.network.network import Network
from ilrs.operations.authority import MOON, NOBODY
from ilrs.operations.run import Run, run, with_period
from ilrs.scenario.load import load_scenario

PERIOD = np.datetime64("2031-02-15T00:00:00"), np.datetime64("2031-04-15T00:00:00")


@pytest.fixture(scope="module")
def lived() -> Run:
    return run(with_period(load_scenario("ilrs"), *PERIOD, 3600.0), 1)


def of(lived: Run, who: int, **changes: float):
    authority = np.full(lived.truth.clock.count, who, dtype=np.int8)
    given = {"every": DAY, "lasts": 5 * DAY, "cap": 20 * DAY} | changes
    reserve = lived.scenario.rules.reserve
    return endurance(
        lived.truth, lived.resting(), lived.faults, lived.plan, authority, reserve, **given
    )


@pytest.mark.parametrize("who", [MOON, NOBODY])
def test_joined_branches_are_what_each_lives_alone(lived: Run, who: int) -> None:
    joined, alone = of(lived, who), of(lived, who, exact=True)
    assert len(joined.starts) > 10
    assert (joined.starts == alone.starts).all()
    assert joined.lasted == pytest.approx(alone.lasted, abs=3600.0)


def test_seldom_starts_last_as_they_do_among_many(lived: Run) -> None:
    many, few = of(lived, MOON), of(lived, MOON, every=8 * DAY)
    # Plan and cap are not rounded to the distance of the starts.
    assert few.lasted.max() == many.lasted.max() == 20 * DAY
    same = np.isin(many.starts, few.starts)
    assert same.sum() == len(few.starts) > 3
    assert few.lasted == pytest.approx(many.lasted[same], abs=3600.0)


def test_nobody_lasts_beyond_the_cap_and_the_worst_is_the_least(lived: Run) -> None:
    found = of(lived, MOON)
    told = found.as_data()
    assert (found.lasted <= 20 * DAY).all()
    assert told["days"]["p0"] == told["worst"]["days"] == found.lasted.min() / DAY
    assert told["starts"] == len(found.lasted)
    # One start a day here: the least of a day is that start.
    assert told["least_by_day"] == pytest.approx(found.lasted / DAY, abs=1e-3)
    assert told["first_day"] == found.starts[0] * lived.truth.clock.step // DAY
    # Ninety days do not fit into this period: nothing is told.
    rule = lived.scenario.rules.reserve
    assert (
        endurance_of(lived.truth, lived.resting, lived.faults, lived.plan, lived.authority, rule)
        is None
    )


def test_a_station_without_power_breaks_at_once(lived: Run) -> None:
    truth = lived.truth
    dead = truth.flows.cap.copy()
    dead[list(truth.flows.of("source"))] = 0.0
    empty = replace(truth.stores, initial=np.zeros_like(truth.stores.initial))
    broken = replace(truth, flows=replace(truth.flows, cap=dead), stores=empty)
    authority = np.full(truth.clock.count, MOON, dtype=np.int8)
    found = endurance(
        broken, broken, lived.faults, lived.plan, authority, 0.3, every=DAY, lasts=DAY, cap=5 * DAY
    )
    assert (found.lasted == 0.0).all()


def test_a_period_that_is_too_short_is_refused(lived: Run) -> None:
    with pytest.raises(UserError, match="no start has"):
        of(lived, MOON, cap=90 * DAY)


def test_nobody_sets_out_once_the_uploaded_plan_has_ended(lived: Run) -> None:
    """A rover that would die away from home on a later day stays there instead."""
    truth = lived.truth
    names, count = truth.flows.names, truth.clock.count
    charger, away = np.ones(count), np.ones(count)
    gone = range(12 * 24, 40 * 24)
    away[gone] = 0.0
    rows = len(truth.profiles)
    profiles = np.vstack([truth.profiles, away, charger])
    # The station stands for a vehicle: what feeds it is cut while it is out.
    sources = list(truth.flows.of("source"))
    called = tuple(f"{n}.charger" if k in sources else n for k, n in enumerate(names))
    plan = replace(lived.plan, flow_names=called)

    def with_row(row: int) -> Network:
        profile = truth.flows.profile.copy()
        profile[sources] = row
        flows = replace(truth.flows, profile=profile, names=called)
        return replace(truth, flows=flows, profiles=profiles)

    authority = np.full(count, MOON, dtype=np.int8)
    given = {"every": DAY, "lasts": 5 * DAY, "cap": 20 * DAY}
    found = endurance(
        with_row(rows), with_row(rows + 1), lived.faults, plan, authority, 0.5, **given
    )
    always = endurance(with_row(rows), with_row(rows), lived.faults, plan, authority, 0.5, **given)
    early = found.starts < gone.start - 5 * 24
    assert early.sum() >= 3
    assert (found.lasted[early] == 20 * DAY).all()
    assert (always.lasted[early] < 20 * DAY).all()
    # Who is out already when the plan ends is out until he comes home.
    late = (found.starts > gone.start - 5 * 24) & (found.starts < gone.start)
    assert found.lasted[late] == pytest.approx(always.lasted[late], abs=3600.0)
