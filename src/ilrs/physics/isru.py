"""Oxygen plants: what is asked, what is known of the soil, what is assumed, and what comes out.

A plant is a chain of steps, each with its electricity, heat, chemistry and mass; the four
processes are in `isru_processes`, what they share is here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ilrs.errors import UserError
from ilrs.physics.excavation import RASSOR, Digger, diggers_needed, digging_energy, hauling_energy
from ilrs.physics.stoichiometry import (
    ELECTROLYSIS,
    composition,
    current,
    element_shares,
    ilmenite_share,
    molar_mass,
    voltage,
)

YEAR = 31557600.0
KWH = 3.6e6
HIGHLAND = {
    "SiO2": 0.45,
    "Al2O3": 0.27,
    "CaO": 0.16,
    "FeO": 0.055,
    "MgO": 0.055,
    "TiO2": 0.005,
}
"""Highland soil by mass, the middle of the ranges that are given for the south polar region."""
LEAST_WORK = {"oxygen": 6.36e5, "hydrogen": 1.40e7}
"""Least work that makes a liquid of gas at 300 K [J/kg], Barron (1985); hydrogen as para."""
BOILING = {"oxygen": 90.2, "hydrogen": 20.3}
LIQUID_DENSITY = {"oxygen": 1141.0, "hydrogen": 70.8}
DIGGING = ("excavation", "haulage")
"""Steps that end at the plant's hopper."""
WARM = 300.0
"""Where coolers and condensers reject their heat [K]."""


@dataclass(frozen=True)
class Feedstock:
    """Soil as dug: oxides by mass of the dry soil, ice of the whole, ground temperature [K].

    `ilmenite` of the dry soil; None is all the titanium as far as the iron goes.
    """

    oxides: Mapping[str, float] = field(default_factory=lambda: dict(HIGHLAND))
    ilmenite: float | None = None
    ice: float = 0.0
    temperature: float = 220.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "oxides", composition(self.oxides))
        for name, share in (("ice", self.ice), ("ilmenite", self.ilmenite or 0.0)):
            if not 0.0 <= share < 1.0:
                raise UserError(f"{name} is {share:g} of the soil", remedy="give 0 to 1")

    def ilmenite_content(self) -> float:
        """Ilmenite in a unit mass of dry soil [kg/kg]."""
        return ilmenite_share(self.oxides) if self.ilmenite is None else self.ilmenite


@dataclass(frozen=True)
class Request:
    """What a plant must do: `oxygen` [kg] in `time` [s] of work, `storage` [s] of it in its tanks.

    With a `mixture_ratio` (oxygen over hydrogen), the hydrogen that an engine burns with it counts
    too: made from ice, or brought in a tank by those that make none.
    """

    oxygen: float
    time: float = YEAR
    storage: float = 0.0
    mixture_ratio: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("oxygen", self.oxygen), ("time", self.time)):
            if not (math.isfinite(value) and value > 0.0):
                raise UserError(
                    f"{name} is {value:g}, and must be above 0",
                    remedy=f"ask for more {name} than nothing",
                )
        if self.mixture_ratio is not None and not 0.5 <= self.mixture_ratio <= 8.0:
            raise UserError(
                f"a mixture ratio of {self.mixture_ratio:g} is no engine's",
                remedy="give oxygen over hydrogen, such as 6",
            )

    @property
    def rate(self) -> float:
        """Oxygen [kg/s] while the plant works."""
        return self.oxygen / self.time


@dataclass(frozen=True)
class Assumptions:
    """What no law gives: efficiencies, yields and masses per size; ranges in `isru_ranges`."""

    cell_voltage: float = 1.67
    """Of water electrolysis with its auxiliaries [V]: 5.6 kWh/kg of oxygen."""
    current_efficiency: float = 1.0
    oxygen_cooler: float = 0.15
    """Share of the ideal work, of coolers at 90 K."""
    hydrogen_cooler: float = 0.07
    """The same at 20 K, precooled."""
    oxygen_leak: float = 1.0
    """Heat into an insulated tank [W/m2]."""
    hydrogen_leak: float = 0.2
    """The same behind a cooled shield [W/m2]."""
    haul: float = 200.0
    """From pit to plant [m]."""
    ice_haul: float = 1000.0
    """The same from ground that is always dark [m]."""
    climb: float = 0.0
    enrichment: float = 3.0
    """Ilmenite in the concentrate over that in the soil."""
    recovered_ilmenite: float = 0.5
    converted_ilmenite: float = 0.85
    reduction_temperature: float = 1250.0
    gas_pass: float = 0.08
    """Hydrogen turned to steam in one pass, near equilibrium at 1250 K."""
    gas_recuperation: float = 0.85
    solids_recuperation: float = 0.0
    carbothermal_yield: float = 0.125
    """Oxygen of the soil's mass."""
    carbon_recovery: float = 0.997
    melt_yield: float = 0.17
    melt_current_efficiency: float = 0.80
    current_density: float = 5000.0
    """Over the melt's section [A/m2]."""
    melt_temperature: float = 1900.0
    frozen_wall: float = 0.14
    """Thickness of solid soil around the melt [m]."""
    frozen_conductivity: float = 1.5
    """Of solid basaltic glass and rock [W/m/K]."""
    water_recovery: float = 0.75
    dryer_temperature: float = 400.0
    line_loss: float = 0.08
    """Share of the power that is lost on its way into ground that is always dark."""
    dark_idle: float = 150.0
    """Of a robot there, heaters included [W]."""
    dryer_loss: float = 0.4
    """Share of the dryer's heat that neither warms soil nor sublimes ice."""
    wall_loss: float = 1.5
    """Through the insulation of hot reactors [W/m2/K]."""
    growth: float = 1.3
    """Landed mass over the sum of parts: growth allowance."""
    structure: float = 0.15
    """Frames, harness and control, share of the parts."""

    def __post_init__(self) -> None:
        for kind, names in _BOUNDS.items():
            for name in names:
                value = getattr(self, name)
                if not kind.holds(value):
                    raise UserError(f"{name} is {value:g}", remedy=f"give {kind.words}")


@dataclass(frozen=True)
class _Bound:
    words: str
    holds: Callable[[float], bool]


_BOUNDS: Mapping[_Bound, tuple[str, ...]] = {
    _Bound("a share above 0, up to 1", lambda v: 0.0 < v <= 1.0): (
        "current_efficiency", "oxygen_cooler", "hydrogen_cooler", "recovered_ilmenite",
        "converted_ilmenite", "gas_pass", "melt_current_efficiency", "water_recovery",
    ),
    _Bound("a share from 0 to below 1", lambda v: 0.0 <= v < 1.0): (
        "gas_recuperation", "solids_recuperation", "line_loss", "dryer_loss", "structure",
    ),
    _Bound("a share from 0 to 1", lambda v: 0.0 <= v <= 1.0): ("carbon_recovery",),
    _Bound("1 or more", lambda v: 1.0 <= v < math.inf): ("enrichment", "growth"),
    _Bound("more than 0", lambda v: 0.0 < v < math.inf): (
        "cell_voltage", "carbothermal_yield", "melt_yield", "current_density", "frozen_wall",
        "frozen_conductivity",
    ),
    _Bound("0 or more", lambda v: 0.0 <= v < math.inf): (
        "oxygen_leak", "hydrogen_leak", "haul", "ice_haul", "climb", "dark_idle", "wall_loss",
    ),
    _Bound("a temperature that dries soil, in kelvin above 273 K", lambda v: 273.0 < v < 1500.0): (
        "dryer_temperature",
    ),
    _Bound("a temperature from 1000 K to 1500 K", lambda v: 1000.0 <= v <= 1500.0): (
        "reduction_temperature",
    ),
    _Bound("a temperature from 1500 K, where soil melts, to 2500 K", lambda v: 1500 <= v <= 2500): (
        "melt_temperature",
    ),
}  # fmt: skip
"""What each assumption may be; yields are held to stoichiometry where they are used."""


@dataclass(frozen=True)
class Step:
    """One step of a chain: what it draws and weighs.

    `electricity` and `heat` (concentrated sunlight or electric) [W]; `chemical` [W] is what its
    products hold beyond its feeds, negative when it frees heat; `mass` [kg].
    """

    name: str
    electricity: float = 0.0
    heat: float = 0.0
    chemical: float = 0.0
    mass: float = 0.0

    @property
    def rejected(self) -> float:
        """Heat that leaves the step [W]: all it draws less what its chemistry keeps."""
        return self.electricity + self.heat - self.chemical


@dataclass(frozen=True)
class Plant:
    """A plant sized for a request.

    `net` [kg/s] by formula: consumed negative, made positive; `flows` [kg/s] of matter over the
    plant's fence, likewise; `brought` [kg] with it besides its own mass; `notes` say what matters.
    """

    process: str
    request: Request
    dug: float
    steps: Sequence[Step]
    net: Mapping[str, float]
    flows: Mapping[str, float]
    brought: Mapping[str, float]
    growth: float
    notes: Sequence[str] = ()

    @property
    def power(self) -> float:
        """Electricity and heat while it works [W]."""
        return self.electricity + self.heat

    @property
    def electricity(self) -> float:
        """Electric power while it works [W]."""
        return sum(s.electricity for s in self.steps)

    @property
    def heat(self) -> float:
        """Heat at high temperature while it works [W], of sunlight or of electricity."""
        return sum(s.heat for s in self.steps)

    @property
    def mass(self) -> float:
        """Landed mass [kg] with growth, and with what is brought; without power supply."""
        return self.growth * sum(s.mass for s in self.steps) + sum(self.brought.values())

    @property
    def energy_per_oxygen(self) -> float:
        """Energy [J] for each kilogram of oxygen asked for."""
        return self.power / self.request.rate

    @property
    def soil_per_oxygen(self) -> float:
        """Soil dug for each kilogram of oxygen [kg/kg]."""
        return self.dug / self.request.rate

    def element_gap(self) -> float:
        """Worst imbalance of any element over the chemistry, as a share of the oxygen made."""
        elements = {e for f in self.net for e in element_shares(f)}
        gaps = [
            sum(kg * element_shares(f).get(e, 0.0) for f, kg in self.net.items()) for e in elements
        ]
        return max(map(abs, gaps)) / self.request.rate

    def mass_gap(self) -> float:
        """Imbalance of matter over the fence, as a share of the soil dug."""
        return abs(sum(self.flows.values())) / self.dug

    def energy_gap(self, formation: Mapping[str, float]) -> float:
        """Imbalance of the steps' chemistry against the enthalpies of `net`, as a share (Hess)."""
        whole = sum(kg / molar_mass(f) * formation[f] for f, kg in self.net.items())
        steps = sum(s.chemical for s in self.steps)
        return abs(steps - whole) / max(abs(whole), 1.0)


def electrolyser(oxygen: float, a: Assumptions) -> Step:
    """Water into hydrogen and `oxygen` [kg/s], at a stated voltage and current efficiency.

    5.4 kg/kW: 49 kg for 9.06 kW (Colozza's hydrogen reduction plant).
    """
    if a.cell_voltage < voltage(ELECTROLYSIS.heat("O2")) * a.current_efficiency:
        raise UserError(
            f"electrolysis at {a.cell_voltage:g} V would make energy",
            remedy="give at least 1.48 V, the voltage that heats and cools nothing",
        )
    power = current(oxygen, a.current_efficiency) * a.cell_voltage
    return Step("water electrolysis", power, 0.0, oxygen * ELECTROLYSIS.heat("O2"), 5.4e-3 * power)


def liquefier(gas: str, rate: float, a: Assumptions) -> Step:
    """Gas at 300 K into liquid [kg/s]: least work over the coolers' share of it; 20 kg/kW."""
    share = a.oxygen_cooler if gas == "oxygen" else a.hydrogen_cooler
    power = rate * LEAST_WORK[gas] / share
    return Step(f"{gas} liquefaction", power, mass=0.02 * power)


def tank_area(gas: str, mass: float) -> float:
    """Surface [m2] of a ball of liquid with a tenth of room above it."""
    volume = 1.1 * mass / LIQUID_DENSITY[gas]
    return math.pi ** (1 / 3) * (6.0 * volume) ** (2 / 3)


def boil_off_power(gas: str, heat: float, a: Assumptions) -> float:
    """Electric power [W] that takes `heat` [W] out at the boiling point: Carnot over efficiency."""
    share = a.oxygen_cooler if gas == "oxygen" else a.hydrogen_cooler
    return heat * (WARM / BOILING[gas] - 1.0) / share


def cold_tank(gas: str, mass: float, a: Assumptions) -> Step:
    """A tank without boil-off: leak by surface, taken out by coolers; 15 kg/m2 and 20 kg/kW."""
    area = tank_area(gas, mass)
    leak = a.oxygen_leak if gas == "oxygen" else a.hydrogen_leak
    power = boil_off_power(gas, leak * area, a)
    return Step(f"{gas} storage", power, mass=15.0 * area + 0.02 * power)


def digging(rate: float, ice: float, a: Assumptions, robot: Digger = RASSOR) -> list[Step]:
    """Robots that dig and bring `rate` [kg/s] of soil, a spare one among them.

    Bound by ice, soil is cut no faster than the robot's power allows.
    """
    cut = digging_energy(ice)
    way = a.ice_haul if ice else a.haul
    count = diggers_needed(rate, way, robot, cut)
    robots = math.ceil(count) + 1
    idle = math.ceil(count) * robot.idle
    return [
        Step("excavation", rate * cut + idle, mass=robots * robot.mass),
        Step("haulage", rate * hauling_energy(way, a.climb)),
    ]


def vessel_area(held: float, fill: float = 0.4, slender: float = 1.5) -> float:
    """Surface [m2] of a cylinder, `slender` times longer than wide, that holds so much soil [kg]
    at 1500 kg/m3 and `fill` of its volume.
    """
    volume = held / 1500.0 / fill
    diameter = (4.0 * volume / (math.pi * slender)) ** (1 / 3)
    return math.pi * diameter**2 * (0.5 + slender)


def radiators(steps: Sequence[Step]) -> Step:
    """Radiators for the heat that steps at room temperature reject: 12 kg/kW at 300 K."""
    cool = ("water electrolysis", "liquefaction", "storage", "condenser")
    heat = sum(max(s.rejected, 0.0) for s in steps if s.name.endswith(cool))
    return Step("radiators", mass=0.012 * heat)


def finish(
    process: str,
    request: Request,
    a: Assumptions,
    dug: float,
    steps: Sequence[Step],
    net: Mapping[str, float],
    flows: Mapping[str, float],
    notes: Sequence[str] = (),
) -> Plant:
    """The plant of a process with what all have: liquefaction, tanks, radiators, structure."""
    made = [*steps, liquefier("oxygen", request.rate, a)]
    if request.storage:
        made.append(cold_tank("oxygen", request.rate * request.storage, a))
    brought = {}
    if request.mixture_ratio is not None:
        hydrogen = request.oxygen / request.mixture_ratio
        made.append(cold_tank("hydrogen", hydrogen, a))
        if "hydrogen" not in flows:
            brought["hydrogen"] = hydrogen
    made.append(radiators(made))
    made.append(Step("structure", mass=a.structure * sum(s.mass for s in made)))
    return Plant(process, request, dug, made, net, flows, brought, a.growth, notes)
