"""What stands in view of a point: written out, or taken from a scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import ValidationError

from ilrs.environment.horizons import ground_height
from ilrs.environment.objects import FARTHEST, Obstacle, obstacles_around
from ilrs.errors import UserError
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Ground, Object
from ilrs.siting.spots import Spot, apart

SAME = 50.0  # [m] a point this close to a scenario's place is the place
KEYS = ("east", "north", "width", "height")


def written_objects(texts: Sequence[str]) -> list[Obstacle]:
    """Objects written as `east,north,width,height` [m] of a point, the height that of their top."""
    return [_one(text, k) for k, text in enumerate(texts)]


def scenario_objects(scenario: str, spot: Spot) -> list[Obstacle]:
    """What a scenario has standing around the place of its own that `spot` is.

    The objects of the place, and arrays and boxes at other places.
    """
    found = load_scenario(scenario).scenario
    grounds = {name: p for name, p in found.places.items() if isinstance(p, Ground)}
    gaps = {
        name: apart(spot.latitude, spot.longitude, p.latitude, p.longitude)
        for name, p in grounds.items()
    }
    nearest = min(gaps, key=lambda name: gaps[name], default=None)
    if nearest is None or gaps[nearest] > SAME:
        told = "none" if nearest is None else f"{nearest}, {gaps[nearest]:.0f} m off"
        raise UserError(
            f"the point is no place of the scenario {found.name} (nearest: {told})",
            remedy="ask for a place of the scenario, or write the objects: --object E,N,WIDTH,TOP",
        )
    heights = {
        name: ground_height(p.latitude, p.longitude)
        for name, p in grounds.items()
        if gaps[name] <= 2.0 * FARTHEST
    }
    return list(obstacles_around(found, nearest, heights))


def _one(text: str, k: int) -> Obstacle:
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) != len(KEYS):
            raise ValueError(f"{len(numbers)} numbers")
        if not all(map(math.isfinite, numbers)):
            raise ValueError("not finite")
        found = Object(**{key: f"{n!r} m" for key, n in zip(KEYS, numbers, strict=True)})  # type: ignore[arg-type]
    except (ValueError, ValidationError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise UserError(
            f"{text!r} is no object: {said.removeprefix('Value error, ')}",
            remedy="write east, north, width and height of its top in metres: 40,-10,4,6",
        ) from error
    return Obstacle(
        f"object {k + 1}",
        math.atan2(found.east, found.north),
        math.hypot(found.east, found.north),
        found.width,
        found.height,
    )
