"""From names of places to a journey: terrain, light and contact, the rover, the best order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.rover import Rover
from ilrs.data.rasters import Terrain
from ilrs.errors import TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.ground.terrain import project
from ilrs.planning.paths import cheapest_paths
from ilrs.planning.reserved import taken, track_of
from ilrs.planning.route import Route
from ilrs.planning.route_blocks import require_open, unreachable
from ilrs.planning.route_field import FINE, Field, make_field, positions_of, window, within
from ilrs.planning.route_keepouts import KeepOut, kept_out
from ilrs.planning.route_shadow import permanent_shadow
from ilrs.planning.routes import Cell, Going, Way, going_over, least_energy, way_of
from ilrs.planning.tempo import TEMPOS
from ilrs.planning.timed_paths import Spells, earliest_arrivals, open_in, spells_of
from ilrs.planning.visits import best_order
from ilrs.scenario.instants import written
from ilrs.siting.spots import Spot
from ilrs.siting.terms import Terms
from ilrs.siting.terrains import choose_terrains
from ilrs.siting.told_route import described, notes_on

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Told = Callable[[str, int, int], None]

TO_FETCH = (
    "ilrs data fetch Site01 (5 m, the ridge), 87S (5 m) or LDEM_83S_10MPP_ADJ, and name it with "
    "--terrain"
)
TRIED_IN_LIGHT = 4
"""Stops up to which every order is tried in the light as it will be."""


@dataclass(frozen=True)
class Masks:
    """When cells (t, ny, nx) are lit, when they are open, and the spells they are open for."""

    lit: Bools
    earth: Bools
    open: Bools
    spells: Spells


@dataclass(frozen=True)
class Journey:
    """Routes one after another, with the ground and the sky they were found in."""

    routes: tuple[Route, ...]
    ground: Going
    field: Field
    masks: Masks

    def as_data(self) -> dict[str, Any]:
        """The journey as plain data: what holds for all of it, and its legs."""
        first = self.routes[0].facts
        return {
            "result": first["result"],
            "notes": notes_on(self.routes),
            "legs": [route.as_data() for route in self.routes],
        }

    def lit_share(self) -> Floats:
        """Share [1] of the journey's time in which each cell (ny, nx) is lit."""
        clock = self.field.clock
        begin = int((self.routes[0].start - clock.start) / np.timedelta64(clock.step, "s"))
        seconds = (self.routes[-1].start - clock.start) / np.timedelta64(1, "s")
        end = math.ceil((float(seconds) + self.routes[-1].duration) / clock.step)
        return np.asarray(self.masks.lit[begin : max(end, begin + 1)].mean(axis=0))


def travel(
    spots: Sequence[Spot],
    clock: Clock,
    *,
    rover: Rover | None = None,
    terms: Terms | None = None,
    terrain: Sequence[str] | None = None,
    margin: float | None = None,
    name: str = "",
    told: Told = lambda *_: None,
) -> Journey:
    """The routes from the first of `spots` to the last, begun with the `clock`, by all between.

    Those between are visited in the best order: in the light, as it is then, up to
    `TRIED_IN_LIGHT`; by the time over open ground beyond. `margin` [m] of ground on every side of
    all is looked at (left out: half their spread, 2 km at least). Raises `UserError` saying what
    blocks where there is no way, `TerrainError` saying what to fetch where the terrain is coarse.
    """
    rover, terms = rover or Rover.model_validate({}), terms or Terms()
    field, ground, masks = look_at(spots, clock, rover, terms, terrain, margin, told)
    cells = [cell_of(ground, spot) for spot in spots]
    names = [spot.said for spot in spots]
    for each, cell in zip(names, cells, strict=True):
        require_open(ground, cell, each)
    best: list[tuple[int, int, Way]] = []
    refused: UserError | None = None
    for order in orders(ground, cells):
        try:
            legs = _in_order(ground, masks.spells, clock, cells, order, terms, names)
        except UserError as error:
            refused = refused or error
            continue
        if not best or legs[-1][2].arrival[-1] < best[-1][2].arrival[-1]:
            best = legs
    if not best:
        assert refused is not None
        raise refused
    told("way", 1, 1)
    routes = tuple(
        described(name, spots[a], spots[b], way, field, ground, masks.earth, rover, terms)
        for a, b, way in best
    )
    told("light along it", 1, 1)
    return Journey(routes, ground, field, masks)


def orders(ground: Going, cells: Sequence[Cell]) -> list[list[int]]:
    """Orders worth trying: all of few stops, of more the one that is best over open ground."""
    inner = range(1, len(cells) - 1)
    if len(inner) <= TRIED_IN_LIGHT:
        return [[0, *middle, len(cells) - 1] for middle in permutations(inner)]
    cost = np.array(
        [
            [tree.cost[cell] for cell in cells]
            for tree in (cheapest_paths(ground.seconds, [cell]) for cell in cells)
        ]
    )
    order, total = best_order(cost)
    if math.isinf(total):
        return [list(range(len(cells)))]
    return [order]


def _in_order(
    ground: Going,
    spells: Spells,
    clock: Clock,
    cells: Sequence[Cell],
    order: Sequence[int],
    terms: Terms,
    names: Sequence[str],
) -> list[tuple[int, int, Way]]:
    legs: list[tuple[int, int, Way]] = []
    at = 0.0
    for a, b in pairwise(order):
        word = "the goal" if b == len(cells) - 1 else f"the stop {names[b]}"
        way = _way(ground, spells, clock, cells[a], cells[b], terms, at, word)
        legs.append((a, b, way))
        at = float(way.arrival[-1])
    return legs


def look_at(
    spots: Sequence[Spot],
    clock: Clock,
    rover: Rover,
    terms: Terms,
    terrain: Sequence[str] | None,
    margin: float | None,
    told: Told = lambda *_: None,
) -> tuple[Field, Going, Masks]:
    """The ground around `spots` for a rover, and when its cells are open."""
    points = np.array([project(s.latitude, s.longitude) for s in spots]).reshape(-1, 2)
    spread = float(np.ptp(points, axis=0).max())
    reach = max(2000.0, 0.5 * spread) if margin is None else margin
    terrains = choose_terrains(terrain)
    finest = _finest(terrains, spots, points, reach)
    field = make_field(terrains, within(window(points, reach), finest), clock)
    told("ground", 1, 1)
    lit = field.lit(terms.light or 0.0)
    told("light", 1, 1)
    earth = field.earth_in_view()
    told("contact", 1, 1)
    closed = kept_out(field.grid, terms.keep_outs)
    if terms.shadow_kept_out:
        closed |= permanent_shadow(field)
        told("shadow", 1, 1)
    ground = going_over(
        field.grid,
        field.heights,
        rover.vehicle(),
        standing=rover.standby + rover.survival_heater,
        tempo=TEMPOS[terms.tempo],
        kept_out=closed,
    )
    open_ = lit.copy() if terms.light is not None else np.ones_like(lit)
    if terms.contact != "none":
        open_ &= _heard(field, terms, earth)
    for haven in terms.havens:
        open_[:, _around(ground, haven, terms.haven_radius)] = True
    spells = spells_of(open_, bridge=int(terms.dark // clock.step))
    if terms.clear_of:  # no dark is short enough to stand in another's way
        free = open_in(spells)
        for route in terms.clear_of:
            track = track_of(route, clock.start)
            free &= ~taken(open_.shape, field.grid, track, clock.step, terms.apart)
        spells = spells_of(free)
    return field, ground, Masks(lit, earth, open_, spells)


def _heard(field: Field, terms: Terms, earth: Bools) -> Bools:
    """Where and when (t, ny, nx) what must be in view is."""
    if terms.contact == "earth":
        return earth
    if not terms.relays:
        raise UserError("there is no relay to be in view of", remedy="choose --contact earth")
    heard = earth.copy() if terms.contact == "any" else np.zeros_like(earth)
    for relay in terms.relays:
        heard |= field.in_view(positions_of(relay, field.clock))
    return heard


def _finest(
    terrains: Sequence[Terrain], spots: Sequence[Spot], points: Floats, reach: float
) -> Terrain:
    """The finest terrain that holds all places with a little ground around; not a coarse one."""
    near = min(reach, 500.0)
    for terrain in terrains:
        ny, nx = terrain.heights.shape
        xs = sorted((terrain.x0, terrain.x0 + (nx - 1) * terrain.dx))
        ys = sorted((terrain.y0, terrain.y0 + (ny - 1) * terrain.dy))
        held = (
            (points[:, 0] - near >= xs[0])
            & (points[:, 0] + near <= xs[1])
            & (points[:, 1] - near >= ys[0])
            & (points[:, 1] + near <= ys[1])
        )
        if held.all() and terrain.cell <= FINE:
            return terrain
    fine = [t for t in terrains if t.cell <= FINE]
    listed = ", ".join(f"{t.name} ({t.cell:g} m)" for t in fine) or "none at hand"
    where = " and ".join(spot.said for spot in spots)
    raise TerrainError(
        f"no terrain of {FINE:g} m or finer holds {where} (fine terrain: {listed})",
        remedy=f"a route needs fine terrain: {TO_FETCH}",
    )


def cell_of(ground: Going, spot: Spot) -> Cell:
    """The cell a place lies in; `UserError` where it lies off the ground."""
    x, y = project(spot.latitude, spot.longitude)
    return ground.cell_at(float(x), float(y))


def _around(ground: Going, spot: Spot, radius: float) -> Bools:
    middle = KeepOut("haven", "other", ((spot.latitude, spot.longitude),), radius)
    return kept_out(ground.grid, [middle])


def _way(
    ground: Going,
    spells: Spells,
    clock: Clock,
    start: Cell,
    goal: Cell,
    terms: Terms,
    at: float,
    word: str,
) -> Way:
    masks = terms.words()
    index = start[0] * ground.grid.columns + start[1]
    step = float(clock.step)
    if spells.at(index, at / step) < 0:
        raise _closed_at_first(spells, index, clock, masks)
    if terms.seek == "energy":
        way = least_energy(ground, spells, step, start, goal, at)
        if way is not None:
            return way
    arrivals = earliest_arrivals(spells, ground.seconds, step, start, at)
    way = way_of(ground, arrivals, goal)
    if way is None:
        raise unreachable(ground, start, goal, arrivals, masks, word)
    return way


def _closed_at_first(spells: Spells, index: int, clock: Clock, masks: str) -> UserError:
    later = spells.first[spells.of[index] : spells.of[index + 1]]
    opens = later[later > 0]
    if not len(opens):
        remedy = "it is not for as long as was looked at: look further ahead (--days)"
    else:
        when = clock.start + np.timedelta64(int(opens[0]) * clock.step, "s")
        remedy = f"leave at {written(when)}, drive in the dark (--light none), or name a --haven"
    return UserError(f"the start is not {masks} at {written(clock.start)}", remedy=remedy)
