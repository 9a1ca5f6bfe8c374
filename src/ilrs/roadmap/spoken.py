"""The sentences of a moved roadmap in another language: the change, and the reasons it tells.

They are made in English and recognised by the catalogue. What partners and the roadmap call things,
and what the catalogue does not know, stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ilrs.language import Language, recognised, spoken


def in_language(data: dict[str, Any], language: Language) -> dict[str, Any]:
    """The data of `ilrs.roadmap.story.tell` with its sentences in a language."""
    if language == "en":
        return data

    def said(words: str, kind: str) -> str:
        found = recognised(words, f"story.{kind}")
        return words if found is None else found.text(language)

    def several(words: Sequence[str], kind: str) -> list[str]:
        return [said(each, kind) for each in words]

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
