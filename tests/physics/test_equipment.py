"""Physics of the equipment against closed forms and published figures."""

import numpy as np
import pytest

from ilrs.physics.battery import cycle_fade_per_joule, one_way_efficiency
from ilrs.physics.cable import conductor_mass, loss_fraction
from ilrs.physics.chemistry import (
    HYDROGEN_HEATING_VALUE,
    OXYGEN_PER_HYDROGEN,
    WATER_PER_HYDROGEN,
)
from ilrs.physics.fuel_cell import electrolysis_ratios, fuel_cell_ratios, tank_pressure
from ilrs.physics.photovoltaic import (
    STEFAN_BOLTZMANN,
    cell_efficiency,
    cell_temperature,
    panel_irradiance,
    remaining_output,
)
from ilrs.physics.radio import achievable_rate, decibel, dish_gain, free_space_loss
from ilrs.physics.thermal import (
    radiative_coefficient,
    surroundings_temperature,
)


def test_a_panel_balances_what_it_absorbs_with_what_both_faces_radiate():
    temperature = cell_temperature(np.array([1361.0]), 0.9, 0.85, 0.3)
    assert 2 * 0.85 * STEFAN_BOLTZMANN * temperature**4 == pytest.approx(0.6 * 1361.0)
    assert cell_temperature(np.array([0.0]), 0.9, 0.85, 0.3)[0] == 0.0


def test_a_tracking_panel_sees_the_cosine_of_the_suns_elevation():
    flux = panel_irradiance(np.array([1361.0]), np.array([np.pi / 3]), np.array([0.5]))
    assert flux[0] == pytest.approx(1361.0 / 4)


def test_cells_gain_in_the_cold_down_to_200_kelvin():
    efficiency = cell_efficiency(np.array([301.15, 251.15, 200.0, 100.0]), 0.3, -0.002)
    assert efficiency == pytest.approx([0.3, 0.33, 0.3607, 0.3607], abs=1e-4)


def test_yearly_loss_compounds():
    assert remaining_output(np.array([-1.0, 0.0, 2.0]), 0.1) == pytest.approx([1.0, 1.0, 0.81])


def test_water_is_one_ninth_hydrogen_and_makes_its_heat_of_formation():
    assert pytest.approx(0.8881, abs=1e-4) == OXYGEN_PER_HYDROGEN / WATER_PER_HYDROGEN
    assert pytest.approx(1.0 + OXYGEN_PER_HYDROGEN) == WATER_PER_HYDROGEN
    # 4.41 kWh a kilogram of water at the thermoneutral voltage.
    assert pytest.approx(4.41, abs=0.005) == HYDROGEN_HEATING_VALUE / WATER_PER_HYDROGEN / 3.6e6


@pytest.mark.parametrize(
    "ratios", [electrolysis_ratios(0.8), fuel_cell_ratios(0.55), electrolysis_ratios(1.0)]
)
def test_the_water_cycle_keeps_energy_and_mass(ratios):
    energy = ratios["electricity"] + ratios["heat"] + ratios["hydrogen"] * HYDROGEN_HEATING_VALUE
    assert energy == pytest.approx(0.0, abs=1e-12)
    assert sum(ratios[c] for c in ("hydrogen", "oxygen", "water")) == pytest.approx(0.0, abs=1e-18)
    assert ratios["heat"] >= 0.0


def test_a_round_through_the_fuel_cell_gives_the_product_of_efficiencies():
    stored = electrolysis_ratios(0.8)["hydrogen"]
    assert stored / -fuel_cell_ratios(0.55)["hydrogen"] == pytest.approx(0.44)


def test_ideal_gas_in_a_tank():
    # One mole in 22.414 l at 273.15 K is an atmosphere.
    assert tank_pressure(0.002016, 0.002016, 0.022414, 273.15) == pytest.approx(101325, rel=1e-3)


def test_one_way_efficiencies_multiply_to_the_round_trip():
    assert one_way_efficiency(0.81) ** 2 == pytest.approx(0.81)
    assert cycle_fade_per_joule(1000, 0.2, 5.0) * 1000 * 5.0 == pytest.approx(0.2)


@pytest.mark.parametrize(("voltage", "tonnes"), [(120.0, 34.0), (1000.0, 0.5)])
def test_forty_kilowatts_over_a_kilometre_at_five_percent(voltage, tonnes):
    """Known figures: 34 t of copper at 120 V, half a tonne at 1 kV."""
    unit = loss_fraction(40e3, voltage, 1000.0, 1.0, "copper")
    section = unit / 0.05
    assert conductor_mass(1000.0, section, "copper") / 1e3 == pytest.approx(tonnes, rel=0.05)


@pytest.mark.parametrize(
    ("frequency", "distance", "loss"),
    [(2.25e9, 384.4e6, 211.2), (8.45e9, 384.4e6, 222.7), (26e9, 17e6, 205.4)],
)
def test_path_losses_of_the_tables(frequency, distance, loss):
    assert 10 * np.log10(free_space_loss(distance, frequency)) == pytest.approx(loss, abs=0.06)


@pytest.mark.parametrize(("diameter", "gain"), [(35.0, 67.2), (4.2, 48.8), (66.0, 72.7)])
def test_dish_gains_of_the_tables(diameter, gain):
    assert 10 * np.log10(dish_gain(diameter, 8.45e9, 0.55)) == pytest.approx(gain, abs=0.06)


def test_the_rate_falls_with_the_square_of_distance_up_to_the_modem():
    near, far, close = achievable_rate(
        np.array([1e7, 2e7, 1e3]), 8.45e9, decibel(20.0), decibel(20.0), 2.0, 2.0, 1e9
    )
    assert near / far == pytest.approx(4.0)
    assert close == 1e9


def test_a_rate_closes_its_own_link_budget():
    rate = achievable_rate(
        np.array([384.4e6]), 8.45e9, decibel(30), decibel(40), decibel(2), 1.0, 1e12
    )
    budget = 30 + 40 - 222.68 + 228.6 - 2 - 10 * np.log10(rate[0])
    assert budget == pytest.approx(0.0, abs=0.02)


def test_surroundings_lie_between_sky_and_ground():
    ground = np.array([200.0])
    assert surroundings_temperature(ground, 0.0)[0] == pytest.approx(200.0)
    assert surroundings_temperature(ground, 1.0)[0] == pytest.approx(3.0)
    assert surroundings_temperature(ground, 0.5)[0] == pytest.approx(200 * 0.5**0.25, rel=1e-6)


def test_radiative_coefficient_is_stefan_boltzmann():
    assert radiative_coefficient(2.0, 0.5) * 300.0**4 == pytest.approx(459.3, rel=1e-3)
