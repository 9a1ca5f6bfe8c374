"""What people take and give in a day, atom by atom, and how far loops close.

Food is three substances, as are the solids people give; with oxygen and carbon dioxide measured,
four elements fix what was burnt and how much water that made (Volk and Rummel 1987, Advances in
Space Research 7, 141).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ilrs.errors import UserError
from ilrs.physics.stoichiometry import atoms, element_shares, molar_mass

DAY = 86400.0
PROTEIN, CARBOHYDRATE, FAT = "C4H5ON", "C6H12O6", "C16H32O2"
URINE_SOLIDS, FAECES_SOLIDS, SWEAT_SOLIDS = "C2H6O2N2", "C42H69O13N5", "C13H28O13N2"
ELEMENTS = ("C", "H", "O", "N")


@dataclass(frozen=True)
class CrewRates:
    """What a person takes and gives in a day [kg]; food as eaten, with its water."""

    oxygen: float = 0.816
    carbon_dioxide: float = 1.04
    water: float = 2.5
    food: float = 1.5
    humidity: float = 1.9
    urine_water: float = 1.6
    urine_solids: float = 0.059
    faeces_solids: float = 0.032
    sweat_solids: float = 0.018
    water_of_hygiene: float = 0.0


BVAD = CrewRates()
"""NASA's Baseline Values and Assumptions Document, NASA/TP-2015-218570/REV2, for 82 kg and light
work; hygiene water is left to the user."""


@dataclass(frozen=True)
class Metabolism:
    """A person's day by substances [kg]: `taken` and `given`, and the food that was `burnt`.

    `waste_water` is the water of faeces and of what is left of meals, the rest that closes it.
    """

    taken: Mapping[str, float]
    given: Mapping[str, float]
    burnt: Mapping[str, float]
    metabolic_water: float
    waste_water: float
    respiratory_quotient: float

    def gap(self) -> dict[str, float]:
        """What of each element [kg] goes in and does not come out, the whole mass included."""
        signed = [(self.taken, 1.0), (self.given, -1.0)]
        gaps = {
            e: sum(
                sign * kg * element_shares(f).get(e, 0.0)
                for flows, sign in signed
                for f, kg in flows.items()
            )
            for e in ELEMENTS
        }
        return gaps | {"mass": sum(self.taken.values()) - sum(self.given.values())}

    def balance(self) -> float:
        """The worst gap of any element or of the mass, as a share of the mass taken [1]."""
        whole = sum(self.taken.values())
        return max(abs(gap) for gap in self.gap().values()) / whole


def metabolism(rates: CrewRates = BVAD) -> Metabolism:
    """The day of a person whose rates are given, closed over carbon, hydrogen, oxygen, nitrogen.

    Solves for protein, carbohydrate, fat burnt and water made; refused where rates contradict each
    other (no such food, or more water out than in). BVAD's own rounded water of faeces, 0.10 kg, is
    two thirds of the 0.17 kg that close: what remains is water left in meals.
    """
    unknown = (PROTEIN, CARBOHYDRATE, FAT, "H2O")
    signs = (1.0, 1.0, 1.0, -1.0)
    solids = {
        URINE_SOLIDS: rates.urine_solids,
        FAECES_SOLIDS: rates.faeces_solids,
        SWEAT_SOLIDS: rates.sweat_solids,
    }
    known = {"O2": -rates.oxygen, "CO2": rates.carbon_dioxide, **solids}
    matrix = [
        [s * atoms(f).get(e, 0) for f, s in zip(unknown, signs, strict=True)] for e in ELEMENTS
    ]
    needed = [
        sum(kg / molar_mass(f) * atoms(f).get(e, 0) for f, kg in known.items()) for e in ELEMENTS
    ]
    moles = np.linalg.solve(np.array(matrix), np.array(needed))
    amounts = [float(n * molar_mass(f)) for f, n in zip(unknown, moles, strict=True)]
    burnt, made = dict(zip(unknown[:3], amounts[:3], strict=True)), amounts[3]
    food_water = rates.food - sum(burnt.values())
    rest = rates.water + food_water + made - rates.humidity - rates.urine_water
    if min(*burnt.values(), food_water, rest) < 0.0:
        raise UserError(
            "the rates of a person contradict each other: "
            f"food burnt {', '.join(f'{kg:.2f} kg' for kg in burnt.values())} of protein, "
            f"carbohydrate and fat, water in food {food_water:.2f} kg, water left {rest:.2f} kg",
            remedy="give rates whose carbon, hydrogen, oxygen and nitrogen can balance",
        )
    quotient = (rates.carbon_dioxide / molar_mass("CO2")) / (rates.oxygen / molar_mass("O2"))
    water_out = rates.humidity + rates.urine_water + rest
    return Metabolism(
        taken={"O2": rates.oxygen, "H2O": rates.water + food_water, **burnt},
        given={"CO2": rates.carbon_dioxide, "H2O": water_out, **solids},
        burnt=burnt,
        metabolic_water=made,
        waste_water=rest,
        respiratory_quotient=quotient,
    )


def crew_needs(crew: int, days: float, rates: CrewRates = BVAD) -> dict[str, float]:
    """What a crew takes and gives in so many days [kg], and how well its balance closes [1].

    Without any recovery; refused for no crew or no time. `balance` from `Metabolism.balance`.
    """
    if crew < 1 or days <= 0.0:
        raise UserError(f"{crew} people for {days:g} d", remedy="give at least one person and time")
    scale = crew * days
    amounts = {
        "oxygen_kg": rates.oxygen,
        "co2_kg": rates.carbon_dioxide,
        "water_kg": rates.water,
        "food_kg": rates.food,
        "humidity_kg": rates.humidity,
        "urine_water_kg": rates.urine_water,
    }
    found = {name: scale * value for name, value in amounts.items()}
    return found | {"balance": metabolism(rates).balance()}


@dataclass(frozen=True)
class Loops:
    """Share of what people give that comes back to them: of each stream, 0 to 1.

    `food` is the share grown inside; `solid_waste` what of it is turned into carbon dioxide and
    water for the plants.
    """

    oxygen: float
    humidity: float
    urine: float
    food: float
    solid_waste: float
    waste_water: float = 0.0


STATION = Loops(0.5, 0.98, 0.98, 0.0, 0.0)
"""The International Space Station: water 98 %, oxygen about one half."""
LUNAR_PALACE = Loops(1.0, 1.0, 0.997, 0.83, 0.67, 1.0)
"""Lunar Palace 365: oxygen and water whole, urine 99.7 %, solid waste 67 %, food 83 %
(Fu et al. 2019, Acta Astronautica; the share of food as recalled)."""


@dataclass(frozen=True)
class Closure:
    """What a person needs in a day from outside [kg], and what share the loops give back.

    `supply` by stream; `oxygen`, `water` and `overall` closure [1].
    """

    supply: Mapping[str, float]
    oxygen: float
    water: float
    overall: float


def closure(loops: Loops, rates: CrewRates = BVAD) -> Closure:
    """How far loops close around a person: one minus the mass supplied over the mass taken.

    The water of food that is brought from outside counts as supply of food, and what of it comes
    out again may serve as drinking water: water is supplied only as far as it lacks, never less
    than nothing. Water for hygiene goes in circles and is `rates.water_of_hygiene`, returned with
    the share of urine. Oxygen: the share freed from what people breathe out.
    """
    for name, share in vars(loops).items():
        if not 0.0 <= share <= 1.0:
            raise UserError(f"the loop of {name} closes to {share:g}", remedy="give 0 to 1")
    day = metabolism(rates)
    oxygen = rates.oxygen * (1.0 - loops.oxygen)
    food = rates.food * (1.0 - loops.food)
    needed = rates.water + rates.water_of_hygiene
    grown_water = loops.food * (rates.food - sum(day.burnt.values()))
    returned = (
        rates.humidity * loops.humidity
        + (rates.urine_water + rates.water_of_hygiene) * loops.urine
        + day.waste_water * loops.waste_water
    )
    water = max(needed + grown_water - returned, 0.0)
    whole = rates.oxygen + rates.food + needed
    return Closure(
        {"oxygen": oxygen, "water": water, "food": food},
        loops.oxygen,
        1.0 - water / needed,
        1.0 - (oxygen + water + food) / whole,
    )


def days_of_air(volume: float, crew: int, rates: CrewRates = BVAD) -> dict[str, float]:
    """How long a sealed cabin keeps `crew` alive [d]: until oxygen or carbon dioxide end it.

    `volume` [m3] of air at 101.3 kPa and 295 K with 21 % oxygen; ends at 16 kPa of oxygen or 2 kPa
    of carbon dioxide (sixteen hours' exposure limit, about 15 mmHg). Holds without leaks.
    """
    moles = volume / (8.314462618 * 295.0)
    spare = (0.21 * 101.325e3 - 16e3) * moles * molar_mass("O2")
    room = 2e3 * moles * molar_mass("CO2")
    return {
        "oxygen": spare / (crew * rates.oxygen),
        "carbon_dioxide": room / (crew * rates.carbon_dioxide),
    }
