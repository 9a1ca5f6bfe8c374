"""Writes tables of equal columns as CSV or Parquet, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from ilrs.data.whole import write_whole
from ilrs.errors import UserError

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
    frame = pd.DataFrame(dict(columns))
    if path.suffix.lower() == ".csv":
        text = frame.to_csv(index=False, float_format="%.7g", date_format="%Y-%m-%dT%H:%M:%SZ")
        write_whole(path, text.encode())
    else:
        write_whole(path, frame.to_parquet(index=False))
