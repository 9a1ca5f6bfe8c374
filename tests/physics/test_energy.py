"""Towers, tanks, fission, isotopes, cells away from the Sun: closed forms and published figures."""

import numpy as np
import pytest

from ilrs.physics import tower
from ilrs.physics.battery import calendar_factor, usable_share
from ilrs.physics.cable import conductor_mass, section_for
from ilrs.physics.chemistry import HYDROGEN_MOLAR_MASS, OXYGEN_MOLAR_MASS
from ilrs.physics.fission import REFERENCE_DOSE, YEAR, decay_heat, dose_rate, stand_off
from ilrs.physics.photovoltaic import (
    STEFAN_BOLTZMANN,
    cell_temperature,
    kelly_cosine,
    string_over_sections,
    tracking_share,
    turned_away,
)
from ilrs.physics.radioisotope import remaining_heat
from ilrs.physics.tank import compressibility, tank_mass, tank_volume
from ilrs.physics.thermal import FACES, sunlight_on_faces

TILT = np.radians(5.0)


def test_a_tall_light_tower_weighs_as_the_square_of_its_height():
    """With a head far heavier than the tube, buckling alone rules: r ~ L^(1/2), m ~ r^2 L."""
    short, tall = tower.tower_mass(8.0, 400.0, TILT), tower.tower_mass(16.0, 400.0, TILT)
    assert tall / short == pytest.approx(4.0, rel=0.03)
    tube = short / tower.FITTINGS
    euler = 4.0 * tower.BUCKLING_FACTOR * tower.GRAVITY * (400.0 + 0.3 * tube) * 64.0
    radius = (euler / (np.pi**2 * 70e9) * tower.RADIUS_TO_WALL / np.pi) ** 0.25
    assert tube == pytest.approx(1600.0 * 2 * np.pi * radius**2 / tower.RADIUS_TO_WALL * 8.0)


@pytest.mark.parametrize("material", tower.MATERIALS)
def test_the_tallest_tower_is_the_mass_turned_round(material):
    assert tower.tallest_tower(
        tower.tower_mass(17.0, 90.0, TILT, material), 90.0, TILT, material
    ) == pytest.approx(17.0, rel=1e-9)
    assert tower.tower_mass(0.0, 90.0, TILT, material) == 0.0


def test_a_tower_that_cannot_carry_itself_has_no_mass():
    assert tower.tower_mass(1e5, 1.0, TILT) == np.inf


def test_every_limit_of_a_tower_rules_somewhere():
    carbon = tower.MATERIALS["carbon"]
    ruling = {
        int(np.argmax(tower.tube_radius(height, head, 0.0, tilt, carbon)))
        for height, head, tilt in ((2.0, 1000.0, 1.5), (10.0, 150.0, TILT), (60.0, 50.0, TILT))
    }
    assert ruling == {0, 1, 2}


def test_a_tanks_mass_follows_temperature_and_not_pressure():
    def mass(pressure, temperature):
        return tank_mass("hydrogen", 7.0, HYDROGEN_MOLAR_MASS, pressure, temperature)

    assert mass(5e6, 300.0) == pytest.approx(mass(2e6, 300.0), rel=0.02)
    assert mass(1e5, 150.0) / mass(1e5, 300.0) == pytest.approx(0.5, rel=1e-3)
    # 7 kg are 3472 mol: n R T = 8.66 MJ at 300 K.
    assert mass(1e3, 300.0) == pytest.approx(1.5 * 8.66e6 / 2.5e5, rel=1e-3)


def test_gases_are_as_dense_as_the_tables_say():
    # NIST: hydrogen at 100 bar and 300 K 7.61 kg/m3, oxygen 136 kg/m3.
    hydrogen = 1.0 / tank_volume("hydrogen", 1.0, HYDROGEN_MOLAR_MASS, 1e7, 300.0)
    oxygen = 1.0 / tank_volume("oxygen", 1.0, OXYGEN_MOLAR_MASS, 1e7, 300.0)
    assert hydrogen == pytest.approx(7.61, rel=0.02)
    assert oxygen == pytest.approx(136.0, rel=0.02)
    assert compressibility("hydrogen", 0.0, 250.0) == 1.0


def test_dose_falls_with_the_square_of_distance_and_the_stand_off_is_where_it_meets_the_limit():
    assert dose_rate(160e3, 1000.0) * YEAR == pytest.approx(0.05)
    assert dose_rate(160e3, 500.0) == pytest.approx(4 * REFERENCE_DOSE)
    assert stand_off(40e3, REFERENCE_DOSE) == pytest.approx(500.0)
    assert dose_rate(40e3, stand_off(40e3, 1e-9, 0.3), 0.3) == pytest.approx(1e-9)


def test_decay_heat_is_a_few_percent_after_seconds_and_a_thousandth_after_months():
    ten, month = decay_heat(np.array([10.0, 30 * 86400.0]), YEAR)
    assert 0.03 < ten < 0.06
    assert 5e-4 < month < 3e-3


def test_plutonium_is_halved_in_its_half_life():
    assert remaining_heat(np.array([-1.0, 0.0, 87.7, 175.4]), "Pu-238") == pytest.approx(
        [1.0, 1.0, 0.5, 0.25]
    )


def test_a_covered_cell_follows_the_cosine_then_falls_below_it():
    angle = np.radians([0.0, 20.0, 50.0, 60.0, 85.0, 120.0])
    assert kelly_cosine(angle) == pytest.approx([1.0, 0.9397, 0.635, 0.45, 0.0, 0.0], abs=1e-3)
    assert kelly_cosine(-angle) == pytest.approx(kelly_cosine(angle))
    fine = kelly_cosine(np.radians(np.arange(0.0, 180.0)))
    assert np.all(np.diff(fine) <= 0.0)


def test_turning_away_wraps():
    assert turned_away(np.radians([350.0, 10.0, 180.0]), np.radians(10.0)) == pytest.approx(
        np.radians([20.0, 0.0, 170.0])
    )


def test_a_dead_band_costs_the_mean_of_the_cosine():
    band = np.radians(8.0)
    angles = np.linspace(-band, band, 100_001)
    assert tracking_share(band) == pytest.approx(np.cos(angles).mean(), rel=1e-6)
    assert tracking_share(0.0) == 1.0


def test_a_string_runs_on_its_best_lit_sections():
    light = np.array([[1.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.6, 0.0]])
    assert string_over_sections(light) == pytest.approx([1.0, 0.5, 0.6, 0.0])
    assert string_over_sections(light[:1]) == pytest.approx(light[0])


def test_cells_in_the_dark_are_warmed_by_the_ground():
    assert cell_temperature(np.zeros(1), 0.9, 0.85, 0.3, 200.0) == pytest.approx(200.0 / 2**0.25)
    warm = cell_temperature(np.array([1361.0]), 0.9, 0.85, 0.3, 200.0)
    # Both faces absorb half a view of ground: 2 * 0.5 * e * sigma * Tg^4.
    assert 2 * 0.85 * STEFAN_BOLTZMANN * warm**4 == pytest.approx(
        0.6 * 1361.0 + 0.85 * STEFAN_BOLTZMANN * 200.0**4
    )


def test_cold_cells_withhold_and_warm_cells_age():
    assert usable_share([233.0, 253.15, 273.15, 300.0], 253.15, 0.6, 293.15) == pytest.approx(
        [0.6, 0.6, 0.8, 1.0]
    )
    assert calendar_factor([293.15, 303.15, 273.15], 293.15, 10.0) == pytest.approx([1, 2, 0.25])


def test_the_section_for_a_loss_gives_the_masses_of_the_issue():
    """40 kW over 1 km at 5 %: 34 t of copper at 120 V, half a tonne at 1 kV."""
    for voltage, mass in ((120.0, 33.5e3), (1000.0, 482.0)):
        section = section_for(40e3, voltage, 1000.0, 0.05, "copper")
        assert conductor_mass(1000.0, section, "copper") == pytest.approx(mass, rel=0.01)


def test_the_sides_of_a_box_share_a_level_sun():
    """A turning Sun gives a square box (|cos| + |sin|) of a face, 4/pi on average."""
    azimuth = np.arange(0.0, 2 * np.pi, 2 * np.pi / 3600)
    level, lit = np.zeros_like(azimuth), np.ones_like(azimuth)
    faces = sunlight_on_faces(lit * 1000.0, level, azimuth, lit, 0.3)
    turned = azimuth - 0.3
    assert faces[:4].sum(axis=0) == pytest.approx(
        1000.0 * (np.abs(np.cos(turned)) + np.abs(np.sin(turned)))
    )
    assert faces.sum(axis=0).mean() == pytest.approx(4000.0 / np.pi, rel=1e-6)


def test_a_high_sun_is_on_the_top_and_its_reflection_on_the_sides():
    faces = sunlight_on_faces(
        np.array([1000.0]), np.array([np.pi / 2]), np.zeros(1), np.ones(1), 0.0, albedo=0.2
    )[:, 0]
    assert dict(zip(FACES, faces, strict=True)) == pytest.approx(
        {"front": 100.0, "right": 100.0, "back": 100.0, "left": 100.0, "top": 1000.0, "bottom": 0.0}
    )
