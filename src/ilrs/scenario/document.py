"""A document: plain data as read from text, with the line and the source of every value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ilrs.errors import Where

Status = Literal["confirmed", "secondary", "derived", "assumed"]
STATUSES: tuple[str, ...] = get_args(Status)

Steps = tuple[str | int, ...]
"""A path inside a document: keys of mappings and positions in lists."""


@dataclass(frozen=True)
class Mark:
    """The file and the line (from 1) a value was written in; no line: an option of a command."""

    file: str
    line: int | None


@dataclass(frozen=True)
class Alternative:
    """Another value that some source gives for the same thing."""

    value: Any
    source: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class Sourced:
    """Where a value comes from, and how far it can be trusted (one of `STATUSES`).

    `source` is the full text, or until the sources are resolved the key of the table of sources.
    """

    source: str
    status: str
    note: str = ""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Document:
    """What was read, before any model gives it meaning; never changed in place.

    `marks` and `provenance` are keyed by the path of a value; `sources` is the table of sources;
    `extends` names what it builds on; `file` is shown in messages.
    """

    data: dict[str, Any]
    marks: Mapping[Steps, Mark] = field(default_factory=dict)
    provenance: Mapping[Steps, Sourced] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    extends: str | None = None
    file: str = "<text>"

    def where(self, path: Steps = ()) -> Where:
        """The place of `path`: of itself, or of the nearest part of it that was written."""
        for length in range(len(path), -1, -1):
            mark = self.marks.get(path[:length])
            if mark is not None:
                return Where(mark.file, mark.line, path_text(path))
        return Where(self.file, None, path_text(path))


def path_text(path: Steps) -> str:
    """The path as people write it, such as `missions.ilrs_1.objectives[2]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def lookup(data: Any, path: Steps) -> tuple[bool, Any]:
    """Whether `data` holds something at `path`, and what."""
    for step in path:
        if isinstance(data, list):
            if not isinstance(step, int) or not 0 <= step < len(data):
                return False, None
        elif not isinstance(data, dict) or step not in data:
            return False, None
        data = data[step]
    return True, data


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, ignoring case; empty when none is near."""
    by_lower = {k.lower(): k for k in sorted(known, reverse=True)}
    match = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[match[0]] if match else ""


def suggestion(word: str, known: Iterable[str], *, many: int = 12) -> str:
    """A remedy for an unknown `word`: the nearest known one, or the list of what is known."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"nearest: {near}"
    if not names:
        return "none is known here"
    more = ", ..." if len(names) > many else ""
    return f"known: {', '.join(names[:many])}{more}"


def unknown_key(key: str, value: Any, known: Iterable[str]) -> str:
    """A remedy for an unknown key; one without a value is often what follows a bare comma."""
    left = sorted(known)
    near = nearest(key, left)
    if value is None and not near:
        return "put quotes around a text that holds a comma"
    return suggestion(key, left) if left else "leave it out"
