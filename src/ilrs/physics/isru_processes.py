"""The four ways to oxygen, each from feed rate, heats and reactions to a plant."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from ilrs.errors import UserError
from ilrs.physics.excavation import RASSOR
from ilrs.physics.isru import (
    Assumptions,
    Feedstock,
    Plant,
    Request,
    Step,
    digging,
    electrolyser,
    finish,
    liquefier,
    vessel_area,
)
from ilrs.physics.regolith_heat import ICE_TO_VAPOUR, LIQUIDUS, heating
from ilrs.physics.stoichiometry import (
    CARBOTHERMAL,
    ELECTROLYSIS,
    FORMATION,
    ILMENITE,
    MELT_ELECTROLYSIS,
    METHANATION,
    PYROLYSIS,
    Reaction,
    current,
    molar_mass,
    oxygen_content,
    oxygen_from,
    require_yield,
    voltage,
)

STEFAN_BOLTZMANN = 5.670374419e-8
HYDROGEN_HEAT = 1.48e4  # [J/kg/K] of the gas, mean to 1250 K
CONDENSATION = (FORMATION["H2O"] - FORMATION["H2O(l)"]) / molar_mass("H2O")
LEAST_ICE = 0.01
VESSEL = 60.0
"""Hot vessel, liner and insulation [kg/m2]."""
PUREST = 0.9
"""Ilmenite in the purest concentrate that dry separation is taken to give."""


def hydrogen_reduction(request: Request, soil: Feedstock, a: Assumptions) -> Plant:
    """Ilmenite taken by hydrogen at about 1250 K, the steam split again.

    Soil is enriched dry (magnets, static charge) before it is heated for two hours. Only ilmenite
    counts; other iron oxides give a little more (mature highland soil up to one percent of its
    mass in the laboratory), for a hundred kilograms heated a kilogram of oxygen.
    """
    content = soil.ilmenite_content()
    if content <= 0.0:
        raise UserError("the soil holds no ilmenite", remedy="choose another process or feed")
    grade = min(content * a.enrichment, PUREST)
    rate = request.rate
    fed = rate / (oxygen_from("ilmenite") * grade * a.converted_ilmenite)
    dug = fed * grade / (content * a.recovered_ilmenite) if grade else math.inf
    water = rate / (1.0 - 2 * molar_mass("H2") / (2 * molar_mass("H2O")))
    reaction = water * ILMENITE.heat("H2O")
    area = vessel_area(fed * 2 * 3600.0)
    rise = a.reduction_temperature - soil.temperature
    sensible = fed * heating(soil.temperature, a.reduction_temperature)
    gas = water * molar_mass("H2") / molar_mass("H2O") / a.gas_pass * HYDROGEN_HEAT * rise
    heat = (
        sensible * (1.0 - a.solids_recuperation)
        + gas * (1.0 - a.gas_recuperation)
        + a.wall_loss * area * rise
        + reaction
    )
    steps = [
        *digging(dug, 0.0, a),
        Step("beneficiation", 2.0e3 * dug, mass=2e3 * dug + 20.0),
        Step("reduction", 0.0, heat, reaction, VESSEL * area),
        Step("gas loop and condenser", 0.15 * gas, chemical=-water * CONDENSATION, mass=0.01 * gas),
        electrolyser(rate, a),
    ]
    used = ILMENITE.masses("H2O")
    net = {f: water * kg for f, kg in used.items() if f not in ("H2O", "H2")} | {"O2": rate}
    flows = {"soil": -dug, "oxygen": rate, "tailings and slag": dug - rate}
    notes = []
    if content < 0.03:
        notes.append(
            f"Nearly useless here: {content:.1%} of this soil is ilmenite "
            f"({soil.oxides.get('TiO2', 0.0):.1%} TiO2), so "
            f"{dug / rate:,.0f} kg are dug and {fed / rate:,.0f} kg heated for each kilogram of "
            "oxygen. This process belongs to maria rich in titanium."
        )
    if content * a.enrichment > PUREST:
        notes.append(
            f"The concentrate is taken as {PUREST:.0%} ilmenite: enriched {a.enrichment:g} times, "
            "it would pass what dry separation gives."
        )
    return finish("hydrogen_reduction", request, a, dug, steps, net, flows, notes)


def most_yield(process: str, soil: Feedstock) -> float:
    """Oxygen that the atoms of a unit mass of soil as dug can give by a process [kg/kg]."""
    if process == "ice":
        return soil.ice * oxygen_from("water")
    if process == "hydrogen_reduction":
        return soil.ilmenite_content() * oxygen_from("ilmenite")
    holds = oxygen_content(soil.oxides)
    return holds.get("FeO", 0.0) + holds.get("SiO2", 0.0)


def _reduced(soil: Feedstock, oxygen: float, fed: float) -> dict[str, float]:
    """Oxygen [kg/s] that each oxide gives up: iron's first, then silicon's; else refused."""
    holds = {k: fed * v for k, v in oxygen_content(soil.oxides).items() if k in ("FeO", "SiO2")}
    require_yield(oxygen / fed, sum(holds.values()) / fed, "soil from iron and silicon oxides")
    iron = min(oxygen, holds.get("FeO", 0.0))
    return {"FeO": iron, "SiO2": oxygen - iron}


def carbothermal(request: Request, soil: Feedstock, a: Assumptions) -> Plant:
    """Molten soil gives its oxygen to carbon of methane; carbon monoxide becomes methane and water.

    Melts of an hour and a half under concentrated light; what carbon is not recovered stays in the
    slag and is replaced by methane brought along.
    """
    rate = request.rate
    fed = rate / a.carbothermal_yield
    parts = _reduced(soil, rate, fed)
    reduced = {ox: _masses(CARBOTHERMAL[ox], ox, kg) for ox, kg in parts.items()}
    monoxide = sum(m["CO"] for m in reduced.values())
    carbon = -sum(m["C"] for m in reduced.values())
    lost = carbon * (1.0 - a.carbon_recovery)
    reaction = sum(-m[ox] * CARBOTHERMAL[ox].heat(ox) for ox, m in reduced.items())
    cracking = (carbon + lost) * PYROLYSIS.heat("C")
    methanation = monoxide * METHANATION.heat("CO")
    water = monoxide * METHANATION.masses("CO")["H2O"]
    area = vessel_area(fed * 1.5 * 3600.0)
    rise = a.melt_temperature - soil.temperature
    # A melt's own crust keeps most of the heat in; walls see it through insulation.
    heat = fed * heating(soil.temperature, a.melt_temperature) + reaction + cracking
    heat += 4.0 * a.wall_loss * area * rise
    gas = monoxide * 1.1e3 * rise + 3.0 * monoxide / 14.0 * HYDROGEN_HEAT * 300.0
    steps = [
        *digging(fed, 0.0, a),
        Step("carbothermal reactor", 0.0, heat, reaction + cracking, VESSEL * area + 4e-3 * heat),
        Step("methanation", 0.05 * gas, chemical=methanation, mass=15.0 + 0.02 * gas),
        Step("condenser", 0.0, chemical=-water * CONDENSATION, mass=5.0),
        electrolyser(rate, a),
    ]
    net: dict[str, float] = {"O2": rate}
    for masses in reduced.values():
        for formula, kg in masses.items():
            if formula not in ("CO", "C"):
                net[formula] = net.get(formula, 0.0) + kg
    crack = PYROLYSIS.masses("C")
    net |= {f: lost * kg for f, kg in crack.items()}
    methane, hydrogen = -net["CH4"], net["H2"]
    flows = {
        "soil": -fed,
        "methane": -methane,
        "oxygen": rate,
        "hydrogen vented": hydrogen,
        "slag": fed + methane - rate - hydrogen,
    }
    return finish("carbothermal", request, a, fed, steps, net, flows)


def _masses(reaction: Reaction, oxide: str, oxygen: float) -> dict[str, float]:
    """Masses [kg/s] of a reaction whose `oxide` gives up so much oxygen."""
    per = reaction.masses(oxide)
    share = oxygen_content({oxide: 1.0})[oxide]
    return {f: kg * oxygen / share for f, kg in per.items()}


def frozen_wall_flux(melt: float, thickness: float, conductivity: float) -> float:
    """Heat [W/m2] through a wall of frozen soil that radiates from its outer face to the cold.

    k (T_melt - T) / d = 0.9 sigma T^4, where `melt` [K] is where the soil freezes. Holds for a wall
    thin against its radius.
    """

    # Newton's steps from the melt down: the balance is convex and rises, so none goes too far.
    through, outer = conductivity / thickness, melt
    for _ in range(50):
        radiated = 0.9 * STEFAN_BOLTZMANN * outer**4
        step = (radiated - through * (melt - outer)) / (4.0 * radiated / outer + through)
        outer -= step
        if abs(step) < 1e-12 * melt:
            break
    return float(conductivity * (melt - outer) / thickness)


def molten_regolith_electrolysis(request: Request, soil: Feedstock, a: Assumptions) -> Plant:
    """Soil melted and split by current alone, in a crust of itself.

    The current sets the melt's section, section and crust the area that loses heat: losses a
    kilogram fall as the plant grows. Electricity is what reduction, the feed's heat and the crust
    take; the gap between the electrodes follows from it.
    """
    rate = request.rate
    fed = rate / a.melt_yield
    parts = _reduced(soil, rate, fed)
    masses = {ox: _masses(MELT_ELECTROLYSIS[ox], ox, kg) for ox, kg in parts.items()}
    reaction = sum(-m[ox] * MELT_ELECTROLYSIS[ox].heat(ox) for ox, m in masses.items())
    amperes = current(rate, a.melt_current_efficiency)
    diameter = math.sqrt(4.0 * amperes / a.current_density / math.pi) + a.frozen_wall
    side = math.pi * diameter * (0.30 + a.frozen_wall)
    area = side + math.pi * diameter**2 / 2.0
    flux = frozen_wall_flux(LIQUIDUS, a.frozen_wall, a.frozen_conductivity)
    power = reaction + fed * heating(soil.temperature, a.melt_temperature) + flux * area
    volts = power / amperes
    if volts < voltage(reaction / rate):
        raise UserError(
            "the melt would freeze: its current heats less than it loses",
            remedy="give a smaller current density or a thicker frozen wall",
        )
    steps = [
        *digging(fed, 0.0, a),
        Step("molten electrolysis", power, 0.0, reaction, VESSEL * area + 5e-3 * power),
        Step("oxygen cooling", 0.02 * rate * 1.1e3 * (a.melt_temperature - 300.0), mass=10.0),
    ]
    net: dict[str, float] = {"O2": 0.0}
    for made in masses.values():
        for formula, kg in made.items():
            net[formula] = net.get(formula, 0.0) + kg
    metals = net.get("Fe", 0.0) + net.get("Si", 0.0)
    flows = {
        "soil": -fed,
        "oxygen": rate,
        "iron and silicon": metals,
        "slag": fed - rate - metals,
    }
    notes = [f"The cell runs at {volts:.1f} V and {amperes:,.0f} A."]
    return finish("molten_regolith_electrolysis", request, a, fed, steps, net, flows, notes)


def ice(request: Request, soil: Feedstock, a: Assumptions) -> Plant:
    """Icy soil dug in the dark, warmed in a closed dryer; vapour caught, water split, both liquid.

    Where hydrogen is wanted in a mixture ratio, enough water for it is split and the oxygen over is
    let go.
    """
    if soil.ice <= LEAST_ICE:
        raise UserError(
            f"soil with {soil.ice:.1%} ice is not worth warming",
            remedy="give more than 1 % of ice by mass, or choose a dry process",
        )
    rate = request.rate
    split = ELECTROLYSIS.masses("O2")
    oxygen = rate
    if request.mixture_ratio is not None:
        oxygen = max(rate, rate / request.mixture_ratio / split["H2"])
    water, hydrogen = -split["H2O(l)"] * oxygen, split["H2"] * oxygen
    dug = water / (soil.ice * a.water_recovery)
    dry = dug * (1.0 - soil.ice)
    warmth = dry * heating(soil.temperature, a.dryer_temperature) + water * ICE_TO_VAPOUR
    area = vessel_area(dug * 2 * 3600.0)
    steps = [
        *digging(dug, soil.ice, a, replace(RASSOR, idle=a.dark_idle)),
        Step("dryer", 0.0, warmth / (1.0 - a.dryer_loss), mass=VESSEL * area),
        Step("water condenser", 0.05 * water * ICE_TO_VAPOUR, mass=2e4 * water),
        Step("water cleaning", water * 3.6e5, mass=30.0 + 5e4 * water),
        electrolyser(oxygen, a),
        liquefier("hydrogen", hydrogen, a),
    ]
    drawn = sum(s.electricity + s.heat for s in steps)
    steps.append(Step("line into the dark", drawn * a.line_loss / (1.0 - a.line_loss)))
    net = {"H2O(l)": -water, "O2": oxygen, "H2": hydrogen}
    left = dug - oxygen - hydrogen
    flows = {"soil": -dug, "oxygen": rate, "hydrogen": hydrogen, "dry soil and lost vapour": left}
    if oxygen > rate:
        flows["oxygen let go"] = oxygen - rate
    return finish("ice", request, a, dug, steps, net, flows)


PROCESSES: Mapping[str, Callable[[Request, Feedstock, Assumptions], Plant]] = {
    "hydrogen_reduction": hydrogen_reduction,
    "carbothermal": carbothermal,
    "molten_regolith_electrolysis": molten_regolith_electrolysis,
    "ice": ice,
}
TITLES = {
    "hydrogen_reduction": "Hydrogen reduction of ilmenite",
    "carbothermal": "Carbothermal reduction",
    "molten_regolith_electrolysis": "Molten regolith electrolysis",
    "ice": "Polar ice",
}
ICY = Feedstock(ice=0.056, temperature=90.0)
"""Cold-trapped soil: ice as measured at Cabeus, 5.6 +- 2.9 % (Colaprete et al. 2010)."""
DRY = Feedstock()
USUAL = Assumptions()


def plant(
    process: str,
    request: Request,
    soil: Feedstock | None = None,
    assumptions: Assumptions = USUAL,
) -> Plant:
    """The plant of a process; without a `soil`, highland soil, or icy soil in the dark for ice."""
    if process not in PROCESSES:
        raise UserError(f"{process!r} is no process", remedy=f"choose among {', '.join(PROCESSES)}")
    if soil is None:
        soil = ICY if process == "ice" else DRY
    return PROCESSES[process](request, soil, assumptions)
