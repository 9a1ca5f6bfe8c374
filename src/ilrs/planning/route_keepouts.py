"""Ground that a route keeps out of: circles and polygons, and permanent shadow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError
from ilrs.ground.nest import Grid
from ilrs.ground.terrain import project

Bools = NDArray[np.bool_]
Reason = Literal["planetary-protection", "reactor", "landing", "seismic", "heritage", "other"]

STAND_OFF: dict[str, float] = {
    # Radii [m] where none is given, all assumed but heritage: NASA's recommendations of 2011 keep
    # rovers 75 m and 225 m from the Apollo 11 and 17 descent stages.
    "reactor": 1000.0,
    "landing": 500.0,
    "seismic": 300.0,
    "heritage": 225.0,
}


@dataclass(frozen=True)
class KeepOut:
    """Ground nobody drives on, and why: a circle of `radius` [m], or the polygon of `corners`.

    `corners` (n, 2): latitude and longitude [rad]; one corner is the circle's middle.
    """

    name: str
    reason: Reason
    corners: tuple[tuple[float, float], ...]
    radius: float = 0.0


def kept_out(grid: Grid, areas: Sequence[KeepOut]) -> Bools:
    """Cells (ny, nx) whose middles lie in any of `areas`."""
    x = grid.x0 + grid.dx * np.arange(grid.columns, dtype=np.float64)
    y = grid.y0 + grid.dy * np.arange(grid.rows, dtype=np.float64)
    out = np.zeros((grid.rows, grid.columns), np.bool_)
    for area in areas:
        corners = np.array([project(*corner) for corner in area.corners]).reshape(-1, 2)
        if len(corners) == 1:
            out |= np.hypot(y[:, None] - corners[0, 1], x[None, :] - corners[0, 0]) <= area.radius
        else:
            out |= _inside(x[None, :], y[:, None], corners)
    return out


def _inside(x: NDArray[np.float64], y: NDArray[np.float64], corners: NDArray[np.float64]) -> Bools:
    """Whether points lie in a polygon: an odd number of its sides lie to their right."""
    inside = np.zeros(np.broadcast(x, y).shape, np.bool_)
    for (xa, ya), (xb, yb) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ya == yb:
            continue
        crosses = (ya > y) != (yb > y)
        inside ^= crosses & (x < xa + (y - ya) * (xb - xa) / (yb - ya))
    return inside


def parse_keep_out(text: str) -> KeepOut:
    """The keep-out of `REASON=LAT,LON[,RADIUS_M]`, or `REASON=LAT,LON,LAT,LON,LAT,LON...`.

    Degrees; a reason with a known stand-off needs no radius.
    """
    reason, _, rest = text.partition("=")
    reason = reason.strip()
    known = ("planetary-protection", "reactor", "landing", "seismic", "heritage", "other")
    try:
        numbers = [float(word) for word in rest.split(",")]
    except ValueError:
        numbers = []
    if reason not in known or len(numbers) < 2 or (len(numbers) > 3 and len(numbers) % 2):
        raise UserError(
            f"{text!r} is no keep-out",
            remedy="write reactor=-89.4649,219.6869,1000, or three corners or more as "
            f"LAT,LON,LAT,LON,LAT,LON; reasons: {', '.join(known)}",
        )
    if len(numbers) == 4:
        raise UserError(f"{text!r} has two corners", remedy="give a polygon three corners or more")
    if len(numbers) > 3:
        degrees = zip(numbers[::2], numbers[1::2], strict=True)
        corners = tuple((math.radians(a), math.radians(b)) for a, b in degrees)
        return KeepOut(text, reason, corners)  # type: ignore[arg-type]
    radius = numbers[2] if len(numbers) == 3 else STAND_OFF.get(reason)
    if radius is None or not radius > 0.0:
        raise UserError(f"{text!r} needs a radius [m] above 0", remedy=f"{text.rstrip(',')},500")
    middle = (math.radians(numbers[0]), math.radians(numbers[1]))
    return KeepOut(text, reason, (middle,), radius)  # type: ignore[arg-type]
