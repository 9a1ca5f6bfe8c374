"""A check and a survey as an audience may have them: without what partners keep confidential.

Verdicts stay (who fits where, who goes where); findings, changes, lives and figures that tell of a
confidential key are left out, before a page, a document or a terminal sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ilrs.partnership.about import LIVED, about
from ilrs.partnership.feasibility import Answer, Check
from ilrs.partnership.proposal import Proposal
from ilrs.partnership.release import Audience, covers, hidden_of
from ilrs.partnership.survey import Crowd, Survey

CLASHING = ("electromagnetic", "needs", "activities", "components")
"""What a clash of two proposals tells of."""


def check_for(check: Check, audience: Audience) -> Check:
    """The check as this audience may have it."""
    hidden = hidden_of(check.proposal, audience)
    if not hidden:
        return check
    answers = tuple(_answer(answer, hidden) for answer in check.answers)
    read = replace(check.read, proposal=_proposal(check.proposal, hidden))
    return replace(check, read=read, answers=answers, hidden=hidden)


def survey_for(survey: Survey, audience: Audience) -> Survey:
    """The survey as this audience may have it."""
    secrets = {c.proposal.name: hidden_of(c.proposal, audience) for c in survey.checks}
    return replace(
        survey,
        checks=tuple(check_for(c, audience) for c in survey.checks),
        crowds=tuple(_crowd(crowd, [secrets[g] for g in crowd.guests]) for crowd in survey.crowds),
        audience=audience,
    )


def _answer(answer: Answer, hidden: Sequence[str]) -> Answer:
    lived = not _touch(LIVED, hidden)
    failing = [f for f in answer.findings if f.passed is False]
    variant = answer.variant
    if variant and not (lived and all(not _touch(about(f), hidden) for f in failing)):
        variant = replace(variant, changes=(), findings=())
    kept = [f for f in answer.findings if not _touch(about(f), hidden)]
    return replace(
        answer,
        findings=tuple(kept),
        losses=answer.losses if lived else (),
        stretch=answer.stretch if lived else None,
        weeks=answer.weeks if lived else None,
        panoramas=() if _touch(("views",), hidden) else answer.panoramas,
        variant=variant,
        decided=answer.fits,
    )


def _crowd(crowd: Crowd, hidden: Sequence[Sequence[str]]) -> Crowd:
    """What several take together tells of each of them."""

    def secret(*keys: str) -> bool:
        return any(_touch(keys, each) for each in hidden)

    return replace(
        crowd,
        mass=None if secret("mass") else crowd.mass,
        power=None if secret("power") else crowd.power,
        clashes=() if secret(*CLASHING) else crowd.clashes,
    )


def _proposal(proposal: Proposal, hidden: Sequence[str]) -> Proposal:
    """The proposal with nothing where something is hidden, so that no page can tell it."""
    changed: dict[str, Any] = {}
    for key in hidden:
        top, _, inner = key.partition(".")
        field = Proposal.model_fields[top]
        if top == "who":
            who = changed.get("who", proposal.who)
            texts = [inner] if inner else ["organisation", "country", "contact"]
            empty: dict[str, Any] = {t: "" for t in texts if t != "partners"}
            if inner in ("", "partners"):
                empty["partners"] = []
            changed["who"] = who.model_copy(update=empty)
        elif top == "title":
            changed["title"] = proposal.name
        elif not field.is_required():
            changed[top] = field.get_default(call_default_factory=True)
    return proposal.model_copy(update=changed)


def _touch(keys: Sequence[str], hidden: Sequence[str]) -> bool:
    return any(covers(key, secret) for key in keys for secret in hidden)
