"""Small stations put together by chance: whatever they are, their balances close."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation.small import plan_for, station
from tests.simulation.test_matter import fuel_cell

from ilrs.flows.primitives import (
    Derating,
    FailureMode,
    Hibernation,
    Link,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.simulation.faults import draw_faults
from ilrs.simulation.simulate import orders_of, simulate

STEPS, STEP = 40, 1800


@st.composite
def stations(draw):
    """A network of one to three places, failures, and the orders of a careless planner."""
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    places = "abc"[: draw(st.integers(1, 3))]
    parts, names = [], {}

    def name(kind):
        names[kind] = names.get(kind, 0) + 1
        return f"{kind}-{names[kind]}"

    def series(scale):
        if draw(st.booleans()):
            return float(random.uniform(0.0, scale))
        return scale * random.random(STEPS) * (random.random(STEPS) < 0.6)

    for place in places:
        node, heat = f"{place}/electricity", f"{place}/heat"
        for _ in range(draw(st.integers(0, 2))):
            parts.append(Source(name("source"), node, series(2000.0), products={heat: 0.1}))
        if draw(st.booleans()):
            parts.append(Source(name("reactor"), node, series(900.0), minimum=random.uniform(0, 1)))
            parts.append(Sink(name("dump"), node, 0.0, flexible=True, dump=True))
        for _ in range(draw(st.integers(0, 2))):
            loss = draw(st.sampled_from([0.0, 1e-6]))
            parts.append(
                Store(
                    name("battery"),
                    node,
                    capacity=float(10.0 ** random.uniform(4, 8)) * draw(st.sampled_from([0, 1, 1])),
                    initial=0.0,
                    floor=draw(st.sampled_from([0.0, 0.3])),
                    charge_maximum=draw(st.sampled_from([np.inf, 300.0])),
                    charge_efficiency=draw(st.sampled_from([1.0, 0.9])),
                    discharge_efficiency=draw(st.sampled_from([1.0, 0.8])),
                    loss_rate=loss,
                    fade_rate=loss,
                    fade_per_unit=draw(st.sampled_from([0.0, 1e-9])),
                    heat_node=heat,
                    reserve_weight=0.9,
                )
            )
        for _ in range(draw(st.integers(0, 3))):
            parts.append(
                Sink(
                    name("load"),
                    node,
                    series(800.0),
                    priority=draw(st.integers(0, 3)),
                    sleep_factor=0.2,
                    group=place,
                    products={heat: 1.0, f"{place}/data.science": 1e3},
                )
            )
        if draw(st.booleans()):
            parts.append(Hibernation(place, 0.3, 0.6, 3600.0))
        if draw(st.booleans()):
            heater = name("heater")
            parts += [
                ThermalMass(
                    f"{place}-box",
                    heat,
                    3e5,
                    280.0,
                    250.0,
                    320.0,
                    conductance=2.0,
                    leak=2e-9,
                    ground=100.0 + 20.0 * random.random(STEPS),
                    surroundings=60.0,
                ),
                Sink(heater, node, 400.0, priority=0, flexible=True, products={heat: 1.0}),
                Thermostat(heater, heat, 285.0, 270.0),
            ]
        if draw(st.booleans()):
            size = float(10.0 ** random.uniform(6, 9))
            parts += [
                SharedCapacity(f"{place}-recorder", size, kind="content"),
                Store(
                    f"{place}-science",
                    f"{place}/data.science",
                    size,
                    0.0,
                    capacity_group=f"{place}-recorder",
                ),
            ]
        if draw(st.booleans()):
            parts += [
                Sink(f"{place}-radio.power", node, 50.0, priority=0, flexible=True),
                SharedCapacity(
                    f"{place}-radio", series(3e6), powered_by=f"{place}-radio.power", power=50.0
                ),
                Link(
                    f"{place}-radio.science",
                    f"{place}/data.science",
                    "earth/data.science",
                    group=f"{place}-radio",
                ),
            ]
    if draw(st.booleans()):
        parts += fuel_cell(initial=random.uniform(0, 1))
        if any(isinstance(p, ThermalMass) and p.node == "a/heat" for p in parts):
            parts.append(Derating("cell", "a/heat", 260.0, 284.0))
    for here, there in itertools.pairwise(places):
        for way in ((here, there), (there, here))[: draw(st.integers(0, 2))]:
            parts.append(
                Link(
                    "-".join(way),
                    f"{way[0]}/electricity",
                    f"{way[1]}/electricity",
                    maximum=series(500.0),
                    efficiency=draw(st.sampled_from([1.0, 0.9])),
                )
            )
    parts.append(Sink("earth", "earth/data.science", 1e7, priority=2, flexible=True))
    later = draw(st.integers(0, len(parts)))
    failing = [p.name for p in parts if isinstance(p, Source | Sink | Link | SharedCapacity)]
    modes = [FailureMode(f"{f}.mode", (f,), 1e5, 2e4, units=2, loss=0.5) for f in failing[::2]]
    network = station(*parts[later:], *modes, steps=STEPS, step=STEP, later=[(7, parts[:later])])
    faults = draw_faults(network, {}, [], seed)
    if draw(st.booleans()):
        plan = plan_for(
            network,
            {n: random.random(STEPS) * 700.0 for n in network.flows.names if "science" not in n},
            {
                n: random.random(STEPS) * c
                for n, c in zip(network.stores.names, network.stores.capacity, strict=True)
            },
        )
        orders = orders_of(network, plan, random.random(STEPS) < 0.7, 0.4)
    else:
        orders = orders_of(network, None, np.zeros(0, dtype=np.bool_), 0.4)
    return network, faults, orders


@settings(max_examples=60)
@given(stations())
def test_every_balance_closes_and_no_level_leaves_its_limits(drawn):
    network, faults, orders = drawn
    record = simulate(network, faults, orders)
    assert all(np.isfinite(array).all() for array in record)
    nodes_balance(network, record)
    stores_balance(network, record)
    masses_balance(network, record)
    nothing_leaves_its_limits(network, record)


@settings(max_examples=40)
@given(stations())
def test_at_one_node_nobody_is_served_while_a_higher_priority_goes_without(drawn):
    network, faults, _ = drawn
    record = simulate(network, faults, orders_of(network, None, np.zeros(0, dtype=np.bool_), 0.4))
    sinks, first = network.sinks, network.flows.first["sink"]
    wanted, served = record.wanted, record.flow[:, first : network.flows.first["charge"]]
    columns = network.incidence.tocsc()
    node = np.array([_node(columns, first + k) for k in range(len(sinks.priority))])
    power = np.array([not c.startswith("data.") for c in network.flows.carriers])[
        first : first + len(node)
    ]
    fixed = [
        k
        for k in np.nonzero(power & ~sinks.dump & ~sinks.flexible)[0]
        if all(event.mode != f"{network.flows.names[first + k]}.mode" for event in faults.incidents)
    ]
    for high in fixed:
        for low in fixed:
            if node[high] == node[low] and sinks.priority[high] < sinks.priority[low]:
                short = wanted[:, high] - served[:, high] > 1e-6
                assert served[short, low].max(initial=0.0) < 1e-6


def _node(columns, flow):
    part = slice(columns.indptr[flow], columns.indptr[flow + 1])
    return columns.indices[part][np.argmin(columns.data[part])]


def nodes_balance(network, record):
    rows = network.incidence.toarray()
    for node, row in zip(network.nodes, rows, strict=True):
        if not node.endswith("/heat"):
            through = (np.abs(record.flow) @ np.abs(row)) / 2.0
            scale = np.maximum(through, 1e-6 * through.max(initial=1e-300))
            assert np.all(np.abs(record.flow @ row) <= 1e-9 * scale), node


def stores_balance(network, record):
    stores, flows = network.stores, network.flows
    charge = record.flow[:, list(flows.of("charge"))] * stores.charge_efficiency
    discharge = record.flow[:, list(flows.of("discharge"))] / stores.discharge_efficiency
    before = np.vstack([np.zeros(len(stores.names)), record.content[:-1]])
    for s, arrival in enumerate(stores.arrival):
        before[arrival, s] += stores.initial[s]
    error = record.content - before - (charge - discharge - record.loss) * STEP
    scale = np.maximum(record.content, (charge + discharge) * STEP)
    assert np.all(np.abs(error) <= 1e-9 * np.maximum(scale, 1e-6 * stores.capacity))


def masses_balance(network, record):
    masses = network.masses
    heat = record.flow @ network.incidence[masses.node].toarray().T
    for s, m in enumerate(network.stores.heat_mass):
        if m >= 0:
            heat[:, m] += record.loss[:, s]
    total = heat + record.passive.sum(axis=2)
    gained = masses.capacity * np.diff(record.temperature, axis=0, prepend=masses.initial[None])
    here = np.arange(STEPS)[:, None] >= masses.arrival
    scale = np.abs(heat) + np.abs(record.passive).sum(axis=2) + 1e-6 * masses.capacity * 300 / STEP
    assert np.all(np.abs(np.where(here, gained / STEP - total, 0.0)) <= 1e-9 * scale)


def nothing_leaves_its_limits(network, record):
    stores, sinks = network.stores, network.sinks
    capacity = stores.capacity * (1.0 - record.fade)
    assert np.all(record.content >= 0.0)
    assert np.all(record.content <= capacity * (1.0 + 1e-12))
    assert np.all(record.flow >= 0.0)
    first = network.flows.first["sink"]
    served = record.flow[:, first : network.flows.first["charge"]][:, ~sinks.dump]
    assert np.all(served <= record.wanted[:, ~sinks.dump] * (1.0 + 1e-9) + 1e-12)
    for f in range(len(network.flows.names)):
        if f not in first + np.nonzero(sinks.dump)[0]:
            assert np.all(record.flow[:, f] <= network.capacity(f) * (1.0 + 1e-9) + 1e-12)
    for g in np.nonzero(network.groups.content)[0]:
        held = record.content[:, stores.group == g].sum(axis=1)
        assert np.all(held <= network.groups.cap[g] * (1.0 + 1e-9))


def test_a_run_that_was_tampered_with_is_found_out():
    """The checks above can fail."""
    network = station(
        Source("sun", "a/electricity", 100.0),
        Store("battery", "a/electricity", 1e6, 1e5),
        steps=STEPS,
        step=STEP,
    )
    record = simulate(
        network, draw_faults(network, {}, [], 1), orders_of(network, None, np.zeros(0, bool), 0.0)
    )
    nodes_balance(network, record)
    stores_balance(network, record)
    record.flow[3, 0] += 1e-6
    record.content[5, 0] -= 0.01
    with pytest.raises(AssertionError):
        nodes_balance(network, record)
    with pytest.raises(AssertionError):
        stores_balance(network, record)
