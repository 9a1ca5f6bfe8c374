"""SHA-256 of data files: computed once, remembered, and held against what was recorded.

A fetched file has a record beside it, `NAME.ilrs.json`, with its hash, size and time of change.
While size and time are those of the record the hash is taken from it, so that the identity of a
file of gigabytes costs nothing; otherwise the file is hashed again and must agree.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from ilrs.data import sha256
from ilrs.errors import DataError

ENDING = ".ilrs.json"
_SETTLED = 2_000_000_000  # [ns] a file changed this recently may change again within one tick

_known: dict[tuple[str, int, int, int], str] = {}


@dataclass(frozen=True)
class Record:
    """What was written down of a file when it was fetched or first hashed by `ilrs data get`."""

    sha256: str
    bytes: int
    mtime_ns: int
    source: str


def record_path(path: Path) -> Path:
    """Where the record of the file at `path` lies: beside it."""
    return path.with_name(path.name + ENDING)


def recorded(path: Path) -> Record | None:
    """The record beside the file at `path`; None when there is none."""
    beside = record_path(path)
    try:
        return Record(**json.loads(beside.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"the record {beside} cannot be read: {error}",
            remedy="remove it; ilrs data get writes it again",
        ) from error


def record(path: Path, digest: str, source: str) -> Record:
    """Write the record of the file at `path`, of SHA-256 `digest`, that came from `source`."""
    state = path.stat()
    made = Record(digest, state.st_size, state.st_mtime_ns, source)
    beside = record_path(path)
    part = beside.with_name(beside.name + ".part")
    part.write_text(json.dumps(asdict(made), indent=1) + "\n", encoding="utf-8")
    part.replace(beside)
    return made


def file_sha256(path: Path) -> str:
    """The SHA-256 of the file at `path`, remembered by its path, size and time of change.

    Raises `DataError` when the file is not the one that the record beside it is of. A file whose
    content changed while size and time did not passes unseen; `ilrs data get NAME` looks closer.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    key = (os.path.realpath(path), state.st_size, state.st_mtime_ns, state.st_ino)
    if key in _known:
        return _known[key]
    written = recorded(path)
    if written is not None and (written.bytes, written.mtime_ns) == key[1:3]:
        digest = written.sha256
    else:
        digest = _agreed(path, state.st_size, written)
    if time.time_ns() - state.st_mtime_ns > _SETTLED:
        _known[key] = digest
    return digest


def _agreed(path: Path, size: int, written: Record | None) -> str:
    remedy = "fetch it again, or remove the record beside it if the change was yours"
    if written is not None and size != written.bytes:
        raise DataError(
            f"{path} has {size} bytes, but had {written.bytes} when it was recorded", remedy=remedy
        )
    digest = sha256(path)
    if written is not None and digest != written.sha256:
        raise DataError(
            f"{path} has changed since it was recorded: SHA-256 {digest[:12]} instead of "
            f"{written.sha256[:12]}",
            remedy=remedy,
        )
    return digest
