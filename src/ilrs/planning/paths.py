"""Cheapest paths over a grid of cells: Dijkstra's labels with a bucket queue.

A bucket no wider than the least edge makes the order within a bucket irrelevant, so labels are
exact and every cell is touched once per improvement: linear in the number of edges (Dial 1969,
doi 10.1145/363269.363610, for real costs as in Denardo and Fox 1979, doi 10.1287/opre.27.1.161).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.planning.prefetch import prefetch

Floats = NDArray[np.float64]

MOVES: NDArray[np.int64] = np.array(
    [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)]
)
"""Row and column steps of the eight moves; the first four go straight."""
_STEPS = tuple((int(row), int(column)) for row, column in MOVES)

MOST_BUCKETS = 50_000_000
"""Ratio of dearest to cheapest edge beyond which the queue would not fit in memory."""

_LOWEST = np.array([0, *((k & -k).bit_length() - 1 for k in range(1, 256))], dtype=np.int8)
"""Place of the lowest bit of a byte."""
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
    lengths = np.hypot(MOVES[:, 0] * abs(dy), MOVES[:, 1] * abs(dx)).astype(np.float64)
    _fill_edges(field, lengths, edges)
    return edges


def cheapest_paths(edges: NDArray[np.float32], sources: ArrayLike) -> PathTree:
    """The cheapest path from the nearest of `sources` (k, 2) to every cell.

    `edges` (ny, nx, 8) holds the cost of leaving a cell by each of `MOVES`, inf where closed; costs
    may differ by direction, as they do on a slope. Exact for positive costs.
    """
    starts = _inside(sources, edges.shape[:2])
    require_closed_rim(edges)
    least, most = extremes(edges.reshape(-1))
    if least <= 0.0:
        raise UserError(
            "an edge costs nothing or less", remedy="give every step a cost above zero, or inf"
        )
    if math.isinf(least):
        least = most = 1.0
    ratio = int(most / least) + 2
    if ratio > MOST_BUCKETS:
        raise UserError(
            f"the dearest step costs {most / least:.3g} times the cheapest",
            remedy="close cells that nobody would enter (cost inf)",
        )
    ny, nx = edges.shape[:2]
    padded = np.full(ny * nx + 2 * (nx + 1), np.inf)
    came_by = np.full((ny, nx), _NOT_REACHED, dtype=np.int8)
    buckets = 1 << (ratio - 1).bit_length()
    _label(edges, starts, float(least), buckets, _LOWEST, padded, came_by.reshape(-1))
    return PathTree(padded[nx + 1 : -nx - 1].reshape(ny, nx), came_by)


def require_closed_rim(edges: NDArray[np.float32]) -> None:
    """Raise `UserError` when a move leads off the grid: its cost must be inf."""
    for m, (row, column) in enumerate(_STEPS):
        rims = []
        if row:
            rims.append(edges[0 if row < 0 else -1, :, m])
        if column:
            rims.append(edges[:, 0 if column < 0 else -1, m])
        if any(np.isfinite(rim).any() for rim in rims):
            raise UserError(
                "a move leads off the grid", remedy="give moves over the rim the cost inf"
            )


def _inside(sources: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.int64]:
    starts = np.atleast_2d(np.asarray(sources, dtype=np.int64))
    outside = (starts < 0).any(axis=1) | (starts >= shape).any(axis=1)
    if starts.size == 0 or outside.any():
        named = "no start" if starts.size == 0 else f"the start {starts[outside][0].tolist()}"
        raise UserError(f"{named} lies on the grid of {shape[0]} x {shape[1]} cells")
    return starts


@njit(cache=True, parallel=True)
def _fill_edges(field: Floats, lengths: Floats, edges: NDArray[np.float32]) -> None:
    rows, columns = field.shape
    for r in prange(rows):
        for c in range(columns):
            here = field[r, c]
            if here == math.inf:
                continue
            for m in range(8):
                dr, dc = _STEPS[m]
                nr, nc = r + dr, c + dc
                if nr < 0 or nc < 0 or nr >= rows or nc >= columns:
                    continue
                # inf beside a diagonal closes it as well
                if field[r, nc] == math.inf or field[nr, c] == math.inf:
                    continue
                edges[r, c, m] = 0.5 * (here + field[nr, nc]) * lengths[m]


@njit(cache=True)
def extremes(edges: NDArray[np.float32]) -> tuple[float, float]:
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
    lowest: NDArray[np.int8],
    total: Floats,
    came_by: NDArray[np.int8],
) -> None:
    """Labels bucket by bucket; a better label leaves a new note, the old one is dropped when met.

    A note is one word: its cell, and above 32 bits the note below it in its bucket. Every edge
    leaves at most one note, so the pool never runs out; unwritten pages cost nothing. `buckets` is
    a power of two. `total` has a margin of a row and a cell before and after, so that what lies off
    the grid can be read. The costs of a cell are asked for when it gets its note, and are at hand
    when it is met.
    """
    rows, columns, moves = edges.shape
    flat = edges.reshape(-1)
    strides = np.array([row * columns + column for row, column in _STEPS])
    margin, mask = columns + 1, buckets - 1
    first = np.full(buckets, -1, dtype=np.int32)
    pool = np.empty(rows * columns * moves + len(starts), dtype=np.int64)
    per_bucket = 1.0 / width
    notes = level = 0
    for k in range(len(starts)):
        cell = starts[k, 0] * columns + starts[k, 1]
        total[cell + margin], came_by[cell] = 0.0, -2
        pool[notes], first[0] = (np.int64(first[0]) << 32) | cell, notes
        notes += 1
    waiting = notes
    while waiting:
        note = np.int64(first[level & mask])
        first[level & mask] = -1
        while note >= 0:
            cell, note = pool[note] & 0xFFFFFFFF, pool[note] >> 32
            waiting -= 1
            here = total[cell + margin]
            if int(here * per_bucket) < level:
                continue
            at = cell * moves
            better = _better(here, flat, at, total, cell + margin, columns)
            while better:
                m = np.int64(lowest[better])
                better &= better - 1
                there, other = here + flat[at + m], cell + strides[m]
                total[other + margin], came_by[other] = there, m
                slot = int(there * per_bucket) & mask
                pool[notes], first[slot] = (np.int64(first[slot]) << 32) | other, notes
                prefetch(flat, other * moves)
                notes, waiting = notes + 1, waiting + 1
        # Rounding may have hung a label in the bucket just walked: walk it again before going on.
        level += first[level & mask] < 0


@njit(inline="always")
def _better(
    here: float, flat: NDArray[np.float32], at: int, total: Floats, mid: int, columns: int
) -> int:
    """Which of the eight moves make a label better, a bit each: all compared without a branch."""
    up, down = mid - columns, mid + columns
    return int(
        np.int64(here + flat[at] < total[up])
        | np.int64(here + flat[at + 1] < total[mid + 1]) << 1
        | np.int64(here + flat[at + 2] < total[down]) << 2
        | np.int64(here + flat[at + 3] < total[mid - 1]) << 3
        | np.int64(here + flat[at + 4] < total[up + 1]) << 4
        | np.int64(here + flat[at + 5] < total[down + 1]) << 5
        | np.int64(here + flat[at + 6] < total[down - 1]) << 6
        | np.int64(here + flat[at + 7] < total[up - 1]) << 7
    )
