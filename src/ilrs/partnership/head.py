"""The head of an audit trail: exported, signed, and held against the trail later.

A trail that somebody rebuilds from scratch is whole in itself, so only what left the house earlier
can tell: how many events there were, and the hash of the last. The signature is OpenSSH's
(`ssh-keygen -Y`, Ed25519 keys as people have them), so that anybody can check it without `ilrs`.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ilrs.errors import IlrsError, UserError, Where
from ilrs.language import Message, said
from ilrs.partnership.trail import Trail, canonical, sound, written

FORM = "ilrs-trail-head-1"
NAMESPACE = "ilrs-trail"
"""What a signature is for; one made for another purpose does not pass."""
_KEYS = {"form", "trail", "events", "hash", "at"}


@dataclass(frozen=True)
class Head:
    """How far a trail had come: the hash of its first event, how many, the hash of the last."""

    trail: str
    events: int
    hash: str
    at: str

    def text(self) -> bytes:
        """The head as it is written and signed."""
        return canonical({"form": FORM, **self.__dict__}) + b"\n"


@dataclass(frozen=True)
class Check:
    """What one kept head says of a trail; `passed` is None where that cannot be known."""

    file: str
    passed: bool | None
    what: Message


def head_of(trail: Trail, *, now: dt.datetime | None = None) -> Head:
    """The head of a sound trail."""
    sound(trail)
    if not trail.events:
        raise UserError("the trail has no events yet", where=Where(trail.path))
    moment = written(now or dt.datetime.now(dt.UTC))
    return Head(trail.events[0].hash, len(trail.events), trail.head, moment)


def write_head(head: Head, path: Path, key: Path | None = None) -> Path | None:
    """Write a head, and with a `key` its signature beside it (`.sig`), which is returned."""
    signature = path.with_name(path.name + ".sig")
    for target in (path, signature):
        if target.exists():
            raise UserError(
                "is there already", where=Where(target), remedy="keep it; name another file"
            )
    if key is not None and not key.is_file():
        raise UserError(
            "there is no such key",
            where=Where(key),
            remedy="`ssh-keygen -t ed25519 -f KEY` makes one",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.text())
    if key is None:
        return None
    try:
        signing = _ssh("-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(key), str(path))
        if signing.returncode != 0 or not signature.is_file():
            raise UserError(
                f"cannot sign: {_last(signing)}",
                where=Where(key),
                remedy="name a private key of `ssh-keygen -t ed25519`, or its agent's public key",
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return signature


def read_head(path: Path) -> Head:
    """A head that was written earlier."""
    try:
        data = json.loads(path.read_bytes()[:4096])
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", where=Where(path)) from error
    except ValueError as error:
        raise _no_head(path) from error
    if not isinstance(data, dict) or set(data) != _KEYS or data["form"] != FORM:
        raise _no_head(path)
    if type(data["events"]) is not int or data["events"] < 1:
        raise _no_head(path)
    return Head(str(data["trail"]), data["events"], str(data["hash"]), str(data["at"]))


def check_head(trail: Trail, path: Path, signers: Path | None = None) -> list[Check]:
    """What a kept head says of a trail: whose it is, and whether the trail still holds it."""
    head = read_head(path)
    checks = [_against(trail, head, str(path))]
    signature = path.with_name(path.name + ".sig")
    if signature.is_file() and signers is not None:
        checks.append(_signed(path, signature, signers))
    elif signature.is_file():
        checks.append(Check(str(path), None, said("head.no_signers")))
    else:
        checks.append(Check(str(path), None if signers is None else False, said("head.unsigned")))
    return checks


def _against(trail: Trail, head: Head, name: str) -> Check:
    if not trail.events and not trail.breaks:
        return Check(name, False, said("head.emptied", at=head.at, then=head.events))
    if not trail.events or trail.events[0].hash != head.trail:
        return Check(name, False, said("head.other_trail", at=head.at))
    if len(trail.events) < head.events:
        return Check(
            name, False, said("head.shorter", at=head.at, then=head.events, now=len(trail.events))
        )
    if trail.events[head.events - 1].hash != head.hash:
        return Check(name, False, said("head.rebuilt", at=head.at, events=head.events))
    return Check(name, True, said("head.holds", at=head.at, events=head.events))


def _signed(path: Path, signature: Path, signers: Path) -> Check:
    """Whether one of `signers` (a file of OpenSSH's allowed signers) signed a head."""
    if not signers.is_file():
        raise UserError(
            "there is no such file of signers",
            where=Where(signers),
            remedy="write a line `NAME ssh-ed25519 AAAA...` for each who may sign",
        )
    named = _ssh("-Y", "find-principals", "-s", str(signature), "-f", str(signers))
    names = [name for name in named.stdout.decode(errors="replace").splitlines() if name]
    for name in names:
        words = ("-Y", "verify", "-n", NAMESPACE, "-I", name, "-f", str(signers))
        done = _ssh(*words, "-s", str(signature), stdin=path.read_bytes())
        if done.returncode == 0:
            return Check(str(path), True, said("head.signed", name=name))
    if names:
        return Check(str(path), False, said("head.forged"))
    return Check(str(path), False, said("head.stranger"))


def _ssh(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise IlrsError(
            "ssh-keygen is not on this system, and signs and checks heads",
            remedy="install OpenSSH's client",
        )
    return subprocess.run(
        [program, *words], input=stdin, capture_output=True, check=False, timeout=60
    )


def _last(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "ssh-keygen gave no reason"


def _no_head(path: Path) -> UserError:
    return UserError(
        "is not the head of an audit trail",
        where=Where(path),
        remedy="`ilrs audit head FOLDER --out FILE` writes one",
    )
