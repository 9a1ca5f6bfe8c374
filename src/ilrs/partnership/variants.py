"""The nearest variant that fits: changes of a proposal searched for and confirmed by evaluation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ilrs.language import Language, Several, Speaking, Text, said, spoken
from ilrs.partnership.finding import Change, Finding
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.terms import changed

Judge = Callable[[Proposal], list[Finding]]
BY_DUTY = {"power.mean", "served", "delivered", "harmless", "quiet", "still", "data.science"}
"""What working less may mend."""
LEFT_FREE = {"quiet", "still"}
"""What tells by itself the percent of the time that is left to work in."""
LEAST_DUTY = 2
"""Percent of the time below which working less is no variant."""
FARTHEST = 0.6
"""What must change by more than this share is another payload, and no variant is sought."""
ROUNDS = 3


@dataclass(frozen=True)
class Variant:
    """Changes with which a proposal fits, confirmed by evaluating the changed proposal."""

    changes: tuple[Text, ...]
    size: float
    findings: tuple[Finding, ...]
    proposal: Proposal
    """The proposal as changed."""

    def as_data(self, language: Language = "en") -> dict[str, Any]:
        """It as plain data, its words in a language."""
        if not self.changes:
            return {"confirmed": True}
        words = [spoken(change, language) for change in self.changes]
        return {"changes": words, "size": self.size, "confirmed": True}

    @property
    def words(self) -> Speaking:
        """The changes; where they are kept confidential, that there are some."""
        return Several(self.changes) if self.changes else said("change.some")


def with_duty(proposal: Proposal, factor: float) -> Proposal:
    """The proposal working `factor` of the time it asks for, with data in proportion."""
    survival = proposal.power.survival
    modes = {
        name: mode.model_copy(update={"duty": mode.duty * factor}) if mode.mean > survival else mode
        for name, mode in proposal.power.modes.items()
    }
    return changed(
        proposal,
        power={"modes": modes},
        data={
            "science": proposal.data.science * factor,
            "telemetry": proposal.data.telemetry * factor,
        },
    )


def nearest(
    proposal: Proposal, findings: Sequence[Finding], judge: Judge, held: Judge | None = None
) -> Variant | None:
    """The changes nearest to the proposal with which everything passes, or None.

    What names its own change is changed just so far; what working less may mend is bisected over
    the duty, after that. Every step is judged by `judge`, the last one too; what fails `held`, the
    quick part of it, is not taken any further.
    """
    words: list[Text] = []
    size = 0.0
    now, left = proposal, _failing(findings)
    for _ in range(ROUNDS):
        if not left and words:
            return Variant(tuple(words), size, tuple(findings), now)
        changes = _own_changes(left, now)
        if changes is None:
            return None
        for change in changes:
            now = change.apply(now)
            words.append(change.words)
            size += max(change.size, 0.0)
        if changes:
            findings = judge(now)
            left = _failing(findings)
        elif all(f.key in BY_DUTY for f in left):
            most = min((f.given or 0.0 for f in left if f.key in LEFT_FREE), default=100.0)
            return _less_duty(now, words, size, judge, held or judge, most)
    if left or not words:
        return None
    return Variant(tuple(words), size, tuple(findings), now)


def _failing(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.passed is False]


def stuck(finding: Finding) -> bool:
    """Whether what fails can be mended neither by a change of its own nor by working less."""
    change = finding.change
    return (change is None or change.size > FARTHEST) and finding.key not in BY_DUTY


def _own_changes(left: Sequence[Finding], now: Proposal) -> list[Change] | None:
    """The changes that failing findings name; None where something cannot be changed."""
    changes = {f.change.words: f.change for f in left if f.change and f.key not in BY_DUTY}
    if any(stuck(f) for f in left):
        return None
    if not changes and now.power.working <= 0.0:
        return None
    return list(changes.values())


def _less_duty(
    proposal: Proposal,
    words: list[Text],
    size: float,
    judge: Judge,
    held: Judge,
    free: float = 100.0,
) -> Variant | None:
    """The largest duty with which everything passes, in whole percent, `free` at most."""
    works = proposal.power.working

    def slower(percent: int) -> Proposal:
        return with_duty(proposal, percent / (100.0 * works))

    def passes(percent: int, by: Judge) -> bool:
        return not _failing(by(slower(percent)))

    most = min(math.ceil(100.0 * works - 1e-9) - 1, math.floor(free + 1e-9))
    percent = _largest(LEAST_DUTY, most, lambda p: passes(p, held))
    if percent is None:
        return None
    if not passes(percent, judge):
        percent = _largest(LEAST_DUTY, percent - 1, lambda p: passes(p, judge))
    if percent is None:
        return None
    confirmed = judge(slower(percent))
    if _failing(confirmed):
        return None
    sends = proposal.data.science > 0.0 or proposal.data.telemetry > 0.0
    key = "change.duty_data" if sends else "change.duty"
    told = said(key, percent=f"{percent}", now=f"{100.0 * works:.0f}")
    factor = percent / (100.0 * works)
    return Variant((*words, told), size + 1.0 - factor, tuple(confirmed), slower(percent))


def _largest(low: int, high: int, passes: Callable[[int], bool]) -> int | None:
    """The largest of the whole numbers `low` to `high` that passes, where smaller ones do too."""
    if high < low:
        return None
    if passes(high):
        return high
    found = None
    while low < high:
        middle = (low + high) // 2
        if passes(middle):
            found, low = middle, middle + 1
        else:
            high = middle
    return found
