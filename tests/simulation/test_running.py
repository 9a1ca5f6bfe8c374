"""Runs as a whole: the same bytes, in any blocks, from any checkpoint, at any step."""

import numpy as np
import pytest
from tests.simulation.small import WARM, A, alone, plan_for, station

from ilrs.errors import RunError
from ilrs.flows.primitives import (
    FailureMode,
    Hibernation,
    Link,
    Radiator,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.simulation.faults import NONE, draw_faults
from ilrs.simulation.kernel import advance
from ilrs.simulation.laws import initial_state, laws_of, new_record
from ilrs.simulation.simulate import blocks, copy_of, live, orders_of, part_of, simulate

DAY = 86400.0


def whole_station(step=600, days=20, events=True):
    """Something of everything, as smooth as the Sun lets it be."""
    count = round(days * DAY / step)
    time = (np.arange(count) + 0.5) * step
    light = np.maximum(np.sin(2 * np.pi * time / (5 * DAY)), 0.0)
    modes = [
        FailureMode("tower/array.string", ("tower/array",), 1e6, 1e5, units=4, loss=0.25),
        FailureMode("base/radio.tube", ("base/radio",), 5e5, 5e4),
    ]
    return station(
        Source("tower/array", A, 3000.0 * light),
        Source("reactor", A, 300.0, minimum=0.5),
        Sink("reactor.dumped", A, 300.0, flexible=True, dump=True),
        Store(
            "base/battery",
            A,
            2e8,
            1.6e8,
            floor=0.2,
            charge_efficiency=0.95,
            discharge_efficiency=0.95,
            loss_rate=1e-8,
            fade_rate=1e-9,
            fade_per_unit=1e-12,
            heat_node=WARM,
            reserve_weight=0.95,
        ),
        Sink(
            "vital",
            A,
            500.0,
            priority=0,
            sleep_factor=0.5,
            group="base",
            products={WARM: 1.0, "a/data.telemetry": 2.0},
        ),
        Sink("service", A, 400.0, priority=1, group="base", products={"a/data.science": 30.0}),
        Sink("extra", A, 300.0, priority=2),
        Hibernation("base", 0.3, 0.5, 7200.0),
        ThermalMass(
            "box",
            WARM,
            5e5,
            290.0,
            250.0,
            320.0,
            absorbed=50.0 * light,
            conductance=2.0,
            ground=100.0 + 30.0 * light,
            leak=2e-9,
            surroundings=80.0,
        ),
        Radiator("panel", WARM, shut=1e-9, open=6e-8, cold=285.0, hot=305.0),
        Sink("heater", A, 800.0, priority=0, flexible=True, sleep_factor=1.0, products={WARM: 1.0}),
        Thermostat("heater", WARM, 280.0, 260.0),
        SharedCapacity("recorder", 2e9, kind="content"),
        Store("science", "a/data.science", 2e9, 0.0, capacity_group="recorder"),
        Store("telemetry", "a/data.telemetry", 2e9, 0.0, capacity_group="recorder"),
        Sink("base/radio.power", A, 60.0, priority=0, flexible=True, sleep_factor=1.0),
        SharedCapacity(
            "base/radio", 4e4 * (light > 0.3), powered_by="base/radio.power", power=60.0
        ),
        *(
            Link(f"radio.{c}", f"a/data.{c}", f"earth/data.{c}", group="base/radio")
            for c in ("telemetry", "science")
        ),
        *(
            Sink(f"earth.{c}", f"earth/data.{c}", 1e9, priority=1 + i, flexible=True)
            for i, c in enumerate(("telemetry", "science"))
        ),
        *(modes if events else ()),
        steps=count,
        step=step,
    )


@pytest.fixture(scope="module")
def network():
    return whole_station()


@pytest.fixture(scope="module")
def faults(network):
    drawn = draw_faults(network, {}, [], seed=5)
    assert len(drawn.incidents) > 10
    return drawn


@pytest.fixture(scope="module")
def orders(network):
    count = network.clock.count
    plan = plan_for(
        network,
        {"service": 300.0, "extra": 200.0, "base/battery.discharge": 400.0},
        {"base/battery": 1e8},
        every=6,
    )
    heard = np.random.default_rng(1).random(count) < 0.7
    return orders_of(network, plan, heard, 0.5)


def same(first, second):
    return (
        all(a.tobytes() == b.tobytes() for a, b in zip(first, second, strict=True))
        and first._fields == second._fields
    )


def test_the_same_run_twice_is_the_same_bytes(network, faults, orders):
    assert same(simulate(network, faults, orders), simulate(network, faults, orders))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_blocks_make_no_difference(network, faults, orders, size):
    laws = laws_of(network)
    state, record = initial_state(laws), new_record(laws, network.clock.count)
    for first, last in blocks(network.clock.count, size=size):
        advance(laws, state, faults.events, orders, part_of(record, first, last), first, last)
    assert same(record, simulate(network, faults, orders))


def test_a_run_taken_up_from_a_kept_state_ends_the_same(network, faults, orders):
    laws, count = laws_of(network), network.clock.count
    state = initial_state(laws)
    live(laws, state, faults, orders, 0, 1234)
    kept = copy_of(state)
    rest = live(laws, state, faults, orders, 1234, count)
    again = live(laws, kept, faults, orders, 1234, count)
    assert same(rest, again)
    assert same(state, kept)
    assert same(rest, part_of(simulate(network, faults, orders), 1234, count))


def test_a_kept_state_does_not_change_with_the_run(network, faults, orders):
    laws = laws_of(network)
    state = initial_state(laws)
    kept = copy_of(state)
    live(laws, state, faults, orders, 0, 100)
    assert same(kept, initial_state(laws))
    assert not same(kept, state)


def test_progress_is_told_by_blocks(network, orders):
    told = []
    simulate(network, NONE, orders, progress=told.append)
    assert told == [network.clock.count]
    assert [*blocks(10, 3, 4)] == [(3, 7), (7, 10)]


def test_shorter_steps_converge_at_first_order():
    """From 1 s to 1 h: the error falls with the step; failures apart, they come at their moment."""
    ends = {}
    for step in (1, 60, 600, 3600):
        network = whole_station(step, days=4, events=False)
        record = simulate(network, NONE, alone(network, 0.3))
        served = record.flow[:, network.flows.index("service")].sum() * step
        ends[step] = np.array(
            [record.content[-1, 0], record.temperature[-1, 0], served, record.content[-1, 1]]
        )
    scale = np.array([2e8, 100.0, 400.0 * 4 * DAY, 2e9])
    error = {step: np.abs(ends[step] - ends[1]) / scale for step in (60, 600, 3600)}
    assert error[3600].max() < 2e-2
    assert error[600].max() < 4e-3
    assert error[60].max() < 4e-4
    order = np.log(error[3600].max() / error[60].max()) / np.log(60.0)
    assert order > 0.8


def test_steps_outside_the_clock_or_the_orders_are_refused(network, orders):
    laws = laws_of(network)
    count = network.clock.count
    with pytest.raises(ValueError, match="of a clock of"):
        live(laws, initial_state(laws), NONE, orders, count - 1, count + 1)
    short = orders._replace(row=orders.row[:10])
    with pytest.raises(ValueError, match="orders for"):
        live(laws, initial_state(laws), NONE, short, 0, 11)
    with pytest.raises(ValueError, match="room for"):
        advance(laws, initial_state(laws), NONE.events, orders, new_record(laws, 4), 0, 5)


def test_a_plan_of_another_station_or_period_is_refused(network):
    heard = np.ones(network.clock.count, dtype=np.bool_)
    plan = plan_for(network)
    other = station(Source("sun", A, 1.0))
    with pytest.raises(RunError, match="another station"):
        orders_of(other, plan, heard, 0.5)
    with pytest.raises(RunError, match="the plan covers"):
        orders_of(whole_station(days=21), plan, np.ones(21 * 144, dtype=np.bool_), 0.5)
    with pytest.raises(RunError, match="who commands"):
        orders_of(network, plan, heard[:-1], 0.5)


def test_levels_to_keep_are_the_plan_less_a_margin(network):
    plan = plan_for(network, level={"base/battery": 1e8})
    orders = orders_of(network, plan, np.ones(network.clock.count, dtype=np.bool_), 0.5, 0.05)
    assert orders.level[0, 0] == pytest.approx(1e8 - 0.05 * 2e8)
    assert orders.level[:, 1:].min() == 0.0


@pytest.mark.parametrize(
    "parts",
    [
        [Source("sun", A, 1.0)],
        [Sink("load", A, 1.0)],
        [ThermalMass("box", WARM, 1e5, 290.0, 250.0, 320.0, conductance=1.0, ground=100.0)],
        [Store("battery", A, 1.0, 1.0)],
        [Link("cable", A, "b/electricity", maximum=5.0)],
    ],
)
def test_a_station_of_one_part_alone_runs(parts):
    network = station(*parts, steps=3)
    record = simulate(network, NONE, alone(network))
    assert all(np.isfinite(array).all() for array in record)
    assert not record.flow.any()
