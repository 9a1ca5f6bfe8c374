"""Earth out: branches that join give what branches that never do give."""

from __future__ import annotations

import numpy as np
import pytest

from ilrs.assessment.endurance import DAY, endurance, endurance_of
from ilrs.errors import UserError
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
    return endurance(lived.truth, lived.faults, lived.plan, authority, reserve, **given)


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
    assert endurance_of(lived.truth, lived.faults, lived.plan, lived.authority, rule) is None


def test_a_station_without_power_breaks_at_once(lived: Run) -> None:
    from dataclasses import replace

    truth = lived.truth
    dead = truth.flows.cap.copy()
    dead[list(truth.flows.of("source"))] = 0.0
    empty = replace(truth.stores, initial=np.zeros_like(truth.stores.initial))
    broken = replace(truth, flows=replace(truth.flows, cap=dead), stores=empty)
    authority = np.full(truth.clock.count, MOON, dtype=np.int8)
    found = endurance(
        broken, lived.faults, lived.plan, authority, 0.3, every=DAY, lasts=DAY, cap=5 * DAY
    )
    assert (found.lasted == 0.0).all()


def test_a_period_that_is_too_short_is_refused(lived: Run) -> None:
    with pytest.raises(UserError, match="no start has"):
        of(lived, MOON, cap=90 * DAY)
