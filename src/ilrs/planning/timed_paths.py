"""Earliest arrival over cells that are open only for spells of time, as sunlit ground is.

A vehicle may stand in a cell as long as the cell stays open, and must be gone before it closes. To
come early is then best within a spell of a cell, but not between spells: who comes early may have
to leave again. So a label belongs to a cell and a spell (safe intervals: Phillips and Likhachev
2011, doi 10.1109/ICRA.2011.5980306), and labels are set in order of time by a bucket queue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.planning.paths import MOST_BUCKETS, MOVES, extremes, require_closed_rim
from ilrs.planning.prefetch import prefetch

Floats = NDArray[np.float64]

_STEPS = tuple((int(row), int(column)) for row, column in MOVES)
_CELLS = 8
"""Cells in a word of masks."""


@dataclass(frozen=True)
class Spells:
    """When each cell is open: spells [first[s], last[s]) [steps] of cell c are s in of[c:c + 2].

    `of` (cells + 1), `first` and `last` (spells,), on a grid `shape` (ny, nx).
    """

    shape: tuple[int, int]
    of: NDArray[np.int32]
    first: NDArray[np.int16]
    last: NDArray[np.int16]
    steps: int

    def at(self, cell: int, step: float) -> int:
        """The spell of a cell that holds an instant [steps], or -1."""
        for spell in range(self.of[cell], self.of[cell + 1]):
            if self.first[spell] <= step < self.last[spell]:
                return spell
        return -1


@dataclass(frozen=True)
class Arrivals:
    """Earliest arrivals [s] from one start: `arrival` (spells,) and how each was come by.

    `from_spell` (spells,) is the spell left, -1 at the start, -2 where none leads; `departure`
    follows from the arrival and the edge.
    """

    spells: Spells
    arrival: Floats
    from_spell: NDArray[np.int32]

    def earliest(self) -> Floats:
        """The earliest arrival (ny, nx) [s] in each cell; inf where none leads."""
        best = np.full(len(self.spells.of) - 1, np.inf)
        _least_of_cell(self.spells.of, self.arrival, best)
        return best.reshape(self.spells.shape)

    def route(self, row: int, column: int) -> tuple[NDArray[np.int64], Floats]:
        """Cells (n, 2) and arrivals (n,) [s] of the way that arrives first; empty if none does."""
        cell = row * self.spells.shape[1] + column
        here = slice(self.spells.of[cell], self.spells.of[cell + 1])
        if here.start == here.stop or np.isinf(self.arrival[here]).all():
            return np.empty((0, 2), dtype=np.int64), np.empty(0)
        spell = here.start + int(np.argmin(self.arrival[here]))
        way = [spell]
        while (spell := int(self.from_spell[spell])) >= 0:
            way.append(spell)
        cells = np.searchsorted(self.spells.of, way[::-1], side="right") - 1
        return np.stack(np.divmod(cells, self.spells.shape[1]), axis=1), self.arrival[way[::-1]]


def spells_of(open_: NDArray[np.bool_], bridge: int = 0) -> Spells:
    """The spells of masks (steps, ny, nx); gaps of at most `bridge` steps are stood through."""
    steps, ny, nx = open_.shape
    if steps == 0 or steps > np.iinfo(np.int16).max:
        raise UserError(f"{steps} masks of light; between 1 and 32767 can be planned over")
    words = _in_words(open_)
    count = np.zeros(words.shape[1] * _CELLS + 1, dtype=np.int32)
    unwritten = np.empty(0, dtype=np.int16)
    _walk(words, bridge, count, count[1:], unwritten, unwritten, keep=False)
    of = np.cumsum(count, dtype=np.int32)
    first, last = np.empty(of[-1], dtype=np.int16), np.empty(of[-1], dtype=np.int16)
    _walk(words, bridge, of, np.zeros_like(count[1:]), first, last, keep=True)
    return Spells((ny, nx), of[: ny * nx + 1], first, last, steps)


def open_in(spells: Spells) -> NDArray[np.bool_]:
    """The masks (steps, ny, nx) of spells: what `spells_of` took, gaps that are bridged open."""
    change = np.zeros((spells.steps + 1, spells.shape[0] * spells.shape[1]), dtype=np.int8)
    cell = np.repeat(np.arange(change.shape[1]), np.diff(spells.of))
    change[spells.first, cell] += 1
    change[spells.last, cell] -= 1
    return np.cumsum(change[:-1], axis=0, dtype=np.int8).reshape(-1, *spells.shape).astype(bool)


def _in_words(open_: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Masks (steps, words): eight cells in a word, so that what stays the same is skipped."""
    steps = len(open_)
    cells = np.ascontiguousarray(open_).reshape(steps, -1)
    if cells.shape[1] % _CELLS:
        cells = np.pad(cells, ((0, 0), (0, -cells.shape[1] % _CELLS)))
    return cells.view(np.uint64)


def earliest_arrivals(
    spells: Spells, edges: NDArray[np.float32], step: float, start: ArrayLike, at: float = 0.0
) -> Arrivals:
    """Earliest arrivals from a cell `start` (row, column), left at `at` [s] or later.

    `edges` (ny, nx, 8) [s] is how long each move takes, inf where closed; `step` [s] is the length
    of a mask. A move begins in a spell of the cell it leaves, and ends in one of the cell it enters
    that has begun when it is half done. Exact under these rules for edges above zero.
    """
    row, column = (int(i) for i in np.asarray(start))
    ny, nx = spells.shape
    if not (0 <= row < ny and 0 <= column < nx):
        raise UserError(f"the start {[row, column]} lies off the grid of {ny} x {nx} cells")
    begin = spells.at(row * nx + column, at / step)
    if begin < 0:
        raise UserError(
            f"the start {[row, column]} is dark after {at / 3600.0:.1f} h",
            remedy="start where and when the ground is lit",
        )
    require_closed_rim(edges)
    least, _ = extremes(edges.reshape(-1))
    if math.isinf(least) and least > 0.0:
        least = step
    if not least > 0.0:
        raise UserError("a move takes no time", remedy="give every move a duration above zero")
    buckets = int(spells.steps * step / least) + 2
    if buckets > MOST_BUCKETS:
        raise UserError(f"moves of {least:.3g} s are too short for {spells.steps * step:.3g} s")
    arrival = np.full(len(spells.first), np.inf)
    came_from = np.full(len(spells.first), -2, dtype=np.int32)
    arrival[begin], came_from[begin] = at, -1
    window = (step, begin, row * nx + column)
    _spread(edges, spells.of, spells.first, spells.last, window, least, buckets, arrival, came_from)
    return Arrivals(spells, arrival, came_from)


@njit(cache=True)
def _least_of_cell(of: NDArray[np.int32], arrival: Floats, best: Floats) -> None:
    for cell in range(len(best)):
        for spell in range(of[cell], of[cell + 1]):
            best[cell] = min(best[cell], arrival[spell])


@njit(cache=True, parallel=True)
def _walk(
    words: NDArray[np.uint64],
    bridge: int,
    of: NDArray[np.int32],
    found: NDArray[np.int32],
    first: NDArray[np.int16],
    last: NDArray[np.int16],
    keep: bool,
) -> None:
    """Counts the spells `found` of every cell, and with `keep` writes them from `of` on."""
    steps, size = words.shape
    block = 512
    for b in prange((size + block - 1) // block):
        low, high = b * block, min(size, (b + 1) * block)
        before = np.zeros(block, dtype=np.uint64)
        closed = np.full(block * 8, -32768, dtype=np.int32)
        for t in range(steps + 1):
            for w in range(low, high):
                now = words[t, w] if t < steps else np.uint64(0)
                changed = now ^ before[w - low]
                if changed == 0:
                    continue
                before[w - low] = now
                for k in range(8):
                    if not (changed >> np.uint64(8 * k)) & np.uint64(1):
                        continue
                    c = w * 8 + k
                    if not (now >> np.uint64(8 * k)) & np.uint64(1):
                        closed[c - low * 8] = t
                        if keep:
                            last[of[c] + found[c] - 1] = t
                    elif t - closed[c - low * 8] > bridge:
                        if keep:
                            first[of[c] + found[c]] = t
                        found[c] += 1


@njit(cache=True)
def _spread(
    edges: NDArray[np.float32],
    of: NDArray[np.int32],
    first: NDArray[np.int16],
    last: NDArray[np.int16],
    window: tuple[float, int, int],
    width: float,
    buckets: int,
    arrival: Floats,
    came_from: NDArray[np.int32],
) -> None:
    """Labels bucket by bucket, as in `paths`; a note is its spell, its cell, and the note below."""
    step, begin, start = window
    columns, moves = edges.shape[1:]
    flat = edges.reshape(-1)
    # Indices without a sign spare a look whether they count from the end.
    strides = np.array([row * columns + column for row, column in _STEPS])
    open_bucket = np.full(buckets, -1, dtype=np.int32)
    room = 4 * len(first) + 16
    pool = np.empty((room, 3), dtype=np.int32)
    pool[0] = begin, start, -1
    per_bucket = 1.0 / width
    level = int(arrival[begin] * per_bucket)
    open_bucket[level] = 0
    notes = 1
    while level < buckets:
        note = open_bucket[level]
        if note < 0:
            level += 1
            continue
        open_bucket[level] = -1
        while note >= 0:
            spell, cell, note = pool[note, 0], pool[note, 1], pool[note, 2]
            here = arrival[spell]
            if int(here * per_bucket) < level:
                continue
            leave_by = last[spell] * step
            for m in range(moves):
                edge = np.float64(flat[np.uint64(cell * moves + m)])
                if edge == math.inf:
                    continue
                other, soonest = cell + strides[m], here + edge
                for k in range(of[np.uint64(other)], of[np.uint64(other + 1)]):
                    s = np.uint64(k)
                    # nothing gets there before it would without waiting: most are done with here
                    if arrival[s] <= soonest:
                        continue
                    departure = max(here, first[s] * step - 0.5 * edge)
                    if departure >= leave_by:
                        break
                    there = departure + edge
                    if there >= last[s] * step or there >= arrival[s]:
                        continue
                    arrival[s], came_from[s] = there, spell
                    slot = int(there * per_bucket)
                    if notes == room:
                        room *= 2
                        pool = _longer(pool)
                    pool[notes, 0], pool[notes, 1], pool[notes, 2] = k, other, open_bucket[slot]
                    open_bucket[slot] = notes
                    prefetch(flat, other * moves)
                    notes += 1


@njit(cache=True)
def _longer(pool: NDArray[np.int32]) -> NDArray[np.int32]:
    longer = np.empty((2 * len(pool), 3), dtype=np.int32)
    longer[: len(pool)] = pool
    return longer
