import numpy as np
import pytest

from ilrs.environment.geometry import Site, compute_geometry
from ilrs.environment.horizons import load_horizon
from ilrs.environment.light import place_light
from ilrs.errors import DataError
from ilrs.ground.light import sun_area_fraction
from ilrs.sky.orbits import Elements, HeldOrbit
from ilrs.sky.time import tdb_from_utc

PLACES = {"ridge-a": (-89.4511, 222.6627), "ridge-reactor": (-89.4649, 219.6869)}
STEP = np.timedelta64(1, "h")


@pytest.fixture(scope="module")
def year():
    times = np.arange(np.datetime64("2027-01-01"), np.datetime64("2028-01-01"), STEP)
    horizons = [load_horizon(name, *np.radians(at)) for name, at in PLACES.items()]
    sites = [
        Site(*map(float, np.radians(at)), h.certificate.ground_m + 2.0)
        for at, h in zip(PLACES.values(), horizons, strict=True)
    ]
    tdb = tdb_from_utc(times.astype("datetime64[s]"))
    # 200 x 16,000 km over the south, as the stated relay of the reference cases
    orbit = HeldOrbit(
        Elements.from_apsides(
            1_937_400.0, 17_737_400.0, np.radians(62.4), 0.0, np.radians(90.0), 0.0
        ),
        float(tdb[0]),
    )
    geometry = compute_geometry(sites, [orbit], [], tdb)
    return horizons, geometry


def light(year, index, heights=(2.0, 10.0)):
    horizons, geometry = year
    return place_light(horizons[index], geometry, index, heights=heights, antenna=4.0)


def test_the_ridge_is_lit_as_an_independent_code_finds(year):
    # data README: mean visible disc 0.825 at 2 m, 0.933 at 10 m, Earth in view 51 % in 2027
    ridge = light(year, 0)
    assert ridge.area_fraction.mean(axis=1) == pytest.approx([0.825, 0.933], abs=0.02)
    assert ridge.earth_visible.mean() == pytest.approx(0.51, abs=0.02)


def test_the_reactor_hides_behind_its_rise(year):
    ridge, reactor = light(year, 0), light(year, 1)
    assert reactor.area_fraction[0].mean() < 0.5 * ridge.area_fraction[0].mean()
    assert not reactor.earth_visible.any()


def test_the_relay_is_seen_most_of_the_time(year):
    # 91 % above a flat horizon at the pole (reference cases); the ridge's horizon is near it
    ridge = light(year, 0)
    assert ridge.relay_visible.shape == (1, 8760)
    assert ridge.relay_visible.mean() == pytest.approx(0.91, abs=0.02)
    np.testing.assert_array_equal(ridge.relay_visible, ridge.relay_above_terrain > 0)


def test_fractions_are_shares_and_eclipses_dim_both(year):
    horizons, geometry = year
    ridge = light(year, 0)
    for share in (ridge.area_fraction, ridge.flux_fraction):
        assert share.min() >= 0.0
        assert share.max() <= 1.0
    bare = sun_area_fraction(
        geometry.sun_elevation[0],
        geometry.sun_azimuth[0],
        geometry.sun_angular_radius[0],
        horizons[0].at([2.0, 10.0]),
    )
    np.testing.assert_allclose(ridge.area_fraction, bare * geometry.sun_area_left[0], atol=1e-12)


def test_one_height_is_the_row_of_many(year):
    np.testing.assert_array_equal(
        light(year, 0, (10.0,)).area_fraction[0], light(year, 0).area_fraction[1]
    )


def test_heights_beyond_the_horizon_are_refused(year):
    with pytest.raises(DataError, match="holds heights from"):
        light(year, 0, (45.0,))
