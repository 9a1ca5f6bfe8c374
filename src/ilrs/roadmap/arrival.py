"""When facilities are of use and objectives can be met, from the dates of missions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilrs.roadmap.calendar import Date
from ilrs.roadmap.programme import Programme
from ilrs.scenario.schema import NEVER

Objective = tuple[str, str]
"""Mission and name of an objective."""


@dataclass(frozen=True)
class Dates:
    """Dates of missions, facilities in use, objectives, milestones; NEVER for what never comes."""

    missions: Mapping[str, Date]
    facilities: Mapping[str, Date]
    objectives: Mapping[Objective, Date]
    milestones: Mapping[str, Date]


def dates_of(programme: Programme) -> Dates:
    """The dates of a programme as it is written."""
    missions = {name: mission.arrives for name, mission in programme.missions.items()}
    landed = {name: missions.get(f.mission, NEVER) for name, f in programme.facilities.items()}
    return from_landings(programme, missions, landed | on_earth(programme))


def on_earth(programme: Programme) -> dict[str, Date]:
    """When what stands on Earth is there: no launch brings it, and none that is lost takes it."""
    return {
        name: programme.missions[facility.mission].date
        for name, facility in programme.facilities.items()
        if facility.place == "earth" and facility.mission in programme.missions
    }


def from_landings(
    programme: Programme, missions: Mapping[str, Date], landed: Mapping[str, Date]
) -> Dates:
    """The dates that follow from when missions come and facilities land.

    A facility is of use when all that it stands on is; an objective can be pursued from the day its
    facilities are; how long it then takes is the run's to say.
    """
    used: dict[str, Date] = {}

    def use(name: str) -> Date:
        if name not in used:
            used[name] = max([landed[name], *(use(n) for n in programme.needs(name))])
        return used[name]

    for name in landed:
        use(name)
    objectives = {
        (name, key): max(
            [used.get(f, NEVER) for f in objective.facilities] or [missions[name]]
        )
        for name, mission in programme.missions.items()
        for key, objective in mission.objectives.items()
    }  # fmt: skip
    milestones = {
        name: max(missions.get(m, NEVER) for m in milestone.missions)
        for name, milestone in programme.roadmap.milestones.items()
        if milestone.missions
    }
    return Dates(missions, used, objectives, milestones)
