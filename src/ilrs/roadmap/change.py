"""A change of the roadmap and what it moves: slips, cancellations, manifests, and who follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ilrs.errors import ScenarioError, UserError
from ilrs.roadmap.calendar import Date, days_between, later
from ilrs.roadmap.programme import Programme, Standing, names_wrong, standing
from ilrs.scenario.checks_roadmap import predecessors_refer
from ilrs.scenario.document import Document, Mark, Sourced, Steps, suggestion
from ilrs.scenario.instants import written
from ilrs.scenario.loading import validate_document
from ilrs.scenario.overlays import apply_overlay
from ilrs.scenario.roadmap import GONE

FILE = "the change"
"""What stands in messages where a value came from options, not from a file."""


@dataclass(frozen=True)
class Change:
    """What somebody wants to see: slips [s] by mission, missions cancelled, facilities moved."""

    slips: Mapping[str, float] = field(default_factory=dict)
    cancelled: Sequence[str] = ()
    moved: Mapping[str, str] = field(default_factory=dict)

    def words(self, programme: Programme) -> str:
        """The change in a line."""
        missions = programme.missions
        said = [
            f"{missions[m].title} {'slips by' if s >= 0 else 'comes earlier by'} {_time(abs(s))}"
            for m, s in self.slips.items()
        ]
        said += [f"{missions[m].title} is cancelled" for m in self.cancelled]
        said += [
            f"{programme.facilities[f].title} moves to {missions[m].title}"
            for f, m in self.moved.items()
        ]
        return ", ".join(said)


def _time(seconds: float) -> str:
    months = seconds / 2629800.0
    if abs(months - round(months)) < 1e-6:
        return f"{round(months)} months"
    return f"{seconds / 86400.0:.0f} days"


@dataclass(frozen=True)
class Move:
    """A mission's date before and after, and why: a slip, or the mission it waits for."""

    mission: str
    before: Date
    after: Date
    waits_for: str | None

    @property
    def days(self) -> int:
        """How much later it comes."""
        return days_between(self.before, self.after)


def require_known(change: Change, programme: Programme) -> None:
    """Refuse missions and facilities that the programme does not have, with the nearest name."""
    for name in [*change.slips, *change.cancelled, *change.moved.values()]:
        if name not in programme.missions:
            remedy = suggestion(name, programme.missions)
            raise UserError(f"there is no mission {name!r}", remedy=remedy)
    for name in change.moved:
        if name not in programme.facilities:
            remedy = suggestion(name, programme.facilities)
            raise UserError(f"there is no facility {name!r}", remedy=remedy)
    for name in change.slips:
        _require_to_come(programme, name, "slip")
    for name in change.cancelled:
        _require_to_come(programme, name, "be cancelled")
    if both := sorted({*change.slips} & {*change.cancelled}):
        raise UserError(f"{both[0]!r} slips and is cancelled", remedy="say one of the two")
    for name, mission in change.moved.items():
        if programme.facilities[name].place == "earth":
            raise UserError(f"{name!r} stays on Earth", remedy="move a facility of the Moon")
        if mission != programme.facilities[name].mission:
            _require_carrying(programme, mission)


def _require_to_come(programme: Programme, name: str, what: str) -> None:
    confidence = programme.missions[name].confidence
    if confidence == "done":
        raise UserError(
            f"{name!r} cannot {what}: it is done", remedy="name a mission that is to come"
        )
    if confidence in GONE:
        raise UserError(
            f"{name!r} cannot {what}: it is {confidence} already",
            remedy="--choose or --from a version in which it flies; `ilrs propose survey` tells "
            "where its payloads fit",
        )


def _require_carrying(programme: Programme, name: str) -> None:
    """Refuse a mission that brings no cargo: gone, flown, or with no launcher to say how much."""
    carrying = [
        n for n, m in programme.missions.items()
        if m.confidence not in {"done", *GONE} and programme.cargo(n, m.date) is not None
    ]  # fmt: skip
    if name not in carrying:
        raise UserError(
            f"{name!r} brings no cargo to the station",
            remedy=f"take one of {', '.join(carrying)}",
        )


def apply_change(
    base: Standing, change: Change, document: Document | None = None, words: str = ""
) -> tuple[Standing, list[Move]]:
    """The programme after a change, every later mission moved that must be, and the moves.

    The change is made to `document` where one is given: the base with an overlay laid over it, told
    in `words`. Dates that it states stand; those it does not state follow.
    """
    at = base.document if document is None else document
    target = unchecked(at)
    require_known(change, target)
    missions = target.missions
    direct = {
        n: m.date
        for n, m in missions.items()
        if n in base.programme.missions and m.date != base.programme.missions[n].date
    }
    direct |= {m: later(missions[m].date, s) for m, s in change.slips.items()}
    said = ", ".join(w for w in (words, change.words(target)) if w)
    words = f"Moved by a change of the roadmap: {said}"
    cancelled = {m: {"confidence": "cancelled"} for m in change.cancelled}
    boxes = {f: {"mission": m} for f, m in change.moved.items()}
    at = _laid(at, {"missions": cancelled, "facilities": boxes}, {})
    slipped = {m: direct[m] for m in change.slips}
    return follow(base, _dated(at, slipped, words), direct, words)


def follow(
    base: Standing, document: Document, direct: Mapping[str, Date], words: str
) -> tuple[Standing, list[Move]]:
    """`document` with the missions moved that wait for those of `direct`; those stay as stated.

    A mission waits the lag of its flight after each mission of its `after`, or less where the
    programme left less from the beginning. Nobody comes earlier than written, and nobody waits for
    a mission that never comes: that is told as a loss of what stands on it.
    """
    changed = unchecked(document)
    moves = moves_of(base.programme, changed, direct)
    followed = {m.mission: m.after for m in moves if m.waits_for is not None}
    return standing(_dated(document, followed, words), base.label), moves


def unchecked(document: Document) -> Programme:
    """The programme of a document whose dates may not be in order yet; its names are."""
    programme = validate_document(document, Programme)
    wrong = [
        *names_wrong(programme, document),
        *predecessors_refer(programme.missions, document),
    ]
    if wrong:
        raise ScenarioError.several(wrong)
    return programme


def moves_of(base: Programme, changed: Programme, direct: Mapping[str, Date]) -> list[Move]:
    """Who moves, in the order of the missions' dependence; see `follow`."""
    dates: dict[str, Date] = {}
    moves = []
    for name in in_order(changed):
        mission = changed.missions[name]
        before = base.missions[name].date if name in base.missions else mission.date
        date, waits = mission.date, None
        for other in mission.after if name not in direct else ():
            if changed.missions[other].confidence in GONE or other not in base.missions:
                continue
            if dates[other] <= base.missions[other].date:
                continue
            earliest = later(dates[other], lag(base, changed, other, name))
            if earliest > date:
                date, waits = earliest, other
        dates[name] = date
        if date != before and name in base.missions and mission.confidence not in GONE:
            moves.append(Move(name, before, date, waits))
    return moves


def lag(base: Programme, changed: Programme, before: str, after: str) -> float:
    """Least time [s] between two missions: the flight's lag, or what was left to begin with."""
    flight = changed.roadmap.flights.get(after)
    wanted = flight.lag if flight else 0.0
    if before in base.missions and after in base.missions:
        gap = days_between(base.missions[before].date, base.missions[after].date) * 86400.0
        if gap < wanted - 3 * 86400.0:  # months differ by days
            return max(gap, 0.0)
    return wanted


def in_order(programme: Programme) -> list[str]:
    """Missions so that each stands after those it comes after; refuses circles."""
    done: list[str] = []
    waiting = dict(programme.missions)
    while waiting:
        free = [n for n, m in waiting.items() if not any(a in waiting for a in m.after)]
        if not free:
            raise UserError(
                f"missions come after each other in a circle: {', '.join(waiting)}",
                remedy="drop one `after`",
            )
        for name in free:
            done.append(name)
            del waiting[name]
    return done


def _dated(document: Document, dates: Mapping[str, Date], words: str) -> Document:
    data: dict[str, Any] = {"missions": {m: {"date": written(d)[:10]} for m, d in dates.items()}}
    sources: dict[Steps, Sourced] = {
        ("missions", m, "date"): Sourced(words, "assumed") for m in dates
    }
    return _laid(document, data, sources)


def _laid(document: Document, data: dict[str, Any], sources: Mapping[Steps, Sourced]) -> Document:
    marks = dict.fromkeys(sources, Mark(FILE, None))
    return apply_overlay(document, Document(data, marks, sources, file=FILE))
