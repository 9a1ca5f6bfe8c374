import math

import numpy as np
import pytest

from ilrs.ground.light import (
    LIMB_DARKENING,
    elevation_above_horizon,
    sun_area_fraction,
    sun_flux_fraction,
    sun_fractions,
)

RADIUS = np.radians(0.2666)


def segment(x):
    """Share of the disc's area above a straight edge `x` radii above its centre."""
    x = np.clip(x, -1.0, 1.0)
    return (np.arccos(x) - x * np.sqrt(1 - x * x)) / np.pi


def segment_light(x, u, v):
    """The same for the limb-darkened disc: integral over chords across, each in closed form."""
    x = np.clip(x, -1.0, 1.0)

    def up_to(y):  # of 2 (1-u-v) q + u pi/2 q^2 + v 4/3 q^3 with q^2 = 1 - y^2
        q = np.sqrt(1 - y * y)
        asin = np.arcsin(y)
        return (
            (1 - u - v) * (y * q + asin)
            + u * np.pi / 2 * (y - y**3 / 3)
            + v * 4 / 3 * (y * q**3 / 4 + 3 / 8 * (y * q + asin))
        )

    return (up_to(1.0) - up_to(x)) / (up_to(1.0) - up_to(-1.0))


@pytest.fixture
def sun():
    n = 400
    rng = np.random.default_rng(3)
    return np.linspace(-0.01, 0.01, n), rng.uniform(0, 2 * np.pi, n), np.full(n, RADIUS)


@pytest.mark.parametrize(("azimuths", "within"), [(1440, 1e-5), (720, 4e-4), (360, 2e-3)])
def test_light_behind_wide_strips_is_as_near_as_said(sun, azimuths, within):
    el, az, radius = sun
    light = segment_light((0.001 - el) / RADIUS, *LIMB_DARKENING)
    found = sun_flux_fraction(el, az, radius, np.full(azimuths, 0.001))
    np.testing.assert_allclose(found, light, atol=within)


def test_a_level_edge_is_exact(sun):
    el, az, radius = sun
    horizon = np.full(3600, 0.001)
    expect = segment((0.001 - el) / RADIUS)
    np.testing.assert_allclose(sun_area_fraction(el, az, radius, horizon), expect, atol=1e-12)
    light = segment_light((0.001 - el) / RADIUS, *LIMB_DARKENING)
    np.testing.assert_allclose(sun_flux_fraction(el, az, radius, horizon), light, atol=1e-5)


@pytest.mark.parametrize("slope", [0.3, 1.0, 3.0])
def test_a_slanting_edge_is_exact(slope):
    # straight through azimuth pi at elevation 0, seen by discs at many heights there
    azimuths = np.arange(3600) * (2 * np.pi / 3600)
    horizon = slope * (azimuths - np.pi)
    el = np.linspace(-0.015, 0.015, 301)
    distance = -el / math.hypot(1.0, slope) / RADIUS
    area, flux = sun_fractions(el, np.pi, RADIUS, horizon)
    # the true offset in azimuth is x / cos(el), 1e-4 of it here
    np.testing.assert_allclose(area, segment(distance), atol=2e-4)
    np.testing.assert_allclose(flux, segment_light(distance, *LIMB_DARKENING), atol=2e-4)
    level, _ = sun_fractions(0.0, np.pi, RADIUS, horizon)
    assert level[0] == pytest.approx(0.5, abs=1e-12)


def test_a_rough_horizon_agrees_with_brute_force():
    rng = np.random.default_rng(4)
    horizon = np.cumsum(rng.normal(0, 0.0006, 3600))
    horizon -= np.linspace(0, horizon[-1], 3600)
    az = rng.uniform(0, 2 * np.pi, 60)
    el = np.interp(az, np.arange(3601) * 2 * np.pi / 3600, np.append(horizon, horizon[0]))
    el += rng.uniform(-RADIUS, RADIUS, 60)
    area, flux = sun_fractions(el, az, RADIUS, horizon)
    g = (np.arange(2000) + 0.5) / 1000 - 1.0
    u, w = np.meshgrid(g, g)
    inside = u**2 + w**2 < 1
    mu = np.sqrt(np.where(inside, 1 - u**2 - w**2, 0.0))
    a, b = LIMB_DARKENING
    bright = np.where(inside, 1 - a - b + a * mu + b * mu**2, 0.0)
    for i in range(60):
        across = np.mod(az[i] + g * RADIUS / np.cos(el[i]), 2 * np.pi)
        edge = np.interp(across, np.arange(3601) * 2 * np.pi / 3600, np.append(horizon, horizon[0]))
        above = w * RADIUS + el[i] > edge[None, :]
        assert area[i] == pytest.approx((inside & above).sum() / inside.sum(), abs=5e-4)
        assert flux[i] == pytest.approx((bright * above).sum() / bright.sum(), abs=5e-4)


def test_the_wholly_risen_and_the_wholly_set_are_one_and_nothing():
    horizon = np.zeros(360)
    area, flux = sun_fractions([RADIUS * 1.001, -RADIUS * 1.001], [1.0, 2.0], RADIUS, horizon)
    assert area.tolist() == flux.tolist() == [1.0, 0.0]


def test_nothing_changes_across_north():
    rng = np.random.default_rng(6)
    horizon = rng.normal(0, 0.002, 3600)
    turned = np.roll(horizon, 1800)
    az = np.radians([359.95, 0.0, 0.01, 359.8, -0.05, 360.1])
    np.testing.assert_allclose(
        sun_area_fraction(0.001, az, RADIUS, horizon),
        sun_area_fraction(0.001, az + np.pi, RADIUS, turned),
        atol=1e-9,
    )


def test_several_heights_at_once_equal_each_alone(sun):
    el, az, radius = sun
    rng = np.random.default_rng(7)
    horizons = rng.normal(0, 0.003, (3, 720))
    together = sun_area_fraction(el, az, radius, horizons)
    assert together.shape == (3, el.size)
    for row, horizon in zip(together, horizons, strict=True):
        np.testing.assert_array_equal(row, sun_area_fraction(el, az, radius, horizon))


def test_darkness_at_the_limb_counts_for_less_light():
    horizon = np.zeros(360)
    area, flux = sun_fractions(-0.8 * RADIUS, 1.0, RADIUS, horizon)
    assert 0 < flux[0] < area[0]
    same = sun_flux_fraction(-0.8 * RADIUS, 1.0, RADIUS, horizon, limb_darkening=(0.0, 0.0))
    assert same[0] == pytest.approx(area[0], abs=1e-5)


def test_a_point_above_its_horizon():
    horizon = np.radians(np.array([[0.0, 10.0, 0.0, -10.0]]))
    above = elevation_above_horizon(
        np.radians([5.0, 5.0, 5.0]), np.radians([45.0, 90.0, 315.0]), horizon
    )
    np.testing.assert_allclose(np.degrees(above), [[0.0, -5.0, 10.0]], atol=1e-9)


def test_what_is_not_a_direction_is_refused():
    for el, az, radius, horizon in [
        ([np.nan], [0.0], RADIUS, np.zeros(8)),
        ([0.0], [0.0], 0.0, np.zeros(8)),
        ([0.0], [0.0], RADIUS, [0.0, np.nan, 0.0, 0.0]),
        ([0.0], [0.0], RADIUS, [0.0]),
    ]:
        with pytest.raises(ValueError, match=r"finite|positive|four"):
            sun_area_fraction(el, az, radius, horizon)
