"""Reactions by atoms: closed forms, balances, and refusals with a reason."""

import math

import pytest

from ilrs.errors import UserError
from ilrs.physics.chemistry import WATER_MOLAR_MASS
from ilrs.physics.isru import HIGHLAND
from ilrs.physics.stoichiometry import (
    CARBOTHERMAL,
    ELECTROLYSIS,
    ILMENITE,
    MELT_ELECTROLYSIS,
    METHANATION,
    PYROLYSIS,
    SABATIER,
    Reaction,
    atoms,
    composition,
    current,
    element_shares,
    ilmenite_share,
    molar_mass,
    oxygen_content,
    oxygen_from,
    require_yield,
    voltage,
)

ALL = [
    ELECTROLYSIS,
    ILMENITE,
    METHANATION,
    PYROLYSIS,
    SABATIER,
    *CARBOTHERMAL.values(),
    *MELT_ELECTROLYSIS.values(),
]


def test_formulas_are_read_atom_by_atom():
    assert atoms("C42H69O13N5") == {"C": 42, "H": 69, "O": 13, "N": 5}
    assert atoms("FeTiO3") == {"Fe": 1, "Ti": 1, "O": 3}
    assert molar_mass("H2O(l)") == pytest.approx(WATER_MOLAR_MASS, rel=1e-12)
    assert sum(element_shares("FeTiO3").values()) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize("formula", ["", "h2o", "H2-O", "Xx2"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(UserError, match=r"formula|not known"):
        molar_mass(formula)


@pytest.mark.parametrize("reaction", ALL)
def test_mass_closes_in_every_reaction(reaction):
    masses = reaction.masses(next(iter(reaction.moles)))
    assert abs(sum(masses.values())) < 1e-12


def test_a_reaction_out_of_balance_is_refused():
    with pytest.raises(UserError, match="of O from nothing"):
        Reaction({"H2O": -1, "H2": 1, "O2": 1})


def test_published_yields_and_currents():
    assert oxygen_from("water") == pytest.approx(0.8881, rel=1e-4)
    assert oxygen_from("ilmenite") == pytest.approx(0.1055, rel=1e-3)
    assert current(1.0 / 3600.0) == pytest.approx(3350.0, rel=1e-3)
    assert current(1.0, 0.5) == pytest.approx(2.0 * current(1.0))


def test_heats_of_known_reactions():
    assert voltage(ELECTROLYSIS.heat("O2")) == pytest.approx(1.481, abs=1e-3)
    assert ELECTROLYSIS.heat("H2O(l)") / 3.6e6 == pytest.approx(4.41, abs=0.01)
    assert METHANATION.heat("CO") * molar_mass("CO") == pytest.approx(-205.9e3, rel=1e-3)
    assert SABATIER.heat("CO2") * molar_mass("CO2") == pytest.approx(-164.7e3, rel=2e-3)


def test_a_soil_adds_up_or_is_refused():
    soil = composition(HIGHLAND)
    assert sum(soil.values()) == pytest.approx(1.0, rel=1e-15)
    for wrong, message in (
        ({"SiO2": 0.5}, "add up to 50.0%"),
        ({"SiO2": 1.2, "FeO": -0.2}, "FeO is -0.2"),
        ({"SiO2": math.nan}, "nan"),
        ({"Fe": 1.0}, "not an oxide"),
    ):
        with pytest.raises(UserError, match=message):
            composition(wrong)


def test_oxygen_and_ilmenite_of_highland_soil():
    soil = composition(HIGHLAND)
    assert sum(oxygen_content(soil).values()) == pytest.approx(0.45, abs=0.01)
    assert ilmenite_share(soil) == pytest.approx(0.005 * 151.71 / 79.87, rel=0.01)
    assert ilmenite_share({"TiO2": 0.1, "FeO": 0.0}) == 0.0


def test_a_yield_above_stoichiometry_is_refused():
    require_yield(0.25, 0.25, "soil")
    with pytest.raises(UserError, match="above stoichiometry"):
        require_yield(0.26, 0.25, "soil")
