"""Tether and pit against statics and sums by hand."""

import numpy as np
import pytest
from scipy.integrate import quad

from ilrs.physics import pit, tether
from ilrs.physics.mobility import MOON_RADIUS
from ilrs.physics.pit import Explorer
from ilrs.physics.tether import Tether

LINE = Tether(length=300.0, linear_mass=0.02, strength=3000.0, resistance=0.05, data_rate=1e7)
ROBOT = Explorer(
    battery=2e6, idle_power=20.0, energy_per_metre=100.0, speed=0.05, scan_time=60.0,
    scan_data=5e7, scan_spacing=5.0,
)  # fmt: skip


def test_the_winch_lifts_robot_and_shortening_line():
    work = quad(lambda x: (30.0 + 0.02 * x) * 1.62, 0.0, 105.0)[0]
    assert tether.winch_energy(LINE, 30.0, 105.0, 0.5) == pytest.approx(work / 0.5)
    assert tether.descent_time(105.0, 50.0, LINE, 30.0) == pytest.approx(work / 50.0)


def test_the_deepest_hang_has_just_the_safety_asked_for():
    weak = Tether(1e6, 0.02, 3000.0, np.inf, 0.0)
    depth = tether.deepest(weak, 30.0, safety=3.0)
    assert 3.0 * tether.tension(weak, 30.0, depth) == pytest.approx(3000.0)
    assert tether.deepest(LINE, 30.0) == 300.0
    assert tether.deepest(LINE, 1000.0) == 0.0


def test_a_line_loses_by_the_square_of_its_current():
    assert tether.power_delivered(LINE, 100.0, 100.0, 200.0) == pytest.approx(90.0)
    with pytest.raises(ValueError, match="higher voltage"):
        tether.power_delivered(LINE, 100.0, 10.0, 200.0)
    with pytest.raises(ValueError, match="higher voltage"):
        tether.power_delivered(Tether(1.0, 1.0, 1.0, np.inf, 0.0), 100.0, 100.0, 1.0)


def test_the_battery_is_used_to_the_reserve_there_and_back():
    reach = pit.mapped_length(ROBOT)
    spent = reach.length * (pit.outward_energy(ROBOT) + pit.return_energy(ROBOT))
    assert reach.limit == "energy"
    assert spent == pytest.approx(0.8 * 2e6)
    # by hand: 100 + 20/0.05 + 20*60/5 out, 100 + 20/0.05 back
    assert reach.length == pytest.approx(1.6e6 / (740.0 + 500.0))
    left = 2e6 - reach.length * pit.outward_energy(ROBOT)
    assert pit.abort_radius(ROBOT, left, reserve=0.0) > reach.length


@pytest.mark.parametrize(
    ("more", "limit", "length"),
    [
        ({"line": 120.0}, "line", 120.0),
        ({"dark_time": 5200.0}, "time", 5200.0 / (20.0 + 12.0 + 20.0)),
        ({"data_rate": 0.0, "memory": 1e9}, "data", 100.0),
        ({"data_rate": 1e7 / 52.0, "memory": 1e6}, "energy", 1.6e6 / 1240.0),
    ],
)
def test_the_first_limit_ends_it(more, limit, length):
    reach = pit.mapped_length(ROBOT, **more)
    assert reach.limit == limit
    assert reach.length == pytest.approx(length)
    assert reach.length == min(reach.limits.values())


def test_one_way_it_maps_further():
    assert pit.mapped_length(ROBOT, back=False).length > pit.mapped_length(ROBOT).length


def test_from_the_pole_to_the_pit_is_over_a_quarter_round_the_moon():
    far = pit.great_circle(np.radians(-89.45), 0.0, np.radians(8.3355), np.radians(33.222))
    assert far == pytest.approx(MOON_RADIUS * np.radians(98.0), rel=0.01)
    assert pit.great_circle(0.3, 1.0, 0.3, 1.0) == 0.0
    assert pit.great_circle(0.0, 0.0, 0.0, np.pi) == pytest.approx(np.pi * MOON_RADIUS)
    # one long hop comes near orbital speed at both ends, so most of the hopper is propellant
    assert pit.sortie_propellant(200.0, far, 320.0) > 2 * 200.0
    assert pit.sortie_propellant(200.0, far, 320.0, hop=100e3) > pit.sortie_propellant(
        200.0, far, 320.0
    )


def test_short_hops_cost_the_root_of_their_number_more():
    def speed(**k):
        mass = pit.sortie_propellant(1.0, 1000.0, 320.0, loss=0.0, **k)
        return 9.80665 * 320.0 * np.log1p(mass)

    assert speed(hop=250.0) == pytest.approx(2.0 * speed(), rel=1e-3)
    assert speed() == pytest.approx(2.0 * np.sqrt(1.6242 * 1000.0), rel=1e-3)


def test_relays_stand_between_mouth_and_robot():
    assert [pit.relays_needed(x, 50.0) for x in (0.0, 50.0, 51.0, 150.0)] == [0, 0, 1, 2]
    assert [pit.chain_rate(6.0, n) for n in (0, 1, 2, 9)] == [6.0, 3.0, 2.0, 2.0]


def test_the_floor_sees_the_mouth_and_a_cave_spares_the_heater():
    assert pit.sky_view(50.0, 50.0) == pytest.approx(0.5)
    assert pit.heater_saved(0.1, 0.0, 290.0, 100.0, 270.0) == pytest.approx(0.1 * 170.0)
    assert pit.heater_saved(0.1, 0.0, 290.0, 400.0, 290.0) == 0.0
    assert pit.dark_endurance(3600.0, 2.0) == 1800.0
    assert pit.dark_endurance(3600.0, 0.0) == np.inf
