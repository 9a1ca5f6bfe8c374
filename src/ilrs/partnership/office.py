"""The folder of a joining office: the trail, the workflow it follows, and the proposals it holds.

trail.jsonl      what happened (the only record of where a proposal stands)
workflow.yaml    the workflow; its hash is in the trail, so that no rule changes unnoticed
proposals/       the version of each proposal that counts; `earlier/` holds those before
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from ilrs.errors import RunError, UserError, Where
from ilrs.partnership.reading import Read, read_proposal
from ilrs.partnership.trail import (
    FILE,
    Actor,
    Event,
    Trail,
    TrailError,
    add,
    file_digest,
    read_trail,
    sound,
    writing,
)
from ilrs.partnership.workflow import (
    REFERENCE,
    Standing,
    Workflow,
    read_workflow,
    require_move,
    require_role,
    standing,
)
from ilrs.scenario.document import suggestion

WORKFLOW, PROPOSALS, EARLIER = "workflow.yaml", "proposals", "earlier"


def submit(
    folder: Path,
    source: Path,
    actor: Actor,
    workflow: Path | None = None,
    *,
    now: dt.datetime | None = None,
) -> Event:
    """Hand in a proposal, or another version of one; the office is made where there is none.

    Only a proposal that can be read is taken; nothing is half done when anything is refused.
    """
    read = read_proposal(source)
    way = read_workflow(workflow or REFERENCE)
    if not (folder / FILE).exists():  # whoever may not begin an office leaves no folder behind
        require_role(way, actor)
    with writing(folder) as file:
        way = _begin(file, folder, actor, workflow, now)
        require_role(way, actor)
        trail = read_trail(folder)
        name, sha256 = read.proposal.name, file_digest(source)
        events = trail.of(name)
        content: dict[str, Any] = {"sha256": sha256}
        kind = "revised" if events else "submitted"
        if events:
            _may_revise(way, standing(way, name, events), actor, sha256)
        else:
            content["to"] = way.begins
        _replace(_staged(folder, name, sha256), source.read_bytes())
        made = add(file, folder, kind, actor, name, content, now=now)
        _settle(folder, name, sha256)
    return made


def advance(
    folder: Path,
    subject: str,
    to: str,
    actor: Actor,
    documents: Mapping[str, Path],
    note: str = "",
    *,
    now: dt.datetime | None = None,
) -> Event:
    """Move a proposal to another state; documents enter the trail by name and hash."""
    hashes = {name: file_digest(path) for name, path in documents.items()}
    read_trail(folder)  # where there is none, none is made
    with writing(folder) as file:
        trail, way = opened(folder)
        here = _found(way, trail, subject)
        require_move(way, here, to, actor, list(documents))
        content: dict[str, Any] = {"from": here.state, "to": to}
        if hashes:
            content["documents"] = hashes
        if note:
            content["note"] = note
        return add(file, folder, "moved", actor, subject, content, now=now)


def opened(folder: Path) -> tuple[Trail, Workflow]:
    """The trail and workflow of an office, when they are those that belong together."""
    trail = sound(read_trail(folder))
    path = folder / WORKFLOW
    if not path.is_file():
        raise UserError(
            "the office has no workflow",
            where=Where(path),
            remedy="put back the file it began with",
        )
    agreed = [e for e in trail.events if e.kind == "workflow"]
    if not agreed or agreed[-1].content.get("sha256") != file_digest(path):
        raise TrailError(
            "the workflow is not the one that the trail holds",
            where=Where(path),
            remedy="put back the file; `ilrs propose submit --workflow FILE` agrees another",
        )
    return trail, read_workflow(path)


def standings(folder: Path) -> tuple[Workflow, list[Standing]]:
    """Where every proposal of an office stands, by name."""
    trail, way = opened(folder)
    names = sorted({e.subject for e in trail.events if e.kind == "submitted"})
    return way, [standing(way, name, trail.of(name)) for name in names]


def kept(folder: Path, now: Standing) -> Read:
    """The proposal as it was handed in last; `TrailError` when the file is another."""
    path = folder / PROPOSALS / f"{now.subject}.yaml"
    staged = _staged(folder, now.subject, now.sha256)
    if staged.is_file():  # entered, and stopped before it was put in its place
        path = staged
    if not path.is_file() or file_digest(path) != now.sha256:
        raise TrailError(
            "is not the version that was handed in",
            where=Where(path),
            remedy="put back the file whose SHA-256 the trail holds",
        )
    return read_proposal(path)


def _begin(
    file: FileIO,
    folder: Path,
    actor: Actor,
    workflow: Path | None,
    now: dt.datetime | None,
) -> Workflow:
    """The office's workflow; written and entered in the trail where it is new."""
    target = folder / WORKFLOW
    begun = bool(read_trail(folder).events)
    if workflow is None and begun:
        return opened(folder)[1]
    source = workflow or REFERENCE
    sha256 = file_digest(source)
    strange = target.is_file() and file_digest(target) != sha256
    if not begun and (strange or (folder / PROPOSALS).is_dir()):
        return opened(folder)[1]  # an office whose trail was taken away: told there
    if begun and target.is_file() and file_digest(target) == sha256:
        return opened(folder)[1]
    way = read_workflow(source)
    require_role(way, actor)
    if not begun:  # the file first: a trail that begins without it could not go on
        _replace(target, source.read_bytes())
        add(file, folder, "workflow", actor, way.name, {"sha256": sha256}, now=now)
        return way
    if actor.role not in ("office", "council"):
        raise UserError(
            f"a {actor.role} does not change the workflow", remedy="the office or the council does"
        )
    for name in sorted({e.subject for e in read_trail(folder).events if e.kind == "submitted"}):
        standing(way, name, read_trail(folder).of(name))
    add(file, folder, "workflow", actor, way.name, {"sha256": sha256}, now=now)
    _replace(target, source.read_bytes())
    return way


def _may_revise(way: Workflow, here: Standing, actor: Actor, sha256: str) -> None:
    if here.sha256 == sha256:
        raise UserError(f"{here.subject!r} is handed in already, as it is")
    if not way.states[here.state].revised:
        raise UserError(
            f"{here.subject!r} takes no other version while it stands at {here.state}",
            remedy="ask the office to send it back first",
        )
    first = here.events[0].actor
    if actor.role == first.role and actor.organisation != first.organisation:
        raise UserError(
            f"{here.subject!r} was handed in by {first.organisation or first.name}",
            remedy="give yours another `name`",
        )


def _found(way: Workflow, trail: Trail, subject: str) -> Standing:
    names = {e.subject for e in trail.events if e.kind == "submitted"}
    if subject not in names:
        raise UserError(f"nobody submitted {subject!r} here", remedy=suggestion(subject, names))
    return standing(way, subject, trail.of(subject))


def _staged(folder: Path, name: str, sha256: str) -> Path:
    """Where a version lies from before its event is entered until it is in its place."""
    return folder / PROPOSALS / f".{name}-{sha256[:12]}.yaml"


def _settle(folder: Path, name: str, sha256: str) -> None:
    """Put a version that is entered in its place, and the one before among the earlier ones."""
    target = folder / PROPOSALS / f"{name}.yaml"
    if target.is_file():
        earlier = target.parent / EARLIER
        earlier.mkdir(exist_ok=True)
        target.rename(earlier / f"{name}-{file_digest(target)[:12]}.yaml")
    os.replace(_staged(folder, name, sha256), target)


def _replace(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise RunError(
            f"cannot be written, and nothing is entered: {error.strerror or error}",
            where=Where(target),
            remedy="check the folder's permissions and the space left on its disk",
        ) from error
