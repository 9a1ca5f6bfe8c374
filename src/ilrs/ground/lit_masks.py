"""Where an area is lit or in view, instant by instant: masks that routes are planned over.

Horizons are swept for the azimuths that the disc passes and for no others, two at a time, so that
an area of any size needs the memory of its masks and little more. The azimuth on the grid is that
of the area's middle: at low elevations it is wrong by less than tan(elevation) times the distance
from the middle over the Moon's radius, 0.01 deg for the Sun 10 km off.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ilrs.ground.disc import area_above, depth_of_area
from ilrs.ground.horizon_map import STEP_RAD, UNKNOWN
from ilrs.ground.lit_kernel import grid_directions
from ilrs.ground.lit_map import Disc
from ilrs.ground.nest import Grid
from ilrs.ground.sweep import Sweep
from ilrs.ground.terrain import MOON_RADIUS, unproject

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

AZIMUTHS = 720
"""Azimuths around the circle at which horizons are swept; between two they are straight."""


def lit_masks(
    sweep: Sweep,
    disc: Disc,
    *,
    threshold: float = 0.0,
    altitude: float = 0.0,
    height: int = 0,
    azimuths: int = AZIMUTHS,
) -> Bools:
    """Where (t, ny, nx) more than `threshold` of a disc's area is in view, for each of its steps.

    `height` is the index among the sweep's; `altitude` [m] of the ground above the sphere, which
    counts for near targets. Cells without ground are never lit. Holds for areas of some tens of
    kilometres and targets within 60 deg of the horizontal.
    """
    grid = sweep.grid
    lat, lon = unproject(*_middle(grid))
    elevation, azimuth, far = grid_directions(
        disc.positions, float(lat), float(lon), MOON_RADIUS + altitude
    )
    towards = _unit(disc.positions - (MOON_RADIUS + altitude) * _up(*_middle(grid)))
    radius = np.arcsin(np.minimum(1.0, disc.radius / far)) if disc.radius > 0.0 else 0.0 * far
    above = _least_depth(disc, threshold, len(elevation)) * radius
    place = np.mod(azimuth, 2.0 * math.pi) / (2.0 * math.pi) * azimuths
    left = np.minimum(place.astype(np.int64), azimuths - 1)
    ups = _ups(grid)
    out = np.zeros((len(elevation), grid.rows, grid.columns), np.bool_)
    # below this no cell of the area can see it: the ground falls away by the area's size at most
    lowest = -0.2
    held: dict[int, NDArray[np.int16]] = {}
    for k in sorted({int(a) for a, e in zip(left, elevation, strict=True) if e > lowest}):
        pair = (k, (k + 1) % azimuths)
        held = {
            a: held[a] if a in held else sweep.towards(2.0 * math.pi * a / azimuths)[height]
            for a in pair
        }
        steps = np.flatnonzero((left == k) & (elevation > lowest))
        _mark(
            held[pair[0]],
            held[pair[1]],
            place[steps] - k,
            towards[steps],
            above[steps],
            steps,
            ups,
            STEP_RAD,
            UNKNOWN,
            out,
        )
    return out


def shares_along(
    sweep: Sweep,
    disc: Disc,
    cells: NDArray[np.int64],
    steps: NDArray[np.int64],
    *,
    altitude: float = 0.0,
    height: int = 0,
    azimuths: int = AZIMUTHS,
) -> tuple[Floats, Floats, Floats]:
    """Share of a disc's area in view [1], its elevation and grid azimuth [rad] (n,) along a way.

    At `cells` (n, 2) in `steps` (n,) of the disc; the rest as for `lit_masks`. The edge of the
    ground is level under the disc.
    """
    grid = sweep.grid
    share, elevation, azimuth = (np.zeros(len(cells)) for _ in range(3))
    held: dict[int, NDArray[np.int16]] = {}
    left = np.ones(len(disc.positions)) if disc.share_left is None else disc.share_left
    for n, ((row, column), step) in enumerate(zip(cells, steps, strict=True)):
        lat, lon = unproject(grid.x0 + column * grid.dx, grid.y0 + row * grid.dy)
        e, a, far = (
            float(v[0])
            for v in grid_directions(
                disc.positions[step : step + 1], float(lat), float(lon), MOON_RADIUS + altitude
            )
        )
        place = a % (2.0 * math.pi) / (2.0 * math.pi) * azimuths
        k = min(int(place), azimuths - 1)
        pair = (k, (k + 1) % azimuths)
        for index in pair:
            if index not in held:
                held[index] = sweep.towards(2.0 * math.pi * index / azimuths)[height]
        near = [int(held[index][row, column]) for index in pair]
        elevation[n], azimuth[n] = e, a
        if UNKNOWN in near:
            continue
        horizon = ((1.0 - (place - k)) * near[0] + (place - k) * near[1]) * STEP_RAD
        radius = math.asin(min(1.0, disc.radius / far)) if disc.radius > 0.0 else 1e-6
        share[n] = float(area_above((e - horizon) / radius)) * left[step]
    return share, elevation, azimuth


def _middle(grid: Grid) -> tuple[float, float]:
    x = grid.x0 + 0.5 * (grid.columns - 1) * grid.dx
    return x, grid.y0 + 0.5 * (grid.rows - 1) * grid.dy


def _up(x: float, y: float) -> Floats:
    lat, lon = (float(a) for a in unproject(x, y))
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def _ups(grid: Grid) -> Floats:
    """Unit vectors up (3, ny, nx) of the cells in MOON_ME."""
    x = grid.x0 + grid.dx * np.arange(grid.columns)
    y = grid.y0 + grid.dy * np.arange(grid.rows)
    lat, lon = unproject(*np.meshgrid(x, y))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None])


def _least_depth(disc: Disc, threshold: float, steps: int) -> Floats:
    """Depth [radii] the horizon must have below the disc's centre for more than `threshold`."""
    shares = np.ones(steps) if disc.share_left is None else np.asarray(disc.share_left, float)
    return np.array([depth_of_area(threshold / s) if s > threshold else math.inf for s in shares])


@njit(cache=True, parallel=True)
def _mark(
    left: NDArray[np.int16],
    right: NDArray[np.int16],
    share: Floats,
    towards: Floats,
    above: Floats,
    steps: NDArray[np.int64],
    ups: Floats,
    horizon_step: float,
    unknown: int,
    out: Bools,
) -> None:
    """Mark the cells that see the disc over the horizon between two azimuths, at some steps."""
    rows, columns = left.shape
    for r in prange(rows):
        for n in range(len(steps)):
            f, clear = share[n], above[n]
            dx, dy, dz = towards[n, 0], towards[n, 1], towards[n, 2]
            for c in range(columns):
                a, b = left[r, c], right[r, c]
                horizon = ((1.0 - f) * a + f * b) * horizon_step + clear
                sine = ups[0, r, c] * dx + ups[1, r, c] * dy + ups[2, r, c] * dz
                # sin is monotone up to 90 deg, and three terms are exact to 1e-8 within 0.3 rad
                out[steps[n], r, c] = a != unknown and sine > _sine(horizon)


@njit(inline="always")
def _sine(angle: float) -> float:
    square = angle * angle
    return (
        math.sin(angle)
        if square > 0.09
        else angle * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0 - square / 5040.0)))
    )
