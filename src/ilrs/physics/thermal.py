"""Heat of a lumped, insulated box on the Moon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ilrs.physics.photovoltaic import STEFAN_BOLTZMANN

Array = NDArray[np.float64]


FACES = ("front", "right", "back", "left", "top", "bottom")
"""Of an upright box; `front` looks towards its heading, `right` clockwise from it."""


def sunlight_on_faces(
    irradiance: Array,
    elevation: Array,
    azimuth: Array,
    lit: Array,
    heading: float,
    albedo: float = 0.0,
) -> Array:
    """Sunlight on the six `FACES` of an upright box, (6, count) [W/m2].

    Direct: G lit max(cos incidence, 0), for a side cos(elevation) cos(azimuth - its bearing), for
    the top sin(elevation). Reflected by level ground of `albedo`: its flux albedo G lit
    sin(elevation) reaches the sides over half their view and the bottom, which stands in the box's
    own shadow, not at all. Holds for flat ground lit as the box is.
    """
    beam = irradiance * lit
    up = np.maximum(np.sin(elevation), 0.0)
    reflected = 0.5 * albedo * beam * up
    bearings = heading + 0.5 * np.pi * np.arange(4)[:, None]
    sides = beam * np.cos(elevation) * np.maximum(np.cos(azimuth - bearings), 0.0) + reflected
    return np.concatenate([sides, [beam * up], [np.zeros_like(beam)]])


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
