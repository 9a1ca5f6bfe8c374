"""Radioisotopes as a source of heat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HALF_LIFE_YEARS = {"Pu-238": 87.7, "Am-241": 432.6}  # NUBASE2020


def remaining_heat(years: Array, isotope: str) -> Array:
    """Share of the heat left `years` after it was measured: 2^(-t / half-life)."""
    return np.asarray(0.5 ** (np.maximum(years, 0.0) / HALF_LIFE_YEARS[isotope]))
