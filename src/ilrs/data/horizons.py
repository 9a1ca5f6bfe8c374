"""Reads and writes what is computed of a place: an array in an .npz, a certificate beside it.

Horizons are kept as whole steps (int16) of `elevation_step_deg`, one row for each height above
ground, one column for each azimuth; what the terrain around sends (`glow`) as float32, a row for
each elevation of the Sun, a column for each azimuth. What they mean is said in the certificate.
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

FOLDER = "horizons"
GLOW = "glow"


def read_horizon(
    name: str, folder: Path | None = None
) -> tuple[NDArray[np.int16], dict[str, Any], str]:
    """Elevations (h, a) in steps, certificate and SHA-256 of the horizon called `name`.

    Looks in `folder`, or where `ilrs.data.find` looks for `horizons/NAME.npz`.
    """
    paths = [
        folder / f"{name}{end}" if folder is not None else find(f"{FOLDER}/{name}{end}")
        for end in (".npz", ".json")
    ]
    said = ("horizon", "recompute it: ilrs horizons")
    return _read(paths[0], paths[1], "elevation_steps", np.int16, said)


def read_glow(name: str, folder: Path) -> tuple[NDArray[np.float32], dict[str, Any], str]:
    """Glow (e, a) [W/m^2], certificate and SHA-256 of what terrain sends to `name`, in `folder`."""
    said = ("glow", "recompute it: ilrs horizons --glow")
    return _read(folder / f"{name}.npz", folder / f"{name}.json", "absorbed", np.float32, said)


def _read(
    file: Path, beside: Path, array: str, kind: type, said: tuple[str, str]
) -> tuple[NDArray[Any], dict[str, Any], str]:
    """The two-dimensional `array` of `kind` in a file, the certificate `beside` it, and SHA-256.

    `said`: what it is and how to make it anew.
    """
    what, remedy = said
    try:
        content = file.read_bytes()
        certificate = json.loads(beside.read_text(encoding="utf-8"))
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            values = arrays[array]
    except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
        raise DataError(
            f"the {what} {file.stem!r} cannot be read: {error}", remedy=remedy
        ) from error
    if values.dtype != kind or values.ndim != 2 or not isinstance(certificate, dict):
        raise DataError(f"{file} is not a {what} of this version", remedy=remedy)
    return values, certificate, sha256(content).hexdigest()


def write_horizon(
    name: str, steps: NDArray[np.int16], certificate: Mapping[str, Any], folder: Path
) -> str:
    """Write a horizon's two files into `folder`; the SHA-256 of the .npz, put in the certificate.

    Each file replaces an earlier one only once it is complete.
    """
    content = io.BytesIO()
    np.savez_compressed(content, elevation_steps=steps)
    return _write(name, content.getvalue(), certificate, folder, "horizon")


def write_glow(
    name: str, absorbed: NDArray[np.float32], certificate: Mapping[str, Any], folder: Path
) -> str:
    """Write a glow's two files into `folder`, as `write_horizon` does."""
    content = io.BytesIO()
    np.savez_compressed(content, absorbed=absorbed)
    return _write(name, content.getvalue(), certificate, folder, "glow")


def _write(
    name: str, content: bytes, certificate: Mapping[str, Any], folder: Path, what: str
) -> str:
    digest = sha256(content).hexdigest()
    text = json.dumps({**certificate, "sha256": digest}, indent=2, ensure_ascii=False) + "\n"
    write_pair(folder, name, content, text, f"the {what} {name!r}")
    return digest


def write_pair(folder: Path, name: str, content: bytes, text: str, what: str) -> None:
    """Write `name`.npz and its certificate `name`.json, each replaced only once it is complete.

    A `DataError` tells of `what` that it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for end, data in ((".npz", content), (".json", text.encode())):
            part = folder / f".{name}{end}.part"
            part.write_bytes(data)
            part.replace(folder / f"{name}{end}")
    except OSError as error:
        raise DataError(
            f"{what} cannot be written into {folder}: {error.strerror or error}",
            remedy="check the folder's permissions and the space left",
        ) from error
