"""Masks of light against the statistics and the exact series of the same horizons."""

import math

import numpy as np
import pytest

from ilrs.ground.area import Area
from ilrs.ground.lit_map import Disc, lit_series, lit_totals
from ilrs.ground.lit_masks import lit_masks, shares_along
from ilrs.ground.sweep import area_horizon, prepare
from ilrs.ground.terrain import local_frame, project

SUN, AU = 6.957e8, 1.496e11


def sky(place, elevations, azimuths):
    """Sun positions (t, 3) seen from a place at local elevations and azimuths [rad]."""
    up, north, east = local_frame(*place)
    flat = np.cos(azimuths)[:, None] * north + np.sin(azimuths)[:, None] * east
    towards = np.cos(elevations)[:, None] * flat + np.sin(elevations)[:, None] * up
    return AU * towards + 1_737_400.0 * up


@pytest.fixture(scope="module")
def hill(make_world):
    """A cone of 300 m, 2 km north of the place."""

    def height(arc, azimuth):
        x, y = arc * np.sin(azimuth), arc * np.cos(azimuth)
        return np.maximum(0.0, 300.0 - 0.5 * np.hypot(x, y - 2000.0))

    return make_world(height, cell=25.0, half=6000.0)


def area_around(place):
    x, y = (float(v) for v in project(*place))
    return Area(x - 600.0, y - 500.0, x + 600.0, y + 500.0)


def test_masks_add_up_to_the_statistics_of_the_same_horizons(hill, place):
    azimuths = np.linspace(0.0, 2.0 * math.pi, 60, endpoint=False)
    disc = Disc(sky(place, np.full(60, 0.05), azimuths), SUN)
    ready = prepare([hill], area_around(place), [1.5], 4000.0, open_ended=True)
    masks = lit_masks(ready, disc, threshold=0.5, azimuths=360)
    horizon = area_horizon([hill], area_around(place), 360, [1.5], 4000.0, open_ended=True)
    totals = lit_totals(horizon, disc, 3600.0, threshold=0.5)
    share = masks.mean(axis=0)
    assert 0.5 < share.min() < share.max() <= 1.0
    # the azimuth of the middle stands for all cells: a step at an edge may differ
    assert np.abs(share - totals.share_in_view).max() <= 1.0 / 60.0 + 1e-6
    assert np.abs(share - totals.share_in_view).mean() < 2e-3


def test_shares_along_a_way_are_those_of_the_series(hill, place):
    azimuths = np.linspace(-0.4, 0.4, 24)
    disc = Disc(sky(place, np.full(24, 0.09), azimuths), SUN, np.linspace(1.0, 0.5, 24))
    ready = prepare([hill], area_around(place), [1.5], 4000.0, open_ended=True)
    cells, steps = np.array([[5, 7], [20, 24], [33, 40]]), np.array([0, 11, 23])
    share, elevation, _ = shares_along(ready, disc, cells, steps)
    horizon = area_horizon([hill], area_around(place), 720, [1.5], 4000.0, open_ended=True)
    area, _ = lit_series(horizon, disc, cells[:, 0], cells[:, 1])
    expected = area[np.arange(3), steps]
    assert share == pytest.approx(expected, abs=0.05)
    assert elevation == pytest.approx(0.09, abs=1e-3)


def test_an_eclipse_and_a_sun_below_the_ground_leave_nothing(hill, place):
    ready = prepare([hill], area_around(place), [1.5], 4000.0, open_ended=True)
    up = sky(place, np.array([0.3, 0.3, -0.5]), np.full(3, math.pi))
    masks = lit_masks(ready, Disc(up, SUN, np.array([1.0, 0.4, 1.0])), threshold=0.5)
    assert masks[0].all()
    assert not masks[1].any()
    assert not masks[2].any()
