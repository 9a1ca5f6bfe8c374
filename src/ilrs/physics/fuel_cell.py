"""Regenerative fuel cell: water electrolysis and the cell that makes it again."""

from __future__ import annotations

from ilrs.physics.chemistry import (
    HYDROGEN_HEATING_VALUE,
    OXYGEN_PER_HYDROGEN,
    WATER_PER_HYDROGEN,
)

THERMONEUTRAL_VOLTAGE = 1.481  # [V] at 298 K: 285.83 kJ/mol over 2 F


def electrolysis_ratios(efficiency: float) -> dict[str, float]:
    """Amounts per joule of electricity taken in [kg/J, heat J/J].

    `efficiency` is on the higher heating value: 1.481 V over the cell voltage, times the share
    left by pumps and dryers.
    """
    hydrogen = efficiency / HYDROGEN_HEATING_VALUE
    return {
        "electricity": -1.0,
        "water": -WATER_PER_HYDROGEN * hydrogen,
        "hydrogen": hydrogen,
        "oxygen": OXYGEN_PER_HYDROGEN * hydrogen,
        "heat": 1.0 - efficiency,
    }


def fuel_cell_ratios(efficiency: float) -> dict[str, float]:
    """Amounts per joule of electricity given out [kg/J, heat J/J]; higher heating value, liquid
    water.
    """
    hydrogen = 1.0 / (efficiency * HYDROGEN_HEATING_VALUE)
    return {
        "electricity": 1.0,
        "water": WATER_PER_HYDROGEN * hydrogen,
        "hydrogen": -hydrogen,
        "oxygen": -OXYGEN_PER_HYDROGEN * hydrogen,
        "heat": 1.0 / efficiency - 1.0,
    }


def tank_pressure(mass: float, molar_mass: float, volume: float, temperature: float) -> float:
    """Ideal-gas pressure of a tank [Pa]; within 6 % for hydrogen at 300 K below 100 bar."""
    return mass / molar_mass * 8.314462618 * temperature / volume
