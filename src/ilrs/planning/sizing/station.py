"""A station sized: the lightest plant for a request, how dark its place is, and its band."""

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
    ground_temperature,
    heights_between,
)
from ilrs.planning.sizing.problem import KW, Field, build, panel, panel_mass
from ilrs.planning.sizing.request import Request, checked, distance, horizon_of
from ilrs.planning.sizing.skylines import DRAWS, skyline_draws
from ilrs.scenario.schema import Orbit

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]

LIT = 0.05
"""A place is dark with less of the Sun's disc than this in view."""
LOW, HIGH = 0.05, 0.95
"""Shares of the draws of a skyline's error between which the band lies."""


@dataclass(frozen=True)
class Ground:
    """Sky and ground temperatures over the places of a request, computed once."""

    sky: Sky
    temperature: tuple[Floats, ...]


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


@dataclass(frozen=True)
class Band:
    """The sizings at `LOW` and `HIGH` of `draws` skylines, drawn by `method`.

    `deficit` [h of the firm load] is that of the arrays found before, at `LOW`, as computed, and at
    `HIGH`, by light at their middle.
    """

    low: Sizing
    high: Sizing
    deficit: tuple[float, float, float]
    draws: int
    method: str


def look(request: Request) -> Ground:
    """Sky and ground of a request's places over its clock."""
    scenario = request.scenario
    horizons = [horizon_of(scenario, p, request.mast) for p in request.places()]
    relays = [held_orbit(p) for p in scenario.places.values() if isinstance(p, Orbit)]
    sky = compute_sky(horizons, relays, stations_of(scenario), request.clock())
    return Ground(sky, tuple(ground_temperature(sky, k) for k in range(len(horizons))))


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


def band(found: Sizing, ground: Ground, told: Told | None = None) -> Band:
    """The sizing again under the skylines whose deficits lie at 5 and 95 % of all draws.

    Draws are ranked by the deficit they leave the found arrays, by light at their middle; errors of
    different places are drawn apart.
    """
    request = found.request
    array = panel(request.mast, request.technology)
    middle = np.array([0.5 * (array.bottom + array.top)])
    draws: list[Floats] = []
    # The last row is the skyline as computed.
    shares = np.zeros((DRAWS + 1, ground.sky.clock.count), dtype=np.float32)
    method = ""
    for k, place in enumerate(request.places()):
        horizon = ground.sky.horizons[k]
        spread = request.technology.skyline_error
        errors, method = skyline_draws(horizon, float(middle[0]), spread, seed=k + 1)
        draws.append(errors)
        area = found.outcome.sizes[f"array {place}"]
        line = horizon.at(middle)[0]
        for row, error in enumerate([*errors, np.zeros_like(line)]):
            shares[row] += area * ground.sky.light(k, middle, (line + error)[None])[0]
            if told and k == 0:
                told("draws", row + 1, DRAWS + 1)
    # Arrays at their best give `ratio` times the load, so that all shares are of that.
    whole = sum(found.outcome.sizes[f"array {p}"] for p in request.places())
    supply = found.ratio * request.need.load / request.need.firm * shares / max(whole, 1e-9)
    hours = [worst_deficit(row.astype(np.float64), 1.0).size for row in supply]
    order = np.argsort(hours[:DRAWS], kind="stable")
    chosen = [int(order[round(share * (DRAWS - 1))]) for share in (LOW, HIGH)]
    ends = []
    for n, row in enumerate(chosen):
        fields = _fields(request, ground, [errors[row] for errors in draws])
        problem = _problem(request, ground, fields, found.units)
        outcome = size_critical(problem)
        ends.append(_answer(request, ground, fields, found.units, problem, outcome))
        if told:
            told("band", n + 1, 2)
    deficit = hours[chosen[0]], hours[DRAWS], hours[chosen[1]]
    return Band(ends[0], ends[1], deficit, DRAWS, method)


def _fields(
    request: Request, ground: Ground, errors: Sequence[Floats] | None = None
) -> list[Field]:
    """What arrays of a square metre give at every place, skylines raised by `errors` [rad]."""
    array = panel(request.mast, request.technology)
    made = []
    for k, place in enumerate(request.places()):
        horizon = ground.sky.horizons[k]
        skyline = horizon.at(heights_between(horizon, array.bottom, array.top))
        if errors is not None:
            skyline = skyline + errors[k]
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
    dark = np.all([sky.disc(k, request.mast) < LIT for k in range(len(fields))], axis=0)
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
