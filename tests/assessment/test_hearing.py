"""What the seismic network hears: nothing without a station, a cap with one, more with another."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from ilrs.api import load
from ilrs.assessment.hearing import heard
from ilrs.network.assemble import clock_of
from ilrs.physics.seismic import MOON_RADIUS
from ilrs.scenario.metrics import HEARD_MAGNITUDE


def test_another_station_hears_more_once_it_is_there():
    scenario = load("ilrs", begins="2031-12-31", ends="2032-01-03").scenario
    history = SimpleNamespace(
        run=SimpleNamespace(scenario=scenario),
        network=SimpleNamespace(clock=clock_of(scenario)),
    )
    station = scenario.facilities["physics-station"]
    reach = station.components["seismometer"].heard_within(HEARD_MAGNITUDE)
    assert np.isnan(heard(history, 100))  # it comes with the new year
    alone = heard(history, 200)
    assert alone == pytest.approx((reach / MOON_RADIUS) ** 2 / 4.0, rel=0.02)
    far = station.model_copy(update={"place": "tranquillitatis-pit"})
    more = {**scenario.facilities, "far-station": far}
    history.run.scenario = scenario.model_copy(update={"facilities": more})
    assert 1.2 * alone < heard(history, 200) <= 2.0 * alone
