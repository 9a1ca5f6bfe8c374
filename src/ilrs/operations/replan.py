"""A schedule on its own: planned, or planned again around what people asked and agreed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ilrs.environment.compute import compute_environment
from ilrs.errors import UserError, Where
from ilrs.network.assemble import clock_of
from ilrs.operations.doing import STABILITY
from ilrs.operations.run import Progress, dispatch_plan, silent
from ilrs.planning.answers import Answers
from ilrs.planning.schedule.agree import agree
from ilrs.planning.schedule.answer import Effort
from ilrs.planning.schedule.exchange import Agreed, read_agreed, scenario_of
from ilrs.planning.schedule.explain import reasons
from ilrs.planning.schedule.problem import Problem, Schedule, Span
from ilrs.planning.schedule.record import Settled, settled, with_reasons
from ilrs.planning.schedule.requests import Requests, asked
from ilrs.planning.schedule.tasks import problem_of
from ilrs.scenario.document import suggestion
from ilrs.scenario.instants import parse_instant
from ilrs.scenario.load import Loaded
from ilrs.scenario.schema import Scenario


@dataclass(frozen=True)
class Wishes:
    """What people ask: requests; the schedule they agreed, to be changed little; and since when.

    What began before `at` stays as it was agreed, but for what a run tells to have failed.
    """

    requests: Requests = field(default_factory=Requests)
    agreed: Agreed = field(default_factory=dict)
    failed: frozenset[tuple[str, int]] = frozenset()
    at: np.datetime64 | None = None


def plan_schedule(
    loaded: Loaded,
    wishes: Wishes | None = None,
    effort: Effort | None = None,
    *,
    progress: Progress = silent,
    told: Callable[[int, Schedule], None] | None = None,
) -> Settled:
    """The schedule of a scenario's activities, agreed with the dispatch, with reasons for what is
    not in it.

    The dispatch begins with the period, also where the schedule is only made anew from `at` on.
    """
    scenario, wishes = loaded.scenario, wishes or Wishes()
    if not scenario.activities:
        raise UserError(
            f"the scenario {scenario.name!r} has no activities to plan",
            remedy="give it some under `activities`; see docs/how-to/plan-activities.md",
        )
    progress("environment", 0, 1)
    environment = compute_environment(scenario, clock_of(scenario))
    progress("environment", 1, 1)
    problem = _wished(problem_of(scenario, environment), wishes)
    answers = Answers()
    made = agree(
        scenario,
        environment,
        problem,
        lambda network: dispatch_plan(network, scenario, progress, answers),
        effort,
        told,
    )
    record = settled(
        scenario, loaded.sha256, made.problem, made.schedule, made.rounds, made.left_out
    )
    progress("reasons", 0, 1)
    why = reasons(scenario, environment, made.problem, made.schedule, made.network)
    for i in made.left_out:  # of these the reason is known
        why.pop((made.problem.tasks[i].activity, made.problem.tasks[i].number), None)
    progress("reasons", 1, 1)
    return with_reasons(record, why)


def read_wishes(
    scenario: Scenario, agreed: Path | None, requests: Requests, at: np.datetime64 | None
) -> Wishes:
    """What people ask, with the agreed schedule of a file or of the folder of a run.

    Refused where it is of another scenario or names what the scenario does not have.
    """
    if agreed is None:
        return Wishes(requests=requests, at=at)
    of = scenario_of(agreed)
    if of is not None and of != scenario.name:
        raise UserError(
            f"the schedule is of the scenario {of!r}, not of {scenario.name!r}",
            where=Where(agreed),
            remedy="give a schedule of this scenario, or plan without it",
        )
    spans = read_agreed(agreed)
    for activity, number in spans:
        if activity not in scenario.activities:
            raise UserError(
                f"the schedule names the activity {activity!r}, which {scenario.name!r} has not",
                where=Where(agreed),
                remedy=suggestion(activity, scenario.activities),
            )
        if number < 1:
            raise UserError(
                f"{activity!r} has no time of number {number}",
                where=Where(agreed),
                remedy="numbers begin with 1",
            )
    return Wishes(requests, spans, _failed(agreed), at)


def _failed(folder: Path) -> frozenset[tuple[str, int]]:
    """What a run tells to have failed; nothing where there is no run."""
    summary = folder / "summary.json"
    if not summary.is_file():
        return frozenset()
    rows = json.loads(summary.read_text(encoding="utf-8")).get("activities", {}).get("entries", [])
    failed = set()
    for row in rows:
        if not row["done"]:
            number = row["name"].rpartition("#")[2] if "#" in row["name"] else "1"
            failed.add((row["activity"], int(number)))
    return frozenset(failed)


def _wished(problem: Problem, wishes: Wishes) -> Problem:
    index = {(t.activity, t.number): i for i, t in enumerate(problem.tasks)}
    agreed: dict[int, Span] = {}
    for key, (begins, ends) in wishes.agreed.items():
        if key in index and key not in wishes.failed:
            agreed[index[key]] = _span(problem, key, begins, ends)
    first = 0
    if wishes.at is not None:
        seconds = float((wishes.at - problem.start) / np.timedelta64(1, "s"))
        first = min(max(int(-(-seconds // problem.step)), 0), problem.count)
    locked = {i: span for i, span in agreed.items() if span[0] < first}
    tasks = []
    for i, task in enumerate(problem.tasks):
        spells = np.maximum(task.spells, first)
        spells = spells[spells[:, 1] - spells[:, 0] >= task.shortest]
        tasks.append(task if i in locked else replace(task, spells=spells))
    problem = replace(
        problem,
        tasks=tuple(tasks),
        locked={**problem.locked, **locked},
        before={i: span for i, span in agreed.items() if i not in locked},
        stability=STABILITY if agreed else 0.0,
    )
    return asked(problem, wishes.requests, agreed)


def _span(problem: Problem, key: tuple[str, int], begins: str, ends: str) -> Span:
    a, b = (
        float((parse_instant(t) - problem.start) / np.timedelta64(1, "s")) / problem.step
        for t in (begins, ends)
    )
    if a != round(a) or b != round(b) or not 0 <= a < b <= problem.count:
        raise UserError(
            f"{key[0]}#{key[1]} from {begins} to {ends} does not lie in the period in steps of "
            f"{problem.step} s",
            remedy="give the period and step that the schedule was made for",
        )
    return round(a), round(b)
