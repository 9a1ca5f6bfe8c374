"""Verification campaigns: which batches of which plant are measured, and what they must show."""

from __future__ import annotations

from pydantic import Field

from ilrs.components.component import Described, sourced
from ilrs.units import Fraction, SpecificEnergy

ASSUMED = "instruments of a small plant"


class Campaign(Described):
    """A test plan of an oxygen plant: so many batches, each measured, that must show enough."""

    title: str
    plant: str
    """The plant as `facility/component`."""
    activity: str
    """The activity of which each time is a batch."""
    runs: int = Field(8, ge=2, le=1000, description="Batches that must have been measured.")
    confidence: Fraction = Field(
        0.9, ge=0.5, lt=1.0, description="One-sided, with which every mean must beat its bound."
    )
    least_yield: Fraction = Field(gt=0.0, description="Oxygen of the mass of the soil fed.")
    least_purity: Fraction = Field(0.995, description="Oxygen of the mass of what is given.")
    most_energy: SpecificEnergy = Field(
        gt=0.0, description="Energy of a kilogram of oxygen, heating of the batch included."
    )
    yield_scatter: Fraction = sourced(0.1, ASSUMED, "assumed", "Of a batch, as a share.", gt=0.0)
    purity_scatter: Fraction = sourced(0.002, ASSUMED, "assumed", "The same.", gt=0.0)
    energy_scatter: Fraction = sourced(0.08, ASSUMED, "assumed", "The same.", gt=0.0)
    yield_error: Fraction = sourced(0.02, ASSUMED, "assumed", "Of the instrument, in all batches.")
    purity_error: Fraction = sourced(0.001, ASSUMED, "assumed", "The same.")
    energy_error: Fraction = sourced(0.03, ASSUMED, "assumed", "The same.")
    note: str = ""
