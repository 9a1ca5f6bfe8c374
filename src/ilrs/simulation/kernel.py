"""The step of the station, compiled: true laws, and an executive that sees no future.

Each step: losses and fade; what every flow could do at this temperature and health; who sleeps; what
everybody wants. Then the order of service: keep-alive first from anywhere; other sinks as far as the
plan goes; stores as planned; more service and more storing from surplus only; leftovers. Data follow
power. Last, contents and temperatures move.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ilrs.simulation.laws import Events, Laws, Orders, Record, State


@njit(cache=True)
def advance(
    laws: Laws, state: State, events: Events, orders: Orders, record: Record, first: int, last: int
) -> None:
    """Live steps `first`..`last`-1, changing `state` and filling `record` from its row 0."""
    flows, stores = len(laws.cap), len(laws.capacity)
    groups, injections = len(laws.group_cap), len(laws.injection_start) - 1
    sinks, radios = len(laws.sink_priority), len(laws.radio_order)
    content_first, room_first = flows, flows + stores
    group_first = flows + 2 * stores
    injection_first = group_first + groups
    left = np.zeros(injection_first + injections)
    held = np.zeros(stores)
    planned_left = np.zeros(flows)
    done = np.zeros(flows)
    want = np.zeros(sinks)
    capacity = np.zeros(stores)
    lost = np.zeros(stores)
    queue = np.zeros(stores)
    dt = laws.step

    for t in range(first, last):
        row = t - first
        _news(events, state, t)
        _age(laws, state, t, capacity, lost)
        drawable, full = _drawable(laws, state, capacity)
        share = drawable / full if full > 0.0 else 1.0
        _sleep_or_wake(laws, state, share)

        # What every flow and capacity could do in this step.
        for f in range(flows):
            cap = laws.cap[f] * state.health[f] * dt
            if laws.profile[f] >= 0:
                cap *= laws.profiles[laws.profile[f], t]
            left[f] = cap
            done[f] = 0.0
        for d in range(len(laws.derating_flow)):
            span = laws.derating_full[d] - laws.derating_none[d]
            warmth = (state.temperature[laws.derating_mass[d]] - laws.derating_none[d]) / span
            left[laws.derating_flow[d]] *= min(max(warmth, 0.0), 1.0)
        for s in range(stores):
            left[content_first + s] = max(state.content[s] - laws.floor[s] * capacity[s], 0.0)
            left[room_first + s] = max(capacity[s] - state.content[s], 0.0)
        for g in range(groups):
            cap = laws.group_cap[g] * state.health[flows + g]
            if laws.group_profile[g] >= 0:
                cap *= laws.profiles[laws.group_profile[g], t]
            left[group_first + g] = cap if laws.group_content[g] else cap * dt
        for s in range(stores):
            if laws.store_group[s] >= 0 and laws.group_content[laws.store_group[s]]:
                g = group_first + laws.store_group[s]
                left[g] = max(left[g] - state.content[s], 0.0)

        # What everybody wants.
        for k in range(sinks):
            want[k] = left[laws.sink_first + k]
            g = laws.sink_group[k]
            if g >= 0 and state.mode[g] > 0:
                want[k] *= laws.sleep_factor[k]
        _want_heat(laws, state, t, want)
        for s in range(stores):
            queue[s] = state.content[s]
            if laws.store_injection[s] >= 0:
                queue[s] += state.injected[laws.store_injection[s]]
        for i in range(radios):
            g = laws.radio_order[i]
            k = laws.group_power_sink[g]
            sendable = left[group_first + g]
            sent = 0.0
            for j in range(laws.radio_start[i], laws.radio_start[i + 1]):
                take = min(queue[laws.radio_store[j]], sendable - sent)
                queue[laws.radio_store[j]] -= take
                sent += take
            want[k] *= sent / sendable if sendable > 0.0 else 0.0
        for k in range(sinks):
            record.wanted[row, k] = 0.0 if laws.sink_dump[k] else want[k] / dt

        # What the plan says, or the rule where nobody commands.
        commanded = orders.commanded[t]
        p = orders.row[t]
        for s in range(stores):
            if laws.weight[s] > 0.0:
                if commanded:
                    held[s] = max(orders.level[p, s] - laws.floor[s] * capacity[s], 0.0)
                else:
                    held[s] = orders.rule_reserve * (1.0 - laws.floor[s]) * capacity[s]
        for f in range(flows):
            planned_left[f] = orders.flow[p, f] * dt if commanded else 0.0

        override = _serve(
            laws, left, held, planned_left, done, want, commanded, 0, laws.data_job
        )
        _leftovers(laws, 0, left, done)
        record.override[row] = override / dt

        # Power served brings data; radios open as far as they are fed.
        for i in range(injections):
            total = 0.0
            for j in range(laws.injection_start[i], laws.injection_start[i + 1]):
                total += laws.injection_amount[j] * done[laws.injection_flow[j]]
            left[injection_first + i] = total
            state.injected[i] = total
        for i in range(radios):
            g = laws.radio_order[i]
            k = laws.group_power_sink[g]
            full_power = laws.group_power[g] * dt
            fed = done[laws.sink_first + k] / full_power if full_power > 0.0 else 1.0
            left[group_first + g] *= min(fed, 1.0)
        _serve(
            laws, left, held, planned_left, done, want, False, laws.data_job, len(laws.job_demand)
        )
        _leftovers(laws, 1, left, done)

        _move(laws, state, t, done, lost, record, row)
        for f in range(flows):
            record.flow[row, f] = done[f] / dt
        for s in range(stores):
            record.content[row, s] = state.content[s]
            record.loss[row, s] = lost[s] / dt
            record.fade[row, s] = state.fade[s]
        for g in range(len(laws.sleeper_below)):
            record.mode[row, g] = state.mode[g]


@njit(cache=True)
def _news(events: Events, state: State, t: int) -> None:
    """Failures and repairs up to this step."""
    e = state.event[0]
    while e < len(events.step) and events.step[e] <= t:
        state.health[events.target[e]] = events.value[e]
        e += 1
    state.event[0] = e


@njit(cache=True)
def _age(laws: Laws, state: State, t: int, capacity: np.ndarray, lost: np.ndarray) -> None:
    """Arrivals, self-discharge and fade of stores."""
    for s in range(len(laws.capacity)):
        lost[s] = 0.0
        capacity[s] = 0.0
        if t < laws.store_arrival[s]:
            continue
        if t == laws.store_arrival[s]:
            state.content[s] += laws.initial[s]
        capacity[s] = laws.capacity[s] * (1.0 - state.fade[s])
        if laws.loss_rate[s] > 0.0:
            lost[s] = state.content[s] * (1.0 - math.exp(-laws.loss_rate[s] * laws.step))
            state.content[s] -= lost[s]
        state.fade[s] = min(state.fade[s] + laws.fade_rate[s] * laws.step, 1.0)


@njit(cache=True)
def _drawable(laws: Laws, state: State, capacity: np.ndarray) -> tuple[float, float]:
    """Electricity that all stores can still give, and could when full [J]."""
    drawable, full = 0.0, 0.0
    for s in range(len(laws.capacity)):
        if laws.weight[s] > 0.0:
            floor = laws.floor[s] * capacity[s]
            drawable += laws.weight[s] * max(state.content[s] - floor, 0.0)
            full += laws.weight[s] * (capacity[s] - floor)
    return drawable, full


@njit(cache=True)
def _sleep_or_wake(laws: Laws, state: State, share: float) -> None:
    """Modes: 0 awake, 1 hibernating, 2 waking."""
    for g in range(len(laws.sleeper_below)):
        if state.mode[g] != 1 and share < laws.sleeper_below[g]:
            state.mode[g] = 1
        elif state.mode[g] == 1 and share > laws.sleeper_above[g]:
            state.mode[g] = 2
            state.waking[g] = laws.sleeper_wake[g]
        elif state.mode[g] == 2:
            state.waking[g] -= laws.step
            if state.waking[g] <= 0.0:
                state.mode[g] = 0


@njit(cache=True)
def _passive(laws: Laws, m: int, t: int, temperature: float) -> tuple[float, float, float, float, float, float, float]:
    """Heat into mass `m` [W] by sunlight, ground, insulation, radiators, and the slopes [W/K]."""
    sunlight = laws.profiles[laws.absorbed[m], t]
    ground = laws.conductance[m] * (laws.profiles[laws.ground[m], t] - temperature)
    around = laws.profiles[laws.surroundings[m], t]
    leak = laws.leak[m] * (around**4 - temperature**4)
    leak_slope = -4.0 * laws.leak[m] * temperature**3
    radiated, slope = 0.0, 0.0
    for r in range(len(laws.radiator_mass)):
        if laws.radiator_mass[r] != m:
            continue
        span = laws.radiator_hot[r] - laws.radiator_cold[r]
        opening = min(max((temperature - laws.radiator_cold[r]) / span, 0.0), 1.0)
        swing = laws.radiator_open[r] - laws.radiator_shut[r]
        strength = laws.radiator_shut[r] + opening * swing
        excess = temperature**4 - laws.radiator_sky[r] ** 4
        radiated -= strength * excess
        slope -= 4.0 * strength * temperature**3
        if 0.0 < opening < 1.0:
            slope -= swing / span * excess
    return sunlight, ground, leak, radiated, -laws.conductance[m], leak_slope, slope


@njit(cache=True)
def _want_heat(laws: Laws, state: State, t: int, want: np.ndarray) -> None:
    """Heaters ask for what holds the set point, given the heat and the laws of the last moment."""
    for h in range(len(laws.thermostat_sink)):
        k, m = laws.thermostat_sink[h], laws.thermostat_mass[h]
        g = laws.sink_group[k]
        asleep = g >= 0 and state.mode[g] > 0
        goal = laws.sleep_setpoint[h] if asleep else laws.setpoint[h]
        sunlight, ground, leak, radiated, _, _, _ = _passive(laws, m, t, state.temperature[m])
        # Back to the set point within an hour, so that the answer hardly depends on the step.
        pull = laws.heat_capacity[m] * (goal - state.temperature[m]) / max(3600.0, laws.step)
        need = pull - state.heat[m] - sunlight - ground - leak - radiated
        want[k] = min(max(need * laws.step, 0.0), want[k])


@njit(cache=True)
def _serve(
    laws: Laws,
    left: np.ndarray,
    held: np.ndarray,
    planned_left: np.ndarray,
    done: np.ndarray,
    want: np.ndarray,
    commanded: bool,
    first_job: int,
    last_job: int,
) -> float:
    """Do the jobs of the order of service; returns keep-alive served against the plan [unit].

    A job serves one demand in one way (see `laws.ALWAYS` and its fellows). One loop for all of them,
    since calls that pass every array cost more than the work.
    """
    flows, stores = len(laws.cap), len(laws.capacity)
    override = 0.0
    for job in range(first_job, last_job):
        d, way = laws.job_demand[job], laws.job_way[job]
        if commanded:
            if way == 1:
                continue
        elif way == 0 or way == 2 or way == 3 or way == 5:
            continue
        by_plan = way == 0 or way == 2 or way == 5
        from_surplus = way == 5 or way == 6
        keep_reserve = way == 1 or way == 3
        keep_reserve = keep_reserve and laws.demand_priority[d] > 0
        sinks = laws.demand_kind[d] == 0
        first, last = laws.demand_start[d], laws.demand_start[d + 1]

        wanted = 0.0
        if sinks:
            for j in range(first, last):
                need = want[laws.member[j] - laws.sink_first]
                if (way == 2 or way == 3) and laws.demand_priority[d] > 0:
                    need = min(need, planned_left[laws.member[j]])
                wanted += need
        elif by_plan:
            wanted = planned_left[laws.member[first]]
        else:
            wanted = left[laws.member[first]]
        if wanted <= 0.0:
            continue

        open_ = wanted
        for r in range(laws.recipe_start[d], laws.recipe_start[d + 1]):
            if open_ <= 0.0:
                break
            if from_surplus and not laws.from_sources[r]:
                continue
            most = open_
            for e in range(laws.entry_start[r], laws.entry_start[r + 1]):
                resource = laws.resource[e]
                available = left[resource]
                if resource < flows:
                    if by_plan and laws.planned[resource]:
                        available = min(available, planned_left[resource])
                elif keep_reserve and resource < flows + stores:
                    available -= held[resource - flows]
                most = min(most, available / laws.amount[e])
                if most <= 0.0:
                    break
            if most <= 0.0:
                continue
            for e in range(laws.entry_start[r], laws.entry_start[r + 1]):
                resource = laws.resource[e]
                taken = laws.amount[e] * most
                left[resource] = max(left[resource] - taken, 0.0)
                if resource < flows:
                    done[resource] += taken
                    planned_left[resource] = max(planned_left[resource] - taken, 0.0)
            open_ -= most

        came = wanted - open_
        if sinks and came > 0.0:
            share = min(came / wanted, 1.0)
            for j in range(first, last):
                flow = laws.member[j]
                k = flow - laws.sink_first
                need = want[k]
                if (way == 2 or way == 3) and laws.demand_priority[d] > 0:
                    need = min(need, planned_left[flow])
                    planned_left[flow] -= need * share
                done[flow] += need * share
                want[k] -= need * share
            if way == 4 and commanded:
                override += came
    return override


@njit(cache=True)
def _leftovers(laws: Laws, stage: int, left: np.ndarray, done: np.ndarray) -> None:
    """What must run gives the rest of its minimum to its dump; products without room are lost."""
    flows = len(laws.cap)
    for d in range(len(laws.demand_kind)):
        if laws.demand_stage[d] != stage or laws.demand_kind[d] != 2:
            continue
        sink = laws.member[laws.demand_start[d]]
        for r in range(laws.recipe_start[d], laws.recipe_start[d + 1]):
            e = laws.entry_start[r]
            resource = laws.resource[e]
            owed = left[resource]
            if resource < flows:
                owed = laws.minimum[resource] * (left[resource] + done[resource]) - done[resource]
            owed = max(owed, 0.0)
            left[resource] = max(left[resource] - owed, 0.0)
            if resource < flows:
                done[resource] += owed
            done[sink] += owed


@njit(cache=True)
def _move(
    laws: Laws, state: State, t: int, done: np.ndarray, lost: np.ndarray, record: Record, row: int
) -> None:
    """Contents and temperatures at the end of the step."""
    dt = laws.step
    for s in range(len(laws.capacity)):
        out = done[laws.discharge_first + s]
        state.content[s] += (
            laws.charge_efficiency[s] * done[laws.charge_first + s]
            - out / laws.discharge_efficiency[s]
        )
        if state.content[s] < 0.0:  # rounding of the last bit
            state.content[s] = 0.0
        state.fade[s] = min(state.fade[s] + laws.fade_per_unit[s] * out, 1.0)
    heaters = np.zeros(len(laws.heat_capacity))
    for h in range(len(laws.thermostat_sink)):
        heaters[laws.thermostat_mass[h]] += done[laws.sink_first + laws.thermostat_sink[h]] / dt
    for m in range(len(laws.heat_capacity)):
        heat = 0.0
        for j in range(laws.heat_start[m], laws.heat_start[m + 1]):
            heat += laws.heat_amount[j] * done[laws.heat_flow[j]] / dt
        for s in range(len(laws.capacity)):
            if laws.store_heat[s] == m:
                heat += lost[s] / dt
        state.heat[m] = heat - heaters[m]
        if t >= laws.mass_arrival[m]:
            temperature = state.temperature[m]
            sunlight, ground, leak, radiated, ground_slope, leak_slope, slope = _passive(
                laws, m, t, temperature
            )
            # Linearly implicit, so that every step length is stable; flows are those of the update.
            total = heat + sunlight + ground + leak + radiated
            slopes = ground_slope + leak_slope + slope
            change = dt * total / (laws.heat_capacity[m] - dt * slopes)
            state.temperature[m] = temperature + change
            record.passive[row, m, 0] = sunlight
            record.passive[row, m, 1] = ground + ground_slope * change
            record.passive[row, m, 2] = leak + leak_slope * change
            record.passive[row, m, 3] = radiated + slope * change
        record.temperature[row, m] = state.temperature[m]
