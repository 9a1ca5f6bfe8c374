"""The sizing programme: closed forms, refusals, and pieces as a lower bound."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from ilrs.errors import PlanError, UserError
from ilrs.planning.sizing.dark import worst_deficit
from ilrs.planning.sizing.investment import (
    Conversion,
    Demand,
    Investment,
    Storage,
    Supply,
    least_mass,
)
from ilrs.validation import validate


def problem(light, load=2.0, **changes) -> Investment:
    light = np.asarray(light, dtype=float)
    given = {
        "hours": np.ones(len(light)),
        "supplies": [Supply("sun", "bus", light, 30.0)],
        "storages": [Storage("battery", "bus", 6.0, 0.9, 0.8)],
        "conversions": [],
        "demands": [Demand("load", "bus", np.full(len(light), load))],
    }
    return Investment(**(given | changes))


def test_half_sun_half_dark_is_the_reference_closed_form(reference_dir):
    (result,) = validate(reference_dir, ["sizing"])
    assert result.status == "pass", result.reason
    assert result.worst["relative"] < 1e-9


def test_a_night_that_returns_costs_its_energy_through_both_efficiencies():
    found = least_mass(problem([1.0] * 12 + [0.0] * 12, cyclic=True), "simplex")
    content = 12 * 2.0 / 0.8
    assert found.size["battery"] == pytest.approx(content)
    assert found.size["sun"] == pytest.approx(2.0 + content / 0.9 / 12)
    assert found.mass == pytest.approx(6.0 * content + 30.0 * found.size["sun"])


def test_stores_begin_full_where_time_does_not_return():
    found = least_mass(problem([0.0] * 5 + [1.0] * 5), "simplex")
    assert found.size["battery"] == pytest.approx(5 * 2.0 / 0.8)
    assert found.size["sun"] == pytest.approx(2.0)


def test_leaving_out_time_never_makes_it_heavier():
    generator = np.random.default_rng(4)
    whole = problem(np.clip(generator.normal(0.6, 0.4, 300), 0.0, 1.0))
    heavy = least_mass(whole, "simplex").mass
    for pieces in ([(0, 100)], [(40, 90), (200, 260)], [(0, 150), (150, 300)]):
        assert least_mass(replace(whole, pieces=pieces), "simplex").mass <= heavy * (1 + 1e-9)


def test_a_reserve_is_held_through_everything():
    plain = least_mass(problem([1.0, 0.0, 1.0, 1.0]), "simplex")
    kept = least_mass(problem([1.0, 0.0, 1.0, 1.0], reserve=4.0, reserve_node="bus"), "simplex")
    assert kept.size["battery"] == pytest.approx(plain.size["battery"] + 4.0 / 0.8)


def test_a_cable_carries_what_arrives_after_its_loss():
    far = problem(
        [1.0, 1.0],
        supplies=[Supply("sun", "far", np.ones(2), 1.0)],
        storages=[],
        conversions=[Conversion("cable", "far", "bus", 0.95, 2.0)],
    )
    found = least_mass(far, "simplex")
    assert found.size["cable"] == pytest.approx(2.0 / 0.95)
    assert found.mass == pytest.approx(3.0 * 2.0 / 0.95)


def test_losses_of_a_store_over_steps_of_any_length():
    stored = [Storage("battery", "bus", 6.0, loss=0.1)]
    supplies = [Supply("sun", "bus", np.array([0.0, 1.0]), 1.0)]
    long = problem([0.0, 1.0], hours=np.array([3.0, 1.0]), storages=stored, supplies=supplies)
    found = least_mass(long, "simplex")
    assert found.size["battery"] == pytest.approx(3 * 2.0 / 0.9**3)


def test_a_year_that_returns_is_the_best_of_all_arrays_and_electrolysers():
    # Without a battery the tank follows from the two others: its deepest run-down, cycles over.
    generator = np.random.default_rng(7)
    t = np.arange(600)
    light = np.clip(0.6 + 0.9 * np.sin(t / 37.0) + 0.2 * generator.standard_normal(600), 0.0, 1.0)
    case = problem(
        light,
        storages=[Storage("tank", "hydrogen", 0.9)],
        conversions=[
            Conversion("electrolyser", "bus", "hydrogen", 0.8, 12.0),
            Conversion("fuel_cell", "hydrogen", "bus", 0.55, 5.5),
        ],
        cyclic=True,
    )

    def mass(sizes):
        sun, split = sizes
        left = sun * np.concatenate([light, light]) - 2.0
        change = np.where(left > 0.0, np.minimum(left, split) * 0.8, left / 0.55)
        if min(sizes) <= 0.0 or change[:600].sum() < 0.0:
            return 1e9
        tank = worst_deficit(1.0 + change, 1.0).size
        return 30.0 * sun + 12.0 * split + 0.9 * tank + 5.5 * 2.0 / 0.55

    close = {"xatol": 1e-8, "fatol": 1e-8, "maxiter": 4000}
    tried = [minimize(mass, x, method="Nelder-Mead", options=close) for x in ([6, 3], [9, 5])]
    assert least_mass(case, "simplex").mass == pytest.approx(min(r.fun for r in tried), rel=1e-6)


@pytest.mark.parametrize("efficiency", [0.0, 1.2, -0.5, float("nan")])
def test_efficiencies_that_make_energy_are_refused(efficiency):
    bad = [Storage("battery", "bus", 6.0, efficiency, 0.8)]
    with pytest.raises(UserError, match="charge efficiency"):
        least_mass(problem([1.0, 0.0], storages=bad))


def test_a_load_that_nothing_reaches_is_explained():
    with pytest.raises(PlanError, match="nothing brings power"):
        least_mass(problem([1.0], demands=[Demand("far", "elsewhere", np.ones(1))]))


def test_the_dark_without_a_store_has_no_answer():
    with pytest.raises(PlanError):
        least_mass(problem([1.0, 0.0], storages=[]), "simplex")
