"""A settled schedule: what happens when and what does not, as it is kept, shown and handed on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ilrs.errors import UserError, Where
from ilrs.planning.schedule.problem import Problem, Schedule, Span
from ilrs.planning.schedule.shortage import Shortage
from ilrs.scenario.instants import parse_instant, written
from ilrs.scenario.schema import Scenario

FORMAT = "ilrs-schedule-1"


@dataclass(frozen=True)
class Entry:
    """One time of an activity; `begins` and `ends` are UTC, power in W, data in bit."""

    activity: str
    number: int
    of: int
    title: str
    begins: str
    ends: str
    robots: tuple[str, ...]
    instruments: tuple[str, ...]
    origin: str
    target: str
    power: float
    data: Mapping[str, float]
    value: float
    priority: int
    share: float
    """Of its longest time: yields shrink with it."""

    @property
    def name(self) -> str:
        """The activity's name, and which time where there are several."""
        return self.activity if self.of == 1 else f"{self.activity}#{self.number}"


@dataclass(frozen=True)
class Missing:
    """A time of an activity that is not in the schedule, and why as far as is known."""

    activity: str
    number: int
    of: int
    title: str
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Replanned:
    """A schedule made anew in the run: when, because of what, and what that cost."""

    at: str
    because: str
    out: tuple[str, ...]
    lost: tuple[str, ...]
    moved: tuple[str, ...]
    gained: tuple[str, ...]
    worth_before: float
    worth_after: float
    yields_lost: Mapping[str, float]


@dataclass(frozen=True)
class Settled:
    """A schedule of a scenario, with how good it is and how it was made."""

    scenario: str
    scenario_sha256: str
    begins: str
    ends: str
    step: int
    entries: tuple[Entry, ...]
    missing: tuple[Missing, ...]
    worth: float
    bound: float
    gap: float
    method: str
    rounds: int
    timed: bool
    replanned: tuple[Replanned, ...] = ()
    cuts: tuple[str, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        """Plain data, as written to `schedule.json`."""
        return {"format": FORMAT, **json.loads(json.dumps(asdict(self)))}

    def spans(self, problem: Problem) -> dict[int, Span]:
        """Where its entries stand in a problem of the same scenario; unknown ones are left out."""
        index = {(t.activity, t.number): i for i, t in enumerate(problem.tasks)}
        return {
            index[e.activity, e.number]: (_step(problem, e.begins), _step(problem, e.ends))
            for e in self.entries
            if (e.activity, e.number) in index
        }


def _step(problem: Problem, text: str) -> int:
    seconds = (parse_instant(text) - problem.start) / np.timedelta64(1, "s")
    return round(float(seconds) / problem.step)


def instant_of(problem: Problem, step: int) -> str:
    """The instant at which a step begins."""
    return written(problem.start + np.timedelta64(step * problem.step, "s"))


def settled(
    scenario: Scenario,
    sha256: str,
    problem: Problem,
    schedule: Schedule,
    rounds: int,
    left_out: Mapping[int, Shortage] | None = None,
) -> Settled:
    """The record of a schedule of `problem`; `left_out` tells what the dispatch lacked for whom."""
    lacking = left_out or {}
    worth = sum(problem.tasks[i].worth_of(b - a) for i, (a, b) in schedule.placed.items())
    placed = sorted(schedule.placed.items(), key=lambda item: (item[1], item[0]))
    return Settled(
        scenario=scenario.name,
        scenario_sha256=sha256,
        begins=instant_of(problem, 0),
        ends=instant_of(problem, problem.count),
        step=problem.step,
        entries=tuple(_entry(scenario, problem, i, span) for i, span in placed),
        missing=tuple(
            Missing(
                t.activity,
                t.number,
                t.of,
                scenario.activities[t.activity].title,
                *_lacking(lacking.get(i)),
            )
            for i, t in enumerate(problem.tasks)
            if i not in schedule.placed
        ),
        # What keeping agreed times added is no worth of its own.
        worth=worth,
        bound=worth / (1.0 - schedule.gap) if schedule.gap < 1.0 else schedule.bound,
        gap=schedule.gap,
        method=schedule.method,
        rounds=rounds,
        timed=schedule.timed,
        cuts=tuple(
            f"{instant_of(problem, b.first)} to {instant_of(problem, b.last)}: {b.why}"
            for b in problem.budgets
            if b.why.startswith("the dispatch")
        ),
    )


def _lacking(short: Shortage | None) -> tuple[str, str]:
    """Why and remedy for what the dispatch stays short of; empty where it does not."""
    return (f"the dispatch stays short of {short.of}", short.remedy) if short else ("", "")


def _entry(scenario: Scenario, problem: Problem, i: int, span: Span) -> Entry:
    task = problem.tasks[i]
    each = scenario.activities[task.activity]
    share = (span[1] - span[0]) / task.longest
    return Entry(
        activity=task.activity,
        number=task.number,
        of=task.of,
        title=each.title,
        begins=instant_of(problem, span[0]),
        ends=instant_of(problem, span[1]),
        robots=task.robots,
        instruments=tuple(each.instruments),
        origin=task.origin,
        target=task.target,
        power=task.power,
        data={k: v * share for k, v in task.data.items()},
        value=task.value * share,
        priority=task.priority,
        share=share,
    )


def read_settled(path: Path) -> Settled:
    """The schedule of a file written by `ilrs plan`, or of the folder of a run or plan."""
    file = path / "schedule.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data.pop("format", None) != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        for key, kind in (("entries", Entry), ("missing", Missing), ("replanned", Replanned)):
            data[key] = tuple(kind(**_tuples(row)) for row in data[key])
        return Settled(**_tuples(data))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"this is not a schedule: {error}",
            where=Where(file),
            remedy="give a schedule.json that `ilrs plan` wrote",
        ) from error


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def require_same(schedule: Settled, scenario: Scenario) -> Settled:
    """The schedule, refused where it is of another scenario."""
    if schedule.scenario != scenario.name:
        raise UserError(
            f"the schedule is of the scenario {schedule.scenario!r}, not of {scenario.name!r}",
            remedy="give the schedule of this scenario, or plan it anew",
        )
    return schedule


def with_reasons(schedule: Settled, reasons: Mapping[tuple[str, int], tuple[str, str]]) -> Settled:
    """The same with why what is missing is missing, by activity and number."""
    missing = tuple(
        replace(m, why=reasons[m.activity, m.number][0], remedy=reasons[m.activity, m.number][1])
        if (m.activity, m.number) in reasons
        else m
        for m in schedule.missing
    )
    return replace(schedule, missing=missing)
