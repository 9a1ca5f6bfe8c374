"""From the Moon's ground to orbit and home: stages, propellant that keeps or boils, windows, entry.

Speeds are those of two bodies at a time: ascent on a Hohmann ellipse from the ground with a share
for gravity and steering, the way home by patched conics. Errors of some tens of m/s against
integrated trajectories; the margin is the scenario's to give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.mobility import MOON_GM, MOON_RADIUS, STANDARD_GRAVITY

Floats = NDArray[np.float64]

MOON_TURN = 2.0 * np.pi / (27.321661 * 86400.0)
"""Rate of the Moon's rotation [rad/s]: sidereal month."""
MOON_J2 = 2.0330e-4
"""Oblateness of the Moon's gravity, GRAIL (GRGM1200A)."""
EARTH_GM = 3.986004e14
"""[m3/s2]."""
INTERFACE = 120_000.0
"""Height [m] above the Earth at which an entry is said to begin."""
EARTH_RADIUS = 6_378_137.0
"""Equatorial radius [m]."""
EARTH_TURN = 7.292115e-5
"""Rate of the Earth's rotation [rad/s]."""
MOON_DISTANCE = 384_400_000.0
"""Mean distance of Earth and Moon [m]."""


@dataclass(frozen=True)
class Stage:
    """A stage: `dry` mass and `propellant` [kg], `specific_impulse` [s]."""

    dry: float
    propellant: float
    specific_impulse: float


def speed_gained(stages: Sequence[Stage], payload: float) -> float:
    """Change of speed [m/s] of stages fired and dropped in order: sum of g0 I ln(m0 / m1)."""
    above, total = payload, 0.0
    for stage in reversed(stages):
        empty = above + stage.dry
        above = empty + stage.propellant
        total += STANDARD_GRAVITY * stage.specific_impulse * np.log(above / empty)
    return float(total)


def payload_for(stages: Sequence[Stage], delta_v: float) -> float:
    """Greatest payload [kg] that the stages change by `delta_v` [m/s]; 0 if they cannot at all."""
    if speed_gained(stages, 0.0) <= delta_v:
        return 0.0
    low, high = 0.0, 1.0
    while speed_gained(stages, high) > delta_v:
        high *= 2.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if speed_gained(stages, middle) > delta_v else (low, middle)
    return low


def propellant_for(dry: float, payload: float, delta_v: float, specific_impulse: float) -> float:
    """Propellant [kg] of one stage: (m_dry + m_pay) (exp(dv / (g0 I)) - 1)."""
    return float((dry + payload) * np.expm1(delta_v / (STANDARD_GRAVITY * specific_impulse)))


def boil_off(heat: float, latent_heat: float) -> float:
    """Propellant lost [kg/s] to a leak of `heat` [W]: q / L; 213 kJ/kg oxygen, 446 hydrogen."""
    return heat / latent_heat


def after_waiting(propellant: ArrayLike, rate: float, time: ArrayLike) -> Floats:
    """Propellant [kg] left after `time` [s] at a steady boil-off of `rate` [kg/s]; never below 0.

    Holds while some liquid wets the walls; storable propellants have rate 0.
    """
    lost = rate * np.asarray(time, np.float64)
    return np.asarray(np.maximum(np.asarray(propellant, np.float64) - lost, 0.0))


def circular_speed(altitude: ArrayLike) -> Floats:
    """Speed [m/s] of a circular orbit `altitude` [m] above the sphere: sqrt(GM / r)."""
    return np.asarray(np.sqrt(MOON_GM / (MOON_RADIUS + np.asarray(altitude, np.float64))))


def orbit_period(altitude: ArrayLike) -> Floats:
    """Period [s] of a circular orbit at `altitude` [m]."""
    r = MOON_RADIUS + np.asarray(altitude, np.float64)
    return np.asarray(2.0 * np.pi * np.sqrt(r**3 / MOON_GM))


def ascent_delta_v(
    altitude: float,
    latitude: float = -np.pi / 2,
    inclination: float = np.pi / 2,
    loss: float = 0.09,
) -> float:
    """Speed [m/s] from rest on the ground to a circular orbit at `altitude` [m].

    Hohmann: horizontal injection at the ground into an ellipse that touches the orbit, and the
    burn there; less the ground's own w R cos(i), the part along the way of an orbit of
    `inclination` [rad]; more by `loss`: Apollo spent some 1.85 km/s to be inserted at 1.69 km/s.
    Holds for an orbit inclined at least as far as the site's `latitude` [rad] is from the equator.
    """
    if abs(np.sin(latitude)) > abs(np.sin(inclination)) + 1e-12:
        raise ValueError("the orbit never passes over the site: add a change of plane")
    r = MOON_RADIUS + altitude
    a = 0.5 * (MOON_RADIUS + r)
    start = np.sqrt(MOON_GM * (2.0 / MOON_RADIUS - 1.0 / a))
    burn = np.sqrt(MOON_GM / r) - np.sqrt(MOON_GM * (2.0 / r - 1.0 / a))
    ground = MOON_TURN * MOON_RADIUS * np.cos(inclination)
    return float((start - ground) * (1.0 + loss) + burn)


def node_drift(altitude: float, inclination: float) -> float:
    """Drift of the node [rad/s] of a circular orbit: -1.5 n J2 (R/a)^2 cos(i); none over poles."""
    a = MOON_RADIUS + altitude
    n = np.sqrt(MOON_GM / a**3)
    return float(-1.5 * n * MOON_J2 * (MOON_RADIUS / a) ** 2 * np.cos(inclination))


def plane_offset(
    times: ArrayLike,
    latitude: float,
    longitude: float,
    inclination: float,
    node: float,
    drift: float = 0.0,
) -> Floats:
    """Angle [rad] of a site out of an orbit's plane over `times` [s], positive on its left side.

    asin(n . r): the site turns with the Moon, the plane keeps its `node` [rad] (from the
    direction of longitude 0 at time 0) but for `drift` [rad/s]. Holds with the Moon's spin as the
    pole of the frame.
    """
    t = np.asarray(times, np.float64)
    turn = longitude + MOON_TURN * t - (node + drift * t)
    # normal (sin i sin W, -sin i cos W, cos i) against the site in the frame of the node
    across = -np.sin(inclination) * np.cos(latitude) * np.sin(turn)
    return np.asarray(np.arcsin(np.clip(across + np.cos(inclination) * np.sin(latitude), -1, 1)))


def plane_change(offset: ArrayLike, speed: float) -> Floats:
    """Speed [m/s] that turns an orbit of `speed` [m/s] by `offset` [rad]: 2 v sin(|x| / 2)."""
    return np.asarray(2.0 * speed * np.abs(np.sin(0.5 * np.asarray(offset, np.float64))))


def windows(times: ArrayLike, offsets: ArrayLike, widest: float) -> list[tuple[float, float]]:
    """Spells [s] in which a site is within `widest` [rad] of the plane, edges cut linearly.

    Twice a month for a site in middle latitudes, always for one near the pole under a polar orbit.
    `times` must be fine against a month (an hour).
    """
    t, x = np.asarray(times, np.float64), np.abs(np.asarray(offsets, np.float64))
    inside = x <= widest
    found: list[tuple[float, float]] = []
    begins: float | None = float(t[0]) if len(t) and inside[0] else None
    for k in range(1, len(t)):
        if inside[k] == inside[k - 1]:
            continue
        edge = float(t[k - 1] + (widest - x[k - 1]) / (x[k] - x[k - 1]) * (t[k] - t[k - 1]))
        if inside[k]:
            begins = edge
        elif begins is not None:
            found.append((begins, edge))
            begins = None
    if begins is not None:
        found.append((begins, float(t[-1])))
    return found


def phasing_wait(altitude: float, target: float, angle: float) -> float:
    """Time [s] in a circular orbit at `altitude` until a target at `target` [m] is caught up with.

    angle / (difference of mean motions), `angle` [rad] that it is ahead, within one turn.
    """
    faster = 2.0 * np.pi / orbit_period(altitude) - 2.0 * np.pi / orbit_period(target)
    if faster == 0.0:
        return float("inf") if angle % (2.0 * np.pi) else 0.0
    return float((np.sign(faster) * angle) % (2.0 * np.pi) / abs(faster))


@dataclass(frozen=True)
class WayHome:
    """A way from lunar orbit to entry: `delta_v` and `entry_speed` [m/s], `time` [s], `perigee`
    [m].

    `speed_window` [m/s] is the whole width of departure speeds that stay in the entry corridor.
    """

    delta_v: float
    entry_speed: float
    time: float
    perigee: float
    speed_window: float


def way_home(
    altitude: float,
    entry_angle: float,
    corridor: float,
    interface: float = INTERFACE,
    distance: float = MOON_DISTANCE,
) -> WayHome:
    """Departure from a circular lunar orbit at `altitude` [m] for an entry at `entry_angle` [rad].

    A transfer ellipse with its apogee at the Moon's `distance` [m]; its perigee follows from the
    angle below the horizon at the `interface` [m]; escape with v_inf = v_Moon - v_apogee:
    dv = sqrt(v_inf^2 + 2 GM / r) - v_circular. `corridor` [rad] is the whole width of entry angles
    survived. Holds within 5 % for departures in the orbit's plane (patched conics).
    """
    perigee = _perigee_for(entry_angle, interface, distance)
    delta_v = _departure(altitude, perigee, distance)
    edges = [_perigee_for(entry_angle + s * 0.5 * corridor, interface, distance) for s in (-1, 1)]
    speeds = [_departure(altitude, p, distance) for p in edges]
    a = 0.5 * (perigee + distance)
    entry = np.sqrt(EARTH_GM * (2.0 / (EARTH_RADIUS + interface) - 1.0 / a))
    time = np.pi * np.sqrt(a**3 / EARTH_GM)
    width = abs(speeds[1] - speeds[0])
    return WayHome(delta_v, float(entry), float(time), perigee - EARTH_RADIUS, float(width))


def _departure(altitude: float, perigee: float, distance: float) -> float:
    moon = np.sqrt((EARTH_GM + MOON_GM) / distance)
    apogee = np.sqrt(EARTH_GM * 2.0 * perigee / (distance * (distance + perigee)))
    r = MOON_RADIUS + altitude
    return float(np.sqrt((moon - apogee) ** 2 + 2.0 * MOON_GM / r) - np.sqrt(MOON_GM / r))


def _perigee_for(angle: float, interface: float, distance: float) -> float:
    """Radius of the perigee [m] of an ellipse with apogee at `distance` that enters at `angle`.

    r v cos(angle) = h with h^2 = 2 GM rp ra / (rp + ra) and v from energy is linear in rp:
    rp ra = r cos^2(angle) (rp + ra - r).
    """
    r, ra = EARTH_RADIUS + interface, distance
    c = np.cos(angle) ** 2
    return float(r * c * (ra - r) / (ra - r * c))


def landing_chances(
    first: float, last: float, longitude: float, entry: float, drift: float = 0.0
) -> Floats:
    """Times [s] from `first` to `last` at which a place on Earth turns under the entry point.

    `longitude` [rad] of the place at time 0 in the sky, `entry` [rad] that of the entry point,
    which moves by `drift` [rad/s]: once a sidereal day, which dates departures from the Moon to
    minutes.
    """
    rate = EARTH_TURN - drift
    day = 2.0 * np.pi / rate
    start = ((entry - longitude) % (2.0 * np.pi)) / rate
    begin = np.ceil((first - start) / day)
    return np.asarray(start + day * np.arange(begin, np.floor((last - start) / day) + 1.0))
