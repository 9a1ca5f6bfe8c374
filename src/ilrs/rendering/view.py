"""What every section of the report looks at: the run's series and its assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ilrs.operations.folder import StoredRun
from ilrs.rendering.series import RunSeries

EVENT_COLUMNS = ("second", "instant", "kind", "subject", "text")


@dataclass(frozen=True)
class View:
    """A run and its assessment; an assessment's missing parts read as empty."""

    stored: StoredRun
    series: RunSeries = field(repr=False)

    @classmethod
    def of(cls, stored: StoredRun) -> View:
        """The view of a run read back from its folder."""
        return cls(stored, RunSeries(stored))

    @property
    def summary(self) -> Mapping[str, Any]:
        """The assessment."""
        return self.stored.summary

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A list of the assessment."""
        return list(self.summary.get(name) or [])

    def part(self, name: str) -> dict[str, Any]:
        """A mapping of the assessment."""
        return dict(self.summary.get(name) or {})

    @property
    def events(self) -> pd.DataFrame:
        """What happened, empty when nothing was kept."""
        table = self.stored.events
        if set(EVENT_COLUMNS) <= set(table.columns):
            return table
        return pd.DataFrame({name: [] for name in EVENT_COLUMNS})

    def events_of(self, *kinds: str) -> list[dict[str, Any]]:
        """Events of some kinds, in order of time."""
        table = self.events
        chosen: list[dict[str, Any]] = table[table["kind"].isin(kinds)].to_dict("records")
        return chosen

    @property
    def missions(self) -> list[dict[str, Any]]:
        """Missions of the roadmap."""
        return self.rows("roadmap")

    @property
    def titles(self) -> dict[str, str]:
        """Titles of facilities by their names."""
        return {f["name"]: f["title"] for m in self.missions for f in m["facilities"]}

    def metric(self, name: str) -> tuple[float | None, str]:
        """Value and unit of a metric."""
        found = self.part("metrics").get(name) or {}
        return found.get("value"), found.get("unit", "")
