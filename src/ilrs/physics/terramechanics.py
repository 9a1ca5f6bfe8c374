"""A rigid wheel on loose soil: how deep it sinks, what holds it back, what drives it on.

Bekker's pressure-sinkage law and Janosi and Hanamoto's shear law, in the closed forms of Wong,
Theory of Ground Vehicles, chapter 2. Every wheel counts as the first over fresh soil, so that
wheels in the ruts of others are held back less than computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Soil:
    """What a soil bears: `k_c` [N/m^(n+1)], `k_phi` [N/m^(n+2)], exponent `n` [1]; how it shears:
    `cohesion` [Pa], `friction` [rad], `shear_modulus` [m].
    """

    k_c: float
    k_phi: float
    n: float
    cohesion: float
    friction: float
    shear_modulus: float


APOLLO_SOIL = Soil(1400.0, 820e3, 1.0, 170.0, np.radians(35.0), 0.0178)
"""Soil under the Apollo rovers: recommended values of the Lunar Sourcebook (1991), table 9.14."""


def sinkage(load: ArrayLike, diameter: float, width: float, soil: Soil) -> Floats:
    """Depth [m] a wheel under `load` [N] sinks: (3 W / ((3-n) (k_c + b k_phi) sqrt(D)))^(2/(2n+1)).

    `diameter` D and `width` b [m]. Holds for a rigid wheel wider than it sinks, small sinkage
    against the diameter, and n up to about 1.3.
    """
    stiffness = (3.0 - soil.n) * (soil.k_c + width * soil.k_phi) * np.sqrt(diameter)
    share = 3.0 * np.asarray(load, np.float64) / stiffness
    return np.asarray(share ** (2.0 / (2.0 * soil.n + 1.0)))


def compaction_resistance(depth: ArrayLike, width: float, soil: Soil) -> Floats:
    """Force [N] that pressing a rut of `depth` z [m] takes: (k_c + b k_phi) z^(n+1) / (n+1).

    Holds without bulldozing, which sets in when a wheel sinks by several tenths of its radius.
    """
    work = np.asarray(depth, np.float64) ** (soil.n + 1.0) / (soil.n + 1.0)
    return np.asarray((soil.k_c + width * soil.k_phi) * work)


def contact_length(depth: ArrayLike, diameter: float) -> Floats:
    """Length [m] of the chord a wheel sunk by `depth` stands on: sqrt(D z - z^2), 0 if buried."""
    depth = np.asarray(depth, np.float64)
    return np.asarray(np.sqrt(np.maximum(depth * (diameter - depth), 0.0)))


def thrust(
    load: ArrayLike,
    slip: ArrayLike,
    diameter: float,
    width: float,
    soil: Soil,
    grouser: float = 0.0,
) -> Floats:
    """Force [N] the soil gives a wheel: (A c + W tan phi) (1 - K/(s l) (1 - exp(-s l / K))).

    `load` W [N], `slip` s from 0 to 1 = 1 - speed over the wheel's; l the contact length and
    A = b l. Grousers of height h = `grouser` [m] shear at their sides too: A c grows by
    1 + 2 h / b, W tan phi by 1 + 0.64 (h / b) arctan(b / h) (Bekker 1969). Holds where grousers
    stand closer than the contact is long.
    """
    load = np.asarray(load, np.float64)
    length = contact_length(sinkage(load, diameter, width, soil), diameter)
    sides = grouser / width
    sheared_more = 1.0 + 0.64 * sides * np.arctan2(1.0, sides)
    strength = width * length * soil.cohesion * (1.0 + 2.0 * sides)
    strength = strength + load * np.tan(soil.friction) * sheared_more
    sheared = np.asarray(slip, np.float64) * length / soil.shear_modulus
    # -expm1(-j)/j is 1 at rest, where nothing is sheared yet and nothing pulls
    safe = np.where(sheared > 0.0, sheared, 1.0)
    return np.asarray(strength * np.where(sheared > 0.0, 1.0 + np.expm1(-safe) / safe, 0.0))


def slip_for(
    pull: ArrayLike,
    load: ArrayLike,
    diameter: float,
    width: float,
    soil: Soil,
    grouser: float = 0.0,
) -> Floats:
    """Slip [1] at which a wheel under `load` [N] pulls with `pull` [N]: `thrust` inverted.

    0 where nothing is to be pulled, NaN where even full slip does not pull enough.
    """
    pull, load = np.broadcast_arrays(np.asarray(pull, np.float64), np.asarray(load, np.float64))
    low, high = np.zeros(pull.shape), np.ones(pull.shape)
    for _ in range(50):
        middle = 0.5 * (low + high)
        enough = thrust(load, middle, diameter, width, soil, grouser) >= pull
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    beyond = thrust(load, 1.0, diameter, width, soil, grouser) < pull
    return np.asarray(np.where(pull <= 0.0, 0.0, np.where(beyond, np.nan, high)))
