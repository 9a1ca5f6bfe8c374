"""The horizons of named places: computed from terrain, kept with a certificate, read back.

Horizons are stored at several heights above ground, every 0.1 deg of azimuth, and interpolated
linearly between. Seen from between two heights the true horizon is never above the interpolated
one (the tangent of a horizon is the largest of functions linear in the height, hence convex), so
that light is at worst underestimated; the certificate says by how much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs import __version__
from ilrs.data import exists, find
from ilrs.data.horizons import read_horizon, write_horizon
from ilrs.data.rasters import Terrain, read_terrain
from ilrs.environment.certificate import HorizonCertificate, TerrainUsed, certificate_from
from ilrs.errors import DataError, TerrainError
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.terrain import height_at, slope_at

Floats = NDArray[np.float64]

HEIGHTS = (  # [m] above ground
    *(0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0),
    *(11.0, 12.0, 13.5, 15.0, 17.5, 20.0, 25.0, 30.0),
)
AZIMUTH_STEP = 0.1  # [deg]
ELEVATION_STEP = 0.002  # [deg]
FINE = 100.0  # [m] terrain of larger cells around a place makes its horizon coarse
# Fine to coarse; of these, what is at hand is used.
TERRAIN = (
    "terrain/shackleton_10km_10m.tif",
    "terrain/shackleton_51km_25m.tif",
    "terrain/lola_south_70S_1600m.tif",
)
AS_COMPUTED = (
    "as computed from the terrain: what averages of 1.6 km take off the far skyline is not put "
    "back, as `ilrs site point` does; there mean light on the ridge comes out 0.5 to 1 point lower"
)
METHOD = (
    "rays along great circles on the exact sphere of 1737.4 km, eight samples a cell of the finest "
    "terrain under the ray, refined up to 512 times around the highest; bilinear heights; the "
    "observer at each height above the bilinear ground"
)


@dataclass(frozen=True)
class PlaceHorizon:
    """The horizon of a place: `elevation` (h, a) [rad] at `heights` (h,) [m] above ground.

    Azimuths are in equal steps clockwise from north, the first at north.
    """

    elevation: Floats
    heights: Floats
    certificate: HorizonCertificate

    def at(self, heights: ArrayLike) -> Floats:
        """Elevation (k, a) [rad] at `heights` (k,) [m], linear between the stored heights.

        Raises `DataError` outside them. The certificate's `error_deg` says what this costs.
        """
        wanted = np.atleast_1d(np.asarray(heights, np.float64))
        low, high = self.heights[0], self.heights[-1]
        if wanted.size == 0 or not ((wanted >= low - 1e-9) & (wanted <= high + 1e-9)).all():
            raise DataError(
                f"the horizon {self.certificate.place!r} holds heights from {low:g} to {high:g} m "
                f"above ground, not {', '.join(f'{h:g}' for h in wanted)} m",
                remedy="compute it with more heights: ilrs horizons",
            )
        place = np.interp(wanted, self.heights, np.arange(self.heights.size))
        lower = np.minimum(place.astype(np.int64), max(self.heights.size - 2, 0))
        upper = np.minimum(lower + 1, self.heights.size - 1)
        share = (place - lower)[:, None]
        return np.asarray((1.0 - share) * self.elevation[lower] + share * self.elevation[upper])


def compute_place_horizon(
    place: str,
    latitude: float,
    longitude: float,
    terrains: Sequence[Terrain] | None = None,
    *,
    heights: Sequence[float] = HEIGHTS,
    reach_m: float = REACH,
    azimuth_step_deg: float = AZIMUTH_STEP,
) -> PlaceHorizon:
    """Compute the horizon of `place` at `latitude`, `longitude` [rad], with its certificate.

    `terrains` from fine to coarse (default: the finest at hand); `heights` [m] above ground. The
    result is rounded as it would be stored, so that computing and reading back agree.
    """
    layers = list(terrains) if terrains is not None else terrains_at_hand()
    above = sorted({float(h) for h in heights})
    azimuths = azimuth_grid(azimuth_step_deg)

    def horizon(hs: Sequence[float], az: Floats, per_cell: float = 8.0) -> Floats:
        return point_horizon(
            layers, latitude, longitude, hs, az, reach_m, samples_per_cell=per_cell
        )

    exact = horizon(above, azimuths)
    steps = _steps(exact)
    slope, downhill = slope_at(layers, latitude, longitude)
    finest = finest_at(layers, latitude, longitude)
    certificate = HorizonCertificate(
        place=place,
        latitude_deg=round(math.degrees(latitude), 7),
        longitude_deg=round(math.degrees(longitude) % 360.0, 7),
        ground_m=round(float(height_at(layers, latitude, longitude)), 2),
        slope_deg=round(math.degrees(slope), 2),
        downhill_azimuth_deg=round(math.degrees(downhill), 1),
        heights_m=tuple(above),
        azimuth_step_deg=azimuth_step_deg,
        elevation_step_deg=ELEVATION_STEP,
        reach_m=reach_m,
        terrains=tuple(TerrainUsed(t.name, t.cell, t.sha256) for t in layers),
        coarse=finest.cell > FINE,
        method=METHOD,
        error_deg=_errors(horizon, exact, above, azimuths),
        note=_note(layers, finest),
        version=__version__,
    )
    return _assemble(steps, certificate)


def load_horizon(
    name: str, latitude: float, longitude: float, folder: Path | None = None
) -> PlaceHorizon:
    """The stored horizon `name`, for the place at `latitude`, `longitude` [rad].

    Raises `DataError` when there is none, when its certificate is for another place or other
    elevations, or when it is of another format.
    """
    steps, data, digest = read_horizon(name, folder)
    certificate = certificate_from(data, digest)
    certificate.require_place(latitude, longitude)
    count = round(360.0 / certificate.azimuth_step_deg)
    if steps.shape != (len(certificate.heights_m), count):
        raise DataError(
            f"the horizon {name!r} has {steps.shape[0]} heights and {steps.shape[1]} azimuths, its "
            f"certificate {len(certificate.heights_m)} and {count}",
            remedy="recompute it: ilrs horizons",
        )
    return _assemble(steps, certificate)


def save_horizon(horizon: PlaceHorizon, folder: Path) -> PlaceHorizon:
    """Write a horizon into `folder` as NAME.npz and NAME.json; returns it with its hash."""
    certificate = horizon.certificate
    digest = write_horizon(
        certificate.place, _steps(horizon.elevation), certificate.as_dict(), folder
    )
    return replace(horizon, certificate=replace(certificate, sha256=digest))


def recompute(
    places: Mapping[str, tuple[float, float]],
    folder: Path,
    terrain: Sequence[Path | str] | None = None,
    *,
    heights: Sequence[float] = HEIGHTS,
    reach_m: float = REACH,
    told: Callable[[PlaceHorizon], None] | None = None,
) -> list[PlaceHorizon]:
    """Compute and store the horizons of `places`, {name: (latitude, longitude) [rad]}.

    `terrain` names files from fine to coarse (default: the finest at hand). `told` hears of each
    horizon as it is done. This is how the shipped horizons were made.
    """
    layers = terrains_at_hand() if terrain is None else [read_terrain(path) for path in terrain]
    done = []
    for name, (latitude, longitude) in places.items():
        horizon = compute_place_horizon(
            name, latitude, longitude, layers, heights=heights, reach_m=reach_m
        )
        done.append(save_horizon(horizon, folder))
        if told is not None:
            told(done[-1])
    return done


def ground_height(latitude: float, longitude: float) -> float:
    """Height [m] above the 1737.4 km sphere of the ground at a place [rad], as best known here."""
    return float(height_at(terrains_at_hand(), latitude, longitude))


def terrains_at_hand() -> list[Terrain]:
    """The known elevation models that are present, from fine to coarse."""
    present = [find(name) for name in TERRAIN if exists(name)]
    if not present:
        raise TerrainError(
            "no elevation model is at hand", remedy="set ILRS_DATA_DIR, or name terrain files"
        )
    return [read_terrain(path) for path in present]


def finest_at(terrains: Sequence[Terrain], latitude: float, longitude: float) -> Terrain:
    """The first of `terrains` that knows the ground at a place [rad]; `TerrainError` if none."""
    for terrain in terrains[:-1]:
        try:
            height_at([terrain], latitude, longitude)
        except TerrainError:
            continue
        return terrain
    height_at(terrains[-1:], latitude, longitude)
    return terrains[-1]


def around(rows: Floats, count: int) -> Floats:
    """Rows (m, a) at equal azimuths from north as rows (m, count), linear between."""
    known = np.arange(rows.shape[1]) * (2.0 * np.pi / rows.shape[1])
    at = np.arange(count) * (2.0 * np.pi / count)
    return np.stack([np.interp(at, known, row, period=2.0 * np.pi) for row in rows])


def _assemble(steps: NDArray[np.int16], certificate: HorizonCertificate) -> PlaceHorizon:
    return PlaceHorizon(
        elevation=np.radians(steps * certificate.elevation_step_deg),
        heights=np.array(certificate.heights_m),
        certificate=certificate,
    )


def _steps(elevation: Floats) -> NDArray[np.int16]:
    steps = np.rint(np.degrees(elevation) / ELEVATION_STEP)
    if np.abs(steps).max() > np.iinfo(np.int16).max:
        raise TerrainError("a horizon steeper than 65 deg cannot be stored")
    return steps.astype(np.int16)


def _errors(
    horizon: Callable[..., Floats], exact: Floats, heights: Sequence[float], azimuths: Floats
) -> dict[str, float]:
    """Measured differences [deg]: 99th percentile and largest of each kind."""
    sparse = slice(None, None, 4)
    dense = horizon(heights, azimuths[sparse], 40.0) - exact[:, sparse]
    half = 0.5 * (azimuths[1] - azimuths[0])
    between = horizon(heights, azimuths + half) - 0.5 * (exact + np.roll(exact, -1, axis=1))
    found = {"sampling": dense, "azimuth": between}
    if len(heights) > 1:
        middles = [0.5 * (a + b) for a, b in pairwise(heights)]
        rows = horizon(middles, azimuths) - 0.5 * (exact[1:] + exact[:-1])
        found["height"] = rows
    out = {}
    for name, difference in found.items():
        size = np.degrees(np.abs(difference))
        out[f"{name}_p99"] = round(float(np.percentile(size, 99.0)), 5)
        out[f"{name}_max"] = round(float(size.max()), 5)
    out["storage_max"] = 0.5 * ELEVATION_STEP
    return out


def _note(layers: Sequence[Terrain], finest: Terrain) -> str:
    coarsest = layers[-1]
    if finest.cell > FINE:
        return (
            f"COARSE: the ground around the place is known from {finest.cell:g} m averages only. "
            "Rises and hollows within some kilometres are missing from this skyline, so that light "
            "at masts of metres may be off by tens of per cent. A citable answer needs terrain of "
            "20 m or finer here (PGDA product 90, LDEM_80S_20MPP_ADJ, or product 78 sites)."
        )
    return (
        f"Fine terrain ({', '.join(f'{t.cell:g} m' for t in layers[:-1])}) surrounds the place; "
        f"beyond its window there are {coarsest.cell:g} m averages, which lower skylines at middle "
        "range (0.2-0.4 deg at 30 km, less beyond): this one is as computed, `ilrs site point` "
        "puts the middle of that back. The fine terrain is a reconstruction from LOLA's 10 m "
        "model, within 4.4 m rms of the 1.6 km product; relief below its cell is missing. "
        "Elevation models of the same place differ by 3 points of mean light."
    )
