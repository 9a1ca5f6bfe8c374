"""Reads the packaged star list and the names of its bright stars."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ilrs.data import find
from ilrs.errors import DataError

CATALOGUE = "catalogs/stars_hipparcos2_hp6p5.csv"
NAMES = "catalogs/star_names.csv"
_COLUMNS = (
    *("hip", "ra_deg_icrs_1991p25", "dec_deg_icrs_1991p25", "plx_mas"),
    *("pm_ra_cosdec_mas_yr", "pm_dec_mas_yr", "hp_mag", "b_v"),
)


@dataclass(frozen=True)
class Catalogue:
    """Stars to Hp 6.5 as Hipparcos has them: ICRS at epoch 1991.25, columns of shape (n,).

    `right_ascension`, `declination` [deg], `parallax` [mas], `motion` (n, 2) in right ascension
    (times cos declination) and declination [mas/yr], `magnitude` Hp, `colour` B-V (NaN: unknown).
    """

    hip: NDArray[np.int64]
    right_ascension: NDArray[np.float64]
    declination: NDArray[np.float64]
    parallax: NDArray[np.float64]
    motion: NDArray[np.float64]
    magnitude: NDArray[np.float64]
    colour: NDArray[np.float64]


@lru_cache(maxsize=1)
def read_catalogue() -> Catalogue:
    """The packaged star list, brightest first."""
    table = _rows(CATALOGUE, _COLUMNS)
    try:
        columns = np.array(
            [[float(row[c]) if row[c].strip() else np.nan for c in _COLUMNS] for row in table]
        ).T
    except ValueError as error:
        raise DataError(f"{CATALOGUE} holds what is no number: {error}") from error
    return Catalogue(
        hip=columns[0].astype(np.int64),
        right_ascension=columns[1],
        declination=columns[2],
        parallax=columns[3],
        motion=np.ascontiguousarray(columns[4:6].T),
        magnitude=columns[6],
        colour=columns[7],
    )


@lru_cache(maxsize=1)
def star_names() -> dict[str, int]:
    """Hipparcos numbers of bright stars by the names the IAU gives them."""
    return {row["name"]: int(row["hip"]) for row in _rows(NAMES, ("name", "hip"))}


def _rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    path = find(name)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) != list(columns):
                raise DataError(f"{path} has the columns {reader.fieldnames}, not {list(columns)}")
            return list(reader)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
