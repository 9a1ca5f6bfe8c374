"""Regions of the Earth as boxes of latitude and longitude, by name or by bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ilrs.errors import UserError
from ilrs.scenario.document import suggestion

WORLD = "world"
BOXES = {
    WORLD: (-90.0, 90.0, -180.0, 180.0),
    "arctic": (66.5, 90.0, -180.0, 180.0),
    "antarctica": (-90.0, -66.5, -180.0, 180.0),
    "tropics": (-23.4, 23.4, -180.0, 180.0),
    "africa": (-35.0, 37.0, -18.0, 51.0),
    "amazon": (-15.0, 5.0, -75.0, -50.0),
    "australia": (-44.0, -10.0, 113.0, 154.0),
    "china": (18.0, 54.0, 73.0, 135.0),
    "europe": (36.0, 71.0, -10.0, 40.0),
    "india": (8.0, 36.0, 68.0, 97.0),
    "indian-ocean": (-35.0, 20.0, 45.0, 110.0),
    "north-america": (15.0, 72.0, -168.0, -52.0),
    "north-atlantic": (0.0, 60.0, -70.0, -10.0),
    "pacific": (-50.0, 50.0, 150.0, -90.0),
    "russia": (42.0, 78.0, 30.0, 180.0),
    "sahara": (15.0, 33.0, -15.0, 35.0),
    "south-america": (-56.0, 13.0, -82.0, -34.0),
    "south-east-asia": (-11.0, 24.0, 92.0, 142.0),
}
"""South, north, west, east [deg]: boxes around, not borders; one may cross 180 deg."""
_BOUNDS = re.compile(r"\s*,\s*".join([r"([-+]?\d+(?:\.\d+)?)"] * 4))


@dataclass(frozen=True)
class Region:
    """A box `south` to `north`, `west` to `east` [deg] eastwards, and its cells (k,)."""

    name: str
    south: float
    north: float
    west: float
    east: float
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]


def region(text: str) -> Region:
    """The region called `text`, or `south,north,west,east` in degrees; refused where empty."""
    words = text.strip()
    bounds = _BOUNDS.fullmatch(words)
    if bounds is None and words.lower() not in BOXES:
        raise UserError(
            f"there is no region {text!r}",
            remedy=suggestion(words.lower(), BOXES, many=20)
            + "; or give south,north,west,east in degrees, like 20,40,-10,30",
        )
    box = BOXES[words.lower()] if bounds is None else tuple(float(b) for b in bounds.groups())
    south, north, west, east = box
    if not (-90.0 <= south < north <= 90.0 and abs(west) <= 360.0 and abs(east) <= 360.0):
        raise UserError(
            f"{text!r} is no region: south lies below north, within 90 deg",
            remedy="give south,north,west,east in degrees, like 20,40,-10,30",
        )
    latitudes, longitudes = np.arange(180) - 89.5, np.arange(360) - 179.5
    width = (east - west) % 360.0 or 360.0
    in_rows = np.flatnonzero((latitudes > south) & (latitudes < north))
    in_columns = np.flatnonzero((longitudes - west) % 360.0 < width)
    if not (in_rows.size and in_columns.size):
        raise UserError(
            f"the region {text!r} holds no middle of a cell of one degree",
            remedy="make it a degree wide at least",
        )
    rows, columns = np.meshgrid(in_rows, in_columns, indexing="ij")
    return Region(words, south, north, west, east, rows.ravel(), columns.ravel())
