"""The names that conditions may use in a scenario."""

from __future__ import annotations

from ilrs.components.ground_station import GroundStation
from ilrs.scenario.expressions import Kind
from ilrs.scenario.schema import Orbit, Scenario


def known_names(scenario: Scenario) -> dict[str, Kind]:
    """The names a condition may use at any place on the ground of `scenario`."""
    relays = [n for n, p in scenario.places.items() if isinstance(p, Orbit)]
    names: dict[str, Kind] = {
        "sun.area_fraction": "number",
        "sun.flux_fraction": "number",
        "sun.elevation_deg": "number",
        "sun.azimuth_deg": "number",
        "earth.visible": "truth",
        "earth.contact": "truth",
        "earth.elevation_deg": "number",
        "earth.above_terrain_deg": "number",
        "earth.sun_deg": "number",
        "earth.azimuth_deg": "number",
        "earth.distance_km": "number",
        "ground.temperature": "number",
        "regolith.temperature": "number",
        "relay.visible": "truth",
        "relay.contact": "truth",
    }
    for relay in relays:
        names[f"{relay}.visible"] = "truth"
        names[f"{relay}.contact"] = "truth"
        names[f"{relay}.elevation_deg"] = "number"
        names[f"{relay}.distance_km"] = "number"
    for target in scenario.targets:
        names[f"{target}.visible"] = "truth"
        names[f"{target}.elevation_deg"] = "number"
        names[f"{target}.sun_deg"] = "number"
    for name, facility in scenario.facilities.items():
        for part, component in facility.components.items():
            if isinstance(component, GroundStation):
                names[f"{name}/{part}.visible"] = "truth"
    return names
