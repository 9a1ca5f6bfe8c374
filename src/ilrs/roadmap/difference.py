"""What differs between two programmes: what moved, by how much, and who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ilrs.roadmap.programme import Standing
from ilrs.roadmap.shown import DAY, day
from ilrs.scenario.document import Steps

PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "phase": (("phases",), ("title", "begins", "ends")),
    "mission": (("missions",), ("title", "date", "confidence", "owner", "phase", "after")),
    "facility": (("facilities",), ("mission",)),
    "flight": (("roadmap", "flights"), ("launcher", "partners", "lag", "outcome")),
    "milestone": (("roadmap", "milestones"), ("title", "date", "confidence", "missions")),
    "launcher": (("roadmap", "launchers"), ("title", "capability", "spacing")),
    "topic": (("roadmap", "topics"), ("title", "chosen", "choices")),
}


def difference(one: Standing, other: Standing) -> dict[str, Any]:
    """Rows of what `other` says differently from `one`, as plain data.

    Each has `part`, `name`, `field`, `before`, `after`, `days` moved where both are dates, and the
    `source` and `status` of what is said after. What only one of them has is `new` or `gone`.
    """
    rows = [row for part in PARTS for row in _rows(part, one, other)]
    return {
        "before": one.label,
        "after": other.label,
        "rows": rows,
        "moved": [row for row in rows if row["days"] not in (None, 0)],
    }


def _rows(part: str, one: Standing, other: Standing) -> Iterator[dict[str, Any]]:
    path, fields = PARTS[part]
    a, b = _entries(one, path), _entries(other, path)
    for name in [*a, *(n for n in b if n not in a)]:
        if name not in b or name not in a:
            there = other if name in b else one
            held = (b if name in b else a)[name]
            dated = getattr(held, "date", None)
            yield {
                "part": part, "name": name, "field": "new" if name in b else "gone",
                "before": None if name in b else day(dated) or _title(held),
                "after": (day(dated) or _title(held)) if name in b else None,
                "days": None, **_said(there, (*path, name, "date")),
            }  # fmt: skip
            continue
        for field in fields:
            before, after = getattr(a[name], field), getattr(b[name], field)
            if before != after:
                both = isinstance(before, np.datetime64) and isinstance(after, np.datetime64)
                yield {
                    "part": part, "name": name, "field": field,
                    "before": _plain(before), "after": _plain(after),
                    "days": int((after - before) / DAY) if both else None,
                    **_said(other, (*path, name, field)),
                }  # fmt: skip


def _entries(standing: Standing, path: tuple[str, ...]) -> Mapping[str, Any]:
    held: Any = standing.programme
    for step in path:
        held = getattr(held, step)
    return dict(held)


def _title(entry: Any) -> str:
    return str(getattr(entry, "title", "") or getattr(entry, "launcher", "") or "")


def _said(standing: Standing, path: Steps) -> dict[str, str]:
    sourced = standing.source(*path)
    return {
        "source": sourced.source if sourced else "",
        "status": sourced.status if sourced else "",
    }


def _plain(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return day(value)
    if isinstance(value, Mapping):
        return ", ".join(value)
    if isinstance(value, list):
        return ", ".join(v if isinstance(v, str) else day(v.begins) or "" for v in value)
    return value
