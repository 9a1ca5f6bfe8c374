"""Many lives at once come to what one after another comes to."""

import threading

import pytest

from ilrs.simulation.many import at_once


def test_answers_come_in_the_order_of_the_cases_whoever_ends_first():
    """The first case waits for the second, so they must run at the same time."""
    second = threading.Event()

    def live(case):
        if case == 0:
            assert second.wait(timeout=30.0)
        else:
            second.set()
        return 10 * case

    told = []
    found = at_once(live, [0, 1, 2], threads=2, progress=lambda done, of: told.append((done, of)))
    assert found == [0, 10, 20]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_case_that_fails_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        at_once(lambda case: 1 / case, [1, 0, 2])
