"""Schedules: small ones whose best is known, and random ones held against every rule."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from benchmarks._schedule_year import year

from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.bound import upper_bound
from ilrs.planning.schedule.greedy import ORDERS, best_greedy, drawn_forward, greedy, kept
from ilrs.planning.schedule.problem import Budget, Lag, Schedule
from ilrs.planning.schedule.search import search

GRID = frozenset({"ridge"})
QUICK = Effort(work=5.0, ruins=200)


def test_two_short_ones_beat_the_long_one_that_greedy_takes(task, problem):
    made = problem(
        task("long", 10, value=10.0, spells=np.array([[0, 10]])),
        task("first", 5, value=6.0, spells=np.array([[0, 10]])),
        task("second", 5, value=6.0, spells=np.array([[0, 10]])),
    )
    assert greedy(made, "value").worth == 10.0
    best = schedule(made, QUICK)
    assert (best.worth, best.gap) == (12.0, pytest.approx(0.0, abs=1e-6))
    assert sorted(best.placed) == [1, 2]


def test_robots_need_time_between_places_and_from_home(task, problem):
    made = problem(
        task("here", 4, spells=np.array([[0, 20]])),
        task("there", 4, place="rim", spells=np.array([[0, 20]])),
    )
    best = schedule(made, QUICK)
    (a, b), (c, d) = best.placed[0], best.placed[1]
    assert c - b >= 3 or a - d >= 3
    assert best.placed[1][0] >= 3
    tight = problem(
        task("here", 4, spells=np.array([[0, 10]])),
        task("there", 4, place="rim", spells=np.array([[0, 10]])),
    )
    assert schedule(tight, QUICK).worth == 1.0
    assert made.broken({0: (0, 4), 1: (5, 9)}) == ["here and there at once"]


def test_where_no_way_leads_nothing_happens(task, problem):
    made = problem(task("away", 4, place="island"), task("here", 4))
    assert sorted(schedule(made, QUICK).placed) == [1]


def test_power_that_varies_is_kept_to(task, problem):
    limit = np.where(np.arange(100) % 20 < 10, 300.0, 100.0)
    tasks = [task(f"t{i}", 6, power=150.0, robots=(f"r{i}",)) for i in range(12)]
    made = problem(*tasks, power=((GRID, limit),))
    best = schedule(made, Effort(work=0.2, ruins=200))
    assert len(best.placed) == 10  # two at a time in each of the five days
    assert made.broken(best.placed) == []
    assert best.gap < 0.2
    assert made.broken({0: (8, 14)}) == ["power at ridge is overdrawn in step 10"]


def test_a_budget_bounds_what_begins_in_its_stretch(task, problem):
    energy = Budget("energy", 0, 50, 3 * 100.0 * 4 * 3600.0, GRID, "the dark")
    data = Budget("data", 50, 100, 2e9, GRID, "contact")
    spell = np.array([[0, 50]])
    tasks = [task(f"t{i}", 4, power=100.0, spells=spell) for i in range(5)]
    tasks += [task(f"d{i}", 4, data={"science": 1e9}, spells=spell + 50) for i in range(4)]
    made = problem(*tasks, budgets=(energy, data))
    best = schedule(made, QUICK)
    assert best.worth == 5.0
    assert made.broken(best.placed) == []
    assert "overdrawn" in made.broken({i: (4 * i, 4 * i + 4) for i in range(5)})[0]


def test_lags_bind_and_bring_what_they_wait_for(task, problem):
    lag = Lag(0, 5, 10)
    made = problem(
        task("before", 4, value=0.1), task("after", 4, value=9.0, robots=("other",), lags=(lag,))
    )
    best = schedule(made, QUICK)
    assert 5 <= best.placed[1][0] - best.placed[0][1] <= 10
    assert made.broken({1: (20, 24)}) == ["after comes without before"]
    assert made.broken({0: (0, 4), 1: (5, 9)}) == ["after: lag after before"]


def test_noise_and_quiet_exclude_each_other_and_only_they(task, problem):
    spell = np.array([[0, 10]])
    tasks = [task(n, 6, robots=(n,), spells=spell) for n in ("loud", "quiet", "other")]
    made = problem(*tasks, disturbs=((0, 1),))
    assert schedule(made, QUICK).worth == 2.0
    assert made.broken({0: (0, 6), 1: (4, 10)}) == ["loud and quiet at once"]


def test_open_lengths_are_as_long_as_there_is_room(task, problem):
    made = problem(
        task("listen", 4, longest=12, spells=np.array([[0, 8], [10, 20]])),
        task("dig", 6, value=9.0, spells=np.array([[12, 20]])),
    )
    best = schedule(made, QUICK)
    # Eight steps before noon, of the twelve that are worth 1.
    assert best.worth == pytest.approx(9.0 + 8.0 / 12.0)
    assert made.broken(best.placed) == []


@pytest.mark.parametrize("free", [np.array([[0, 6], [9, 16], [30, 35]]), np.array([[9, 16]])])
def test_what_is_cut_short_takes_the_widest_gap_there_is(task, problem, free):
    made = problem(task("listen", 4, longest=12, spells=free), task("dig", 2, power=50.0))
    widest = {0: (9, 16)}
    assert greedy(made).placed[0] == widest[0]
    assert search(made, {}, 300)[0] == widest[0]
    busy = problem(
        task("listen", 4, longest=12, spells=np.array([[0, 20]])),
        task("dig", 3, spells=np.array([[8, 11]])),
        locked={1: (8, 11)},
    )
    assert greedy(busy).placed[0] == search(busy, {1: (8, 11)}, 300)[0] == (11, 20)


def test_nothing_is_worth_more_than_what_it_waits_for(task, problem):
    never = np.zeros((0, 2), dtype=np.int64)
    made = problem(
        task("haul", 4, spells=never),
        task("melt", 4, value=5.0, lags=(Lag(0, 0, None),)),
        task("use", 4, value=7.0, lags=(Lag(1, 0, None),)),
        task("else", 4),
    )
    assert upper_bound(made) == pytest.approx(1.0)


def test_locked_ones_stand_and_agreed_ones_stay_when_it_costs_little(task, problem):
    tasks = [task("a", 4), task("b", 4), task("c", 4)]
    made = problem(*tasks, locked={0: (50, 54)}, before={1: (60, 64)}, stability=0.25)
    best = schedule(made, QUICK)
    assert best.placed[0] == (50, 54)
    assert best.placed[1] == (60, 64)
    assert best.worth == pytest.approx(3.25)
    assert kept(made, {1: (60, 64), 2: (60, 64)}).placed[2] != (60, 64)
    assert made.broken({1: (60, 64)}) == ["a is locked and was moved"]


def test_an_order_that_people_ask_for_is_kept(task, problem):
    made = problem(task("a", 4), task("b", 4, robots=("r",)), orders=((1, 0),))
    best = schedule(made, QUICK)
    assert best.placed[1][1] <= best.placed[0][0]


def test_the_best_of_few_tasks_is_that_of_all_orders(task, problem):
    random = np.random.default_rng(5)
    for _ in range(6):
        tasks = [
            task(f"t{i}", int(random.integers(2, 9)), value=float(random.integers(1, 9)),
                 spells=np.array([[0, int(random.integers(8, 22))]]))
            for i in range(5)
        ]  # fmt: skip
        made = problem(*tasks)
        best = 0.0
        for order in permutations(range(5)):
            clock, worth = 0, 0.0
            for i in order:
                if clock + tasks[i].longest <= tasks[i].spells[0, 1]:
                    clock, worth = clock + tasks[i].longest, worth + tasks[i].worth
            best = max(best, worth)
        found = schedule(made, QUICK)
        assert found.worth == pytest.approx(best)
        assert upper_bound(made) >= best - 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_years_break_no_rule_and_betters_are_better(seed):
    made = year(seed, 60, robots=4, hours=3000)
    first = best_greedy(made)
    for order in ORDERS:
        assert made.broken(greedy(made, order).placed) == []
    found = search(made, first.placed, 300, seed)
    assert made.broken(found) == []
    assert first.worth <= made.worth(found) <= upper_bound(made) * (1 + 1e-9)
    assert search(made, first.placed, 300, seed) == found
    forward = drawn_forward(made, found)
    assert made.broken(forward) == []
    assert made.worth(forward) == pytest.approx(made.worth(found))
    assert sum(a for a, _ in forward.values()) <= sum(a for a, _ in found.values())


def test_a_random_year_is_planned_the_same_each_time_and_told_as_it_betters():
    made = year(4, 24, robots=2, hours=2000)
    told: list[Schedule] = []
    first = schedule(made, Effort(work=0.2, ruins=50), told=told.append)
    again = schedule(made, Effort(work=0.2, ruins=50))
    assert first.placed == again.placed
    assert first.bound == again.bound
    assert told[0].method.startswith("greedy")
    assert [s.worth for s in told] == sorted(s.worth for s in told)
    assert made.broken(first.placed) == []
    assert not first.timed


def test_nothing_to_do_is_done(problem):
    made = problem()
    assert schedule(made, QUICK).placed == {}
    assert schedule(made, QUICK).gap == 0.0


def test_what_follows_several_comes_after_all_of_them_that_happen(problem, task):
    several = [task("collect", 4, value=2.0) for _ in range(3)]
    lags = (Lag(0, 0, None, needed=False), Lag(1, 0, None, needed=False), Lag(2, 0, None))
    last = task("hand-over", 3, value=9.0, lags=lags)
    made = problem(*several, last)
    placed = schedule(made, Effort(work=1.0)).placed
    assert set(placed) == {0, 1, 2, 3}
    assert placed[3][0] >= max(placed[i][1] for i in range(3))
    assert made.broken({**placed, 0: (placed[3][1], placed[3][1] + 4)})
    assert not made.broken({i: placed[i] for i in (2, 3)})
    assert made.broken({i: placed[i] for i in (0, 3)})
