"""PDS3 images of heights, read by their detached label: LOLA's gridded data records.

A label is text of the form KEY = VALUE, in which lengths carry their unit. Everything is taken
from it: size and type of the samples, scale and offset, projection and resolution. What it leaves
out is refused, not assumed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs.data.grid import GEOGRAPHIC, MOON_RADIUS, NORTH_POLAR, SOUTH_POLAR, Grid
from ilrs.errors import TerrainError

_LENGTHS = {"m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1e3, "kilometer": 1e3, "kilometre": 1e3}
_SAMPLES = {
    **dict.fromkeys(("LSB_INTEGER", "PC_INTEGER", "VAX_INTEGER"), "<i"),
    **dict.fromkeys(("MSB_INTEGER", "INTEGER", "MAC_INTEGER", "SUN_INTEGER"), ">i"),
    **dict.fromkeys(("LSB_UNSIGNED_INTEGER", "PC_UNSIGNED_INTEGER"), "<u"),
    **dict.fromkeys(("MSB_UNSIGNED_INTEGER", "UNSIGNED_INTEGER"), ">u"),
    "PC_REAL": "<f",
    **dict.fromkeys(("IEEE_REAL", "MAC_REAL", "SUN_REAL"), ">f"),
}
_ITEM = re.compile(
    r"^[ \t]*([\^A-Z][\w:]*)[ \t]*=[ \t]*(\"[^\"]*\"|[({].*?[)}][^\r\n]*|[^\r\n]*)",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Label:
    """The entries of a PDS3 label by key, the first of each; asked for, they are checked."""

    path: Path
    entries: dict[str, str]

    def text(self, key: str, default: str | None = None) -> str:
        """The words of `key`, without quotes."""
        found = self.entries.get(key, default)
        if found is None:
            raise TerrainError(f"{self.path}: the label has no {key}", remedy=_REMEDY)
        return found.strip().strip('"').strip()

    def number(self, key: str, default: float | None = None) -> float:
        """The number of `key`, without its unit."""
        words = self.text(key, None if default is None else repr(default))
        try:
            return float(words.partition("<")[0])
        except ValueError:
            raise TerrainError(f"{self.path}: {key} = {words!r} is no number") from None

    def metres(self, key: str) -> float:
        """The length of `key` [m]; its unit must be given, as in `0.02 <KM/PIXEL>`."""
        unit = re.search(r"<\s*([A-Za-z]+)", self.text(key))
        return self.number(key) * self._length(unit[1] if unit else "", key)

    def unit(self) -> float:
        """The metres of one unit of height, as UNIT says."""
        return self._length(self.text("UNIT"), "UNIT")

    def _length(self, unit: str, key: str) -> float:
        factor = _LENGTHS.get(unit.lower(), _LENGTHS.get(unit.lower().rstrip("s")))
        if factor is None:
            raise TerrainError(f"{self.path}: {key} has the unit {unit!r}, no length known here")
        return factor


_REMEDY = "fetch label and image of the product again: ilrs data get"


def label_of(path: Path) -> Path | None:
    """The PDS3 label that belongs to `path`: itself, or one beside an .img; None for neither."""
    if path.suffix.lower() == ".lbl":
        return path
    if path.suffix.lower() == ".img":
        for ending in (".lbl", ".LBL"):
            if path.with_suffix(ending).is_file():
                return path.with_suffix(ending)
    return None


def read_label(path: Path) -> Label:
    """The label at `path`."""
    try:
        text = path.read_bytes()[:1_000_000].decode("latin-1")
    except OSError as error:
        raise TerrainError(f"cannot read {path}: {error.strerror or error}") from error
    if "PDS_VERSION_ID" not in text:
        raise TerrainError(f"{path} is no PDS3 label: it has no PDS_VERSION_ID", remedy=_REMEDY)
    entries: dict[str, str] = {}
    for item in _ITEM.finditer(re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)):
        entries.setdefault(item[1].upper(), item[2].strip())
    return Label(path, entries)


def open_pds3(path: Path) -> Grid:
    """The grid of heights that the PDS3 label at `path` describes.

    Heights are DN SCALING_FACTOR in the label's UNIT; an OFFSET that is the radius of the sphere
    belongs to radii, any other is added. Holds for LOLA's GDR: polar stereographic true at the
    pole, or simple cylindrical, east longitudes, the sphere of 1737.4 km.
    """
    label = read_label(path)
    _lunar(label)
    shape = (int(label.number("LINES")), int(label.number("LINE_SAMPLES")))
    kind = _SAMPLES.get(label.text("SAMPLE_TYPE").upper())
    bits = int(label.number("SAMPLE_BITS"))
    if kind is None or bits not in (8, 16, 32, 64) or int(label.number("BANDS", 1.0)) != 1:
        raise TerrainError(
            f"{path}: samples of {label.text('SAMPLE_TYPE')}, {bits} bits, in "
            f"{label.text('BANDS', '1')} bands are not known here"
        )
    image, skipped = _image(label)
    dtype = np.dtype(f"{kind}{bits // 8}")
    expected = skipped + shape[0] * shape[1] * dtype.itemsize
    if image.stat().st_size < expected:
        raise TerrainError(
            f"{image} is truncated: {image.stat().st_size} bytes, its label wants {expected}",
            remedy=_REMEDY,
        )
    samples = np.memmap(image, dtype, "r", skipped, shape)
    missing = [label.number(k) for k in ("MISSING_CONSTANT", "MISSING") if k in label.entries]
    scale, offset = _values(label)

    def read(rows: slice, columns: slice) -> NDArray[np.float64]:
        raw = samples[rows, columns]
        heights = raw.astype(np.float64) * scale + offset
        for value in missing:
            heights[raw == np.asarray(value).astype(dtype)] = np.nan
        return heights

    return Grid(path, image, *_place(label, shape), shape, read)


def _lunar(label: Label) -> None:
    for axis in ("A_AXIS_RADIUS", "B_AXIS_RADIUS", "C_AXIS_RADIUS"):
        radius = label.metres(axis)
        if abs(radius - MOON_RADIUS) > 1.0:
            raise TerrainError(
                f"{label.path}: its body is {label.text('TARGET_NAME', 'unnamed')} with {axis} "
                f"{radius:.0f} m, not the Moon's sphere of {MOON_RADIUS:.0f} m",
                remedy="give lunar terrain",
            )
    frame = label.text("COORDINATE_SYSTEM_NAME", "MEAN EARTH")
    if "MEAN EARTH" not in frame.upper():
        raise TerrainError(
            f"{label.path}: its frame is {frame!r}, not the Moon's mean Earth frame",
            remedy="take the product in MEAN EARTH/POLAR AXIS; principal axes are 875 m off",
        )


def _values(label: Label) -> tuple[float, float]:
    unit = label.unit()
    offset = label.number("OFFSET", 0.0) * unit
    return label.number("SCALING_FACTOR", 1.0) * unit, (
        0.0 if abs(offset - MOON_RADIUS) < 1.0 else offset
    )


def _image(label: Label) -> tuple[Path, int]:
    """The image a label points to, and the bytes before its first sample."""
    words = re.findall(r'"([^"]+)"|(\d+)\s*(<BYTES>)?', label.entries.get("^IMAGE", ""), re.I)
    name = next((w[0] for w in words if w[0]), "")
    place = next(((int(w[1]), bool(w[2])) for w in words if w[1]), (1, True))
    if not name:
        raise TerrainError(
            f"{label.path}: the label names no image file (^IMAGE)",
            remedy="give a detached label with its image beside it",
        )
    wanted = name.lower()
    for image in sorted(label.path.parent.iterdir()):
        if image.name.lower() == wanted and image.is_file():
            first = place[0] - 1
            return image, first if place[1] else first * int(label.number("RECORD_BYTES"))
    raise TerrainError(
        f"{label.path}: its image {name} is not beside it",
        remedy=f"place it at {label.path.parent / name}",
    )


def _place(label: Label, shape: tuple[int, int]) -> tuple[str, float, float, float, float]:
    """Reference system, x0, y0, dx and dy of the grid a label describes."""
    kind = label.text("MAP_PROJECTION_TYPE").upper()
    if label.text("POSITIVE_LONGITUDE_DIRECTION", "EAST").upper() != "EAST":
        raise TerrainError(f"{label.path}: its longitudes count westward")
    if label.number("MAP_PROJECTION_ROTATION", 0.0) != 0.0:
        raise TerrainError(f"{label.path}: the map is rotated")
    line = label.number("LINE_PROJECTION_OFFSET")
    column = label.number("SAMPLE_PROJECTION_OFFSET")
    if kind == "POLAR STEREOGRAPHIC":
        if label.number("CENTER_LONGITUDE") != 0.0:
            raise TerrainError(f"{label.path}: the map does not stand on longitude 0")
        cell = label.metres("MAP_SCALE")
        line, column = (_middle(v, n) for v, n in ((line, shape[0]), (column, shape[1])))
        return _pole(label), -column * cell, line * cell, cell, -cell
    if kind in ("SIMPLE CYLINDRICAL", "SIMPLE_CYLINDRICAL"):
        cell = math.radians(1.0 / label.number("MAP_RESOLUTION"))
        west = math.radians(label.number("CENTER_LONGITUDE")) - column * cell
        north = math.radians(label.number("CENTER_LATITUDE")) + line * cell
        return GEOGRAPHIC, west, north, cell, -cell
    raise TerrainError(
        f"{label.path}: its projection is {kind!r}",
        remedy="take the product in polar stereographic or simple cylindrical projection",
    )


def _middle(offset: float, count: int) -> float:
    """The index of the pole, counted from 0 at the first pixel's centre.

    LOLA's polar maps have the pole in their middle; labels have counted it from 0 or 1 and from
    centres or corners, which is at most one pixel.
    """
    middle = 0.5 * (count - 1)
    return middle if abs(offset - middle) <= 1.0 else offset


def _pole(label: Label) -> str:
    """The hemisphere: that of the latitudes covered, for labels have erred in CENTER_LATITUDE."""
    latitudes: list[Any] = [label.number("MINIMUM_LATITUDE"), label.number("MAXIMUM_LATITUDE")]
    if max(latitudes) <= 0.0:
        return SOUTH_POLAR
    if min(latitudes) >= 0.0:
        return NORTH_POLAR
    raise TerrainError(f"{label.path}: a polar map cannot cover latitudes {latitudes} deg")
