"""The dispatch by hand: priorities, storage, heat, radios, and what no solution means."""

import numpy as np
import pytest

from ilrs.errors import PlanError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import (
    Converter,
    Link,
    Radiator,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.network.compile import Arrival, compile_network
from ilrs.planning.dispatch import Dispatch, Start, heat_of
from ilrs.planning.objective import exchange_bound
from ilrs.planning.steps import PlanSteps

HOUR = 3600
NODE = "a/electricity"
DAY = np.r_[np.full(12, 1000.0), np.zeros(12)]


def solved(*primitives, steps=24, start=None, reference=None, **options):
    clock = Clock(np.datetime64("2031-01-01T00:00:00"), HOUR, steps)
    network = compile_network(clock, [Arrival(0, primitives)])
    masses = len(network.masses.names)
    if reference is None:
        reference = np.tile(network.masses.initial, (steps, 1)).reshape(steps, masses)
    dispatch = Dispatch(network, PlanSteps(np.arange(steps + 1), HOUR), reference, **options)
    start = start or Start(
        network.stores.initial.copy(),
        np.zeros(len(network.stores.names)),
        network.masses.initial.copy(),
    )
    return network, dispatch, dispatch.solve(0, steps, start)


def rate(network, window, name):
    return window.flow[:, network.flows.index(name)]


def test_a_store_carries_the_day_into_the_night_with_its_losses():
    battery = Store(
        "battery",
        NODE,
        1e9,
        0.0,
        charge_efficiency=0.9,
        discharge_efficiency=0.8,
        reserve_weight=0.8,
    )
    network, _, window = solved(
        Source("sun", NODE, DAY), Sink("load", NODE, 400.0, priority=1), battery
    )
    served = rate(network, window, "load")
    # 12 h of 600 W surplus give 12 h of 600 * 0.9 * 0.8 = 432 W > 400 W: nothing is short.
    assert served == pytest.approx(np.full(24, 400.0), rel=1e-7)
    assert window.level[11, 0] >= 12 * HOUR * 400.0 / 0.8 * (1 - 1e-7)


def test_the_higher_priority_is_served_first_whatever_it_costs_the_lower():
    battery = Store(
        "battery",
        NODE,
        1e9,
        0.0,
        charge_efficiency=0.7,
        discharge_efficiency=0.7,
        reserve_weight=0.7,
    )
    network, _, window = solved(
        Source("sun", NODE, DAY),
        Sink("first", NODE, 300.0, priority=1),
        Sink("second", NODE, 700.0, priority=2),
        battery,
    )
    first, second = rate(network, window, "first"), rate(network, window, "second")
    assert first == pytest.approx(np.full(24, 300.0), rel=1e-7)
    # By day 700 W are left; 300/0.49 = 612 W of them go into the store for the night.
    assert second[:12].sum() == pytest.approx(12 * (700.0 - 300.0 / 0.49), rel=1e-6)
    assert second[12:].sum() == pytest.approx(0.0, abs=1e-3)


def test_the_exchange_bound_is_the_worst_way_from_source_to_sink():
    battery = Store(
        "battery",
        NODE,
        1e9,
        0.0,
        charge_efficiency=0.7,
        discharge_efficiency=0.7,
        reserve_weight=0.7,
    )
    link = Link("cable", "far/electricity", NODE, 1e6, efficiency=0.9)
    network, _, _ = solved(
        Source("sun", "far/electricity", DAY), Sink("load", NODE, 1.0), battery, link
    )
    assert exchange_bound(network) == pytest.approx(1 / 0.49 / 0.9)


def test_a_cold_box_is_heated_to_its_set_point_and_no_more():
    mass = ThermalMass(
        "box", "f/heat", 1e5, 280.0, minimum=250.0, maximum=320.0, conductance=2.0, ground=100.0
    )
    network, dispatch, window = solved(
        Source("sun", NODE, 1000.0, cost=1e-3),
        Sink("heater", NODE, 800.0, priority=0, flexible=True, products={"f/heat": 1.0}),
        mass,
        Thermostat("heater", "f/heat", 280.0, 260.0),
    )
    assert rate(network, window, "heater") == pytest.approx(np.full(24, 360.0), rel=1e-6)
    assert window.temperature == pytest.approx(np.full((24, 1), 280.0), rel=1e-9)
    assert dispatch.balanced(heat_of(network, window.flow)) == pytest.approx(
        np.full((24, 1), 280.0), abs=1e-3
    )


def test_linear_heat_laws_are_exact_at_their_reference_and_close_near_it():
    mass = ThermalMass("box", "f/heat", 1e5, 290.0, minimum=250.0, maximum=320.0)
    plate = Radiator("plate", "f/heat", shut=1e-9, open=5e-9, cold=280.0, hot=300.0, sky=50.0)
    _, dispatch, _ = solved(Source("sun", NODE, 1.0), Sink("load", NODE, 1.0), mass, plate)
    at = np.full((24, 1), 290.0)
    value, slope = dispatch.passive(0, 24, at)
    for near in (289.5, 290.5):
        true, _ = dispatch.passive(0, 24, np.full((24, 1), near))
        assert value + slope * (near - 290.0) == pytest.approx(true, rel=2e-3)
    by_difference = (
        dispatch.passive(0, 24, at + 1e-3)[0] - dispatch.passive(0, 24, at - 1e-3)[0]
    ) / 2e-3
    assert slope == pytest.approx(by_difference, rel=1e-6)


def test_a_radio_takes_power_in_proportion_to_what_it_sends():
    science = Sink(
        "instrument", NODE, 10.0, priority=1, products={"a/data.science": 1e6, "x/heat": 1.0}
    )
    network, _, window = solved(
        Source("sun", NODE, 100.0, cost=1e-6),
        science,
        Sink("radio.power", NODE, 40.0, priority=0, flexible=True, cost=1e-6),
        SharedCapacity("radio", 4e7, powered_by="radio.power", power=40.0),
        Link("radio.science", "a/data.science", "earth/data.science", group="radio"),
        Sink("archive", "earth/data.science", 1e9, priority=1, flexible=True),
        Store("memory", "a/data.science", 1e12, 0.0),
    )
    assert rate(network, window, "a/data.science.lost").max() == pytest.approx(0.0, abs=1e-6)
    sent = rate(network, window, "radio.science")
    assert sent == pytest.approx(np.full(24, 1e7), rel=1e-6)
    assert rate(network, window, "radio.power") == pytest.approx(sent / 4e7 * 40.0, rel=1e-6)


def test_a_cyclic_dispatch_ends_as_it_begins():
    network, _, window = solved(
        Source("sun", NODE, DAY, cost=1.0),
        Sink("load", NODE, 100.0),
        Store("battery", NODE, 1e9, 0.0, reserve_weight=1.0),
        serve=False,
        cyclic=True,
    )
    net = rate(network, window, "battery.charge") - rate(network, window, "battery.discharge")
    assert net.sum() * HOUR == pytest.approx(0.0, abs=1.0)
    assert rate(network, window, "sun").sum() == pytest.approx(2400.0)


def test_what_cannot_be_served_has_no_cheapest_dispatch():
    with pytest.raises(PlanError, match="Infeasible"):
        solved(Source("sun", NODE, DAY), Sink("load", NODE, 400.0), serve=False)


def test_a_converter_turns_input_to_output_within_its_rating():
    ratios = {NODE: -1.0, "b/electricity": 0.5, "x/heat": 0.5}
    network, _, window = solved(
        Source("sun", NODE, 1000.0),
        Converter("half", ratios, 600.0),
        Sink("load", "b/electricity", 400.0),
    )
    assert rate(network, window, "load") == pytest.approx(np.full(24, 300.0))
