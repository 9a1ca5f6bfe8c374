"""The JSON schema of scenarios, for editors: units, descriptions, defaults and their sources."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ilrs.scenario.document import STATUSES

_SCALARS = {"string", "number", "integer", "boolean"}


def export_schema(
    model: type[BaseModel], title: str = "", *, extends: bool = True
) -> dict[str, Any]:
    """The JSON schema (2020-12) of documents of `model`.

    A quantity is a text with `x-unit`, the SI unit it is held in. Every single value, and every
    list of them, may also be written `{value, source, status}`. The key `sources` stands at the
    top, and `extends` where such a document may be laid over another.
    """
    schema = model.model_json_schema(mode="validation", by_alias=True)
    _widen(schema)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    if title:
        schema["title"] = title
    tops = schema.setdefault("properties", {})
    if extends:
        tops["extends"] = {
            "type": "string",
            "description": "The scenario this one is laid over: a packaged name or a path.",
        }
    tops["sources"] = {
        "type": "object",
        "description": "Texts of sources by the keys that sourced values name.",
        "additionalProperties": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        },
    }
    schema.setdefault("$defs", {})["SourcedValue"] = _sourced_value()
    return schema


def _widen(node: Any) -> None:
    """Let every value inside `node`, and every list of values, be a sourced value too, in place."""
    if isinstance(node, list):
        for item in node:
            _widen(item)
    if not isinstance(node, dict):
        return
    for key, inner in node.items():
        if key == "properties":
            for name in inner:
                if name != "kind":
                    inner[name] = _widened(inner[name])
        elif key in {"additionalProperties", "items"} and isinstance(inner, dict):
            node[key] = _widened(inner)
        elif key == "prefixItems":
            node[key] = [_widened(item) for item in inner]
        else:
            _widen(inner)


def _widened(node: dict[str, Any]) -> dict[str, Any]:
    values = _single(node) or _listed(node)
    if not _single(node):
        _widen(node)
    return _either(node) if values else node


def _single(node: dict[str, Any]) -> bool:
    if "anyOf" in node:
        parts = [part for part in node["anyOf"] if part.get("type") != "null"]
        return bool(parts) and all(_single(part) for part in parts)
    kinds = node.get("type", [])
    return set([kinds] if isinstance(kinds, str) else kinds) <= _SCALARS and bool(kinds)


def _listed(node: dict[str, Any]) -> bool:
    items = [node["items"]] if "items" in node else node.get("prefixItems", [])
    return node.get("type") == "array" and bool(items) and all(_single(item) for item in items)


def _either(node: dict[str, Any]) -> dict[str, Any]:
    """`node` or a sourced value, what describes the field staying outside the choice."""
    about = ("title", "description", "default", "source", "status", "x-unit")
    plain = {key: value for key, value in node.items() if key not in about}
    outside = {_published(key): value for key, value in node.items() if key in about}
    choices = plain.pop("anyOf", None) or [plain]
    for choice in choices:
        if "x-unit" in choice:
            outside["x-unit"] = choice["x-unit"]
    return {"anyOf": [*choices, {"$ref": "#/$defs/SourcedValue"}], **outside}


def _published(key: str) -> str:
    return f"x-{key}" if key in {"source", "status"} else key


def _sourced_value() -> dict[str, Any]:
    row: dict[str, Any] = {
        "value": {"description": "The value, as it would stand without its source."},
        "source": {
            "type": "string",
            "description": "A key of the table `sources`, or the source in words.",
        },
        "status": {"enum": list(STATUSES), "description": "How far it can be trusted."},
        "note": {"type": "string"},
    }
    form: dict[str, Any] = {
        "type": "object",
        "required": ["value", "source", "status"],
        "additionalProperties": False,
    }
    others = {"type": "array", "items": {**form, "properties": dict(row)}}
    return {
        "description": "A value with its source.",
        **form,
        "properties": {**row, "alternatives": others},
    }
