"""From two names to a route: places, terrain, light and contact, the rover, and what is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.components.rover import Rover
from ilrs.data.rasters import Terrain
from ilrs.environment.horizons import AS_COMPUTED
from ilrs.errors import TerrainError, UserError
from ilrs.flows.clock import Clock
from ilrs.ground.terrain import project, unproject
from ilrs.ground.trafficability import hazard_share, rock_share, roughness_of, tortuosity
from ilrs.ground.warmth import SOLAR_CONSTANT
from ilrs.physics.mobility import sun_on_vehicle
from ilrs.planning.paths import cheapest_paths
from ilrs.planning.reserved import APART, closest, taken, track_of
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
from ilrs.siting.terrains import choose_terrains
from ilrs.sky.orbits import HeldOrbit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Told = Callable[[str, int, int], None]

Seek = Literal["time", "energy"]
Contact = Literal["none", "earth", "relay", "any"]

POSTING = 5.0
"""Cells [m] from which on a route is a corridor: what stops a rover is smaller."""
TO_FETCH = (
    "ilrs data fetch Site01 (5 m, the ridge), 87S (5 m) or LDEM_83S_10MPP_ADJ, and name it with "
    "--terrain"
)
_SEEN = {"earth": "the Earth", "relay": "a relay", "any": "the Earth or a relay"}
TRIED_IN_LIGHT = 4
"""Stops up to which every order is tried in the light as it will be."""


@dataclass(frozen=True)
class Terms:
    """What a route has to hold and is chosen by.

    `light` is the share of the Sun's disc that must be in view, None to drive in the dark;
    `contact` what must be in view, the Earth, one of `relays`, or any of them; `dark` [s] how long
    it may stand or go without. It keeps `apart` [m] from the rovers on the routes `clear_of`.
    """

    seek: Seek = "time"
    light: float | None = 0.5
    contact: Contact = "none"
    tempo: str = "supervised"
    dark: float = 0.0
    keep_outs: tuple[KeepOut, ...] = ()
    shadow_kept_out: bool = False
    havens: tuple[Spot, ...] = ()
    relays: tuple[HeldOrbit, ...] = ()
    haven_radius: float = 50.0
    clear_of: tuple[Route, ...] = ()
    apart: float = APART

    def __post_init__(self) -> None:
        if self.tempo not in TEMPOS:
            raise UserError(
                f"{self.tempo!r} is no tempo", remedy=f"choose among {', '.join(TEMPOS)}"
            )
        if self.light is not None and not 0.0 <= self.light < 1.0:
            raise UserError(
                f"a share of {self.light:g} of the disc parts no light from dark",
                remedy="give a share from 0 and below 1, or none",
            )

    def as_data(self) -> dict[str, Any]:
        """The terms as plain data."""
        return {
            "sought": self.seek,
            "light_at_least": self.light,
            "contact": self.contact,
            "tempo": self.tempo,
            "dark_hours": self.dark / 3600.0,
            "keep_outs": [area.name for area in self.keep_outs]
            + (["permanent-shadow"] if self.shadow_kept_out else []),
            "havens": [spot.name or _said(spot) for spot in self.havens],
            **(
                {"clear_of": [route.name for route in self.clear_of], "apart_m": self.apart}
                if self.clear_of
                else {}
            ),
        }


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
    names = [spot.name or _said(spot) for spot in spots]
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
        described(name, spots[a], spots[b], way, field, ground, masks, rover, terms)
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


def notes_on(routes: Sequence[Route]) -> list[str]:
    """What has to be said of routes, in words."""
    facts = routes[0].facts
    notes = []
    if facts["result"] == "corridor":
        winding = facts["tortuosity"]
        longer = (
            "so much of it that a way through is not likely"
            if winding is None
            else f"going around makes ways {100 * (winding - 1):.1f} % longer"
        )
        notes.append(
            f"A corridor, not a route: cells of {facts['posting_m']:g} m hide what stops a rover. "
            f"{100 * facts['unresolved_hazard_share']:.1f} % of its ground is likely to be steeper "
            f"than {facts['slope_limit_deg']:.1f} deg or stony at the rover's own scale; {longer}."
        )
    notes.append(
        f"Light is {AS_COMPUTED}. Hours of light along a way come without a band of the terrain's "
        "error: leave margins, and ask for one where it stands long (ilrs site point)."
    )
    for route in routes:
        near = route.facts.get("nearest_other_m")
        if near is not None:
            notes.append(f"{route.name}: {near:.0f} m at least from the rovers it keeps clear of.")
    low = min(route.summary()["least_battery_share"] for route in routes)
    floor = 1.0 - float(facts["rover"]["depth_of_discharge"])
    if low < floor:
        notes.append(
            f"The battery does not last: it would fall to {100 * low:.0f} %, below the "
            f"{100 * floor:.0f} % it must keep. A larger one, more panels, or waits in the light."
        )
    return notes


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
    where = " and ".join(spot.name or _said(spot) for spot in spots)
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
    masks = _words(terms)
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


def _words(terms: Terms) -> str:
    parts = [] if terms.light is None else ["lit"]
    if terms.contact != "none":
        parts.append(f"in view of {_SEEN[terms.contact]}")
    if terms.clear_of:
        parts.append(f"{terms.apart:g} m clear of other rovers")
    return " and ".join(parts) or "open"


def described(
    name: str,
    origin: Spot,
    target: Spot,
    way: Way,
    field: Field,
    ground: Going,
    masks: Masks,
    rover: Rover,
    terms: Terms,
) -> Route:
    """The way with all that is told of it: light, battery, corridor, certificate."""
    cells = way.cells
    begun = float(way.arrival[0])
    xs = np.asarray(field.grid.x0 + field.grid.dx * cells[:, 1], np.float64)
    ys = np.asarray(field.grid.y0 + field.grid.dy * cells[:, 0], np.float64)
    lat, lon = unproject(xs, ys)
    share, elevation, azimuth = field.sun_along(cells, way.arrival)
    steps = np.clip(way.arrival // field.clock.step, 0, field.clock.count - 1).astype(np.int64)
    battery = _battery(way, xs, ys, share, elevation, azimuth, rover)
    heights = ground.heights[cells[:, 0], cells[:, 1]]
    columns = {
        "latitude_deg": np.degrees(lat),
        "longitude_deg": np.degrees(lon),
        "x_m": xs,
        "y_m": ys,
        "height_m": heights,
        "slope_deg": np.degrees(ground.slope[cells[:, 0], cells[:, 1]]),
        "distance_m": way.length,
        "arrival_s": way.arrival - begun,
        "departure_s": way.departure - begun,
        "energy_j": way.energy,
        "lit_share": share,
        "earth_in_view": masks.earth[steps, cells[:, 0], cells[:, 1]].astype(np.float64),
        "battery_share": battery,
    }
    facts = {
        "terms": terms.as_data(),
        "rover": rover.model_dump(exclude={"failures"}),
        "slope_limit_deg": math.degrees(ground.limit),
        "least_energy_j": way.least_energy,
        **_corridor(field, ground, way, rover),
        "speed_made_good_m_h": 3600.0 * TEMPOS[terms.tempo].speed(rover.speed),
        "terrain": [{"name": t.name, "cell_m": t.cell, "sha256": t.sha256} for t in field.terrains],
        "step_s": field.clock.step,
        "skyline": AS_COMPUTED,
        "method": "earliest arrival by safe intervals over cells that are open in each step; "
        "slope-dependent moves to eight neighbours",
        "version": __version__,
    }
    route = Route(
        name or f"{origin.name or _said(origin)} to {target.name or _said(target)}",
        origin.name or _said(origin),
        target.name or _said(target),
        field.clock.start + np.timedelta64(round(begun), "s"),
        columns,
        facts,
    )
    if terms.clear_of:
        start = field.clock.start
        others = [closest(track_of(route, start), track_of(o, start)) for o in terms.clear_of]
        facts["nearest_other_m"] = min(others) if math.isfinite(min(others)) else None
    return route


def _battery(
    way: Way,
    xs: Floats,
    ys: Floats,
    share: Floats,
    elevation: Floats,
    azimuth: Floats,
    rover: Rover,
) -> Floats:
    """Content [1] of the battery along the way, begun full; below 0 what it lacks.

    The Sun's share and heading of a cell hold until the next one; what does not fit is not taken.
    """
    content = np.empty(len(way.cells))
    content[0] = 1.0
    heading = np.arctan2(np.diff(xs), np.diff(ys))
    cosine = sun_on_vehicle(elevation[:-1], azimuth[:-1], heading, rover.panel_mounting)
    power = SOLAR_CONSTANT * rover.panel_area * rover.panel_efficiency * cosine * share[:-1]
    gained = power * np.diff(way.arrival) * math.sqrt(rover.round_trip)
    spent = np.diff(way.energy) / math.sqrt(rover.round_trip)
    for i, change in enumerate((gained - spent) / rover.battery):
        content[i + 1] = min(content[i] + change, 1.0)
    return content


def _corridor(field: Field, ground: Going, way: Way, rover: Rover) -> dict[str, Any]:
    """Whether it is a route or a corridor, and how much of the hazard the terrain does not show."""
    cell = ground.cell
    if cell < POSTING:
        return {"result": "route"}
    rough = roughness_of(field.heights, field.grid.dx, field.grid.dy)
    slope = ground.slope[way.cells[:, 0], way.cells[:, 1]]
    length = 3.0 * rover.wheel_diameter
    rough = rough[way.cells[:, 0], way.cells[:, 1]]
    steep = hazard_share(slope, rough, cell, length, ground.limit)
    share = float(1.0 - (1.0 - steep.mean()) * (1.0 - rock_share(rover.clearance)))
    winding = tortuosity(share)
    known = math.isfinite(winding)
    return {
        "result": "corridor",
        "posting_m": cell,
        "unresolved_hazard_share": share,
        "tortuosity": winding if known else None,
        "distance_with_tortuosity_m": winding * float(way.length[-1]) if known else None,
        "energy_with_tortuosity_j": winding * float(way.energy[-1]) if known else None,
        "beware": f"cells of {cell:g} m hide what stops a rover: a corridor to look for a route in",
    }


def _said(spot: Spot) -> str:
    return f"{math.degrees(spot.latitude):.5f},{math.degrees(spot.longitude) % 360.0:.5f}"
