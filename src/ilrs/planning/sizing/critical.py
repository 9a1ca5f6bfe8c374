"""Sizing over decades by their critical periods: solve on the worst stretches, walk the whole.

The programme on some stretches of time, with merged steps and stores that begin each stretch as
full as they like, leaves constraints out: its mass is a lower bound. The found sizes are walked
over every hour by rules; where that fails, the stretch since stores were last full is added and
solved again. When nothing new fails, stores (or everything) are enlarged until the walk of every
hour succeeds: that mass is feasible, and the two masses are the gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import PlanError
from ilrs.planning.sizing.dark import worst_deficit
from ilrs.planning.sizing.investment import Investment, Sized, least_mass
from ilrs.planning.sizing.walk import Plant, Walk, walk
from ilrs.planning.steps import PlanSteps, merge_steps

Floats = NDArray[np.float64]

BUS = "bus"
LONGEST = 12.0
"""Longest merged step [h]."""
TOLERANCE = 0.02
"""Profiles within this share of their peak may share a step."""
ROUNDS = 25
SEEDS = (1.2, 1.5, 2.0, 3.0)
"""Array to load ratios whose worst deficits are the first stretches."""
SEASON = 2400.0
"""First stretches that are longer than this [h] are left to later rounds."""
FULL = 0.999
HAIR = 2e-4
"""Sizes that fail by less than this share fail by merged steps and the solver's tolerance."""
SETTLED = 1e-5
"""A bound that grows by less than this share a round has settled."""
ADDED = 2
"""Stretches of each kind that a round adds."""
DEEP, AFTER = 6, 240
"""Of the deepest stretches this many are tried with an eclipse, and so many steps after them."""
WIDEST = 4.0
"""Enlarging beyond this factor is given up."""


@dataclass(frozen=True)
class Eclipse:
    """An eclipse from step `begins` within the stretch `first`..`last`-1 since stores were full."""

    first: int
    last: int
    begins: int


@dataclass(frozen=True)
class Outcome:
    """Feasible `sizes` with their masses and walk, and the `bound` no sizes are lighter than."""

    sizes: dict[str, float]
    masses: dict[str, float]
    mass: float
    bound: float
    cell_first: bool
    walk: Walk
    rounds: int
    pieces: tuple[tuple[int, int], ...]
    columns: int

    @property
    def gap(self) -> float:
        """How far the mass may be above the least, as a share of it."""
        return (self.mass - self.bound) / self.mass if self.mass else 0.0


def size_critical(
    problem: Investment,
    told: Callable[[int, float], None] | None = None,
    method: str = "simplex",
) -> Outcome:
    """The least mass of `problem`, whose steps are equal, and a plant that lives through it.

    Demands stand at `BUS`, where a battery may stand; a hydrogen `tank` hangs on `electrolyser` and
    `fuel_cell`; other conversions are cables to `BUS`. `told` hears of every round and its bound.
    Raises `PlanError` when nothing serves the demands.
    """
    hours = float(problem.hours[0])
    steps = _merged(problem)
    coarse = _coarse(problem, steps)
    pieces, eclipses = _join(_seeds(problem, hours), steps), set[Eclipse]()
    found, lived, rounds = None, None, 0
    for rounds in range(1, ROUNDS + 1):
        before = found.mass if found else 0.0
        found = least_mass(_with_eclipses(problem, coarse, pieces, eclipses), method)
        if told:
            told(rounds, found.mass)
        lived = _live(problem, found.size, hours)
        hair = {name: value * (1.0 + HAIR) for name, value in found.size.items()}
        if lived.good or found.mass <= before * (1.0 + SETTLED) or _live(problem, hair, hours).good:
            break
        more = _join([*_hours(pieces, steps), *_failures(lived.walk)], steps)
        if more == pieces and lived.eclipses <= eclipses:
            break
        pieces, eclipses = more, eclipses | lived.eclipses
    if found is None or lived is None:
        raise PlanError("no round of sizing was made")
    factor, lived = (found.size, lived) if lived.good else _enlarge(problem, found, hours)
    masses = masses_of(problem, factor)
    return Outcome(
        sizes=factor,
        masses=masses,
        mass=sum(masses.values()),
        bound=found.mass,
        cell_first=lived.cell_first,
        walk=lived.walk,
        rounds=rounds,
        pieces=tuple(_hours(pieces, steps)),
        columns=found.columns,
    )


def plant_of(problem: Investment, size: Mapping[str, float]) -> Plant:
    """The stores and converters of `problem` at `size`."""
    battery = next((s for s in problem.storages if s.name == "battery"), None)
    ways = {c.name: c for c in problem.conversions}
    split, burn = ways.get("electrolyser"), ways.get("fuel_cell")
    return Plant(
        battery=size.get("battery", 0.0),
        charge=size.get("battery.charge", np.inf),
        discharge=size.get("battery.discharge", np.inf),
        charge_efficiency=battery.charge_efficiency if battery else 1.0,
        discharge_efficiency=battery.discharge_efficiency if battery else 1.0,
        loss=battery.loss if battery else 0.0,
        tank=size.get("tank", 0.0) if burn else 0.0,
        split=size.get("electrolyser", 0.0),
        burn=size.get("fuel_cell", 0.0),
        split_efficiency=split.efficiency if split else 1.0,
        burn_efficiency=burn.efficiency if burn else 1.0,
    )


def supply_of(problem: Investment, size: Mapping[str, float]) -> Floats:
    """What arrives at `BUS` from sources there and over cables [kW], in every step."""
    total = np.zeros(len(problem.hours))
    cables = {
        c.origin: c for c in problem.conversions if c.target == BUS and c.origin != "hydrogen"
    }
    for s in problem.supplies:
        power = size[s.name] * s.profile
        if s.node != BUS:
            cable = cables[s.node]
            power = np.minimum(power, size[cable.name]) * cable.efficiency
        total += power
    return total


def masses_of(problem: Investment, size: Mapping[str, float]) -> dict[str, float]:
    """Masses [kg] of sizes by name."""
    out = {s.name: s.mass * size[s.name] for s in problem.supplies}
    for t in problem.storages:
        out[t.name] = t.mass * size[t.name]
        for what, mass in (("charge", t.charge_mass), ("discharge", t.discharge_mass)):
            if mass is not None:
                out[f"{t.name}.{what}"] = mass * size[f"{t.name}.{what}"]
    return out | {c.name: c.mass * size[c.name] for c in problem.conversions}


@dataclass(frozen=True)
class _Lived:
    walk: Walk
    cell_first: bool
    eclipses: frozenset[Eclipse]
    """Of the eclipses that it does not live through, the worst."""

    @property
    def good(self) -> bool:
        return not (self.walk.short.any() or self.eclipses)


def _live(problem: Investment, size: Mapping[str, float], hours: float) -> _Lived:
    """The walk of a plant, by the better order of its stores."""
    supply, plant = supply_of(problem, size), plant_of(problem, size)
    load = np.sum([d.power for d in problem.demands], axis=0)
    reserve = reserve_of(problem, size)
    plan = (supply, load, hours, plant)
    orders = (False, True) if {"tank", "battery"} <= set(size) else (False,)
    tried = [walk(*plan, reserve, order) for order in orders]
    best = int(np.argmin([t.short.sum() for t in tried]))
    lasting = round(problem.reserve_hours / hours)
    steady = np.sum(
        [size[s.name] * s.profile for s in problem.supplies if s.profile.min() > 0.0], axis=0
    )
    failed: list[tuple[float, Eclipse]] = []
    for first, last in _lowest(tried[best]) if lasting else ():
        begins = _worst_place(supply, first, last, lasting)
        dark = supply[first : last + AFTER].copy()
        part = slice(begins - first, begins - first + lasting)
        dark[part] = np.broadcast_to(steady, supply.shape)[begins : begins + lasting]
        lived = walk(dark, load[first : last + AFTER], hours, plant, 0.0, orders[best])
        if lived.short.any():
            end = first + int(np.flatnonzero(lived.short)[-1]) + 1
            failed.append((-float(lived.short.sum()), Eclipse(first, end, begins)))
    failed.sort(key=lambda pair: pair[0])
    return _Lived(tried[best], orders[best], frozenset(e for _, e in failed[:ADDED]))


def _lowest(lived: Walk) -> list[tuple[int, int]]:
    """The stretches in which least was held, each from full stores to its lowest step."""
    full = lived.held >= FULL * lived.held.max()
    edges = np.diff(np.concatenate([[False], ~full, [False]]).astype(np.int8))
    stretches = list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True))
    stretches.sort(key=lambda ab: float(lived.held[ab[0] : ab[1]].min()))
    return [
        (max(int(a) - 1, 0), int(a + np.argmin(lived.held[a:b])) + 1) for a, b in stretches[:DEEP]
    ]


def _worst_place(supply: Floats, first: int, last: int, lasting: int) -> int:
    """Where an eclipse takes most of what would have been used before the lowest step."""
    ends = min(last + lasting, len(supply))
    taken = np.convolve(supply[first:ends], np.ones(lasting), "valid")[: last - first + 1]
    return first + int(np.argmax(taken))


def worst_eclipse(problem: Investment, outcome: Outcome) -> int:
    """The step from which an eclipse leaves least in the stores of `outcome`."""
    lasting = round(problem.reserve_hours / float(problem.hours[0]))
    supply = supply_of(problem, outcome.sizes)
    (first, last), *_ = _lowest(outcome.walk) or [(0, 1)]
    return _worst_place(supply, first, last, max(lasting, 1))


def reserve_of(problem: Investment, size: Mapping[str, float]) -> float:
    """What stores keep for an eclipse [kWh], the rest of it coming from steady sources."""
    steady = sum(size[s.name] * float(s.profile.min()) for s in problem.supplies if s.node == BUS)
    return max(problem.reserve - steady * problem.reserve_hours, 0.0)


def _failures(lived: Walk) -> list[tuple[int, int]]:
    """Stretches from stores last full to the end of what was not served, those that lack most."""
    bad = lived.short > 0.0
    full = lived.held >= FULL * lived.held.max()
    last_full = np.maximum.accumulate(np.where(full, np.arange(bad.size), 0))
    ends = np.flatnonzero(bad & ~np.append(bad[1:], False))
    lacking: dict[int, tuple[float, int]] = {}
    for e in ends:
        first = int(last_full[e])
        lacking[first] = float(lived.short[first : e + 1].sum()), int(e) + 1
    worst = sorted(lacking, key=lambda a: -lacking[a][0])[:ADDED]
    return [(first, lacking[first][1]) for first in worst]


def _enlarge(problem: Investment, found: Sized, hours: float) -> tuple[dict[str, float], _Lived]:
    """The lighter of two feasible plants: with larger stores, or with more of everything."""
    fixed = set(problem.fixed or {})
    sources = {s.name for s in problem.supplies}
    lightest: tuple[float, dict[str, float], _Lived] | None = None
    for grown in (set(found.size) - sources - fixed, set(found.size) - fixed):

        def scaled(factor: float, grown: set[str] = grown) -> dict[str, float]:
            return {n: v * (factor if n in grown else 1.0) for n, v in found.size.items()}

        low, high = 1.0, 1.02
        while high <= WIDEST and not _live(problem, scaled(high), hours).good:
            low, high = high, 1.0 + 2.0 * (high - 1.0)
        if high > WIDEST:
            continue
        while high - low > 2e-4:
            middle = 0.5 * (low + high)
            if _live(problem, scaled(middle), hours).good:
                high = middle
            else:
                low = middle
        size = scaled(high)
        mass = sum(masses_of(problem, size).values())
        if lightest is None or mass < lightest[0]:
            lightest = (mass, size, _live(problem, size, hours))
    if lightest is None:
        raise PlanError(
            "rules without foresight do not carry the load with up to four times the least sizes",
            remedy="allow another storage, a second place, a reactor, or a lower share of the rest",
        )
    return lightest[1], lightest[2]


def _merged(problem: Investment) -> PlanSteps:
    rows = [s.profile / max(float(s.profile.max()), 1e-300) for s in problem.supplies]
    rows += [d.power / max(float(d.power.max()), 1e-300) for d in problem.demands]
    step = float(problem.hours[0]) * 3600.0
    nothing = np.zeros(0, dtype=np.int64)
    return merge_steps(np.array(rows), step, step, LONGEST * 3600.0, TOLERANCE, nothing)


def _coarse(problem: Investment, steps: PlanSteps) -> Investment:
    """The same over merged steps: their means keep all energy."""

    def mean(series: Floats) -> Floats:
        return np.asarray(steps.mean(series[None, :])[0])

    return replace(
        problem,
        hours=steps.length / 3600.0,
        supplies=[replace(s, profile=mean(s.profile)) for s in problem.supplies],
        demands=[replace(d, power=mean(d.power)) for d in problem.demands],
    )


def _with_eclipses(
    problem: Investment,
    coarse: Investment,
    pieces: list[tuple[int, int]],
    eclipses: set[Eclipse],
) -> Investment:
    """The coarse programme on `pieces`, and on stretches with an eclipse that follow in time."""
    lasting = round(problem.reserve_hours / float(problem.hours[0]))
    made, joined = coarse, list(pieces)
    for eclipse in sorted(eclipses, key=lambda e: (e.first, e.begins)):
        part = slice(eclipse.first, eclipse.last)
        dark = np.zeros(eclipse.last - eclipse.first, dtype=np.bool_)
        dark[eclipse.begins - eclipse.first :][:lasting] = True
        cut = replace(
            problem,
            hours=problem.hours[part],
            supplies=[
                replace(s, profile=np.where(dark & (s.profile.min() <= 0.0), 0.0, s.profile[part]))
                for s in problem.supplies
            ],
            demands=[replace(d, power=d.power[part]) for d in problem.demands],
        )
        tail = _coarse(cut, _merged(cut))
        joined.append((len(made.hours), len(made.hours) + len(tail.hours)))
        made = replace(
            made,
            hours=np.concatenate([made.hours, tail.hours]),
            supplies=[
                replace(a, profile=np.concatenate([a.profile, b.profile]))
                for a, b in zip(made.supplies, tail.supplies, strict=True)
            ],
            demands=[
                replace(a, power=np.concatenate([a.power, b.power]))
                for a, b in zip(made.demands, tail.demands, strict=True)
            ],
        )
    # Within a stretch that holds the eclipse nothing need be kept for another.
    whole = replace(made, pieces=joined)
    return replace(whole, reserve_until=len(coarse.hours))


def _seeds(problem: Investment, hours: float) -> list[tuple[int, int]]:
    """Worst deficits of a few array to load ratios, by the sum of all supplies' profiles."""
    light = sum(s.profile / max(float(s.profile.max()), 1e-300) for s in problem.supplies)
    spells = [worst_deficit(r * np.asarray(light) / len(problem.supplies), hours) for r in SEEDS]
    stretches = sorted(
        ((s.first, s.last) for s in spells if s.last > s.first), key=lambda ab: ab[1] - ab[0]
    )
    # Arrays that lose over years ask for years at once, which other ratios make needless.
    while len(stretches) > 1 and stretches[-1][1] - stretches[-1][0] > SEASON / hours:
        stretches.pop()
    return stretches or [(0, min(len(problem.hours), 24))]


def _join(stretches: list[tuple[int, int]], steps: PlanSteps) -> list[tuple[int, int]]:
    """Stretches of hours as stretches of merged steps, those that touch joined."""
    snapped = sorted(
        (
            int(np.searchsorted(steps.first, a, side="right")) - 1,
            int(np.searchsorted(steps.first, b, side="left")),
        )
        for a, b in stretches
    )
    joined: list[tuple[int, int]] = []
    for a, b in snapped:
        if joined and a <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
        else:
            joined.append((a, b))
    return joined


def _hours(pieces: list[tuple[int, int]], steps: PlanSteps) -> list[tuple[int, int]]:
    return [(int(steps.first[a]), int(steps.first[b])) for a, b in pieces]
