"""English text back to its message: how errors of floors without a catalogue are translated."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache

from ilrs.language.catalogue import catalogue
from ilrs.language.message import Message

_NESTED = "told_"


def recognised(words: str, family: str) -> Message | None:
    """The message of `family` (`mistake.what`) whose English `words` are; None when there is none.

    Of several the one with texts inside it, then with most words of its own. A place `{told_form}`
    holds a text of the family's sister `form` (`told_form_too` another of it); every other place
    holds anything.
    """
    for key, pattern in _patterns(family):
        found = pattern.fullmatch(words)
        if found is None:
            continue
        values = {name: _value(name, part, family) for name, part in found.groupdict().items()}
        if None not in values.values():
            return Message(key, values)
    return None


def _value(name: str, part: str, family: str) -> Message | str | None:
    if not name.startswith(_NESTED):
        return part
    sister = name.removeprefix(_NESTED).partition("_")[0]
    return recognised(part, f"{family.rpartition('.')[0]}.{sister}")


@cache
def _patterns(family: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The texts of a family as patterns: those that hold others, then the longest, first."""
    keys = [key for key in catalogue("en") if key.startswith(family + ".")]

    def own(key: str) -> tuple[bool, int]:
        nested = any(name and name.startswith(_NESTED) for _, name in _parts(key))
        return nested, sum(len(part) for part, _ in _parts(key))

    return tuple(
        (key, re.compile("".join(_pattern(*part) for part in _parts(key)), re.DOTALL))
        for key in sorted(keys, key=own, reverse=True)
    )


def _pattern(literal: str, name: str | None) -> str:
    return re.escape(literal) + ("" if name is None else f"(?P<{name}>.+)")


def _parts(key: str) -> Iterator[tuple[str, str | None]]:
    """The words of a text, each with the place that follows them."""
    return ((part, name) for part, name, _, _ in string.Formatter().parse(catalogue("en")[key]))
