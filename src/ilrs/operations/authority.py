"""Who commands: a computer on the Moon, Earth's centre while it is heard, or nobody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import Environment
from ilrs.network.network import Network
from ilrs.scenario.schema import Ground, Scenario
from ilrs.simulation.faults import Faults

MOON, EARTH, NOBODY = 0, 1, 2


def authority(
    scenario: Scenario, environment: Environment, network: Network, faults: Faults
) -> NDArray[np.int8]:
    """Who could command in every step (count,): `MOON`, `EARTH` or `NOBODY`.

    A command centre commands while one of its computers lives; when all are lost, Earth does while
    a ground station sees the site or a relay sees both. Without command centre Earth is alone.
    """
    count = network.clock.count
    who = np.full(count, NOBODY, dtype=np.int8)
    who[earth_heard(scenario, environment)] = EARTH
    for controller in network.controllers:
        alive = faults.failed(controller.failure, count) < controller.units
        who[alive] = MOON
    return who


def earth_heard(scenario: Scenario, environment: Environment) -> NDArray[np.bool_]:
    """Whether the station reaches Earth, directly or through a relay, in every step.

    From any place on the ground on a data network with a command centre; without one, from any.
    """
    heard = np.zeros(environment.clock.count, dtype=np.bool_)
    networks = {name: facility.network or facility.place
                for name, facility in scenario.facilities.items()}  # fmt: skip
    commanded = {
        networks[name]
        for name, facility in scenario.facilities.items()
        if any(component.kind == "command_center" for component in facility.components.values())
    }
    far = {f.place for f in scenario.facilities.values()} if commanded else set()
    far -= {f.place for n, f in scenario.facilities.items() if networks[n] in commanded}
    for name, place in scenario.places.items():
        if not isinstance(place, Ground) or name in far:
            continue
        for partner, view in environment.views(name).items():
            onward = environment.orbits.get(partner, {}).get("earth")
            heard |= (view.visible > 0) & (True if onward is None else onward.visible > 0)
    return heard
