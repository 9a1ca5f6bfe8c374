"""Matching: the optimum against enumeration, ties by rules, names without effect, refusals true."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilrs.errors import PlanError, ScenarioError, UserError
from ilrs.partnership.matching.criteria import (
    REFERENCE,
    Case,
    content_digest,
    lot,
    points,
    read_criteria,
    read_marks,
)
from ilrs.partnership.matching.decided import undecided
from ilrs.partnership.matching.dive import dived
from ilrs.partnership.matching.field import field_of
from ilrs.partnership.matching.packing import best_packing
from ilrs.partnership.matching.prices import priced
from ilrs.partnership.matching.problem import NOWHERE, Clash, Problem, Wholes
from ilrs.partnership.matching.repacked import repacked
from ilrs.partnership.matching.solve import solve
from ilrs.partnership.reading import read_call, read_proposal

ROVER = read_proposal("rover-35kg").proposal


def random_problem(seed: int, n: int = 6, m: int = 3) -> Problem:
    rng = np.random.default_rng(seed)
    score = rng.integers(-20, 100, (n, m))
    demand = np.repeat(rng.integers(1, 10, (n, 1, 2)), m, axis=1)
    capacity = rng.integers(4, 18, (m, 2))
    everywhere = frozenset(range(m))
    clashes = (Clash(0, 1, everywhere, everywhere), Clash(2, 3, frozenset({0}), frozenset({0, 1})))
    return Problem(score, demand, capacity, clashes)


def all_assignments(problem: Problem) -> list[Wholes]:
    n, m = problem.size
    found = [np.array(p) for p in itertools.product(range(NOWHERE, m), repeat=n)]
    return [places for places in found if not problem.faults(places)]


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_and_its_ties_are_those_of_enumeration(seed: int) -> None:
    problem = random_problem(seed, n=5)
    rng = np.random.default_rng(seed + 100)
    ties = [np.ones(problem.size, np.int64), rng.integers(0, 3, problem.size)]

    def worth(places: Wholes) -> tuple[int, ...]:
        taken = np.flatnonzero(places != NOWHERE)
        return (
            problem.points(places),
            *(int(tie[taken, places[taken]].sum()) for tie in ties),
        )

    best = max(worth(places) for places in all_assignments(problem))
    found = solve(problem, ties)
    assert not problem.faults(found.places)
    assert worth(found.places) == best
    assert (found.points, found.bound) == (best[0], best[0])
    assert found.proven
    assert found.settled


@pytest.mark.parametrize("seed", range(8))
def test_the_best_packing_is_that_of_enumeration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    worth, weight = rng.normal(5.0, 6.0, 11), rng.integers(0, 9, (11, 3))
    capacity = rng.integers(6, 20, 3)
    nobody = np.full((11, 0), -1)
    sets = np.array(list(itertools.product([0, 1], repeat=11)))
    allowed = (sets @ weight <= capacity).all(axis=1)
    most = float((sets @ worth)[allowed].max())
    best, chosen, bound, _ = best_packing(worth, weight, capacity, nobody, 0.0, 10**9)
    assert best == pytest.approx(most)
    assert bound == pytest.approx(most)
    assert worth[chosen].sum() == pytest.approx(most)
    assert (weight[chosen].sum(axis=0) <= capacity).all()
    # Cut short, the bound still holds; above a floor that nothing reaches, the floor is told.
    assert best_packing(worth, weight, capacity, nobody, 0.0, 1)[2] >= most - 1e-9
    assert best_packing(worth, weight, capacity, nobody, most + 1.0, 10**9)[0] == most + 1.0


@pytest.mark.parametrize("seed", range(6))
def test_prices_bound_every_assignment_wherever_they_end(seed: int) -> None:
    problem = random_problem(seed, n=5)
    first = solve(problem).places
    crowd = frozenset((i, int(j)) for i, j in enumerate(first) if j != NOWHERE)
    crowded = Problem(problem.score, problem.demand, problem.capacity, problem.clashes,
                      ((crowd, max(len(crowd) - 1, 0)),))  # fmt: skip
    for each in (problem, crowded):
        most = max(each.points(places) for places in all_assignments(each))
        field = field_of(each)
        if not sum(len(slot.guests) for slot in field.slots):
            continue
        found = priced(field, 10**9)
        assert most - 1e-6 <= found.bound <= priced(field, 0).bound + 1e-6
        places = dived(field, found)
        assert not each.faults(places)
        assert each.points(places) <= most
        # Packed anew it is no worse, and the same on every run.
        better, again = (repacked(field, found, places, 2) for _ in range(2))
        assert not each.faults(better)
        assert each.points(places) <= each.points(better) <= most
        assert better.tolist() == again.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_many_pairs_by_packings_and_branch_and_cut(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(seed, n=12, m=6)
    ties = [np.ones(problem.size, np.int64)]
    expected = solve(problem, ties)
    monkeypatch.setattr("ilrs.partnership.matching.solve.MANY", 0)
    found = solve(problem, ties)
    assert not problem.faults(found.places)
    assert (found.points, found.bound, found.proven) == (expected.points, expected.bound, True)
    assert (found.places != NOWHERE).sum() == (expected.places != NOWHERE).sum()
    # Without any time an assignment is told with a bound that holds, and not called proven.
    hasty = solve(problem, seconds=0.0)
    assert not problem.faults(hasty.places)
    assert hasty.points <= expected.points <= hasty.bound
    assert hasty.proven == (hasty.points == hasty.bound)


@pytest.mark.parametrize("seed", range(6))
def test_prices_leave_every_pair_of_a_best_assignment(seed: int) -> None:
    problem = random_problem(seed, n=5)
    possible = all_assignments(problem)
    most = max(problem.points(places) for places in possible)
    field = field_of(problem)
    if not sum(len(slot.guests) for slot in field.slots):
        return
    found = priced(field, 10**9)
    keeps = undecided(field, found.price, found.bound, most)
    left = {
        (int(i), j)
        for j, (slot, keep) in enumerate(zip(field.slots, keeps, strict=True))
        for i in slot.guests[keep]
    }
    for places in possible:
        if problem.points(places) == most:
            pairs = {(i, int(j)) for i, j in enumerate(places) if j != NOWHERE}
            assert pairs <= left
    for j, guests, worth, best in found.most:
        for places in possible:
            assert worth[np.isin(guests, np.flatnonzero(places == j))].sum() <= best + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_a_forced_proposal_costs_what_enumeration_says(seed: int) -> None:
    problem = random_problem(seed, n=5)
    possible = all_assignments(problem)
    for i in range(5):
        with_it = [problem.points(p) for p in possible if p[i] != NOWHERE]
        if with_it:
            assert solve(problem, forced=i).points == max(with_it)
        else:
            with pytest.raises(PlanError):
                solve(problem, forced=i)


def test_packing_anew_finds_what_is_best_for_several_slots_at_once() -> None:
    """From nothing at all; the points are those of the proven best."""
    problem = random_problem(5, n=24, m=5)
    best = solve(problem)
    assert best.proven
    field = field_of(problem)
    found = priced(field, 10**9)
    better = repacked(field, found, np.full(24, NOWHERE), 10)
    assert not problem.faults(better)
    assert problem.points(better) == best.points


def test_a_crowd_that_does_not_live_together_is_never_told_again() -> None:
    problem = random_problem(3)
    first = solve(problem).places
    crowd = frozenset((i, int(j)) for i, j in enumerate(first) if j != NOWHERE)
    other = Problem(problem.score, problem.demand, problem.capacity, problem.clashes,
                    ((crowd, len(crowd) - 1),))  # fmt: skip
    second = solve(other)
    assert not crowd <= {(i, int(j)) for i, j in enumerate(second.places)}
    assert second.points <= problem.points(first)


def test_odd_problems() -> None:
    empty = Problem(np.empty((0, 2), np.int64), np.empty((0, 2, 1), np.int64), np.ones((2, 1), int))
    assert solve(empty).points == 0
    nobody = Problem(np.full((2, 2), -1), np.ones((2, 2, 1), np.int64), np.ones((2, 1), np.int64))
    assert (solve(nobody).places == NOWHERE).all()
    with pytest.raises(ValueError, match="belong together"):
        Problem(np.ones((2, 2), int), np.ones((2, 3, 1), int), np.ones((2, 1), int))
    with pytest.raises(ValueError, match="negative"):
        Problem(np.ones((1, 1), int), -np.ones((1, 1, 1), int), np.ones((1, 1), int))


def renamed(k: int) -> object:
    who = ROVER.who.model_copy(update={"organisation": f"Agency {k}", "country": f"Country {k}"})
    return ROVER.model_copy(update={"name": f"p-{k}", "title": f"Title {k}", "who": who})


def test_no_score_and_no_lot_looks_at_who_proposes() -> None:
    slot = read_call().opportunities["ilrs-2-rovers"]
    criteria = read_criteria()
    seen = set()
    for k in range(3):
        proposal = renamed(k)
        total, each = points(criteria, Case(proposal, slot, ()), {})  # type: ignore[arg-type]
        seen.add((total, tuple(each.items()), lot(1, proposal), content_digest(proposal)))  # type: ignore[arg-type]
    assert len(seen) == 1
    heavier = ROVER.model_copy(update={"mass": ROVER.mass.model_copy(update={"body": 40.0})})
    assert content_digest(heavier) != content_digest(ROVER)
    assert lot(1, heavier) != lot(1, ROVER)
    assert lot(2, ROVER) != lot(1, ROVER)


@settings(max_examples=15)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_proposals_decides_nothing(seed: int, random: object) -> None:
    problem = random_problem(seed)
    n = problem.size[0]
    draws = np.arange(n)[:, None] * 17 % 101 + np.zeros(problem.size, np.int64)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    place = {old: new for new, old in enumerate(order)}
    turned = Problem(
        problem.score[order],
        problem.demand[order],
        problem.capacity,
        tuple(
            Clash(place[c.first], place[c.second], c.slots_first, c.slots_second)
            for c in problem.clashes
        ),
    )
    ties: Sequence[Wholes] = [np.ones(problem.size, np.int64), draws]
    one = solve(problem, ties)
    two = solve(turned, [tie[order] for tie in ties])
    accepted = {i for i in range(n) if one.places[i] != NOWHERE}
    other = {order[i] for i in range(n) if two.places[i] != NOWHERE}
    assert (one.points, draws[sorted(accepted), 0].sum()) == (
        two.points,
        draws[sorted(other), 0].sum(),
    )


def test_points_lie_on_the_declared_line(tmp_path: Path) -> None:
    text = (
        "version: 1\nname: x\ncriteria:\n"
        "  merit: {title: Merit, measure: mark.merit, from: 50, to: 100, weight: 60}\n"
        "  long: {title: Long, measure: works_d, from: 1460, to: 0, weight: 40}\n"
    )
    path = tmp_path / "criteria.yaml"
    path.write_text(text, encoding="utf-8")
    criteria = read_criteria(path)
    slot = read_call().opportunities["ilrs-2-rovers"]
    case = Case(ROVER, slot, ())
    assert ROVER.schedule.works == 730 * 86400
    assert points(criteria, case, {"merit": 75.0}) == (50, {"merit": 50.0, "long": 50.0})
    assert points(criteria, case, {"merit": 20.0})[0] == 20
    assert points(criteria, case, {"merit": 100.0})[0] == 80
    with pytest.raises(UserError, match="has no mark 'merit'"):
        points(criteria, case, {})
    marks = tmp_path / "marks.yaml"
    for wrong, what in (
        ("rover-35k: {merit: 5}", "nearest: rover-35kg"),
        ("rover-35kg: {merits: 5}", "nearest: merit"),
        ("rover-35kg: {merit: 101}", "between 0 and 100"),
        ("rover-35kg: {merit: high}", "is a number"),
        ("rover-35kg: 5", "are a mapping"),
    ):
        marks.write_text(wrong + "\n", encoding="utf-8")
        with pytest.raises(UserError, match=what):
            read_marks(marks, criteria, ["rover-35kg"])
    marks.write_text("rover-35kg: {merit: 80}\n", encoding="utf-8")
    assert read_marks(marks, criteria, ["rover-35kg"]) == {"rover-35kg": {"merit": 80.0}}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("weight: 40", "weight: 41", "add to 101"),
        ("measure: gifts", "measure: gift", "nearest: gifts"),
        ("to: 180", "to: 0", "the same"),
        ("ties: [most_accepted,", "ties: [lot,", "stands twice"),
        ("ties: [most_accepted,", "ties: [most_acepted,", "nearest: most_accepted"),
    ],
)
def test_criteria_that_cannot_be(tmp_path: Path, old: str, new: str, what: str) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "criteria.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=what):
        read_criteria(path)
