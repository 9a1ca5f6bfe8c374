"""Robots away from home live on what they carry: battery, panels, and the way home."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ilrs.assessment.history import History
from ilrs.errors import ScenarioError
from ilrs.operations.replan import plan_schedule
from ilrs.operations.run import run
from ilrs.planning.schedule.sorties import Sorties, _least_left
from ilrs.planning.schedule.tasks import problem_of
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = Path(__file__).parents[2] / "operations" / "activities.yaml"
ROVER = """
      rover: {kind: rover, standby: 5 W, survival_heater: 5 W, battery: 2 kWh}
      radar: {kind: load, power: 2 W, heat_inside: 0}
"""


def station(*changes: tuple[str, str]):
    text = STATION.read_text(encoding="utf-8")
    rover = (
        ("\n      radar: {kind: load, power: 2 W, heat_inside: 0}\n", ROVER),
        ("    supply: ridge-a\n", ""),
    )
    for old, new in (*rover, *changes):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_scenario(template(), [text])


@pytest.fixture(scope="module")
def lived():
    return run(station(), 1)


def test_a_battery_without_light_gives_what_it_holds():
    loads, rows = np.array([100.0, 200.0, 100.0]), np.zeros(3, dtype=np.int64)
    least = _least_left(loads, rows, np.zeros((1, 6)), 1, 1e6, 0.96, 3600.0)
    assert least[0] == -np.inf
    assert least[1:4] == pytest.approx([1e6 - 400.0 * 3600.0 / 0.96] * 3)


def test_light_carries_it_and_what_does_not_fit_is_not_taken():
    loads, rows = np.array([50.0, 150.0]), np.zeros(2, dtype=np.int64)
    light = np.array([[100.0, 0.0, 150.0, 100.0]])
    least = _least_left(loads, rows, light, 0, 1e6, 1.0, 3600.0)
    assert least[0] == pytest.approx(1e6 - 150.0 * 3600.0)  # full before: the first hour is lost
    assert least[1] == pytest.approx(1e6 - 50.0 * 3600.0)
    assert least[2] == pytest.approx(1e6 - 50.0 * 3600.0)


def test_away_the_station_gives_nothing_and_all_is_served(lived):
    truth, record = lived.truth, lived.record
    sorties = Sorties(lived.scenario, lived.environment)
    problem = problem_of(lived.scenario, lived.environment)
    spans = lived.schedule.spans(problem)
    assert any(problem.tasks[i].carried for i in spans)
    charger = record.flow[:, truth.flows.index("prospector/rover.charger")]
    panels = record.flow[:, truth.flows.index("prospector/rover.panels")]
    away = np.zeros(len(charger), dtype=bool)
    for i, work in spans.items():
        for sortie in sorties.of(problem.tasks[i].activity):
            a, b = sortie.span(work)
            away[max(a, 0) : b] = True
    assert away.any()
    assert (charger[away] == 0.0).all()
    assert charger[~away].max() > 0.0
    assert (panels[~away] == 0.0).all()
    assert panels[away].max() > 0.0
    assert all(o.done for o in History(lived).outcomes)
    level = record.content[:, truth.stores.names.index("prospector/rover.battery")]
    assert level.min() >= 0.2 * 2 * 3.6e6 * 0.9


def test_it_drives_home_and_is_charged_before_it_leaves_again(lived):
    problem = problem_of(lived.scenario, lived.environment)
    travel = problem.travel
    assert travel("prospector", "ridge-a", "ridge-b") == 5
    charged = travel("prospector", "ridge-b", "ridge-a")
    assert charged == 5 + 4  # 1.6 kWh at 500 W less losses and upkeep
    assert travel("prospector", "ridge-b", "ridge-b") == charged + 5
    assert travel("driller", "ridge-b", "ridge-b") == 0


HUNGRY = ("power: 120 W", "power: 1200 W")


def short(*changes: tuple[str, str]) -> dict[int, str]:
    """What would admit the surveys that the battery is too small for, by number."""
    made = plan_schedule(station(HUNGRY, *changes))
    return {m.number: m.remedy for m in made.missing if "than the battery" in m.why}


def test_what_a_battery_cannot_carry_is_told_with_the_one_that_can():
    found = short()
    number, remedy = next(iter(found.items()))
    enough = remedy.removeprefix("a battery of ").split(" kWh")[0]
    assert remedy == f"a battery of {enough} kWh, in place of 2 kWh, admits it"
    larger = float(enough) * 1.02  # the remedy is rounded
    charger = "survival_heater: 5 W, charger: 5 kW"
    assert number not in short(
        ("battery: 2 kWh", f"battery: {larger} kWh"), ("survival_heater: 5 W", charger)
    )


def test_a_robot_hangs_on_its_battery_or_on_a_supply():
    both = ("    place: ridge-a\n    duration: 8 h",
            "    place: ridge-b\n    supply: ridge-b\n    duration: 8 h")  # fmt: skip
    with pytest.raises(ScenarioError, match=r"draws from 'ridge-b' here, and from its own battery"):
        station(both, ("robots: [driller]", "robots: [prospector]"))
