"""What nobody knows of soil and machines, as distributions; what that does to a plant.

Each figure lies between a least and a most with its usual value most likely (triangles), ice grade
is normal as measured and cut where nobody would dig; draws are seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import truncnorm

from ilrs.errors import UserError
from ilrs.physics.isru import DIGGING, HIGHLAND, Assumptions, Feedstock, Plant, Request
from ilrs.physics.isru_processes import ICY, LEAST_ICE, USUAL, plant

Floats = NDArray[np.float64]

OXIDE_RANGES = {"FeO": (0.05, 0.06), "MgO": (0.05, 0.06), "TiO2": (0.001, 0.01)}
"""Highland soil's lesser oxides by mass; silica, alumina and lime share what remains."""
ICE_GRADE = (0.056, 0.029)
"""Mean and standard deviation of ice by mass at Cabeus (Colaprete et al. 2010)."""
RANGES: Mapping[str, tuple[float, float]] = {
    "cell_voltage": (1.55, 1.85),
    "oxygen_cooler": (0.08, 0.20),
    "hydrogen_cooler": (0.05, 0.12),
    "enrichment": (2.0, 5.0),
    "recovered_ilmenite": (0.3, 0.7),
    "converted_ilmenite": (0.7, 0.95),
    "gas_recuperation": (0.7, 0.95),
    "carbothermal_yield": (0.10, 0.15),
    "melt_yield": (0.10, 0.25),
    "melt_current_efficiency": (0.6, 0.95),
    "current_density": (3000.0, 8000.0),
    "frozen_conductivity": (1.1, 2.0),
    "water_recovery": (0.5, 0.9),
    "dryer_temperature": (300.0, 450.0),
    "dryer_loss": (0.25, 0.55),
    "wall_loss": (0.8, 3.0),
    "growth": (1.1, 1.6),
}
"""Least and most of the assumptions: yields as published (10 to 25 % of the feed for melts, 10 to
15 % by carbon), the others assumed."""
DRAWS = 400


@dataclass(frozen=True)
class Range:
    """A figure's 5, 50 and 95 % quantiles over the draws, and its value as usual."""

    low: float
    middle: float
    high: float
    usual: float


@dataclass(frozen=True)
class Spread:
    """A plant as usual, and what its figures may be: `energy` [J/kg], `soil` dug [kg/kg], `mass`
    [kg], `power` [W]; `impossible` is the share of draws in which no such plant can be.
    """

    plant: Plant
    energy: Range
    soil: Range
    mass: Range
    power: Range
    impossible: float


def draw_oxides(rng: np.random.Generator) -> dict[str, float]:
    """Highland soil drawn from the ranges; adds up to one."""
    drawn = {k: float(rng.uniform(*bounds)) for k, bounds in OXIDE_RANGES.items()}
    rest = [k for k in HIGHLAND if k not in drawn]
    share = (1.0 - sum(drawn.values())) / sum(HIGHLAND[k] for k in rest)
    return drawn | {k: HIGHLAND[k] * share for k in rest}


def draw_ice(rng: np.random.Generator) -> float:
    """Ice by mass of the soil, as measured, cut below at what is not worth warming."""
    mean, spread = ICE_GRADE
    low, high = (LEAST_ICE * 1.001 - mean) / spread, (0.15 - mean) / spread
    return float(truncnorm.ppf(rng.uniform(), low, high, mean, spread))


def draw_assumptions(rng: np.random.Generator, usual: Assumptions = USUAL) -> Assumptions:
    """Every uncertain assumption drawn from its range, most likely at its usual value.

    One that `usual` holds otherwise than `USUAL` is known, and stays.
    """
    drawn = {}
    for name, (low, high) in RANGES.items():
        found = float(rng.triangular(low, getattr(USUAL, name), high))
        if getattr(usual, name) == getattr(USUAL, name):
            drawn[name] = found
    return replace(usual, **drawn)


def draw_plants(
    process: str,
    request: Request,
    soil: Feedstock | None = None,
    usual: Assumptions = USUAL,
    seed: int = 0,
    draws: int = DRAWS,
) -> list[Plant]:
    """Plants of so many seeded draws; those that cannot be are left out, not bent.

    A `soil` that is given is known, and so is an assumption; otherwise highland soil and ice grade
    are drawn too. Refused where fewer than half of the draws can be.
    """
    if draws < 20:
        raise UserError(f"{draws} draws give no range", remedy="take at least 20")
    rng = np.random.default_rng(seed)
    plants = []
    for _ in range(draws):
        found = soil
        oxides, ice = draw_oxides(rng), draw_ice(rng)
        if soil is None and process == "ice":
            found = Feedstock(oxides, ice=ice, temperature=ICY.temperature)
        elif soil is None:
            found = Feedstock(oxides)
        try:
            plants.append(plant(process, request, found, draw_assumptions(rng, usual)))
        except UserError:
            continue
    if len(plants) < draws // 2:
        raise UserError(
            f"{process} hardly works on this soil: {len(plants)} of {draws} draws can be",
            remedy="check the soil and the yields",
        )
    return plants


def spread(
    process: str,
    request: Request,
    soil: Feedstock | None = None,
    usual: Assumptions = USUAL,
    seed: int = 0,
    draws: int = DRAWS,
) -> Spread:
    """The plant as usual and the 5 to 95 % range of its figures over `draw_plants`."""
    as_usual = plant(process, request, soil, usual)
    plants = draw_plants(process, request, soil, usual, seed, draws)

    def ranged(figure: Callable[[Plant], float]) -> Range:
        low, middle, high = np.quantile([figure(p) for p in plants], (0.05, 0.5, 0.95))
        return Range(float(low), float(middle), float(high), figure(as_usual))

    return Spread(
        as_usual,
        ranged(lambda p: p.energy_per_oxygen),
        ranged(lambda p: p.soil_per_oxygen),
        ranged(lambda p: p.mass),
        ranged(lambda p: p.power),
        1.0 - len(plants) / draws,
    )


PURITY_RANGE = (0.994, 0.9999)
"""Share of oxygen in what a plant gives, assumed: water's hydrogen and melts' volatiles remain."""


def truths(
    plants: Sequence[Plant], seed: int = 0, at_work: float = 1.0, brought: float | None = None
) -> list[dict[str, float]]:
    """What runs of these plants measure: `yield` of the soil dug, `purity`, `energy` [J/kg].

    `at_work` is the share of a batch in which oxygen comes, the rest only heats. Where soil is
    `brought` to the plant for so much energy [J/kg], that stands in place of its own digging.
    """
    rng = np.random.default_rng(seed)
    return [
        {
            "yield": 1.0 / p.soil_per_oxygen,
            "purity": float(rng.uniform(*PURITY_RANGE)),
            "energy": _energy(p, at_work, brought),
        }
        for p in plants
    ]


def _energy(plant: Plant, at_work: float, brought: float | None) -> float:
    if brought is None:
        return plant.energy_per_oxygen / at_work
    inside = plant.power - sum(s.electricity for s in plant.steps if s.name in DIGGING)
    return inside / plant.request.rate / at_work + brought * plant.soil_per_oxygen
