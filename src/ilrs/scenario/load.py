"""Loading a scenario by name or path: text to a checked model with its sources and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ilrs.errors import ScenarioError
from ilrs.scenario.checks import findings
from ilrs.scenario.document import Document, nearest
from ilrs.scenario.loading import read_document, validate_document
from ilrs.scenario.overlays import reference_names, told_of_overlay
from ilrs.scenario.schema import Scenario
from ilrs.scenario.sourcing import resolve_sources
from ilrs.scenario.work import worked


@dataclass(frozen=True)
class Loaded:
    """A scenario with the document it was read from.

    `sha256` is that of its canonical resolved content: every value in SI units, keys in order,
    defaults written out. Comments, order and units of the text do not change it.
    """

    scenario: Scenario
    document: Document
    sha256: str


def load_scenario(
    source: Path | str, overlays: Sequence[Path | str | Document] = (), *, check: bool = True
) -> Loaded:
    """The scenario of a packaged name such as `ilrs`, a path, or YAML text (with a line break).

    `overlays` are laid over it in their order. Raises `ScenarioError` with every mistake of the
    text, or else every finding of `ilrs.scenario.checks`; without `check` the latter are left out.
    """
    _refuse_unknown_name(source)
    document = read_document(source, overlays)
    scenario = worked(validate_document(document, Scenario), document)
    document = resolve_sources(document)
    found = findings(scenario, document) if check else []
    if found:
        raise ScenarioError.several(told_of_overlay(found, document))
    return Loaded(scenario, document, content_hash(scenario))


def content_hash(scenario: Scenario) -> str:
    """The SHA-256 of a scenario's canonical content, in hexadecimal digits."""
    content = scenario.model_dump(mode="json")
    _drop_unused(content)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _drop_unused(content: dict[str, Any]) -> None:
    """A station that does nothing keeps its hash; what no run depends on is not in it."""
    del content["roadmap"]
    for key in ("activities", "travel"):
        if not content[key]:
            del content[key]
    for mission in content["missions"].values():
        for objective in mission["objectives"].values():
            if objective["of"] is None:
                del objective["of"]
    for each in content.get("activities", {}).values():
        if each["does"] is None:
            del each["does"]


def _refuse_unknown_name(source: Path | str) -> None:
    if isinstance(source, Path) or "\n" in source or "/" in source or "\\" in source:
        return
    known = reference_names()
    if source in known or Path(source).suffix in {".yaml", ".yml"}:
        return
    near, names = nearest(source, known), ", ".join(known)
    raise ScenarioError(
        f"there is no packaged scenario {source!r}",
        remedy=f"nearest: {near}; packaged are {names}; a path ends in .yaml"
        if near
        else f"packaged are {names}; a path ends in .yaml",
    )
