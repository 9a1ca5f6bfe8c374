"""Primitives as arrays: what every flow does at the nodes, its cap over time, and its resources."""

import numpy as np
import pytest

from ilrs.flows.clock import Clock
from ilrs.flows.primitives import (
    Converter,
    Link,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
)
from ilrs.network.compile import Arrival, compile_network
from ilrs.network.demands import DATA_STAGE, FILL, LEFTOVER, SINK

A, B, HEAT = "a/electricity", "b/electricity", "a/heat"
CLOCK = Clock(np.datetime64("2031-01-01T00:00:00"), 600, 4)


def compiled(*primitives, later=()):
    return compile_network(CLOCK, [Arrival(0, primitives), *(Arrival(k, p) for k, p in later)])


def column(network, flow):
    dense = network.incidence.toarray()[:, network.flows.index(flow)]
    return {n: v for n, v in zip(network.nodes, dense, strict=True) if v}


def test_every_flow_does_at_the_nodes_what_its_primitive_says():
    network = compiled(
        Source("reactor", A, 1.0, products={HEAT: 2.0}),
        Sink("load", A, 1.0, products={HEAT: 0.7}),
        Store(
            "battery", A, 1.0, 0.0, charge_efficiency=0.9, discharge_efficiency=0.8, heat_node=HEAT
        ),
        Link("cable", A, B, efficiency=0.95),
        Converter("pump", {"b/electricity": -1.0, "b/heat": 1.0}, 1.0),
    )
    assert column(network, "reactor") == {A: 1.0, HEAT: 2.0}
    assert column(network, "load") == {A: -1.0, HEAT: 0.7}
    assert column(network, "battery.charge") == {A: -1.0, HEAT: pytest.approx(0.1)}
    assert column(network, "battery.discharge") == {A: 1.0, HEAT: pytest.approx(0.25)}
    assert column(network, "cable") == {A: -1.0, B: 0.95, "surroundings/heat": pytest.approx(0.05)}
    assert column(network, "pump") == {B: -1.0, "b/heat": 1.0}


def test_flows_stand_in_order_of_their_kind():
    network = compiled(
        Link("cable", A, B),
        Store("battery", A, 1.0, 0.0),
        Sink("load", A, 1.0),
        Source("sun", A, 1.0),
    )
    assert network.flows.names == ("sun", "load", "battery.charge", "battery.discharge", "cable")
    assert list(network.flows.of("charge")) == [2]
    assert list(network.flows.of("converter")) == []
    assert list(network.flows.of("link")) == [4]
    assert network.flows.units == ("W",) * 5


def test_equal_series_share_a_row_and_constants_take_none():
    light = np.array([0.0, 1.0, 2.0, 4.0])
    network = compiled(
        Source("small", A, light),
        Source("large", A, 3.0 * light),
        Source("other", A, light[::-1].copy()),
        Source("constant", A, np.full(4, 7.0)),
        Source("nothing", A, np.zeros(4)),
        Sink("load", A, 5.0),
    )
    assert len(network.profiles) == 2
    assert list(network.flows.profile) == [0, 0, 1, -1, -1, -1]
    for f, series in enumerate([light, 3 * light, light[::-1], [7] * 4, [0] * 4, [5] * 4]):
        assert network.capacity(f) == pytest.approx(series)
    assert network.capacity(1, slice(2, 4)) == pytest.approx([6.0, 12.0])


def test_caps_need_no_profiles():
    network = compiled(Source("sun", A, 2.0))
    assert network.capacity(0) == pytest.approx([2.0] * 4)
    assert network.capacity(0, slice(1, 3)) == pytest.approx([2.0] * 2)


def test_recipes_take_room_content_and_shared_capacities():
    network = compiled(
        Source("sun", A, 1.0),
        Store(
            "battery",
            A,
            1.0,
            0.0,
            charge_efficiency=0.9,
            discharge_efficiency=0.8,
            reserve_weight=1.0,
        ),
        SharedCapacity("radio", 1.0),
        Sink("camera", A, 1.0, products={"a/data.science": 5.0}),
        Link("radio.science", "a/data.science", "e/data.science", group="radio"),
        Sink("earth", "e/data.science", 1.0, flexible=True),
    )
    demands, flows = network.demands, list(network.flows.names)
    names = [*flows, "content", "room", "radio", "injection"]
    found = {}
    for d in range(len(demands.kind)):
        member = flows[demands.member[demands.start[d]]]
        found[member, int(demands.kind[d])] = [
            {
                names[demands.resource[e]]: float(demands.amount[e])
                for e in range(demands.entry_start[r], demands.entry_start[r + 1])
            }
            for r in range(demands.recipe_start[d], demands.recipe_start[d + 1])
        ]
    assert found["camera", SINK] == [{"sun": 1.0}, {"battery.discharge": 1.0, "content": 1.25}]
    assert found["battery.charge", FILL] == [{"sun": 1.0, "battery.charge": 1.0, "room": 0.9}]
    assert found["earth", SINK] == [{"radio.science": 1.0, "radio": 1.0, "injection": 1.0}]
    assert found["a/data.science.lost", LEFTOVER] == [{"injection": 1.0}]
    data = {flows[demands.member[demands.start[d]]] for d in np.nonzero(demands.stage)[0]}
    assert DATA_STAGE == 1
    assert data == {"earth", "a/data.science.lost"}


def test_demands_come_by_priority_and_share_a_node():
    network = compiled(
        Source("sun", A, 1.0),
        Sink("late", A, 1.0, priority=4),
        Sink("vital", A, 1.0, priority=0),
        Sink("first", A, 1.0, priority=1),
        Sink("too", A, 1.0, priority=1),
        Sink("far", B, 1.0, priority=1),
    )
    demands = network.demands
    served = [
        [network.flows.names[m] for m in demands.member[demands.start[d] : demands.start[d + 1]]]
        for d in range(len(demands.kind))
    ]
    assert served == [["vital"], ["first", "too"], ["far"], ["late"]]


def test_what_heats_nothing_is_the_surroundings():
    network = compiled(
        Store("battery", A, 1.0, 0.0, loss_rate=1e-6, heat_node=HEAT),
        Store("tank", "a/hydrogen", 1.0, 0.0, loss_rate=1e-6, heat_node=HEAT),
        Store("outside", A, 1.0, 0.0, loss_rate=1e-6),
        ThermalMass("box", HEAT, 1e5, 290.0, 250.0, 320.0),
    )
    assert list(network.stores.heat_mass) == [0, -1, -1]


def test_stores_and_masses_know_when_they_arrive():
    network = compiled(
        Store("now", A, 1.0, 0.0),
        later=[
            (2, (Store("later", A, 1.0, 0.0), ThermalMass("box", HEAT, 1e5, 290.0, 250.0, 320.0)))
        ],
    )
    assert list(network.stores.arrival) == [0, 2]
    assert list(network.masses.arrival) == [2]


def test_nothing_at_all_is_a_network_of_nothing():
    network = compiled()
    assert network.flows.names == ()
    assert network.incidence.shape == (1, 0)
