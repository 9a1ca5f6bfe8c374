"""Reads the packaged map of land and water."""

from __future__ import annotations

from functools import lru_cache
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ilrs.data import find
from ilrs.errors import DataError

NAME = "imagery/earth_land_0p5deg.npz"


@lru_cache(maxsize=1)
def read_land() -> NDArray[np.bool_]:
    """Land of the Earth (360, 720) in cells of 0.5 deg, from the south and from 180 W."""
    try:
        with np.load(find(NAME), allow_pickle=False) as file:
            return np.unpackbits(file["land"], axis=1).astype(np.bool_)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise DataError(f"the packaged {NAME} cannot be read: {error}") from error
