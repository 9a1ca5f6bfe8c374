"""The crewed phase in small: people get what they live on while processors fail."""

import pytest

from ilrs.assessment.assess import assess
from ilrs.assessment.crews import closure, supplied
from ilrs.assessment.history import History
from ilrs.operations.run import run
from ilrs.scenario.load import load_scenario


@pytest.fixture(scope="module")
def crewed():
    return run(load_scenario("crewed"), 1)


def test_people_come_through_failures_of_their_processors(crewed):
    summary, events = assess(crewed)
    objectives = {o["name"]: o for m in summary["roadmap"] for o in m["objectives"]}
    assert {o["status"] for o in objectives.values()} == {"met"}
    assert summary["audit"]["passed"]
    failed = set(events[(events.kind == "fault")].text.str.partition(":")[0])
    assert {"water", "food"} <= failed


def test_loops_give_back_less_while_a_processor_is_out(crewed):
    history = History(crewed)
    day = 24
    whole, with_faults = (closure(history, "habitat", d * day) for d in (20, 60))
    assert 0.94 < with_faults < whole < 1.0
    assert supplied(history, "habitat", 60 * day) == pytest.approx(1.0)
