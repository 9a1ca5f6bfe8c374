"""An environment whose certificate does not fit the scenario is refused."""

from __future__ import annotations

import pytest

import ilrs
from ilrs.environment.compute import compute_environment
from ilrs.errors import DataError
from ilrs.network.assemble import clock_of


def test_a_horizon_of_another_place_is_refused() -> None:
    station = ilrs.load("ilrs", ends="2031-01-02")
    clock = clock_of(station.scenario)
    place = station.scenario.places["ridge-a"]
    elsewhere = place.model_copy(update={"latitude": place.latitude - 1e-4})
    scenario = station.scenario.model_copy(
        update={"places": {**station.scenario.places, "ridge-a": elsewhere}}
    )
    with pytest.raises(DataError, match="from the place asked for"):
        compute_environment(scenario, clock)
