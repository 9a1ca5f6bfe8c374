"""Overlays that people write and `ilrs run` takes: what one document says beyond another."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from ilrs.scenario.document import Document, Sourced, Steps
from ilrs.units import WrittenFloat, WrittenInt

PARTS = ("phases", "missions", "places", "roadmap")
"""What of a scenario a roadmap moves; `facilities` only by the mission that brings them."""


def changes(base: Document, moved: Document) -> dict[str, Any]:
    """What `moved` says differently from `base`, as an overlay; null is what it lacks.

    A mission that only `base` has stays as long as one of its facilities comes by it.
    """
    found = {
        part: _beyond(base.data.get(part, {}), moved.data.get(part, {}), moved, (part,))
        for part in PARTS
    }
    bringing = {box["mission"] for box in base.data.get("facilities", {}).values()}
    for name in bringing & {n for n, v in found["missions"].items() if v is None}:
        del found["missions"][name]
    boxes = {
        name: {"mission": there["mission"]}
        for name, here in base.data.get("facilities", {}).items()
        if (there := moved.data.get("facilities", {}).get(name, here))["mission"] != here["mission"]
    }
    faults = moved.data.get("faults") or []
    if faults != (base.data.get("faults") or []):
        found["faults"] = _written(faults, moved, ("faults",))
    return {part: v for part, v in {**found, "facilities": boxes}.items() if v}


def _beyond(base: Any, moved: Any, document: Document, path: Steps) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for key, value in moved.items():
        here = (*path, key)
        if key not in base:
            rows[key] = _written(value, document, here)
        elif isinstance(value, dict) and isinstance(base[key], dict):
            if inner := _beyond(base[key], value, document, here):
                rows[key] = inner
        elif value != base[key]:
            rows[key] = _written(value, document, here)
    return rows | {key: None for key in base if key not in moved}


def _written(value: Any, document: Document, path: Steps) -> Any:
    """A value with its source, as a file has it."""
    if isinstance(value, dict):
        return {k: _written(v, document, (*path, k)) for k, v in value.items()}
    if isinstance(value, list) and path not in document.provenance:
        return [_written(v, document, (*path, i)) for i, v in enumerate(value)]
    if isinstance(value, WrittenInt | WrittenFloat):
        value = int(value) if isinstance(value, WrittenInt) else float(value)
    said = document.provenance.get(path)
    return value if said is None else _sourced(value, said)


def _sourced(value: Any, said: Sourced) -> dict[str, Any]:
    row = {"value": value, "source": said.source, "status": said.status}
    if said.note:
        row["note"] = said.note
    if said.alternatives:
        row["alternatives"] = [
            {"value": a.value, "source": a.source, "status": a.status}
            | ({"note": a.note} if a.note else {})
            for a in said.alternatives
        ]
    return row


def overlay_text(extends: str, name: str, title: str, what: dict[str, Any]) -> str:
    """The YAML of an overlay on the scenario `extends`; `ilrs run` takes it as it is."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 100
    text = io.StringIO()
    yaml.dump({"extends": extends, "name": name, "title": title, **what}, text)
    return f"# Written by `ilrs roadmap apply`; ilrs run takes it as it is.\n{text.getvalue()}"
