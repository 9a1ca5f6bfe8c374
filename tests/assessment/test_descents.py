"""Descents are told from the robot's own figures and the ground of its place."""

from types import SimpleNamespace

import numpy as np
import pytest

from ilrs.assessment import descents
from ilrs.errors import ScenarioError
from ilrs.rendering.sections.activities import _descents
from ilrs.scenario.load import load_scenario


def test_the_descents_of_the_reference_are_told_and_shown():
    scenario = load_scenario("ilrs").scenario
    ground = SimpleNamespace(ground_temperature=np.array([93.0, 93.0, 393.0]))
    history = SimpleNamespace(
        run=SimpleNamespace(
            scenario=scenario, environment=SimpleNamespace(surroundings=lambda place: ground)
        ),
        outcomes=[
            SimpleNamespace(
                entry=SimpleNamespace(activity="tube-near"), first=1, last=3, done=True
            ),
            SimpleNamespace(
                entry=SimpleNamespace(activity="tube-near"), first=0, last=1, done=False
            ),
        ],
        step=600.0,
    )
    near, far = descents.told(history)
    assert (near["activity"], near["times"], near["length_m"]) == ("tube-near", 1, 30.0)
    assert far["times"] == 0
    assert near["abort_radius_m"] > far["abort_radius_m"] > far["length_m"]
    # 0.05 W/K over 180 K in the one dark step that it was down
    assert near["heat_saved_j"] == pytest.approx(9.0 * 600.0)
    assert near["heat_saved_coldest_w"] == pytest.approx(9.0)
    page = str(_descents({"descents": [near, far]}))
    assert "30 m below 135 m" in page
    assert "365 m (line)" in page
    assert _descents({}) is None


def test_a_conduit_longer_than_it_comes_back_from_is_refused_with_the_reason():
    asked = "activities: {tube-far: {does: {explore: {depth: 135 m, length: 900 m}}}}\n"
    with pytest.raises(ScenarioError, match="line ends it at 365 m"):
        load_scenario("ilrs", [asked])
