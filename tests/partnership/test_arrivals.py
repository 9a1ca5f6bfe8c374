"""When the missions of a call come, and how likely by utilization."""

import numpy as np
import pytest

from ilrs.partnership.arrivals import SAMPLES, Arrivals, arrivals_of


def test_chances_count_what_has_come_by_then_and_what_is_lost() -> None:
    day = np.where(np.arange(SAMPLES) % 4 < 3, 100.0, np.inf)
    horizon = np.datetime64("2000-04-10", "s")
    found = Arrivals(horizon, {}, {"a": day, "late": day + 1.0, "never": day + np.inf})
    assert found.chance("a")[0] == 0.75
    assert found.chance("a")[1] == pytest.approx((0.75 * 0.25 / SAMPLES) ** 0.5)
    assert [found.chance(m)[0] for m in ("late", "never")] == [0.0, 0.0]
    mean, error = found.expected(["a", "a", "never"])
    assert mean == 1.5
    assert error == pytest.approx(2.0 * found.chance("a")[1]), "two on one flight are lost together"


def test_later_missions_of_a_chain_are_less_likely_there_by_utilization() -> None:
    found = arrivals_of("ilrs")
    assert str(found.horizon)[:10] == "2036-01-01"
    shares = [found.chance(f"ilrs-{k}")[0] for k in (1, 2, 3, 4, 5)]
    assert shares == sorted(shares, reverse=True)
    assert found.chance("change-8")[0] == 0.0
