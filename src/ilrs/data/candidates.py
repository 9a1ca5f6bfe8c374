"""Reads and writes the shipped candidate places: their skylines in an .npz, the rest in a .json.

Skylines are whole steps (int16) of 0.005 deg, kept as differences from one azimuth to the next,
which pack to a third; draws of their error likewise, as steps (int16) of 0.02 deg. What they mean,
and the hash of the .npz, is said in the .json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ilrs.data import find
from ilrs.data.horizons import write_pair
from ilrs.errors import DataError

NAME = "sites/candidates"
FEATURES = "sites/features.json"
_AGAIN = "recompute them: python -m ilrs.siting.survey"


def read_features() -> dict[str, Any]:
    """Named craters and areas near the pole, as plain data."""
    try:
        return dict(json.loads(find(FEATURES).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(f"the packaged {FEATURES} cannot be read: {error}") from error


Steps = NDArray[np.int16]


def read_candidates() -> tuple[Steps, Steps, Steps, dict[str, Any]]:
    """Skylines (n, h, a), draws of error (n, h, m, b), what coarse terrain lacks (k, h, b), table.

    Raises `DataError` when the skylines are not those that their certificate was made for.
    """
    try:
        content = find(f"{NAME}.npz").read_bytes()
        table = json.loads(find(f"{NAME}.json").read_text(encoding="utf-8"))
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            differences, draws = file["elevation_differences"], file["draw_differences"]
            relief = file["relief_differences"]
        digest = table["sha256"]
    except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
        raise DataError(f"the candidate places cannot be read: {error}", remedy=_AGAIN) from error
    found = sha256(content).hexdigest()
    if found != digest:
        raise DataError(
            "the candidates' skylines are not those their certificate was made for "
            f"(SHA-256 {found[:12]} instead of {str(digest)[:12]})",
            remedy=_AGAIN,
        )
    return (
        np.cumsum(differences, axis=-1, dtype=np.int16),
        np.cumsum(draws, axis=-1, dtype=np.int16),
        np.cumsum(relief, axis=-1, dtype=np.int16),
        table,
    )


def write_candidates(
    steps: NDArray[np.int16],
    draws: NDArray[np.int16],
    relief: NDArray[np.int16],
    table: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write both files into `folder`, each in the place of an earlier one only when it is whole."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        elevation_differences=np.diff(steps, axis=-1, prepend=np.int16(0)).astype(np.int16),
        draw_differences=np.diff(draws, axis=-1, prepend=np.int16(0)).astype(np.int16),
        relief_differences=np.diff(relief, axis=-1, prepend=np.int16(0)).astype(np.int16),
    )
    full = {**table, "sha256": sha256(content.getvalue()).hexdigest()}
    text = json.dumps(full, indent=1, ensure_ascii=False) + "\n"
    write_pair(folder, Path(NAME).name, content.getvalue(), text, "the candidates")
