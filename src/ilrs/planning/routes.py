"""Routes over terrain in space and time: where a vehicle goes, when it stands, what it takes.

Moves are between neighbouring cells, cost by slope and direction, and happen where masks are open:
lit, in contact, out of every keep-out. Quickest routes are exact under these rules (`timed_paths`).
For the least energy several ways are scheduled and the best is taken, with the bound of the
cheapest way that need not wait for anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError
from ilrs.ground.nest import Grid
from ilrs.ground.terrain import unproject
from ilrs.ground.trafficability import KEPT_OUT, STEEP, UNKNOWN, closed_cells, move_costs, slopes
from ilrs.physics.mobility import Vehicle, going, slope_limit
from ilrs.planning.paths import MOVES, cheapest_paths
from ilrs.planning.tempo import Tempo
from ilrs.planning.timed_paths import Arrivals, Spells, earliest_arrivals, spells_of

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Cell = tuple[int, int]

SLOPES = 241
"""Slopes at which a vehicle's going is tabled, between its limits down and up."""
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Shares of energy in the cost of the ways tried for the least energy; the rest is time."""


@dataclass(frozen=True)
class Going:
    """Ground as one vehicle finds it: `heights` [m], `slope` [rad], `closed` codes (ny, nx).

    `seconds` and `joules` (ny, nx, 8) are the moves' costs, stops of the tempo included, inf where
    closed; `standing` [W] is drawn at rest.
    """

    grid: Grid
    heights: Floats
    slope: Floats
    closed: NDArray[np.uint8]
    seconds: NDArray[np.float32]
    joules: NDArray[np.float32]
    limit: float
    standing: float
    vehicle: Vehicle
    tempo: Tempo

    @property
    def cell(self) -> float:
        """Size of a cell [m]."""
        return max(abs(self.grid.dx), abs(self.grid.dy))

    def cell_at(self, x: float, y: float) -> Cell:
        """The cell (row, column) that holds a point of the plane [m]; `UserError` outside."""
        row = round((y - self.grid.y0) / self.grid.dy)
        column = round((x - self.grid.x0) / self.grid.dx)
        if not (0 <= row < self.grid.rows and 0 <= column < self.grid.columns):
            lat, lon = (np.degrees(float(a)) for a in unproject(x, y))
            raise UserError(
                f"{lat:.4f} deg, {lon:.4f} deg E lies off the terrain the route is looked for on",
                remedy="choose a place on the terrain, or give more of it: --terrain FILE",
            )
        return row, column

    def point(self, cell: Cell) -> tuple[float, float]:
        """x and y [m] of the middle of a cell."""
        return self.grid.x0 + cell[1] * self.grid.dx, self.grid.y0 + cell[0] * self.grid.dy


def going_over(
    grid: Grid,
    heights: NDArray[np.floating],
    vehicle: Vehicle,
    *,
    standing: float | None = None,
    tempo: Tempo | None = None,
    kept_out: Bools | None = None,
) -> Going:
    """The ground `heights` (ny, nx) [m] of `grid` for a vehicle; `kept_out` cells are closed.

    `standing` [W] is drawn while it waits (left out: its idle power); stops of the tempo take that.
    """
    tempo = tempo or Tempo()
    rest = vehicle.idle_power if standing is None else standing
    limit = slope_limit(vehicle)
    if limit <= 0.0:
        raise UserError(
            "the rover does not move on level ground: its wheels' thrust is below their resistance",
            remedy="give it larger or more wheels, or less mass",
        )
    slope = slopes(heights, grid.dx, grid.dy)
    kept = np.zeros(slope.shape, np.bool_) if kept_out is None else kept_out
    closed = closed_cells(heights, slope, limit, kept)
    along = np.linspace(-limit, limit, SLOPES)
    table = going(vehicle, along)
    seconds = 1.0 / table.speed + tempo.pause
    joules = table.energy + vehicle.idle_power * tempo.pause
    return Going(
        grid=grid,
        heights=np.asarray(heights, np.float64),
        slope=slope,
        closed=closed,
        seconds=move_costs(heights, closed, grid.dx, grid.dy, along, seconds),
        joules=move_costs(heights, closed, grid.dx, grid.dy, along, joules),
        limit=limit,
        standing=rest,
        vehicle=vehicle,
        tempo=tempo,
    )


@dataclass(frozen=True)
class Way:
    """A way through cells (n, 2) with `arrival` and `departure` (n,) [s] and `energy` (n,) [J] so
    far.

    `least_energy` [J] is a bound no way goes below; None where time was sought.
    """

    cells: NDArray[np.int64]
    arrival: Floats
    departure: Floats
    energy: Floats
    length: Floats
    least_energy: float | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def duration(self) -> float:
        """From the instant asked for to arrival [s]."""
        return float(self.arrival[-1])

    @property
    def waits(self) -> list[tuple[int, float, float]]:
        """Stops: index of the cell, when it is reached and when it is left [s]."""
        stand = self.departure - self.arrival
        return [
            (int(i), float(self.arrival[i]), float(self.departure[i]))
            for i in np.flatnonzero(stand > 1.0)
            if i < len(self.cells) - 1
        ]


def quickest(
    ground: Going, spells: Spells, step: float, start: Cell, goal: Cell, at: float = 0.0
) -> Way | None:
    """The way that arrives first, left at `at` [s] of the masks or later; None where none does."""
    arrivals = earliest_arrivals(spells, ground.seconds, step, start, at)
    return way_of(ground, arrivals, goal)


def way_of(ground: Going, arrivals: Arrivals, goal: Cell) -> Way | None:
    """The way to one cell out of earliest arrivals; None where none leads."""
    cells, arrival = arrivals.route(*goal)
    return None if len(cells) == 0 else _way(ground, cells, arrival)


def least_energy(
    ground: Going, spells: Spells, step: float, start: Cell, goal: Cell, at: float = 0.0
) -> Way | None:
    """Of several ways, each at its quickest, the one of least energy; None where none is open.

    Tried are the quickest way and the cheapest by weighted sums of energy and time over cells that
    are ever open. Not proven best: `least_energy` of the answer is a bound that leaves out waiting.
    """
    found = quickest(ground, spells, step, start, goal, at)
    if found is None:
        return None
    ever = (np.diff(spells.of) > 0).reshape(spells.shape)
    power = _mean_power(ground)
    closed = np.isinf(ground.seconds) | ~ever[:, :, None]
    table_seconds = np.where(closed, np.float32(1.0), ground.seconds)
    table_joules = np.where(closed, np.float32(1.0), ground.joules)
    bound = 0.0
    tried = [found]
    for weight in WEIGHTS:
        blend = weight * table_joules + (1.0 - weight) * power * table_seconds
        costs = np.where(closed, np.float32(np.inf), blend)
        path = cheapest_paths(costs, [start]).path(*goal)
        if weight == 1.0:
            bound = float(_along(ground.joules, path).sum())
        arrival = schedule(ground, spells, step, path, at)
        if arrival is not None:
            tried.append(_way(ground, path, arrival))
    best = min(tried, key=lambda way: float(way.energy[-1]))
    return Way(
        best.cells, best.arrival, best.departure, best.energy, best.length, least_energy=bound
    )


def schedule(
    ground: Going, spells: Spells, step: float, path: NDArray[np.int64], at: float
) -> Floats | None:
    """Arrivals (n,) [s] along given cells, each as early as its spells allow; None if they do not.

    The search is the same, over the moves of the path alone.
    """
    if len(path) == 0:
        return None
    only = np.full(ground.seconds.shape, np.inf, np.float32)
    moves = _moves(path)
    rows, columns = path[:-1, 0], path[:-1, 1]
    only[rows, columns, moves] = ground.seconds[rows, columns, moves]
    start, goal = tuple(map(int, path[0])), tuple(map(int, path[-1]))
    arrivals = earliest_arrivals(spells, only, step, start, at)
    cells, arrival = arrivals.route(*goal)
    return arrival if len(cells) == len(path) else None


def _way(ground: Going, cells: NDArray[np.int64], arrival: Floats) -> Way:
    seconds = _along(ground.seconds, cells)
    joules = _along(ground.joules, cells)
    departure = np.append(arrival[1:] - seconds, arrival[-1])
    standing = np.maximum(departure - arrival, 0.0)[:-1] * ground.standing
    flat = np.hypot(np.diff(cells[:, 0]) * ground.grid.dy, np.diff(cells[:, 1]) * ground.grid.dx)
    rise = np.diff(ground.heights[cells[:, 0], cells[:, 1]])
    return Way(
        cells=cells,
        arrival=arrival,
        departure=np.maximum(departure, arrival),
        energy=np.append(0.0, np.cumsum(joules + standing)),
        length=np.append(0.0, np.cumsum(np.hypot(flat, rise))),
    )


def _moves(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The move of `MOVES` from each cell to the next."""
    steps = np.diff(cells, axis=0)
    return np.argmax((steps[:, None, :] == MOVES[None]).all(axis=2), axis=1)


def _along(edges: NDArray[np.float32], cells: NDArray[np.int64]) -> Floats:
    """What each move along `cells` costs."""
    if len(cells) < 2:
        return np.empty(0)
    return edges[cells[:-1, 0], cells[:-1, 1], _moves(cells)].astype(np.float64)


def _mean_power(ground: Going) -> float:
    """Power [W] that makes energy and time of a level metre weigh the same."""
    level = going(ground.vehicle, np.zeros(1))
    return float(level.energy[0] * level.speed[0])


def why_closed(code: int, slope: float, limit: float) -> str:
    """Words for a cell nobody enters."""
    if code == UNKNOWN:
        return "its ground is unknown"
    if code == STEEP:
        steepness = f"{np.degrees(slope):.1f} deg"
        return f"its slope of {steepness} is over the limit of {np.degrees(limit):.1f} deg"
    if code == KEPT_OUT:
        return "it lies in a keep-out"
    return "it is open"


def open_ended(steps: int, shape: tuple[int, int]) -> Spells:
    """Spells of ground that is always open, for routes without light or contact."""
    return spells_of(np.ones((steps, *shape), np.bool_))
