"""The series of a run that metrics are made of, computed once."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ilrs.components.radio import Radio
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.operations.authority import MOON, earth_heard
from ilrs.operations.prediction import telemetry
from ilrs.operations.run import Run
from ilrs.planning.schedule.sorties import Sorties
from ilrs.scenario.instants import parse_instant
from ilrs.scenario.metrics import metric_names

if TYPE_CHECKING:
    from ilrs.assessment.biology import Life
    from ilrs.assessment.campaigns import Measured
    from ilrs.assessment.custody import Chain
    from ilrs.assessment.doing import Outcome

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SERVED = 1e-6
"""Share of a demand that may be missing for it to count as served (rounding)."""
DARK = 0.01
"""Arrays below this share of their peak count as dark."""


class History:
    """What happened in a run, as series over steps, shape (count,) unless said."""

    def __init__(self, run: Run) -> None:
        """Of `run`; nothing is computed before it is asked for."""
        self.run = run
        self.network = run.truth
        self.step = float(run.truth.clock.step)
        self.count = run.truth.clock.count

    @cached_property
    def metric_units(self) -> dict[str, str]:
        """The unit of every metric that exists in the station."""
        return metric_names(self.run.scenario)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of every scheduled time of an activity."""
        from ilrs.assessment.doing import outcomes

        return outcomes(self)

    @cached_property
    def custody(self) -> Chain | None:
        """Who held which samples when; None where none are to be taken."""
        from ilrs.assessment.custody import Chain

        taken = any(each.takes for each in self.run.scenario.activities.values())
        return Chain(self) if taken else None

    @cached_property
    def sorties(self) -> Sorties:
        """What vehicles do away from their places."""
        return Sorties(self.run.scenario, self.run.environment)

    @cached_property
    def measured(self) -> dict[str, Measured]:
        """Of every campaign what its batches measured."""
        from ilrs.assessment.campaigns import measured

        return measured(self)

    @cached_property
    def lives(self) -> dict[str, Life]:
        """Of every facility with something alive, its life."""
        from ilrs.assessment.biology import lives

        return lives(self)

    @cached_property
    def firm(self) -> NDArray[np.int64]:
        """Sinks that are owed electricity."""
        sinks, flows = self.network.sinks, self.network.flows
        carriers = [flows.carriers[f] for f in flows.of("sink")]
        electric = np.array([c == "electricity" for c in carriers], dtype=np.bool_)
        return np.nonzero(~sinks.flexible & ~sinks.dump & electric)[0]

    def energy(self, sinks: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Energy wanted and served by some sinks up to the end of every step [J]."""
        first = self.network.flows.first["sink"]
        wanted = self.run.record.wanted[:, sinks].sum(axis=1)
        served = self.run.record.flow[:, first + sinks].sum(axis=1)
        return np.cumsum(wanted) * self.step, np.cumsum(served) * self.step

    @cached_property
    def keep_alive(self) -> tuple[Floats, Floats]:
        """Keep-alive energy wanted and served up to the end of every step [J]."""
        return self.energy(self.firm[self.network.sinks.priority[self.firm] == KEEP_ALIVE])

    @cached_property
    def service(self) -> tuple[Floats, Floats]:
        """Service energy wanted and served up to the end of every step [J]."""
        return self.energy(self.firm[self.network.sinks.priority[self.firm] != KEEP_ALIVE])

    @cache  # noqa: B019 - a history lives as long as its judgement
    def facility(self, name: str) -> tuple[Floats, Floats]:
        """A facility's energy wanted and served up to the end of every step [J]."""
        names = [self.network.flows.names[f] for f in self.network.flows.of("sink")]
        own = np.array([n.split("/", 1)[0] == name for n in names], dtype=np.bool_)
        return self.energy(self.firm[own[self.firm]])

    @cached_property
    def short(self) -> Bools:
        """Steps in which keep-alive loads got less than they wanted."""
        wanted, served = (np.diff(s, prepend=0.0) for s in self.keep_alive)
        return wanted - served > SERVED * np.maximum(wanted, 1.0)

    @cached_property
    def reserve(self) -> Floats:
        """Share of drawable energy left in the stores that have arrived."""
        stores, record = self.network.stores, self.run.record
        drawable, full = np.zeros(self.count), np.zeros(self.count)
        steps = np.arange(self.count)
        for s, weight in enumerate(stores.reserve_weight):
            if weight > 0.0:
                here = steps >= stores.arrival[s]
                capacity = stores.capacity[s] * (1.0 - record.fade[:, s]) * here
                floor = stores.floor[s] * capacity
                drawable += weight * np.maximum(record.content[:, s] - floor, 0.0) * here
                full += weight * (capacity - floor)
        return np.where(full > 0.0, drawable / np.maximum(full, 1e-300), np.nan)

    @cached_property
    def warmth(self) -> Floats:
        """Least distance of any warm mass from its limits [K]; infinite before any arrives."""
        masses, temperature = self.network.masses, self.run.record.temperature
        inside = np.minimum(temperature - masses.minimum, masses.maximum - temperature)
        here = np.arange(self.count)[:, None] >= masses.arrival
        return np.where(here, inside, np.inf).min(axis=1, initial=np.inf)

    @cache  # noqa: B019 - a history lives as long as its judgement
    def data(self, data_class: str) -> tuple[Floats, Floats, Floats]:
        """Data of a class produced, delivered and lost up to the end of every step [bit]."""
        produced, taken = telemetry(self.network, self.run.record, data_class)
        flows, sinks = self.network.flows, self.network.sinks
        gone = [
            f
            for k, f in enumerate(flows.of("sink"))
            if sinks.dump[k] and flows.carriers[f] == f"data.{data_class}"
        ]
        lost = np.cumsum(self.run.record.flow[:, gone].sum(axis=1)) * self.step
        return produced, taken - lost, lost

    @cache  # noqa: B019 - a history lives as long as its judgement
    def latency(self, data_class: str) -> tuple[Floats, Floats]:
        """Latency [s] of what every step delivered, and how much that was [bit]; first in, first
        out.

        What is delivered up to a step was produced by when as much was produced and not lost. To a
        step; light time (1.3 s) is inside.
        """
        produced, delivered, lost = self.data(data_class)
        kept = np.maximum.accumulate(produced - lost)
        amount = np.diff(delivered, prepend=0.0)
        middle = delivered - amount / 2.0
        ends = (np.arange(self.count) + 1.0) * self.step
        grows = np.concatenate([[True], np.diff(kept) > 0.0])
        made = np.interp(middle, kept[grows], ends[grows] - self.step / 2.0)
        return np.maximum(ends - self.step / 2.0 - made, 0.0), amount

    @cached_property
    def autonomous(self) -> Bools:
        """Steps in which a living, powered computer on the Moon holds authority."""
        held = self.run.authority == MOON
        names = [self.network.flows.names[f] for f in self.network.flows.of("sink")]
        first = self.network.flows.first["sink"]
        fed = np.zeros(self.count, dtype=np.bool_)
        for controller in self.network.controllers:
            k = names.index(controller.powered_by)
            wanted = self.run.record.wanted[:, k]
            served = self.run.record.flow[:, first + k]
            fed |= (wanted > 0.0) & (served >= (1.0 - SERVED) * wanted)
        return held & fed

    @cached_property
    def contact(self) -> Bools:
        """Steps in which there is a way to Earth."""
        heard = earth_heard(self.run.scenario, self.run.environment)
        return heard & ~self.silent

    @cached_property
    def silent(self) -> Bools:
        """Steps in which an activity keeps every radio of some facility from sending."""
        found = np.zeros(self.count, dtype=np.bool_)
        for each in self.run.schedule.entries if self.run.schedule else ():
            quiet = set(self.run.scenario.activities[each.activity].silences)
            for box in {name.split("/", 1)[0] for name in quiet}:
                parts = self.run.scenario.facilities[box].components.items()
                if {f"{box}/{c}" for c, part in parts if isinstance(part, Radio)} <= quiet:
                    first, last = (step_of(self.network.clock, t) for t in (each.begins, each.ends))
                    found[first:last] = True
        return found

    @cached_property
    def dark(self) -> Bools:
        """Steps in which every solar array present gives next to nothing."""
        arrays = self.arrays
        lit = np.zeros(self.count, dtype=np.bool_)
        for f in arrays:
            power = self.network.capacity(f)
            lit |= power > DARK * max(float(power.max(initial=0.0)), 1e-300)
        return ~lit if arrays else np.zeros(self.count, dtype=np.bool_)

    @cached_property
    def arrays(self) -> list[int]:
        """Sources that are solar arrays."""
        return [
            f
            for f in self.network.flows.of("source")
            if self._kind(self.network.flows.names[f]) == "solar_array"
        ]

    def _kind(self, name: str) -> str:
        facility, _, part = name.partition("/")
        return self.run.scenario.facilities[facility].components[part.partition(".")[0]].kind


def spells(flag: Bools) -> list[tuple[int, int]]:
    """Runs of True in `flag` as half-open (first, last) pairs, in order."""
    edges = np.diff(np.concatenate([[0], flag.astype(np.int8), [0]]))
    first, last = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    return list(zip(first.tolist(), last.tolist(), strict=True))


def longest(flag: Bools) -> int:
    """Length of the longest run of True."""
    return max((last - first for first, last in spells(flag)), default=0)


def step_of(clock: Clock, text: str) -> int:
    """The step of `clock` that begins at an instant."""
    return round(float((parse_instant(text) - clock.start) / np.timedelta64(1, "s")) / clock.step)
