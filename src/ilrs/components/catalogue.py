"""What every kind of equipment offers, as plain data for readers and for the reference page."""

from __future__ import annotations

import inspect
from typing import Any

from ilrs.components.component import Component
from ilrs.components.instrument import Instrument
from ilrs.components.registry import kinds


def catalogue() -> list[dict[str, Any]]:
    """Every kind, ours and those of installed packages, described."""
    return [describe(name, kind) for name, kind in kinds().items()]


def describe(name: str, kind: type[Component]) -> dict[str, Any]:
    """A kind: what it is, its keys with units, defaults and sources, what can fail, where
    it holds.
    """
    schema = kind.model_json_schema()
    required = set(schema.get("required", ()))
    about = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
    return {
        "kind": name,
        "summary": " ".join(about[0].split()),
        "text": "\n\n".join(" ".join(part.split()) for part in about[1:]),
        "holds_for": kind.VALIDITY,
        "keys": [
            _key(key, field, key in required)
            for key, field in schema["properties"].items()
            if key not in {"kind", "failures"}
        ],
        "modes": list(kind.MODES),
        "failure_modes": dict(kind.FAILURE_MODES),
        "commands": dict(kind.COMMANDS),
        "telemetry": dict(kind.TELEMETRY),
        "works": _works(kind),
        "module": kind.__module__,
    }


def _works(kind: type[Component]) -> dict[str, str]:
    """What activities can let it do: each work with what it is told, and what it takes."""
    works = kind.works() if issubclass(kind, Instrument) else {}
    return {
        f"{name}: {{{', '.join(told)}}}": " ".join(
            inspect.cleandoc(getattr(kind, name).__doc__ or "").split("\n\n")[0].split()
        )
        for name, told in works.items()
    }


def _key(name: str, field: dict[str, Any], required: bool) -> dict[str, Any]:
    """A key of a kind; its unit is that it is held in, empty for shares, counts and words."""
    units = [part.get("x-unit", "") for part in [field, *field.get("anyOf", ())]]
    return {
        "key": name,
        "unit": next((unit for unit in units if unit), ""),
        "required": required,
        "default": field.get("default"),
        "description": field.get("description", ""),
        "source": field.get("source", ""),
        "status": field.get("status", ""),
    }
