"""The Earth as seen from a place on the Moon: how much of its disc, what of the globe, and lit how.

The globe is a sphere of 6371.0 km in cells of a degree, each taken at its middle; the Sun is far
off and rises without air. Light time to the Earth (1.3 s, 0.005 deg of its turning) is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from ilrs.ground.light import elevation_above_horizon
from ilrs.sky.directions import azimuth_elevation, local_axes, site_position
from ilrs.sky.ephemeris import Ephemeris, fit_ephemeris
from ilrs.sky.stations import earth_rotation

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Singles = NDArray[np.float32]

GLOBE = 6.3710e6  # m, mean radius (IUGG)
ROWS, COLUMNS = 180, 360
HIDDEN, CUT, WHOLE = 0, 1, 2


@dataclass(frozen=True)
class EarthSky:
    """The Earth over a place at instants `tdb` (n,).

    `azimuth`, `elevation`, `radius` (n,) [rad] of its disc and `distance` [m]; `phase` (n,) [rad]
    between Sun and place as seen from the Earth; `state` (n,) is `HIDDEN`, `CUT` or `WHOLE` by the
    terrain, whose lowest and highest points across the disc are `edges` (n, 2) [rad]; `observer`
    (n, 3) [m] and `sun` (n, 3) are the place and the Sun's direction in the Earth's frame; `turn`
    (n, 3, 3) takes that frame to east, north, up of the place.
    """

    tdb: Floats
    azimuth: Floats
    elevation: Floats
    radius: Floats
    distance: Floats
    phase: Floats
    state: NDArray[np.int8]
    edges: Floats
    observer: Floats
    sun: Floats
    turn: Floats
    skyline: Floats

    @property
    def elevation_above(self) -> Floats:
        """Elevation [rad] of its centre above the terrain (n,)."""
        return elevation_above_horizon(self.elevation, self.azimuth, self.skyline)

    @property
    def lit_share(self) -> Floats:
        """Share [1] of the disc that the Sun lights, (1 + cos phase) / 2."""
        return np.asarray(0.5 * (1.0 + np.cos(self.phase)))


@dataclass(frozen=True)
class Coverage:
    """Of every cell of a degree (180, 360), from the south and from 180 W, in steps of a period.

    `seen` and `lit` count steps in which it is seen, and seen and lit; `passes` counts spells of
    the latter and `gap` is the longest time without; `emission` [rad] is the least angle between
    its vertical and the Moon while seen, NaN where it never is.
    """

    seen: Counts
    lit: Counts
    passes: Counts
    gap: Counts
    emission: Singles


def earth_over(
    latitude: float,
    longitude: float,
    altitude: float,
    skyline: Floats,
    tdb: Floats,
    ephemeris: Ephemeris | None = None,
) -> EarthSky:
    """The Earth over a place [rad, m above the sphere] with its `skyline` (a,) [rad] at `tdb`."""
    times = np.ascontiguousarray(tdb, dtype=np.float64)
    found = ephemeris or fit_ephemeris(float(times.min()), float(times.max()))
    sun, earth = found.positions(times)
    site = site_position(latitude, longitude, altitude)
    azimuth, elevation, distance = azimuth_elevation(earth, site, longitude)
    to_moon = found.rotation(times)
    # From the Earth's frame to ICRF, to MOON_ME, to east, north, up.
    globe = np.einsum("nij,nkj->nik", to_moon, earth_rotation(times))
    outward = site - earth
    toward_sun = sun - earth
    toward_sun /= np.linalg.norm(toward_sun, axis=1)[:, None]
    cosine = (outward * toward_sun).sum(axis=1) / np.linalg.norm(outward, axis=1)
    radius = np.arcsin(GLOBE / distance)
    state, edges = _states(azimuth, elevation, radius, skyline)
    return EarthSky(
        tdb=times,
        azimuth=azimuth,
        elevation=elevation,
        radius=radius,
        distance=distance,
        phase=np.arccos(np.clip(cosine, -1.0, 1.0)),
        state=state,
        edges=edges,
        observer=np.einsum("nij,ni->nj", globe, outward),
        sun=np.einsum("nij,ni->nj", globe, toward_sun),
        turn=np.ascontiguousarray(local_axes(latitude, longitude) @ globe),
        skyline=np.ascontiguousarray(skyline, dtype=np.float64),
    )


def _states(
    azimuth: Floats, elevation: Floats, radius: Floats, skyline: Floats
) -> tuple[NDArray[np.int8], Floats]:
    """Whether the terrain hides, cuts or leaves the disc; and the skyline's bounds across it."""
    count = len(skyline)
    # On the horizon a disc spans radius / cos(elevation) of azimuth; one step more on either side.
    level = np.cos(np.clip(np.abs(elevation) + radius, 0.0, 1.5))
    half = np.ceil(radius / level / (2.0 * math.pi) * count).astype(np.int64) + 1
    middle = np.rint(azimuth / (2.0 * math.pi) * count).astype(np.int64)
    widest = min(int(half.max()), count // 2)
    around = skyline[(middle[:, None] + np.arange(-widest, widest + 1)) % count]
    low, high = around.min(axis=1), around.max(axis=1)
    state = np.full(len(azimuth), CUT, np.int8)
    state[elevation - radius > high] = WHOLE
    state[elevation + radius < low] = HIDDEN
    return state, np.stack([low, high], axis=1)


def coverage(sky: EarthSky, emission: float = math.radians(80.0)) -> Coverage:
    """What of the globe is seen, and lit, over the instants of `sky`.

    A cell counts while its middle is above the terrain and seen no more than `emission` [rad] from
    its vertical; lit while the Sun is up there.
    """
    up, across = cell_angles()
    out = np.zeros((5, ROWS, COLUMNS), np.float32)
    _cover(
        np.sin(up), np.cos(up), np.cos(across).astype(np.float32),
        np.sin(across).astype(np.float32), sky.observer, sky.sun, sky.turn, sky.state,
        sky.skyline, sky.edges, GLOBE, math.cos(emission), out,
    )  # fmt: skip
    seen, lit, passes, gap = (part.astype(np.int32) for part in out[:4])
    return Coverage(seen, lit, passes, gap, _emission(out[4], sky))


def _emission(best: Singles, sky: EarthSky) -> Singles:
    """The least angle of emission [rad] by the best cosine of the central angle; NaN: never seen.

    At the mean distance, whose swing of 6 % moves it by 0.06 deg at most.
    """
    d = float(np.linalg.norm(sky.observer, axis=1).mean())
    c = np.arccos(np.clip(best.astype(np.float64), -1.0, 1.0))
    e = np.arctan2(d * np.sin(c), d * np.cos(c) - GLOBE)
    return np.where(best > 0.0, e, np.nan).astype(np.float32)


def cell_angles() -> tuple[Floats, Floats]:
    """Latitudes of the rows and longitudes of the columns [rad]: the middles of cells."""
    return np.radians(np.arange(ROWS) - 89.5), np.radians(np.arange(COLUMNS) - 179.5)


def region_shares(
    sky: EarthSky, rows: NDArray[np.int64], columns: NDArray[np.int64],
    emission: float = math.radians(80.0),
) -> tuple[Floats, Floats]:  # fmt: skip
    """Share of a region's area that is seen, and seen and lit, at every instant (n,).

    The region is the cells at `rows` and `columns` (k,).
    """
    up, east = cell_angles()
    cells = np.stack(
        [
            np.cos(up[rows]) * np.cos(east[columns]),
            np.cos(up[rows]) * np.sin(east[columns]),
            np.sin(up[rows]),
        ],
        axis=1,
    )
    return _shares(
        cells, np.cos(up[rows]), sky.observer, sky.sun, sky.turn, sky.state, sky.skyline,
        sky.edges, GLOBE, math.cos(emission),
    )  # fmt: skip


@njit(cache=True, inline="always")
def _least(observer: Floats, radius: float, cosine: float) -> float:
    """The least n . o of cells seen within an angle of emission: a bound on the central angle.

    In the triangle of centre, cell and observer the emission e and the central angle c have
    sin(e - c) = (R / d) sin(e).
    """
    d = math.sqrt(observer[0] ** 2 + observer[1] ** 2 + observer[2] ** 2)
    e = math.acos(cosine)
    return d * math.cos(e - math.asin(radius / d * math.sin(e)))


@njit(cache=True, inline="always")
def _clear(turn: Floats, skyline: Floats, edges: Floats, x: float, y: float, z: float) -> bool:
    """Whether a point (x, y, z) of the Earth's frame from the place is above the skyline."""
    u = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z
    # Most points are clear of the highest edge across the disc, or under the lowest.
    elevation = math.asin(u / math.sqrt(x * x + y * y + z * z))
    if elevation > edges[1]:
        return True
    if elevation <= edges[0]:
        return False
    e = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z
    n = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z
    count = len(skyline)
    at = math.atan2(e, n) * (count / (2.0 * math.pi))
    if at < 0.0:
        at += count
    left = int(at)
    share = at - left
    left %= count
    right = left + 1 if left + 1 < count else 0
    edge = (1.0 - share) * skyline[left] + share * skyline[right]
    return elevation > edge


@njit(cache=True, parallel=True, fastmath={"contract"})
def _cover(
    sine: Floats,
    cosine: Floats,
    east: Singles,
    north: Singles,
    observer: Floats,
    sun: Floats,
    turn: Floats,
    state: NDArray[np.int8],
    skyline: Floats,
    edges: Floats,
    radius: float,
    emission: float,
    out: Singles,
) -> None:
    """`out` (5, rows, columns): seen, lit, passes, gap, height.

    The inner loops hold single precision and no branch, so that eight cells go at once; single
    precision moves an edge by 1e-7 rad, where the Earth turns by 0.04 a step.
    """
    columns, count = len(east), len(observer)
    one, zero = np.float32(1.0), np.float32(0.0)
    far, least = np.empty(count), np.empty(count)
    for i in range(count):
        o = observer[i]
        far[i] = math.sqrt(o[0] * o[0] + o[1] * o[1] + o[2] * o[2])
        least[i] = _least(o, radius, emission) / far[i]
    for r in prange(out.shape[1]):
        s, c = sine[r], cosine[r]
        held = np.zeros((9, columns), np.float32)
        seen, lit, passes, gap, since = held[0], held[1], held[2], held[3], held[4]
        best, now, light, before = held[5], held[6], held[7], held[8]
        waiting = zero  # steps since the row as a whole went out of view, not yet in `since`
        for i in range(count):
            o, d = observer[i], far[i]
            up = s * o[2] / d
            if state[i] == 0 or up + c * math.sqrt(o[0] * o[0] + o[1] * o[1]) / d <= least[i]:
                if waiting == zero:
                    before[:] = zero
                waiting += one
                continue
            if waiting > zero:
                for j in range(columns):
                    since[j] += waiting
                    gap[j] = max(gap[j], since[j])
                waiting = zero
            a, b, u = np.float32(c * o[0] / d), np.float32(c * o[1] / d), np.float32(up)
            k, m = np.float32(c * sun[i, 0]), np.float32(c * sun[i, 1])
            v, bound = np.float32(s * sun[i, 2]), np.float32(least[i])
            for j in range(columns):
                rise = u + a * east[j] + b * north[j]
                day = v + k * east[j] + m * north[j]
                now[j] = one if rise > bound else zero
                light[j] = now[j] if day > zero else zero
                best[j] = max(best[j], rise * now[j])
            if state[i] == 1:
                for j in range(columns):
                    if now[j] > zero:
                        x, y = radius * c * east[j] - o[0], radius * c * north[j] - o[1]
                        if not _clear(turn[i], skyline, edges[i], x, y, radius * s - o[2]):
                            now[j] = zero
                            light[j] = zero
            for j in range(columns):
                seen[j] += now[j]
                lit[j] += light[j]
                passes[j] += light[j] * (one - before[j])
                before[j] = light[j]
                since[j] = (since[j] + one) * (one - light[j])
                gap[j] = max(gap[j], since[j])
        for j in range(columns):
            out[0, r, j], out[1, r, j], out[2, r, j] = seen[j], lit[j], passes[j]
            out[3, r, j] = max(gap[j], since[j] + waiting)
            out[4, r, j] = best[j]


@njit(cache=True, parallel=True, fastmath={"contract"})
def _shares(
    cells: Floats,
    weight: Floats,
    observer: Floats,
    sun: Floats,
    turn: Floats,
    state: NDArray[np.int8],
    skyline: Floats,
    edges: Floats,
    radius: float,
    emission: float,
) -> tuple[Floats, Floats]:
    count = len(observer)
    total = weight.sum()
    seen, lit = np.zeros(count), np.zeros(count)
    for i in prange(count):
        if state[i] == 0:
            continue
        o, s = observer[i], sun[i]
        bound = _least(o, radius, emission)
        in_view, in_light = 0.0, 0.0
        for k in range(len(cells)):
            n = cells[k]
            if n[0] * o[0] + n[1] * o[1] + n[2] * o[2] <= bound:
                continue
            if state[i] == 1:
                x, y, z = radius * n[0] - o[0], radius * n[1] - o[1], radius * n[2] - o[2]
                if not _clear(turn[i], skyline, edges[i], x, y, z):
                    continue
            in_view += weight[k]
            if n[0] * s[0] + n[1] * s[1] + n[2] * s[2] > 0.0:
                in_light += weight[k]
        seen[i], lit[i] = in_view / total, in_light / total
    return seen, lit
