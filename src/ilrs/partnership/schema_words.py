"""The descriptions of a schema in another language than that of the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ilrs.language import Language, catalogue


def in_language(schema: dict[str, Any], model: str, language: Language) -> dict[str, Any]:
    """The schema of `model` with the descriptions that the catalogue has in a language.

    What it has none for stands in English: the station's own equipment.
    """
    if language != "en":
        known = catalogue(language)
        for key, node in described(schema, model):
            if key in known:
                node["description"] = known[key]
    return schema


def described(schema: dict[str, Any], model: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every described part of a schema with its key, such as `schema.Masses.body`."""
    for name, part in {**schema.get("$defs", {}), model: schema}.items():
        if "description" in part:
            yield f"schema.{name}._", part
        for key, node in part.get("properties", {}).items():
            if "description" in node:
                yield f"schema.{name}.{key}", node
