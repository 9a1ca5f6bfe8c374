"""What packaged files call things, in the reader's language.

A roadmap, a station, the packaged proposals and the registry are written in English. The shelf
`named` of the other catalogues holds their words by the English ones; what it does not hold, such
as the words of somebody's own file, stands as it was written.
"""

from __future__ import annotations

from typing import Any

from ilrs.language.catalogue import Language, catalogue

SHELF = "named."
WORDS = frozenset(
    {
        *("title", "owner", "country", "note", "outcome", "text", "words", "objectives", "says"),
        *("source", "source_note", "before", "after", "by", "why"),
    }
)
"""Keys of plain data under which words stand that somebody reads, not names or dates alone."""


def named(words: str, language: Language = "en") -> str:
    """Words of a packaged file in a language; as they are where the catalogue has none."""
    return words if language == "en" else catalogue(language).get(SHELF + words, words)


def called(data: Any, language: Language, key: str = "") -> Any:
    """Plain data with the words of packaged files in it told in a language."""
    if isinstance(data, str):
        return named(data, language) if key in WORDS else data
    if isinstance(data, dict):
        return {k: called(value, language, k) for k, value in data.items()}
    return [called(item, language, key) for item in data] if isinstance(data, list) else data
