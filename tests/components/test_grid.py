"""Buses, ties, cables and switchgear: how they share, lose, fail and weigh."""

from dataclasses import replace

import numpy as np
import pytest
from tests.components.place import of, only, setting
from tests.simulation.small import lived

from ilrs.components.bus_tie import BusTie
from ilrs.components.cable import Cable
from ilrs.components.switchgear import Switchgear
from ilrs.errors import ScenarioError
from ilrs.flows.primitives import FailureMode, Link, Sink, Source
from ilrs.network.compile import Arrival, compile_network
from ilrs.physics.cable import conductor_mass
from ilrs.simulation.faults import ListedFault, draw_faults

CABLE = {"to": "far", "power": 10e3, "length": 1000.0, "voltage": 1000.0, "section": 1e-5}
MAIN, OTHER = "ridge/electricity", "ridge/b/electricity"


def network(*primitives, at):
    return compile_network(at.clock, [Arrival(0, tuple(primitives))])


def present(**changes):
    at = setting()
    return replace(at, present=np.ones(4), years=np.zeros(4), **changes)


def test_a_cable_passes_through_two_converters_and_fails_by_circuits(at):
    bare = Cable(**CABLE)
    made = Cable(**CABLE, converter=0.97, circuits=2).primitives(at)
    assert only(made, Link).efficiency == pytest.approx(bare.efficiency() * 0.97**2)
    mode = only(made, FailureMode)
    assert (mode.units, mode.loss) == (2, 0.5)


def test_a_cable_weighs_its_conductors_and_more_and_refuses_to_weigh_less():
    cable = Cable(**CABLE, insulation=0.5)
    metal = conductor_mass(1000.0, 1e-5, "aluminium")
    assert metal == pytest.approx(54.0)
    assert cable.landed_mass() == pytest.approx(81.0)
    with pytest.raises(ValueError, match="conductors alone weigh 54 kg"):
        Cable(**CABLE, mass=50.0)


def test_forty_kilowatts_over_a_kilometre_at_five_percent_in_copper():
    for voltage, section, mass in ((120.0, 1.867e-3, 33.5e3), (1000.0, 26.9e-6, 482.0)):
        cable = Cable(
            to="far", power=40e3, length=1000.0, voltage=voltage, section=section, metal="copper"
        )
        assert 1.0 - cable.efficiency() == pytest.approx(0.05, rel=0.01)
        assert cable.landed_mass() / (1 + cable.insulation) == pytest.approx(mass, rel=0.01)


def test_a_tie_feeds_another_bus_and_loses_its_share():
    at = present(bus="b")
    assert at.electricity == OTHER
    tie = BusTie(power=500.0, efficiency=0.9, both_ways=False)
    run = lived(
        network(
            Source("array", OTHER, 1000.0),
            *tie.primitives(at),
            Sink("far", MAIN, 600.0, priority=0),
            Sink("near", OTHER, 300.0, priority=0),
            at=at,
        )
    )
    assert run.rate("near") == pytest.approx(np.full(4, 300.0))
    assert run.rate("far") == pytest.approx(np.full(4, 450.0)), "500 W sent, 450 arrive"


def test_a_tie_goes_both_ways_to_a_bus_and_not_to_itself(at):
    links = of(BusTie(to="b", power=1.0).primitives(at), Link)
    assert [(link.origin, link.target) for link in links] == [(MAIN, OTHER), (OTHER, MAIN)]
    with pytest.raises(ValueError, match="to itself"):
        BusTie(power=1.0).primitives(at)


def test_a_failed_section_takes_its_share_of_all_that_hangs_on_the_bus():
    at = present()
    station = network(
        Source("array", MAIN, 1000.0),
        Sink("load", MAIN, 400.0, priority=0),
        Sink("service", MAIN, 800.0, priority=1),
        Source("elsewhere", OTHER, 50.0),
        Sink("there", OTHER, 50.0, priority=0),
        *Switchgear(sections=2).primitives(at),
        at=at,
    )
    (mode,) = station.failures
    assert mode.flows == ("array", "load", "service")
    faults = draw_faults(station, {}, [ListedFault(mode.name, 3600.0, 3600.0)], 1)
    run = lived(station, faults=faults)
    assert run.rate("load") == pytest.approx([400, 200, 400, 400])
    assert run.rate("service") == pytest.approx([600, 300, 600, 600])
    assert run.rate("there") == pytest.approx([50, 50, 50, 50])


def test_switchgear_of_a_bus_without_anything_is_refused(at):
    with pytest.raises(ScenarioError, match="'ridge/electricity', which does not exist"):
        network(
            Source("s", OTHER, 1.0),
            Sink("t", OTHER, 1.0),
            *Switchgear().primitives(at),
            at=at,
        )
