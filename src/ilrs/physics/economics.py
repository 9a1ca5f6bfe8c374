"""What an oxygen plant is worth: discounted money."""

from __future__ import annotations

from ilrs.errors import UserError


def annuity(rate: float, years: int) -> float:
    """Present worth of one a year, paid at the end of each: (1 - (1 + r)^-n) / r, n at r = 0."""
    if years < 1 or rate <= -1.0:
        raise UserError(f"{years} years at {rate:g}", remedy="give a year or more, a rate above -1")
    return float(years) if rate == 0.0 else (1.0 - (1.0 + rate) ** -years) / rate


def net_present_value(
    invested: float, income: float, running: float, rate: float, years: int
) -> float:
    """Money gained today's worth [$]: (income - running) a year for so many years, less what is
    invested now.
    """
    return (income - running) * annuity(rate, years) - invested


def price_that_pays(
    invested: float, running: float, produced: float, rate: float, years: int
) -> float:
    """Least price [$/kg] at which `produced` [kg] a year pay back what was invested."""
    if produced <= 0.0:
        raise UserError(f"{produced:g} kg a year sell nothing", remedy="produce more than nothing")
    return (invested / annuity(rate, years) + running) / produced


def years_to_break_even(mass: float, produced: float) -> float:
    """Years until a plant of `mass` [kg] has made as much as landing it took: M / (kg a year).

    In mass alone: without power supply, spares and people.
    """
    if produced <= 0.0:
        raise UserError(f"{produced:g} kg a year pay nothing", remedy="produce more than nothing")
    return mass / produced
