"""The Earth's eclipses of the Sun at a place on the Moon: contacts and time of full cover."""

from __future__ import annotations

import math
from typing import Any

from ilrs.sky.directions import EARTH_RADIUS, SUN_RADIUS, site_position
from ilrs.sky.eclipses import EarthEclipse, earth_eclipses
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import read_utc, tdb_from_utc, utc_from_tdb
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

_KNOWN = {"first", "last", "total_h"}


def run(inputs: Inputs) -> list[EarthEclipse]:
    """Every eclipse in the period at the place."""
    inputs.only(
        "latitude_deg",
        "longitude_deg",
        "altitude_m",
        "from",
        "to",
        "sun_radius_km",
        "earth_radius_km",
    )
    if set(inputs.asked) != {"events"}:
        raise NotRun(f"no way to compute {', '.join(inputs.asked) or 'nothing'}")
    first, last = (float(tdb_from_utc(read_utc(str(inputs[key])))) for key in ("from", "to"))
    site = site_position(
        math.radians(inputs.number("latitude_deg")),
        math.radians(inputs.number("longitude_deg")),
        inputs.number("altitude_m", 0.0),
    )
    return earth_eclipses(
        fit_ephemeris(first, last),
        site,
        first,
        last,
        sun_radius=1e3 * inputs.number("sun_radius_km", SUN_RADIUS / 1e3),
        earth_radius=1e3 * inputs.number("earth_radius_km", EARTH_RADIUS / 1e3),
    )


def compare(ours: list[EarthEclipse], expected: Expected) -> Comparison:
    """The number of events, the worst contact and the worst time of full cover."""
    events = expected.values["events"]
    rows: list[dict[str, Any]] = [
        {
            "first": str(utc_from_tdb(event.first).astype("datetime64[s]")),
            "last": str(utc_from_tdb(event.last).astype("datetime64[s]")),
            "total_h": round(event.total_duration / 3600.0, 4),
        }
        for event in ours
    ]
    worst = {"events": float(abs(len(events) - len(ours)))}
    limit = {
        "events": 0.0,
        "seconds": expected.limit("seconds", 60.0),
        "hours": expected.limit("hours", 0.02),
    }
    if len(events) == len(ours):
        for mine, theirs in zip(ours, events, strict=True):
            unknown = sorted(set(theirs) - _KNOWN)
            if unknown:
                raise NotRun(f"no way to compare {', '.join(unknown)} of an event")
            for key, value in (("first", mine.first), ("last", mine.last)):
                if key in theirs:
                    gap = abs(value - float(tdb_from_utc(read_utc(str(theirs[key])))))
                    worst["seconds"] = max(worst.get("seconds", 0.0), gap)
            if "total_h" in theirs:
                gap = abs(mine.total_duration / 3600.0 - float(theirs["total_h"]))
                worst["hours"] = max(worst.get("hours", 0.0), gap)
    return Comparison(rows, events, worst, {k: limit[k] for k in worst})
