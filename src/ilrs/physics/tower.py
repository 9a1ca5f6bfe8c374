"""Towers: what a tube weighs that carries a mass upright on the Moon, and how high it may be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

GRAVITY = 1.625  # [m/s2] on the Moon's surface: GM 4.9028e12 m3/s2 over (1737.4 km)^2


class Material(NamedTuple):
    """Young's modulus [Pa], allowable stress [Pa] and density [kg/m3] of a tube's wall."""

    modulus: float
    strength: float
    density: float


# Quasi-isotropic laminate of carbon fibre, and aluminium 6061-T6 at yield: handbook values.
MATERIALS = {
    "carbon": Material(70e9, 300e6, 1600.0),
    "aluminium": Material(69e9, 276e6, 2700.0),
}
RADIUS_TO_WALL = 75.0
"""Radius over wall thickness: thinner walls buckle by themselves."""
THINNEST = 0.5e-3
"""Least wall [m] that is made."""
STRENGTH_FACTOR = 2.0
BUCKLING_FACTOR = 4.0
LEAST_FREQUENCY = 0.1
"""Of the first bending mode [Hz]: far above what drives a turning array."""
FITTINGS = 3.0
"""Whole tower over bare tube: overlaps of telescoping sections, their drive, joints and base."""


def tube_radius(
    height: float, head: float, tube: float, tilt: float, material: Material
) -> tuple[float, float, float]:
    """Radii [m] that strength, buckling and stiffness ask of a tube with its head at `height` [m].

    Of a cantilever that leans by `tilt` [rad] (out of plumb and sideways accelerations together)
    under `head` and its own `tube` mass [kg]: bending stress M k / (pi r^3) from M = g sin(tilt) L
    (head + tube / 2); Euler's load pi^2 E I / (4 L^2) on head + 0.3 tube; first mode
    sqrt(3 E I / ((head + 0.24 tube) L^3)) / (2 pi); I = pi r^4 / k, with k the radius over the
    wall. Gere and Timoshenko, Mechanics of Materials.
    """
    k = RADIUS_TO_WALL
    moment = GRAVITY * np.sin(tilt) * height * (head + 0.5 * tube)
    stress = (STRENGTH_FACTOR * moment * k / (np.pi * material.strength)) ** (1.0 / 3.0)
    load = BUCKLING_FACTOR * GRAVITY * (head + 0.3 * tube)
    euler = 4.0 * load * height**2 / (np.pi**2 * material.modulus)
    stiff = (2.0 * np.pi * LEAST_FREQUENCY) ** 2 * (head + 0.24 * tube) * height**3
    inertias = (euler, stiff / (3.0 * material.modulus))
    buckling, bending = ((inertia * k / np.pi) ** 0.25 for inertia in inertias)
    return float(stress), float(buckling), float(bending)


def tower_mass(height: float, head: float, tilt: float, material: str = "carbon") -> float:
    """Mass [kg] of the lightest tower that holds `head` [kg] at `height` [m].

    A uniform thin-walled tube (`tube_radius`), its own weight by repeated insertion, times
    `FITTINGS`; infinite where it cannot carry itself. Holds for free-standing towers of metres to
    some tens of metres on level feet; soil and anchors are not part of it.
    """
    if height <= 0.0:
        return 0.0
    of = MATERIALS[material]
    tube = 0.0
    for _ in range(200):
        radius = max(tube_radius(height, head, tube, tilt, of))
        wall = max(radius / RADIUS_TO_WALL, THINNEST)
        heavier = float(of.density * 2.0 * np.pi * radius * wall * height)
        if abs(heavier - tube) <= 1e-12 * heavier:
            return FITTINGS * heavier
        if heavier > 1e9:
            break
        tube = heavier
    return float("inf")


def tallest_tower(mass: float, head: float, tilt: float, material: str = "carbon") -> float:
    """Height [m] to which a tower of `mass` [kg] carries `head` [kg]: `tower_mass` turned round."""
    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        carried = tower_mass(middle, head, tilt, material) <= mass
        low, high = (middle, high) if carried else (low, middle)
    return low
