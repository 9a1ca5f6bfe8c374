"""Shackleton's floor: real terrain, the true Sun of a year, exchange between facets of 800 m."""

import numpy as np
import pytest

from ilrs.data import exists, find
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.ground.area import Area
from ilrs.ground.exchange import onto_facets, terrain_temperature
from ilrs.ground.sweep import area_horizon
from ilrs.ground.terrain import MOON_RADIUS, unproject
from ilrs.ground.view_factors import facets, view_factors
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc

FINE, FACET = 4, 8  # 25 m to 100 m for light; eight of those a facet
NEAR, FAR = "terrain/shackleton_51km_25m.tif", "terrain/lola_south_70S_1600m.tif"
AU, SUN_RADIUS = 149_597_870_700.0, 6.957e8

needs_terrain = pytest.mark.skipif(not exists(NEAR), reason="the 25 m terrain is not here")


def coarser(terrain, n):
    ny, nx = (size // n * n for size in terrain.heights.shape)
    heights = terrain.heights[:ny, :nx].reshape(ny // n, n, nx // n, n).mean((1, 3))
    shift = 0.5 * (n - 1)
    return Terrain(
        heights, terrain.x0 + shift * terrain.dx, terrain.y0 + shift * terrain.dy,
        n * terrain.dx, n * terrain.dy, terrain.crs, terrain.name,
    )  # fmt: skip


def sunlight(skyline, normals, x, y, epochs):
    """On each fine facet [W/m^2], the disc cut by a straight skyline: (k, cells)."""
    lat, lon = (v.ravel() for v in unproject(x, y))
    cb, sb, cl, sl = np.cos(lat), np.sin(lat), np.cos(lon), np.sin(lon)
    up = np.stack([cb * cl, cb * sl, sb])
    north, east = np.stack([-sb * cl, -sb * sl, cb]), np.stack([-sl, cl, 0 * sl])
    suns = fit_ephemeris(epochs[0], epochs[-1] + 1.0).position("sun", epochs)
    cells = np.arange(lat.size)
    for sun in np.asarray(suns).reshape(len(epochs), 3):
        away = sun[:, None] - MOON_RADIUS * up
        distance = np.linalg.norm(away, axis=0)
        s_up, s_north, s_east = ((axis * away).sum(0) / distance for axis in (up, north, east))
        azimuth = np.mod(np.arctan2(s_east, s_north) + lon, 2 * np.pi)
        place = azimuth / (2 * np.pi) * len(skyline)
        left = np.floor(place).astype(int) % len(skyline)
        share = place - np.floor(place)
        edge = (1 - share) * skyline[left, cells]
        edge += share * skyline[(left + 1) % len(skyline), cells]
        above = np.clip((np.arcsin(s_up) - edge) * distance / SUN_RADIUS, -1, 1)
        seen = 0.5 + (np.arcsin(above) + above * np.sqrt(1 - above**2)) / np.pi
        level = np.sqrt(1 - s_up**2)
        facing = np.stack([level * np.sin(azimuth), level * np.cos(azimuth), s_up], axis=1)
        cosine = np.maximum((facing * normals).sum(axis=1), 0.0)
        yield 1361.0 * (AU / distance) ** 2 * seen * cosine


@needs_terrain
@pytest.mark.long
def test_shackletons_floor_is_cold_but_not_at_zero():
    fine, far = coarser(read_terrain(find(NEAR)), FINE), read_terrain(find(FAR))
    rows, columns = slice(80, 360), slice(224, 504)  # 28 km around the crater
    x = fine.x0 + fine.dx * np.arange(columns.start, columns.stop)
    y = fine.y0 + fine.dy * np.arange(rows.start, rows.stop)
    half = 0.5 * abs(fine.dx)
    area = Area(x.min() - half, y.min() - half, x.max() + half, y.max() + half)
    horizon = area_horizon([fine, far], area, 180, (0.0,), 150e3)
    np.testing.assert_allclose([horizon.x[0], horizon.y[0]], [x[0], y[0]], atol=1.0)
    heights = fine.heights[rows, columns].astype(float)
    coarse = heights.reshape(35, FACET, 35, FACET).mean((1, 3))
    view = view_factors(coarse, FACET * fine.dx, FACET * fine.dy)
    areas, normals = facets(heights, fine.dx, fine.dy)
    step = 3 * 86_400.0
    epochs = tdb_from_utc(read_utcs(("2027-01-01",)))[0] + step * (np.arange(118) + 0.5)
    mesh = np.meshgrid(x, y)
    light = np.stack(list(sunlight(
        horizon.radians(0).reshape(180, -1), normals, *mesh, epochs)))  # fmt: skip
    sun = onto_facets(view, light.reshape(118, 280, 280), areas.reshape(280, 280))
    heat = terrain_temperature(view, lambda: [sun], step, 0.12)
    cx, cy = (axis.reshape(35, FACET, 35, FACET).mean((1, 3)).ravel() for axis in mesh)
    floor = np.hypot(cx - 8200.0, cy + 6400.0) < 3300.0
    assert sun[:, floor].max() == 0.0
    # summer: below 90 K, as Haruyama et al. (Science 322, 2008) estimate from the crater's shape
    assert 75.0 < heat.highest[floor].mean() < 95.0
    # winter: tens of kelvins, the memory of the ground and the heat flow from below
    assert heat.lowest[floor].mean() > 30.0
    assert 45.0 < heat.mean[floor].mean() < 65.0
