"""Ground that the Sun never reaches, which planetary protection may close to a rover."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.clock import Clock
from ilrs.ground.area import Area
from ilrs.ground.lit_map import Disc, lit_totals
from ilrs.ground.sweep import area_horizon
from ilrs.planning.route_field import REACH, Field
from ilrs.sky.directions import SUN_RADIUS
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import tdb_from_utc

# A turn of the Moon's node: what stays dark through it stays dark.
NODE = Clock.over(np.datetime64("2026-01-01"), np.datetime64("2045-01-01"), 4 * 3600)


def permanent_shadow(field: Field) -> NDArray[np.bool_]:
    """Cells (ny, nx) of a field that see nothing of the Sun from the ground for 19 years.

    Every four hours of a turn of the Moon's node: what is lit for less may be missed.
    """
    grid = field.grid
    xs = sorted(grid.x0 + (k - 0.5) * grid.dx for k in (0, grid.columns))
    ys = sorted(grid.y0 + (k - 0.5) * grid.dy for k in (0, grid.rows))
    area = Area(xs[0], ys[0], xs[1], ys[1])
    horizon = area_horizon(field.terrains, area, 360, [0.0], REACH, open_ended=True)
    return lit_totals(horizon, Disc(_suns(), SUN_RADIUS), float(NODE.step)).never_lit


@lru_cache(maxsize=1)
def _suns() -> NDArray[np.float64]:
    times = tdb_from_utc(NODE.middles)
    found = fit_ephemeris(float(times[0]), float(times[-1])).positions(times)[0]
    return found
