"""Writes a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from ilrs.errors import DataError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in the place of an earlier one only when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}",
            remedy="check the folder's permissions and the space left",
        ) from error
