"""Reading scenarios: text to a document, and a document to a checked model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ilrs.errors import ScenarioError
from ilrs.scenario.document import Document
from ilrs.scenario.messages import problems_of
from ilrs.scenario.overlays import (
    apply_overlay,
    follow_extends,
    locate,
    told_of_overlay,
)
from ilrs.scenario.sourcing import collapse_sourced, resolve_sources
from ilrs.scenario.yaml_text import parse, parse_known, read_text

Model = TypeVar("Model", bound=BaseModel)
PACKAGE = Path(__file__).parents[1]


def _itself(path: Path) -> Path:
    return path


def read_document(
    source: Path | str,
    overlays: Sequence[Path | str | Document] = (),
    *,
    below: Callable[[Path], Path] = _itself,
) -> Document:
    """The document of a scenario: what it extends below it, `overlays` above it in their order.

    `source` is a path, the name of a packaged scenario such as `ilrs`, or YAML text (which has a
    line break); an overlay may also be a document already. `below` gives the file that is read in
    the place of one that is extended. Raises `ScenarioError`, naming file and line.
    """
    document = follow_extends(_read_one(source), lambda path: _read_one(below(path)))
    for overlay in overlays:
        above = overlay if isinstance(overlay, Document) else _read_one(overlay)
        if above.extends is not None:
            raise ScenarioError(
                "an overlay that is laid over a scenario cannot extend one itself",
                where=above.where(("extends",)),
                remedy="drop `extends`, or run this file as the scenario",
            )
        document = apply_overlay(document, above)
    return document


def _read_one(source: Path | str) -> Document:
    if isinstance(source, str) and "\n" in source:
        return collapse_sourced(parse(source))
    path = locate(source) if isinstance(source, str) else source
    if PACKAGE in path.parents:
        return _packaged(path)
    return collapse_sourced(parse(read_text(path, less="split it with `extends`"), str(path)))


@lru_cache(maxsize=64)
def _packaged(path: Path) -> Document:
    """Packaged files do not change, and documents are never changed in place: each is read once."""
    return collapse_sourced(parse_known(read_text(path), str(path)))


def read_alone(path: Path, what: str, key: str = "") -> Document:
    """The document of a file that extends nothing, such as a `registry`.

    `what` names its kind in messages, `key` that of its version, `what` itself when left out.
    """
    begin = f"a {what} begins with '{key or what}: 1'"
    return standing_alone(collapse_sourced(parse(read_text(path), str(path), begin=begin)), what)


def standing_alone(document: Document, what: str) -> Document:
    """The document itself, when it extends nothing."""
    if document.extends is not None:
        raise ScenarioError(
            f"a {what} stands alone and extends nothing",
            where=document.where(("extends",)),
            remedy="write it out in one file",
        )
    return document


def validate_document(document: Document, model: type[Model]) -> Model:
    """The model that the document describes; all mistakes are reported together, a line each."""
    resolve_sources(document)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems = problems_of(error, document, model)
        raise ScenarioError.several(told_of_overlay(problems, document)) from error
