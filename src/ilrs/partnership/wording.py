"""A check told in sentences."""

from __future__ import annotations

from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.finding import said
from ilrs.rendering.wording import digits, say

SI = {"s", "m", "kg", "bit", "J", "W"}
"""Units that people say in larger or smaller ones."""


def verdict(check: Check) -> str:
    """Whether, where and when it fits, or what would make it fit, in a sentence or two."""
    proposal, fitting = check.proposal, check.fitting
    if fitting:
        first = fitting[0]
        others = ", ".join(a.name for a in fitting[1:])
        words = f"{proposal.title} fits: {first.slot.title} ({first.name}), {_year(first)}"
        words += f"; also {others}" if others else ""
        bound = first.binding
        if bound is not None and bound.slack is not None:
            words += f". What binds there: {bound.title.lower()}, {said(bound)}"
        return words + "."
    near = check.nearest
    words = f"{proposal.title} fits none of {len(check.answers)} opportunities as it is"
    if near is not None and near.variant is not None:
        return (
            f"{words}. It would fit {near.slot.title} ({near.name}, {_year(near)}) with "
            f"{near.variant.words}."
        )
    best = check.best
    bound = best.binding
    why = f": {bound.title.lower()}, {said(bound)}" if bound is not None else ""
    return f"{words}, nor any variant of it that was found. Least is amiss at {best.name}{why}."


def why_not(answer: Answer) -> str:
    """What binds at a slot where it fits; what fails, and what would help, where it does not."""
    bound = answer.binding
    if answer.fits:
        return f"{bound.title}: {said(bound)}" if bound is not None else ""
    failing = [f for f in answer.findings if f.passed is False]
    words = f"{bound.title}: {said(bound)}" if bound is not None else ""
    if len(failing) > 1:
        words += f"; and {len(failing) - 1} more"
    if answer.variant is not None:
        words += f" -> {answer.variant.words}"
    return words


def _year(answer: Answer) -> str:
    return f"{answer.slot.mission} of {str(answer.date)[:4]}"


def amount(value: float, unit: str, *, signed: bool = False) -> str:
    """An amount to three digits in the unit people use; with its sign where it is a difference."""
    if unit in SI:
        return say(value, unit, difference=signed)
    sign = "" if not signed else "−" if value < 0.0 else "+"
    return f"{sign}{digits(abs(value) if signed else value, 4 if not signed else 2)} {unit}".strip()
