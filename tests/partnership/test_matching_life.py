"""A set that does not live together: who is at odds, who goes instead, and what is told."""

from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from tests.partnership.test_matching_fairness import CALL, office

from ilrs.language import said
from ilrs.partnership.feasibility import Bench
from ilrs.partnership.finding import at_least, plain
from ilrs.partnership.matching import match as matching
from ilrs.partnership.matching.criteria import read_criteria
from ilrs.partnership.matching.life import Together, fewest
from ilrs.partnership.matching.page import match_page, sentences
from ilrs.partnership.matching.problem import NOWHERE
from ilrs.partnership.matching.told import told
from ilrs.partnership.outlook import Stretch
from ilrs.partnership.reading import read_call
from ilrs.partnership.release import Audience
from ilrs.partnership.rules import read_rules

REVIEWERS = Audience(reviewers=True)


@pytest.mark.parametrize("broken", [[{3}], [{0, 6}], [{1, 2, 5}], [{0, 1}, {2, 3, 4}]])
def test_the_fewest_that_fail_are_one_of_the_causes(broken: list[set[int]]) -> None:
    tried = []

    def fails(some: Any) -> bool:
        tried.append(set(some))
        return any(cause <= set(some) for cause in broken)

    found = fewest(range(7), fails)
    assert set(found) in broken
    subsets = chain.from_iterable(combinations(found, k) for k in range(len(found)))
    assert not any(fails(s) for s in subsets)


def lived(odds: Any) -> Any:
    """A life in which those named by `odds` (who is there -> who is at odds, alone) fail."""

    def live(bench: Bench, posed: Any, solved: Any) -> Together:
        pairs = zip(posed.proposals, solved.places.tolist(), strict=True)
        there = {p.name: posed.slot_names[j] for p, j in pairs if j != NOWHERE}
        odd, alone = odds(there)
        good = plain("scheduled", said("felt.scheduled"), True, said("felt.by_planner"))
        short = at_least("served", said("felt.served"), 75.0, 50.0, "%", by="simulation")
        stretch = Stretch(bench.loaded.scenario.period.begins, bench.outlook.clock.stop,
                          said("weeks.all"))  # fmt: skip
        found = {name: (short if name in odd[:1] else good,) for name in there}
        return Together(stretch, there, found, 5, tuple(odd), alone)

    return live


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    path: Path = tmp_path_factory.mktemp("call") / "call.yaml"
    path.write_text(CALL, encoding="utf-8")
    return Bench(read_call(str(path)))


def matched(bench: Bench, odds: Any, monkeypatch: pytest.MonkeyPatch) -> matching.Match:
    monkeypatch.setattr(matching, "live_together", lived(odds))
    return matching.match(bench, office(), read_criteria(), read_rules(), {})


def test_who_fails_alone_or_in_a_crowd_makes_room_for_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = matched(bench, lambda there: ([], False), monkeypatch)
    best = [name for name, slot in first.places.items() if slot]
    one, two = best[:2]

    def crowd(there: Any) -> tuple[list[str], bool]:
        return ([one, two] if {one, two} <= there.keys() else [], False)

    apart = matched(bench, crowd, monkeypatch)
    assert apart.feasible
    assert not (apart.places[one] and apart.places[two])
    assert len(apart.together) <= 5  # four ways to be in two slots, and then apart
    assert apart.solved.points <= first.solved.points

    why = [r["opportunity"] for r in told(apart, REVIEWERS, "en").data["reasons"]
           if r["proposal"] in (one, two) and "live together with" in r["why"]["text"]]  # fmt: skip
    assert why
    assert len(why) == len(set(why))

    never = matched(bench, lambda t: ([one] if one in t else [], True), monkeypatch)
    assert never.feasible
    assert never.places[one] is None
    data = told(never, REVIEWERS, "en").data
    why = [r for r in data["reasons"] if r["proposal"] == one and "by itself" in r["why"]["text"]]
    assert why
    assert all("50 %" in r["takes"] for r in why)
    assert "ruled out" in " ".join(sentences(data, "en"))


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_where_no_set_lives_it_is_said_who_lacks_what(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, language: Any
) -> None:
    found = matched(bench, lambda there: (sorted(there)[:2], False), monkeypatch)
    assert found.feasible is False
    assert len(found.together) == matching.ROUNDS
    released = told(found, REVIEWERS, language)
    lacking = [r for r in released.data["together"] if r["round"] == matching.ROUNDS]
    who = next(r for r in lacking if not r["lives"])
    assert len(who["fails_with"]) == 1
    assert "50 %" in who["takes"][0]
    assert who["proposal"] in sentences(released.data, language)[-1]
    assert who["takes"][0] in match_page(released, language)
