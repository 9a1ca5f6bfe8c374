"""What is told of a way that was found: track, light, battery, hazards, what to beware of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.components.rover import Rover
from ilrs.environment.horizons import AS_COMPUTED
from ilrs.ground.terrain import unproject
from ilrs.ground.trafficability import hazard_share, rock_share, roughness_of, tortuosity
from ilrs.ground.warmth import SOLAR_CONSTANT
from ilrs.physics.mobility import sun_on_vehicle
from ilrs.planning.reserved import closest, track_of
from ilrs.planning.route import Route
from ilrs.planning.route_field import Field
from ilrs.planning.routes import Going, Way
from ilrs.planning.tempo import TEMPOS
from ilrs.siting.spots import Spot
from ilrs.siting.terms import Terms

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

POSTING = 5.0
"""Cells [m] from which on a route is a corridor: what stops a rover is smaller."""


def described(
    name: str,
    origin: Spot,
    target: Spot,
    way: Way,
    field: Field,
    ground: Going,
    earth: Bools,
    rover: Rover,
    terms: Terms,
) -> Route:
    """The way with all that is told of it: light, battery, corridor, certificate.

    `earth` (t, ny, nx) says when cells have the Earth in view.
    """
    cells = way.cells
    begun = float(way.arrival[0])
    xs = np.asarray(field.grid.x0 + field.grid.dx * cells[:, 1], np.float64)
    ys = np.asarray(field.grid.y0 + field.grid.dy * cells[:, 0], np.float64)
    lat, lon = unproject(xs, ys)
    share, elevation, azimuth = field.sun_along(cells, way.arrival)
    steps = np.clip(way.arrival // field.clock.step, 0, field.clock.count - 1).astype(np.int64)
    battery = _battery(way, xs, ys, share, elevation, azimuth, rover)
    heights = ground.heights[cells[:, 0], cells[:, 1]]
    columns = {
        "latitude_deg": np.degrees(lat),
        "longitude_deg": np.degrees(lon),
        "x_m": xs,
        "y_m": ys,
        "height_m": heights,
        "slope_deg": np.degrees(ground.slope[cells[:, 0], cells[:, 1]]),
        "distance_m": way.length,
        "arrival_s": way.arrival - begun,
        "departure_s": way.departure - begun,
        "energy_j": way.energy,
        "lit_share": share,
        "earth_in_view": earth[steps, cells[:, 0], cells[:, 1]].astype(np.float64),
        "battery_share": battery,
    }
    facts = {
        "terms": terms.as_data(),
        "rover": rover.model_dump(exclude={"failures"}),
        "slope_limit_deg": math.degrees(ground.limit),
        "least_energy_j": way.least_energy,
        **_corridor(field, ground, way, rover),
        "speed_made_good_m_h": 3600.0 * TEMPOS[terms.tempo].speed(rover.speed),
        "terrain": [{"name": t.name, "cell_m": t.cell, "sha256": t.sha256} for t in field.terrains],
        "step_s": field.clock.step,
        "skyline": AS_COMPUTED,
        "method": "earliest arrival by safe intervals over cells that are open in each step; "
        "slope-dependent moves to eight neighbours",
        "version": __version__,
    }
    route = Route(
        name or f"{origin.said} to {target.said}",
        origin.said,
        target.said,
        field.clock.start + np.timedelta64(round(begun), "s"),
        columns,
        facts,
    )
    if terms.clear_of:
        start = field.clock.start
        others = [closest(track_of(route, start), track_of(o, start)) for o in terms.clear_of]
        facts["nearest_other_m"] = min(others) if math.isfinite(min(others)) else None
    return route


def _battery(
    way: Way,
    xs: Floats,
    ys: Floats,
    share: Floats,
    elevation: Floats,
    azimuth: Floats,
    rover: Rover,
) -> Floats:
    """Content [1] of the battery along the way, begun full; below 0 what it lacks.

    The Sun's share and heading of a cell hold until the next one; what does not fit is not taken.
    """
    content = np.empty(len(way.cells))
    content[0] = 1.0
    heading = np.arctan2(np.diff(xs), np.diff(ys))
    cosine = sun_on_vehicle(elevation[:-1], azimuth[:-1], heading, rover.panel_mounting)
    power = SOLAR_CONSTANT * rover.panel_area * rover.panel_efficiency * cosine * share[:-1]
    gained = power * np.diff(way.arrival) * math.sqrt(rover.round_trip)
    spent = np.diff(way.energy) / math.sqrt(rover.round_trip)
    for i, change in enumerate((gained - spent) / rover.battery):
        content[i + 1] = min(content[i] + change, 1.0)
    return content


def _corridor(field: Field, ground: Going, way: Way, rover: Rover) -> dict[str, Any]:
    """Whether it is a route or a corridor, and how much of the hazard the terrain does not show."""
    cell = ground.cell
    if cell < POSTING:
        return {"result": "route"}
    rough = roughness_of(field.heights, field.grid.dx, field.grid.dy)
    slope = ground.slope[way.cells[:, 0], way.cells[:, 1]]
    length = 3.0 * rover.wheel_diameter
    rough = rough[way.cells[:, 0], way.cells[:, 1]]
    steep = hazard_share(slope, rough, cell, length, ground.limit)
    share = float(1.0 - (1.0 - steep.mean()) * (1.0 - rock_share(rover.clearance)))
    winding = tortuosity(share)
    known = math.isfinite(winding)
    return {
        "result": "corridor",
        "posting_m": cell,
        "unresolved_hazard_share": share,
        "tortuosity": winding if known else None,
        "distance_with_tortuosity_m": winding * float(way.length[-1]) if known else None,
        "energy_with_tortuosity_j": winding * float(way.energy[-1]) if known else None,
        "beware": f"cells of {cell:g} m hide what stops a rover: a corridor to look for a route in",
    }


def notes_on(routes: Sequence[Route]) -> list[str]:
    """What has to be said of routes, in words."""
    facts = routes[0].facts
    notes = []
    if facts["result"] == "corridor":
        winding = facts["tortuosity"]
        longer = (
            "so much of it that a way through is not likely"
            if winding is None
            else f"going around makes ways {100 * (winding - 1):.1f} % longer"
        )
        notes.append(
            f"A corridor, not a route: cells of {facts['posting_m']:g} m hide what stops a rover. "
            f"{100 * facts['unresolved_hazard_share']:.1f} % of its ground is likely to be steeper "
            f"than {facts['slope_limit_deg']:.1f} deg or stony at the rover's own scale; {longer}."
        )
    notes.append(
        f"Light is {AS_COMPUTED}. Hours of light along a way come without a band of the terrain's "
        "error: leave margins, and ask for one where it stands long (ilrs site point)."
    )
    for route in routes:
        near = route.facts.get("nearest_other_m")
        if near is not None:
            notes.append(f"{route.name}: {near:.0f} m at least from the rovers it keeps clear of.")
    low = min(route.summary()["least_battery_share"] for route in routes)
    floor = 1.0 - float(facts["rover"]["depth_of_discharge"])
    if low < floor:
        notes.append(
            f"The battery does not last: it would fall to {100 * low:.0f} %, below the "
            f"{100 * floor:.0f} % it must keep. A larger one, more panels, or waits in the light."
        )
    return notes
