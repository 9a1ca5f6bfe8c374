"""Checks of what connects: cables, radios, data networks."""

from __future__ import annotations

import numpy as np

from ilrs.components.cable import Cable
from ilrs.components.radio import Radio
from ilrs.scenario.document import Document, suggestion
from ilrs.scenario.finding import Findings, equipment, finding
from ilrs.scenario.schema import Earth, Ground, Orbit, Scenario
from ilrs.sky.directions import site_position

_WITHOUT_ELECTRICITY = {
    "cable", "recorder", "thermal_mass", "radiator", "relay", "ground_station", "mission_control",
    "bus_tie", "switchgear", "radioisotope_heater",
}  # fmt: skip


def cables_arrive(scenario: Scenario, document: Document) -> Findings:
    """A cable leads to another place on the ground where something takes or gives electricity."""
    for facility, name, cable, path in equipment(scenario):
        if not isinstance(cable, Cable):
            continue
        here, there = scenario.facilities[facility].place, cable.to
        ground = [n for n, p in scenario.places.items() if isinstance(p, Ground) and n != here]
        at = (*path, "to")
        if there not in scenario.places:
            what = f"the cable leads to {there!r}, and there is no such place"
            yield finding(document, at, what, suggestion(there, ground))
        elif not isinstance(scenario.places[there], Ground):
            what = f"the cable leads to {there!r}, which is not on the Moon's ground"
            yield finding(document, at, what, suggestion(there, ground))
        elif there == here:
            what = f"the cable leads to {there!r}, where it begins"
            yield finding(document, at, what, suggestion("", ground))
        elif not _electric(scenario, there, (facility, name)):
            yield finding(
                document,
                at,
                f"the cable leads to {there!r}, where nothing takes or gives electricity",
                "put a facility with a load, source or store there, or drop the cable",
            )


def _electric(scenario: Scenario, place: str, besides: tuple[str, str]) -> bool:
    """Whether anything electric stands at `place`, or another cable ends there."""
    for facility, name, component, _ in equipment(scenario):
        stands_there = scenario.facilities[facility].place == place
        if stands_there and component.kind not in _WITHOUT_ELECTRICITY:
            return True
        if not isinstance(component, Cable) or (facility, name) == besides:
            continue
        if place in (scenario.facilities[facility].place, component.to):
            return True
    return False


def cables_reach(scenario: Scenario, document: Document) -> Findings:
    """A cable is at least as long as the straight line between its ends."""
    for facility, _, cable, path in equipment(scenario):
        if not isinstance(cable, Cable):
            continue
        here = scenario.places.get(scenario.facilities[facility].place)
        there = scenario.places.get(cable.to)
        if not isinstance(here, Ground) or not isinstance(there, Ground):
            continue
        ends = [site_position(p.latitude, p.longitude, 0.0) for p in (here, there)]
        distance = float(np.linalg.norm(ends[0] - ends[1]))
        if cable.length < distance:
            yield finding(
                document,
                (*path, "length"),
                f"the cable of {cable.length:.0f} m cannot reach {cable.to!r}, "
                f"{distance:.0f} m away",
                f"make it longer than {distance:.0f} m, with slack for the ground",
            )


def cables_make_no_loop(scenario: Scenario, document: Document) -> Findings:
    """Cables between places form a tree; more than one between the same two is fine."""
    group = {name: name for name in scenario.places}
    joined: set[frozenset[str]] = set()
    for facility, _, cable, path in equipment(scenario):
        here = scenario.facilities[facility].place
        if not isinstance(cable, Cable) or not {here, cable.to} <= set(group) or here == cable.to:
            continue
        pair = frozenset((here, cable.to))
        if pair in joined:
            continue
        joined.add(pair)
        if group[here] == group[cable.to]:
            yield finding(
                document,
                path,
                f"the cable from {here!r} to {cable.to!r} closes a loop of cables",
                "drop one cable of the loop: where power flows in it would be left open",
            )
            continue
        old, new = group[cable.to], group[here]
        group = {name: new if g == old else g for name, g in group.items()}


def radios_have_partners(scenario: Scenario, document: Document) -> Findings:
    """A radio speaks to the Earth, or to an orbit where a relay listens."""
    relays = {
        scenario.facilities[facility].place
        for facility, _, component, _ in equipment(scenario)
        if component.kind == "relay"
    }
    orbits = {n for n, p in scenario.places.items() if isinstance(p, Orbit)}
    earths = {n for n, p in scenario.places.items() if isinstance(p, Earth)}
    partners = (relays & orbits) | earths
    for _, _, radio, path in equipment(scenario):
        if not isinstance(radio, Radio) or radio.to in partners:
            continue
        if radio.to in orbits:
            yield finding(
                document, (*path, "to"), f"nobody listens at {radio.to!r}",
                f"put a facility with a relay there, or speak to {', '.join(sorted(partners))}",
            )  # fmt: skip
        else:
            yield finding(
                document, (*path, "to"), f"the radio speaks to {radio.to!r}, which is no partner",
                suggestion(radio.to, partners),
            )  # fmt: skip


def data_networks_exist(scenario: Scenario, document: Document) -> Findings:
    """A facility speaks on the data network of a place of the scenario."""
    for name, facility in scenario.facilities.items():
        if facility.network is not None and facility.network not in scenario.places:
            yield finding(
                document,
                ("facilities", name, "network"),
                f"there is no place {facility.network!r} whose data network it could speak on",
                suggestion(facility.network, scenario.places),
            )


def data_reach_earth(scenario: Scenario, document: Document) -> Findings:
    """Data that are produced have a radio on their network, and somebody on Earth to hear it."""
    sending: set[str] = set()
    first_radio = None
    heard: set[str] = set()
    for facility, _, component, path in equipment(scenario):
        if isinstance(component, Radio):
            sending.add(_network(scenario, facility))
            first_radio = first_radio or path
        heard.add(component.kind)
    for facility, _, component, path in equipment(scenario):
        rates = {k: getattr(component, k, 0.0) for k in ("telemetry", "science", "beacon")}
        key = next((k for k, rate in rates.items() if isinstance(rate, float) and rate > 0), None)
        network = _network(scenario, facility)
        if key is not None and network in scenario.places and network not in sending:
            remedy = f"let {facility!r} speak on the `network` of a place with a radio"
            if sending:
                remedy = (
                    f"let {facility!r} speak on the `network` of a place with a radio, such as "
                    f"{sorted(sending)[0]}"
                )
            yield finding(
                document,
                (*path, key),
                f"the data go nowhere: no radio speaks on the network of {network!r}",
                remedy,
            )
    for kind in ("ground_station", "mission_control"):
        if first_radio is not None and kind not in heard:
            yield finding(
                document, first_radio, f"the scenario has radios, but no {kind} on Earth to hear",
                f"add a facility at a place of kind 'earth' with a component of kind {kind}",
            )  # fmt: skip


def _network(scenario: Scenario, facility: str) -> str:
    box = scenario.facilities[facility]
    return box.network if box.network is not None else box.place
