"""What differs between two schedules of a scenario."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.errors import UserError
from ilrs.planning.schedule.record import Settled
from ilrs.scenario.instants import parse_instant


def differences(a: Settled, b: Settled) -> dict[str, Any]:
    """What `b` leaves out, adds, moves [h] and lengthens [h] against `a`, and its worth."""
    if a.scenario != b.scenario:
        raise UserError(
            f"the schedules are of two scenarios, {a.scenario!r} and {b.scenario!r}",
            remedy="compare schedules of one scenario",
        )
    ours = {(e.activity, e.number): e for e in a.entries}
    theirs = {(e.activity, e.number): e for e in b.entries}
    moved = []
    for key, old in ours.items():
        new = theirs.get(key)
        if new is not None and (old.begins, old.ends) != (new.begins, new.ends):
            moved.append(
                {
                    "name": new.name,
                    "title": new.title,
                    "from": old.begins,
                    "to": new.begins,
                    "later_h": _hours(old.begins, new.begins),
                    "longer_h": _hours(old.begins, new.begins) * -1.0 + _hours(old.ends, new.ends),
                }
            )
    return {
        "a": {"worth": a.worth, "entries": len(a.entries)},
        "b": {"worth": b.worth, "entries": len(b.entries)},
        "same": sum(k in theirs and theirs[k] == e for k, e in ours.items()),
        "left_out": [_row(e) for k, e in ours.items() if k not in theirs],
        "added": [_row(e) for k, e in theirs.items() if k not in ours],
        "moved": moved,
        "scenario_changed": a.scenario_sha256 != b.scenario_sha256,
    }


def _row(entry: Any) -> dict[str, str]:
    return {"name": entry.name, "title": entry.title, "begins": entry.begins, "ends": entry.ends}


def _hours(first: str, second: str) -> float:
    return float((parse_instant(second) - parse_instant(first)) / np.timedelta64(1, "s")) / 3600.0
