"""Heat of a lumped, insulated box on the Moon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.physics.photovoltaic import STEFAN_BOLTZMANN

Array = NDArray[np.float64]


def absorbed_sunlight(
    irradiance: Array, elevation: Array, lit: Array, height: float, width: float, absorptance: float
) -> Array:
    """Sunlight absorbed by the faces of an upright box [W].

    A box of `height` and square `width` [m] shows the Sun its side, height * width * f cos(el),
    and its top, width^2 sin(el). f = 4/pi is the mean projected width of a square over azimuth.
    Holds for insulation of solar `absorptance` outside; the share that leaks through is the
    caller's.
    """
    side = 4.0 / np.pi * height * width * np.cos(elevation)
    top = width**2 * np.maximum(np.sin(elevation), 0.0)
    return irradiance * lit * absorptance * (side + top)


def surroundings_temperature(ground: Array, sky_view: float, sky: float = 3.0) -> Array:
    """Radiative temperature of what a face sees [K]: T^4 weighted by the view of sky and ground.

    Holds for flat ground near the box at its own radiative temperature, the shadow of the box
    neglected.
    """
    return (sky_view * sky**4 + (1.0 - sky_view) * np.asarray(ground) ** 4) ** 0.25


def radiative_coefficient(area: float, emissivity: float) -> float:
    """emissivity * area * sigma [W/K^4] of a grey surface in an enclosure much larger
    than itself.
    """
    return emissivity * area * STEFAN_BOLTZMANN
