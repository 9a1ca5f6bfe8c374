"""A route as it is answered, shipped and read back: its way over ground, its times, its energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import DataError
from ilrs.scenario.instants import parse_instant, written

Floats = NDArray[np.float64]

FORMAT = "ilrs-route-1"
COLUMNS: dict[str, int] = {
    # what a point of a route holds, and the decimals it is written with
    "latitude_deg": 6,
    "longitude_deg": 6,
    "x_m": 1,
    "y_m": 1,
    "height_m": 2,
    "slope_deg": 2,
    "distance_m": 1,
    "arrival_s": 0,
    "departure_s": 0,
    "energy_j": 0,
    "lit_share": 3,
    "earth_in_view": 0,
    "battery_share": 4,
}


@dataclass(frozen=True)
class Route:
    """A way from `origin` to `target` begun at `start` (UTC), as `columns` over its points (n,).

    `facts` says the rest: rover, tempo, terms, corridor, certificate.
    """

    name: str
    origin: str
    target: str
    start: np.datetime64
    columns: dict[str, Floats]
    facts: dict[str, Any]

    @property
    def duration(self) -> float:
        """From the start to the arrival [s], waits included."""
        return float(self.columns["arrival_s"][-1])

    @property
    def energy(self) -> float:
        """Energy drawn on the way [J], waits included."""
        return float(self.columns["energy_j"][-1])

    @property
    def length(self) -> float:
        """Length over the ground [m]."""
        return float(self.columns["distance_m"][-1])

    @property
    def waits(self) -> list[dict[str, Any]]:
        """Stands on the way of more than a second: where, from when, how long."""
        stand = self.columns["departure_s"] - self.columns["arrival_s"]
        return [
            {
                "latitude_deg": float(self.columns["latitude_deg"][i]),
                "longitude_deg": float(self.columns["longitude_deg"][i]),
                "distance_m": float(self.columns["distance_m"][i]),
                "from": written(
                    self.start + np.timedelta64(round(self.columns["arrival_s"][i]), "s")
                ),
                "hours": float(stand[i]) / 3600.0,
            }
            for i in np.flatnonzero(stand[:-1] > 1.0)
        ]

    def summary(self) -> dict[str, Any]:
        """What people ask first, as plain data."""
        c = self.columns
        moved = np.diff(c["arrival_s"], append=c["arrival_s"][-1])
        whole = max(self.duration, 1e-9)
        stand = float((c["departure_s"] - c["arrival_s"])[:-1].sum())
        rise = np.diff(c["height_m"])
        return {
            "from": self.origin,
            "to": self.target,
            "begins": written(self.start),
            "arrives": written(self.start + np.timedelta64(round(self.duration), "s")),
            "distance_m": self.length,
            "duration_s": self.duration,
            "waiting_s": stand,
            "driving_s": self.duration - stand,
            "energy_j": self.energy,
            "energy_wh_per_km": self.energy / 3.6 / max(self.length, 1e-9),
            "climb_m": float(rise[rise > 0.0].sum()),
            "descent_m": float(-rise[rise < 0.0].sum()),
            "steepest_deg": float(c["slope_deg"].max()),
            "lit_share_of_time": float((moved * (c["lit_share"] > 0.0)).sum() / whole)
            if self.duration
            else float(c["lit_share"][0] > 0.0),
            "earth_in_view_share_of_time": float((moved * c["earth_in_view"]).sum() / whole)
            if self.duration
            else float(c["earth_in_view"][0]),
            "least_battery_share": float(c["battery_share"].min()),
            "waits": self.waits,
        }

    def as_data(self) -> dict[str, Any]:
        """The route as plain data: summary, facts and one list a point."""
        names = list(COLUMNS)
        rows = zip(*(np.round(self.columns[n], COLUMNS[n]).tolist() for n in names), strict=True)
        return {
            "format": FORMAT,
            "name": self.name,
            **self.summary(),
            **self.facts,
            "columns": names,
            "points": [list(row) for row in rows],
        }


def route_from(data: dict[str, Any]) -> Route:
    """The route that `Route.as_data` wrote; `DataError` when it is none."""
    try:
        if data["format"] != FORMAT:
            raise DataError(f"a route in the format {data['format']!r}, not {FORMAT}")
        table = np.array(data["points"], np.float64).T
        columns = {name: table[data["columns"].index(name)] for name in COLUMNS}
        derived = {"format", "name", "from", "to", "columns", "points", "begins"}
        route = Route(
            data["name"],
            data["from"],
            data["to"],
            parse_instant(data["begins"]),
            columns,
            {},
        )
        derived |= set(route.summary())
        facts = {key: value for key, value in data.items() if key not in derived}
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise DataError(
            f"a damaged route: {type(error).__name__}: {error}",
            remedy="recompute it: python -m ilrs.siting.shipped_routes",
        ) from error
    return Route(route.name, route.origin, route.target, route.start, columns, facts)
