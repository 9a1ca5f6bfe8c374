"""The proposal that `ilrs propose new` writes: commented, and it can be checked as it is."""

from __future__ import annotations

from ilrs.language import Language, page


def template(language: Language = "en") -> str:
    """The text of a proposal to start from, with its comments in a language."""
    return page("proposal.yaml", language)
