"""Several vehicles on one ground: who is planned later keeps out of the way of who came before."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ilrs.planning.routes import Going, Way

Bools = NDArray[np.bool_]


def reserve(open_: Bools, ground: Going, way: Way, step: float, apart: float) -> Bools:
    """Masks (t, ny, nx) without the cells within `apart` [m] of a `way`, while it is there.

    Every cell that the way touches in a step of `step` [s] is taken for all of it; before its first
    instant and after its last the vehicle is not reckoned with. Planning one after another in this
    order keeps all apart, though not always at the least time of all together (prioritised
    planning: Erdmann and Lozano-Perez 1987, doi 10.1007/BF01840371).
    """
    left = open_.copy()
    grid = ground.grid
    down = math.floor(apart / abs(grid.dy))
    across = math.floor(apart / abs(grid.dx))
    row, column = np.mgrid[-down : down + 1, -across : across + 1]
    near = np.hypot(row * grid.dy, column * grid.dx) <= apart
    offsets = np.stack([row[near], column[near]], axis=1)
    # on the way to the next cell it still is near this one
    gone = np.append(way.arrival[1:], way.departure[-1])
    for cell, came, went in zip(way.cells, way.arrival, gone, strict=True):
        first, last = int(came // step), min(math.ceil(went / step), len(open_))
        cells = cell + offsets
        inside = (cells >= 0).all(axis=1) & (cells < open_.shape[1:]).all(axis=1)
        taken = cells[inside]
        left[first : max(last, first + 1), taken[:, 0], taken[:, 1]] = False
    return left
