"""The sky at one place and some instants, as rows for people and files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ilrs.sky.directions import azimuth_elevation, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utcs, tdb_from_utc


def sample_sky(
    latitude: float, longitude: float, altitude: float, utc: Sequence[str]
) -> list[dict[str, Any]]:
    """Sun and Earth from a place at instants of UTC, one row an instant, in the order given.

    `latitude`, `longitude` [rad], `altitude` [m] above the 1737.4 km sphere. Rows hold "utc" as
    given, "sun" and "earth" with "azimuth_deg", "elevation_deg", "range_m", and the Sun's
    "area_fraction" that the Earth's eclipses leave; neither horizon nor terrain counts.
    """
    if not utc:
        return []
    times = tdb_from_utc(read_utcs(utc))
    site = site_position(latitude, longitude, altitude)
    ephemeris = fit_ephemeris(float(times.min()), float(times.max()))
    sun, earth = ephemeris.positions(times)
    bodies = {
        "sun": azimuth_elevation(sun, site, longitude),
        "earth": azimuth_elevation(earth, site, longitude),
    }
    left = earth_eclipse(sun, earth, site)
    rows = []
    for i, text in enumerate(utc):
        row: dict[str, Any] = {"utc": text}
        for body, (azimuth, elevation, distance) in bodies.items():
            row[body] = {
                "azimuth_deg": math.degrees(azimuth[i]),
                "elevation_deg": math.degrees(elevation[i]),
                "range_m": float(distance[i]),
            }
        row["sun"]["area_fraction"] = float(left[i])
        rows.append(row)
    return rows
