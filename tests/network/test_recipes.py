"""Every way to a node, enumerated by hand."""

import pytest

from ilrs.errors import ScenarioError
from ilrs.flows.primitives import Converter, Link, Sink, Source, Store
from ilrs.network.recipes import Supply, ways_from, ways_to
from ilrs.physics.fuel_cell import electrolysis_ratios, fuel_cell_ratios

A, B, C = "a/electricity", "b/electricity", "c/electricity"
HYDROGEN, WATER = "a/hydrogen", "a/water"


def supply(*primitives):
    kinds = (Source, Sink, Store, Converter, Link)
    return Supply.of(*([p for p in primitives if isinstance(p, kind)] for kind in kinds))


def flows(ways):
    return [dict(way.flows) for way in ways]


def battery(name="battery", node=A, **changes):
    return Store(name, node, 1.0, 0.0, **({"reserve_weight": 1.0} | changes))


def cell():
    return Converter("cell", _named(fuel_cell_ratios(0.5)), 1.0)


def electrolyser():
    return Converter("electrolyser", _named(electrolysis_ratios(0.8)), 1.0)


def _named(ratios):
    return {A if c == "electricity" else f"a/{c}": r for c, r in ratios.items()}


def tanks(*names):
    return [
        Store(n, f"a/{n}", 1.0, 0.5, reserve_weight=1.0 if n == "hydrogen" else 0.0) for n in names
    ]


def test_a_node_is_reached_by_its_sources_and_then_its_stores():
    ways = ways_to(supply(battery(), Source("sun", A, 1.0)), A)
    assert flows(ways) == [{"sun": 1.0}, {"battery.discharge": 1.0}]
    assert [len(way.stores) for way in ways] == [0, 1]


def test_surplus_comes_from_no_store_of_energy():
    everything = supply(battery(), Source("sun", A, 1.0))
    assert flows(ways_to(everything, A, energy_stores=False)) == [{"sun": 1.0}]


def test_a_link_takes_what_it_loses():
    ways = ways_to(supply(Source("sun", A, 1.0), Link("cable", A, B, efficiency=0.8)), B)
    assert flows(ways) == [{"sun": 1.25, "cable": 1.25}]


def test_losses_of_links_in_a_row_multiply():
    chain = supply(
        Source("sun", A, 1.0),
        Link("first", A, B, efficiency=0.8),
        Link("second", B, C, efficiency=0.5),
    )
    assert flows(ways_to(chain, C)) == [{"sun": 2.5, "first": 2.5, "second": 2.0}]


def test_the_way_of_least_loss_comes_first():
    two = supply(
        Source("sun", A, 1.0),
        Link("bad", A, B, efficiency=0.5),
        Link("good", A, B, efficiency=0.9),
        battery(node=B),
    )
    assert [list(way) for way in flows(ways_to(two, B))] == [
        ["sun", "good"],
        ["sun", "bad"],
        ["battery.discharge"],
    ]


def test_stores_are_emptied_in_their_order():
    ordered = supply(battery("late", order=2), battery("soon", order=1), battery("first"))
    assert [list(way) for way in flows(ways_to(ordered, A))] == [
        ["first.discharge"],
        ["soon.discharge"],
        ["late.discharge"],
    ]


def test_cables_both_ways_make_no_circles():
    ring = supply(
        Source("sun", A, 1.0),
        Link("ab", A, B),
        Link("ba", B, A),
        Link("bc", B, C),
        Link("cb", C, B),
        Link("ca", C, A),
        Link("ac", A, C),
    )
    assert sorted(map(sorted, flows(ways_to(ring, B)))) == [["ab", "sun"], ["ac", "cb", "sun"]]
    assert sorted(map(sorted, flows(ways_to(ring, A)))) == [["sun"]]


def test_a_fuel_cell_takes_from_its_tanks_and_gives_water_back():
    ways = ways_to(supply(*tanks("hydrogen", "oxygen", "water"), cell()), A)
    ratios = fuel_cell_ratios(0.5)
    assert flows(ways) == [
        {
            "cell": 1.0,
            "water.charge": pytest.approx(ratios["water"]),
            "hydrogen.discharge": pytest.approx(-ratios["hydrogen"]),
            "oxygen.discharge": pytest.approx(-ratios["oxygen"]),
        }
    ]
    assert [store.name for store in ways[0].stores] == ["hydrogen"]


def test_hydrogen_is_made_from_surplus_water_and_oxygen_is_kept():
    everything = supply(
        *tanks("hydrogen", "oxygen", "water"),
        electrolyser(),
        cell(),
        Source("sun", A, 1.0),
        battery(),
    )
    ratios = electrolysis_ratios(0.8)
    ways = ways_to(everything, HYDROGEN, energy_stores=False)
    per = 1.0 / ratios["hydrogen"]
    assert flows(ways) == [
        {
            "electrolyser": pytest.approx(per),
            "sun": pytest.approx(per),
            "water.discharge": pytest.approx(-ratios["water"] * per),
            "oxygen.charge": pytest.approx(ratios["oxygen"] * per),
        }
    ]


def test_converters_without_their_inputs_give_no_way():
    assert ways_to(supply(*tanks("hydrogen", "water"), cell()), A) == []


def test_converters_whose_by_product_has_no_room_give_no_way():
    assert ways_to(supply(*tanks("hydrogen", "oxygen"), cell()), A) == []
    assert ways_from(supply(), WATER) == []


def test_by_products_go_into_stores_and_then_to_dumps():
    vent = Sink("vent", WATER, 1.0, dump=True, flexible=True)
    drink = Sink("drink", WATER, 1.0)
    everything = supply(vent, drink, *tanks("hydrogen", "oxygen", "water"), cell())
    assert flows(ways_from(everything, WATER)) == [{"water.charge": 1.0}, {"vent": 1.0}]
    ways = ways_to(everything, A)
    assert [("water.charge" in way, "vent" in way) for way in flows(ways)] == [
        (True, False),
        (False, True),
    ]


def test_every_pair_of_inputs_is_a_way():
    second = [Store(f"{n}-2", f"a/{n}", 1.0, 0.5) for n in ("hydrogen", "oxygen")]
    ways = ways_to(supply(*tanks("hydrogen", "oxygen", "water"), *second, cell()), A)
    pairs = {
        tuple(sorted(n.split(".")[0] for n in way if n.endswith("discharge")))
        for way in flows(ways)
    }
    assert pairs == {
        ("hydrogen", "oxygen"),
        ("hydrogen-2", "oxygen"),
        ("hydrogen", "oxygen-2"),
        ("hydrogen-2", "oxygen-2"),
    }


def test_products_of_loads_are_a_way_to_their_node():
    node = "a/data.science"
    camera = Sink("camera", A, 1.0, products={node: 5.0, "a/heat": 1.0})
    everything = supply(
        camera, Store("recorder", node, 1.0, 0.0), Link("radio", node, "e/data.science")
    )
    assert [(dict(w.flows), dict(w.injections)) for w in ways_to(everything, "e/data.science")] == [
        ({"radio": 1.0}, {node: 1.0}),
        ({"radio": 1.0, "recorder.discharge": 1.0}, {}),
    ]
    assert "a/heat" not in everything.injected


def test_a_maze_of_links_is_refused():
    many = [Source(f"sun-{i}", A, 1.0) for i in range(15)]
    cables = [Link(f"cable-{i}", A, B) for i in range(15)]
    with pytest.raises(ScenarioError, match="ways lead to b/electricity"):
        ways_to(supply(*many, *cables), B)
