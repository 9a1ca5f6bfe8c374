"""Reads and writes the shipped candidate places: their skylines in an .npz, the rest in a .json.

Skylines are whole steps (int16) of 0.005 deg, kept as differences from one azimuth to the next,
which pack to a third; `loss_steps` (uint8) is what averaged terrain takes off them at most. What
they mean, and the hash of the .npz, is said in the .json.
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


def read_candidates() -> tuple[NDArray[np.int16], NDArray[np.uint8], dict[str, Any]]:
    """Skylines (n, h, a) and losses (n, h, b) in steps, and what is known of the candidates.

    Raises `DataError` when the skylines are not those that their certificate was made for.
    """
    try:
        content = find(f"{NAME}.npz").read_bytes()
        table = json.loads(find(f"{NAME}.json").read_text(encoding="utf-8"))
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            differences, loss = file["elevation_differences"], file["loss_steps"]
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
    return np.cumsum(differences, axis=2, dtype=np.int16), loss, table


def write_candidates(
    steps: NDArray[np.int16], loss: NDArray[np.uint8], table: Mapping[str, Any], folder: Path
) -> None:
    """Write both files into `folder`, each in the place of an earlier one only when it is whole."""
    content = io.BytesIO()
    np.savez_compressed(
        content,
        elevation_differences=np.diff(steps, axis=2, prepend=np.int16(0)).astype(np.int16),
        loss_steps=loss,
    )
    full = {**table, "sha256": sha256(content.getvalue()).hexdigest()}
    text = json.dumps(full, indent=1, ensure_ascii=False) + "\n"
    name = Path(NAME).name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for end, data in ((".npz", content.getvalue()), (".json", text.encode())):
            part = folder / f".{name}{end}.part"
            part.write_bytes(data)
            part.replace(folder / f"{name}{end}")
    except OSError as error:
        raise DataError(
            f"the candidates cannot be written into {folder}: {error.strerror or error}",
            remedy="check the folder's permissions and the space left",
        ) from error
