"""Matter beyond hydrogen, oxygen and water: what a kilogram of it holds of energy and elements.

Soil is highland soil. What a plant leaves of it is booked as `tailings`, soil as it was, and
`metal`, soil with all its oxygen gone, in the ratio that the oxygen taken demands: in truth iron
and silicon leave first and all the slag is poorer. Metal holds the heat that takes oxygen from iron
and silicon oxides, 27.6 MJ/kg; from ilmenite it is 18.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ilrs.physics.biosphere import BIOMASS_HEAT
from ilrs.physics.isru import HIGHLAND
from ilrs.physics.life_support import (
    BVAD,
    FAECES_SOLIDS,
    SWEAT_SOLIDS,
    URINE_SOLIDS,
    metabolism,
)
from ilrs.physics.stoichiometry import composition, element_shares, molar_mass, oxygen_content

HEAT_PER_OXYGEN = 27.6e6
"""Heat of reduction of highland soil at a yield of 17 % [J/kg of oxygen]."""
OXYCALORIC = 14.1e6
"""Heat that people set free per kilogram of oxygen on mixed food [J/kg]."""


@dataclass(frozen=True)
class Matter:
    """What a unit mass holds: `energy` [J/kg], `elements` [kg/kg] of hydrogen and oxygen."""

    energy: float
    elements: Mapping[str, float]


SOIL_OXYGEN = sum(oxygen_content(composition(HIGHLAND)).values())
"""Oxygen in highland soil [kg/kg]."""
METAL_PER_OXYGEN = (1.0 - SOIL_OXYGEN) / SOIL_OXYGEN


def _mixture(amounts: Mapping[str, float]) -> dict[str, float]:
    whole = sum(amounts.values())
    return {
        e: sum(kg * element_shares(f).get(e, 0.0) for f, kg in amounts.items()) / whole
        for e in ("H", "O")
    }


_DAY = metabolism(BVAD)
_SOLIDS = {f: _DAY.given[f] for f in (URINE_SOLIDS, FAECES_SOLIDS, SWEAT_SOLIDS)}
DRY_FOOD = sum(_DAY.burnt.values())
"""Dry food a person eats in a day [kg]."""
WASTE = sum(_SOLIDS.values())

SOLIDS: Mapping[str, Matter] = {
    "regolith": Matter(0.0, {"O": SOIL_OXYGEN}),
    "tailings": Matter(0.0, {"O": SOIL_OXYGEN}),
    "metal": Matter(HEAT_PER_OXYGEN / METAL_PER_OXYGEN, {}),
    "carbon_dioxide": Matter(0.0, {"O": element_shares("CO2")["O"]}),
    "carbon": Matter(393.51e3 / molar_mass("C"), {}),
    "biomass": Matter(BIOMASS_HEAT, {k: element_shares("CH2O")[k] for k in ("H", "O")}),
    "food": Matter(OXYCALORIC * BVAD.oxygen / DRY_FOOD, _mixture(_DAY.burnt)),
    "waste": Matter(0.0, _mixture(_SOLIDS)),
}
"""What flows besides gases and water [kg]: dry food and dry waste as of a person's day, the waste's
own heat booked as the person's."""


def turned(solid: str) -> dict[str, float]:
    """What a kilogram of `food` is grown of, or what a kilogram of `waste` burns to.

    Kilograms by carrier, negative for what is taken: carbon dioxide, water and oxygen, so that
    mass, hydrogen and oxygen close; the nitrogen of food and waste is booked as carbon.
    """
    holds = SOLIDS[solid].elements
    water = holds["H"] / element_shares("H2O")["H"]
    carbon = (1.0 - holds["H"] - holds["O"]) / element_shares("CO2")["C"]
    grown = {"carbon_dioxide": -carbon, "water": -water, solid: 1.0, "oxygen": carbon + water - 1.0}
    return grown if solid == "food" else {k: -v for k, v in grown.items()}
