"""What partners read, in English, Chinese and Russian: messages by key, from catalogues.

A catalogue is a folder of TOML files a language; keys are dotted, texts hold `{named}` places.
Findings are kept as `Message`s, which know no language, and become text where they leave.
"""

from __future__ import annotations

from ilrs.language.catalogue import (
    LANGUAGES,
    Language,
    catalogue,
    language_of,
    page,
    places_of,
    text,
)
from ilrs.language.message import Message, Several, Speaking, Text, Words, plain, said, spoken
from ilrs.language.named import called, named
from ilrs.language.recognised import recognised

__all__ = [
    "LANGUAGES",
    "Language",
    "Message",
    "Several",
    "Speaking",
    "Text",
    "Words",
    "called",
    "catalogue",
    "language_of",
    "named",
    "page",
    "places_of",
    "plain",
    "recognised",
    "said",
    "spoken",
    "text",
]
