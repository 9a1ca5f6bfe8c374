"""Every data product known: packaged with ilrs, found in the data folder, or to be fetched."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from ilrs.data import PACKAGED, VARIABLE, data_dir, exists, find, provenance
from ilrs.data.hashes import ENDING, recorded
from ilrs.errors import DataError, UserError

MIRROR = "ILRS_DATA_MIRROR"
"""The environment variable that names another place to fetch from."""
PART = ".part"
_PURPOSES = {
    "ephemeris": "where Sun and Earth stand, 2020-2056",
    "terrain": "the far field of horizons, coarse answers anywhere",
    "imagery": "the map of reports",
    "catalogs": "the stars of the sky",
    "reference": "validation, orbits",
    "horizons": "light and contacts of the packaged places",
}
_CATALOGUE = Path(__file__).parent / "products.toml"


@dataclass(frozen=True)
class RemoteFile:
    """A file to be fetched: `name` below the data folder, its address and what it must be."""

    name: str
    url: str
    bytes: int | None = None
    about: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Product:
    """An official product: its files, what it is for and where it comes from."""

    name: str
    content: str
    purpose: str
    source: str
    page: str
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def bytes(self) -> int | None:
        """The size of all files, roughly where the host's is not known; None when unknown."""
        sizes = [f.bytes or f.about or 0 for f in self.files]
        return sum(sizes) or None


@lru_cache(maxsize=1)
def products() -> dict[str, Product]:
    """The official products of the catalogue by their names."""
    try:
        table = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
        return {name: _product(name, row, table) for name, row in table["products"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"the catalogue {_CATALOGUE} cannot be read: {error}", remedy="install ilrs again"
        ) from error


def _product(name: str, row: dict[str, Any], table: dict[str, Any]) -> Product:
    source, host = table["sources"][row["source"]], table["hosts"][row["source"]]
    files = tuple(
        RemoteFile(
            name=f"{row['folder']}/{file['name']}",
            url=urljoin(host, file.get("at", "") + file["name"]),
            **{key: file.get(key) for key in ("bytes", "about", "sha256")},
        )
        for file in row["files"]
    )
    return Product(
        name=name,
        content=row["content"],
        purpose=row["purpose"],
        source=source["text"],
        page=source["page"],
        licence=source["licence"],
        files=files,
    )


def product(name: str) -> Product:
    """The official product called `name`, in whatever case, or the one a file belongs to."""
    found = products()
    for known in found.values():
        names = [known.name, *(f.name for f in known.files)]
        if name.lower() in {n.lower() for n in names} | {Path(n).name.lower() for n in names}:
            return known
    if name in provenance():
        raise UserError(f"{name} is packaged with ilrs and needs no fetching")
    near = difflib.get_close_matches(name.lower(), {n.lower(): n for n in found}, 1)
    nearest = next((n for n in found if near and n.lower() == near[0]), None)
    raise UserError(
        f"no product is called {name!r}",
        remedy=(f"did you mean {nearest}? " if nearest else "") + "ilrs data list shows all",
    )


def at_mirror(file: RemoteFile, mirror: str | None = None) -> str:
    """The address to fetch `file` from: its own, or its name below a mirror's address.

    The mirror is the one given, else that of the environment variable ILRS_DATA_MIRROR.
    """
    mirror = mirror or os.environ.get(MIRROR) or None
    if mirror is None:
        return file.url
    if urlsplit(mirror).scheme not in ("http", "https") or not urlsplit(mirror).netloc:
        raise UserError(
            f"{mirror!r} is no address to fetch from",
            remedy="give one like https://host/folder/, with the product's files in it",
        )
    return urljoin(mirror.rstrip("/") + "/", Path(file.name).name)


def folder_for(to: Path | None) -> Path:
    """The folder that fetched files go below: the one given, else the data folder."""
    folder = to if to is not None else data_dir()
    if folder is None:
        raise UserError(
            "there is no data folder to fetch into",
            remedy=f"set {VARIABLE} to a folder, or say --to FOLDER",
        )
    return folder


def known() -> list[dict[str, Any]]:
    """Every product with its status, as plain data.

    Status: `packaged`; `present` when every file is in the data folder; `part` when a fetch was
    begun; `absent` otherwise; `found` for files of the data folder that nothing else names. Hashes
    are those on record; no file is read.
    """
    rows = [_packaged_row(name) for name in provenance()]
    rows += [_product_row(entry) for entry in products().values()]
    named = {f.name for entry in products().values() for f in entry.files} | set(provenance())
    return rows + [_found_row(name, path) for name, path in _found() if name not in named]


def _packaged_row(name: str) -> dict[str, Any]:
    row = provenance()[name]
    return {
        "name": name,
        "status": "packaged",
        "content": row.content,
        "purpose": _PURPOSES.get(name.partition("/")[0], ""),
        "bytes": row.bytes,
        "source": row.source,
        "licence": row.licence,
        "files": [
            {
                "name": name,
                "path": str(PACKAGED / name),
                "bytes": row.bytes,
                "sha256": row.sha256,
                "url": None,
            }
        ],
    }


def _product_row(entry: Product) -> dict[str, Any]:
    files = []
    begun = False
    for file in entry.files:
        path = find(file.name) if exists(file.name) else None
        written = recorded(path) if path is not None else None
        begun = begun or path is not None or _part(file) is not None
        files.append(
            {
                "name": file.name,
                "path": None if path is None else str(path),
                "bytes": path.stat().st_size if path is not None else file.bytes or file.about,
                "sha256": file.sha256 or (written.sha256 if written else None),
                "url": file.url,
            }
        )
    present = all(file["path"] for file in files)
    return {
        "name": entry.name,
        "status": "present" if present else "part" if begun else "absent",
        "content": entry.content,
        "purpose": entry.purpose,
        "bytes": entry.bytes,
        "source": f"{entry.source}; {entry.page}",
        "licence": entry.licence,
        "files": files,
    }


def _part(file: RemoteFile) -> Path | None:
    folder = data_dir()
    path = None if folder is None else folder / (file.name + PART)
    return path if path is not None and path.is_file() else None


def _found_row(name: str, path: Path) -> dict[str, Any]:
    written = recorded(path)
    size = path.stat().st_size
    return {
        "name": name,
        "status": "found",
        "content": "a file of the data folder",
        "purpose": "",
        "bytes": size,
        "source": written.source if written else "unknown here",
        "licence": "unknown here",
        "files": [
            {
                "name": name,
                "path": str(path),
                "bytes": size,
                "sha256": written.sha256 if written else None,
                "url": None,
            }
        ],
    }


def _found() -> Iterator[tuple[str, Path]]:
    """Files of the folders of data, by name; the first of a name counts, as in `find`."""
    folder = data_dir()
    seen: set[str] = set()
    for root in [] if folder is None else [folder, folder / "ship", folder / "local"]:
        for path in sorted(root.glob("*/*")):
            name = path.relative_to(root).as_posix()
            own = path.name.endswith((ENDING, PART, f"{PART}.json")) or path.name.startswith(".")
            if path.is_file() and not own and name not in seen and name.split("/")[0] != "ship":
                seen.add(name)
                yield name, path
