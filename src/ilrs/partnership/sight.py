"""Fields of view: how much of a cone terrain and station leave free, and when it can be used."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.environment import PlaceEnvironment
from ilrs.environment.horizons import PlaceHorizon
from ilrs.language import Message, said
from ilrs.partnership.demands import FieldOfView

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RAYS = 241
"""Rays of a cone, each of the same solid angle."""
EVERY = 6
"""Of the hours, every so many are looked at where the axis moves."""


@dataclass(frozen=True)
class Sight:
    """What a field of view has at a place: shares, and what takes most of it.

    `clear` is the share of the cone that is free (of the best moment where its axis moves);
    `usable` the share of the time in which all its conditions hold; `skyline` the highest skyline
    [rad] across the cone.
    """

    clear: float
    usable: float
    skyline: float
    lost: dict[Message, float]
    """Share of the time lost to each condition, where each is taken alone."""


def rays(half_angle: float, count: int = RAYS) -> Floats:
    """Unit vectors (count, 3) that fill a cone about +z evenly in solid angle."""
    k = np.arange(count) + 0.5
    cosine = 1.0 - (1.0 - math.cos(half_angle)) * k / count
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 0.0))
    turn = k * math.pi * (3.0 - math.sqrt(5.0))
    return np.stack([sine * np.cos(turn), sine * np.sin(turn), cosine], axis=1)


def directions(azimuth: Floats, elevation: Floats) -> Floats:
    """Unit vectors (n, 3) east, north, up of azimuths clockwise from north and elevations [rad]."""
    level = np.cos(elevation)
    return np.stack([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)], axis=-1)


def cone(
    azimuth: Floats | float, elevation: Floats | float, half_angle: float
) -> tuple[Floats, Floats]:
    """Azimuths and elevations (..., rays) [rad] of the rays of cones about axes (...)."""
    axis = directions(np.asarray(azimuth), np.asarray(elevation))
    level = np.abs(axis[..., 2:]) < 0.9
    side = np.where(level, (0.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    east = np.cross(side, axis)
    east /= np.linalg.norm(east, axis=-1, keepdims=True)
    frame = np.stack([east, np.cross(axis, east), axis], axis=-2)
    spread = rays(half_angle) @ frame
    return (
        np.arctan2(spread[..., 0], spread[..., 1]) % (2.0 * math.pi),
        np.arcsin(np.clip(spread[..., 2], -1.0, 1.0)),
    )


def clear_share(
    skyline: Floats, azimuth: Floats | float, elevation: Floats | float, half_angle: float
) -> Floats:
    """Shares of cones about axes (...) above a skyline (azimuths,) [rad], even round from N."""
    az, el = cone(azimuth, elevation, half_angle)
    return np.asarray((el > _at(skyline, az)).mean(axis=-1))


def look(
    view: FieldOfView,
    horizon: PlaceHorizon,
    place: PlaceEnvironment,
    light: Floats,
    hours: slice,
    height: float | None = None,
) -> Sight:
    """What a field of view has at a place over some hours of its series.

    `horizon` holds the terrain with what stands in view; `light` (steps,) is the Sun's disc in view
    at the aperture. A body counts as kept out while it is below the skyline. What stands at the
    same place is in it only where the scenario lists it as an object there.
    """
    at = view.height if height is None else height
    lowest, highest = horizon.heights[0], horizon.heights[-1]
    skyline = horizon.at([float(np.clip(at, lowest, highest))])[0]
    sun = directions(place.sun_azimuth[hours], place.surroundings.sun_elevation[hours])
    earth = directions(place.earth_azimuth[hours], place.earth_elevation[hours])
    sun_up = light[hours] > 0.0
    earth_up = place.earth_above_terrain[hours] > 0.0
    if view.towards in ("earth", "sun"):
        body, up = (earth, earth_up) if view.towards == "earth" else (sun, sun_up)
        return _following(view, skyline, body, up, sun, sun_up, earth, earth_up)
    azimuth = np.array(0.0 if view.towards == "zenith" else view.azimuth or 0.0)
    elevation = np.array(math.pi / 2.0 if view.towards == "zenith" else view.elevation or 0.0)
    clear = float(clear_share(skyline, azimuth, elevation, view.half_angle))
    axis = directions(azimuth, elevation)
    kept, lost = _kept_out(view, axis[None, :], sun, sun_up, earth, earth_up)
    kept &= clear >= view.clear - 1e-12
    az, _ = cone(azimuth, elevation, view.half_angle)
    return Sight(clear, float(kept.mean()), float(_at(skyline, az).max()), lost)


def _following(
    view: FieldOfView,
    skyline: Floats,
    body: Floats,
    up: Bools,
    sun: Floats,
    sun_up: Bools,
    earth: Floats,
    earth_up: Bools,
) -> Sight:
    """A field whose axis follows a body: clear moment by moment."""
    picked = slice(None, None, EVERY)
    axis = body[picked]
    azimuth = np.arctan2(axis[:, 0], axis[:, 1])
    elevation = np.arcsin(np.clip(axis[:, 2], -1.0, 1.0))
    clear = clear_share(skyline, azimuth, elevation, view.half_angle)
    kept, lost = _kept_out(view, axis, sun[picked], sun_up[picked], earth[picked], earth_up[picked])
    free = clear >= view.clear - 1e-12
    lost = {said(f"sight.{view.towards}_down"): float(1.0 - free.mean()), **lost}
    seen = kept & free & (up[picked] | (clear > 0.0))
    highest = float(_at(skyline, azimuth).max(initial=-math.pi / 2.0))
    return Sight(float(clear.max(initial=0.0)), float(seen.mean()), highest, lost)


def _kept_out(
    view: FieldOfView,
    axis: Floats,
    sun: Floats,
    sun_up: Bools,
    earth: Floats,
    earth_up: Bools,
) -> tuple[Bools, dict[Message, float]]:
    kept = np.ones(len(sun), dtype=np.bool_)
    lost: dict[Message, float] = {}
    for key, least, body, up in (
        ("sight.sun_near", view.sun_out, sun, sun_up),
        ("sight.earth_near", view.earth_out, earth, earth_up),
    ):
        if least is None:
            continue
        apart = np.arccos(np.clip((body * axis).sum(axis=-1), -1.0, 1.0))
        bad = up & (apart < least)
        kept &= ~bad
        lost[said(key, degrees=f"{math.degrees(least):.0f}")] = float(bad.mean())
    return kept, lost


def _at(skyline: Floats, azimuth: Floats) -> Floats:
    """The skyline at azimuths [rad], linear between its steps."""
    count = skyline.size
    where = np.asarray(azimuth) / (2.0 * math.pi) * count
    low = np.floor(where).astype(np.int64)
    part = where - low
    return np.asarray((1.0 - part) * skyline[low % count] + part * skyline[(low + 1) % count])
