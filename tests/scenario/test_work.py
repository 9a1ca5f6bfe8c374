"""Activities that leave to their instruments' models what they take and bring."""

from __future__ import annotations

import pytest

from ilrs.components.catalogue import describe
from ilrs.components.drill import CoreDrill
from ilrs.components.ground_penetrating_radar import GroundPenetratingRadar
from ilrs.components.seismometer import Seismometer
from ilrs.errors import ScenarioError
from ilrs.scenario.load import load_scenario
from ilrs.scenario.template import template

STATION = """
facilities:
  digger:
    title: Drilling rover
    facility_class: lunar transportation and operation
    mission: first-landing
    place: ridge-a
    components: {drill: {kind: drill}, ear: {kind: seismometer}}
activities:
  core:
    title: Core
    mission: first-landing
    instruments: [digger/drill]
    does: {bore: {depth: 150 cm}}
  listen:
    title: Quiet hours
    mission: first-landing
    instruments: [digger/ear]
    does: {listen: {duration: 1 d}}
    least: 6 h
    most: 24 h
    power: 7 W
    yields: {nights: 1}
"""


def station(*changes: tuple[str, str]):
    text = STATION
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load_scenario(template(), [text]).scenario


def test_what_is_left_out_is_what_the_instrument_takes():
    core = station().activities["core"]
    work = CoreDrill().bore(1.5)
    assert (core.duration, core.power) == (work.duration, work.power)
    assert core.data == {"science": work.data}
    assert core.yields == work.yields
    assert core.yields["core_depth"].unit == "m"


def test_what_is_given_stands():
    listen = station().activities["listen"]
    assert (listen.duration, listen.power) == (None, 7.0)
    assert listen.data == {"science": Seismometer().listen(86400.0).data}
    assert listen.yields == {"quiet": 86400.0, "nights": 1.0}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bore:", "boer:", "none of its instruments can 'boer' .nearest: bore"),
        ("depth: 150 cm", "deep: 2 m", "'deep' is nothing that it is told .nearest: depth"),
        ("depth: 150 cm", "depth: 2 kg", "is in kg where m is needed"),
        ("depth: 150 cm", "depth: 9 m", "a core of 9 m with a drill that reaches 2 m"),
        ("{bore: {depth: 150 cm}}", "{bore: {}}", "'bore' is not told its 'depth'"),
        ("{bore: {depth: 150 cm}}", "{}", "does names one work"),
    ],
)
def test_a_work_that_cannot_be_is_told_by_line(old, new, said):
    with pytest.raises(ScenarioError, match=said) as caught:
        station((old, new))
    assert caught.value.where is not None


def test_works_are_listed_with_what_they_are_told():
    radar = describe("ground_penetrating_radar", GroundPenetratingRadar)["works"]
    assert list(radar) == ["profile: {length, speed}"]
