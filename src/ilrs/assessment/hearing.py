"""How much of the Moon the seismic network hears: a figure that every further station improves."""

from __future__ import annotations

from ilrs.assessment.history import History
from ilrs.components.seismometer import Seismometer
from ilrs.physics.seismic import coverage
from ilrs.scenario.metrics import HEARD_MAGNITUDE
from ilrs.scenario.schema import Ground


def heard(history: History, until: int) -> float:
    """Share of the Moon from which some station there by step `until`-1 hears a quake of magnitude
    `HEARD_MAGNITUDE` over its own noise; NaN without a station.
    """
    scenario, clock = history.run.scenario, history.network.clock
    latitudes, longitudes, ranges = [], [], []
    for facility in scenario.facilities.values():
        place = scenario.places.get(facility.place)
        arrives = scenario.missions[facility.mission].arrives
        if not isinstance(place, Ground) or clock.index(arrives) >= until:
            continue
        for part in facility.components.values():
            if isinstance(part, Seismometer):
                latitudes.append(place.latitude)
                longitudes.append(place.longitude)
                ranges.append(part.heard_within(HEARD_MAGNITUDE))
    return coverage(latitudes, longitudes, ranges) if ranges else float("nan")
