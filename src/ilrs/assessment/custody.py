"""Samples from site to Earth: who held each when and where, how warm it was, and what came home.

The record follows what was truly done. A sampler's box follows the temperature of the ground around
it with its lag; a cache holds its own temperature while its cooler is fed, else that of the ground;
an ascent vehicle on the ground takes that of the ground, and from lift-off its own. What is held by
a robot that is lost is lost with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.signal import lfilter

from ilrs.assessment.doing import Outcome
from ilrs.assessment.history import Floats, History
from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.components.component import Component
from ilrs.components.sample_cache import SampleCache
from ilrs.components.sampler import Sampler
from ilrs.ground.regolith import STEFAN_BOLTZMANN, Regolith
from ilrs.physics.homeward import Homeward
from ilrs.physics.samples import Held, Sample, brought_home_without, hand_over, packed, share_kept
from ilrs.planning.schedule.launches import out_of_plane, way_to_earth
from ilrs.scenario.checks_activities import EARTH
from ilrs.scenario.instants import written

ON_THE_WAY = "on the way"
HOME = "on Earth"
ABOARD = "on the way to Earth"
COLD = 110.0
"""Temperature [K] from which on warmth is counted: water ice lasts below it."""
POINTS = 2000
"""Points of a course of temperature at most: long spells are taken in means."""
DAY = 86400.0


@dataclass(frozen=True)
class Tube:
    """A sample with its record, the temperature [K] it has now, and its warmth so far.

    `kelvin_days` is the integral of its temperature, `warm_days` that above `COLD`; `kept` the
    share of volatiles that its seal let it keep.
    """

    sample: Sample
    batch: str
    temperature: float
    kelvin_days: float = 0.0
    warm_days: float = 0.0
    warmest: float = 0.0
    kept: float = 1.0
    fate: str = ""


def custody(history: History) -> dict[str, Any] | None:
    """The samples of a run and their records as plain data; None where none are to be taken."""
    return None if history.custody is None else history.custody.told()


def home(history: History, until: int) -> float:
    """The mass [kg] of samples that reached the Earth by the end of step `until`-1, tubes not
    counted; NaN where none are to be taken.
    """
    chain = history.custody
    if chain is None:
        return float("nan")
    return float(
        sum(
            tube.sample.mass
            for tube in chain.tubes.get(EARTH, [])
            if tube.sample.custody[-1].ends <= until * chain.step
        )
    )


class Chain:
    """The chain of custody, walked through in the order in which things were done."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.scenario = history.run.scenario
        self.step = float(history.step)
        self.end = history.count * self.step
        self.parts: dict[str, Component] = {
            f"{f}/{c}": part
            for f, box in self.scenario.facilities.items()
            for c, part in box.components.items()
        }
        cache = next((p for p in self.parts.values() if isinstance(p, SampleCache)), None)
        self.seal = cache or SampleCache.model_validate({})
        self.where = {name: list(self._stays(name)) for name in self._robots()}
        self.tubes: dict[str, list[Tube]] = {}
        self.flights: list[tuple[list[Sample], float]] = []
        """What each ascent had aboard, and how much [kg] it lifted at most."""
        self.returns: list[dict[str, Any]] = []
        """Of each ascent when it lifts off, what its way home takes, and when it lands."""
        self.seen: dict[str, float] = {}
        """Until when [s] the tubes of each holder are followed."""
        for outcome in sorted(history.outcomes, key=lambda o: (o.last, o.first)):
            if outcome.done:
                self._do(outcome)
        for holder in list(self.tubes):
            self._keep(holder, self._gone(holder) or self.end)

    # who is where

    def _robots(self) -> list[str]:
        names = {r for each in self.scenario.activities.values() for r in each.robots}
        return sorted(names)

    def _stays(self, robot: str) -> Iterator[tuple[float, str]]:
        """From when on [s] a robot is where, in order."""
        yield 0.0, self.scenario.facilities[robot].place
        for o in sorted(self.history.outcomes, key=lambda o: o.first):
            if robot not in o.entry.robots:
                continue
            sortie = next(
                (s for s in self.history.sorties.of(o.entry.activity) if s.vehicle.robot == robot),
                None,
            )
            if sortie is None:
                yield o.first * self.step, o.entry.origin
                continue
            a, b = sortie.span((o.first, o.last))
            yield a * self.step, ON_THE_WAY
            yield o.first * self.step, sortie.origin
            yield o.last * self.step, ON_THE_WAY
            yield b * self.step, sortie.vehicle.home

    def _gone(self, holder: str) -> float | None:
        """When a robot was lost for good [s]; None while it is there."""
        facility = holder.split("/", 1)[0]
        for incident in self.history.run.faults.incidents:
            if incident.failed and incident.mode.rpartition(".")[0].split("/", 1)[0] == facility:
                mode = next(m for m in self.history.network.failures if m.name == incident.mode)
                if mode.gone:
                    return incident.step * self.step
        return None

    # what is done

    def _do(self, outcome: Outcome) -> None:
        each = self.scenario.activities[outcome.entry.activity]
        begins, ends = outcome.first * self.step, outcome.last * self.step
        holder = each.owner
        if each.takes is not None:
            sampler = next(s for i in each.instruments if isinstance(s := self.parts[i], Sampler))
            place, material = outcome.entry.origin, each.takes.material
            taken = sampler.samples(outcome.entry.name, material, place, each.takes.count, begins)
            ends = max(ends, max(sample.sealed for sample in taken))
            self._keep(holder, ends)
            ground = self._ground(place)
            for sample in taken:
                warm = float(ground[self._index(sample.taken)])
                tube = Tube(sample, outcome.entry.name, warm, warmest=warm)
                self._give(holder, [self._warmed(tube, holder, place, sample.taken, ends)], ends)
        if each.hands_to is not None:
            for giver in (*each.robots, *each.instruments):
                if giver != each.hands_to and self.tubes.get(giver):
                    self._keep(giver, ends)
                    self._pass_on(giver, each.hands_to, ends)

    def _pass_on(self, giver: str, taker: str, at: float) -> None:
        """All that one holds is another's from an instant on; to Earth goes what can be lifted."""
        given = self.tubes.pop(giver)
        if taker != EARTH:
            self._keep(taker, at)
            self._give(taker, given, at)
            return
        flown = self._flown(giver, given, at)
        self._give(EARTH, [tube for tube in flown if tube.fate in (HOME, ABOARD)], self.end)
        left = [tube for tube in flown if tube.fate not in (HOME, ABOARD)]
        if left:
            self._give(giver, left, at)

    def _give(self, holder: str, tubes: list[Tube], at: float) -> None:
        self.tubes.setdefault(holder, []).extend(tubes)
        self.seen[holder] = at

    def _keep(self, holder: str, until: float) -> None:
        """Whoever holds samples holds them until an instant."""
        if holder == EARTH:
            return
        begins = self.seen.get(holder, until)
        lost = self._gone(holder)
        if lost is not None:
            until = min(until, lost)
        tubes = self.tubes.get(holder, [])
        if until > begins and tubes:
            for place, a, b in self._spells(holder, begins, until):
                tubes = [self._warmed(tube, holder, place, a, b) for tube in tubes]
        if lost is not None and lost <= until:
            tubes = [replace(tube, fate=f"lost with {holder}") for tube in tubes]
        self.tubes[holder] = tubes
        self.seen[holder] = max(until, begins)

    def _spells(
        self, holder: str, begins: float, ends: float
    ) -> Iterator[tuple[str, float, float]]:
        """Where a holder is between two instants: (place, from, to), in order."""
        robot = holder.split("/", 1)[0]
        place = self.scenario.facilities[robot].place
        stays = self.where.get(robot, [(0.0, place)])
        for k, (first, there) in enumerate(stays):
            last = stays[k + 1][0] if k + 1 < len(stays) else np.inf
            a, b = max(first, begins), min(last, ends)
            if b > a:
                yield there, a, b

    def _warmed(self, tube: Tube, holder: str, place: str, begins: float, ends: float) -> Tube:
        """A tube after a spell with somebody somewhere."""
        if ends <= begins or tube.fate:
            return tube
        around = self._around(holder, place, begins, ends)
        course = _following(tube.temperature, around, self._lag(holder), ends - begins)
        return self._after(tube, holder, place, begins, ends, course)

    def _after(
        self, tube: Tube, holder: str, place: str, begins: float, ends: float, course: Floats
    ) -> Tube:
        """The record of a spell in which the temperature took a `course` (n + 1,) [K]."""
        times = np.linspace(0.0, ends - begins, len(course))
        days = np.trapezoid(course, times) / DAY
        warm = np.trapezoid(np.maximum(course - COLD, 0.0), times) / DAY
        kept = share_kept(times, course, self.seal.leak, 150.0, self.seal.activation)
        sample = tube.sample
        held = Held(holder, place, begins, ends, float(course.max()))
        last = sample.custody[-1] if sample.custody else None
        if last is not None and (last.who, last.where) == (holder, place):
            longer = replace(last, ends=ends, warmest=max(last.warmest, held.warmest))
            sample = replace(sample, custody=(*sample.custody[:-1], longer))
        else:
            sample = hand_over(sample, held)
        return replace(
            tube,
            sample=sample,
            temperature=float(course[-1]),
            kelvin_days=tube.kelvin_days + float(days),
            warm_days=tube.warm_days + float(warm),
            warmest=max(tube.warmest, float(course.max())),
            kept=tube.kept * kept,
        )

    def _flown(self, giver: str, tubes: list[Tube], at: float) -> list[Tube]:
        """What a vehicle lifts and brings home; what it cannot lift stays with it."""
        vehicle = self.parts.get(giver)
        if not isinstance(vehicle, AscentVehicle):
            return tubes
        facility = self.scenario.facilities[giver.split("/", 1)[0]]
        place = self.scenario.places[facility.place]
        clock = self.history.network.clock
        there = clock.index(self.scenario.missions[facility.mission].arrives) * self.step
        offset = float(out_of_plane(self.scenario, giver, vehicle, clock, np.array([at]))[0])
        capacity = vehicle.payload(getattr(place, "latitude", 0.0), max(at - there, 0.0), offset)
        worth = {t.sample.name: t.sample.mass for t in tubes}
        lifted = {s.name for s in packed([t.sample for t in tubes], capacity, worth)}
        self.flights.append(([tube.sample for tube in tubes], capacity))
        way = way_to_earth(self.scenario, giver, vehicle, clock, at)
        lands = at + way.time
        if lifted:
            self.returns.append(self._return(giver, at, way))
        flown = []
        for tube in tubes:
            if tube.sample.name not in lifted:
                flown.append(replace(tube, fate="left behind: too heavy"))
                continue
            course = np.full(2, vehicle.hold)
            home = self._after(tube, giver, "in flight", at, lands, course)
            flown.append(replace(home, fate=HOME if lands <= self.end else ABOARD))
        return flown

    def _return(self, vehicle: str, at: float, way: Homeward) -> dict[str, Any]:
        """A return as plain data."""
        return {
            "vehicle": vehicle,
            "lifts_off": self._instant(at),
            "climb_s": way.climb,
            "phasing_s": way.phasing,
            "docking_s": way.docking,
            "wait_s": way.wait,
            "transfer_s": way.transfer,
            "lands": self._instant(at + way.time),
        }

    # how warm it is

    def _ground(self, place: str) -> Floats:
        around = self.history.run.environment.surroundings(place)
        assert around is not None  # activities are on the ground
        return around.ground_temperature

    def _index(self, second: float) -> int:
        return min(int(second // self.step), self.history.count - 1)

    def _around(self, holder: str, place: str, begins: float, ends: float) -> Floats:
        """What a holder's box tends to [K], over the steps of a spell (n,)."""
        a, b = self._index(begins), self._index(ends - 1e-6) + 1
        part = self.parts.get(holder)
        facility = self.scenario.facilities[holder.split("/", 1)[0]]
        # On the way it is as warm as at home, which is sunlit where the site is cold.
        ground = self._ground(facility.place if place == ON_THE_WAY else place)[a:b]
        if not isinstance(part, SampleCache):
            return ground
        name = f"{holder}.keep_alive"
        if name not in self.history.network.flows.names:
            return np.full(b - a, part.temperature)
        fed = self.history.run.record.flow[a:b, self.history.network.flows.index(name)] > 0.0
        return np.where(fed, part.temperature, ground)

    def _lag(self, holder: str) -> float:
        """How long [s] the box of a holder takes to follow what is around it."""
        box = self.scenario.facilities[holder.split("/", 1)[0]]
        lags = [p.lag for p in box.components.values() if isinstance(p, Sampler)]
        return max(lags, default=0.0)

    # what is told

    def told(self) -> dict[str, Any]:
        """The record as plain data."""
        tubes = sorted(
            ((holder, tube) for holder, held in self.tubes.items() for tube in held),
            key=lambda pair: (pair[1].sample.taken, pair[1].sample.name),
        )
        rows = [self._row(holder, tube) for holder, tube in tubes]
        return {
            "count": len(rows),
            "masses_kg": {
                "taken": _mass(rows),
                "cached": _mass([r for r in rows if _ever(r, self.parts, SampleCache)]),
                "aboard": _mass([r for r in rows if _ever(r, self.parts, AscentVehicle)]),
                "home": _mass([r for r in rows if r["fate"] == HOME]),
                "lost": _mass([r for r in rows if r["fate"].startswith("lost")]),
            },
            "ways_home": self._ways_home(),
            "returns": self.returns,
            "home_without_kg": self._home_without(),
            "cold_above_k": COLD,
            "unlit_ground_k": _unlit(Regolith()),
            "without_glow": self._without_glow(),
            "seal": f"loss of {self.seal.leak:g} a second at 150 K, by Arrhenius",
            "samples": rows,
        }

    def _without_glow(self) -> list[str]:
        """Sites of samples to which nobody knows what the terrain around sends."""
        known = self.history.run.environment.certificate["glow"]
        sites = {tube.sample.site for tubes in self.tubes.values() for tube in tubes}
        return sorted(site for site in sites if known.get(site) is None)

    def _home_without(self) -> dict[str, float]:
        """The mass [kg] that came home, and what would have with each collector lost instead."""
        home: dict[str, float] = {}
        collectors = {s.name: s.custody[0].who for samples, _ in self.flights for s in samples}
        for lost in ("", *sorted(set(collectors.values()))) if collectors else ():
            home[lost] = 0.0
            for samples, capacity in self.flights:
                case = brought_home_without(samples, collectors, capacity)
                home[lost] += case.get(lost, case[""])
        return home

    def _ways_home(self) -> dict[str, dict[str, float]]:
        """Of every vehicle the orbiter's departure from the Moon and its entry at the Earth."""
        ways = {name: part.way_home() for name, part in self.parts.items()
                if isinstance(part, AscentVehicle)}  # fmt: skip
        return {
            name: {
                "delta_v_m_s": way.delta_v,
                "speed_window_m_s": way.speed_window,
                "entry_speed_m_s": way.entry_speed,
                "transfer_days": way.time / DAY,
            }
            for name, way in ways.items()
        }

    def _row(self, holder: str, tube: Tube) -> dict[str, Any]:
        sample = tube.sample
        return {
            "name": sample.name,
            "batch": tube.batch,
            "material": sample.material,
            "site": sample.site,
            "mass_kg": sample.mass,
            "gross_kg": sample.gross,
            "taken": self._instant(sample.taken),
            "sealed": self._instant(sample.sealed),
            "holder": sample.custody[-1].who if tube.fate == ABOARD else holder,
            "fate": tube.fate or f"with {holder}",
            "warmest_k": tube.warmest,
            "kelvin_days": tube.kelvin_days,
            "warm_kelvin_days": tube.warm_days,
            "volatiles_kept": tube.kept,
            "custody": [
                {
                    "who": held.who,
                    "where": held.where,
                    "begins": self._instant(held.begins),
                    "ends": self._instant(held.ends),
                    "warmest_k": held.warmest,
                }
                for held in sample.custody
            ],
        }

    def _instant(self, second: float) -> str:
        start = self.history.network.clock.start
        return written(start + np.timedelta64(round(second), "s"))


def _following(first: float, around: Floats, lag: float, length: float) -> Floats:
    """The course (n + 1,) [K] of what begins at `first` [K] and follows `around` (m,) [K].

    Exact for an `around` that is constant over each n-th of the `length` [s]; `lag` [s].
    """
    edges = np.unique(np.linspace(0, len(around), min(len(around), POINTS) + 1).astype(np.int64))
    means = np.add.reduceat(around, edges[:-1]) / np.diff(edges)
    if lag <= 0.0:
        return np.concatenate([means[:1], means])
    stays = float(np.exp(-length / len(means) / lag))
    course, _ = lfilter([1.0 - stays], [1.0, -stays], means, zi=[stays * first])
    return np.concatenate([[first], course])


def _unlit(ground: Regolith) -> float:
    """The temperature [K] of ground that gets no light: (q / (eps sigma))^(1/4) by its own heat."""
    return float((ground.heat_flow / (ground.emissivity * STEFAN_BOLTZMANN)) ** 0.25)


def _mass(rows: list[dict[str, Any]]) -> float:
    return float(sum(row["mass_kg"] for row in rows))


def _ever(row: dict[str, Any], parts: dict[str, Component], kind: type[Component]) -> bool:
    return any(isinstance(parts.get(held["who"]), kind) for held in row["custody"])
