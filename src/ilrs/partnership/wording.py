"""A check told in sentences."""

from __future__ import annotations

from ilrs.language import Message, Several, Text, said
from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.finding import WORDS, Finding, counted, number, told
from ilrs.rendering.wording import digits, say

SI = {"s", "m", "kg", "bit", "J", "W"}
"""Units that people say in larger or smaller ones."""
OTHERWISE = {"level": "level", "ground": "ground", "sky": "sky", "power.own": "own_source"}
"""What it would take where a requirement is simply not met."""


def verdict(check: Check) -> Message:
    """Whether, where and when it fits, or what would make it fit, in a sentence or two."""
    title, fitting = check.proposal.title, check.fitting
    if fitting:
        first, *others = fitting
        where = {"title": title, "slot": first.slot.title, "name": first.name, **_date(first)}
        bound = first.binding
        return said(
            "verdict.fits",
            **where,
            also=said("verdict.also", slots=[a.name for a in others]) if others else "",
            binds="" if bound is None or bound.slack is None else said(
                "verdict.binds", what=told(bound)
            ),
        )  # fmt: skip
    count = len(check.answers)
    near = check.nearest
    if near is not None and near.variant is not None:
        return said(
            "verdict.would_fit",
            title=title,
            count=count,
            slot=near.slot.title,
            name=near.name,
            **_date(near),
            takes=near.variant.words,
        )
    best = check.best
    bound = best.binding
    why = "" if bound is None else said("verdict.why", what=told(bound))
    takes = Several(tuple(it_takes(f) for f in best.findings if f.passed is False))
    return said(
        "verdict.nowhere", title=title, count=count, name=best.name, why=why,
        takes=said("verdict.takes", what=takes) if takes.parts else "",
    )  # fmt: skip


def it_takes(finding: Finding) -> Text:
    """What would make a finding pass: the change it knows, or else what there is to live with."""
    if finding.change is not None:
        return finding.change.words
    if finding.asked is None or finding.given is None:
        return said(f"match.takes.{OTHERWISE.get(finding.key, 'elsewhere')}")
    if finding.key.startswith("quiet."):
        return said("match.takes.apart", amount=number(finding.asked, finding.unit))
    if not finding.asked:
        short = "wider" if finding.key.startswith("thermal.") else "more"
        return said(f"match.takes.{short}", what=finding.title,
                    amount=number(abs(finding.given), finding.unit))  # fmt: skip
    if finding.given <= 0.0:
        return said("match.takes.without", what=finding.title)
    key = "at_most" if finding.at_most else "content"
    amount = number(finding.given, finding.unit)
    return said(f"match.takes.{key}", what=finding.title, amount=amount)


def why_not(answer: Answer) -> Text:
    """What binds at a slot where it fits; what fails, and what would help, where it does not."""
    bound = answer.binding
    words: Text = "" if bound is None else told(bound)
    if answer.fits:
        return words
    failing = [f for f in answer.findings if f.passed is False]
    if len(failing) > 1:
        words = Several((words, said("verdict.more", count=len(failing) - 1)))
    if answer.variant is not None:
        words = said("verdict.remedy", why=words, takes=answer.variant.words)
    return words


def _date(answer: Answer) -> dict[str, str]:
    return {"mission": answer.slot.mission, "year": str(answer.date)[:4]}


def amount(value: float, unit: str, *, signed: bool = False, rough: bool = False) -> Text:
    """An amount to three digits in the unit people use; with its sign where it is a difference,
    and to two digits where it is `rough`, as a difference and its error are.
    """
    if unit in SI:
        return say(value, unit, difference=signed)
    sign = "" if not (signed and value) else "−" if value < 0.0 else "+"
    text = f"{sign}{digits(abs(value) if signed else value, 2 if signed or rough else 4)}"
    if unit in WORDS:
        return said("finding.amount", number=text, unit=counted(value, unit))
    return f"{text} {unit}".strip()
