"""From lift-off to Earth: the climb, catching up, docking, the wait for the way home, the way.

The orbiter leaves when two things hold: its plane holds the direction home, which is against the
Moon's own motion and so passes through the plane twice a month, and the place of landing comes
under the entry point, which it does once a sidereal day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.ascent import (
    EARTH_RADIUS,
    EARTH_TURN,
    INTERFACE,
    MOON_DISTANCE,
    MOON_GM,
    MOON_RADIUS,
    MOON_TURN,
    WayHome,
    landing_chances,
    node_drift,
    orbit_period,
    phasing_wait,
    plane_offset,
)

Floats = NDArray[np.float64]

MOON_AT_J2000 = np.radians(218.3165)
"""Mean longitude of the Moon at J2000 (Chapront)."""
GREENWICH_AT_J2000 = np.radians(280.4606)
"""Mean sidereal angle of Greenwich at J2000 (IAU 1982)."""
AHEAD = 400.0 * 86400.0
"""How far ahead [s] a departure is looked for."""


@dataclass(frozen=True)
class Orbiter:
    """A circular orbit about the Moon: `altitude` [m]; `inclination` and `node` [rad], the node
    from the meridian of 0 E at J2000; `phase` [rad] along the orbit from the node at J2000.

    Who comes up to it waits at `parking` [m], lower, to catch up; `docking` [s] is from there on.
    """

    altitude: float
    inclination: float
    node: float
    phase: float
    parking: float
    docking: float


@dataclass(frozen=True)
class Homeward:
    """The parts of the time [s] from lift-off to Earth, one after another."""

    climb: float
    phasing: float
    docking: float
    wait: float
    transfer: float

    @property
    def time(self) -> float:
        """From lift-off to Earth [s]."""
        return self.climb + self.phasing + self.docking + self.wait + self.transfer


def along_plane(
    times: ArrayLike,
    latitude: float,
    longitude: float,
    inclination: float,
    node: float,
    drift: float = 0.0,
) -> Floats:
    """How far [rad] along an orbit from its node a site is over `times` [s], 0 to 2 pi.

    The angle of the site's shadow on the plane; arguments as of `ascent.plane_offset`.
    """
    t = np.asarray(times, np.float64)
    turn = longitude + MOON_TURN * t - (node + drift * t)
    east, up = np.cos(latitude) * np.sin(turn), np.sin(latitude)
    across = east * np.cos(inclination) + up * np.sin(inclination)
    return np.asarray(np.arctan2(across, np.cos(latitude) * np.cos(turn)) % (2.0 * np.pi))


def entry_before_perigee(perigee: float, interface: float = INTERFACE) -> float:
    """Angle [rad] before perigee at which an ellipse from the Moon enters, `perigee` [m] high."""
    near, far, r = EARTH_RADIUS + perigee, MOON_DISTANCE, EARTH_RADIUS + interface
    parameter, flatness = 2.0 * near * far / (near + far), (far - near) / (far + near)
    return float(np.arccos(np.clip((parameter / r - 1.0) / flatness, -1.0, 1.0)))


def departures(
    first: float, orbiter: Orbiter, within: float, landing: float, way: WayHome
) -> Floats:
    """Instants [s after J2000] from `first` on at which the orbiter may leave for a landing.

    At the landing chances of a place at `landing` [rad] east, for a direct way in the Moon's sense,
    while the direction home is `within` [rad] of the orbiter's plane. The Moon goes round evenly in
    the Earth's equator: instants hold within an hour.
    """
    entry = MOON_AT_J2000 + np.pi - entry_before_perigee(way.perigee)
    place = GREENWICH_AT_J2000 + landing + EARTH_TURN * way.time
    times = landing_chances(first, first + AHEAD, place, entry, MOON_TURN)
    drift = node_drift(orbiter.altitude, orbiter.inclination)
    # 90 E trails the Moon: thither the capsule leaves, to fall back from its speed
    offset = plane_offset(times, 0.0, 0.5 * np.pi, orbiter.inclination, orbiter.node, drift)
    return np.asarray(times[np.abs(offset) <= within])


def homeward(
    lift_off: float,
    latitude: float,
    longitude: float,
    orbiter: Orbiter,
    within: float,
    landing: float,
    way: WayHome,
) -> Homeward:
    """The way from a site [rad] at `lift_off` [s after J2000] to Earth; see `departures`.

    Half an ellipse up to the parking orbit, then as long there as it takes to be below the orbiter.
    """
    climb = float(np.pi * np.sqrt((MOON_RADIUS + 0.5 * orbiter.parking) ** 3 / MOON_GM))
    drift = node_drift(orbiter.altitude, orbiter.inclination)
    plane = (orbiter.inclination, orbiter.node, drift)
    there = float(along_plane(lift_off, latitude, longitude, *plane)) + np.pi
    turned = 2.0 * np.pi * (lift_off + climb) / float(orbit_period(orbiter.altitude))
    phasing = phasing_wait(orbiter.parking, orbiter.altitude, orbiter.phase + turned - there)
    docked = lift_off + climb + phasing + orbiter.docking
    chances = departures(docked, orbiter, within, landing, way)
    if not len(chances):
        raise ValueError(
            f"no landing chance within {np.degrees(within):.3g} deg of the orbiter's plane for "
            f"{AHEAD / 86400.0:g} days"
        )
    return Homeward(climb, phasing, orbiter.docking, float(chances[0]) - docked, way.time)
