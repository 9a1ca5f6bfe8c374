"""Heat in the regolith of a whole map: many columns at once, the light streamed over time.

The law is that of `regolith` (Hayne et al. 2017, conductivity taken as its `fitted`), with what a
map allows: conductivity and heat capacity are those at the start of a step, one pass a step. Heat
still does not get lost: the temperature that a layer takes on is the one at which it holds what
came in, to second order. Sixteen columns advance together, so that a processor's wide registers
are full, and groups of them go to all cores; of time only the statistics asked for are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from ilrs.ground.regolith import (
    STEFAN_BOLTZMANN,
    Floats,
    Regolith,
    contact_conductivity,
    density,
    interpolation_nodes,
    layers,
)

Singles = NDArray[np.float32]
Blocks = Iterable[ArrayLike]
LANES = 16  # columns that advance together: two registers of eight doubles
_1, _2, _3, _4, _5 = (k * LANES for k in (1, 2, 3, 4, 5))


@dataclass(frozen=True)
class MapHeat:
    """What became of the columns (c,) of a map over a period.

    `lowest`, `highest`, `mean` (c,) [K] of the surface; `depth_mean`, `depth_lowest`,
    `depth_highest` (d, c) [K]; `at` (k, c) [K] the surface after the chosen steps; `surface` (c,)
    and `profile` (m, c) [K] the state after the last step, with which a run can go on; `steps`.
    """

    lowest: Floats
    highest: Floats
    mean: Floats
    depth_mean: Floats
    depth_lowest: Floats
    depth_highest: Floats
    at: Floats
    surface: Floats
    profile: Floats
    steps: int


def map_layers() -> Floats:
    """Thicknesses [m] of the 22 layers of a map's columns: 3 mm at the top, 2 m in all.

    Against the 31 layers of `regolith.layers`: under 0.5 K rms at the surface over a lunation.
    """
    return layers(0.003, 1.27, 2.0)


class Columns:
    """Columns of regolith under a map, stepped together; holds their present temperatures.

    `step` [s], `thickness` (m,) [m], `start` [K]: one number, (c,), or a profile (m, c). The state
    is kept in groups of 16 columns, (groups, m + 1, 16), the surface first.
    """

    def __init__(
        self,
        count: int,
        step: float,
        *,
        start: ArrayLike,
        regolith: Regolith | None = None,
        thickness: ArrayLike | None = None,
        surface: ArrayLike | None = None,
    ) -> None:
        if count < 1 or not (math.isfinite(step) and step > 0):
            raise ValueError("columns: at least one, and a step longer than 0 s")
        self.count, self.step = count, step
        self.regolith = regolith or Regolith()
        self.thickness = np.asarray(
            map_layers() if thickness is None else thickness, np.float64
        ).copy()
        if self.thickness.ndim != 1 or not (self.thickness > 0).all():
            raise ValueError("layers are thicker than 0 m")
        self.centres = np.cumsum(self.thickness) - 0.5 * self.thickness
        self._law = _law(self.thickness, self.centres, step, self.regolith)
        self._es = self.regolith.emissivity * STEFAN_BOLTZMANN
        self._cp = np.array(self.regolith.heat_capacity)
        groups = -(-count // LANES)
        self._state = np.empty((groups, self.thickness.size + 1, LANES))
        profile = np.asarray(start, np.float64)
        if profile.ndim == 1 and profile.shape != (count,):
            raise ValueError("a start is one temperature, one a column (c,) or layers (m, c)")
        self.profile = np.broadcast_to(profile, (self.thickness.size, count))
        self.surface = self.profile[0] if surface is None else np.asarray(surface, np.float64)

    @property
    def surface(self) -> Floats:
        """Temperature [K] of the surface, (c,)."""
        return self._state[:, 0, :].reshape(-1)[: self.count].copy()

    @surface.setter
    def surface(self, value: ArrayLike) -> None:
        self._state[:, 0, :] = _grouped(np.atleast_2d(np.asarray(value, np.float64)))[:, 0, :]

    @property
    def profile(self) -> Floats:
        """Temperatures [K] of the layers, (m, c)."""
        rows = self._state[:, 1:, :].transpose(1, 0, 2)
        return np.ascontiguousarray(rows.reshape(len(self.thickness), -1)[:, : self.count])

    @profile.setter
    def profile(self, value: ArrayLike) -> None:
        layers_now = np.asarray(value, np.float64)
        if not (np.isfinite(layers_now).all() and (layers_now > 0).all()):
            raise ValueError("temperatures at the start are above 0 K")
        self._state[:, 1:, :] = _grouped(layers_now)

    def advance(self, absorbed: ArrayLike, tally: Tally, carried: bool = False) -> None:
        """Step on under `absorbed` (n, c) [W/m^2], one row a step; add to the `tally`.

        With `carried` the tally also sums means and heat flows of all layers (half the speed).
        """
        flux = np.ascontiguousarray(np.atleast_2d(np.asarray(absorbed)), np.float32)
        if flux.ndim != 2 or flux.shape[1] != self.count:
            raise ValueError(f"absorbed flux has a row a step and {self.count} columns")
        if not _sound(flux):
            raise ValueError("absorbed flux is finite and not negative")
        ground = self.regolith
        snaps, rows = tally.chosen(len(flux))
        _advance(
            flux, self._state, self._law, self._es, ground.heat_flow, self._cp,
            tally.extremes, tally.index, tally.share, tally.depth, snaps, rows,
            tally.at, carried, tally.sums,
        )  # fmt: skip
        tally.steps += len(flux)


class Tally:
    """Running statistics of `Columns`: of the surface, at depths, and at chosen steps."""

    def __init__(
        self, columns: Columns, depths: ArrayLike = (), at_steps: Sequence[int] = ()
    ) -> None:
        below = np.atleast_1d(np.asarray(depths, np.float64))
        lowest = columns.centres[-1]
        if below.size and not (below.min() >= 0 and below.max() <= lowest):
            raise ValueError(f"depths lie between 0 and {lowest:.3g} m, the lowest layer's middle")
        self.index, self.share = interpolation_nodes(columns.centres, below)
        self.steps = 0
        self._at = np.asarray(at_steps, np.int64)
        groups = columns._state.shape[0]
        self._count = columns.count
        self.extremes = np.empty((groups, 3, LANES))  # lowest, highest, sum
        self.extremes[:, 0], self.extremes[:, 1], self.extremes[:, 2] = math.inf, -math.inf, 0.0
        self.depth = np.empty((groups, 3 * below.size, LANES))
        self.depth[:, 0::3], self.depth[:, 1::3], self.depth[:, 2::3] = math.inf, -math.inf, 0.0
        self.at = np.full((self._at.size, columns.count), math.nan)
        # of all nodes their temperature, then of each interface conductance and heat flow
        self.sums = np.zeros((groups, 3 * columns.thickness.size + 1, LANES))

    def chosen(self, steps: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the chosen steps those within the next `steps`, and their rows in `at`."""
        rows = np.flatnonzero((self._at >= self.steps) & (self._at < self.steps + steps))
        return self._at[rows] - self.steps, rows

    def flat(self, rows: Floats) -> Floats:
        """Rows (groups, k, 16) as (k, c)."""
        groups, kinds, lanes = rows.shape
        side = rows.transpose(1, 0, 2).reshape(kinds, groups * lanes)
        return np.ascontiguousarray(side[:, : self._count])

    def heat(self, columns: Columns) -> MapHeat:
        """The statistics so far, with the present state of the `columns`."""
        if not self.steps:
            raise ValueError("no flux was given: there is nothing to tell of")
        surface, depth = self.flat(self.extremes), self.flat(self.depth)
        return MapHeat(
            lowest=surface[0],
            highest=surface[1],
            mean=surface[2] / self.steps,
            depth_mean=depth[2::3] / self.steps,
            depth_lowest=depth[0::3],
            depth_highest=depth[1::3],
            at=self.at,
            surface=columns.surface,
            profile=columns.profile,
            steps=self.steps,
        )


def map_temperature(
    flux_blocks: Blocks,
    step: float,
    count: int,
    *,
    start: ArrayLike,
    depths: ArrayLike = (),
    at_steps: Sequence[int] = (),
    regolith: Regolith | None = None,
    thickness: ArrayLike | None = None,
) -> MapHeat:
    """Temperatures [K] of `count` columns under flux that comes in blocks (n, c) [W/m^2].

    `flux_blocks` gives what the ground absorbs at each `step` [s], cells innermost, in blocks of
    any length; no more than one is held. `start` [K] is one number, (c,), or layers (m, c), best
    from `settled_profile`. `depths` [m] and `at_steps` (counted from 0) choose what is kept.
    Solves the equations of `column_temperatures`, conductivity and heat capacity lagged one step
    (first order: at 30 minutes under
    0.15 K rms on the same layers, more where the Sun comes and goes). Holds for steps up
    to an hour at the poles.
    """
    columns = Columns(count, step, start=start, regolith=regolith, thickness=thickness)
    tally = Tally(columns, depths, at_steps)
    for block in flux_blocks:
        columns.advance(block, tally)
    return tally.heat(columns)


def settled_profile(
    period: Callable[[], Blocks],
    step: float,
    count: int,
    *,
    regolith: Regolith | None = None,
    thickness: ArrayLike | None = None,
    start: ArrayLike | None = None,
    cycles: int = 12,
    within: float = 0.05,
) -> Floats:
    """Layers' temperatures (m, c) [K] at the end of a `period` of flux that repeats for ever.

    `period()` gives the blocks (n, c) [W/m^2] anew each time; `start` [K] as in `map_temperature`,
    by default what balances the mean flux. See `settle` for `cycles` and `within`.
    """
    ground = regolith or Regolith()
    if start is None:
        start = _balance(period, count, ground)
    columns = Columns(count, step, start=start, regolith=ground, thickness=thickness)

    def run(tally: Tally) -> None:
        for block in period():
            columns.advance(block, tally, carried=True)
        if not tally.steps:
            raise ValueError("no flux was given: there is nothing to settle under")

    settle(columns, run, cycles=cycles, within=within)
    return columns.profile


def _balance(period: Callable[[], Blocks], count: int, ground: Regolith) -> Floats:
    """Temperatures [K] at which the mean flux of a `period` is radiated."""
    mean, steps = np.zeros(count), 0
    for block in period():
        rows = np.atleast_2d(np.asarray(block))
        mean += rows.sum(axis=0, dtype=np.float64)
        steps += len(rows)
    balance = (mean / max(steps, 1) + ground.heat_flow) / (ground.emissivity * STEFAN_BOLTZMANN)
    return np.asarray(np.maximum(balance**0.25, 10.0))


def settle(columns: Columns, run: Callable[[Tally], None], *, cycles: int, within: float) -> float:
    """Run a period again and again until `columns` begin it as they began it before.

    `run` steps them through the period, `carried`. After it they are shifted onto the mean profile
    that carries the heat flow, which diffusion would take centuries for. Settled is when no layer
    is off by more than `within` [K] from the cycle before, at most after so many `cycles`. (The
    shift itself does not die out: conductivity a step late bends the mean profile by up to 0.6 K,
    the same in each cycle.) Returns by how much [K] the last cycle was off.
    """
    off = math.inf
    for _ in range(cycles):
        before = columns.profile
        tally = Tally(columns)
        run(tally)
        _shift_to_balance(columns, tally)
        off = float(np.abs(columns.profile - before).max())
        if off < within:
            break
    return off


def _shift_to_balance(columns: Columns, tally: Tally) -> None:
    """Shift `columns` onto the mean profile that carries the heat flow.

    Over the period of the `tally` (advanced with `carried`) the mean flow through an interface is
    what the mean gradient carries, G dT, and a remainder r from conductivity's dependence on
    temperature. The profile that carries the heat flow Q: T[i+1] = T[i] + (Q - r[i])/G[i].
    """
    sums = tally.sums / tally.steps
    m = columns.thickness.size
    mean, conductance, through = sums[:, : m + 1], sums[:, m + 1 :: 2], sums[:, m + 2 :: 2]
    rest = through - conductance * np.diff(mean, axis=1)
    drops = (columns.regolith.heat_flow - rest) / conductance
    shift = mean[:, :1] + np.cumsum(drops, axis=1) - mean[:, 1:]
    state = columns._state[:, 1:]
    state += np.clip(shift, -0.5 * state, None)


def _grouped(rows: Floats) -> Floats:
    """Rows (k, c) in groups (groups, k, 16); the last group is filled up with the last column."""
    k, count = rows.shape
    groups = -(-count // LANES)
    padded = np.empty((k, groups * LANES))
    padded[:, :count] = rows
    padded[:, count:] = rows[:, -1:]
    return padded.reshape(k, groups, LANES).transpose(1, 0, 2)


def _law(dz: Floats, centres: Floats, step: float, ground: Regolith) -> Floats:
    """What the kernel needs of each layer (m, 4).

    Columns: conductance of the interface above at 0 K [W/m^2/K], its growth with T^3 of the node
    above and of the layer [W/m^2/K^4], mass a second of the step [kg/m^2/s].
    """
    gap = 0.5 * (dz + np.concatenate([[0.0], dz[:-1]]))
    contact = contact_conductivity(np.concatenate([[0.0], centres[:-1]]), ground) / gap
    grows = contact * ground.chi / 350.0**3
    mass = density(centres, ground) * dz / step
    return np.stack([contact, 0.75 * grows, 0.25 * grows, mass], axis=1)


@njit(cache=True, parallel=True)
def _sound(flux: Singles) -> bool:
    bad = 0
    for s in prange(flux.shape[0]):
        for c in range(flux.shape[1]):
            if not (0.0 <= flux[s, c] < np.inf):
                bad += 1
    return bad == 0


@njit(cache=True, inline="always", fastmath=True, error_model="numpy")
def _cp(t: float, c0: float, c1: float, c2: float, c3: float, c4: float) -> float:
    t = max(t, 2.0)
    return c0 + t * (c1 + t * (c2 + t * (c3 + t * c4)))


@njit(cache=True, parallel=True, fastmath=True, error_model="numpy")
def _advance(
    flux: Singles,
    state: Floats,
    law: Floats,
    es: float,
    heat_flow: float,
    cp: Floats,
    extremes: Floats,
    index: NDArray[np.int64],
    share: Floats,
    depth: Floats,
    snaps: NDArray[np.int64],
    snap_rows: NDArray[np.int64],
    at: Floats,
    carried: bool,
    sums: Floats,
) -> None:
    """Step all groups through the block; `state` and the statistics change in place."""
    # The sixteen columns advance together only if the compiler sees that rows do not overlap: hence
    # flat arrays, one slice of each a loop, and places in it that are known when compiling.
    c0, c1, c2, c3, c4 = cp[0], cp[1], cp[2], cp[3], cp[4]
    steps, count = flux.shape
    groups, nodes, _ = state.shape
    m = nodes - 1
    flat, edge, below, summed = state.ravel(), extremes.ravel(), depth.ravel(), sums.ravel()
    for group in prange(groups):
        t = flat[group * nodes * LANES : (group + 1) * nodes * LANES]
        span = edge[group * 3 * LANES : (group + 1) * 3 * LANES]
        # rows of a, b, g: layer i = a + b (node above), eliminated from the bottom; g is the
        # conductance of the interface above. The last row stands for what is under the bottom.
        w = np.empty((m + 1) * 3 * LANES)
        w[m * 3 * LANES :] = 0.0
        q = np.empty(2 * LANES)  # heat towards the surface, its fall with temperature
        above = np.empty(LANES)
        first = group * LANES
        width = min(LANES, count - group * LANES)
        for s in range(steps):
            for i in range(m - 1, -1, -1):
                k0, k1, k2, mass = law[i, 0], law[i, 1], law[i, 2], law[i, 3]
                inflow = heat_flow if i == m - 1 else 0.0
                here = t[i * LANES : (i + 2) * LANES]
                row = w[i * 3 * LANES : (i + 2) * 3 * LANES]
                for v in range(LANES):
                    u, x = here[v], here[_1 + v]
                    g = k0 + k1 * u * u * u + k2 * x * x * x
                    store = mass * _cp(x, c0, c1, c2, c3, c4)
                    under = row[_5 + v]
                    r = 1.0 / (store + g + under * (1.0 - row[_4 + v]))
                    row[v] = (store * x + inflow + under * row[_3 + v]) * r
                    row[_1 + v] = g * r
                    row[_2 + v] = g
            if width == LANES:
                for v in range(LANES):
                    q[v] = flux[s, first + v]
            else:
                for v in range(LANES):
                    q[v] = flux[s, first + min(v, width - 1)]
            for v in range(LANES):
                g = w[_2 + v]
                q[v] += g * w[v]
                q[_1 + v] = g * (1.0 - w[_1 + v])
            # q - slope T = es T^4 is concave and falling: Newton's method closes in from the right
            for _ in range(40):
                # the sum of squares, because the largest is not found in lanes
                left = 0.0
                for v in range(LANES):
                    x, slope = t[v], q[_1 + v]
                    cube = es * x * x * x
                    change = (q[v] - slope * x - cube * x) / (slope + 4.0 * cube)
                    new = x + change
                    t[v] = new if new > 1e-3 else 1e-3
                    left += change * change
                if left < 1e-8:
                    break
            for v in range(LANES):
                x = t[v]
                above[v] = x
                span[v] = min(span[v], x)
                span[_1 + v] = max(span[_1 + v], x)
                span[_2 + v] += x
            for i in range(m):
                here = t[(i + 1) * LANES : (i + 2) * LANES]
                row = w[i * 3 * LANES : (i * 3 + 2) * LANES]
                for v in range(LANES):
                    old = here[v]
                    new = row[v] + row[_1 + v] * above[v]
                    above[v] = new
                    # what came in is held: divided by the heat capacity half way, now known
                    held = _cp(old, c0, c1, c2, c3, c4)
                    held /= _cp(0.5 * (old + new), c0, c1, c2, c3, c4)
                    here[v] = old + (new - old) * held
            for d in range(index.size):
                here = t[index[d] * LANES : (index[d] + 2) * LANES]
                k = (group * index.size + d) * 3 * LANES
                row = below[k : k + 3 * LANES]
                for v in range(LANES):
                    x = here[v] + share[d] * (here[_1 + v] - here[v])
                    row[v] = min(row[v], x)
                    row[_1 + v] = max(row[_1 + v], x)
                    row[_2 + v] += x
            if carried:
                k = group * (3 * m + 1) * LANES
                mean = summed[k : k + (m + 1) * LANES]
                flow = summed[k + (m + 1) * LANES : k + (3 * m + 1) * LANES]
                for v in range((m + 1) * LANES):
                    mean[v] += t[v]
                for i in range(m):
                    here = t[i * LANES : (i + 2) * LANES]
                    row = w[(i * 3 + 2) * LANES : (i * 3 + 3) * LANES]
                    sums_of = flow[i * 2 * LANES : (i + 1) * 2 * LANES]
                    for v in range(LANES):
                        sums_of[v] += row[v]
                        sums_of[_1 + v] += row[v] * (here[_1 + v] - here[v])
            for k in range(snaps.size):
                if snaps[k] == s:
                    for v in range(width):
                        at[snap_rows[k], first + v] = t[v]
