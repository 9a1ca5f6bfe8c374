"""Reads and writes the shipped candidate places: their skylines in an .npz, the rest in a .json.

Skylines are whole steps (int16) of 0.005 deg, kept as differences from one azimuth to the next,
which pack to a third; what they lack and draws of their error likewise, as steps (int16) of 0.02
deg. What they mean, and the hash of the .npz, is said in the .json.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
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


class Shipped(NamedTuple):
    """Skylines (n, h, a), what they lack (n, h, b), draws of their error (n, h, m, b).

    `relief` (k, h, b) is what skylines on coarse terrain were found to lack. All in whole steps.
    """

    elevation: Steps
    lack: Steps
    draw: Steps
    relief: Steps


def read_candidates() -> tuple[Shipped, dict[str, Any]]:
    """What ships of the candidates, and the table that says what it means.

    Raises `DataError` when the skylines are not those that their certificate was made for.
    """
    try:
        content = find(f"{NAME}.npz").read_bytes()
        table = json.loads(find(f"{NAME}.json").read_text(encoding="utf-8"))
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            kept = [file[f"{name}_differences"] for name in Shipped._fields]
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
    return Shipped(*(np.cumsum(part, axis=-1, dtype=np.int16) for part in kept)), table


def write_candidates(shipped: Shipped, table: Mapping[str, Any], folder: Path) -> None:
    """Write both files into `folder`, each in the place of an earlier one only when it is whole."""
    content = io.BytesIO()
    differences = {
        f"{name}_differences": np.diff(steps, axis=-1, prepend=np.int16(0)).astype(np.int16)
        for name, steps in shipped._asdict().items()
    }
    np.savez_compressed(content, **differences)
    full = {**table, "sha256": sha256(content.getvalue()).hexdigest()}
    text = json.dumps(full, indent=1, ensure_ascii=False) + "\n"
    write_pair(folder, Path(NAME).name, content.getvalue(), text, "the candidates")
