"""Objectives judged: value against threshold, margin, since when, and what they rest on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ilrs.assessment.history import History
from ilrs.assessment.metrics import evaluate
from ilrs.scenario.checks_roadmap import threshold
from ilrs.scenario.metrics import shown_unit
from ilrs.scenario.schema import Mission, Objective
from ilrs.scenario.sourcing import Row

LOOKS = 60
"""How many instants, evenly over the run, are looked at for since when an objective is met."""


def judged(history: History, rows: list[Row]) -> list[dict[str, Any]]:
    """The roadmap: every mission with its facilities and judged objectives."""
    return [
        _mission(history, name, mission, rows)
        for name, mission in history.run.scenario.missions.items()
    ]


def _mission(history: History, name: str, mission: Mission, rows: list[Row]) -> dict[str, Any]:
    facilities = [
        {
            "name": n,
            "title": f.title,
            "facility_class": f.facility_class,
            "modelled": f.modelled,
        }
        for n, f in history.run.scenario.facilities.items()
        if f.mission == name
    ]
    return {
        "name": name,
        "title": mission.title,
        "date": str(mission.date),
        "confidence": mission.confidence,
        "owner": mission.owner,
        "phase": mission.phase,
        "text": mission.text,
        "modelled": any(f["modelled"] for f in facilities),
        "facilities": facilities,
        "objectives": [
            _objective(history, name, key, objective, rows)
            for key, objective in mission.objectives.items()
        ],
    }


def _objective(
    history: History, mission: str, key: str, objective: Objective, rows: list[Row]
) -> dict[str, Any]:
    measure = objective.measure
    told: dict[str, Any] = {
        "name": key,
        "text": objective.text,
        "words": objective.words,
        "metric": measure,
        "bound": None,
        "threshold": None,
        "value": None,
        "unit": "",
        "status": "not yet modelled",
        "margin": None,
        "met_on": None,
        "threshold_source": "",
        "threshold_status": "",
        "assumed": _assumed(objective, rows),
        "facilities": objective.facilities,
    }
    missing = [f for f in objective.facilities if not history.run.scenario.facilities[f].modelled]
    if measure is None or missing:
        return told
    if history.run.scenario.missions[mission].arrives >= history.run.truth.clock.stop:
        return told | {"status": "after this run"}
    unit = history.metric_units[measure]
    bound = "at_least" if objective.at_least is not None else "at_most"
    limit = threshold(getattr(objective, bound), unit)
    value = evaluate(history, measure)
    margin = value - limit if bound == "at_least" else limit - value
    met = bool(margin >= 0.0)  # NaN, nothing to measure, is not met
    said = history.run.loaded.document.provenance.get(
        ("missions", mission, "objectives", key, bound)
    )
    if said and said.status == "assumed":
        told["assumed"].insert(0, f"missions.{mission}.objectives.{key}.{bound}")
    told |= {
        "bound": bound,
        "threshold": limit,
        "value": _plain(value),
        "unit": shown_unit(measure, unit),
        "status": "met" if met else "missed",
        "margin": _plain(margin),
        "met_on": _met_on(history, measure, bound, limit) if met else None,
        "threshold_source": said.source if said else "",
        "threshold_status": said.status if said else "",
    }
    return told


def _met_on(history: History, metric: str, bound: str, limit: float) -> str:
    """The first look from which on the metric, over the run so far, keeps its bound."""
    looks = np.unique(np.linspace(1, history.count, LOOKS + 1).astype(int))[1:]
    since = history.count
    for look in looks[::-1]:
        value = evaluate(history, metric, int(look))
        if not (value >= limit if bound == "at_least" else value <= limit):
            break
        since = int(look)
    clock = history.run.truth.clock
    return str(clock.start + np.timedelta64(since * clock.step, "s"))


def _assumed(objective: Objective, rows: list[Row]) -> list[str]:
    """Assumed values of an objective's facilities."""
    heads = [f"facilities.{name}." for name in objective.facilities]
    return [
        r.path
        for r in rows
        if r.status == "assumed" and any(r.path.startswith(head) for head in heads)
    ]


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
