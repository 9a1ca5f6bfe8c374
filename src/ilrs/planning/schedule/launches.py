"""When an ascent vehicle may lift off, its site in the orbiter's plane, and when it is home."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.flows.clock import Clock
from ilrs.physics.homeward import Homeward
from ilrs.scenario.activities import Activity
from ilrs.scenario.checks_activities import EARTH
from ilrs.scenario.schema import Ground, Scenario
from ilrs.scenario.work import instrument_of

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

J2000 = np.datetime64("2000-01-01T12:00:00", "s")


def ascent_vehicle(scenario: Scenario, each: Activity) -> tuple[str, AscentVehicle] | None:
    """The vehicle (`facility/component`) an activity sends to Earth; None where it does not."""
    return instrument_of(scenario, each, AscentVehicle) if each.hands_to == EARTH else None


def out_of_plane(
    scenario: Scenario, name: str, vehicle: AscentVehicle, clock: Clock, seconds: Floats
) -> Floats:
    """How far [rad] a vehicle's site lies out of its orbiter's plane, `seconds` after the start."""
    site = scenario.places[scenario.facilities[name.partition("/")[0]].place]
    if not isinstance(site, Ground):
        return np.zeros_like(seconds)
    since = float((clock.start - J2000) / np.timedelta64(1, "s"))
    return vehicle.out_of_plane(since + seconds, site.latitude, site.longitude)


def way_to_earth(
    scenario: Scenario, name: str, vehicle: AscentVehicle, clock: Clock, second: float
) -> Homeward:
    """The way from a vehicle's lift-off at a `second` after the start to Earth."""
    site = scenario.places[scenario.facilities[name.partition("/")[0]].place]
    assert isinstance(site, Ground)  # activities are on the ground
    since = float((clock.start - J2000) / np.timedelta64(1, "s")) + second
    return vehicle.homeward(since, site.latitude, site.longitude)


def launch_starts(scenario: Scenario, each: Activity, clock: Clock, steps: int) -> Bools | None:
    """Steps (count,) in which an activity of `steps` may begin to lift off, at its end, into the
    orbiter's plane; None where nothing lifts off.
    """
    found = ascent_vehicle(scenario, each)
    if found is None:
        return None
    ends: Floats = (np.arange(clock.count, dtype=np.float64) + steps) * clock.step
    return np.asarray(out_of_plane(scenario, *found, clock, ends) <= found[1].widest)
