"""An audit trail that cannot be altered unnoticed: events in a file, each sealing those before it.

One canonical JSON object a line (UTF-8, keys sorted, no spaces, no fractions). Its `hash` is
SHA-256 of the event without it, and holds the `previous` event's hash, so that a change anywhere
breaks every later link. Whoever may write the file may still rebuild it whole; against that the
head is exported, signed and kept by others (`ilrs.partnership.head`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from ilrs.errors import IlrsError, RunError, UserError, Where
from ilrs.language import Message, said

FILE = "trail.jsonl"
START = "0" * 64
"""What the first event has for a previous hash."""
LONGEST = 64_000
"""Most bytes of one event."""
KEYS = ("n", "at", "kind", "by", "role", "organisation", "subject", "content", "previous", "hash")


class TrailError(IlrsError):
    """A trail is broken, or is not the one whose head was kept."""


@dataclass(frozen=True)
class Actor:
    """Who does something: a name, the role it is done in, and the organisation behind it."""

    name: str
    role: str
    organisation: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened: `kind` to `subject`, done by somebody at an instant (UTC)."""

    number: int
    at: str
    kind: str
    actor: Actor
    subject: str
    content: Mapping[str, Any]
    previous: str
    hash: str = field(default="")

    def sealed(self) -> Event:
        """The event with its hash."""
        return Event(**{**self.__dict__, "hash": digest(self._open())})

    def line(self) -> bytes:
        """The event as it stands in the file, without the line break."""
        return canonical({**self._open(), "hash": self.hash})

    def _open(self) -> dict[str, Any]:
        return {
            "n": self.number,
            "at": self.at,
            "kind": self.kind,
            "by": self.actor.name,
            "role": self.actor.role,
            "organisation": self.actor.organisation,
            "subject": self.subject,
            "content": dict(self.content),
            "previous": self.previous,
        }


@dataclass(frozen=True)
class Break:
    """Where a trail does not hold, by line of the file, and why."""

    line: int
    why: Message


@dataclass(frozen=True)
class Trail:
    """The events of a file in their order, up to the first that cannot be read; what is broken."""

    path: Path
    events: tuple[Event, ...]
    breaks: tuple[Break, ...]

    @property
    def head(self) -> str:
        """The last event's hash, which stands for all of them."""
        return self.events[-1].hash if self.events else START

    def of(self, subject: str) -> tuple[Event, ...]:
        """The events of one subject."""
        return tuple(event for event in self.events if event.subject == subject)


def canonical(data: Any) -> bytes:
    """Plain data as the one JSON text it has here; fractions are refused, as they have several."""
    _no_fractions(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(data: Any) -> str:
    """SHA-256 of plain data in its canonical form, hexadecimal."""
    return hashlib.sha256(canonical(data)).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            f"cannot be read: {error.strerror or error}",
            where=Where(path),
            remedy="name a file that is there",
        ) from error


def read_trail(folder: Path) -> Trail:
    """The trail of a folder with every link checked; a user's mistake when there is none."""
    path = folder / FILE
    if not path.is_file():
        raise UserError(
            "holds no audit trail",
            where=Where(folder),
            remedy="`ilrs propose submit PROPOSAL --in FOLDER` begins one",
        )
    return _checked(path, path.read_bytes())


def append(
    folder: Path,
    kind: str,
    actor: Actor,
    subject: str,
    content: Mapping[str, Any],
    *,
    now: dt.datetime | None = None,
) -> Event:
    """Add one event to the trail of a folder (made where there is none); returns it sealed.

    Waits for whoever writes at the moment; refuses to go on from a trail that is broken.
    """
    with writing(folder) as file:
        return add(file, folder, kind, actor, subject, content, now=now)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[FileIO]:
    """The trail's file, held by nobody else meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a+b", buffering=0) as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        except ImportError:  # not on this system: one office at a time is the user's care
            pass
        yield file


def add(
    file: FileIO,
    folder: Path,
    kind: str,
    actor: Actor,
    subject: str,
    content: Mapping[str, Any],
    *,
    now: dt.datetime | None = None,
) -> Event:
    """Add one event to a trail that is held by `writing`."""
    file.seek(0)
    trail = sound(_checked(folder / FILE, file.read()))
    at = written(now or dt.datetime.now(dt.UTC))
    if trail.events and at < trail.events[-1].at:
        raise TrailError(
            f"the clock ({at}) is behind the last event ({trail.events[-1].at})",
            where=Where(trail.path),
            remedy="set the clock right",
        )
    event = Event(len(trail.events), at, kind, actor, subject, dict(content), trail.head).sealed()
    line = event.line() + b"\n"
    if len(line) > LONGEST:
        raise UserError(
            f"an event of {len(line)} bytes is longer than {LONGEST}",
            remedy="attach a long text as a document",
        )
    _write(file, line, folder / FILE)
    return event


def _write(file: FileIO, line: bytes, path: Path) -> None:
    """Write a line to the end and to the disk; what cannot be written whole is taken back."""
    length = os.fstat(file.fileno()).st_size
    try:
        done = 0
        while done < len(line):
            done += file.write(line[done:])
        os.fsync(file.fileno())
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.ftruncate(file.fileno(), length)
        if not isinstance(error, OSError):
            raise
        raise RunError(
            f"the event cannot be written, and is not entered: {error.strerror or error}",
            where=Where(path),
            remedy="check the folder's permissions and the space left on its disk",
        ) from error


def sound(trail: Trail) -> Trail:
    """The trail itself when no link is broken; else `TrailError` with the first that is."""
    if trail.breaks:
        first = trail.breaks[0]
        raise TrailError(
            first.why.text(),
            where=Where(trail.path, first.line),
            remedy="`ilrs audit verify` tells all; restore the file from a copy",
        )
    return trail


def written(moment: dt.datetime) -> str:
    """An instant as events hold it: UTC to the second."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checked(path: Path, raw: bytes) -> Trail:
    events: list[Event] = []
    breaks: list[Break] = []
    previous = START
    lines = raw.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    elif raw:
        breaks.append(Break(len(lines), said("trail.torn")))
        lines.pop()
    for number, line in enumerate(lines):
        event = _event(line)
        if event is None:
            breaks.append(Break(number + 1, said("trail.unreadable")))
            break
        for why in _wrong(event, line, number, previous, events):
            breaks.append(Break(number + 1, why))
        events.append(event)
        previous = event.hash
    return Trail(path, tuple(events), tuple(breaks))


def _wrong(
    event: Event, line: bytes, number: int, previous: str, before: list[Event]
) -> Iterator[Message]:
    """What does not hold at one event."""
    if event.number != number:
        yield said("trail.number", found=event.number, expected=number)
    if event.previous != previous:
        yield said("trail.previous", number=event.number)
    if event.sealed().hash != event.hash:
        yield said("trail.altered", number=event.number)
    elif event.line() != line:
        yield said("trail.form", number=event.number)
    if before and event.at < before[-1].at:
        yield said("trail.clock", number=event.number)


def _event(line: bytes) -> Event | None:
    """The event that a line holds; nothing when it holds none."""
    if len(line) > LONGEST:
        return None
    try:
        data = json.loads(line.decode(), object_pairs_hook=_once)
        _no_fractions(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or set(data) != set(KEYS):
        return None
    texts = ("at", "kind", "by", "role", "organisation", "subject", "previous", "hash")
    if type(data["n"]) is not int or not isinstance(data["content"], dict):
        return None
    if not all(isinstance(data[key], str) for key in texts):
        return None
    return Event(
        data["n"],
        data["at"],
        data["kind"],
        Actor(data["by"], data["role"], data["organisation"]),
        data["subject"],
        data["content"],
        data["previous"],
        data["hash"],
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: two readers must not see two events in one line."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_fractions(data: Any) -> None:
    if isinstance(data, float):
        raise ValueError(f"{data} has no canonical form here; write it as a text")
    if isinstance(data, Mapping):
        for value in data.values():
            _no_fractions(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _no_fractions(value)
