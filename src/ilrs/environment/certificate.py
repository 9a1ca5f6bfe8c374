"""What a computed horizon rests on: its place, terrain, method and measured error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ilrs.errors import DataError
from ilrs.ground.terrain import MOON_RADIUS

FORMAT = "ilrs-horizon-1"
NEAR = 5.0  # [m] a place this close is the same place: four decimals of a degree are 3 m


@dataclass(frozen=True)
class TerrainUsed:
    """An elevation model a horizon was computed on, identified by its file's hash."""

    name: str
    cell_m: float
    sha256: str


@dataclass(frozen=True)
class HorizonCertificate:
    """The terms of a computed horizon. Angles in degrees north and east, lengths in metres.

    `error_deg` holds measured differences: `sampling` against rays sampled ten times as densely,
    `azimuth` of interpolation between stored azimuths, `height` of interpolation between stored
    heights, each as p99 and max, and `storage` of rounding. They measure the computation; what
    the terrain itself lacks is in `note`. `sha256` is that of the stored elevations.
    """

    place: str
    latitude_deg: float
    longitude_deg: float
    ground_m: float
    slope_deg: float
    downhill_azimuth_deg: float
    heights_m: tuple[float, ...]
    azimuth_step_deg: float
    elevation_step_deg: float
    reach_m: float
    terrains: tuple[TerrainUsed, ...]
    coarse: bool
    method: str
    error_deg: Mapping[str, float]
    note: str
    version: str
    sha256: str = ""
    format: str = FORMAT

    def as_dict(self) -> dict[str, Any]:
        """The certificate as plain data."""
        return asdict(self)

    def require_place(self, latitude: float, longitude: float) -> None:
        """Raise `DataError` unless `latitude`, `longitude` [rad] is the certified place (5 m)."""
        require_near("horizon", self.as_dict(), latitude, longitude)


def require_near(
    what: str, certificate: Mapping[str, Any], latitude: float, longitude: float
) -> None:
    """Raise `DataError` unless `latitude`, `longitude` [rad] is the `certificate`'s place (5 m)."""
    north, east = certificate["latitude_deg"], certificate["longitude_deg"]
    a, b = latitude, math.radians(north)
    dlon = longitude - math.radians(east)
    half = math.sin(0.5 * (a - b)) ** 2 + math.cos(a) * math.cos(b) * math.sin(0.5 * dlon) ** 2
    apart = 2.0 * MOON_RADIUS * math.asin(min(1.0, math.sqrt(half)))
    if not apart <= NEAR:
        raise DataError(
            f"the {what} {certificate['place']!r} is for {north:.4f} deg, {east:.4f} deg E, "
            f"{apart:.0f} m from the place asked for, {math.degrees(a):.4f} deg, "
            f"{math.degrees(longitude) % 360:.4f} deg E",
            remedy="compute one for this place: ilrs horizons",
        )


def certificate_from(data: Mapping[str, Any], digest: str) -> HorizonCertificate:
    """The certificate in `data`, refused unless it certifies elevations of hash `digest`."""
    name = data.get("place", "unnamed")
    again = "recompute it: ilrs horizons"
    if data.get("format") != FORMAT:
        raise DataError(
            f"the horizon {name!r} has the format {data.get('format')!r}, not {FORMAT!r}",
            remedy=again,
        )
    known = {field.name for field in fields(HorizonCertificate)}
    if set(data) != known:
        odd = sorted(set(data) ^ known)
        raise DataError(
            f"the certificate of the horizon {name!r} lacks or adds {', '.join(odd)}", remedy=again
        )
    if data["sha256"] != digest:
        raise DataError(
            f"the elevations of the horizon {name!r} are not those its certificate was made for "
            f"(SHA-256 {digest[:12]} instead of {str(data['sha256'])[:12]})",
            remedy=again,
        )
    try:
        terrains = tuple(TerrainUsed(**row) for row in data["terrains"])
        heights = tuple(float(h) for h in data["heights_m"])
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the certificate of the horizon {name!r} cannot be read: {error}", remedy=again
        ) from error
    return HorizonCertificate(**{**data, "terrains": terrains, "heights_m": heights})
