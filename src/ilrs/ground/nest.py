"""Rasters around an area in which every line of sight is straight: fine inside, coarser outside.

A point at the unit vector p and radius r is put at its gnomonic place G = R (p.x, p.y)/(p.n) on the
plane that touches the Moon at the tile's middle n, with the height

    zeta = R (1 - R / (r p.n)).

The map from space to (G, zeta) is projective: planes and straight lines stay planes and straight
lines, and higher stays higher. A line of sight over the curved Moon is a straight line there, and
great circles are straight lines of the raster; nothing is approximated by it. On level ground
zeta = h - G^2/2R to first order, which is the usual fall of the ground below the level.

The finest raster is the terrain's own (no resampling near the observers); it stands on the polar
stereographic plane, which leaves the gnomonic one by `azimuth_error`. Those around it have cells
2, 4, 8 ... times as large and are gnomonic; those that would only oversample coarse terrain are
left out. Where finer terrain ends it runs out into the coarser (`seams.run_out`): averages over a
coarse cell beside the fine ground would stand there as a cliff that is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from ilrs.data.rasters import SOUTH_POLAR
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.hull import NOTHING
from ilrs.ground.seams import run_out
from ilrs.ground.terrain import MOON_RADIUS, Stack, Terrain, local_frame, sample, stack, unproject

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Integers = NDArray[np.int64]

NO_HEIGHTS = np.zeros((0, 0), np.float32)
OVERSAMPLING = 20.0  # raster cells to a cell of the coarsest terrain that they are worth


class Grid(NamedTuple):
    """Cells of an area: those of the finest terrain around it whose centres lie inside."""

    terrain: int  # whose cells they are: its place among the terrains
    x0: float
    y0: float
    dx: float
    dy: float
    rows: int
    columns: int


class Ground(NamedTuple):
    """Terrains run out into each other, and laid out for each level of a nest."""

    terrains: list[Terrain]
    levels: list[Stack]


class Nest(NamedTuple):
    """Rasters of zeta [m] around a tile, laid out for `ground.hull`.

    `pool` holds them one after another; rows of `table`: first index, rows, columns, row and column
    of the first node, step; all counted in cells of the finest from the tile's first cell.
    """

    pool: Singles
    table: Integers
    middle: tuple[float, float]  # row and column of the tangent point
    scale: float  # metres of the gnomonic plane to one of the stereographic at the tangent point
    azimuth_error: float  # [rad]
    unknown: NDArray[np.bool_]  # observers without terrain
    filled: int  # observers on coarser terrain than their cells are
    unknown_cells: int
    ends: float  # [m] distance at which the terrain ends, inf when it covers the reach


def grid_of(terrains: Sequence[Terrain], area: Area) -> Grid:
    """The cells of `area`: of the finest of `terrains` (fine to coarse) that covers it whole."""
    for index, t in enumerate(terrains):
        if t.crs != SOUTH_POLAR:
            continue
        ny, nx = t.heights.shape
        half = 0.5 * abs(t.dx), 0.5 * abs(t.dy)
        xs, ys = sorted((t.x0, t.x0 + (nx - 1) * t.dx)), sorted((t.y0, t.y0 + (ny - 1) * t.dy))
        if (
            area.x_min < xs[0] - half[0] - 1e-6
            or area.x_max > xs[1] + half[0] + 1e-6
            or area.y_min < ys[0] - half[1] - 1e-6
            or area.y_max > ys[1] + half[1] + 1e-6
        ):
            continue
        j0, columns = _inside(t.x0, t.dx, nx, area.x_min, area.x_max)
        i0, rows = _inside(t.y0, t.dy, ny, area.y_min, area.y_max)
        if rows < 1 or columns < 1:
            raise TerrainError(
                f"the area holds no cell of {t.name} ({t.cell:g} m)",
                remedy="make it larger than a cell",
            )
        return Grid(index, t.x0 + j0 * t.dx, t.y0 + i0 * t.dy, t.dx, t.dy, rows, columns)
    raise TerrainError(
        f"no south polar terrain covers the area x {area.x_min:g} to {area.x_max:g} m, "
        f"y {area.y_min:g} to {area.y_max:g} m (given: {', '.join(t.name for t in terrains)})",
        remedy="move the area, or add terrain on the south polar stereographic plane around it",
    )


def _inside(start: float, step: float, count: int, low: float, high: float) -> tuple[int, int]:
    """First index and number of the centres in [low, high)."""
    centres = start + step * np.arange(count)
    hit = np.flatnonzero((centres >= low - 1e-9 * abs(step)) & (centres < high - 1e-9 * abs(step)))
    return (int(hit[0]), int(hit.size)) if hit.size else (0, 0)


def pyramid(terrains: Sequence[Terrain], level: int, maximum: bool) -> list[Terrain]:
    """The terrains with 2^`level` cells of the finest merged: mean height, or the highest.

    Only terrains finer than the result are merged; where a part of it is unknown the known counts.
    """
    finest = min(t.cell for t in terrains)
    out = []
    for t in terrains:
        times = max(0, level - round(math.log2(max(1.0, t.cell / finest))))
        merged = t
        for _ in range(times):
            if min(merged.heights.shape) < 4:
                break
            merged = _halved(merged, maximum)
        out.append(merged)
    out.sort(key=lambda t: t.cell)
    return out


def _halved(t: Terrain, maximum: bool) -> Terrain:
    ny, nx = (n // 2 * 2 for n in t.heights.shape)
    h = t.heights[:ny, :nx]
    four = (h[0::2, 0::2], h[0::2, 1::2], h[1::2, 0::2], h[1::2, 1::2])
    if maximum:
        heights = np.fmax(np.fmax(four[0], four[1]), np.fmax(four[2], four[3]))
    else:
        known = sum(np.isfinite(part).astype(np.float32) for part in four)
        total = sum(np.nan_to_num(part) for part in four)
        heights = np.where(known > 0, total / np.maximum(known, 1), np.nan)
    return replace(
        t,
        heights=np.ascontiguousarray(heights, dtype=np.float32),
        x0=t.x0 + 0.5 * t.dx,
        y0=t.y0 + 0.5 * t.dy,
        dx=2.0 * t.dx,
        dy=2.0 * t.dy,
    )


def pyramids(terrains: Sequence[Terrain], reach_m: float, maximum: bool = False) -> Ground:
    """Terrains laid out for each level of a nest out to `reach_m`; made once for many tiles.

    Mean heights are of cells half as large as the raster's. Highest ones are of cells as large, and
    of all that touch them, so that between the raster's nodes nothing higher is left out.
    """
    return laid_out(run_out(terrains), reach_m, maximum)


def laid_out(joined: Sequence[Terrain], reach_m: float, maximum: bool = False) -> Ground:
    """The same of terrains that run out into each other already."""
    terrains = list(joined)
    finest = min(t.cell for t in terrains)
    levels = max(1, math.ceil(math.log2(max(2.0, reach_m / (16.0 * finest)))))
    out = [stack(terrains)]
    merged = terrains
    for level in range(1, levels + 1):
        if maximum or level > 1:
            merged = pyramid(merged, 1, maximum)
        laid = merged
        if maximum:
            laid = [_widened(t) if t.cell <= 2.0**level * finest else t for t in merged]
        out.append(stack(laid))
    return Ground(terrains, out)


def _widened(t: Terrain) -> Terrain:
    known = np.where(np.isfinite(t.heights), t.heights, -np.inf)
    highest = maximum_filter(known, size=3, mode="nearest")
    heights = np.where(np.isfinite(highest), highest, np.nan)
    return replace(t, heights=heights.astype(np.float32))


def nest(
    terrains: Sequence[Terrain],
    ground: Ground,
    tile: Grid,
    reach_m: float,
    near: int,
    ratio: float,
) -> Nest:
    """Lay out the ground around `tile` out to `reach_m` [m] beyond it; see the module's text.

    `ground` from `pyramids` of the same `terrains`.
    """
    levels = ground.levels
    own = ground.terrains[tile.terrain]
    middle = (0.5 * (tile.rows - 1), 0.5 * (tile.columns - 1))
    xc, yc = tile.x0 + middle[1] * tile.dx, tile.y0 + middle[0] * tile.dy
    frame, scale = _tangent(xc, yc)
    geometry = np.array(
        [tile.x0, tile.y0, tile.dx, tile.dy, middle[0], middle[1], scale, MOON_RADIUS]
    )
    margin = math.ceil(ratio)
    pad = near + 3
    across, down = round((tile.x0 - own.x0) / own.dx), round((tile.y0 - own.y0) / own.dy)
    ny, nx = own.heights.shape
    # the finest raster: the margin as far as its terrain goes, but always a few cells more
    top = max(-down, -margin) if margin > pad else -pad
    boxes = [
        (
            min(top, -pad),
            max(min(ny - down - 1, tile.rows - 1 + margin), tile.rows - 1 + pad),
            min(max(-across, -margin), -pad),
            max(min(nx - across - 1, tile.columns - 1 + margin), tile.columns - 1 + pad),
        )
    ]
    smallest = min(abs(tile.dx), abs(tile.dy)) * scale
    reach_rows = math.ceil(reach_m / (abs(tile.dy) * scale))
    reach_columns = math.ceil(reach_m / (abs(tile.dx) * scale))
    table = [[0, boxes[0][1] - boxes[0][0] + 1, boxes[0][3] - boxes[0][2] + 1]]
    table[0] += [boxes[0][0], boxes[0][2], 1]
    # the cells' own heights, which need no neighbours; a finer terrain above them goes first
    own_heights = own.heights if tile.terrain == 0 else NO_HEIGHTS
    rasters = [_raster(levels[0], boxes[0], 1, geometry, frame, own_heights, down, across)]
    level = 0
    while True:
        level += 1
        step = 2**level
        wide = margin * step
        rows_out, columns_out = min(wide, reach_rows), min(wide, reach_columns)
        whole = wide >= reach_rows and wide >= reach_columns
        box = (
            step * math.floor(-rows_out / step),
            step * math.ceil((tile.rows - 1 + rows_out) / step),
            step * math.floor(-columns_out / step),
            step * math.ceil((tile.columns - 1 + columns_out) / step),
        )
        inner = boxes[-1]
        reached = (
            box[0] >= inner[0] and box[1] <= inner[1] and box[2] >= inner[2] and box[3] <= inner[3]
        )
        laid = levels[min(level, len(levels) - 1)]
        needed = _finest_outside(laid, inner, box, geometry, frame) > OVERSAMPLING * step * smallest
        if not (reached or (needed and not whole)):
            box = (
                min(box[0], step * math.floor(inner[0] / step)),
                max(box[1], step * math.ceil(inner[1] / step)),
                min(box[2], step * math.floor(inner[2] / step)),
                max(box[3], step * math.ceil(inner[3] / step)),
            )
            rows, columns = (box[1] - box[0]) // step + 1, (box[3] - box[2]) // step + 1
            table.append([0, rows, columns, box[0], box[2], step])
            boxes.append(box)
            rasters.append(_raster(laid, box, step, geometry, frame))
        if whole:
            break
    first = 0
    for row, raster in zip(table, rasters, strict=True):
        row[0] = first
        first += raster.size
    fine = rasters[0]
    view = fine[-boxes[0][0] : -boxes[0][0] + tile.rows, -boxes[0][2] : -boxes[0][2] + tile.columns]
    unknown = view == NOTHING
    given = terrains[tile.terrain]
    i = round((tile.y0 - given.y0) / given.dy)
    j = round((tile.x0 - given.x0) / given.dx)
    own_view = given.heights[i : i + tile.rows, j : j + tile.columns]
    filled = int((np.isnan(own_view) & ~unknown).sum())
    missing, ends = _missing(rasters, table, tile, geometry, reach_m)
    return Nest(
        pool=np.concatenate([raster.ravel() for raster in rasters]),
        table=np.array(table, np.int64),
        middle=middle,
        scale=scale,
        azimuth_error=_turn(tile, frame, scale),
        unknown=unknown,
        filled=filled,
        unknown_cells=missing,
        ends=ends,
    )


def _tangent(x: float, y: float) -> tuple[Floats, float]:
    """Rows: directions of +x, +y on the plane and up, at a place; and its scale against the plane.

    An arc of 1 m on the sphere is 1/scale m on the stereographic plane (Snyder 1987, eq. 21-32).
    """
    lat, lon = (float(v) for v in unproject(x, y))
    up, north, east = local_frame(lat, lon)
    to_y = math.cos(lon) * north - math.sin(lon) * east
    to_x = math.sin(lon) * north + math.cos(lon) * east
    scale = 1.0 / (1.0 + (math.hypot(x, y) / (2.0 * MOON_RADIUS)) ** 2)
    return np.stack([to_x, to_y, up]), scale


def _raster(
    laid: Stack,
    box: tuple[int, int, int, int],
    step: int,
    geometry: Floats,
    frame: Floats,
    own: Singles | None = None,
    down: int = 0,
    across: int = 0,
) -> Singles:
    """zeta in a box; with the terrain's `own` heights on its plane, else on the gnomonic one."""
    rows, columns = (box[1] - box[0]) // step + 1, (box[3] - box[2]) // step + 1
    out = np.empty((rows, columns), np.float32)
    _fill(
        laid.heights, laid.table, float(box[0]), float(box[2]), float(step), geometry, frame,
        own is None, NO_HEIGHTS if own is None else own, box[0] + down, box[2] + across,
        NOTHING, out,
    )  # fmt: skip
    return out


@njit(cache=True, parallel=True)
def _fill(
    heights: Singles,
    table: Floats,
    row0: float,
    column0: float,
    step: float,
    geometry: Floats,
    frame: Floats,
    gnomonic: bool,
    own: Singles,
    down: int,
    across: int,
    nothing: np.float32,
    out: Singles,
) -> None:
    x0, y0, dx, dy = geometry[0], geometry[1], geometry[2], geometry[3]
    middle_row, middle_column = geometry[4], geometry[5]
    scale, radius = geometry[6], geometry[7]
    for i in prange(out.shape[0]):
        row = row0 + step * i
        for j in range(out.shape[1]):
            column = column0 + step * j
            if gnomonic:
                u = (column - middle_column) * dx * scale / radius
                v = (row - middle_row) * dy * scale / radius
                size = 1.0 / math.sqrt(1.0 + u * u + v * v)
                px = (u * frame[0, 0] + v * frame[1, 0] + frame[2, 0]) * size
                py = (u * frame[0, 1] + v * frame[1, 1] + frame[2, 1]) * size
                pz = (u * frame[0, 2] + v * frame[1, 2] + frame[2, 2]) * size
            else:
                # south polar stereographic: x = rho sin lon, y = rho cos lon
                u, v = (x0 + column * dx) / (2.0 * radius), (y0 + row * dy) / (2.0 * radius)
                size = 1.0 / (1.0 + u * u + v * v)
                px, py = 2.0 * v * size, 2.0 * u * size
                pz = -(1.0 - u * u - v * v) * size
            h = math.nan
            if 0 <= i + down < own.shape[0] and 0 <= j + across < own.shape[1]:
                h = float(own[i + down, j + across])
            if math.isnan(h):
                h, _ = sample(heights, table, px, py, pz, radius)
            if math.isnan(h):
                out[i, j] = nothing
            else:
                up = px * frame[2, 0] + py * frame[2, 1] + pz * frame[2, 2]
                out[i, j] = radius * (1.0 - radius / ((radius + h) * up))


def _directions(rows: Floats, columns: Floats, geometry: Floats, frame: Floats) -> Floats:
    """Unit vectors of gnomonic places given in cells."""
    u = (columns - geometry[5]) * geometry[2] * geometry[6] / geometry[7]
    v = (rows - geometry[4]) * geometry[3] * geometry[6] / geometry[7]
    points = u[:, None] * frame[0] + v[:, None] * frame[1] + frame[2]
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


@njit(cache=True)
def _cells(heights: Singles, table: Floats, points: Floats, radius: float) -> Floats:
    out = np.empty(points.shape[0])
    for n in range(points.shape[0]):
        _, out[n] = sample(heights, table, points[n, 0], points[n, 1], points[n, 2], radius)
    return out


def _finest_outside(
    laid: Stack,
    inner: tuple[int, int, int, int],
    box: tuple[int, int, int, int],
    geometry: Floats,
    frame: Floats,
) -> float:
    """The smallest cell [m] of the terrain between two boxes, seen at 64 x 64 places."""
    rows, columns = np.meshgrid(np.linspace(box[0], box[1], 64), np.linspace(box[2], box[3], 64))
    outside = (rows < inner[0]) | (rows > inner[1]) | (columns < inner[2]) | (columns > inner[3])
    if not outside.any():
        return math.inf
    points = _directions(rows[outside], columns[outside], geometry, frame)
    cells = _cells(laid.heights, laid.table, points, MOON_RADIUS)
    known = cells[np.isfinite(cells)]
    return float(known.min()) if known.size else math.inf


def _missing(
    rasters: list[Singles],
    table: list[list[int]],
    tile: Grid,
    geometry: Floats,
    reach_m: float,
) -> tuple[int, float]:
    """Nodes without terrain within reach of the tile, and how near terrain ends at the rim.

    Holes are counted; terrain that ends is told by nodes without terrain on the rim of the widest
    raster.
    """
    count = 0
    ends = math.inf
    metre_y, metre_x = abs(tile.dy) * geometry[6], abs(tile.dx) * geometry[6]
    for n, (raster, row) in enumerate(zip(rasters, table, strict=True)):
        i, j = np.nonzero(raster == NOTHING)
        if not i.size:
            continue
        r, c = row[3] + i * row[5], row[4] + j * row[5]
        if n:
            r0, c0, step = table[n - 1][3], table[n - 1][4], table[n - 1][5]
            r1, c1 = r0 + (table[n - 1][1] - 1) * step, c0 + (table[n - 1][2] - 1) * step
            keep = (r < r0) | (r > r1) | (c < c0) | (c > c1)
            r, c, i, j = r[keep], c[keep], i[keep], j[keep]
        away_r = np.maximum(0, np.maximum(-r, r - (tile.rows - 1))) * metre_y
        away_c = np.maximum(0, np.maximum(-c, c - (tile.columns - 1))) * metre_x
        away = np.hypot(away_r, away_c)
        within = away <= reach_m
        observers = (away_r == 0) & (away_c == 0)
        count += int((within & ~observers).sum())
        if n == len(rasters) - 1:
            rim = (i == 0) | (j == 0) | (i == raster.shape[0] - 1) | (j == raster.shape[1] - 1)
            beyond = reach_m + 2.0 * row[5] * max(metre_x, metre_y)
            if (rim & (away <= beyond)).any():
                ends = float(away.min())
    return count, ends


def _turn(tile: Grid, frame: Floats, scale: float) -> float:
    """Largest angle [rad] between rays of the raster and those of the same grid azimuth.

    Measured at the corners and the middles of the sides of the tile, in eight directions.
    """
    half_x, half_y = 0.5 * (tile.columns - 1) * tile.dx, 0.5 * (tile.rows - 1) * tile.dy
    xc, yc = tile.x0 + half_x, tile.y0 + half_y
    worst = 0.0
    for side_x in (-1.0, 0.0, 1.0):
        for side_y in (-1.0, 0.0, 1.0):
            x, y = xc + side_x * half_x, yc + side_y * half_y
            own, _ = _tangent(x, y)
            for k in range(8):
                azimuth = k * math.pi / 4
                ray = math.sin(azimuth) * frame[0] + math.cos(azimuth) * frame[1]
                ray = ray - (ray @ own[2]) * own[2]
                seen = math.atan2(float(ray @ own[0]), float(ray @ own[1]))
                off = (seen - azimuth + math.pi) % (2.0 * math.pi) - math.pi
                worst = max(worst, abs(off))
    return worst
