"""Molar masses and heats of the water cycle."""

from __future__ import annotations

# Molar masses [kg/mol], IUPAC 2021 standard atomic weights.
HYDROGEN_MOLAR_MASS = 2 * 1.008e-3
OXYGEN_MOLAR_MASS = 2 * 15.999e-3
WATER_MOLAR_MASS = HYDROGEN_MOLAR_MASS + OXYGEN_MOLAR_MASS / 2
# Enthalpy of formation of liquid water, 285.83 kJ/mol (CODATA key values, 1989) [J/kg hydrogen].
HYDROGEN_HEATING_VALUE = 285.83e3 / HYDROGEN_MOLAR_MASS

OXYGEN_PER_HYDROGEN = OXYGEN_MOLAR_MASS / 2 / HYDROGEN_MOLAR_MASS
WATER_PER_HYDROGEN = WATER_MOLAR_MASS / HYDROGEN_MOLAR_MASS
