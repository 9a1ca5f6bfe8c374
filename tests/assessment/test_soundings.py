"""Soundings stop short by the run's seed, and the deepest of them is what was brought."""

from types import SimpleNamespace

import numpy as np
import pytest

from ilrs.assessment import soundings
from ilrs.assessment.doing import brought
from ilrs.components.heat_flow_probe import HeatFlowProbe
from ilrs.rendering.sections.activities import _soundings
from ilrs.scenario.load import load_scenario


@pytest.fixture(scope="module")
def reference():
    return load_scenario("ilrs").scenario


def lived(scenario, seed, holes=4):
    """A run in which so many soundings were done, a day each."""
    return SimpleNamespace(
        run=SimpleNamespace(scenario=scenario, seed=seed),
        outcomes=[
            SimpleNamespace(
                entry=SimpleNamespace(
                    activity="heat-sounding", name=f"heat-sounding#{k + 1}", share=1.0, begins=""
                ),
                first=10 * k, last=10 * k + 10, done=True,
            )
            for k in range(holes)
        ],
    )  # fmt: skip


def test_the_deepest_hole_counts_and_only_what_was_done_by_then(reference):
    for seed in range(20):
        run = lived(reference, seed)
        depths = [soundings.reached(run, o) for o in run.outcomes]
        assert brought(run, "heat_flow_depth", 40) == max(depths) <= 1.0
        assert brought(run, "heat_flow_depth", 29) == max(depths[:2])
        assert brought(run, "heat_flow_depth", 5) == 0.0
        assert depths == [soundings.reached(run, o) for o in lived(reference, seed).outcomes]


def test_over_seeds_an_objective_is_reached_as_often_as_is_told(reference):
    runs = [lived(reference, seed) for seed in range(600)]
    (row,) = soundings.told(runs[0])
    (chance,) = row["chances"]
    assert chance["objective"] == "ilrs-2.physics-heat"
    enough = [brought(run, "heat_flow_depth", 40) >= chance["depth_m"] for run in runs]
    first = [soundings.reached(run, run.outcomes[0]) >= 0.9 for run in runs]
    assert np.mean(enough) == pytest.approx(chance["any"], abs=4.0 * 0.0128)  # four deviations
    assert np.mean(first) == pytest.approx(chance["one"], abs=4.0 * 0.0202)
    page = str(_soundings({"soundings": [row]}))
    assert "4 holes that asked for 1 m" in page
    assert "42.4 %" in page


def test_a_depth_beyond_what_is_asked_is_never_reached(reference):
    each = reference.activities["heat-sounding"]
    shallow = each.model_copy(update={"yields": {"heat_flow_depth": 0.5}})
    scenario = reference.model_copy(
        update={"activities": {**reference.activities, "heat-sounding": shallow}}
    )
    (row,) = soundings.told(lived(scenario, 1))
    assert row["chances"][0]["any"] == 0.0
    assert HeatFlowProbe().bites(0.95) == 10
