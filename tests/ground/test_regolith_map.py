import numpy as np
import pytest

from ilrs.ground.regolith import STEFAN_BOLTZMANN, Regolith, column_temperatures
from ilrs.ground.regolith_map import (
    LANES,
    Columns,
    Tally,
    map_layers,
    map_temperature,
    settled_profile,
)

LUNATION = 2_551_442.976
LATITUDES = np.radians([0.0, 30.0, 60.0, 75.0, 85.0])


def light(steps, latitudes=LATITUDES):
    angle = 2 * np.pi * (np.arange(steps) + 1) / steps
    return 1200.0 * np.maximum(np.cos(latitudes) * np.cos(angle)[:, None], 0.0)


def blocks(flux, size):
    return (flux[n : n + size] for n in range(0, len(flux), size))


def test_columns_of_a_map_against_columns_alone():
    flux = light(1440)
    count, step = flux.shape[1], LUNATION / 1440
    start = settled_profile(lambda: blocks(flux, 100), step, count)
    found = map_temperature(
        blocks(flux, 100), step, count, start=start, depths=[0.1, 0.5],
        at_steps=range(1440),
    )  # fmt: skip
    # the same layers, two passes a step, and the finer layers of the other module
    for thickness, limit, worst in ((map_layers(), 0.15, 1.0), (None, 0.5, 1.5)):
        one = column_temperatures(flux.T, step, [0.1, 0.5], thickness=thickness, cycles=30)
        wrong = np.abs(found.at.T - one.surface)
        assert np.sqrt(np.mean(wrong**2)) < limit
        # lagged by a step where the Sun comes and goes
        assert np.sort(wrong, axis=1)[:, -30].max() < worst
        assert np.abs(found.depth_mean.T - one.at_depth.mean(axis=2)).max() < 0.6
    np.testing.assert_allclose(found.lowest, found.at.min(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.highest, found.at.max(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.mean, found.at.mean(axis=0), atol=1e-9)
    assert (found.depth_lowest <= found.depth_mean).all()
    assert (found.depth_mean <= found.depth_highest).all()


def test_a_settled_map_repeats_itself():
    flux = light(720)
    step = LUNATION / 720
    start = settled_profile(lambda: [flux], step, len(LATITUDES))
    later = map_temperature([flux] * 20, step, len(LATITUDES), start=start)
    np.testing.assert_allclose(later.profile, start, atol=0.3)


@pytest.mark.parametrize("count", [1, LANES - 1, LANES, LANES + 1, 3 * LANES + 5])
def test_a_column_does_not_depend_on_its_neighbours(count):
    flux = light(240, np.linspace(0.0, 1.5, count))
    step = LUNATION / 240
    whole = map_temperature([flux], step, count, start=200.0, depths=[0.2], at_steps=[7, 239])
    for c in (0, count // 2, count - 1):
        alone = map_temperature([flux[:, [c]]], step, 1, start=200.0, depths=[0.2], at_steps=[7])
        np.testing.assert_allclose(whole.profile[:, c], alone.profile[:, 0], atol=1e-5)
        np.testing.assert_allclose(whole.at[0, c], alone.at[0, 0], atol=1e-5)
        np.testing.assert_allclose(whole.depth_mean[:, c], alone.depth_mean[:, 0], atol=1e-5)


def test_blocks_of_any_length_are_one_run():
    flux = light(300)
    ways = [
        map_temperature(parts, 3600.0, len(LATITUDES), start=150.0, at_steps=[0, 150, 299])
        for parts in ([flux], blocks(flux, 1), blocks(flux, 77), list(flux))
    ]
    for other in ways[1:]:
        assert other.steps == 300
        np.testing.assert_array_equal(other.at, ways[0].at)
        np.testing.assert_array_equal(other.profile, ways[0].profile)


def test_energy_stays_in_the_columns():
    ground = Regolith()
    columns = Columns(3, LUNATION / 6000, start=np.array([100.0, 220.0, 330.0]))
    before = enthalpy(columns, ground)
    flux = np.tile(light(6000, np.radians([20.0, 50.0, 80.0])), (2, 1)).astype(np.float32)
    tally = Tally(columns, at_steps=range(len(flux)))
    columns.advance(flux, tally)
    net = flux - ground.emissivity * STEFAN_BOLTZMANN * tally.at**4 + ground.heat_flow
    taken = net.sum(axis=0) * columns.step
    size = np.abs(net).sum(axis=0) * columns.step
    assert (np.abs(enthalpy(columns, ground) - before - taken) < 2e-4 * size).all()


def enthalpy(columns, ground):
    from ilrs.ground.regolith import density

    mass = density(columns.centres, ground) * columns.thickness
    c, t = ground.heat_capacity, columns.profile
    return mass @ sum(c[k] * t ** (k + 1) / (k + 1) for k in range(5))


def test_darkness_settles_to_the_heat_flow():
    ground = Regolith()
    start = settled_profile(lambda: [np.zeros((50, 2))], 6 * 3600.0, 2)
    dark = map_temperature([np.zeros((50, 2))], 6 * 3600.0, 2, start=start)
    expect = (ground.heat_flow / (ground.emissivity * STEFAN_BOLTZMANN)) ** 0.25
    np.testing.assert_allclose(dark.mean, expect, atol=0.2)
    # a steady column carries the heat flow downwards from the surface: warmer below
    assert (np.diff(dark.profile, axis=0) > 0).all()


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        map_temperature([], 600.0, 0, start=100.0)
    with pytest.raises(ValueError, match="no flux"):
        map_temperature([], 600.0, 2, start=100.0)
    with pytest.raises(ValueError, match="no flux"):
        settled_profile(lambda: [], 600.0, 2)
    for bad in (np.full((3, 2), np.nan), np.full((3, 2), -1.0), np.full((3, 2), np.inf)):
        with pytest.raises(ValueError, match="absorbed flux"):
            map_temperature([bad], 600.0, 2, start=100.0)
    with pytest.raises(ValueError, match="columns"):
        map_temperature([np.zeros((3, 5))], 600.0, 2, start=100.0)
    with pytest.raises(ValueError, match="above 0 K"):
        Columns(2, 600.0, start=0.0)
    with pytest.raises(ValueError, match="a start is"):
        Columns(2, 600.0, start=np.full(3, 100.0))
    with pytest.raises(ValueError, match="depths lie"):
        map_temperature([np.zeros((3, 2))], 600.0, 2, start=100.0, depths=[9.0])


def test_a_year_that_repeats_is_settled_when_it_repeats():
    # light that comes and goes at once: conductivity a step late, and the shift stays at 0.4 K
    steps = np.arange(2190)
    lit = np.cos(2.0 * np.pi * steps * 4.0 / 708.7) > 0.0
    summer = np.sin(2.0 * np.pi * steps / 2190) > 0.0
    flux = (400.0 * (lit & summer)).astype(np.float32)[:, None]
    rounds = []

    def year():
        rounds.append(len(rounds))
        return [flux]

    short = settled_profile(year, 4 * 3600.0, 1, within=0.2)
    assert len(rounds) < 9  # one of them for the balance
    long = settled_profile(lambda: [flux], 4 * 3600.0, 1, within=0.0, cycles=12)
    np.testing.assert_allclose(short, long, atol=0.3)
