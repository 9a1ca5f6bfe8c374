"""Stores by hand: efficiencies, self-discharge, fade, floors, late arrivals, and no room at all."""

import numpy as np
import pytest
from tests.simulation.small import A, lived, station

from ilrs.flows.primitives import FailureMode, Sink, Source, Store
from ilrs.simulation.faults import ListedFault, draw_faults


def battery(**changes):
    values = {"capacity": 1e6, "initial": 0.0, "reserve_weight": 1.0} | changes
    return Store("battery", A, **values)


def test_charging_and_discharging_take_their_efficiencies():
    light = np.array([1000.0, 1000.0, 0.0, 0.0])
    run = lived(
        station(
            Source("sun", A, light),
            Sink("load", A, 200.0, priority=0),
            battery(charge_efficiency=0.9, discharge_efficiency=0.8),
            steps=4,
        )
    )
    assert run.rate("battery.charge") == pytest.approx([800.0, 800.0, 0.0, 0.0])
    stored = 600 * 800.0 * 0.9
    assert run.content("battery") == pytest.approx(
        [stored, 2 * stored, 2 * stored - 600 * 200 / 0.8, 2 * stored - 2 * 600 * 200 / 0.8]
    )
    assert run.rate("load") == pytest.approx([200.0] * 4)


def test_what_is_lost_in_a_store_is_heat_at_its_node():
    run = lived(
        station(
            Source("sun", A, np.array([1000.0, 0.0])),
            Sink("load", A, np.array([0.0, 400.0]), priority=0),
            battery(charge_efficiency=0.9, discharge_efficiency=0.8, heat_node="a/heat"),
            steps=2,
        )
    )
    heat = run.network.nodes.index("a/heat")
    brought = run.record.flow @ run.network.incidence[[heat]].toarray()[0]
    assert brought == pytest.approx([1000.0 * 0.1, 400.0 * (1 / 0.8 - 1)])


def test_an_idle_store_loses_its_charge_exponentially_whatever_the_step():
    for step in (60, 600, 3600):
        count = 86400 // step
        run = lived(
            station(
                battery(initial=1e6, loss_rate=1e-6), Sink("none", A, 0.0), steps=count, step=step
            )
        )
        assert run.content("battery")[-1] == pytest.approx(1e6 * np.exp(-1e-6 * 86400), rel=1e-12)
        assert run.loss("battery").sum() * step == pytest.approx(1e6 - run.content("battery")[-1])


def test_a_store_is_not_drawn_below_its_floor_nor_filled_above_its_capacity():
    drain = lived(
        station(battery(initial=1e6, floor=0.3), Sink("load", A, 1e3, priority=0), steps=4)
    )
    assert drain.content("battery") == pytest.approx([4e5, 3e5, 3e5, 3e5])
    assert drain.rate("load") == pytest.approx([1e3, 1e5 / 600, 0.0, 0.0])
    fill = lived(station(battery(), Source("sun", A, 1e3), steps=3))
    assert fill.content("battery") == pytest.approx([6e5, 1e6, 1e6])
    assert fill.rate("sun") == pytest.approx([1e3, 4e5 / 600, 0.0])


def test_rates_of_charge_and_discharge_are_limited():
    run = lived(
        station(
            battery(initial=5e5, charge_maximum=100.0, discharge_maximum=50.0),
            Source("sun", A, np.array([1e3, 0.0])),
            Sink("load", A, np.array([0.0, 1e3]), priority=0),
            steps=2,
        )
    )
    assert run.rate("battery.charge") == pytest.approx([100.0, 0.0])
    assert run.rate("load") == pytest.approx([0.0, 50.0])


def test_a_store_that_arrives_later_holds_nothing_before_and_its_own_content_after():
    run = lived(
        station(
            Source("sun", A, 100.0),
            steps=5,
            later=[(3, [battery(initial=2e5)])],
        )
    )
    assert run.content("battery") == pytest.approx([0.0, 0.0, 0.0, 2.6e5, 3.2e5])
    assert run.rate("battery.charge") == pytest.approx([0.0, 0.0, 0.0, 100.0, 100.0])


def test_a_store_of_no_capacity_is_as_if_it_were_not_there():
    run = lived(
        station(
            battery(capacity=0.0),
            Source("sun", A, np.array([500.0, 0.0])),
            Sink("load", A, 200.0, priority=0),
            steps=2,
        )
    )
    assert run.content("battery") == pytest.approx([0.0, 0.0])
    assert run.rate("load") == pytest.approx([200.0, 0.0])


def test_use_and_time_wear_a_store_by_what_they_say():
    run = lived(
        station(
            battery(initial=1e6, fade_rate=1e-6, fade_per_unit=1e-8),
            Sink("load", A, np.array([0.0, 500.0, 0.0]), priority=0),
            steps=3,
        )
    )
    time = 1e-6 * 600
    assert run.fade("battery") == pytest.approx(
        [time, 2 * time + 1e-8 * 3e5, 3 * time + 1e-8 * 3e5]
    )


def test_what_a_faded_store_cannot_hold_any_more_is_lost_and_counted():
    run = lived(station(battery(initial=1e6, fade_rate=1e-5), Source("sun", A, 10.0), steps=10))
    capacity = 1e6 * (1.0 - run.fade("battery"))
    assert run.content("battery") == pytest.approx(capacity, rel=1e-14)
    assert np.all(run.content("battery") <= capacity)
    gained = np.diff(run.content("battery"), prepend=1e6)
    assert run.rate("battery.charge") * 600 - run.loss("battery") * 600 == pytest.approx(gained)


def test_a_store_that_fails_wholly_neither_takes_nor_gives():
    network = station(
        battery(initial=5e5),  # no limit of its rates: infinite, and none when failed
        Source("sun", A, np.array([0.0, 0.0, 900.0])),
        Sink("load", A, np.array([100.0, 100.0, 0.0]), priority=0),
        FailureMode("battery.open", ("battery.charge", "battery.discharge"), mtbf=np.inf),
        steps=3,
    )
    faults = draw_faults(network, {}, [ListedFault("battery.open", 600.0, np.inf)], seed=1)
    run = lived(network, faults=faults)
    assert run.rate("load") == pytest.approx([100.0, 0.0, 0.0])
    assert run.content("battery") == pytest.approx([4.4e5, 4.4e5, 4.4e5])
