from __future__ import annotations

import numpy as np
import pytest

from ilrs.roadmap.calendar import days_between, later
from ilrs.roadmap.odds import (
    ORIGIN,
    chances,
    delays,
    draw,
    error,
    mission_days,
    objective_days,
)
from ilrs.roadmap.programme import Programme
from ilrs.units import to_si

SMALL = Programme.model_validate(
    {
        "name": "small",
        "title": "Small",
        "missions": {
            "one": {"title": "One", "date": "2031-01-01", "confidence": "stated", "phase": "p"},
            "two": {
                "title": "Two", "date": "2031-02-01", "confidence": "assumed", "phase": "p",
                "after": ["one"],
                "objectives": {"see": {"text": "See", "facilities": ["eye"]}},
            },
            "gone": {
                "title": "Gone", "date": "2031-02-01", "confidence": "cancelled", "phase": "p",
            },
        },
        "facilities": {
            name: {
                "title": name, "facility_class": "lunar science", "mission": mission, "place": "x",
            }
            for name, mission in (("base", "one"), ("eye", "two"))
        },
        "roadmap": {
            "spreads": {
                "stated": {"median": "100 d", "late": "400 d", "succeeds": 0.9},
                "assumed": {"median": "200 d", "late": "500 d", "succeeds": 0.8},
            },
            "cargo": {"eye": {"needs": ["base"]}},
        },
    }
)  # fmt: skip
DRAWS = draw(list(SMALL.missions), 20000, 7)


def test_delays_have_the_median_and_the_tenth_that_are_written() -> None:
    found = delays(SMALL.roadmap, "stated", DRAWS.delay["one"])
    assert np.median(found) == pytest.approx(100.0, rel=0.03)
    assert np.quantile(found, 0.9) == pytest.approx(400.0, rel=0.04)


def test_a_mission_waits_for_the_one_it_comes_after() -> None:
    days = mission_days(SMALL, SMALL, DRAWS)
    both = np.isfinite(days["one"]) & np.isfinite(days["two"])
    assert (days["two"][both] >= days["one"][both]).all()
    assert np.isinf(days["gone"]).all()


def test_an_objective_needs_every_landing_it_stands_on() -> None:
    days = mission_days(SMALL, SMALL, DRAWS)
    met = objective_days(SMALL, days, lambda f: SMALL.facilities[f].mission)["two", "see"]
    assert np.isfinite(met).mean() == pytest.approx(0.9 * 0.8, abs=4 * error(0.72, 20000))


def test_chances_rise_to_the_share_that_lands() -> None:
    days = mission_days(SMALL, SMALL, DRAWS)["one"]
    dates = [np.datetime64(f"{year}-01-01", "s") for year in (2030, 2031, 2032, 2060)]
    found = chances(days, dates)
    assert found[0] == found[1] == 0.0
    assert (np.diff(found) >= 0.0).all()
    assert found[-1] == pytest.approx(0.9, abs=0.01)


def test_the_same_seed_draws_the_same_whatever_else_flies() -> None:
    assert np.array_equal(draw(["one"], 50, 7).delay["one"], draw(["x", "one"], 50, 7).delay["one"])
    assert not np.array_equal(draw(["one"], 50, 7).delay["one"], draw(["one"], 50, 8).delay["one"])


def test_months_are_those_of_the_calendar() -> None:
    first = np.datetime64("2032-01-31", "s")
    assert str(later(first, to_si("1 month", "s")))[:10] == "2032-02-29"
    assert str(later(first, to_si("18 month", "s")))[:10] == "2033-07-31"
    assert str(later(first, to_si("10 d", "s")))[:10] == "2032-02-10"
    assert str(later(first, -to_si("2 month", "s")))[:10] == "2031-11-30"
    assert days_between(ORIGIN, np.datetime64("2001-01-01", "s")) == 366
