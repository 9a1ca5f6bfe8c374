"""Findings: what is asked, what there is, whether it fits, by how much, and what would help."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ilrs.language import Language, Message, Text, said, spoken
from ilrs.partnership.proposal import Proposal
from ilrs.rendering.wording import digits, say

WORTH_TELLING = 1e-9
WORDS = {"a day": "unit.a_day", "h a month": "unit.h_a_month", "samples": "unit.samples",
         "times": "unit.times", "pieces": "unit.pieces"}  # fmt: skip
"""Units that are words; all others are symbols, alike in every language."""
LARGER = {"kbit/s": (1e3, "bit/s"), "km": (1e3, "m")}
"""Units that people say larger or smaller by the size of the number."""


@dataclass(frozen=True)
class Change:
    """Something about a proposal that could be otherwise, in words, and how far it goes.

    `size` is the relative change, so that what changes least is nearest.
    """

    words: Text
    size: float
    apply: Callable[[Proposal], Proposal]


@dataclass(frozen=True)
class Finding:
    """One requirement held against what there is.

    `asked` and `given` are numbers in `unit` where there are any; with `at_most` the proposal asks
    for `asked` and may have `given`, otherwise it must reach `asked` and there is `given`. `passed`
    is None where it cannot be judged.
    """

    key: str
    title: Text
    by: str
    """What judged it: the call, geometry, the simulation, or the proposal itself."""
    passed: bool | None
    asked: float | None = None
    given: float | None = None
    unit: str = ""
    at_most: bool = True
    words: Text = ""
    """Asked and given in words where they are no numbers, or what explains them."""
    change: Change | None = None
    """What would make it pass, where something would."""
    scale: float | None = None
    """What a margin is a share of; left out: the larger of asked and given."""
    about: tuple[str, ...] | None = None
    """Keys of the proposal that it tells of, where its own key does not say."""

    @property
    def margin(self) -> float | None:
        """How far it is inside its limit, in `unit`; negative outside."""
        if self.asked is None or self.given is None:
            return None
        return self.given - self.asked

    @property
    def slack(self) -> float | None:
        """The margin as a share of its scale; negative outside."""
        if self.asked is None or self.given is None:
            return None
        scale = self.scale or max(abs(self.asked), abs(self.given))
        return 0.0 if scale == 0.0 else (self.given - self.asked) / scale

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        return {
            "key": self.key,
            "title": spoken(self.title, language),
            "by": self.by,
            "passed": self.passed,
            "asked": _finite(self.asked),
            "given": _finite(self.given),
            "unit": self.unit,
            "margin": _finite(self.margin),
            "slack": _finite(self.slack),
            "words": spoken(self.words, language),
            "remedy": spoken(self.change.words, language) if self.change else "",
        }


def at_most(
    key: str,
    title: Text,
    asked: float,
    given: float,
    unit: str,
    *,
    by: str = "call",
    words: Text = "",
    change: Change | None = None,
    scale: float | None = None,
) -> Finding:
    """What a proposal asks for must not exceed what there is."""
    passed = asked <= given * (1.0 + WORTH_TELLING) + WORTH_TELLING
    return Finding(
        key, title, by, passed, asked, given, unit, True, words, None if passed else change, scale
    )


def at_least(
    key: str,
    title: Text,
    asked: float,
    given: float,
    unit: str,
    *,
    by: str = "call",
    words: Text = "",
    change: Change | None = None,
    scale: float | None = None,
) -> Finding:
    """What there is must reach what is asked."""
    made = at_most(key, title, asked, given, unit, by=by, words=words, change=change, scale=scale)
    return Finding(**{**made.__dict__, "at_most": False})


def plain(
    key: str,
    title: Text,
    passed: bool | None,
    words: Text,
    *,
    by: str = "call",
    change: Change | None = None,
) -> Finding:
    """Something that is so or not."""
    return Finding(key, title, by, passed, words=words, change=None if passed else change)


PROMISED = {"model", "scheduled"}
"""What is met or not: being early with a model, or all of the work placed, leaves no less to
spare of anything."""


def binding(findings: list[Finding]) -> Finding | None:
    """What binds: the worst of what fails, or else what has least to spare of what passes.

    What is simply not so (a level, a cancelled mission) comes before what fails by a number.
    """
    failing = [f for f in findings if f.passed is False]
    if failing:
        return min(failing, key=lambda f: -math.inf if f.slack is None else f.slack)
    measured = [
        f
        for f in findings
        if f.passed and f.slack is not None and f.asked and f.key.split(".")[0] not in PROMISED
    ]
    return min(measured, key=lambda f: f.slack or 0.0) if measured else None


def in_words(finding: Finding) -> Text:
    """What a finding says, in words and numbers."""
    if finding.asked is None or finding.given is None:
        return finding.words
    key = "finding.asks" if finding.at_most else "finding.needs"
    if not finding.given and finding.asked > 0.0 and finding.unit != "%":
        key += "_none"
    if not finding.asked and not finding.at_most:
        key = "finding.spare" if finding.given >= 0.0 else "finding.short"
    values: dict[str, Any] = {}
    fine = _told_apart(finding)
    if finding.asked:
        values["asked"] = number(finding.asked, finding.unit, fine)
    if not key.endswith("_none"):
        given = finding.given if finding.asked else abs(finding.given)
        values["given"] = number(given, finding.unit, fine)
    if finding.words:
        return said(f"{key}_why", **values, why=finding.words)
    return said(key, **values)


def told(finding: Finding) -> Message:
    """A finding with its title: what was asked about, and what came of it."""
    return said("finding.told", what=finding.title, how=in_words(finding))


def counted(value: float, unit: str) -> Message:
    """A unit that is a word, in the form that goes with a number: `1 time`, `2 раза`, `5 раз`.

    Russian has a form of its own for fractions, and for 2 to 4 and what ends in them but 12 to 14.
    """
    size = abs(float(value))
    ends = size % 10.0 in (2.0, 3.0, 4.0) and size % 100.0 not in (12.0, 13.0, 14.0)
    few = ends or not size.is_integer()
    return said(WORDS[unit] + ("_one" if size == 1.0 else "_few" if few else ""))


def _told_apart(finding: Finding) -> int:
    """As many digits as tell what is asked from what there is where it fails, three at least."""
    if finding.passed is False and finding.asked and finding.given is not None:
        for count in range(3, 7):
            if digits(finding.asked, count) != digits(finding.given, count):
                return count
    return 3


def number(value: float, unit: str, count: int = 3) -> Text:
    """A number to so many digits with its unit."""
    if unit in WORDS:
        return said("finding.amount", number=digits(value, count), unit=counted(value, unit))
    if unit in LARGER:
        size, si = LARGER[unit]
        return say(value * size, si) if value >= 0.0 else f"−{say(-value * size, si)}"
    return f"{digits(value, count)} {unit}".rstrip()


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
