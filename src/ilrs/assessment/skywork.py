"""What telescopes, radio arrays and Earth observers made of the sky that their places allowed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.assessment.history import History
from ilrs.components.component import Component
from ilrs.components.earth_observer import EarthObserver
from ilrs.components.radio_array import RadioArray
from ilrs.components.telescope import Telescope
from ilrs.environment.geometry import Site
from ilrs.environment.observing import Observing, commonest, observe, why
from ilrs.flows.clock import Clock
from ilrs.operations.authority import earth_heard
from ilrs.physics.pit import great_circle
from ilrs.scenario.instants import written
from ilrs.scenario.schema import Ground
from ilrs.scenario.target_lists import stars_of
from ilrs.sky.earth_view import HIDDEN, WHOLE, coverage, earth_over
from ilrs.sky.time import tdb_from_utc
from ilrs.sky.visibility import OPEN, TERRAIN

Bools = NDArray[np.bool_]

COLUMNS = 720
"""Stretches that calendars are told in."""
CELL = 3
"""Degrees of the cells that the map of coverage is told in."""
HOUR = 3600.0


def skywork(history: History) -> dict[str, Any] | None:
    """Telescopes, radio arrays and observers by name; None for a station without any."""
    told: dict[str, Any] = {}
    scenario = history.run.scenario
    for f, facility in scenario.facilities.items():
        for c, part in facility.components.items():
            name = f"{f}/{c}"
            first = history.network.clock.index(scenario.missions[facility.mission].date)
            if first >= history.count or facility.place not in history.run.environment.places:
                continue
            kind = _KINDS.get(type(part))
            if kind is None:
                continue
            made = _MADE[kind](history, name, facility.place, part, first)
            if made is not None:
                told.setdefault(kind, []).append({"name": name, "place": facility.place, **made})
    return told or None


def _work(history: History, name: str, first: int) -> tuple[Bools, Bools]:
    """Steps from `first` on that were scheduled for an instrument, and that were done."""
    scheduled, done = (np.zeros(history.count, np.bool_) for _ in range(2))
    for each in history.outcomes:
        if name in each.entry.instruments:
            scheduled[each.first : each.last] = True
            done[each.first : each.last] |= each.done
    return scheduled[first:], done[first:]


def _yielded(history: History, name: str, what: str) -> float:
    activities = history.run.scenario.activities
    return sum(
        float(activities[o.entry.activity].yields.get(what, 0.0)) * o.entry.share
        for o in history.outcomes
        if o.done and name in o.entry.instruments
    )


def _clock(history: History, first: int) -> Clock:
    clock = history.network.clock
    start = clock.start + np.timedelta64(first * clock.step, "s")
    return Clock(start, clock.step, clock.count - first)


def _period(clock: Clock) -> dict[str, Any]:
    return {
        "begins": written(clock.start),
        "ends": written(clock.stop),
        "of_h": clock.count * clock.step / HOUR,
    }


def _telescope(
    history: History, name: str, place: str, part: Telescope, first: int
) -> dict[str, Any] | None:
    run = history.run
    here, targets = run.environment.places[place], run.scenario.targets
    if not targets or here.skyline is None:
        return None
    clock = _clock(history, first)
    seen = observe(place, Site(*here.site), here.skyline, part, stars_of(targets), clock)
    scheduled, done = _work(history, name, first)
    open_ = seen.open.any(axis=0)
    exposed = _yielded(history, name, "exposed")
    hours = float(open_.sum() * clock.step)
    return {
        **_period(clock),
        "targets": [_target(seen, k) for k in range(len(seen.stars))],
        "calendar": commonest(seen.codes, COLUMNS).tolist(),
        "open_h": hours / HOUR,
        "above_h": float((seen.codes != TERRAIN).any(axis=0).sum() * clock.step / HOUR),
        "scheduled_h": float(scheduled.sum() * clock.step / HOUR),
        "done_h": float(done.sum() * clock.step / HOUR),
        "exposed_h": exposed / HOUR,
        "visits": _yielded(history, name, "visits"),
        "efficiency": exposed / hours if hours else None,
        "sun_up_share": float(seen.sky.sun_up.mean()),
    }


def _target(seen: Observing, k: int) -> dict[str, Any]:
    hours = seen.clock.step / HOUR
    above = float((seen.codes[k] != TERRAIN).sum()) * hours
    exposure = float(seen.exposure[k])
    return {
        "name": seen.stars.names[k],
        "open_h": float((seen.codes[k] == OPEN).sum()) * hours,
        "above_h": above,
        "exposure_s": exposure if np.isfinite(exposure) else None,
        "why": why(seen, k),
    }


def _array(history: History, name: str, place: str, part: RadioArray, first: int) -> dict[str, Any]:
    run, clock = history.run, _clock(history, first)
    above = run.environment.places[place].earth_above_terrain[first:]
    scheduled, done = _work(history, name, first)
    hidden, deep = above < 0.0, above < -part.depth()
    silent = history.silent[first:]
    heard = earth_heard(run.scenario, run.environment)[first:]
    hour = clock.step / HOUR
    at = np.unique(np.linspace(0, clock.count, min(COLUMNS, clock.count) + 1).astype(np.int64))

    def binned(flags: Bools) -> list[float]:
        sums = np.add.reduceat(flags.astype(np.float64), at[:-1])
        return [round(float(v), 3) for v in sums / np.diff(at)]

    silence = _yielded(history, name, "silent")
    heard_from = _combs(history, name, place, part)
    deviation = part.deviation(silence, len(heard_from)) if silence else math.inf
    return {
        **_period(clock),
        "frequency_mhz": part.frequency / 1e6,
        "depth_deg": float(np.degrees(part.depth())),
        "shelter_db": part.shelter(),
        "hidden_h": float(hidden.sum() * hour),
        "deep_h": float(deep.sum() * hour),
        "scheduled_h": float(scheduled.sum() * hour),
        "done_h": float(done.sum() * hour),
        "silent_h": silence / HOUR,
        "contact_given_up_h": float((silent & heard).sum() * hour),
        "lines_within_m": part.lines_within(),
        "converters": heard_from,
        "channels_lost": part.lost(len(heard_from)),
        "deviation": deviation if math.isfinite(deviation) else None,
        "calendar": {
            "behind the terrain": binned(hidden),
            "deep enough": binned(deep),
            "station heard by Earth": binned(heard & ~silent),
            "listening": binned(done),
        },
    }


def _combs(history: History, name: str, place: str, part: RadioArray) -> list[str]:
    """Facilities whose converters' harmonics an array hears: its own, and those within reach."""
    scenario, own = history.run.scenario, name.split("/")[0]
    here = scenario.places[place]
    assert isinstance(here, Ground)
    return [own] + [
        f
        for f, each in scenario.facilities.items()
        if f != own
        and isinstance(there := scenario.places[each.place], Ground)
        and scenario.missions[each.mission].date < history.network.clock.stop
        and great_circle(here.latitude, here.longitude, there.latitude, there.longitude)
        <= part.lines_within()
    ]


def _observer(
    history: History, name: str, place: str, part: EarthObserver, first: int
) -> dict[str, Any]:
    run, clock = history.run, _clock(history, first)
    here = run.environment.places[place]
    scheduled, done = _work(history, name, first)
    every = max(round(part.cadence / clock.step), 1)
    steps = np.arange(0, clock.count, every)
    assert here.skyline is not None
    sky = earth_over(*here.site, here.skyline, tdb_from_utc(clock.middles)[steps])
    hour = clock.step / HOUR
    made: dict[str, Any] = {
        **_period(clock),
        "up_h": float((sky.state != HIDDEN).mean()) * clock.count * hour,
        "whole_h": float((sky.state == WHOLE).mean()) * clock.count * hour,
        "scheduled_h": float(scheduled.sum() * hour),
        "done_h": float(done.sum() * hour),
        "images": int(done.sum() * clock.step // part.cadence),
        "data_gbit": float(done.sum() * clock.step * part.rate() / 1e9),
        "ground_km": part.on_ground(float(sky.distance.mean())) / 1e3,
        "earth_radii": part.in_radii(float(sky.distance.mean())),
        "wavelength_nm": part.wavelength * 1e9,
    }
    # A map is told of what tells places on the globe apart.
    if made["ground_km"] < 500.0 and done.any():
        sky.state[~done[steps]] = HIDDEN
        lit = coverage(sky).lit.reshape(180 // CELL, CELL, 360 // CELL, CELL).mean(axis=(1, 3))
        made["map"] = {
            "cell_deg": CELL,
            "lit_h": [[round(v, 1) for v in row] for row in (lit * every * hour).tolist()],
        }
    return made


_KINDS: Mapping[type[Component], str] = {
    Telescope: "telescopes", RadioArray: "arrays", EarthObserver: "observers",
}  # fmt: skip
_MADE: Mapping[str, Any] = {"telescopes": _telescope, "arrays": _array, "observers": _observer}
