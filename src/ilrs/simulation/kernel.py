"""The step of the station, compiled: true laws, and an executive that sees no future.

Each step: arrivals and losses; who sleeps; what every flow could do at this temperature and health;
what everybody wants. Then the order of service (`simulation.jobs`), and leftovers. Data follow
power. Last, contents and temperatures move.

Helpers take the tables they read rather than all laws, which would take longer to compile than all
the rest. All compiled code is in this one file, since the cache of compiled code looks only at the
file of the function that is called.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ilrs.simulation.jobs import Jobs
from ilrs.simulation.laws import Events, Laws, Orders, Record, State

_inlined = njit(cache=True, error_model="numpy", forceinline=True)
"""Helpers are inlined: handing over arrays by calls takes longer than what is done with them."""


FADE_AT = 293.15  # [K] the temperature of a store's fade rate


class _Room(NamedTuple):
    """Working memory of a step, all in amounts over the step [unit].

    `able` (flows): caps at the present health. Over all resources (flows, contents, rooms, groups,
    injections): `left` to take, `done` and what is still `planned`. `want` (sinks). Of stores:
    `held` back for later, `capacity`, `lost`, `queue` of data to send. Of masses: `passive` heat by
    law [W] and its `slope` [W/K], and heat `asked` of heaters [W].
    """

    able: np.ndarray
    left: np.ndarray
    done: np.ndarray
    planned: np.ndarray
    want: np.ndarray
    held: np.ndarray
    capacity: np.ndarray
    lost: np.ndarray
    queue: np.ndarray
    passive: np.ndarray
    slope: np.ndarray
    asked: np.ndarray


def advance(
    laws: Laws, state: State, events: Events, orders: Orders, record: Record, first: int, last: int
) -> None:
    """Live steps `first`..`last`-1, changing `state` and filling `record` from its row 0."""
    steps = last - first
    if not 0 <= first <= last <= laws.profiles.shape[1]:
        raise ValueError(f"steps {first} to {last} of a clock of {laws.profiles.shape[1]}")
    if len(orders.row) < last or len(orders.commanded) < last:
        raise ValueError(f"orders for {len(orders.row)} steps where {last} are needed")
    if len(record.override) < steps:
        raise ValueError(f"room for {len(record.override)} steps where {steps} are needed")
    _live(laws, state, events, orders, record, _room(laws), first, last)


def _room(laws: Laws) -> _Room:
    flows, stores, masses = len(laws.flows), len(laws.stores), len(laws.masses)
    resources = flows + 2 * stores + len(laws.groups) + len(laws.injections)
    return _Room(
        able=np.zeros(flows),
        left=np.zeros(resources),
        done=np.zeros(resources),
        planned=np.zeros(resources),
        want=np.zeros(len(laws.sinks)),
        held=np.zeros(stores),
        capacity=np.zeros(stores),
        lost=np.zeros(stores),
        queue=np.zeros(stores),
        passive=np.zeros((masses, 4)),
        slope=np.zeros((masses, 4)),
        asked=np.zeros(masses),
    )


@njit(cache=True, error_model="numpy", nogil=True)
def _live(
    laws: Laws,
    state: State,
    events: Events,
    orders: Orders,
    record: Record,
    room: _Room,
    first: int,
    last: int,
) -> None:
    """The loop over steps."""
    flows, stores, dt = len(laws.flows), len(laws.stores), laws.step
    per_second = 1.0 / dt
    sink_first, group_first = laws.sink_first, flows + 2 * stores
    left, done, want, planned, held = room.left, room.done, room.want, room.planned, room.held
    of_stores, of_groups = left[flows:group_first], left[group_first:]
    of_injections = left[group_first + len(laws.groups) :]
    served, charge = done[sink_first:], done[laws.charge_first :]
    discharge, group_health = done[laws.discharge_first :], state.health[flows:]
    jobs = laws.jobs
    _enable(laws.flows, state.health, dt, room.able)
    for t in range(first, last):
        row = t - first
        if _news(events, state.event, state.health, t):
            _enable(laws.flows, state.health, dt, room.able)
        _age(laws.stores, state.content, state.fade, room.capacity, room.lost, t)
        share = _drawable(laws.stores, state.content, room.capacity)
        _sleep_or_wake(laws.sleepers, state.mode, state.waking, share, dt)

        _open_flows(laws.varying, laws.profiles, room.able, t, left, done)
        _derate(laws.deratings, state.temperature, left)
        _let_rise(laws.ramps, state.risen, left)
        _open_stores(laws.stores, state.content, room.capacity, state.temperature, of_stores)
        _open_groups(
            laws.groups, laws.stores, laws.profiles, group_health, state.content, t, dt, of_groups
        )
        _let_want(laws.sinks, sink_first, left, state.mode, want)
        _passive(
            laws.masses,
            laws.radiators,
            laws.profiles,
            state.temperature,
            t,
            room.passive,
            room.slope,
        )
        _want_heat(
            laws.thermostats,
            laws.masses,
            laws.sinks,
            state.mode,
            state.temperature,
            state.heat,
            room.passive,
            room.asked,
            want,
            dt,
        )
        _want_radio(
            laws.radios,
            laws.radio_stores,
            laws.stores,
            state.content,
            state.injected,
            of_groups,
            room.queue,
            want,
        )
        for k in range(len(want)):
            record.wanted[row, k] = 0.0 if laws.sinks[k].dump else want[k] * per_second
        _owe_failed(
            laws.flows,
            laws.sinks,
            laws.varying,
            laws.profiles,
            state.health,
            state.mode,
            sink_first,
            t,
            record.wanted,
            row,
        )

        if orders.commanded[t]:
            p = orders.row[t]
            _keep_to_plan(
                orders.flow, orders.level, laws.stores, room.capacity, p, dt, planned, held
            )
            against = _serve(
                jobs, jobs.commanded, True, sink_first, left, done, want, planned, held
            )
        else:
            _keep_to_rule(orders.rule_reserve, laws.stores, room.capacity, held)
            against = _serve(jobs, jobs.alone, False, sink_first, left, done, want, planned, held)
        record.override[row] = against * per_second
        _take_leftovers(jobs.left, left, done)

        _inject(laws.injections, laws.brought, done, state.injected, of_injections)
        _open_radios(laws.radios, sink_first, dt, done, of_groups)
        _serve(jobs, jobs.data, False, sink_first, left, done, want, planned, held)
        _take_leftovers(jobs.left_of_data, left, done)

        for r in range(len(laws.ramps)):
            state.risen[r] = done[laws.ramps[r].flow]
        _wear(laws.stores, discharge, state.temperature, t, dt, state.fade)
        _fill_and_empty(laws.stores, charge, discharge, t, state.content, state.fade, room.lost)
        _gather_heat(laws.masses, laws.heat, laws.stores, done, room.lost, dt, state.heat)
        _warm(
            laws.masses,
            laws.thermostats,
            state.heat,
            served,
            room.passive,
            room.slope,
            t,
            dt,
            state.temperature,
            record.passive,
            row,
        )
        for f in range(flows):
            record.flow[row, f] = done[f] * per_second
        for s in range(stores):
            record.content[row, s] = state.content[s]
            record.loss[row, s] = room.lost[s] * per_second
            record.fade[row, s] = state.fade[s]
        for m in range(len(laws.masses)):
            record.temperature[row, m] = state.temperature[m]
        for g in range(len(laws.sleepers)):
            record.mode[row, g] = state.mode[g]


@_inlined
def _open_flows(
    varying: np.ndarray,
    profiles: np.ndarray,
    able: np.ndarray,
    t: int,
    left: np.ndarray,
    done: np.ndarray,
) -> None:
    """What every flow could do by its health and its profile; nothing is done yet."""
    for f in range(len(able)):
        left[f] = able[f]
        done[f] = 0.0
    for v in range(len(varying)):
        left[varying[v].flow] *= profiles[varying[v].profile, t]


@_inlined
def _keep_to_plan(
    flow: np.ndarray,
    level: np.ndarray,
    stores: np.ndarray,
    capacity: np.ndarray,
    p: int,
    dt: float,
    planned: np.ndarray,
    held: np.ndarray,
) -> None:
    """Amounts the plan gives, and contents above the floor that it keeps."""
    for f in range(flow.shape[1]):
        planned[f] = flow[p, f] * dt
    for s in range(len(stores)):
        keep = max(level[p, s] - stores[s].floor * capacity[s], 0.0)
        held[s] = keep if stores[s].weight > 0.0 else 0.0


@_inlined
def _keep_to_rule(
    reserve: float, stores: np.ndarray, capacity: np.ndarray, held: np.ndarray
) -> None:
    """Contents above the floor that the rule keeps."""
    for s in range(len(stores)):
        keep = reserve * (1.0 - stores[s].floor) * capacity[s]
        held[s] = keep if stores[s].weight > 0.0 else 0.0


@_inlined
def _owe_failed(
    flows: np.ndarray,
    sinks: np.ndarray,
    varying: np.ndarray,
    profiles: np.ndarray,
    health: np.ndarray,
    mode: np.ndarray,
    sink_first: int,
    t: int,
    wanted: np.ndarray,
    row: int,
) -> None:
    """What has failed is still owed what it would want if it were whole, and goes unserved.

    What is gone (health below 0) is owed nothing.
    """
    for k in range(len(sinks)):
        sink, flow = sinks[k], sink_first + k
        if health[flow] == 1.0 or health[flow] < 0.0 or sink.flexible or sink.dump:
            continue
        wanted[row, k] = flows[flow].cap
        for v in range(len(varying)):
            if varying[v].flow == flow:
                wanted[row, k] *= profiles[varying[v].profile, t]
        if sink.sleeper >= 0 and mode[sink.sleeper] > 0:
            wanted[row, k] *= sink.sleep_factor


@_inlined
def _news(events: Events, event: np.ndarray, health: np.ndarray, t: int) -> bool:
    """Failures and repairs up to this step; tells whether there were any."""
    before = event[0]
    e = before
    while e < len(events.step) and events.step[e] <= t:
        health[events.target[e]] = events.value[e]
        e += 1
    event[0] = e
    return e > before


@_inlined
def _enable(flows: np.ndarray, health: np.ndarray, dt: float, able: np.ndarray) -> None:
    """Caps of all flows at their health."""
    for f in range(len(flows)):
        able[f] = flows[f].cap * health[f] * dt if health[f] > 0.0 else 0.0


@_inlined
def _age(
    stores: np.ndarray,
    content: np.ndarray,
    fade: np.ndarray,
    capacity: np.ndarray,
    lost: np.ndarray,
    t: int,
) -> None:
    """Arrivals of stores, and self-discharge."""
    for s in range(len(stores)):
        store = stores[s]
        lost[s] = 0.0
        capacity[s] = 0.0
        if t < store.arrival:
            continue
        if t == store.arrival:
            content[s] += store.initial
        capacity[s] = store.capacity * (1.0 - fade[s])
        lost[s] = content[s] * (1.0 - store.kept)
        content[s] -= lost[s]


@_inlined
def _drawable(stores: np.ndarray, content: np.ndarray, capacity: np.ndarray) -> float:
    """Electricity that all stores can still give, as a share of what they could when full."""
    drawable, full = 0.0, 0.0
    for s in range(len(stores)):
        store = stores[s]
        floor = store.floor * capacity[s]
        drawable += store.weight * max(content[s] - floor, 0.0)
        full += store.weight * (capacity[s] - floor)
    return drawable / full if full > 0.0 else 1.0


@_inlined
def _sleep_or_wake(
    sleepers: np.ndarray, mode: np.ndarray, waking: np.ndarray, share: float, dt: float
) -> None:
    """Modes: 0 awake, 1 hibernating, 2 waking."""
    for g in range(len(sleepers)):
        if mode[g] != 1 and share < sleepers[g].below:
            mode[g] = 1
        elif mode[g] == 1 and share > sleepers[g].above:
            mode[g] = 2
            waking[g] = sleepers[g].wake_time
        elif mode[g] == 2:
            waking[g] -= dt
        if mode[g] == 2 and waking[g] <= 0.0:
            mode[g] = 0


@_inlined
def _derate(deratings: np.ndarray, temperature: np.ndarray, left: np.ndarray) -> None:
    """Caps of flows that need warmth."""
    for d in range(len(deratings)):
        law = deratings[d]
        warmth = min(max((temperature[law.mass] - law.none) / law.span, 0.0), 1.0)
        left[law.flow] = left[law.flow] * warmth if warmth > 0.0 else 0.0


@_inlined
def _let_rise(ramps: np.ndarray, risen: np.ndarray, left: np.ndarray) -> None:
    """Caps of flows that rise from what they did in the step before."""
    for r in range(len(ramps)):
        left[ramps[r].flow] = min(left[ramps[r].flow], risen[r] + ramps[r].up)


@_inlined
def _open_stores(
    stores: np.ndarray,
    content: np.ndarray,
    capacity: np.ndarray,
    temperature: np.ndarray,
    left: np.ndarray,
) -> None:
    """Contents above the floor and what the cold withholds, then rooms up to the capacity."""
    count = len(stores)
    for s in range(count):
        store = stores[s]
        kept = store.floor
        if store.withheld > 0.0 and store.heat >= 0:
            warmth = (temperature[store.heat] - store.cold) * store.per_kelvin
            kept += store.withheld * (1.0 - min(max(warmth, 0.0), 1.0))
        left[s] = max(content[s] - kept * capacity[s], 0.0)
        left[count + s] = max(capacity[s] - content[s], 0.0)


@_inlined
def _open_groups(
    groups: np.ndarray,
    stores: np.ndarray,
    profiles: np.ndarray,
    health: np.ndarray,
    content: np.ndarray,
    t: int,
    dt: float,
    left: np.ndarray,
) -> None:
    """Shared capacities: rates over the step, and contents less what is in them."""
    for g in range(len(groups)):
        group = groups[g]
        cap = group.cap * health[g] if health[g] > 0.0 else 0.0
        if group.profile >= 0:
            cap *= profiles[group.profile, t]
        left[g] = cap if group.content else cap * dt
    for s in range(len(stores)):
        g = stores[s].group
        if g >= 0 and groups[g].content:
            left[g] = max(left[g] - content[s], 0.0)


@_inlined
def _let_want(
    sinks: np.ndarray, sink_first: int, left: np.ndarray, mode: np.ndarray, want: np.ndarray
) -> None:
    """Sinks want what they could take; who hibernates or wakes up wants less."""
    for k in range(len(sinks)):
        g = sinks[k].sleeper
        asleep = g >= 0 and mode[g] > 0
        want[k] = left[sink_first + k] * (sinks[k].sleep_factor if asleep else 1.0)


@_inlined
def _passive(
    masses: np.ndarray,
    radiators: np.ndarray,
    profiles: np.ndarray,
    temperature: np.ndarray,
    t: int,
    heat: np.ndarray,
    slope: np.ndarray,
) -> None:
    """Heat into every mass [W] by sunlight, ground, insulation and radiators; slopes [W/K]."""
    for m in range(len(masses)):
        mass = masses[m]
        warm = temperature[m]
        warm3 = warm * warm * warm
        around = profiles[mass.surroundings, t]
        heat[m, 0] = profiles[mass.absorbed, t]
        heat[m, 1] = mass.conductance * (profiles[mass.ground, t] - warm)
        heat[m, 2] = mass.leak * (around**4 - warm * warm3)
        slope[m, 0] = 0.0
        slope[m, 1] = -mass.conductance
        slope[m, 2] = -4.0 * mass.leak * warm3
        heat[m, 3] = 0.0
        slope[m, 3] = 0.0
        for r in range(mass.first_radiator, mass.last_radiator):
            radiator = radiators[r]
            opening = min(max((warm - radiator.cold) * radiator.per_kelvin, 0.0), 1.0)
            strength = radiator.shut + opening * radiator.swing
            excess = warm * warm3 - radiator.sky4
            heat[m, 3] -= strength * excess
            slope[m, 3] -= 4.0 * strength * warm3
            if 0.0 < opening < 1.0:
                slope[m, 3] -= radiator.swing * radiator.per_kelvin * excess


@_inlined
def _want_heat(
    thermostats: np.ndarray,
    masses: np.ndarray,
    sinks: np.ndarray,
    mode: np.ndarray,
    temperature: np.ndarray,
    heat: np.ndarray,
    passive: np.ndarray,
    asked: np.ndarray,
    want: np.ndarray,
    dt: float,
) -> None:
    """Heaters ask for what holds the set point, given the heat and the laws of the last moment.

    A heater asks for what those before it on the same mass leave over.
    """
    per_second = 1.0 / dt
    for m in range(len(masses)):
        asked[m] = 0.0
    for h in range(len(thermostats)):
        law = thermostats[h]
        m = law.mass
        g = sinks[law.sink].sleeper
        goal = law.sleep_setpoint if g >= 0 and mode[g] > 0 else law.setpoint
        pull = law.pull * (goal - temperature[m])
        need = pull - heat[m] - passive[m, 0] - passive[m, 1] - passive[m, 2] - passive[m, 3]
        need = max(need - asked[m], 0.0)
        want[law.sink] = min(need * law.per_heat * dt, want[law.sink])
        asked[m] += want[law.sink] * law.amount * per_second


@_inlined
def _want_radio(
    radios: np.ndarray,
    radio_stores: np.ndarray,
    stores: np.ndarray,
    content: np.ndarray,
    injected: np.ndarray,
    group_left: np.ndarray,
    queue: np.ndarray,
    want: np.ndarray,
) -> None:
    """Radios ask for power for the share of time that the data waiting for them need."""
    for s in range(len(stores)):
        i = stores[s].injection
        queue[s] = content[s] + (injected[i] if i >= 0 else 0.0)
    for i in range(len(radios)):
        radio = radios[i]
        sendable = group_left[radio.group]
        sent = 0.0
        for j in range(radio.first_store, radio.last_store):
            s = radio_stores[j]
            take = min(queue[s], sendable - sent)
            queue[s] -= take
            sent += take
        want[radio.sink] *= sent / sendable if sendable > 0.0 else 0.0


@_inlined
def _serve(
    book: Jobs,
    jobs: np.ndarray,
    plan: bool,
    sink_first: int,
    left: np.ndarray,
    done: np.ndarray,
    want: np.ndarray,
    planned: np.ndarray,
    held: np.ndarray,
) -> float:
    """Do some jobs of the book in their order; returns what was served against the plan [unit].

    `plan` is whether there is one. It is a constant of each call, so that nothing is asked of the
    plan where there is none.
    """
    member, recipes, entries = book.member, book.recipe, book.entry
    override = 0.0
    for i in range(len(jobs)):
        job = jobs[i]
        wanted = 0.0
        if job.fills:
            flow = member[job.first_member]
            wanted = planned[flow] if plan and job.within_plan else left[flow]
        else:
            for j in range(job.first_member, job.last_member):
                flow = member[j]
                need = want[flow - sink_first]
                wanted += min(need, planned[flow]) if plan and job.within_plan else need
        if wanted <= 0.0:
            continue

        came = 0.0
        for r in range(job.first_recipe, job.last_recipe):
            recipe = recipes[r]
            if job.surplus and not recipe.surplus:
                continue
            most = wanted - came
            for e in range(recipe.first, recipe.last):
                entry = entries[e]
                available = left[entry.resource]
                if plan and job.by_plan and entry.planned:
                    available = min(available, planned[entry.resource])
                if job.keeps_reserve and entry.store >= 0:
                    available -= held[entry.store]
                most = min(most, available * entry.per_amount)
                if most <= 0.0:
                    break
            if most <= 0.0:
                continue
            for e in range(recipe.first, recipe.last):
                entry = entries[e]
                taken = entry.amount * most
                left[entry.resource] = max(left[entry.resource] - taken, 0.0)
                if plan:
                    planned[entry.resource] = max(planned[entry.resource] - taken, 0.0)
                done[entry.resource] += taken
            came += most
            if came >= wanted:
                break

        if came > 0.0 and not job.fills:
            share = min(came / wanted, 1.0)
            for j in range(job.first_member, job.last_member):
                flow = member[j]
                need = want[flow - sink_first]
                if plan and job.within_plan:
                    need = min(need, planned[flow])
                    planned[flow] -= need * share
                done[flow] += need * share
                want[flow - sink_first] -= need * share
            if job.override:
                override += came
    return override


@_inlined
def _take_leftovers(leftovers: np.ndarray, left: np.ndarray, done: np.ndarray) -> None:
    """What must run gives the rest of its minimum to its dump; products without room are lost."""
    for i in range(len(leftovers)):
        law = leftovers[i]
        owed = left[law.resource]
        if law.minimum >= 0.0:
            owed = max(law.minimum * (owed + done[law.resource]) - done[law.resource], 0.0)
        left[law.resource] = max(left[law.resource] - owed, 0.0)
        done[law.resource] += owed
        done[law.sink] += owed


@_inlined
def _inject(
    injections: np.ndarray,
    brought: np.ndarray,
    done: np.ndarray,
    injected: np.ndarray,
    left: np.ndarray,
) -> None:
    """Power served brings data."""
    for i in range(len(injections)):
        total = 0.0
        for j in range(injections[i].first, injections[i].last):
            total += brought[j].amount * done[brought[j].flow]
        left[i] = total
        injected[i] = total


@_inlined
def _open_radios(
    radios: np.ndarray, sink_first: int, dt: float, done: np.ndarray, left: np.ndarray
) -> None:
    """Radios open as far as they are fed."""
    for i in range(len(radios)):
        radio = radios[i]
        full = radio.power * dt
        fed = done[sink_first + radio.sink] / full if full > 0.0 else 1.0
        left[radio.group] *= min(fed, 1.0)


@_inlined
def _wear(
    stores: np.ndarray,
    discharge: np.ndarray,
    temperature: np.ndarray,
    t: int,
    dt: float,
    fade: np.ndarray,
) -> None:
    """The wear of time, faster in the warmth, and of use."""
    for s in range(len(stores)):
        store = stores[s]
        if t < store.arrival:
            continue
        aged = store.fade_rate * dt
        if store.per_doubling > 0.0 and store.heat >= 0 and aged > 0.0:
            aged *= 2.0 ** ((temperature[store.heat] - FADE_AT) * store.per_doubling)
        fade[s] = min(fade[s] + aged + store.fade_per_unit * discharge[s], 1.0)


@_inlined
def _fill_and_empty(
    stores: np.ndarray,
    charge: np.ndarray,
    discharge: np.ndarray,
    t: int,
    content: np.ndarray,
    fade: np.ndarray,
    lost: np.ndarray,
) -> None:
    """Contents at the end of the step, and what no longer fits."""
    for s in range(len(stores)):
        store = stores[s]
        if t < store.arrival:
            continue
        out = discharge[s]
        change = store.charge_efficiency * charge[s] - out * store.per_discharge
        content[s] = max(content[s] + change, 0.0)  # rounding of the last bit
        over = content[s] - store.capacity * (1.0 - fade[s])
        if over > 0.0:
            content[s] -= over
            lost[s] += over


@_inlined
def _gather_heat(
    masses: np.ndarray,
    entries: np.ndarray,
    stores: np.ndarray,
    done: np.ndarray,
    lost: np.ndarray,
    dt: float,
    heat: np.ndarray,
) -> None:
    """Heat that flows and losses of stores bring to every mass [W], heaters apart."""
    per_second = 1.0 / dt
    for m in range(len(masses)):
        total = 0.0
        for j in range(masses[m].first_heat, masses[m].last_heat):
            total += entries[j].amount * done[entries[j].flow]
        heat[m] = total * per_second
    for s in range(len(stores)):
        if stores[s].heat >= 0:
            heat[stores[s].heat] += lost[s] * per_second


@_inlined
def _warm(
    masses: np.ndarray,
    thermostats: np.ndarray,
    heat: np.ndarray,
    served: np.ndarray,
    law: np.ndarray,
    slope: np.ndarray,
    t: int,
    dt: float,
    temperature: np.ndarray,
    passed: np.ndarray,
    row: int,
) -> None:
    """Temperatures at the end of the step, linearly implicit so that every step is stable.

    `heat`, `law` and `slope` are those of the beginning; the passive heat that `passed` goes along
    the slopes.
    """
    per_second = 1.0 / dt
    for m in range(len(masses)):
        if t < masses[m].arrival:
            continue
        total, slopes = heat[m], 0.0
        for h in range(len(thermostats)):
            if thermostats[h].mass == m:
                total += thermostats[h].amount * served[thermostats[h].sink] * per_second
        for i in range(law.shape[1]):
            total += law[m, i]
            slopes += slope[m, i]
        change = dt * total / (masses[m].heat_capacity - dt * slopes)
        temperature[m] += change
        for i in range(law.shape[1]):
            passed[row, m, i] = law[m, i] + slope[m, i] * change
