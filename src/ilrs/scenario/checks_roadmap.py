"""Checks of time: period, steps, phases, missions, objectives, listed faults."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from ilrs.components.registry import kinds
from ilrs.data.kernels import coverage
from ilrs.errors import UnitError
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.finding import Findings, finding
from ilrs.scenario.instants import written
from ilrs.scenario.metrics import metric_names
from ilrs.scenario.roadmap import GONE
from ilrs.scenario.schema import Fault, Mission, Scenario
from ilrs.sky.time import tdb_from_utc
from ilrs.units import to_si

DAY = 86400
SECOND = np.timedelta64(1, "s")
_J2000 = np.datetime64("2000-01-01T12:00:00", "s")


def period_order(scenario: Scenario, document: Document) -> Findings:
    """The period must end after it begins."""
    period = scenario.period
    if period.ends <= period.begins:
        yield finding(
            document,
            ("period", "ends"),
            f"the period ends {written(period.ends)}, not after it begins {written(period.begins)}",
            "let it end later",
        )


def period_covered(scenario: Scenario, document: Document) -> Findings:
    """The ephemeris at hand must cover the period."""
    first, last = coverage()
    for key in ("begins", "ends"):
        moment = getattr(scenario.period, key)
        if not first <= float(tdb_from_utc(moment.astype("datetime64[ns]"))) <= last:
            covered = " to ".join(str(_calendar_day(t)) for t in (first, last))
            yield finding(
                document,
                ("period", key),
                f"{written(moment)} lies outside the ephemeris, which covers {covered}",
                "choose a period inside it, or place kernels that reach further in the data folder",
            )


def _calendar_day(tdb: float) -> np.datetime64:
    """The nearest day to `tdb` [s past J2000]; scales differ by about a minute."""
    return (_J2000 + np.timedelta64(round(tdb / DAY * 2) * DAY // 2, "s")).astype("datetime64[D]")


def steps_fit(scenario: Scenario, document: Document) -> Findings:
    """The step is 1 s to 1 h and divides day and period; the plan's step is a multiple of it."""
    period = scenario.period
    step, plan = period.step, period.plan_step
    path: Steps = ("period", "step")
    if step != round(step) or not 1 <= step <= 3600 or DAY % round(step):
        yield finding(
            document,
            path,
            f"a step of {step:g} s is not a whole number of seconds from 1 s to 1 h that divides "
            "the day",
            "take 1 min, 10 min or 1 h, say",
        )
        return
    length = int((period.ends - period.begins) / SECOND)
    if length > 0 and length % round(step):
        yield finding(
            document,
            path,
            f"the period of {length} s is not a whole number of steps of {step:g} s",
            "begin and end on a multiple of the step",
        )
    if plan < step or plan % step or plan > DAY or DAY % plan:
        yield finding(
            document,
            ("period", "plan_step"),
            f"a plan step of {plan:g} s is not a multiple of the step ({step:g} s) that divides "
            "the day",
            "take the step itself, or a multiple of it such as 1 h",
        )


def phase_order(scenario: Scenario, document: Document) -> Findings:
    """A phase that ends must end after it begins."""
    for name, phase in scenario.phases.items():
        if phase.ends is not None and phase.ends <= phase.begins:
            yield finding(
                document,
                ("phases", name, "ends"),
                f"the phase ends {written(phase.ends)}, not after it begins "
                f"{written(phase.begins)}",
                "let it end later, or leave `ends` out",
            )


def known_phases(scenario: Scenario, document: Document) -> Findings:
    """Every mission belongs to a phase of the scenario."""
    for name, mission in scenario.missions.items():
        if mission.phase not in scenario.phases:
            yield finding(
                document,
                ("missions", name, "phase"),
                f"there is no phase {mission.phase!r}",
                suggestion(mission.phase, scenario.phases),
            )


def mission_order(scenario: Scenario, document: Document) -> Findings:
    """A mission comes after its predecessors, which are missions of the scenario."""
    yield from order_of(scenario.missions, document)


def order_of(missions: Mapping[str, Mission], document: Document) -> Findings:
    """What is wrong with the order of `missions`; those that never come are in nobody's way."""
    wrong = list(predecessors_refer(missions, document))
    yield from wrong or _dates_in_order(missions, document)


def predecessors_refer(missions: Mapping[str, Mission], document: Document) -> Findings:
    """A mission comes after missions that there are, and not after itself."""
    for name, mission in missions.items():
        for i, before in enumerate(mission.after):
            path: Steps = ("missions", name, "after", i)
            if before not in missions:
                yield finding(
                    document,
                    path,
                    f"there is no mission {before!r}",
                    suggestion(before, missions),
                )
            elif before == name or _comes_after(missions, before, name):
                yield finding(
                    document, path, f"{name!r} comes after itself, through {before!r}",
                    "drop one of the two",
                )  # fmt: skip


def _dates_in_order(missions: Mapping[str, Mission], document: Document) -> Findings:
    for name, mission in missions.items():
        for before in mission.after:
            gone = {mission.confidence, missions[before].confidence} & {*GONE}
            if mission.date < missions[before].date and not gone:
                yield finding(
                    document,
                    ("missions", name, "date"),
                    f"{name!r} flies {written(mission.date)}, before its predecessor {before!r} "
                    f"({written(missions[before].date)})",
                    f"date it later, or take {before!r} out of its `after`",
                )


def _comes_after(missions: Mapping[str, Mission], later: str, earlier: str) -> bool:
    seen: set[str] = set()
    waiting = [later]
    while waiting:
        mission = missions.get(waiting.pop())
        for before in mission.after if mission else ():
            if before == earlier:
                return True
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return False


def objectives_refer(scenario: Scenario, document: Document) -> Findings:
    """Objectives rest on facilities that exist, and quote their mission's own words."""
    for name, mission in scenario.missions.items():
        for key, objective in mission.objectives.items():
            path: Steps = ("missions", name, "objectives", key)
            for i, facility in enumerate(objective.facilities):
                if facility not in scenario.facilities:
                    yield finding(
                        document,
                        (*path, "facilities", i),
                        f"there is no facility {facility!r}",
                        suggestion(facility, scenario.facilities),
                    )
            if objective.words not in mission.text:
                yield finding(
                    document,
                    (*path, "words"),
                    f"{objective.words!r} does not stand in the mission's text",
                    "quote a part of `text`, or leave `words` out",
                )


def thresholds_fit(scenario: Scenario, document: Document) -> Findings:
    """Objectives name metrics that exist, with a threshold in the metric's unit."""
    known = metric_names(scenario)
    for name, mission in scenario.missions.items():
        for key, objective in mission.objectives.items():
            path: Steps = ("missions", name, "objectives", key)
            metric = objective.measure
            if metric is None:
                continue
            if metric not in known:
                yield finding(
                    document,
                    (*path, "of" if objective.of else "metric"),
                    f"there is no metric {metric!r}",
                    suggestion(metric, known, many=40),
                )
                continue
            bound = "at_least" if objective.at_least is not None else "at_most"
            try:
                threshold(getattr(objective, bound), known[metric])
            except UnitError as error:
                yield finding(document, (*path, bound), error.what, error.remedy)


def threshold(value: str | float, unit: str) -> float:
    """The bound of an objective, SI in its metric's `unit`; raises `UnitError`."""
    if isinstance(value, str):
        return to_si(value, unit)
    if unit:
        raise UnitError(f"{value!r} has no unit", remedy=f"write it like '{value} {unit}'")
    return float(value)


def faults_refer(scenario: Scenario, document: Document) -> Findings:
    """A listed fault names a component that exists and is there by then, and one of its modes."""
    names = {
        f"{facility}/{component}"
        for facility, box in scenario.facilities.items()
        for component in box.components
    }
    for i, fault in enumerate(scenario.faults):
        if fault.component not in names:
            yield finding(
                document,
                ("faults", i, "component"),
                f"there is no component {fault.component!r}",
                f"{suggestion(fault.component, names)}; write facility/component",
            )
            continue
        facility, component = fault.component.split("/", 1)
        box = scenario.facilities[facility]
        kind = box.components[component].kind
        modes = kinds()[kind].FAILURE_MODES
        if fault.mode not in modes:
            yield finding(
                document,
                ("faults", i, "mode"),
                f"a {kind} has no failure mode {fault.mode!r}",
                suggestion(fault.mode, modes),
            )
        mission = scenario.missions.get(box.mission)
        if mission is not None and fault.at < mission.date:
            yield finding(
                document,
                ("faults", i, "at"),
                f"{fault.component} fails {written(fault.at)}, before {box.mission!r} brings it "
                f"({written(mission.date)})",
                "date the fault later",
            )


def faults_once(scenario: Scenario, document: Document) -> Findings:
    """A component does not fail the same way again while it is still failed."""
    for (_, first), (j, second) in combinations(enumerate(scenario.faults), 2):
        same = (first.component, first.mode) == (second.component, second.mode)
        if same and _overlap(first, second):
            yield finding(
                document,
                ("faults", j),
                f"{second.component} already has the fault {second.mode!r} then, from "
                f"{written(first.at)} on",
                "drop one of the two, or raise `units` of the other",
            )


def _overlap(a: Fault, b: Fault) -> bool:
    first, second = (a, b) if a.at <= b.at else (b, a)
    return first.repair is None or float((second.at - first.at) / SECOND) < first.repair
