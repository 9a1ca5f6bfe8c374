"""The best new plan after a change: which launch brings what, and what that is worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilrs.roadmap.arrival import Dates, dates_of, from_landings, on_earth
from ilrs.roadmap.calendar import Date, days_between, later
from ilrs.roadmap.fits import Accepted
from ilrs.roadmap.manifest import Arrangement, FlightSlot, Goal, Item, Rearrangement
from ilrs.roadmap.programme import Programme, Standing, standing
from ilrs.roadmap.rearrange import rearrange
from ilrs.scenario.document import Document, Mark, Sourced, Steps
from ilrs.scenario.instants import written
from ilrs.scenario.overlays import apply_overlay
from ilrs.scenario.roadmap import GONE
from ilrs.scenario.schema import NEVER

ORIGIN = np.datetime64("2000-01-01", "s")


@dataclass(frozen=True)
class Replan:
    """The problem, its best answer, and the dates that follow from it.

    `payloads` are the days on which partners' payloads arrive, NEVER where none takes them.
    """

    problem: Rearrangement
    answer: Arrangement
    dates: Dates
    payloads: Mapping[str, Date]

    def date(self, day: int) -> Date:
        """The date of a day of the problem."""
        return as_date(day)


def as_day(date: Date) -> int:
    """Days from the origin of the problem."""
    return days_between(ORIGIN, date)


def as_date(day: int) -> Date:
    """The date of a day."""
    return (ORIGIN.astype("M8[D]") + np.timedelta64(day, "D")).astype("M8[s]")


def replan(
    base: Programme,
    changed: Programme,
    accepted: Mapping[str, Accepted],
    own: Mapping[str, Date],
    held: Collection[str] = (),
) -> Replan:
    """The best plan for `changed`, whose missions slipped to `own` by themselves.

    Of the missions `held` the cargo is as late as the flight; of the others the flight alone.

    Flights that were to leave from the first changed date on may be re-dated and carry other cargo;
    whatever comes before stays. A facility is ready when `base` would have brought it, or when its
    flight comes, where that is earlier: the flight is late, not its cargo. What `changed` gives to
    another mission flies on that one, where it can lift it. What the programme says of the order of
    these flights is set aside; what a facility stands on holds.
    """
    problem = problem_of(base, changed, accepted, own, held)
    answer = rearrange(problem)
    missions = {n: m.arrives for n, m in changed.missions.items()}
    for slot in problem.flights:
        day = answer.days.get(slot.name)
        missions[slot.name] = as_date(_brought(problem, answer, slot) if day is None else day)
    placed = {
        n: NEVER if p is None else as_date(p.day) for n, p in answer.items.items()
    }  # fmt: skip
    landed = {
        n: placed.get(_facility(n), missions.get(f.mission, NEVER))
        for n, f in changed.facilities.items()
    } | on_earth(changed)
    payloads = {n: placed[_payload(n)] for n in accepted if _payload(n) in placed}
    return Replan(problem, answer, from_landings(changed, missions, landed), payloads)


def _brought(problem: Rearrangement, answer: Arrangement, slot: FlightSlot) -> int:
    """When others have brought what was on a flight that is not needed; else its own day."""
    days = [p.day for i in problem.items if i.own == slot.name and (p := answer.items[i.name])]
    return max(days, default=slot.earliest)


def _facility(name: str) -> str:
    return f"facility/{name}"


def _payload(name: str) -> str:
    return f"payload/{name}"


def plain_name(item: str) -> str:
    """The facility or proposal that an item is."""
    return item.partition("/")[2]


def problem_of(
    base: Programme,
    changed: Programme,
    accepted: Mapping[str, Accepted],
    own: Mapping[str, Date],
    held: Collection[str] = (),
) -> Rearrangement:
    """The problem of `replan` as numbers."""
    before, after = dates_of(base), dates_of(changed)
    moved = _moved(base, changed)
    of_moved = {m for n in moved for m in (base.facilities[n].mission, moved[n])}
    touched = [
        n
        for n in changed.missions
        if n in own or n in of_moved or before.missions.get(n) != after.missions[n]
    ]
    first = min((base.missions[n].date for n in touched if n in base.missions), default=NEVER)
    flights = tuple(
        slot
        for name in changed.missions
        if before.missions.get(name, NEVER) >= first
        and (
            slot := _slot(
                changed,
                name,
                own.get(name, (base.missions.get(name) or changed.missions[name]).date),
            )
        )
    )
    movable = {f.name for f in flights} | {
        n for n in touched if changed.missions[n].confidence in GONE
    }
    boxes = [
        n for n, f in changed.facilities.items() if f.mission in movable and f.place != "earth"
    ]
    dated = {n: m.date for n, m in base.missions.items()}
    dated |= {n: day for n, day in own.items() if n in held or day < dated.get(n, NEVER)}
    items = [_item(dated, base, changed, n, boxes, after, n in moved) for n in boxes]
    items += [
        _partner(dated, each, n, boxes, after)
        for n, each in accepted.items()
        if each.mission in movable
    ]
    return Rearrangement(flights, tuple(items), tuple(_goals(changed, boxes, before, after)))


def _moved(base: Programme, changed: Programme) -> dict[str, str]:
    """The facilities that somebody gave to another mission, and which."""
    return {
        name: box.mission
        for name, box in changed.facilities.items()
        if name in base.facilities and base.facilities[name].mission != box.mission
    }


def _slot(programme: Programme, name: str, earliest: Date) -> FlightSlot | None:
    flight, mission = programme.roadmap.flights.get(name), programme.missions[name]
    launcher = programme.roadmap.launchers.get(flight.launcher or "") if flight else None
    if flight is None or launcher is None or mission.confidence in {"done", *GONE}:
        return None
    # Months differ by days: the fewest that so many months may have.
    firsts = [np.datetime64(f"2001-{month:02d}-01", "s") for month in range(1, 13)]
    spacing = min(days_between(first, later(first, launcher.spacing)) for first in firsts)
    rooms = tuple((as_day(c.begins), c.cargo) for c in launcher.capability)
    return FlightSlot(
        name, as_day(earliest), flight.launcher or "", spacing, rooms, flight.partners or 0.0
    )


def _there_by(needs: list[str], boxes: list[str], after: Dates) -> int:
    fixed = [as_day(after.facilities[n]) for n in needs if n not in boxes]
    return max([0, *fixed])


def _item(
    dated: Mapping[str, Date],
    base: Programme,
    changed: Programme,
    name: str,
    boxes: list[str],
    after: Dates,
    moved: bool,
) -> Item:
    facility = changed.facilities[name]
    needs = changed.needs(name)
    entry = changed.roadmap.cargo.get(name)
    origin = base.facilities[name].mission if name in base.facilities else facility.mission
    ready = dated.get(origin, ORIGIN)
    if moved:
        ready = min(ready, dated.get(facility.mission, ready))
        carrier = changed.missions[facility.mission]
        bound = changed.mass(name) <= (changed.cargo(facility.mission, carrier.date) or 0.0)
    else:
        bound = bool(entry and entry.stays) and not _freed(changed, facility.mission)
    return Item(
        _facility(name),
        changed.mass(name),
        as_day(ready),
        facility.mission,
        needs=tuple(_facility(n) for n in needs if n in boxes),
        there_by=_there_by(needs, boxes, after),
        only=bound,
    )


def _freed(programme: Programme, mission: str) -> bool:
    """Whether the launch that was to bring it is gone, so that another may."""
    flight = programme.roadmap.flights.get(mission)
    return programme.missions[mission].confidence in GONE and bool(flight and flight.launcher)


def _partner(
    dated: Mapping[str, Date], each: Accepted, name: str, boxes: list[str], after: Dates
) -> Item:
    ready = each.begins if each.begins is not None else dated.get(each.mission, ORIGIN)
    return Item(
        _payload(name),
        each.mass,
        as_day(ready),
        each.mission,
        latest=None if each.ends is None else as_day(each.ends),
        needs=tuple(_facility(n) for n in each.needs if n in boxes),
        there_by=_there_by(each.needs, boxes, after),
        partner=True,
    )


def _goals(changed: Programme, boxes: list[str], before: Dates, after: Dates) -> list[Goal]:
    goals = []
    for name, mission in changed.missions.items():
        for key, objective in mission.objectives.items():
            mine = [f for f in objective.facilities if f in boxes]
            wanted = before.objectives.get((name, key), NEVER)
            rest = [after.facilities[f] for f in objective.facilities if f not in boxes]
            if mine and wanted < NEVER and all(r < NEVER for r in rest):
                fixed = max([0, *(as_day(r) for r in rest)])
                items = tuple(_facility(f) for f in mine)
                goals.append(Goal(f"{name}.{key}", items, as_day(wanted), fixed))
    return goals


def _waited_for(programme: Programme, name: str, flights: Collection[str]) -> list[str]:
    """The missions beyond some flights that a flight waits for, through those it comes after."""
    found: dict[str, None] = {}
    for other in programme.missions[name].after:
        outside = _waited_for(programme, other, flights) if other in flights else [other]
        found |= dict.fromkeys(outside)
    return list(found)


def laid_out(changed: Standing, found: Replan) -> Standing:
    """The programme as the new plan has it: flights re-dated, facilities on other flights.

    Its flights wait in their new order, each of a launcher for the one before, and the first for
    what the flights as written waited for. Those that bring nothing wait for none of them.
    """
    programme, words = changed.programme, "Best order of arrival after a change of the roadmap"
    dates = {n: found.date(day) for n, day in found.answer.days.items()}
    flights = {slot.name for slot in found.problem.flights}
    missions: dict[str, dict[str, Any]] = {n: {"date": written(d)[:10]} for n, d in dates.items()}
    launchers = {slot.name: slot.launcher for slot in found.problem.flights}
    last: dict[str, str] = {}
    for name in sorted(flights, key=lambda n: (dates.get(n, NEVER), n)):
        mission = programme.missions[name]
        after = [m for m in mission.after if m not in flights]
        if name in dates:
            before = last.get(launchers[name])
            after = [*after, before] if before else _waited_for(programme, name, flights)
            last[launchers[name]] = name
        if after != mission.after:
            missions.setdefault(name, {})["after"] = after
    boxes = {
        plain_name(i.name): {"mission": p.flight}
        for i in found.problem.items
        if (p := found.answer.items[i.name]) is not None and not i.partner and p.flight != i.own
    }
    sources: dict[Steps, Sourced] = {
        ("missions", n, "date"): Sourced(words, "assumed") for n in dates
    }
    marks = dict.fromkeys(sources, Mark("the new plan", None))
    overlay = Document({"missions": missions, "facilities": boxes}, marks, sources)
    return standing(apply_overlay(changed.document, overlay), "new plan")
