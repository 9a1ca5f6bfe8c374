"""The judgement of a run: one summary, and what happened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from ilrs.assessment import biology, budgets, campaigns, descents, doing, quiet, soundings
from ilrs.assessment.audit import audit
from ilrs.assessment.custody import custody
from ilrs.assessment.endurance import endurance_of
from ilrs.assessment.events import events
from ilrs.assessment.history import History, spells
from ilrs.assessment.masts import mast_heights
from ilrs.assessment.metrics import evaluate
from ilrs.assessment.objectives import judged
from ilrs.assessment.skywork import skywork
from ilrs.assessment.sureness import light_bands
from ilrs.assessment.traverses import traverses
from ilrs.components.registry import kinds
from ilrs.environment.horizons import AS_COMPUTED
from ilrs.operations.dataset import to_dataset
from ilrs.operations.run import Run
from ilrs.planning.cold import SLIGHT, cold_error
from ilrs.planning.station import LINEAR
from ilrs.scenario.document import lookup
from ilrs.scenario.metrics import METRICS, shown_unit
from ilrs.scenario.schema import Ground
from ilrs.scenario.sourcing import Row, provenance_of

SUMMARY_FORMAT = "ilrs-summary-1"
TAKEN = "as computed from the terrain, and raised by the place's own skyline_error"
BATTERY_RANGE = (263.0, 313.0)
"""Temperatures [K] that the battery model holds for."""
SEASONS = 346.62
"""Days in which the Sun comes back to the same node of the Moon's equator: its four seasons."""


def assess(run: Run, dataset: xr.Dataset | None = None) -> tuple[dict[str, Any], pd.DataFrame]:
    """The summary of a run (see the run folder's reference page) and its events."""
    history = History(run)
    rows = provenance_of(run.scenario, run.loaded.document)
    scenario, clock = run.scenario, run.truth.clock
    beside = ThreadPoolExecutor(1)  # takes seconds over years, and waits for nothing
    endures = beside.submit(
        endurance_of,
        *(run.truth, run.resting, run.faults, run.plan, run.authority, scenario.rules.reserve),
    )
    beside.shutdown(wait=False)
    checks = audit(to_dataset(run) if dataset is None else dataset)
    summary = {
        "format": SUMMARY_FORMAT,
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "note": scenario.note,
            "warnings": list(scenario.warnings),
        },
        "period": {
            "begins": str(clock.start),
            "ends": str(clock.stop),
            "step_s": clock.step,
            "steps": clock.count,
        },
        "seed": run.seed,
        "phases": [
            {
                "name": name,
                "title": phase.title,
                "begins": str(phase.begins),
                "ends": str(phase.ends) if phase.ends is not None else None,
            }
            for name, phase in scenario.phases.items()
        ],
        "roadmap": judged(history, rows),
        "metrics": _metrics(history),
        "energy": budgets.energy(history),
        "unserved": budgets.unserved(history),
        "reserve": budgets.reserve(history),
        "dark": budgets.dark_spells(history),
        "data": budgets.data(history),
        "masts": mast_heights(run),
        "endurance": endures.result(),
        "mass": budgets.mass(history, {r.path: r.status for r in rows}),
        "plan": {
            "steps": run.plan.steps,
            "windows": run.plan.windows,
            "solver": run.plan.solver,
            "passive_error": run.plan.passive_error,
            "cold_error": cold_error(run.network, run.plan),
            "unserved_j": run.plan.unserved,
        },
        "prediction": _prediction(run),
        "audit": {
            "passed": all(c.passed for c in checks),
            "checks": [
                {
                    "balance": c.balance,
                    "worst": _number(c.worst),
                    "limit": c.limit,
                    "passed": c.passed,
                }
                for c in checks
            ],
        },
        "incidents": len(run.faults.incidents),
        "places": _places(run),
        "assumptions": [
            *_thresholds(run),
            *(_assumption(r) for r in rows if r.status == "assumed"),
        ],
        "left_range": left_range(history),
        "not_modelled": not_modelled(run),
    }
    if run.schedule is not None:
        summary["activities"] = doing.told(history) | {
            "quiet": quiet.told(history),
            "descents": descents.told(history),
            "soundings": soundings.told(history),
        }
        driven = traverses(history)
        if driven:
            summary["traverses"] = driven
        record = custody(history)
        if record is not None:
            summary["samples"] = record
    if scenario.campaigns:
        summary["campaigns"] = campaigns.told(history)
        summary["oxygen_processes"] = campaigns.side_by_side()
    if history.lives:
        summary["biology"] = biology.told(history)
    sky = skywork(history)
    if sky is not None:
        summary["sky"] = sky
    return summary, events(history)


def _metrics(history: History) -> dict[str, Any]:
    names = history.metric_units
    meanings = {name: METRICS[name].meaning for name in names if name in METRICS}
    return {
        name: {
            "value": _number(evaluate(history, name)),
            "unit": shown_unit(name, unit),
            "meaning": meanings.get(name, ""),
        }
        for name, unit in names.items()
    }


def _prediction(run: Run) -> dict[str, Any]:
    stores, masses = run.network.stores, run.network.masses
    told = []
    if len(run.prediction.step):
        for s, name in enumerate(stores.names):
            rms = float(np.sqrt(np.mean(run.prediction.content[:, s] ** 2)))
            told.append(_residual(name, rms, stores.units[s], float(stores.capacity[s])))
        for m, name in enumerate(masses.names):
            rms = float(np.sqrt(np.mean(run.prediction.temperature[:, m] ** 2)))
            span = float(masses.maximum[m] - masses.minimum[m])
            told.append(_residual(name, rms, "K", span))
    return {"reports": len(run.prediction.step), "rms": told}


def _residual(name: str, rms: float, unit: str, span: float) -> dict[str, Any]:
    return {"name": name, "rms": rms, "unit": unit, "share_of_range": rms / span}


def _places(run: Run) -> list[dict[str, Any]]:
    told = []
    bands = light_bands(run)
    for name, place in run.scenario.places.items():
        row: dict[str, Any] = {"name": name, "kind": place.kind, "note": place.note}
        if isinstance(place, Ground):
            here = run.environment.places[name]
            heights = here.surroundings.heights
            ground = here.surroundings.ground_temperature
            light = here.area_fraction.mean(axis=1)
            row |= {
                "latitude_deg": float(np.degrees(place.latitude)),
                "longitude_deg": float(np.degrees(place.longitude)),
                "height_m": here.certificate.get("ground_m"),
                "slope_deg": here.certificate.get("slope_deg"),
                "coarse": bool(here.certificate.get("coarse")) or place.terrain == "coarse",
                "mean_light_2m": float(np.interp(2.0, heights, light)),
                "mean_light_10m": float(np.interp(10.0, heights, light)),
                "ground_k": [float(ground.min()), float(ground.max())],
                "glow": run.environment.certificate["glow"][name] is not None,
                "earth_in_view": float((here.earth_above_terrain > 0.0).mean()),
                "skyline": TAKEN if place.skyline_error else AS_COMPUTED,
                "sureness": bands[name],
            }
        told.append(row)
    return told


def _thresholds(run: Run) -> list[dict[str, Any]]:
    """Thresholds of objectives that are assumed; they are texts, in the unit they were written."""
    document = run.loaded.document
    return [
        {
            "path": ".".join(map(str, path)),
            "value": str(lookup(document.data, path)[1]),
            "unit": "",
            "source": said.source,
        }
        for path, said in document.provenance.items()
        if said.status == "assumed" and path[-1] in ("at_least", "at_most")
    ]


def _assumption(row: Row) -> dict[str, Any]:
    return {"path": row.path, "value": row.value, "unit": row.unit, "source": row.source}


def left_range(h: History) -> list[str]:
    """Where the run left the range a law holds for, in words."""
    told = []
    days = h.count * h.step / 86400.0
    if days < SEASONS and h.run.environment.certificate.get("ground_since") is None:
        told.append(
            f"temperature of the ground: the ephemeris at hand does not reach a round of seasons "
            f"back from the start, and {days:.3g} days are taken as a season that never ends: "
            "ground that the Sun reaches in another season is in truth warmer than a run of the "
            "dark one tells, and cooler than one of the light one; longer kernels mend it: "
            "ilrs data get DE440S"
        )
    for facility_name, facility in h.run.scenario.facilities.items():
        if not any(c.kind == "battery" for c in facility.components.values()):
            continue
        for m, node in enumerate(h.network.masses.node):
            if h.network.nodes[node] == f"{facility_name}/heat":
                t = h.run.record.temperature[:, m]
                out = (t < BATTERY_RANGE[0]) | (t > BATTERY_RANGE[1])
                if out.any():
                    told.append(
                        f"battery of {facility_name}: outside {BATTERY_RANGE[0]:g}-"
                        f"{BATTERY_RANGE[1]:g} K for {out.sum() * h.step / 3600.0:.0f} h "
                        f"({t.min():.0f}-{t.max():.0f} K); its capacity there is not modelled"
                    )
    cold = spells(h.warmth < 0.0)
    if cold:
        hours = sum(b - a for a, b in cold) * h.step / 3600.0
        told.append(f"a warm box was outside what its contents survive for {hours:.0f} h")
    if h.run.plan.passive_error > LINEAR:
        told.append(
            f"the plan's linear heat laws were off by {h.run.plan.passive_error:.1%} of the heat "
            f"passed at worst ({LINEAR:.1%} is the aim)"
        )
    cold_share = cold_error(h.run.network, h.run.plan)
    if cold_share > SLIGHT:
        told.append(
            f"the plan draws {cold_share:.1%} of what batteries give while the cold withholds it; "
            "the simulation does not"
        )
    if h.step > 3600.0:
        told.append(f"steps of {h.step / 3600.0:g} h; the laws are tested up to one hour")
    for name, place in h.run.environment.places.items():
        if place.certificate.get("coarse"):
            told.append(f"{name} rests on coarse terrain: {place.certificate.get('note', '')}")
    return told


def not_modelled(run: Run) -> list[str]:
    """What the run leaves out: facilities without equipment, and every kind's stated limits."""
    scenario = run.scenario
    used = {c.kind for f in scenario.facilities.values() for c in f.components.values()}
    told = [
        f"{f.title} ({name}): listed for the roadmap, its equipment is not modelled"
        for name, f in scenario.facilities.items()
        if not f.modelled
    ]
    told += [
        f"{kind.replace('_', ' ')}: {cls.VALIDITY}"
        for kind, cls in kinds().items()
        if kind in used and cls.VALIDITY
    ]
    return told


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
