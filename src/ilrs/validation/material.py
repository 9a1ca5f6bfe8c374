"""What a runner is given and what a comparison is given: inputs without, expectations with."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from ilrs import data
from ilrs.errors import DataError, UserError

_REMARKS = {"note", "needs"}
LAST = "last"
"""How a case names the last column of its table."""


class NotRun(Exception):
    """A case cannot be run here, with the reason; it counts neither as passed nor as failed."""


@dataclass(frozen=True)
class Inputs:
    """The inputs of a case. Expected values are nowhere in it, nor columns that hold them.

    `asked` is the shape of what is expected: the keys, and the names under 'columns', with every
    value replaced by None.
    """

    values: Mapping[str, Any]
    folder: Path
    asked: Mapping[str, Any]
    withheld: tuple[str, ...] = ()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __getitem__(self, key: str) -> Any:
        if key not in self.values:
            raise NotRun(f"the case has no input {key!r}")
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:
        """An input that may be left out, or its standard value."""
        return self.values.get(key, default)

    def number(self, key: str, default: float | None = None) -> float:
        """A numeric input; `default` where it is left out."""
        value = self[key] if default is None else self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise NotRun(f"the input {key!r} is {value!r}, not a number")
        return float(value)

    def only(self, *known: str) -> None:
        """Refuse inputs this kind does not know, since ignoring one would change the case."""
        unknown = sorted(set(self.values) - set(known) - _REMARKS)
        if unknown:
            raise NotRun(f"inputs not understood: {', '.join(unknown)}")

    def path(self, key: str = "file") -> Path:
        """The file an input names. Use `table` for one that also holds expected columns."""
        return self.resolve(self[key])

    def resolve(self, name: Any) -> Path:
        """The file of a name: in the cases' folder, or in the data folder after `data:`."""
        return resolve(self.folder, name)

    def table(self, key: str = "file", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
        """The rows of the CSV file an input names, without its expected columns."""
        rows = read_table(self.path(key), encoding)
        names = list(rows[0]) if rows else []
        if LAST in self.withheld:
            names = names[:-1]
        kept = [name for name in names if not self._held_back(name)]
        return [{name: row[name] for name in kept} for row in rows]

    def columns(self, key: str = "file", encoding: str = "utf-8-sig") -> list[str]:
        """The names of all columns of the CSV file an input names, expected ones included."""
        rows = read_table(self.path(key), encoding)
        return list(rows[0]) if rows else []

    def _held_back(self, column: str) -> bool:
        return any(fnmatchcase(column, pattern) for pattern in self.withheld)


@dataclass(frozen=True)
class Expected:
    """What a case expects, for comparisons only: the values, tolerances and whole files."""

    values: Mapping[str, Any]
    tolerance: Mapping[str, Any]
    inputs: Mapping[str, Any]
    folder: Path

    def table(self, key: str = "file", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
        """The rows of the CSV file an input names, expected columns included."""
        return read_table(resolve(self.folder, self.inputs[key]), encoding)

    def limit(self, name: str, default: float) -> float:
        """A tolerance of the case, or the kind's standard one."""
        return float(self.tolerance.get(name, default))


def shape(expect: Any, key: str = "") -> Any:
    """The keys of what is expected with the values taken out; names under 'columns' stay."""
    if isinstance(expect, Mapping):
        return {k: shape(v, k) for k, v in expect.items()}
    if key in {"column", "columns", "quantities"}:
        return expect
    return None


def resolve(folder: Path, name: Any) -> Path:
    """The file of a case's path; `NotRun` when it is absent."""
    if not isinstance(name, str) or not name:
        raise NotRun(f"{name!r} is not the name of a file")
    if name.startswith("data:"):
        wanted = PurePosixPath(name.removeprefix("data:"))
        # `ship/` and `local/` are folders of the data folder; packaged files lie without them.
        shorter = PurePosixPath(*wanted.parts[1:]) if len(wanted.parts) > 1 else wanted
        for candidate in (str(wanted), str(shorter)):
            if data.exists(candidate):
                return data.find(candidate)
        raise NotRun(f"the data file {wanted} is absent")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UserError(f"the path {name!r} leaves the folder of the cases")
    if not (folder / path).is_file():
        raise NotRun(f"the file {name} is absent")
    return folder / path


def read_table(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """The rows of a CSV file with a header; lines of `#` are remarks."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"the table {path} cannot be read: {error}") from error
    if any(None in row or None in row.values() for row in rows):
        raise DataError(f"the table {path} has rows longer or shorter than its header")
    return rows


def column(rows: Iterable[Mapping[str, str]], *names: str, default: float | None = None) -> Any:
    """A numeric column under any of its usual names; `NotRun` when there is none."""
    listed = list(rows)
    for name in names:
        if listed and name in listed[0]:
            try:
                return [float(row[name]) for row in listed]
            except ValueError as error:
                raise NotRun(f"the column {name} holds something that is not a number") from error
    if default is not None:
        return [default] * len(listed)
    raise NotRun(f"the table has no column {' or '.join(names)}")
