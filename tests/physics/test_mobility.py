"""Wheels and hops against closed forms, limits and an integrated flight."""

import math

import numpy as np
import pytest

from ilrs.physics import mobility
from ilrs.physics.mobility import (
    MOON_GM,
    MOON_GRAVITY,
    MOON_RADIUS,
    Vehicle,
    going,
    hop_delta_v,
    hop_speeds,
    propellant,
    resistance,
    slope_limit,
    sun_on_vehicle,
    survival_heat,
)
from ilrs.physics.terramechanics import (
    APOLLO_SOIL,
    compaction_resistance,
    sinkage,
    slip_for,
    thrust,
)

WHEEL = (0.818, 0.23, APOLLO_SOIL)
APOLLO = Vehicle(708.0, 4, 0.818, 0.23, 10 / 3.6, 1000.0, 0.65, 150.0)


def test_the_wheel_of_the_textbook():
    depth = float(sinkage(286.74, *WHEEL))
    assert depth == pytest.approx(0.0184346, rel=1e-4)
    assert float(compaction_resistance(depth, *WHEEL[1:])) == pytest.approx(32.2841, rel=1e-4)
    assert thrust(286.74, [0.1, 0.2, 0.5], *WHEEL) == pytest.approx([56.54, 93.371, 147.249], 1e-4)


def test_the_work_of_the_rut_is_that_of_pressing_it():
    depth = np.linspace(0.0, 0.02, 20001)
    pressure = (APOLLO_SOIL.k_c / 0.23 + APOLLO_SOIL.k_phi) * depth**APOLLO_SOIL.n
    pressed = np.trapezoid(0.23 * pressure, depth)
    assert float(compaction_resistance(0.02, 0.23, APOLLO_SOIL)) == pytest.approx(pressed, rel=1e-6)


def test_thrust_grows_from_nothing_to_the_soils_strength():
    slips = np.linspace(0.0, 1.0, 101)
    pull = thrust(286.74, slips, *WHEEL)
    assert pull[0] == 0.0
    assert (np.diff(pull) > 0.0).all()
    strength = 286.74 * math.tan(math.radians(35.0))
    assert pull[-1] < strength + 0.23 * 0.13 * 170.0
    assert (thrust(286.74, 0.5, *WHEEL, grouser=0.02) > thrust(286.74, 0.5, *WHEEL)).all()


def test_slip_is_thrust_turned_around():
    slips = np.array([0.02, 0.2, 0.7])
    assert slip_for(thrust(286.74, slips, *WHEEL), 286.74, *WHEEL) == pytest.approx(slips)
    assert slip_for([-5.0, 0.0], 286.74, *WHEEL).tolist() == [0.0, 0.0]
    assert np.isnan(slip_for(500.0, 286.74, *WHEEL))


def test_the_slope_limit_is_where_thrust_is_used_up():
    limit = slope_limit(APOLLO)
    assert math.degrees(limit) == pytest.approx(21.8, abs=0.1)  # the design says 25 deg
    weight = APOLLO.mass * MOON_GRAVITY / 4
    pull = thrust(weight * math.cos(limit), APOLLO.slip_limit, *WHEEL)
    assert float(pull) == pytest.approx(float(resistance(APOLLO, limit)), rel=1e-9)
    tipsy = mobility.Vehicle(**{**vars(APOLLO), "tilt_limit": 0.1})
    assert slope_limit(tipsy) == 0.1
    stuck = mobility.Vehicle(**{**vars(APOLLO), "mass": 2e6})
    assert slope_limit(stuck) == 0.0
    assert np.isinf(going(stuck, [0.0]).energy).all()


def test_going_up_takes_more_than_going_down_and_never_gives_back():
    slopes = np.radians([-15.0, -5.0, 0.0, 5.0, 15.0])
    found = going(APOLLO, slopes)
    assert (np.diff(found.energy) > 0.0).all()
    assert found.energy[0] == pytest.approx(150.0 / APOLLO.speed)
    assert found.speed[-1] < found.speed[2] == APOLLO.speed
    # where motors set the speed they draw all they can
    drawn = (found.energy[-1] - 150.0 / found.speed[-1]) * found.speed[-1]
    assert drawn == pytest.approx(APOLLO.drive_power)
    beyond = going(APOLLO, np.radians([30.0]))
    assert beyond.speed[0] == 0.0
    assert np.isinf(beyond.energy[0])


def test_level_ground_costs_the_rut_the_slip_and_the_idle_load():
    found = going(APOLLO, [0.0])
    rut = 4 * float(resistance(APOLLO, 0.0))
    by_hand = rut / (1.0 - found.slip[0]) / 0.65 + 150.0 / APOLLO.speed
    assert found.energy[0] == pytest.approx(by_hand)


def test_panels_by_mounting_and_heading():
    up, east = math.radians(10.0), math.radians(90.0)
    assert sun_on_vehicle(up, east, [0.0, 1.0], "mast").tolist() == [1.0, 1.0]
    assert sun_on_vehicle(up, east, 0.0, "top") == pytest.approx(math.sin(up))
    ahead, abeam = sun_on_vehicle(up, east, [east, 0.0], "sides")
    assert ahead == pytest.approx(0.0)
    assert abeam == pytest.approx(math.cos(up))
    with pytest.raises(ValueError, match="no mounting"):
        sun_on_vehicle(up, east, 0.0, "roof")


def test_survival_heat_is_none_where_it_is_warm():
    assert survival_heat(0.1, 1e-9, 260.0, [260.0, 300.0]).tolist() == [0.0, 0.0]
    cold = float(survival_heat(0.1, 1e-9, 260.0, 60.0))
    assert cold == pytest.approx(0.1 * 200 + 1e-9 * (260**4 - 60**4))


def test_short_hops_are_parabolas():
    g = MOON_GM / MOON_RADIUS**2
    up, down = hop_speeds([100.0, 100.0], [0.0, 30.0])
    assert up[0] == pytest.approx(math.sqrt(g * 100.0), rel=1e-3)
    assert up[0] == down[0]
    assert up[1] == pytest.approx(math.sqrt(g * (30 + math.hypot(100, 30))), rel=1e-3)
    assert up[1] ** 2 - down[1] ** 2 == pytest.approx(2 * g * 30, rel=1e-3)


def test_long_hops_are_ellipses_of_least_energy():
    angle = 0.6
    share = math.sin(angle / 2)
    circular = math.sqrt(MOON_GM / MOON_RADIUS)
    by_hand = circular * math.sqrt(2 * share / (1 + share))
    assert float(hop_speeds(angle * MOON_RADIUS)[0]) == pytest.approx(by_hand)


def test_a_hop_flown_by_small_steps_lands_where_it_should():
    distance, climb = 200e3, 3000.0
    speed = float(hop_speeds(distance, climb)[0])
    reached = 0.0
    for elevation in np.linspace(0.3, 1.3, 2001):
        energy = 0.5 * speed**2 - MOON_GM / MOON_RADIUS
        a = -MOON_GM / (2 * energy)
        h = MOON_RADIUS * speed * math.cos(elevation)
        p = h * h / MOON_GM
        e = math.sqrt(max(0.0, 1 - p / a))
        first = math.acos(max(-1.0, min(1.0, (p / MOON_RADIUS - 1) / e)))
        cosine = (p / (MOON_RADIUS + climb) - 1) / e
        if abs(cosine) <= 1.0:
            reached = max(reached, (2 * math.pi - math.acos(cosine) - first) * MOON_RADIUS)
    assert reached == pytest.approx(distance, rel=1e-5)


def test_propellant_follows_the_rocket_equation():
    assert float(propellant(100.0, 9.80665 * 220.0, 220.0)) == pytest.approx(100 * (1 - 1 / math.e))
    assert float(propellant(100.0, 0.0, 220.0)) == 0.0
    up, down = hop_speeds(5e3)
    assert float(hop_delta_v(5e3, loss=0.2)) == pytest.approx(1.2 * float(up + down))
