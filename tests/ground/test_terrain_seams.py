"""Terrains joined: no step at a seam, holes filled only when asked and counted, areas covered."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from ilrs.data import exists, find
from ilrs.data.rasters import GEOGRAPHIC, NORTH_POLAR, SOUTH_POLAR, Terrain, read_terrain
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.horizon import azimuth_grid, point_horizon
from ilrs.ground.seams import join, require_ground, run_out
from ilrs.ground.terrain import above_ground, height_at, known_heights, unproject

Heights = Callable[[np.ndarray, np.ndarray], np.ndarray]


def square(
    height: Heights, half: float, dx: float, dy: float | None = None, name: str = "t"
) -> Terrain:
    """South polar terrain of `height(x, y)` about (20 km, -10 km), cells of dx by dy."""
    dy = -dx if dy is None else dy
    nx, ny = (int(2 * half / abs(d)) for d in (dx, dy))
    x0, y0 = 20e3 - 0.5 * (nx - 1) * dx, -10e3 - 0.5 * (ny - 1) * dy
    x, y = np.meshgrid(x0 + dx * np.arange(nx), y0 + dy * np.arange(ny))
    return Terrain(height(x, y).astype(np.float32), x0, y0, dx, dy, SOUTH_POLAR, name)


def rough(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 80.0 * np.sin(x / 900.0) * np.cos(y / 700.0) + 0.02 * x


def shifted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return rough(x, y) + 30.0 + 10.0 * np.sin(x / 2000.0)


def profile(terrains: list[Terrain] | tuple[Terrain, ...], y: float, step: float) -> np.ndarray:
    x = np.arange(8e3, 32e3, step)
    return height_at(list(terrains), *unproject(x, np.full_like(x, y)))


@pytest.mark.parametrize(("dx", "dy"), [(50.0, -50.0), (50.0, -20.0), (-30.0, 45.0)])
def test_a_joined_seam_has_no_step(dx: float, dy: float) -> None:
    fine = square(rough, 6e3, dx, dy, "fine")
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    picked, joined = join([fine, coarse], margin=0.0), join([fine, coarse])
    (seam,) = picked.seams
    assert (seam.fine, seam.coarse, seam.margin_m) == ("fine", "coarse", 0.0)
    assert seam.cells == 2 * sum(fine.heights.shape) - 4
    assert 20.0 < -seam.mean_m < 40.0
    assert joined.seams[0].largest_m == seam.largest_m
    for y in (-10e3, -7123.0, -12987.0):
        # in 2 m the ground itself changes by less than 0.5 m
        unjoined = np.abs(np.diff(profile(picked.terrains, y, 2.0))).max()
        assert 15.0 < unjoined <= seam.largest_m + 0.5
        assert np.abs(np.diff(profile(joined.terrains, y, 2.0))).max() < 0.6


def test_beyond_the_margin_nothing_is_touched() -> None:
    fine = square(rough, 6e3, 50.0, name="fine")
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    joined = join([fine, coarse]).terrains[0]
    inner = slice(11, -11)  # two cells of 250 m, and one
    np.testing.assert_array_equal(joined.heights[inner, inner], fine.heights[inner, inner])
    assert (joined.heights != fine.heights).mean() > 0.1
    assert fine.heights[0, 0] == np.float32(rough(np.array(14025.0), np.array(-4025.0)))


def test_the_margin_never_takes_more_than_a_quarter() -> None:
    fine = square(rough, 1e3, 50.0, name="fine")
    coarse = square(shifted, 15e3, 1000.0, name="coarse")
    joined = join([fine, coarse])
    assert joined.seams[0].margin_m == 500.0
    middle = joined.terrains[0].heights[19:21, 19:21]
    np.testing.assert_array_equal(middle, fine.heights[19:21, 19:21])


def test_terrains_that_agree_are_left_as_they_are() -> None:
    def plane(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return 0.01 * x - 0.02 * y

    fine, coarse = square(plane, 6e3, 50.0), square(plane, 15e3, 250.0)
    joined = join([fine, coarse])
    assert joined.seams[0].largest_m < 1e-3
    np.testing.assert_allclose(joined.terrains[0].heights, fine.heights, atol=1e-3)


def test_three_terrains_down_to_a_global_grid() -> None:
    lon, lat = np.arange(0.5, 360.0), np.arange(-60.5, -90.0, -1.0)
    globe = Terrain(
        np.full((lat.size, lon.size), 400.0, np.float32),
        *np.radians([lon[0], lat[0], 1.0, -1.0]),
        GEOGRAPHIC,
        "globe",
    )
    fine = square(rough, 6e3, 50.0, name="fine")
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    joined = join([fine, coarse, globe])
    assert [s.coarse for s in joined.seams] == ["coarse", "globe"]
    x = np.arange(20e3, 60e3, 2.0)
    heights = height_at(joined.terrains, *unproject(x, np.full_like(x, -10e3)))
    assert np.abs(np.diff(heights)).max() < 1.0
    assert heights[-1] == 400.0


def holed(t: Terrain, rows: slice, columns: slice) -> Terrain:
    heights = t.heights.copy()
    heights[rows, columns] = np.nan
    return dataclasses.replace(t, heights=heights)


def test_holes_are_filled_only_when_asked_and_counted() -> None:
    whole = square(rough, 6e3, 50.0, name="fine")
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    fine = holed(whole, slice(100, 110), slice(120, 128))
    with pytest.raises(TerrainError, match=r"1 hole of 80 cells \(0\.14 %\)") as caught:
        join([fine, coarse])
    assert "fill_holes" in caught.value.remedy
    joined = join([fine, coarse], fill_holes=True)
    assert joined.filled == {"fine": 80}
    filled = joined.terrains[0].heights
    assert not np.isnan(filled).any()
    # the shift of some 30 m between the two is taken out, and the rim is met
    assert np.abs(filled - whole.heights)[100:110, 120:128].max() < 5.0
    kept = np.ones(filled.shape, bool)
    kept[100:110, 120:128] = False
    inner = np.zeros_like(kept)
    inner[11:-11, 11:-11] = True
    np.testing.assert_array_equal(filled[kept & inner], fine.heights[kept & inner])


def test_an_open_edge_is_no_hole_and_is_blended_too() -> None:
    fine = holed(square(rough, 6e3, 50.0, name="fine"), slice(0, 90), slice(100, None))
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    joined = join([fine, coarse])
    assert joined.filled == {}
    assert np.isnan(joined.terrains[0].heights[:90, 100:]).all()
    assert np.abs(np.diff(profile(joined.terrains, -7123.0, 2.0))).max() < 0.6


def test_a_hole_with_nothing_below_it_cannot_be_filled() -> None:
    fine = holed(square(rough, 6e3, 50.0, name="fine"), slice(100, 110), slice(100, 110))
    coarse = holed(square(shifted, 15e3, 250.0, name="coarse"), slice(50, 70), slice(50, 70))
    with pytest.raises(TerrainError, match="no coarser terrain"):
        join([fine, coarse], fill_holes=True)


def test_an_area_is_covered_or_the_error_says_where_it_is_not() -> None:
    fine = square(rough, 6e3, 50.0, name="fine")
    inside = Area(18e3, -12e3, 22e3, -8e3)
    require_ground([fine], inside)
    require_ground([fine], Area(14e3, -16e3, 26e3, -4e3))  # to the very edge of its cells
    with pytest.raises(TerrainError, match="lies outside the terrain") as caught:
        require_ground([fine], Area(100e3, 0.0, 110e3, 10e3))
    assert "fine covers x 14000 to 26000 m, y -16000 to -4000 m (south polar)" in (
        caught.value.remedy
    )
    with pytest.raises(TerrainError, match=r"\d+ % of it has no terrain"):
        require_ground([fine], Area(18e3, -12e3, 32e3, -8e3))
    north = dataclasses.replace(fine, crs=NORTH_POLAR, name="other pole")
    with pytest.raises(TerrainError, match="lies outside") as caught:
        require_ground([north], inside)
    assert "north polar" in caught.value.remedy


def test_a_hole_in_an_area_is_named_by_its_place_and_share() -> None:
    fine = holed(square(rough, 6e3, 50.0, name="fine"), slice(118, 122), slice(118, 122))
    coarse = square(shifted, 15e3, 250.0, name="coarse")
    area = Area(18e3, -12e3, 22e3, -8e3)
    lat, lon = np.degrees(unproject(20e3, -10e3))
    # 16 of 6400 cells are empty; a bilinear height wants four, which 25 places lack
    for terrains, says in (
        ([fine], r"0\.3\d % of it has no terrain"),
        ([fine, coarse], r"terrain fine has 1 hole of 16 cells \(0\.2\d %\)"),
    ):
        with pytest.raises(TerrainError, match=says) as caught:
            require_ground(terrains, area)
        told = str(caught.value)
        found = told.split("around ")[1].split(" deg")
        assert float(found[0]) == pytest.approx(lat, abs=0.01)
        assert float(found[1].strip(", ")) == pytest.approx(lon, abs=0.3)
    require_ground([fine, coarse], area, fill_holes=True)
    require_ground([fine, coarse], Area(15e3, -15e3, 17e3, -13e3))  # the hole is elsewhere
    assert join([fine, coarse], area, fill_holes=True).filled == {"fine": 16}
    with pytest.raises(TerrainError, match="1 hole"):
        join([fine, coarse], area)


def test_heights_below_the_ground_are_refused() -> None:
    np.testing.assert_array_equal(above_ground([0.0, 2.0]), [0.0, 2.0])
    assert above_ground(3.0) == 3.0
    with pytest.raises(TerrainError, match="-2 m above the ground lies below it"):
        above_ground([1.0, -2.0])
    for odd in (np.nan, np.inf):
        with pytest.raises(TerrainError, match="no height"):
            above_ground(odd)


def test_unknown_heights_are_nan_and_keep_the_shape() -> None:
    fine = square(rough, 6e3, 50.0)
    lat, lon = unproject(np.array([[20e3], [90e3]]), np.array([[-10e3], [0.0]]))
    heights = known_heights([fine], lat, lon)
    assert heights.shape == (2, 1)
    assert np.isfinite(heights[0, 0])
    assert np.isnan(heights[1, 0])


@pytest.mark.skipif(not exists("terrain/shackleton_51km_25m.tif"), reason="no local terrain")
def test_the_real_window_joins_the_real_far_field() -> None:
    """At the 25 m window's edge the 1.6 km averages leave steps of hundreds of metres."""
    fine = read_terrain(find("terrain/shackleton_51km_25m.tif"))
    coarse = read_terrain(find("terrain/lola_south_70S_1600m.tif"))
    joined = join([fine, coarse])
    (seam,) = joined.seams
    assert abs(seam.mean_m) < 20.0
    assert 20.0 < seam.rms_m < 200.0
    assert seam.margin_m == 3200.0
    for y in (-30e3, -10e3, 5e3):
        x = np.arange(-40e3, 40e3, 2.0)
        before = height_at([fine, coarse], *unproject(x, np.full_like(x, y)))
        after = height_at(joined.terrains, *unproject(x, np.full_like(x, y)))
        inner = (x > -26.7e3) & (x < 17.9e3) & np.full(x.shape, -32.9e3 < y < 11.7e3)
        np.testing.assert_array_equal(before[inner], after[inner])
        at_seam = np.minimum(np.abs(x + 29987.5), np.abs(x - 21187.5)) < 6.0
        assert np.abs(np.diff(after))[at_seam[1:]].max() < 4.0  # slopes of 60 deg at most
    # the ridge lies far inside: its skyline feels the margin by less than the far field's own bias
    place = np.radians([-89.4511, 222.6627])
    azimuths = azimuth_grid(2.0)
    a, b = (
        point_horizon(list(t), *place, [2.0], azimuths, 120e3)
        for t in ([fine, coarse], joined.terrains)
    )
    assert np.degrees(np.abs(a - b)).max() < 0.4
    assert np.degrees(np.abs(a - b)).mean() < 0.02


@pytest.mark.parametrize("holed", [False, True])
def test_run_out_ground_meets_the_coarser_without_a_step(holed: bool) -> None:
    fine, coarse = square(shifted, 4000.0, 50.0), square(rough, 20e3, 400.0)
    if holed:
        heights = fine.heights.copy()
        heights[:9, :30] = np.nan  # a corner of the edge
        heights[70:74, 80:85] = np.nan
        fine = dataclasses.replace(fine, heights=heights)
    wider, last = run_out([fine, coarse])
    assert last is coarse
    i, j = round((fine.y0 - wider.y0) / fine.dy), round((fine.x0 - wider.x0) / fine.dx)
    ny, nx = fine.heights.shape
    own = wider.heights[i : i + ny, j : j + nx]
    known = ~np.isnan(fine.heights)
    np.testing.assert_array_equal(own[known], fine.heights[known])
    if holed:
        assert np.isnan(own[70:74, 80:85]).all()
        assert not np.isnan(own[:9, :30]).any()
    # 50 m of this ground rise by up to 7 m: so does the seam; given as they are, they leap by 40
    for y in (-10e3, -8e3, -13.2e3):
        step = np.abs(np.diff(profile([wider, coarse], y, 50.0))).max()
        assert step < 12.0
        assert np.abs(np.diff(profile([fine, coarse], y, 50.0))).max() > 20.0
    out = known_heights([wider, coarse], *unproject(np.array([24.9e3]), np.array([-10e3])))
    assert abs(out[0] - known_heights([coarse], *unproject(24.9e3, -10e3))) < 0.5
