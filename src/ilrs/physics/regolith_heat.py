"""Heat that soil and water take: from cold ground to vapour or melt."""

from __future__ import annotations

import numpy as np

# Specific heat of lunar fines [J/kg/K] at temperature [K]: Hemingway et al. (1981) to 350 K,
# basaltic glass and melt above (Stebbins et al. 1984), rounded.
_TEMPERATURE = np.array([50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 600.0, 900.0, 1400.0])
_HEAT = np.array([100.0, 275.0, 434.0, 570.0, 670.0, 760.0, 860.0, 980.0, 1080.0, 1200.0])
_STEP = 1.0
_GRID = np.arange(40.0, 2501.0, _STEP)
_ENTHALPY = np.concatenate(
    [[0.0], np.cumsum(np.interp(_GRID[:-1] + _STEP / 2, _TEMPERATURE, _HEAT) * _STEP)]
)
SOLIDUS, LIQUIDUS = 1450.0, 1650.0
"""Highland soil begins and ends melting [K], as recalled of anorthositic simulants."""
FUSION = 4.8e5
"""Heat of fusion of highland soil [J/kg], as recalled for anorthite-rich glass."""
ICE_TO_VAPOUR = 2.84e6
"""Heat of sublimation of ice at 200 K [J/kg], Murphy and Koop (2005)."""


def heating(cold: float, hot: float) -> float:
    """Heat [J/kg] that takes dry soil from `cold` to `hot` [K], melting included.

    Holds from 40 to 2500 K; melts in proportion between solidus and liquidus.
    """
    sensible = np.interp([cold, hot], _GRID, _ENTHALPY)
    molten = np.clip((np.array([cold, hot]) - SOLIDUS) / (LIQUIDUS - SOLIDUS), 0.0, 1.0)
    return float(sensible[1] - sensible[0] + FUSION * (molten[1] - molten[0]))
