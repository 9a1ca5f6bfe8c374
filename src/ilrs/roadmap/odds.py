"""Uncertain dates: how likely each objective can be pursued by a date, over seeded samples.

A mission to come is late by a log-normal delay whose median and tenth are those of its confidence
(`roadmap.spreads`), and its payload arrives whole with the share written there. Delays are
independent of each other but for the missions that wait for each other. Known slips are in the
dates already; delays come on top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.roadmap.arrival import Objective, on_earth
from ilrs.roadmap.calendar import Date, days_between
from ilrs.roadmap.change import in_order, lag
from ilrs.roadmap.programme import Programme
from ilrs.scenario.roadmap import GONE, Confidence, Roadmap

Floats = NDArray[np.float64]
ORIGIN = np.datetime64("2000-01-01", "s")
TENTH = 1.2815515655446004
"""Standard deviations above the mean that one draw in ten of a normal distribution exceeds."""
DAY = 86400.0


@dataclass(frozen=True)
class Draws:
    """Shared by all plans that are compared: quantiles of delay and of success, (samples,) each."""

    delay: Mapping[str, Floats]
    chance: Mapping[str, Floats]
    samples: int


def draw(missions: Sequence[str], samples: int, seed: int) -> Draws:
    """Draws for missions: normal deviates of the delay, uniform ones of the landing.

    Each mission's come from its name and the seed, so that plans with other missions share them.
    """
    delay, chance = {}, {}
    for name in missions:
        random = np.random.default_rng([seed, *name.encode()])
        delay[name] = random.standard_normal(samples)
        chance[name] = random.random(samples)
    return Draws(delay, chance, samples)


def delays(roadmap: Roadmap, confidence: Confidence, deviates: Floats) -> Floats:
    """Delays [d] after the date written, for a confidence, of standard normal `deviates`."""
    spread = dict(roadmap.spreads).get(confidence)
    if spread is None or spread.median == 0.0:
        return np.zeros_like(deviates)
    sigma = np.log(spread.late / spread.median) / TENTH
    return np.asarray(spread.median / DAY * np.exp(sigma * deviates))


def _succeeds(roadmap: Roadmap, confidence: Confidence) -> float:
    if confidence in GONE:
        return 0.0
    spread = dict(roadmap.spreads).get(confidence)
    return 1.0 if spread is None else spread.succeeds


def mission_days(programme: Programme, base: Programme, draws: Draws) -> dict[str, Floats]:
    """Days from 2000 on which each mission comes in every sample, (samples,); inf where never.

    A mission waits for those of its `after`, as in `ilrs.roadmap.change`.
    """
    days: dict[str, Floats] = {}
    for name in in_order(programme):
        mission = programme.missions[name]
        written = float(days_between(ORIGIN, mission.date))
        own = written + delays(programme.roadmap, mission.confidence, draws.delay[name])
        for other in mission.after:
            if programme.missions[other].confidence not in GONE:
                own = np.maximum(own, days[other] + lag(base, programme, other, name) / DAY)
        days[name] = own
    for name, mission in programme.missions.items():
        succeeds = _succeeds(programme.roadmap, mission.confidence)
        days[name] = np.where(draws.chance[name] < succeeds, days[name], np.inf)
    return days


def objective_days(
    programme: Programme, missions: Mapping[str, Floats], brings: Callable[[str], str]
) -> dict[Objective, Floats]:
    """Days on which each objective's facilities are all of use, (samples,); inf where never.

    What stands on Earth is there by its date; no landing can lose it.
    `brings` is the mission that brings a facility; one that is not there never comes.
    """
    samples = len(next(iter(missions.values())))
    used = {
        name: np.full(samples, float(days_between(ORIGIN, there)))
        for name, there in on_earth(programme).items()
    }

    def use(name: str) -> Floats:
        if name not in used:
            mission = brings(name)
            day = missions[mission] if mission in missions else np.full(samples, np.inf)
            for need in programme.needs(name):
                day = np.maximum(day, use(need))
            used[name] = day
        return used[name]

    return {
        (name, key): np.max([use(f) for f in objective.facilities], axis=0)
        for name, mission in programme.missions.items()
        for key, objective in mission.objectives.items()
        if objective.facilities
    }


def chances(days: Floats, dates: Sequence[Date]) -> Floats:
    """Share of the samples that have come by each date, (dates,)."""
    ordered = np.sort(days)
    at = np.array([float(days_between(ORIGIN, date)) for date in dates])
    return np.searchsorted(ordered, at, side="right") / len(ordered)


def error(share: float, samples: int) -> float:
    """Standard error of a share over so many samples."""
    return float(np.sqrt(share * (1.0 - share) / samples))
