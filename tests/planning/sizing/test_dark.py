"""Longest dark, worst deficit, the walk by rules, and critical periods against the whole."""

from dataclasses import replace

import numpy as np
import pytest

from ilrs.environment.horizons import load_horizon
from ilrs.flows.clock import Clock
from ilrs.planning.sizing.critical import BUS, masses_of, size_critical
from ilrs.planning.sizing.dark import deepest_of_many, longest, worst_deficit
from ilrs.planning.sizing.investment import (
    Conversion,
    Demand,
    Investment,
    Storage,
    Supply,
    least_mass,
)
from ilrs.planning.sizing.place import compute_sky
from ilrs.planning.sizing.request import ground_of
from ilrs.planning.sizing.walk import Plant, walk
from ilrs.scenario.load import load_scenario


def test_the_longest_run_and_where_it_lies():
    spell = longest(np.array([1, 1, 0, 1, 1, 1, 0, 1], dtype=bool), 2.0)
    assert (spell.first, spell.last, spell.size) == (3, 6, 6.0)
    assert longest(np.zeros(4, dtype=bool), 1.0).size == 0.0
    assert longest(np.zeros(0, dtype=bool), 1.0).size == 0.0


def test_a_deficit_runs_over_short_lit_spells():
    supply = np.array([2.0, 0.0, 0.0, 1.5, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0])
    spell = worst_deficit(supply, 1.0)
    assert (spell.first, spell.last, spell.size) == (1, 6, 3.5)
    lossy = worst_deficit(supply, 1.0, efficiency=0.5)
    assert lossy.size == pytest.approx(2.0 - 0.25 + 2.0)


def test_many_places_are_each_place():
    generator = np.random.default_rng(1)
    light = np.clip(generator.normal(0.5, 0.5, (5, 400)), 0.0, 1.0).astype(np.float32)
    ratios = np.array([1.5, 2.5])
    found = deepest_of_many(light, ratios, 0.5)
    for p in range(5):
        for r, ratio in enumerate(ratios):
            alone = worst_deficit(ratio * light[p].astype(float), 0.5).size
            assert found[p, r] == pytest.approx(alone, abs=1e-9)


PLANT = Plant(10.0, 4.0, 5.0, 0.9, 0.8, 0.0, 20.0, 3.0, 6.0, 0.7, 0.5)


def test_the_walk_conserves_energy():
    generator = np.random.default_rng(2)
    supply, load = generator.uniform(0.0, 6.0, 500), np.full(500, 2.0)
    for cell_first in (False, True):
        lived = walk(supply, load, 1.0, PLANT, 0.0, cell_first)
        brought = supply - lived.surplus - load + lived.short
        charged = np.where(brought > 0.0, brought, 0.0)
        change = np.diff(lived.held, prepend=10.0 * 0.8 + 20.0 * 0.5)
        # A kWh given to the bus is a kWh less that can be drawn; one taken gives at most 0.9 * 0.8.
        assert change[brought <= 0.0] == pytest.approx(brought[brought <= 0.0], abs=1e-9)
        assert (change <= charged * 0.72 + 1e-9).all()
        assert (change[charged > 0.0] >= charged[charged > 0.0] * 0.35 - 1e-9).all()


def test_the_walk_counts_what_it_cannot_serve():
    lived = walk(np.zeros(12), np.full(12, 2.0), 1.0, PLANT, 0.0)
    assert lived.short.sum() == pytest.approx(24.0 - 10.0 * 0.8 - 20.0 * 0.5)
    kept = walk(np.zeros(3), np.full(3, 2.0), 1.0, PLANT, 13.0)
    assert kept.short[-1] == pytest.approx(13.0 - (18.0 - 6.0))


def station(light, **changes) -> Investment:
    given = {
        "hours": np.ones(len(light)),
        "supplies": [Supply("sun", BUS, light, 26.0)],
        "storages": [
            Storage("battery", BUS, 8.0, 0.96, 0.96, 5.0, 5.0, 3e-5),
            Storage("tank", "hydrogen", 0.92),
        ],
        "conversions": [
            Conversion("electrolyser", BUS, "hydrogen", 0.8, 12.0),
            Conversion("fuel_cell", "hydrogen", BUS, 0.55, 5.5),
        ],
        "demands": [Demand("load", BUS, np.full(len(light), 5.0))],
    }
    return Investment(**(given | changes))


def season(hours, seed=3):
    """Light that comes and goes over a month, more seldom in winter."""
    generator = np.random.default_rng(seed)
    t = np.arange(hours)
    level = 0.8 + 0.7 * np.cos(2 * np.pi * t / 8766.0) + 0.9 * np.sin(2 * np.pi * t / 708.7)
    return np.clip(level + 0.05 * generator.standard_normal(hours), 0.0, 1.0)


def test_critical_periods_are_feasible_and_bounded():
    problem = station(season(4000))
    found = size_critical(problem)
    assert not found.walk.short.any()
    assert found.bound <= found.mass <= found.bound * 1.02
    assert sum(masses_of(problem, found.sizes).values()) == pytest.approx(found.mass)


def test_an_eclipse_in_the_worst_place_weighs_something():
    light = season(3000)
    plain = size_critical(station(light))
    kept = station(light, reserve=5.0 * 5.0, reserve_hours=5.0, reserve_node=BUS)
    found = size_critical(kept)
    assert found.mass > plain.mass
    assert found.bound <= found.mass


@pytest.mark.long
def test_two_years_are_the_whole_programme_of_two_years():
    # The darkest years on the ridge; the whole programme has 17,544 hours.
    ground = ground_of(load_scenario("ilrs").scenario, "ridge-a")
    horizon = load_horizon(ground.horizon, ground.latitude, ground.longitude)
    begins = np.datetime64("2036-01-01T00:00:00")
    clock = Clock.over(begins, begins + np.timedelta64(17_544, "h"), 3600)
    sky = compute_sky([horizon], [], [], clock)
    problem = station(sky.light(0, np.array([10.0]))[0])
    found = size_critical(problem)
    whole = least_mass(problem, "hipo")
    assert found.bound <= whole.mass * (1.0 + 1e-6)
    assert whole.mass <= found.mass * (1.0 + 1e-6)
    assert found.mass <= whole.mass * 1.005


def test_more_array_needs_less_store():
    light = season(3000)
    loose = size_critical(station(light))
    fixed = replace(station(light), fixed={"sun": 2.0 * loose.sizes["sun"]})
    found = size_critical(fixed)
    assert found.mass > loose.mass
    assert found.sizes["tank"] + found.sizes["battery"] < (
        loose.sizes["tank"] + loose.sizes["battery"]
    )
