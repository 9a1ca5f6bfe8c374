"""Ours against theirs: the worst difference of each kind and whether all lie within tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """The outcome: `ours` and `theirs` to show, the `worst` difference and the `limit` of each."""

    ours: Any
    theirs: Any
    worst: Mapping[str, float]
    limit: Mapping[str, float]

    @property
    def passed(self) -> bool:
        """Whether something was compared and every worst difference is within its limit."""
        return bool(self.worst) and all(
            math.isfinite(value) and value <= self.limit[name] for name, value in self.worst.items()
        )


def relative_error(ours: float, theirs: float) -> float:
    """|ours - theirs| / |theirs|, or the plain difference where theirs is zero."""
    gap = abs(ours - theirs)
    return gap / abs(theirs) if theirs != 0.0 else gap


def angle_error_deg(ours: float, theirs: float) -> float:
    """The difference of two angles [deg] across the full circle, in [0, 180]."""
    return abs((ours - theirs + 180.0) % 360.0 - 180.0)


def compare_values(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], tolerance: Mapping[str, Any]
) -> Comparison:
    """Compare numbers key by key within {'relative': x} or {'absolute': x}, text exactly.

    For kinds whose expectation is a mapping of numbers. A key we did not produce counts as wrong.
    """
    measure = "relative" if "relative" in tolerance else "absolute"
    limit = {measure: float(tolerance.get(measure, 0.0)), "mismatches": 0.0}
    worst, mismatches = 0.0, 0
    for key, expected in theirs.items():
        found: Any = ours.get(key)
        pairs: list[tuple[Any, Any]] = [(found, expected)]
        if _lists(found, expected):
            pairs = list(zip(found, expected, strict=False))
            mismatches += len(found) != len(expected)
        for mine, other in pairs:
            if not (_number(mine) and _number(other)):
                mismatches += mine != other
            elif measure == "relative":
                worst = _worse(worst, relative_error(mine, other))
            else:
                worst = _worse(worst, abs(mine - other))
    found_all = {key: ours.get(key) for key in theirs}
    return Comparison(found_all, dict(theirs), {measure: worst, "mismatches": mismatches}, limit)


def _worse(first: float, second: float) -> float:
    return second if math.isnan(second) else max(first, second)


def _lists(first: Any, second: Any) -> bool:
    return isinstance(first, (list, tuple)) and isinstance(second, (list, tuple))


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
