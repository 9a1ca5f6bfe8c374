"""Values with a source: `{value: 40 kW, source: vsat, status: confirmed}` in place of `40 kW`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ilrs.errors import ScenarioError
from ilrs.scenario.document import (
    STATUSES,
    Alternative,
    Document,
    Mark,
    Sourced,
    Steps,
    lookup,
    nearest,
    path_text,
    suggestion,
    unknown_key,
)
from ilrs.scenario.instants import written
from ilrs.units import Quantity

UNSTATED = "unstated"
"""The status of a value for which nobody gives a source."""

_KEYS = ("value", "source", "status", "note", "alternatives")
_LOOKS_LIKE_KEY = re.compile(r"[a-z0-9]+(?:[_.-][a-z0-9]+)*")


def collapse_sourced(document: Document) -> Document:
    """The document with every sourced value replaced by its value, its source in `provenance`.

    The table `sources` and the key `extends` leave the data for their own fields.
    """
    data = dict(document.data)
    sources = _sources(data.pop("sources", None), document)
    extends = data.pop("extends", None)
    if extends is not None and not isinstance(extends, str):
        raise ScenarioError(
            f"extends takes the name of one scenario, not {extends!r}",
            where=document.where(("extends",)),
            remedy="write 'extends: ilrs' or 'extends: other.yaml'",
        )
    marks: dict[Steps, Mark] = {p: m for p, m in document.marks.items() if p == ("extends",)}
    provenance: dict[Steps, Sourced] = {}
    problems: list[ScenarioError] = []

    def walk(value: Any, old: Steps, new: Steps) -> Any:
        if old in document.marks:
            marks[new] = document.marks[old]
        if isinstance(value, list):
            return [walk(item, (*old, i), (*new, i)) for i, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if _is_sourced(value):
            try:
                provenance[new] = _read(value, old, document)
            except ScenarioError as error:
                problems.append(error)
            inner = (*old, "value")
            if isinstance(value["value"], list):
                return [walk(v, (*inner, i), (*new, i)) for i, v in enumerate(value["value"])]
            return value["value"]
        return {key: walk(item, (*old, key), (*new, key)) for key, item in value.items()}

    plain = walk(data, (), ())
    if problems:
        raise ScenarioError.several(problems)
    return Document(plain, marks, provenance, sources, extends, document.file)


def _is_sourced(value: dict[str, Any]) -> bool:
    """Whether a mapping is meant as a sourced value: its keys are, or nearly are, of the form."""
    if "value" not in value or len(value) < 2:
        return False
    if {"value", "source", "status"} <= value.keys():
        return True
    return all(key in _KEYS or nearest(key, _KEYS) for key in value)


def _read(value: dict[str, Any], path: Steps, document: Document) -> Sourced:
    def wrong(what: str, at: Steps, remedy: str) -> ScenarioError:
        return ScenarioError(what, where=document.where(at), remedy=remedy)

    form = "write {value: 40 kW, source: ..., status: " + "|".join(STATUSES) + "}"

    def entry(row: dict[str, Any], at: Steps, keys: tuple[str, ...]) -> None:
        for key in row:
            if key not in keys:
                raise wrong(f"unknown key {key!r}", (*at, key), unknown_key(key, row[key], keys))
        for key in ("value", "source", "status"):
            if row.get(key) is None:
                raise wrong(f"a sourced value needs {key!r}", at, form)
        if isinstance(row["value"], dict):
            raise wrong("a sourced value is one value or a list of them", (*at, "value"), form)
        if row["status"] not in STATUSES:
            raise wrong(
                f"unknown status {row['status']!r}",
                (*at, "status"),
                suggestion(str(row["status"]), STATUSES),
            )
        for key in ("source", "note"):
            if not isinstance(row.get(key, ""), str) or not row.get(key, "-").strip():
                raise wrong(f"{key} must be a text", (*at, key), "write it in words")

    entry(value, path, _KEYS)
    rows = value.get("alternatives") or []
    at = (*path, "alternatives")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise wrong("alternatives is a list of {value, source, status}", at, form)
    for i, row in enumerate(rows):
        entry(row, (*at, i), _KEYS[:4])
    return Sourced(
        value["source"],
        value["status"],
        value.get("note", ""),
        tuple(Alternative(**row) for row in rows),
    )


def _sources(table: Any, document: Document) -> dict[str, str]:
    if table is None:
        return {}
    texts: dict[str, str] = {}
    if not isinstance(table, dict):
        raise ScenarioError(
            "sources is a table of keys and texts", where=document.where(("sources",))
        )
    for key, entry in table.items():
        parts = list(entry.values()) if isinstance(entry, dict) else [entry]
        if not parts or not all(isinstance(part, str) and part.strip() for part in parts):
            raise ScenarioError(
                "a source is a text, or a mapping of texts", where=document.where(("sources", key))
            )
        texts[key] = ", ".join(parts)
    return texts


def resolve_sources(document: Document) -> Document:
    """The document with the keys of the table of sources replaced by their texts.

    `vsat` and `vsat, Table 2` name the key `vsat`; words of free text stand for themselves. A
    single word that looks like a key and is none is an error.
    """

    def full(source: str, path: Steps) -> str:
        key, comma, rest = source.partition(",")
        if key in document.sources:
            return document.sources[key] + comma + rest
        if _LOOKS_LIKE_KEY.fullmatch(source):
            near = nearest(source, document.sources)
            raise ScenarioError(
                f"source {source!r} is not in the table `sources`",
                where=document.where(path),
                remedy=f"nearest: {near}" if near else "add it there, or write the source out",
            )
        return source

    resolved = {}
    problems: list[ScenarioError] = []
    for path, sourced in document.provenance.items():
        try:
            others = tuple(replace(a, source=full(a.source, path)) for a in sourced.alternatives)
            source = full(sourced.source, path)
            resolved[path] = replace(sourced, source=source, alternatives=others)
        except ScenarioError as error:
            problems.append(error)
    if problems:
        raise ScenarioError.several(problems)
    return replace(document, provenance=resolved)


@dataclass(frozen=True)
class Row:
    """One value of a scenario and where it comes from; `value` is SI in `unit`, instants text."""

    path: str
    value: float | int | str
    unit: str
    source: str
    status: str
    origin: Literal["file", "default"]
    note: str = ""
    alternatives: tuple[Alternative, ...] = ()
    file: str = ""
    line: int | None = None
    description: str = ""


@dataclass(frozen=True)
class _Declared:
    """What a field's declaration says of the values in it."""

    unit: str = ""
    source: str = ""
    status: str = UNSTATED
    description: str = ""


def provenance_of(model: BaseModel, document: Document) -> list[Row]:
    """Every number and instant of a validated model, with its source; see `Row`.

    A value written in a file has the source written there, or none (`unstated`); a default has the
    one its declaration carries.
    """
    document = resolve_sources(document)
    return [_row(document, path, value, said) for path, value, said in _values(model, (), None)]


def _row(document: Document, path: Steps, value: Any, said: _Declared) -> Row:
    shown: float | int | str = written(value) if isinstance(value, np.datetime64) else value
    present, _ = lookup(document.data, path)
    if not present:
        return Row(
            path_text(path), shown, said.unit, said.source, said.status, "default",
            description=said.description,
        )  # fmt: skip
    given = next(
        (document.provenance[p] for p in _upwards(path) if p in document.provenance),
        Sourced("", UNSTATED),
    )
    where = document.where(path)
    return Row(
        path_text(path), shown, said.unit, given.source, given.status, "file",
        given.note, given.alternatives, str(where.file), where.line, said.description,
    )  # fmt: skip


def _upwards(path: Steps) -> Iterator[Steps]:
    return (path[:length] for length in range(len(path), 0, -1))


def _values(
    value: Any, path: Steps, said: _Declared | None
) -> Iterator[tuple[Steps, Any, _Declared]]:
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if get_origin(field.annotation) is Literal:
                continue  # a version or a word out of a list: nothing measured
            declared = _declared(field)
            yield from _values(getattr(value, name), (*path, field.alias or name), declared)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _values(item, (*path, str(key)), said)
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _values(item, (*path, i), said)
    elif isinstance(value, np.datetime64):
        yield path, value, _replaced_unit(said, "UTC")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        unit = getattr(value, "unit", "")  # an amount carries its own
        yield path, value, _replaced_unit(said, unit) if unit else said or _Declared()
    elif isinstance(value, dt.date):
        yield path, value.isoformat(), _replaced_unit(said, "UTC")


def _replaced_unit(said: _Declared | None, unit: str) -> _Declared:
    return replace(said or _Declared(), unit=unit)


def _declared(field: FieldInfo) -> _Declared:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    quantity = next(_quantities(field.metadata, field.annotation), None)
    return _Declared(
        quantity.unit if quantity else str(extra.get("unit", "")),
        str(extra.get("source", "")),
        str(extra.get("status", UNSTATED)),
        field.description or "",
    )


def _quantities(metadata: list[Any], annotation: Any) -> Iterator[Quantity]:
    for mark in metadata:
        if isinstance(mark, Quantity):
            yield mark
    arguments = get_args(annotation)
    yield from (mark for mark in arguments if isinstance(mark, Quantity))
    for argument in arguments:
        yield from _quantities([], argument)
