"""Terrains joined: no step where a fine one ends in a coarser one, no hole that nobody saw.

Heights come from the finest terrain that has them. Where it ends, its own heights and those of the
coarser one differ, by tens of metres where the coarser one averages rough ground: a cliff that is
not there. Joined, the finer terrain runs into the coarser over a margin inside its edge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage, sparse
from scipy.sparse import linalg

from ilrs.data.rasters import GEOGRAPHIC, SOUTH_POLAR, Terrain
from ilrs.errors import TerrainError
from ilrs.ground.area import Area
from ilrs.ground.terrain import Floats, known_heights, require_order, unproject

MARGIN = 2.0  # cells of the coarser terrain
SHARE = 0.25  # of the finer terrain's smaller side, which the margin never exceeds
_LOOKS = 1024  # places a side at which an area is looked at


@dataclass(frozen=True)
class Seam:
    """Where `fine` ends in `coarse`: fine minus coarse height at its outermost cells [m].

    `margin_m` is the width over which the two were blended, 0 when they were not.
    """

    fine: str
    coarse: str
    cells: int
    mean_m: float
    rms_m: float
    largest_m: float
    margin_m: float


@dataclass(frozen=True)
class Joined:
    """Terrains ready to be used together, their seams, and the cells of holes filled, by name."""

    terrains: tuple[Terrain, ...]
    seams: tuple[Seam, ...]
    filled: Mapping[str, int]


def join(
    terrains: Sequence[Terrain],
    area: Area | None = None,
    *,
    fill_holes: bool = False,
    margin: float = MARGIN,
) -> Joined:
    """Join `terrains`, given from fine to coarse, so that no step stands at a seam.

    Within `margin` cells of the coarser terrain from the edge of a finer one (at most a quarter of
    the finer one's smaller side) its height is w fine + (1 - w) coarse, w smooth from 0 at its
    outermost cells to 1. With `margin` 0 nothing is blended, and the largest step is the seam's
    `largest_m`. Holes are cells without height that the terrain encloses; those that touch `area`
    (all, without one) are an error, unless `fill_holes` takes the coarser heights, shifted
    smoothly to meet the rim, and counts them. Holds for edges that stay clear of what is looked at:
    in the margin relief is lost.
    """
    require_order(terrains)
    if area is not None:
        require_ground(terrains, area, fill_holes=fill_holes)
    done = [terrains[-1]]
    seams, filled = [], {}
    for fine in reversed(terrains[:-1]):
        holes = _holes(fine)
        if area is None and holes.any() and not fill_holes:
            raise _hole(fine, holes, holes.size)
        if fill_holes and holes.any():
            fine = _filled(fine, holes, done)
            filled[fine.name] = int(holes.sum())
        fine, seam = _blended(fine, done, margin)
        seams.append(seam)
        done.insert(0, fine)
    return Joined(tuple(done), tuple(reversed(seams)), filled)


def run_out(terrains: Sequence[Terrain], margin: float = MARGIN) -> list[Terrain]:
    """Each of `terrains` (fine to coarse) continued beyond its edge until it meets the coarser one.

    Within `margin` cells of the coarser terrain (at most the finer one's smaller side) a cell
    beyond the edge has the coarser height plus w times what the finer one is higher at its nearest
    cell, w smooth from 1 at the edge to 0. The terrain's own cells stay as they are, holes that it
    encloses stay holes. Holds for terrain on a polar plane; a geographic one is left as it is.
    """
    require_order(terrains)
    done = [terrains[-1]]
    for fine in reversed(terrains[:-1]):
        done.insert(0, fine if fine.crs == GEOGRAPHIC else _continued(fine, done, margin))
    return done


def _continued(fine: Terrain, coarser: Sequence[Terrain], margin: float) -> Terrain:
    if np.isnan(fine.heights).all():
        return fine
    metre_y, metre_x = _metres(fine)
    side = min(fine.heights.shape[0] * metre_y, fine.heights.shape[1] * metre_x)
    width = min(margin * coarser[0].cell, side)
    down, across = math.ceil(width / metre_y), math.ceil(width / metre_x)
    wide = np.pad(
        fine.heights, ((down, down), (across, across)), constant_values=np.float32(np.nan)
    )
    laid = replace(fine, heights=wide, x0=fine.x0 - across * fine.dx, y0=fine.y0 - down * fine.dy)
    rows, columns, from_row, from_column = _beyond(fine, down, across, (metre_y, metre_x), width)
    below = known_heights(coarser, *places(laid, rows, columns))
    beneath = known_heights(coarser, *places(laid, from_row, from_column))
    higher = wide[from_row, from_column] - beneath
    away = np.hypot((rows - from_row) * metre_y, (columns - from_column) * metre_x)
    part = np.minimum(away / width, 1.0)
    weight = 1.0 - part * part * (3.0 - 2.0 * part)
    wide[rows, columns] = below + weight * higher  # NaN where the coarser terrain ends
    return laid


def _beyond(
    fine: Terrain, down: int, across: int, metres: tuple[float, float], width: float
) -> tuple[NDArray[np.int64], ...]:
    """Rows and columns, `down` and `across` more, of cells beyond the edge; of those nearest them.

    Cells beyond are those within `width` [m] of known ones that are not in a hole.
    """
    ny, nx = fine.heights.shape
    empty = np.isnan(fine.heights)
    if not empty.any():
        frame = np.ones((ny + 2 * down, nx + 2 * across), bool)
        frame[down : down + ny, across : across + nx] = False
        rows, columns = np.nonzero(frame)
        from_row = np.clip(rows, down, down + ny - 1)
        from_column = np.clip(columns, across, across + nx - 1)
        return rows, columns, from_row, from_column
    wide = np.pad(empty, ((down, down), (across, across)), constant_values=True)
    away, nearest = ndimage.distance_transform_edt(wide, sampling=metres, return_indices=True)
    outside = wide & (away < width)
    outside[down : down + ny, across : across + nx] &= ~_holes(fine)
    rows, columns = np.nonzero(outside)
    return rows, columns, nearest[0][outside], nearest[1][outside]


def require_ground(terrains: Sequence[Terrain], area: Area, *, fill_holes: bool = False) -> None:
    """Raise `TerrainError` unless `terrains` (fine to coarse) have heights all over `area`.

    Says how the area lies beside the terrains, or where the largest hole is and how much of the
    area all holes take. A hole in the finest terrain that covers the area counts although a
    coarser one has heights there, unless `fill_holes`. Looks at 1024 x 1024 places at most, and at
    every cell of the finest terrain.
    """
    require_order(terrains)
    finest = terrains[0].cell
    x = _looks(area.x_min, area.x_max, finest)
    y = _looks(area.y_min, area.y_max, finest)
    missing = np.isnan(known_heights(terrains, *unproject(*np.meshgrid(x, y))))
    if missing.all():
        raise TerrainError(
            f"{_named(area)} lies outside the terrain",
            remedy="; ".join(_extent(t) for t in terrains),
        )
    if missing.any():
        lat, lon = _largest(missing, x, y)
        raise TerrainError(
            f"{_named(area)}: {100 * missing.mean():.2g} % of it has no terrain, the largest part "
            f"around {lat:.4f} deg, {lon:.4f} deg E",
            remedy="choose an area without it, or add terrain: "
            + "; ".join(_extent(t) for t in terrains),
        )
    if fill_holes:
        return
    for t in terrains:
        window = _window(t, area)
        if window is not None:
            holes = np.isnan(t.heights[window])
            if holes.any():
                whole = np.zeros(t.heights.shape, bool)
                whole[window] = holes
                raise _hole(t, whole, holes.size)
            return


def _looks(low: float, high: float, cell: float) -> Floats:
    count = int(min(_LOOKS, max(2, math.ceil((high - low) / cell))))
    inset = 0.5 * (high - low) / count
    return np.linspace(low + inset, high - inset, count)


def _largest(missing: NDArray[np.bool_], x: Floats, y: Floats) -> tuple[float, float]:
    """Latitude and longitude [deg] inside the largest connected part of what is missing."""
    labels, _ = ndimage.label(missing)
    largest = labels == np.argmax(np.bincount(labels.ravel())[1:]) + 1
    # the cell deepest inside it, which unlike the mean is always part of it
    deep = ndimage.distance_transform_edt(np.pad(largest, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(deep)), deep.shape)
    lat, lon = unproject(x[column], y[row])
    return math.degrees(float(lat)), math.degrees(float(lon))


def _hole(t: Terrain, holes: NDArray[np.bool_], cells: int) -> TerrainError:
    labels, count = ndimage.label(holes)
    deep = ndimage.distance_transform_edt(
        np.pad(labels == np.argmax(np.bincount(labels.ravel())[1:]) + 1, 1)
    )[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(deep)), deep.shape)
    lat, lon = (math.degrees(float(v)) for v in places(t, np.array(row), np.array(column)))
    return TerrainError(
        f"terrain {t.name} has {count} hole{'s' if count > 1 else ''} of {int(holes.sum())} cells "
        f"({100 * holes.sum() / cells:.2g} %), the largest around {lat:.4f} deg, "
        f"{lon % 360:.4f} deg E",
        remedy="choose an area without it, give whole terrain, or have it filled from coarser "
        "terrain (fill_holes)",
    )


def _named(area: Area) -> str:
    return (
        f"the area x {area.x_min:g} to {area.x_max:g} m, y {area.y_min:g} to {area.y_max:g} m "
        "(south polar)"
    )


def _extent(t: Terrain) -> str:
    ny, nx = t.heights.shape
    x = sorted((t.x0 - 0.5 * t.dx, t.x0 + (nx - 0.5) * t.dx))
    y = sorted((t.y0 - 0.5 * t.dy, t.y0 + (ny - 0.5) * t.dy))
    if t.crs == GEOGRAPHIC:
        x, y = [math.degrees(v) for v in x], [math.degrees(v) for v in y]
        return (
            f"{t.name} covers longitudes {x[0]:g} to {x[1]:g}, latitudes {y[0]:g} to {y[1]:g} deg"
        )
    pole = "south" if t.crs == SOUTH_POLAR else "north"
    return f"{t.name} covers x {x[0]:g} to {x[1]:g} m, y {y[0]:g} to {y[1]:g} m ({pole} polar)"


def _window(t: Terrain, area: Area) -> tuple[slice, slice] | None:
    """The cells of `t` inside `area`; None where it does not cover it whole."""
    if t.crs != SOUTH_POLAR:
        return None
    sides = []
    for start, step, count, low, high in (
        (t.y0, t.dy, t.heights.shape[0], area.y_min, area.y_max),
        (t.x0, t.dx, t.heights.shape[1], area.x_min, area.x_max),
    ):
        ends = sorted(((low - start) / step, (high - start) / step))
        if ends[0] < -0.5 - 1e-6 or ends[1] > count - 0.5 + 1e-6:
            return None
        sides.append(slice(max(0, math.floor(ends[0])), min(count, math.ceil(ends[1]) + 1)))
    return sides[0], sides[1]


def _holes(t: Terrain) -> NDArray[np.bool_]:
    """The cells without height that others enclose; those open to the edge are no holes."""
    empty = np.isnan(t.heights)
    if not empty.any():
        return empty
    labels, count = ndimage.label(empty)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    outside = np.zeros(count + 1, bool)
    outside[np.unique(rim)] = True
    return np.asarray(empty & ~outside[labels])


def places(t: Terrain, rows: ArrayLike, columns: ArrayLike) -> tuple[Floats, Floats]:
    """Latitude and longitude [rad] of cells of `t`."""
    x = t.x0 + t.dx * np.asarray(columns, np.float64)
    y = t.y0 + t.dy * np.asarray(rows, np.float64)
    if t.crs == GEOGRAPHIC:
        return y, x
    if t.crs == SOUTH_POLAR:
        return unproject(x, y)
    lat, lon = unproject(x, -y)  # x = rho sin(lon), y = -rho cos(lon) about the north pole
    return -lat, lon


def _filled(t: Terrain, holes: NDArray[np.bool_], coarser: Sequence[Terrain]) -> Terrain:
    """`t` with its holes filled by the coarser heights plus a harmonic shift that meets the rim."""
    around = ndimage.binary_dilation(holes, np.ones((3, 3))) & ~np.isnan(t.heights)
    rows, columns = np.nonzero(holes | around)
    below = known_heights(coarser, *places(t, rows, columns))
    if np.isnan(below).any():
        raise TerrainError(
            f"a hole of terrain {t.name} has no coarser terrain to be filled from",
            remedy="add coarser terrain that covers it",
        )
    shift = np.zeros(t.heights.shape)
    shift[rows, columns] = t.heights[rows, columns] - below
    shift[holes] = _harmonic(shift, holes)
    heights = t.heights.copy()
    base = np.zeros(t.heights.shape)
    base[rows, columns] = below
    heights[holes] = (base + shift)[holes]
    return replace(t, heights=heights)


def _harmonic(values: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Values in the cells `inside` that are the means of their four neighbours."""
    rows, columns = np.nonzero(inside)
    number = np.full(inside.shape, -1)
    number[rows, columns] = np.arange(rows.size)
    total = np.zeros(rows.size)
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for down, across in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        r, c = rows + down, columns + across  # never off the grid: holes are enclosed
        there = number[r, c]
        total += np.where(there < 0, values[r, c], 0.0)
        entries.append((np.flatnonzero(there >= 0), there[there >= 0]))
    i, j = (np.concatenate([e[k] for e in entries]) for k in (0, 1))
    matrix = sparse.identity(rows.size, format="csc") * 4.0 - sparse.csc_matrix(
        (np.ones(i.size), (i, j)), shape=(rows.size, rows.size)
    )
    return np.asarray(linalg.spsolve(matrix, total)).reshape(-1)


def _blended(fine: Terrain, coarser: Sequence[Terrain], margin: float) -> tuple[Terrain, Seam]:
    """`fine` run into `coarser` within `margin` cells of the next coarser, and its seam."""
    coarse = coarser[0]
    metre_y, metre_x = _metres(fine)
    side = min(fine.heights.shape[0] * metre_y, fine.heights.shape[1] * metre_x)
    width = min(margin * coarse.cell, SHARE * side)
    known = ~np.isnan(fine.heights)
    turn = fine.crs == GEOGRAPHIC and math.isclose(
        fine.heights.shape[1] * abs(fine.dx), 2 * math.pi, rel_tol=1e-9
    )
    wide = np.pad(np.pad(known, ((1, 1), (0, 0))), ((0, 0), (1, 1)), constant_values=turn)
    away = ndimage.distance_transform_edt(wide, sampling=(metre_y, metre_x))[1:-1, 1:-1]
    outermost = known & ~ndimage.binary_erosion(wide, np.ones((3, 3)))[1:-1, 1:-1]
    edge = min(metre_x, metre_y)
    rows, columns = np.nonzero(known & ((away < width + edge) | outermost))
    below = known_heights(coarser, *places(fine, rows, columns))
    own = fine.heights[rows, columns].astype(np.float64)
    rim = outermost[rows, columns] & np.isfinite(below)
    difference = (own - below)[rim]
    seam = Seam(
        fine=fine.name,
        coarse=coarse.name,
        cells=int(difference.size),
        mean_m=float(difference.mean()) if difference.size else 0.0,
        rms_m=float(np.sqrt(np.mean(difference**2))) if difference.size else 0.0,
        largest_m=float(np.abs(difference).max()) if difference.size else 0.0,
        margin_m=width,
    )
    if width <= 0.0:
        return fine, seam
    part = np.clip((away[rows, columns] - edge) / width, 0.0, 1.0)
    part[outermost[rows, columns]] = 0.0
    weight = part * part * (3.0 - 2.0 * part)
    blended = np.where(np.isfinite(below), weight * own + (1.0 - weight) * below, own)
    heights = fine.heights.copy()
    heights[rows, columns] = blended
    return replace(fine, heights=heights), seam


def _metres(t: Terrain) -> tuple[float, float]:
    """Metres of a row and of a column (on a geographic grid those at its middle latitude)."""
    if t.crs != GEOGRAPHIC:
        return abs(t.dy), abs(t.dx)
    middle = t.y0 + 0.5 * (t.heights.shape[0] - 1) * t.dy
    return t.cell, t.cell * abs(t.dx / t.dy) * max(math.cos(middle), 1e-3)
