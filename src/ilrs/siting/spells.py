"""Uninterrupted spells of a condition over a clock: their number, length and dates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.flows.clock import Clock
from ilrs.scenario.instants import written

HOUR = 3600.0


def spells(flags: ArrayLike) -> NDArray[np.int64]:
    """The runs of true in `flags` (n,), as steps first and last (k, 2), half-open."""
    held = np.asarray(flags, np.bool_)
    edges = np.diff(np.concatenate([[False], held, [False]]).astype(np.int8))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def held(found: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Flags (count,) that are true within the spells (k, 2)."""
    edges = np.zeros(count + 1, np.int8)
    edges[found[:, 0]] += 1
    edges[found[:, 1]] -= 1
    return np.cumsum(edges[:-1]).astype(np.bool_)


def described(found: NDArray[np.int64], clock: Clock) -> list[dict[str, Any]]:
    """Spells (k, 2) as plain data in the order of time; one cut by the period says so."""
    return [
        {
            "begins": _date(clock, int(first)),
            "ends": _date(clock, int(last)),
            "hours": round(float(last - first) * clock.step / HOUR, 4),
            "cut_by_period": bool(first == 0 or last == clock.count),
        }
        for first, last in found
    ]


def longest(found: NDArray[np.int64], clock: Clock) -> dict[str, Any] | None:
    """The longest of the spells (k, 2) as plain data, the first of equals; None of none."""
    if not len(found):
        return None
    best = int(np.argmax(found[:, 1] - found[:, 0]))
    return described(found[best : best + 1], clock)[0]


def _date(clock: Clock, step: int) -> str:
    return written(clock.start + np.timedelta64(step * clock.step, "s"))
