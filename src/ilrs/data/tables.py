"""Writes tables of equal columns as CSV or Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from ilrs.errors import DataError, UserError

ENDINGS = (".csv", ".parquet")


def require_table(path: Path) -> None:
    """Refuse a name that says no kind of table that is written here."""
    if path.suffix.lower() not in ENDINGS:
        raise UserError(
            f"{path} is no table that can be written",
            remedy=f"end its name in {' or '.join(ENDINGS)}",
        )


def write_table(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write `columns` (n,) by name in the place of an earlier file, only when all is written."""
    require_table(path)
    part = path.with_name(f".{path.name}.part")
    frame = pd.DataFrame(dict(columns))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".csv":
            frame.to_csv(part, index=False, float_format="%.7g", date_format="%Y-%m-%dT%H:%M:%SZ")
        else:
            frame.to_parquet(part, index=False)
        part.replace(path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}",
            remedy="check the folder's permissions and the space left",
        ) from error
