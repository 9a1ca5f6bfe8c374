"""What moving over the Moon costs: wheels on slopes by soil mechanics, hops by rocket equation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.physics.terramechanics import (
    APOLLO_SOIL,
    Soil,
    compaction_resistance,
    sinkage,
    slip_for,
    thrust,
)

Floats = NDArray[np.float64]

MOON_GRAVITY = 1.62
"""Gravity [m/s2] on the Moon's surface: GM / R^2 of the 1737.4 km sphere is 1.624."""
MOON_GM = 4.902800e12
"""Gravity constant times mass of the Moon [m3/s2], DE440."""
MOON_RADIUS = 1_737_400.0
"""Radius [m] of the sphere heights are counted from (IAU)."""
STANDARD_GRAVITY = 9.80665
"""Of the definition of specific impulse [m/s2]."""


@dataclass(frozen=True)
class Vehicle:
    """A wheeled vehicle: `mass` [kg] on `wheels` of `diameter` and `width` [m], on `soil`.

    The wheels' grousers stand `grouser` [m] high.

    `speed` [m/s] is that of the design on level ground; `drive_power` [W] the most its motors draw,
    `efficiency` [1] what of that reaches the soil; `idle_power` [W] is drawn by everything else
    while it drives. It goes no steeper than slopes on which a slip of `slip_limit` pulls it up,
    nor than `tilt_limit` [rad] in any direction.
    """

    mass: float
    wheels: int
    diameter: float
    width: float
    speed: float
    drive_power: float
    efficiency: float
    idle_power: float
    grouser: float = 0.0
    slip_limit: float = 0.5
    tilt_limit: float = np.radians(25.0)
    soil: Soil = APOLLO_SOIL


@dataclass(frozen=True)
class Going:
    """How a vehicle goes on slopes `slope` (n,) [rad] (up is positive) along its way.

    `speed` (n,) [m/s], `slip` (n,) [1] and `energy` (n,) [J/m], that of the idle load included;
    speed 0 and infinite energy where it cannot go.
    """

    slope: Floats
    speed: Floats
    slip: Floats
    energy: Floats


def resistance(vehicle: Vehicle, slope: ArrayLike) -> Floats:
    """Force [N] a wheel has to overcome on `slope` [rad]: rut and weight, negative where it brakes.

    (k_c + b k_phi) z^(n+1)/(n+1) + W sin(slope), z under W cos(slope), W the weight on one wheel.
    """
    slope = np.asarray(slope, np.float64)
    weight = vehicle.mass * MOON_GRAVITY / vehicle.wheels
    depth = sinkage(weight * np.cos(slope), vehicle.diameter, vehicle.width, vehicle.soil)
    rut = compaction_resistance(depth, vehicle.width, vehicle.soil)
    return np.asarray(rut + weight * np.sin(slope))


def slope_limit(vehicle: Vehicle) -> float:
    """Steepest slope [rad] the vehicle climbs: where the thrust at its slip limit is used up.

    Never more than its tilt limit; 0 when it cannot even move on level ground.
    """
    weight = vehicle.mass * MOON_GRAVITY / vehicle.wheels

    def left(slope: float) -> float:
        load = weight * np.cos(slope)
        pull = thrust(load, vehicle.slip_limit, *_wheel(vehicle))
        return float(pull - resistance(vehicle, slope))

    low, high = 0.0, float(vehicle.tilt_limit)
    if left(low) <= 0.0:
        return 0.0
    if left(high) >= 0.0:
        return high
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if left(middle) > 0.0 else (low, middle)
    return low


def going(vehicle: Vehicle, slope: ArrayLike) -> Going:
    """Speed, slip and energy of the vehicle on `slope` (n,) [rad] along its way.

    The wheels do F / (1 - s) of work a metre, the motors 1/efficiency of that and no more than
    `drive_power`, which sets the speed where the design's cannot be kept. Downhill, where the
    weight pulls more than the rut holds, it brakes and gains nothing. Holds for steady driving on
    an even slope, turns and stones apart.
    """
    slope = np.asarray(slope, np.float64)
    weight = vehicle.mass * MOON_GRAVITY / vehicle.wheels
    force = resistance(vehicle, slope)
    slip = slip_for(force, weight * np.cos(slope), *_wheel(vehicle))
    limit = slope_limit(vehicle)
    goes = np.abs(slope) <= limit if limit > 0.0 else np.zeros(slope.shape, np.bool_)
    slip = np.where(goes, slip, 0.0)
    motors = np.where(
        goes, vehicle.wheels * np.maximum(force, 0.0) / ((1.0 - slip) * vehicle.efficiency), np.inf
    )
    with np.errstate(divide="ignore"):
        speed = np.where(goes, np.minimum(vehicle.speed, vehicle.drive_power / motors), 0.0)
        energy = motors + vehicle.idle_power / speed
    return Going(slope, speed, np.where(goes, slip, np.nan), energy)


def _wheel(vehicle: Vehicle) -> tuple[float, float, Soil, float]:
    return vehicle.diameter, vehicle.width, vehicle.soil, vehicle.grouser


def sun_on_vehicle(
    elevation: ArrayLike, azimuth: ArrayLike, heading: ArrayLike, mounting: str
) -> Floats:
    """Cosine [1] between the Sun and a vehicle's panels, at azimuths and `heading` [rad].

    `mounting`: `mast` panels follow the Sun, `sides` stand upright on both sides of the body, the
    lit one counting, `top` lies flat. How much of the disc is in view is not in it. Holds without
    shadows of the vehicle on itself.
    """
    if mounting not in ("mast", "sides", "top"):
        raise ValueError(f"{mounting!r} is no mounting: mast, sides or top")
    elevation, azimuth, heading = np.broadcast_arrays(
        *(np.asarray(angle, np.float64) for angle in (elevation, azimuth, heading))
    )
    if mounting == "mast":
        return np.ones(elevation.shape)
    if mounting == "top":
        return np.asarray(np.maximum(np.sin(elevation), 0.0))
    return np.asarray(np.cos(elevation) * np.abs(np.sin(azimuth - heading)))


def survival_heat(conductance: float, leak: float, inside: float, outside: ArrayLike) -> Floats:
    """Heat [W] that keeps a box at `inside` [K] in surroundings at `outside` [K].

    `conductance` [W/K] through struts and cables, `leak` [W/K^4] through insulation. Holds for a
    box much smaller than its surroundings, at rest for longer than it takes to cool.
    """
    outside = np.asarray(outside, np.float64)
    lost = conductance * (inside - outside) + leak * (inside**4 - outside**4)
    return np.asarray(np.maximum(lost, 0.0))


def hop_speeds(distance: ArrayLike, climb: ArrayLike = 0.0) -> tuple[Floats, Floats]:
    """Speeds [m/s] at lift-off and landing of the cheapest ballistic arc over `distance` [m].

    The ellipse of least energy through both ends (Lambert): with chord c and s = (r1 + r2 + c) / 2,
    v^2 = 2 GM (1/r - 1/s). `climb` [m] is how much higher it lands. On flat ground
    v^2 = g (h + sqrt(h^2 + d^2)). Holds without air on a sphere, terrain between not looked at.
    """
    angle = np.asarray(distance, np.float64) / MOON_RADIUS
    r1 = MOON_RADIUS
    r2 = MOON_RADIUS + np.asarray(climb, np.float64)
    half = np.sin(0.5 * angle)
    chord = np.sqrt((r2 - r1) ** 2 + 4.0 * r1 * r2 * half**2)
    s = 0.5 * (r1 + r2 + chord)
    # s - r1 and s - r2 without the loss of digits of 1/r - 1/s
    up = 2.0 * MOON_GM * (0.5 * (chord + (r2 - r1))) / (r1 * s)
    down = 2.0 * MOON_GM * (0.5 * (chord - (r2 - r1))) / (r2 * s)
    return np.sqrt(np.maximum(up, 0.0)), np.sqrt(np.maximum(down, 0.0))


def hop_delta_v(distance: ArrayLike, climb: ArrayLike = 0.0, loss: float = 0.15) -> Floats:
    """Change of speed [m/s] a hop takes: both ends of its arc, and a share `loss` for gravity.

    Holds for thrust of several times the weight; a slower ascent loses more.
    """
    up, down = hop_speeds(distance, climb)
    return np.asarray((up + down) * (1.0 + loss))


def propellant(mass: ArrayLike, delta_v: ArrayLike, specific_impulse: float) -> Floats:
    """Propellant [kg] that changes the speed of `mass` [kg] (with it) by `delta_v` [m/s].

    m (1 - exp(-dv / (g0 I))), `specific_impulse` I [s] (Tsiolkovsky).
    """
    spent = -np.expm1(-np.asarray(delta_v, np.float64) / (STANDARD_GRAVITY * specific_impulse))
    return np.asarray(np.asarray(mass, np.float64) * spent)
