"""Rasters that GDAL reads (GeoTIFF, cloud-optimised or not, and its kin), as grids of heights.

The reference system is checked to be of the Moon before anything is read. What cannot be used is
refused with the command that would mend it.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from ilrs.data.grid import GEOGRAPHIC, MOON_RADIUS, NORTH_POLAR, SOUTH_POLAR, Grid
from ilrs.errors import TerrainError

_METRES = {
    **dict.fromkeys(("", "m", "metre", "meter", "metres", "meters"), 1.0),
    **dict.fromkeys(("km", "kilometre", "kilometer", "kilometres", "kilometers"), 1e3),
}


def open_raster(path: Path) -> Grid:
    """The grid of the first band of the raster at `path`; scale, offset, unit, no-data honoured.

    Raises `TerrainError` when the file is damaged, without a reference system, of another body,
    or in a projection other than polar stereographic or geographic.
    """
    with _opened(path) as source:
        system, degree = _reference(source.crs, path)
        t = source.transform
        if t.is_identity:
            raise TerrainError(
                f"{path} says nothing about where its pixels lie",
                remedy="set its corners: gdal_edit.py -a_ullr LEFT TOP RIGHT BOTTOM FILE",
            )
        if t.b or t.d:
            raise TerrainError(
                f"{path}: the grid is rotated", remedy="resample it: gdalwarp IN OUT"
            )
        if source.driver.startswith("JP2") and np.dtype(source.dtypes[0]).kind in "iu":
            raise TerrainError(
                f"{path}: a JPEG 2000 image of whole numbers does not say its scale (LOLA's count "
                "half metres)",
                remedy="take the .img and .lbl of the product, or its GeoTIFF",
            )
        scale, offset = _scaling(source, path)
        shape = (source.height, source.width)
        block_rows = source.block_shapes[0][0]
        stated = bool(source.units[0])
    factor = math.radians(1.0) if degree else 1.0

    def read(rows: slice, columns: slice) -> NDArray[np.float64]:
        window = Window.from_slices(rows, columns)
        with _opened(path) as file:
            try:
                raw = file.read(1, window=window, masked=True)
            except RasterioError as error:
                raise _damaged(path, error, window) from error
        heights = np.ma.getdata(raw).astype(np.float64) * scale + offset
        heights[np.ma.getmaskarray(raw)] = np.nan
        return heights

    # rasterio's affine gives the corner of a pixel, whatever AREA_OR_POINT says
    x0, y0 = (t.c + 0.5 * t.a) * factor, (t.f + 0.5 * t.e) * factor
    return Grid(
        path, path, system, x0, y0, t.a * factor, t.e * factor, shape, read, block_rows, stated
    )


def _scaling(source: Any, path: Path) -> tuple[float, float]:
    unit = (source.units[0] or "").strip().lower()
    if unit not in _METRES:
        raise TerrainError(
            f"{path}: heights are in {unit!r}", remedy="convert them to metres (gdal_calc.py)"
        )
    return source.scales[0] * _METRES[unit], source.offsets[0] * _METRES[unit]


def _opened(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            # a file without georeferencing is refused in our words
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            return rasterio.open(path)
    except RasterioIOError as error:
        raise _damaged(path, error) from error
    except (RasterioError, OSError, ValueError) as error:
        raise TerrainError(
            f"{path} cannot be used: {_line(error)}", remedy="check it with gdalinfo -stats"
        ) from error


def _damaged(path: Path, error: BaseException, window: Window | None = None) -> TerrainError:
    where = (
        ""
        if window is None
        else f" in rows {window.row_off} to {window.row_off + window.height - 1}"
    )
    return TerrainError(
        f"{path} cannot be read as a raster{where}: {_line(error)}",
        remedy="the file is truncated or damaged; fetch it again and compare its SHA-256",
    )


def _reference(raw: Any, path: Path) -> tuple[str, bool]:
    """The reference system's authority, and whether its unit is the degree."""
    if raw is None:
        raise TerrainError(
            f"{path} has no reference system (CRS)",
            remedy=f"if it is lunar, say so: gdal_edit.py -a_srs {SOUTH_POLAR} {path.name}",
        )
    try:
        crs = CRS.from_user_input(raw.to_wkt())
    except CRSError as error:
        raise TerrainError(
            f"{path}: its reference system cannot be read: {_line(error)}",
            remedy=f"set it: gdal_edit.py -a_srs {SOUTH_POLAR} {path.name}",
        ) from error
    _lunar(crs, path)
    if crs.is_geographic:
        if crs.prime_meridian is not None and crs.prime_meridian.longitude != 0.0:
            raise TerrainError(
                f"{path}: longitudes count from {crs.prime_meridian.longitude} deg",
                remedy=f"reproject it: gdalwarp -t_srs {GEOGRAPHIC} IN OUT",
            )
        if abs(crs.axis_info[0].unit_conversion_factor - math.radians(1.0)) > 1e-12:
            raise TerrainError(
                f"{path}: angles are not in degrees",
                remedy=f"reproject it: gdalwarp -t_srs {GEOGRAPHIC} IN OUT",
            )
        return GEOGRAPHIC, True
    return _polar(crs, path), False


def _lunar(crs: CRS, path: Path) -> None:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise TerrainError(
            f"{path}: its reference system names no body",
            remedy=f"set it: gdal_edit.py -a_srs {SOUTH_POLAR} {path.name}",
        )
    axes = (ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre)
    if any(abs(axis - MOON_RADIUS) > 1.0 for axis in axes):
        raise TerrainError(
            f"{path}: its body is {ellipsoid.name!r} with axes {axes[0]:.0f} and {axes[1]:.0f} m, "
            f"not the Moon's sphere of {MOON_RADIUS:.0f} m",
            remedy=f"give lunar terrain, or reproject: gdalwarp -t_srs {SOUTH_POLAR} IN OUT",
        )


def _polar(crs: CRS, path: Path) -> str:
    """The authority of a polar stereographic system, recovered from its parameters.

    GeoTIFF drops the IAU code on writing, so the projection itself is what counts.
    """
    operation = crs.coordinate_operation
    remedy = f"reproject it: gdalwarp -t_srs {SOUTH_POLAR} IN OUT"
    if operation is None or "polar stereographic" not in operation.method_name.lower():
        method = operation.method_name if operation is not None else "unknown"
        raise TerrainError(f"{path}: its projection is {method!r}", remedy=remedy)
    values = {p.name.lower(): float(p.value) * p.unit_conversion_factor for p in operation.params}
    scale = values.get("scale factor at natural origin", 1.0)
    meridian = values.get("longitude of natural origin", values.get("longitude of origin", 0.0))
    easting = values.get("false easting", 0.0)
    northing = values.get("false northing", 0.0)
    origin = values.get(
        "latitude of natural origin", values.get("latitude of standard parallel", math.nan)
    )
    metres = all(abs(axis.unit_conversion_factor - 1.0) < 1e-12 for axis in crs.axis_info)
    plain = abs(scale - 1.0) < 1e-9 and meridian == easting == northing == 0.0 and metres
    if not plain or not math.isclose(abs(origin), math.pi / 2, rel_tol=1e-9):
        raise TerrainError(
            f"{path}: polar stereographic, but not with its origin and true scale at the pole, "
            "longitude 0 and metres",
            remedy=remedy,
        )
    return SOUTH_POLAR if origin < 0 else NORTH_POLAR


def _line(error: BaseException) -> str:
    cause = error.__cause__ or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
