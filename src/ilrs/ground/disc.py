"""A disc cut by a straight level edge: closed forms, and polynomials that stand in for them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

TERMS = 4  # odd powers 1, 3, 5, 7


def area_above(depth: ArrayLike) -> Floats:
    """Share [1] of a disc's area above a level edge `depth` radii below its centre.

    1/2 + (asin d + d sqrt(1 - d^2)) / pi, the circle's segment; 0 below -1, 1 above 1.
    """
    d = np.clip(np.asarray(depth, np.float64), -1.0, 1.0)
    share = 0.5 + (np.arcsin(d) + d * np.sqrt(1.0 - d * d)) / math.pi
    return np.asarray(np.clip(share, 0.0, 1.0))


def flux_above(depth: ArrayLike, limb_darkening: tuple[float, float]) -> Floats:
    """Share [1] of a limb-darkened disc's light above a level edge `depth` radii below its centre.

    The integral over chords y of 2 (1-u-v) q + u pi/2 q^2 + v 4/3 q^3 with q^2 = 1 - y^2, of a
    brightness 1 - u - v + u mu + v mu^2; `limb_darkening` (u, v).
    """
    u, v = limb_darkening
    d = np.clip(np.asarray(depth, np.float64), -1.0, 1.0)
    q = np.sqrt(1.0 - d * d)
    even = d * q + np.arcsin(d)
    from_middle = (
        (1.0 - u - v) * even
        + 0.5 * math.pi * u * (d - d**3 / 3.0)
        + v / 3.0 * (d * q**3 + 1.5 * even)
    )
    whole = math.pi * (1.0 - u / 3.0 - v / 2.0)
    return np.asarray(np.clip(0.5 + from_middle / whole, 0.0, 1.0))


def depth_of_area(share: float) -> float:
    """Depth [radii] of the level edge that leaves `share` of the disc: `area_above` inverted."""
    if not 0.0 <= share <= 1.0:
        raise ValueError("a share of a disc lies between 0 and 1")
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if float(area_above(middle)) <= share:
            low = middle
        else:
            high = middle
    return low if share < 1.0 else 1.0


@cache
def polynomials(limb_darkening: tuple[float, float]) -> Singles:
    """Coefficients (2, 4) of `area_above` and `flux_above`: 1/2 + d (c0 + c1 z + c2 z^2 + c3 z^3).

    z = d^2, for d within +-1, float32. Within 5e-4 (area) and 3e-4 (flux, solar darkening), odd
    about the centre and exactly 0 and 1 at the limbs, so that never lit stays never lit.
    """
    d = np.sin(0.5 * math.pi * (np.arange(2000) + 0.5) / 2000)
    shares = (area_above(d) - 0.5, flux_above(d, limb_darkening) - 0.5)
    return np.stack([_fit(d, share) for share in shares])


def _fit(d: Floats, share: Floats) -> Singles:
    """Least worst error by reweighting; the sum of coefficients is 1/2, so the limb is exact."""
    columns = np.stack([d * (1.0 - d * d) * d ** (2 * k) for k in range(TERMS - 1)], axis=1)
    target = share - 0.5 * d
    weights = np.ones_like(d)
    for _ in range(200):
        found = np.linalg.lstsq(columns * weights[:, None], target * weights, rcond=None)[0]
        error = np.abs(columns @ found - target)
        weights *= (error / error.max() + 1e-3) ** 0.3
    g0, g1, g2 = found
    out = np.array([0.5 + g0, g1 - g0, g2 - g1, -g2], np.float32)
    return _exact_at_limb(out)


def _exact_at_limb(coefficients: Singles) -> Singles:
    """The first coefficient moved by an ulp or two, so that Horner's rule gives exactly 1/2."""
    rest = coefficients[-1]
    for c in coefficients[-2:0:-1]:
        rest = np.float32(c + rest)
    first = np.float32(np.float32(0.5) - rest)
    for candidate in (
        first,
        np.nextafter(first, np.float32(0.0)),
        np.nextafter(first, np.float32(1.0)),
    ):
        if np.float32(candidate + rest) == np.float32(0.5):
            out = coefficients.copy()
            out[0] = candidate
            return out
    raise AssertionError("no float32 makes the limb exact")
