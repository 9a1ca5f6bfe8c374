"""Traverses: which vehicle drove which way how often, how far, and on how much energy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.assessment.history import History
from ilrs.planning.route import Route
from ilrs.planning.schedule.sorties import Sortie
from ilrs.planning.schedule.ways import route_of

POINTS = 120
"""Points of a way that are told at most."""


def traverses(history: History) -> list[dict[str, Any]]:
    """A row for every vehicle and way out and home that it drove; what failed is not counted.

    Of a way of `travel` that is declared by its time, length and track are not known.
    """
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for outcome in history.outcomes:
        if not outcome.done:
            continue
        for sortie in history.sorties.of(outcome.entry.activity):
            for leg in _legs(history, sortie):
                key = (leg["robot"], *sorted((leg["from"], leg["to"])))
                row = rows.setdefault(key, leg | {"drives": 0, "energy_j": 0.0, "driven_m": 0.0})
                row["drives"] += 1
                row["energy_j"] += leg["leg_j"]
                if leg["length_m"] is None or row["driven_m"] is None:
                    row["driven_m"] = None
                else:
                    row["driven_m"] += leg["length_m"]
    return [
        {k: v for k, v in row.items() if k not in {"leg_j", "length_m"}}
        for _, row in sorted(rows.items())
    ]


def _legs(history: History, sortie: Sortie) -> list[dict[str, Any]]:
    """The way there and the way home."""
    vehicle, scenario = sortie.vehicle, history.run.scenario
    ends = ((vehicle.home, sortie.origin, sortie.there), (sortie.target, vehicle.home, sortie.home))
    found = []
    for origin, target, leg in ends:
        if origin == target:
            continue
        route = route_of(scenario, vehicle.robot, origin, target)
        found.append(
            {
                "robot": vehicle.robot,
                "from": origin,
                "to": target,
                "route": None if route is None else route.name,
                "length_m": None if route is None else _length(route),
                "leg_j": leg.time * (sortie.way_power(leg) + vehicle.mobile.keep),
                "track": None if route is None else _track(route),
            }
        )
    return found


def _length(route: Route) -> float:
    """Length [m] with the detours that the terrain does not show."""
    return route.length * float(route.facts["tortuosity"])


def _track(route: Route) -> list[list[float]]:
    """Latitudes and longitudes [deg] of points of a route, its ends among them."""
    latitude, longitude = route.columns["latitude_deg"], route.columns["longitude_deg"]
    picked = np.unique(np.linspace(0, len(latitude) - 1, POINTS).round().astype(np.int64))
    return [[float(latitude[k]), float(longitude[k])] for k in picked]
