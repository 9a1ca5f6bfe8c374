"""Elevation models read from GeoTIFF and its kin, checked to be of the Moon before anything else.

A raster gives heights in metres above the 1737.4 km sphere at pixel centres, on a polar
stereographic plane or a grid of longitude and latitude. What cannot be used is refused with the
command that would mend it; nothing is guessed.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from ilrs.data import sha256
from ilrs.errors import DataError, TerrainError

MOON_RADIUS = 1_737_400.0  # [m] IAU 2015, the sphere of LOLA's heights and of MOON_ME
LOWEST, HIGHEST = -12_000.0, 12_000.0  # [m] LOLA finds -9.1 to 10.8 km on the whole Moon
SOUTH_POLAR = "IAU_2015:30135"
NORTH_POLAR = "IAU_2015:30130"
GEOGRAPHIC = "IAU_2015:30100"
_METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "meter": 1.0, "metres": 1.0, "meters": 1.0, "km": 1e3}


@dataclass(frozen=True)
class Terrain:
    """Heights [m] above the 1737.4 km sphere on a regular grid, NaN where there are none.

    `heights[row, column]` belongs to the point x = `x0` + column `dx`, y = `y0` + row `dy`: the
    centre of a pixel. On a polar plane x and y are metres (south: x = rho sin(lon),
    y = rho cos(lon), rho = 2 R tan((pi/2 + lat)/2)); on a geographic grid they are longitude and
    latitude [rad] in the MOON_ME frame.
    """

    heights: NDArray[np.float32]
    x0: float
    y0: float
    dx: float
    dy: float
    crs: str  # SOUTH_POLAR, NORTH_POLAR or GEOGRAPHIC
    name: str
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.heights.ndim != 2 or min(self.heights.shape) < 2:
            raise TerrainError(f"terrain {self.name}: needs at least 2 x 2 heights")
        if self.crs not in (SOUTH_POLAR, NORTH_POLAR, GEOGRAPHIC):
            raise TerrainError(f"terrain {self.name}: unknown reference system {self.crs!r}")
        if self.dx == 0.0 or self.dy == 0.0:
            raise TerrainError(f"terrain {self.name}: cells of no size")

    @property
    def cell(self) -> float:
        """The size of a cell [m] (on a geographic grid along the meridian)."""
        if self.crs == GEOGRAPHIC:
            return abs(self.dy) * MOON_RADIUS
        return max(abs(self.dx), abs(self.dy))


def read_terrain(
    path: Path | str, *, bounds: tuple[float, float, float, float] | None = None, name: str = ""
) -> Terrain:
    """Read the elevation model at `path`, or the part of it within `bounds`.

    `bounds` are (left, bottom, right, top) in the file's own coordinates. Scale, offset, unit and
    no-data of the first band are honoured. Raises `TerrainError` when the file is absent,
    truncated, without a reference system, of another body, in a projection other than polar
    stereographic or geographic, or holds what cannot be heights.
    """
    path = Path(path)
    if not path.is_file():
        raise TerrainError(
            f"terrain file {path} does not exist", remedy="give the path of a GeoTIFF of heights"
        )
    try:
        digest = sha256(path)
        with warnings.catch_warnings():
            # a file without georeferencing is refused below, in our words
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            source = rasterio.open(path)
        with source:
            system, degree = _reference(source.crs, path)
            transform = source.transform
            if transform.is_identity:
                raise TerrainError(
                    f"{path} says nothing about where its pixels lie",
                    remedy="set its corners: gdal_edit.py -a_ullr LEFT TOP RIGHT BOTTOM FILE",
                )
            if transform.b or transform.d:
                raise TerrainError(
                    f"{path}: the grid is rotated", remedy="resample it: gdalwarp IN OUT"
                )
            window = _window(source, bounds, path)
            raw = source.read(1, window=window, masked=True)
            scale, offset = source.scales[0], source.offsets[0]
            unit = (source.units[0] or "").strip().lower()
    except DataError:
        raise
    except RasterioIOError as error:
        raise TerrainError(
            f"{path} cannot be read as a raster: {_line(error)}",
            remedy="the file is truncated or damaged; fetch it again and compare its SHA-256",
        ) from error
    except (RasterioError, OSError, ValueError) as error:
        raise TerrainError(
            f"{path} cannot be used: {_line(error)}", remedy="check it with gdalinfo -stats"
        ) from error
    heights = _heights(raw, scale, offset, unit, path)
    factor = math.radians(1.0) if degree else 1.0
    return Terrain(
        heights=heights,
        # rasterio's affine gives the corner of a pixel, whatever AREA_OR_POINT says
        x0=(transform.c + (window.col_off + 0.5) * transform.a) * factor,
        y0=(transform.f + (window.row_off + 0.5) * transform.e) * factor,
        dx=transform.a * factor,
        dy=transform.e * factor,
        crs=system,
        name=name or path.stem,
        sha256=digest,
    )


def _window(source: Any, bounds: tuple[float, float, float, float] | None, path: Path) -> Window:
    whole = Window(0, 0, source.width, source.height)
    if bounds is None:
        return whole
    t = source.transform
    columns = sorted(round((x - t.c) / t.a) for x in (bounds[0], bounds[2]))
    rows = sorted(round((y - t.f) / t.e) for y in (bounds[1], bounds[3]))
    if columns[0] < 0 or rows[0] < 0 or columns[1] > source.width or rows[1] > source.height:
        raise TerrainError(
            f"{path} does not cover {bounds}", remedy=f"it covers {tuple(source.bounds)}"
        )
    return Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])


def _heights(raw: Any, scale: float, offset: float, unit: str, path: Path) -> NDArray[np.float32]:
    if unit not in _METRES:
        raise TerrainError(
            f"{path}: heights are in {unit!r}", remedy="convert them to metres (gdal_calc.py)"
        )
    factor = _METRES[unit]
    heights = np.ma.getdata(raw).astype(np.float64) * (scale * factor) + offset * factor
    missing = np.ma.getmaskarray(raw) | ~np.isfinite(heights)
    valid = heights[~missing]
    if valid.size == 0:
        raise TerrainError(f"{path} holds no heights at all", remedy="check its no-data value")
    low, high = float(valid.min()), float(valid.max())
    if low < LOWEST or high > HIGHEST:
        hint = (
            "these are radii: subtract 1737400 m (gdal_edit.py -offset)"
            if low > 1.7e6
            else "set scale, offset and no-data (gdal_edit.py -scale -offset -a_nodata)"
        )
        raise TerrainError(
            f"{path}: values from {low:g} to {high:g} m cannot be heights above the Moon's "
            "1737.4 km sphere",
            remedy=hint,
        )
    heights[missing] = np.nan
    return heights.astype(np.float32)


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
