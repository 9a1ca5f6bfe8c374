"""What a roadmap tells in another language: what it calls things, and the sentences of a change.

Both are English as they come, and recognised by the catalogue. What it does not know, such as what
somebody's own roadmap calls things, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ilrs.language import Language, called, recognised, spoken


def in_language(data: dict[str, Any], language: Language) -> dict[str, Any]:
    """The data of `ilrs.roadmap.story.tell` with its sentences in a language."""
    if language == "en":
        return data

    def said(words: str, kind: str) -> str:
        found = recognised(words, f"story.{kind}")
        return words if found is None else found.text(language)

    def several(words: Sequence[str], kind: str) -> list[str]:
        return [said(each, kind) for each in words]

    data = called(data, language)
    offers, plan = data["proposals"], data["replan"]
    rows = [
        row
        | {
            "reasons": several(row["reasons"], "reason"),
            "why_not": several(row["why_not"], "bind"),
        }
        for row in offers["no_longer_fit"]
    ]
    moved = [
        row | {"why_not_earlier": several(row["why_not_earlier"], "bind")} for row in plan["moved"]
    ]
    return data | {
        "change": spoken(several(data["change"].split(", "), "change"), language),
        "proposals": offers | {"no_longer_fit": rows},
        "replan": plan | {"moved": moved},
    }
