"""Reads how wrong elevation models are, from the packaged table with its sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from ilrs.data import find
from ilrs.errors import DataError

NAME = "terrain/errors.toml"
Part = tuple[float, float, float]


@dataclass(frozen=True)
class ErrorRow:
    """Error of models of one `cell` [m]: parts (rms, length, shift) [m], loss [deg] from a range.

    `loss_from` [m] is that range. `bend` (mean, scatter, length [m]) of how bends are flattened.
    """

    cell: float
    source: str
    parts: tuple[Part, ...]
    loss_deg: tuple[float, float] | None
    loss_from: float
    loss_scatter: Part | None
    bend: Part


def read_terrain_errors() -> tuple[ErrorRow, ...]:
    """Every row of the table; `DataError` when it cannot be read."""
    try:
        table = tomllib.loads(find(NAME).read_text(encoding="utf-8"))
        return tuple(_row(row) for row in table["model"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the errors of elevation models ({NAME}) cannot be read: {error}") from (
            error
        )


def _row(row: dict[str, object]) -> ErrorRow:
    loss = row.get("loss_deg")
    scatter = row.get("loss_scatter")
    parts = row["parts"]
    if not isinstance(parts, list) or (loss is not None and not isinstance(loss, list)):
        raise TypeError("parts and loss_deg are lists")
    return ErrorRow(
        cell=_number(row["cell_m"]),
        source=str(row["source"]),
        parts=tuple(_part(part) for part in parts),
        loss_deg=None if loss is None else (_number(loss[0]), _number(loss[1])),
        loss_from=_number(row.get("loss_from_m", 0.0)),
        loss_scatter=None if scatter is None else _part(scatter),
        bend=_bend(row.get("bend")),
    )


def _bend(bend: object) -> Part:
    if bend is None:
        return 0.0, 0.0, 1.0
    if not isinstance(bend, dict):
        raise TypeError("a bend has mean, scatter and length_m")
    return _number(bend["mean"]), _number(bend["scatter"]), _number(bend["length_m"])


def _part(part: object) -> Part:
    if not isinstance(part, dict):
        raise TypeError("a part has rms_m and length_m")
    return _number(part["rms_m"]), _number(part["length_m"]), _number(part.get("shift_m", 0.0))


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)
