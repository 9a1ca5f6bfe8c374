"""The network's laws as flat arrays that the compiled kernel reads, and the state it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ilrs.flows.primitives import KEEP_ALIVE
from ilrs.network.network import Demands, Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


# The ways a job serves its demand; the kernel reads them as numbers.
KEEP_AS_PLANNED = 0  # by the plan's stores and converters
BY_RULE = 1  # only when nobody commands: from anywhere above the rule's reserve
AS_PLANNED = 2  # the planned amount, by the plan's stores and converters
WITHIN_PLAN = 3  # the planned amount, from anywhere above the planned levels
ALWAYS = 4  # from anywhere
FILL_AS_PLANNED = 5  # a store's planned charge, from surplus
SURPLUS = 6  # whatever is wanted, from surplus


class Laws(NamedTuple):
    """Constants of a run; see `ilrs.network.network` for what each array means."""

    step: float
    profiles: Floats
    cap: Floats
    profile: Ints
    minimum: Floats
    planned: NDArray[np.bool_]
    sink_first: int
    charge_first: int
    discharge_first: int
    sink_priority: Ints
    sink_flexible: NDArray[np.bool_]
    sink_dump: NDArray[np.bool_]
    sleep_factor: Floats
    sink_group: Ints
    capacity: Floats
    initial: Floats
    floor: Floats
    charge_efficiency: Floats
    discharge_efficiency: Floats
    loss_rate: Floats
    fade_rate: Floats
    fade_per_unit: Floats
    store_heat: Ints
    weight: Floats
    store_group: Ints
    store_arrival: Ints
    heat_start: Ints
    heat_flow: Ints
    heat_amount: Floats
    heat_capacity: Floats
    initial_temperature: Floats
    conductance: Floats
    leak: Floats
    absorbed: Ints
    ground: Ints
    surroundings: Ints
    mass_arrival: Ints
    radiator_mass: Ints
    radiator_shut: Floats
    radiator_open: Floats
    radiator_cold: Floats
    radiator_hot: Floats
    radiator_sky: Floats
    thermostat_sink: Ints
    thermostat_mass: Ints
    setpoint: Floats
    sleep_setpoint: Floats
    derating_flow: Ints
    derating_mass: Ints
    derating_none: Floats
    derating_full: Floats
    group_cap: Floats
    group_profile: Ints
    group_content: NDArray[np.bool_]
    group_power_sink: Ints
    group_power: Floats
    radio_order: Ints
    radio_start: Ints
    radio_store: Ints
    store_injection: Ints
    sleeper_below: Floats
    sleeper_above: Floats
    sleeper_wake: Floats
    demand_kind: Ints
    demand_stage: Ints
    demand_priority: Ints
    demand_start: Ints
    member: Ints
    recipe_start: Ints
    entry_start: Ints
    resource: Ints
    amount: Floats
    from_sources: NDArray[np.bool_]
    job_demand: Ints
    job_way: Ints
    data_job: int
    injection_start: Ints
    injection_flow: Ints
    injection_amount: Floats


class State(NamedTuple):
    """Everything a run carries from one step to the next; a checkpoint is these arrays."""

    content: Floats
    fade: Floats
    temperature: Floats
    heat: Floats
    injected: Floats
    health: Floats
    mode: Ints
    waking: Floats
    event: Ints


class Events(NamedTuple):
    """Changes of health: at step `step`, flow or group `target` gets the factor `value`."""

    step: Ints
    target: Ints
    value: Floats


class Orders(NamedTuple):
    """What the plan asks, by plan step: service, stores and converters [unit/s], levels to keep.

    `row[t]` is the plan step of simulation step t; `commanded[t]` whether a controller follows it.
    """

    row: Ints
    commanded: NDArray[np.bool_]
    flow: Floats
    level: Floats
    rule_reserve: float


class Record(NamedTuple):
    """The history of a block of steps: rates over the step [unit/s], levels at its end."""

    flow: Floats
    wanted: Floats
    content: Floats
    loss: Floats
    fade: Floats
    temperature: Floats
    passive: Floats
    mode: NDArray[np.int8]
    override: Floats


PASSIVE = ("absorbed", "ground", "insulation", "radiator")


def laws_of(network: Network) -> Laws:
    """The network's laws, flattened."""
    flows, sinks, stores, masses = network.flows, network.sinks, network.stores, network.masses
    groups, demands, first = network.groups, network.demands, network.flows.first
    rows = network.incidence.tocsr()
    heat = [_row(rows, int(node)) for node in masses.node]
    injections = [_products(network, rows, int(n)) for n in demands.injection_node]
    order, upstream = _radios(network)
    planned = np.zeros(len(flows.names), dtype=np.bool_)
    for kind in ("charge", "discharge", "converter"):
        for f in flows.of(kind):
            planned[f] = not flows.carriers[f].startswith("data.")
    jobs, data_job = _jobs(demands)
    injection_of = {int(n): i for i, n in enumerate(demands.injection_node)}
    return Laws(
        step=float(network.clock.step),
        profiles=network.profiles,
        cap=flows.cap,
        profile=flows.profile,
        minimum=flows.minimum,
        planned=planned,
        sink_first=first["sink"],
        charge_first=first["charge"],
        discharge_first=first["discharge"],
        sink_priority=sinks.priority,
        sink_flexible=sinks.flexible,
        sink_dump=sinks.dump,
        sleep_factor=sinks.sleep_factor,
        sink_group=sinks.hibernation,
        capacity=stores.capacity,
        initial=stores.initial,
        floor=stores.floor,
        charge_efficiency=stores.charge_efficiency,
        discharge_efficiency=stores.discharge_efficiency,
        loss_rate=stores.loss_rate,
        fade_rate=stores.fade_rate,
        fade_per_unit=stores.fade_per_unit,
        store_heat=stores.heat_mass,
        weight=stores.reserve_weight,
        store_group=stores.group,
        store_arrival=stores.arrival,
        heat_start=_starts(heat),
        heat_flow=_joined([h[0] for h in heat], np.int64),
        heat_amount=_joined([h[1] for h in heat], np.float64),
        heat_capacity=masses.capacity,
        initial_temperature=masses.initial,
        conductance=masses.conductance,
        leak=masses.leak,
        absorbed=masses.absorbed,
        ground=masses.ground,
        surroundings=masses.surroundings,
        mass_arrival=masses.arrival,
        radiator_mass=masses.radiator_mass,
        radiator_shut=masses.radiator_shut,
        radiator_open=masses.radiator_open,
        radiator_cold=masses.radiator_cold,
        radiator_hot=masses.radiator_hot,
        radiator_sky=masses.radiator_sky,
        thermostat_sink=masses.thermostat_sink,
        thermostat_mass=masses.thermostat_mass,
        setpoint=masses.thermostat_setpoint,
        sleep_setpoint=masses.thermostat_sleep,
        derating_flow=masses.derating_flow,
        derating_mass=masses.derating_mass,
        derating_none=masses.derating_none,
        derating_full=masses.derating_full,
        group_cap=groups.cap,
        group_profile=groups.profile,
        group_content=groups.content,
        group_power_sink=groups.power_sink,
        group_power=groups.power,
        radio_order=order,
        radio_start=_starts([(u, u) for u in upstream]),
        radio_store=_joined(upstream, np.int64),
        store_injection=np.array(
            [injection_of.get(int(n), -1) for n in stores.node], dtype=np.int64
        ),
        sleeper_below=network.sleepers.below,
        sleeper_above=network.sleepers.above,
        sleeper_wake=network.sleepers.wake_time,
        demand_kind=demands.kind,
        demand_stage=demands.stage,
        demand_priority=demands.priority,
        demand_start=demands.start,
        member=demands.member,
        recipe_start=demands.recipe_start,
        entry_start=demands.entry_start,
        resource=demands.resource,
        amount=demands.amount,
        from_sources=demands.from_sources,
        job_demand=np.array([d for d, _ in jobs], dtype=np.int64),
        job_way=np.array([way for _, way in jobs], dtype=np.int64),
        data_job=data_job,
        injection_start=_starts(injections),
        injection_flow=_joined([i[0] for i in injections], np.int64),
        injection_amount=_joined([i[1] for i in injections], np.float64),
    )


def _jobs(demands: Demands) -> tuple[list[tuple[int, int]], int]:
    """The order of service as (demand, way) jobs, and where the jobs for data begin.

    Keep-alive as planned, then from anywhere; other sinks by priority as planned, then from anywhere
    within the plan's amounts (or, without a plan, within the rule) leaving the reserve; stores as
    planned; whatever sinks still want, then whatever stores still take, from surplus.
    """
    sink = [d for d in range(len(demands.kind)) if demands.kind[d] == 0 and demands.stage[d] == 0]
    fill = [d for d in range(len(demands.kind)) if demands.kind[d] == 1 and demands.stage[d] == 0]
    jobs = []
    for d in sink:
        if demands.priority[d] == KEEP_ALIVE:
            jobs += [(d, KEEP_AS_PLANNED), (d, ALWAYS)]
        else:
            jobs += [(d, AS_PLANNED), (d, WITHIN_PLAN), (d, BY_RULE)]
    jobs += [(d, FILL_AS_PLANNED) for d in fill]
    jobs += [(d, SURPLUS) for d in sink if demands.priority[d] != KEEP_ALIVE]
    jobs += [(d, SURPLUS) for d in fill]
    data_job = len(jobs)
    for kind in (0, 1):
        jobs += [
            (d, ALWAYS)
            for d in range(len(demands.kind))
            if demands.kind[d] == kind and demands.stage[d] == 1
        ]
    return jobs, data_job


def initial_state(laws: Laws) -> State:
    """The state before the first step: stores that arrive at step 0 come with it."""
    return State(
        content=np.zeros_like(laws.capacity),
        fade=np.zeros_like(laws.capacity),
        temperature=laws.initial_temperature.copy(),
        heat=np.zeros_like(laws.heat_capacity),
        injected=np.zeros(len(laws.injection_start) - 1),
        health=np.ones(len(laws.cap) + len(laws.group_cap)),
        mode=np.zeros(len(laws.sleeper_below), dtype=np.int64),
        waking=np.zeros(len(laws.sleeper_below)),
        event=np.zeros(1, dtype=np.int64),
    )


def new_record(laws: Laws, steps: int) -> Record:
    """Room for the history of `steps` steps."""
    stores, masses = len(laws.capacity), len(laws.heat_capacity)
    return Record(
        flow=np.zeros((steps, len(laws.cap))),
        wanted=np.zeros((steps, len(laws.sink_priority))),
        content=np.zeros((steps, stores)),
        loss=np.zeros((steps, stores)),
        fade=np.zeros((steps, stores)),
        temperature=np.zeros((steps, masses)),
        passive=np.zeros((steps, masses, len(PASSIVE))),
        mode=np.zeros((steps, len(laws.sleeper_below)), dtype=np.int8),
        override=np.zeros(steps),
    )


def _row(rows: sparse.csr_array, node: int) -> tuple[Ints, Floats]:
    """Flows, and amounts each brings, at one node of the incidence."""
    part = slice(rows.indptr[node], rows.indptr[node + 1])
    order = np.argsort(rows.indices[part])
    return rows.indices[part][order].astype(np.int64), rows.data[part][order]


def _products(network: Network, rows: sparse.csr_array, node: int) -> tuple[Ints, Floats]:
    """Sinks and sources of another carrier that bring something to a node as they flow."""
    flow, amount = _row(rows, node)
    own = network.nodes[node].rsplit("/", 1)[-1]
    product = np.array(
        [
            f < network.flows.first["charge"] and a > 0 and network.flows.carriers[f] != own
            for f, a in zip(flow, amount, strict=True)
        ],
        dtype=np.bool_,
    )
    return flow[product], amount[product]


def _starts(parts: Sequence[tuple[Any, Any]]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(p[0]) for p in parts])]).astype(np.int64)


def _joined(parts: Sequence[Any], dtype: type) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)


def _radios(network: Network) -> tuple[Ints, list[Ints]]:
    """Radios, straight to Earth before relays, each with the stores whose data it can send."""
    flows = network.flows
    columns = network.incidence.tocsc()
    found: list[tuple[bool, int, np.ndarray]] = []
    for g, sink in enumerate(network.groups.power_sink):
        if sink < 0:
            continue
        links = [f for f in flows.of("link") if flows.group[f] == g]
        ends = [_ends(columns, f) for f in links]
        direct = all(network.nodes[target].startswith("earth/") for _, target in ends)
        origins = {origin for origin, _ in ends}
        stores = [s for s, n in enumerate(network.stores.node) if int(n) in origins]
        found.append((not direct, g, np.array(stores, dtype=np.int64)))
    found.sort(key=lambda item: item[:2])
    return np.array([g for _, g, _ in found], dtype=np.int64), [stores for _, _, stores in found]


def _ends(columns: sparse.csc_array, flow: int) -> tuple[int, int]:
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    nodes, amounts = columns.indices[part], columns.data[part]
    return int(nodes[np.argmin(amounts)]), int(nodes[np.argmax(amounts)])
