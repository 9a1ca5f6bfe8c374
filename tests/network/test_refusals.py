"""What cannot be a network is refused by name, with a remedy."""

import numpy as np
import pytest

from ilrs.errors import ScenarioError
from ilrs.flows.clock import Clock
from ilrs.flows.primitives import (
    Converter,
    Derating,
    FailureMode,
    Link,
    Radiator,
    SharedCapacity,
    Sink,
    Source,
    Store,
    ThermalMass,
    Thermostat,
)
from ilrs.network.compile import Arrival, compile_network
from ilrs.physics.fuel_cell import electrolysis_ratios

A, B, HEAT = "a/electricity", "b/electricity", "a/heat"
CLOCK = Clock(np.datetime64("2031-01-01T00:00:00"), 600, 4)
RATIOS = {A if c == "electricity" else f"a/{c}": r for c, r in electrolysis_ratios(0.8).items()}
BOX = ThermalMass("box", HEAT, 1e5, 290.0, 250.0, 320.0)


def compiled(*primitives):
    return compile_network(CLOCK, [Arrival(0, primitives)])


def store(name, node, **changes):
    return Store(name, node, **({"capacity": 1.0, "initial": 0.0} | changes))


TANKS = [store(c, f"a/{c}") for c in ("hydrogen", "oxygen", "water")]
WRONG = {
    "energy": {**RATIOS, HEAT: 0.0},
    "mass": {**RATIOS, "a/water": 2.0 * RATIOS["a/water"]},
    "hydrogen": {"a/water": -1.0, "a/oxygen": 1.0},
}

REFUSED = {
    "a tank missing for a by-product": (
        [Converter("splitter", RATIOS, 1.0), TANKS[0], TANKS[2]],
        "splitter makes a/oxygen, which nothing takes",
    ),
    "two products nobody keeps": (
        [
            Converter("splitter", RATIOS, 1.0),
            TANKS[2],
            Sink("breathe", "a/oxygen", 1.0),
            Sink("burn", "a/hydrogen", 1.0),
        ],
        "splitter makes a/oxygen, which nothing takes",
    ),
    "matter as a product of a load": (
        [Sink("crew", A, 1.0, products={"a/water": 1e-6})],
        "crew brings a/water as a product",
    ),
    "data that data bring": (
        [Sink("copier", "a/data.science", 1.0, products={"b/data.science": 1.0})],
        "copier brings b/data.science",
    ),
    "an efficiency above 1": (
        [Link("cable", A, B, efficiency=1.1)],
        "cable has an efficiency of 1.1",
    ),
    "no efficiency at all": (
        [store("battery", A, charge_efficiency=0.0)],
        "battery has an efficiency of 0",
    ),
    "hydrogen lost in a pipe": (
        [Link("pipe", "a/hydrogen", "b/hydrogen", efficiency=0.9)],
        "pipe loses a/hydrogen on the way",
    ),
    "bits lost in a recorder": (
        [store("recorder", "a/data.science", discharge_efficiency=0.9)],
        "recorder loses a/data.science",
    ),
    "a store that begins overfull": (
        [store("battery", A, initial=2.0)],
        "battery begins with 2 of 1",
    ),
    "a store without bounds": ([store("battery", A, capacity=np.inf)], "battery begins with 0 of"),
    "a link that changes the carrier": (
        [Link("cable", A, "b/heat")],
        "cable leads from a/electricity to b/heat",
    ),
    "a demand without end": ([Sink("hole", A, np.inf)], "hole wants without end"),
    "a minimum without a dump": (
        [Source("reactor", A, 1.0, minimum=0.5), Sink("load", A, 1.0)],
        "reactor must run at 0.5 of its output",
    ),
    "a failure of nothing": (
        [FailureMode("array.string", ("array",), 1e6)],
        "array.string names 'array'",
    ),
    "a failure in no time": (
        [Source("array", A, 1.0), FailureMode("array.string", ("array",), 0.0)],
        "array.string fails every 0 s",
    ),
    "a link in an unknown radio": (
        [Link("radio.science", "a/data.science", "e/data.science", group="radio")],
        "radio.science names 'radio'",
    ),
    "a radio fed by nothing": (
        [SharedCapacity("radio", 1.0, powered_by="radio.power")],
        "radio names 'radio.power'",
    ),
    "a store in a radio": (
        [SharedCapacity("radio", 1.0), store("s", "a/data.science", capacity_group="radio")],
        "s shares the capacity 'radio', which is a rate",
    ),
    "a heater that is not there": ([BOX, Thermostat("heater", HEAT, 280, 260)], "names 'heater'"),
    "a heater that heats elsewhere": (
        [BOX, Sink("heater", A, 1.0), Thermostat("heater", HEAT, 280, 260)],
        "heater does not heat a/heat",
    ),
    "a derating of nothing": ([BOX, Derating("cell", HEAT, 270, 280)], "names 'cell'"),
    "a derating without a span": (
        [BOX, Source("cell", A, 1.0), Derating("cell", HEAT, 270, 270)],
        "cell has nothing and everything at 270 K",
    ),
    "a louver that opens in the cold": (
        [BOX, Radiator("panel", HEAT, 0.0, 1e-8, cold=300, hot=280)],
        "panel is open at 280 K and shut at 300 K",
    ),
    "a mass without capacity": (
        [ThermalMass("box", HEAT, 0.0, 290.0, 250.0, 320.0)],
        "box has a heat capacity of 0",
    ),
    "sunlight below nothing": (
        [Source("array", A, np.array([1.0, -1.0, 1.0, 1.0]))],
        "array has a maximum that is negative",
    ),
    "an unknown demand": (
        [Sink("load", A, np.array([1.0, np.nan, 1.0, 1.0]))],
        "load has a demand that is negative or not a number",
    ),
    "an unknown ground": (
        [ThermalMass("box", HEAT, 1e5, 290.0, 250.0, 320.0, ground=np.nan)],
        "box has a ground that is",
    ),
    "two of one name": (
        [Source("sun", A, 1.0), Source("sun", B, 1.0)],
        "two flows are called 'sun'",
    ),
    "a carrier nobody knows": ([Source("sun", "a/phlogiston", 1.0)], "names no known carrier"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_converter_that_does_not_conserve_is_refused_by_name(what):
    with pytest.raises(ScenarioError, match=f"splitter does not conserve {what}"):
        compiled(Converter("splitter", WRONG[what], 1.0), *TANKS)


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_cannot_be_is_refused_by_name(what):
    primitives, words = REFUSED[what]
    with pytest.raises(ScenarioError) as caught:
        compiled(*primitives)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_profile_of_another_length_is_a_mistake_of_the_programme():
    with pytest.raises(ValueError, match="a profile of shape"):
        compiled(Source("sun", A, np.ones(5)))


def test_a_sound_station_is_not_refused():
    network = compiled(
        Source("sun", A, 1.0),
        Converter("splitter", RATIOS, 1.0),
        *TANKS,
        BOX,
        Sink("heater", A, 1.0, flexible=True, products={HEAT: 1.0}),
        Thermostat("heater", HEAT, 280.0, 260.0),
        Radiator("panel", HEAT, 0.0, 1e-8, cold=280.0, hot=300.0),
        Derating("splitter", HEAT, none=270.0, full=280.0),
        FailureMode("splitter.stack", ("splitter",), 1e6, units=2, loss=0.5),
        Link("cable", A, B, efficiency=0.9),
    )
    assert network.flows.names[-1] == "cable"
