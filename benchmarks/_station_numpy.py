"""The station written for NumPy: each operation takes all facilities of a kind, and all cases.

Arrays have shape (cases, facilities). With one case this is a step written without loops over
facilities; with many it is the usual way to make Monte Carlo runs fast in NumPy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks._station import Floats, Ints, Station, read
from benchmarks._worker import serve


class Simulator:
    """All cases side by side, keeping their whole history."""

    def __init__(self, station: Station) -> None:
        self.station = s = station
        sinks, batteries, boxes = len(s.sink_power), len(s.capacity), len(s.heat_capacity)
        self.ranks = s.ranks()
        self.heater = s.heater
        self.sources = s.source_power.T * s.step
        self.able = s.sink_power * s.step
        self.rate = s.rate * s.step
        self.ground, self.absorbed = s.ground.T.copy(), s.absorbed.T.copy()
        self.around4 = s.surroundings.T**4
        # What a joule of each sink, and of each battery's charge and discharge, brings to a box.
        self.sink_heat = np.zeros((sinks, boxes))
        self.sink_heat[np.arange(sinks), s.sink_box] = s.sink_heat / s.step
        self.sink_heat[self.heater] = 0.0
        self.of_battery = np.zeros((batteries, boxes))
        self.of_battery[np.arange(batteries), s.battery_box] = 1.0 / s.step
        self.news: dict[int, Ints] = {
            int(t): np.nonzero(s.event_step == t)[0] for t in np.unique(s.event_step)
        }
        self.history: dict[str, Floats] = {}

    def run(self) -> None:
        s, cases = self.station, self.station.cases
        sources, sinks, batteries = len(s.source_power), len(s.sink_power), len(s.capacity)
        parts = np.cumsum([sources, sinks, batteries])
        health = np.ones((cases, sources + sinks + 2 * batteries))
        content = np.tile(s.initial, (cases, 1))
        fade = np.zeros((cases, batteries))
        warm = np.tile(s.warm, (cases, 1))
        waste = np.zeros_like(warm)
        self.history = history = self._history()
        for t in range(s.steps):
            for e in self.news.get(t, ()):
                health[s.event_case[e], s.event_part[e]] = s.event_health[e]
            of_source, of_sink, of_charge, of_discharge = np.split(health, parts, axis=1)

            capacity = s.capacity * (1.0 - fade)
            lost = content * (1.0 - s.kept)
            content = content - lost
            able = self.sources[t] * of_source
            left = able.copy()
            warmth = (warm[:, s.battery_box] - s.charge_none) / s.charge_span
            most = self.rate * of_charge * np.minimum(np.maximum(warmth, 0.0), 1.0)
            room = np.maximum(capacity - content, 0.0) / s.charge_efficiency
            above = np.maximum(content - s.floor * capacity, 0.0)
            held = s.reserve * (1.0 - s.floor) * capacity
            drawable = above * s.discharge_efficiency
            spare = np.maximum(above - held, 0.0) * s.discharge_efficiency
            give = np.minimum(drawable, self.rate * of_discharge)
            drawn = np.zeros_like(give)

            passive, slope = self._passive(t, warm)
            want = self.able * of_sink
            need = s.pull * (s.setpoint - warm) - waste - passive
            heat = np.maximum(need, 0.0) * s.step
            want[:, self.heater] = np.minimum(heat, want[:, self.heater])
            for rank, members in enumerate(self.ranks):
                wanted = want[:, members].sum(axis=1)
                from_sources = _in_order(wanted, left)
                left -= from_sources
                came = from_sources.sum(axis=1)
                may = give if rank < s.vital else np.minimum(give, np.maximum(spare - drawn, 0.0))
                more = _in_order(wanted - came, may)
                give -= more
                drawn += more
                came += more.sum(axis=1)
                share = np.divide(came, wanted, out=np.zeros(cases), where=wanted > 0.0)
                want[:, members] *= share[:, None]
            charge = _in_order(left.sum(axis=1), np.minimum(most, room))
            left -= _in_order(charge.sum(axis=1), left)
            done = able - left
            done += np.maximum(s.source_minimum * able - done, 0.0)

            content = content + s.charge_efficiency * charge - drawn / s.discharge_efficiency
            content = np.maximum(content, 0.0)
            fade = np.minimum(fade + s.fade_rate * s.step + s.fade_per_joule * drawn, 1.0)
            over = np.maximum(content - s.capacity * (1.0 - fade), 0.0)
            content -= over
            lost += over + (1.0 - s.charge_efficiency) * charge
            lost += (1.0 / s.discharge_efficiency - 1.0) * drawn
            waste = want @ self.sink_heat + lost @ self.of_battery
            heated = want[:, self.heater] / s.step
            change = s.step * (waste + heated + passive) / (s.heat_capacity - s.step * slope)
            warm = warm + change

            history["source"][t] = done
            history["sink"][t] = want
            history["charge"][t] = charge
            history["discharge"][t] = drawn
            history["content"][t] = content
            history["fade"][t] = fade
            history["temperature"][t] = warm
            history["passive"][t] = passive + slope * change

    def outcome(self) -> dict[str, list[float]]:
        """Energy that sinks got, heaters apart [J], and what the batteries hold [J]."""
        owed = self.station.sink_load >= 0
        served = self.history["sink"][:, :, owed].sum(axis=(0, 2))
        return {"served": served.tolist(), "content": self.history["content"][-1].tolist()}

    def _passive(self, t: int, warm: Floats) -> tuple[Floats, Floats]:
        """Heat into every box by sunlight, ground, insulation and radiator [W], and its slope."""
        s = self.station
        cube = warm * warm * warm
        fourth = warm * cube
        opening = np.minimum(np.maximum((warm - s.cold) * s.per_kelvin, 0.0), 1.0)
        strength = s.shut + opening * s.swing
        excess = fourth - s.sky4
        heat = self.absorbed[t] + s.conductance * (self.ground[t] - warm)
        heat += s.leak * (self.around4[t] - fourth) - strength * excess
        slope = -s.conductance - 4.0 * (s.leak + strength) * cube
        moving = (opening > 0.0) & (opening < 1.0)
        return heat, slope - moving * (s.swing * s.per_kelvin * excess)

    def _history(self) -> dict[str, Floats]:
        s = self.station
        batteries, boxes = len(s.capacity), len(s.heat_capacity)
        widths = {"source": len(s.source_power), "sink": len(s.sink_power)}
        widths |= dict.fromkeys(("charge", "discharge", "content", "fade"), batteries)
        widths |= dict.fromkeys(("temperature", "passive"), boxes)
        return {name: np.empty((s.steps, s.cases, n)) for name, n in widths.items()}


def _in_order(amount: Floats, limits: Floats) -> Floats:
    """An amount (cases,) dealt out to limits (cases, n), the first filled first."""
    before = np.cumsum(limits, axis=1) - limits
    return np.minimum(np.maximum(amount[:, None] - before, 0.0), limits)


if __name__ == "__main__":
    simulator = Simulator(read(Path(sys.argv[1])))
    serve(simulator.run, simulator.outcome)
