"""What people ask: kept where it can be, refused by name where it cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilrs.errors import ScenarioError, UserError
from ilrs.planning.schedule.answer import Effort, schedule
from ilrs.planning.schedule.requests import Requests, asked, named, read_requests

QUICK = Effort(work=2.0, ruins=50)


def requests(**given: object) -> Requests:
    return Requests.model_validate(given)


def test_pins_locks_and_orders_hold_in_the_answer(task, problem):
    made = problem(task("dig", 4), task("sieve", 4), task("look", 4, robots=("eye",)))
    wanted = requests(
        pin=[{"activity": "dig", "begins": "2031-01-02"}],
        lock=[{"activity": "sieve"}],
        order=[{"first": {"activity": "dig"}, "then": {"activity": "look"}}],
    )
    found = schedule(asked(made, wanted, {1: (40, 44)}), QUICK)
    assert found.placed[0] == (24, 28)
    assert found.placed[1] == (40, 44)
    assert found.placed[2][0] >= 28


def test_forbidden_stretches_are_left_free(task, problem):
    made = problem(task("dig", 4), task("sieve", 4))
    wanted = requests(
        forbid=[{"activity": "sieve"}, {"activity": "dig", "ends": "2031-01-02"}],
    )
    narrowed = asked(made, wanted, {})
    assert narrowed.tasks[0].spells.tolist() == [[24, 100]]
    assert sorted(schedule(narrowed, QUICK).placed) == [0]
    middle = requests(forbid=[{"activity": "dig", "begins": "2031-01-02", "ends": "2031-01-03"}])
    assert asked(made, middle, {}).tasks[0].spells.tolist() == [[0, 24], [48, 100]]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"lock": [{"activity": "dg"}]}, "no activity 'dg' .nearest: dig"),
        ({"lock": [{"activity": "dig", "number": 2}]}, "happens 1 times, not 2"),
        ({"lock": [{"activity": "look"}]}, "agreed schedule does not hold it"),
        ({"pin": [{"activity": "dig", "begins": "2031-01-01T00:30"}]}, "not the beginning"),
        ({"pin": [{"activity": "dig", "begins": "2032-01-01"}]}, "not in the period, 2031-01-01"),
        (
            {"order": [{"first": {"activity": a}, "then": {"activity": b}}
                       for a, b in (("dig", "sieve"), ("sieve", "look"), ("look", "dig"))]},
            "order goes in a circle: .* before .* before .* before",
        ),
        (
            {"order": [{"first": {"activity": "dig", "number": 1},
                        "then": {"activity": "dig", "number": 1}}]},
            "order goes in a circle: dig before dig",
        ),
        ({"pin": [{"activity": "dig", "begins": "2031-01-05T02:00"}]}, "after the period"),
        (
            {"lock": [{"activity": "sieve"}],
             "pin": [{"activity": "dig", "begins": "2031-01-02T17:00"}]},
            "'rover' is booked twice: 'dig' from 2031-01-02T17:00:00Z",
        ),
        (
            {"lock": [{"activity": "sieve"}], "forbid": [{"activity": "sieve"}]},
            "'sieve' is locked from 2031-01-02T16:00:00Z on, and forbidden",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(task, problem, given, what):
    made = problem(task("dig", 4), task("sieve", 4), task("look", 4, robots=("eye",)))
    with pytest.raises(UserError, match=what) as caught:
        asked(made, requests(**given), {1: (40, 44)})
    assert caught.value.exit_code == 2


def test_two_that_disturb_each_other_cannot_both_be_pinned(task, problem):
    made = problem(task("loud", 4), task("quiet", 4, robots=("ear",)), disturbs=((0, 1),))
    both = [{"activity": name, "begins": "2031-01-02"} for name in ("loud", "quiet")]
    with pytest.raises(UserError, match="they disturb each other"):
        asked(made, requests(pin=both), {})


def test_a_file_of_requests_names_its_mistakes(tmp_path: Path):
    path = tmp_path / "wishes.yaml"
    path.write_text("lock: [{activity: dig}]\npin: [{activity: core, begins: 2031-02-02}]\n")
    read = read_requests(path)
    assert read.pin[0].begins == np.datetime64("2031-02-02")
    path.write_text("lock: []\nfrobid: [{activity: dig}]\n")
    with pytest.raises(ScenarioError, match=r"wishes.yaml:2.*'frobid'.*forbid"):
        read_requests(path)


@pytest.mark.parametrize("text", ["core#", "core#0", "core#x", "core#-1"])
def test_names_of_times_are_numbers_from_one(text):
    with pytest.raises(UserError, match="names no time"):
        named(text)
    assert named("core#12").number == 12
    assert named("core").number is None
