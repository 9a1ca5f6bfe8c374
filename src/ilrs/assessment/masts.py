"""What a higher mast would have saved: light behind the run's skylines, height by height."""

from __future__ import annotations

from typing import Any

import numpy as np

from ilrs.assessment.sureness import PERCENT, Floats, behind, drawn_skylines
from ilrs.environment.geometry import Geometry, Site, compute_geometry
from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.objects import bare_skyline, obstacles_around, raised
from ilrs.flows.clock import Clock
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.operations.run import Run
from ilrs.scenario.schema import Ground
from ilrs.sky.time import tdb_from_utc

RATIOS = (1.5, 2.0, 3.0)
"""Array at full light over a steady load."""
BEHIND = 0.01
"""Less of the Sun's disc than this counts as dark."""
STEP = 3600.0
"""Of the light looked at [s], or a step of the run where that is longer."""


def mast_heights(run: Run) -> list[dict[str, Any]]:
    """For every place with an array, what each stored height [m] of its skyline leaves of the Sun.

    `light` [1] is the mean lit share of the Sun's flux, `dark_h` the longest dark and `deficit_h`
    the worst run-down of a full store in hours of a steady load, for each of `array_to_load`; what
    the terrain's error makes of both at the top of the run's array is in `band`.
    Holds for a collector at that height, eclipses counted; arrays that reach over metres see the
    mean of their heights.
    """
    scenario, clock = run.scenario, run.truth.clock
    towers = _towers(run)
    if not towers:
        return []
    bare = {
        name: bare_skyline(place)
        for name, place in scenario.places.items()
        if isinstance(place, Ground)
    }
    grounds = {name: horizon.certificate.ground_m for name, horizon in bare.items()}
    sites = [
        Site(place.latitude, place.longitude, grounds[name])
        for name in towers
        if isinstance(place := scenario.places[name], Ground)
    ]
    every = max(int(STEP // clock.step), 1)
    coarse = Clock(clock.start, every * clock.step, max(clock.count // every, 1))
    sky = compute_geometry(sites, [], [], tdb_from_utc(coarse.middles))
    told = []
    for i, (name, top) in enumerate(towers.items()):
        horizon = raised(bare[name], obstacles_around(scenario, name, grounds))
        area, flux = behind(horizon.elevation, sky, i)
        dark, deficit = _worst(area, flux, coarse.step)
        told.append(
            {
                "place": name,
                "top_m": top,
                "heights_m": horizon.heights.tolist(),
                "light": flux.mean(axis=1).tolist(),
                "dark_h": dark.tolist(),
                "array_to_load": list(RATIOS),
                "deficit_h": deficit.tolist(),
                "band": _band(run, name, bare[name], grounds, top, sky, i, coarse.step),
            }
        )
    return told


def _worst(area: Floats, flux: Floats, step: int) -> tuple[Floats, Floats]:
    """Longest dark (m,) and deficits (ratios, m) [h] of light (m, n) in steps of `step` [s]."""
    dark = longest_dark(area, float(step), BEHIND).duration / 3600.0
    return dark, np.asarray(cumulative_deficit(flux, float(step), RATIOS).hours).T


def _band(
    run: Run,
    name: str,
    bare: PlaceHorizon,
    grounds: dict[str, float],
    top: float,
    sky: Geometry,
    index: int,
    step: int,
) -> dict[str, Any]:
    """Ends of the 5-95 % band of longest dark and deficits [h] at a height within the horizon's."""
    place = run.scenario.places[name]
    assert isinstance(place, Ground)
    height = min(max(top, bare.heights[0]), bare.heights[-1])
    around = obstacles_around(run.scenario, name, grounds)
    _, drawn, method = drawn_skylines(place, bare, float(height), around)
    dark, deficit = (
        np.percentile(hours, PERCENT, axis=-1) for hours in _worst(*behind(drawn, sky, index), step)
    )
    return {
        "percent": list(PERCENT),
        "height_m": float(height),
        "dark_h": dark.tolist(),
        "deficit_h": deficit.T.tolist(),
        "draws": len(drawn),
        "method": method,
    }


def _towers(run: Run) -> dict[str, float]:
    """Places with something that lives on sunlight, and the highest edge [m] of it."""
    tops: dict[str, float] = {}
    for facility in run.scenario.facilities.values():
        for part in facility.components.values():
            if part.kind == "solar_array" and (span := part.light_span()) is not None:
                tops[facility.place] = max(tops.get(facility.place, 0.0), span[1])
    return tops
