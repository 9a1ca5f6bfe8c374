"""Where the station's places lie: on the polar plane, and around each other."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ilrs.ground.terrain import MOON_RADIUS, project
from ilrs.rendering.series import DATA, ELECTRICITY, RunSeries

Vector = tuple[float, float]
POLAR = -60.0
"""South of this latitude [deg] plans are drawn on the polar plane, so that they match the map."""


@dataclass(frozen=True)
class Spot:
    """A place on the plan, metres right and up, with what the summary says of it."""

    name: str
    x: float
    y: float
    row: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """Spots, unit vectors to the north and east of the main one, and whether the plane is polar."""

    spots: tuple[Spot, ...]
    north: Vector
    east: Vector
    polar: bool
    centre: Vector
    """Latitude and longitude of the main one [deg]."""

    def put(self, latitude_deg: float, longitude_deg: float) -> Vector:
        """Where a point lies on it, metres right and up."""
        if self.polar:
            return polar(latitude_deg, longitude_deg)
        lat, lon = (math.radians(angle) for angle in self.centre)
        turn = (math.radians(longitude_deg) - lon + math.pi) % (2.0 * math.pi) - math.pi
        return MOON_RADIUS * math.cos(lat) * turn, MOON_RADIUS * (math.radians(latitude_deg) - lat)

    def towards(self, azimuth: float) -> Vector:
        """The unit vector to an azimuth [rad], clockwise from north."""
        c, s = math.cos(azimuth), math.sin(azimuth)
        return (
            c * self.north[0] + s * self.east[0],
            c * self.north[1] + s * self.east[1],
        )


def plan_of(rows: list[dict[str, Any]], main: str | None) -> Plan | None:
    """The plan of the places on the ground; None when no coordinates are given."""
    ground = [r for r in rows if r.get("kind") == "ground" and r.get("latitude_deg") is not None]
    if not ground:
        return None
    centre = next((r for r in ground if r["name"] == main), ground[0])
    lon = math.radians(centre["longitude_deg"])
    at_pole = centre["latitude_deg"] < POLAR
    plan = Plan(
        spots=(),
        north=(math.sin(lon), math.cos(lon)) if at_pole else (0.0, 1.0),
        east=(math.cos(lon), -math.sin(lon)) if at_pole else (1.0, 0.0),
        polar=at_pole,
        centre=(centre["latitude_deg"], centre["longitude_deg"]),
    )
    spots = (Spot(r["name"], *plan.put(r["latitude_deg"], r["longitude_deg"]), r) for r in ground)
    return replace(plan, spots=tuple(spots))


def polar(latitude_deg: float, longitude_deg: float) -> Vector:
    """South polar stereographic x, y [m] of a point in degrees."""
    x, y = project(math.radians(latitude_deg), math.radians(longitude_deg))
    return float(x), float(y)


def separation(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Distance [m] over the sphere between two places."""
    p, q = (np.radians([r["latitude_deg"], r["longitude_deg"]]).astype(float) for r in (a, b))
    half = np.sin((p[0] - q[0]) / 2.0) ** 2
    half += np.cos(p[0]) * np.cos(q[0]) * np.sin((p[1] - q[1]) / 2.0) ** 2
    return float(2.0 * MOON_RADIUS * np.arcsin(np.sqrt(half)))


def connections(series: RunSeries, places: set[str]) -> list[tuple[str, str, list[str]]]:
    """Pairs of places joined by links on the ground, with the links' components, in order."""
    nodes, kinds = series.names("node"), series.names("flow_kind")
    joined: dict[tuple[str, str], list[str]] = {}
    for name, f in series.flow_index.items():
        if kinds[f] != "link":
            continue
        column = series.incidence[:, f]
        ends = sorted(
            {
                nodes[i].split("/", 1)[0]
                for i in np.nonzero(column)[0]
                if nodes[i].endswith(ELECTRICITY) or DATA in nodes[i]
            }
        )
        if len(ends) == 2 and set(ends) <= places:
            parts = joined.setdefault((ends[0], ends[1]), [])
            component = name.split(".", 1)[0]
            if component not in parts:
                parts.append(component)
    return [(a, b, parts) for (a, b), parts in sorted(joined.items())]
