"""Ranking: declared weights, limits, pairs whose light adds up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ilrs.environment.candidates import candidates
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.siting.find import chosen, compared, find
from ilrs.siting.outlook import Terms
from ilrs.siting.ranking import LINKED, MEASURES, best_pairs, rank, score, weights

SEASON = Clock.over(np.datetime64("2031-04-01"), np.datetime64("2031-07-01"), 3 * 3600)


def test_a_score_is_the_weighted_mean_of_its_measures() -> None:
    best = {name: measure.best for name, measure in MEASURES.items()}
    worst = {name: measure.worst for name, measure in MEASURES.items()}
    assert score(best, weights()) == pytest.approx(1.0)
    assert score(worst, weights()) == 0.0
    only_slope = weights([f"{name}=0" for name in MEASURES if name != "slope_deg"])
    assert score({**worst, "slope_deg": 7.5}, only_slope) == pytest.approx(0.5)
    # beyond the ends nothing is gained or lost; what is unknown counts as worst
    assert score({**best, "slope_deg": -5.0}, weights()) == pytest.approx(1.0)
    assert score({**worst, "slope_deg": math.nan}, weights()) == 0.0


@pytest.mark.parametrize("text", ["slope=1", "slope_deg", "slope_deg=-1", "slope_deg=much"])
def test_weights_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(UserError):
        weights([text])
    with pytest.raises(UserError, match="every weight is 0"):
        weights([f"{name}=0" for name in MEASURES])


def test_places_come_in_the_order_of_their_scores_within_the_limits() -> None:
    found = find(SEASON, height=10.0, terms=Terms(), regions=["ridge"], max_slope=1.0, top=100)
    scores = [row["score"] for row in found["places"]]
    assert scores == sorted(scores, reverse=True)
    assert found["looked_at"] == sum(c.region == "ridge" for c in candidates())
    assert 0 < found["fit"] == len(scores) < found["looked_at"]
    assert all(row["slope_deg"] <= 1.0 for row in found["places"])


def test_a_pair_is_lit_at_least_as_long_as_either_and_no_longer_than_both() -> None:
    ranked = rank(chosen("ridge", []), SEASON, 10.0)
    pairs = best_pairs(ranked, SEASON)
    alone = {row.candidate.name: row for row in ranked}
    assert pairs
    for pair in pairs:
        a, b = alone[pair.first], alone[pair.second]
        light = [row.measures["mean_sun_area_fraction"] for row in (a, b)]
        assert max(light) - 1e-12 <= pair.mean_area <= min(1.0, sum(light))
        shortest = min(row.measures["longest_dark_h"] for row in (a, b))
        assert pair.longest_dark <= shortest + 1e-9
        assert pair.apart <= LINKED
        both_dark = (a.outcome.area <= 0.5) & (b.outcome.area <= 0.5)
        longest = max(len(run) for run in "".join("01"[int(d)] for d in both_dark).split("0"))
        assert pair.longest_dark == pytest.approx(longest * 3.0)


def test_places_side_by_side_without_downloads(only_packaged: None) -> None:
    rows = compared(["ridge-a", "amundsen"], SEASON, height=2.0, terms=Terms())["places"]
    assert [row["place"] for row in rows] == ["ridge-a", "amundsen"]
    assert [row["coarse"] for row in rows] == [False, True]
    fine, coarse = (row["band"]["mean_sun_area_fraction"] for row in rows)
    assert 0.0 < fine[1] - fine[0] < coarse[1] - coarse[0] + 0.2


def test_where_no_candidate_is_says_so() -> None:
    with pytest.raises(UserError, match="no candidate place lies there"):
        chosen("-80,10,5", [])
    with pytest.raises(UserError, match="nearest: ridge"):
        chosen(None, ["rigde"])
