"""The best order of arrival, against trying every order there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from ilrs.roadmap.manifest import (
    FlightSlot,
    Goal,
    Item,
    Placed,
    Rearrangement,
    Score,
    candidate_days,
    score_of,
    why_not_earlier,
)
from ilrs.roadmap.rearrange import Model, rearrange


def allowed(problem: Rearrangement, items: dict[str, Placed | None], days: dict[str, int]) -> bool:
    """Whether an answer keeps every rule, said plainly."""
    slots = {f.name: f for f in problem.flights}
    for i in problem.items:
        placed = items[i.name]
        if placed is None:
            continue
        if placed.day < max(i.ready, i.there_by) or (i.only and placed.flight != i.own):
            return False
        if i.latest is not None and placed.day > i.latest:
            return False
        for need in i.needs:
            at = items[need]
            if at is None or at.day > placed.day:
                return False
    for name, day in days.items():
        aboard = [i for i in problem.items if items[i.name] == Placed(name, day)]
        if sum(i.mass for i in aboard) > slots[name].room(day):
            return False
        if sum(i.mass for i in aboard if i.partner) > slots[name].partners:
            return False
        for other, then in days.items():
            same = slots[name].launcher == slots[other].launcher
            if other != name and same and abs(day - then) < slots[name].spacing:
                return False
    return True


def by_trying(problem: Rearrangement) -> Score:
    """The best score, by trying every day of every flight and every place of every item."""
    never = Model(problem).never
    choices = [
        [None, *range(f.earliest, max(candidate_days(problem)) + 1)] for f in problem.flights
    ]
    best: Score | None = None
    for days in product(*choices):
        leaves = {f.name: d for f, d in zip(problem.flights, days, strict=True) if d is not None}
        where = [None, *(Placed(f, d) for f, d in leaves.items())]
        for put in product(where, repeat=len(problem.items)):
            items = {i.name: p for i, p in zip(problem.items, put, strict=True)}
            used = {p.flight: p.day for p in put if p is not None}
            if allowed(problem, items, used):
                score = score_of(problem, items, never)
                best = score if best is None or score < best else best
    assert best is not None
    return best


def drawn(seed: int) -> Rearrangement:
    """A small problem with everything in it that can bind."""
    random = np.random.default_rng(seed)
    flights = tuple(
        FlightSlot(
            f"f{k}",
            int(random.integers(0, 5)),
            "heavy" if random.random() < 0.7 else "light",
            2,
            ((0, float(random.integers(2, 6))), (3, float(random.integers(5, 8)))),
            float(random.integers(1, 4)),
        )
        for k in range(2)
    )
    items = tuple(
        Item(
            f"i{k}",
            float(random.integers(1, 4)),
            int(random.integers(0, 4)),
            f"f{random.integers(0, 2)}",
            latest=int(random.integers(3, 7)) if random.random() < 0.4 else None,
            needs=(f"i{random.integers(0, k)}",) if k and random.random() < 0.5 else (),
            there_by=int(random.integers(0, 3)),
            only=bool(random.random() < 0.2),
            partner=bool(random.random() < 0.4),
        )
        for k in range(4)
    )
    goals = (Goal("a", ("i0", "i1"), 2), Goal("b", ("i3",), 1, fixed=2))
    return Rearrangement(flights, items, goals)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_tried_is_better(seed: int) -> None:
    problem = drawn(seed)
    answer = rearrange(problem)
    assert answer.proven
    assert allowed(problem, dict(answer.items), dict(answer.days))
    assert answer.score == by_trying(problem)


def test_a_late_flight_hands_its_cargo_to_one_that_is_ready_and_has_room() -> None:
    flights = (
        FlightSlot("two", 540, "heavy", 180, ((0, 100.0),)),
        FlightSlot("three", 365, "heavy", 180, ((0, 100.0),)),
    )
    items = (
        Item("probe", 60.0, 0, "two"),
        Item("plant", 70.0, 365, "three"),
        Item("lab", 30.0, 0, "two", needs=("probe",)),
    )
    answer = rearrange(Rearrangement(flights, items, (Goal("listen", ("probe", "lab"), 0),)))
    # Ninety kilograms are wanted first; with them the plant has no room, and waits for the other.
    assert answer.days == {"three": 365, "two": 545}
    assert answer.items["probe"] == answer.items["lab"] == Placed("three", 365)
    assert answer.items["plant"] == Placed("two", 545)
    assert answer.score.goals_late == 365
    found = why_not_earlier(Rearrangement(flights, items), answer, "plant")
    assert found == ["three: no room left"]


def test_nothing_to_bring_is_no_mistake() -> None:
    assert rearrange(Rearrangement((), ())).days == {}
