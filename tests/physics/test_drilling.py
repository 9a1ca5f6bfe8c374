"""A drill against integrals done by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from ilrs.ground.regolith import Regolith, density
from ilrs.physics import drilling
from ilrs.physics.drilling import Drill

DRILL = Drill(
    power=100.0, efficiency=0.6, outer=0.03, core=0.015, auger=20.0, bite=0.1, hoist=0.02,
    wear=5e5, change=1800.0,
)  # fmt: skip
GROUND = 2e7


def test_the_time_is_the_integral_of_one_over_the_rate():
    by_hand = quad(lambda z: 1.0 / float(drilling.rate(DRILL, z, GROUND)), 0.0, 2.0)[0]
    assert drilling.cutting_time(DRILL, 2.0, GROUND) == pytest.approx(by_hand)
    plain = replace(DRILL, auger=0.0)
    assert drilling.cutting_time(plain, 2.0, GROUND) == pytest.approx(GROUND * plain.area * 2 / 60)


def test_a_drill_stalls_where_the_auger_takes_everything():
    assert drilling.stall_depth(DRILL) == pytest.approx(3.0)
    assert drilling.rate(DRILL, [3.0, 4.0], GROUND) == pytest.approx([0.0, 0.0])
    assert drilling.cutting_time(DRILL, 3.0, GROUND) == np.inf
    assert drilling.stall_depth(replace(DRILL, auger=0.0)) == np.inf


def test_every_bite_is_pulled_out():
    # 0.1 + 0.2 + 0.25 m, both ways at 2 cm/s
    assert drilling.hoisting_time(DRILL, 0.25) == pytest.approx(2 * 0.55 / 0.02)
    assert drilling.hoisting_time(DRILL, 0.0) == 0.0
    assert drilling.hoisting_time(replace(DRILL, bite=0.0), 2.0) == 0.0


def test_bits_wear_by_the_energy_they_break_with():
    per_metre = GROUND * DRILL.area
    assert drilling.bits_used(DRILL, 0.01, GROUND) == 1
    assert drilling.bits_used(DRILL, 100.0, GROUND) == np.ceil(100 * per_metre / 5e5)


def test_time_and_energy_are_the_sums_of_their_parts():
    deep = replace(DRILL, wear=GROUND * DRILL.area * 0.9)
    time = drilling.drilling_time(deep, 2.0, GROUND, duty=0.5)
    assert time == pytest.approx(
        2 * drilling.cutting_time(deep, 2.0, GROUND) + drilling.hoisting_time(deep, 2.0) + 2 * 1800
    )
    energy = drilling.drilling_energy(DRILL, 0.2, GROUND, mass=4.0)
    assert energy == pytest.approx(
        100.0 * drilling.cutting_time(DRILL, 0.2, GROUND) + 4.0 * 1.62 * 0.3 / 0.6
    )


def test_a_bit_works_until_warm_and_rests_until_cool():
    duty, on, off = drilling.thermal_duty(100.0, 0.2, 50.0, 0.1, 100.0)
    # from a tenth of the rise at 20 W in and 0.1 W/K out
    warm = solve_ivp(lambda t, x: (20.0 - 0.1 * x) / 50.0, (0.0, on), [10.0], rtol=1e-9)
    cool = solve_ivp(lambda t, x: -0.1 * x / 50.0, (0.0, off), [100.0], rtol=1e-9)
    assert warm.y[0, -1] == pytest.approx(100.0)
    assert cool.y[0, -1] == pytest.approx(10.0)
    assert duty == pytest.approx(on / (on + off))
    assert drilling.thermal_duty(100.0, 0.05, 50.0, 0.1, 100.0) == (1.0, np.inf, 0.0)


def test_a_core_weighs_what_the_density_says():
    ground = Regolith()
    by_hand = quad(lambda z: float(density(z, ground)), 0.0, 2.0)[0] * np.pi * 0.0075**2
    assert drilling.core_mass(0.015, 2.0) == pytest.approx(by_hand)
    assert drilling.core_mass(0.015, 2.0, recovery=0.5) == pytest.approx(0.5 * by_hand)
