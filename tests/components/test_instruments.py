"""Instruments of science: ready as loads, and what their work takes from their own figures."""

import math

import numpy as np
import pytest
from tests.components.place import of, only

from ilrs.components.ascent_vehicle import AscentVehicle
from ilrs.components.component import Failure
from ilrs.components.drill import CoreDrill
from ilrs.components.gravimeter import Gravimeter
from ilrs.components.ground_penetrating_radar import GroundPenetratingRadar
from ilrs.components.heat_flow_probe import HeatFlowProbe
from ilrs.components.instrument import Instrument
from ilrs.components.magnetotelluric import Magnetotelluric
from ilrs.components.radio_array import RadioArray
from ilrs.components.registry import kinds
from ilrs.components.sample_cache import SampleCache
from ilrs.components.sampler import Sampler
from ilrs.components.seismometer import Seismometer
from ilrs.components.tether_robot import TetherRobot
from ilrs.flows.primitives import KEEP_ALIVE, FailureMode, Sink
from ilrs.physics.low_frequency import equivalent_flux

POLE = np.radians(-89.45)
INSTRUMENTS = [kind for kind in kinds().values() if issubclass(kind, Instrument)]


def test_the_kinds_of_science_are_known():
    assert {kind.model_fields["kind"].default for kind in INSTRUMENTS} == {
        "seismometer", "heat_flow_probe", "magnetotelluric", "gravimeter",
        "ground_penetrating_radar", "drill", "tether_robot", "sampler", "sample_cache",
        "ascent_vehicle", "telescope", "radio_array", "earth_observer",
    }  # fmt: skip


@pytest.mark.parametrize("kind", INSTRUMENTS, ids=lambda k: k.__name__)
def test_an_instrument_draws_what_keeps_it_and_its_failure_is_of_the_whole(kind, at):
    idle = kind(keep_alive=3.0, standby=2.0, failures={"off": Failure(mtbf=1e7)}).primitives(at)
    floor, ready = of(idle, Sink)
    assert (floor.priority, ready.priority) == (KEEP_ALIVE, 3)
    assert floor.demand.max() == 3.0
    assert ready.demand.max() == 2.0
    failure = only(idle, FailureMode)
    assert (failure.units, failure.loss, failure.mtbf) == (1, 1.0, 1e7)
    bare = kind(keep_alive=0.0).primitives(at)
    assert of(bare, Sink) == []
    assert only(bare, FailureMode).flows == ()


def test_listening_makes_data_by_samples_and_needs_distance_from_work():
    seismometer = Seismometer()
    work = seismometer.listen(3600.0)
    assert work.data == 15 * 3 * 24 * 3600
    assert work.yields == {"quiet": 3600.0}
    assert seismometer.quiet_within(100.0) > seismometer.quiet_within(10.0) > 0.0


def test_a_probe_gets_about_a_metre_and_waits_after_every_bite():
    probe = HeatFlowProbe()
    deep = probe.sound().yields["heat_flow_depth"]
    assert 0.7 < deep < 1.3
    assert probe.chance(0.1) == pytest.approx(1.0 - probe.stop)
    assert probe.chance(0.1, 2) == pytest.approx(1.0 - probe.stop**2)
    one, two = probe.sound(0.5), probe.sound(1.0)
    assert two.duration == pytest.approx(2 * one.duration)
    assert one.duration == pytest.approx(5 * (900.0 + probe.wait()))
    assert 5.0 < one.power < 25.0
    assert probe.slope_error(1.0) < probe.slope_error(0.5)
    assert probe.slope_error(0.1) == np.inf


def test_the_radar_sees_what_changes_radar_saw():
    high = GroundPenetratingRadar()
    assert high.depth() == pytest.approx(40.0, rel=0.1)
    assert high.resolution() < 0.3
    low = GroundPenetratingRadar(
        frequency=60e6, bandwidth=40e6, sampling=400e6, antennas=1, spacing=0.5
    )
    assert low.depth() > 3 * high.depth()
    assert 1.0 < low.resolution() < 3.0
    assert low.data_per_metre() < high.data_per_metre()
    work = high.profile(1000.0, 0.05)
    assert work.duration == pytest.approx(20e3)
    assert work.data == pytest.approx(1000.0 * high.data_per_metre())


def test_a_core_of_a_metre_takes_some_hours_at_the_drills_power():
    drill = CoreDrill()
    work = drill.bore(1.0)
    assert 0.5 * 3600 < work.duration < 8 * 3600
    assert work.power <= 110.0
    assert 0.1 < work.yields["core_mass"] < 0.2
    assert drill.bore(2.0).duration > 2 * work.duration
    with pytest.raises(ValueError, match="reaches 2 m"):
        drill.bore(2.5)
    with pytest.raises(ValueError, match="reaches 2 m"):
        drill.bore(0.0)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"core": 0.04}, "a core of 0.04 m in a hole of 0.03 m"),
        ({"power": 40.0}, r"40 W stall at 1.33 m, and it is to reach 2 m"),
    ],
)
def test_a_drill_that_cannot_be_is_refused(keys, message):
    with pytest.raises(ValueError, match=message):
        CoreDrill(**keys)


def test_soundings_to_the_mantle_take_weeks_and_shallow_ones_less():
    deep, shallow = Magnetotelluric().sound(), Magnetotelluric(depth=1e5).sound()
    assert shallow.duration == pytest.approx(deep.duration / 121.0, rel=1e-6)
    assert deep.yields == {"sounding_depth": 1.1e6}
    assert 86400.0 < deep.duration < 60 * 86400.0


def test_gravity_finds_tubes_the_sooner_the_base_was_seen():
    meter = Gravimeter()
    assert meter.error(0.0) == pytest.approx(1e-5 / np.sqrt(600.0))
    assert meter.tube_found(0.0, 150.0) < meter.tube_found(36000.0, 150.0) < 150.0
    assert meter.read(8).yields == {"gravity_stations": 8.0}


def test_below_a_pit_the_battery_the_line_or_the_chain_ends_it():
    robot = TetherRobot()
    reach = robot.reach(105.0)
    assert reach.length == min(reach.limits.values()) > 100.0
    assert robot.reach(400.0).length == 0.0
    assert TetherRobot(relays=0).reach(105.0).length == pytest.approx(195.0)
    assert TetherRobot(battery=3.6e5).reach(105.0).limit == "energy"
    work = robot.explore(105.0, 100.0)
    assert work.data == pytest.approx(20 * 100e6)
    with pytest.raises(ValueError, match=r"energy|line|data"):
        robot.explore(105.0, 1e4)
    with pytest.raises(ValueError, match="may not hold"):
        TetherRobot(mass=1000.0)


def test_a_descent_ends_where_its_battery_just_brings_it_back():
    robot = TetherRobot(battery=3.6e5, relays=20)
    far = robot.descent(105.0)
    assert far.reach.limit == "energy"
    # at its farthest, what is left brings it back and no further
    assert far.abort_radius == pytest.approx(far.length)
    assert far.energy == pytest.approx(0.8 * 3.6e5, rel=0.01)
    near = robot.descent(105.0, 30.0)
    # by hand: 150 + 25/0.05 + 25*120/5 out, 150 + 25/0.05 back
    assert far.abort_radius - near.abort_radius == pytest.approx(
        -(far.length - 30.0) * 1250.0 / 650.0
    )
    assert near.dark == pytest.approx(robot.explore(105.0, 30.0).duration)
    assert near.dark < near.dark_budget
    with pytest.raises(ValueError, match=r"energy ends it at 1\d\d\.?\d? m"):
        robot.descent(105.0, 400.0)
    with pytest.raises(ValueError, match=r"line ends it at 365 m; its battery would bring it back"):
        TetherRobot().explore(135.0, 400.0)


def test_a_cold_cave_shortens_the_way_and_a_warm_one_spares_the_heater():
    cold = TetherRobot(battery=3.6e5, relays=20, cave=73.0)
    assert cold.explorer().idle_power == pytest.approx(25.0 + 0.05 * 200.0)
    assert cold.reach(105.0).length < TetherRobot(battery=3.6e5, relays=20).reach(105.0).length
    assert TetherRobot().heat_saved([73.0, 300.0]) == pytest.approx([10.0, 0.0])
    assert cold.heat_saved([73.0, 300.0]) == pytest.approx([0.0, -10.0])


def test_samples_have_names_and_are_sealed_one_after_another():
    sampler = Sampler()
    work = sampler.collect(3)
    assert work.yields == pytest.approx({"samples": 3.0, "sample_mass": 0.36})
    made = sampler.samples("rim", "regolith", "crater", 3, 1000.0)
    assert [s.name for s in made] == ["rim-1", "rim-2", "rim-3"]
    assert made[-1].sealed == 1000.0 + work.duration
    assert all(s.taken < s.sealed for s in made)
    with pytest.raises(ValueError, match="31 samples with 30 tubes"):
        sampler.collect(31)


def test_a_cold_cache_keeps_what_a_warm_one_loses():
    cache = SampleCache()
    year = 3.156e7
    assert cache.kept(2 * year) > 0.999
    assert SampleCache(temperature=200.0).kept(year) < 0.01
    assert cache.kept(year, 200.0, 86400.0) < cache.kept(year)


def test_the_ascender_lifts_its_samples_and_less_out_of_plane_or_after_boiling():
    vehicle = AscentVehicle()
    most = vehicle.payload(POLE)
    assert 5.0 < most < 60.0
    assert vehicle.payload(POLE, waited=3e7) == most
    assert vehicle.payload(POLE, offset=0.05) < most
    assert AscentVehicle(boil_off=1e-9).payload(POLE, waited=3e7) < most
    assert AscentVehicle(propellant=150.0).payload(POLE) == 0.0
    assert vehicle.launch(POLE, 2.0).yields == {"mass_home": 2.0}
    with pytest.raises(ValueError, match="it lifts"):
        vehicle.launch(POLE, 1000.0)
    with pytest.raises(ValueError, match="600 kg of propellant in a vehicle of 500 kg"):
        AscentVehicle(propellant=600.0)


def test_converters_are_heard_by_their_frequency_their_distance_and_their_shielding() -> None:
    array = RadioArray.model_validate({"kind": "radio_array"})
    low = array.model_copy(update={"frequency": 1.5e6})
    # 40 dB louder a decade below, over a sky that is louder as well: power as distance squared.
    louder = 1e4 * float(equivalent_flux(15e6) / equivalent_flux(1.5e6))
    assert (low.quiet_within() / array.quiet_within()) ** 2 == pytest.approx(louder)
    boxed = array.model_copy(update={"shielding": 20.0})
    assert boxed.transmitter_within() == pytest.approx(0.1 * array.transmitter_within())
    even = low.model_copy(update={"emission_fall": 0.0, "ground_loss": 0.0})
    flux = 1e-12 / (4.0 * math.pi * even.quiet_within() ** 2)
    assert flux == pytest.approx(float(equivalent_flux(1.5e6)))


def test_harmonics_cost_the_channels_they_stand_in() -> None:
    array = RadioArray.model_validate({"kind": "radio_array"})
    # Counted on a grid of the band: which channels hold some of a line that has wandered.
    channel, drift = array.bandwidth / array.channels, array.wander * array.frequency
    grid = np.arange(0.0, 1e7, channel)
    lines = np.arange(0.0, 1e7, array.switching * 1.000123)
    held = ((grid[:, None] < lines + drift) & (grid[:, None] + channel > lines)).any(axis=1)
    assert array.lost() == pytest.approx(held.mean(), rel=0.02)
    assert array.lost(3) == pytest.approx(1.0 - (1.0 - array.lost()) ** 3)
    few = array.deviation(1e6, 8) / array.deviation(1e6, 1)
    assert few == pytest.approx(((1.0 - array.lost()) / (1.0 - array.lost(8))) ** 0.5)
    dense = array.model_copy(update={"switching": 5e3})
    assert dense.lost() == 1.0
    assert math.isinf(dense.deviation(1e6))
    # Where its density in a channel meets the sky.
    assert array.lines_within() == pytest.approx(
        array.quiet_within() * (array.line / channel / array.emission) ** 0.5
    )
    field = (30.0 * array.line) ** 0.5 / 10.0
    assert 20.0 * math.log10(field * 1e6) == pytest.approx(40.0, abs=0.5)
