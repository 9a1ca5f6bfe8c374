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

BLOCK = 64  # lines that advance together: their stacks' tops and rows stay in the first cache
FOOT = 0.01  # rows: where a ray leaves the observer's foot


def near_pattern(shear: float, near: int) -> tuple[Integers, Singles]:
    """Where a ray meets the grid in its first `near` rows: node offsets (k, 2) and weights (k, 6).

    Offsets are rows outwards and columns; weights belong to the nodes (0,0), (0,1), (1,0), (1,1)
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
    middles = [0.5 * (a + b) for a, b in zip([0.0, *crossings], crossings, strict=False)]
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
        offsets.append((r0, c0))
        weights.append((*four, rise, 1.0 / place))
    return np.array(offsets, np.int64), np.array(weights, np.float32)


@njit(cache=True, inline="always")
def _push(
    at: Singles, height: Singles, slope: Singles, top: int, d: np.float32, z: np.float32
) -> int:
    """Put the node (d, z), nearer than all before, on the hull; the new top."""
    while top >= 0:
        if height[top] - z > slope[top] * (at[top] - d):
            break
        top -= 1
    steep = np.float32(-1e30)
    if top >= 0:
        steep = (height[top] - z) / (at[top] - d)
    top += 1
    at[top] = d
    height[top] = z
    slope[top] = steep
    return top


@njit(cache=True)
def _far(
    pool: Singles,
    table: Integers,
    line: float,
    shear: float,
    sign: int,
    at: Singles,
    height: Singles,
    slope: Singles,
) -> int:
    """Push the nodes of one line beyond the finest raster, from far to near; the top of the hull.

    Rows of `table`: first index in `pool`, rows, columns, origin row and column and step in cells
    of the finest, whose own row is the first.
    """
    top = -1
    levels = table.shape[0]
    for level in range(levels - 1, 0, -1):
        first, rows, columns = table[level, 0], table[level, 1], table[level, 2]
        step = table[level, 5]
        r0, c0 = table[level, 3], table[level, 4]
        # the box of the next finer raster, in which this one stays silent
        fr0, fc0, fstep = table[level - 1, 3], table[level - 1, 4], table[level - 1, 5]
        fr1 = fr0 + (table[level - 1, 1] - 1) * fstep
        fc1 = fc0 + (table[level - 1, 2] - 1) * fstep
        inverse = 1.0 / step
        # outwards is from the middle of the finer box along the sign
        row = r0 + (rows - 1) * step if sign > 0 else r0
        n = rows
        while n > 0:
            n -= 1
            place = line + shear * row
            if fr0 <= row <= fr1 and fc0 <= place <= fc1:
                break  # inside the finer raster from here on
            if row < fr0 if sign > 0 else row > fr1:
                break  # passed it by: no observer of ours ahead
            c = (place - c0) * inverse
            if 0.0 <= c < columns - 1:
                j = int(c)
                f = np.float32(c - j)
                base = first + ((row - r0) // step) * columns + j
                z = pool[base] + f * (pool[base + 1] - pool[base])
                d = np.float32(row * sign)
                top = _push(at, height, slope, top, d, z)
            row -= sign * step
    return top


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
    out: NDArray[np.int16],
) -> None:
    """Fill `out` (h, rows, columns) int16 with the skyline of the observers in `box`.

    `pool`, `table` as in `_far`, rows along the sweep; `box` first and last row and column of the
    observers; lines stand at column m + shear row; `sign` +1 when the azimuth looks to larger rows.
    `frame`: metres a row along the ray, metres a row, metres a column, row and column of the
    tangent point, direction along rows and columns, the sphere's radius, radians a unit of `out`.
    """
    rows, columns = table[0, 1], table[0, 2]
    ground = pool[: rows * columns].reshape((rows, columns))
    first_row, last_row, first_column, last_column = box[0], box[1], box[2], box[3]
    count = heights.size
    samples = offsets.shape[0]
    span = np.float32(1.0) / frame[0]
    row_m, column_m = frame[1], frame[2]
    middle_row, middle_column = frame[3], frame[4]
    along_row, along_column = frame[5], frame[6]
    small = np.float32(1.0) / frame[7]
    units = np.float32(1.0) / frame[8]
    one = np.float32(1.0)
    blocks = (lines - 1 + BLOCK - 2) // (BLOCK - 1)
    for block in prange(blocks):
        m0 = first_line + block * (BLOCK - 1)
        at = np.empty((BLOCK, depth), np.float32)
        height = np.empty((BLOCK, depth), np.float32)
        slope = np.empty((BLOCK, depth), np.float32)
        top = np.empty(BLOCK, np.int64)
        seen_z = np.empty((count, BLOCK), np.float32)
        seen_d = np.empty((count, BLOCK), np.float32)
        best = np.empty((count, BLOCK), np.float32)
        above = np.empty((count, BLOCK), np.float32)
        foot = np.empty(BLOCK, np.float32)
        for n in range(BLOCK):
            top[n] = _far(pool, table, float(m0 + n), shear, sign, at[n], height[n], slope[n])
        row = rows - 1 if sign > 0 else 0
        last = first_row if sign > 0 else last_row
        while (row - last) * sign >= near:
            # the node of every line in this row
            place = shear * row
            b = math.floor(place)
            f = np.float32(place - b)
            low = max(0, -(m0 + b))
            high = min(BLOCK, columns - 1 - (m0 + b))
            d = np.float32(row * sign)
            for n in range(low, high):
                c = m0 + n + b
                z = ground[row, c] + f * (ground[row, c + 1] - ground[row, c])
                top[n] = _push(at[n], height[n], slope[n], top[n], d, z)
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
            for n in range(c_low - b - 1 - m0, c_high - b - m0 + 1):
                c = min(max(m0 + n + b, 0), columns - 2)
                level = ground[here, c] + f * (ground[here, c + 1] - ground[here, c])
                k = top[n]
                for h in range(count):
                    z = level + heights[h]
                    while k > 0 and height[n, k] - z <= slope[n, k] * (at[n, k] - d):
                        k -= 1
                    if k >= 0:
                        seen_z[h, n] = height[n, k]
                        seen_d[h, n] = one / (at[n, k] - d)
                    else:
                        seen_z[h, n] = np.float32(-1e9)
                        seen_d[h, n] = one
            width = c_high - c_low + 1
            start = c_low - b - m0  # line at or right of the first cell
            dr = (np.float32(here) - middle_row) * row_m * small
            for h in range(count):
                for w in range(width):
                    zo = ground[here, c_low + w]
                    q = one - zo * small
                    dc = (np.float32(c_low + w) - middle_column) * column_m * small
                    up = heights[h] * q * q / math.sqrt(one + dr * dr + dc * dc)
                    foot[w] = zo
                    above[h, w] = up
                    zo += up
                    n = start + w
                    right = (seen_z[h, n] - zo) * seen_d[h, n]
                    left = (seen_z[h, n - 1] - zo) * seen_d[h, n - 1]
                    best[h, w] = right + f * (left - right)
            for s in range(samples):
                ra = here + sign * offsets[s, 0]
                rb = ra + sign
                ca = c_low + offsets[s, 1]
                w0, w1, w2, w3 = weights[s, 0], weights[s, 1], weights[s, 2], weights[s, 3]
                rise, eye_rise = weights[s, 4], weights[s, 5]
                row_a = ground[ra, ca : ca + width + 1]
                row_b = ground[rb, ca : ca + width + 1]
                for h in range(count):
                    for w in range(width):
                        z = w0 * row_a[w] + w1 * row_a[w + 1] + w2 * row_b[w] + w3 * row_b[w + 1]
                        v = (z - foot[w]) * rise - above[h, w] * eye_rise
                        best[h, w] = v if v > best[h, w] else best[h, w]
            for h in range(count):
                target = out[h, here - first_row]
                for w in range(width):
                    dc = (np.float32(c_low + w) - middle_column) * column_m * small
                    long2 = one + dr * dr + dc * dc
                    inner = along_row * dr + along_column * dc
                    q = one - (foot[w] + above[h, w]) * small
                    flat = math.sqrt(long2 - inner * inner)
                    tangent = (inner + long2 * best[h, w] * span / q) / flat
                    value = _arctan(tangent) * units
                    target[c_low + w - first_column] = np.int16(math.floor(value + np.float32(0.5)))


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
