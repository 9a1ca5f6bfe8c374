"""Reads and writes the shipped routes: one JSON with its certificate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ilrs.data import find
from ilrs.data.whole import write_whole
from ilrs.errors import DataError

NAME = "routes/ilrs.json"
FORMAT = "ilrs-routes-1"


def read_routes() -> dict[str, Any]:
    """The shipped table of routes, as plain data; `DataError` when it is damaged."""
    try:
        table = dict(json.loads(find(NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(
            f"the shipped routes cannot be read: {error}", remedy="install ilrs again"
        ) from error
    if table.get("format") != FORMAT or not isinstance(table.get("routes"), list):
        raise DataError("the shipped routes are not of this version", remedy="install ilrs again")
    return table


def write_routes(table: Mapping[str, Any], folder: Path) -> Path:
    """Write the table into `folder`, one point of a route a line."""
    plain = json.loads(json.dumps(table, ensure_ascii=False, allow_nan=False))
    rows = [route.pop("points") for route in plain["routes"]]
    text = json.dumps(plain, indent=1, ensure_ascii=False)
    parts = text.split('"columns": [')
    out = [parts[0]]
    for rest, points in zip(parts[1:], rows, strict=True):
        listed = ",\n".join(json.dumps(point) for point in points)
        out.append(f'"points": [\n{listed}\n   ],\n   "columns": [{rest}')
    text = "".join(out)
    path = folder / Path(NAME).name
    write_whole(path, (text + "\n").encode())
    return path
