"""Answers to "where": candidates that fit, ranked; pairs of them; places side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ilrs.environment.candidates import Candidate, candidates
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.terrain import project
from ilrs.scenario.document import suggestion
from ilrs.scenario.instants import written
from ilrs.siting.answer import answer
from ilrs.siting.areas import area as area_of
from ilrs.siting.cells import APART, best_cells
from ilrs.siting.listed import listed_pairs, listed_places
from ilrs.siting.outlook import Terms
from ilrs.siting.ranking import MEASURES, best_pairs, rank, weights
from ilrs.siting.relays import Relay
from ilrs.siting.spots import spot

Told = Callable[[str, int, int], None]

LEAST_CELLS, MOST_CELLS = 12, 60
"""Cells of a map that get a skyline of their own: three for every place listed, within these."""


def find(
    clock: Clock,
    *,
    height: float,
    terms: Terms,
    area: str | None = None,
    regions: Sequence[str] = (),
    weight: Sequence[str] = (),
    min_light: float = 0.0,
    max_dark: float | None = None,
    min_earth: float = 0.0,
    max_slope: float | None = None,
    top: int = 10,
    pairs: bool = False,
    cells: bool = True,
    apart: float = APART,
    terrain: Sequence[str] | None = None,
    told: Told = lambda *_: None,
) -> dict[str, Any]:
    """The places within `area` and `regions` that hold the limits, ranked, as plain data.

    They are the shipped candidates, and with an `area` (unless `cells` is False, or regions are
    named) also the best lit cells of its map, `apart` [m] from each other and from candidates.
    """
    weighted = weights(weight)
    if area is None or regions or not cells:
        looked_at = chosen(area, regions)
    else:
        looked_at = _within(area, height)
        name, wanted = area_of(area)
        looked_at += best_cells(
            name,
            wanted,
            clock,
            height,
            count=min(MOST_CELLS, max(3 * top, LEAST_CELLS)),
            terms=terms,
            terrain=terrain,
            apart=apart,
            max_slope=max_slope,
            taken=[_xy(c) for c in looked_at],
            told=told,
        )
        if not looked_at:
            raise UserError(
                "no ground there is ever lit, or none is level enough",
                remedy="choose another area, or a steeper --max-slope",
            )
    ranked = rank(looked_at, clock, height, terms=terms, weighted=weighted, told=told)
    fit = [
        row
        for row in ranked
        if row.measures["mean_sun_area_fraction"] >= min_light
        and (max_dark is None or row.measures["longest_dark_h"] <= max_dark)
        and row.measures["earth_visible_fraction"] >= min_earth
        and (max_slope is None or row.measures["slope_deg"] <= max_slope)
    ]
    listed = fit[:top]
    told("bands", 0, 2)
    places = listed_places(listed, clock, height, terms, terrain)
    told("bands", 1, 2)
    two = best_pairs(fit, clock, terms=terms, top=top) if pairs else []
    together = listed_pairs(two, fit, clock, height, terms, terrain)
    told("bands", 2, 2)
    return {
        "begins": written(clock.start),
        "ends": written(clock.stop),
        "step_s": clock.step,
        "height_m": height,
        "dark_at_area_fraction": terms.dark_at,
        "array_to_load": terms.array_to_load,
        "measures": {
            name: {**vars(measure), "weight": weighted[name]} for name, measure in MEASURES.items()
        },
        "looked_at": len(looked_at),
        "fit": len(fit),
        "places": places,
        "pairs": together,
    }


def chosen(area: str | None, regions: Sequence[str]) -> list[Candidate]:
    """The candidates of `regions` (all without one) that lie within `area`."""
    known = {c.region for c in candidates()}
    for region in regions:
        if region not in known:
            raise UserError(
                f"there are no candidates of a region {region!r}", remedy=suggestion(region, known)
            )
    found = [c for c in candidates() if not regions or c.region in regions]
    if area is not None:
        found = _inside(found, area)
    if not found:
        raise UserError(
            "no candidate place lies there",
            remedy="map the area instead: ilrs site map AREA; or ask for a point: ilrs site point",
        )
    return found


def _inside(places: Sequence[Candidate], area: str) -> list[Candidate]:
    _, wanted = area_of(area)
    return [
        c
        for c, (x, y) in ((c, _xy(c)) for c in places)
        if wanted.x_min <= x <= wanted.x_max and wanted.y_min <= y <= wanted.y_max
    ]


def _within(area: str, height: float) -> list[Candidate]:
    """The candidates of an area that have a skyline at this height [m]."""
    stored = [c for c in candidates() if any(math.isclose(height, h) for h in c.heights)]
    return _inside(stored, area)


def _xy(place: Candidate) -> tuple[float, float]:
    x, y = project(place.latitude, place.longitude)
    return float(x), float(y)


def compared(
    places: Sequence[str],
    clock: Clock,
    *,
    height: float,
    terms: Terms,
    terrain: Sequence[str] | None = None,
    relays: tuple[Relay, ...] = (),
    told: Told = lambda *_: None,
) -> dict[str, Any]:
    """The answers for `places`, side by side, as plain data."""
    spots = [spot([text]) for text in places]
    rows = []
    told("places", 0, len(spots))
    for k, one in enumerate(spots):
        found = answer(
            one, clock, heights=[height], terrain=terrain, terms=terms, relays=relays
        ).as_data()
        found.pop("heights")
        rows.append(found)
        told("places", k + 1, len(spots))
    return {"places": rows}
