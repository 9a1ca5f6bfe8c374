"""Light, view and ground at one point, with the band that its terrain's error leaves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilrs import __version__
from ilrs.environment.candidates import Candidate
from ilrs.environment.certificate import TerrainUsed
from ilrs.environment.objects import Obstacle, front
from ilrs.errors import UserError
from ilrs.flows.clock import Clock
from ilrs.ground.horizon import REACH, azimuth_grid, point_horizon
from ilrs.ground.terrain import Terrain, above_ground
from ilrs.scenario.instants import written
from ilrs.siting.band import FINE, Band, band_of, skyline_draws, skyline_lack, spread
from ilrs.siting.outlook import Outlook, Sky, Terms, outlook, sky_over
from ilrs.siting.relays import Relay
from ilrs.siting.spells import HOUR, described, held, longest
from ilrs.siting.surface import Surface, surface_at

Floats = NDArray[np.float64]

AZIMUTH_STEP = 0.1  # [deg]
HIGHEST = 1e4  # [m] above ground
PROFILE_STEP = 1.0  # [deg] azimuths at which an answer lists the skyline


@dataclass(frozen=True)
class View:
    """What is seen from one height [m] above ground: skyline (a,) [rad], outcome and its band.

    What averaged terrain takes off in the mean is put back on `skyline`; `plain` is the outcome
    without. `sky` is what stands above.
    """

    height: float
    skyline: Floats
    outcome: Outlook
    plain: Outlook
    band: Band
    sky: Sky


@dataclass(frozen=True)
class Point:
    """The answer for a point: views at heights, the ground, and what both rest on."""

    name: str
    latitude: float
    longitude: float
    clock: Clock
    terms: Terms
    views: tuple[View, ...]
    surface: Surface
    coarse: bool
    terrains: tuple[TerrainUsed, ...]
    reach: float
    kernels: tuple[str, ...]
    note: str
    obstacles: tuple[Obstacle, ...] = ()
    relays: tuple[Relay, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The answer as plain data: that of the first height, and every height under `heights`."""
        rows = [self._view(view) for view in self.views]
        return {
            "place": self.name or None,
            "latitude_deg": round(math.degrees(self.latitude), 7),
            "longitude_deg": round(math.degrees(self.longitude) % 360.0, 7),
            "begins": written(self.clock.start),
            "ends": written(self.clock.stop),
            "step_s": self.clock.step,
            "dark_at_area_fraction": self.terms.dark_at,
            "array_to_load": self.terms.array_to_load,
            "coarse": self.coarse,
            **rows[0],
            "ground_m": round(self.surface.ground, 2),
            "slope_deg": round(math.degrees(self.surface.slope), 3),
            "downhill_azimuth_deg": round(math.degrees(self.surface.downhill), 2),
            "roughness_m": round(self.surface.roughness, 3),
            "surface_cell_m": round(self.surface.cell, 3),
            "terrain": [vars(t) for t in self.terrains],
            "reach_km": self.reach / 1e3,
            "kernels": list(self.kernels),
            "version": __version__,
            "relays": [r.as_data() for r in self.relays],
            "objects": [o.as_data() for o in self.obstacles],
            "note": self.note,
            "heights": rows,
        }

    def series(self) -> dict[str, NDArray[Any]]:
        """Step by step (n,): the middle of the step [UTC], the Sun, and light and views by height.

        The Sun from the first height; shares [1] of its disc and light with eclipses, flags of
        views. Everything is behind the skyline that the answer's values are behind.
        """
        clock, sky = self.clock, self.views[0].sky
        columns: dict[str, NDArray[Any]] = {
            "time": clock.middles.astype("datetime64[s]"),
            "sun_azimuth_deg": np.degrees(sky.sun_azimuth),
            "sun_elevation_deg": np.degrees(sky.sun_elevation),
        }
        for view in self.views:
            seen, at = view.outcome, f"{view.height:g}m"
            columns[f"sun_area_fraction_{at}"] = seen.area
            columns[f"sun_flux_fraction_{at}"] = seen.flux
            columns[f"earth_in_view_{at}"] = held(seen.earth_view, clock.count)
            for relay, spells in zip(self.relays, seen.relay_view, strict=True):
                columns[f"{relay.name}_in_view_{at}"] = held(spells, clock.count)
        return columns

    def _view(self, view: View) -> dict[str, Any]:
        found, clock = view.outcome, self.clock
        dark, lit = longest(found.dark, clock), longest(found.lit, clock)
        sunless = longest(found.sunless, clock)

        def hours(spells: NDArray[np.int64]) -> float:
            return float(spell["hours"]) if (spell := longest(spells, clock)) else 0.0

        every = round(PROFILE_STEP / 360.0 * view.skyline.size)
        return {
            "height_m": view.height,
            "mean_sun_area_fraction": float(found.area.mean()),
            "mean_sun_flux_fraction": float(found.flux.mean()),
            "sunlit_time_fraction": float((found.area > 0.0).mean()),
            "earth_visible_fraction": found.earth_share,
            "longest_earth_view_h": hours(found.earth_view),
            "longest_earth_gap_h": hours(found.earth_gap),
            "relay_views": {
                relay.name: {
                    "visible_fraction": found.relay_share[k],
                    "longest_view_h": hours(found.relay_view[k]),
                    "longest_gap_h": hours(found.relay_gap[k]),
                    "band_visible_fraction": view.band.relay_share[k].tolist(),
                }
                for k, relay in enumerate(self.relays)
            },
            "longest_dark_h": hours(found.dark),
            "longest_light_h": hours(found.lit),
            "longest_sunless_h": hours(found.sunless),
            "longest_dark": dark,
            "longest_light": lit,
            "longest_sunless": sunless,
            "dark_total_h": float((found.dark[:, 1] - found.dark[:, 0]).sum() * clock.step / HOUR),
            "cumulative_deficit_h": found.deficit,
            "dark_spells": described(found.dark, clock),
            "as_computed": {
                "mean_sun_area_fraction": float(view.plain.area.mean()),
                "earth_visible_fraction": view.plain.earth_share,
            },
            "band": view.band.as_data(),
            "horizon": {
                "azimuth_step_deg": 360.0 / len(view.skyline[::every]),
                "elevation_deg": [round(math.degrees(e), 3) for e in view.skyline[::every]],
                "highest_deg": round(math.degrees(float(view.skyline.max())), 3),
            },
        }


def point(
    terrains: Sequence[Terrain],
    latitude: float,
    longitude: float,
    clock: Clock,
    *,
    heights: Sequence[float] = (2.0,),
    reach_m: float = REACH,
    terms: Terms | None = None,
    seed: int = 1,
    name: str = "",
    obstacles: Sequence[Obstacle] = (),
    relays: tuple[Relay, ...] = (),
) -> Point:
    """Light, view and ground at `latitude`, `longitude` [rad] over `clock`, from `terrains`.

    `heights` [m] above ground; `reach_m` [m] of the skyline; `terms` say what is dark. What
    averaged terrain is known to take off the skyline is put back on it, and where the ground itself
    is known from averages only the answer is marked coarse. `obstacles` join the skyline as they
    are: terrain's error does not move them. `relays` are looked for beside the Earth. Holds as far
    as the band says; what no terrain given resolves is in neither.
    """
    require_point(latitude, heights)
    terms = terms or Terms()
    surface = surface_at(terrains, latitude, longitude)
    azimuths = azimuth_grid(AZIMUTH_STEP)
    skylines = point_horizon(terrains, latitude, longitude, heights, azimuths, reach_m)
    where = (terrains, latitude, longitude)
    looks = [
        (
            height,
            skyline,
            skyline_lack(*where, height, reach_m),
            skyline_draws(*where, height, reach_m, seed),
        )
        for height, skyline in zip(heights, skylines, strict=True)
    ]
    used = tuple(TerrainUsed(t.name, t.cell, t.sha256) for t in terrains)
    return _point(
        *(name, latitude, longitude, clock, terms, surface, looks, used, reach_m),
        tuple(obstacles),
        relays,
    )


def candidate_point(
    candidate: Candidate,
    clock: Clock,
    *,
    heights: Sequence[float] = (2.0,),
    terms: Terms | None = None,
    obstacles: Sequence[Obstacle] = (),
    relays: tuple[Relay, ...] = (),
) -> Point:
    """The same from a candidate's shipped skylines, at the heights [m] they were computed for."""
    require_point(candidate.latitude, heights)
    surface = Surface(
        candidate.ground, candidate.slope, candidate.downhill, candidate.roughness, candidate.cell
    )
    looks = [(height, *candidate.at(height)) for height in heights]
    return _point(
        candidate.name,
        candidate.latitude,
        candidate.longitude,
        clock,
        terms or Terms(),
        surface,
        looks,
        candidate.terrains,
        candidate.reach,
        tuple(obstacles),
        relays,
    )


def _point(
    name: str,
    latitude: float,
    longitude: float,
    clock: Clock,
    terms: Terms,
    surface: Surface,
    looks: Sequence[tuple[float, Floats, Floats, Floats]],
    terrains: tuple[TerrainUsed, ...],
    reach: float,
    obstacles: tuple[Obstacle, ...],
    relays: tuple[Relay, ...],
) -> Point:
    coarse = surface.cell > FINE
    skies = [
        sky_over(latitude, longitude, surface.ground + look[0], clock, relays) for look in looks
    ]
    return Point(
        name=name,
        latitude=latitude,
        longitude=longitude,
        clock=clock,
        terms=terms,
        views=tuple(
            seen(
                height,
                skyline,
                lack,
                draws,
                sky,
                terms,
                coarse=coarse,
                before=front(obstacles, np.array([height]), skyline.size)[0],
            )
            for (height, skyline, lack, draws), sky in zip(looks, skies, strict=True)
        ),
        surface=surface,
        coarse=coarse,
        terrains=terrains,
        reach=reach,
        kernels=skies[0].kernels,
        note=note_on([t for t in terrains if t.cell_m <= FINE], surface),
        obstacles=obstacles,
        relays=relays,
    )


def seen(
    height: float,
    computed: Floats,
    lack: Floats,
    draws: Floats,
    sky: Sky,
    terms: Terms,
    *,
    coarse: bool,
    before: Floats,
) -> View:
    """The view behind a `computed` skyline (a,) [rad] to which `lack` (b,) [rad] is put back.

    Its error has the `draws` (m, c) [rad]. What stands `before` it (a,) [rad] is known without
    error.
    """
    skyline = np.maximum(computed + spread(lack[None], computed.size)[0], before)
    errors = spread(draws, computed.size)
    return View(
        height=height,
        skyline=skyline,
        outcome=outlook(skyline, sky, terms),
        plain=outlook(np.maximum(computed, before), sky, terms),
        band=band_of(computed, errors, sky, terms, coarse=coarse, before=before),
        sky=sky,
    )


def require_point(latitude: float, heights: Sequence[float]) -> None:
    """Raise `UserError` for what is no place or no height above ground."""
    if not -math.pi / 2 <= latitude <= math.pi / 2:
        raise UserError(
            f"{math.degrees(latitude):g} deg is no latitude",
            remedy="latitude lies between -90 and 90 deg and comes first",
        )
    if not len(heights):
        raise UserError("no height to look from", remedy="--height M, in metres above the ground")
    if above_ground(heights).max() > HIGHEST:
        raise UserError(
            f"a height of {max(heights):g} m is above all that stands there",
            remedy=f"heights are metres above the local terrain, from 0 to {HIGHEST:g}",
        )


def note_on(fine: Sequence[TerrainUsed], surface: Surface) -> str:
    """What the terrain allows to be said of the answer; `fine` are those of small cells."""
    if surface.cell > FINE:
        return (
            f"COARSE: the ground here is known from averages over {surface.cell:g} m only. The "
            "skyline stands 0.2 to 0.4 deg higher than they show; the middle of that is put back "
            "(as_computed is without), and rises within a kilometre or so are missing altogether. "
            "A citable answer needs terrain of 20 m or finer around the place."
        )
    named = ", ".join(f"{t.name} ({t.cell_m:g} m)" for t in fine)
    return (
        f"Fine terrain around the place: {named}. Averaged terrain beyond lowers far skylines by "
        "0.2 to 0.4 deg at 30 km, less beyond; the middle of that is put back (as_computed is "
        "without). "
        "Relief below a cell is missing. Elevation models of one place differ by 3 points of mean "
        "light."
    )
