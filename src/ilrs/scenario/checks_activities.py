"""Checks of activities: that whom and what they name exists, and that they can follow one another.

Whether an activity fits into the sky, the ground and the power is the planner's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.components.mobile import Mobile
from ilrs.components.radio import Radio
from ilrs.components.sampler import Sampler
from ilrs.data.routes import read_routes
from ilrs.errors import UserError
from ilrs.physics.pit import great_circle
from ilrs.scenario.activities import Activity, Travel
from ilrs.scenario.condition_names import known_names
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.expressions import parse_condition
from ilrs.scenario.finding import Findings, finding
from ilrs.scenario.instants import written
from ilrs.scenario.schema import Ground, Scenario

SECOND = np.timedelta64(1, "s")
ON_THE_SPOT = 100.0
"""A shipped route leads to a place when it comes as near as this [m]."""
EARTH = "earth"
"""Who has what was brought home."""


def activities_refer(scenario: Scenario, document: Document) -> Findings:
    """Activities name missions, robots, instruments and places that exist."""
    grounds = [name for name, place in scenario.places.items() if isinstance(place, Ground)]
    parts = [f"{f}/{c}" for f, box in scenario.facilities.items() for c in box.components]
    radios = [
        f"{f}/{c}"
        for f, box in scenario.facilities.items()
        for c, part in box.components.items()
        if isinstance(part, Radio)
    ]
    for name, each in scenario.activities.items():
        path: Steps = ("activities", name)
        asked: list[tuple[Steps, str, Iterable[str], str]] = [
            (("mission",), each.mission, scenario.missions, "mission")
        ]
        asked += [
            (("robots", i), robot, scenario.facilities, "facility")
            for i, robot in enumerate(each.robots)
        ]
        asked += [
            (("instruments", i), part, parts, "component")
            for i, part in enumerate(each.instruments)
        ]
        asked += [(("silences", i), part, radios, "radio") for i, part in enumerate(each.silences)]
        asked += [
            (tuple(at.split(".")), place, grounds, "place on the ground")
            for at, place in _places(each)
        ]
        for at, word, known, what in asked:
            if word not in known:
                yield finding(
                    document, (*path, *at), f"there is no {what} {word!r}", suggestion(word, known)
                )
        if f"{each.owner}/{name}" in parts:
            yield finding(
                document, path, f"the activity is called like the component {each.owner}/{name}",
                "rename one of the two",
            )  # fmt: skip


def _places(each: Activity) -> Iterator[tuple[str, str]]:
    if each.place is not None:
        yield "place", each.place
    if each.supply is not None:
        yield "supply", each.supply
    if each.route is not None:
        yield "route.from", each.route.origin
        yield "route.to", each.route.to


def activities_done_by_equipment(scenario: Scenario, document: Document) -> Findings:
    """Whoever takes part in an activity is modelled, and stands on the Moon."""
    for name, each in scenario.activities.items():
        for box in each.boxes:
            facility = scenario.facilities.get(box)
            if facility is None:
                continue
            if not facility.modelled:
                yield finding(
                    document, ("activities", name), f"{box!r} takes part and is not modelled",
                    "give it components and drop `modelled: false`",
                )  # fmt: skip
            place = scenario.places.get(facility.place)
            if place is not None and not isinstance(place, Ground):
                yield finding(
                    document, ("activities", name),
                    f"{box!r} takes part and stands at {facility.place!r}, which is not on the "
                    "ground", "activities are on the Moon",
                )  # fmt: skip


def robots_draw_from_one(scenario: Scenario, document: Document) -> Findings:
    """What a vehicle does away from its place is all on its own battery, or all on a supply."""
    carried: dict[str, str] = {}
    for name, each in scenario.activities.items():
        box = scenario.facilities.get(each.owner)
        away = [p for at, p in _places(each) if at != "supply" and box and p != box.place]
        if box is None or not away or each.supply is not None:
            continue
        if any(isinstance(part, Mobile) for part in box.components.values()):
            carried.setdefault(each.owner, name)
    for name, each in scenario.activities.items():
        box = scenario.facilities.get(each.owner)
        if each.owner in carried and box and each.supply not in (None, box.place):
            yield finding(
                document, ("activities", name, "supply"),
                f"{each.owner!r} draws from {each.supply!r} here, and from its own battery in "
                f"{carried[each.owner]!r}", "give all of them a supply, or none",
            )  # fmt: skip


def activities_in_order(scenario: Scenario, document: Document) -> Findings:
    """What an activity comes after exists, fits its lags, and does not come after it in turn."""
    for name, each in scenario.activities.items():
        for i, before in enumerate(each.after):
            path: Steps = ("activities", name, "after", i)
            if before.activity not in scenario.activities:
                yield finding(
                    document,
                    (*path, "activity"),
                    f"there is no activity {before.activity!r}",
                    suggestion(before.activity, scenario.activities),
                )
            elif before.at_most is not None and before.at_most < before.at_least:
                yield finding(
                    document, path,
                    f"at most {before.at_most:g} s after it is less than at least "
                    f"{before.at_least:g} s", "raise at_most",
                )  # fmt: skip
            else:
                circle = _circle(scenario, name, before.activity)
                if circle:
                    yield finding(
                        document, path, f"{name!r} comes after itself: {' after '.join(circle)}",
                        "drop one of these",
                    )  # fmt: skip


def _circle(scenario: Scenario, name: str, first: str) -> list[str]:
    """The names from `name` over `first` back to `name`, each after the next; empty for none."""
    waiting, seen = [[name, first]], {first}
    while waiting:
        way = waiting.pop()
        if way[-1] == name:
            return way
        each = scenario.activities.get(way[-1])
        for before in each.after if each else ():
            if before.activity == name or before.activity not in seen:
                seen.add(before.activity)
                waiting.append([*way, before.activity])
    return []


def conditions_understood(scenario: Scenario, document: Document) -> Findings:
    """The conditions of activities are written in names that exist."""
    known = known_names(scenario)
    for name, each in scenario.activities.items():
        if each.requires is None:
            continue
        try:
            parse_condition(each.requires, known)
        except UserError as error:
            yield finding(document, ("activities", name, "requires"), error.what, error.remedy)


def activities_have_room(scenario: Scenario, document: Document) -> Findings:
    """An activity is no longer than its window, and its cadence no shorter than itself."""
    for name, each in scenario.activities.items():
        shortest = each.duration if each.duration is not None else each.least
        if shortest is None:
            continue
        begins, ends = each.window.begins, each.window.ends
        # What the period cuts off is no mistake of the activity: the planner tells of those.
        if begins is not None and ends is not None and float((ends - begins) / SECOND) < shortest:
            yield finding(
                document, ("activities", name, "window"),
                f"{shortest / 3600:g} h do not fit between {written(begins)} and {written(ends)}",
                "widen the window or shorten the activity",
            )  # fmt: skip
        if each.every is not None and each.every < shortest:
            yield finding(
                document, ("activities", name, "every"),
                f"once in {each.every / 3600:g} h, and each takes {shortest / 3600:g} h",
                "let it come less often",
            )  # fmt: skip


def yields_agree(scenario: Scenario, document: Document) -> Findings:
    """A yield of one name is in one dimension everywhere."""
    units: dict[str, tuple[str, str]] = {}
    for name, each in scenario.activities.items():
        for word, amount in each.yields.items():
            unit, other = units.setdefault(word, (amount.unit, name))
            if unit != amount.unit:
                yield finding(
                    document, ("activities", name, "yields", word),
                    f"in {amount.unit or 'plain numbers'}, and in {unit or 'plain numbers'} by "
                    f"{other!r}", "give the two different names",
                )  # fmt: skip


def travel_refers(scenario: Scenario, document: Document) -> Findings:
    """Travel is between places on the ground, by routes between them, of robots that exist."""
    grounds = [name for name, place in scenario.places.items() if isinstance(place, Ground)]
    for i, way in enumerate(scenario.travel):
        path: Steps = ("travel", i)
        for key, place in (("from", way.origin), ("to", way.to)):
            if place not in grounds:
                yield finding(
                    document,
                    (*path, key),
                    f"there is no place on the ground {place!r}",
                    suggestion(place, grounds),
                )
        known = [] if way.route is None else [row["name"] for row in read_routes()["routes"]]
        if way.route is not None and way.route not in known:
            yield finding(
                document,
                (*path, "route"),
                f"no route {way.route!r} ships with ilrs",
                suggestion(way.route, known) + "; or give the time that `ilrs route` finds",
            )
        else:
            yield from _leads_elsewhere(scenario, document, path, way)
        for j, robot in enumerate(way.robots):
            if robot not in scenario.facilities:
                yield finding(
                    document,
                    (*path, "robots", j),
                    f"there is no facility {robot!r}",
                    suggestion(robot, scenario.facilities),
                )


def _leads_elsewhere(
    scenario: Scenario, document: Document, path: Steps, way: Travel
) -> Findings:  # fmt: skip
    """A shipped route is of one ground: it begins and ends where the scenario's places are."""
    rows = [] if way.route is None else read_routes()["routes"]
    for row in (row for row in rows if row["name"] == way.route):
        at = [row["columns"].index(name) for name in ("latitude_deg", "longitude_deg")]
        for name, k in ((way.origin, 0), (way.to, -1)):
            place = scenario.places.get(name)
            if not isinstance(place, Ground):
                continue
            lat, lon = (np.radians(row["points"][k][column]) for column in at)
            far = great_circle(place.latitude, place.longitude, lat, lon)
            if far > ON_THE_SPOT:
                yield finding(
                    document, (*path, "route"),
                    f"{way.route!r} {'ends' if k else 'begins'} {far / 1000:.3g} km from {name!r}",
                    "give the time that `ilrs route` finds between the two places",
                )  # fmt: skip


def samples_have_hands(scenario: Scenario, document: Document) -> Findings:
    """Samples are taken by a sampler that has tubes enough, and handed to somebody who exists."""
    parts = {f"{f}/{c}": p for f, box in scenario.facilities.items()
             for c, p in box.components.items()}  # fmt: skip
    for name, each in scenario.activities.items():
        path: Steps = ("activities", name)
        if each.hands_to is not None and each.hands_to not in {*parts, EARTH}:
            yield finding(
                document, (*path, "hands_to"),
                f"there is no component {each.hands_to!r} to hand samples to",
                suggestion(each.hands_to, [*parts, EARTH]),
            )  # fmt: skip
        mine = [parts.get(part) for part in each.instruments]
        if each.hands_to == EARTH and not any(isinstance(p, AscentVehicle) for p in mine):
            yield finding(
                document, (*path, "hands_to"), "samples go to Earth with an ascent vehicle",
                "name one under `instruments`",
            )  # fmt: skip
        if each.takes is None:
            continue
        sampler = next((part for part in mine if isinstance(part, Sampler)), None)
        if sampler is None:
            yield finding(
                document, (*path, "takes"), "none of its instruments is a sampler",
                "name one under `instruments`",
            )  # fmt: skip
        elif each.takes.count > sampler.tubes:
            yield finding(
                document, (*path, "takes", "count"),
                f"{each.takes.count} samples, and the sampler carries {sampler.tubes} tubes",
                "take fewer at a time, or give it more tubes",
            )  # fmt: skip


CHECKS = (
    activities_refer,
    activities_done_by_equipment,
    robots_draw_from_one,
    activities_in_order,
    conditions_understood,
    activities_have_room,
    yields_agree,
    samples_have_hands,
    travel_refers,
)
