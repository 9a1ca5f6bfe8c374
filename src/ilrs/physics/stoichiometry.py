"""Reactions by atoms: what each takes and makes in mass and heat, and what a soil can give.

Formulas are plain text (`FeTiO3`, `C42H69O13N5`); every reaction is balanced when it is made, so
that mass and elements close by construction.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ilrs.errors import UserError

ATOMIC_MASS = {
    "H": 1.008,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "Na": 22.98977,
    "Mg": 24.305,
    "Al": 26.98154,
    "Si": 28.085,
    "Ca": 40.078,
    "Ti": 47.867,
    "Fe": 55.845,
}
"""Standard atomic weights [g/mol], IUPAC 2021."""

FORMATION = {
    "H2": 0.0,
    "O2": 0.0,
    "C": 0.0,
    "Fe": 0.0,
    "Si": 0.0,
    "Ti": 0.0,
    "H2O": -241.826e3,
    "H2O(l)": -285.830e3,
    "CO": -110.53e3,
    "CH4": -74.6e3,
    "CO2": -393.51e3,
    "FeO": -272.0e3,
    "SiO2": -910.7e3,
    "TiO2": -944.0e3,
    "FeTiO3": -1231.9e3,
}
"""Enthalpy of formation at 298.15 K [J/mol]: NIST-JANAF tables; ilmenite Robie et al. (1978)."""

FARADAY = 96485.33212
"""Charge of a mole of electrons [C/mol], CODATA 2018."""

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")
_WHOLE = re.compile(r"(?:[A-Z][a-z]?\d*)+")


@lru_cache(maxsize=256)
def _atoms(formula: str) -> tuple[tuple[str, int], ...]:
    bare = formula.removesuffix("(l)")
    if not _WHOLE.fullmatch(bare):
        raise UserError(f"{formula!r} is not a chemical formula", remedy="write it like FeTiO3")
    count: dict[str, int] = {}
    for element, number in _ELEMENT.findall(bare):
        if element not in ATOMIC_MASS:
            known = ", ".join(ATOMIC_MASS)
            raise UserError(f"{formula} holds {element}, not known here", remedy=f"known: {known}")
        count[element] = count.get(element, 0) + int(number or 1)
    return tuple(count.items())


def atoms(formula: str) -> dict[str, int]:
    """Atoms of each element in a molecule."""
    return dict(_atoms(formula))


def molar_mass(formula: str) -> float:
    """Mass of a mole [kg/mol], the sum of its atoms'."""
    return sum(ATOMIC_MASS[e] * n for e, n in _atoms(formula)) / 1e3


def element_shares(formula: str) -> dict[str, float]:
    """Mass of each element in a unit mass [kg/kg]; they add up to one."""
    whole = molar_mass(formula)
    return {e: ATOMIC_MASS[e] * n / 1e3 / whole for e, n in _atoms(formula)}


@dataclass(frozen=True)
class Reaction:
    """Moles by formula, negative for what is taken; refused when an element does not balance."""

    moles: Mapping[str, float]

    def __post_init__(self) -> None:
        for element in {e for f in self.moles for e in atoms(f)}:
            gap = sum(n * atoms(f).get(element, 0) for f, n in self.moles.items())
            if abs(gap) > 1e-12:
                raise UserError(
                    f"the reaction makes {gap:g} mol of {element} from nothing",
                    remedy="balance its coefficients",
                )

    def masses(self, per: str) -> dict[str, float]:
        """Mass of every substance for a unit mass of `per` taken or made [kg/kg]."""
        unit = abs(self.moles[per]) * molar_mass(per)
        return {f: n * molar_mass(f) / unit for f, n in self.moles.items()}

    def heat(self, per: str) -> float:
        """Enthalpy the reaction takes at 298.15 K for a unit mass of `per` [J/kg]."""
        taken = sum(n * FORMATION[f] for f, n in self.moles.items())
        return taken / (abs(self.moles[per]) * molar_mass(per))


ELECTROLYSIS = Reaction({"H2O(l)": -2, "H2": 2, "O2": 1})
ILMENITE = Reaction({"FeTiO3": -1, "H2": -1, "Fe": 1, "TiO2": 1, "H2O": 1})
ILMENITE_OXYGEN = Reaction({"FeTiO3": -2, "Fe": 2, "TiO2": 2, "O2": 1})
CARBOTHERMAL = {
    "SiO2": Reaction({"SiO2": -1, "C": -2, "Si": 1, "CO": 2}),
    "FeO": Reaction({"FeO": -1, "C": -1, "Fe": 1, "CO": 1}),
}
METHANATION = Reaction({"CO": -1, "H2": -3, "CH4": 1, "H2O": 1})
PYROLYSIS = Reaction({"CH4": -1, "C": 1, "H2": 2})
SABATIER = Reaction({"CO2": -1, "H2": -4, "CH4": 1, "H2O": 2})
MELT_ELECTROLYSIS = {
    "SiO2": Reaction({"SiO2": -1, "Si": 1, "O2": 1}),
    "FeO": Reaction({"FeO": -2, "Fe": 2, "O2": 1}),
}

OXYGEN_FROM = {"water": (ELECTROLYSIS, "H2O(l)"), "ilmenite": (ILMENITE_OXYGEN, "FeTiO3")}
"""Where oxygen comes from in one step: the reaction and its feed."""


def oxygen_from(feed: str) -> float:
    """Most oxygen that a unit mass of `water` or `ilmenite` gives [kg/kg]."""
    reaction, name = OXYGEN_FROM[feed]
    return reaction.masses(name)["O2"]


def current(oxygen: float, efficiency: float = 1.0) -> float:
    """Current [A] that frees `oxygen` [kg/s]: four electrons a molecule, 4 F n / efficiency."""
    return 4.0 * FARADAY * oxygen / molar_mass("O2") / efficiency


def voltage(heat: float) -> float:
    """Voltage [V] whose work on four electrons a molecule is `heat` [J/kg of oxygen]."""
    return heat * molar_mass("O2") / (4.0 * FARADAY)


def composition(shares: Mapping[str, float], tolerance: float = 0.02) -> dict[str, float]:
    """The oxides of a soil by mass [kg/kg], scaled to add up to one exactly.

    Refused: what is negative, not a number or no oxide, and shares whose sum differs from one by
    more than `tolerance` (minor oxides that an analysis leaves out).
    """
    for oxide, share in shares.items():
        if "O" not in atoms(oxide) or len(atoms(oxide)) != 2:
            raise UserError(f"{oxide} is not an oxide", remedy="give oxides such as SiO2, FeO")
        if not math.isfinite(share) or share < 0.0:
            raise UserError(f"the share of {oxide} is {share:g}", remedy="give shares from 0 to 1")
    total = sum(shares.values())
    if abs(total - 1.0) > tolerance:
        raise UserError(
            f"the oxides add up to {total:.1%} of the soil, not to 100 %",
            remedy=f"give all of them; {tolerance:.0%} may be missing or over",
        )
    return {oxide: share / total for oxide, share in shares.items()}


def oxygen_content(shares: Mapping[str, float]) -> dict[str, float]:
    """Oxygen that each oxide holds in a unit mass of soil [kg/kg]."""
    return {oxide: share * element_shares(oxide)["O"] for oxide, share in shares.items()}


def ilmenite_share(shares: Mapping[str, float]) -> float:
    """Most ilmenite in a soil [kg/kg]: all its titanium as FeTiO3, as far as its iron goes."""
    titanium = shares.get("TiO2", 0.0) / molar_mass("TiO2")
    iron = shares.get("FeO", 0.0) / molar_mass("FeO")
    return min(titanium, iron) * molar_mass("FeTiO3")


def require_yield(claimed: float, most: float, what: str) -> None:
    """Refuse a yield [kg/kg] above what the atoms of the feed allow."""
    if not 0.0 <= claimed <= most * (1.0 + 1e-9):
        raise UserError(
            f"a yield of {claimed:.4g} kg of oxygen a kg of {what} is above stoichiometry: "
            f"its atoms give {most:.4g} at most",
            remedy="lower the yield, or give the composition that would allow it",
        )
