"""A mistake in a partner's file, told in the partner's language, with the stable key of what it is.

Errors are raised in English on floors that know no language; here, at the door, they are recognised
by the catalogue and told anew. What the catalogue does not know stays English: the words of the
YAML parser and of the operating system inside a message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from ilrs.errors import IlrsError, ScenarioError
from ilrs.language import Language, Message, catalogue, recognised, text

Error = TypeVar("Error", bound=IlrsError)
_DESCRIBED = "described"


def told_in(error: Error, language: Language) -> Error:
    """The error with its message and remedy in a language, and its `key`; English words stay."""
    problems = tuple(told_in(problem, language) for problem in getattr(error, "problems", ()))
    if problems and isinstance(error, ScenarioError):
        words = [catalogue(language)[f"mistake.{key}"] for key in ("many", "more")]
        return ScenarioError.several(problems, many=words[0], more=words[1])  # type: ignore[return-value]
    what = recognised(error.what, "mistake.what") or recognised(error.what, "trail")
    return error.reworded(
        error.what if what is None else what.text(language),
        _remedy(error.remedy, language),
        key="" if what is None else _key(what),
        brackets="（{}）" if language == "zh" and what is not None else " ({})",
    )


@dataclass(frozen=True)
class Mistake:
    """A mistake as a part of what is told: it says itself in a language."""

    error: IlrsError

    def text(self, language: Language = "en") -> str:
        """Where it is, what it is, and what to do."""
        return str(told_in(self.error, language))


def _key(what: Message) -> str:
    """The key of a message, or of the one inside that brings its own remedy."""
    inner = what.values.get("told_what")
    return inner.key if isinstance(inner, Message) else what.key


def _remedy(words: str, language: Language) -> str:
    if language == "en" or not words:
        return words
    if words in _descriptions():
        return text(_descriptions()[words], language)
    remedy = recognised(words, "mistake.remedy")
    if remedy is None:
        return words
    key = _descriptions().get(str(remedy.values.get(_DESCRIBED)))
    if key is not None:
        remedy = replace(remedy, values={_DESCRIBED: text(key, language)})
    return remedy.text(language)


@cache
def _descriptions() -> dict[str, str]:
    """The keys in the catalogues of what keys of proposals and calls mean, by their English."""
    from ilrs.partnership.opportunity import Call
    from ilrs.partnership.proposal import Proposal
    from ilrs.partnership.schema_words import described
    from ilrs.scenario.export import export_schema

    known = catalogue("zh")  # English descriptions stand in the code
    return {
        node["description"]: key
        for model in (Call, Proposal)
        for key, node in described(export_schema(model, extends=False), model.__name__)
        if key in known
    }
