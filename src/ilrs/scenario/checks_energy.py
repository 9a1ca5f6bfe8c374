"""Checks of energy: who stands too near a reactor, what freezes, what is too cold to charge."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ilrs.components.battery import Battery
from ilrs.components.bus_tie import BusTie
from ilrs.components.cable import Cable
from ilrs.components.component import Component
from ilrs.components.fission_reactor import FissionReactor
from ilrs.components.heater import Heater
from ilrs.components.radioisotope_generator import RadioisotopeGenerator
from ilrs.components.regenerative_fuel_cell import FREEZING, RegenerativeFuelCell
from ilrs.components.setting import bus_node
from ilrs.components.solar_array import SolarArray
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import Findings, equipment, finding
from ilrs.scenario.ports import ports_at
from ilrs.scenario.schema import Facility, Ground, Scenario
from ilrs.sky.directions import site_position

SUNLIGHT = 1361.0 * 1.034
"""Of the Sun at its nearest [W/m2]: 1361 at an astronomical unit (Kopp and Lean 2011)."""

_NEED_POWER = {
    "load", "heater", "command_center", "radio", "excavator", "isru_plant", "biological_module",
    "crew",
}  # fmt: skip
_GIVE_NO_POWER = {
    "battery", "regenerative_fuel_cell", "recorder", "thermal_mass", "radiator", "relay",
    "ground_station", "mission_control", "switchgear", "radioisotope_heater",
}  # fmt: skip


def reactors_stand_off(scenario: Scenario, document: Document) -> Findings:
    """No other facility stands where the dose of a reactor exceeds its limit."""
    for facility, _, reactor, path in equipment(scenario):
        here = scenario.places.get(scenario.facilities[facility].place)
        if not isinstance(reactor, FissionReactor) or not isinstance(here, Ground):
            continue
        needed = reactor.stand_off()
        for name, other in scenario.facilities.items():
            there = scenario.places.get(other.place)
            if name == facility or not other.components or not isinstance(there, Ground):
                continue
            ends = [site_position(p.latitude, p.longitude, 0.0) for p in (here, there)]
            apart = float(np.linalg.norm(ends[0] - ends[1]))
            untold = apart == 0.0 and here.terrain == "coarse"  # terrain that parts no places
            if apart < needed and not untold:
                yield finding(
                    document,
                    path,
                    f"{name!r} stands {apart:.0f} m from the reactor, whose dose falls to its "
                    f"limit at {needed:.0f} m",
                    "move one of them, or give the reactor less `shield` let through",
                )


def batteries_can_charge(scenario: Scenario, document: Document) -> Findings:
    """The box of a battery is held above the temperature at which its charging stops."""
    for facility, _, battery, path in equipment(scenario):
        setpoint = _warmest(scenario.facilities[facility], "setpoint")
        if not isinstance(battery, Battery) or setpoint is None:
            continue
        if setpoint <= battery.charge_stop:
            yield finding(
                document,
                path,
                f"the battery does not charge at or below {battery.charge_stop:g} K, and its box "
                f"is held at {setpoint:g} K",
                f"raise the heater's setpoint above {battery.charge_stop:g} K, or choose a "
                "chemistry that charges in the cold",
            )


def water_stays_liquid(scenario: Scenario, document: Document) -> Findings:
    """The box of a fuel cell with its water inside is held above freezing, asleep as well."""
    for facility, _, cell, path in equipment(scenario):
        asleep = _warmest(scenario.facilities[facility], "hibernation")
        if not isinstance(cell, RegenerativeFuelCell) or cell.water_tank != "inside":
            continue
        if asleep is not None and asleep <= FREEZING:
            yield finding(
                document,
                path,
                f"the water of the fuel cell freezes: its box is held at {asleep:g} K in "
                "hibernation",
                f"raise the heater's hibernation temperature above {FREEZING:g} K, or put the "
                "water tank outside with a heater of its own: `water_tank: outside`",
            )


def buses_are_tied(scenario: Scenario, document: Document) -> Findings:
    """A bus of its own is tied to another of its place, and a tie leads to a bus there."""
    buses = {(f.place, f.bus) for f in scenario.facilities.values() if f.modelled}
    tied: set[tuple[str, str | None]] = set()
    for facility, _, tie, path in equipment(scenario):
        here = scenario.facilities[facility]
        if not isinstance(tie, BusTie):
            continue
        tied |= {(here.place, here.bus), (here.place, tie.to)}
        known = [bus for place, bus in buses if place == here.place and bus]
        if tie.to is not None and tie.to not in known:
            yield finding(
                document, (*path, "to"), f"there is no bus {tie.to!r} at {here.place!r}",
                suggestion(tie.to, known),
            )  # fmt: skip
    for name, owner in scenario.facilities.items():
        if owner.bus is not None and (owner.place, owner.bus) not in tied:
            yield finding(
                document,
                ("facilities", name, "bus"),
                f"nothing ties the bus {owner.bus!r} to the rest of {owner.place!r}",
                "add a component of kind bus_tie, or leave `bus` out",
            )


def ports_suffice(scenario: Scenario, document: Document) -> Findings:
    """No more facilities and cables hang on a place than it states ports."""
    for ports in ports_at(scenario):
        if ports.free < 0:
            last = ports.takers[-1].partition("/")[0]
            yield finding(
                document,
                ("facilities", last),
                f"{len(ports.takers)} facilities and cables hang on {ports.place!r}, which offers "
                f"{ports.offered} ports: {', '.join(ports.takers)}",
                "state more `ports` of a facility there, or put one of them elsewhere",
            )


def loads_have_sources(scenario: Scenario, document: Document) -> Findings:
    """What needs electricity is joined, by cables and ties, to something that makes it."""
    root = _joined(scenario)
    needy: list[tuple[str, str, Steps]] = []
    fed: list[str] = []
    for facility, name, component, path in equipment(scenario):
        here = scenario.facilities[facility]
        node = bus_node(here.place, here.bus)
        if component.kind in _NEED_POWER:
            needy.append((node, f"{facility}/{name}", path))
        elif component.kind not in _GIVE_NO_POWER and not isinstance(component, Cable | BusTie):
            fed.append(node)  # a source, or a partner's kind that may be one
    served = {root(node) for node in fed}
    told: set[str] = set()
    for node, name, path in needy:
        if root(node) not in served and root(node) not in told:
            told.add(root(node))
            yield finding(
                document,
                path,
                f"nobody can serve {name}: nothing that {node.rsplit('/', 1)[0]!r} is joined to "
                "makes electricity",
                "lay a cable to a place with an array or a reactor, or put a source there",
            )


def keep_alive_has_power(scenario: Scenario, document: Document) -> Findings:
    """What must never be shed wants no more than the sources it is joined to give at their best."""
    root = _joined(scenario)
    wants: dict[str, list[tuple[float, str, Steps]]] = {}
    gives: dict[str, float] = {}
    for facility, name, component, path in equipment(scenario):
        here = scenario.facilities[facility]
        node = root(bus_node(here.place, here.bus))
        gives[node] = gives.get(node, 0.0) + _at_best(component)
        kept = float(getattr(component, "keep_alive", 0.0))
        if kept:
            wants.setdefault(node, []).append((kept, f"{facility}/{name}", path))
    for node, loads in wants.items():
        wanted, given = sum(power for power, _, _ in loads), gives[node]
        if 0.0 < given < wanted:
            _, name, path = max(loads, key=lambda load: load[0])
            yield finding(
                document,
                path,
                f"nobody can serve {name}: keep-alive loads on its buses want {wanted / 1e3:.4g} "
                f"kW, and all sources joined to them give {given / 1e3:.4g} kW at their best",
                f"ask for less, or land {(wanted - given) / 1e3:.4g} kW more: "
                f"{(wanted - given) / (0.3 * SUNLIGHT):.0f} m^2 of array, or reactors",
            )


def _at_best(component: Component) -> float:
    """Electricity [W] that a component gives at its best; no bound for a partner's kind."""
    if isinstance(component, SolarArray):
        return component.area * component.efficiency * SUNLIGHT
    if isinstance(component, FissionReactor | RadioisotopeGenerator):
        return component.power
    return 0.0 if type(component).__module__.startswith("ilrs.components.") else math.inf


def _joined(scenario: Scenario) -> Callable[[str], str]:
    """Of every bus, the one that stands for all that cables and ties join it to."""
    joined: dict[str, str] = {}

    def root(node: str) -> str:
        while joined.setdefault(node, node) != node:
            node = joined[node]
        return node

    for facility, _, component, _ in equipment(scenario):
        here = scenario.facilities[facility]
        node = bus_node(here.place, here.bus)
        if isinstance(component, Cable):
            joined[root(node)] = root(bus_node(component.to, None))
        elif isinstance(component, BusTie):
            joined[root(node)] = root(bus_node(here.place, component.to))
    return root


def _warmest(facility: Facility, key: str) -> float | None:
    """The highest temperature the heaters of a facility hold, None without any."""
    held = [getattr(c, key) for c in facility.components.values() if isinstance(c, Heater)]
    return max(held, default=None)
