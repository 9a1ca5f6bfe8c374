"""Orbits: Kepler's equation, textbook states, conservation, the frame of held relays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilrs.errors import UserError
from ilrs.sky.directions import MOON_RADIUS
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.orbits import (
    MOON_GM,
    Elements,
    HeldOrbit,
    clear_of_sphere,
    eccentric_anomaly,
    elements_from_state,
    held_positions,
    period,
    propagate,
    state_from_elements,
    true_anomaly,
)
from ilrs.sky.propagation import propagate_among

EARTH_GM = 398600.4415e9


@given(st.floats(-100.0, 100.0), st.floats(0.0, 1.0 - 1e-12))
def test_keplers_equation_is_solved(mean, eccentricity) -> None:
    big = float(eccentric_anomaly(mean, eccentricity))
    assert big - eccentricity * math.sin(big) == pytest.approx(mean, abs=3e-14 * (1 + abs(mean)))
    assert abs(big - mean) <= eccentricity + 1e-12


def test_no_ellipse_has_no_anomaly() -> None:
    with np.errstate(invalid="ignore"):
        found = eccentric_anomaly([1.0, 1.0, math.inf], [1.0, -0.1, 0.5])
    assert np.all(np.isnan(found))


def test_true_anomalies_of_a_table() -> None:
    # Schlesinger and Udick 1912, to 0.01 deg: e, M, true anomaly.
    rows = np.array(
        [
            [0.05, 10, 11.06],
            [0.14, 65, 80.5],
            [0.35, 65, 105.71],
            [0.48, 180, 180],
            [0.75, 125, 167.57],
        ]
    )
    found = np.degrees(true_anomaly(np.radians(rows[:, 1]), rows[:, 0]))
    assert found == pytest.approx(rows[:, 2], abs=0.01)


def test_vallados_state_and_one_day_of_gmat() -> None:
    # Vallado, Fundamentals of Astrodynamics, example 2-4.
    r, v = propagate(
        [1131340.0, -2282343.0, 6672423.0], [-5643.05, 4303.33, 2428.79], 2400.0, EARTH_GM
    )
    assert r[0] == pytest.approx([-4219752.7, 4363029.2, -3958766.6], abs=5.0)
    assert v[0] == pytest.approx([3689.866, -1916.735, -6112.511], abs=0.01)
    # GMAT, two bodies, one day.
    r, _ = propagate(
        [-2436450.0, -2436450.0, 6891037.0], [5088.611, -5088.611, 0.0], 86400.0, 398600.435436096e9
    )
    gmat = np.array([-5971194.375461378, 3945517.831291771, 2864621.0708007134])
    assert np.linalg.norm(r[0] - gmat) < 0.01


def test_a_hyperbola_of_a_textbook() -> None:
    # Curtis, Orbital Mechanics for Engineering Students, example 3.5.
    r, v = propagate([6678137.0, 0, 0], [0, 15000.0, 0], 14941.0, 398600.4418e9)
    assert np.linalg.norm(r) == pytest.approx(163180e3, rel=1e-4)
    assert np.linalg.norm(v) == pytest.approx(10510.0, rel=1e-3)


def test_a_parabola_follows_barkers_equation() -> None:
    gm, q = EARTH_GM, 7e6
    speed = math.sqrt(2.0 * gm / q)
    # tan(nu/2) = D, t = sqrt(2 q^3/GM) (D + D^3/3); at nu = 90 deg D = 1.
    t = math.sqrt(2.0 * q**3 / gm) * (1.0 + 1.0 / 3.0)
    r, _ = propagate([q, 0, 0], [0, speed, 0], t, gm)
    assert r[0] == pytest.approx([0.0, 2.0 * q, 0.0], abs=1.0)


@given(
    st.floats(1.8e6, 4e7),
    st.floats(0.0, 0.95),
    st.floats(0.0, math.pi),
    st.floats(0.0, 6.28),
    st.floats(0.0, 6.28),
    st.floats(0.0, 6.28),
    st.floats(-1e6, 1e6),
)
def test_elements_and_states_agree_with_universal_variables(a, e, i, raan, argp, m, t) -> None:
    elements = Elements(a, e, i, raan, argp, m)
    r, v = state_from_elements(elements, MOON_GM, [0.0, t])
    r2, v2 = propagate(r[0], v[0], t, MOON_GM)
    assert np.linalg.norm(r2[0] - r[1]) < 1e-8 * a * max(1.0, abs(t) / period(a)) / (1.0 - e)
    energy = 0.5 * np.sum(v2[0] ** 2) - MOON_GM / np.linalg.norm(r2[0])
    assert energy == pytest.approx(-0.5 * MOON_GM / a, rel=1e-7)
    again = elements_from_state(r[0], v[0], MOON_GM)
    r3, _ = state_from_elements(again, MOON_GM, 0.0)
    assert np.linalg.norm(r3[0] - r[0]) < 1e-6 * a


def test_there_and_back_again() -> None:
    r0, v0 = np.array([2.5e6, 1e5, -3e5]), np.array([100.0, 1500.0, 400.0])
    r, v = propagate(r0, v0, 7e5, MOON_GM)
    back, _ = propagate(r[0], v[0], -7e5, MOON_GM)
    assert np.linalg.norm(back[0] - r0) < 1e-2
    assert propagate(r0, v0, 0.0, MOON_GM)[0][0] == pytest.approx(r0)


def test_period_of_the_24_hour_relay() -> None:
    assert period(0.5 * (1937.4e3 + 17737.4e3)) / 3600.0 == pytest.approx(24.3207, abs=1e-3)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Elements(-1.0, 0.1, 0, 0, 0, 0),
        lambda: Elements(1e7, 1.0, 0, 0, 0, 0),
        lambda: Elements(1e7, 0.1, math.nan, 0, 0, 0),
        lambda: Elements.from_apsides(2e6, 1e6, 0, 0, 0, 0),
        lambda: elements_from_state([1e7, 0, 0], [0, 1e5, 0], MOON_GM),
        lambda: elements_from_state([1e7, 0, 0], [10.0, 0, 0], MOON_GM),
    ],
)
def test_what_is_no_ellipse_is_refused(bad) -> None:
    with pytest.raises(UserError):
        bad()


@pytest.fixture(scope="module")
def held():
    ephemeris = fit_ephemeris(8e8, 8e8 + 6e7)
    t = np.linspace(8e8, 8e8 + 6e7, 5000)
    elements = Elements(6541.4e3, 0.6, math.radians(56.2), 0.7, math.radians(90.0), 0.3)
    return t, ephemeris.rotation(t), HeldOrbit(elements, 8e8)


def test_a_held_orbit_keeps_its_size_and_inclination_to_the_lunar_equator(held) -> None:
    t, rotation, orbit = held
    r = held_positions(orbit, t, rotation)
    distance = np.linalg.norm(r, axis=1)
    a, e = orbit.elements.semi_major_axis, orbit.elements.eccentricity
    assert distance.min() >= a * (1 - e) - 1.0
    assert distance.max() <= a * (1 + e) + 1.0
    latitude = np.arcsin(r[:, 2] / distance)
    assert latitude.max() == pytest.approx(orbit.elements.inclination, abs=2e-4)
    assert latitude.min() == pytest.approx(-orbit.elements.inclination, abs=2e-4)


def test_a_held_orbits_node_keeps_to_the_crossing_of_both_equators() -> None:
    level = HeldOrbit(Elements(5e6, 0.0, 0.0, 0.0, 0.0, 0.0), 8e8)
    # At whole periods a circular equatorial orbit with all angles zero lies on the x axis.
    turn = period(5e6)
    times = 8e8 + turn * np.arange(0, 100)
    fixed = fit_ephemeris(8e8, times[-1]).rotation(times)
    r = held_positions(level, times, fixed)
    inertial = np.einsum("nji,nj->ni", fixed, r) / 5e6
    pole = fixed[:, 2]
    node = np.cross([0.0, 0.0, 1.0], pole)
    node /= np.linalg.norm(node, axis=1)[:, None]
    assert np.abs(inertial - node).max() < 1e-6


def test_lines_past_a_sphere() -> None:
    r = MOON_RADIUS
    above, side = np.array([0.0, 0.0, 2.0 * r]), np.array([2.0 * r, 0.0, 0.0])
    assert not clear_of_sphere(above, -above, r)
    assert clear_of_sphere(above, 3.0 * above, r)
    # Both 2 R out at right angles, the chord passes at sqrt(2) R; at 1.4 R it passes at 0.99 R.
    assert clear_of_sphere(above, side, r)
    assert not clear_of_sphere(0.7 * above, 0.7 * side, r)
    ground = np.array([0.0, 0.0, r])
    assert clear_of_sphere(ground, ground + np.array([5e6, 0.0, 1.0]), r)
    assert not clear_of_sphere(ground, ground + np.array([5e6, 0.0, -1000.0]), r)
    assert clear_of_sphere(above, above, r)


def test_point_masses_against_gmat_and_against_two_bodies() -> None:
    gm = {"earth": 398600.4415e9, "moon": 4902.8005821478e9}
    r0 = np.array([333321004.516, -76134198.887, -20873831.939])
    v0 = np.array([257.153712, 930.284066, 346.177])
    # GMAT, Earth and Moon, one day from 2020-01-01T00:00:00 TAI.
    r, _ = propagate_among(r0, v0, 631108832.184, 86400.0, "earth", gm, ("moon",))
    gmat = np.array([345395216.7587544, 5967890.264751025, 7350734.617702599])
    assert np.linalg.norm(r - gmat) < 1.0
    alone, _ = propagate_among(r0, v0, 8e8, 86400.0, "earth", gm, ())
    assert np.linalg.norm(alone - propagate(r0, v0, 86400.0, gm["earth"])[0][0]) < 1e-3


def test_unknown_masses_are_refused() -> None:
    r0, v0 = [4e8, 0.0, 0.0], [0.0, 1e3, 0.0]
    with pytest.raises(UserError, match="jupiter"):
        propagate_among(r0, v0, 8e8, 1.0, "earth", {"earth": EARTH_GM}, ("jupiter",))
    with pytest.raises(UserError, match="GM"):
        propagate_among(r0, v0, 8e8, 1.0, "earth", {"earth": EARTH_GM}, ("sun",))
    with pytest.raises(UserError, match="centre"):
        propagate_among(r0, v0, 8e8, 1.0, "earth", {"earth": EARTH_GM}, ("earth",))
