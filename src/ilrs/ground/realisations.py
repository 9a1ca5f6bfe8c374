"""Terrain error made skyline error made a 5-95 % band of light.

Only the places that can make the skyline are looked at: the highest terrain in each shell of
distance, for every azimuth. A draw of the terrain's error at those places and under the observer
moves each of them up or down, summits mostly up, since models are smoother than ground,

    d tan e = (error there - error here) / (R sin theta),

and the skyline is the highest afterwards: another ridge may take over, so that errors raise the
skyline in the mean, as they do in truth. Near the observer the two errors are nearly the same and
cancel. Held by a test against terrain that is really disturbed and searched again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilrs.ground.horizon import REACH
from ilrs.ground.light import sun_fractions
from ilrs.ground.shells import Shells, skyline_shells
from ilrs.ground.spells import cumulative_deficit, longest_dark
from ilrs.ground.terrain import MOON_RADIUS, Terrain, bend_at, local_frame, slope_at
from ilrs.ground.terrain_error import HeightError, error_fields, known_error

__all__ = [
    "Band",
    "LightBands",
    "band",
    "cumulative_deficit",
    "light_bands",
    "skyline_errors",
    "skyline_loss",
]

Floats = NDArray[np.float64]
SURE = 4.0  # standard deviations by which a place must miss the skyline to be left out
TOGETHER = 2**22  # draws times steps held at once


class Band(NamedTuple):
    """5, 50 and 95 per cent points of a statistic over draws."""

    low: Floats
    middle: Floats
    high: Floats


class LightBands(NamedTuple):
    """Bands over draws of skylines: mean area and flux [1], longest dark [s], deficit [h]."""

    mean_area: Band
    mean_flux: Band
    longest_dark: Band
    deficit: Band


def band(values: ArrayLike, axis: int = 0, percent: tuple[float, float] = (5.0, 95.0)) -> Band:
    """The band of `values` over the draws along `axis`: from one of `percent` to the other."""
    drawn = np.asarray(values, np.float64)
    if not np.isfinite(drawn).all() or drawn.shape[axis] < 2:
        raise ValueError("a band needs at least two draws, all finite")
    low, middle, high = np.percentile(drawn, [percent[0], 50.0, percent[1]], axis=axis)
    return Band(np.asarray(low), np.asarray(middle), np.asarray(high))


def skyline_errors(
    terrains: Sequence[Terrain],
    lat: float,
    lon: float,
    height: float,
    azimuths: ArrayLike,
    count: int,
    rng: np.random.Generator,
    *,
    errors: Sequence[HeightError] | None = None,
    losses: bool = True,
    reach_m: float = REACH,
) -> Floats:
    """`count` draws (count, a) [rad] of what terrain error adds to a skyline.

    Seen from `height` [m] above ground at `lat`, `lon` [rad] towards `azimuths` (a,) [rad] from
    north; `terrains` from fine to coarse, `errors` one each (by default the known ones, on ground
    as steep as there); `losses` puts back what averaged terrain takes off its skylines. Add to the
    computed skyline. Holds for errors small against the distance of what they move: skylines nearer
    than a cell are the terrain's own guess.
    """
    directions = np.atleast_1d(np.asarray(azimuths, np.float64))
    if errors is None:
        slope = slope_at(terrains, lat, lon)[0]
        errors = [known_error(t).on(slope) for t in terrains]
    models = list(errors)
    if len(models) != len(terrains):
        raise ValueError("one error for each terrain")
    shells = skyline_shells(terrains, lat, lon, height, directions, reach_m)
    layer = _layers(shells, terrains)
    home = _nearest([t.cell for t in terrains], shells.cell_here)
    bends = _bends(terrains, models, shells, layer, (lat, lon), directions)
    here = float(bend_at(terrains[home], lat, lon)[0]) if models[home].bend else 0.0
    kept = _rivals(shells, layer, home, models, losses, bends, here)
    where = np.nonzero(kept)
    distance, tangent, owner = shells.distance[kept], shells.tangent[kept], layer[kept]
    raised = _raises(
        models,
        owner,
        home,
        distance,
        directions[where[1]],
        count,
        rng,
        losses,
        np.append(bends[kept], here),
    )
    lever = MOON_RADIUS * np.sin(distance / MOON_RADIUS)
    order = np.argsort(where[1], kind="stable")
    first = np.searchsorted(where[1][order], np.arange(directions.size))
    moved = tangent[order] + (raised / lever)[:, order]
    highest = np.maximum.reduceat(moved, first, axis=1)
    return np.asarray(np.arctan(highest) - np.arctan(shells.tangent.max(axis=0)))


def skyline_loss(
    terrains: Sequence[Terrain],
    lat: float,
    lon: float,
    height: float,
    azimuths: ArrayLike,
    *,
    reach_m: float = REACH,
) -> Floats:
    """What averaged terrain takes off a skyline in the mean (a,) [rad]: to be put back on it.

    The part that all draws of `skyline_errors` have in common: each place that rests on averages
    stands higher by its terrain's mean loss, and the highest then is the skyline.
    """
    shells = skyline_shells(terrains, lat, lon, height, azimuths, reach_m)
    layer = _layers(shells, terrains)
    raised = np.zeros(shells.tangent.shape)
    for k, terrain in enumerate(terrains):
        mine = layer == k
        if mine.any():
            model = known_error(terrain)
            raised[mine] = model.loss * model.loss_share(shells.distance[mine])
    lever = MOON_RADIUS * np.sin(shells.distance / MOON_RADIUS)
    seen = np.isfinite(shells.tangent)
    moved = np.where(seen, shells.tangent + raised / np.where(seen, lever, 1.0), -np.inf)
    return np.asarray(np.arctan(moved.max(axis=0)) - np.arctan(shells.tangent.max(axis=0)))


def light_bands(
    skylines: ArrayLike,
    elevation: ArrayLike,
    azimuth: ArrayLike,
    angular_radius: ArrayLike,
    step: float,
    *,
    share_left: ArrayLike = 1.0,
    threshold: float = 0.0,
    array_to_load: float = 2.0,
) -> LightBands:
    """What the Sun's light behind each of `skylines` (m, a) [rad] comes to, as bands over them.

    The disc's `elevation`, `azimuth`, `angular_radius` (t,) [rad] in steps of `step` [s];
    `share_left` (t,) by eclipses; dark with no more than `threshold` of the disc; the deficit is
    `cumulative_deficit` of the flux. By the exact integral over the disc.
    """
    lines = np.atleast_2d(np.asarray(skylines, np.float64))
    el = np.atleast_1d(np.asarray(elevation, np.float64))
    left = np.asarray(share_left, np.float64)
    at_once = max(1, TOGETHER // el.size)
    found = []
    for first in range(0, len(lines), at_once):
        area, flux = sun_fractions(el, azimuth, angular_radius, lines[first : first + at_once])
        area, flux = area * left, flux * left
        dark = longest_dark(area, step, threshold).duration
        deficit = cumulative_deficit(flux, step, array_to_load).hours
        found.append(np.stack([area.mean(axis=1), flux.mean(axis=1), dark, deficit]))
    return LightBands(*(band(row) for row in np.concatenate(found, axis=1)))


def _layers(shells: Shells, terrains: Sequence[Terrain]) -> NDArray[np.int64]:
    """Which of `terrains` the highest place in each shell (s, a) rests on."""
    cells = [t.cell for t in terrains]
    flat = np.array([_nearest(cells, c) for c in shells.cell.ravel()])
    return flat.reshape(shells.cell.shape)


def _nearest(cells: Sequence[float], cell: float) -> int:
    """Index of the terrain whose samples say they come from cells of this size."""
    return int(np.argmin(np.abs(np.asarray(cells) - cell)))


def _bends(
    terrains: Sequence[Terrain],
    models: Sequence[HeightError],
    shells: Shells,
    layer: NDArray[np.int64],
    place: tuple[float, float],
    azimuths: Floats,
) -> Floats:
    """How far terrain bends at the highest place of each shell (s, a) [m], where that counts."""
    up, north, east = local_frame(*place)
    arc = shells.distance / MOON_RADIUS
    along = np.cos(azimuths)[:, None] * north + np.sin(azimuths)[:, None] * east
    at = np.cos(arc)[..., None] * up + np.sin(arc)[..., None] * along
    out = np.zeros(shells.distance.shape)
    for k, (terrain, model) in enumerate(zip(terrains, models, strict=True)):
        mine = (layer == k) & np.isfinite(shells.tangent)
        if model.bend and mine.any():
            x, y, z = at[mine].T
            out[mine] = bend_at(terrain, np.arcsin(np.clip(z, -1.0, 1.0)), np.arctan2(y, x))
    return out


def _rivals(
    shells: Shells,
    layer: NDArray[np.int64],
    home: int,
    models: Sequence[HeightError],
    losses: bool,
    bends: Floats,
    bend_here: float,
) -> NDArray[np.bool_]:
    """Where (s, a) terrain may make the skyline of some draw; the skyline itself always."""
    spread = np.zeros(shells.tangent.shape)
    gain = models[home].bend * bend_here / shells.distance
    for k, model in enumerate(models):
        mine = layer == k
        if k == home:
            sigma = model.difference(shells.distance[mine])
        else:
            sigma = np.full(mine.sum(), np.hypot(model.rms, models[home].rms))
        gain[mine] -= model.bend * bends[mine] / shells.distance[mine]
        if model.bend_scatter:
            sigma = np.hypot(sigma, model.bend_scatter.rms * bends[mine])
        if losses:
            share = model.loss_share(shells.distance[mine])
            sigma = np.hypot(sigma, model.loss_spread * share)
            if model.loss_scatter:
                there = model.scatter_share(shells.distance[mine])
                sigma = np.hypot(sigma, model.loss_scatter.rms * there)
            gain[mine] += model.loss * share / shells.distance[mine]
        spread[mine] = SURE * sigma / shells.distance[mine]
    least = (shells.tangent + gain - spread).max(axis=0)
    here = np.isfinite(shells.tangent)
    return here & (
        (shells.tangent + gain + spread >= least) | (shells.tangent == shells.tangent.max(axis=0))
    )


def _raises(
    models: Sequence[HeightError],
    owner: NDArray[np.int64],
    home: int,
    distance: Floats,
    azimuth: Floats,
    count: int,
    rng: np.random.Generator,
    losses: bool,
    bends: Floats,
) -> Floats:
    """How far each place rises against the observer in each draw (count, p) [m].

    `bends` (p + 1,) [m] of the places and, last, of the observer's.
    """
    x, y = distance * np.sin(azimuth), distance * np.cos(azimuth)
    out = np.zeros((count, distance.size))
    for k, (model, stream) in enumerate(zip(models, rng.spawn(len(models)), strict=True)):
        mine = np.flatnonzero(owner == k)
        xs, ys = np.append(x[mine], 0.0), np.append(y[mine], 0.0)
        fields = error_fields(model, xs, ys, count, stream).astype(np.float64)
        fields -= _flattened(model, xs, ys, np.append(bends[mine], bends[-1]), count, stream)
        out[:, mine] += fields[:, :-1]
        if k == home:
            out -= fields[:, -1:]
        if losses:
            drawn = model.loss + model.loss_spread * stream.standard_normal((count, 1))
            out[:, mine] += drawn * model.loss_share(distance[mine])
            if model.loss_scatter:
                scatter = HeightError((model.loss_scatter,), model.source)
                ridges = error_fields(scatter, x[mine], y[mine], count, stream)
                out[:, mine] += ridges * model.scatter_share(distance[mine])
    return out


def _flattened(
    model: HeightError, x: Floats, y: Floats, bends: Floats, count: int, rng: np.random.Generator
) -> Floats:
    """How much too high a model stands where it has these `bends` (p,) [m], in each draw [m]."""
    if model.bend_scatter is None:
        return np.broadcast_to(model.bend * bends, (count, bends.size))
    ragged = HeightError((model.bend_scatter,), model.source)
    return np.asarray((model.bend + error_fields(ragged, x, y, count, rng)) * bends)
