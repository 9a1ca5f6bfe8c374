"""A programme as plain data: phases, missions with source and manifest, milestones, disputes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.roadmap.programme import Programme, Standing
from ilrs.scenario.document import Sourced

DAY = np.timedelta64(1, "D")


def day(date: np.datetime64 | None) -> str | None:
    """A date as ISO writes it, without the clock; None where there is none."""
    return None if date is None else str(date.astype("datetime64[D]"))


def as_data(standing: Standing) -> dict[str, Any]:
    """Everything that `ilrs roadmap show` tells; masses in kg."""
    programme, roadmap = standing.programme, standing.programme.roadmap
    return {
        "version": standing.label,
        "title": roadmap.title or programme.title,
        "issued": day(roadmap.issued),
        "phases": [
            {"name": n, "title": p.title, "begins": day(p.begins), "ends": day(p.ends)}
            | _said(standing.source("phases", n, "begins"))
            for n, p in programme.phases.items()
        ],
        "missions": missions_of(standing),
        "milestones": [
            {
                "name": n,
                "title": m.title,
                "date": day(m.date),
                "confidence": m.confidence,
                "missions": m.missions,
                **_said(standing.source("roadmap", "milestones", n, "date")),
            }
            for n, m in sorted(roadmap.milestones.items(), key=lambda entry: entry[1].date)
        ],
        "launchers": _launchers(programme),
        "topics": _topics(standing),
    }


def missions_of(standing: Standing) -> list[dict[str, Any]]:
    """The missions by date."""
    programme = standing.programme
    told = []
    for name, mission in sorted(programme.missions.items(), key=lambda entry: entry[1].date):
        flight = programme.roadmap.flights.get(name)
        manifest: list[dict[str, Any]] = [
            {
                "facility": f,
                "title": programme.facilities[f].title,
                "mass_kg": programme.mass(f),
                "needs": programme.needs(f),
            }
            for f in programme.on(name)
        ]
        told.append(
            {
                "name": name,
                "title": mission.title,
                "date": day(mission.date),
                "confidence": mission.confidence,
                "owner": mission.owner,
                "phase": mission.phase,
                "after": mission.after,
                "text": mission.text,
                "note": mission.note,
                "outcome": flight.outcome if flight else "",
                "launcher": flight.launcher if flight else None,
                "cargo_kg": programme.cargo(name, mission.date),
                "partners_kg": flight.partners if flight else None,
                "manifest": manifest,
                "manifest_kg": sum(entry["mass_kg"] for entry in manifest),
                "objectives": [o.words or o.text for o in mission.objectives.values()],
                **_said(standing.source("missions", name, "date")),
            }
        )
    return told


def _said(sourced: Sourced | None) -> dict[str, Any]:
    if sourced is None:
        return {"source": "", "status": "unstated", "source_note": "", "alternatives": []}
    return {
        "source": sourced.source,
        "status": sourced.status,
        "source_note": sourced.note,
        "alternatives": [
            {"value": a.value, "source": a.source, "status": a.status, "note": a.note}
            for a in sourced.alternatives
        ],
    }


def _launchers(programme: Programme) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": launcher.title,
            "owner": launcher.owner,
            "spacing_d": launcher.spacing / 86400.0,
            "note": launcher.note,
            "capability": [
                {
                    "begins": day(c.begins),
                    "injected_kg": c.injected,
                    "landed_kg": c.landed,
                    "cargo_kg": c.cargo,
                }
                for c in launcher.capability
            ],
        }
        for name, launcher in programme.roadmap.launchers.items()
    ]


def _topics(standing: Standing) -> list[dict[str, Any]]:
    told = []
    for name, topic in standing.programme.roadmap.topics.items():
        path = ("roadmap", "topics", name, "choices")
        told.append(
            {
                "name": name,
                "title": topic.title,
                "chosen": topic.chosen,
                "choices": [
                    {
                        "name": key,
                        "says": choice.says,
                        "moves_the_model": bool(choice.sets),
                        **_by_whom(standing.source(*path, key, "says")),
                    }
                    for key, choice in topic.choices.items()
                ],
            }
        )
    return told


def _by_whom(sourced: Sourced | None) -> dict[str, str]:
    return {
        "source": sourced.source if sourced else "",
        "status": sourced.status if sourced else "unstated",
    }
