"""The station written for simpy: a process a facility, and one for the bus that they share.

In every step each facility tells the bus what it has or wants, waits for the answer, and lives on
with it. One event answers all of them, which is the fastest way that leaves no order to chance. A
box is one process with its heater and its radiator. Each keeps its history, as our records do.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import simpy

from benchmarks._station import Station, read
from benchmarks._worker import serve

Process = Generator[simpy.Event, Any, None]


class Source:
    """Offers what its profile and its health give."""

    def __init__(self, bus: Bus, i: int) -> None:
        s = bus.station
        self.bus, self.profile = bus, (s.source_power[i] * s.step).tolist()
        self.minimum = float(s.source_minimum[i])
        self.health, self.left = 1.0, 0.0
        self.history: list[float] = []
        bus.env.process(self.run())

    def run(self) -> Process:
        step = self.bus.step
        for power in self.profile:
            able = self.left = power * self.health
            yield self.bus.ask()
            self.history.append(max(able - self.left, self.minimum * able) / step)
            yield self.bus.env.timeout(step)


class Sink:
    """A demand of a load or of a heater, and what it got."""

    def __init__(self, s: Station, k: int) -> None:
        self.most = float(s.sink_power[k]) * s.step
        self.heat = float(s.sink_heat[k])
        self.health, self.want, self.got = 1.0, 0.0, 0.0
        self.history: list[float] = []


class Load:
    """Wants its keep-alive and its service; what it gets warms its box."""

    def __init__(self, bus: Bus, sinks: list[Sink], box: Box) -> None:
        self.bus, self.sinks, self.box = bus, sinks, box
        bus.env.process(self.run())

    def run(self) -> Process:
        step = self.bus.step
        for _ in range(self.bus.station.steps):
            for sink in self.sinks:
                sink.want, sink.got = sink.most * sink.health, 0.0
            yield self.bus.ask()
            for sink in self.sinks:
                self.box.gathered += sink.heat * sink.got
                sink.history.append(sink.got / step)
            yield self.bus.env.timeout(step)


class Battery:
    """Loses and fades, offers its content above the floor, and takes up to its room."""

    def __init__(self, bus: Bus, i: int, box: Box) -> None:
        s = bus.station
        self.bus, self.box = bus, box
        self.size, self.content, self.floor = float(s.capacity[i]), float(s.initial[i]), s.floor[i]
        self.floor, self.rate = float(s.floor[i]), float(s.rate[i]) * s.step
        self.into, self.out = float(s.charge_efficiency[i]), float(s.discharge_efficiency[i])
        self.kept = float(s.kept[i])
        self.ageing, self.wear = float(s.fade_rate[i]) * s.step, float(s.fade_per_joule[i])
        self.none, self.span = float(s.charge_none[i]), float(s.charge_span[i])
        self.charge_health, self.discharge_health = 1.0, 1.0
        self.fade, self.give, self.spare, self.take = 0.0, 0.0, 0.0, 0.0
        self.charged, self.drawn = 0.0, 0.0
        self.history: list[tuple[float, float, float, float]] = []
        bus.env.process(self.run())

    def run(self) -> Process:
        step, reserve = self.bus.step, self.bus.station.reserve
        for _ in range(self.bus.station.steps):
            capacity = self.size * (1.0 - self.fade)
            lost = self.content * (1.0 - self.kept)
            self.content -= lost
            above = max(self.content - self.floor * capacity, 0.0)
            held = reserve * (1.0 - self.floor) * capacity
            self.give = min(above * self.out, self.rate * self.discharge_health)
            self.spare = max(above - held, 0.0) * self.out
            warmth = min(max((self.box.temperature - self.none) / self.span, 0.0), 1.0)
            room = max(capacity - self.content, 0.0) / self.into
            self.take = min(room, self.rate * self.charge_health * warmth)
            self.charged = self.drawn = 0.0
            yield self.bus.ask()
            change = self.into * self.charged - self.drawn / self.out
            self.content = max(self.content + change, 0.0)
            self.fade = min(self.fade + self.ageing + self.wear * self.drawn, 1.0)
            over = max(self.content - self.size * (1.0 - self.fade), 0.0)
            self.content -= over
            lost += over + (1.0 - self.into) * self.charged + (1.0 / self.out - 1.0) * self.drawn
            self.box.gathered += lost
            self.history.append((self.content, self.fade, self.charged / step, self.drawn / step))
            yield self.bus.env.timeout(step)

    def draw(self, wanted: float, vital: bool) -> float:
        part = min(self.give if vital else min(self.give, max(self.spare, 0.0)), wanted)
        self.give -= part
        self.spare -= part
        self.drawn += part
        return part


class Box:
    """A warm mass that asks its heater to hold the set point, behind a louvered radiator."""

    def __init__(self, bus: Bus, m: int, heater: Sink) -> None:
        self.bus, self.m, self.heater = bus, m, heater
        self.temperature, self.gathered = float(bus.station.warm[m]), 0.0
        self.history: list[tuple[float, float]] = []
        bus.env.process(self.run())

    def run(self) -> Process:
        s, m, step, heater = self.bus.station, self.m, self.bus.step, self.heater
        mass, legs, leak = float(s.heat_capacity[m]), float(s.conductance[m]), float(s.leak[m])
        shut, swing, cold = float(s.shut[m]), float(s.swing[m]), float(s.cold[m])
        per_kelvin, sky4 = float(s.per_kelvin[m]), float(s.sky4[m])
        setpoint, pull = float(s.setpoint[m]), float(s.pull[m])
        waste = 0.0
        series = (s.absorbed[m].tolist(), s.ground[m].tolist(), (s.surroundings[m] ** 4).tolist())
        for absorbed, ground, around4 in zip(*series, strict=True):
            warm = self.temperature
            cube = warm * warm * warm
            opening = min(max((warm - cold) * per_kelvin, 0.0), 1.0)
            strength = shut + opening * swing
            excess = warm * cube - sky4
            passive = absorbed + legs * (ground - warm) + leak * (around4 - warm * cube)
            passive -= strength * excess
            slope = -legs - 4.0 * (leak + strength) * cube
            if 0.0 < opening < 1.0:
                slope -= swing * per_kelvin * excess
            need = max(pull * (setpoint - warm) - waste - passive, 0.0) * step
            heater.want, heater.got = min(need, heater.most * heater.health), 0.0
            self.gathered = 0.0
            yield self.bus.ask()
            yield self.bus.env.timeout(step)
            # By now all that stands in the box has told what warmed it.
            waste = self.gathered / step
            total = waste + heater.got / step + passive
            change = step * total / (mass - step * slope)
            self.temperature += change
            heater.history.append(heater.got / step)
            self.history.append((self.temperature, passive + slope * change))


class Bus:
    """Serves by rank from sources, then batteries; fills batteries; sources that must run do."""

    def __init__(self, env: simpy.Environment, station: Station) -> None:
        self.env, self.station, self.step = env, station, station.step
        self.asked, self.everybody, self.answer = 0, env.event(), env.event()
        self.sinks = [Sink(station, k) for k in range(len(station.sink_power))]
        heaters = [self.sinks[k] for k in station.heater]
        # Boxes come first, so that batteries read the temperature of this moment.
        self.boxes = [Box(self, m, heater) for m, heater in enumerate(heaters)]
        self.sources = [Source(self, i) for i in range(len(station.source_power))]
        self.batteries = [
            Battery(self, i, self.boxes[station.battery_box[i]])
            for i in range(len(station.capacity))
        ]
        self.loads = []
        for load in range(int(station.sink_load.max()) + 1):
            own = [k for k, of in enumerate(station.sink_load) if of == load]
            box = self.boxes[station.sink_box[own[0]]]
            self.loads.append(Load(self, [self.sinks[k] for k in own], box))
        self.ranks = [[self.sinks[k] for k in rank] for rank in station.ranks()]
        self.facilities = (
            len(self.boxes) + len(self.sources) + len(self.batteries) + len(self.loads)
        )
        env.process(self.run())
        env.process(self.fail())

    def ask(self) -> simpy.Event:
        """The event that answers a facility once all have asked."""
        self.asked += 1
        if self.asked == self.facilities:
            self.everybody.succeed()
        return self.answer

    def fail(self) -> Process:
        """Failures and repairs, just before the step that they come with."""
        s = self.station
        parts: list[tuple[object, str]] = [
            (part, "health") for part in [*self.sources, *self.sinks]
        ]
        parts += [(b, "charge_health") for b in self.batteries]
        parts += [(b, "discharge_health") for b in self.batteries]
        for step, part, health in zip(s.event_step, s.event_part, s.event_health, strict=True):
            yield self.env.timeout(max(step * self.step - 1.0 - self.env.now, 0.0))
            where, what = parts[part]
            setattr(where, what, float(health))

    def run(self) -> Process:
        for _ in range(self.station.steps):
            yield self.everybody
            for rank, sinks in enumerate(self.ranks):
                self.serve(sinks, vital=rank < self.station.vital)
            for battery in self.batteries:
                for source in self.sources:
                    part = min(source.left, battery.take)
                    source.left -= part
                    battery.take -= part
                    battery.charged += part
            answer, self.answer = self.answer, self.env.event()
            self.asked, self.everybody = 0, self.env.event()
            answer.succeed()

    def serve(self, sinks: list[Sink], vital: bool) -> None:
        wanted = sum(sink.want for sink in sinks)
        if wanted > 0.0:
            share = self.take(wanted, vital) / wanted
            for sink in sinks:
                sink.got = share * sink.want

    def take(self, wanted: float, vital: bool) -> float:
        """As much of what is wanted as can be had."""
        came = 0.0
        for source in self.sources:
            part = min(source.left, wanted - came)
            source.left -= part
            came += part
            if came >= wanted:
                return wanted
        for battery in self.batteries:
            came += battery.draw(wanted - came, vital)
        return came


class Simulator:
    """One case from the numbers to its whole history."""

    def __init__(self, station: Station) -> None:
        self.station = station

    def run(self) -> None:
        env = simpy.Environment()
        self.bus = Bus(env, self.station)
        env.run(until=self.station.steps * self.station.step + 1.0)

    def outcome(self) -> dict[str, Any]:
        """Energy that loads got [J], and what the batteries hold [J]."""
        loads = (sink for load in self.bus.loads for sink in load.sinks)
        served = sum(sum(sink.history) for sink in loads) * self.bus.step
        return {"served": [served], "content": [[b.content for b in self.bus.batteries]]}


if __name__ == "__main__":
    simulator = Simulator(read(Path(sys.argv[1])))
    serve(simulator.run, simulator.outcome)
