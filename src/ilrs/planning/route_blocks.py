"""Why a place is not reached: slope, light, keep-out or unknown ground, and how near one gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from ilrs.errors import UserError
from ilrs.ground.terrain import unproject
from ilrs.ground.trafficability import STEEP
from ilrs.planning.paths import cheapest_paths
from ilrs.planning.routes import Cell, Going, why_closed
from ilrs.planning.timed_paths import Arrivals

Bools = NDArray[np.bool_]


def require_open(ground: Going, cell: Cell, word: str) -> None:
    """Raise `UserError` where a start or goal, called `word`, is a cell nobody enters."""
    code = int(ground.closed[cell])
    if code:
        why = why_closed(code, float(ground.slope[cell]), ground.limit)
        near = _nearest(ground, ground.closed == 0, cell)
        raise UserError(
            f"{word} ({_said(ground, cell)}) cannot be entered: {why}",
            remedy=f"nearest open ground: {near}" if near else "nothing near is open",
        )


def unreachable(
    ground: Going,
    start: Cell,
    goal: Cell,
    arrivals: Arrivals | None,
    masks: str,
    word: str = "the goal",
) -> UserError:
    """The error that says what blocks the way from `start` to `goal`, called `word`.

    `arrivals` are those that did not reach it; `masks` says in words what must be open.
    """
    require_open(ground, goal, word)
    reached = np.isfinite(cheapest_paths(ground.seconds, [start]).cost)
    if not reached[goal]:
        near = _nearest(ground, reached, goal)
        return UserError(
            f"{word} cannot be reached over ground: {_barrier(ground, start, goal)}",
            remedy=f"nearest that can: {near}",
        )
    if arrivals is None:
        return UserError(f"{word} cannot be reached")
    earliest = arrivals.earliest()
    near = _nearest(ground, np.isfinite(earliest), goal)
    return UserError(
        f"{word} can be reached over ground, but not while {masks} within the "
        f"{arrivals.spells.steps} steps looked at",
        remedy=f"nearest that is reached: {near}; leave at another time (--at), look further ahead "
        "(--days), let it stand in the dark (--dark-hours, --haven), or drive in it (--light none)",
    )


def _barrier(ground: Going, start: Cell, goal: Cell) -> str:
    """What stands between two places: the gentlest slope limit that would open a way."""
    passable = ground.closed == 0
    steep = ground.closed == STEEP
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])

    def joined(limit: float) -> bool:
        parts, _ = label(passable | (steep & (ground.slope <= limit)), structure=cross)
        return bool(parts[start] == parts[goal] and parts[start] > 0)

    low, high = ground.limit, 0.5 * np.pi
    if not joined(high):
        return "keep-outs or unknown ground close every way"
    for _ in range(20):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if joined(middle) else (middle, high)
    return (
        f"every way crosses slopes of {np.degrees(high):.1f} deg or more, and the rover's limit is "
        f"{np.degrees(ground.limit):.1f} deg"
    )


def _nearest(ground: Going, those: Bools, to: Cell) -> str:
    rows, columns = np.nonzero(those)
    if not len(rows):
        return ""
    apart = np.hypot((rows - to[0]) * ground.grid.dy, (columns - to[1]) * ground.grid.dx)
    best = int(np.argmin(apart))
    return f"{_said(ground, (int(rows[best]), int(columns[best])))}, {apart[best]:.0f} m from it"


def _said(ground: Going, cell: Cell) -> str:
    lat, lon = (np.degrees(float(a)) for a in unproject(*ground.point(cell)))
    return f"{lat:.5f},{lon:.5f}"
