"""What a telescope at a place can observe of its targets: when, how well, and what keeps it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.telescope import Telescope
from ilrs.environment.geometry import Site
from ilrs.flows.clock import Clock
from ilrs.physics.optics import band_magnitude, exposure_time, resolution, star_rate
from ilrs.physics.sky_background import (
    avoidance_angle,
    sky_rate,
    strayed,
    zodiacal_light,
)
from ilrs.sky.rounds import round_trip
from ilrs.sky.stars import Stars, chosen, ecliptic
from ilrs.sky.time import tdb_from_utc
from ilrs.sky.visibility import OPEN, REASONS, TERRAIN, Sky, sky_over, track, visibility

Floats = NDArray[np.float64]

RATIO = 10.0
"""Signal-to-noise ratio asked for where nobody says."""
SAMPLES = 64
"""Open instants at which the brightness of the sky is taken for a target's exposure."""
HOUR = 3600.0
FULL_EARTH = 0.3 * (2.0 / 3.0) * (6.371e6 / 384.4e6) ** 2
"""Light of the full Earth at the Moon over that of the Sun."""


@dataclass(frozen=True)
class Observing:
    """Targets over a place through a telescope: `codes` (targets, count) of `REASONS`.

    `magnitude` (targets,) in the telescope's band; `exposure` (targets,) [s] to reach `ratio`
    (targets,) at the median brightness of the sky while open, NaN where never open or unknown;
    `highest` (targets,) [rad] is where each stands highest.
    """

    place: str
    telescope: Telescope
    clock: Clock
    stars: Stars
    sky: Sky
    codes: NDArray[np.uint8]
    magnitude: Floats
    ratio: Floats
    exposure: Floats
    highest: Floats

    @property
    def open(self) -> NDArray[np.bool_]:
        """When each target can be observed (targets, count)."""
        return np.asarray(self.codes == OPEN)

    def hours(self, code: int) -> Floats:
        """Hours of each target under a code (targets,)."""
        return np.asarray((self.codes == code).sum(axis=1) * self.clock.step / HOUR)


def observe(
    place: str,
    site: Site,
    skyline: Floats,
    telescope: Telescope,
    stars: Stars,
    clock: Clock,
    *,
    ratio: Floats | float = RATIO,
    in_band: Floats | None = None,
) -> Observing:
    """What `telescope` at a `site` with its `skyline` (a,) [rad] can observe of `stars`.

    `in_band` (targets,) are magnitudes already in its band, NaN where those of `stars` are to be
    carried there by their colours. A step counts by its middle.
    """
    times = tdb_from_utc(clock.middles)
    sky = sky_over(site.latitude, site.longitude, site.altitude, skyline, times)
    codes = visibility(stars, sky, telescope.limits())
    low, high = telescope.shortest, telescope.longest
    plain = np.where(
        np.isfinite(stars.colour),
        band_magnitude(stars.magnitude, np.nan_to_num(stars.colour), low, high),
        stars.magnitude,
    )
    given = np.full(len(stars), np.nan) if in_band is None else in_band
    magnitude = np.where(np.isfinite(given), given, plain)
    wanted = np.array(np.broadcast_to(np.asarray(ratio, np.float64), (len(stars),)))
    return Observing(
        place, telescope, clock, stars, sky, codes, magnitude, wanted,
        _exposures(telescope, stars, sky, codes, magnitude, wanted), _highest(stars, sky),
    )  # fmt: skip


def _exposures(
    telescope: Telescope, stars: Stars, sky: Sky, codes: NDArray[np.uint8], magnitude: Floats,
    ratio: Floats,
) -> Floats:  # fmt: skip
    """Exposure [s] at the median brightness of the sky over open instants, (targets,)."""
    camera, dust = telescope.camera(), telescope.dust_on_mirror()
    found = np.full(len(stars), np.nan)
    longitude, latitude = stars.ecliptic()
    for k in np.flatnonzero(np.isfinite(magnitude)):
        steps = np.flatnonzero(codes[k] == OPEN)
        if not steps.size:
            continue
        at = steps[np.linspace(0, steps.size - 1, min(SAMPLES, steps.size)).astype(np.int64)]
        sun = np.einsum("nij,ni->nj", sky.turn[at], sky.sun[at])
        around, _ = ecliptic(sun)
        light = zodiacal_light(longitude[k] - around, latitude[k], 500e-9)
        apart = np.arccos(np.clip(sun @ stars.direction[k], -1.0, 1.0))
        light = light + np.where(sky.sun_up[at], strayed(dust, apart), 0.0)
        if np.isnan(light).all():
            continue
        background = sky_rate(camera, np.nanmedian(light))
        rate = star_rate(camera, magnitude[k])
        found[k] = float(exposure_time(camera, rate, background, float(ratio[k])))
    return found


def _highest(stars: Stars, sky: Sky) -> Floats:
    """The elevation at which each stands highest, every sixth hour or so, (targets,)."""
    few = np.unique(np.linspace(0, len(sky.tdb) - 1, min(len(sky.tdb), 1461)).astype(np.int64))
    part = Sky(
        sky.tdb[few], sky.turn[few], sky.velocity[few], sky.place[few], sky.sun[few],
        sky.earth[few], sky.sun_up[few], sky.earth_up[few], sky.skyline,
    )  # fmt: skip
    return np.array([track(chosen(stars, k), part)[1].max() for k in range(len(stars))])


def spells(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """First and last (excluded) steps of the spells in which `flags` (count,) hold, (k, 2)."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def commonest(codes: NDArray[np.uint8], columns: int) -> NDArray[np.int64]:
    """The commonest code of each of at most `columns` stretches of time, (targets, columns)."""
    count = codes.shape[1]
    edges = np.linspace(0, count, min(columns, count) + 1).astype(np.int64)
    held = [np.add.reduceat(codes == c, edges[:-1], axis=1) for c in range(len(REASONS))]
    return np.asarray(np.argmax(held, axis=0))


def avoidance(telescope: Telescope, latitude: float = math.radians(60.0)) -> dict[str, float]:
    """Angles [rad] from Sun and Earth at which strayed light equals the zodiacal light.

    That at `latitude` [rad] from the ecliptic, 90 deg from the Sun; the full Earth gives 7e-5 of
    sunlight: 1361 W/m2, albedo 0.3, 2/3 of (R / d)^2 toward the Moon (Lambert's sphere).
    """
    sky = float(zodiacal_light(0.5 * math.pi, latitude, 500e-9))
    dust = telescope.dust_on_mirror()
    return {
        "sun": avoidance_angle(dust, sky),
        "earth": avoidance_angle(dust, sky, FULL_EARTH),
    }


def a_round(seen: Observing) -> dict[str, Any] | None:
    """Once round all targets that can be exposed: the order, the turns, and where the time goes.

    Turns take their angle at the telescope's rate and a time to settle; `efficiency` is the share
    of the round with the shutter open. None for less than two targets.
    """
    telescope = seen.telescope
    can = np.flatnonzero(np.isfinite(seen.exposure))
    if can.size < 2:
        return None
    order, turns = round_trip(seen.stars.direction[can])
    turning = sum(telescope.turning(float(angle)) for angle in turns)
    exposing = float(seen.exposure[can].sum())
    frames = np.maximum(np.ceil(seen.exposure[can] / telescope.frame - 1e-9), 1.0)
    reading = float(frames.sum()) * telescope.between
    length = turning + exposing + reading
    return {
        "order": [seen.stars.names[can[k]] for k in order],
        "turns_deg": np.degrees(turns).tolist(),
        "turning_s": turning,
        "exposing_s": exposing,
        "reading_s": reading,
        "length_s": length,
        "efficiency": exposing / length,
    }


def as_data(seen: Observing, *, windows: bool = True) -> dict[str, Any]:
    """What was found as plain data: hours, efficiencies, windows, exposures, and reasons."""
    step = seen.clock.step
    rows = [_row(seen, k, windows) for k in range(len(seen.stars))]
    telescope, allowed = seen.telescope, avoidance(seen.telescope)
    above = float((seen.codes != TERRAIN).any(axis=0).mean())
    return {
        "place": seen.place,
        "begins": f"{seen.clock.start}Z",
        "ends": f"{seen.clock.start + np.timedelta64(seen.clock.count * step, 's')}Z",
        "step_s": step,
        "of_hours": seen.clock.count * step / HOUR,
        "telescope": {
            "aperture_m": telescope.aperture,
            "band_nm": [telescope.shortest * 1e9, telescope.longest * 1e9],
            "resolution_arcsec": _arcseconds(
                float(resolution(math.sqrt(telescope.shortest * telescope.longest),
                                 telescope.aperture))),
            "detector_k": telescope.detector,
            "dark_current_per_s": telescope.camera().dark(),
            "clearance_deg": math.degrees(telescope.clearance),
            "sun_deg": math.degrees(telescope.sun),
            "earth_deg": math.degrees(telescope.earth),
            "sun_deg_by_dust": math.degrees(allowed["sun"]),
            "earth_deg_by_dust": math.degrees(allowed["earth"]),
        },
        "sun_up_share": float(seen.sky.sun_up.mean()),
        "earth_up_share": float(seen.sky.earth_up.mean()),
        "anything_open_share": float(seen.open.any(axis=0).mean()),
        "anything_above_share": above,
        "round": a_round(seen),
        "targets": rows,
    }  # fmt: skip


def _arcseconds(angle: float) -> float:
    return math.degrees(angle) * 3600.0


def _row(seen: Observing, k: int, windows: bool) -> dict[str, Any]:
    step = seen.clock.step
    flags = seen.codes[k] == OPEN
    parts = spells(flags)
    hours = (parts[:, 1] - parts[:, 0]) * step / HOUR
    gaps = spells(~flags)
    above = float((seen.codes[k] != TERRAIN).sum() * step / HOUR)
    row: dict[str, Any] = {
        "name": seen.stars.names[k],
        "magnitude": _number(seen.stars.magnitude[k]),
        "magnitude_in_band": _number(seen.magnitude[k]),
        "hours": float(hours.sum()),
        "above_terrain_hours": above,
        "efficiency": float(hours.sum()) / above if above else None,
        "count": len(parts),
        "longest_h": float(hours.max(initial=0.0)),
        "longest_gap_h": float(((gaps[:, 1] - gaps[:, 0]) * step / HOUR).max(initial=0.0)),
        "highest_deg": math.degrees(seen.highest[k]),
        "hours_by_reason": {
            REASONS[c]: float((seen.codes[k] == c).sum() * step / HOUR) for c in range(len(REASONS))
        },
        "ratio": float(seen.ratio[k]),
        "exposure_s": _number(seen.exposure[k]),
        "why": why(seen, k),
    }
    if windows:
        row["windows"] = [
            {
                "begins": f"{seen.clock.start + np.timedelta64(int(a) * step, 's')}Z",
                "ends": f"{seen.clock.start + np.timedelta64(int(b) * step, 's')}Z",
                "hours": float((b - a) * step / HOUR),
            }
            for a, b in parts
        ]
    return row


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def why(seen: Observing, k: int) -> str:
    """Why a target is never open; empty where it is."""
    counts = np.bincount(seen.codes[k], minlength=len(REASONS))
    if counts[OPEN]:
        return ""
    highest = math.degrees(float(seen.highest[k]))
    if counts[TERRAIN] == seen.clock.count:
        return f"below the terrain for the whole period: it never rises above {highest:.1f} deg"
    rest = [c for c in range(2, len(REASONS)) if counts[c]]
    told = " and ".join(f"{REASONS[c]} for {counts[c] / seen.clock.count:.0%}" for c in rest)
    return f"never open: {told} of the time; it never rises above {highest:.1f} deg"
