"""Computes the routes that ship: `python -m ilrs.siting.survey_routes`.

From the garage of the reference scenario to its other places, to summits for geology, to the edge
and into the cold of permanent shadow and back. Without light or contact asked for, so that they
hold whenever the ground is lit; on the finest terrain at hand, so corridors.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

from ilrs import __version__
from ilrs.components.rover import Rover
from ilrs.data import PACKAGED
from ilrs.data.routes import FORMAT, write_routes
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.terrain import unproject
from ilrs.planning.paths import cheapest_paths
from ilrs.planning.route import Route
from ilrs.planning.route_shadow import permanent_shadow
from ilrs.siting.spots import Spot, spot
from ilrs.siting.terms import Terms
from ilrs.siting.travel import cell_of, look_at, travel

HOME = "ridge-garage"
TARGETS = ("ridge-a", "ridge-b", "ridge-reactor", "ridge-02", "ridge-03", "shackleton-rim-02")
EDGE = "shadow-edge"
HOLLOW = Spot("cold-hollow", math.radians(-89.3496), math.radians(221.8657))
"""The reference scenario's place in permanent shadow."""
WHEN = Clock(np.datetime64("2032-01-15"), 3600, 24 * 14)
TERMS = Terms(light=None)


def shadow_edge(home: Spot) -> Spot:
    """The quickest reached cell beside permanent shadow within some kilometres of `home`."""
    rover = Rover.model_validate({})
    field, ground, _ = look_at([home], Clock(WHEN.start, 3600, 2), rover, TERMS, None, 3000.0)
    dark = permanent_shadow(field)
    beside = np.zeros_like(dark)
    for axis, by in ((0, 1), (0, -1), (1, 1), (1, -1)):
        beside |= np.roll(dark, by, axis)
    inner = np.zeros_like(dark)
    inner[1:-1, 1:-1] = True
    cost = cheapest_paths(ground.seconds, [cell_of(ground, home)]).cost
    cost = np.where(beside & ~dark & inner, cost, math.inf)
    if not np.isfinite(cost).any():
        raise UserError("no edge of permanent shadow is reached within 3 km")
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    lat, lon = unproject(*ground.point((int(row), int(column))))
    return Spot(EDGE, float(lat), float(lon))


def main() -> None:
    """Recompute the shipped routes; a word: the folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGED / "routes"
    home = spot([HOME])
    ends = [*(spot([name]) for name in TARGETS), shadow_edge(home), HOLLOW]
    routes: list[Route] = []
    for end in ends:
        for pair in ((home, end), (end, home)):
            journey = travel(pair, WHEN, terms=TERMS)
            routes += journey.routes
            made = routes[-1]
            sys.stderr.write(
                f"{made.name}: {made.length:.0f} m, {made.duration / 3600:.1f} h, "
                f"{made.energy / 3.6e6:.2f} kWh\n"
            )
    path = write_routes(
        {
            "format": FORMAT,
            "text": " ".join((__doc__ or "").split()),
            "version": __version__,
            "routes": [route.as_data() for route in routes],
        },
        folder,
    )
    sys.stderr.write(f"{len(routes)} routes written: {path}\n")


if __name__ == "__main__":
    main()
