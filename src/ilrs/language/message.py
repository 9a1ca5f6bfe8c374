"""A message that knows no language yet: a key, and what goes into its places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from ilrs.language.catalogue import Language, text
from ilrs.language.named import named


@dataclass(frozen=True)
class Message:
    """A text of the catalogues with its places filled; places may hold messages again.

    Numbers stand with their unit as they are to be read (`34 kg`), instants in ISO 8601, so that
    both are the same in every language.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """What it says in a language."""
        return text(
            self.key, language, **{name: spoken(v, language) for name, v in self.values.items()}
        )

    def __hash__(self) -> int:
        return hash((self.key, tuple(sorted((k, str(v)) for k, v in self.values.items()))))


@runtime_checkable
class Speaking(Protocol):
    """What says itself in a language: a message, or the titles of an editable file."""

    def text(self, language: Language) -> str:
        """What it says in a language."""
        ...


Text = str | Speaking
"""What people read: as it is where it is a name or the words of somebody else, else a message."""


@dataclass(frozen=True)
class Several:
    """Texts one after another, apart by semicolons, since each may hold commas."""

    parts: tuple[Text, ...]

    def text(self, language: Language = "en") -> str:
        """What they say in a language."""
        return ("；" if language == "zh" else "; ").join(spoken(p, language) for p in self.parts)


def said(key: str, /, **values: Any) -> Message:
    """The message of `key` with `values` in its places."""
    return Message(key, values)


def plain(data: Any, language: Language = "en") -> Any:
    """Nested data with every message in it as `{key, values, text}`, ready for JSON."""
    if isinstance(data, Message):
        values = {name: plain(value, language) for name, value in data.values.items()}
        return {"key": data.key, "values": values, "text": data.text(language)}
    if isinstance(data, Speaking):
        return data.text(language)
    if isinstance(data, Mapping):
        return {key: plain(value, language) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(item, language) for item in data]
    return data


def spoken(value: Any, language: Language = "en") -> str:
    """A value as it stands in a text: messages in the language, lists joined.

    What packaged files call something is told in the language too; other names are as they are.
    """
    if isinstance(value, Speaking):
        return value.text(language)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, str):
        return named(value, language)
    if isinstance(value, Iterable):
        comma = "、" if language == "zh" else ", "
        return comma.join(spoken(item, language) for item in value)
    return str(value)


@dataclass(frozen=True)
class Words:
    """The texts of one shelf of the catalogues in one language."""

    shelf: str
    language: Language

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of a key with its places filled in."""
        return Message(f"{self.shelf}.{key}", values).text(self.language)

    def say(self, value: Any) -> str:
        """A message, or a name, in the language."""
        return spoken(value, self.language)
