"""Checks of the station: names, places, facilities, warm boxes, storage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from ilrs.components.battery import Battery
from ilrs.components.registry import kinds
from ilrs.components.solar_array import SolarArray
from ilrs.data import PACKAGED, data_dir
from ilrs.data.horizons import FOLDER, read_horizon
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import Findings, equipment, finding
from ilrs.scenario.schema import Earth, Ground, Scenario
from ilrs.sky.directions import site_position

NEAR = 5.0
"""How far [m] a place may stand from where its horizon was computed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_RESERVED = {"surroundings"}  # the node of heat that nobody holds
_PLACE_OF_KIND = {"relay": "orbit", "ground_station": "earth", "mission_control": "earth"}
_NEEDS_BOX = {"biological_module",
    "heater", "radiator", "battery", "regenerative_fuel_cell", "radioisotope_heater",
}  # fmt: skip


def plain_names(scenario: Scenario, document: Document) -> Findings:
    """Names become nodes and paths, so they are plain words; the Earth is called `earth`."""
    paths: list[Steps] = [
        (table, name)
        for table in ("phases", "missions", "places", "facilities", "activities", "targets")
        for name in getattr(scenario, table)
    ]
    paths += [path for *_, path in equipment(scenario)]
    for path in paths:
        name = str(path[-1])
        if not _NAME.fullmatch(name) or name in _RESERVED:
            yield finding(
                document, path, f"{name!r} cannot be a name",
                "use letters, digits, '-' and '_', beginning with a letter or digit, and not "
                f"{', '.join(sorted(_RESERVED))}",
            )  # fmt: skip
    for name, place in scenario.places.items():
        if isinstance(place, Earth) != (name == "earth"):
            yield finding(
                document, ("places", name), f"the place of kind 'earth' is called 'earth', and "
                f"{name!r} is of kind {place.kind!r}", "rename it",
            )  # fmt: skip


def known_places(scenario: Scenario, document: Document) -> Findings:
    """Every facility stands at a place of the scenario."""
    for name, facility in scenario.facilities.items():
        if facility.place not in scenario.places:
            yield finding(
                document,
                ("facilities", name, "place"),
                f"there is no place {facility.place!r}",
                suggestion(facility.place, scenario.places),
            )


def known_missions(scenario: Scenario, document: Document) -> Findings:
    """Every facility is brought by a mission of the scenario."""
    for name, facility in scenario.facilities.items():
        if facility.mission not in scenario.missions:
            yield finding(
                document,
                ("facilities", name, "mission"),
                f"there is no mission {facility.mission!r}",
                suggestion(facility.mission, scenario.missions),
            )


def equipment_belongs(scenario: Scenario, document: Document) -> Findings:
    """A modelled facility has components, one not yet modelled has none."""
    for name, facility in scenario.facilities.items():
        if facility.modelled and not facility.components:
            yield finding(
                document, ("facilities", name), "the facility has no components",
                "describe them, or say `modelled: false`",
            )  # fmt: skip
        if not facility.modelled and facility.components:
            yield finding(
                document, ("facilities", name, "components"),
                "the facility is said not to be modelled, yet has components",
                "drop `modelled: false`, or the components",
            )  # fmt: skip


def right_ground(scenario: Scenario, document: Document) -> Findings:
    """Equipment stands where its kind makes sense: on the Moon, in orbit, or on Earth."""
    for facility, _, component, path in equipment(scenario):
        place = scenario.places.get(scenario.facilities[facility].place)
        needed = _PLACE_OF_KIND.get(component.kind, "ground")
        if place is not None and component.kind in _known_kinds() and place.kind != needed:
            yield finding(
                document,
                (*path, "kind"),
                f"a {component.kind} needs a place of kind {needed!r}, and its facility stands at "
                f"{scenario.facilities[facility].place!r} of kind {place.kind!r}",
                "give its facility another place",
            )


def _known_kinds() -> set[str]:
    """Our own kinds; a partner's kind knows itself where it may stand."""
    return {name for name, kind in kinds().items() if kind.__module__.startswith("ilrs.")}


def horizon_names() -> list[str]:
    """Names of the horizons that are packaged or in the data folder."""
    folder = data_dir()
    roots = [PACKAGED] if folder is None else [PACKAGED, folder, folder / "ship", folder / "local"]
    return sorted({path.stem for root in roots for path in (root / FOLDER).glob("*.npz")})


def horizons_exist(scenario: Scenario, document: Document) -> Findings:
    """Every place on the ground has a computed horizon."""
    known = horizon_names()
    for name, place in scenario.places.items():
        if isinstance(place, Ground) and place.horizon not in known:
            yield finding(
                document,
                ("places", name, "horizon"),
                f"there is no horizon {place.horizon!r}",
                f"{suggestion(place.horizon, known)}; `ilrs horizons` computes new ones",
            )


def horizons_belong(scenario: Scenario, document: Document) -> Findings:
    """A place stands where its horizon was computed."""
    for name, place, certificate in _certified(scenario):
        there = (certificate["latitude_deg"], certificate["longitude_deg"])
        ends = [
            site_position(latitude, longitude, 0.0)
            for latitude, longitude in ((place.latitude, place.longitude), np.radians(there))
        ]
        apart = float(np.linalg.norm(ends[0] - ends[1]))
        if apart > NEAR:
            yield finding(
                document,
                ("places", name, "horizon"),
                f"the horizon {place.horizon!r} was computed {apart:.0f} m from here, at "
                f"{there[0]:.4f} deg, {there[1]:.4f} deg E",
                "name another, or compute one for this place: `ilrs horizons`",
            )


def masts_within_horizons(scenario: Scenario, document: Document) -> Findings:
    """Arrays stand between the heights that their place's horizon was computed for."""
    heights = {name: c["heights_m"] for name, _, c in _certified(scenario)}
    for facility, _, array, path in equipment(scenario):
        held = heights.get(scenario.facilities[facility].place)
        if not isinstance(array, SolarArray) or not held:
            continue
        for key, height in (("bottom", array.bottom), ("top", array.top)):
            if not held[0] <= height <= held[-1]:
                yield finding(
                    document,
                    (*path, key),
                    f"{height:g} m above ground is outside the horizon's {held[0]:g} to "
                    f"{held[-1]:g} m",
                    "move the array, or compute the horizon for more heights: `ilrs horizons`",
                )


def _certified(scenario: Scenario) -> Iterator[tuple[str, Ground, dict[str, Any]]]:
    """Places on the ground with the certificate of the horizon they name, where there is one."""
    known = horizon_names()
    for name, place in scenario.places.items():
        if isinstance(place, Ground) and place.horizon in known:
            yield name, place, read_horizon(place.horizon)[1]


def one_thermal_mass(scenario: Scenario, document: Document) -> Findings:
    """A facility is one warm box at most."""
    first: dict[str, str] = {}
    for facility, name, component, path in equipment(scenario):
        if component.kind == "thermal_mass" and first.setdefault(facility, name) != name:
            yield finding(
                document,
                path,
                f"{facility!r} has a second thermal mass besides {first[facility]!r}",
                "merge the two, or make it a facility of its own",
            )


def warm_box_present(scenario: Scenario, document: Document) -> Findings:
    """What heats, cools or must not freeze needs a warm box around it."""
    for facility, _, component, path in equipment(scenario):
        kinds_there = {c.kind for c in scenario.facilities[facility].components.values()}
        if component.kind in _NEEDS_BOX and "thermal_mass" not in kinds_there:
            yield finding(
                document,
                path,
                f"a {component.kind} needs a warm box, and {facility!r} has no thermal mass",
                "add a component of kind thermal_mass to the facility",
            )


def storage_above_floor(scenario: Scenario, document: Document) -> Findings:
    """A battery arrives with no less than its depth of discharge leaves in it, and can be used."""
    for *_, component, path in equipment(scenario):
        if not isinstance(component, Battery):
            continue
        floor = 1.0 - component.depth_of_discharge
        if component.depth_of_discharge == 0.0:
            yield finding(
                document, (*path, "depth_of_discharge"), "none of the capacity can be used",
                "give a depth of discharge above 0",
            )  # fmt: skip
        elif component.initial < floor - 1e-12:
            yield finding(
                document,
                (*path, "initial"),
                f"the battery arrives at {component.initial:.0%}, below the {floor:.0%} that its "
                "depth of discharge keeps in it",
                f"let it arrive with at least {floor:.0%}, or deepen the discharge",
            )


def failure_modes_known(scenario: Scenario, document: Document) -> Findings:
    """Failure rates are given for modes that the kind has."""
    for *_, component, path in equipment(scenario):
        for mode in component.failures:
            if mode not in component.FAILURE_MODES:
                yield finding(
                    document,
                    (*path, "failures", mode),
                    f"a {component.kind} has no failure mode {mode!r}",
                    suggestion(mode, component.FAILURE_MODES),
                )
