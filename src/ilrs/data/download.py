"""Files fetched over HTTP: resumed where they broke off, checked, whole or not there at all.

Bytes go to NAME.part, with what the host said of the file in NAME.part.json beside it; NAME itself
appears only when size and hash are right. A later fetch goes on from the part when the host still
has the same file (Range with If-Range), and begins again otherwise.
"""

from __future__ import annotations

import errno
import http.client
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ilrs import __version__
from ilrs.data import sha256
from ilrs.data.hashes import record, recorded
from ilrs.errors import DataError

Told = Callable[[int, int | None], None]
"""Hears the bytes that are there and those there will be, None when the host does not say."""

CHUNK = 1 << 20
PATIENCE = 30.0  # [s] without a byte after which a connection counts as broken
WAITS = (1.0, 2.0, 4.0, 8.0)  # [s] before each new attempt; one that brought bytes starts over
_BUSY = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Fetched:
    """A file that is there and right: `fresh` when this call brought it, and not found it."""

    path: Path
    bytes: int
    sha256: str
    fresh: bool


class _BrokenOff(Exception):
    """A connection ended early; what came is kept."""


def fetch(
    url: str,
    path: Path,
    *,
    size: int | None = None,
    digest: str | None = None,
    told: Told | None = None,
    waits: Sequence[float] = WAITS,
    patience: float = PATIENCE,
) -> Fetched:
    """Fetch `url` to `path`, to be of `size` bytes and SHA-256 `digest` where those are known.

    A file that is there already is checked, recorded and left alone. Raises `DataError` when the
    host cannot be reached, refuses, or gives something else; nothing is then at `path`.
    """
    if path.exists():
        return _present(url, path, size, digest)
    part = path.with_name(path.name + ".part")
    with _told_plainly(path), _alone(part):
        path.parent.mkdir(parents=True, exist_ok=True)
        _transfer(url, path, part, size, told, waits, patience)
        got = _checked(part, path, size, digest, url)
        part.replace(path)
        record(path, got, url)
        _notes(part).unlink(missing_ok=True)
    return Fetched(path, path.stat().st_size, got, fresh=True)


def _present(url: str, path: Path, size: int | None, digest: str | None) -> Fetched:
    """The file that is there, hashed again and held against all that is known of it."""
    actual, got = path.stat().st_size, sha256(path)
    written = recorded(path)
    wanted = digest or (written.sha256 if written else None)
    if (size is not None and actual != size) or (wanted is not None and got != wanted):
        raise DataError(
            f"{path} is not the product: {actual} bytes of SHA-256 {got[:12]}, expected "
            f"{size or 'any number of'} bytes of {wanted[:12] if wanted else 'any hash'}",
            remedy="remove it and get the product again",
        )
    # Without a record the file is hashed whenever it is read, which is slower and as right.
    with suppress(OSError):
        record(path, got, written.source if written else url)
    return Fetched(path, actual, got, fresh=False)


def _transfer(
    url: str,
    path: Path,
    part: Path,
    size: int | None,
    told: Told | None,
    waits: Sequence[float],
    patience: float,
) -> None:
    """Bring the whole of `url` into `part`, however often the connection breaks."""
    tries = 0
    while True:
        before = _length(part)
        try:
            _attempt(url, path, part, size, told, patience)
            return
        except _BrokenOff as broken:
            tries = 1 if _length(part) > before else tries + 1
            if tries > len(waits):
                raise DataError(
                    f"{url}: {broken}; {_length(part)} bytes are kept",
                    remedy="run the same again: it goes on from there; or place the file at "
                    f"{path} by other means",
                ) from broken
            time.sleep(waits[tries - 1])


def _attempt(
    url: str, path: Path, part: Path, size: int | None, told: Told | None, patience: float
) -> None:
    have, notes = _kept(url, part)
    headers = {"User-Agent": f"ilrs/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": notes["validator"]}
    try:
        answer = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=patience
        )
    except urllib.error.HTTPError as error:
        with error:
            _refused(error, url, path, part, have, notes)
        return
    except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
        _unreachable(url, path, error, have)
    with answer:
        begin, total = _extent(answer, have, size, url)
        if begin == 0:
            _note(url, part, answer, total)
        _room(path, total, begin)
        with part.open("r+b" if begin else "wb") as file:
            file.seek(begin)
            file.truncate()
            _pour(answer, file, begin, total, told)


def _pour(answer: Any, file: Any, begin: int, total: int | None, told: Told | None) -> None:
    done = begin
    while True:
        try:
            chunk = answer.read(CHUNK)
        except (http.client.IncompleteRead, OSError) as error:
            file.write(getattr(error, "partial", b""))
            raise _BrokenOff(f"the connection broke ({_why(error)})") from error
        if not chunk:
            break
        file.write(chunk)
        done += len(chunk)
        if told is not None:
            told(done, total)
    if total is not None and done < total:
        file.flush()
        raise _BrokenOff(f"the connection ended after {done} of {total} bytes")


def _extent(answer: Any, have: int, size: int | None, url: str) -> tuple[int, int | None]:
    """Where the answer begins in the file, and the size of the whole file."""
    kind = answer.headers.get_content_type()
    if kind in ("text/html", "application/xhtml+xml"):
        raise DataError(
            f"{url} answers with a web page instead of the file",
            remedy="the product may have moved: see its page in ilrs data list",
        )
    length = answer.headers.get("Content-Length")
    total = int(length) if length and length.isdigit() else None
    begin = 0
    if answer.status == 206:
        span, _, whole = (
            answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        )
        first = span.partition("-")[0]
        if first != str(have):
            raise DataError(f"{url} sends bytes from {first or 'nowhere'}, asked for from {have}")
        begin, total = have, int(whole) if whole.isdigit() else None
    if size is not None and total is not None and total != size:
        raise DataError(
            f"{url} offers {total} bytes, and the product has {size}",
            remedy="the host has another version: see the product's page, or a mirror (--from)",
        )
    if total is None and size is None and not getattr(answer, "chunked", False):
        raise DataError(
            f"{url}: the host does not say how long the file is, nor does the catalogue",
            remedy="an early end could not be told from the end: give a mirror (--from)",
        )
    return begin, size if total is None else total


def _refused(
    error: urllib.error.HTTPError,
    url: str,
    path: Path,
    part: Path,
    have: int,
    notes: dict[str, Any],
) -> None:
    """What an answer that is no file means: complete, begin again, try again, or give up."""
    if error.code == 416 and have:
        if have == notes.get("total"):
            return
        part.unlink()
        raise _BrokenOff("the part did not fit the file and is begun again") from error
    if error.code in _BUSY:
        raise _BrokenOff(f"the host answers {error.code} {error.reason}") from error
    raise DataError(
        f"{url}: the host answers {error.code} {error.reason}",
        remedy=f"see the product's page, give a mirror (--from), or place the file at {path}",
    ) from error


def _unreachable(url: str, path: Path, error: Exception, have: int) -> None:
    reason = getattr(error, "reason", error)
    if have or isinstance(reason, (ConnectionResetError, http.client.RemoteDisconnected)):
        raise _BrokenOff(f"the connection failed ({_why(reason)})") from error
    raise DataError(
        f"{urlsplit(url).netloc} cannot be reached ({_why(reason)})",
        remedy=f"fetch {url} on a machine with a connection and place it at {path}; the same "
        "command then checks and records it",
    ) from error


def _checked(part: Path, path: Path, size: int | None, digest: str | None, url: str) -> str:
    """The SHA-256 of the finished part; a wrong one is removed."""
    actual, got = part.stat().st_size, sha256(part)
    total = _read_notes(part).get("total")
    for wanted in (size, total):
        if wanted is not None and actual != wanted:
            _discard(part)
            raise DataError(
                f"{url} gave {actual} bytes, {wanted} were expected; nothing is kept",
                remedy="try again, or another mirror (--from)",
            )
    if digest is not None and got != digest:
        _discard(part)
        raise DataError(
            f"{url} gave a file of SHA-256 {got}, expected {digest}; nothing is kept",
            remedy=f"try again, or another mirror (--from); nothing was placed at {path}",
        )
    return got


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)
    _notes(part).unlink(missing_ok=True)


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_notes(part: Path) -> dict[str, Any]:
    try:
        notes = json.loads(_notes(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def _note(url: str, part: Path, answer: Any, total: int | None) -> None:
    """Write down what the host says of a file that is begun; a weak ETag proves nothing."""
    etag = answer.headers.get("ETag", "")
    validator = etag if etag.startswith('"') else answer.headers.get("Last-Modified", "")
    notes = {"url": url, "validator": validator, "total": total}
    _notes(part).write_text(json.dumps(notes) + "\n", encoding="utf-8")


def _kept(url: str, part: Path) -> tuple[int, dict[str, Any]]:
    """The bytes of a part that can be gone on with, and the notes on it."""
    notes = _read_notes(part)
    if notes.get("url") != url or not notes.get("validator"):
        return 0, {}
    return _length(part), notes


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _room(path: Path, total: int | None, begin: int) -> None:
    if total is None:
        return
    free = shutil.disk_usage(path.parent).free
    if total - begin > free:
        raise DataError(
            f"{path.parent} has {free} bytes free, and {path.name} needs {total - begin} more",
            remedy="make room, or fetch to another folder (--to)",
        )


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    """What the system refuses, in our words; a part that was begun is kept."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DataError(
            f"the disk is full at {path.parent}"
            if full
            else f"{error.filename or path} cannot be written: {error.strerror or error}",
            remedy="make room and run the same again: it goes on from where it was"
            if full
            else "fetch to a folder you may write to (--to FOLDER)",
        ) from error


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Two fetches of one file at once would mix their bytes."""
    lock = part.with_name(f".{part.name}.lock")
    part.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        try:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # not on this system: the user's care
            pass
        except BlockingIOError as error:
            raise DataError(
                f"another fetch of {part.name.removesuffix('.part')} is under way",
                remedy="wait for it to end",
            ) from error
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _why(error: Any) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
