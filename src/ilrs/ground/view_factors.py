"""What every cell of a terrain tile sees of the others: view factors, near alone, far in groups.

From each cell rays go out in equal steps of azimuth, each for a wedge of the view. Along a ray the
terrain that rises above all before it is what is seen, and it takes the band of elevation by which
it rises. A band, weighted with the cosine on the cell's own slope, is a view factor in closed form;
so visibility is exact along the ray, and the bands and the open view above them make up one. A band
counts for the cell where the ray meets the terrain, or, where the wedge is wider than that, for the
square of cells (2 x 2, 4 x 4, ...: a quadtree) as wide as the wedge.

Seen from both ends a pair gets two values. Their mean, weighted by area, is symmetric, and a factor
for each cell brings the rows back to what the rays found: A_i F_ij = A_j F_ji and
sum_j F_ij = 1 - open_i hold to rounding, so that the exchange of radiation conserves energy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import TerrainError
from ilrs.ground.terrain import MOON_RADIUS

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
_CELLS_A_CHUNK = 64


@dataclass(frozen=True)
class Rows:
    """A sparse matrix by rows: row r holds `values[starts[r]:starts[r + 1]]` in `columns`."""

    starts: NDArray[np.int64]
    columns: Indices
    values: NDArray[np.float32]


@dataclass(frozen=True)
class ViewFactors:
    """View factors of a tile of `shape` (ny, nx), cells in rows: an operator, never a full matrix.

    `areas` (n,) [m^2] and `normals` (n, 3) (east, north, up of the map) of the cells' facets;
    `open_view` (n,) [1] the share of each cell's view that leaves the tile; `mismatch` [1] the
    largest |sum_j F_ij + open_view - 1|; `correction` (n,) [1] the factors that brought the rows
    there. `seen` and `seen_by` hold the rays' findings, by cells and by nodes of the quadtree.
    """

    shape: tuple[int, int]
    areas: Floats
    normals: Floats
    open_view: Floats
    correction: Floats
    mismatch: float
    seen: Rows
    seen_by: Rows

    def gather(self, radiosity: ArrayLike) -> Floats:
        """Irradiance [W/m^2] on each facet from the `radiosity` (n,) or (n, k) [W/m^2] of all.

        E_i = sum_j F_ij B_j; the `open_view` sends nothing.
        """
        sent = np.asarray(radiosity, np.float64)
        if sent.shape[0] != self.areas.size or sent.ndim not in (1, 2):
            raise ValueError(f"radiosity has a row for each of the {self.areas.size} cells")
        many = np.ascontiguousarray(sent.reshape(self.areas.size, -1))
        out = _symmetric(self, many * self.correction[:, None])
        out *= (self.correction / self.areas)[:, None]
        return out.reshape(sent.shape)

    def row(self, cell: int) -> Floats:
        """View factors F_ij (n,) [1] of one cell to the others, by reciprocity A_j F_ji / A_i."""
        unit = np.zeros(self.areas.size)
        unit[cell] = 1.0
        return np.asarray(self.gather(unit) * self.areas / self.areas[cell])


def facets(heights: ArrayLike, dx: float, dy: float) -> tuple[Floats, Floats]:
    """Areas (n,) [m^2] and unit normals (n, 3) of the cells, from central differences.

    `heights` (ny, nx) [m]; `dx`, `dy` [m] from column to column and row to row along map x and y,
    either may be negative. Facets at the tile's edge take one-sided differences.
    """
    h = np.asarray(heights, np.float64)
    along_y, along_x = np.gradient(h, dy, dx)
    upright = 1.0 / np.sqrt(1.0 + along_x**2 + along_y**2)
    normals = np.stack([-along_x * upright, -along_y * upright, upright], axis=-1).reshape(-1, 3)
    return np.asarray(abs(dx * dy) / normals[:, 2]), normals


def view_factors(
    heights: ArrayLike,
    dx: float,
    dy: float,
    *,
    azimuths: int = 64,
    radius: float = MOON_RADIUS,
) -> ViewFactors:
    """View factors between all cells of a tile, `heights` (ny, nx) [m], cells `dx` by `dy` [m].

    `azimuths` rays a cell, turned from cell to cell so that no direction is preferred; `radius`
    [m] is the sphere's (infinite for a plane). Holds for tiles up to about 100 km across, terrain
    smooth at the cell's size; cells see facets, not their own roughness.
    """
    h = np.ascontiguousarray(heights, np.float64)
    if h.ndim != 2 or min(h.shape) < 3 or not np.isfinite(h).all():
        raise TerrainError(
            "view factors need a tile of at least 3 x 3 heights without holes",
            remedy="choose an area that the terrain covers",
        )
    if azimuths < 8 or not (dx and dy and math.isfinite(dx) and math.isfinite(dy)):
        raise ValueError("view factors: at least 8 azimuths, cells of some size")
    areas, normals = facets(h, dx, dy)
    levels = _levels(h.shape)
    curve = 0.0 if math.isinf(radius) else 0.5 / radius
    counts, open_view = _look(h, dx, dy, normals, azimuths, curve, levels)
    starts = np.concatenate([[0], np.cumsum(counts)])
    columns, values = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    _fill(h, dx, dy, normals, azimuths, curve, levels, starts, columns, values)
    nodes = int(levels[-1, 0] + levels[-1, 1] * levels[-1, 2])
    # F to a node, times the cell's area, a unit of the node's area
    shares = _spread_up(levels, areas[:, None], nodes)[:, 0]
    values = (values * (np.repeat(areas, counts) / shares[columns])).astype(np.float32)
    seen = Rows(starts, columns, values)
    draft = ViewFactors(
        h.shape, areas, normals, open_view, np.ones(h.size), math.nan, seen, _turned(seen, nodes)
    )
    correction, mismatch = _balanced(draft)
    return ViewFactors(
        h.shape, areas, normals, open_view, correction, mismatch, seen, draft.seen_by
    )


def _balanced(draft: ViewFactors, rounds: int = 1000, within: float = 1e-6) -> tuple[Floats, float]:
    """Factors d so that sum_j d_i G_ij d_j = A_i (1 - open_i), and the largest mismatch [1]."""
    wanted = draft.areas * np.clip(1.0 - draft.open_view, 0.0, 1.0)
    wanted[wanted < 1e-9 * draft.areas] = 0.0
    factor = np.where(wanted > 0.0, 1.0, 0.0)
    mismatch = math.inf
    for _ in range(rounds):
        got = factor * _symmetric(draft, factor[:, None])[:, 0]
        mismatch = float(np.max(np.abs(got - wanted) / draft.areas))
        if mismatch < within:
            break
        ratio = np.divide(wanted, got, out=np.ones_like(got), where=got > 0.0)
        factor *= np.sqrt(ratio)
    return factor, mismatch


def _symmetric(view: ViewFactors, x: Floats) -> Floats:
    """G x with G = (W U a + a U' W')/2: W the rays' findings, U sums over nodes, a areas."""
    levels = _levels(view.shape)
    nodes = int(levels[-1, 0] + levels[-1, 1] * levels[-1, 2])
    weights = view.areas[:, None]
    up = _spread_up(levels, x * weights, nodes)
    there = _times(view.seen.starts, view.seen.columns, view.seen.values, up)
    back = _times(view.seen_by.starts, view.seen_by.columns, view.seen_by.values, x)
    return 0.5 * (there + weights * _spread_down(levels, back, view.areas.size))


def _levels(shape: tuple[int, int]) -> NDArray[np.int64]:
    """The quadtree's levels, rows of (first node, rows, columns); level 0 is the cells."""
    rows, columns = shape
    table, first = [], 0
    while True:
        table.append((first, rows, columns))
        first += rows * columns
        if max(rows, columns) <= 4:
            return np.array(table, np.int64)
        rows, columns = -(-rows // 2), -(-columns // 2)


def _turned(rows: Rows, columns: int) -> Rows:
    """The transposed matrix."""
    counts = np.bincount(rows.columns, minlength=columns)
    order = np.argsort(rows.columns, kind="stable")
    owner = np.repeat(np.arange(rows.starts.size - 1, dtype=np.int32), np.diff(rows.starts))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Rows(starts, owner[order], rows.values[order])


@njit(cache=True, parallel=True)
def _times(
    starts: NDArray[np.int64], columns: Indices, values: NDArray[np.float32], x: Floats
) -> Floats:
    rows, many = starts.size - 1, x.shape[1]
    out = np.zeros((rows, many))
    for r in prange(rows):
        if many == 1:
            total = 0.0
            for n in range(starts[r], starts[r + 1]):
                total += values[n] * x[columns[n], 0]
            out[r, 0] = total
        else:
            for n in range(starts[r], starts[r + 1]):
                v, c = values[n], columns[n]
                for k in range(many):
                    out[r, k] += v * x[c, k]
    return out


@njit(cache=True)
def _spread_up(levels: NDArray[np.int64], x: Floats, nodes: int) -> Floats:
    """Sums of `x` (n, k) over every node of the quadtree, (nodes, k)."""
    out = np.zeros((nodes, x.shape[1]))
    out[: x.shape[0]] = x
    for level in range(1, levels.shape[0]):
        first, _, columns = levels[level]
        below, rows, wide = levels[level - 1]
        for i in range(rows):
            for j in range(wide):
                parent, child = first + (i // 2) * columns + j // 2, below + i * wide + j
                for k in range(x.shape[1]):
                    out[parent, k] += out[child, k]
    return out


@njit(cache=True)
def _spread_down(levels: NDArray[np.int64], y: Floats, cells: int) -> Floats:
    """For every cell the sum of `y` (nodes, k) over the nodes that it lies in, (n, k)."""
    out = y.copy()
    for level in range(levels.shape[0] - 1, 0, -1):
        first, _, columns = levels[level]
        below, rows, wide = levels[level - 1]
        for i in range(rows):
            for j in range(wide):
                parent, child = first + (i // 2) * columns + j // 2, below + i * wide + j
                for k in range(y.shape[1]):
                    out[child, k] += out[parent, k]
    return out[:cells]


@njit(cache=True, inline="always")
def _band(n_h: float, n_z: float, low: float, high: float) -> float:
    """Integral of (n.d) cos e over elevations with tangents from `low` to `high`."""
    c1, c2 = 1.0 / (1.0 + low * low), 1.0 / (1.0 + high * high)
    across = math.atan(high) - math.atan(low) + high * c2 - low * c1
    return 0.5 * (n_h * across + n_z * (c1 - c2))


@njit(cache=True)
def _ray(
    h: Floats,
    dx: float,
    dy: float,
    i: int,
    j: int,
    turn: float,
    width: float,
    n_h: float,
    n_z: float,
    curve: float,
    levels: NDArray[np.int64],
    nodes: NDArray[np.int64],
    shares: Floats,
) -> tuple[int, float]:
    """Follow one ray; the nodes it meets, their view factors, their number, and the open view."""
    rows, columns = h.shape
    cell = max(abs(dx), abs(dy))
    sx, sy = math.sin(turn), math.cos(turn)
    here = h[i, j]
    # no facet sees below its own plane
    best = -n_h / max(n_z, 1e-9)
    found = 0
    r = 0.75 * cell
    while True:
        u, v = j + r * sx / dx, i + r * sy / dy
        if not (0.0 <= u <= columns - 1 and 0.0 <= v <= rows - 1):
            break
        j0, i0 = min(int(u), columns - 2), min(int(v), rows - 2)
        fu, fv = u - j0, v - i0
        z = (1.0 - fv) * ((1.0 - fu) * h[i0, j0] + fu * h[i0, j0 + 1])
        z += fv * ((1.0 - fu) * h[i0 + 1, j0] + fu * h[i0 + 1, j0 + 1])
        tangent = (z - here) / r - curve * r
        if tangent > best:
            level, size = 0, cell
            while size < r * width and level < levels.shape[0] - 1:
                level += 1
                size *= 2.0
            ci, cj = int(v + 0.5) >> level, int(u + 0.5) >> level
            node = levels[level, 0] + ci * levels[level, 2] + cj
            share = _band(n_h, n_z, best, tangent) * width / math.pi
            if found and nodes[found - 1] == node:
                shares[found - 1] += share
            else:
                nodes[found] = node
                shares[found] = share
                found += 1
            best = tangent
        r += max(0.5 * cell, 0.25 * r * width)
    c = 1.0 / (1.0 + best * best)
    sky = 0.5 * (n_h * (0.5 * math.pi - math.atan(best) - best * c) + n_z * c) * width / math.pi
    return found, sky


@njit(cache=True, inline="always")
def _offset(cell: int) -> float:
    """Where between two azimuths a cell's rays start: spread evenly over neighbours."""
    x = 0.6180339887498949 * cell
    return x - math.floor(x)


@njit(cache=True)
def _cell_view(
    h: Floats,
    dx: float,
    dy: float,
    normals: Floats,
    n: int,
    azimuths: int,
    curve: float,
    levels: NDArray[np.int64],
    nodes: NDArray[np.int64],
    shares: Floats,
    place: NDArray[np.int64],
    row_nodes: NDArray[np.int64],
    row_shares: Floats,
) -> tuple[int, float]:
    """All rays of one cell, merged by node: number of nodes, and the open view."""
    i, j = n // h.shape[1], n % h.shape[1]
    width = 2.0 * math.pi / azimuths
    count, sky = 0, 0.0
    for k in range(azimuths):
        turn = (k + _offset(n)) * width
        n_h = normals[n, 0] * math.sin(turn) + normals[n, 1] * math.cos(turn)
        found, up = _ray(
            h, dx, dy, i, j, turn, width, n_h, normals[n, 2], curve, levels, nodes, shares
        )
        sky += up
        for f in range(found):
            node = nodes[f]
            if place[node] < 0:
                place[node] = count
                row_nodes[count] = node
                row_shares[count] = 0.0
                count += 1
            row_shares[place[node]] += shares[f]
    for f in range(count):
        place[row_nodes[f]] = -1
    return count, sky


@njit(cache=True, parallel=True)
def _look(
    h: Floats,
    dx: float,
    dy: float,
    normals: Floats,
    azimuths: int,
    curve: float,
    levels: NDArray[np.int64],
) -> tuple[NDArray[np.int64], Floats]:
    """For each cell the number of nodes it sees, and its open view."""
    cells = h.size
    counts, sky = np.empty(cells, np.int64), np.empty(cells)
    total = levels[-1, 0] + levels[-1, 1] * levels[-1, 2]
    longest = 4 * (h.shape[0] + h.shape[1]) + 8
    for chunk in prange((cells + _CELLS_A_CHUNK - 1) // _CELLS_A_CHUNK):
        nodes, shares = np.empty(longest, np.int64), np.empty(longest)
        place = np.full(total, -1, np.int64)
        row_nodes, row_shares = np.empty(total, np.int64), np.empty(total)
        for n in range(chunk * _CELLS_A_CHUNK, min((chunk + 1) * _CELLS_A_CHUNK, cells)):
            counts[n], sky[n] = _cell_view(
                h, dx, dy, normals, n, azimuths, curve, levels, nodes, shares, place, row_nodes,
                row_shares,
            )  # fmt: skip
    return counts, sky


@njit(cache=True, parallel=True)
def _fill(
    h: Floats,
    dx: float,
    dy: float,
    normals: Floats,
    azimuths: int,
    curve: float,
    levels: NDArray[np.int64],
    starts: NDArray[np.int64],
    columns: Indices,
    values: NDArray[np.float32],
) -> None:
    """The nodes that each cell sees and their view factors, into the places counted before."""
    cells = h.size
    total = levels[-1, 0] + levels[-1, 1] * levels[-1, 2]
    longest = 4 * (h.shape[0] + h.shape[1]) + 8
    for chunk in prange((cells + _CELLS_A_CHUNK - 1) // _CELLS_A_CHUNK):
        nodes, shares = np.empty(longest, np.int64), np.empty(longest)
        place = np.full(total, -1, np.int64)
        row_nodes, row_shares = np.empty(total, np.int64), np.empty(total)
        for n in range(chunk * _CELLS_A_CHUNK, min((chunk + 1) * _CELLS_A_CHUNK, cells)):
            count, _ = _cell_view(
                h, dx, dy, normals, n, azimuths, curve, levels, nodes, shares, place, row_nodes,
                row_shares,
            )  # fmt: skip
            for f in range(count):
                columns[starts[n] + f] = row_nodes[f]
                values[starts[n] + f] = row_shares[f]
