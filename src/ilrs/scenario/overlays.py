"""Overlays: a scenario written as what differs from another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ilrs.errors import ScenarioError
from ilrs.scenario.document import Document, Mark, Sourced, Steps, suggestion

REFERENCE = Path(__file__).parent / "reference"
"""The packaged reference scenarios, found by their names."""


def reference_names() -> list[str]:
    """The names of the packaged scenarios and overlays."""
    return sorted(path.stem for path in REFERENCE.glob("*.yaml"))


def locate(name: str, folder: Path | None = None) -> Path:
    """The file that `name` means: a packaged name such as `ilrs`, or a path beside `folder`."""
    path_like = "/" in name or "\\" in name or Path(name).suffix in {".yaml", ".yml"}
    if path_like:
        return (folder or Path()) / name
    if name in reference_names():
        return REFERENCE / f"{name}.yaml"
    raise ScenarioError(
        f"there is no packaged scenario {name!r}",
        remedy=suggestion(name, reference_names()) + "; or give a path that ends in .yaml",
    )


def apply_overlay(base: Document, overlay: Document) -> Document:
    """`base` with what `overlay` says in its place; neither is changed.

    Mappings are merged key by key; null removes a key, and must find it; anything else, lists too,
    replaces what was there. Where both say `kind` and differ, the overlay's mapping replaces the
    base's. Marks and sources stay with the file that wrote the value; a mapping that both write is
    the overlay's, since a mistake in it was not one before.
    """
    marks: dict[Steps, Mark] = dict(base.marks)
    provenance: dict[Steps, Sourced] = dict(base.provenance)
    dropped: list[Steps] = []
    taken: list[Steps] = []
    shared: list[Steps] = []

    def merge(below: dict[str, Any], above: dict[str, Any], path: Steps) -> dict[str, Any]:
        result = dict(below)
        for key, value in above.items():
            here = (*path, key)
            if value is None:
                if key not in below:
                    raise ScenarioError(
                        f"null removes {key!r}, which is not there",
                        where=overlay.where(here),
                        remedy=suggestion(key, below),
                    )
                del result[key]
                dropped.append(here)
            elif _merges(below.get(key), value):
                shared.append(here)
                result[key] = merge(below[key], value, here)
            else:
                result[key] = value
                dropped.append(here)
                taken.append(here)
        return result

    data = merge(base.data, overlay.data, ())
    gone, new = set(dropped), set(taken)
    marks = {p: m for p, m in marks.items() if not _under(p, gone)}
    provenance = {p: s for p, s in provenance.items() if not _under(p, gone)}
    marks |= {p: m for p, m in overlay.marks.items() if _under(p, new) or p in shared}
    provenance |= {p: s for p, s in overlay.provenance.items() if _under(p, new)}
    return Document(
        data,
        marks,
        provenance,
        {**base.sources, **overlay.sources},
        base.extends,
        overlay.file,
    )


def told_of_overlay(problems: Sequence[ScenarioError], document: Document) -> list[ScenarioError]:
    """Problems of a `document`: first what its own files say, then what no longer holds in the
    packaged files below it, which are right by themselves.
    """
    if REFERENCE in Path(document.file).parents:
        return list(problems)
    file = Path(document.file).name
    own, below = [], []
    for problem in problems:
        where = problem.where
        if where is None or where.file is None or REFERENCE not in Path(where.file).parents:
            own.append(problem)
        else:
            remedy = f"caused by what {file} changes"
            if problem.remedy:
                remedy = f"{problem.remedy}; caused by what {file} changes"
            below.append(ScenarioError(problem.what, where=where, remedy=remedy))
    return own + below


def _merges(below: Any, above: Any) -> bool:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return False
    return not ("kind" in below and "kind" in above and below["kind"] != above["kind"])


def _under(path: Steps, roots: set[Steps]) -> bool:
    return any(path[:length] in roots for length in range(1, len(path) + 1))


def follow_extends(document: Document, read: Callable[[Path], Document]) -> Document:
    """`document` laid over what it extends, and that over what it extends, to the end.

    `read` gives the document of a file, its own `extends` not yet followed.
    """
    chain = [document]
    seen = [Path(document.file).resolve()]
    while (name := chain[-1].extends) is not None:
        at = chain[-1]
        where = at.where(("extends",))
        try:
            path = locate(name, Path(at.file).parent)
        except ScenarioError as error:
            raise ScenarioError(error.what, where=where, remedy=error.remedy) from error
        if path.resolve() in seen:
            names = " -> ".join(p.name for p in [*seen, path.resolve()])
            raise ScenarioError(
                f"extends goes in a circle: {names}", where=where, remedy="drop one `extends`"
            )
        if not path.is_file():
            raise ScenarioError(
                f"extends {name!r}, but there is no file {path}",
                where=where,
                remedy=f"give a path from here, or one of: {', '.join(reference_names())}",
            )
        seen.append(path.resolve())
        chain.append(read(path))
    result = chain.pop()
    while chain:
        result = apply_overlay(result, chain.pop())
    return result
