"""Which point is meant: coordinates, a place of a scenario, or a candidate by name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ilrs.environment.candidates import Candidate, candidates
from ilrs.errors import UserError
from ilrs.ground.terrain import MOON_RADIUS
from ilrs.scenario.document import suggestion

NEAR = 5.0  # [m] a point this close to a candidate is the candidate
_PAIR = re.compile(
    r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*[,;\s]\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*"
)


@dataclass(frozen=True)
class Spot:
    """A point on the Moon [rad], its name, and the candidate that it is, if it is one."""

    name: str
    latitude: float
    longitude: float
    candidate: Candidate | None = None

    @property
    def said(self) -> str:
        """Its name, or else its latitude and longitude [deg]."""
        where = f"{math.degrees(self.latitude):.5f},{math.degrees(self.longitude) % 360.0:.5f}"
        return self.name or where


def spot(words: Sequence[str]) -> Spot:
    """The point that `words` mean: a candidate's name, or latitude and longitude [deg].

    Latitude and longitude are two words or one, parted by a comma.
    """
    text = ",".join(word.strip() for word in words)
    pair = _PAIR.fullmatch(text)
    if pair is None:
        return _named(text)
    try:
        latitude, longitude = float(pair[1]), float(pair[2])
    except ValueError as error:
        raise UserError(f"{text!r} is no latitude and longitude") from error
    if not -90.0 <= latitude <= 90.0:
        raise UserError(
            f"{latitude:g} deg, {longitude:g} deg is no place",
            remedy="latitude lies between -90 and 90 deg; latitude comes first",
        )
    return at(math.radians(latitude), math.radians(longitude))


def at(latitude: float, longitude: float) -> Spot:
    """The point at `latitude`, `longitude` [rad]; the candidate there, if there is one."""
    for candidate in candidates():
        if apart(latitude, longitude, candidate.latitude, candidate.longitude) <= NEAR:
            return Spot(candidate.name, latitude, longitude, candidate)
    return Spot("", latitude, longitude)


def apart(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance [m] along the sphere between two points [rad]."""
    half = (
        math.sin(0.5 * (lat_a - lat_b)) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(0.5 * (lon_a - lon_b)) ** 2
    )
    return 2.0 * MOON_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def _named(text: str) -> Spot:
    known = {candidate.name: candidate for candidate in candidates()}
    if text not in known:
        raise UserError(
            f"{text!r} is no candidate place and no latitude and longitude",
            remedy=suggestion(text, known, many=8)
            + "; or give latitude and longitude in degrees, like -89.45 222.66",
        )
    found = known[text]
    return Spot(text, found.latitude, found.longitude, found)
