"""What terrain is to a vehicle: slopes, where it is closed, what each move costs, what is not seen.

Slopes are those of the terrain's own cells. What lies below a cell is told as a share: the chance
that a vehicle crossing a cell meets ground steeper than its limit or a stone it cannot pass.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.stats import ncx2

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Codes = NDArray[np.uint8]

OPEN, UNKNOWN, STEEP, KEPT_OUT = 0, 1, 2, 3
"""Why a cell is closed."""
HURST = 0.8
"""How slopes grow towards short baselines, s ~ L^(H-1): 0.7 to 0.95 on the Moon (Rosenburg and
others 2011, doi 10.1029/2010JE003716)."""
ROCK_COVER = 0.004
"""Share of ground under rocks, mean of the Moon (Bandfield and others 2011)."""

_STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, 1), (1, 1), (1, -1), (-1, -1))


def slopes(heights: NDArray[np.floating], dx: float, dy: float) -> Floats:
    """Slope (ny, nx) [rad] of every cell by central differences, one-sided at the edges."""
    field = np.asarray(heights, np.float64)
    to_y, to_x = np.gradient(field, abs(dy), abs(dx))
    return np.asarray(np.arctan(np.hypot(to_x, to_y)))


def closed_cells(
    heights: NDArray[np.floating], slope: Floats, limit: float, kept_out: NDArray[np.bool_]
) -> Codes:
    """Why each cell (ny, nx) is closed: UNKNOWN ground, STEEP beyond `limit` [rad], KEPT_OUT."""
    codes = np.zeros(slope.shape, np.uint8)
    codes[kept_out] = KEPT_OUT
    codes[~(slope <= limit)] = STEEP
    codes[~np.isfinite(heights)] = UNKNOWN
    return codes


def move_costs(
    heights: NDArray[np.floating],
    closed: Codes,
    dx: float,
    dy: float,
    slope: Floats,
    cost: Floats,
) -> Singles:
    """Cost (ny, nx, 8) of leaving each cell by every move of `planning.paths`, inf where closed.

    `cost` (n,) a metre on slopes `slope` (n,) [rad] along the way, equally spaced; taken times the
    length over the ground, so that up and down differ. No corner of a closed cell is cut.
    """
    field = np.asarray(heights, np.float64)
    edges = np.full((*field.shape, 8), np.inf, np.float32)
    step = float(slope[1] - slope[0])
    lengths = np.array([math.hypot(r * dy, c * dx) for r, c in _STEPS])
    _fill(field, closed, lengths, float(slope[0]), step, np.asarray(cost, np.float64), edges)
    return edges


def roughness_of(heights: NDArray[np.floating], dx: float, dy: float, over: int = 21) -> Floats:
    """Rms slope [rad] (ny, nx) over one cell in any direction, about the mean of `over` cells.

    sqrt(var(dz/dx) + var(dz/dy)) in squares of `over` x `over` cells, unknown ground taken as level
    with the mean. Holds where the ground is alike over such a square.
    """
    field = np.asarray(heights, np.float64)
    known = np.isfinite(field)
    filled = np.where(known, field, field[known].mean() if known.any() else 0.0)
    spread = np.zeros(field.shape)
    for gradient in np.gradient(filled, abs(dy), abs(dx)):
        mean = uniform_filter(gradient, over)
        spread += np.maximum(uniform_filter(gradient**2, over) - mean**2, 0.0)
    return np.asarray(np.arctan(np.sqrt(spread)))


def hazard_share(
    slope: Floats, roughness: Floats, cell: float, wheelbase: float, limit: float
) -> Floats:
    """Chance [1] (n,) that ground at a vehicle's own scale is steeper than `limit` [rad].

    `slope` and `roughness` (n,) [rad] are those of cells of `cell` [m] (`roughness_of`). Those over
    `wheelbase` [m] vary about the cell's by what s ~ L^(H-1) adds to the rms, normal in both
    directions, so that their size is a Rice variable. Holds for rough ground without steps; rocks
    come on top (`rock_share`).
    """
    gain = max((wheelbase / cell) ** (2.0 * (HURST - 1.0)) - 1.0, 0.0)
    sigma = np.tan(roughness) * math.sqrt(0.5 * gain)
    rough = sigma > 0.0
    safe = np.where(rough, sigma, 1.0)
    chance = ncx2.sf((math.tan(limit) / safe) ** 2, 2, (np.tan(slope) / safe) ** 2)
    return np.asarray(np.where(rough, chance, (slope > limit).astype(np.float64)))


def rock_share(clearance: float, cover: float = ROCK_COVER) -> float:
    """Share [1] of ground under rocks wider than twice `clearance` [m], which cannot be passed.

    k exp(-(1.79 + 0.152 / k) D) of rocks wider than D, k their cover (Golombek and Rapp 1997, for
    Mars; used for the Moon by Bandfield and others 2011). Rocks stand half as high as wide.
    """
    return cover * math.exp(-(1.79 + 0.152 / cover) * 2.0 * clearance)


def tortuosity(share: float) -> float:
    """Length [1] of the way around obstacles over that of the way without, by the `share` closed.

    Cheapest paths over 400 x 400 cells of which the share is closed at random, 4 draws each
    (`python -m ilrs.planning.tortuosity`). Holds for hazards scattered at the scale of the vehicle;
    infinite beyond 0.35, where hardly any way is left.
    """
    if share > _TORTUOSITY[-1][0]:
        return math.inf
    known, values = zip(*_TORTUOSITY, strict=True)
    return float(np.interp(share, known, values))


_TORTUOSITY = (
    (0.0, 1.0),
    (0.02, 1.004),
    (0.05, 1.012),
    (0.1, 1.030),
    (0.15, 1.052),
    (0.2, 1.075),
    (0.25, 1.125),
    (0.3, 1.182),
    (0.35, 1.335),
)


@njit(cache=True)
def _fill(
    heights: Floats,
    closed: Codes,
    lengths: Floats,
    first: float,
    step: float,
    cost: Floats,
    edges: Singles,
) -> None:
    rows, columns = heights.shape
    for r in range(rows):
        for c in range(columns):
            if closed[r, c] != 0:
                continue
            for m in range(8):
                dr, dc = _STEPS[m]
                nr, nc = r + dr, c + dc
                if nr < 0 or nc < 0 or nr >= rows or nc >= columns:
                    continue
                if closed[nr, nc] != 0 or closed[r, nc] != 0 or closed[nr, c] != 0:
                    continue
                rise = heights[nr, nc] - heights[r, c]
                place = (math.atan2(rise, lengths[m]) - first) / step
                k = math.floor(place)
                if k < 0 or k + 1 >= len(cost):
                    continue
                f = place - k
                a_metre = (1.0 - f) * cost[k] + f * cost[k + 1]
                edges[r, c, m] = a_metre * math.hypot(lengths[m], rise)
