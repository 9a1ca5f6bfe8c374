"""Warm masses against closed forms and an independent integrator."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from tests.simulation.small import WARM, A, lived, station

from ilrs.flows.primitives import (
    FailureMode,
    Hibernation,
    Radiator,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.simulation.faults import ListedFault, draw_faults

CAPACITY, LEGS = 2e6, 5.0
SUN = Source("sun", A, 1e5)


def box(**changes):
    values = {"capacity": CAPACITY, "initial": 300.0, "minimum": 200.0, "maximum": 330.0} | changes
    return ThermalMass("box", WARM, **values)


def heater(name="heater", power=1000.0, setpoint=280.0, sleep=260.0, sleep_factor=1.0, **changes):
    return [
        Sink(
            name,
            A,
            power,
            priority=0,
            flexible=True,
            sleep_factor=sleep_factor,
            products={WARM: 1.0},
            **changes,
        ),
        Thermostat(name, WARM, setpoint, sleep),
    ]


def test_a_mass_on_legs_relaxes_to_the_ground_with_its_time_constant():
    run = lived(station(box(conductance=LEGS, ground=100.0), SUN, steps=4000, step=60))
    time = np.arange(1, 4001) * 60.0
    exact = 100.0 + 200.0 * np.exp(-time * LEGS / CAPACITY)
    # Implicit Euler: relative error of the excess t dt / (2 tau^2).
    error = np.abs(run.temperature("box") - exact)
    assert error.max() < 200.0 * np.exp(-1) * 60.0 * LEGS / CAPACITY
    assert run.temperature("box") == pytest.approx(
        100.0 + 200.0 * (1.0 + 60.0 * LEGS / CAPACITY) ** -np.arange(1.0, 4001.0), rel=1e-12
    )


@pytest.mark.parametrize("step", [60, 600, 3600])
def test_equilibrium_is_that_of_the_laws_whatever_the_step(step):
    waste, absorbed, legs, leak, open_ = 150.0, 30.0, 0.5, 2e-9, 4e-8
    run = lived(
        station(
            box(
                capacity=1e5,
                absorbed=absorbed,
                conductance=legs,
                ground=110.0,
                leak=leak,
                surroundings=90.0,
            ),
            Radiator("panel", WARM, shut=1e-9, open=open_, cold=280.0, hot=300.0, sky=5.0),
            SUN,
            Sink("load", A, 200.0, priority=0, products={WARM: 0.75}),
            steps=10 * 86400 // step,
            step=step,
        )
    )
    warm = run.temperature("box")[-1]
    opening = np.clip((warm - 280.0) / 20.0, 0.0, 1.0)
    out = (
        legs * (warm - 110.0)
        + leak * (warm**4 - 90.0**4)
        + (1e-9 + opening * (open_ - 1e-9)) * (warm**4 - 5.0**4)
    )
    assert out == pytest.approx(waste + absorbed, rel=1e-9)
    assert 0.0 < opening < 1.0


def test_steps_converge_to_an_independent_integration_at_first_order():
    legs, leak, open_ = 3.0, 3e-9, 3e-8
    day = 86400.0

    def ground(t):
        return 110.0 + 30.0 * np.sin(2 * np.pi * t / day)

    def slope(t, y):
        opening = np.clip((y - 280.0) / 20.0, 0.0, 1.0)
        radiated = (1e-9 + opening * (open_ - 1e-9)) * (y**4 - 3.0**4)
        return (700.0 + legs * (ground(t) - y) + leak * (100.0**4 - y**4) - radiated) / 1e6

    exact = solve_ivp(slope, (0.0, 2 * day), [270.0], rtol=1e-11, atol=1e-9, max_step=600.0)
    steps = [3600, 600, 60, 10]
    errors = []
    for step in steps:
        count = round(2 * day / step)
        run = lived(
            station(
                box(
                    capacity=1e6,
                    initial=270.0,
                    conductance=legs,
                    leak=leak,
                    surroundings=100.0,
                    ground=ground((np.arange(count) + 0.5) * step),
                    absorbed=700.0,
                ),
                Radiator("panel", WARM, shut=1e-9, open=open_, cold=280.0, hot=300.0, sky=3.0),
                SUN,
                steps=count,
                step=step,
            )
        )
        errors.append(abs(run.temperature("box")[-1] - exact.y[0, -1]))
    assert errors[0] < 2.0
    for (long, short), (large, small) in zip(
        itertools.pairwise(steps),
        itertools.pairwise(errors),
        strict=True,
    ):
        order = np.log(large / small) / np.log(long / short)
        assert 0.8 < order < 1.6, (steps, errors)


def test_heat_that_passed_closes_the_balance_of_every_step():
    count = 300
    random = np.random.default_rng(2)
    run = lived(
        station(
            box(
                capacity=3e4,
                absorbed=random.uniform(0, 900, count),
                conductance=4.0,
                ground=random.uniform(40, 200, count),
                leak=2e-9,
                surroundings=random.uniform(40, 200, count),
            ),
            Radiator("panel", WARM, shut=1e-9, open=5e-8, cold=280.0, hot=300.0),
            SUN,
            *heater(),
            Sink("load", A, random.uniform(0, 400, count), priority=0, products={WARM: 0.6}),
            steps=count,
        )
    )
    heat = run.network.incidence[[run.network.nodes.index(WARM)]].toarray()[0]
    came = run.record.flow @ heat + run.record.passive[:, 0].sum(axis=1)
    gained = 3e4 * np.diff(run.temperature("box"), prepend=300.0) / 600.0
    assert gained == pytest.approx(came, abs=1e-9 * np.abs(came).max())


def test_a_heater_holds_its_set_point_with_what_leaves():
    run = lived(station(box(conductance=LEGS, ground=100.0), SUN, *heater(), steps=2000))
    assert run.temperature("box")[-1] == pytest.approx(280.0, abs=1e-6)
    assert run.rate("heater")[-1] == pytest.approx(LEGS * 180.0, rel=1e-6)
    assert run.rate("heater")[0] == 0.0


def test_a_heater_counts_on_the_waste_heat_of_others():
    load = Sink("load", A, 500.0, priority=0, products={WARM: 0.8})
    run = lived(station(box(conductance=LEGS, ground=100.0), SUN, load, *heater(), steps=2000))
    assert run.rate("heater")[-1] == pytest.approx(LEGS * 180.0 - 400.0, rel=1e-6)


def test_a_weak_heater_gives_all_it_has_and_is_owed_nothing():
    run = lived(station(box(conductance=LEGS, ground=100.0), SUN, *heater(power=300.0), steps=6000))
    assert run.rate("heater")[-1] == pytest.approx(300.0)
    assert run.temperature("box")[-1] == pytest.approx(100.0 + 300.0 / LEGS, abs=0.1)


def test_two_heaters_of_one_mass_share_the_work_and_stand_in_for_each_other():
    network = station(
        box(conductance=LEGS, ground=100.0, initial=280.0),
        SUN,
        *heater("first", power=600.0),
        *heater("second", power=600.0),
        FailureMode("first.open", ("first",), mtbf=np.inf),
        steps=400,
    )
    faults = draw_faults(network, {}, [ListedFault("first.open", 200 * 600.0, np.inf)], 1)
    run = lived(network, faults=faults)
    assert run.rate("first")[199] + run.rate("second")[199] == pytest.approx(900.0, rel=1e-6)
    assert run.rate("first")[200:].max() == 0.0
    assert run.rate("second")[-1] == pytest.approx(600.0)
    assert run.temperature("box")[199] == pytest.approx(280.0, abs=1e-6)


def test_asleep_the_set_point_is_lower():
    run = lived(
        station(
            box(conductance=LEGS, ground=100.0, initial=280.0),
            Store("battery", A, 1e9, 0.5e9, reserve_weight=1.0),
            *heater(group="box"),
            Hibernation("box", below=0.6, above=0.7, wake_time=0.0),
            steps=600,
        )
    )
    assert np.all(run.record.mode[:, 0] == 1)
    assert run.temperature("box")[-1] == pytest.approx(260.0, abs=1e-6)


def test_a_mass_keeps_its_temperature_until_it_arrives():
    run = lived(
        station(
            SUN,
            steps=4,
            later=[(2, [box(conductance=LEGS, ground=100.0), *heater(setpoint=250.0)])],
        )
    )
    assert run.temperature("box")[:2] == pytest.approx([300.0, 300.0])
    assert np.all(np.diff(run.temperature("box")[1:]) < 0.0)


def test_losses_of_a_store_warm_the_mass_it_stands_in():
    run = lived(
        station(
            box(capacity=1e5),
            Store("battery", A, 1e6, 1e6, loss_rate=1e-5, heat_node=WARM, reserve_weight=1.0),
            steps=100,
        )
    )
    gained = 1e5 * (run.temperature("box")[-1] - 300.0)
    assert gained == pytest.approx(1e6 - run.content("battery")[-1], rel=1e-9)
