"""A change told in whole: what moves, who loses what, who no longer fits, the best new order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ilrs.partnership.budgets import OWN
from ilrs.partnership.reading import call_names, read_call
from ilrs.partnership.registry import read_registry
from ilrs.partnership.release import Audience
from ilrs.roadmap.arrival import Dates, Objective, dates_of
from ilrs.roadmap.calendar import Date, days_between
from ilrs.roadmap.change import Move
from ilrs.roadmap.fits import Accepted, misfits, told
from ilrs.roadmap.manifest import Item, on, why_not_earlier
from ilrs.roadmap.odds import ORIGIN, chances, draw, error, mission_days, objective_days
from ilrs.roadmap.programme import Programme, Standing
from ilrs.roadmap.replan import Replan, laid_out, plain_name, replan
from ilrs.roadmap.shown import day
from ilrs.roadmap.withheld import Hidden, hidden_from, open_reasons, story_for
from ilrs.scenario.roadmap import GONE
from ilrs.scenario.schema import NEVER

REVIEWER = Audience(reviewers=True)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Story:
    """Before, after and as re-planned, with everything told as plain data."""

    base: Standing
    changed: Standing
    replanned: Standing
    data: dict[str, Any]


def tell(
    base: Standing,
    changed: Standing,
    moves: list[Move],
    accepted: Mapping[str, Accepted],
    words: str,
    *,
    held: Collection[str] = (),
    audience: Audience = REVIEWER,
    samples: int = 4000,
    seed: int = 1,
    progress: Progress = lambda stage, done, of: None,
) -> Story:
    """The story of a change that turned `base` into `changed` by `moves`; see `replan`.

    It tells an `audience` nothing that a partner keeps from them.
    """
    hidden = hidden_from(accepted, audience)
    before, after = dates_of(base.programme), dates_of(changed.programme)
    own = {m.mission: m.after for m in moves if m.waits_for is None}
    progress("best order", 0, 1)
    found = replan(base.programme, changed.programme, accepted, own, held)
    new = laid_out(changed, found)
    progress("best order", 1, 1)
    progress("samples", 0, 1)
    odds = _odds(base.programme, changed.programme, new.programme, samples, seed)
    progress("samples", 1, 1)
    end = base.programme.horizon
    data = {
        "change": words,
        "before": base.label,
        "horizon": day(end),
        "moves": [_move(base.programme, m) for m in moves],
        "gone": [
            {
                "mission": n,
                "title": m.title,
                "confidence": m.confidence,
                "survey": n if n in call_names() and read_call(n).selected else None,
            }
            for n, m in changed.programme.missions.items()
            if after.missions[n] >= NEVER and before.missions.get(n, NEVER) < NEVER
        ],
        "overloads": overloads(changed.programme),
        "waterfall": _waterfall(base.programme, changed.programme, moves),
        "facilities": _facilities(changed.programme, before, after, found.dates, end),
        "objectives": _objectives(changed.programme, before, after, found.dates, end),
        "milestones": _milestones(base.programme, before, after, found.dates),
        "missions": _missions(base.programme, before, after, found),
        "proposals": _proposals(base, changed, accepted, before, after, found, hidden),
        "replan": _replan(changed.programme, found, before, after),
        "odds": odds,
    }
    return Story(base, changed, new, story_for(data, hidden))


def _move(programme: Programme, move: Move) -> dict[str, Any]:
    return {
        "mission": move.mission,
        "title": programme.missions[move.mission].title,
        "before": day(move.before),
        "after": day(move.after),
        "days": move.days,
        "waits_for": move.waits_for,
    }


def overloads(programme: Programme) -> list[dict[str, Any]]:
    """Missions whose facilities weigh more than their launcher lands."""
    rows = []
    for name, mission in programme.missions.items():
        mass = sum(programme.mass(f) for f in programme.on(name))
        room = None if mission.confidence in GONE else programme.cargo(name, mission.date)
        if room is not None and mass > room:
            rows.append({"mission": name, "title": mission.title, "mass_kg": mass, "room_kg": room})
    return rows


def _waterfall(base: Programme, changed: Programme, moves: list[Move]) -> list[dict[str, Any]]:
    """Slip by slip along the missions that wait: how many days come in, and how many are absorbed.

    The last row of a chain is the mission whose own slack takes the rest.
    """
    days = {m.mission: m.days for m in moves}
    rows = []
    for name, mission in sorted(base.missions.items(), key=lambda entry: entry[1].date):
        came = max([days.get(a, 0) for a in mission.after], default=0)
        late = days.get(name, 0)
        if name in changed.missions and (name in days or came > 0):
            direct = next((m.waits_for is None for m in moves if m.mission == name), False)
            rows.append(
                {
                    "mission": name,
                    "title": mission.title,
                    "own": direct,
                    "from_before": 0 if direct else came,
                    "absorbed": 0 if direct else came - late,
                    "days": late,
                    "date": day(changed.missions[name].date),
                }
            )
    return rows


def _lost(before: Date, after: Date, end: Date) -> int:
    """Days of use before `end` that are lost."""
    return days_between(min(before, end), min(after, end))


def _row(before: Date, after: Date, new: Date, end: Date) -> dict[str, Any]:
    never = before < NEVER <= after
    return {
        "before": _written(before),
        "after": _written(after),
        "replanned": _written(new),
        "days": None if never else days_between(before, after),
        "days_replanned": None if new >= NEVER else days_between(before, new),
        "lost_days": _lost(before, after, end),
        "lost_days_replanned": _lost(before, new, end),
    }


def _written(date: Date) -> str | None:
    return None if date >= NEVER else day(date)


def _facilities(
    programme: Programme, before: Dates, after: Dates, new: Dates, end: Date
) -> list[dict[str, Any]]:
    return [
        {"facility": n, "title": f.title, "mission": f.mission}
        | _row(before.facilities[n], after.facilities[n], new.facilities[n], end)
        for n, f in programme.facilities.items()
        if n in before.facilities
        and before.facilities[n] < NEVER
        and len({before.facilities[n], after.facilities[n], new.facilities[n]}) > 1
    ]  # fmt: skip


def _objectives(
    programme: Programme, before: Dates, after: Dates, new: Dates, end: Date
) -> list[dict[str, Any]]:
    rows = []
    for (name, key), there in after.objectives.items():
        was = before.objectives.get((name, key), NEVER)
        if was < NEVER and len({was, there, new.objectives[name, key]}) > 1:
            objective = programme.missions[name].objectives[key]
            rows.append(
                {
                    "mission": name,
                    "objective": key,
                    "words": objective.words,
                    "text": objective.text,
                    **_row(was, there, new.objectives[name, key], end),
                }
            )
    return rows


def _milestones(
    programme: Programme, before: Dates, after: Dates, new: Dates
) -> list[dict[str, Any]]:
    rows = []
    for name, there in after.milestones.items():
        milestone = programme.roadmap.milestones.get(name)
        if milestone is None or before.milestones[name] == there == new.milestones[name]:
            continue
        rows.append(
            {
                "milestone": name,
                "title": milestone.title,
                "date": day(milestone.date),
                "missions_complete": _written(before.milestones[name]),
                "after": _written(there),
                "replanned": _written(new.milestones[name]),
                "kept": bool(there <= milestone.date),
                "kept_replanned": bool(new.milestones[name] <= milestone.date),
            }
        )
    return rows


def _missions(
    programme: Programme, before: Dates, after: Dates, found: Replan
) -> list[dict[str, Any]]:
    """Dates of the missions that take part, by their date as written."""
    flights = {f.name for f in found.problem.flights}
    rows = [
        {
            "mission": n,
            "title": m.title,
            "before": _written(was),
            "after": _written(after.missions.get(n, NEVER)),
            "replanned": None
            if n in flights and n not in found.answer.days
            else _written(found.dates.missions.get(n, NEVER)),
        }
        for n, m in programme.missions.items()
        if (was := before.missions.get(n, NEVER)) != after.missions.get(n, NEVER) or n in flights
    ]
    return sorted(rows, key=lambda row: str(row["before"]))


def _proposals(
    base: Standing,
    changed: Standing,
    accepted: Mapping[str, Accepted],
    before: Dates,
    after: Dates,
    found: Replan,
    hidden: Hidden,
) -> dict[str, Any]:
    earlier = misfits(accepted, base.programme, before)
    now = misfits(accepted, changed.programme, after)
    rows = []
    for row in told(accepted, [n for n in accepted if n in now]):
        name = row["name"]
        item = f"payload/{name}"
        placed = found.answer.items.get(item)
        rows.append(
            row
            | {
                "reasons": open_reasons(now[name], hidden),
                "new": name not in earlier,
                "flies_on": placed.flight if placed else None,
                "flight": {"title": changed.programme.missions[placed.flight].title}
                if placed
                else None,
                "on": None if placed is None else day(found.date(placed.day)),
                "why_not": why_not_earlier(found.problem, found.answer, item)
                if item in found.answer.items and placed is None
                else [],
            }
        )
    return {
        "accepted": len(accepted),
        "fit": len(accepted) - len(now),
        "no_longer_fit": rows,
        "placed_again": sum(row["flies_on"] is not None for row in rows),
    }


def _replan(programme: Programme, found: Replan, before: Dates, after: Dates) -> dict[str, Any]:
    items = found.problem.items
    late = sum(
        max(0, days_between(before.objectives[key], date))
        for key, date in after.objectives.items()
        if before.objectives.get(key, NEVER) < NEVER and date < NEVER
    )
    growth = read_registry()[0].margins[OWN]
    flights = []
    for slot in found.problem.flights:
        leaves = found.answer.days.get(slot.name)
        aboard = on(found.answer, slot.name, items)
        launcher = programme.roadmap.launchers[slot.launcher]
        flights.append(
            {
                "mission": slot.name,
                "title": programme.missions[slot.name].title,
                "launcher": launcher.title,
                "earliest": day(found.date(slot.earliest)),
                "leaves": None if leaves is None else day(found.date(leaves)),
                "room_kg": slot.room(slot.earliest if leaves is None else leaves),
                "partners_kg": slot.partners,
                "mass_kg": sum(i.mass for i in aboard),
                "grown_kg": sum(i.mass * (1.0 if i.partner else 1.0 + growth) for i in aboard),
                "partner_mass_kg": sum(i.mass for i in aboard if i.partner),
                "cargo": [_cargo(programme, i) for i in aboard],
            }
        )
    flights.sort(key=lambda f: f["leaves"] or "9999")
    moved = [
        {
            "name": plain_name(i.name),
            "partner": i.partner,
            "from": i.own,
            "to": None if p is None else p.flight,
            "on": None if p is None else day(found.date(p.day)),
            "why_not_earlier": why_not_earlier(found.problem, found.answer, i.name),
        }
        for i in items
        if (p := found.answer.items[i.name]) is None or p.flight != i.own
    ]
    return {
        "flights": flights,
        "moved": moved,
        "score": found.answer.score._asdict(),
        "proven": found.answer.proven,
        "objectives_late_days": late,
    }


def _cargo(programme: Programme, item: Item) -> dict[str, Any]:
    name = plain_name(item.name)
    title = name if item.partner else programme.facilities[name].title
    return {
        "name": name, "title": title, "mass_kg": item.mass,
        "partner": item.partner, "from": item.own,
    }  # fmt: skip


def _odds(
    base: Programme, changed: Programme, new: Programme, samples: int, seed: int
) -> dict[str, Any]:
    draws = draw(sorted({*base.missions, *changed.missions}), samples, seed)
    single = {
        "as_written": _single(base, mission_days(base, base, draws)),
        "changed": _single(changed, mission_days(changed, base, draws)),
        "replanned": _single(new, mission_days(new, new, draws)),
    }
    plans = {
        name: _met(of, single[name])
        for name, of in (("as_written", base), ("changed", changed), ("replanned", new))
    }
    first = min((m.date for m in base.missions.values() if m.objectives), default=None)
    if first is None:
        return {"samples": samples, "seed": seed, "dates": [], "objectives": [], "expected": None}
    months = np.arange(first.astype("M8[M]"), first.astype("M8[M]") + 132, 2)
    dates = list(months.astype("M8[s]"))
    end = base.horizon
    rows = []
    for name, words in plans["as_written"]:
        curves = {
            plan: chances(days[name, words], [*dates, end])
            for plan, days in plans.items()
            if (name, words) in days
        }
        rows.append(
            {
                "mission": name,
                "words": words,
                **{plan: [round(float(v), 4) for v in c[:-1]] for plan, c in curves.items()},
                "by_horizon": {plan: round(float(c[-1]), 4) for plan, c in curves.items()},
                "error": {
                    plan: round(error(float(c[-1]), samples), 4) for plan, c in curves.items()
                },
            }
        )
    return {
        "samples": samples,
        "seed": seed,
        "error_at_half": round(error(0.5, samples), 4),
        "expected": _expected(single, end, samples),
        "dates": [day(d) for d in dates],
        "objectives": rows,
    }


def _single(programme: Programme, missions: Mapping[str, Any]) -> Mapping[Objective, Any]:
    return objective_days(programme, missions, lambda f: programme.facilities[f].mission)


def _expected(
    plans: Mapping[str, Mapping[Objective, Any]], end: Date, samples: int
) -> dict[str, Any]:
    """How many objectives can be pursued by a date: the mean of the samples, and its error."""
    last = float(days_between(ORIGIN, end))
    counts = {
        plan: np.sum([there <= last for there in days.values()], axis=0)
        for plan, days in plans.items()
    }
    return {
        "of": max(len(days) for days in plans.values()),
        "mean": {plan: round(float(np.mean(c)), 2) for plan, c in counts.items()},
        "error": {
            plan: round(float(np.std(c)) / samples**0.5, 2) for plan, c in counts.items()
        },
    }  # fmt: skip


def _met(programme: Programme, single: Mapping[Objective, Any]) -> dict[tuple[str, str], Any]:
    """Days on which all objectives of a mission's words can be pursued."""
    met: dict[tuple[str, str], Any] = {}
    for (name, key), days in single.items():
        objective = programme.missions[name].objectives[key]
        at = (name, objective.words or objective.text)
        met[at] = np.maximum(met[at], days) if at in met else days
    return met
