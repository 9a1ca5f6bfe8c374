"""What is asked of sizing: the place, the loads, the period, and what may be built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.objects import bare_skyline
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.planning.sizing.problem import STORAGES, Need
from ilrs.planning.sizing.technology import Technology
from ilrs.scenario.document import nearest
from ilrs.scenario.schema import Ground, Scenario
from ilrs.sky.directions import MOON_RADIUS

NODE_CYCLE = 18.6
"""Years after which the Moon's node is back and dark seasons repeat."""
YEAR = 365.25 * 86400.0


@dataclass(frozen=True)
class Request:
    """A station to be sized in the places of `scenario`; powers [W], heights [m], ages [years].

    `storages` of `STORAGES`; `second` is a place whose arrays a cable may join; `ratio` fixes the
    arrays' output at their best over the load; `whole_cycle` sizes over 18.6 years from the
    beginning, otherwise over the mission alone.
    """

    scenario: Scenario
    place: str
    need: Need
    begins: np.datetime64
    ends: np.datetime64
    mast: float
    technology: Technology
    storages: tuple[str, ...] = ("battery", "fuel-cell")
    second: str | None = None
    ratio: float | None = None
    mast_mass: float | None = None
    whole_cycle: bool = True
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def years(self) -> float:
        """Length of the mission: the age of cells at its end."""
        return float((self.ends - self.begins) / np.timedelta64(1, "s")) / YEAR

    def clock(self) -> Clock:
        """Every hour that is sized for."""
        ends = self.ends
        if self.whole_cycle:
            cycle = np.timedelta64(round(NODE_CYCLE * YEAR / 3600.0), "h")
            ends = max(ends, self.begins + cycle)
        hours = (ends - self.begins).astype("timedelta64[h]")
        return Clock.over(self.begins, self.begins + hours, 3600)

    def places(self) -> list[str]:
        """The places with arrays, the station's own first."""
        return [self.place, *([self.second] if self.second else [])]


def checked(request: Request) -> Request:
    """The same request, refused where it has no meaning."""
    need = request.need
    if not (need.load > 0.0 and np.isfinite(need.load)):
        raise UserError("a load of nothing needs no station", remedy="such as --load 5kW")
    if need.keep_alive < 0.0 or need.rest < 0.0:
        raise UserError(
            f"keep-alive of {need.keep_alive:g} W is more than the load of {need.load:g} W",
            remedy="keep-alive is a part of the load",
        )
    if not 0.0 <= need.share <= 1.0:
        raise UserError(f"a share of {need.share:g} is not within 0 and 1")
    if not request.ends > request.begins:
        raise UserError("the mission ends before it begins", remedy="see --from and --to")
    unknown = sorted(set(request.storages) - set(STORAGES))
    if unknown or not request.storages:
        raise UserError(
            f"{', '.join(unknown) or 'nothing'} is no storage that is known",
            remedy=f"known are {', '.join(STORAGES)}",
        )
    if request.mast <= request.technology.clearance:
        raise UserError(
            f"a mast of {request.mast:g} m holds no array {request.technology.clearance:g} m "
            "above ground",
            remedy="give a higher mast, or assume a smaller clearance",
        )
    if request.ratio is not None and not request.ratio >= 1.0:
        raise UserError(
            f"arrays of {request.ratio:g} times the load never carry it",
            remedy="a ratio of array to load is above 1",
        )
    if request.second == request.place:
        raise UserError("the second place is the first", remedy="name another place")
    for place in request.places():
        horizon_of(request.scenario, place, request.mast)
    return request


def ground_of(scenario: Scenario, place: str) -> Ground:
    """The place on the ground called `place` in `scenario`."""
    found = scenario.places.get(place)
    if isinstance(found, Ground):
        return found
    known = [name for name, p in scenario.places.items() if isinstance(p, Ground)]
    near = nearest(place, known)
    raise UserError(
        f"{scenario.name} has no place on the Moon's ground called {place!r}",
        remedy=(f"nearest: {near}; " if near else "") + f"known are {', '.join(known)}",
    )


def horizon_of(scenario: Scenario, place: str, mast: float) -> PlaceHorizon:
    """The horizon of a place, refused where a mast rises above what it was computed for."""
    ground = ground_of(scenario, place)
    horizon = bare_skyline(ground)
    if mast > horizon.heights[-1] + 1e-9:
        raise UserError(
            f"a mast of {mast:g} m rises above the {horizon.heights[-1]:g} m that the horizon of "
            f"{place} was computed for",
            remedy="a lower mast, or compute the horizon higher: ilrs horizons",
        )
    return horizon


def distance(scenario: Scenario, first: str, second: str) -> float:
    """Along the Moon's sphere between two places [m]."""
    a, b = ground_of(scenario, first), ground_of(scenario, second)
    inner = np.sin(a.latitude) * np.sin(b.latitude)
    inner += np.cos(a.latitude) * np.cos(b.latitude) * np.cos(a.longitude - b.longitude)
    return float(MOON_RADIUS * np.arccos(np.clip(inner, -1.0, 1.0)))
