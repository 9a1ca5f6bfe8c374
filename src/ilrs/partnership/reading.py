"""Reading proposals and calls, packaged by name or by path; nothing in them is executed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from ilrs.errors import ScenarioError, UserError, Where
from ilrs.partnership.opportunity import Call
from ilrs.partnership.proposal import MOST_ENTRIES, Proposal
from ilrs.partnership.release import require_known
from ilrs.partnership.trail import file_digest
from ilrs.scenario.document import Document, Steps, suggestion
from ilrs.scenario.loading import standing_alone, validate_document
from ilrs.scenario.sourcing import collapse_sourced, resolve_sources
from ilrs.scenario.yaml_text import parse, read_text

LARGEST = 100_000
"""Most letters of a file that are read."""
REFERENCE = Path(__file__).parent / "reference"
_BEGIN = {
    "proposal": "`ilrs propose new` writes a proposal to start from",
    "call": "a call begins with 'call: 1'",
}
_SEE = {"proposal": "ilrs propose new", "call": "ilrs schema call"}
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Read:
    """A proposal with the document it was read from: lines, sources, and what was left out."""

    proposal: Proposal
    document: Document
    sha256: str | None = None
    """Digest of the file; None of a text."""


def proposal_names() -> list[str]:
    """The names of the packaged proposals."""
    return _names(REFERENCE / "proposals")


def call_names() -> list[str]:
    """The names of the packaged calls."""
    return _names(REFERENCE / "calls")


def read_proposal(source: Path | str) -> Read:
    """The proposal of a packaged name, a path that ends in .yaml, or YAML text (with a line break).

    Raises `ScenarioError` with every mistake, each with its line and what to do.
    """
    document = _document(source, "proposals", "proposal")
    _refuse_crowds(document)
    proposal = validate_document(document, Proposal)
    try:
        require_known(proposal)
    except UserError as error:
        where = document.where(("confidential",))
        raise ScenarioError(error.what, where=where, remedy=error.remedy) from error
    file = Path(document.file)
    return Read(proposal, resolve_sources(document), file_digest(file) if file.is_file() else None)


def read_call(source: Path | str = "ilrs") -> Call:
    """The call of a packaged name, a path that ends in .yaml, or YAML text (with a line break)."""
    return validate_document(_document(source, "calls", "call"), Call)


def read_folder(folder: Path) -> list[Read]:
    """Every proposal of a folder, in the order of their names; a name may stand there once."""
    if not folder.is_dir():
        raise ScenarioError(
            f"{folder} is no folder of proposals", remedy="name a folder with .yaml files"
        )
    files = sorted(p for p in folder.iterdir() if p.suffix in {".yaml", ".yml"})
    if not files:
        raise ScenarioError(f"{folder} holds no proposals", remedy="they are files ending in .yaml")
    problems: list[ScenarioError] = []
    read: dict[str, Read] = {}
    for file in files:
        try:
            one = read_proposal(file)
        except ScenarioError as error:
            problems.extend(error.problems or (error,))
            continue
        if one.proposal.name in read:
            problems.append(
                ScenarioError(
                    f"another file has a proposal {one.proposal.name!r} already",
                    where=one.document.where(("name",)),
                    remedy=f"see {read[one.proposal.name].document.file}; give it another name",
                )
            )
        read[one.proposal.name] = one
    if problems:
        raise ScenarioError.several(problems)
    return list(read.values())


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def _document(source: Path | str, shelf: str, what: str) -> Document:
    inline = isinstance(source, str) and "\n" in source
    path = None if inline else _locate(source, shelf, what)
    text = str(source) if path is None else read_text(path)
    if len(text) > LARGEST:
        raise ScenarioError(
            f"is larger than {LARGEST} letters, too large for a {what}",
            where=Where(path),
            remedy="describe what is alike as one, with its total",
        )
    file = "<text>" if path is None else str(path)
    document = standing_alone(collapse_sourced(parse(text, file, begin=_BEGIN[what])), what)
    if what not in document.data:
        raise ScenarioError(
            f"this is no {what}",
            where=document.where(),
            remedy=f"a {what} begins with '{what}: 1'; see {_SEE[what]}",
        )
    return document


def _locate(source: Path | str, shelf: str, what: str) -> Path:
    if isinstance(source, Path) or Path(source).suffix in {".yaml", ".yml"}:
        return Path(source)
    known = _names(REFERENCE / shelf)
    if source in known:
        return REFERENCE / shelf / f"{source}.yaml"
    raise ScenarioError(
        f"there is no packaged {what} {source!r}",
        remedy=suggestion(source, known, many=20) + "; a path ends in .yaml",
    )


def _refuse_crowds(document: Document) -> None:
    """Refuse mappings and lists too long to be meant, before any model looks at them."""

    def walk(value: Any, path: Steps) -> None:
        if isinstance(value, dict | list) and len(value) > MOST_ENTRIES:
            raise ScenarioError(
                f"holds {len(value)} entries; a proposal holds at most {MOST_ENTRIES} in one place",
                where=document.where(path),
                remedy="describe what is alike as one, with its total",
            )
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            if isinstance(inner, dict | list):
                walk(inner, (*path, key))

    walk(document.data, ())
