"""The plan: what flows how much when, what stores should hold, and how good that is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import RunError, Where

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """Rates (steps, flows) [unit/s] and levels (steps, stores) [unit] at the end of plan steps.

    `first` (steps + 1) are simulation steps; `temperature` (steps, masses) [K]; `passive_error` is
    the largest difference between linearised and true heat laws over the heat's throughput.
    """

    first: NDArray[np.int64]
    flow: Floats
    level: Floats
    temperature: Floats
    flow_names: tuple[str, ...]
    store_names: tuple[str, ...]
    unserved: dict[str, float]
    """Energy [J] the plan leaves unserved, by priority."""
    passive_error: float
    windows: int
    solver: str

    @property
    def steps(self) -> int:
        """Number of plan steps."""
        return len(self.first) - 1

    def save(self, path: Path) -> None:
        """Write the plan as JSON."""
        path.write_text(json.dumps(self.as_dict(), separators=(",", ":")) + "\n", encoding="utf-8")

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain data; numbers to six significant digits."""
        return {
            "format": "ilrs-plan-1",
            "solver": self.solver,
            "windows": self.windows,
            "unserved_j": self.unserved,
            "passive_error": self.passive_error,
            "first": self.first.tolist(),
            "flows": {n: _short(self.flow[:, i]) for i, n in enumerate(self.flow_names)},
            "levels": {n: _short(self.level[:, i]) for i, n in enumerate(self.store_names)},
        }

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Read a plan; temperatures are not stored and come back empty."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"cannot read the plan: {error}", where=Where(path)) from error
        if data.get("format") != "ilrs-plan-1":
            raise RunError(
                f"format {data.get('format')!r} is not one this version reads",
                where=Where(path),
                remedy="plan again with this version",
            )
        first = np.array(data["first"], dtype=np.int64)
        return cls(
            first=first,
            flow=_columns(data["flows"], len(first) - 1),
            level=_columns(data["levels"], len(first) - 1),
            temperature=np.zeros((len(first) - 1, 0)),
            flow_names=tuple(data["flows"]),
            store_names=tuple(data["levels"]),
            unserved=data["unserved_j"],
            passive_error=data["passive_error"],
            windows=data["windows"],
            solver=data["solver"],
        )


def _short(values: Floats) -> list[float] | float:
    """A series to six digits; a constant series as one number."""
    different, which = np.unique(values, return_inverse=True)
    rounded = np.array([float(f"{v:.6g}") for v in different])
    if rounded.size and (rounded == rounded[0]).all():
        return float(rounded[0])
    series: list[float] = rounded[which].tolist()
    return series


def _columns(series: dict[str, Any], steps: int) -> Floats:
    columns = [np.broadcast_to(np.asarray(v, dtype=np.float64), (steps,)) for v in series.values()]
    return np.stack(columns, axis=1) if columns else np.zeros((steps, 0))
