"""Computes the environment of a scenario: sky, light behind the true horizon, warmth, contacts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ilrs.components.ground_station import GroundStation
from ilrs.components.setting import Surroundings, View
from ilrs.environment.environment import Environment, PlaceEnvironment
from ilrs.environment.geometry import Geometry, Site, compute_geometry
from ilrs.environment.glow import load_glow
from ilrs.environment.horizons import PlaceHorizon
from ilrs.environment.light import PlaceLight, place_light
from ilrs.environment.objects import bare_skyline, obstacles_around, raised
from ilrs.environment.warmth import DEPTH, Warmth, place_warmth
from ilrs.flows.clock import Clock
from ilrs.ground.warmth import ASTRONOMICAL_UNIT, SOLAR_CONSTANT
from ilrs.scenario.schema import Ground, Orbit, Scenario
from ilrs.sky.directions import MOON_RADIUS
from ilrs.sky.orbits import Elements, HeldOrbit
from ilrs.sky.stations import Station
from ilrs.sky.time import tdb_from_utc

ANTENNA = 2.0
"""Height above ground [m] from which Earth and relays are looked at."""


def compute_environment(
    scenario: Scenario, clock: Clock, *, every_height: bool = True
) -> Environment:
    """The environment of every place of `scenario` in the middle of every step of `clock`.

    Light is computed at every stored height, or only at those that the scenario's components need.

    Light is that of the middle of a step; a step of an hour therefore blurs the edges of shadows
    by half an hour. Raises `EphemerisRangeError` outside the kernels and `DataError` when a horizon
    is absent or does not belong to its place.
    """
    grounds = {n: p for n, p in scenario.places.items() if isinstance(p, Ground)}
    orbits = {n: p for n, p in scenario.places.items() if isinstance(p, Orbit)}
    bare = {n: bare_skyline(p) for n, p in grounds.items()}
    heights = {n: h.certificate.ground_m for n, h in bare.items()}
    obstacles = {n: obstacles_around(scenario, n, heights) for n in grounds}
    horizons = {n: raised(h, obstacles[n]) for n, h in bare.items()}
    stations = stations_of(scenario)
    sites = [
        Site(p.latitude, p.longitude, horizons[n].certificate.ground_m) for n, p in grounds.items()
    ]
    geometry = compute_geometry(
        sites,
        [held_orbit(p) for p in orbits.values()],
        stations,
        tdb_from_utc(clock.middles),
    )
    glows = {n: load_glow(p.horizon, p.latitude, p.longitude) for n, p in grounds.items()}
    warmth = place_warmth(sites, list(horizons.values()), list(glows.values()), geometry, clock)
    places = {
        name: _place(
            i,
            grounds[name],
            horizons[name],
            horizons[name].heights.tolist()
            if every_height
            else needed_heights(scenario, name, horizons[name].heights.tolist()),
            geometry,
            list(orbits),
            warmth,
        )
        for i, name in enumerate(grounds)
    }
    return Environment(
        clock=clock,
        places=places,
        orbits={name: _orbit_views(i, geometry) for i, name in enumerate(orbits)},
        stations={
            s.name: geometry.station_sees_place[i, 0].astype(np.float64)
            for i, s in enumerate(stations)
            if grounds
        },
        certificate={
            "kernels": list(geometry.kernels),
            "horizons": {n: h.certificate.as_dict() for n, h in horizons.items()},
            "objects": {n: [o.name for o in found] for n, found in obstacles.items()},
            "glow": {n: None if g is None else dict(g.certificate) for n, g in glows.items()},
            "ground_since": None if warmth.since is None else str(warmth.since),
            "start": str(clock.start),
            "step_s": clock.step,
            "steps": clock.count,
        },
    )


def needed_heights(scenario: Scenario, place: str, stored: list[float]) -> list[float]:
    """Of the `stored` heights [m], those that bracket what stands at `place`, and 2 m and 10 m."""
    spans = [(2.0, 2.0), (10.0, 10.0), (stored[0], stored[0])]
    for facility in scenario.facilities.values():
        if facility.place == place:
            spans += [s for c in facility.components.values() if (s := c.light_span()) is not None]
    kept = set()
    for low, high in spans:
        below = max((h for h in stored if h <= low), default=stored[0])
        above = min((h for h in stored if h >= high), default=stored[-1])
        kept |= {h for h in stored if below <= h <= above}
    return sorted(kept)


def stations_of(scenario: Scenario) -> list[Station]:
    """The ground stations of all modelled facilities, named `facility/component`."""
    return [
        Station(f"{f}/{c}", part.latitude, part.longitude, part.mask, part.height)
        for f, facility in scenario.facilities.items()
        for c, part in facility.components.items()
        if isinstance(part, GroundStation)
    ]


def held_orbit(place: Orbit) -> HeldOrbit:
    """The orbit of a place, its altitudes counted from the sphere of 1737.4 km."""
    perilune = MOON_RADIUS + place.perilune_altitude
    apolune = MOON_RADIUS + place.apolune_altitude
    elements = Elements(
        semi_major_axis=(perilune + apolune) / 2.0,
        eccentricity=(apolune - perilune) / (apolune + perilune),
        inclination=place.inclination,
        raan=place.ascending_node,
        argument_of_periapsis=place.argument_of_perilune,
        mean_anomaly=place.mean_anomaly,
    )
    return HeldOrbit(elements, float(tdb_from_utc(place.epoch)))


def _place(
    i: int,
    place: Ground,
    horizon: PlaceHorizon,
    heights: list[float],
    sky: Geometry,
    relays: list[str],
    warmth: Warmth,
) -> PlaceEnvironment:
    light = place_light(horizon, sky, i, heights=heights, antenna=ANTENNA)
    return PlaceEnvironment(
        surroundings=Surroundings(
            sun_elevation=sky.sun_elevation[i],
            sun_azimuth=sky.sun_azimuth[i],
            irradiance=SOLAR_CONSTANT * (ASTRONOMICAL_UNIT / sky.sun_range[i]) ** 2,
            heights=light.heights,
            flux_fraction=light.flux_fraction,
            ground_temperature=warmth.surface[i],
        ),
        sun_azimuth=sky.sun_azimuth[i],
        area_fraction=light.area_fraction,
        earth_azimuth=sky.earth_azimuth[i],
        earth_elevation=sky.earth_elevation[i],
        earth_above_terrain=light.earth_above_terrain,
        depth_temperature=warmth.at_depth[i],
        depth=DEPTH,
        antenna=ANTENNA,
        views=_ground_views(i, sky, relays, light),
        certificate=horizon.certificate.as_dict(),
        skyline=horizon.at(ANTENNA)[0],
        site=(place.latitude, place.longitude, horizon.certificate.ground_m + ANTENNA),
    )


def _ground_views(
    i: int, sky: Geometry, relays: list[str], light: PlaceLight
) -> Mapping[str, View]:
    """Earth while a ground station sees the place, and every relay above the terrain."""
    heard = np.asarray(sky.station_sees_place[:, i].any(axis=0), dtype=np.bool_)
    views = {
        "earth": View(
            (light.earth_visible & heard).astype(np.float64),
            sky.earth_range[i],
            sky.earth_elevation[i],
        )
    }
    for j, relay in enumerate(relays):
        views[relay] = View(
            light.relay_visible[j].astype(np.float64),
            sky.relay_range[i, j],
            sky.relay_elevation[i, j],
        )
    return views


def _orbit_views(j: int, sky: Geometry) -> Mapping[str, View]:
    """Earth from a relay, while a ground station sees it past the Moon."""
    seen = np.asarray(sky.station_sees_relay[:, j].any(axis=0), dtype=np.float64)
    return {"earth": View(seen, sky.relay_earth_range[j], np.zeros(sky.tdb.shape))}
