"""Cheapest paths over a grid of cells: Dijkstra's labels with a bucket queue.

A bucket no wider than the least edge makes the order within a bucket irrelevant, so labels are
exact and every cell is touched once per improvement: linear in the number of edges (Dial 1969,
doi 10.1145/363269.363610, for real costs as in Denardo and Fox 1979, doi 10.1287/opre.27.1.161).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError

Floats = NDArray[np.float64]

MOVES: NDArray[np.int64] = np.array(
    [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
)
"""Row and column steps of the eight moves; the first four go straight."""
_STEPS = tuple((int(row), int(column)) for row, column in MOVES)

MOST_BUCKETS = 50_000_000
"""Ratio of dearest to cheapest edge beyond which the queue would not fit in memory."""

_NOT_REACHED = -1
_START = -2


@dataclass(frozen=True)
class PathTree:
    """Cheapest paths from the sources to every cell.

    `cost` (ny, nx) is inf where no path leads; `came_by` (ny, nx) is the move of `MOVES` by which
    the cheapest path enters a cell, -2 at a source, -1 where none leads.
    """

    cost: Floats
    came_by: NDArray[np.int8]

    def path(self, row: int, column: int) -> NDArray[np.int64]:
        """Cells (n, 2) of the cheapest path from its source to a cell, both included.

        A cell that is not reached gives an empty path.
        """
        if self.came_by[row, column] == _NOT_REACHED:
            return np.empty((0, 2), dtype=np.int64)
        cells = [(row, column)]
        while (move := self.came_by[row, column]) != _START:
            row, column = row - int(MOVES[move, 0]), column - int(MOVES[move, 1])
            cells.append((row, column))
        return np.array(cells[::-1], dtype=np.int64)


def edges_between(cost: ArrayLike, dx: float = 1.0, dy: float = 1.0) -> NDArray[np.float32]:
    """Edges (ny, nx, 8) of a field of cost per metre: the mean of both cells times the distance.

    inf or NaN marks a cell nobody enters. A diagonal between two cells of which one is closed is
    closed as well: no corner is cut.
    """
    field = np.asarray(cost, dtype=np.float64)
    field = np.where(np.isnan(field), np.inf, field)
    edges = np.full((*field.shape, len(MOVES)), np.inf, dtype=np.float32)
    _fill_edges(field, abs(dx), abs(dy), edges)
    return edges


def cheapest_paths(edges: NDArray[np.float32], sources: ArrayLike) -> PathTree:
    """The cheapest path from the nearest of `sources` (k, 2) to every cell.

    `edges` (ny, nx, 8) holds the cost of leaving a cell by each of `MOVES`, inf where closed; costs
    may differ by direction, as they do on a slope. Exact for positive costs.
    """
    starts = _inside(sources, edges.shape[:2])
    least, most = _extremes(edges.reshape(-1))
    if least <= 0.0:
        raise UserError(
            "an edge costs nothing or less", remedy="give every step a cost above zero, or inf"
        )
    if math.isinf(least):
        least = most = 1.0
    buckets = int(most / least) + 2
    if buckets > MOST_BUCKETS:
        raise UserError(
            f"the dearest step costs {most / least:.3g} times the cheapest",
            remedy="close cells that nobody would enter (cost inf)",
        )
    shape = edges.shape[:2]
    total = np.full(shape, np.inf)
    came_by = np.full(shape, _NOT_REACHED, dtype=np.int8)
    _label(edges, starts, float(least), buckets, total.reshape(-1), came_by.reshape(-1))
    return PathTree(total, came_by)


def _inside(sources: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.int64]:
    starts = np.atleast_2d(np.asarray(sources, dtype=np.int64))
    outside = (starts < 0).any(axis=1) | (starts >= shape).any(axis=1)
    if starts.size == 0 or outside.any():
        named = "no start" if starts.size == 0 else f"the start {starts[outside][0].tolist()}"
        raise UserError(f"{named} lies on the grid of {shape[0]} x {shape[1]} cells")
    return starts


@njit(cache=True)
def _fill_edges(field: Floats, dx: float, dy: float, edges: NDArray[np.float32]) -> None:
    rows, columns = field.shape
    for r in range(rows):
        for c in range(columns):
            if math.isinf(field[r, c]):
                continue
            for m in range(8):
                dr, dc = _STEPS[m]
                nr, nc = r + dr, c + dc
                if nr < 0 or nc < 0 or nr >= rows or nc >= columns:
                    continue
                if math.isinf(field[r, nc]) or math.isinf(field[nr, c]):
                    continue
                length = math.hypot(dr * dy, dc * dx)
                edges[r, c, m] = 0.5 * (field[r, c] + field[nr, nc]) * length


@njit(cache=True)
def _extremes(edges: NDArray[np.float32]) -> tuple[float, float]:
    """The least and greatest finite edge (a NaN counts as minus infinity: it is refused)."""
    least, most = math.inf, -math.inf
    for edge in edges:
        if edge != edge:
            return -math.inf, math.inf
        if edge < least:
            least = edge
        if edge > most and edge != math.inf:
            most = edge
    return least, most


@njit(cache=True)
def _label(
    edges: NDArray[np.float32],
    starts: NDArray[np.int64],
    width: float,
    buckets: int,
    total: Floats,
    came_by: NDArray[np.int8],
) -> None:
    """Labels bucket by bucket; a better label leaves a new note, the old one is dropped when met.

    Every edge leaves at most one note, so the pool never runs out; unwritten pages cost nothing.
    """
    rows, columns, moves = edges.shape
    flat = edges.reshape(-1)
    strides = np.array([row * columns + column for row, column in _STEPS])
    first = np.full(buckets, -1, dtype=np.int32)
    below = np.empty(rows * columns * moves + len(starts), dtype=np.int32)
    whose = np.empty(rows * columns * moves + len(starts), dtype=np.int32)
    per_bucket = 1.0 / width
    notes = level = 0
    for k in range(len(starts)):
        cell = starts[k, 0] * columns + starts[k, 1]
        total[cell], came_by[cell] = 0.0, -2
        below[notes], whose[notes], first[0] = first[0], cell, notes
        notes += 1
    waiting = notes
    while waiting:
        note = first[level % buckets]
        first[level % buckets] = -1
        while note >= 0:
            cell, note = whose[note], below[note]
            waiting -= 1
            here = total[cell]
            if int(here * per_bucket) < level:
                continue
            for m in range(moves):
                edge = flat[cell * moves + m]
                if edge == math.inf:
                    continue
                there, other = here + edge, cell + strides[m]
                if there < total[other]:
                    total[other], came_by[other] = there, m
                    slot = int(there * per_bucket) % buckets
                    whose[notes], below[notes], first[slot] = other, first[slot], notes
                    notes, waiting = notes + 1, waiting + 1
        # Rounding may have hung a label in the bucket just walked: walk it again before going on.
        level += first[level % buckets] < 0
