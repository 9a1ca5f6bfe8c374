"""Several vehicles on one ground: who is planned later keeps clear of who came before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.ground.nest import Grid
from ilrs.planning.route import Route

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

APART = 50.0
"""How far vehicles keep apart [m], where nobody says; assumed."""


@dataclass(frozen=True)
class Track:
    """Where a vehicle is: `points` (n, 2) of the plane [m], with `arrival` and `departure` (n,) [s]
    at each, counted from one instant for all; between them it drives straight.
    """

    points: Floats
    arrival: Floats
    departure: Floats


def track_of(route: Route, since: np.datetime64) -> Track:
    """The track of a route, in seconds since an instant."""
    c = route.columns
    begun = float((route.start - since) / np.timedelta64(1, "s"))
    points = np.column_stack([c["x_m"], c["y_m"]])
    return Track(points, begun + c["arrival_s"], begun + c["departure_s"])


def taken(shape: tuple[int, int, int], grid: Grid, track: Track, step: float, apart: float) -> (
    Bools
):  # fmt: skip
    """Cells that come within `apart` [m] of a track in each `step` [s] of masks (t, ny, nx).

    Both ends of a drive are near from when it begins until it ends; before the first instant of the
    track and after its last the vehicle is not reckoned with. Planning one after another in this
    order keeps all apart, though not always at the least time of all together (prioritised
    planning: Erdmann and Lozano-Perez 1987, doi 10.1007/BF01840371).
    """
    near = np.zeros(shape, dtype=np.bool_)
    came = np.append(track.arrival[0], track.departure[:-1])
    gone = np.append(track.arrival[1:], track.departure[-1])
    for (x, y), first, last in zip(track.points, came, gone, strict=True):
        a = max(math.floor(first / step), 0)
        b = min(max(math.ceil(last / step), math.floor(first / step) + 1), shape[0])
        rows = _between(y, apart, grid.y0, grid.dy, shape[1])
        columns = _between(x, apart, grid.x0, grid.dx, shape[2])
        if a >= b or not len(rows) or not len(columns):
            continue
        north = grid.y0 + grid.dy * rows - y
        east = grid.x0 + grid.dx * columns - x
        i, j = np.nonzero(np.hypot(north[:, None], east[None, :]) <= apart)
        near[a:b, rows[i], columns[j]] = True
    return near


def _between(middle: float, reach: float, first: float, each: float, count: int) -> (
    NDArray[np.int64]
):  # fmt: skip
    """The rows (or columns) whose middles lie within `reach` of a coordinate."""
    a, b = sorted(((middle - reach - first) / each, (middle + reach - first) / each))
    return np.arange(max(math.ceil(a), 0), min(math.floor(b), count - 1) + 1)


def closest(one: Track, other: Track) -> float:
    """The least distance [m] between two vehicles while both are under way; inf if they never are.

    Exact: between the instants at which either arrives or leaves, their distance is that of a point
    on a straight line.
    """
    begin = max(one.arrival[0], other.arrival[0])
    end = min(one.departure[-1], other.departure[-1])
    if begin > end:
        return math.inf
    moments = np.concatenate(
        [t for track in (one, other) for t in (track.arrival, track.departure)]
    )
    moments = np.unique(np.clip(moments, begin, end))
    between = _at(one, moments) - _at(other, moments)
    way = np.diff(between, axis=0)
    square = (way**2).sum(axis=1)
    along = -(between[:-1] * way).sum(axis=1) / np.where(square > 0.0, square, 1.0)
    nearest = between[:-1] + np.clip(along, 0.0, 1.0)[:, None] * way
    return float(np.hypot(*np.vstack([between, nearest]).T).min())


def _at(track: Track, moments: Floats) -> Floats:
    """Points (n, 2) [m] at moments within the track."""
    times = np.column_stack([track.arrival, track.departure]).ravel()
    points = np.repeat(track.points, 2, axis=0)
    return np.column_stack([np.interp(moments, times, points[:, k]) for k in range(2)])
