"""Where Sun, Earth and relays stand over places and stations, on a grid of times; no terrain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.errors import UserError
from ilrs.sky.directions import MOON_RADIUS, angular_radius, azimuth_elevation, site_position
from ilrs.sky.eclipses import earth_eclipse
from ilrs.sky.ephemeris import fit_ephemeris
from ilrs.sky.orbits import HeldOrbit, held_positions
from ilrs.sky.stations import Station, station_sees

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Site:
    """A point on the Moon: latitude north, longitude east [rad], altitude above the sphere [m]."""

    latitude: float
    longitude: float
    altitude: float


@dataclass(frozen=True)
class Geometry:
    """Directions and ranges at instants `tdb` (n,) [s past J2000]; angles [rad], ranges [m].

    Shapes: per place (places, n), per relay (places, relays, n), (relays, n) or (stations, relays,
    n). `sun_area_left` is the share of the Sun's disc that the Earth leaves. Azimuths clockwise
    from north in [0, 2 pi); elevations from the plane of the sphere.
    """

    tdb: Array
    sun_azimuth: Array
    sun_elevation: Array
    sun_range: Array
    sun_angular_radius: Array
    sun_area_left: Array
    earth_azimuth: Array
    earth_elevation: Array
    earth_range: Array
    relay_azimuth: Array
    relay_elevation: Array
    relay_range: Array
    relay_earth_range: Array
    station_sees_place: NDArray[np.bool_]
    station_sees_relay: NDArray[np.bool_]
    kernels: tuple[str, ...]


def compute_geometry(
    places: Sequence[Site],
    relays: Sequence[HeldOrbit],
    stations: Sequence[Station],
    tdb: ArrayLike,
) -> Geometry:
    """The geometry of places, relays and ground stations at instants `tdb` (n,) [s past J2000].

    Sun and Earth apparent (light time, stellar aberration); relays on declared elements, without
    light time (0.06 s). A station sees a place above its mask (the place's own horizon is left to
    terrain), and a relay when moreover the Moon's sphere is not between. Holds inside the kernels.
    """
    times = np.ascontiguousarray(np.atleast_1d(np.asarray(tdb, dtype=np.float64)))
    if not times.size:
        raise UserError("no instants to compute the sky at", remedy="give a period with steps")
    for orbit in relays:
        if orbit.elements.periapsis <= MOON_RADIUS:
            raise UserError(
                f"an orbit with a periapsis of {orbit.elements.periapsis / 1e3:.0f} km from the "
                "Moon's centre strikes the ground",
                remedy="choose elements whose a (1 - e) exceeds 1737.4 km",
            )
    ephemeris = fit_ephemeris(float(times.min()), float(times.max()))
    sun, earth = ephemeris.positions(times)
    rotation = ephemeris.rotation(times) if relays or stations else np.empty((0, 3, 3))
    orbits = np.array([held_positions(orbit, times, rotation) for orbit in relays])
    orbits = orbits.reshape(len(relays), len(times), 3)
    sites = np.array([site_position(p.latitude, p.longitude, p.altitude) for p in places])
    sites = sites.reshape(len(places), 3)

    p, r, n = len(places), len(relays), len(times)
    suns, earths, seen = np.empty((3, p, n)), np.empty((3, p, n)), np.empty((3, p, r, n))
    left = np.empty((p, n))
    for i, (place, site) in enumerate(zip(places, sites, strict=True)):
        suns[:, i] = azimuth_elevation(sun, site, place.longitude)
        earths[:, i] = azimuth_elevation(earth, site, place.longitude)
        left[i] = earth_eclipse(sun, earth, site)
        for j in range(r):
            seen[:, i, j] = azimuth_elevation(orbits[j], site, place.longitude)
    if stations:
        from_place = station_sees(stations, sites[:, None, :], earth, rotation, times, 0.0)
        from_relay = station_sees(stations, orbits, earth, rotation, times)
    else:
        from_place = np.empty((0, p, n), np.bool_)
        from_relay = np.empty((0, r, n), np.bool_)
    return Geometry(
        tdb=times,
        sun_azimuth=suns[0],
        sun_elevation=suns[1],
        sun_range=suns[2],
        sun_angular_radius=angular_radius("sun", suns[2]),
        sun_area_left=left,
        earth_azimuth=earths[0],
        earth_elevation=earths[1],
        earth_range=earths[2],
        relay_azimuth=seen[0],
        relay_elevation=seen[1],
        relay_range=seen[2],
        relay_earth_range=np.linalg.norm(orbits - earth, axis=2),
        station_sees_place=from_place,
        station_sees_relay=from_relay,
        kernels=ephemeris.kernels,
    )
