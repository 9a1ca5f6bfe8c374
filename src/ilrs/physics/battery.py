"""Lithium-ion batteries as a store of energy."""

from __future__ import annotations


def one_way_efficiency(round_trip: float) -> float:
    """Efficiency of charge, and of discharge, when the losses are shared evenly:
    sqrt(round trip).
    """
    return float(round_trip**0.5)


def cycle_fade_per_joule(cycle_life: float, end_of_life_loss: float, capacity: float) -> float:
    """Capacity share lost per joule discharged [1/J].

    `end_of_life_loss` is spread evenly over `cycle_life` equivalent full cycles of `capacity` [J].
    Holds for shallow and deep cycles alike only to first order; deep cycles age faster.
    """
    return end_of_life_loss / (cycle_life * capacity)
