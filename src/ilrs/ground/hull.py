"""The line sweep: horizons of all cells of a raster towards one azimuth.

The rasters hold zeta (see `ground.nest`), in which every line of sight is straight. Parallel lines,
one cell apart, are walked from far to near. Each keeps the upper convex hull of its nodes on a
stack: a node is pushed once and popped once, so that a line costs O(n) however far it reaches. The
horizon of an observer is the vertex at which the tangent from the observer touches the hull.

Where the nearest cells are concerned a sheared line is too rough (its nodes lie between cells).
They are left off the hull; instead the ray of every cell itself is followed over each crossing with
the grid, and half-way between crossings, for the first `near` cells. All cells share one pattern of
crossings, so this is a handful of multiplications with neighbours in memory.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Integers = NDArray[np.int64]

BLOCK = 256  # lines that advance together: what a row costs beforehand is shared by as many
NOTHING = np.float32(-1e9)  # zeta where no terrain is known: it casts no shadow
GROUNDLESS = np.float32(-1e8)  # places at or below are the bottom of a hull, which is no vertex
_1, _2, _3, _4, _5 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(5)
IN_ROW, IN_COLUMN, BETWEEN = 0, 1, 2
MIDDLES = 3.0  # rows within which the ground between crossings counts
FOOT = 0.01  # rows: where a ray leaves the observer's foot


def near_pattern(shear: float, near: int) -> tuple[Integers, Singles]:
    """Where a ray meets the grid in its first `near` rows: nodes (k, 3) and weights (k, 6).

    Nodes are rows outwards, columns, and whether the place lies on a row, on a column or between;
    weights belong to the nodes (0,0), (0,1), (1,0), (1,1)
    from there; then what the rise of the ground, and what the eye's height above it, is multiplied
    by: the inverse distance in rows. The first place is the foot of the observer: there the rise
    is taken per row beforehand, because the difference of two heights a hand apart has no digits
    in single precision. `shear` [columns a row] within +-1.
    """
    rows = [float(n) for n in range(1, near + 1)]
    size = abs(shear)
    columns = [p / size for p in range(1, int(near * size + 1e-9) + 1)] if size > 1e-9 else []
    crossings: list[float] = []
    for place in sorted(rows + columns):
        if not crossings or place - crossings[-1] > 1e-6:
            crossings.append(place)
    pairs = zip([0.0, *crossings], crossings, strict=False)
    middles = [0.5 * (a + b) for a, b in pairs if a < MIDDLES]
    offsets, weights = [], []
    for place in sorted([FOOT, *crossings, *middles]):
        across = place * shear
        r0, c0 = math.floor(place + 1e-9), math.floor(across + 1e-9)
        fr, fc = max(0.0, place - r0), max(0.0, across - c0)
        four = np.array([(1 - fr) * (1 - fc), (1 - fr) * fc, fr * (1 - fc), fr * fc])
        rise = 1.0 / place
        if place == FOOT:
            own = np.array([1.0, 0, 0, 0]) if c0 == 0 else np.array([0, 1.0, 0, 0])
            four, rise = (four - own) / place + own, 1.0
        kind = IN_ROW if fr < 1e-6 else IN_COLUMN if fc < 1e-6 else BETWEEN
        offsets.append((r0, c0, kind))
        weights.append((*four, rise, 1.0 / place))
    return np.array(offsets, np.int64), np.array(weights, np.float32)


@njit(cache=True, inline="always")
def _push(
    stack: Singles, top: Integers, z: Singles, d: np.float32, low: int, high: int, todo: Integers
) -> None:
    """Put the nodes (d, z[n]) of lines `low` to `high` on their hulls; `top` [n] moves with them.

    A vertex is three numbers in a row: place, height, slope to the vertex behind it; the top is the
    index of the last vertex' first number. Lines whose top must go are listed and looked at again,
    until none is left: no branch hangs on the ground, so that none is foretold wrongly.
    """
    left = 0
    for n in range(low, high):
        k = np.uint64(top[np.uint64(n)])
        hidden = stack[k + _1] - z[np.uint64(n)] <= stack[k + _2] * (stack[k] - d)
        todo[np.uint64(left)] = n
        left += int(hidden)
    while left > 0:
        listed, left = left, 0
        for i in range(listed):
            n = todo[np.uint64(i)]
            k = np.uint64(top[np.uint64(n)] - 3)
            top[np.uint64(n)] = int(k)
            hidden = stack[k + _1] - z[np.uint64(n)] <= stack[k + _2] * (stack[k] - d)
            todo[np.uint64(left)] = n
            left += int(hidden)
    for n in range(low, high):
        u = np.uint64(n)
        k = np.uint64(top[u])
        steep = (stack[k + _1] - z[u]) / (stack[k] - d)
        stack[k + _3] = d
        stack[k + _4] = z[u]
        stack[k + _5] = steep
        top[u] = int(k + _3)


@njit(cache=True, inline="always")
def _touch(
    stack: Singles,
    at: Integers,
    z: Singles,
    mast: np.float32,
    d: np.float32,
    low: int,
    high: int,
    todo: Integers,
    seen_z: Singles,
    seen_d: Singles,
) -> None:
    """Move `at` [n] down the hulls to the vertex that the eye (d, z[n] + mast) sees highest.

    Gives its height and the inverse of its distance; NOTHING where the hull is empty.
    """
    left = 0
    for n in range(low, high):
        k = np.uint64(at[np.uint64(n)])
        hidden = stack[k + _1] - (z[np.uint64(n)] + mast) <= stack[k + _2] * (stack[k] - d)
        todo[np.uint64(left)] = n
        left += int(hidden)
    while left > 0:
        listed, left = left, 0
        for i in range(listed):
            n = todo[np.uint64(i)]
            k = np.uint64(at[np.uint64(n)] - 3)
            at[np.uint64(n)] = int(k)
            hidden = stack[k + _1] - (z[np.uint64(n)] + mast) <= stack[k + _2] * (stack[k] - d)
            todo[np.uint64(left)] = n
            left += int(hidden)
    one = np.float32(1.0)
    for n in range(low, high):
        u = np.uint64(n)
        k = np.uint64(at[u])
        there = stack[k] > GROUNDLESS
        seen_z[u] = stack[k + _1] if there else NOTHING
        seen_d[u] = one / (stack[k] - d) if there else one


@njit(cache=True)
def _far(
    pool: Singles,
    table: Integers,
    m0: int,
    shear: float,
    sign: int,
    stack: Singles,
    top: Integers,
    heights: Singles,
    todo: Integers,
) -> None:
    """Push the nodes of a block of lines beyond the finest raster, from far to near.

    Rows of `table`: first index in `pool`, rows, columns, origin row and column and step in cells
    of the finest, whose own row is the first. Where a line has left the box of the next finer
    raster, or will never enter it, it meets no observer any more.
    """
    levels = table.shape[0]
    drift = -shear * sign  # to the right, on the way from far to near
    for level in range(levels - 1, 0, -1):
        first, rows, columns = table[level, 0], table[level, 1], table[level, 2]
        step = table[level, 5]
        r0, c0 = table[level, 3], table[level, 4]
        # the box of the next finer raster, in which this one stays silent
        fr0, fc0, fstep = table[level - 1, 3], table[level - 1, 4], table[level - 1, 5]
        fr1 = fr0 + (table[level - 1, 1] - 1) * fstep
        fc1 = fc0 + (table[level - 1, 2] - 1) * fstep
        inverse = 1.0 / step
        for n in range(rows):
            row = r0 + (rows - 1 - n if sign > 0 else n) * step
            if row < fr0 if sign > 0 else row > fr1:
                break
            place = m0 + shear * row
            low = max(0, math.ceil(c0 - place))
            high = min(BLOCK, math.ceil(c0 + (columns - 1) * step - place))
            if fr0 <= row <= fr1:
                if drift > 0.0:
                    high = min(high, math.ceil(fc0 - place))
                elif drift < 0.0:
                    low = max(low, math.floor(fc1 - place) + 1)
                else:
                    break
            if low >= high:
                continue
            base = first + ((row - r0) // step) * columns
            for w in range(low, high):
                c = (place + w - c0) * inverse
                # rounding must not carry the last place out of the raster
                j = min(max(int(c), 0), columns - 2)
                k = np.uint64(base + j)
                heights[np.uint64(w)] = pool[k] + np.float32(c - j) * (pool[k + _1] - pool[k])
            _push(stack, top, heights, np.float32(row * sign), low, high, todo)


@njit(cache=True, inline="always")
def _arctan(t: np.float32) -> np.float32:
    """Arc tangent within 1e-7 rad (Abramowitz and Stegun 4.4.49), without a branch."""
    size = abs(t)
    big = size > np.float32(1.0)
    x = np.float32(1.0) / size if big else size
    y = x * x
    p = np.float32(0.0028662257)
    p = p * y + np.float32(-0.0161657367)
    p = p * y + np.float32(0.0429096138)
    p = p * y + np.float32(-0.0752896400)
    p = p * y + np.float32(0.1065626393)
    p = p * y + np.float32(-0.1420889944)
    p = p * y + np.float32(0.1999355085)
    p = p * y + np.float32(-0.3333314528)
    p = x + x * y * p
    p = np.float32(1.5707963268) - p if big else p
    return p if t >= np.float32(0.0) else -p


@njit(cache=True, inline="always")
def _along(pool: Singles, first: int, f: np.float32, out: Singles, low: int, high: int) -> None:
    """Heights between the nodes of a row: out[n] at the node first + n + f."""
    for n in range(low, high):
        k = np.uint64(first + n)
        out[np.uint64(n)] = pool[k] + f * (pool[k + _1] - pool[k])


@njit(cache=True, parallel=True, fastmath={"contract", "nnan", "nsz", "arcp"})
def sweep(
    pool: Singles,
    table: Integers,
    box: Integers,
    shear: float,
    sign: int,
    near: int,
    offsets: Integers,
    weights: Singles,
    heights: Singles,
    frame: Singles,
    first_line: int,
    lines: int,
    depth: int,
    parts: int,
    out: NDArray[np.int16],
) -> None:
    """Fill `out` (h, rows, columns) int16 with the skyline of the observers in `box`.

    `pool`, `table` as in `_far`, rows along the sweep; `box` first and last row and column of the
    observers; lines stand at column m + shear row; `sign` +1 when the azimuth looks to larger rows.
    `frame`: metres a row along the ray, metres a row, metres a column, row and column of the
    tangent point, direction along rows and columns, the sphere's radius, radians a unit of `out`.

    A slope s = dzeta/dG towards the unit vector e of the plane is the elevation
    tan = (e.g + s L^2/q) / sqrt(L^2 - (e.g)^2), g = G/R, L^2 = 1 + g^2, q = 1 - zeta/R; a mast of
    height h lifts zeta by h q^2/L. Roots and quotients are series in g^2 and zeta/R, whose terms
    left out are below 1e-7 within 100 km of the tangent point.
    """
    rows, columns = table[0, 1], table[0, 2]
    first_row, last_row, first_column, last_column = box[0], box[1], box[2], box[3]
    count = heights.size
    samples = offsets.shape[0]
    span = np.float32(1.0) / frame[0]
    small = np.float32(1.0) / frame[7]
    row_m, column_m = frame[1] * small, frame[2] * small
    middle_row, middle_column = frame[3], frame[4]
    along_row, along_column = frame[5], frame[6]
    units = np.float32(1.0) / frame[8]
    one, half = np.float32(1.0), np.float32(0.5)
    blocks = (lines - 1 + BLOCK - 2) // (BLOCK - 1)
    for part in prange(parts):
        # the stacks are taken once: their pages stay warm from block to block
        stack = np.empty(BLOCK * 3 * depth, np.float32)
        top = np.empty(BLOCK, np.int64)
        touched = np.empty(BLOCK, np.int64)
        todo = np.empty(BLOCK, np.int64)
        level = np.empty(BLOCK, np.float32)
        seen_z = np.empty((count, BLOCK), np.float32)
        seen_d = np.empty((count, BLOCK), np.float32)
        best = np.empty((count, BLOCK), np.float32)
        above = np.empty((count, BLOCK), np.float32)
        factor = np.empty(BLOCK, np.float32)
        foot = np.empty(BLOCK, np.float32)
        for block in range(part, blocks, parts):
            m0 = first_line + block * (BLOCK - 1)
            for n in range(BLOCK):
                # the bottom, which nothing hides and from which everything falls steeply
                top[n] = n * 3 * depth
                stack[top[n]] = np.float32(10.0) * GROUNDLESS
                stack[top[n] + 1] = np.float32(1e30)
                stack[top[n] + 2] = np.float32(0.0)
            _far(pool, table, m0, shear, sign, stack, top, level, todo)
            row = rows - 1 if sign > 0 else 0
            last = first_row if sign > 0 else last_row
            while (row - last) * sign >= near:
                # the node of every line in this row
                place = shear * row
                b = math.floor(place)
                low = max(0, -(m0 + b))
                high = min(BLOCK, columns - 1 - (m0 + b))
                # lines that have passed by all observers need no nodes any more
                if shear * sign < 0.0:
                    high = min(high, last_column + 2 - (m0 + b))
                elif shear * sign > 0.0:
                    low = max(low, first_column - 2 - (m0 + b))
                _along(pool, row * columns + m0 + b, np.float32(place - b), level, low, high)
                d = np.float32(row * sign)
                _push(stack, top, level, d, low, high, todo)
                # the observers `near` rows closer
                here = row - sign * near
                row -= sign
                if here < first_row or here > last_row:
                    continue
                place = shear * here
                b = math.floor(place)
                f = np.float32(place - b)
                c_low = max(first_column, m0 + b + 1)
                c_high = min(last_column, m0 + b + BLOCK - 1)
                if c_low > c_high:
                    continue
                d = np.float32(here * sign)
                start = c_low - b - m0  # line at or right of the first cell
                width = c_high - c_low + 1
                # observers stand within the raster by more than a cell: so do their lines
                _along(pool, here * columns + m0 + b, f, level, start - 1, start + width)
                for n in range(start - 1, start + width):
                    touched[np.uint64(n)] = top[np.uint64(n)]
                for h in range(count):
                    _touch(
                        stack, touched, level, heights[h], d, start - 1, start + width, todo,
                        seen_z[h], seen_d[h],
                    )  # fmt: skip
                node = here * columns + c_low
                dr = (np.float32(here) - middle_row) * row_m
                dc0 = (np.float32(c_low) - middle_column) * column_m
                for w in range(width):
                    dc = dc0 + np.float32(w) * column_m
                    foot[w] = pool[np.uint64(node + w)]
                    q = one - foot[w] * small
                    factor[w] = q * q * (one - half * (dr * dr + dc * dc))
                for h in range(count):
                    skyline, up = best[h], above[h]
                    _eyes(foot, factor, heights[h], seen_z, seen_d, f, start, width, up, skyline)
                    for s in range(samples):
                        first = node + sign * offsets[s, 0] * columns + offsets[s, 1]
                        kind = offsets[s, 2]
                        _near(
                            pool, first, sign * columns, kind, weights, s, foot, up, skyline, width
                        )
                for h in range(count):
                    target = out[h, here - first_row, c_low - first_column :]
                    skyline, up = best[h], above[h]
                    for w in range(width):
                        dc = dc0 + np.float32(w) * column_m
                        inner = along_row * dr + along_column * dc
                        g2 = dr * dr + dc * dc
                        x = g2 - inner * inner
                        e = (foot[w] + up[w]) * small
                        steep = skyline[w] * span * (one + g2) * (one + e + e * e)
                        tangent = (inner + steep) * (one - x * (half - np.float32(0.375) * x))
                        turns = _arctan(tangent) * units
                        target[w] = np.int16(np.int32(turns + (half if turns >= 0 else -half)))


@njit(cache=True, inline="always")
def _eyes(
    foot: Singles,
    factor: Singles,
    mast: np.float32,
    seen_z: Singles,
    seen_d: Singles,
    f: np.float32,
    start: int,
    width: int,
    above: Singles,
    best: Singles,
) -> None:
    """Lift the eyes of a row and take the slope to what the lines on both sides of each see."""
    for w in range(width):
        above[w] = mast * factor[w]
    for w in range(width):
        eye = foot[w] + above[w]
        n = np.uint64(start + w)
        right = (seen_z[0, n] - eye) * seen_d[0, n]
        left = (seen_z[0, n - _1] - eye) * seen_d[0, n - _1]
        # what the lines' other eyes see counts as well: all eyes choose among the same places,
        # so that a higher one never sees a higher skyline
        for h in range(1, seen_z.shape[0]):
            right = max(right, (seen_z[h, n] - eye) * seen_d[h, n])
            left = max(left, (seen_z[h, n - _1] - eye) * seen_d[h, n - _1])
        best[w] = right + f * (left - right)


@njit(cache=True, inline="always")
def _near(
    pool: Singles,
    first: int,
    next_row: int,
    kind: int,
    weights: Singles,
    s: int,
    foot: Singles,
    above: Singles,
    best: Singles,
    width: int,
) -> None:
    """Raise the slopes of a row to one place of the near pattern."""
    rise, eye_rise = weights[s, 4], weights[s, 5]
    a, b = np.uint64(first), np.uint64(first + next_row)
    if kind in (IN_ROW, IN_COLUMN):
        w0 = weights[s, 0]
        w1 = weights[s, 1] if kind == IN_ROW else weights[s, 2]
        c = a + _1 if kind == IN_ROW else b
        for w in range(width):
            u = np.uint64(w)
            v = (w0 * pool[a + u] + w1 * pool[c + u] - foot[w]) * rise - above[w] * eye_rise
            best[w] = v if v > best[w] else best[w]
    else:
        w0, w1, w2, w3 = weights[s, 0], weights[s, 1], weights[s, 2], weights[s, 3]
        for w in range(width):
            u = np.uint64(w)
            z = w0 * pool[a + u] + w1 * pool[a + u + _1] + w2 * pool[b + u] + w3 * pool[b + u + _1]
            v = (z - foot[w]) * rise - above[w] * eye_rise
            best[w] = v if v > best[w] else best[w]


@njit(cache=True, parallel=True)
def turned(values: NDArray[np.int16]) -> NDArray[np.int16]:
    """(h, a, b) -> (h, b, a) in blocks that fit the cache."""
    count, a, b = values.shape
    out = np.empty((count, b, a), values.dtype)
    for block in prange((b + 63) // 64):
        for h in range(count):
            for i0 in range(0, a, 64):
                for j in range(block * 64, min(b, block * 64 + 64)):
                    for i in range(i0, min(a, i0 + 64)):
                        out[h, j, i] = values[h, i, j]
    return out
