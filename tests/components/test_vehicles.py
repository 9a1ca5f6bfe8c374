"""Rovers and hoppers at a place: charged, kept alive, and refused where they could not move."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from tests.components.place import of, only, setting
from tests.simulation.small import lived

from ilrs.components.component import Failure
from ilrs.components.hopper import Hopper
from ilrs.components.rover import Rover
from ilrs.flows.primitives import KEEP_ALIVE, FailureMode, Link, Sink, Source, Store
from ilrs.network.compile import Arrival, compile_network
from ilrs.physics.mobility import slope_limit
from ilrs.simulation.faults import ListedFault, draw_faults


def present():
    return replace(setting(), present=np.ones(4), years=np.zeros(4))


@pytest.mark.parametrize("kind", [Rover, Hopper])
def test_a_docked_vehicle_charges_and_is_kept_alive(kind):
    vehicle = kind.model_validate({"battery": "1 kWh", "standby": "10 W", "survival_heater": "5 W"})
    made = vehicle.primitives(present())
    link, store, sink = only(made, Link), only(made, Store), only(made, Sink)
    assert link.origin == "ridge/electricity"
    assert link.target == store.node == sink.node == "base/thing/electricity"
    assert store.capacity == 3.6e6
    assert sink.priority == KEEP_ALIVE
    assert sink.demand.tolist() == [15.0] * 4
    assert store.charge_efficiency * store.discharge_efficiency == pytest.approx(0.92)


def test_it_lives_on_its_battery_when_the_place_gives_nothing():
    rover = Rover.model_validate({"standby": "10 W", "survival_heater": "20 W"})
    supply = Source("sun", "ridge/electricity", np.array([100.0, 0.0, 0.0, 100.0]))
    at = present()
    run = lived(compile_network(at.clock, [Arrival(0, (supply, *rover.primitives(at)))]))
    served = run.rate("base/thing.keep_alive")
    assert served == pytest.approx([30.0] * 4)
    content = run.content("base/thing.battery")
    assert content[2] < content[0] <= 2000 * 3600.0
    assert content[3] > content[2]


def test_the_charger_fails_where_the_scenario_says_how_often():
    rover = Rover(failures={"charger": Failure(mtbf="1000 d")})
    charger, lost = of(rover.primitives(present()), FailureMode)
    assert (charger.mtbf, charger.flows) == (1000 * 86400.0, ("base/thing.charger",))
    assert not charger.gone
    assert lost.gone
    assert lost.mtbf == np.inf


def test_to_a_lost_rover_nothing_is_owed():
    rover = Rover.model_validate({"standby": "10 W", "survival_heater": "20 W"})
    at = present()
    supply = Source("sun", "ridge/electricity", 100.0)
    network = compile_network(at.clock, [Arrival(0, (supply, *rover.primitives(at)))])
    second = 2.0 * at.clock.step
    faults = draw_faults(network, {}, [ListedFault("base/thing.lost", second, np.inf)], 1)
    run = lived(network, faults=faults)
    assert run.rate("base/thing.keep_alive") == pytest.approx([30.0, 30.0, 0.0, 0.0])
    assert run.wanted("base/thing.keep_alive") == pytest.approx([30.0, 30.0, 0.0, 0.0])


def test_nothing_to_keep_alive_makes_no_sink():
    rover = Rover.model_validate({"standby": 0, "survival_heater": 0})
    assert of(rover.primitives(present()), Sink) == []
    assert rover.dark_endurance() == float("inf")


def test_the_default_rover_climbs_and_lasts():
    rover = Rover.model_validate({})
    assert np.degrees(slope_limit(rover.vehicle())) == pytest.approx(19.05, abs=0.1)
    assert rover.dark_endurance() / 3600.0 == pytest.approx(0.8 * 2000 / 30)


def test_a_rover_too_heavy_for_its_wheels_is_refused():
    with pytest.raises(ValidationError, match="sink too deep to move: larger wheels"):
        Rover.model_validate({"mass": "200 t", "wheel_width": "5 cm"})


def test_the_hoppers_reach_uses_up_its_propellant():
    hopper = Hopper.model_validate({})
    once, twice = hopper.reach(), hopper.reach(2)
    assert hopper.used(hopper.mass, once) == pytest.approx(0.9 * hopper.propellant)
    first = hopper.used(hopper.mass, twice)
    second = hopper.used(hopper.mass - first, twice)
    assert first + second == pytest.approx(0.9 * hopper.propellant)
    assert twice < once
    with pytest.raises(ValidationError, match="no part of"):
        Hopper.model_validate({"mass": "10 kg", "propellant": "10 kg"})
