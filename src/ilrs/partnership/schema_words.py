"""The descriptions of a schema in another language than that of the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ilrs.language import Language, catalogue


def in_language(schema: dict[str, Any], model: str, language: Language) -> dict[str, Any]:
    """The schema of `model` with the descriptions that the catalogue has in a language.

    What several parts say alike stands in it once. What it has none for stays in English: the
    kinds that an installed package adds.
    """
    if language != "en":
        known = catalogue(language)
        parts = list(described(schema, model))
        alike = {node["description"]: known[key] for key, node in parts if key in known}
        for key, node in parts:
            words = node["description"]
            node["description"] = known.get(key) or alike.get(words, words)
    return schema


def described(schema: dict[str, Any], model: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every described part of a schema with its key, such as `schema.Masses.body`."""
    for name, part in {**schema.get("$defs", {}), model: schema}.items():
        if "description" in part:
            yield f"schema.{name}._", part
        for key, node in part.get("properties", {}).items():
            if "description" in node:
                yield f"schema.{name}.{key}", node
