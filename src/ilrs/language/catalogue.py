"""The catalogues: one folder of TOML files a language, read once."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from ilrs.errors import UserError

Language = Literal["en", "zh", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(word: str) -> Language:
    """The language that `word` names; a user's mistake when there is none such."""
    for known in LANGUAGES:
        if word.lower() == known:
            return known
    raise UserError(
        f"there is no catalogue for the language {word!r}",
        remedy=f"known: {', '.join(LANGUAGES)}",
    )


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language by its dotted key."""
    found: dict[str, str] = {}
    for file in sorted(files("ilrs.language").joinpath(language).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for key, words in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
                if key in found:
                    raise ValueError(f"{language}/{file.name}: the key {key!r} stands twice")
                found[key] = words
    return found


def text(key: str, language: Language = "en", /, **values: Any) -> str:
    """The text of `key` with its places filled in; an unknown key is a defect of the program."""
    return catalogue(language)[key].format(**values)


def page(name: str, language: Language) -> str:
    """A whole text that lies beside a language's catalogue, such as a file to start from."""
    return files("ilrs.language").joinpath(language, name).read_text(encoding="utf-8")


def places_of(words: str) -> frozenset[str]:
    """The named places in a text, such as `mass` in `{mass} too heavy`."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(words) if name is not None)


def _flat(table: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested tables as dotted keys."""
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        key = f"{before}.{name}" if before else name
        if isinstance(value, dict):
            found += _flat(value, key)
        else:
            found.append((key, str(value)))
    return found
