"""The page of people: what they took, what loops gave, and what is left, to the gram."""

from pathlib import Path

import numpy as np
import pytest
from tests.rendering.conftest import Page

from ilrs.assessment.assess import assess
from ilrs.operations.folder import StoredRun, read_run, write_run
from ilrs.operations.run import run, with_period
from ilrs.physics.life_support import BVAD
from ilrs.rendering.report import report
from ilrs.rendering.sections.people import accounts
from ilrs.rendering.series import RunSeries
from ilrs.scenario.load import load_scenario


@pytest.fixture(scope="module")
def crewed(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """Ten days of three people, over the first failure of their water processor."""
    days = np.datetime64("2036-01-18"), np.datetime64("2036-01-28")
    lived = run(with_period(load_scenario("crewed"), *days, 3600.0), seed=1)
    summary, events = assess(lived)
    folder: Path = tmp_path_factory.mktemp("crew") / "run"
    return read_run(write_run(lived, events, summary, folder))


def test_what_stores_lost_is_what_people_took_and_loops_did_not_give(crewed: StoredRun) -> None:
    series = RunSeries(crewed)
    made = {a.carrier: a for a in accounts(series, "habitat/people")}
    assert list(made) == ["oxygen", "water", "food"]
    for carrier, a in made.items():
        store = series.names("store").index(f"habitat/people.{carrier}")
        fell = series.array("initial")[store] - a.left
        assert a.taken + a.used - a.given == pytest.approx(fell, abs=1e-6)
    oxygen = made["oxygen"]
    # The truth of a run lies a little off its description.
    assert oxygen.taken / oxygen.days == pytest.approx(3.0 * BVAD.oxygen, rel=0.02)


def test_the_page_is_there_for_a_crew_alone(crewed: StoredRun, stored: StoredRun) -> None:
    page = Page(report(crewed))
    assert "Habitat: people took" in page.section("people").text
    assert 'id="people"' not in report(stored)
