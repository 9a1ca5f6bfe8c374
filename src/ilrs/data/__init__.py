"""The files of data: found by name, hashed, with their provenance.

Only this package reads data files. A name such as `terrain/shackleton_51km_25m.tif` is looked for
in the data folder ($ILRS_DATA_DIR, or ../shared/data beside a checkout) and then among the files
packaged with ilrs.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from ilrs.errors import DataError

PACKAGED = Path(__file__).parent / "files"
VARIABLE = "ILRS_DATA_DIR"
_BESIDE_CHECKOUT = Path("../shared/data")


@dataclass(frozen=True)
class Provenance:
    """Where a packaged file comes from, its licence and what it must hash to."""

    name: str
    content: str
    source: str
    licence: str
    bytes: int
    sha256: str


def project_root() -> Path | None:
    """The folder of the source checkout this package runs from; None for an installed wheel."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() else None


def data_dir() -> Path | None:
    """The folder of additional data; None when there is none.

    It is $ILRS_DATA_DIR when set (set but empty: none), else ../shared/data from the project root
    when that exists.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        if not named:
            return None
        folder = Path(named).expanduser()
        if not folder.is_dir():
            raise DataError(
                f"{VARIABLE} names {named!r}, which is not a folder",
                remedy=f"point {VARIABLE} at an existing folder, or unset it",
            )
        return folder
    root = project_root()
    if root is None:
        return None
    beside = (root / _BESIDE_CHECKOUT).resolve()
    return beside if beside.is_dir() else None


def find(name: str) -> Path:
    """The path of the data file `name`, such as `ephemeris/naif_leapseconds_latest.tls`.

    Raises `DataError`, saying what to place where, when no such file exists.
    """
    found = _look(name)
    if found is not None:
        return found
    folder = data_dir()
    place = f"{folder or f'the folder that {VARIABLE} names'}"
    raise DataError(
        f"data file {name!r} is absent",
        remedy=f"place it at {name} in {place} (or in its ship/ or local/)"
        + ("" if folder else f", and set {VARIABLE}"),
    )


def exists(name: str) -> bool:
    """Whether `find(name)` would succeed."""
    return _look(name) is not None


def _look(name: str) -> Path | None:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or not relative.parts:
        raise DataError(
            f"{name!r} is not the name of a data file",
            remedy="name it relative to the data folder, like 'terrain/lola_south_70S_1600m.tif'",
        )
    folder = data_dir()
    roots = [] if folder is None else [folder, folder / "ship", folder / "local"]
    for root in [*roots, PACKAGED]:
        path = root / relative
        if path.is_file():
            return path
    return None


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error


@lru_cache(maxsize=1)
def provenance() -> dict[str, Provenance]:
    """The provenance of every packaged file, by its name."""
    path = PACKAGED / "provenance.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Provenance(name=name, **row) for name, row in table.items()}
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"the packaged provenance {path} cannot be read: {error}", remedy="install ilrs again"
        ) from error


def verify() -> list[str]:
    """Check every packaged file against its provenance; the faults, empty when all is well."""
    faults = []
    for name, row in provenance().items():
        path = PACKAGED / name
        if not path.is_file():
            faults.append(f"{name} is absent")
        elif sha256(path) != row.sha256:
            faults.append(f"{name} does not match its recorded SHA-256")
    return faults
