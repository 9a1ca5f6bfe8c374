"""Batteries, fuel cells, reactors and isotopes: what they become, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from tests.components.place import of, only
from tests.simulation.small import lived

from ilrs.components.battery import CHEMISTRIES, Battery
from ilrs.components.fission_reactor import FissionReactor
from ilrs.components.radioisotope_generator import RadioisotopeGenerator
from ilrs.components.radioisotope_heater import RadioisotopeHeater
from ilrs.components.regenerative_fuel_cell import WATER_HEAT, RegenerativeFuelCell
from ilrs.flows.primitives import (
    Converter,
    Derating,
    Ramp,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
    Warmth,
)
from ilrs.network.compile import Arrival, compile_network
from ilrs.physics.chemistry import WATER_PER_HYDROGEN
from ilrs.physics.fission import YEAR

BATTERY = {"capacity": 1e8, "charge_power": 1e3, "discharge_power": 1e3}
CELL = {"electrolyser_power": 3e3, "cell_power": 2e3, "hydrogen": 7.0}


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
def test_a_chemistry_sets_what_is_not_given_and_nothing_else(chemistry):
    battery = Battery(**BATTERY, chemistry=chemistry, cycle_life=777.0)
    assert battery.cycle_life == 777.0
    for key, value in CHEMISTRIES[chemistry].items():
        if key != "cycle_life":
            assert getattr(battery, key) == pytest.approx(value), key
    untouched = set(Battery.model_fields) - set(CHEMISTRIES[chemistry]) - {"cycle_life"}
    plain = Battery(**BATTERY)
    for key in untouched - {"chemistry"}:
        assert getattr(battery, key) == getattr(plain, key), key


def test_a_battery_tells_its_store_of_cold_and_wear(at):
    store = only(Battery(**BATTERY, chemistry="low_temperature").primitives(at), Store)
    assert (store.cold, store.cold_share, store.warm) == (213.15, 0.5, 283.15)
    assert store.fade_doubling == 10.0
    derating = only(Battery(**BATTERY, chemistry="lto").primitives(at), Derating)
    assert (derating.none, derating.full) == (243.15, 263.15)


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"charge_stop": 280.0}, "give charge_full a higher temperature"),
        ({"cold": 290.0}, "give warm a higher temperature"),
        ({"round_trip": 1.1}, r"1\.1 is above 1"),
        ({"chemistry": "lead"}, "'nca'"),
    ],
)
def test_batteries_that_cannot_be_are_refused(figures, message):
    with pytest.raises(ValueError, match=message):
        Battery(**BATTERY, **figures)


def test_tanks_and_water_are_part_of_the_mass():
    cell = RegenerativeFuelCell(**CELL)
    assert cell.tanks_mass() == pytest.approx(54.0 + 25.0, rel=0.05)
    colder = RegenerativeFuelCell(**CELL, tank_temperature=220.0)
    assert colder.tanks_mass() / cell.tanks_mass() == pytest.approx(220.0 / 293.15, rel=0.03)
    with pytest.raises(ValueError, match="tanks and water alone weigh 139 kg"):
        RegenerativeFuelCell(**CELL, mass=100.0)
    with pytest.raises(ValueError, match=r"1\.2 is above 1"):
        RegenerativeFuelCell(**CELL, cell_efficiency=1.2)


def test_a_fuel_cell_starts_in_its_time_and_stands_by_on_power(at):
    made = RegenerativeFuelCell(**CELL, start_time=100.0, standby_power=40.0).primitives(at)
    assert {r.flow: r.up for r in of(made, Ramp)} == pytest.approx(
        {"base/thing.electrolyser": 5.0, "base/thing.cell": 20.0}
    )
    standby = only(made, Sink)
    assert standby.demand[1] == 40.0
    assert standby.products == {"base/heat": 1.0}
    assert not of(made, ThermalMass)


def test_water_outside_has_a_heater_of_its_own_and_frozen_feeds_nothing(at):
    made = RegenerativeFuelCell(**CELL, water_tank="outside").primitives(at)
    tank = only(made, ThermalMass)
    assert tank.capacity == pytest.approx(7.0 * WATER_PER_HYDROGEN * WATER_HEAT)
    assert tank.minimum == 273.15
    assert tank.node == "base/thing/heat"
    heater = only(made, Sink)
    assert heater.flexible
    assert heater.products == {tank.node: 1.0}
    assert only(made, Thermostat).mass_node == tank.node
    on_tank = [d for d in of(made, Derating) if d.mass_node == tank.node]
    assert [(d.flow, d.none) for d in on_tank] == [("base/thing.electrolyser", 273.15)]
    assert len(of(made, Converter)) == 2


def test_a_reactor_knows_its_ramp_and_its_stand_off(at):
    reactor = FissionReactor(power=40e3)
    assert reactor.stand_off() == pytest.approx(1000.0)
    assert FissionReactor(power=10e3).stand_off() == pytest.approx(500.0)
    assert FissionReactor(power=40e3, shield=0.25).stand_off() == pytest.approx(500.0)
    stricter = FissionReactor(power=40e3, dose_limit=0.05 / 9 / YEAR)
    assert stricter.stand_off() == pytest.approx(3000.0)
    assert 200.0 < reactor.decay_heat(86400.0) < 1600.0, "of 160 kW, a day after shutdown"
    ramp = only(reactor.primitives(at), Ramp)
    assert ramp.up * 7200.0 == pytest.approx(40e3)
    with pytest.raises(ValueError, match="greater than 0"):
        FissionReactor(power=1.0, shield=0.0)


def test_isotopes_warm_the_box_and_fade_by_their_half_life(at):
    warmth = only(RadioisotopeHeater(units=8, unit_power=1.0).primitives(at), Warmth)
    assert warmth.heat == pytest.approx([0.0, 8.0, 8.0 * 0.5 ** (1 / 87.7), 8 * 0.5 ** (2 / 87.7)])
    old = only(RadioisotopeHeater(age=87.7).primitives(at), Warmth)
    assert old.heat[1] == pytest.approx(0.5)


def test_a_generator_gives_electricity_and_all_the_rest_as_heat(at):
    made = RadioisotopeGenerator(heat_inside=1.0).primitives(at)
    source, warmth = only(made, Source), only(made, Warmth)
    assert source.minimum == 1.0
    assert only(made, Sink).dump
    fuel = 2000.0 * 0.5 ** (np.array([0.0, 1.0, 2.0]) / 87.7)
    assert source.maximum[1:] + warmth.heat[1:] == pytest.approx(fuel)
    assert source.maximum[1] == 110.0
    # 72 W after 14 years, as is told of the MMRTG.
    fourteen = 110.0 * 0.5 ** (14 / 87.7) * (1 - 0.022) ** 14
    assert fourteen == pytest.approx(72.0, rel=0.01)
    with pytest.raises(ValueError, match="cannot come from 50 W of heat"):
        RadioisotopeGenerator(heat=50.0)


@pytest.mark.parametrize(("kelvin", "share"), [(267.0, 0.0), (273.15, 0.5), (280.0, 1.0)])
def test_a_battery_below_its_limit_takes_no_charge_and_half_way_takes_half(at, kelvin, share):
    here = replace(at, present=np.ones(4), years=np.zeros(4))
    battery = Battery(**BATTERY, initial=0.3, depth_of_discharge=0.8, self_discharge=0.0)
    parts = [
        *battery.primitives(here),
        Source("array", here.electricity, 5e3),
        Sink("load", here.electricity, 1e3, priority=0),
        ThermalMass("box", here.heat_node, 1e15, kelvin, 200.0, 320.0),
    ]
    run = lived(compile_network(here.clock, [Arrival(0, tuple(parts))]))
    assert run.rate("base/thing.charge") == pytest.approx(np.full(4, share * 1e3), abs=1e-3)
    assert run.rate("load") == pytest.approx(np.full(4, 1e3))


@pytest.mark.parametrize(("kelvin", "share"), [(273.0, 0.0), (276.15, 0.5), (285.0, 1.0)])
def test_water_that_freezes_stops_cell_and_electrolyser(at, kelvin, share):
    here = replace(at, present=np.ones(4), years=np.zeros(4))
    cell = RegenerativeFuelCell(**CELL, start_time=1.0)
    parts = [
        *cell.primitives(here),
        Sink("load", here.electricity, 5e3, priority=0),
        ThermalMass("box", here.heat_node, 1e15, kelvin, 200.0, 320.0),
    ]
    run = lived(compile_network(here.clock, [Arrival(0, tuple(parts))]))
    assert run.rate("load") == pytest.approx(np.full(4, share * CELL["cell_power"]), abs=1e-3)
