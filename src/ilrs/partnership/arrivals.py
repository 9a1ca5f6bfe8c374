"""When the missions of a call's opportunities come, and how likely by when, from the roadmap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ilrs.roadmap.odds import ORIGIN, Floats, draw, error, mission_days
from ilrs.roadmap.programme import read

SAMPLES, SEED = 4000, 1


@dataclass(frozen=True)
class Arrivals:
    """Dates of missions as written, and seeded samples of when each arrives whole.

    `horizon` is the beginning of utilization; `days` are counted from 2000, (samples,) a mission,
    inf where it never comes.
    """

    horizon: np.datetime64
    dates: Mapping[str, np.datetime64]
    days: Mapping[str, Floats]

    def _by_then(self, mission: str) -> Floats:
        last = (self.horizon - ORIGIN) / np.timedelta64(1, "D")
        return np.asarray(self.days[mission] <= last, dtype=float)

    def chance(self, mission: str) -> tuple[float, float]:
        """Share of the samples in which a mission has come by the horizon, and its error."""
        share = float(np.mean(self._by_then(mission)))
        return share, error(share, SAMPLES)

    def expected(self, missions: Sequence[str]) -> tuple[float, float]:
        """How many of these arrive by the horizon: the mean of the samples, and its error.

        One mission may stand there several times, once for each payload that it brings.
        """
        counts = np.sum([self._by_then(m) for m in missions], axis=0)
        return float(np.mean(counts)), float(np.std(counts)) / SAMPLES**0.5


def arrivals_of(scenario: str) -> Arrivals:
    """The arrivals of a scenario's missions, as its roadmap has them; see `ilrs.roadmap.odds`."""
    programme = read(None, scenario).programme
    draws = draw(list(programme.missions), SAMPLES, SEED)
    return Arrivals(
        programme.horizon,
        {name: mission.date for name, mission in programme.missions.items()},
        mission_days(programme, programme, draws),
    )
