"""Energy a kilometre of a crewed rover with the wheels of Apollo's, on slopes up to a steepest."""

from __future__ import annotations

import math

import numpy as np

from ilrs.physics.mobility import Vehicle, going
from ilrs.validation.comparison import Comparison
from ilrs.validation.material import Expected, Inputs, NotRun

# The Lunar Roving Vehicle: four wheels of 0.818 x 0.23 m, quarter-horsepower motors with harmonic
# drives (NASA TM X-66816 and the Apollo 15 Mission Report); what the motors and the electronics
# take is assumed.
WHEELS, DIAMETER, WIDTH = 4, 0.818, 0.23
MOTORS, EFFICIENCY, IDLE = 4 * 186.0 / 0.7, 0.65, 150.0
STEEPEST_SIGMAS = 3.0
"""Standard deviations of the slopes along the way that the steepest of them stands for."""


def run(inputs: Inputs) -> dict[str, float]:
    """`wh_per_km`: the mean over slopes along the way, normal about level, cut at the steepest."""
    inputs.only("mass_kg", "distance_km", "slope_max_deg", "speed_kmh")
    vehicle = Vehicle(
        mass=inputs.number("mass_kg"),
        wheels=WHEELS,
        diameter=DIAMETER,
        width=WIDTH,
        speed=inputs.number("speed_kmh") / 3.6,
        drive_power=MOTORS,
        efficiency=EFFICIENCY,
        idle_power=IDLE,
    )
    steepest = math.radians(inputs.number("slope_max_deg"))
    slopes = np.linspace(-steepest, steepest, 401)
    energy = going(vehicle, slopes).energy
    if not np.isfinite(energy).all():
        raise NotRun("the vehicle does not climb the steepest slope of the case")
    share = np.exp(-0.5 * (STEEPEST_SIGMAS * slopes / steepest) ** 2)
    return {"wh_per_km": float((energy * share).sum() / share.sum() * 1000.0 / 3600.0)}


def compare(ours: dict[str, float], expected: Expected) -> Comparison:
    """How far ours lies outside the range [Wh/km] in which such a model is right."""
    bounds = expected.tolerance.get("range")
    if not isinstance(bounds, list) or len(bounds) != 2:
        raise NotRun("the case gives no range of two numbers")
    low, high = (float(bound) for bound in bounds)
    mine = ours["wh_per_km"]
    outside = max(low - mine, mine - high, 0.0)
    return Comparison(ours, dict(expected.values), {"outside": outside}, {"outside": 0.0})
