"""Reads and writes the files of maps: tiles while a map is made, then rasters and a Zarr store.

Everything is written beside its place and moved there when it is whole.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.transform import Affine

from ilrs.data.grid import SOUTH_POLAR
from ilrs.data.whole import write_whole
from ilrs.errors import DataError

Layers = Mapping[str, NDArray[Any]]


def write_tile(path: Path, layers: Layers) -> None:
    """Write the layers of a tile, with a hash of them in front."""
    content = io.BytesIO()
    arrays: dict[str, Any] = dict(layers)
    np.savez_compressed(content, **arrays)
    body = content.getvalue()
    write_whole(path, sha256(body).digest() + body)


def read_tile(path: Path) -> dict[str, NDArray[Any]]:
    """The layers of a tile; `DataError` when they are not those that were written."""
    try:
        whole = path.read_bytes()
        if sha256(whole[32:]).digest() != whole[:32]:
            raise ValueError("its bytes are not those that were written")
        with np.load(io.BytesIO(whole[32:]), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
        raise DataError(
            f"the tile {path} cannot be used: {error}",
            remedy="delete it and give the same command again: it alone is computed anew",
        ) from error


def write_cog(
    path: Path,
    values: NDArray[np.float32],
    origin: tuple[float, float],
    cell: tuple[float, float],
    *,
    unit: str,
    meaning: str,
    tags: Mapping[str, str],
) -> None:
    """Write a layer as a cloud-optimised GeoTIFF on IAU_2015:30135; NaN where nothing is known.

    `origin` [m] is the centre of the first cell, `cell` [m] the steps of columns and rows.
    """
    ny, nx = values.shape
    dx, dy = cell
    transform = Affine(dx, 0.0, origin[0] - 0.5 * dx, 0.0, dy, origin[1] - 0.5 * dy)
    part = path.with_name(f".{path.stem}.part.tif")
    try:
        with rasterio.open(
            part,
            "w",
            driver="COG",
            width=nx,
            height=ny,
            count=1,
            dtype="float32",
            crs=CRS.from_user_input(SOUTH_POLAR).to_wkt(),
            transform=transform,
            nodata=float("nan"),
            compress="DEFLATE",
            predictor="YES",
        ) as file:
            file.write(values, 1)
            file.set_band_description(1, meaning)
            file.units = (unit,)
            file.update_tags(**tags)
        part.replace(path)
    except (RasterioError, CPLE_BaseError, OSError) as error:  # a full disc comes as the second
        part.unlink(missing_ok=True)
        raise DataError(f"{path} cannot be written: {error}") from error


def write_map_zarr(
    path: Path,
    layers: Layers,
    attributes: Mapping[str, Mapping[str, str]],
    origin: tuple[float, float],
    cell: tuple[float, float],
    about: Mapping[str, str],
) -> None:
    """Write all layers as one Zarr store with CF attributes and grid mapping."""
    import xarray as xr

    ny, nx = next(iter(layers.values())).shape
    crs = CRS.from_user_input(SOUTH_POLAR)
    axis = {"units": "m", "axis": "X", "standard_name": "projection_x_coordinate"}
    data = {
        name: (("y", "x"), values, {**attributes[name], "grid_mapping": "polar_stereographic"})
        for name, values in layers.items()
    }
    dataset = xr.Dataset(
        {**data, "polar_stereographic": ((), np.int8(0), crs.to_cf())},
        coords={
            "x": ("x", origin[0] + cell[0] * np.arange(nx), axis),
            "y": (
                "y",
                origin[1] + cell[1] * np.arange(ny),
                {**axis, "axis": "Y", "standard_name": "projection_y_coordinate"},
            ),
        },
        attrs={"Conventions": "CF-1.11", **about},
    )
    try:
        shutil.rmtree(path, ignore_errors=True)
        dataset.to_zarr(path, mode="w", consolidated=False)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from error


def hash_tree(path: Path) -> str:
    """The SHA-256 of a file, or of the names and hashes of all files below a folder."""
    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    whole = sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(file.relative_to(path).as_posix().encode() + b"\0")
        whole.update(sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """A JSON document of a map's folder."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise DataError(f"{path} is not a document of ilrs")
    return found


def read_layer(path: Path) -> tuple[NDArray[np.float32], tuple[float, float], tuple[float, float]]:
    """A layer with the centre of its first cell and its steps [m]."""
    try:
        with rasterio.open(path) as file:
            t = file.transform
            values = file.read(1)
    except (RasterioError, OSError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return values, (t.c + 0.5 * t.a, t.f + 0.5 * t.e), (t.a, t.e)
