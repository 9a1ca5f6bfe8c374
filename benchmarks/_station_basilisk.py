"""The station written for Basilisk: a compiled module a facility, and one for the bus, by messages.

Basilisk's own power modules know neither priorities nor warm boxes, so these are its compiled
`NumbaModel`s, scheduled by its C++ core in one task at the station's step. A facility first settles
the step before by the bus's answer, then says what it has or wants; one tick more settles the last
step. A box is one module with its heater and its radiator. Recorders keep the history.

Runs in an environment of its own that has the packages bsk and numba.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from Basilisk.architecture import messaging
from Basilisk.architecture.numbaModel import NumbaModel
from Basilisk.utilities import SimulationBaseClass, macros

from benchmarks._station import Station, read
from benchmarks._worker import serve

NEVER = 1 << 60


def readers(messages: list[Any]) -> list[Any]:
    """A reader of each message."""
    made = []
    for message in messages:
        reader = type(message).__name__ + "Reader"
        made.append(getattr(messaging, reader)())
        made[-1].subscribeTo(message)
    return made


def single(count: int) -> list[Any]:
    """Messages of one number."""
    return [messaging.PowerNodeUsageMsg() for _ in range(count)]


def triple(count: int) -> list[Any]:
    """Messages of three numbers."""
    return [messaging.PowerStorageStatusMsg() for _ in range(count)]


def news(model: NumbaModel, s: Station, parts: list[int]) -> None:
    """Put the failures and repairs of some parts into the memory of a model."""
    most = (
        max(int((s.event_part == p).sum()) for p in set(s.event_part)) if len(s.event_part) else 0
    )
    steps = np.full((len(parts), most + 1), NEVER)
    values = np.ones((len(parts), most + 1))
    for i, part in enumerate(parts):
        own = s.event_part == part
        steps[i, : own.sum()] = s.event_step[own]
        values[i, : own.sum()] = s.event_health[own]
    model.memory.news_step, model.memory.news_value = steps, values
    model.memory.news_next = np.zeros(len(parts), dtype=np.int64)
    model.memory.health = np.ones(len(parts))
    model.memory.tick = 0


class Source(NumbaModel):
    """Offers what its profile and its health give."""

    def __init__(self, s: Station, i: int) -> None:
        super().__init__()
        self.offerOutMsg, self.givenOutMsg = single(1)[0], single(1)[0]
        news(self, s, [i])
        self.memory.profile = np.append(s.source_power[i] * s.step, 0.0)
        self.memory.minimum, self.memory.able = float(s.source_minimum[i]), 0.0
        self.memory.step = s.step

    @staticmethod
    def UpdateStateImpl(leftInMsgPayload, offerOutMsgPayload, givenOutMsgPayload, memory):
        given = memory.able - leftInMsgPayload.netPower
        givenOutMsgPayload.netPower = max(given, memory.minimum * memory.able) / memory.step
        while memory.news_step[0, memory.news_next[0]] <= memory.tick:
            memory.health[0] = memory.news_value[0, memory.news_next[0]]
            memory.news_next[0] += 1
        memory.able = memory.profile[memory.tick] * memory.health[0]
        offerOutMsgPayload.netPower = memory.able
        memory.tick += 1


class Load(NumbaModel):
    """Wants its keep-alive and its service; what it gets warms its box."""

    def __init__(self, s: Station, own: list[int]) -> None:
        super().__init__()
        self.wantOutMsg, self.heatOutMsg = single(2), single(1)[0]
        sources = len(s.source_power)
        news(self, s, [sources + k for k in own] + [-1] * (2 - len(own)))
        self.memory.most, self.memory.heat = np.zeros(2), np.zeros(2)
        self.memory.most[: len(own)] = s.sink_power[own] * s.step
        self.memory.heat[: len(own)] = s.sink_heat[own]

    @staticmethod
    def UpdateStateImpl(gotInMsgPayload, wantOutMsgPayload, heatOutMsgPayload, memory):
        heat = 0.0
        for j in range(2):
            heat += memory.heat[j] * gotInMsgPayload[j].netPower
            while memory.news_step[j, memory.news_next[j]] <= memory.tick:
                memory.health[j] = memory.news_value[j, memory.news_next[j]]
                memory.news_next[j] += 1
            wantOutMsgPayload[j].netPower = memory.most[j] * memory.health[j]
        heatOutMsgPayload.netPower = heat
        memory.tick += 1


class Battery(NumbaModel):
    """Loses and fades, offers its content above the floor, and its room."""

    def __init__(self, s: Station, i: int) -> None:
        super().__init__()
        self.offerOutMsg, self.stateOutMsg = triple(1)[0], triple(1)[0]
        self.rateOutMsg, self.heatOutMsg = single(1)[0], single(1)[0]
        first = len(s.source_power) + len(s.sink_power)
        news(self, s, [first + i, first + len(s.capacity) + i])
        memory = self.memory
        memory.size, memory.content, memory.fade = float(s.capacity[i]), float(s.initial[i]), 0.0
        memory.floor, memory.rate, memory.lost = float(s.floor[i]), float(s.rate[i]) * s.step, 0.0
        memory.into, memory.out = float(s.charge_efficiency[i]), float(s.discharge_efficiency[i])
        memory.kept, memory.reserve = float(s.kept[i]), s.reserve
        memory.ageing, memory.wear = float(s.fade_rate[i]) * s.step, float(s.fade_per_joule[i])

    @staticmethod
    def UpdateStateImpl(
        answerInMsgPayload,
        offerOutMsgPayload,
        stateOutMsgPayload,
        rateOutMsgPayload,
        heatOutMsgPayload,
        memory,
    ):
        if memory.tick > 0:
            charged, drawn = answerInMsgPayload.storageLevel, answerInMsgPayload.storageCapacity
            content = max(memory.content + memory.into * charged - drawn / memory.out, 0.0)
            memory.fade = min(memory.fade + memory.ageing + memory.wear * drawn, 1.0)
            over = max(content - memory.size * (1.0 - memory.fade), 0.0)
            memory.content = content - over
            heat = (1.0 - memory.into) * charged + (1.0 / memory.out - 1.0) * drawn
            heatOutMsgPayload.netPower = memory.lost + over + heat
        stateOutMsgPayload.storageLevel = memory.content
        stateOutMsgPayload.storageCapacity = memory.fade
        for j in range(2):
            while memory.news_step[j, memory.news_next[j]] <= memory.tick:
                memory.health[j] = memory.news_value[j, memory.news_next[j]]
                memory.news_next[j] += 1
        memory.tick += 1
        capacity = memory.size * (1.0 - memory.fade)
        memory.lost = memory.content * (1.0 - memory.kept)
        content = memory.content - memory.lost
        memory.content = content
        above = max(content - memory.floor * capacity, 0.0)
        held = memory.reserve * (1.0 - memory.floor) * capacity
        offerOutMsgPayload.storageLevel = min(above * memory.out, memory.rate * memory.health[1])
        offerOutMsgPayload.storageCapacity = max(capacity - content, 0.0) / memory.into
        offerOutMsgPayload.currentNetPower = max(above - held, 0.0) * memory.out
        rateOutMsgPayload.netPower = memory.rate * memory.health[0]


class Box(NumbaModel):
    """A warm mass that asks its heater to hold the set point, behind a louvered radiator."""

    def __init__(self, s: Station, m: int) -> None:
        super().__init__()
        self.wantOutMsg, self.temperatureOutMsg = single(1)[0], messaging.TemperatureMsg()
        news(self, s, [len(s.source_power) + int(s.heater[m])])
        memory = self.memory
        for name in ("heat_capacity", "conductance", "leak", "shut", "swing", "cold"):
            setattr(memory, name, float(getattr(s, name)[m]))
        for name in ("per_kelvin", "sky4", "setpoint", "pull"):
            setattr(memory, name, float(getattr(s, name)[m]))
        memory.most, memory.warm = float(s.sink_power[s.heater[m]]) * s.step, float(s.warm[m])
        memory.passive, memory.slope, memory.step = 0.0, 0.0, s.step
        memory.absorbed, memory.ground = np.append(s.absorbed[m], 0.0), np.append(s.ground[m], 0.0)
        memory.around4 = np.append(s.surroundings[m] ** 4, 0.0)

    @staticmethod
    def UpdateStateImpl(
        heatInMsgPayload, gotInMsgPayload, wantOutMsgPayload, temperatureOutMsgPayload, memory
    ):
        step = memory.step
        waste = 0.0
        if memory.tick > 0:
            for i in range(len(heatInMsgPayload)):
                waste += heatInMsgPayload[i].netPower
            waste /= step
            total = waste + gotInMsgPayload.netPower / step + memory.passive
            memory.warm += step * total / (memory.heat_capacity - step * memory.slope)
        while memory.news_step[0, memory.news_next[0]] <= memory.tick:
            memory.health[0] = memory.news_value[0, memory.news_next[0]]
            memory.news_next[0] += 1
        warm = memory.warm
        temperatureOutMsgPayload.temperature = warm
        cube = warm * warm * warm
        opening = min(max((warm - memory.cold) * memory.per_kelvin, 0.0), 1.0)
        strength = memory.shut + opening * memory.swing
        excess = warm * cube - memory.sky4
        passive = memory.absorbed[memory.tick]
        passive += memory.conductance * (memory.ground[memory.tick] - warm)
        passive += memory.leak * (memory.around4[memory.tick] - warm * cube) - strength * excess
        slope = -memory.conductance - 4.0 * (memory.leak + strength) * cube
        if 0.0 < opening < 1.0:
            slope -= memory.swing * memory.per_kelvin * excess
        need = max(memory.pull * (memory.setpoint - warm) - waste - passive, 0.0) * step
        wantOutMsgPayload.netPower = min(need, memory.most * memory.health[0])
        memory.passive = passive
        memory.slope = slope
        memory.tick += 1


class Bus(NumbaModel):
    """Serves by rank from sources, then batteries; then fills batteries."""

    def __init__(self, s: Station) -> None:
        super().__init__()
        self.leftOutMsg = single(len(s.source_power))
        self.gotOutMsg = single(len(s.sink_power))
        self.answerOutMsg = triple(len(s.capacity))
        ranks = s.ranks()
        memory = self.memory
        memory.vital = s.vital
        memory.member = np.concatenate(ranks)
        memory.first = np.concatenate([[0], np.cumsum([len(rank) for rank in ranks])])
        memory.box = s.battery_box
        memory.none, memory.span = s.charge_none, s.charge_span

    @staticmethod
    def UpdateStateImpl(
        sourceInMsgPayload,
        batteryInMsgPayload,
        rateInMsgPayload,
        temperatureInMsgPayload,
        wantInMsgPayload,
        leftOutMsgPayload,
        gotOutMsgPayload,
        answerOutMsgPayload,
        memory,
    ):
        for i in range(len(leftOutMsgPayload)):
            leftOutMsgPayload[i].netPower = sourceInMsgPayload[i].netPower
        for b in range(len(answerOutMsgPayload)):
            answerOutMsgPayload[b].storageLevel = 0.0
            answerOutMsgPayload[b].storageCapacity = 0.0
        for rank in range(len(memory.first) - 1):
            wanted = 0.0
            for j in range(memory.first[rank], memory.first[rank + 1]):
                wanted += wantInMsgPayload[memory.member[j]].netPower
            came = 0.0
            for i in range(len(leftOutMsgPayload)):
                part = min(leftOutMsgPayload[i].netPower, wanted - came)
                leftOutMsgPayload[i].netPower -= part
                came += part
            for b in range(len(answerOutMsgPayload)):
                offer = batteryInMsgPayload[b]
                drawn = answerOutMsgPayload[b].storageCapacity
                may = offer.storageLevel - drawn
                if rank >= memory.vital:
                    may = min(may, max(offer.currentNetPower - drawn, 0.0))
                part = min(may, wanted - came)
                answerOutMsgPayload[b].storageCapacity = drawn + part
                came += part
            share = came / wanted if wanted > 0.0 else 0.0
            for j in range(memory.first[rank], memory.first[rank + 1]):
                k = memory.member[j]
                gotOutMsgPayload[k].netPower = share * wantInMsgPayload[k].netPower
        for b in range(len(answerOutMsgPayload)):
            warm = temperatureInMsgPayload[memory.box[b]].temperature
            warmth = min(max((warm - memory.none[b]) / memory.span[b], 0.0), 1.0)
            take = min(
                batteryInMsgPayload[b].storageCapacity, rateInMsgPayload[b].netPower * warmth
            )
            for i in range(len(leftOutMsgPayload)):
                part = min(leftOutMsgPayload[i].netPower, take)
                leftOutMsgPayload[i].netPower -= part
                answerOutMsgPayload[b].storageLevel += part
                take -= part


class Simulator:
    """One case from the numbers to its whole history."""

    def __init__(self, station: Station) -> None:
        self.station = station

    def run(self) -> None:
        s = self.station
        sim = SimulationBaseClass.SimBaseClass()
        step = macros.sec2nano(s.step)
        sim.CreateNewProcess("station").addTask(sim.CreateNewTask("steps", step))
        bus = Bus(s)
        sources = [Source(s, i) for i in range(len(s.source_power))]
        batteries = [Battery(s, i) for i in range(len(s.capacity))]
        boxes = [Box(s, m) for m in range(len(s.heat_capacity))]
        own = [
            [int(k) for k in np.nonzero(s.sink_load == load)[0]]
            for load in range(int(s.sink_load.max()) + 1)
        ]
        loads = [Load(s, sinks) for sinks in own]

        wants = [boxes[box].wantOutMsg for box in s.sink_box]
        for load, sinks in zip(loads, own, strict=True):
            spare = single(2 - len(sinks))
            load.gotInMsg = readers([bus.gotOutMsg[k] for k in sinks] + spare)
            load.spare = spare
            for j, k in enumerate(sinks):
                wants[k] = load.wantOutMsg[j]
        for i, source in enumerate(sources):
            source.leftInMsg = readers([bus.leftOutMsg[i]])[0]
        for i, battery in enumerate(batteries):
            battery.answerInMsg = readers([bus.answerOutMsg[i]])[0]
        for m, box in enumerate(boxes):
            inside = [
                b.heatOutMsg for b, of in zip(batteries, s.battery_box, strict=True) if of == m
            ]
            inside += [
                load.heatOutMsg
                for load, sinks in zip(loads, own, strict=True)
                if s.sink_box[sinks[0]] == m
            ]
            box.heatInMsg = readers(inside)
            box.gotInMsg = readers([bus.gotOutMsg[int(s.heater[m])]])[0]
        bus.sourceInMsg = readers([source.offerOutMsg for source in sources])
        bus.batteryInMsg = readers([battery.offerOutMsg for battery in batteries])
        bus.rateInMsg = readers([battery.rateOutMsg for battery in batteries])
        bus.temperatureInMsg = readers([box.temperatureOutMsg for box in boxes])
        bus.wantInMsg = readers(wants)

        models = [*sources, *loads, *batteries, *boxes, bus]
        self.got = [message.recorder() for message in bus.gotOutMsg]
        self.state = [battery.stateOutMsg.recorder() for battery in batteries]
        others = [source.givenOutMsg.recorder() for source in sources]
        others += [box.temperatureOutMsg.recorder() for box in boxes]
        for rank, model in enumerate([*models, *self.got, *self.state, *others]):
            if rank < len(models):
                model.ModelTag = f"{type(model).__name__}-{rank}"
            sim.AddModelToTask("steps", model, 1000 - rank)
        sim.InitializeSimulation()
        sim.ConfigureStopTime(step * s.steps)
        sim.ExecuteSimulation()

    def outcome(self) -> dict[str, Any]:
        """Energy that loads got [J], and what the batteries hold [J]."""
        owed = np.nonzero(self.station.sink_load >= 0)[0]
        served = sum(float(self.got[k].netPower[: self.station.steps].sum()) for k in owed)
        content = [float(recorder.storageLevel[-1]) for recorder in self.state]
        return {"served": [served], "content": [content]}


if __name__ == "__main__":
    simulator = Simulator(read(Path(sys.argv[1])))
    serve(simulator.run, simulator.outcome)
