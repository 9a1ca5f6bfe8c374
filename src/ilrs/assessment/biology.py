"""What is alive at the station: how long it lived, in what air, and behind what dose.

The sample clock adds all time that the box is out of the range the sample bears; past what is
allowed the experiment has ended, and nothing after it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ilrs.components.biological_module import MADE, BiologicalModule
from ilrs.physics.dose import CYCLE, LAST_MAXIMUM, draw_storms
from ilrs.scenario.metrics import living
from ilrs.simulation.faults import stream

if TYPE_CHECKING:
    from ilrs.assessment.history import History

Floats = NDArray[np.float64]
DAY = 86400.0
SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Life:
    """A module from its arrival at step `first` to step `last`, at which it ended or the run did.

    Series (last - first,): `temperature` [K], `out` cumulated time out of range [s], `humidity`
    [1], `oxygen` given by leaves so far [kg], `dose` so far [Sv]. `storms` are the beginnings [s
    from arrival] and doses [Sv behind 10 kg/m2] of the events drawn.
    """

    module: BiologicalModule
    first: int
    last: int
    died: bool
    temperature: Floats
    out: Floats
    humidity: Floats
    oxygen: Floats
    dose: Floats
    storms: tuple[Floats, Floats]

    def before(self, until: int) -> int:
        """How many of its steps lie before step `until` of the run."""
        return int(np.clip(until - self.first, 0, self.last - self.first))


def lives(history: History) -> dict[str, Life]:
    """Of every facility with something alive that arrives within the run, its life."""
    found = {name: _life(history, name, part) for name, part in living(
        history.run.scenario
    ).items()}  # fmt: skip
    return {name: life for name, life in found.items() if life is not None}


def _life(history: History, name: str, part: str) -> Life | None:
    run, network = history.run, history.network
    module = run.scenario.facilities[name].components[part]
    assert isinstance(module, BiologicalModule)
    first = network.clock.index(run.scenario.missions[run.scenario.facilities[name].mission].date)
    if first >= history.count:
        return None
    node = network.nodes.index(f"{name}/heat")
    (mass,) = np.flatnonzero(network.masses.node == node)
    temperature = run.record.temperature[first:, mass]
    lost = module.lost_at(temperature, history.step)
    last = history.count if lost is None else first + lost + 1
    temperature = temperature[: last - first]
    outside = (temperature < module.cold) | (temperature > module.hot)
    out = np.cumsum(outside.astype(np.float64)) * history.step
    grow = network.flows.index(f"{name}/{part}.grow")
    per_joule = network.incidence[[network.nodes.index(f"{name}/{part}/oxygen")], :].toarray()
    oxygen = np.cumsum(run.record.flow[first:last, grow]) * per_joule[0, grow] * history.step
    times = np.arange(last - first + 1) * history.step
    storms = _storms(history, first, last)
    return Life(
        module=module,
        first=first,
        last=last,
        died=lost is not None,
        temperature=temperature,
        out=out,
        humidity=module.humidity(temperature, _turning(history, f"{name}/{part}", first, last)),
        oxygen=oxygen,
        dose=module.dose(times, storms)[1:],
        storms=storms,
    )


def _turning(history: History, component: str, first: int, last: int) -> Floats:
    """Share of their speed at which the fans turn; without fans the air stands."""
    names, flows = history.network.flows.names, history.network.flows
    if f"{component}.fans" not in names:
        return np.zeros(last - first)
    fans = names.index(f"{component}.fans")
    full = float(flows.cap[fans])
    return np.asarray(np.minimum(history.run.record.flow[first:last, fans] / full, 1.0))


def _storms(history: History, first: int, last: int) -> tuple[Floats, Floats]:
    """Particle events from step `first` on, the same in every run of a seed [s from there]."""
    clock = history.network.clock
    begins = float((clock.start - np.datetime64(LAST_MAXIMUM, "s")) / SECOND) + first * clock.step
    seed = int(stream(history.run.seed, "storms of the Sun").integers(2**31))
    # Drawn over the whole solar cycle, so that a shorter run has the same storms as a longer one.
    times, sizes = draw_storms(0.0, 3.0 * CYCLE, 0.0, seed)
    here = (times >= begins) & (times < begins + (last - first) * history.step)
    return times[here] - begins, sizes[here]


def survival(history: History, name: str, until: int) -> float:
    """Time that what is alive at a facility lived by the end of step `until`-1 [s]."""
    life = history.lives.get(name)
    return life.before(until) * history.step if life else float("nan")


def given(history: History, name: str, until: int) -> float:
    """Oxygen that leaves gave while they lived [kg]."""
    return _at(history, name, "oxygen", until)


def dose(history: History, name: str, until: int) -> float:
    """Dose equivalent behind the shield [Sv]."""
    return _at(history, name, "dose", until)


def in_range(history: History, name: str, until: int) -> float:
    """Share of the time lived with the humidity within its bounds [1]."""
    life = history.lives.get(name)
    if life is None or not life.before(until):
        return float("nan")
    air = life.humidity[: life.before(until)]
    return float(((air >= life.module.driest) & (air <= life.module.wettest)).mean())


def _at(history: History, name: str, series: str, until: int) -> float:
    life = history.lives.get(name)
    if life is None or not life.before(until):
        return float("nan")
    return float(getattr(life, series)[life.before(until) - 1])


def told(history: History) -> list[dict[str, Any]]:
    """What lived, for the summary: figures, and series of a value a day."""
    return [_told(history, name, life) for name, life in history.lives.items()]


def _told(history: History, name: str, life: Life) -> dict[str, Any]:
    module, step = life.module, history.step
    day = max(round(DAY / step), 1)
    ends = np.arange(day - 1, len(life.temperature), day)
    edges = np.arange(0, len(life.temperature), day)[: len(ends)]

    def least(series: Floats) -> list[float]:
        return [round(float(v), 4) for v in np.minimum.reduceat(series, edges)[: len(ends)]]

    def most(series: Floats) -> list[float]:
        return [round(float(v), 4) for v in np.maximum.reduceat(series, edges)[: len(ends)]]

    return {
        "facility": name,
        "component": living(history.run.scenario)[name],
        "title": history.run.scenario.facilities[name].title,
        "first_second": int(life.first * step),
        "last_second": int(life.last * step),
        "died": life.died,
        "lived_s": float((life.last - life.first) * step),
        "out_s": float(life.out[-1]),
        "allowed_s": module.allowed,
        "cold_k": module.cold,
        "hot_k": module.hot,
        "driest": module.driest,
        "wettest": module.wettest,
        "oxygen_kg": float(life.oxygen[-1]),
        "biomass_kg": float(life.oxygen[-1] * MADE["CH2O"]),
        "breath_kg_per_day": module.daily_breath(),
        "growth_kg_per_day": module.daily_oxygen(),
        "dose_sv": float(life.dose[-1]),
        "background_sv": float(module.dose_rate() * (life.last - life.first) * step),
        "shield_kg_per_m2": module.shield,
        "storms": [
            {"second": float(life.first * step + t), "sv_behind_10": float(d)}
            for t, d in zip(*life.storms, strict=True)
        ],
        "day_s": float(day * step),
        "coldest_k": least(life.temperature) if len(ends) else [],
        "warmest_k": most(life.temperature) if len(ends) else [],
        "driest_air": least(life.humidity) if len(ends) else [],
        "wettest_air": most(life.humidity) if len(ends) else [],
        "dose_by_day_sv": [round(float(v), 7) for v in life.dose[ends]],
    }


def happened(history: History) -> Iterator[tuple[int, str, str, str]]:
    """Where an experiment ended, and the great storms of the Sun."""
    for name, life in history.lives.items():
        title = history.run.scenario.facilities[name].title
        if life.died:
            hours = life.out[-1] / 3600.0
            side = "cold" if life.temperature[-1] < life.module.cold else "warm"
            text = (
                f"{title}: the experiment ends; its sample was out of range for {hours:.1f} h in "
                f"all, {life.module.allowed / 3600.0:g} h are allowed, at last too {side} "
                f"({life.temperature[-1]:.0f} K)"
            )
            yield life.last - 1, "experiment lost", name, text
        for second, size in zip(*life.storms, strict=True):
            if size >= 0.02:
                step = life.first + int(second // history.step)
                text = f"a storm of the Sun begins: {1e3 * size:.0f} mSv behind 10 kg/m2"
                yield step, "storm", name, text
