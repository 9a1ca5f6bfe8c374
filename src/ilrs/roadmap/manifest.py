"""The best order of arrival: what flies on which launch and when, as a problem of plain numbers.

Days are counted from any origin. A flight leaves once, or not at all where nothing is to be
brought, not before its `earliest` day; two flights of one launcher are its spacing apart. Every
item flies once or is left; it arrives when it is ready, within its window, with or after what it
stands on, on a flight that has room. What is best is decided in the order of `Score`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class FlightSlot:
    """A launch: `rooms` are (from day, cargo kg) in order; `partners` kg of it for partners."""

    name: str
    earliest: int
    launcher: str
    spacing: int
    rooms: tuple[tuple[int, float], ...]
    partners: float = 0.0

    def room(self, day: int) -> float:
        """Cargo that it lands when it flies on a day [kg]."""
        held = [mass for begins, mass in self.rooms if begins <= day]
        return held[-1] if held else 0.0


@dataclass(frozen=True)
class Item:
    """Something to bring; `own` is its flight as written, `latest` None where it may wait."""

    name: str
    mass: float
    ready: int
    own: str
    latest: int | None = None
    needs: tuple[str, ...] = ()
    there_by: int = 0
    """Day by which what does not fly here, and it stands on, is there."""
    only: bool = False
    """It flies on its own flight or not at all."""
    partner: bool = False


@dataclass(frozen=True)
class Goal:
    """An objective: met when all `items` are there, wanted by day `wanted`; `fixed` the rest's."""

    name: str
    items: tuple[str, ...]
    wanted: int
    fixed: int = 0


@dataclass(frozen=True)
class Rearrangement:
    """The problem; flights and items are named once each."""

    flights: tuple[FlightSlot, ...]
    items: tuple[Item, ...]
    goals: tuple[Goal, ...] = ()


class Score(NamedTuple):
    """What is best, the first first; all are least when best."""

    lost: int
    """Facilities that are left behind."""
    refused: int
    """Partners' payloads that are left behind."""
    goals_late: int
    """Days that objectives are late, in all."""
    arrivals: int
    """Days of arrival after ready, of all items in all."""
    moved: int
    """Items that do not fly on their own flight."""


class Placed(NamedTuple):
    """A flight and the day on which it leaves."""

    flight: str
    day: int


@dataclass(frozen=True)
class Arrangement:
    """An answer: where each item flies (None: left), when each flight leaves, and its score."""

    items: Mapping[str, Placed | None]
    days: Mapping[str, int]
    score: Score
    proven: bool = field(default=False)


def candidate_days(problem: Rearrangement) -> list[int]:
    """Days on which a best answer may let a flight leave.

    Earlier is never worse: every flight of a best answer leaves on the day it may first, on a day
    when something is ready or there, or a spacing after another flight, and so on.
    """
    days = {f.earliest for f in problem.flights} | {i.ready for i in problem.items}
    days |= {i.there_by for i in problem.items}
    days |= {begins for f in problem.flights for begins, _ in f.rooms}
    first = min((f.earliest for f in problem.flights), default=0)
    days = {d for d in days if d >= first}
    spacings = {f.spacing for f in problem.flights if f.spacing}
    for _ in range(len(problem.flights) - 1):
        days |= {d + s for d in days for s in spacings}
    most = max(days, default=0) if not spacings else _latest(problem)
    return sorted(d for d in days if d <= most)


def _latest(problem: Rearrangement) -> int:
    """No flight of a best answer leaves later: then all that may bind has passed."""
    starts = [f.earliest for f in problem.flights] + [
        max(i.ready, i.there_by) for i in problem.items
    ]
    starts += [begins for f in problem.flights for begins, _ in f.rooms]
    return max(starts, default=0) + sum(f.spacing for f in problem.flights)


def score_of(
    problem: Rearrangement, items: Mapping[str, Placed | None], late_if_lost: int
) -> Score:
    """The score of an answer; a goal that lacks an item counts `late_if_lost` days."""
    lost = sum(items[i.name] is None for i in problem.items if not i.partner)
    refused = sum(items[i.name] is None for i in problem.items if i.partner)
    late = 0
    for goal in problem.goals:
        placed = [items[name] for name in goal.items]
        days = [p.day for p in placed if p is not None]
        if len(days) < len(placed):
            late += late_if_lost
        else:
            late += max(0, max([goal.fixed, *days]) - goal.wanted)
    after = sum(p.day - i.ready for i in problem.items if (p := items[i.name]) is not None)
    moved = sum(
        (p := items[i.name]) is not None and p.flight != i.own for i in problem.items
    )  # fmt: skip
    return Score(lost, refused, late, after, moved)


def why_not_earlier(problem: Rearrangement, answer: Arrangement, name: str) -> list[str]:
    """For each flight that leaves before an item's own: what kept the item off it."""
    item = next(i for i in problem.items if i.name == name)
    placed = answer.items[name]
    slots = {f.name: f for f in problem.flights}
    found = []
    for flight, day in sorted(answer.days.items(), key=lambda entry: entry[1]):
        if placed is not None and day >= placed.day:
            break
        found.append(f"{flight}: {_binds(problem, answer, item, slots[flight], day)}")
    return found


def _binds(
    problem: Rearrangement, answer: Arrangement, item: Item, slot: FlightSlot, day: int
) -> str:
    if item.only and slot.name != item.own:
        return "it flies on its own flight alone"
    if day < item.ready:
        return f"ready {_days(item.ready - day)} too late"
    if item.latest is not None and day > item.latest:
        return f"its window ends {_days(day - item.latest)} before"
    if item.there_by > day:
        return f"what it stands on is there {_days(item.there_by - day)} later"
    for need in item.needs:
        at = answer.items[need]
        if at is None or at.day > day:
            return f"{need.partition('/')[2] or need} is not there yet"
    taken = [i for i in problem.items if (p := answer.items[i.name]) and p.flight == slot.name]
    if item.partner and sum(i.mass for i in taken if i.partner) + item.mass > slot.partners:
        return "no room left for partners"
    if sum(i.mass for i in taken) + item.mass > slot.room(day):
        return "no room left"
    return "the order decided first asks for it elsewhere"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def on(answer: Arrangement, flight: str, items: Sequence[Item]) -> list[Item]:
    """What flies on a flight."""
    return [i for i in items if (p := answer.items[i.name]) is not None and p.flight == flight]
