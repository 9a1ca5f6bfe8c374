"""What observers at a place see of the Earth: coverage, revisit, resolution, data and delay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.earth_observer import EarthObserver
from ilrs.flows.clock import Clock
from ilrs.physics.radio import SPEED_OF_LIGHT
from ilrs.siting.regions import BOXES, WORLD, Region, region
from ilrs.siting.standpoint import Standpoint
from ilrs.sky.earth_view import (
    GLOBE,
    HIDDEN,
    WHOLE,
    Coverage,
    EarthSky,
    coverage,
    earth_over,
    region_shares,
)
from ilrs.sky.time import tdb_from_utc
from ilrs.sky.visibility import sky_over

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOUR, DAY = 3600.0, 86400.0
HALF = 0.5
"""Share of a region that must be seen and lit for a look at it to count."""
SOLAR = 1361.0  # W/m2 at 1 au, heat1d
ALBEDO, THERMAL = 0.30, 237.0  # of the Earth, and its infrared [W/m2] as recalled


@dataclass(frozen=True)
class Watch:
    """The Earth over a standpoint through a period, and a region of it."""

    stand: Standpoint
    clock: Clock
    sky: EarthSky
    sun_up: Flags
    sun_apart: Floats
    region: Region
    seen: Floats
    lit: Floats
    coverage: Coverage | None


def watch(
    stand: Standpoint, clock: Clock, region: Region, emission: float, *, whole_globe: bool = True
) -> Watch:
    """Look at the Earth; cells count up to `emission` [rad] from their vertical."""
    times = tdb_from_utc(clock.middles)
    site = stand.site
    earth = earth_over(site.latitude, site.longitude, site.altitude, stand.skyline, times)
    sky = sky_over(site.latitude, site.longitude, site.altitude, stand.skyline, times)
    apart = np.arccos(np.clip((sky.sun * sky.earth).sum(axis=1), -1.0, 1.0))
    seen, lit = region_shares(earth, region.rows, region.columns, emission)
    globe = coverage(earth, emission) if whole_globe else None
    return Watch(stand, clock, earth, sky.sun_up, apart, region, seen, lit, globe)


def working(found: Watch, observer: EarthObserver, *, whole: bool = False) -> Flags:
    """When an observer can work: some of the disc (or all of it) up, the Sun far enough, (n,)."""
    up = found.sky.state == WHOLE if whole else found.sky.elevation_above > 0.0
    return np.asarray(up & ~(found.sun_up & (found.sun_apart < observer.sun)))


def delays(produced: Floats, capacity: Floats, step: float) -> tuple[Floats, Floats, float]:
    """How long data wait: delay [s] and amount (n,) of what left, and what is still there [bit].

    `produced` and `capacity` (n,) [bit] a step; first in, first out, without losses. The data of a
    step leave at the earliest in it; delays are between the middles of steps.
    """
    backlog, sent = 0.0, np.empty(len(produced))
    for i, (made, room) in enumerate(zip(produced.tolist(), capacity.tolist(), strict=True)):
        backlog += made
        sent[i] = min(backlog, room)
        backlog -= sent[i]
    total, left = np.cumsum(produced), np.cumsum(sent)
    middle = left - 0.5 * sent
    made_at = np.searchsorted(total, middle, side="left")
    delay = (np.arange(len(sent)) - made_at) * step
    return np.where(sent > 0.0, delay, np.nan), sent, backlog


def quantile(delay: Floats, amount: Floats, share: float) -> float | None:
    """The delay within which `share` of the data left; None without data."""
    kept = amount > 0.0
    if not kept.any():
        return None
    order = np.argsort(delay[kept], kind="stable")
    total = np.cumsum(amount[kept][order])
    return float(delay[kept][order][np.searchsorted(total, share * total[-1])])


def fluxes(distance: Floats, phase: Floats) -> tuple[Floats, Floats]:
    """Sunlight from the Earth and its infrared at the Moon [W/m2].

    A Lambert sphere: (2/3) A S (R/d)^2 (sin p + (pi - p) cos p) / pi, and M (R/d)^2; clouds and
    seasons are not in it, which is what a radiometer is for.
    """
    size = (GLOBE / distance) ** 2
    share = (np.sin(phase) + (np.pi - phase) * np.cos(phase)) / np.pi
    return np.asarray(2.0 / 3.0 * ALBEDO * SOLAR * size * share), np.asarray(THERMAL * size)


def as_data(
    found: Watch,
    observers: Mapping[str, EarthObserver],
    contact: Flags,
    downlink: float,
) -> dict[str, Any]:
    """What was found, as plain data."""
    sky, step = found.sky, float(found.clock.step)
    up = sky.state != HIDDEN
    reflected, thermal = fluxes(sky.distance, sky.phase)
    part: dict[str, Any] = {
        "place": found.stand.name,
        "coarse": found.stand.coarse,
        "begins": f"{found.clock.start}Z",
        "ends": f"{found.clock.start + np.timedelta64(found.clock.count * found.clock.step, 's')}Z",
        "step_s": found.clock.step,
        "of_hours": found.clock.count * step / HOUR,
        "earth": {
            "some_up_share": float(up.mean()),
            "whole_up_share": float((sky.state == WHOLE).mean()),
            "elevation_deg": _range(np.degrees(sky.elevation)),
            "above_terrain_deg": _range(np.degrees(sky.elevation_above)),
            "distance_km": _range(sky.distance / 1e3),
            "diameter_deg": _range(np.degrees(2.0 * sky.radius)),
            "lit_share": _range(sky.lit_share),
            "reflected_w_per_m2": _range(reflected),
            "thermal_w_per_m2": _range(thermal),
        },
        "region": _region(found, found.region, found.seen, found.lit),
        "contact_share": float(contact.mean()),
        "downlink_bit_per_s": downlink,
        "observers": [
            _observer(found, name, one, contact, downlink) for name, one in observers.items()
        ],
    }
    if found.coverage is not None:
        part["globe"] = _globe(found.coverage, step)
    return part


def _range(values: Floats) -> dict[str, float]:
    return {
        "least": float(values.min()),
        "mean": float(values.mean()),
        "most": float(values.max()),
    }


def named_regions(found: Watch, emission: float) -> list[dict[str, Any]]:
    """What is seen of every named part of the world, as plain data."""
    parts = [region(name) for name in BOXES if name != WORLD]
    return [
        _region(found, one, *region_shares(found.sky, one.rows, one.columns, emission))
        for one in parts
    ]


def _region(found: Watch, region: Region, seen: Floats, lit: Floats) -> dict[str, Any]:
    step = float(found.clock.step)
    looks = lit >= HALF
    gaps = _lengths(~looks) * step / HOUR
    data: dict[str, Any] = {
        "name": region.name,
        "bounds_deg": [region.south, region.north, region.west, region.east],
        "cells": int(region.rows.size),
        "hours_half_lit": float(looks.sum() * step / HOUR),
        "hours_any_seen": float((seen > 0.0).sum() * step / HOUR),
        "hours_any_lit": float((lit > 0.0).sum() * step / HOUR),
        "looks": len(_lengths(looks)),
        "longest_gap_h": float(gaps.max(initial=0.0)),
        "median_gap_h": float(np.median(gaps)) if gaps.size else 0.0,
        "days_looked_at": _days(looks, step),
        "why": "",
    }
    if found.coverage is not None:
        cells = found.coverage.lit[region.rows, region.columns]
        angles = found.coverage.emission[region.rows, region.columns]
        data["cells_ever_lit_share"] = float((cells > 0).mean())
        data["least_emission_deg"] = (
            float(np.degrees(np.nanmin(angles))) if np.isfinite(angles).any() else None
        )
    if not looks.any():
        data["why"] = (
            "the Earth is behind the terrain for the whole period"
            if not (found.sky.state != HIDDEN).any()
            else "half of it is never seen and lit at once: "
            f"{seen.max():.0%} at most is seen and {lit.max():.0%} of it lit"
        )
    return data


def _days(looks: Flags, step: float) -> float:
    """Share of whole days on which there is a look."""
    per = round(DAY / step)
    whole = len(looks) // per
    return float(looks[: whole * per].reshape(whole, per).any(axis=1).mean()) if whole else math.nan


def _lengths(flags: Flags) -> NDArray[np.int64]:
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)


def _observer(
    found: Watch, name: str, one: EarthObserver, contact: Flags, downlink: float
) -> dict[str, Any]:
    step = float(found.clock.step)
    works = working(found, one)
    produced = np.asarray(works, np.float64) * (one.rate() * step)
    room = np.asarray(contact, np.float64) * (downlink * step)
    delay, sent, left = delays(produced, room, step)
    distance = float(found.sky.distance.mean())
    median, late = quantile(delay, sent, 0.5), quantile(delay, sent, 0.95)
    light = distance / SPEED_OF_LIGHT
    return {
        "name": name,
        "wavelength_nm": one.wavelength * 1e9,
        "field_deg": math.degrees(one.field),
        "pixel_deg": math.degrees(one.pixel),
        "pixel_earth_radii": one.in_radii(distance),
        "ground_km": one.on_ground(distance) / 1e3,
        "cadence_s": one.cadence,
        "hours": float(works.sum() * step / HOUR),
        "images": int(works.sum() * step / one.cadence),
        "longest_gap_h": float((_lengths(~works) * step / HOUR).max(initial=0.0)),
        "rate_bit_per_s": one.rate(),
        "data_gbit": float(produced.sum() / 1e9),
        "undelivered_gbit": left / 1e9,
        "latency_median_s": None if median is None else median + light,
        "latency_p95_s": None if late is None else late + light,
    }


def _globe(c: Coverage, step: float) -> dict[str, Any]:
    weight = np.repeat(np.cos(np.radians(np.arange(180) - 89.5))[:, None], 360, axis=1)

    def mean(values: NDArray[Any]) -> float:
        return float((values * weight).sum() / weight.sum())

    return {
        "ever_seen_share": mean(c.seen > 0),
        "ever_lit_share": mean(c.lit > 0),
        "mean_lit_hours": mean(c.lit * step / HOUR),
        "mean_longest_gap_h": mean(c.gap * step / HOUR),
        "lit_hours_by_latitude": [
            {"latitude_deg": float(k - 89.5), "hours": float(c.lit[k].mean() * step / HOUR)}
            for k in range(4, 180, 10)
        ],
    }
