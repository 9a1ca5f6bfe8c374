"""Small worlds whose horizons are known: flat ground, a wall, a bump."""

from collections.abc import Callable

import numpy as np
import pytest

from ilrs.data.rasters import SOUTH_POLAR, Terrain
from ilrs.ground.terrain import unproject

Heights = Callable[[np.ndarray, np.ndarray], np.ndarray]
LAT, LON = np.radians([-88.0, 30.0])  # where the observer of these worlds stands


def world(
    height: Heights, *, cell: float = 20.0, half: float = 20_000.0, name: str = "synthetic"
) -> Terrain:
    """Terrain around (LAT, LON) of `height(distance [m], azimuth [rad])` from there."""
    from ilrs.ground.terrain import project

    cx, cy = project(LAT, LON)
    n = int(2 * half / cell) + 1
    # half a cell off, so that the observer is on no grid line by luck
    x = float(cx) - half + cell * np.arange(n) + 0.37 * cell
    y = float(cy) + half - cell * np.arange(n) + 0.41 * cell
    lat, lon = unproject(*np.meshgrid(x, y))
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    up = np.array([np.cos(LAT) * np.cos(LON), np.cos(LAT) * np.sin(LON), np.sin(LAT)])
    north = np.array([-np.sin(LAT) * np.cos(LON), -np.sin(LAT) * np.sin(LON), np.cos(LAT)])
    east = np.array([-np.sin(LON), np.cos(LON), 0.0])
    a, b, c = (np.tensordot(v, points, 1) for v in (north, east, up))
    arc = np.arctan2(np.hypot(a, b), c) * 1_737_400.0
    return Terrain(
        heights=height(arc, np.arctan2(b, a) % (2 * np.pi)).astype(np.float32),
        x0=float(x[0]),
        y0=float(y[0]),
        dx=cell,
        dy=-cell,
        crs=SOUTH_POLAR,
        name=name,
    )


@pytest.fixture(scope="session")
def make_world() -> Callable[..., Terrain]:
    return world


@pytest.fixture(scope="session")
def place() -> tuple[float, float]:
    return float(LAT), float(LON)
