import numpy as np
import pytest

from ilrs.environment.geometry import Site, compute_geometry
from ilrs.environment.glow import PlaceGlow
from ilrs.environment.horizons import load_horizon
from ilrs.environment.warmth import ROUND, place_warmth
from ilrs.flows.clock import Clock
from ilrs.ground.regolith import STEFAN_BOLTZMANN
from ilrs.sky.time import tdb_from_utc

PLACES = {"ridge-b": (-89.4925, 221.5758), "ridge-reactor": (-89.4649, 219.6869)}
DEPTH = 0.5


@pytest.fixture(scope="module")
def places():
    horizons = [load_horizon(name, *np.radians(at)) for name, at in PLACES.items()]
    sites = [
        Site(*map(float, np.radians(at)), h.certificate.ground_m)
        for at, h in zip(PLACES.values(), horizons, strict=True)
    ]
    return sites, horizons


def over(places, start, stop, step=3600, glows=(None, None)):
    sites, horizons = places
    clock = Clock.over(np.datetime64(start), np.datetime64(stop), step)
    sky = compute_geometry(sites, [], [], tdb_from_utc(clock.middles))
    return place_warmth(sites, horizons, glows, sky, clock, DEPTH)


@pytest.fixture(scope="module")
def two_years(places):
    return over(places, "2030-01-01", "2032-01-01")


@pytest.mark.parametrize(("start", "stop"), [("01-01", "02-01"), ("06-15", "07-15")])
def test_a_month_alone_is_as_warm_as_within_years(places, two_years, start, stop):
    month = over(places, f"2031-{start}", f"2031-{stop}")
    first = int((np.datetime64(f"2031-{start}") - np.datetime64("2030-01-01")).astype(int)) * 24
    same = slice(first, first + month.surface.shape[1])
    np.testing.assert_allclose(month.surface, two_years.surface[:, same], atol=0.3)
    np.testing.assert_allclose(month.at_depth, two_years.at_depth[:, same], atol=0.7)
    assert month.since == np.datetime64(f"2031-{start}") - np.timedelta64(ROUND, "h")


def test_a_dark_month_keeps_the_warmth_of_summer(places):
    january = over(places, "2031-01-01", "2031-02-01").surface
    assert (january > 37.0).all()  # 24 K where the month repeats for ever


def test_what_walls_send_warms_the_ground_before_the_period_too(places):
    everywhere = PlaceGlow(np.ones((2, 3), np.float32), np.array([-1.0, 1.0]), 0.0, {})
    month = over(places, "2031-01-01", "2031-01-11", glows=(everywhere, None))
    bare = over(places, "2031-01-01", "2031-01-11")
    # 1 W/m2 of 0.95 sigma T^4, and what the ground itself still gives back
    assert (month.surface[0] > (1.0 / (0.95 * STEFAN_BOLTZMANN)) ** 0.25).all()
    assert month.at_depth[0, 0] > bare.at_depth[0, 0] + 5.0
    np.testing.assert_array_equal(month.surface[1], bare.surface[1])


def test_short_steps_tell_what_hours_do(places):
    hours = over(places, "2031-06-20", "2031-06-22")
    quick = over(places, "2031-06-20", "2031-06-22", 300)
    middles = quick.surface.reshape(len(PLACES), -1, 12)[:, :, 5:7].mean(axis=2)
    assert np.median(np.abs(middles - hours.surface)) < 0.2
    np.testing.assert_allclose(quick.at_depth[:, -1], hours.at_depth[:, -1], atol=0.05)


def test_where_the_ephemeris_begins_the_period_itself_is_repeated(places):
    first = over(places, "2020-03-01", "2020-03-11")
    assert first.since is None
    assert np.isfinite(first.surface).all()
    # settled: as it ends, so it began
    np.testing.assert_allclose(first.at_depth[:, 0], first.at_depth[:, -1], atol=0.1)


def test_the_ground_is_as_cold_as_a_polar_ridge(two_years):
    ridge, reactor = two_years.surface
    assert 30.0 < ridge.min() < 60.0
    assert 90.0 < ridge.max() < 140.0
    assert np.ptp(two_years.at_depth[0]) < 20.0 < np.ptp(ridge)
    assert reactor.mean() < ridge.mean()


def test_no_place_has_no_ground():
    clock = Clock.over(np.datetime64("2031-01-01"), np.datetime64("2031-01-02"), 3600)
    sky = compute_geometry([], [], [], tdb_from_utc(clock.middles))
    assert place_warmth([], [], [], sky, clock, DEPTH).surface.shape == (0, 24)
