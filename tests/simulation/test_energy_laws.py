"""Laws of energy equipment: rising slowly, cold stores, wear in the warmth, strings out."""

import numpy as np
import pytest
from tests.simulation.small import WARM, A, lived, station

from ilrs.components.solar_array import lost_with_the_best
from ilrs.errors import ScenarioError
from ilrs.flows.primitives import (
    FailureMode,
    Ramp,
    Sink,
    Source,
    Store,
    ThermalMass,
    Warmth,
)
from ilrs.simulation.faults import ListedFault, draw_faults

SUN = Source("sun", A, 1e5)
LOAD = Sink("load", A, 1000.0, priority=0)


def mass(temperature, **changes):
    """A warm mass so heavy that it keeps its temperature."""
    return ThermalMass("box", WARM, 1e15, temperature, 0.0, 500.0, **changes)


def test_a_reactor_comes_back_along_its_ramp_and_falls_at_once():
    network = station(
        Source("reactor", A, 1000.0),
        Ramp("reactor", 1000.0 / (10 * 600.0)),
        Sink("load", A, 1500.0, priority=0),
        FailureMode("reactor.trip", ("reactor",), np.inf),
        steps=60,
    )
    trip = ListedFault("reactor.trip", 20 * 600.0, 5 * 600.0)
    run = lived(network, faults=draw_faults(network, {}, [trip], 1))
    rate = run.rate("reactor")
    rise = np.minimum(np.arange(1, 21) * 100.0, 1000.0)
    assert rate[:20] == pytest.approx(rise)
    assert rate[20:25].max() == 0.0
    assert rate[25:45] == pytest.approx(rise)


def test_what_rises_follows_what_it_did_and_not_what_it_could():
    demand = np.where(np.arange(12) < 6, 200.0, 900.0)
    run = lived(
        station(
            Source("cell", A, 1000.0),
            Ramp("cell", 150.0 / 600.0),
            Sink("load", A, demand, priority=0),
            steps=12,
        )
    )
    assert run.rate("cell") == pytest.approx(
        [150, 200, 200, 200, 200, 200, 350, 500, 650, 800, 900, 900]
    )


@pytest.mark.parametrize(("temperature", "share"), [(293.0, 1.0), (268.15, 0.85), (200.0, 0.7)])
def test_the_cold_withholds_its_share_of_a_store_and_loses_nothing(temperature, share):
    battery = Store(
        "battery",
        A,
        1e7,
        1e7,
        heat_node=WARM,
        reserve_weight=1.0,
        floor=0.1,
        cold=253.15,
        cold_share=0.7,
        warm=283.15,
    )
    run = lived(station(mass(temperature), battery, LOAD, steps=30))
    assert run.amount("load") == pytest.approx((share - 0.1) * 1e7)
    assert run.content("battery")[-1] == pytest.approx(1e7 - run.amount("load"))


def test_what_the_cold_withheld_is_there_again_in_the_warmth():
    battery = Store(
        "battery", A, 1e6, 1e6, heat_node=WARM, reserve_weight=1.0, cold=250, cold_share=0, warm=260
    )
    warming = ThermalMass("box", WARM, 1e6, 240.0, 0.0, 500.0, absorbed=1e6 / 600.0)
    run = lived(station(warming, battery, LOAD, steps=40))
    assert run.rate("load")[:10].max() == 0.0
    assert run.amount("load") == pytest.approx(1e6)


def test_wear_doubles_with_warming_and_takes_time_alone_without_a_mass():
    def fade(temperature, **changes):
        battery = Store("battery", A, 1e6, 0.0, fade_rate=1e-9, heat_node=WARM, **changes)
        run = lived(station(mass(temperature), battery, SUN, steps=100))
        return run.record.fade[-1, 0]

    plain = 1e-9 * 100 * 600.0
    assert fade(330.0) == pytest.approx(plain)
    assert fade(293.15, fade_doubling=10.0) == pytest.approx(plain)
    assert fade(313.15, fade_doubling=10.0) == pytest.approx(4 * plain)
    assert fade(273.15, fade_doubling=10.0) == pytest.approx(plain / 4)


def test_strings_out_take_their_own_light_the_best_first():
    strings = np.array([[100.0, 0.0, 0.0], [200.0, 50.0, 0.0], [300.0, 150.0, 0.0]])
    light = np.repeat(strings, 4, axis=1)
    losses = lost_with_the_best(light)
    assert losses[:, 0] == pytest.approx([0.5, 5 / 6, 1.0])
    assert losses[:, -1] == pytest.approx([1 / 3, 2 / 3, 1.0])
    mode = FailureMode("array.string", ("array",), np.inf, units=3, loss=1 / 3, losses=losses)
    network = station(
        Source("array", A, light.sum(axis=0)), mode, Sink("load", A, 1e4, priority=0), steps=12
    )
    faults = draw_faults(network, {}, [ListedFault("array.string", 600.0, 5 * 600.0, 2)], 1)
    left = np.where((np.arange(12) >= 1) & (np.arange(12) < 6), light[0], light.sum(axis=0))
    left[4:6] = 0.0  # of 50 and 150 W the two best are all
    assert lived(network, faults=faults).rate("array") == pytest.approx(left, abs=1e-9)


def test_heat_of_isotopes_and_sunlight_join_what_a_mass_absorbs():
    count = 50
    sunlight = np.linspace(0.0, 40.0, count)
    run = lived(
        station(
            ThermalMass("box", WARM, 1e5, 280.0, 0.0, 500.0, absorbed=sunlight),
            Warmth("isotope", WARM, 25.0),
            Warmth("plate", WARM, 0.5 * sunlight),
            Warmth("elsewhere", "surroundings/heat", 1e9),
            SUN,
            steps=count,
        )
    )
    assert run.record.passive[:, 0, 0] == pytest.approx(25.0 + 1.5 * sunlight)
    gained = 1e5 * (run.temperature("box")[-1] - 280.0)
    assert gained == pytest.approx((25.0 + 1.5 * sunlight).sum() * 600.0, rel=1e-9)


@pytest.mark.parametrize(
    ("primitive", "message"),
    [
        (Ramp("sun", 0.0), "never starts"),
        (Ramp("moon", 1.0), "'moon', which does not exist"),
        (Store("s", A, 1.0, 0.0, cold=300.0, warm=290.0), "let it give at most all"),
        (Store("s", A, 1.0, 0.0, cold_share=1.5), "let it give at most all"),
        (Store("s", A, 1.0, 0.0, fade_doubling=0.0), "infinite for none"),
        (Warmth("w", WARM, -1.0), "heat that is negative"),
    ],
)
def test_laws_that_cannot_be_are_refused(primitive, message):
    with pytest.raises(ScenarioError, match=message):
        station(SUN, LOAD, primitive)
