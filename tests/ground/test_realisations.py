import dataclasses
import math

import numpy as np
import pytest

from ilrs.data.rasters import SOUTH_POLAR, Terrain, read_terrain
from ilrs.ground.area import Area
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.realisations import (
    band,
    cumulative_deficit,
    light_bands,
    skyline_errors,
    skyline_loss,
)
from ilrs.ground.shells import skyline_shells
from ilrs.ground.spells import longest_dark
from ilrs.ground.terrain import bend_at, project, unproject
from ilrs.ground.terrain_error import (
    ErrorPart,
    HeightError,
    error_fields,
    known_error,
    known_errors,
    lossless,
)

NONE = HeightError((ErrorPart(0.0, 1.0),), "none")


def field(shape, cell, part, rng):
    """A Gaussian random field on a grid, by Fourier transform: another way than by waves."""
    ny, nx = shape
    fy, fx = np.fft.fftfreq(ny, cell), np.fft.rfftfreq(nx, cell)
    k2 = (2 * np.pi) ** 2 * (fy[:, None] ** 2 + fx[None, :] ** 2)
    power = np.exp(-0.5 * k2 * part.length**2)
    white = np.fft.rfft2(rng.standard_normal(shape))
    density = 2 * np.pi * (part.length / cell) ** 2
    return part.rms * np.sqrt(density) * np.fft.irfft2(white * np.sqrt(power), s=shape)


def test_fields_have_the_size_and_correlation_asked_for():
    error = HeightError((ErrorPart(3.0, 200.0), ErrorPart(1.0, 20.0)), "test")
    d = np.array([0.0, 5.0, 20.0, 100.0, 200.0, 400.0, 600.0, 2000.0])
    rng = np.random.default_rng(0)
    products = np.zeros(d.size)
    for angle in np.arange(8) * 0.7:
        drawn = error_fields(error, 1e4 + d * np.cos(angle), d * np.sin(angle), 4000, rng)
        products += (drawn * drawn[:, :1]).mean(axis=0) / 8
    expect = 9.0 * np.exp(-0.5 * (d / 200) ** 2) + np.exp(-0.5 * (d / 20) ** 2)
    np.testing.assert_allclose(products, expect, atol=0.4)
    assert error.rms == pytest.approx(np.sqrt(10.0))
    np.testing.assert_allclose(error.difference(d), np.sqrt(2 * (10.0 - expect)), atol=1e-6)


def test_one_seed_gives_one_answer(make_world, place):
    terrain = make_world(lambda s, a: 0.001 * s, cell=100.0, half=8_000.0)
    error = HeightError((ErrorPart(2.0, 300.0),), "test")
    draws = [
        skyline_errors(
            [terrain],
            *place,
            2.0,
            azimuth_grid(10.0),
            5,
            np.random.default_rng(s),
            errors=[error],
            reach_m=6_000.0,
        )
        for s in (1, 1, 2)
    ]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()
    assert draws[0].shape == (5, 36)


def test_a_wall_moves_by_its_own_error_and_the_observers(make_world, place):
    # a narrow ridge of 300 m at 5 km: nothing else can make the skyline
    terrain = make_world(lambda s, a: 300.0 * np.exp(-(((s - 5e3) / 60.0) ** 2)), half=6_000.0)
    error = HeightError((ErrorPart(3.0, 400.0),), "test")
    azimuths = azimuth_grid(1.0)
    drawn = skyline_errors(
        [terrain],
        *place,
        2.0,
        azimuths,
        4000,
        np.random.default_rng(3),
        errors=[error],
        reach_m=5_500.0,
    )
    # independent errors of both ends: sqrt(2) 3 m / 5 km, cos^2 of the elevation aside
    np.testing.assert_allclose(drawn.std(axis=0), np.sqrt(2) * 3 / 5e3, rtol=0.07)
    # in common to all azimuths is the observer's error; neighbours share the wall's
    pair = [np.corrcoef(drawn[:, 0], drawn[:, k])[0, 1] for k in (1, 180)]
    near = np.exp(-0.5 * (5e3 * np.radians(1.0) / 400) ** 2)
    assert pair[0] == pytest.approx(0.5 + 0.5 * near, abs=0.03)
    assert pair[1] == pytest.approx(0.5, abs=0.05)


def test_without_error_the_skyline_stays(make_world, place):
    terrain = make_world(lambda s, a: 30.0 * np.sin(s / 900.0), half=6_000.0)
    drawn = skyline_errors(
        [terrain],
        *place,
        2.0,
        azimuth_grid(5.0),
        3,
        np.random.default_rng(0),
        errors=[NONE],
        reach_m=5_000.0,
    )
    np.testing.assert_allclose(drawn, 0.0, atol=1e-12)


def test_summits_rise_where_models_flatten_them(make_world, place):
    def summit_and_wall(s, a):
        return 80.0 * np.exp(-((s / 400.0) ** 2)) + 300.0 * np.exp(-(((s - 5e3) / 400.0) ** 2))

    terrain = make_world(summit_and_wall, half=6_000.0)
    azimuths = azimuth_grid(15.0)
    # a Gaussian of height h and width w bends by -4 h (d/w)^2, a straight one by half of it
    here = -4.0 * 80.0 * (terrain.cell / 400.0) ** 2
    wall = -2.0 * 300.0 * (terrain.cell / 400.0) ** 2
    found = bend_at(terrain, *place)[0]  # between nodes, where bilinear summits are flatter
    assert found == pytest.approx(here, rel=0.2)
    here = float(found)
    error = HeightError((ErrorPart(0.0, 1.0),), "test", bend=0.5)
    args = ([terrain], *place, 2.0, azimuths)
    drawn = skyline_errors(*args, 2, np.random.default_rng(0), errors=[error], reach_m=5_500.0)
    assert drawn.mean() == pytest.approx(0.5 * (here - wall) / 5e3, rel=0.1)
    # scattered: the wall's and the observer's own, apart
    ragged = dataclasses.replace(error, bend_scatter=ErrorPart(0.3, 500.0))
    drawn = skyline_errors(*args, 2000, np.random.default_rng(0), errors=[ragged], reach_m=5_500.0)
    assert drawn.std(axis=0).mean() == pytest.approx(0.3 * np.hypot(here, wall) / 5e3, rel=0.1)


def test_what_averages_took_off_is_put_back(make_world, place):
    terrain = make_world(
        lambda s, a: 900.0 * np.exp(-(((s - 30e3) / 900.0) ** 2)), cell=100.0, half=34_000.0
    )
    lossy = dataclasses.replace(
        known_errors()[1600.0], parts=(ErrorPart(0.0, 1.0),), loss_scatter=None
    )
    azimuths, rng = azimuth_grid(10.0), np.random.default_rng(0)
    args = ([terrain], *place, 2.0, azimuths, 3000, rng)
    drawn = np.degrees(skyline_errors(*args, errors=[lossy], reach_m=33e3))
    low, middle, high = band(drawn)
    np.testing.assert_allclose(low, 0.2, atol=0.02)
    np.testing.assert_allclose(middle, 0.3, atol=0.02)
    np.testing.assert_allclose(high, 0.4, atol=0.02)
    kept = skyline_errors(*args, errors=[lossy], losses=False, reach_m=33e3)
    np.testing.assert_allclose(kept, 0.0, atol=1e-12)
    # from ridge to ridge it scatters: at 30 km, 10 deg apart, each for itself
    scattered = dataclasses.replace(lossy, loss_scatter=ErrorPart(60.0, 1_600.0), loss_spread=0.0)
    drawn = np.degrees(skyline_errors(*args, errors=[scattered], reach_m=33e3))
    np.testing.assert_allclose(drawn.std(axis=0), np.degrees(60 / 30e3), rtol=0.25)
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 18])[0, 1]) < 0.1


def test_shells_make_the_horizon(make_world, place):
    def dunes(s, a):
        return 200.0 * np.cos(s / 700.0) + 30.0 * np.sin(a) * (1.0 - np.cos(s / 2000.0))

    terrain = make_world(dunes, half=8_000.0)
    azimuths = azimuth_grid(5.0)
    shells = skyline_shells([terrain], *place, 5.0, azimuths, 7_000.0, samples_per_cell=8.0)
    horizon = point_horizon([terrain], *place, [5.0], azimuths, 7_000.0)[0]
    np.testing.assert_allclose(np.arctan(shells.tangent.max(axis=0)), horizon, atol=1e-4)
    assert (shells.cell[np.isfinite(shells.tangent)] == terrain.cell).all()
    inside = np.isfinite(shells.tangent)
    assert (np.diff(shells.distance, axis=0)[inside[1:] & inside[:-1]] > 0).all()


@pytest.mark.parametrize(
    ("part", "spot"),
    [
        (ErrorPart(3.0, 400.0), (-4_000.0, -3_000.0)),
        (ErrorPart(1.0, 80.0), (-7_300.0, -8_000.0)),
    ],
)
def test_against_terrain_that_is_really_disturbed(need_data, part, spot):
    """Pooled over azimuths and draws: mean within 15 % of the spread, spread within 15 %."""
    whole = read_terrain(need_data("terrain/shackleton_51km_25m.tif"))
    column, row = round((spot[0] - whole.x0) / whole.dx), round((spot[1] - whole.y0) / whole.dy)
    size, cut = 512, 256
    window = whole.heights[row - cut : row + cut, column - cut : column + cut]
    x0, y0 = whole.x0 + (column - cut) * whole.dx, whole.y0 + (row - cut) * whole.dy

    def terrain(heights):
        return Terrain(
            heights=heights.astype(np.float32),
            x0=x0, y0=y0, dx=whole.dx, dy=whole.dy, crs=SOUTH_POLAR, name="window",
        )  # fmt: skip

    lat, lon = map(float, unproject(spot[0] + 7.0, spot[1] + 4.0))
    azimuths, reach = azimuth_grid(5.0), 5_000.0

    def horizon(heights):
        return point_horizon(
            [terrain(heights)], lat, lon, [2.0], azimuths, reach, samples_per_cell=2.0
        )[0]

    rng = np.random.default_rng(11)
    plain = horizon(window)
    true = np.array(
        [horizon(window + field((size, size), 25.0, part, rng)) - plain for _ in range(60)]
    )
    mine = skyline_errors(
        [terrain(window)], lat, lon, 2.0, azimuths, 400, rng,
        errors=[HeightError((part,), "test")], reach_m=reach,
    )  # fmt: skip
    true, mine = np.degrees(true), np.degrees(mine)
    spread = true.std()
    assert spread > 0.05
    assert mine.mean() == pytest.approx(true.mean(), abs=0.15 * spread)
    assert mine.std() == pytest.approx(spread, rel=0.15)
    points = (5, 25, 50, 75, 95)
    np.testing.assert_allclose(
        np.percentile(mine, points), np.percentile(true, points), atol=0.2 * spread
    )
    # azimuth by azimuth too: where the skyline is near it moves more
    assert np.corrcoef(mine.std(axis=0), true.std(axis=0))[0, 1] > 0.9


def test_known_errors_have_sources_and_unknown_ones_are_refused(make_world):
    for cell, error in known_errors().items():
        assert error.source
        assert error.rms > 0
        terrain = make_world(lambda s, a: 0.0 * s, cell=cell, half=4 * cell)
        assert known_error(terrain) is error
    assert known_errors()[25.0].on(math.radians(15.0)).rms == pytest.approx(1.1, abs=0.05)
    # between the rows in proportion to the cell, below the finest no less
    errors = [
        known_error(make_world(lambda s, a: 0.0 * s, cell=cell, half=4 * cell))
        for cell in (5.0, 50.0, 400.0)
    ]
    assert errors[0] is known_errors()[10.0]
    assert errors[1].rms == pytest.approx(2.0 * known_errors()[25.0].rms)
    # other models are taken for means over their cells, which flatten a parabola by 1/24
    assert errors[1].bend == pytest.approx(1.0 / 24.0)
    assert errors[2].loss == pytest.approx(0.25 * known_errors()[1600.0].loss)
    # flat ground has the least of it; 1.6 m beside its place a slope of 45 deg is 1.6 m off
    part = known_errors()[25.0].parts[0]
    assert part.on(0.0).rms == part.rms
    assert part.on(math.radians(45.0)).rms == pytest.approx(math.hypot(part.rms, part.shift))


def test_the_mean_loss_is_what_all_draws_have_in_common(make_world, place):
    def ridges(s, a):
        near = 60.0 * np.exp(-(((s - 4e3) / 300.0) ** 2)) * (np.sin(2 * a) > 0)
        return near + 900.0 * np.exp(-(((s - 30e3) / 900.0) ** 2))

    terrain = make_world(ridges, cell=400.0, half=34_000.0)
    known = known_error(terrain)
    error = dataclasses.replace(known_errors()[1600.0], loss_spread=0.0, loss_scatter=None)
    error = dataclasses.replace(error, parts=NONE.parts)
    azimuths = azimuth_grid(7.5)
    args = ([terrain], *place, 2.0, azimuths)
    drawn = skyline_errors(*args, 2, np.random.default_rng(0), errors=[error], reach_m=33e3)
    found = skyline_loss(*args, reach_m=33e3)
    np.testing.assert_allclose(found, drawn[0] * known.loss / error.loss, rtol=0.02)
    # the same from heights raised beforehand, for a small area around the place
    x, y = (float(v) for v in project(*place))
    raised = lossless(terrain, Area(x - 50.0, y - 50.0, x + 50.0, y + 50.0))
    before, after = (
        point_horizon([t], *place, [2.0], azimuths, 33e3)[0] for t in (terrain, raised)
    )
    np.testing.assert_allclose(after - before, found, atol=np.radians(0.002))
    assert np.degrees(found).max() == pytest.approx(0.3 * 400 / 1600, rel=0.02)


def test_bands_of_light_are_those_of_the_series():
    # level skylines: the higher, the less light, so that quantiles follow the skyline's
    n, step = 2000, 3600.0
    elevation = np.radians(1.5) * np.sin(np.arange(n) / n * 6 * np.pi)
    heights = np.linspace(-0.01, 0.01, 41)
    found = light_bands(np.repeat(heights[:, None], 720, 1), elevation, 0.3, 0.0047, step)
    for part, height in zip((0, 1, 2), (heights[38], heights[20], heights[2]), strict=True):
        alone = light_bands(np.full((2, 720), height), elevation, 0.3, 0.0047, step)
        assert found.mean_area[part] == pytest.approx(alone.mean_area.middle, abs=1e-9)
        assert found.deficit[2 - part] == pytest.approx(alone.deficit.middle, abs=1e-6)
        assert found.longest_dark[2 - part] == pytest.approx(alone.longest_dark.middle)
    lit = (np.sin(np.arange(n) / n * 6 * np.pi) > np.radians(0.0) / 0.03).astype(float)
    assert longest_dark(lit, step).duration > 0
    assert cumulative_deficit(lit, step, 2.0).hours == pytest.approx(1000 / 3, abs=2)


def test_eclipses_count_in_the_bands():
    elevation = np.full(100, 0.2)
    left = np.where(np.arange(100) < 10, 0.25, 1.0)
    found = light_bands(np.zeros((3, 8)), elevation, 1.0, 0.0047, 60.0, share_left=left,
                        threshold=0.5)  # fmt: skip
    assert found.mean_area.middle == pytest.approx(0.925)
    assert found.longest_dark.high == 600.0


def test_a_band_needs_draws():
    low, middle, high = band(np.arange(101.0))
    assert (low, middle, high) == (5.0, 50.0, 95.0)
    with pytest.raises(ValueError, match="two draws"):
        band([1.0])
    with pytest.raises(ValueError, match="finite"):
        band([1.0, np.nan])
    with pytest.raises(ValueError, match="size"):
        ErrorPart(-1.0, 5.0)
