"""The compiled heart of lit maps: a tile of cells against the sky, step after step.

A tile holds 32 x 32 cells. Its horizons are copied into one contiguous block that stays in cache
while all steps pass; its running statistics are one float32 array of ten rows, so that the compiler
sees that they never overlap and works on 16 cells at a time.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Steps = NDArray[np.int16]
Single = np.float32

SIDE = 32  # cells in a row and in a column of a tile

# A state has ten rows: offset from the tile's centre along x and y [m]; sums of area and of flux;
# and SPELLS rows kept from block to block: steps lit; run (positive lit, negative dark); longest
# lit run and its last step; longest dark one and its last step. A step has eight columns: weights
# of the left and right horizon, depth at the tile's centre and its gradients [disc radii], share
# left by an eclipse, depth above which it counts as lit, its number.
SPELLS = 6
FLUSH = 512  # steps after which float32 sums go over into the totals


@njit(inline="always")
def _depth(
    wl: Single,
    wr: Single,
    u: Single,
    ux: Single,
    uy: Single,
    dx: Single,
    dy: Single,
    left: np.int16,
    right: np.int16,
) -> Single:
    """Depth of the horizon below the disc's centre in radii, within +-1."""
    d = u + ux * dx + uy * dy - wl * np.float32(left) - wr * np.float32(right)
    return max(min(d, np.float32(1.0)), np.float32(-1.0))


@njit(inline="always")
def _odd(z: Single, c0: Single, c1: Single, c2: Single, c3: Single) -> Single:
    """What times d gives the share less a half; z = d^2."""
    return np.float32(c0 + z * (c1 + z * (c2 + z * c3)))


@njit(inline="always")
def _run(run: Single, is_lit: bool) -> Single:
    one, zero = np.float32(1.0), np.float32(0.0)
    return np.float32(max(run, zero) + one if is_lit else min(run, zero) - one)


@njit(cache=True, fastmath={"contract", "nsz", "nnan", "ninf"})
def _two_steps(
    left1: Steps,
    right1: Steps,
    left2: Steps,
    right2: Steps,
    state: Singles,
    steps: Singles,
    polynomial: Singles,
) -> None:
    """Take two steps for all cells of a tile: at once, to halve the traffic to the state."""
    one, zero = np.float32(1.0), np.float32(0.0)
    a0, a1, a2, a3 = polynomial[0, 0], polynomial[0, 1], polynomial[0, 2], polynomial[0, 3]
    b0, b1, b2, b3 = polynomial[1, 0], polynomial[1, 1], polynomial[1, 2], polynomial[1, 3]
    wl1, wr1, u1, ux1, uy1 = steps[0, 0], steps[0, 1], steps[0, 2], steps[0, 3], steps[0, 4]
    left_of1, from1, now1 = steps[0, 5], steps[0, 6], steps[0, 7]
    wl2, wr2, u2, ux2, uy2 = steps[1, 0], steps[1, 1], steps[1, 2], steps[1, 3], steps[1, 4]
    left_of2, from2, now2 = steps[1, 5], steps[1, 6], steps[1, 7]
    for i in range(1024):
        dx, dy = state[i], state[i + 1024]
        area, flux, lit = state[i + 2048], state[i + 3072], state[i + 4096]
        run = state[i + 5120]
        longest, longest_end = state[i + 6144], state[i + 7168]
        darkest, darkest_end = state[i + 8192], state[i + 9216]

        d = _depth(wl1, wr1, u1, ux1, uy1, dx, dy, left1[i], right1[i])
        z, scaled = d * d, d * left_of1
        area += scaled * _odd(z, a0, a1, a2, a3)
        flux += scaled * _odd(z, b0, b1, b2, b3)
        lit += one if d > from1 else zero
        run = _run(run, d > from1)
        longest_end = now1 if run > longest else longest_end
        longest = max(longest, run)
        darkest_end = now1 if run < darkest else darkest_end
        darkest = min(darkest, run)

        d = _depth(wl2, wr2, u2, ux2, uy2, dx, dy, left2[i], right2[i])
        z, scaled = d * d, d * left_of2
        area += scaled * _odd(z, a0, a1, a2, a3)
        flux += scaled * _odd(z, b0, b1, b2, b3)
        lit += one if d > from2 else zero
        run = _run(run, d > from2)
        longest_end = now2 if run > longest else longest_end
        longest = max(longest, run)
        darkest_end = now2 if run < darkest else darkest_end
        darkest = min(darkest, run)

        state[i + 2048], state[i + 3072], state[i + 4096] = area, flux, lit
        state[i + 5120] = run
        state[i + 6144], state[i + 7168] = longest, longest_end
        state[i + 8192], state[i + 9216] = darkest, darkest_end


@njit(cache=True, fastmath={"contract", "nsz", "nnan", "ninf"})
def _one_step(
    left1: Steps, right1: Steps, state: Singles, steps: Singles, polynomial: Singles
) -> None:
    """Take one step: the odd one at the end of a block, in slower words."""
    one, zero = np.float32(1.0), np.float32(0.0)
    p, s = polynomial, steps[0]
    for i in range(1024):
        d = _depth(s[0], s[1], s[2], s[3], s[4], state[i], state[i + 1024], left1[i], right1[i])
        z, scaled = d * d, d * s[5]
        state[i + 2048] += scaled * _odd(z, p[0, 0], p[0, 1], p[0, 2], p[0, 3])
        state[i + 3072] += scaled * _odd(z, p[1, 0], p[1, 1], p[1, 2], p[1, 3])
        state[i + 4096] += one if d > s[6] else zero
        run = _run(state[i + 5120], d > s[6])
        state[i + 5120] = run
        if run > state[i + 6144]:
            state[i + 6144], state[i + 7168] = run, s[7]
        if run < state[i + 8192]:
            state[i + 8192], state[i + 9216] = run, s[7]


@njit(cache=True)
def _same_steps(state: Singles, count: Single, shares: Single, now: Single) -> None:
    """Take `count` steps in which the whole tile is lit (positive) or dark (negative)."""
    lit = count > 0.0
    for i in range(1024):
        run = state[i + 5120]
        run = max(run, np.float32(0.0)) + count if lit else min(run, np.float32(0.0)) + count
        state[i + 5120] = run
        state[i + 2048] += shares
        state[i + 3072] += shares
        state[i + 4096] += max(count, np.float32(0.0))
        state[i + 7168] = now if run > state[i + 6144] else state[i + 7168]
        state[i + 6144] = max(state[i + 6144], run)
        state[i + 9216] = now if run < state[i + 8192] else state[i + 9216]
        state[i + 8192] = min(state[i + 8192], run)


@njit(cache=True, inline="always")
def _axes(lat: float, lon: float, r: float) -> tuple[float, ...]:
    """Sines and cosines of `lat` and `lon` [rad], and the place at `r` from the Moon's centre."""
    cb, sb, cl, sl = math.cos(lat), math.sin(lat), math.cos(lon), math.sin(lon)
    return cb, sb, cl, sl, r * cb * cl, r * cb * sl, r * sb


@njit(cache=True)
def _seen(
    px: float, py: float, pz: float, axes: tuple[float, ...]
) -> tuple[float, float, float, float, float]:
    """Level distance, height and range [m], sine and cosine of the grid azimuth of a position."""
    cb, sb, cl, sl = axes[0], axes[1], axes[2], axes[3]
    x, y, z = px - axes[4], py - axes[5], pz - axes[6]
    north = -sb * cl * x - sb * sl * y + cb * z
    east = -sl * x + cl * y
    up = cb * cl * x + cb * sl * y + sb * z
    level = math.sqrt(north * north + east * east)
    if level == 0.0:
        return 0.0, up, abs(up), 0.0, 1.0
    sine, cosine = (east * cl + north * sl) / level, (north * cl - east * sl) / level
    return level, up, math.sqrt(level * level + up * up), sine, cosine


@njit(cache=True, parallel=True)
def grid_directions(
    positions: Floats, lat: float, lon: float, r: float
) -> tuple[Floats, Floats, Floats]:
    """Elevation, grid azimuth [rad] and range [m] (t,) of `positions` (t, 3) from a place."""
    n = positions.shape[0]
    axes = _axes(lat, lon, r)
    elevation, azimuth, far = np.empty(n), np.empty(n), np.empty(n)
    for t in prange(n):
        level, up, far[t], sine, cosine = _seen(
            positions[t, 0], positions[t, 1], positions[t, 2], axes
        )
        elevation[t] = math.atan2(up, level)
        azimuth[t] = math.atan2(sine, cosine)
    return elevation, azimuth, far


@njit(cache=True)
def _prepare(
    row: Singles,
    axes: tuple[float, ...],
    tilt: tuple[float, float],
    position: Floats,
    body: float,
    horizon_step: float,
    count: int,
    share: float,
    lit_from: float,
    number: float,
) -> tuple[int, int]:
    """Fill the row of one step for a tile; the azimuths left and right of the disc's centre.

    `tilt`: what a metre on the map towards the disc tilts the ground [rad] and moves the observer
    [m]. A point is a disc of 1e-6 rad, a hundredth of a step of the horizon.
    """
    level, up, far, sine, cosine = _seen(position[0], position[1], position[2], axes)
    elevation = math.atan2(up, level)
    azimuth = math.atan2(sine, cosine)
    if azimuth < 0.0:
        azimuth += 2.0 * math.pi
    inverse = 1.0 / math.asin(min(1.0, body / far)) if body > 0.0 else 1e6
    rise = (tilt[0] + tilt[1] * up / (far * far)) * inverse
    at = azimuth * count / (2.0 * math.pi)
    left = int(at)
    part = at - left
    left %= count
    row[0] = (1.0 - part) * horizon_step * inverse
    row[1] = part * horizon_step * inverse
    row[2] = elevation * inverse
    row[3] = rise * sine
    row[4] = rise * cosine
    row[5] = share
    row[6] = lit_from
    row[7] = number
    return left, (left + 1) % count


@njit(cache=True)
def _uniform(row: Singles, bounds: Floats, left: int, right: int) -> int:
    """1 where the disc is wholly in view of every cell of the tile, -1 where of none, 0 between.

    `bounds` (2 + a, 2): half sides of the tile [m], then the lowest and highest horizon in it.
    """
    sway = abs(row[3]) * bounds[0, 0] + abs(row[4]) * bounds[0, 1]
    if row[2] + sway - row[0] * bounds[left + 1, 0] - row[1] * bounds[right + 1, 0] < -1.001:
        return -1
    lowest = row[2] - sway - row[0] * bounds[left + 1, 1] - row[1] * bounds[right + 1, 1]
    return 1 if lowest > 1.001 and row[5] == 1.0 else 0


@njit(cache=True)
def _take(
    block: Steps,
    state: Singles,
    bounds: Floats,
    axes: tuple[float, ...],
    tilt: tuple[float, float],
    positions: Floats,
    shares: Floats,
    depths: Floats,
    body: float,
    horizon_step: float,
    first_number: int,
    start: int,
    stop: int,
    polynomial: Singles,
) -> Single:
    """Take the steps from `start` to `stop`; what half the shares left by eclipses add up to.

    Steps alike for the whole tile are counted together, the others taken two at a time. The sums
    in `state` lack the returned half, added up in the same order, so that dark cells cancel to 0.
    """
    rows = np.empty((2, 8), np.float32)
    left = np.empty(2, np.int64)
    right = np.empty(2, np.int64)
    count = block.shape[0]
    halves = np.float32(0.0)
    alike = 0
    held = 0
    for t in range(start, stop):
        row = rows[held]
        left[held], right[held] = _prepare(
            row,
            axes,
            tilt,
            positions[t],
            body,
            horizon_step,
            count,
            shares[t],
            depths[t],
            first_number + t,
        )
        same = _uniform(row, bounds, left[held], right[held])
        if same != 0 and held == 0:
            if alike * same < 0:
                _same_steps(
                    state, np.float32(alike), np.float32(max(alike, 0)), row[7] - np.float32(1.0)
                )
                alike = 0
            alike += same
            continue
        if alike != 0:
            before = np.float32(first_number + t - 1 - held)
            _same_steps(state, np.float32(alike), np.float32(max(alike, 0)), before)
            alike = 0
        held += 1
        halves += np.float32(0.5) * row[5]
        if held == 2:
            _two_steps(
                block[left[0]],
                block[right[0]],
                block[left[1]],
                block[right[1]],
                state,
                rows,
                polynomial,
            )
            held = 0
    if held == 1:
        _one_step(block[left[0]], block[right[0]], state, rows, polynomial)
    if alike != 0:
        _same_steps(
            state, np.float32(alike), np.float32(max(alike, 0)), np.float32(first_number + stop - 1)
        )
    return halves


@njit(cache=True, parallel=True)
def add_light(
    elevation: Steps,
    x0: float,
    y0: float,
    dx: float,
    dy: float,
    altitudes: Floats,
    positions: Floats,
    shares: Floats,
    depths: Floats,
    body: float,
    horizon_step: float,
    first_number: int,
    cuts: Ints,
    bins: Ints,
    polynomial: Singles,
    moon: float,
    sums: Singles,
    spells: Singles,
) -> None:
    """Add all steps to `sums` (2, b, ny, nx) and `spells` (6, ny, nx), tile by tile.

    `elevation` (a, ny, nx); `altitudes` [m], one a tile; `positions` (t, 3) [m]; `shares` (t,) left
    by eclipses; `depths` (t,) [radii] above which a step is lit. Steps from cuts[k] to cuts[k + 1]
    go to bins[k]: each piece is short enough for float32.
    """
    count, ny, nx = elevation.shape
    wide = (nx + 31) // 32
    for tile in prange(wide * ((ny + 31) // 32)):
        i0, j0 = 32 * (tile // wide), 32 * (tile % wide)
        i1, j1 = min(i0 + 32, ny), min(j0 + 32, nx)
        ci, cj = 0.5 * (i0 + i1 - 1), 0.5 * (j0 + j1 - 1)
        block = np.zeros((count, 1024), np.int16)
        bounds = np.empty((count + 1, 2))
        bounds[0, 0], bounds[0, 1] = abs(dx) * (cj - j0), abs(dy) * (ci - i0)
        for a in range(count):
            low, high = elevation[a, i0, j0], elevation[a, i0, j0]
            for i in range(i0, i1):
                for j in range(j0, j1):
                    steps = elevation[a, i, j]
                    block[a, 32 * (i - i0) + j - j0] = steps
                    low, high = min(low, steps), max(high, steps)
            bounds[a + 1, 0], bounds[a + 1, 1] = low, high
        state = np.zeros(10240, np.float32)
        for i in range(i0, i1):
            for j in range(j0, j1):
                n = 32 * (i - i0) + j - j0
                state[n] = (j - cj) * dx
                state[n + 1024] = (i - ci) * dy
                for m in range(6):
                    state[n + (4 + m) * 1024] = spells[m, i, j]
        x, y = x0 + cj * dx, y0 + ci * dy
        half = math.atan(math.hypot(x, y) / (2.0 * moon))
        scale = 1.0 + math.tan(half) ** 2  # of the map: metres on it a metre on the sphere
        r = moon + altitudes[tile]
        axes = _axes(2.0 * half - 0.5 * math.pi, math.atan2(x, y), r)
        tilt = (1.0 / (moon * scale), r / (moon * scale))
        for k in range(bins.size):
            state[2048:4096] = np.float32(0.0)
            halves = _take(
                block,
                state,
                bounds,
                axes,
                tilt,
                positions,
                shares,
                depths,
                body,
                horizon_step,
                first_number,
                cuts[k],
                cuts[k + 1],
                polynomial,
            )
            for i in range(i0, i1):
                for j in range(j0, j1):
                    n = 32 * (i - i0) + j - j0
                    sums[0, bins[k], i, j] += state[n + 2048] + halves
                    sums[1, bins[k], i, j] += state[n + 3072] + halves
        for i in range(i0, i1):
            for j in range(j0, j1):
                n = 32 * (i - i0) + j - j0
                for m in range(6):
                    spells[m, i, j] = state[n + (4 + m) * 1024]
