"""The darkest periods of many candidate places at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.flows.clock import Clock
from ilrs.ground.light import sun_flux_fraction
from ilrs.planning.sizing.dark import deepest_of_many, longest
from ilrs.sky.directions import angular_radius, azimuth_elevation, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.time import tdb_from_utc

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Darkest:
    """By place: mean light [1], longest dark [h], worst deficits (places, ratios) [h of load]."""

    mean: Floats
    dark: Floats
    deficit: Floats


def darkest_of_many(
    latitude: Floats,
    longitude: Floats,
    altitude: Floats,
    skylines: Floats,
    clock: Clock,
    ratios: Floats,
    told: Callable[[int, int], None] | None = None,
    block: int = 16,
) -> Darkest:
    """How dark the places at `latitude`, `longitude` [rad] and `altitude` [m] are over `clock`.

    `skylines` (places, a) [rad] from north clockwise at the height of the arrays; `ratios` (r,) of
    arrays to load. Light is limb-darkened, in the middle of every step; eclipses are those of the
    first place (they differ by minutes within a region). Dark is less than 5 % of the light.
    """
    times = tdb_from_utc(clock.middles)
    sun, earth = fit_ephemeris(float(times[0]), float(times[-1])).positions(times)
    hours = clock.step / 3600.0
    count = len(latitude)
    first = site_position(latitude[0], longitude[0], altitude[0])
    left = earth_eclipse(sun, earth, first)
    mean, dark = np.zeros(count), np.zeros(count)
    deficit = np.zeros((count, len(ratios)))
    for start in range(0, count, block):
        chosen = range(start, min(start + block, count))
        light = np.empty((len(chosen), clock.count), dtype=np.float32)
        for row, k in enumerate(chosen):
            site = site_position(latitude[k], longitude[k], altitude[k])
            azimuth, elevation, distance = azimuth_elevation(sun, site, longitude[k])
            radius = angular_radius("sun", distance)
            light[row] = sun_flux_fraction(elevation, azimuth, radius, skylines[k]) * left
            mean[k] = light[row].mean(dtype=np.float64)
            dark[k] = longest(light[row] < 0.05, hours).size
        deficit[start : start + block] = deepest_of_many(light, ratios, hours)
        if told:
            told(min(start + block, count), count)
    return Darkest(mean, dark, deficit)
