"""Candidates side by side and in order: declared weights, floors, and pairs that share the dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.candidates import Candidate
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.scenario.document import suggestion
from ilrs.siting.band import spread
from ilrs.siting.outlook import Outlook, Terms, outlook, sky_over
from ilrs.siting.spells import HOUR
from ilrs.siting.spots import apart

Floats = NDArray[np.float64]

LINKED = 10_000.0
"""The two places of a pair are at most this far apart [m]: a cable's length."""
PAIRED = 24
"""Places, the best lit, of which pairs are made."""


@dataclass(frozen=True)
class Measure:
    """What a place is judged by: 0 at `worst`, 1 at `best`, straight between, times its weight."""

    meaning: str
    worst: float
    best: float
    weight: float


MEASURES: Mapping[str, Measure] = {
    "mean_sun_area_fraction": Measure("mean share of the Sun's disc in view", 0.5, 1.0, 4.0),
    "longest_dark_h": Measure("longest dark spell [h]", 400.0, 0.0, 2.0),
    "earth_visible_fraction": Measure("share of time with the Earth in view", 0.0, 0.6, 1.0),
    "slope_deg": Measure("slope [deg]", 15.0, 0.0, 1.0),
    "roughness_m": Measure("roughness over five cells [m]", 5.0, 0.0, 0.5),
    "distance_to_shadow_km": Measure("way to ground the Sun never reaches [km]", 10.0, 0.0, 0.5),
}
"""Declared, so that a reader can see and change them; a measure that is unknown counts as worst."""


@dataclass(frozen=True)
class Ranked:
    """A candidate with its measures, its score [0 to 1] and its light behind the score."""

    candidate: Candidate
    measures: Mapping[str, float]
    score: float
    outcome: Outlook

    def as_data(self) -> dict[str, Any]:
        """The row as plain data; an unknown measure is None."""
        one = self.candidate
        return {
            "name": one.name,
            "region": one.region,
            "latitude_deg": round(math.degrees(one.latitude), 5),
            "longitude_deg": round(math.degrees(one.longitude) % 360.0, 5),
            "coarse": one.coarse,
            "score": round(self.score, 4),
            **{k: None if math.isnan(v) else round(v, 5) for k, v in self.measures.items()},
            "cumulative_deficit_h": round(self.outcome.deficit, 2),
        }


@dataclass(frozen=True)
class Pair:
    """Two places lit together: the better of both at every step."""

    first: str
    second: str
    apart: float
    mean_area: float
    longest_dark: float
    deficit: float
    alone: tuple[float, float]

    def as_data(self) -> dict[str, Any]:
        """The pair as plain data."""
        return {
            "first": self.first,
            "second": self.second,
            "apart_km": round(self.apart / 1e3, 3),
            "mean_sun_area_fraction": round(self.mean_area, 5),
            "longest_common_dark_h": round(self.longest_dark, 4),
            "cumulative_deficit_h": round(self.deficit, 2),
            "mean_sun_area_fraction_alone": [round(a, 5) for a in self.alone],
        }


def weights(changes: Sequence[str] = ()) -> dict[str, float]:
    """The weights of the measures, with `changes` such as `slope_deg=2`."""
    found = {name: measure.weight for name, measure in MEASURES.items()}
    for text in changes:
        name, _, value = text.partition("=")
        name = name.strip()
        if name not in found:
            raise UserError(f"{name!r} is no measure of a place", remedy=suggestion(name, found))
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = math.nan
        if not (math.isfinite(found[name]) and found[name] >= 0.0):
            raise UserError(
                f"{text!r} gives no weight", remedy=f"write it like {name}=2, from 0 upwards"
            )
    if not sum(found.values()) > 0.0:
        raise UserError("every weight is 0", remedy="leave one above 0")
    return found


def score(measures: Mapping[str, float], weighted: Mapping[str, float]) -> float:
    """The weighted mean [0 to 1] of what each measure is worth."""
    total = 0.0
    for name, weight in weighted.items():
        measure = MEASURES[name]
        share = (measures[name] - measure.worst) / (measure.best - measure.worst)
        total += weight * (0.0 if math.isnan(share) else min(1.0, max(0.0, share)))
    return total / sum(weighted.values())


def rank(
    places: Sequence[Candidate],
    clock: Clock,
    height: float,
    *,
    terms: Terms | None = None,
    weighted: Mapping[str, float] | None = None,
    told: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Ranked]:
    """`places` from the highest score to the lowest, seen from `height` [m] over `clock`.

    From their shipped skylines; the mean of what a skyline lacks is put back first.
    """
    terms, weighted = terms or Terms(), weighted or weights()
    found = []
    for place in places:
        outcome = outlook(_skyline(place, height), _sky(place, height, clock), terms)
        measures = {
            "mean_sun_area_fraction": float(outcome.area.mean()),
            "longest_dark_h": float(
                (outcome.dark[:, 1] - outcome.dark[:, 0]).max(initial=0) * clock.step / HOUR
            ),
            "earth_visible_fraction": outcome.earth_share,
            "slope_deg": math.degrees(place.slope),
            "roughness_m": place.roughness,
            "distance_to_shadow_km": place.to_shadow / 1e3,
        }
        found.append(Ranked(place, measures, score(measures, weighted), outcome))
        told("candidates", len(found), len(places))
    return sorted(found, key=lambda row: (-row.score, row.candidate.name))


def best_pairs(
    ranked: Sequence[Ranked], clock: Clock, *, terms: Terms | None = None, top: int = 10
) -> list[Pair]:
    """The pairs within `LINKED`, the shortest common dark first, of equals the most light.

    Made of the `PAIRED` places with the most light. The light of a pair is at every step that of
    the better lit.
    """
    terms = terms or Terms()
    brightest = sorted(ranked, key=lambda row: -row.measures["mean_sun_area_fraction"])[:PAIRED]
    found = []
    for a, b in combinations(brightest, 2):
        one, other = a.candidate, b.candidate
        gap = apart(one.latitude, one.longitude, other.latitude, other.longitude)
        if gap > LINKED:
            continue
        area = np.maximum(a.outcome.area, b.outcome.area)
        flux = np.maximum(a.outcome.flux, b.outcome.flux)
        found.append(
            Pair(
                one.name,
                other.name,
                gap,
                float(area.mean()),
                float(longest_dark(area, clock.step, terms.dark_at).duration) / HOUR,
                float(cumulative_deficit(flux, clock.step, terms.array_to_load).hours),
                (float(a.outcome.area.mean()), float(b.outcome.area.mean())),
            )
        )
    return sorted(found, key=lambda pair: (pair.longest_dark, -pair.mean_area))[:top]


def _skyline(place: Candidate, height: float) -> Floats:
    skyline, lack, _ = place.at(height)
    return np.asarray(skyline + spread(lack[None], skyline.size)[0])


def _sky(place: Candidate, height: float, clock: Clock) -> Any:
    return sky_over(place.latitude, place.longitude, place.ground + height, clock)
