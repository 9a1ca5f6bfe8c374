"""Hydrogen, oxygen and water: nothing is made, nothing is lost, and heat makes up the rest."""

import numpy as np
import pytest
from tests.simulation.small import WARM, A, lived, station

from ilrs.flows.carriers import CARRIERS
from ilrs.flows.primitives import Converter, Derating, Sink, Source, Store, ThermalMass
from ilrs.physics.chemistry import OXYGEN_PER_HYDROGEN, WATER_PER_HYDROGEN
from ilrs.physics.fuel_cell import electrolysis_ratios, fuel_cell_ratios

TANK = {"hydrogen": 1.0, "oxygen": OXYGEN_PER_HYDROGEN, "water": WATER_PER_HYDROGEN}
HYDROGEN = 2.0


def fuel_cell(initial=0.5, electrolyser=2000.0, cell=1000.0):
    nodes = {"electricity": A, "heat": WARM, **{c: f"a/cell.{c}/{c}" for c in TANK}}
    full = {"hydrogen": initial, "oxygen": initial, "water": 1.0 - initial}
    burn = fuel_cell_ratios(0.6)
    tanks = [
        Store(
            c,
            nodes[c],
            HYDROGEN * share,
            HYDROGEN * share * full[c],
            reserve_weight=1.0 / -burn["hydrogen"] if c == "hydrogen" else 0.0,
            fill=c == "hydrogen",
        )
        for c, share in TANK.items()
    ]
    return [
        *tanks,
        Converter(
            "electrolyser", {nodes[c]: r for c, r in electrolysis_ratios(0.8).items()}, electrolyser
        ),
        Converter("cell", {nodes[c]: r for c, r in burn.items()}, cell),
    ]


@pytest.fixture(scope="module")
def cycled():
    """Ten days of light and dark, ten of each a day."""
    light = np.tile(np.r_[np.full(72, 3000.0), np.zeros(72)], 10)
    return lived(
        station(
            Source("sun", A, light),
            Sink("load", A, 400.0, priority=0),
            *fuel_cell(),
            steps=len(light),
        )
    )


def test_mass_and_elements_in_the_tanks_never_change(cycled):
    content = np.array([cycled.content(c) for c in TANK])
    assert content.min() >= 0.0
    for holds in ("H", "O"):
        share = np.array([CARRIERS[c].elements.get(holds, 0.0) for c in TANK])
        total = share @ content
        assert total == pytest.approx(total[0], rel=1e-13)
    mass = content.sum(axis=0)
    assert mass == pytest.approx(HYDROGEN * WATER_PER_HYDROGEN, rel=1e-13)


def test_energy_in_is_energy_out_with_heat_and_what_the_tanks_gained(cycled):
    worth = np.array([CARRIERS[c].energy for c in TANK])
    content = np.array([cycled.content(c) for c in TANK])
    start = np.array([s.initial for s in fuel_cell()[:3]])
    heat = cycled.network.incidence[[cycled.network.nodes.index(WARM)]].toarray()[0]
    came = cycled.amount("sun")
    went = cycled.amount("load") + (cycled.record.flow @ heat).sum() * 600.0
    gained = worth @ (content[:, -1] - start)
    assert came == pytest.approx(went + gained, rel=1e-12)
    assert cycled.rate("electrolyser").max() > 0.0
    assert cycled.rate("cell").max() > 0.0


def test_a_cell_gives_what_its_efficiency_says():
    run = lived(station(Sink("load", A, 500.0, priority=0), *fuel_cell(initial=1.0), steps=1))
    burnt = HYDROGEN - run.content("hydrogen")[0]
    assert pytest.approx(0.6 * burnt * CARRIERS["hydrogen"].energy) == 500.0 * 600
    assert run.content("water")[0] == pytest.approx(burnt * WATER_PER_HYDROGEN)


def test_an_electrolyser_stops_when_a_tank_is_full_or_its_water_is_gone():
    light = Source("sun", A, 5000.0)
    full = lived(station(light, *fuel_cell(initial=1.0), steps=2))
    assert full.rate("electrolyser") == pytest.approx([0.0, 0.0])
    no_oxygen_room = [
        p if getattr(p, "name", "") != "oxygen" else Store("oxygen", p.node, p.initial, p.initial)
        for p in fuel_cell(initial=0.5)
    ]
    run = lived(station(light, *no_oxygen_room, steps=2))
    assert run.rate("electrolyser") == pytest.approx([0.0, 0.0])


def test_a_fuel_cell_needs_no_battery_beside_it():
    run = lived(
        station(
            Source("sun", A, np.array([3000.0, 0.0])),
            Sink("load", A, 100.0, priority=0),
            *fuel_cell(),
            steps=2,
        )
    )
    assert run.rate("load") == pytest.approx([100.0, 100.0])


def test_equipment_slows_down_in_the_cold():
    for temperature, share in ((260.0, 0.0), (275.0, 0.5), (290.0, 1.0)):
        run = lived(
            station(
                Source("sun", A, 5000.0),
                *fuel_cell(electrolyser=1000.0),
                ThermalMass("box", WARM, 1e12, temperature, 250.0, 320.0),
                Derating("electrolyser", WARM, none=270.0, full=280.0),
                steps=1,
            )
        )
        assert run.rate("electrolyser")[0] == pytest.approx(share * 1000.0)


def test_a_vent_takes_a_by_product_once_its_tank_is_full():
    parts = fuel_cell(initial=0.5)
    small = [
        Store("oxygen", p.node, p.initial + 0.05, p.initial)
        if getattr(p, "name", "") == "oxygen"
        else p
        for p in parts
    ]
    vent = Sink("vent", "a/cell.oxygen/oxygen", 10.0, dump=True, flexible=True)
    run = lived(station(Source("sun", A, 5000.0), *small, vent, steps=3))
    made = run.rate("electrolyser") * electrolysis_ratios(0.8)["oxygen"]
    assert run.rate("electrolyser") == pytest.approx([2000.0] * 3)
    assert run.rate("vent") + run.rate("oxygen.charge") == pytest.approx(made)
    assert run.content("oxygen")[-1] == pytest.approx(parts[1].initial + 0.05)
    assert run.rate("vent")[-1] == pytest.approx(made[-1])
