"""The answer for a spot: from the terrain asked for, the finest at hand, or what ships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ilrs.environment.objects import Obstacle
from ilrs.flows.clock import Clock
from ilrs.ground.horizon import REACH
from ilrs.ground.terrain import Terrain
from ilrs.siting.band import FINE
from ilrs.siting.heat import point_heat
from ilrs.siting.outlook import Terms
from ilrs.siting.point import Point, candidate_point, point, require_point
from ilrs.siting.relays import Relay
from ilrs.siting.spots import Spot
from ilrs.siting.surface import finest_at, surface_at
from ilrs.siting.terrains import terrains_around


def answer(
    spot: Spot,
    clock: Clock,
    *,
    heights: Sequence[float] = (2.0,),
    terrain: Sequence[str] | None = None,
    reach_m: float | None = None,
    terms: Terms | None = None,
    seed: int = 1,
    obstacles: Sequence[Obstacle] = (),
    relays: tuple[Relay, ...] = (),
) -> Point:
    """Light, view of Earth and `relays`, and ground at `spot` over `clock`, with `obstacles`.

    With `terrain` named or a reach asked for, from that terrain; else from the finest at hand, and
    where only averages are at hand, for a candidate from its shipped skylines.
    """
    reach = REACH if reach_m is None else reach_m
    require_point(spot.latitude, heights)
    terrains = terrains_around(terrain, spot.latitude, spot.longitude, reach)
    found = spot.candidate
    asked = bool(terrain) or reach_m is not None
    if found is not None and not asked and not _fine(terrains, spot):
        return candidate_point(
            found, clock, heights=heights, terms=terms, obstacles=obstacles, relays=relays
        )
    return point(
        terrains,
        spot.latitude,
        spot.longitude,
        clock,
        heights=heights,
        reach_m=reach,
        terms=terms,
        seed=seed,
        name=spot.name,
        obstacles=obstacles,
        relays=relays,
    )


def warmth(
    spot: Spot,
    clock: Clock,
    *,
    terrain: Sequence[str] | None = None,
    reach_m: float | None = None,
) -> dict[str, Any]:
    """Temperature of the ground at `spot` through the year from the beginning of `clock`.

    From the terrain asked for or the finest at hand, as plain data; without obstacles.
    """
    reach = REACH if reach_m is None else reach_m
    terrains = terrains_around(terrain, spot.latitude, spot.longitude, reach)
    ground = surface_at(terrains, spot.latitude, spot.longitude)
    return point_heat(
        terrains, spot.latitude, spot.longitude, ground.slope, ground.downhill, clock, reach
    )


def _fine(terrains: Sequence[Terrain], spot: Spot) -> bool:
    return finest_at(terrains, spot.latitude, spot.longitude).cell <= FINE
