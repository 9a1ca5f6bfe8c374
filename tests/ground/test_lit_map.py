import dataclasses

import numpy as np
import pytest

from ilrs.data.rasters import read_terrain
from ilrs.ground.disc import area_above, depth_of_area, flux_above, polynomials
from ilrs.ground.horizon import point_horizon
from ilrs.ground.horizon_map import STEP_RAD, UNKNOWN, HorizonFacts, HorizonMap
from ilrs.ground.light import LIMB_DARKENING, sun_fractions
from ilrs.ground.lit_map import Disc, lit_series, lit_totals
from ilrs.ground.spells import longest_dark, longest_lit
from ilrs.ground.terrain import MOON_RADIUS, unproject
from ilrs.sky.directions import EARTH_RADIUS, SUN_RADIUS, azimuth_elevation, site_position
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc

HOUR = 3600.0
FAR = 1.5e11  # [m]
NO_FACTS = HorizonFacts((), (), 0.0, 0, 0.0, "average", 0.0, 0, 0, 0)


def horizon_map(steps, *, x0=0.0, y0=0.0, dx=25.0, dy=-25.0):
    """A map of one height from `steps` (a, ny, nx) of STEP_RAD."""
    elevation = np.asarray(steps, np.int16)[None]
    count = elevation.shape[1]
    azimuths = np.arange(count) * 2 * np.pi / count
    return HorizonMap(elevation, azimuths, np.array([2.0]), x0, y0, dx, dy, NO_FACTS)


def far_away(elevation, grid_azimuth, far=FAR):
    """Positions (t, 3) at an elevation and grid azimuth [rad] as seen from the south pole."""
    el, g = np.broadcast_arrays(elevation, grid_azimuth)
    up = np.array([0.0, 0.0, -1.0])
    # +y of the map lies at longitude 0, +x at longitude 90 deg
    level = np.stack([np.cos(g), np.sin(g), np.zeros_like(g)], axis=-1)
    out = far * (np.cos(el)[:, None] * level + np.sin(el)[:, None] * up)
    return out + MOON_RADIUS * up


@pytest.fixture(scope="module")
def year():
    first, last = tdb_from_utc(read_utcs(("2027-01-01", "2028-01-01")))
    t = np.arange(first, last, HOUR)
    return fit_ephemeris(first, last).positions(t)


def test_the_polynomials_stand_in_for_the_closed_forms():
    d = np.linspace(-1.0, 1.0, 4001).astype(np.float32)
    z = d * d
    exact = area_above(d), flux_above(d, LIMB_DARKENING)
    for c, share, bound in zip(polynomials(LIMB_DARKENING), exact, (5e-4, 3e-4), strict=True):
        stand_in = np.float32(0.5) + d * (c[0] + z * (c[1] + z * (c[2] + z * c[3])))
        assert np.abs(stand_in - share).max() < bound
        assert (stand_in[0], stand_in[-1]) == (0.0, 1.0)
    assert area_above(0.0) == 0.5
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert area_above(depth_of_area(share)) == pytest.approx(share, abs=1e-12)


def test_the_closed_forms_are_those_of_the_exact_integral():
    radius = 0.0047
    d = np.linspace(-1.1, 1.1, 23)
    area, flux = sun_fractions(d * radius, 1.0, radius, np.zeros(3600))
    np.testing.assert_allclose(area_above(d), area, atol=1e-9)
    np.testing.assert_allclose(flux_above(d, LIMB_DARKENING), flux, atol=1e-5)


def test_flat_ground_at_the_pole_through_a_year():
    # the Sun goes through elevation 1.5 sin(t): the mean share is that of its closed form
    t = (np.arange(8000) + 0.5) / 8000 * 2 * np.pi
    elevation = np.radians(1.5) * np.sin(t)
    sun = Disc(far_away(elevation, 12.3 * t), SUN_RADIUS)
    totals = lit_totals(horizon_map(np.zeros((360, 1, 1))), sun, HOUR)
    radius = np.arcsin(SUN_RADIUS / FAR)
    fine = (np.arange(400_000) + 0.5) / 400_000 * 2 * np.pi
    depth = np.radians(1.5) * np.sin(fine) / radius
    assert totals.mean_area[0, 0] == pytest.approx(area_above(depth).mean(), abs=2e-5)
    assert totals.mean_area[0, 0] == pytest.approx(0.5, abs=2e-5)
    flux = flux_above(depth, LIMB_DARKENING).mean()
    assert totals.mean_flux[0, 0] == pytest.approx(flux, abs=2e-5)
    # dark from where the upper limb sets until it rises
    night = 2 * np.arccos(radius / np.radians(1.5)) / (2 * np.pi) * 8000
    assert totals.longest_dark.duration[0, 0] / HOUR == pytest.approx(night, abs=2)
    assert not totals.never_lit.any()


def test_a_level_edge_step_by_step():
    elevation = np.linspace(-0.012, 0.012, 333)
    sun = far_away(elevation, np.full(333, 0.7))
    radius = np.arcsin(SUN_RADIUS / FAR)
    horizon = horizon_map(np.full((360, 1, 1), 30))
    totals = lit_totals(horizon, Disc(sun, SUN_RADIUS), HOUR, bins=np.arange(333))
    depth = (elevation - 30 * STEP_RAD) / radius
    area, flux = totals.bin_mean_area[:, 0, 0], totals.bin_mean_flux[:, 0, 0]
    np.testing.assert_allclose(area, area_above(depth), atol=6e-4)
    np.testing.assert_allclose(flux, flux_above(depth, LIMB_DARKENING), atol=4e-4)


def test_a_wall_all_round_hides_as_much_towards_every_side(year):
    # a wall seen at 1 deg through half of the azimuths, turned by 0, 90, 180, 270 deg
    wall = np.zeros((360, 2, 2))
    for k in range(4):
        turned = (np.arange(360) - 90 * k) % 360
        wall[turned < 180, k // 2, k % 2] = 200
    totals = lit_totals(horizon_map(wall, dx=1e-3, dy=1e-3), Disc(year[0], SUN_RADIUS), HOUR)
    open_ground = lit_totals(horizon_map(np.zeros((360, 1, 1))), Disc(year[0], SUN_RADIUS), HOUR)
    walled = lit_totals(horizon_map(np.full((360, 1, 1), 200)), Disc(year[0], SUN_RADIUS), HOUR)
    half_way = 0.5 * (open_ground.mean_area + walled.mean_area)[0, 0]
    # which side the summer's noons fall on matters to each, not to all four
    assert totals.mean_area.mean() == pytest.approx(half_way, abs=5e-4)
    np.testing.assert_allclose(totals.mean_area, half_way, atol=0.02)


def rough(count, ny, nx, seed=0):
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.normal(0, 12, (count, ny, nx)), axis=0)
    steps -= np.linspace(0, 1, count)[:, None, None] * steps[-1]
    return np.rint(steps + rng.normal(60, 150, (ny, nx)))


def test_statistics_are_those_of_the_exact_series(year):
    horizon = horizon_map(rough(720, 35, 37), x0=-40_000.0, y0=9_000.0, dx=240.0, dy=-300.0)
    rows, columns = np.array([0, 3, 34, 31, 32]), np.array([0, 36, 2, 32, 31])
    disc = Disc(year[0], SUN_RADIUS)
    totals = lit_totals(horizon, disc, HOUR, threshold=0.5)
    area, flux = lit_series(horizon, disc, rows, columns)
    np.testing.assert_allclose(totals.mean_area[rows, columns], area.mean(axis=1), atol=3e-4)
    np.testing.assert_allclose(totals.mean_flux[rows, columns], flux.mean(axis=1), atol=3e-4)
    share = (area > 0.5).mean(axis=1)
    np.testing.assert_allclose(totals.share_in_view[rows, columns], share, atol=2e-3)
    # one step on the edge may join or part two spells
    few, many = (longest_dark(area, HOUR, t).duration for t in (0.47, 0.53))
    found = totals.longest_dark.duration[rows, columns]
    assert ((few <= found) & (found <= many)).all()
    few, many = (longest_lit(area, HOUR, t).duration for t in (0.53, 0.47))
    found = totals.longest_lit.duration[rows, columns]
    assert ((few <= found) & (found <= many)).all()


def test_a_series_is_what_the_sky_says_of_the_place(year):
    # an independent way: local azimuth and elevation of the place, and its horizon turned by hand
    horizon = horizon_map(rough(720, 2, 2), x0=-30_000.0, y0=20_000.0, dx=9_000.0, dy=-7_000.0)
    area, _ = lit_series(horizon, Disc(year[0], SUN_RADIUS), [1], [0], altitude=1500.0)
    lat, lon = unproject(-30_000.0, 13_000.0)
    site = site_position(float(lat), float(lon), 1500.0)
    azimuth, elevation, far = azimuth_elevation(year[0], site)
    skyline = horizon.radians(0)[:, 1, 0].astype(float)
    expect, _ = sun_fractions(elevation, azimuth + float(lon), np.arcsin(SUN_RADIUS / far), skyline)
    np.testing.assert_allclose(area[0], expect, atol=1e-6)


@pytest.mark.parametrize("cell", [(0, 0), (33, 40), (20, 31)])
def test_runs_are_those_of_the_steps(cell):
    # level horizons, so that map and series see the same edge; tiles of odd sizes
    rng = np.random.default_rng(5)
    ny, nx = 34, 41
    level = np.broadcast_to(rng.integers(-200, 200, (1, ny, nx)), (16, ny, nx))
    horizon = horizon_map(level, x0=-500.0, y0=400.0)
    sun = Disc(far_away(rng.uniform(-0.02, 0.02, 777), rng.uniform(0, 9, 777)), SUN_RADIUS)
    for threshold in (0.0, 0.5):
        totals = lit_totals(horizon, sun, 60.0, threshold=threshold)
        area, _ = lit_series(horizon, sun, *cell)
        for mine, series in (
            (totals.longest_dark, longest_dark(area[0], 60.0, threshold)),
            (totals.longest_lit, longest_lit(area[0], 60.0, threshold)),
        ):
            assert (mine.duration[cell], mine.start[cell]) == series


def test_blocks_of_time_add_up_to_the_whole(year):
    horizon = horizon_map(rough(90, 5, 33, seed=2))
    left = np.ones(len(year[0]))
    left[1000:1010] = 0.3
    labels = np.arange(len(year[0])) // 800
    whole = lit_totals(horizon, Disc(year[0], SUN_RADIUS, left), HOUR, bins=labels)
    totals = None
    for part in np.array_split(np.arange(len(year[0])), [1, 900, 2101, 5000, 5001]):
        totals = lit_totals(
            horizon,
            Disc(year[0][part], SUN_RADIUS, left[part]),
            HOUR,
            bins=labels[part],
            bin_count=whole.bin_steps.size,
            before=totals,
        )
    assert totals.steps == whole.steps
    np.testing.assert_array_equal(totals.bin_steps, whole.bin_steps)
    np.testing.assert_array_equal(totals.spells, whole.spells)
    np.testing.assert_allclose(totals.area_sum, whole.area_sum, atol=2e-3)
    np.testing.assert_allclose(totals.flux_sum, whole.flux_sum, atol=2e-3)


def test_never_lit_means_never():
    deep = np.full((36, 1, 3), 400)
    deep[:, 0, 1] = 299  # the limb of a Sun at 1.3 deg just shows above 1.495 deg
    deep[:, 0, 2] = UNKNOWN
    sun = far_away(np.full(3000, np.radians(1.3)), np.linspace(0, 9, 3000), FAR)
    totals = lit_totals(horizon_map(deep, dx=1.0), Disc(sun, SUN_RADIUS), HOUR)
    assert totals.never_lit.tolist() == [[True, False, False]]
    assert totals.mean_area[0, 0] == 0.0
    assert totals.longest_dark.duration[0, 0] == 3000 * HOUR
    assert np.isnan(totals.longest_lit.start[0, 0])
    for values in (totals.mean_area, totals.share_in_view, totals.longest_dark.duration):
        assert np.isnan(values[0, 2])
    assert np.isnan(lit_series(horizon_map(deep), Disc(sun, SUN_RADIUS), 0, 2)[0]).all()


def test_a_point_is_seen_or_not():
    # a relay 3,000 km away over a level edge: its parallax counts, so does the ground's altitude
    elevation = np.linspace(-0.01, 0.02, 301)
    relay = Disc(far_away(elevation, np.full(301, 2.0), 3e6), 0.0)
    horizon = horizon_map(np.full((360, 1, 1), 50))
    totals = lit_totals(horizon, relay, HOUR)
    seen = (elevation > 50 * STEP_RAD).mean()
    assert totals.share_in_view[0, 0] == pytest.approx(seen, abs=1 / 300)
    assert totals.mean_area[0, 0] == pytest.approx(seen, abs=1 / 300)
    higher = lit_totals(horizon, relay, HOUR, altitude=3000.0)
    lifted = (elevation - 3000.0 / 3e6 > 50 * STEP_RAD).mean()
    assert higher.share_in_view[0, 0] == pytest.approx(lifted, abs=1 / 300)


def test_eclipses_dim_and_darken():
    sun = far_away(np.full(10, 0.1), np.linspace(0, 1, 10))
    left = np.array([1, 1, 1, 0.4, 0.0, 0.6, 1, 1, 1, 1])
    totals = lit_totals(
        horizon_map(np.zeros((8, 1, 1))), Disc(sun, SUN_RADIUS, left), 1.0, threshold=0.5
    )
    assert totals.mean_area[0, 0] == pytest.approx(left.mean(), abs=1e-6)
    assert totals.mean_flux[0, 0] == pytest.approx(left.mean(), abs=1e-6)
    assert totals.longest_dark.duration[0, 0] == 2.0
    assert totals.longest_dark.start[0, 0] == 3.0
    assert totals.share_in_view[0, 0] == pytest.approx(0.8)


def test_elevation_varies_over_the_area_as_on_the_sphere():
    # along the Sun's azimuth a flat area sees it set at 1/R per metre
    horizon = horizon_map(np.zeros((360, 1, 200)), x0=-49_750.0, y0=0.0, dx=500.0)
    sun = far_away(np.full(1, 0.001), np.full(1, np.pi / 2))
    area = lit_totals(horizon, Disc(sun, SUN_RADIUS), HOUR).mean_area[0]
    colatitude = 2 * np.arctan(horizon.x / (2 * MOON_RADIUS))
    expect = area_above((0.001 + colatitude) / np.arcsin(SUN_RADIUS / FAR))
    np.testing.assert_allclose(area, expect, atol=6e-4)
    assert 0 < (expect > 0).sum() < 200


def test_bad_input_is_refused():
    horizon = horizon_map(np.zeros((8, 1, 1)))
    sun = far_away(np.zeros(4), np.zeros(4))
    good = Disc(sun, SUN_RADIUS)
    for disc, options, words in [
        (Disc(sun[0], 1.0), {}, "positions"),
        (Disc(np.full((2, 3), np.nan), 1.0), {}, "finite"),
        (Disc(sun, -1.0), {}, "radius"),
        (Disc(sun, 1.0, np.full(4, 1.5)), {}, "eclipse"),
        (good, {"threshold": 1.0}, "threshold"),
        (good, {"bins": [0, 0, 1]}, "bins"),
        (good, {"bins": [0, 0, 1, 2], "bin_count": 2}, "bins"),
        (good, {"step": 0.0}, "step"),
    ]:
        with pytest.raises(ValueError, match=words):
            lit_totals(horizon, disc, **({"step": HOUR} | options))
    before = lit_totals(horizon, good, HOUR)
    with pytest.raises(ValueError, match="share step"):
        lit_totals(horizon, good, 2 * HOUR, before=before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.steps = 0


@pytest.mark.parametrize("count", [360, 720])
def test_accuracy_on_real_skylines(need_data, year, count):
    terrains = [
        read_terrain(need_data("terrain/shackleton_51km_25m.tif")),
        read_terrain(need_data("terrain/lola_south_70S_1600m.tif")),
    ]
    rng = np.random.default_rng(0)
    grid = np.arange(count) * 2 * np.pi / count
    errors, means = [], []
    for x, y in rng.uniform((-12_000, -14_000), (2_000, 0), (12, 2)):
        lat, lon = map(float, unproject(x, y))
        skyline = point_horizon(terrains, lat, lon, [2.0], grid - lon, 60e3, samples_per_cell=1.0)[
            0
        ]
        horizon = horizon_map(np.rint(skyline / STEP_RAD)[:, None, None], x0=x, y0=y)
        steps = np.arange(len(year[0]))
        disc = Disc(year[0], SUN_RADIUS)
        mine = lit_totals(horizon, disc, HOUR, bins=steps).bin_mean_area[:, 0, 0]
        exact = lit_series(horizon, disc, 0, 0)[0][0]
        errors.append(mine - exact)
        means.append((mine - exact).mean())
    size = np.abs(np.concatenate(errors))
    assert abs(np.mean(errors)) < 1e-5
    assert np.percentile(size, 99) < 0.005
    assert size.max() < 0.06
    assert np.abs(means).max() < 3e-5


def test_the_earth_low_over_a_rough_horizon(year):
    # two degrees across: its disc is often cut, and the ground's altitude shifts it
    horizon = horizon_map(rough(720, 2, 3, seed=4) + 300, x0=60_000.0, y0=90_000.0, dx=2e3)
    disc = Disc(year[1], EARTH_RADIUS)
    totals = lit_totals(horizon, disc, HOUR, altitude=4000.0)
    area, _ = lit_series(horizon, disc, [0, 1, 1], [0, 1, 2], altitude=4000.0)
    assert ((area > 0) & (area < 1)).mean() > 0.05
    cells = ([0, 1, 1], [0, 1, 2])
    np.testing.assert_allclose(totals.mean_area[cells], area.mean(axis=1), atol=2e-3)
    np.testing.assert_allclose(totals.share_in_view[cells], (area > 0).mean(axis=1), atol=1e-2)
