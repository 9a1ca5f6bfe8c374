"""Which relays are meant: those that a scenario declares, by name, on their held orbits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ilrs.environment.compute import held_orbit
from ilrs.scenario.load import load_scenario
from ilrs.scenario.schema import Orbit
from ilrs.sky.orbits import HeldOrbit

REFERENCE = "ilrs"
"""The scenario whose relays are meant when nobody says otherwise."""


@dataclass(frozen=True)
class Relay:
    """A relay by the name of its place, and the orbit it is held on."""

    name: str
    orbit: HeldOrbit

    def as_data(self) -> dict[str, Any]:
        """Its name and mean elements as plain data [km, deg]."""
        e = self.orbit.elements
        return {
            "name": self.name,
            "semi_major_axis_km": e.semi_major_axis / 1e3,
            "eccentricity": e.eccentricity,
            "inclination_deg": math.degrees(e.inclination),
            "ascending_node_deg": math.degrees(e.raan),
            "argument_of_perilune_deg": math.degrees(e.argument_of_periapsis),
            "mean_anomaly_deg": math.degrees(e.mean_anomaly),
            "epoch_tdb_s": self.orbit.epoch,
        }


def relays_of(scenario: str = REFERENCE) -> tuple[Relay, ...]:
    """The relays of a scenario, by name or file."""
    places = load_scenario(scenario).scenario.places
    return tuple(Relay(n, held_orbit(p)) for n, p in places.items() if isinstance(p, Orbit))
