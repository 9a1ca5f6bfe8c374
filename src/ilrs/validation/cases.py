"""Reads `cases.yaml` of a folder of reference cases."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ilrs.errors import DataError, UserError, Where

FILE = "cases.yaml"
VERSION = 1
_KEYS = {"id", "kind", "basis", "source", "tolerance", "inputs", "expect"}


@dataclass(frozen=True)
class Case:
    """One reference case as its file states it; `folder` is what its paths are relative to."""

    id: str
    kind: str
    folder: Path
    inputs: Mapping[str, Any]
    expect: Mapping[str, Any]
    tolerance: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    basis: str = ""


def read_cases(folder: Path) -> list[Case]:
    """The cases of `cases.yaml` in `folder`, in its order; `UserError` says what is wrong where."""
    path = folder / FILE
    where = Where(file=path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(
            f"there is no {FILE} in {folder}",
            remedy="name a folder of reference cases, or set ILRS_REFERENCE_DIR",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the reference cases cannot be read: {error}", where=where) from error
    try:
        content = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark is not None else None
        problem = getattr(error, "problem", None) or str(error)
        raise UserError(f"is not YAML: {problem}", where=Where(file=path, line=line)) from error
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise UserError("holds no list of cases", where=where, remedy="write 'cases:' and a list")
    version = content.get("version", VERSION)
    if version != VERSION:
        raise UserError(
            f"is of version {version!r}", where=where, remedy=f"write version {VERSION}"
        )
    cases = [_case(row, i, folder, path) for i, row in enumerate(content["cases"])]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise UserError(f"two cases have the id {case.id!r}", where=where)
        seen.add(case.id)
    return cases


def _case(row: Any, index: int, folder: Path, path: Path) -> Case:
    where = Where(file=path, path=f"cases[{index}]")
    if not isinstance(row, dict):
        raise UserError("is not a case", where=where, remedy="write id, kind, inputs and expect")
    named = Where(file=path, path=f"cases[{index}] ({row.get('id', 'no id')})")
    for key in ("id", "kind"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise UserError(f"has no {key}", where=named, remedy=f"give every case a {key}")
    unknown = sorted(set(map(str, row)) - _KEYS)
    if unknown:
        raise UserError(
            f"has unknown keys {', '.join(unknown)}", where=named, remedy=f"use {sorted(_KEYS)}"
        )
    parts = {}
    for key in ("inputs", "expect", "tolerance"):
        part = row.get(key)
        part = {} if part is None else part
        if not isinstance(part, dict):
            raise UserError(f"{key} is not a mapping", where=named)
        parts[key] = _plain(part)
    return Case(
        id=row["id"],
        kind=row["kind"],
        folder=folder,
        source=str(row.get("source", "")),
        basis=str(row.get("basis", "")),
        **parts,
    )


def _plain(value: Any) -> Any:
    """Plain data: text keys, dates as ISO text, so that an unquoted date means the same."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return value
