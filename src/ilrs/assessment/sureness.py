"""How sure the light of a run is: bands from skylines drawn with the terrain's error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Geometry, Site, compute_geometry
from ilrs.environment.horizons import PlaceHorizon, load_horizon
from ilrs.environment.objects import Obstacle, bare_skyline, front, obstacles_around
from ilrs.flows.clock import Clock
from ilrs.ground.light import sun_fractions
from ilrs.operations.run import Run
from ilrs.planning.sizing.skylines import skyline_draws
from ilrs.planning.sizing.technology import technology
from ilrs.scenario.schema import Ground
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]

PERCENT = (5.0, 95.0)
HEIGHTS = (2.0, 10.0)
"""Above ground [m]."""
STEP = 4 * 3600
"""Between the looks at the Sun [s] that draws are compared at, or a step of the run if longer."""


def light_bands(run: Run) -> dict[str, dict[str, Any]]:
    """For every place on the ground, the 5-95 % band of its mean lit share of the Sun's disc.

    `light` holds a row a height [m]: what the skyline as taken leaves, ends and median of what the
    draws leave, and how many of them are darker than as taken. Draws are those that ship with the
    place, so that a run tells the same wherever it is made. Holds for the Sun every 4 h; what
    stands on the ground is known without error.
    """
    scenario = run.scenario
    grounds = {n: p for n, p in scenario.places.items() if isinstance(p, Ground)}
    bare = {name: bare_skyline(place) for name, place in grounds.items()}
    high = {name: horizon.certificate.ground_m for name, horizon in bare.items()}
    sites = [Site(p.latitude, p.longitude, high[n]) for n, p in grounds.items()]
    sky = compute_geometry(sites, [], [], tdb_from_utc(_looks(run.truth.clock).middles))
    told = {}
    for i, (name, place) in enumerate(grounds.items()):
        around = obstacles_around(scenario, name, high)
        rows = []
        methods: dict[str, None] = {}
        for height in HEIGHTS:
            taken, drawn, method = drawn_skylines(place, bare[name], height, around)
            mean = behind(np.concatenate([taken, drawn]), sky, i)[0].mean(axis=1)
            low, middle, most = np.percentile(mean[1:], (PERCENT[0], 50.0, PERCENT[1]))
            rows.append(
                {
                    "height_m": height,
                    "taken": float(mean[0]),
                    "band": [float(low), float(most)],
                    "median": float(middle),
                    "draws": len(drawn),
                    "darker_draws": int(np.sum(mean[1:] < mean[0])),
                }
            )
            methods[method] = None
        told[name] = {"percent": list(PERCENT), "light": rows, "method": "; ".join(methods)}
    return told


def drawn_skylines(
    place: Ground, taken: PlaceHorizon, height: float, around: tuple[Obstacle, ...]
) -> tuple[Floats, Floats, str]:
    """The skyline `taken` (1, a) [rad] at a height [m], draws of it (m, a), and how they came.

    Draws lie over the skyline as computed, without what `place` declares as `skyline_error`.
    """
    computed = load_horizon(place.horizon, place.latitude, place.longitude)
    errors, method = skyline_draws(computed, height, technology().skyline_error, afresh=False)
    before = front(around, np.array([height]), errors.shape[1])
    return (
        np.maximum(taken.at(height), before),
        np.maximum(computed.at(height) + errors, before),
        method,
    )


def behind(skylines: Floats, sky: Geometry, place: int) -> tuple[Floats, Floats]:
    """Shares of the Sun's disc and of its light (m, n) [1] behind `skylines` (m, a) [rad]."""
    area, flux = sun_fractions(
        sky.sun_elevation[place],
        sky.sun_azimuth[place],
        sky.sun_angular_radius[place],
        skylines,
    )
    left = sky.sun_area_left[place]
    return np.asarray(area * left), np.asarray(flux * left)


def _looks(clock: Clock) -> Clock:
    every = max(STEP // clock.step, 1)
    return Clock(clock.start, every * clock.step, max(clock.count // every, 1))
