"""Truth: a little off what was described, by component, and only where that means something."""

import numpy as np
import pytest
from tests.simulation.small import A, station

from ilrs.flows.primitives import SharedCapacity, Sink, Source, Store
from ilrs.simulation.truth import component_of, offset


@pytest.fixture(scope="module")
def described():
    return station(
        Source("tower/array", A, 900.0),
        Sink("base/load.keep_alive", A, 100.0, priority=0, products={"a/data.science": 1.0}),
        Sink("base/load.service", A, 200.0, priority=1),
        Sink("base/heater", A, 50.0, priority=0, flexible=True),
        Sink("base/radio.power", A, 40.0, priority=0),
        SharedCapacity("base/radio", 1e3, powered_by="base/radio.power", power=40.0),
        Sink("centre/intake", "earth/data.science", 1e9, priority=1),
        Store("base/battery", A, 1e6, 4e5),
        Store("base/cell.water", "a/cell/water", 5.0, 2.0),
    )


def caps(network):
    return dict(zip(network.flows.names, network.flows.cap, strict=True))


def test_components_are_off_by_one_factor_each(described):
    truth = offset(described, 0.05, seed=3)
    before, after = caps(described), caps(truth)
    factor = {name: after[name] / before[name] for name in before if np.isfinite(before[name])}
    assert factor["base/load.keep_alive"] == factor["base/load.service"] != 1.0
    assert factor["tower/array"] not in (1.0, factor["base/load.service"])
    battery = described.stores.names.index("base/battery")
    share = truth.stores.capacity[battery] / described.stores.capacity[battery]
    assert share != 1.0
    assert truth.stores.initial[battery] == pytest.approx(share * 4e5)


def test_settings_matter_and_data_are_as_described(described):
    before, after = caps(described), caps(offset(described, 0.05, seed=3))
    for name in ("base/heater", "base/radio.power", "centre/intake"):
        assert after[name] == before[name]
    water = described.stores.names.index("base/cell.water")
    assert offset(described, 0.05, 3).stores.capacity[water] == 5.0


def test_the_same_seed_is_the_same_truth_and_no_spread_is_the_description(described):
    assert caps(offset(described, 0.05, 3)) == caps(offset(described, 0.05, 3))
    assert caps(offset(described, 0.05, 3)) != caps(offset(described, 0.05, 4))
    assert caps(offset(described, 0.0, 3)) == caps(described)


def test_factors_have_the_spread_that_was_asked_for():
    many = station(*(Source(f"tower-{i}/array", A, 1.0) for i in range(400)))
    factors = offset(many, 0.1, seed=1).flows.cap
    assert factors.mean() == pytest.approx(1.0, abs=4 * 0.1 / 20)
    assert factors.std() == pytest.approx(0.1, rel=0.15)
    assert np.abs(factors - 1.0).max() <= 0.3 + 1e-12


def test_a_part_belongs_to_its_component():
    assert component_of("base/cell.water.charge") == "base/cell"
    assert component_of("tower/array") == "tower/array"
