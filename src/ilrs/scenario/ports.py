"""Ports: outlets for electricity that facilities offer others, and who takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ilrs.components.cable import Cable
from ilrs.scenario.schema import Ground, Scenario


@dataclass(frozen=True)
class Ports:
    """Of a place: how many are offered at a date, and by whom they are taken."""

    place: str
    offered: int
    takers: tuple[str, ...]

    @property
    def free(self) -> int:
        """How many are left."""
        return self.offered - len(self.takers)


def ports_at(scenario: Scenario, date: np.datetime64 | None = None) -> list[Ports]:
    """The ports of every place on the ground where somebody states them, at a date (None: ever).

    One is taken by every facility with components that stands there and offers none itself, a
    docked rover among them, and by every cable that comes from another place.
    """
    here = {
        name: facility
        for name, facility in scenario.facilities.items()
        if facility.components
        and facility.mission in scenario.missions
        and (date is None or scenario.missions[facility.mission].date <= date)
    }
    offered: dict[str, int] = {}
    for facility in here.values():
        if facility.ports is not None and isinstance(scenario.places.get(facility.place), Ground):
            offered[facility.place] = offered.get(facility.place, 0) + facility.ports
    takers: dict[str, list[str]] = {place: [] for place in offered}
    for name, facility in here.items():
        if facility.ports is None and facility.place in takers:
            takers[facility.place].append(name)
        for part, component in facility.components.items():
            if isinstance(component, Cable) and component.to in takers:
                takers[component.to].append(f"{name}/{part}")
    return [Ports(place, count, tuple(takers[place])) for place, count in offered.items()]
