"""Bands of the places and pairs that a search lists: their skylines drawn with terrain's error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.candidates import Candidate
from ilrs.flows.clock import Clock
from ilrs.ground.light import sun_fractions
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.siting.band import HIGH, LOW, band_of, skyline_draws, spread
from ilrs.siting.outlook import Terms, sky_over
from ilrs.siting.ranking import Pair, Ranked
from ilrs.siting.spells import HOUR
from ilrs.siting.terrains import terrains_around

Floats = NDArray[np.float64]

SEED = 1


def listed_places(
    rows: Sequence[Ranked],
    clock: Clock,
    height: float,
    terms: Terms,
    terrain: Sequence[str] | None,
) -> list[dict[str, Any]]:
    """`rows` as plain data, each with the `band` of what is seen from `height` [m] over `clock`."""
    told = []
    for row in rows:
        one = row.candidate
        computed = one.at(height)[0]
        band = band_of(
            computed,
            spread(_draws(one, height, terrain), computed.size),
            sky_over(one.latitude, one.longitude, one.ground + height, clock),
            terms,
            coarse=one.coarse,
            before=np.full(computed.size, -np.inf),
        )
        told.append({**row.as_data(), "band": band.as_data()})
    return told


def listed_pairs(
    pairs: Sequence[Pair],
    rows: Sequence[Ranked],
    clock: Clock,
    height: float,
    terms: Terms,
    terrain: Sequence[str] | None,
) -> list[dict[str, Any]]:
    """`pairs` of `rows` as plain data, each with its `band`; errors of its two places apart."""
    places = {row.candidate.name: row.candidate for row in rows}
    names = dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second))
    light = {name: _light(places[name], clock, height, terrain) for name in names}
    return [
        {**p.as_data(), "band": _pair(light[p.first], light[p.second], clock.step, terms)}
        for p in pairs
    ]


def _pair(
    one: tuple[Floats, Floats], other: tuple[Floats, Floats], step: int, terms: Terms
) -> dict[str, Any]:
    """The 5-95 % band of the better lit of two places at every step, draw by draw."""
    count = min(len(one[0]), len(other[0]))
    area, flux = (np.maximum(a[:count], b[:count]) for a, b in zip(one, other, strict=True))
    found = {
        "mean_sun_area_fraction": area.mean(axis=1),
        "longest_common_dark_h": longest_dark(area, float(step), terms.dark_at).duration / HOUR,
        "cumulative_deficit_h": cumulative_deficit(flux, float(step), terms.array_to_load).hours,
    }
    ends = {name: np.percentile(values, [LOW, HIGH]).tolist() for name, values in found.items()}
    return {"low_percent": LOW, "high_percent": HIGH, **ends, "draws": count}


def _light(
    place: Candidate, clock: Clock, height: float, terrain: Sequence[str] | None
) -> tuple[Floats, Floats]:
    """Shares of the disc and of its light (m, n) [1] behind the draws of a place's skyline."""
    computed = place.at(height)[0]
    sky = sky_over(place.latitude, place.longitude, place.ground + height, clock)
    errors = spread(_draws(place, height, terrain), computed.size)
    area, flux = sun_fractions(
        sky.sun_elevation, sky.sun_azimuth, sky.sun_radius, computed + errors
    )
    return area * sky.sun_left, flux * sky.sun_left


def _draws(place: Candidate, height: float, terrain: Sequence[str] | None) -> Floats:
    """Draws that ship with a candidate; of a cell of a map they are made here."""
    shipped = place.at(height)[2]
    if len(shipped):
        return shipped
    around = terrains_around(terrain, place.latitude, place.longitude, place.reach)
    return skyline_draws(around, place.latitude, place.longitude, height, place.reach, SEED)
