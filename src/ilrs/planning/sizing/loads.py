"""The loads of a scenario: what its station asks for once everything has arrived."""

from __future__ import annotations

from ilrs.components.command_center import CommandCenter
from ilrs.components.component import Component
from ilrs.components.heater import Heater
from ilrs.components.load import Load
from ilrs.errors import UserError
from ilrs.planning.sizing.problem import Need
from ilrs.scenario.schema import Ground, Scenario


def need_of(scenario: Scenario, share: float) -> tuple[Need, str]:
    """Power that loads, command centres and heaters on the ground ask for, and where most stands.

    Heaters count with their rating, as in the cold of a long dark; radios do not count: what they
    take follows traffic. Everything is taken as present at once.
    """
    keep_alive, rest = 0.0, 0.0
    by_place: dict[str, float] = {}
    for facility in scenario.facilities.values():
        if not isinstance(scenario.places.get(facility.place), Ground):
            continue
        for part in facility.components.values():
            kept, more = _powers(part)
            keep_alive, rest = keep_alive + kept, rest + more
            by_place[facility.place] = by_place.get(facility.place, 0.0) + kept + more
    if keep_alive + rest <= 0.0:
        raise UserError(
            f"{scenario.name} has no loads on the ground to size for",
            remedy="say them: --load 5kW --keep-alive 1kW",
        )
    return Need(keep_alive, rest, share), max(by_place, key=lambda p: by_place[p])


def _powers(part: Component) -> tuple[float, float]:
    """Keep-alive and further power of a component [W]."""
    if isinstance(part, Load):
        return part.keep_alive, (part.power - part.keep_alive) * part.duty
    if isinstance(part, (CommandCenter, Heater)):
        return part.power, 0.0
    return 0.0, 0.0
