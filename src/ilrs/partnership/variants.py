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
BY_DUTY = {"power.mean", "served", "delivered", "harmless", "quiet", "data.science"}
"""What working less may mend."""
LEAST_DUTY = 0.02
FARTHEST = 0.6
"""What must change by more than this share is another payload, and no variant is sought."""
HALVINGS = 6
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


def nearest(proposal: Proposal, findings: Sequence[Finding], judge: Judge) -> Variant | None:
    """The changes nearest to the proposal with which everything passes, or None.

    What names its own change is changed just so far; what working less may mend is bisected over
    the duty, after that. Every step is judged by `judge`, the last one too.
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
        findings = judge(now)
        left = _failing(findings)
        if left and not changes and all(f.key in BY_DUTY for f in left):
            return _less_duty(now, words, size, judge)
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


def _less_duty(proposal: Proposal, words: list[Text], size: float, judge: Judge) -> Variant | None:
    """The largest duty with which everything passes, in whole percent."""
    works = proposal.power.working
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if works * middle < LEAST_DUTY:
            break
        if _failing(judge(with_duty(proposal, middle))):
            high = middle
        else:
            low = middle
    percent = math.floor(100.0 * works * low + 1e-9)
    factor = percent / (100.0 * works)
    if percent < 100.0 * LEAST_DUTY:
        return None
    slower = with_duty(proposal, factor)
    confirmed = judge(slower)
    if _failing(confirmed):
        return None
    told = said("change.duty", percent=f"{percent:.0f}", now=f"{100.0 * works:.0f}")
    return Variant((*words, told), size + 1.0 - factor, tuple(confirmed), slower)
