"""The order of service by hand: who is served, from where, and who goes without."""

import numpy as np
import pytest
from tests.simulation.small import A, B, commanded, lived, plan_for, station

from ilrs.flows.primitives import Link, Sink, Source, Store
from ilrs.simulation.simulate import orders_of


def battery(**changes):
    values = {"capacity": 1e6, "initial": 1e6, "reserve_weight": 1.0} | changes
    return Store("battery", A, **values)


def test_the_lowest_priority_is_shed_first():
    run = lived(
        station(
            Source("sun", A, np.array([1000.0, 600.0, 300.0, 100.0])),
            Sink("last", A, 400.0, priority=5),
            Sink("vital", A, 200.0, priority=0),
            Sink("second", A, 300.0, priority=2),
            steps=4,
        )
    )
    assert run.rate("vital") == pytest.approx([200.0, 200.0, 200.0, 100.0])
    assert run.rate("second") == pytest.approx([300.0, 300.0, 100.0, 0.0])
    assert run.rate("last") == pytest.approx([400.0, 100.0, 0.0, 0.0])
    assert run.rate("sun") == pytest.approx([900.0, 600.0, 300.0, 100.0])


def test_those_of_one_priority_share_in_proportion_to_what_they_want():
    run = lived(
        station(
            Source("sun", A, 300.0),
            Sink("big", A, 400.0, priority=2),
            Sink("small", A, 200.0, priority=2),
            steps=1,
        )
    )
    assert run.rate("big") == pytest.approx([200.0])
    assert run.rate("small") == pytest.approx([100.0])


def test_in_the_dark_keep_alive_draws_the_store_and_the_rest_leaves_the_reserve():
    run = lived(
        station(
            battery(floor=0.2),
            Sink("vital", A, 200.0, priority=0),
            Sink("service", A, 400.0, priority=1),
            steps=4,
        ),
        reserve=0.5,
    )
    # 8e5 J can be drawn, 4e5 of it is the reserve: one step of both takes 3.6e5.
    assert run.rate("vital") == pytest.approx([200.0] * 4)
    assert run.rate("service") == pytest.approx([400.0, 0.0, 0.0, 0.0])
    assert run.content("battery") == pytest.approx([6.4e5, 5.2e5, 4e5, 2.8e5])
    drained = lived(run.network, reserve=0.0)
    assert drained.rate("vital") == pytest.approx([200.0, 200.0, 0.8e5 / 600, 0.0])
    assert drained.rate("service") == pytest.approx([400.0, 400.0, 0.0, 0.0])


def test_stores_fill_from_surplus_only_and_after_every_sink():
    run = lived(
        station(
            battery(initial=0.0),
            Store("other", B, 1e6, 1e6, reserve_weight=1.0),
            Link("cable", B, A),
            Source("sun", A, 500.0),
            Sink("service", A, 300.0, priority=7),
            steps=1,
        )
    )
    assert run.rate("battery.charge") == pytest.approx([200.0])
    assert run.rate("other.discharge") == pytest.approx([0.0])


def test_what_must_run_gives_the_rest_of_its_minimum_to_its_dump():
    run = lived(
        station(
            Source("reactor", A, 1000.0, minimum=0.6),
            Sink("dumped", A, 1000.0, flexible=True, dump=True),
            Sink("load", A, np.array([0.0, 250.0, 600.0, 800.0, 1500.0]), priority=0),
            steps=5,
        )
    )
    assert run.rate("reactor") == pytest.approx([600.0, 600.0, 600.0, 800.0, 1000.0])
    assert run.rate("dumped") == pytest.approx([600.0, 350.0, 0.0, 0.0, 0.0])
    assert run.rate("load") == pytest.approx([0.0, 250.0, 600.0, 800.0, 1000.0])
    assert run.wanted("dumped") == pytest.approx([0.0] * 5)


def test_a_forced_source_charges_before_it_dumps():
    run = lived(
        station(
            Source("reactor", A, 1000.0, minimum=0.5),
            Sink("dumped", A, 0.0, flexible=True, dump=True),
            battery(initial=7e5),
            steps=2,
        )
    )
    assert run.rate("battery.charge") == pytest.approx([500.0, 0.0])
    assert run.rate("dumped") == pytest.approx([0.0, 500.0])


def test_a_cable_brings_what_is_left_of_the_way():
    run = lived(
        station(
            Source("sun", A, 1000.0),
            Link("cable", A, B, maximum=500.0, efficiency=0.8),
            Sink("far", B, np.array([300.0, 900.0]), priority=0),
            steps=2,
        )
    )
    assert run.rate("far") == pytest.approx([300.0, 400.0])
    assert run.rate("cable") == pytest.approx([375.0, 500.0])
    assert run.rate("sun") == pytest.approx([375.0, 500.0])


def test_sources_of_least_loss_come_before_farther_ones_and_stores_last():
    run = lived(
        station(
            Store("battery", A, 1e6, 1e6, reserve_weight=1.0),
            Source("far", B, 1000.0),
            Source("near", A, 100.0),
            Link("cable", B, A, maximum=300.0, efficiency=0.5),
            Sink("load", A, 400.0, priority=0),
            steps=1,
        )
    )
    assert run.rate("near") == pytest.approx([100.0])
    assert run.rate("cable") == pytest.approx([300.0])
    assert run.rate("battery.discharge") == pytest.approx([150.0])


class TestPlanned:
    def station(self):
        return station(
            Source("sun", A, np.array([500.0, 0.0, 0.0])),
            battery(initial=6e5),
            Sink("vital", A, 100.0, priority=0),
            Sink("service", A, 300.0, priority=1),
            Sink("extra", A, 200.0, priority=2),
            steps=3,
        )

    def test_sinks_get_what_the_plan_gives_them_and_more_only_from_surplus(self):
        network = self.station()
        plan = plan_for(network, {"service": 150.0, "battery.discharge": 250.0})
        run = lived(network, commanded(network, plan))
        # 500 W of sun: 100 vital, 150 planned, then surplus: 150 more service, then 100 extra.
        assert run.rate("service") == pytest.approx([300.0, 150.0, 150.0])
        assert run.rate("extra") == pytest.approx([100.0, 0.0, 0.0])
        assert run.rate("battery.discharge") == pytest.approx([0.0, 250.0, 250.0])
        assert run.record.override == pytest.approx([0.0, 0.0, 0.0])

    def test_keep_alive_overrides_a_plan_that_forgot_it(self):
        network = self.station()
        plan = plan_for(network, {"battery.discharge": 30.0})
        run = lived(network, commanded(network, plan))
        assert run.rate("vital") == pytest.approx([100.0] * 3)
        assert run.record.override == pytest.approx([0.0, 70.0, 70.0])

    def test_all_keep_alive_is_served_as_planned_before_any_overrides(self):
        network = station(
            battery(initial=5e4),
            Link("cable", A, B),
            Sink("near", A, 100.0, priority=0),
            Sink("far", B, 100.0, priority=0),
            steps=1,
        )
        plan = plan_for(network, {"battery.discharge": 60.0})
        run = lived(network, commanded(network, plan))
        served = run.rate("near") + run.rate("far")
        assert served == pytest.approx([5e4 / 600])
        assert run.record.override == pytest.approx([5e4 / 600 - 60.0])

    def test_service_beyond_planned_discharge_leaves_the_planned_level(self):
        network = self.station()
        plan = plan_for(network, {"service": 300.0}, {"battery": 4.5e5})
        run = lived(network, commanded(network, plan))
        # In the light surplus goes to extra; then 6e5 J less 6e4 J for vital, down to 4.5e5 J.
        assert run.content("battery")[0] == pytest.approx(6e5)
        assert run.rate("service")[1] == pytest.approx((6e5 - 6e4 - 4.5e5) / 600)
        assert run.rate("service")[2] == pytest.approx(0.0)
        assert run.rate("vital") == pytest.approx([100.0] * 3)

    def test_stores_charge_as_planned_before_unplanned_service(self):
        network = self.station()
        plan = plan_for(network, {"service": 50.0, "battery.charge": [200.0, 0.0, 0.0]})
        run = lived(network, commanded(network, plan))
        assert run.rate("battery.charge")[0] == pytest.approx(200.0)
        assert run.rate("service")[0] == pytest.approx(200.0)
        assert run.rate("extra")[0] == pytest.approx(0.0)

    def test_a_step_of_the_plan_may_hold_several_of_the_simulation(self):
        network = self.station()
        plan = plan_for(network, {"service": np.array([10.0, 20.0])}, every=2)
        run = lived(network, commanded(network, plan))
        assert run.rate("service")[1:] == pytest.approx([10.0, 20.0])

    def test_without_a_commander_the_plan_means_nothing(self):
        network = self.station()
        plan = plan_for(network, {"service": 50.0})
        nobody = orders_of(network, plan, np.zeros(3, dtype=np.bool_), 0.0)
        by_rule = lived(network)
        assert np.array_equal(lived(network, nobody).record.flow, by_rule.record.flow)


def test_nothing_to_give_is_nothing_served():
    run = lived(station(Sink("load", A, 100.0, priority=0), steps=2))
    assert run.rate("load") == pytest.approx([0.0, 0.0])
    assert run.wanted("load") == pytest.approx([100.0, 100.0])
