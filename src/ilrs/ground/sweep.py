"""Horizons of every cell of an area."""

from ilrs.ground.horizon_map import STEP_RAD, UNKNOWN, HorizonFacts, HorizonMap

__all__ = ["STEP_RAD", "UNKNOWN", "HorizonFacts", "HorizonMap"]
