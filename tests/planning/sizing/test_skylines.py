"""Where the draws of a skyline's error come from, and where it makes a station heavier."""

import numpy as np
import pytest

from ilrs.environment.candidates import candidate_at, candidates
from ilrs.environment.horizons import load_horizon
from ilrs.environment.objects import bare_skyline
from ilrs.planning.sizing import skylines
from ilrs.planning.sizing.confirm import _skyline_error
from ilrs.planning.sizing.skylines import ALIKE, LACKING, SHIPPED, skyline_draws
from ilrs.scenario.schema import Ground


@pytest.fixture
def bare(monkeypatch):
    """No fine terrain is at hand, as with the wheel alone."""
    monkeypatch.setattr(skylines, "terrains_at_hand", lambda: [])


def test_a_named_place_comes_with_its_draws(bare):
    place = candidate_at(*np.radians([-89.4511, 222.6627]))
    assert place is not None
    assert place.name == "ridge-a"
    horizon = load_horizon("ridge-a", place.latitude, place.longitude)
    high, method = skyline_draws(horizon, 8.0, 1e-3)
    assert method == SHIPPED
    assert high.shape == (20, horizon.elevation.shape[1])
    # The nearest stored height by ratio, at its azimuths as it was stored.
    assert high[:, ::20] == pytest.approx(place.draws[2], abs=1e-12)
    low, _ = skyline_draws(horizon, 3.0, 1e-3)
    assert low[:, ::20] == pytest.approx(place.draws[1], abs=1e-12)
    # Across north linear too.
    assert high[:, -10] == pytest.approx(0.5 * (high[:, -20] + high[:, 0]))


def test_averages_lack_relief_and_others_are_assumed(bare):
    rim = next(c for c in candidates() if c.coarse)
    horizon = load_horizon(rim.name, rim.latitude, rim.longitude)
    found, method = skyline_draws(horizon, 10.0, 1e-3)
    assert method == LACKING
    assert found.mean() > 0.0
    assert candidate_at(rim.latitude, rim.longitude + np.radians(1.0)) is None


def test_a_place_that_does_not_ship_gets_what_is_assumed(bare):
    place = next(c for c in candidates() if c.name == "ridge-a")
    horizon = load_horizon("ridge-a", place.latitude, place.longitude)
    elsewhere = candidate_at(place.latitude, place.longitude)
    assert elsewhere is not None
    moved = type(horizon)(
        horizon.elevation,
        horizon.heights,
        type(horizon.certificate)(
            **{**vars(horizon.certificate), "latitude_deg": -89.40},
        ),
    )
    found, method = skyline_draws(moved, 10.0, np.radians(0.06))
    assert method == ALIKE
    assert np.ptp(found, axis=1).max() == 0.0
    assert np.degrees(found[:, 0].std()) == pytest.approx(0.06, rel=0.3)


def test_a_drawn_skyline_is_written_as_it_is_read(bare):
    place = candidate_at(*np.radians([-89.4511, 222.6627]))
    horizon = load_horizon("ridge-a", place.latitude, place.longitude)
    drawn = skyline_draws(horizon, 8.0, 1e-3)[0][3]
    alike = np.full_like(drawn, 2e-3)
    for error, numbers in ((drawn, 360), (alike, 1)):
        written = _skyline_error((), error)
        ground = Ground(
            latitude=place.latitude, longitude=place.longitude, horizon="ridge-a", **written
        )
        assert len(ground.skyline_error) == numbers
        read = bare_skyline(ground).elevation
        assert read == pytest.approx(horizon.elevation + error, abs=1e-8)
        # What is drawn for a place that has an error comes on top of it.
        more = _skyline_error(ground.skyline_error, np.full_like(drawn, 1e-3))
        taller = ground.model_copy(
            update={
                "skyline_error": Ground(
                    latitude=place.latitude, longitude=place.longitude, horizon="ridge-a", **more
                ).skyline_error
            }
        )
        assert bare_skyline(taller).elevation == pytest.approx(read + 1e-3, abs=1e-8)
