"""Checks of targets: that they are found, and that a telescope of the station may ever see them."""

from __future__ import annotations

import math

import numpy as np

from ilrs.components.telescope import Telescope
from ilrs.data.horizons import read_horizon
from ilrs.errors import UserError
from ilrs.scenario.document import Document, Steps
from ilrs.scenario.finding import Findings, equipment, finding
from ilrs.scenario.schema import Ground, Scenario
from ilrs.scenario.target_lists import named_star, stars_of

POLE_TILT = math.radians(1.6)
"""Farthest of the Moon's pole from the ecliptic's: 1.54 deg, physical librations included [rad]."""


def targets_found(scenario: Scenario, document: Document) -> Findings:
    """Targets have names of their own, and their stars are in the packaged list."""
    taken = {"sun", "earth", "relay", "ground", "regolith", *scenario.places}
    for name, target in scenario.targets.items():
        path: Steps = ("targets", name)
        if name in taken:
            yield finding(
                document, path, f"{name!r} is also something else that conditions ask for",
                "rename the target",
            )  # fmt: skip
        if target.star is not None:
            try:
                named_star(target.star)
            except UserError as error:
                yield finding(document, (*path, "star"), error.what, error.remedy)


def targets_rise(scenario: Scenario, document: Document) -> Findings:
    """A target climbs above the skyline of a telescope at least.

    It is at most as high as its ecliptic latitude lets it, the Moon's pole leaning its way: what is
    told never rises at all, at any time; what rises for some years of eighteen is not told.
    """
    telescopes = [
        (f"{facility}/{name}", part, place)
        for facility, name, part, _ in equipment(scenario)
        if isinstance(part, Telescope)
        and isinstance(place := scenario.places[scenario.facilities[facility].place], Ground)
    ]
    for name, target in scenario.targets.items() if telescopes else ():
        ((latitude,),) = stars_of({name: target}).ecliptic()[1:]
        best = None
        for called, part, place in telescopes:
            steps, certificate, _ = read_horizon(place.horizon)
            skyline = math.radians(float(steps.min()) * certificate["elevation_step_deg"])
            least = skyline + part.clearance
            away = max(abs(place.latitude - float(latitude)) - POLE_TILT, 0.0)
            spare = math.pi / 2.0 - away - least
            best = max(best or (spare, called, least), (spare, called, least))
        if best is not None and best[0] < 0.0:
            spare, called, least = best
            yield finding(
                document, ("targets", name),
                f"{name!r} never rises to the {np.degrees(least):.1f} deg that {called} observes "
                f"from: {np.degrees(least + spare):.1f} deg at most",
                "choose another target, or another place for the telescope",
            )  # fmt: skip
