"""A station sized: the lightest plant for a request, and how dark its place is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.environment.compute import held_orbit, stations_of
from ilrs.errors import PlanError, UserError
from ilrs.planning.sizing.critical import Outcome, size_critical, supply_of
from ilrs.planning.sizing.dark import Spell, longest, worst_deficit
from ilrs.planning.sizing.investment import Investment
from ilrs.planning.sizing.mast import require_mast
from ilrs.planning.sizing.place import (
    Sky,
    array_power,
    compute_sky,
    ground_temperatures,
    heights_between,
)
from ilrs.planning.sizing.problem import KW, Field, build, panel, panel_mass
from ilrs.planning.sizing.request import Request, checked, distance, horizon_of
from ilrs.scenario.schema import Orbit

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]

LIT = 0.05
"""A place is dark with less of the Sun's disc than this in view."""


@dataclass(frozen=True)
class Ground:
    """Sky and ground temperatures over the places of a request, computed once.

    `errors` (a,) [rad], one a place, raise their skylines; None leaves them as computed.
    """

    sky: Sky
    temperature: tuple[Floats, ...]
    errors: tuple[Floats, ...] | None = None

    def skyline(self, place: int, heights: Floats) -> Floats:
        """The skyline of a place (h, a) [rad] at `heights` (h,) [m] above ground."""
        computed = self.sky.horizons[place].at(heights)
        return computed if self.errors is None else computed + self.errors[place]


@dataclass(frozen=True)
class Sizing:
    """The answer to a request: the plant, its programme, and the darkness it has to bear.

    `deficit` is in hours of the firm load at the found arrays; `dark`, `outage` in hours.
    """

    request: Request
    problem: Investment
    outcome: Outcome
    units: int
    ratio: float
    deficit: Spell
    dark: Spell
    outage: Spell
    eclipse_hours: float
    served: float
    """Share of the whole load served, the rest taking what is left in the light."""


def look(request: Request) -> Ground:
    """Sky and ground of a request's places over its clock."""
    scenario = request.scenario
    horizons = [horizon_of(scenario, p, request.mast) for p in request.places()]
    relays = [held_orbit(p) for p in scenario.places.values() if isinstance(p, Orbit)]
    sky = compute_sky(horizons, relays, stations_of(scenario), request.clock())
    return Ground(sky, ground_temperatures(sky))


def size(request: Request, ground: Ground | None = None, told: Told | None = None) -> Sizing:
    """The lightest plant that answers `request`.

    Raises `UserError` for a request without meaning, `PlanError` where nothing serves the load,
    saying what would.
    """
    asked = checked(request)
    used = asked.technology
    on_mast = panel_mass(used) * used.mast_area
    require_mast(asked.mast, asked.mast_mass, on_mast, used)
    seen = ground or look(asked)
    fields = _fields(asked, seen)
    if asked.ratio is not None and not asked.second and "reactor" not in asked.storages:
        best_day = float(fields[0].power.max())
        if asked.ratio * asked.need.load * fields[0].power.mean() < asked.need.firm * best_day:
            raise _nobody(asked, fields, None)
    best: tuple[int, Investment, Outcome] | None = None
    reason: PlanError | None = None
    for units in _units(asked):
        problem = _problem(asked, seen, fields, units)
        try:
            outcome = size_critical(problem, _rounds(told))
        except PlanError as error:
            reason = error
            continue
        if best is None or outcome.mass < best[2].mass:
            best = units, problem, outcome
    if best is None:
        raise _nobody(asked, fields, reason)
    return _answer(asked, seen, fields, *best)


def _fields(request: Request, ground: Ground) -> list[Field]:
    """What arrays of a square metre give at every place."""
    array = panel(request.mast, request.technology)
    made = []
    for k, place in enumerate(request.places()):
        heights = heights_between(ground.sky.horizons[k], array.bottom, array.top)
        skyline = ground.skyline(k, heights)
        power = array_power(ground.sky, k, array, request.years, ground.temperature[k], skyline)
        away = distance(request.scenario, request.place, place) if k else 0.0
        made.append(Field(place, power, request.mast, away))
    return made


def _problem(request: Request, ground: Ground, fields: Sequence[Field], units: int) -> Investment:
    stores = [s for s in request.storages if s != "reactor"]
    area = None
    if request.ratio is not None:
        area = request.ratio * request.need.load / float(fields[0].power.max())
    return build(
        request.need,
        fields,
        1.0,
        request.years,
        ground.sky.eclipse_hours(),
        stores,
        request.technology,
        units=units,
        area=area,
    )


def _units(request: Request) -> range:
    """Numbers of reactors worth trying: none, up to as many as carry the whole load alone."""
    if "reactor" not in request.storages:
        return range(1)
    used = request.technology
    left = (1.0 - used.reactor_loss) ** request.years * (1.0 - used.cable_loss)
    left *= 1.0 - 1.0 / used.reactor_converters
    most = int(np.ceil(request.need.load / (used.reactor_unit * left)))
    only = not [s for s in request.storages if s != "reactor"]
    return range(most if only else 0, most + 1)


def _answer(
    request: Request,
    ground: Ground,
    fields: Sequence[Field],
    units: int,
    problem: Investment,
    outcome: Outcome,
) -> Sizing:
    sky, need = ground.sky, request.need
    supply = supply_of(problem, outcome.sizes)
    top = np.array([request.mast])
    discs = [sky.disc(k, ground.skyline(k, top)[0]) for k in range(len(fields))]
    dark = np.all([disc < LIT for disc in discs], axis=0)
    rest = (need.load - need.firm) / KW
    taken = np.minimum(outcome.walk.surplus, rest).sum() + need.firm / KW * len(supply)
    return Sizing(
        request=request,
        problem=problem,
        outcome=outcome,
        units=units,
        ratio=float(sum(outcome.sizes[f"array {f.name}"] * f.power.max() for f in fields))
        / need.load,
        deficit=worst_deficit(supply / (need.firm / KW), 1.0),
        dark=longest(dark, 1.0),
        outage=longest(dark & sky.out_of_touch(0), 1.0),
        eclipse_hours=sky.eclipse_hours(),
        served=float(taken / (need.load / KW * len(supply))),
    )


def _rounds(told: Told | None) -> Callable[[int, float], None] | None:
    if told is None:
        return None
    return lambda done, bound: told("sizing", done, done + 1)


def _nobody(request: Request, fields: Sequence[Field], reason: PlanError | None) -> UserError:
    """A load nobody can serve, with what would serve it."""
    lit = float(np.mean([f.power.mean() / max(f.power.max(), 1e-9) for f in fields]))
    ways = ["a higher mast", "another place (--also)", "a reactor (--storage reactor)"]
    if request.ratio is not None:
        ways.insert(0, f"arrays of more than {1.0 / max(lit, 1e-3):.2f} times the load (--ratio)")
    return UserError(
        f"nothing that may be built serves {request.need.load / KW:g} kW at {request.place}: its "
        f"arrays give {lit:.0%} of their best on average"
        + (f" ({reason.what})" if reason is not None else ""),
        remedy="what would: " + ", ".join(ways),
    )


def lightest_mast(request: Request, heights: Sequence[float], told: Told | None = None) -> Request:
    """The same request with that of `heights` whose station is lightest."""
    ground = look(replace(request, mast=max(heights)))
    best = (np.inf, request.mast)
    for k, height in enumerate(heights):
        tried = size(replace(request, mast=height), ground)
        best = min(best, (tried.outcome.mass, height))
        if told:
            told("masts", k + 1, len(heights))
    return replace(request, mast=best[1])
