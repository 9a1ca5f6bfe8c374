"""Who needs quiet and who disturbs it: what the schedule kept apart, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ilrs.planning.schedule.tasks import disturbances

if TYPE_CHECKING:
    from ilrs.assessment.history import History

Bools = NDArray[np.bool_]
NEXT = 6 * 3600.0
"""A disturbance that begins or ends so near [s] to quiet was kept from it."""


def told(history: History) -> list[dict[str, Any]]:
    """Of every activity that needs quiet, who disturbs it and what became of the two."""
    scenario = history.run.scenario
    pairs = disturbances(scenario)
    found = []
    for quiet in dict.fromkeys(second for _, second in pairs):
        loud = [first for first, second in pairs if second == quiet]
        each = scenario.activities[quiet]
        listening, noise = _when(history, [quiet]), _when(history, loud)
        found.append(
            {
                "activity": quiet,
                "title": each.title,
                "kinds": list(each.needs_quiet),
                "within_m": each.quiet_within,
                "disturbed_by": [
                    {
                        "activity": name,
                        "title": scenario.activities[name].title,
                        "times": sum(o.entry.activity == name for o in history.outcomes),
                        "hours": float(_when(history, [name]).sum()) * history.step / 3600.0,
                    }
                    for name in loud
                ],
                "quiet_h": float(listening.sum()) * history.step / 3600.0,
                "noise_h": float(noise.sum()) * history.step / 3600.0,
                "overlap_h": float((listening & noise).sum()) * history.step / 3600.0,
                "made_room": _made_room(history, listening, noise),
            }
        )
    return found


def _when(history: History, names: list[str]) -> Bools:
    """Steps in which any of these activities was under way (count,)."""
    held = np.zeros(history.count, dtype=np.bool_)
    for o in history.outcomes:
        if o.entry.activity in names:
            held[o.first : o.last] = True
    return held


def _made_room(history: History, listening: Bools, noise: Bools) -> int:
    """How often quiet ended shortly before noise began, or began shortly after it ended."""
    near = round(NEXT / history.step)
    edges = np.diff(np.concatenate([[0], listening.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return sum(
        bool(noise[max(a - near, 0) : a].any() or noise[b : b + near].any())
        for a, b in zip(begins.tolist(), ends.tolist(), strict=True)
    )
