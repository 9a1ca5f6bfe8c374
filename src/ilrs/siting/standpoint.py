"""Where somebody stands who looks up: a place of a scenario, a candidate, or coordinates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.geometry import Site
from ilrs.environment.horizons import compute_place_horizon
from ilrs.environment.objects import bare_skyline
from ilrs.errors import UserError
from ilrs.scenario.document import suggestion
from ilrs.scenario.schema import Ground, Scenario
from ilrs.siting.spots import spot


@dataclass(frozen=True)
class Standpoint:
    """A point at some height above ground, its `skyline` (a,) [rad], and whether that is coarse."""

    name: str
    site: Site
    skyline: NDArray[np.float64]
    coarse: bool


def standpoint(scenario: Scenario, words: Sequence[str] | str, height: float) -> Standpoint:
    """The point that `words` mean, seen from `height` [m] above ground.

    A place of `scenario` has its stored horizon; a candidate's or that of coordinates is computed
    from the finest terrain at hand, which takes a second.
    """
    text = (words if isinstance(words, str) else " ".join(words)).strip()
    place = scenario.places.get(text)
    if isinstance(place, Ground):
        horizon = bare_skyline(place)
        latitude, longitude = place.latitude, place.longitude
    else:
        grounds = [n for n, p in scenario.places.items() if isinstance(p, Ground)]
        try:
            found = spot([text] if isinstance(words, str) else words)
        except UserError as error:
            if re.search(r"[A-Za-z]", text):
                raise UserError(
                    f"there is no place {text!r}",
                    remedy=suggestion(text, grounds)
                    + "; or a candidate's name, or latitude and longitude like -89.45,222.66",
                ) from error
            raise
        latitude, longitude = found.latitude, found.longitude
        text = found.name or text
        horizon = compute_place_horizon(text, latitude, longitude, heights=[height])
    certificate = horizon.certificate
    site = Site(latitude, longitude, certificate.ground_m + height)
    return Standpoint(text, site, horizon.at(height)[0], certificate.coarse)
