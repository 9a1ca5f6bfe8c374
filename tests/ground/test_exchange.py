import numpy as np
import pytest

from ilrs.errors import TerrainError
from ilrs.ground.exchange import (
    scattered_and_infrared,
    scattered_sunlight,
    steady_glow,
    steady_temperature,
    terrain_temperature,
)
from ilrs.ground.regolith import STEFAN_BOLTZMANN, Regolith
from ilrs.ground.view_factors import facets, view_factors
from ilrs.ground.warmth import crater_floor_temperature

RATIO, RIM = 0.2, 10_000.0  # depth to diameter, diameter [m]
SPHERE = RIM * (1 + 4 * RATIO**2) / (8 * RATIO)  # radius [m] of the bowl
BOWL_VIEW = 4 * RATIO**2 / (1 + 4 * RATIO**2)


def bowl(n):
    """A spherical bowl in a plain: heights, cell, distance from its axis, x and y [m]."""
    cell = 1.2 * RIM / n
    x, y = np.meshgrid(*[(np.arange(n) + 0.5) * cell - 0.6 * RIM] * 2)
    return bowl_height(x, y), cell, np.hypot(x, y), x, y


def bowl_height(x, y):
    under = np.sqrt(np.maximum(SPHERE**2 - x**2 - y**2, 0.0)) - (SPHERE - RATIO * RIM)
    return np.where(np.hypot(x, y) < RIM / 2, -under, 0.0)


@pytest.fixture(scope="module")
def crater():
    heights, cell, distance, x, y = bowl(96)
    return view_factors(heights, cell, cell, radius=np.inf), distance.ravel(), x, y, cell


@pytest.fixture(scope="module")
def rough():
    """Rugged ground of no symmetry: odd size, cells not square, rows from north to south."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:37, 0:54]
    heights = 400 * np.sin(x / 6.0) * np.cos(y / 4.0) + rng.normal(0, 25, x.shape)
    return view_factors(heights, 90.0, -120.0)


def test_a_plain_exchanges_nothing():
    for heights in (np.zeros((20, 31)), np.add.outer(np.arange(20) * 7.0, np.arange(31) * 3.0)):
        view = view_factors(heights, 50.0, 80.0, radius=np.inf)
        assert np.abs(view.gather(np.ones(620))).max() < 1e-6
        np.testing.assert_allclose(view.open_view, 1.0, atol=1e-3)


def test_facets_of_a_slope():
    rise = np.add.outer(np.zeros(5), np.arange(6) * 30.0)
    areas, normals = facets(rise, 30.0, -20.0)
    np.testing.assert_allclose(areas, 600.0 * np.sqrt(2))
    np.testing.assert_allclose(normals, np.tile([-1, 0, 1], (30, 1)) / np.sqrt(2), atol=1e-12)


def test_rows_close_and_pairs_are_reciprocal(rough):
    n = rough.areas.size
    everything = rough.gather(np.eye(n))  # E_i for radiosity of j alone: F_ij
    assert (everything >= 0).all()
    assert rough.mismatch <= 1e-6
    np.testing.assert_allclose(everything.sum(axis=1), 1 - rough.open_view, atol=2e-6)
    exchange = rough.areas[:, None] * everything
    np.testing.assert_allclose(exchange, exchange.T, atol=1e-9 * exchange.max())
    np.testing.assert_allclose(rough.row(700), everything[700], atol=1e-12)
    # the correction is one of a few per cent where much is seen, or rays had missed the terrain
    weights = rough.areas * (1 - rough.open_view)
    assert np.average(np.abs(np.log(rough.correction + 1e-9)), weights=weights) < 0.3


def test_a_bowl_sees_itself_evenly(crater):
    # between any two places of a sphere F_ij = A_j / (4 pi R^2), wherever they are
    view, distance, *_ = crater
    inside = distance < 0.45 * RIM
    np.testing.assert_allclose(1 - view.open_view[inside], BOWL_VIEW, rtol=0.025)
    assert np.all(view.open_view[distance > 0.56 * RIM] == 1.0)
    expect = view.areas / (4 * np.pi * SPHERE**2)
    for cell in np.flatnonzero(inside)[[0, 1234, 2500]]:
        row = view.row(cell)
        far = inside & (row > 0)
        # rings and quarters of the bowl, each in its share
        for part in (distance < 0.2 * RIM, (distance > 0.3 * RIM) & inside):
            assert row[part].sum() == pytest.approx(expect[part].sum(), rel=0.06)
        assert far.sum() > 0.95 * inside.sum()


def test_a_finer_bowl_comes_closer():
    errors = []
    for n in (32, 64):
        heights, cell, distance, *_ = bowl(n)
        view = view_factors(heights, cell, cell, radius=np.inf)
        inside = distance.ravel() < 0.4 * RIM
        errors.append(abs(1 - view.open_view[inside].mean() - BOWL_VIEW))
    assert errors[1] < 0.65 * errors[0]


@pytest.mark.parametrize(("elevation", "percent"), [(10.0, 1.2), (5.0, 1.8), (1.6, 4.5)])
def test_floor_of_a_gridded_crater_against_the_closed_form(crater, elevation, percent):
    # Ingersoll, Svitek and Murray 1992: every shadowed place of a bowl has the same temperature.
    # The lit crescent narrows to two cells at 1.6 deg, hence the growing tolerance.
    view, distance, x, y, cell = crater
    e = np.radians(elevation)
    shares = [
        lit(x + u * cell, y + v * cell, e)
        for u in np.arange(-0.4375, 0.5, 0.125)
        for v in np.arange(-0.4375, 0.5, 0.125)
    ]
    facing = np.maximum(view.normals @ [np.cos(e), 0.0, np.sin(e)], 0.0)
    direct = 1361.0 * np.mean(shares, axis=0).ravel() * facing
    direct *= 1361.0 * np.sin(e) * np.pi * RIM**2 / 4 / (direct @ view.areas)  # power is known
    found = steady_temperature(view, direct, 0.12, Regolith(heat_flow=0.0))
    shadow = (direct == 0) & (distance < 0.45 * RIM)
    expect = crater_floor_temperature(1361.0, np.sin(e), RATIO, 0.12, 0.95)
    assert found[shadow].mean() == pytest.approx(expect, rel=percent / 100)
    assert found[shadow].std() < 0.015 * expect


def lit(x, y, elevation):
    """Whether a place in the bowl sees a Sun in the east: its ray leaves through the rim."""
    away = -bowl_height(x, y) / np.tan(elevation)
    return (np.hypot(x + away, y) < RIM / 2) & (np.hypot(x, y) < RIM / 2)


def test_energy_of_the_exchange_is_conserved(rough):
    n = rough.areas.size
    rng = np.random.default_rng(1)
    sun, temperature = rng.uniform(0, 1000, n), rng.uniform(40, 350, n)
    albedo, eps = rng.uniform(0.05, 0.6, n), 0.9
    got = scattered_and_infrared(rough, sun, albedo, temperature, eps)
    light = sun + got.sunlight
    absorbed, leaving = (1 - albedo) * light, albedo * light
    power = rough.areas @ sun
    assert rough.areas @ (absorbed + rough.open_view * leaving) == pytest.approx(power, rel=1e-5)
    emitted = eps * STEFAN_BOLTZMANN * temperature**4
    sent = emitted + (1 - eps) * got.infrared
    left = rough.areas @ (eps * got.infrared + rough.open_view * sent)
    assert left == pytest.approx(rough.areas @ emitted, rel=1e-5)


def test_steady_ground_gives_back_what_it_gets(rough):
    ground = Regolith()
    sun = 1361.0 * np.maximum(rough.normals @ [0.6, 0.0, 0.8], 0.0)
    warm = steady_temperature(rough, sun, 0.12, ground)
    got = scattered_and_infrared(rough, sun, 0.12, warm, ground.emissivity)
    eps = ground.emissivity
    sent = eps * STEFAN_BOLTZMANN * warm**4 + (1 - eps) * got.infrared
    out = rough.open_view * (sent + 0.12 * (sun + got.sunlight))
    assert rough.areas @ out == pytest.approx(
        rough.areas @ (sun + ground.heat_flow), rel=1e-5
    )  # fmt: skip


def test_an_isothermal_cavity_is_no_colder_for_its_shape(rough):
    # closed but for the open view: each facet gets its terrain's share of black-body radiation
    n = rough.areas.size
    black = scattered_and_infrared(rough, np.zeros(n), 0.1, np.full(n, 200.0), 1.0)
    expect = STEFAN_BOLTZMANN * 200.0**4 * (1 - rough.open_view)
    np.testing.assert_allclose(black.infrared, expect, atol=2e-6 * STEFAN_BOLTZMANN * 200.0**4)
    assert (black.sunlight == 0).all()


def test_many_instants_at_once_equal_each_alone(rough):
    rng = np.random.default_rng(2)
    sun = rng.uniform(0, 500, (rough.areas.size, 3))
    together = scattered_sunlight(rough, sun, 0.3)
    for k in range(3):
        np.testing.assert_allclose(
            together[:, k], scattered_sunlight(rough, sun[:, k], 0.3), atol=1e-5
        )


def test_a_shadowed_floor_through_time_comes_to_the_steady_answer():
    heights, cell, distance, *_ = bowl(24)
    view = view_factors(heights, cell, cell, radius=np.inf)
    wall = np.where((distance.ravel() > 0.4 * RIM) & (distance.ravel() < 0.5 * RIM), 60.0, 0.0)
    steady = steady_temperature(view, wall, 0.12)
    found = terrain_temperature(
        view, lambda: [np.tile(wall, (40, 1))] * 3, 43_200.0, 0.12, depths=[0.5], cycles=8
    )
    inside = distance.ravel() < 0.35 * RIM
    assert steady[inside].min() > 60.0
    np.testing.assert_allclose(found.mean[inside], steady[inside], atol=0.5)
    assert (found.depth_mean[0][inside] > found.mean[inside] - 0.5).all()


def test_what_cannot_be_is_refused(rough):
    holes = np.zeros((5, 5))
    holes[2, 2] = np.nan
    for bad in (holes, np.zeros((2, 9)), np.zeros(9)):
        with pytest.raises(TerrainError, match="view factors need"):
            view_factors(bad, 10.0, 10.0)
    with pytest.raises(ValueError, match="azimuths"):
        view_factors(np.zeros((5, 5)), 10.0, 10.0, azimuths=4)
    with pytest.raises(ValueError, match="radiosity"):
        rough.gather(np.ones(5))
    n = rough.areas.size
    with pytest.raises(ValueError, match="albedo"):
        scattered_sunlight(rough, np.ones(n), 1.0)
    with pytest.raises(ValueError, match="emissivity"):
        scattered_and_infrared(rough, np.ones(n), 0.1, np.full(n, 100.0), 0.0)
    with pytest.raises(ValueError, match="no sunlight"):
        terrain_temperature(rough, lambda: [], 3600.0, 0.1)


def test_weights_tell_what_ground_takes_up_as_the_exchange_does(rough):
    rng = np.random.default_rng(3)
    light = np.where(rng.random(rough.areas.size) < 0.2, 300.0, 0.0)
    ground = Regolith()
    temperature = steady_temperature(rough, light, 0.3)
    sent_out = ground.emissivity * STEFAN_BOLTZMANN * temperature**4
    for cell in (0, 700, 1234):
        weights, rest = steady_glow(rough, np.eye(rough.areas.size)[cell], 0.3)
        taken = 0.7 * light[cell] + weights @ light + rest + ground.heat_flow
        assert taken == pytest.approx(sent_out[cell], rel=1e-6)
        assert (weights >= 0.0).all()


def test_weights_in_a_bowl_are_those_of_ingersoll(crater):
    # in a sphere it does not matter where the light falls: the power that enters the mouth counts
    view, distance, *_ = crater
    inside = distance < RIM / 2
    light = np.where(inside, 1.0, 0.0)
    entering = (light * view.areas).sum() / (np.pi * RIM**2 / 4)
    floor = np.where(distance < 0.1 * RIM, 1.0, 0.0)
    weights, _ = steady_glow(view, floor / floor.sum(), 0.12)
    closed = crater_floor_temperature(entering, 1.0, RATIO, 0.12, Regolith().emissivity)
    found = weights @ light
    assert found == pytest.approx(Regolith().emissivity * STEFAN_BOLTZMANN * closed**4, rel=0.04)


def test_a_plain_sends_nothing():
    view = view_factors(np.zeros((12, 15)), 50.0, 80.0, radius=np.inf)
    weights, rest = steady_glow(view, np.eye(180)[70], 0.12)
    assert np.abs(weights).max() < 1e-6 > rest
