"""Two runs side by side: what changed in the scenario, and what it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ilrs.operations.again import scenario_of_run
from ilrs.operations.folder import StoredRun

KWH = 3.6e6
SAME = 1e-9
"""Numbers closer than this share of the larger are the same."""


def compare(one: StoredRun, other: StoredRun) -> dict[str, Any]:
    """What differs between two runs, as plain data: scenario, objectives, metrics, budgets, masses.

    Rows hold `before` (of `one`), `after` (of `other`), None for what one of them does not have.
    """
    a, b = one.summary, other.summary
    return {
        "runs": [str(one.folder), str(other.folder)],
        "run": _rows(_about(one), _about(other)),
        "scenario": _rows(_leaves(_document(one)), _leaves(_document(other))),
        "objectives": _objectives(a, b),
        "metrics": _rows(
            {k: v["value"] for k, v in a["metrics"].items()},
            {k: v["value"] for k, v in b["metrics"].items()},
        ),
        "energy_kwh": _rows(_energy(a), _energy(b)),
        "masses_kg": _rows(_masses(a), _masses(b)),
        "mass_kg": [sum(_masses(a).values()), sum(_masses(b).values())],
    }


def _document(stored: StoredRun) -> Mapping[str, Any]:
    return dict(scenario_of_run(stored).document.data)


def _about(stored: StoredRun) -> dict[str, Any]:
    period = stored.summary["period"]
    keys = ("begins", "ends", "step_s")
    return {"seed": stored.summary["seed"], **{key: period[key] for key in keys}}


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value of a document by its path."""
    return dict(_walk(value, path))


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(v, (Mapping, list)) for v in value):
        for k, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{k}]")
    else:
        yield path, value


def _rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs, in the order of `before` and then of what is new."""
    keys = [*before, *(key for key in after if key not in before)]
    return [
        {"name": key, "before": before.get(key), "after": after.get(key)}
        for key in keys
        if (key in before) != (key in after) or not _same(before[key], after[key])
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= SAME * max(abs(one), abs(other))
    return bool(one == other)


def _objectives(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Objectives whose verdict, value or threshold differs."""

    def told(summary: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
        return {
            f"{m['name']}.{o['name']}": tuple(o[k] for k in ("status", "value", "threshold"))
            for m in summary["roadmap"]
            for o in m["objectives"]
        }

    one, other = told(a), told(b)
    nothing = (None, None, None)
    rows = []
    for name in [*one, *(n for n in other if n not in one)]:
        before, after = one.get(name, nothing), other.get(name, nothing)
        if not all(_same(x, y) for x, y in zip(before, after, strict=True)):
            rows.append(
                {
                    "name": name,
                    "before": dict(zip(("status", "value", "threshold"), before, strict=True)),
                    "after": dict(zip(("status", "value", "threshold"), after, strict=True)),
                }
            )
    return rows


def _energy(summary: Mapping[str, Any]) -> dict[str, float]:
    """The energy budget in kWh, by what it says."""
    energy = summary["energy"]
    told = {f"{s['name']} gave": s["energy_j"] / KWH for s in energy["sources"]}
    told |= {f"{s['name']} took": s["served_j"] / KWH for s in energy["sinks"]}
    told |= {
        f"{s['name']} lacked": (s["wanted_j"] - s["served_j"]) / KWH
        for s in energy["sinks"]
        if s["wanted_j"] - s["served_j"] > SAME * s["wanted_j"]
    }
    told |= {f"{s['name']} was lost": s["lost_j"] / KWH for s in energy["stores"]}
    return told | {"left over": energy["dumped_j"] / KWH}


def _masses(summary: Mapping[str, Any]) -> dict[str, float]:
    return {f"{m['facility']}/{m['component']}": m["mass_kg"] for m in summary["mass"]}
